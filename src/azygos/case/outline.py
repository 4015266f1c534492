"""The edge of a body for pictures: a drawing aid, no measured shape."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray

HEAD, FOOT = 205.0, -315.0  # of the picture, in a body of 1.70 m [mm]
HALF = {  # half-width of the trunk from in front at each height [mm]
    205: 54, 170: 60, 150: 88, 135: 148, 108: 186, 60: 172, 0: 160, -60: 150, -130: 139, -180: 136, -230: 156,
    -280: 172, -315: 176,
}  # fmt: skip
FRONT = {205: -42, 150: -62, 110: -92, 60: -122, 0: -136, -60: -136, -130: -130, -200: -124, -280: -120, -315: -116}
BACK = {205: 46, 135: 62, 60: 86, 0: 80, -100: 56, -170: 46, -230: 62, -280: 96, -315: 100}


def trunk_outline(across: int) -> FloatArray:
    """Edge of the trunk of a body of 1.70 m, shape (n, 2), heights second [mm].

    Parameters
    ----------
    across : int
        Which axis of LPS runs across the picture: 0 from in front, 1 from the side.

    Examples
    --------
    >>> edge = trunk_outline(0)
    >>> bool(edge[:, 0].max() == -edge[:, 0].min()), float(edge[:, 1].max())
    (True, 205.0)
    """
    from scipy.interpolate import PchipInterpolator

    heights = np.linspace(FOOT, HEAD, 70)

    def at(knots: dict[int, int]) -> FloatArray:
        order = sorted(knots)
        return np.asarray(PchipInterpolator(order, [knots[z] for z in order])(heights), dtype=np.float64)

    one, other = (at(HALF), -at(HALF)) if across == 0 else (at(FRONT), at(BACK))
    return np.concatenate([np.stack([one, heights], -1), np.stack([other, heights], -1)[::-1]])
