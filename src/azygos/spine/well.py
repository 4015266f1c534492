"""How a vein draws cement from bone: the mouth, the plug behind it, and the voxel around it.

A vein's mouth is narrower than a voxel, so it enters the grid as a well: a conductance between
the voxel's pressure and the vein's, in series with the cement that already stands in the vein.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.integrate import quad
from scipy.special import ive

from azygos.ground.errors import require
from azygos.spine.rheology import power_law_pressure

# Pressure in a cell of an unbounded grid of cubes into which one unit flows, for unit mobility and edge:
# Watson's integral over six.
LATTICE_GREEN = 0.2527310098586631
# The same in each of its six neighbours: the six differences carry the whole unit away.
LATTICE_GREEN_NEXT = LATTICE_GREEN - 1.0 / 6.0


def mouth_conductance(radius: float, *, permeability: float, viscosity: float) -> float:
    r"""Conductance of bone towards a vein's mouth, from far away.

    Bone squeezes the flow together before the vein takes it; for a fresh leak this, not
    the vein, is the bottle's neck:

    .. math:: G = \frac{2\pi K a}{\mu}

    Parameters
    ----------
    radius : float
        :math:`a` of the mouth [m].
    permeability : float
        :math:`K` [m^2].
    viscosity : float
        :math:`\mu` of what flows there [Pa s].

    Returns
    -------
    conductance : float
        [m^3 s^-1 Pa^-1].

    Notes
    -----
    A hemispherical mouth in an unbounded half space. A flat one of the same radius has
    :math:`4Ka/\mu`, 64 % of it (:func:`disc_mouth_conductance`); real mouths lie between.

    References
    ----------
    physics.md section 6.6; Muskat, The Flow of Homogeneous Fluids (1937), for spherical flow.

    Examples
    --------
    >>> round(mouth_conductance(1.5e-3, permeability=1e-8, viscosity=100.0) * 1e12, 4)
    0.9425
    """
    return 2.0 * math.pi * permeability * radius / viscosity


def disc_mouth_conductance(radius: float, *, permeability: float, viscosity: float) -> float:
    r"""Conductance of bone towards a flat round mouth in the shell, from far away.

    The other answer for the mouth's shape: a hole in a wall, as a cortical gap is:

    .. math:: G = \frac{4 K a}{\mu}

    Parameters
    ----------
    radius, permeability, viscosity : float
        As in :func:`mouth_conductance` [m, m^2, Pa s].

    Returns
    -------
    conductance : float
        [m^3 s^-1 Pa^-1].

    Notes
    -----
    An equipotential disc in a wall that lets nothing else through (Weber's electrified disc).
    It equals a hemisphere of radius :math:`2a/\pi`.

    References
    ----------
    Carslaw & Jaeger, Conduction of Heat in Solids, 2nd ed. (1959), sec. 8.2.

    Examples
    --------
    >>> flat = disc_mouth_conductance(1.5e-3, permeability=1e-8, viscosity=100.0)
    >>> round(flat / mouth_conductance(1.5e-3, permeability=1e-8, viscosity=100.0), 4)
    0.6366
    """
    return 4.0 * permeability * radius / viscosity


def plug_resistance(radius: float, length: float, *, viscosity: float) -> float:
    r"""Resistance of the cement that stands in a vein.

    A vein remembers what has leaked: in one of 1 mm radius, 6 mm of plug halve the share:

    .. math:: \frac{\Delta p}{q} = \frac{8\mu\ell}{\pi a^4}

    Parameters
    ----------
    radius, length : float
        :math:`a` of the vein, :math:`\ell` of the plug [m].
    viscosity : float
        Mean over the plug [Pa s].

    Returns
    -------
    resistance : float
        [Pa s m^-3].

    Notes
    -----
    A rigid round vein, no slip, one viscosity. Sum over slices if the plug has aged unevenly.

    References
    ----------
    physics.md section 6.6.

    Examples
    --------
    Six millimetres of plug weigh as much as the bone's own resistance before the mouth:

    >>> plug = plug_resistance(1e-3, 6.25e-3, viscosity=100.0)
    >>> round(plug * mouth_conductance(1e-3, permeability=1e-8, viscosity=100.0), 6)
    1.0
    """
    return 8.0 * viscosity * length / (math.pi * radius**4)


def power_law_plug_resistance(flow: float, radius: float, length: float, *, consistency: float, index: float) -> float:
    r"""Resistance of a plug of shear-thinning cement at a flow.

    Slow plugs resist more than fast ones, so a trickle tends to stop:

    .. math:: \frac{\Delta p}{q} = \frac{2m\ell}{a\,q}\left(\frac{(3n+1)\,q}{n\pi a^3}\right)^{n}

    Parameters
    ----------
    flow : float
        :math:`q` [m^3 s^-1], positive.
    radius, length : float
        As in :func:`plug_resistance` [m].
    consistency, index : float
        :math:`m` [Pa s^n] and :math:`n` [-].

    Returns
    -------
    resistance : float
        [Pa s m^-3]; grows without bound as the flow vanishes, as a power law does.

    Notes
    -----
    For flows near zero use :func:`plug_resistance` with
    :func:`azygos.spine.rheology.apparent_viscosity`, which knows the plateau.

    References
    ----------
    :func:`azygos.spine.rheology.power_law_pressure`.

    Examples
    --------
    >>> thin = power_law_plug_resistance(1e-9, 1e-3, 5e-3, consistency=100.0, index=1.0)
    >>> round(thin / plug_resistance(1e-3, 5e-3, viscosity=100.0), 6)
    1.0
    """
    return power_law_pressure(flow, radius, length, consistency=consistency, index=index) / flow


def captured_share(
    radius: float, *, mouth_distance: float, front_radius: float, permeability: float, plug_length: float
) -> float:
    r"""Share of the injected flow that a vein takes, for any one Newtonian cement.

    Viscosity cancels: at a fixed rate a thicker Newtonian cement leaks no less. A model in
    which it does needs one more mechanism, such as the next law's:

    .. math:: \frac qQ = \frac{\tfrac a2\left(\tfrac1{r_v}-\tfrac1{r_f}\right)}{1+16K\ell/a^3}

    Parameters
    ----------
    radius : float
        :math:`a` of the mouth [m].
    mouth_distance : float
        :math:`r_v` from the needle's tip [m].
    front_radius : float
        :math:`r_f` of the cement [m]; the mouth lies within it.
    permeability : float
        :math:`K` [m^2].
    plug_length : float
        :math:`\ell` of cement in the vein [m].

    Returns
    -------
    share : float
        :math:`q/Q` [-]; 0 while the front has not reached the mouth.

    Notes
    -----
    Small outlet, superposition, homogeneous bone, marrow and vein without resistance.

    References
    ----------
    physics.md section 6.6.

    Examples
    --------
    A mouth of 1.5 mm radius 5 mm from the tip, front at 10 mm: empty vein, and 20 mm of plug:

    >>> at = dict(mouth_distance=5e-3, front_radius=10e-3, permeability=1e-8)
    >>> [round(captured_share(1.5e-3, plug_length=l, **at), 3) for l in (0.0, 20e-3)]
    [0.075, 0.038]
    """
    reach = max(0.0, 0.5 * (radius / mouth_distance - radius / front_radius))
    return reach / (1.0 + 16.0 * permeability * plug_length / radius**3)


def captured_share_yielding_marrow(
    radius: float,
    *,
    mouth_distance: float,
    front_radius: float,
    permeability: float,
    marrow_yield: float,
    viscosity: float,
    flow: float,
) -> float:
    r"""Share that a vein takes when marrow in bone must yield before it moves.

    The whole body of cement must overcome the marrow's threshold, the open vein need not.
    Against thin cement the threshold weighs more, so thin cement leaks more:

    .. math:: \frac qQ = \frac a2\left(\frac1{r_v}-\frac1{r_f}\right) + \frac{2\pi K a\,p^*}{\mu Q}

    Parameters
    ----------
    radius, mouth_distance, front_radius, permeability : float
        As in :func:`captured_share` [m, m, m, m^2].
    marrow_yield : float
        :math:`p^*`, the pressure that marrow ahead of the front must feel [Pa].
    viscosity : float
        :math:`\mu` of the cement [Pa s].
    flow : float
        :math:`Q` of the needle [m^3 s^-1], positive.

    Returns
    -------
    share : float
        :math:`q/Q` [-], at most 1.

    Notes
    -----
    First order in the share and an empty vein; above one half it only says "most of it".
    The threshold of marrow in human vertebrae has not been measured.

    References
    ----------
    cautions.md, "Viscosity and leaking"; compare Habib et al. (2010).

    Examples
    --------
    2 kPa of threshold at 3 mL/min; 20, 100 and 500 Pa s:

    >>> at = dict(mouth_distance=5e-3, front_radius=10e-3, permeability=1e-8, marrow_yield=2e3, flow=5e-8)
    >>> [round(captured_share_yielding_marrow(1.5e-3, viscosity=mu, **at), 2) for mu in (20.0, 100.0, 500.0)]
    [0.26, 0.11, 0.08]
    """
    reach = max(0.0, 0.5 * (radius / mouth_distance - radius / front_radius))
    lifted = mouth_conductance(radius, permeability=permeability, viscosity=viscosity) * marrow_yield / flow
    return min(1.0, reach + lifted)


def compliant_conductance_factor(pressure: float, *, area_compliance: float) -> float:
    r"""How many times better a vein conducts when pressure has widened it.

    Veins are soft; cement that reaches one dilates its own way out:

    .. math:: \frac{G(p)}{G(0)} = \left(\frac{A(p)}{A_0}\right)^2 = (1 + c\,p)^2

    Parameters
    ----------
    pressure : float
        Inside over outside [Pa], not negative.
    area_compliance : float
        :math:`c`, growth of the lumen's area per pressure [Pa^-1].

    Returns
    -------
    factor : float
        [-].

    Notes
    -----
    The lumen stays round and grows in proportion to the pressure; real veins stiffen.
    Veins inside a bony canal cannot widen: use 1 for them.

    References
    ----------
    cautions.md, "Veins widen".

    Examples
    --------
    Compliances of 0.012 and 0.03 per mmHg at 30 mmHg:

    >>> from azygos.ground.units import MMHG
    >>> [round(compliant_conductance_factor(30 * MMHG, area_compliance=c / MMHG), 2) for c in (0.012, 0.03)]
    [1.85, 3.61]
    """
    return (1.0 + area_compliance * pressure) ** 2


def lattice_green(weights: tuple[float, float, float], step: tuple[int, int, int] = (0, 0, 0)) -> float:
    r"""Pressure that a unit source raises on an unbounded grid of cubes, some steps away.

    It is what a finite-volume solver would compute around a needle's tip or a vein's
    mouth if its grid had no end, so it tells which radius a voxel's pressure stands for:

    .. math:: G(\mathbf s) = \int_0^\infty \prod_{i} e^{-2w_it} I_{s_i}(2w_it)\,dt,
        \qquad \sum_i w_i\,[2G(\mathbf s) - G(\mathbf s+\mathbf e_i)-G(\mathbf s-\mathbf e_i)] = \delta_{\mathbf s0}

    Parameters
    ----------
    weights : tuple of float
        :math:`w_i`, the three face mobilities along i, j, k [-], positive.
    step : tuple of int
        :math:`\mathbf s` from the source, in cells.

    Returns
    -------
    green : float
        :math:`G` [-]; divide by mobility times edge to get pressure per flow.

    Notes
    -----
    Two-point fluxes, unbounded homogeneous grid. The integral is the heat kernel of the grid summed over
    time; its tail falls as :math:`t^{-3/2}` and is integrated in closed form.

    References
    ----------
    Watson (1939), Q. J. Math. 10:266, for the isotropic value.

    Examples
    --------
    >>> round(lattice_green((1.0, 1.0, 1.0)), 6)
    0.252731
    """

    def heat_kernel(time: float) -> float:
        return math.prod(float(ive(s, 2.0 * w * time)) for s, w in zip(step, weights, strict=True))

    end = 2e4 / min(weights)
    near = quad(heat_kernel, 0.0, 1.0 / min(weights), epsabs=1e-12, epsrel=1e-11)[0]
    # over the logarithm of time, the long tail is smooth
    far = quad(
        lambda log_time: heat_kernel(math.exp(log_time)) * math.exp(log_time),
        math.log(1.0 / min(weights)),
        math.log(end),
        epsabs=1e-12,
        epsrel=1e-11,
        limit=200,
    )[0]
    tail = 2.0 * (4.0 * math.pi) ** -1.5 / math.sqrt(math.prod(weights)) / math.sqrt(end)
    return float(near + far + tail)


def cell_radius(spacing: float, *, half_space: bool = False) -> float:
    r"""Distance from a source at which its own voxel's pressure is found, isotropic bone.

    A voxel that holds a needle's tip or a vein's mouth has one pressure; near a source
    pressure falls as 1/r, and this is the r that the voxel stands for:

    .. math:: r_e = \frac{h}{4\pi G(0)} = 0.3149\,h,
        \qquad r_e^{\text{half}} = \frac{h}{2\pi\,[G(0)+G(1)]} = 0.4698\,h

    with :math:`G(0)=0.252731`, :math:`G(1)=G(0)-1/6` from :func:`lattice_green`.

    Parameters
    ----------
    spacing : float
        :math:`h`, edge of the cubic voxel [m].
    half_space : bool
        Whether one face of the voxel lies on a wall that lets nothing through, as the
        shell does around a mouth in it.

    Returns
    -------
    radius : float
        :math:`r_e` [m].

    Notes
    -----
    Peaceman's argument in three dimensions. The grid's pressure at a source is
    :math:`q\mu G(0)/(Kh)`, the continuous one at r is :math:`q\mu/(4\pi Kr)`; equal at
    :math:`r_e`. A wall adds a mirror source one cell away and halves the solid angle.
    Holds where two or three further cells around share the permeability.

    References
    ----------
    Peaceman (1978), doi:10.2118/6893-PA, for the plane; the cube is derived here.

    Examples
    --------
    >>> round(cell_radius(1.0), 4), round(cell_radius(1.0, half_space=True), 4)
    (0.3149, 0.4698)
    """
    if half_space:
        return spacing / (2.0 * math.pi * (LATTICE_GREEN + LATTICE_GREEN_NEXT))
    return spacing / (4.0 * math.pi * LATTICE_GREEN)


def anisotropic_cell_radius(
    spacing: float, permeabilities: Sequence[float], *, wall_axis: int | None = None
) -> tuple[float, float]:
    r"""The same radius, and the permeability that goes with it, in anisotropic bone.

    Vertebral bone conducts up to twice as well along its axis. Stretching space makes it
    isotropic with the geometric mean :math:`K_g=(K_xK_yK_z)^{1/3}`:

    .. math:: x_i' = x_i\sqrt{K_g/K_i}, \qquad p = \frac{q\mu}{4\pi K_g r'},
        \qquad r_e' = \frac{h}{4\pi G(0; K_i/K_g)}

    Parameters
    ----------
    spacing : float
        :math:`h`, edge of the cubic voxel [m].
    permeabilities : sequence of float
        :math:`K_x, K_y, K_z` along the grid's axes [m^2], positive.
    wall_axis : int, optional
        Axis (0, 1, 2) across which a wall closes one face of the voxel; without it full space.

    Returns
    -------
    radius : float
        :math:`r_e'` in stretched space [m].
    permeability : float
        :math:`K_g` [m^2].

    Notes
    -----
    The stretch keeps volumes, since its three factors multiply to one. In full space the
    radius changes only in second order (1.9 % at a ratio of 2), so that the isotropic
    constant with :math:`K_g` is good enough; at a wall it changes in first order, by which
    axis the wall crosses, and the lattice sum is needed. A round mouth becomes an ellipse
    in stretched space, which is left out (a few per cent at a ratio of 2).

    References
    ----------
    Derived here, after Peaceman (1983), doi:10.2118/10528-PA.

    Examples
    --------
    >>> radius, mean = anisotropic_cell_radius(1e-3, (1e-8, 1e-8, 2e-8))
    >>> round(radius * 1e3, 4), round(mean * 1e8, 4)
    (0.3208, 1.2599)
    """
    kx, ky, kz = (float(k) for k in permeabilities)
    mean = float(np.cbrt(kx * ky * kz))
    weights = (kx / mean, ky / mean, kz / mean)
    source = lattice_green(weights)
    if wall_axis is None:
        return spacing / (4.0 * math.pi * source), mean
    step = (int(wall_axis == 0), int(wall_axis == 1), int(wall_axis == 2))
    return spacing / (2.0 * math.pi * (source + lattice_green(weights, step))), mean


def well_conductance(
    radius: float, *, cell_radius: float, permeability: float, viscosity: float, half_space: bool
) -> float:
    r"""Conductance between a voxel's pressure and a mouth or tip inside it.

    What the solver needs: the grid carries the flow up to :math:`r_e`, this law the rest:

    .. math:: W = \frac{\Omega K}{\mu\,(1/a - 1/r_e)}, \qquad \Omega = 4\pi \text{ or } 2\pi

    Parameters
    ----------
    radius : float
        :math:`a` of the mouth [m], smaller than `cell_radius`.
    cell_radius : float
        :math:`r_e` from :func:`cell_radius` or :func:`anisotropic_cell_radius` [m].
    permeability : float
        :math:`K`, or the geometric mean in anisotropic bone [m^2].
    viscosity : float
        Of what flows between the two [Pa s].
    half_space : bool
        True for a mouth in a wall (:math:`2\pi`), False for a source within bone (:math:`4\pi`).

    Returns
    -------
    conductance : float
        [m^3 s^-1 Pa^-1].

    Raises
    ------
    InputError
        If the mouth is as wide as :math:`r_e`: then the grid resolves it, and it should be
        spread over the cells that it covers, with no well.

    Notes
    -----
    One mobility inside the voxel. For a flat mouth insert :math:`2a/\pi` for :math:`a`.

    References
    ----------
    :func:`cell_radius`.

    Examples
    --------
    >>> conductance = well_conductance(0.25e-3, cell_radius=0.4698e-3, permeability=1e-8, viscosity=100.0,
    ...                                half_space=True)
    >>> round(conductance * 1e12, 4)
    0.3357
    """
    require(
        radius < cell_radius,
        f"a mouth of {radius * 1e3:.3g} mm radius is as wide as its voxel stands for ({cell_radius * 1e3:.3g} mm). "
        "Spread it over the voxels that it covers, or take a coarser grid.",
    )
    solid_angle = (2.0 if half_space else 4.0) * math.pi
    return solid_angle * permeability / (viscosity * (1.0 / radius - 1.0 / cell_radius))
