"""Around one place: the registration of its own region, refined by the blocks around it, with its error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import ndimage

from azygos.compare.align import Body
from azygos.compare.blocks import Residuals, follow_blocks, held_out, predict
from azygos.compare.changes import REGIONS
from azygos.compare.grids import Grid, on_first, sample
from azygos.compare.itk import Pace, matrix_of, register, rigid_from, simple_itk
from azygos.compare.warp import Warp
from azygos.ground.findings import Range
from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.ground.volume import Volume
from azygos.values.comparing import AIR_HU, BONE_HU, LUNG_HU

HALF_MM = {"vertebra": (36.0, 45.0, 30.0), "mediastinum": (45.0, 45.0, 40.0), "elsewhere": (40.0, 40.0, 40.0)}
FIT_MM = 2.0  # grid of a regional registration
FINE = Pace(share=0.34, step=3.0, least_step=0.01, count=60, shrink=(2, 1), blur_mm=(4.0, 1.0))
CUBE_MM, CUBE_HALF_MM = 1.0, 34.0  # in which blocks are followed
BLOCK_REACH_MM = 12.0  # weight of a block falls with its distance
NEAR_MM = 26.0  # furthest middle of a block
CLOSE_MM = 16.0  # soft tissue this near to a place moves with it
FEWEST = 6  # blocks from which an error is told
SHARES = np.array([0.05, 0.5, 0.95])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scans(Parcel):
    """Both scans, with and without their cement, on coarse grids too, and where they start."""

    first: Volume
    second: Volume
    plain_first: Volume  # cement taken out
    plain_second: Volume
    body_first: Body
    body_second: Body
    start: Warp
    spine_mm: FloatArray  # shape (n, 3), middle of the spinal column on the first scan, from below
    lungs: tuple[Warp, Warp] | None  # first to second and back; None where no lung is in both fields


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit(Parcel):
    """The registration of one region, before it is refined."""

    region: str  # a key of REGIONS
    place_mm: FloatArray  # that it was made for
    warp: Warp
    likeness: float  # correlation of the two scans in it
    inverse_mm: float  # there and back again, by two registrations
    repeat_mm: float  # the same from another start


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Station(Parcel):
    """One place at which the two scans are held together, and how well."""

    place_mm: FloatArray  # on the first scan
    fit: Fit
    warp: Warp  # refined by the blocks around
    error_mm: Range  # of the refined registration there
    spread_mm: float  # standard deviation along one axis
    blocks: int
    likeness: float  # median correlation of blocks, 0 where none could be followed
    followed: float  # share of blocks with structure that found their partner
    told: bool  # whether the error was measured


def fit_region(scans: Scans, region: str, place_mm: FloatArray) -> Fit:
    """Register the region around a place of the first scan."""
    if region == "lung" and scans.lungs is not None:
        there, back = scans.lungs
        spot = np.atleast_2d(place_mm)
        away = float(np.linalg.norm(back.to_second(there.to_second(spot)) - spot))
        other = float(np.linalg.norm(back.to_first(spot) - there.to_second(spot)))
        return Fit(region=region, place_mm=place_mm, warp=there, likeness=np.nan, inverse_mm=away, repeat_mm=other)
    return _linear_fit(scans, "elsewhere" if region == "lung" else region, place_mm)


def _linear_fit(scans: Scans, region: str, place_mm: FloatArray) -> Fit:
    """Rigid or affine in a box: from the start, from a start aside, and backwards."""
    middle = _middle(scans, region, place_mm)
    first, second, mask = _boxes(scans, region, middle)
    if not mask.any():
        return Fit(
            region=region, place_mm=place_mm, warp=scans.start, likeness=0.0, inverse_mm=np.nan, repeat_mm=np.nan
        )
    there, score = _register(first, second, mask, region, np.zeros(3))
    aside, other_score = _register(first, second, mask, region, np.array([4.0, -4.0, 5.0]))
    back, _ = _register(second, first, mask, region, np.zeros(3))
    best, rest = (there, aside) if score <= other_score else (aside, there)
    spot = np.append(place_mm, 1.0)
    return Fit(
        region=region,
        place_mm=place_mm,
        warp=replace(scans.start, affine_mm=scans.start.affine_mm @ best),
        likeness=-min(score, other_score),
        inverse_mm=float(np.linalg.norm((back @ best @ spot - spot)[:3])),
        repeat_mm=float(np.linalg.norm((best @ spot - rest @ spot)[:3])),
    )


def _middle(scans: Scans, region: str, place_mm: FloatArray) -> FloatArray:
    """Of the box: on the spine for what lies beside a vertebra, else the place itself."""
    if region != "vertebra" or not len(scans.spine_mm):
        return place_mm
    return np.array(
        [*(np.interp(place_mm[2], scans.spine_mm[:, 2], scans.spine_mm[:, a]) for a in (0, 1)), place_mm[2]]
    )


def _boxes(scans: Scans, region: str, middle: FloatArray) -> tuple[Grid, Grid, BoolArray]:
    half = np.array(HALF_MM[region])
    shape = tuple(int(2 * h / FIT_MM) + 1 for h in half)
    empty = Grid(hu=np.zeros(shape, np.float32), seen=np.ones(shape, bool), origin_mm=middle - half, step_mm=FIT_MM)
    pair = [_filled(empty, values) for values in _pair(scans, empty, scans.start)]
    seen = pair[0].seen & pair[1].seen
    if region == "vertebra":
        bone = ndimage.binary_opening(pair[0].hu > float(BONE_HU))
        return pair[0], pair[1], ndimage.binary_dilation(bone, iterations=2) & seen
    return pair[0], pair[1], seen


def _pair(scans: Scans, grid: Grid, warp: Warp) -> tuple[FloatArray, FloatArray]:
    points = grid.points_mm.reshape(-1, 3)
    return sample(scans.plain_first, points).reshape(grid.hu.shape), on_first(grid, scans.plain_second, warp)


def _filled(grid: Grid, values: FloatArray) -> Grid:
    seen = np.isfinite(values)
    return replace(grid, hu=np.where(seen, values, float(AIR_HU)).astype(np.float32), seen=seen)


def _register(fixed: Grid, moving: Grid, mask: BoolArray, region: str, aside: FloatArray) -> tuple[FloatArray, float]:
    """A linear registration of two cubes by correlation: 4 x 4 of LPS points, and minus the correlation."""
    middle = fixed.origin_mm + (np.array(fixed.hu.shape) - 1) * fixed.step_mm / 2.0
    shift = np.eye(4)
    shift[:3, 3] = aside
    transform: Any = rigid_from(shift, middle)
    if REGIONS[region] == "affine":
        rigid, transform = transform, simple_itk().AffineTransform(3)
        transform.SetCenter(rigid.GetCenter())
        transform.SetTranslation(rigid.GetTranslation())
    window = (-1000.0, 800.0) if region == "vertebra" else (-900.0, 300.0)
    try:
        score = register(fixed, moving, mask, transform, window, FINE)
    except RuntimeError:  # the boxes do not overlap
        return np.eye(4), 0.0
    return matrix_of(transform), score


def make_station(scans: Scans, fit: Fit, place_mm: FloatArray) -> Station:
    """Refine a region's registration at a place by the blocks around it, and tell the error by those held out."""
    residuals = _residuals(scans, fit, place_mm)
    if len(residuals.shifts) < FEWEST:
        return _untold(fit, place_mm, residuals)
    reach = BLOCK_REACH_MM / CUBE_MM
    told, left = predict(residuals, np.zeros(3), reach), held_out(residuals, reach) * CUBE_MM
    if len(left) < FEWEST:
        return _untold(fit, place_mm, residuals)
    low, middle, high = np.quantile(np.linalg.norm(left, axis=1), SHARES)
    spread = float(np.sqrt(np.mean(np.minimum(left**2, (3.0 * np.median(np.abs(left)) + 0.1) ** 2))))
    return Station(
        place_mm=place_mm,
        fit=fit,
        warp=fit.warp.stepped(told.shift * CUBE_MM),
        error_mm=Range(value=float(middle), low=float(low), high=float(high)),
        spread_mm=float(np.hypot(spread, told.error * CUBE_MM)),
        blocks=len(residuals.shifts),
        likeness=float(np.median(residuals.likeness)),
        followed=len(residuals.shifts) / max(1, residuals.tried),
        told=True,
    )


