"""Blocked arteries by mechanics alone, after Burrowes et al. 2011: capillaries are recruited, nothing constricts."""

from __future__ import annotations

from azygos.circulation.resistance import constricted
from azygos.values.circulation import MECHANICAL_EXPONENT


def bed_ratio(flow_lost: float, *, exponent: float) -> float:
    r"""Resistance of a bed whose open vessels widen under the diverted flow.

    It is the least that a blockage can do:

    .. math:: \frac{R}{R_0} = \frac{1}{(1-f)^{0.8}}

    Parameters
    ----------
    flow_lost : float
        :math:`f`, share of flow lost at the same pressure, 0 to 1 [-].
    exponent : float
        Not used; the answers share one signature.

    Returns
    -------
    ratio : float
        [-]; infinite if all is closed.

    Notes
    -----
    The exponent is ours: it lets the mean pressure pass 25 mmHg where the anatomical model's did, at 55 %.

    References
    ----------
    Burrowes, Clark & Tawhai (2011), PMC3224428 (abstract).

    Examples
    --------
    >>> round(bed_ratio(0.55, exponent=1.5), 3)
    1.894
    """
    return constricted.bed_ratio(flow_lost, exponent=MECHANICAL_EXPONENT.number)
