"""What is left open counts as a round tube of the same area."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray


def conductance_left(closed: FloatArray) -> FloatArray:
    r"""Conductance of an artery whose open part acts as a round tube.

    The mildest answer: no other shape of the same open area lets so much through.

    .. math:: f = (1-c)^2

    Parameters
    ----------
    closed : array
        :math:`c`, share of its area [-], 0 to 1.

    Returns
    -------
    conductance : array
        Over that of the open artery [-].

    Notes
    -----
    Poiseuille's law in the narrower tube; right for a clot that lines the wall.

    References
    ----------
    Bird, Stewart & Lightfoot, Transport Phenomena, 2nd ed. (2002), sec. 2.3.

    Examples
    --------
    >>> conductance_left(np.array([0.0, 0.25, 1.0])).round(4).tolist()
    [1.0, 0.5625, 0.0]
    """
    return np.asarray((1.0 - closed) ** 2)