def _untold(fit: Fit, place_mm: FloatArray, residuals: Residuals) -> Station:
    """Too few blocks: the error is what two registrations differ by, and no less than a wide guess."""
    guess = float(np.nanmax([fit.inverse_mm, fit.repeat_mm, 3.0]))
    return Station(
        place_mm=place_mm,
        fit=fit,
        warp=fit.warp,
        error_mm=Range(value=guess, low=0.0, high=3.0 * guess),
        spread_mm=guess,
        blocks=len(residuals.shifts),
        likeness=float(np.median(residuals.likeness)) if len(residuals.likeness) else 0.0,
        followed=len(residuals.shifts) / max(1, residuals.tried),
        told=False,
    )


def _residuals(scans: Scans, fit: Fit, place_mm: FloatArray) -> Residuals:
    n = int(2 * CUBE_HALF_MM / CUBE_MM) + 1
    cube = Grid(
        hu=np.zeros((n, n, n), np.float32),
        seen=np.ones((n, n, n), bool),
        origin_mm=place_mm - CUBE_HALF_MM,
        step_mm=CUBE_MM,
    )
    first, second = (_filled(cube, values) for values in _pair(scans, cube, fit.warp))
    near = np.linalg.norm(cube.points_mm - place_mm, axis=-1) <= NEAR_MM
    return follow_blocks(
        np.clip(first.hu, -1000.0, 1000.0),
        np.clip(second.hu, -1000.0, 1000.0),
        _usable(first, fit.region, place_mm) & first.seen & second.seen,
        near,
    )


