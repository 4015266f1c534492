"""Cement within a vertebral body, where bone around it hides it: told by what this patient's other bodies reach.

The scan is worn down by a ball of 3 mm radius. End plates, cortex, osteophytes and small bone islands are thinner
and vanish; trabecular bone stays as dark as it is. What stays far brighter than in most of this patient's bodies is a
solid filling. It grows back to half its own height above marrow, no further than the ball had worn it down, and where
it is brighter than this patient's bone gets, through bone as far as it goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from azygos.ground.findings import Range
from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.trace.anatomy import REGIONS, Anatomy, SpineLevel
from azygos.trace.oriented import Oriented
from azygos.values import tracing

if TYPE_CHECKING:
    from azygos.trace.brightness import OwnCement

SMOOTH_MM = 0.8  # standard deviation; takes the noise off before the lowest of many is looked for
HALF_WIDTH_MM = 32.0  # of the box around a body, in the plane
OVER_PLATES_MM = 5.0  # of the box, above and below
MARGIN_MM = 8.0  # around the body in it
COARSE_MM = 1.5  # steps at which the ball is laid
DEEP_MM = 2.5  # within the coarse outline of a body
EDGE_MM = 1.2  # beyond the ball, so that a filling reaches its outline
LEAK_REACH_MM = 50.0  # from a filling, within which what hangs on it is sought
BONE = ("vertebral_body", "posterior_elements", "disc")
ALL_BONE = (*BONE, "rib", "sternum", "other_bone")
MOST_RIM = 10.0  # of the most that a filling may be over the least
NINE_OF_TEN = 1.645  # standard deviations of a normal that hold nine in ten
FEWEST_BESIDE = 8  # voxels of what lies beside a filling


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fill(Parcel):
    """A solid filling within one body."""

    voxels: IntArray  # shape (n, 3), indices of the oriented scan
    level_hu: float  # what it reads inside
    marrow_hu: float  # what this patient's other bodies read inside
    outline_hu: float
    whole_ml: float  # of its voxels, those at its rim in part
    least_ml: float  # if what its rim lies on is bone
    most_ml: float  # if its outline holds nothing else
    beside: bool = False  # it lies beside a filling, and is taken for cement because it is as bright

    def __post_init__(self) -> None:
        self.seal("voxels", dtype=np.int64)

    def only(self, free: BoolArray) -> Fill:
        """The same without the voxels that something else holds."""
        part = float(free.mean())
        return replace(
            self, voxels=self.voxels[free],
            least_ml=part * self.least_ml, whole_ml=part * self.whole_ml, most_ml=part * self.most_ml,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """One body, cut out."""

    first: IntArray
    hu: FloatArray  # smoothed
    worn: FloatArray  # worn down by the ball
    body: BoolArray  # coarse outline, between the end plates
    deep: BoolArray
    bone: BoolArray  # the spine's bone and discs


def find_fills(scan: Oriented, anatomy: Anatomy, bone_hu: float) -> tuple[Fill, ...]:
    """Solid fillings of bodies that are no brighter than calcium can be; brighter ones stand out by themselves.

    Parameters
    ----------
    scan : Oriented
        The CT.
    anatomy : Anatomy
        With a spine; without one nothing is found.
    bone_hu : float
        What this patient's bone reaches.

    Returns
    -------
    fills : tuple of Fill
        From below to above; no voxel is in two.
    """
    levels = () if anatomy.spine is None else anatomy.spine.levels
    boxes = [box for level in levels if (box := _box(scan, anatomy, level)) is not None]
    if not boxes:
        return ()
    solid_hu, marrow_hu = _usual(boxes)
    brightest = tracing.OVER_CALCIUM.number * max(tracing.CALCIUM.number, tracing.OVERSHOOT.number * bone_hu)
    taken = np.empty(0, dtype=np.int64)
    fills = []
    for box in boxes:
        fill = _fill(scan, box, solid_hu, marrow_hu, bone_hu, taken)
        if fill is not None and fill.level_hu < brightest:
            for one in _with_leaks(fill, scan, anatomy, bone_hu, taken):
                fills.append(one)
                taken = np.concatenate([taken, _flat(one.voxels, scan)])
    return tuple(fills)


def fill_volume(fill: Fill, own: OwnCement | None, least_hu: float, most_hu: float) -> Range:
    """Cement in a filling [mL]: its voxels, those at its rim in part, times the share that cement takes of them.

    The share follows from what this patient's cement reads. Its error, that of the rim, which lies between bone and
    cement, and what else may be off are independent. Where fillings alone tell the cement, more marrow may be left in
    them than is likely. Where it is not known the filling may be weak cement alone, or a denser one mixed with bone
    and marrow: both ends are bounds.
    """
    likely = _share(fill, own.hu if own is not None else least_hu)
    value, error = likely * fill.whole_ml, tracing.FILL_ERROR.number
    if own is not None:
        rim = float(np.log(min(fill.most_ml / max(fill.least_ml, 1e-9), MOST_RIM))) / (2.0 * NINE_OF_TEN)
        spread = NINE_OF_TEN * float(np.linalg.norm([rim, tracing.FILLED_SPREAD.number, error]))
        low = value * float(np.exp(-spread))
        if own.by_fillings:
            rest = NINE_OF_TEN * float(np.hypot(rim, error))
            low = min(low, tracing.FILLED_LEAST.number * fill.whole_ml * float(np.exp(-rest)))
        return Range(value=value, low=low, high=value * float(np.exp(spread)))
    wide = NINE_OF_TEN * error
    low, high = max(_share(fill, most_hu), tracing.LEAST_MIXED.number), _share(fill, least_hu)
    return Range(value=value, low=low * fill.least_ml * (1.0 - wide), high=high * fill.most_ml * (1.0 + wide))


def _share(fill: Fill, cement_hu: float) -> float:
    return float(min((fill.level_hu - fill.marrow_hu) / max(cement_hu - fill.marrow_hu, 1.0), 1.0))


def _usual(boxes: Sequence[_Box]) -> tuple[float, float]:
    """From what a worn-down body counts as filled, and what marrow reads: by the emptier of the bodies [HU]."""
    peaks = [float(box.worn[box.deep].max()) for box in boxes if box.deep.any()]
    inside = [float(np.median(box.hu[box.deep])) for box in boxes if box.deep.any()]
    if not peaks:
        return tracing.SOLID_MOST.number, 0.0
    usual = tracing.OVER_BODIES.number * float(np.percentile(peaks, 25))
    marrow = min(float(np.percentile(inside, 25)), tracing.SOLID.number / 2.0)
    return float(np.clip(usual, tracing.SOLID.number, tracing.SOLID_MOST.number)), marrow


def _box(scan: Oriented, anatomy: Anatomy, level: SpineLevel) -> _Box | None:
    """Cut out one body, smoothed and worn down; None where it is out of the scan."""
    centre = scan.to_index(np.atleast_2d(np.asarray(level.centre_mm)))[0]
    tall = (level.upper_mm - level.lower_mm) / 2.0 + OVER_PLATES_MM
    reach = np.ceil(np.array([HALF_WIDTH_MM, HALF_WIDTH_MM, tall]) / scan.spacing_mm)
    first = np.maximum(np.rint(centre - reach), 0).astype(int)
    last = np.minimum(np.rint(centre + reach) + 1, scan.hu.shape).astype(int)
    if np.any(last - first < 3):
        return None
    regions = _regions(scan, anatomy, first, last)
    body = regions == REGIONS.index("vertebral_body")
    if not body.any():
        return None
    own = np.argwhere(body)
    near = np.ceil(MARGIN_MM / scan.spacing_mm).astype(int)
    low, high = np.maximum(own.min(axis=0) - near, 0), np.minimum(own.max(axis=0) + near + 1, body.shape)
    inner = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    first, last, body, regions = first + low, first + high, body[inner], regions[inner]
    hu = scan.hu[tuple(slice(a, b) for a, b in zip(first, last, strict=True))].astype(np.float32)
    hu = ndimage.gaussian_filter(hu, SMOOTH_MM / scan.spacing_mm)
    every = np.maximum(np.floor(COARSE_MM / scan.spacing_mm), 1).astype(int)
    worn, deep = _worn(hu, every, scan.spacing_mm), _deep(body, every, scan.spacing_mm)
    return _Box(first, hu, worn, body, deep, np.isin(regions, [REGIONS.index(name) for name in BONE]))


def _worn(hu: FloatArray, every: IntArray, spacing_mm: FloatArray) -> FloatArray:
    """The lowest within a ball around each voxel, on a grid of some of them."""
    some = hu[tuple(slice(None, None, n) for n in every)]
    ball = ball_of(every * spacing_mm, tracing.SOLID_RADIUS.number)
    return _spread(ndimage.minimum_filter(some, footprint=ball), every, hu.shape)


def _deep(body: BoolArray, every: IntArray, spacing_mm: FloatArray) -> BoolArray:
    """What lies well within the coarse outline."""
    some = body[tuple(slice(None, None, n) for n in every)]
    inner = ndimage.distance_transform_edt(some, sampling=every * spacing_mm) > DEEP_MM
    return _spread(inner, every, body.shape)


def _spread(some: np.ndarray, every: IntArray, shape: tuple[int, ...]) -> np.ndarray:
    for axis, n in enumerate(every):
        some = np.repeat(some, n, axis=axis)
    return np.asarray(some[tuple(slice(n) for n in shape)])


def _regions(scan: Oriented, anatomy: Anatomy, first: IntArray, last: IntArray) -> np.ndarray:
    """Regions of a box's voxels; both grids run along the same axes."""
    inverse = np.linalg.inv(anatomy.affine_mm)
    places = []
    for axis in range(3):
        along = np.zeros((last[axis] - first[axis], 3))
        along[:, axis] = np.arange(first[axis], last[axis])
        at = scan.to_mm(along) @ inverse[axis, :3] + inverse[axis, 3]
        places.append(np.clip(np.rint(at), 0, anatomy.regions.shape[axis] - 1).astype(int))
    return np.asarray(anatomy.regions[np.ix_(*places)])


