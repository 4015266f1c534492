"""How cords of cement sink in blood: spare weight, drag along and across, settling speed."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.optimize import brentq

from azygos.ground.errors import require

GRAVITY = 9.80665  # [m s^-2]


def spare_weight(volume: float, *, density: float, fluid_density: float) -> float:
    r"""Weight of a body less what the fluid bears.

    Products differ 3.3-fold in it, so one sinks where another floats along:

    .. math:: W = (\rho-\rho_f)\,g\,V

    Parameters
    ----------
    volume : float
        :math:`V` [m^3].
    density, fluid_density : float
        :math:`\rho, \rho_f` [kg m^-3].

    Returns
    -------
    weight : float
        Downwards [N]; negative if it floats.

    Notes
    -----
    Fully immersed.

    References
    ----------
    Archimedes.

    Examples
    --------
    A set cord of 2 mm by 30 mm, in mN:

    >>> round(spare_weight(math.pi * 1e-6 * 0.03, density=1390.0, fluid_density=1050.0) * 1e3, 2)
    0.31
    """
    return (density - fluid_density) * GRAVITY * volume


def drag_across(speed: float, *, radius: float, length: float, density: float, viscosity: float) -> float:
    r"""Drag on a cylinder that moves broadside.

    .. math:: F = \left(1+10\,Re^{-2/3}\right)\,\rho\,a\,L\,v^2, \qquad Re = \frac{2\rho a v}{\mu}

    Parameters
    ----------
    speed : float
        :math:`v` [m s^-1], not negative.
    radius, length : float
        :math:`a, L` of the cylinder [m].
    density, viscosity : float
        :math:`\rho, \mu` of the fluid [kg m^-3, Pa s].

    Returns
    -------
    force : float
        [N].

    Notes
    -----
    A curve fit for long cylinders, Re from 1 to 200 000; ends and walls are left out.

    References
    ----------
    White, Viscous Fluid Flow, 3rd ed. (2006), sec. 3-8.

    Examples
    --------
    10 cm/s on 2 mm by 30 mm, in mN:

    >>> round(drag_across(0.1, radius=1e-3, length=0.03, density=1050.0, viscosity=4e-3) * 1e3, 2)
    0.54
    """
    if speed == 0.0:
        return 0.0
    reynolds = 2.0 * density * radius * speed / viscosity
    coefficient: float = 1.0 + 10.0 * reynolds ** (-2.0 / 3.0)
    return coefficient * density * radius * length * speed**2


def drag_along(speed: float, *, radius: float, length: float, density: float, viscosity: float) -> float:
    r"""Drag on a cylinder that moves end on.

    The friction of a laminar boundary layer on its side, and the push on its nose:

    .. math:: F = 1.328\,\sqrt{\frac{\mu}{\rho v L}}\;\tfrac12\rho v^2\,2\pi a L + \tfrac12\rho v^2\,\pi a^2

    Parameters
    ----------
    speed : float
        :math:`v` [m s^-1], not negative.
    radius, length : float
        :math:`a, L` [m].
    density, viscosity : float
        Of the fluid [kg m^-3, Pa s].

    Returns
    -------
    force : float
        [N].

    Notes
    -----
    The layer is that of a flat plate; for a long thin cord it is thicker than the cord, and the true drag larger.
    The nose's coefficient is taken as 1 (a blunt end has 0.8 to 1.2). The vein's wall is left out.

    References
    ----------
    White, Viscous Fluid Flow, 3rd ed. (2006), sec. 4-3, for the plate.

    Examples
    --------
    10 cm/s on 2 mm by 30 mm, in mN:

    >>> round(drag_along(0.1, radius=1e-3, length=0.03, density=1050.0, viscosity=4e-3) * 1e3, 2)
    0.06
    """
    dynamic: float = 0.5 * density * speed**2
    if speed == 0.0:
        return 0.0
    layer = 1.328 * math.sqrt(viscosity / (density * speed * length))
    return dynamic * (layer * 2.0 * math.pi * radius * length + math.pi * radius**2)


def settling_speed(weight: float, drag: Callable[[float], float]) -> float:
    """Speed at which drag bears the spare weight.

    A cord sinks in a slow vein as fast as blood flows, and then goes where gravity says.

    Parameters
    ----------
    weight : float
        Spare weight [N], not negative.
    drag : callable
        From speed [m s^-1] to force [N], rising from 0, as :func:`drag_across` or :func:`drag_along` with the
        rest filled in.

    Returns
    -------
    speed : float
        [m s^-1].

    Notes
    -----
    Steady; reached within a few body widths.

    References
    ----------
    Balance of forces.

    Examples
    --------
    2 mm by 30 mm of a heavy cement, end on and broadside, in cm/s:

    >>> from functools import partial
    >>> cord = dict(radius=1e-3, length=0.03, density=1050.0, viscosity=4e-3)
    >>> weight = spare_weight(math.pi * 1e-6 * 0.03, density=1390.0, fluid_density=1050.0)
    >>> round(settling_speed(weight, partial(drag_along, **cord)) * 100)
    26
    >>> round(settling_speed(weight, partial(drag_across, **cord)) * 100, 1)
    7.3
    """
    require(weight >= 0.0, f"a spare weight of {weight:g} N floats up; a settling speed needs one that sinks")
    if weight == 0.0:
        return 0.0
    fastest = 1e-3
    while drag(fastest) < weight:
        fastest *= 2.0
    return float(brentq(lambda speed: drag(speed) - weight, 0.0, fastest, xtol=1e-12))
