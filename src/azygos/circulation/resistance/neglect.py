"""Recruitment and constriction left out: what is open stays as it was."""

from __future__ import annotations

import math


def bed_ratio(flow_lost: float, *, exponent: float) -> float:
    r"""Resistance of parallel vessels of which a share is closed.

    To see what the small vessels do, compare with this:

    .. math:: \frac{R}{R_0} = \frac{1}{1-f}

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
    Exact for equal vessels side by side.

    References
    ----------
    Ohm's law for parallel branches.

    Examples
    --------
    >>> bed_ratio(0.75, exponent=1.0), bed_ratio(1.0, exponent=1.0)
    (4.0, inf)
    """
    return 1.0 / (1.0 - flow_lost) if flow_lost < 1.0 else math.inf