def ball_of(spacing_mm: FloatArray, radius_mm: float) -> BoolArray:
    """The voxels of a ball, one neighbour along each axis at least.

    Examples
    --------
    >>> ball_of(np.array([3.0, 3.0, 5.0]), 3.0).sum()
    np.int64(7)
    """
    reach = np.maximum(np.floor(radius_mm / spacing_mm), 1.0)
    axes = [np.arange(-n, n + 1) / max(n, radius_mm / step) for n, step in zip(reach, spacing_mm, strict=True)]
    return np.asarray(sum(g**2 for g in np.meshgrid(*axes, indexing="ij")) <= 1.0 + 1e-9)


def _fill(scan: Oriented, box: _Box, solid_hu: float, marrow_hu: float, bone_hu: float, taken: IntArray) -> Fill | None:
    """Grow a body's filling from where it stays bright when worn down."""
    seeds = box.deep & (box.worn > solid_hu)
    if not seeds.any():
        return None
    level = float(np.median(box.hu[seeds]))
    outline = (level + marrow_hu) / 2.0
    core = _joined(box.worn > max(outline, 0.8 * solid_hu), seeds)
    away = ndimage.distance_transform_edt(~core, sampling=scan.spacing_mm)
    grown = (box.hu > outline) & (away <= tracing.SOLID_RADIUS.number + EDGE_MM)
    threads = box.bone & (box.hu > max(outline, tracing.OVER_BONE.number * bone_hu))
    mask = _joined(grown | threads, core)
    voxels = np.argwhere(mask) + box.first
    voxels = voxels[~np.isin(_flat(voxels, scan), taken)]
    if len(voxels) * scan.voxel_ml < tracing.LEAST_SOLID.number:
        return None
    bone = min(bone_hu, 0.5 * (level + marrow_hu))
    least, whole, most = _volumes(voxels, scan, level, marrow_hu, max(bone, marrow_hu))
    return Fill(
        voxels=voxels, level_hu=level, marrow_hu=marrow_hu, outline_hu=outline,
        least_ml=least, whole_ml=whole, most_ml=most,
    )  # fmt: skip


