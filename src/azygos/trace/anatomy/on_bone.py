"""Cement that lies on the wall of the vertebral bodies: what a vein or a gap of the bone let out beside it.

Such a piece lies between the bone and whatever is next to it there: lung, aorta or crus. These do not hold it: the
arteries of the lung end 5 to 10 mm under its surface, and cement does not enter the aorta. Nor is it at once in
the azygos or hemiazygos vein because it lies in their corridor: of veins beside the bone the external plexus and the
segmental veins are filled several times as often (46 of 56 venous leaks in VERTOS II; 12 against 5 on CT fluoroscopy),
and they run around the body, where the azygos and the hemiazygos run along the spine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.parcels import REGIONS, Anatomy, Spine

TOUCHES_MM = 5.0  # from the wall: twice what the wall's outline and the scan's blur leave open
ON_WALL_MM = 8.0  # lung this near to the bone holds no artery of a millimetre
LONG_MM = 6.0  # less is two thick slices, and tells no direction
TOUCHING = 0.1  # share of a piece that must lie as near as the first
ON_WALL = 0.5  # share that must lie as near as the second
GIVES_WAY = ("lung_right", "lung_left", "aorta", "mediastinum", "oesophagus", "abdomen", "soft_tissue", "fat", "neck")
"""Regions that cannot hold what lies on the bone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnBone:
    """How a piece lies on the wall of the bodies."""

    on_wall: BoolArray  # shape (n,), points near the wall
    front: BoolArray  # shape (n,), in front of a body rather than beside it
    lengthwise: bool  # it runs along the spine

    def own(self, regions: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Regions (n, 15) at and around its points, those that cannot hold it given to the tissue on the bone."""
        beside = np.where(self.front, REGIONS.index("prevertebral"), REGIONS.index("paravertebral"))
        gives_way = np.isin(regions, [REGIONS.index(name) for name in GIVES_WAY]) & self.on_wall[:, None]
        return np.where(gives_way, beside[:, None], regions).astype(np.uint8)


def on_bone(anatomy: Anatomy, points_mm: FloatArray) -> OnBone | None:
    """How points (n, 3) of a piece lie on the bodies' wall; None for one that does not lie there."""
    spine = anatomy.spine
    if spine is None or not np.all(within(spine, points_mm)):
        return None
    at = spine.along(points_mm)
    wide, deep = sizes(spine, points_mm)
    gap = outside(at, wide, deep)
    if np.mean(gap < TOUCHES_MM) < TOUCHING or np.mean(gap < ON_WALL_MM) < ON_WALL:
        return None
    spread = at.std(axis=0)
    return OnBone(
        on_wall=gap < ON_WALL_MM,
        front=(at[:, 1] < 0.0) & (np.abs(at[:, 1]) / deep > np.abs(at[:, 0]) / wide),
        lengthwise=bool(np.ptp(at[:, 2]) > LONG_MM and spread[2] > np.hypot(spread[0], spread[1])),
    )


def within(spine: Spine, points_mm: FloatArray) -> BoolArray:
    """Whether points lie between the ends of the spine's line."""
    return np.asarray((points_mm[:, 2] >= spine.line_mm[0, 2]) & (points_mm[:, 2] <= spine.line_mm[-1, 2]))


def sizes(spine: Spine, points_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Half width and half depth of the bodies at the height of points [mm]."""
    z = spine.line_mm[:, 2]
    wide, deep = (np.interp(points_mm[:, 2], z, size) for size in (spine.half_width_mm, spine.half_depth_mm))
    return wide, deep


def outside(at_mm: FloatArray, wide_mm: FloatArray, deep_mm: FloatArray) -> FloatArray:
    """How far points in spine coordinates lie outside the ellipse of a body, along the ray from its middle [mm]."""
    rim = np.maximum(np.hypot(at_mm[:, 0] / wide_mm, at_mm[:, 1] / deep_mm), 1e-3)
    return np.asarray(np.hypot(at_mm[:, 0], at_mm[:, 1]) * (1.0 - 1.0 / rim))
