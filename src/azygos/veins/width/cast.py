"""As wide as the vein: a plug that fills it, pushed from behind; the upper bound."""

from __future__ import annotations

import math

MODE = 2


def speed(flow: float, *, radius: float) -> float:
    r"""Speed of a plug that fills a vein.

    .. math:: v = \frac{q}{\pi R^2}

    Parameters
    ----------
    flow : float
        :math:`q` of cement [m^3 s^-1].
    radius : float
        :math:`R` of the vein [m].

    Returns
    -------
    speed : float
        [m s^-1].

    Notes
    -----
    Blood behind it must find another way.

    References
    ----------
    Conservation of volume.

    Examples
    --------
    1 mL/min through a segmental vein of 3 mm, in mm/s:

    >>> round(speed(1e-6 / 60, radius=1.5e-3) * 1e3, 1)
    2.4
    """
    return flow / (math.pi * radius**2)