def _with_leaks(fill: Fill, scan: Oriented, anatomy: Anatomy, bone_hu: float, taken: IntArray) -> Iterator[Fill]:
    """A filling with what left its body and hangs on it, and then what lies beside it and is as bright.

    Near bone only what is brighter than this patient's bone counts; clear of it, what is far brighter than blood.
    """
    if fill.level_hu <= tracing.OVER_BONE.number * bone_hu:
        yield fill
        return
    reach = np.ceil(LEAK_REACH_MM / scan.spacing_mm).astype(int)
    first = np.maximum(fill.voxels.min(axis=0) - reach, 0)
    last = np.minimum(fill.voxels.max(axis=0) + reach + 1, scan.hu.shape)
    hu = scan.hu[tuple(slice(a, b) for a, b in zip(first, last, strict=True))]
    own = np.zeros(hu.shape, dtype=bool)
    own[tuple((fill.voxels - first).T)] = True
    parts, _ = ndimage.label(_bright(fill, hu, scan, anatomy, bone_hu, first) | own)
    mine = np.unique(parts[own])
    whole = _grown(fill, np.argwhere(np.isin(parts, mine)) + first, scan, bone_hu, taken)
    yield whole
    near = ndimage.distance_transform_edt(~own, sampling=scan.spacing_mm) <= tracing.BESIDE_FILL.number
    as_bright = max(tracing.AS_BRIGHT.number * fill.level_hu, tracing.OVER_CALCIUM.number * bone_hu)
    others = np.setdiff1d(np.unique(parts[near & (hu > as_bright)]), [0, *mine])
    for number, where in enumerate(ndimage.find_objects(parts), start=1):
        if number in others:
            voxels = np.argwhere(parts[where] == number) + [side.start for side in where] + first
            voxels = voxels[~np.isin(_flat(voxels, scan), taken)]
            if len(voxels) >= FEWEST_BESIDE:
                yield _lying_beside(whole, voxels, scan)


