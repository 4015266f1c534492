"""A first alignment of two whole scans, from wherever they start, and whether they fit at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import fft, ndimage

from azygos.compare.grids import Grid, body_of, bone_of, lungs_of, resample
from azygos.compare.itk import Pace, matrix_of, register, rigid_from
from azygos.compare.warp import Warp
from azygos.ground.parcels import BoolArray, FloatArray, Parcel

SEARCH_MM = 8.0  # grid on which all shifts are tried
TURNS_DEG = ((0, 0, 0), (0, 0, 15), (0, 0, -15), (12, 0, 0), (-12, 0, 0), (0, 12, 0), (0, -12, 0))  # about L, P, S
LEAST_SHARE = 0.3  # of the smaller scan's body that must lie in both fields
WINDOW_HU = (-1000.0, 500.0)
COARSE = Pace(share=0.25, step=4.0, least_step=0.02, count=120, shrink=(2, 1), blur_mm=(6.0, 2.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body(Parcel):
    """One scan on a coarse grid, with its masks."""

    grid: Grid
    body: BoolArray
    bone: BoolArray
    lungs: BoolArray


def body(grid: Grid) -> Body:
    """The masks of one coarse scan."""
    inside = body_of(grid)
    return Body(grid=grid, body=inside, bone=bone_of(grid, inside), lungs=lungs_of(grid, inside))


def start(first: Body, second: Body) -> tuple[FloatArray, float]:
    """The best of all shifts and a few turns on a very coarse grid: 4 x 4 [mm] and its correlation."""
    best = (-1.0, np.eye(4))
    fixed = _thin(first)
    for turn in TURNS_DEG:
        turned = _turned(second, turn)
        score, shift = _best_shift(fixed, _thin(second, turned))
        if score > best[0]:
            best = (score, turned @ _moved(shift))
    return best[1], best[0]


def _thin(of: Body, turn: FloatArray | None = None) -> tuple[Grid, FloatArray, FloatArray]:
    """A scan's grid, values and mask on the search grid, after a turn that takes its points from the search grid's."""
    grid = of.grid
    shown = np.where(of.body, np.clip(grid.hu, *WINDOW_HU), WINDOW_HU[0]).astype(np.float32)
    affine = grid.affine_mm if turn is None else np.linalg.inv(turn) @ grid.affine_mm
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in grid.hu.shape])).reshape(3, -1).T
    placed = corners @ affine[:3, :3].T + affine[:3, 3]
    origin, shape = placed.min(axis=0), np.ceil(np.ptp(placed, axis=0) / SEARCH_MM).astype(int) + 1
    blur = SEARCH_MM / grid.step_mm / 2.5
    smooth = ndimage.gaussian_filter(shown, blur)
    near = ndimage.binary_dilation(of.body, iterations=2) & grid.seen
    values = resample(smooth, affine, origin, SEARCH_MM, tuple(shape))
    weight = resample(near.astype(np.float32), affine, origin, SEARCH_MM, tuple(shape))
    return values, values.hu.astype(np.float64), (weight.hu > 0.5).astype(np.float64)


def _turned(second: Body, turn: tuple[float, float, float]) -> FloatArray:
    """A turn about the middle of a scan, 4 x 4."""
    from scipy.spatial.transform import Rotation

    middle = second.grid.points_mm[tuple(n // 2 for n in second.grid.hu.shape)]
    matrix = np.eye(4)
    matrix[:3, :3] = Rotation.from_euler("xyz", turn, degrees=True).as_matrix()
    matrix[:3, 3] = middle - matrix[:3, :3] @ middle
    return matrix


def _moved(shift: FloatArray) -> FloatArray:
    matrix = np.eye(4)
    matrix[:3, 3] = shift
    return matrix


def _best_shift(fixed: Any, moving: Any) -> tuple[float, FloatArray]:
    """Correlation of two masked images at every shift (Padfield 2012): the best, and the shift from fixed to moving."""
    (grid_f, f, mf), (grid_m, m, mm) = fixed, moving
    shape = [fft.next_fast_len(a + b - 1, real=True) for a, b in zip(f.shape, m.shape, strict=True)]

    def spectrum(array: FloatArray) -> Any:
        return fft.rfftn(array, shape)

    def turned(array: FloatArray) -> Any:
        return fft.rfftn(array[::-1, ::-1, ::-1], shape)

    def back(product: Any) -> FloatArray:
        return np.asarray(fft.irfftn(product, shape))

    f, m = f * mf, m * mm
    sf, sf2, smf = spectrum(f), spectrum(f * f), spectrum(mf)
    sm, sm2, smm = turned(m), turned(m * m), turned(mm)
    count = np.maximum(back(smf * smm), 1.0)
    sum_f, sum_m = back(sf * smm), back(smf * sm)
    cross = back(sf * sm) - sum_f * sum_m / count
    var_f = np.maximum(back(sf2 * smm) - sum_f**2 / count, 1.0)
    var_m = np.maximum(back(smf * sm2) - sum_m**2 / count, 1.0)
    enough = count >= LEAST_SHARE * min(mf.sum(), mm.sum())
    score = np.where(enough, cross / np.sqrt(var_f * var_m), -1.0)
    peak = np.array(np.unravel_index(int(score.argmax()), score.shape))
    lag = peak - (np.array(m.shape) - 1)  # moving's first voxel lies at this place of fixed
    lag = np.where(peak >= np.array(f.shape) + np.array(m.shape) - 1, lag - np.array(shape), lag)
    return float(score.max()), grid_m.origin_mm - (grid_f.origin_mm + lag * SEARCH_MM)


def refine(first: Body, second: Body, guess: FloatArray) -> FloatArray:
    """A rigid alignment of the bones and what lies within a centimetre of them, from a guess: 4 x 4 [mm]."""
    mask = ndimage.binary_dilation(first.bone, iterations=max(1, round(8.0 / first.grid.step_mm))) & first.grid.seen
    middle = first.grid.points_mm[mask].mean(axis=0)
    transform = rigid_from(guess, middle)
    register(first.grid, second.grid, mask, transform, WINDOW_HU, COARSE)
    return matrix_of(transform)


def agreement(first: Body, second: Body, warp: Warp) -> dict[str, float]:
    """Dice overlap of bones and of lungs where both fields lie, and the share of the smaller body that is in both."""
    placed = warp.to_second(first.grid.points_mm.reshape(-1, 3))
    index = np.rint((placed - second.grid.origin_mm) / second.grid.step_mm).astype(np.int64)
    inside = np.all((index >= 0) & (index < second.grid.hu.shape), axis=1)
    cells = tuple(index[inside].T)
    both = np.zeros(len(placed), dtype=bool)
    both[inside] = second.grid.seen[cells]
    both &= first.grid.seen.ravel()

    def dice(name: str) -> float:
        mine, other = getattr(first, name).ravel() & both, np.zeros(len(placed), dtype=bool)
        other[inside] = getattr(second, name)[cells]
        other &= both
        total = int(mine.sum() + other.sum())
        return 2.0 * float((mine & other).sum()) / total if total else float("nan")

    common = float((first.body.ravel() & both).sum()) / max(1.0, min(float(first.body.sum()), float(second.body.sum())))
    return {"bone": dice("bone"), "lung": dice("lungs"), "body": dice("body"), "common": common}
