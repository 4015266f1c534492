"""Cement that lies on the wall of the vertebral bodies: what a vein or a gap of the bone let out beside it.

Such a piece lies between the bone and whatever is next to it there: lung, aorta or crus. It is assumed that these do
not hold it: that no artery of the lung wide enough to be seen lies so near to the bone, and that cement does not
enter the aorta. Nor is it at once in the azygos or hemiazygos vein because it lies in their corridor. The anterior
external plexus is filled more often (46 of 56 venous leaks lay in it on the CTs of VERTOS II; 12, against 5 in the
azygos, in a series under CT fluoroscopy). It and the segmental veins run around the body, the azygos and the hemiazygos
along the spine. All lengths and shares are assumed (:mod:`azygos.values.corridors`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.units import MM
from azygos.trace.anatomy.around_spine import SQUARE
from azygos.trace.anatomy.parcels import REGIONS, Anatomy, Spine
from azygos.values import corridors

TOUCHES_MM = float(corridors.TOUCHES) / MM
AT_ONCE_MM = float(corridors.AT_ONCE) / MM
ON_WALL_MM = float(corridors.ON_WALL) / MM
LONG_MM = float(corridors.TELLS_A_WAY) / MM
LONGER_MM = float(corridors.LONGER_ACROSS) / MM
GIVES_WAY = ("lung_right", "lung_left", "aorta", "mediastinum", "oesophagus", "abdomen", "soft_tissue", "fat", "neck")
"""Regions that are taken not to hold what lies on the bone; to a thread along the spine only the first two give way."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnBone:
    """How a piece lies on the wall of the bodies."""

    on_wall: BoolArray  # shape (n,), points near the wall; none beyond the ends of the spine's line
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
    """How points (n, 3) of a piece lie on the bodies' wall; None for one that does not lie there.

    Points beyond the ends of the spine's line are not asked, and count as not on the wall and not in front. Where they
    are more than half, nothing is told.
    """
    spine = anatomy.spine
    if spine is None:
        return None
    known = within(spine, points_mm)
    if np.mean(known) < float(corridors.MOSTLY_BESIDE_SPINE):
        return None
    at = spine.along(points_mm[known])
    wide, deep = sizes(spine, points_mm[known])
    gap = outside(at, wide, deep)
    touching, on_wall = np.mean(gap < TOUCHES_MM), np.mean(gap < ON_WALL_MM)
    if touching < float(corridors.TOUCHING) or on_wall < float(corridors.MOSTLY_ON_WALL):
        return None
    extent = np.ptp(at, axis=0)
    across, along, off = float(np.hypot(extent[0], extent[1])), float(extent[2]), float(np.median(gap))
    left = _in_vein(across, along, off)
    return OnBone(
        on_wall=_of_all(known, gap < ON_WALL_MM),
        front=_of_all(known, (at[:, 1] < 0.0) & (np.abs(at[:, 1]) / deep > np.abs(at[:, 0]) / wide)),
        among_roads=left == 1.0 and _among_roads(across, along),
        in_vein=left,
    )


def _of_all(known: BoolArray, true_of_known: BoolArray) -> BoolArray:
    """What holds for the known points, for all of them: False for the others."""
    everywhere = np.zeros(len(known), dtype=bool)
    everywhere[known] = true_of_known
    return everywhere


def _among_roads(across: float, along: float) -> bool:
    return along > max(LONG_MM, float(corridors.THREAD) * across) or max(across, along) < LONG_MM


def _in_vein(across: float, along: float, gap_mm: float) -> float:
    if across > along + LONGER_MM:
        return float(corridors.ROUND_THE_BODY)
    return float(corridors.SPECK_ON_BONE) if along < LONG_MM and gap_mm < AT_ONCE_MM else 1.0


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
