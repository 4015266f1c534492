"""Only a full closure counts."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray


def conductance_left(closed: FloatArray) -> FloatArray:
    """Conductance of an artery that counts as open until it is closed altogether.

    To see what cords cost that only lie in an artery, compare with this.

    Parameters
    ----------
    closed : array
        Share of its area [-], 0 to 1.

    Returns
    -------
    conductance : array
        Over that of the open artery [-]: 1, or 0 where all is closed.

    Notes
    -----
    Plugs keep their whole effect.

    References
    ----------
    None; a choice.

    Examples
    --------
    >>> conductance_left(np.array([0.0, 0.9, 1.0])).tolist()
    [1.0, 1.0, 0.0]
    """
    return np.where(np.asarray(closed) < 1.0, 1.0, 0.0)
