"""Where blood, and cement with it, can run: stages of the way from bone to lung on the anatomy's coarse grid.

A way goes through the stages in order and enters each in a vessel that is its own, so that no road leads
from the cava straight into the pulmonary artery that lies behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import distance_transform_edt, find_objects, maximum_filter

from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.ground.places import SITES
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.oriented import Oriented
from azygos.values.joining import FAINT_VESSEL_HU, VESSEL_HU, WEAKEST_ROAD

FloatGrid = npt.NDArray[np.float32]
ENTRY = 0.5  # strength from which a voxel counts as the vessel itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Parcel):
    """One part of the way: vessels that are its own, by site, and what may be crossed between them."""

    name: str
    own: Mapping[str, tuple[str, ...]]  # site to the regions that are this site
    between: Mapping[str, float]  # region to its strength as a road


STAGES: tuple[Stage, ...] = (
    Stage(
        name="spine",
        own={},
        between={
            "vertebral_body": 0.3, "posterior_elements": 0.1, "disc": 0.1, "spinal_canal": 0.4, "foramen": 0.6,
            "prevertebral": 0.6, "paravertebral": 0.5, "abdomen": 0.05, "soft_tissue": 0.02,
        },
    ),
    Stage(
        name="veins",
        own={
            "azygos_vein": (), "hemiazygos_vein": (), "inferior_vena_cava": ("inferior_vena_cava",),
            "superior_vena_cava": ("superior_vena_cava",), "brachiocephalic_vein": ("brachiocephalic_vein",),
        },
        between={
            "prevertebral": 0.1, "paravertebral": 0.1, "mediastinum": 0.0, "abdomen": 0.0, "fat": 0.0,
            "soft_tissue": 0.0, "heart": 0.0,
        },
    ),
    Stage(
        name="right atrium",
        own={"right_atrium": ("right_atrium",)},
        between={"heart": 0.3, "superior_vena_cava": 0.3, "inferior_vena_cava": 0.3, "mediastinum": 0.0},
    ),
    Stage(
        name="right ventricle",
        own={"right_ventricle": ("right_ventricle",)},
        between={"heart": 0.3, "right_atrium": 0.1, "mediastinum": 0.0},
    ),
    Stage(
        name="pulmonary arteries",
        own={
            "pulmonary_trunk": ("pulmonary_trunk",),
            "pulmonary_artery": ("right_pulmonary_artery", "left_pulmonary_artery"),
        },
        between={
            "hilum_right": 0.5, "hilum_left": 0.5, "lung_right": 0.3, "lung_left": 0.3, "mediastinum": 0.03,
            "heart": 0.0,
        },
    ),
)  # fmt: skip
CORE = ("superior_vena_cava", "right_atrium", "right_ventricle", "pulmonary_trunk", "pulmonary_artery")
CORE_FROM = 0.75  # strength of a vessel's core
EDGE = 0.55  # strength at a vessel's edge
FAINT = 0.05  # strength of a road in the lung that hardly shows
BRIDGE_MM = 15.0  # gap in a vessel's outline that a way may cross, to each side
MARGIN_MM = 30.0  # around pieces and vertebrae
LUNGS = ("lung_right", "lung_left")
STAND_INS = {
    "right_atrium": ("heart",), "right_ventricle": ("heart",), "pulmonary_artery": ("hilum_right", "hilum_left"),
}  # fmt: skip
AIR_SIDE = ("hilum_right", "hilum_left", *LUNGS)  # "lung" on the path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground(Parcel):
    """The passable voxels of one stage."""

    stage: Stage
    cells: IntArray  # shape (n, 3), on the coarse grid
    cost: FloatArray  # shape (n,), of a millimetre [-]
    sites: tuple[str, ...]  # sites by number
    site: IntArray  # shape (n,), place in `sites`
    entry: BoolArray  # shape (n,), whether a way may come in here from the stage before
    cava: IntArray  # shape (n,), 1 in the inferior cava, 2 where nothing but itself opens into it: above L1

    def __post_init__(self) -> None:
        self.seal("cells", dtype=np.int64)
        self.seal("cost")
        self.seal("site", dtype=np.int64)
        self.seal("entry", dtype=np.bool_)
        self.seal("cava", dtype=np.int64)


def box_around(anatomy: Anatomy, points_mm: FloatArray, farthest: int) -> tuple[slice, slice, slice]:
    """The part of the coarse grid that holds points, and the vessels from the superior vena cava to `farthest`."""
    inverse = np.linalg.inv(anatomy.affine_mm)
    margin = MARGIN_MM / np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0)
    at = points_mm @ inverse[:3, :3].T + inverse[:3, 3]
    known = [at - margin, at + margin]
    if farthest >= 1:
        for stage in STAGES[1 : farthest + 1]:
            names = [name for site, regions in stage.own.items() if site in CORE for name in regions]
            known.append(np.argwhere(_lie_in(anatomy.regions, [*names, "heart"])))
    corners = np.concatenate(known)
    low = np.clip(np.floor(corners.min(axis=0)), 0, anatomy.regions.shape).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 1, 0, anatomy.regions.shape).astype(int)
    return (slice(low[0], high[0]), slice(low[1], high[1]), slice(low[2], high[2]))


def lay_out(anatomy: Anatomy, scan: Oriented, box: tuple[slice, slice, slice], farthest: int) -> dict[int, Ground]:
    """Passable voxels within a box of each stage up to `farthest`; a stage of which nothing is known is left out.

    Where only the heart as a whole is known, it stands for its right atrium and its right ventricle; where no
    pulmonary artery is, the hila stand for it.
    """
    own = [_own(anatomy, stage, box) for stage in STAGES[: farthest + 1]]
    known = [i for i, site in enumerate(own) if i == 0 or any(s.max(initial=0.0) >= ENTRY for s in site.values())]
    grounds = {}
    for index, after in zip(known, [*known[1:], None], strict=True):
        following = {} if after is None else own[after]
        grounds[index] = _ground(anatomy, scan, STAGES[index], own[index], following, box)
    return grounds


def _own(anatomy: Anatomy, stage: Stage, box: tuple[slice, slice, slice]) -> dict[str, FloatGrid]:
    """Strength of each site of a stage on the grid: highest in the middle of its region or of its corridor."""
    regions, strength = anatomy.regions[box], {}
    for site, names in stage.own.items():
        grid = _deepened(_lie_in(regions, names))
        chance = anatomy.chance.get(site)
        if chance is not None and chance.max(initial=0.0) > 0.0:
            np.maximum(grid, chance[box] / chance.max(), out=grid)
        stand_in = STAND_INS.get(site, ())
        if stand_in and not grid.any():
            grid = _lie_in(regions, stand_in).astype(np.float32) * ENTRY
        strength[site] = grid
    return strength


def _deepened(inside: BoolArray) -> FloatGrid:
    """1 in a region's middle, falling to ENTRY and a little at its edge: ways run down the middle of a vessel."""
    grid = np.zeros(inside.shape, dtype=np.float32)
    if inside.any():
        where = find_objects(inside.astype(np.uint8))[0]
        depth = distance_transform_edt(np.pad(inside[where], 1))[1:-1, 1:-1, 1:-1]
        grid[where] = np.where(inside[where], EDGE + (1.0 - EDGE) * depth / depth.max(), 0.0)
    return grid


