"""A round cord that lies on the wall: blood flows through the crescent beside it."""

from __future__ import annotations

import numpy as np
from scipy.special import zeta

from azygos.ground.parcels import FloatArray


def conductance_left(closed: FloatArray) -> FloatArray:
    r"""Conductance of a round artery along whose wall a round cord lies.

    A cord on the wall lies where blood is slow, so it costs less flow than the same cord in the middle:

    .. math:: f = 1 - k^4 - 4k^2\,\psi_1\!\left(\frac1{1-k}\right), \qquad k = \sqrt{c}

    with the trigamma function :math:`\psi_1`; :math:`f \approx 1 - \tfrac{2\pi^2}{3}c` for a thin cord,
    :math:`\tfrac{10}{3}(1-k)^3` for one that fills the artery.

    Parameters
    ----------
    closed : array
        :math:`c`, the cord's area over the artery's [-], 0 to 1.

    Returns
    -------
    conductance : array
        :math:`f`, over that of the open artery [-].

    Notes
    -----
    Exact for slow flow along a long rigid cord that touches the wall: the limit of the series for an eccentric
    annulus as the two circles touch. Its ends are left out.

    References
    ----------
    White, Viscous Fluid Flow, 3rd ed. (2006), sec. 3-3, for the eccentric annulus; the limit is ours.

    Examples
    --------
    A 2 mm cord in a 4 mm artery takes a quarter of the area and costs seven tenths of the flow:

    >>> conductance_left(np.array([0.0, 0.25, 1.0])).round(3).tolist()
    [1.0, 0.293, 0.0]
    """
    k = np.sqrt(closed)
    open_share = np.maximum(1.0 - k, 1e-9)
    found = 1.0 - k**4 - 4.0 * k**2 * zeta(2.0, 1.0 / open_share)
    return np.asarray(np.clip(found, 0.0, 1.0) * (k < 1.0), dtype=np.float64)
