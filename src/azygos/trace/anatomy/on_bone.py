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
from azygos.trace.anatomy.around_spine import SQUARE
from azygos.trace.anatomy.parcels import REGIONS, Anatomy, Spine

TOUCHES_MM = 4.5  # from the wall: its outline may be off by 2, and end plates stand 2 before the waist that it follows
AT_ONCE_MM = 2.0  # nearer than the middle of either vein
ON_WALL_MM = 8.0  # lung this near to the bone holds no artery of a millimetre
LONG_MM = 6.0  # less is two thick slices, and tells no direction
THREAD = 3.0  # length along the spine over that across it, of what may have been cast in a vein that runs there
LONGER_MM = 3.0  # across than along the spine, to run around a body: more than blur makes of a ball
TOUCHING = 0.1  # share of a piece that must lie within the first
ON_WALL = 0.5  # share that must lie within the wall's tissue
ROUND_THE_BODY, SPECK = 0.25, 0.4
"""What is left of a corridor's chance where a piece runs around a body, and where it is a speck at once on the bone."""
GIVES_WAY = ("lung_right", "lung_left", "aorta", "mediastinum", "oesophagus", "abdomen", "soft_tissue", "fat", "neck")
"""Regions that cannot hold what lies on the bone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnBone:
    """How a piece lies on the wall of the bodies."""

    on_wall: BoolArray  # shape (n,), points near the wall
    front: BoolArray  # shape (n,), in front of a body rather than beside it
    among_roads: bool  # a thread along the spine, or a speck off the bone: it may lie in a vein of the corridors
    in_vein: float  # of a corridor's chance, what the way it runs leaves [-]

    def own(self, regions: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Regions (n, 15) at and around its points, those that cannot hold it given to the tissue on the bone."""
        beside = np.where(self.front, REGIONS.index("prevertebral"), REGIONS.index("paravertebral"))
        names = GIVES_WAY[:2] if self.among_roads else GIVES_WAY
        gives_way = np.isin(regions, [REGIONS.index(name) for name in names]) & self.on_wall[:, None]
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
    extent = np.ptp(at, axis=0)
    across, along, off = float(np.hypot(extent[0], extent[1])), float(extent[2]), float(np.median(gap))
    left = _in_vein(across, along, off)
    return OnBone(
        on_wall=gap < ON_WALL_MM,
        front=(at[:, 1] < 0.0) & (np.abs(at[:, 1]) / deep > np.abs(at[:, 0]) / wide),
        among_roads=left == 1.0 and (along > max(LONG_MM, THREAD * across) or max(across, along) < LONG_MM),
        in_vein=left,
    )


def _in_vein(across: float, along: float, gap_mm: float) -> float:
    if across > along + LONGER_MM:
        return ROUND_THE_BODY
    return SPECK if along < LONG_MM and gap_mm < AT_ONCE_MM else 1.0


def within(spine: Spine, points_mm: FloatArray) -> BoolArray:
    """Whether points lie between the ends of the spine's line."""
    return np.asarray((points_mm[:, 2] >= spine.line_mm[0, 2]) & (points_mm[:, 2] <= spine.line_mm[-1, 2]))


def sizes(spine: Spine, points_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Half width and half depth of the bodies at the height of points [mm]."""
    z = spine.line_mm[:, 2]
    wide, deep = (np.interp(points_mm[:, 2], z, size) for size in (spine.half_width_mm, spine.half_depth_mm))
    return wide, deep


def outside(at_mm: FloatArray, wide_mm: FloatArray, deep_mm: FloatArray) -> FloatArray:
    """How far points in spine coordinates lie outside the outline of a body, along the ray from its middle [mm]."""
    rim = (np.abs(at_mm[:, 0] / wide_mm) ** SQUARE + np.abs(at_mm[:, 1] / deep_mm) ** SQUARE) ** (1.0 / SQUARE)
    return np.asarray(np.hypot(at_mm[:, 0], at_mm[:, 1]) * (1.0 - 1.0 / np.maximum(rim, 1e-3)))
