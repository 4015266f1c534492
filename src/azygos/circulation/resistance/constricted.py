"""Blocked arteries with the small vessels' answer: the exponent of this patient's draw."""

from __future__ import annotations

import math


def bed_ratio(flow_lost: float, *, exponent: float) -> float:
    r"""Resistance of a bed whose open vessels are recruited or constrict.

    What platelets, hypoxia and reflexes add decides whether a third of the bed is felt:

    .. math:: \frac{R}{R_0} = \frac{1}{(1-f)^n}

    Parameters
    ----------
    flow_lost : float
        :math:`f`, share of flow lost at the same pressure, 0 to 1 [-].
    exponent : float
        :math:`n`; below 1 recruitment prevails, above 1 constriction [-].

    Returns
    -------
    ratio : float
        [-]; infinite if all is closed.

    Notes
    -----
    Pressures rise above 30 % in patients but only above 55 % in a mechanical model, so n is drawn between
    0.8 and 1.5. Fits of n to these are calibration.

    References
    ----------
    McIntyre & Sasahara (1971), doi:10.1016/0002-9149(71)90116-0; Burrowes et al. (2011), PMC3224428 (abstracts).

    Examples
    --------
    >>> bed_ratio(0.75, exponent=1.5), bed_ratio(0.0, exponent=1.5)
    (8.0, 1.0)
    """
    return float((1.0 - flow_lost) ** -exponent) if flow_lost < 1.0 else math.inf
