"""Great vessels as tubes: bright or soft discs in slices, followed near where they are expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.spine_line import best_path

VALUES_HU = (-100.0, 350.0)  # beyond, fat and lung count as fat, calcium and dense contrast as contrast
DRIFT_WORTH = 60.0  # a place one spread away must stand out by this much more to be taken [HU]
AROUND_MM = 40.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tube:
    """A vessel's middle line on the coarse grid."""

    line_mm: FloatArray  # shape (n, 3), from below to above
    radius_mm: float
    stands_out: float  # mean difference to its surroundings [HU]
    blood_hu: float  # median in its middle


def follow_tube(
    coarse: Coarse, expected_mm: FloatArray, radius_mm: float, spread_mm: float, *, barred: BoolArray | None = None
) -> Tube | None:
    """Follow a vessel through the slices, near a line on which it is expected (n, 3), from below to above."""
    index = coarse.to_index(expected_mm)
    low, high = int(np.ceil(index[:, 2].min())), int(np.floor(index[:, 2].max()))
    slices = np.arange(max(0, low), min(coarse.mean.shape[2] - 1, high) + 1)
    if slices.size < 3:
        return None
    middle = np.column_stack([np.interp(slices, index[:, 2], index[:, axis]) for axis in (0, 1)])
    reach = np.ceil(AROUND_MM / coarse.step_mm[:2])
    start = np.clip(np.floor(middle.min(axis=0) - reach), 0, np.array(coarse.mean.shape[:2]) - 1).astype(int)
    stop = np.clip(np.ceil(middle.max(axis=0) + reach) + 1, start + 1, coarse.mean.shape[:2]).astype(int)
    box = (slice(start[0], stop[0]), slice(start[1], stop[1]), slice(slices[0], slices[-1] + 1))
    disc = _discs(coarse, box, radius_mm, barred)
    at = np.indices(disc.shape[:2])
    off = [(at[axis][:, :, None] + start[axis] - middle[:, axis]) * coarse.step_mm[axis] for axis in (0, 1)]
    prior = (off[0] ** 2 + off[1] ** 2) / spread_mm**2
    score = disc - DRIFT_WORTH * 0.5 * prior
    path, _ = best_path((score - score.min()).astype(np.float32))
    along = np.arange(slices.size)
    line = coarse.to_mm(np.column_stack([path + start, slices]))
    line[:, :2] = ndimage.gaussian_filter1d(line[:, :2], 6.0 / coarse.step_mm[2], axis=0, mode="nearest")
    inner = ndimage.uniform_filter(coarse.mean[box], size=(3, 3, 1))
    return Tube(
        line_mm=line,
        radius_mm=radius_mm,
        stands_out=float(disc[path[:, 0], path[:, 1], along].mean()),
        blood_hu=float(np.median(inner[path[:, 0], path[:, 1], along])),
    )


def _discs(
    coarse: Coarse, box: tuple[slice, slice, slice], radius_mm: float, barred: BoolArray | None
) -> npt.NDArray[np.float32]:
    """How much each place stands out of a ring around it, in its slice, as a disc of a radius would."""
    values = np.clip(coarse.mean[box], *VALUES_HU)
    if barred is not None:
        values = np.where(barred[box], VALUES_HU[0], values)
    inner = np.stack([0.6 * radius_mm / coarse.step_mm[0], 0.6 * radius_mm / coarse.step_mm[1], 0.5])
    centre = ndimage.gaussian_filter(values, inner, mode="nearest")
    around = ndimage.gaussian_filter(values, [2.2 * inner[0], 2.2 * inner[1], 0.5], mode="nearest")
    return np.asarray(centre - around, dtype=np.float32)


def inside_line(coarse: Coarse, line_mm: FloatArray, radius_mm: npt.ArrayLike) -> BoolArray:
    """Blocks nearer to a line (n, 3) than its radius there."""
    inside = np.zeros(coarse.mean.shape, dtype=bool)
    radii = np.broadcast_to(np.asarray(radius_mm, dtype=np.float64), (len(line_mm),))
    reach = radii.max() + float(coarse.step_mm.max())
    index = coarse.to_index(line_mm)
    low = np.clip(np.floor(index.min(axis=0) - reach / coarse.step_mm), 0, coarse.mean.shape).astype(int)
    high = np.clip(np.ceil(index.max(axis=0) + reach / coarse.step_mm) + 1, 0, coarse.mean.shape).astype(int)
    if np.any(high <= low):
        return inside
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    away = distance_to_line(coarse, box, line_mm, radii)
    inside[box] = away < 0.0
    return inside


def distance_to_line(
    coarse: Coarse, box: tuple[slice, ...], line_mm: FloatArray, radii_mm: FloatArray
) -> npt.NDArray[np.float32]:
    """Distance of each block of a box to the nearest stop of a finely cut line, less the radius there [mm]."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line_mm, axis=0), axis=1))])
    cut = np.arange(0.0, lengths[-1] + 2.0, 2.0) if lengths[-1] > 0.0 else np.zeros(1)
    fine = np.stack([np.interp(cut, lengths, line_mm[:, axis]) for axis in range(3)], axis=1)
    radii = np.interp(cut, lengths, radii_mm)
    axes = [np.arange(s.start, s.stop, dtype=np.float32) for s in box]
    matrix, offset = coarse.affine_mm[:3, :3].astype(np.float32), coarse.affine_mm[:3, 3].astype(np.float32)
    grid = np.meshgrid(*axes, indexing="ij", sparse=True)
    x, y, z = (sum(matrix[row, c] * grid[c] for c in range(3)) + offset[row] for row in range(3))
    best = np.full(tuple(a.size for a in axes), np.inf, dtype=np.float32)
    for (px, py, pz), radius in zip(fine.astype(np.float32), radii.astype(np.float32), strict=True):
        np.minimum(best, np.sqrt((x - px) ** 2 + (y - py) ** 2 + (z - pz) ** 2) - radius, out=best)
    return best
