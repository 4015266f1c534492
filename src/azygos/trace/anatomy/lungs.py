"""Lungs, airway, carina and domes of the diaphragm, from the gas inside the body."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.body import Body
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.parcels import Spine

LEAST_LUNG_ML = 150.0
EMPTY_GAS_HU = -930.0  # gas without tissue in it: airway, stomach, bowel
TRACHEA_MM2 = (60.0, 700.0)
GROWTH = 2.2  # an airway that widens more than this from slice to slice has run into the lung


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lungs:
    """Both lungs filled (their vessels belong to them), the airway and what hangs on them."""

    right: BoolArray
    left: BoolArray
    airway: BoolArray
    gas: BoolArray  # gas elsewhere in the body: stomach and bowel
    carina_mm: FloatArray | None
    right_dome_mm: FloatArray | None
    left_dome_mm: FloatArray | None

    @property
    def both(self) -> BoolArray:
        """Right and left together."""
        return np.asarray(self.right | self.left)

    @property
    def seen(self) -> bool:
        """Whether any lung is in the field."""
        return bool(self.right.any() or self.left.any())


def find_lungs(coarse: Coarse, body: Body) -> Lungs:
    """Gas inside the body, sorted into right lung, left lung, airway and the rest."""
    trachea, carina_mm = follow_airway(coarse, body.air & body.trunk)
    gas = body.air & ~trachea
    right, left = _two_lungs(coarse, gas)
    airway = trachea | _near_gas(gas & ~right & ~left, trachea)
    right, left = _smooth(right, coarse) & body.inside & ~airway, _smooth(left, coarse) & body.inside & ~airway
    left &= ~right
    return Lungs(
        right=right,
        left=left,
        airway=airway,
        gas=body.air & ~right & ~left & ~airway,
        carina_mm=carina_mm,
        right_dome_mm=dome(coarse, right, 95.0),
        left_dome_mm=dome(coarse, left, 75.0),  # the highest quarter lies on the heart
    )


def sided(lungs: Lungs, body: Body, spine: Spine | None, coarse: Coarse) -> Lungs:
    """Where only one lung is in the field, the spine tells which, or else the side on which more body is cut off."""
    if lungs.right.any() == lungs.left.any():
        return lungs
    at = coarse.to_mm(np.argwhere(lungs.both).mean(axis=0))
    cut_right, cut_left = (np.count_nonzero(body.trunk[edge]) for edge in (0, -1))
    if spine is not None:
        is_left = bool(at[0] > np.interp(at[2], spine.line_mm[:, 2], spine.line_mm[:, 0]))
    elif cut_right != cut_left:
        is_left = bool(cut_right > cut_left)
    else:
        return lungs
    if is_left == lungs.left.any():
        return lungs
    return replace(
        lungs,
        right=lungs.left,
        left=lungs.right,
        right_dome_mm=lungs.left_dome_mm,
        left_dome_mm=lungs.right_dome_mm,
    )


def _two_lungs(coarse: Coarse, gas: BoolArray) -> tuple[BoolArray, BoolArray]:
    """The right and the left lung among the pieces of gas; one piece that holds both is cut where it is thinnest."""
    none = np.zeros_like(gas)
    core = ndimage.binary_opening(gas, iterations=1)
    parts, number = ndimage.label(core)
    index = np.arange(1, number + 1)
    if number == 0:
        return none, none
    sizes = ndimage.sum_labels(core, parts, index) * coarse.voxel_ml
    means = ndimage.mean(coarse.mean, parts, index)
    lungs = index[(sizes >= LEAST_LUNG_ML) & (means > EMPTY_GAS_HU - 20.0) & _textured(coarse, parts, index)]
    if lungs.size == 0:
        return none, none
    seeds = np.where(np.isin(parts, lungs), parts, 0)
    seeds = _cut_joined(seeds, coarse)
    middle = _middle(seeds > 0)
    right, left = none.copy(), none.copy()
    for part in np.unique(seeds[seeds > 0]):
        at = ndimage.center_of_mass(seeds == part)[0]
        (right if at < middle else left)[seeds == part] = True
    return _regrown(right, left, gas)


def _textured(coarse: Coarse, parts: npt.NDArray[np.int32], index: npt.NDArray[np.int64]) -> BoolArray:
    """Lung holds vessels: its values spread, those of gas in a gut do not."""
    inner = np.where(ndimage.binary_erosion(parts > 0), parts, 0)
    spread = ndimage.standard_deviation(coarse.peak, inner, index)
    return np.asarray(np.nan_to_num(spread) > 60.0)


def _middle(mask: BoolArray) -> float:
    """Index of the plane between right and left."""
    columns = np.flatnonzero(mask.any(axis=(1, 2)))
    counts = mask.sum(axis=(1, 2)).astype(float)
    half = (columns[0] + columns[-1]) / 2.0
    near = columns[(columns > half - 0.15 * columns.size) & (columns < half + 0.15 * columns.size)]
    return float(near[counts[near].argmin()]) if near.size else float(half)


def _cut_joined(seeds: npt.NDArray[np.int32], coarse: Coarse) -> npt.NDArray[np.int32]:
    """Where one piece reaches far to both sides, it is cut by erosion until two large pieces are left."""
    sizes = np.bincount(seeds.ravel())
    sizes[0] = 0
    main = int(sizes.argmax())
    piece = seeds == main
    wide = np.ptp(np.flatnonzero(piece.any(axis=(1, 2)))) * coarse.step_mm[0]
    if wide < 200.0:
        return seeds
    depth = ndimage.distance_transform_edt(piece, sampling=coarse.step_mm)
    for least in (3.0, 5.0, 7.0, 9.0, 12.0, 15.0):
        cores, number = ndimage.label(depth > least)
        cores_size = np.bincount(cores.ravel(), minlength=number + 1)[1:]
        large = 1 + np.flatnonzero(cores_size > 0.15 * max(1, cores_size.sum()))
        if large.size >= 2:
            nearest = ndimage.distance_transform_edt(
                ~np.isin(cores, large), return_distances=False, return_indices=True
            )
            return np.where(piece, main + sizes.size * cores[tuple(nearest)], seeds).astype(np.int32)
    middle = _middle(piece)
    left = np.arange(piece.shape[0])[:, None, None] >= middle
    return np.where(piece & left, sizes.size, seeds).astype(np.int32)


def _regrown(right: BoolArray, left: BoolArray, gas: BoolArray) -> tuple[BoolArray, BoolArray]:
    """What the opening took away at the rims goes to the nearer lung."""
    near_right = ndimage.binary_dilation(right, iterations=2) & gas
    near_left = ndimage.binary_dilation(left, iterations=2) & gas
    return near_right & ~left, near_left & ~right & ~(near_right & ~left)


def _smooth(lung: BoolArray, coarse: Coarse) -> BoolArray:
    """A lung with its vessels: closed by some 9 mm, holes filled in each slice."""
    if not lung.any():
        return lung
    box = tuple(slice(max(0, s.start - 4), s.stop + 4) for s in ndimage.find_objects(lung.astype(np.int8))[0])
    reach = np.maximum(1, np.round(9.0 / coarse.step_mm).astype(int))
    padded = np.pad(lung[box], [(int(r), int(r)) for r in reach])
    outside = ndimage.distance_transform_edt(~padded, sampling=coarse.step_mm)
    closed = ndimage.distance_transform_edt(outside < 6.0, sampling=coarse.step_mm) > 6.0
    closed = closed[tuple(slice(int(r), -int(r)) for r in reach)] | lung[box]
    for k in range(closed.shape[2]):
        closed[:, :, k] = ndimage.binary_fill_holes(closed[:, :, k])
    whole = np.zeros_like(lung)
    whole[box] = closed
    return whole


def _near_gas(gas: BoolArray, trachea: BoolArray) -> BoolArray:
    """Small gas next to the trachea: the main bronchi."""
    if not trachea.any():
        return trachea
    return np.asarray(ndimage.binary_dilation(trachea, iterations=2) & gas)


def follow_airway(coarse: Coarse, air: BoolArray) -> tuple[BoolArray, FloatArray | None]:
    """The trachea from the neck down, and the carina where it forks; neither where there is none."""
    found = np.zeros_like(air)
    start = _trachea_start(coarse, air)
    if start is None:
        return found, None
    k, now = start
    area, widths, carina = float(now.sum()), [_width(now)], None
    while True:
        found[:, :, k] |= now
        if k == 0:
            break
        below = _step_down(coarse, air[:, :, k - 1], coarse.mean[:, :, k - 1], now, area)
        if below is None:
            break
        k, now = k - 1, below
        _, number = ndimage.label(now, structure=np.ones((3, 3)))
        usual = float(np.median(widths))
        if carina is None and len(widths) > 3 and (number >= 2 or _width(now) > 1.9 * usual):
            carina = coarse.to_mm([*np.argwhere(now).mean(axis=0), k])
        if carina is not None and carina[2] - coarse.to_mm([0, 0, k])[2] > 25.0:
            break
        widths.append(_width(now))
        area = 0.7 * area + 0.3 * float(now.sum())
    long_enough = np.count_nonzero(found.any(axis=(0, 1))) * coarse.step_mm[2] > 20.0
    return (found, carina) if long_enough else (np.zeros_like(air), None)


def _width(mask: BoolArray) -> float:
    rows = np.flatnonzero(mask.any(axis=1))
    return float(np.ptp(rows) + 1) if rows.size else 0.0


def _trachea_start(coarse: Coarse, air: BoolArray) -> tuple[int, BoolArray] | None:
    """The highest slice from which a round hole of a trachea's size runs down for 15 mm near the middle of the body."""
    pixel = float(coarse.step_mm[0] * coarse.step_mm[1])
    run, last = 0, None
    for k in range(air.shape[2] - 1, -1, -1):
        hole = _trachea_hole(coarse, air[:, :, k], coarse.mean[:, :, k], pixel, last)
        if hole is None:
            run, last = 0, None
            continue
        if run == 0:
            first = (k, hole)
        run, last = run + 1, hole
        if run * coarse.step_mm[2] > 15.0:
            return first
    return None


