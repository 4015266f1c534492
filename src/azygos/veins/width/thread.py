"""As wide as the forces make it: a viscous thread between push, drag, wall and its own resistance."""

from __future__ import annotations

from azygos.ground.tubes import annulus_drag, annulus_resistance, near_wall_resistance, on_wall_drag

MODE = 0


def pull(radius: float, *, tube_radius: float, shear_rate: float, viscosity: float, film: float) -> tuple[float, float]:
    r"""Pull of blood on each metre of a cord that lies on the wall of a vein, and how its speed lessens it.

    .. math:: f = 2\pi\mu\dot\gamma\,\min\!\left(a+\frac{a^2}{R},\,R\right), \qquad
        c = 2\pi\mu\,\max\!\left(\frac1{\operatorname{arcosh}(1+h/a)},\,\frac1{\ln(R/a)}\right)

    Shear pulls as on a bare wall, the falling pressure along the vein adds :math:`a/R` of that, and all together
    cannot be more than the pressure on the whole section.

    Parameters
    ----------
    radius, tube_radius : float
        :math:`a` of the cord, :math:`R` of the vein [m].
    shear_rate : float
        :math:`\dot\gamma` of undisturbed blood at the wall [s^-1].
    viscosity : float
        :math:`\mu` of blood [Pa s].
    film : float
        :math:`h` between cord and wall [m].

    Returns
    -------
    force : float
        On a cord at rest, along the flow [N m^-1].
    resistance : float
        Loss of force for each m/s [Pa s].

    Notes
    -----
    Blood finds other ways around a narrowed vein, so the pressure gradient is held, not the flow.

    References
    ----------
    :func:`azygos.ground.tubes.on_wall_drag`, :func:`azygos.ground.tubes.near_wall_resistance`.

    Examples
    --------
    2 mm in the azygos: the cord slides at some mm/s where blood runs at 74:

    >>> force, resistance = pull(1e-3, tube_radius=4.8e-3, shear_rate=61.4, viscosity=4e-3, film=5e-6)
    >>> round(force * 1e3, 2), round(force / resistance * 1e3, 1)
    (1.86, 7.4)
    """
    a = min(radius, tube_radius - film)
    whole = on_wall_drag(tube_radius, shear_rate=shear_rate, viscosity=viscosity)
    force = on_wall_drag(a * (1.0 + a / tube_radius), shear_rate=shear_rate, viscosity=viscosity)
    beside = near_wall_resistance(a, film, viscosity=viscosity)
    return min(force, whole), max(beside, annulus_resistance(a, tube_radius, viscosity=viscosity))


def pull_in_the_middle(
    radius: float, *, tube_radius: float, shear_rate: float, viscosity: float, film: float
) -> tuple[float, float]:
    """The same for a cord in the middle of the vein, as where nothing makes it sink.

    Parameters and returns as for :func:`pull`.

    Examples
    --------
    >>> force, resistance = pull_in_the_middle(1e-3, tube_radius=4.8e-3, shear_rate=61.4, viscosity=4e-3, film=5e-6)
    >>> round(force / resistance, 3)
    0.141
    """
    a = min(radius, tube_radius - film)
    gradient = 2.0 * viscosity * shear_rate / tube_radius
    force = annulus_drag(0.0, radius=a, tube_radius=tube_radius, gradient=gradient, viscosity=viscosity)
    return force, annulus_resistance(a, tube_radius, viscosity=viscosity)


def stretched_area(area: float, time: float, *, force: float, viscosity: float) -> float:
    r"""Section of a thread that hangs on a constant pull.

    .. math:: A = A_0 - \frac{F}{3\mu}\,t

    Parameters
    ----------
    area : float
        :math:`A_0` at the start [m^2].
    time : float
        [s].
    force : float
        :math:`F` [N].
    viscosity : float
        :math:`\mu` in shear; a thread resists stretching with three times that [Pa s].

    Returns
    -------
    area : float
        [m^2]; it parts when this reaches 0.

    Notes
    -----
    Newtonian, slender, no surface tension, no inertia.

    References
    ----------
    Trouton, Proc R Soc Lond A 77:426 (1906).

    Examples
    --------
    2 mm of 200 Pa s under 0.3 mN is gone after 6.3 s:

    >>> round(stretched_area(3.1416e-6, 6.28, force=0.3e-3, viscosity=200.0) * 1e6, 3)
    0.002
    """
    return area - force * time / (3.0 * viscosity)
