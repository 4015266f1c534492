"""How cement comes to rest: a plug warms to the body, and shrinks as it sets."""

from __future__ import annotations

import math


def plug_warming_time(radius: float, *, diffusivity: float) -> float:
    r"""Time in which a plug of cement in a vein takes on the warmth around it.

    A thin plug is at body temperature within seconds, long before the bulk in the bone;
    so it ages faster than what pushes it:

    .. math:: \tau = \frac{a^2}{5.783\,\alpha}

    Parameters
    ----------
    radius : float
        :math:`a` of the plug [m].
    diffusivity : float
        :math:`\alpha` of the cement [m^2 s^-1].

    Returns
    -------
    time : float
        In which the difference falls e-fold [s].

    Notes
    -----
    Slowest mode of a long cylinder whose wall is kept at body temperature (5.783 is the square of
    the first zero of :math:`J_0`). Blood that flows past keeps it so; bone does less well.

    References
    ----------
    Carslaw & Jaeger, Conduction of Heat in Solids, 2nd ed. (1959), sec. 7.6.

    Examples
    --------
    >>> round(plug_warming_time(1e-3, diffusivity=1.1e-7), 2)
    1.57
    """
    return radius**2 / (5.783185962946785 * diffusivity)


def warming_ball_temperature(
    distance: float, time: float, *, radius: float, diffusivity: float, start: float, surroundings: float
) -> float:
    r"""Temperature of a ball of cold cement in warm bone.

    Ten millilitres of room-cold cement warm at the centre in minutes, as long as the
    injection lasts. So temperature must be followed, and this is the exact check for it:

    .. math:: \frac{T-T_\infty}{T_0-T_\infty} = \tfrac12\left[\operatorname{erf}\frac{a-r}{s}+\operatorname{erf}
        \frac{a+r}{s}\right] - \frac{s}{2r\sqrt\pi}\left[e^{-(a-r)^2/s^2}-e^{-(a+r)^2/s^2}\right],
        \quad s = 2\sqrt{\alpha t}

    Parameters
    ----------
    distance : float
        :math:`r` from the centre [m], positive.
    time : float
        :math:`t` [s], positive.
    radius : float
        :math:`a` of the ball [m].
    diffusivity : float
        :math:`\alpha`, the same inside and outside [m^2 s^-1].
    start, surroundings : float
        :math:`T_0` of the ball, :math:`T_\infty` of the bone at the start [K].

    Returns
    -------
    temperature : float
        [K].

    Notes
    -----
    No heat of setting, no blood flow, equal properties. Near the centre (r below a
    thousandth of the radius) digits are lost to cancellation.

    References
    ----------
    Carslaw & Jaeger, Conduction of Heat in Solids, 2nd ed. (1959), sec. 2.2 and 10.3.

    Examples
    --------
    The centre of a ball of 8 mm radius is half warm after 123 s:

    >>> at = dict(radius=8e-3, diffusivity=1.1e-7, start=20.0, surroundings=37.0)
    >>> round(warming_ball_temperature(1e-5, 123.0, **at), 1)
    28.5
    """
    s: float = 2.0 * (diffusivity * time) ** 0.5
    inner, outer = (radius - distance) / s, (radius + distance) / s
    share = 0.5 * (math.erf(inner) + math.erf(outer)) - s / (2.0 * distance * math.sqrt(math.pi)) * (
        math.exp(-(inner**2)) - math.exp(-(outer**2))
    )
    return surroundings + (start - surroundings) * share


def set_volume(volume: float, *, density_paste: float, density_set: float) -> float:
    r"""Volume that cement fills once it has set.

    Monomer packs closer as it polymerises. Mass is kept, so accounts close in mass, and what
    a scan shows is this volume:

    .. math:: V_s = V\,\frac{\rho_p}{\rho_s}

    Parameters
    ----------
    volume : float
        :math:`V` of the paste [m^3].
    density_paste, density_set : float
        :math:`\rho_p, \rho_s` [kg m^-3].

    Returns
    -------
    volume : float
        [m^3].

    Notes
    -----
    Free shrinkage. In bone the cement may shrink onto trabeculae or leave a gap; pores that
    grow inside it are left out.

    References
    ----------
    Conservation of mass; measured shrinkage in JBMR 52:210 (2000).

    Examples
    --------
    >>> round(set_volume(10.0, density_paste=1273.0, density_set=1366.0), 2)
    9.32
    """
    return volume * density_paste / density_set


def shrinkage(*, density_paste: float, density_set: float) -> float:
    r"""Share of its volume that cement loses as it sets.

    .. math:: s = 1 - \rho_p/\rho_s

    Parameters
    ----------
    density_paste, density_set : float
        [kg m^-3].

    Returns
    -------
    shrinkage : float
        [-].

    Notes
    -----
    As for :func:`set_volume`.

    References
    ----------
    Conservation of mass.

    Examples
    --------
    >>> round(shrinkage(density_paste=1273.0, density_set=1366.0), 3)
    0.068
    """
    return 1.0 - density_paste / density_set
