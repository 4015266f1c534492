"""What stands out of its surroundings: sets of voxels, each at the lowest level at which it stands alone.

Voxels are put on rungs: 1 and 2 are so many noise widths above the local level, the higher ones are a ladder of
fixed levels. Sets on a low rung that hold bone or are too large to be one piece are looked at again on the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.trace import kernels
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.background import Background, within
from azygos.trace.fill import Fill, find_fills
from azygos.trace.oriented import Oriented
from azygos.values import tracing

UInt8Array = npt.NDArray[np.uint8]
LADDER_HU = np.array([250.0, 330.0, 430.0, 560.0, 730.0, 950.0, 1240.0, 1600.0, 2100.0, 2700.0])
BONES = ("vertebral_body", "posterior_elements", "rib", "sternum", "other_bone")
SOFT, BONE, OUTSIDE = 0, 1, 2
NO_WHOLE = -1
MOST_BONE = 0.35  # share of a set's voxels in bone above which it is looked at on a higher rung


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate(Parcel):
    """One set of connected bright voxels that stands alone."""

    voxels: IntArray  # shape (n, 3), indices of the oriented scan
    level_hu: float  # what its outline reaches
    peak_hu: float
    apart: bool  # it stands alone at the lowest level, not only above a brighter thing that holds it
    whole: int  # which bright thing of the lowest rung it belongs to
    bone: float  # share of its voxels in bone
    outside: float  # share outside the body
    fill: Fill | None = None  # of a vertebral body; found by itself

    def __post_init__(self) -> None:
        self.seal("voxels", dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Whole(Parcel):
    """A bright thing of the lowest rung that is no single piece: the skeleton, a pool of contrast, the table."""

    number: int
    voxels: IntArray  # shape (n, 3)
    peak_hu: float

    def __post_init__(self) -> None:
        self.seal("voxels", dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sought(Parcel):
    """All that stands out of one scan."""

    candidates: tuple[Candidate, ...]
    wholes: tuple[Whole, ...]
    steps: UInt8Array  # rung of each voxel of the oriented scan
    bone_hu: float  # what this patient's own bone reaches
    fills: tuple[Fill, ...] = ()  # of vertebral bodies

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", self.steps)  # as large as the scan: not copied


@dataclass(frozen=True, slots=True, eq=False)
class _Sets:
    """Sets of one rung, as a flood left them."""

    places: IntArray
    starts: IntArray
    parent: IntArray  # which whole each belongs to
    peak: FloatArray
    kinds: IntArray  # shape (n, 3): voxels in soft tissue, bone, outside

    @property
    def sizes(self) -> IntArray:
        return np.diff(self.starts)

    def share(self, kind: int) -> FloatArray:
        return np.asarray(self.kinds[:, kind] / np.maximum(self.sizes, 1))

    def places_of(self, which: int) -> IntArray:
        return self.places[self.starts[which] : self.starts[which + 1]]


def seek(scan: Oriented, anatomy: Anatomy, background: Background) -> Sought:
    """Find all that stands out."""
    steps = np.zeros(scan.hu.shape, dtype=np.uint8)
    low = background.level_hu + tracing.LOW.number * background.noise_hu
    high = background.level_hu + tracing.HIGH.number * background.noise_hu
    kernels.mark_steps(scan.hu, low, high, LADDER_HU, np.array(background.block), int(low.min()), steps)
    bone_hu = own_bone(scan, anatomy)
    search = _Search(scan, anatomy, background, steps, bone_hu)
    candidates = tuple(search.run())
    fills = find_fills(scan, anatomy, bone_hu)
    return Sought(candidates=candidates, fills=fills, wholes=tuple(search.wholes), steps=steps, bone_hu=bone_hu)


def candidate_of(fill: Fill, scan: Oriented) -> Candidate:
    """A filling as a candidate like others."""
    peak = float(scan.hu[tuple(fill.voxels.T)].max())
    return Candidate(
        voxels=fill.voxels, level_hu=fill.outline_hu, peak_hu=peak, apart=False, whole=NO_WHOLE,
        bone=1.0, outside=0.0, fill=fill,
    )  # fmt: skip


def own_bone(scan: Oriented, anatomy: Anatomy, slab_mm: float = 20.0) -> float:
    """What this patient's bone reaches: of slabs the median of the 97th of 100 blocks' peaks [HU]."""
    bone = within(anatomy.regions.astype(np.int16), BONES)
    coarse = np.argwhere(bone)
    if len(coarse) < 20:
        return tracing.CALCIUM.number
    centres = np.rint(scan.to_index(coarse @ anatomy.affine_mm[:3, :3].T + anatomy.affine_mm[:3, 3])).astype(int)
    edges = np.maximum(np.rint(np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0) / scan.spacing_mm).astype(int), 1)
    peaks = _block_peaks(scan, centres, edges)
    slab = (centres[:, 2] * scan.spacing_mm[2] // slab_mm).astype(int)
    reach = [np.percentile(peaks[slab == s], 97.0) for s in np.unique(slab) if (slab == s).sum() > 50]
    return float(np.median(reach)) if reach else tracing.CALCIUM.number


def _block_peaks(scan: Oriented, centres: IntArray, edges: IntArray) -> FloatArray:
    peaks = np.full(len(centres), -1024, dtype=np.int16)
    last = np.array(scan.hu.shape) - 1
    for shift in np.ndindex(*(int(e) for e in np.minimum(edges, 4))):
        at = np.clip(centres + np.array(shift) - edges // 2, 0, last)
        np.maximum(peaks, scan.hu[tuple(at.T)], out=peaks)
    return peaks.astype(np.float64)


class _Search:
    """One search from rung to rung."""

    def __init__(
        self, scan: Oriented, anatomy: Anatomy, background: Background, steps: UInt8Array, bone_hu: float
    ) -> None:
        self.scan, self.steps, self.bone_hu = scan, steps, bone_hu
        self.noise = float(np.median(background.noise_hu))
        self.kinds = _kinds(anatomy)
        self.maps = coarse_maps(scan, anatomy)
        self.seen = np.zeros_like(steps)
        self.wholes: list[Whole] = []

    def run(self) -> Iterator[Candidate]:
        sets = self._flood(self._first_seeds(), 1, None)
        for rung in range(1, len(LADDER_HU) + 3):
            alone = self._alone(sets, rung)
            for which in np.flatnonzero(alone):
                yield self._candidate(sets, int(which), rung)
            deeper = np.flatnonzero(~alone & (sets.sizes > 0))
            if rung == 1:
                self._keep_wholes(sets, deeper)
            if len(deeper) == 0 or rung == len(LADDER_HU) + 2:
                return
            seeds = np.concatenate([sets.places_of(int(m)) for m in deeper])
            owners = np.repeat(sets.parent[deeper], sets.sizes[deeper])
            kept = self.steps.ravel()[seeds] >= rung + 1
            if not kept.any():
                return
            sets = self._flood(seeds[kept], rung + 1, owners[kept])

    def _first_seeds(self) -> IntArray:
        number = kernels.seeds_of(self.steps, 2, np.empty(0, np.int64))
        seeds = np.empty(number, np.int64)
        kernels.seeds_of(self.steps, 2, seeds)
        return seeds

    def _flood(self, seeds: IntArray, rung: int, owners: IntArray | None) -> _Sets:
        room = kernels.seeds_of(self.steps, rung, np.empty(0, np.int64)) if owners is None else len(seeds)
        places, starts = np.empty(room, np.int64), np.empty(len(seeds) + 1, np.int64)
        first = np.empty(len(seeds), np.int64)
        n = kernels.flood(self.steps, self.seen, seeds, rung, places, starts, first)
        peak, kinds = np.empty(n, np.int16), np.empty((n, 3), np.int64)
        kernels.sum_up(self.scan.hu, places, starts, n, self.kinds, *self.maps, peak, kinds)
        parent = np.arange(n) if owners is None else owners[first[:n]]
        return _Sets(places, starts[: n + 1], parent, peak.astype(float), kinds)

    def _alone(self, sets: _Sets, rung: int) -> npt.NDArray[np.bool_]:
        """Which sets are single pieces: little bone or brighter than bone gets, and not too large for what they are."""
        level = _level(rung)
        above_bone = level >= self.bone_hu
        small = sets.sizes * self.scan.voxel_ml <= tracing.MOST_WEAK.number
        apart = (sets.share(BONE) <= MOST_BONE) & small & (sets.share(OUTSIDE) < 0.5)
        high_enough = sets.peak >= level + tracing.HIGH.number * self.noise if rung > 2 else sets.peak > level
        return (apart & high_enough) | (above_bone & (sets.share(OUTSIDE) < 0.5))

    def _candidate(self, sets: _Sets, which: int, rung: int) -> Candidate:
        voxels = np.stack(np.unravel_index(sets.places_of(which), self.scan.hu.shape), axis=1)
        return Candidate(
            voxels=voxels,
            level_hu=float(self.scan.hu[tuple(voxels.T)].min()),
            peak_hu=float(sets.peak[which]),
            apart=rung == 1,
            whole=int(sets.parent[which]),
            bone=float(sets.share(BONE)[which]),
            outside=float(sets.share(OUTSIDE)[which]),
        )

    def _keep_wholes(self, sets: _Sets, which: IntArray) -> None:
        for m in which:
            voxels = np.stack(np.unravel_index(sets.places_of(int(m)), self.scan.hu.shape), axis=1)
            self.wholes.append(Whole(number=int(m), voxels=voxels, peak_hu=float(sets.peak[m])))


def _level(rung: int) -> float:
    return 0.0 if rung <= 2 else float(LADDER_HU[rung - 3])


def _kinds(anatomy: Anatomy) -> UInt8Array:
    """Bone, the outside and all else on the coarse grid."""
    kinds = np.full(anatomy.regions.shape, SOFT, dtype=np.uint8)
    kinds[within(anatomy.regions.astype(np.int16), BONES)] = BONE
    kinds[anatomy.regions == REGIONS.index("outside")] = OUTSIDE
    return kinds


def coarse_maps(scan: Oriented, anatomy: Anatomy) -> tuple[IntArray, IntArray, IntArray]:
    """For each voxel along i, j and k the coarse place that holds it; both grids run along the same axes."""
    inverse = np.linalg.inv(anatomy.affine_mm)
    maps = []
    for axis, size in enumerate(scan.hu.shape):
        along = np.zeros((size, 3))
        along[:, axis] = np.arange(size)
        points = scan.to_mm(along)
        place = points @ inverse[axis, :3] + inverse[axis, 3]
        maps.append(np.clip(np.rint(place), 0, anatomy.regions.shape[axis] - 1).astype(np.int64))
    return (maps[0], maps[1], maps[2])