def _usable(first: Grid, region: str, place_mm: FloatArray) -> BoolArray:
    """What moves with the place: bone and what is on or near it, or lung, or anything but bone."""
    air = ndimage.binary_opening(first.hu < float(LUNG_HU))
    if region == "lung":
        return np.asarray(ndimage.binary_dilation(air, iterations=4), dtype=bool)
    if region == "vertebra":
        close = np.linalg.norm(first.points_mm - place_mm, axis=-1) <= CLOSE_MM
        on_bone = ndimage.binary_dilation(first.hu > float(BONE_HU), iterations=6)
        return np.asarray(on_bone | (close & ~ndimage.binary_dilation(air, iterations=2)), dtype=bool)
    return np.asarray(~ndimage.binary_dilation(ndimage.binary_opening(first.hu > float(BONE_HU)), iterations=1))


def spine_line(of: Body) -> FloatArray:
    """The middle of the column of bone that runs through all slices: the heaviest smooth way through the bone."""
    step = of.grid.step_mm
    weight = ndimage.gaussian_filter(of.bone.astype(np.float32), (10.0 / step, 10.0 / step, 6.0 / step))
    slices = np.flatnonzero(of.bone.any(axis=(0, 1)))
    if not len(slices):
        return np.zeros((0, 3))
    total = weight[:, :, slices[0]].copy()
    came = []
    for k in slices[1:]:
        best = ndimage.maximum_filter(total, size=3)
        came.append(total)
        total = best + weight[:, :, k]
    spot = np.array(np.unravel_index(int(total.argmax()), total.shape))
    line = [spot]
    for total in reversed(came):
        low = np.maximum(spot - 1, 0)
        near = total[low[0] : spot[0] + 2, low[1] : spot[1] + 2]
        spot = low + np.array(np.unravel_index(int(near.argmax()), near.shape))
        line.append(spot)
    places = np.column_stack([np.array(line[::-1]), slices])
    return np.asarray(of.grid.origin_mm + ndimage.gaussian_filter1d(places.astype(float), 3.0, axis=0) * step)