def _lie_in(regions: npt.NDArray[np.uint8], names: Sequence[str]) -> BoolArray:
    """Which voxels are of some regions."""
    table = np.zeros(len(REGIONS), dtype=bool)
    table[[REGIONS.index(name) for name in names]] = True
    return table[regions]


def _ground(
    anatomy: Anatomy, scan: Oriented, stage: Stage, own: Mapping[str, FloatGrid], following: Mapping[str, FloatGrid],
    box: tuple[slice, slice, slice],
) -> Ground:  # fmt: skip
    regions = anatomy.regions[box]
    crossed = np.full(len(REGIONS), -1.0, dtype=np.float32)
    for name, value in stage.between.items():
        crossed[REGIONS.index(name)] = value
    strength, site = crossed[regions], np.full(regions.shape, -1, dtype=np.int64)
    barred = _barred(regions, stage)
    for number, grid in enumerate([*own.values(), *(0.5 * grid for grid in following.values())]):
        better = (grid > 0.05) & (grid > strength) & ~barred
        strength[better], site[better] = grid[better], number
    if not stage.own:
        strength[_no_lumbar_veins(anatomy, regions, box) & (site < 0)] = -1.0
    if own:
        strength[(strength == 0.0) & ~_near_vessels([*own.values(), *following.values()], anatomy)] = -1.0
    if any(name in stage.between for name in LUNGS):
        _keep_vessels(anatomy, scan, regions, strength, box)
    cells = np.argwhere(strength >= 0.0)
    at = tuple(cells.T)
    names, named = _named(stage, [*own, *following], site[at], regions[at])
    entry = _entry(own)[at] if own else np.zeros(len(cells), dtype=bool)
    weakest = WEAKEST_ROAD.number
    corner = np.array([s.start for s in box])
    return Ground(
        stage=stage, cells=cells + corner, cost=(1.0 + weakest) / (strength[at].astype(np.float64) + weakest),
        sites=names, site=named, entry=entry, cava=_cava(anatomy, names, named, cells[:, 2] + corner[2]),
    )  # fmt: skip