def _trachea_hole(
    coarse: Coarse, air: BoolArray, mean: npt.NDArray[np.float32], pixel: float, last: BoolArray | None
) -> BoolArray | None:
    """A round hole of the right size; of several, the one nearest to the middle, or the one below the last."""
    tissue = np.flatnonzero((mean > -300.0).any(axis=1))
    parts, number = ndimage.label(air & (mean < -600.0))
    if number == 0 or tissue.size == 0:
        return None
    middle, wide = (tissue[0] + tissue[-1]) / 2.0, np.ptp(tissue) + 1
    best, chosen = 0.2 * wide, None
    for part, box in enumerate(ndimage.find_objects(parts), start=1):
        hole = parts[box] == part
        area = hole.sum() * pixel
        long = max(hole.shape[0] * coarse.step_mm[0], hole.shape[1] * coarse.step_mm[1])
        if not TRACHEA_MM2[0] < area < TRACHEA_MM2[1] or area < 0.45 * long**2:
            continue
        whole = parts == part
        off = abs((box[0].start + box[0].stop - 1) / 2.0 - middle)
        if last is not None and not (whole & last).any():
            continue
        if off < best:
            best, chosen = off, whole
    return chosen


def _step_down(
    coarse: Coarse, air: BoolArray, mean: npt.NDArray[np.float32], now: BoolArray, area: float
) -> BoolArray | None:
    """The hole one slice further down, at the threshold at which it does not run into the lung."""
    near = ndimage.binary_dilation(now, iterations=2)
    for threshold in (-600.0, -750.0, -850.0, -900.0, -930.0, -950.0, -970.0):
        parts, _ = ndimage.label(air & (mean < threshold))
        touched = np.unique(parts[now & (parts > 0)])
        below = np.isin(parts, touched[touched > 0])
        if not below.any():
            return None
        if below.sum() < GROWTH * area + 4 and not (below & ~near).sum() > 0.6 * area + 2:
            return np.asarray(below)
    return None


def dome(coarse: Coarse, lung: BoolArray, percentile: float) -> FloatArray | None:
    """Highest point of the diaphragm under a lung: of the lung's lower face, where much lung stands above it."""
    if not lung.any():
        return None
    tall = lung.sum(axis=2)
    inner = tall > 0.45 * np.percentile(tall[tall > 0], 98.0)
    inner &= ndimage.binary_erosion(lung.any(axis=2), iterations=max(1, round(18.0 / coarse.step_mm[0])))
    lowest = np.where(inner, lung.argmax(axis=2), -1)
    if not inner.any() or np.count_nonzero(inner & (lowest == 0)) > 0.5 * inner.sum():
        return None
    top = float(np.percentile(lowest[inner], percentile))
    near = np.argwhere(inner & (np.abs(lowest - top) <= 1.0))
    if near.size == 0 or top * coarse.step_mm[2] < 5.0:
        return None
    return coarse.to_mm([*near.mean(axis=0), top])
