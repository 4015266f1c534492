"""The sac round the heart: how it presses back as blood fills it, and how that slows the bleeding."""

from __future__ import annotations

import math


def equal_volume(pressure: float, *, free: float, scale: float, stiffness: float) -> float:
    r"""Blood in the pericardium that presses as hard as more would come.

    A sac that is full presses on the heart with a pressure that grows by the factor e for each so much more blood:

    .. math:: p_p(V) = p_0\left(e^{\lambda(V-V_f)}-1\right), \qquad V_e = V_f + \frac{1}{\lambda}\ln(1+p/p_0)

    Parameters
    ----------
    pressure : float
        :math:`p` with which it comes [Pa], not negative.
    free : float
        :math:`V_f` that the sac takes before it presses [m^3].
    scale : float
        :math:`p_0` [Pa].
    stiffness : float
        :math:`\lambda` [m^-3].

    Returns
    -------
    volume : float
        :math:`V_e` [m^3].

    Notes
    -----
    Minutes to days: a sac that is stretched over weeks grows and holds a litre.

    References
    ----------
    Smith et al. (2004), Med Eng Phys 26:131, for the form and its numbers.

    Examples
    --------
    11 mmHg on Smith's sac, in mL beyond what it takes freely:

    >>> round(equal_volume(11.0, free=0.0, scale=0.5003, stiffness=0.03))
    104
    """
    return free + math.log1p(pressure / scale) / stiffness


def bled(duration: float, *, rate: float, free: float, full: float, stiffness: float) -> float:
    r"""Blood that has come through a hole into a sac that presses back.

    The hole lets :math:`k\sqrt{p-p_p(V)}` through. With :math:`s = \sqrt{p - p_p}` this is
    :math:`\dot s = -\tfrac12\lambda k\,(p+p_0-s^2)`, so once the free volume is full

    .. math::

        V = V_f + \frac{2}{\lambda}\ln\frac{\cosh a}{\cosh(a-\tau)}, \qquad \cosh a = e^{\lambda(V_e-V_f)/2}, \qquad
        \tau = \frac{\lambda Q_0}{2\tanh a}\,(t - V_f/Q_0) \le a

    Parameters
    ----------
    duration : float
        :math:`t` since it began [s].
    rate : float
        :math:`Q_0` at first [m^3 s^-1], positive.
    free : float
        :math:`V_f` that the sac takes before it presses [m^3]; inf for one that never does.
    full : float
        :math:`V_e` at which it presses as hard as the blood comes [m^3].
    stiffness : float
        :math:`\lambda` [m^-3].

    Returns
    -------
    volume : float
        [m^3]; `full` is reached after a finite time and kept.

    Notes
    -----
    A hole that stays as it is and a pressure behind it that stays as it was.

    References
    ----------
    Torricelli through the hole, Smith et al. (2004) for the sac; the integral is elementary.

    Examples
    --------
    1 mL a minute into a sac that takes 100 mL freely and 200 mL at most, after one, three and twelve hours:

    >>> law = {"rate": 1.0, "free": 100.0, "full": 200.0, "stiffness": 0.03}
    >>> [round(bled(60.0 * hours, **law)) for hours in (1, 3, 12)]
    [60, 174, 200]
    """
    if rate * duration <= free:
        return max(rate * duration, 0.0)
    half = 0.5 * stiffness * (full - free)
    if half <= 0.0:
        return free
    steep = math.sqrt(-math.expm1(-2.0 * half))  # tanh a
    end = half + math.log1p(steep)  # a
    gone = min(0.5 * stiffness * (rate * duration - free) / steep, end)
    return free + 2.0 / stiffness * (half - _log_cosh(end - gone))


def _log_cosh(x: float) -> float:
    return x + math.log1p(math.exp(-2.0 * x)) - math.log(2.0)
