"""Slow flow in tubes, and the pull of blood on a cord of cement that lies in one."""

from __future__ import annotations

import math


def poiseuille_conductance(radius: float, length: float, *, viscosity: float) -> float:
    r"""Flow through a round tube for each unit of pressure.

    The fourth power of the radius decides which way blood takes through a mesh of veins:

    .. math:: G = \frac{\pi R^4}{8\mu L}

    Parameters
    ----------
    radius, length : float
        :math:`R, L` of the lumen [m], positive.
    viscosity : float
        :math:`\mu` [Pa s].

    Returns
    -------
    conductance : float
        [m^3 s^-1 Pa^-1].

    Notes
    -----
    Slow steady flow, Newtonian, rigid wall, no slip, far from the inlet.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.3.

    Examples
    --------
    >>> round(poiseuille_conductance(1e-3, 0.01, viscosity=4e-3) * 1e9, 3)
    9.817
    """
    return math.pi * radius**4 / (8.0 * viscosity * length)


def shear_rate_at_wall(flow: float, radius: float) -> float:
    r"""Shear rate of blood at the wall of a round vein.

    It is what pulls at a cord that lies on the wall:

    .. math:: \dot\gamma = \frac{4Q}{\pi R^3}

    Parameters
    ----------
    flow : float
        :math:`Q` [m^3 s^-1].
    radius : float
        :math:`R` [m].

    Returns
    -------
    shear_rate : float
        [s^-1].

    Notes
    -----
    Newtonian, slow and steady.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.3.

    Examples
    --------
    The azygos at its arch, 320 mL/min through 9.6 mm:

    >>> round(shear_rate_at_wall(320e-6 / 60, 4.8e-3), 1)
    61.4
    """
    return 4.0 * flow / (math.pi * radius**3)


def pressure_gradient(flow: float, radius: float, *, viscosity: float) -> float:
    r"""Pressure that blood loses for each metre of a round vein.

    .. math:: -\frac{dp}{dz} = \frac{8\mu Q}{\pi R^4}

    Parameters
    ----------
    flow : float
        :math:`Q` [m^3 s^-1].
    radius : float
        :math:`R` [m].
    viscosity : float
        :math:`\mu` [Pa s].

    Returns
    -------
    gradient : float
        [Pa m^-1].

    Notes
    -----
    As for :func:`poiseuille_conductance`.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.3.

    Examples
    --------
    >>> round(pressure_gradient(320e-6 / 60, 4.8e-3, viscosity=4e-3), 1)
    102.3
    """
    return 8.0 * viscosity * flow / (math.pi * radius**4)


def annulus_resistance(radius: float, tube_radius: float, *, viscosity: float) -> float:
    r"""Force that slows a cord in the middle of a tube, for each metre and each m/s.

    .. math:: c = \frac{2\pi\mu}{\ln(R/a)}

    Parameters
    ----------
    radius, tube_radius : float
        :math:`a` of the cord, :math:`R` of the tube [m], a < R.
    viscosity : float
        :math:`\mu` of the fluid between [Pa s].

    Returns
    -------
    resistance : float
        [Pa s].

    Notes
    -----
    Slow flow, a long cord, coaxial. It grows without bound as the cord fills the tube.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.4.

    Examples
    --------
    >>> round(annulus_resistance(1e-3, 4.8e-3, viscosity=4e-3), 4)
    0.016
    """
    return 2.0 * math.pi * viscosity / math.log(tube_radius / radius)


def annulus_drag(speed: float, *, radius: float, tube_radius: float, gradient: float, viscosity: float) -> float:
    r"""Pull of blood on each metre of a cord in the middle of a vein.

    Shear on its surface and the falling pressure along it act together:

    .. math:: f = \frac{2\pi\mu}{\ln(R/a)}\left[\frac{\Gamma\,(R^2-a^2)}{4\mu}-v\right]

    Parameters
    ----------
    speed : float
        :math:`v` of the cord along the tube [m s^-1].
    radius, tube_radius : float
        :math:`a, R` [m].
    gradient : float
        :math:`\Gamma=-dp/dz` [Pa m^-1].
    viscosity : float
        :math:`\mu` [Pa s].

    Returns
    -------
    force : float
        Along the flow [N m^-1].

    Notes
    -----
    Slow, coaxial, far from both ends of the cord. A cord on which nothing else acts drifts at the speed in
    brackets: for a thin one that of blood in the middle.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.4, with a moving core.

    Examples
    --------
    A cord of 2 mm at rest in the azygos:

    >>> round(annulus_drag(0.0, radius=1e-3, tube_radius=4.8e-3, gradient=102.3, viscosity=4e-3) * 1e3, 2)
    2.26
    """
    drift = gradient * (tube_radius**2 - radius**2) / (4.0 * viscosity)
    return annulus_resistance(radius, tube_radius, viscosity=viscosity) * (drift - speed)


