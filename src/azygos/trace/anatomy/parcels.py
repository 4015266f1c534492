"""What the tracer knows of the body on one scan, on a coarse grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.findings import Landmark
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import Place

REGIONS: tuple[str, ...] = (
    "outside", "soft_tissue", "fat", "lung_right", "lung_left", "airway",
    "vertebral_body", "posterior_elements", "disc", "spinal_canal", "foramen", "rib", "sternum", "other_bone",
    "aorta", "superior_vena_cava", "inferior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle",
    "left_heart", "heart", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery",
    "hilum_right", "hilum_left", "mediastinum", "oesophagus", "prevertebral", "paravertebral", "back", "abdomen",
    "bowel", "neck", "limb",
)  # fmt: skip
"""Regions by their number on the coarse grid; every voxel is in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpineLevel(Parcel):
    """One vertebra on the spine line."""

    name: str  # "T10"; "" where the count is not known
    centre_mm: tuple[float, float, float]  # of its body
    upper_mm: float  # height of its upper end plate along the spine line, from the line's lower end [mm]
    lower_mm: float
    certainty: float  # of the name [-]; off by one is the usual mistake


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spine(Parcel):
    """The line through the vertebral bodies' centres and the one through the canal, from below to above."""

    line_mm: FloatArray  # shape (n, 3)
    canal_mm: FloatArray  # shape (n, 3), at the same heights
    half_width_mm: FloatArray  # shape (n,), of the bodies, to the side
    half_depth_mm: FloatArray  # shape (n,), of the bodies, front to back
    levels: tuple[SpineLevel, ...]  # from below to above
    certainty: float  # that this is the spine [-]

    def __post_init__(self) -> None:
        self.seal("line_mm", "canal_mm", "half_width_mm", "half_depth_mm")

    def along(self, points_mm: FloatArray) -> FloatArray:
        """Points (n, 3) in spine coordinates (n, 3): left, back and height along the line [mm]."""
        heights = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self.line_mm, axis=0), axis=1))])
        z = self.line_mm[:, 2]
        at = np.stack([np.interp(points_mm[:, 2], z, self.line_mm[:, axis]) for axis in (0, 1)], axis=1)
        beyond = points_mm[:, 2] - np.clip(points_mm[:, 2], z[0], z[-1])
        height = np.interp(points_mm[:, 2], z, heights) + beyond
        return np.column_stack([points_mm[:, :2] - at, height])

    def level_at(self, point_mm: FloatArray) -> SpineLevel | None:
        """The vertebra at a point's height, discs given to the nearer one; None off the spine's ends."""
        height = float(self.along(np.atleast_2d(point_mm))[0, 2])
        near = [
            (max(level.lower_mm - height, height - level.upper_mm, 0.0), index)
            for index, level in enumerate(self.levels)
        ]
        return self.levels[min(near)[1]] if near and min(near)[0] < 15.0 else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anatomy(Parcel):
    """Regions, spine, landmarks and roads of one scan.

    ``chance`` holds, for roads that have no sharp outline (``azygos_vein``, ``hemiazygos_vein``,
    ``inferior_vena_cava`` ...; keys of :data:`azygos.ground.places.SITES`), the chance of each coarse voxel to
    lie in it.
    """

    regions: npt.NDArray[np.uint8]  # coarse grid, place in REGIONS
    affine_mm: FloatArray  # shape (4, 4), coarse voxel centre to LPS [mm]; axes run as those of Oriented
    chance: Mapping[str, npt.NDArray[np.float32]]
    spine: Spine | None
    points: Mapping[str, tuple[float, float, float]]  # "carina", "aortic arch", "right dome", "left dome" ... [mm]
    contrast: str  # "none", "in veins", "in arteries", "in veins and arteries"
    vessel_hu: Mapping[str, float]  # typical HU of blood in "aorta", "superior_vena_cava", "right_heart", "lung" ...
    lobes: npt.NDArray[np.uint8] | None  # coarse grid, 1 + place in places.LOBES, 0 elsewhere
    landmarks: tuple[Landmark, ...]
    field_of_view: tuple[str, ...]
    not_seen: tuple[str, ...]
    notes: tuple[str, ...] = ()
    body_ml: Mapping[str, float] = field(default_factory=dict)  # volume of each vertebral body, by level

    def __post_init__(self) -> None:
        self.seal("regions", dtype=np.uint8)
        self.seal("affine_mm")
        require(bool(self.regions.max(initial=0) < len(REGIONS)), "a region's number is not known")

    def region_at(self, points_mm: FloatArray) -> npt.NDArray[np.uint8]:
        """Region number at points (n, 3) [mm]; "outside" beyond the grid."""
        return _look_up(self.regions, self.affine_mm, points_mm)

    def chance_at(self, site: str, points_mm: FloatArray) -> npt.NDArray[np.float32]:
        """Chance that points (n, 3) [mm] lie in a road; 0 where the road is not known."""
        grid = self.chance.get(site)
        if grid is None:
            return np.zeros(len(points_mm), dtype=np.float32)
        return _look_up(grid, self.affine_mm, points_mm)

    def place_at(self, points_mm: FloatArray) -> Place:
        """Where a piece with these voxel centres (n, 3) [mm] lies, by the share of them in each site."""
        from azygos.trace.anatomy.placing import place_of

        return place_of(self, points_mm)


def _look_up(grid: npt.NDArray, affine_mm: FloatArray, points_mm: FloatArray) -> npt.NDArray:  # type: ignore[type-arg]
    inverse = np.linalg.inv(affine_mm)
    index = np.rint(points_mm @ inverse[:3, :3].T + inverse[:3, 3]).astype(np.int64)
    inside = np.all((index >= 0) & (index < grid.shape), axis=1)
    found = np.zeros(len(points_mm), dtype=grid.dtype)
    found[inside] = grid[tuple(index[inside].T)]
    return found
