"""As thin as blood would carry it: the lower bound."""

from __future__ import annotations

import math

MODE = 1


def width(flow: float, *, speed: float) -> float:
    r"""Width of a cord that moves as fast as blood.

    Paste that offered no resistance would be drawn out until it kept pace:

    .. math:: d = \sqrt{\frac{4q}{\pi U}}

    Parameters
    ----------
    flow : float
        :math:`q` of cement [m^3 s^-1].
    speed : float
        :math:`U`, mean speed of blood [m s^-1].

    Returns
    -------
    width : float
        [m].

    Notes
    -----
    A bound: wall, viscosity and setting all make the cord wider.

    References
    ----------
    Conservation of volume.

    Examples
    --------
    0.3 and 3 mL/min in the azygos, in mm:

    >>> [round(width(q * 1e-6 / 60, speed=0.074) * 1e3, 2) for q in (0.3, 3.0)]
    [0.29, 0.93]
    """
    return math.sqrt(4.0 * flow / (math.pi * speed))