def annulus_flow(speed: float, *, radius: float, tube_radius: float, gradient: float, viscosity: float) -> float:
    r"""Blood that flows past a cord in the middle of a vein.

    .. math:: Q = \pi W\left[\frac{R^2+a^2}{2}-S\right] + \pi v\,(S-a^2), \qquad
        W = \frac{\Gamma(R^2-a^2)}{4\mu}, \quad S = \frac{R^2-a^2}{2\ln(R/a)}

    Parameters
    ----------
    speed, radius, tube_radius, gradient, viscosity : float
        As in :func:`annulus_drag`.

    Returns
    -------
    flow : float
        [m^3 s^-1].

    Notes
    -----
    As for :func:`annulus_drag`; with a vanishing cord at rest it is Poiseuille's law.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.4, with a moving core.

    Examples
    --------
    A 2 mm cord in 9.6 mm takes more than half the flow at the same gradient:

    >>> past = annulus_flow(0.0, radius=1e-3, tube_radius=4.8e-3, gradient=102.3, viscosity=4e-3)
    >>> round(past * 60e6)
    133
    """
    open_area = tube_radius**2 - radius**2
    drift = gradient * open_area / (4.0 * viscosity)
    s = open_area / (2.0 * math.log(tube_radius / radius))
    return math.pi * (drift * (0.5 * (tube_radius**2 + radius**2) - s) + speed * (s - radius**2))


def near_wall_resistance(radius: float, gap: float, *, viscosity: float) -> float:
    r"""Force that slows a cord sliding lengthwise beside a wall, for each metre and each m/s.

    A cord that has sunk slides on a thin film of blood, and the film holds it back:

    .. math:: c = \frac{2\pi\mu}{\operatorname{arcosh}(1+h/a)}

    Parameters
    ----------
    radius, gap : float
        :math:`a` of the cord, :math:`h` between it and the wall [m], positive.
    viscosity : float
        :math:`\mu` of the film [Pa s].

    Returns
    -------
    resistance : float
        [Pa s].

    Notes
    -----
    Exact for a round cylinder beside a flat wall in slow flow (the potential between a cylinder and a plane).

    References
    ----------
    Jeffrey & Onishi, Q J Mech Appl Math 34:129 (1981), for cylinders beside a plane.

    Examples
    --------
    >>> round(near_wall_resistance(1e-3, 5e-6, viscosity=4e-3), 3)
    0.251
    """
    return 2.0 * math.pi * viscosity / math.acosh(1.0 + gap / radius)


def on_wall_drag(radius: float, *, shear_rate: float, viscosity: float) -> float:
    r"""Pull of blood on each metre of a cord that lies still on the wall.

    .. math:: f = 2\pi a\,\mu\dot\gamma

    Averaged over its whole surface the stress is that of the bare wall.

    Parameters
    ----------
    radius : float
        :math:`a` [m].
    shear_rate : float
        :math:`\dot\gamma` of the undisturbed blood at the wall [s^-1].
    viscosity : float
        :math:`\mu` [Pa s].

    Returns
    -------
    force : float
        [N m^-1].

    Notes
    -----
    Exact for a cylinder that touches a flat wall, along the flow: :math:`\pi a\coth(\pi a/z)` maps the space around
    it to a half plane, its real part runs from :math:`-\pi a` to :math:`\pi a` around the cylinder.
    So it holds for a much smaller than the vein.

    References
    ----------
    Derived so; the map is in Kober, Dictionary of Conformal Representations (1957).

    Examples
    --------
    >>> round(on_wall_drag(1e-3, shear_rate=61.4, viscosity=4e-3) * 1e3, 2)
    1.54
    """
    return 2.0 * math.pi * radius * viscosity * shear_rate
