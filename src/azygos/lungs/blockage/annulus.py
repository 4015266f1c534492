"""A round cord in the middle of the artery: blood flows through the ring around it."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray


def conductance_left(closed: FloatArray) -> FloatArray:
    r"""Conductance of a round artery in whose middle a round cord lies.

    The worst place for a cord: even a thin one stops the fastest blood.

    .. math:: f = 1 - c^2 + \frac{2(1-c)^2}{\ln c}

    Parameters
    ----------
    closed : array
        :math:`c`, the cord's area over the artery's [-], 0 to 1.

    Returns
    -------
    conductance : array
        Over that of the open artery [-].

    Notes
    -----
    Exact for slow flow around a long coaxial cord at rest.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.4.

    Examples
    --------
    >>> conductance_left(np.array([0.0, 0.25, 1.0])).round(3).tolist()
    [1.0, 0.126, 0.0]
    """
    c = np.clip(closed, 1e-300, 1.0 - 1e-9)
    found = 1.0 - c**2 + 2.0 * (1.0 - c) ** 2 / np.log(c)
    return np.where(np.asarray(closed) <= 0.0, 1.0, np.clip(found, 0.0, 1.0)) * (np.asarray(closed) < 1.0)
