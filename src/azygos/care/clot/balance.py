"""How much clot there is after a time of growth and lysis."""

from __future__ import annotations

import math


def clot_after(volume: float, duration: float, *, growth: float, lysis: float) -> float:
    r"""Clot after a time in which growth and lysis stand still.

    Clot builds up on bare cement and the body dissolves it; cement itself never dissolves:

    .. math:: \frac{dV}{dt} = g - k V \;\Rightarrow\; V = V_0 e^{-kt} + g\,\frac{1-e^{-kt}}{k},
        \qquad g = k_g A\,(1-a)\,S

    Parameters
    ----------
    volume : float
        :math:`V_0` [m^3].
    duration : float
        :math:`t` [s].
    growth : float
        :math:`g`, of bare area :math:`A`, anticoagulant effect :math:`a` and stasis :math:`S` [m^3 s^-1].
    lysis : float
        :math:`k` [s^-1], not negative.

    Returns
    -------
    volume : float
        [m^3].

    Notes
    -----
    Exact for any duration, so that the days at which one looks do not matter. Growth does not depend on the clot
    that is there already.

    References
    ----------
    A balance; rates are assumed (``values/care.py``).

    Examples
    --------
    >>> round(clot_after(1.0, 10.0, growth=0.0, lysis=0.1), 4), clot_after(1.0, 10.0, growth=0.5, lysis=0.0)
    (0.3679, 6.0)
    """
    if lysis <= 0.0:
        return volume + growth * duration
    return volume * math.exp(-lysis * duration) - growth * math.expm1(-lysis * duration) / lysis