def _entry(own: Mapping[str, FloatGrid]) -> BoolArray:
    """Where a way may come into a stage: in the core of its vessels, the trunk alone where that is known."""
    gates = [grid for site, grid in own.items() if site == "pulmonary_trunk" and grid.any()] or list(own.values())
    cores = [grid >= min(CORE_FROM, float(grid.max())) - 1e-6 for grid in gates if grid.any()]
    return np.asarray(np.max(cores, axis=0))


def _near_vessels(grids: Sequence[FloatGrid], anatomy: Anatomy) -> BoolArray:
    """What lies close enough to a vessel to bridge a gap in it."""
    vessel = np.max(grids, axis=0) > 0.05
    size = 2 * np.ceil(BRIDGE_MM / np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0)).astype(int) + 1
    return np.asarray(maximum_filter(vessel.astype(np.uint8), size=tuple(size)) > 0)


def _barred(regions: npt.NDArray[np.uint8], stage: Stage) -> BoolArray:
    """What no way crosses, however likely the road: lung before the heart, aorta, airway, bone, the left heart."""
    names = ["aorta", "airway", "rib", "sternum", "other_bone", "left_heart", "outside"]
    names += [
        name
        for name in (*LUNGS, "vertebral_body", "posterior_elements", "disc", "spinal_canal")
        if name not in stage.between
    ]
    return _lie_in(regions, names)


def _cava(anatomy: Anatomy, names: Sequence[str], site: IntArray, k: IntArray) -> IntArray:
    """Which cells are inferior cava (1), and which of them lie above L1, where no vein of the spine joins it (2)."""
    cava = np.array([name == "inferior_vena_cava" for name in names])[site]
    height = anatomy.affine_mm[2, 2] * k + anatomy.affine_mm[2, 3]
    return np.asarray(np.where(height > _top_of_lumbar(anatomy), 2, 1) * cava, dtype=np.int64)


def _no_lumbar_veins(anatomy: Anatomy, regions: npt.NDArray[np.uint8], box: tuple[slice, slice, slice]) -> BoolArray:
    """Soft tissue above the first lumbar vertebra: from there up, veins of the spine end in the azygos system."""
    height = anatomy.affine_mm[2, 2] * np.arange(box[2].start, box[2].stop) + anatomy.affine_mm[2, 3]
    return np.asarray(_lie_in(regions, ("abdomen", "soft_tissue")) & (height > _top_of_lumbar(anatomy)))


def _top_of_lumbar(anatomy: Anatomy) -> float:
    """Height of the first lumbar vertebra's top [mm]; below all in a chest without it, above all if none is known."""
    levels = () if anatomy.spine is None else anatomy.spine.levels
    for level in levels:
        if level.name == "L1":
            return float(level.centre_mm[2] + 0.5 * (level.upper_mm - level.lower_mm))
    return -np.inf if any(level.name.startswith("T") for level in levels) else np.inf


def _keep_vessels(
    anatomy: Anatomy,
    scan: Oriented,
    regions: npt.NDArray[np.uint8],
    strength: FloatGrid,
    box: tuple[slice, slice, slice],
) -> None:
    """In the lung only cells that may hold an artery are passable: their brightest voxel is no air."""
    lung = np.argwhere(_lie_in(regions, LUNGS))
    if not len(lung):
        return
    corner = np.array([s.start for s in box])
    at = scan.to_index((lung + corner) @ anatomy.affine_mm[:3, :3].T + anatomy.affine_mm[:3, 3])
    reach = np.maximum(np.rint(0.5 * np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0) / scan.spacing_mm), 0).astype(
        int
    )
    brightest = np.full(len(lung), -1024, dtype=np.int16)
    for offset in np.ndindex(*(2 * reach + 1)):
        index = np.clip(np.rint(at).astype(np.int64) + np.array(offset) - reach, 0, np.array(scan.hu.shape) - 1)
        np.maximum(brightest, scan.hu[tuple(index.T)], out=brightest)
    cells = tuple(lung.T)
    strength[cells] = np.where(brightest >= VESSEL_HU.number, strength[cells], FAINT)
    strength[tuple(lung[brightest < FAINT_VESSEL_HU.number].T)] = -1.0


def _named(
    stage: Stage, sites: Sequence[str], site: IntArray, regions: npt.NDArray[np.uint8]
) -> tuple[tuple[str, ...], IntArray]:
    """Site of each voxel: its vessel's, or what its region is called."""
    names = [*sites, *REGIONS]
    number = np.where(site >= 0, site, len(sites) + regions.astype(np.int64))
    lung = _lie_in(regions, AIR_SIDE) & (site < 0)
    written = [_site_of_region(name, stage) for name in names]
    written.append("lung")
    number[lung] = len(names)
    return tuple(written), number


def _site_of_region(name: str, stage: Stage) -> str:
    if name in ("heart", "right_atrium", "right_ventricle") and stage.name in ("right atrium", "right ventricle"):
        return stage.name.replace(" ", "_") if name == "heart" else name
    return name if name in SITES else "elsewhere"
