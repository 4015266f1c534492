"""Anterior, middle and posterior height of a vertebral body, and what they say of a fracture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import BoolArray
from azygos.values import density


@dataclass(frozen=True, slots=True, kw_only=True)
class Heights:
    """Mean heights in the front, middle and back sixth of the body's middle third, and its depth [m]."""

    anterior: float
    middle: float
    posterior: float
    depth: float


def measure_heights(inside: BoolArray, spacing: float) -> Heights:
    """Heights of a body on a grid along its own axes (i left, j back, k head).

    Parameters
    ----------
    inside : BoolArray
        The body, shape (n_i, n_j, n_k).
    spacing : float
        Edge of a cell [m].

    Examples
    --------
    >>> block = np.zeros((14, 34, 24), dtype=bool)
    >>> block[2:12, 2:32, 2:22] = True
    >>> round(measure_heights(block, 1e-3).middle * 1e3, 1)
    20.0
    """
    height = inside.sum(axis=2) * spacing
    occupied = np.nonzero(height.any(axis=1))[0]
    third = max(occupied.size // 6, 1)
    centre = int(np.rint(occupied.mean()))
    strip = height[centre - third : centre + third + 1]
    column = np.median(strip, axis=0)
    rows = np.nonzero(column > 0.3 * column.max())[0]
    depth = rows.size
    places = {"anterior": 0.12, "middle": 0.5, "posterior": 0.88}  # the rounded edges themselves are left out
    half = max(depth // 12, 1)
    at = {name: rows[0] + round(share * (depth - 1)) for name, share in places.items()}
    read = {name: float(np.mean(column[max(j - half, rows[0]) : j + half + 1])) for name, j in at.items()}
    return Heights(**read, depth=depth * spacing)


def classify_fracture(heights: Heights, level: str) -> str:
    """Shape of a fracture from the heights, after Genant: "none", "wedge", "biconcave", "crush" or "unknown".

    A loss is counted against the body's own highest part. Normal wedging (lower in front by the
    angle usual at that level) is subtracted first.

    Parameters
    ----------
    heights : Heights
        Of the body.
    level : str
        "T1" to "L5".

    Returns
    -------
    shape : str
        "unknown" between 15 and 20 % of loss, where neighbours would have to tell.

    Notes
    -----
    A body that lost the same height everywhere ("crush") cannot be told from a small one without
    its neighbours; "crush" here means front and middle are lost alike, or the back most.

    References
    ----------
    Genant et al. (1993): 20, 25 and 40 % of height.

    Examples
    --------
    >>> classify_fracture(Heights(anterior=0.016, middle=0.022, posterior=0.024, depth=0.03), "L1")
    'wedge'
    """
    wedging = np.deg2rad(float(density.WEDGING_DEG.get(level, density.WEDGING_ELSEWHERE_DEG)))
    rise = 0.76 * heights.depth * float(np.tan(wedging))  # front and back are read 0.76 of the depth apart
    front, middle, back = heights.anterior + rise, heights.middle + 0.5 * rise, heights.posterior
    highest = max(front, middle, back)
    lost_front, lost_middle, lost_back = (1.0 - h / highest for h in (front, middle, back))
    worst = max(lost_front, lost_middle, lost_back)
    if worst < 0.15:
        return "none"
    if worst < density.MILD_LOSS.number:
        return "unknown"
    if lost_back == worst:
        return "crush"
    if lost_middle > lost_front + 0.05:
        return "biconcave"
    return "wedge"