def _bright(fill: Fill, hu: np.ndarray, scan: Oriented, anatomy: Anatomy, bone_hu: float, first: IntArray) -> BoolArray:
    """What may be cement of a filling in the box that begins at a voxel."""
    bone = np.isin(_regions(scan, anatomy, first, first + hu.shape), [REGIONS.index(name) for name in ALL_BONE])
    clear = ndimage.distance_transform_edt(~bone, sampling=scan.spacing_mm) > tracing.CLEAR_OF_BONE.number
    over_bone = hu > max(fill.outline_hu, tracing.OVER_BONE.number * bone_hu)
    return np.asarray(over_bone | (clear & (hu > tracing.LEAK_SHARE.number * fill.level_hu)))


def _grown(fill: Fill, voxels: IntArray, scan: Oriented, bone_hu: float, taken: IntArray) -> Fill:
    """A filling with more voxels."""
    free = voxels[~np.isin(_flat(voxels, scan), taken)]
    least, whole, most = _volumes(free, scan, fill.level_hu, fill.marrow_hu, bone_hu)
    return replace(fill, voxels=free, least_ml=least, whole_ml=whole, most_ml=most)


def _lying_beside(fill: Fill, voxels: IntArray, scan: Oriented) -> Fill:
    """Something beside a filling, of the same cement."""
    ground = tracing.BLOOD.number
    least, whole, most = _volumes(voxels, scan, fill.level_hu, ground, ground)
    return replace(
        fill, voxels=voxels, marrow_hu=ground, least_ml=least, whole_ml=whole, most_ml=most, beside=True
    )  # fmt: skip


def _volumes(
    voxels: IntArray, scan: Oriented, level_hu: float, ground_hu: float, bone_hu: float
) -> tuple[float, float, float]:
    """Voxels [mL] by the share that each holds above bone and above marrow, and in full.

    What the blur takes from the voxels at the rim it puts outside the outline: for the second, those at the rim count
    in full or not at all, by half.
    """
    hu = scan.hu[tuple(voxels.T)].astype(np.float64)
    above = [np.clip((hu - low) / (level_hu - low), 0.0, 1.0) for low in (bone_hu, ground_hu)]
    rim = _at_rim(voxels)
    whole = float(above[1][~rim].sum()) + float(np.count_nonzero(above[1][rim] >= 0.5))
    return float(above[0].sum()) * scan.voxel_ml, whole * scan.voxel_ml, len(voxels) * scan.voxel_ml


def _at_rim(voxels: IntArray) -> BoolArray:
    """Which voxels have a neighbour that is not among them."""
    first = voxels.min(axis=0) - 1
    mask = np.zeros(voxels.max(axis=0) - first + 2, dtype=bool)
    mask[tuple((voxels - first).T)] = True
    return np.asarray(~ndimage.binary_erosion(mask)[tuple((voxels - first).T)])


def _joined(mask: BoolArray, seeds: BoolArray) -> BoolArray:
    """The parts of a mask that hold a seed."""
    parts, _ = ndimage.label(mask)
    mine = np.unique(parts[seeds & mask])
    return np.asarray(np.isin(parts, mine[mine > 0]))


def _flat(voxels: IntArray, scan: Oriented) -> IntArray:
    return np.asarray(np.ravel_multi_index(tuple(voxels.T), scan.hu.shape), dtype=np.int64)
