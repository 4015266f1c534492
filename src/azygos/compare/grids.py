"""Scans on coarse upright grids, with the cement taken out, and what is bone and lung there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.compare.warp import Warp
from azygos.ground.findings import Piece
from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.ground.volume import Volume, to_lps, to_voxel
from azygos.values.comparing import AIR_HU, BODY_HU, BONE_HU, HALO_MM, LUNG_HU

FloatGrid = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid(Parcel):
    """Voxels on an upright grid: axes along L, P, S, all edges of one length."""

    hu: FloatGrid  # shape (n_i, n_j, n_k)
    seen: BoolArray  # whether the place lies in the scan's field
    origin_mm: FloatArray  # shape (3,), centre of the first voxel
    step_mm: float

    @property
    def affine_mm(self) -> FloatArray:
        """Indices to LPS [mm], shape (4, 4)."""
        affine = np.diag([self.step_mm] * 3 + [1.0])
        affine[:3, 3] = self.origin_mm
        return affine

    @property
    def points_mm(self) -> FloatArray:
        """Centres of all voxels [mm], shape (n_i, n_j, n_k, 3)."""
        return np.stack(
            np.meshgrid(
                *[self.origin_mm[a] + self.step_mm * np.arange(n) for a, n in enumerate(self.hu.shape)], indexing="ij"
            ),
            axis=-1,
        )


def without_cement(volume: Volume, pieces: Sequence[Piece]) -> Volume:
    """The scan with each piece and its halo replaced by what lies around, so that cement guides no registration."""
    if not pieces:
        return volume
    hu = volume.hu.copy()
    for piece in pieces:
        window, inside = _halo(volume, piece)
        hu[window][inside] = piece.background_hu
    return Volume(hu=hu, affine_mm=volume.affine_mm, ceiling_hu=volume.ceiling_hu)


def _halo(volume: Volume, piece: Piece) -> tuple[tuple[slice, ...], BoolArray]:
    """Where a piece and its halo lie: a window of the scan, and which voxels of it."""
    reach = np.ceil(HALO_MM.number / volume.spacing_mm).astype(int) + 1
    low = np.maximum(piece.voxels.min(axis=0) - reach, 0)
    high = np.minimum(piece.voxels.max(axis=0) + reach + 1, volume.hu.shape)
    outside = np.ones(high - low, dtype=bool)
    outside[tuple((piece.voxels - low).T)] = False
    distance = ndimage.distance_transform_edt(outside, sampling=volume.spacing_mm)
    return tuple(slice(a, b) for a, b in zip(low, high, strict=True)), distance <= HALO_MM.number


def coarse(volume: Volume, step_mm: float) -> Grid:
    """A scan by means over blocks of about `step_mm`, then upright by trilinear sampling."""
    factors = np.maximum(np.floor(step_mm / volume.spacing_mm + 0.25).astype(int), 1)
    small = _block_means(volume.hu, factors)
    affine = volume.affine_mm.copy()
    affine[:3, 3] = to_lps(volume.affine_mm, (factors - 1) / 2.0)
    affine[:3, :3] = volume.affine_mm[:3, :3] * factors
    corners = to_lps(affine, np.array(np.meshgrid(*[(0, n - 1) for n in small.shape])).reshape(3, -1).T)
    origin, reach = corners.min(axis=0), np.ptp(corners, axis=0)
    shape = np.floor(reach / step_mm + 1e-6).astype(int) + 1
    return resample(small, affine, np.zeros(3) + origin, step_mm, tuple(shape))


def _block_means(hu: npt.NDArray[np.float32], factors: npt.NDArray[np.int64]) -> FloatGrid:
    small = hu
    for axis in (2, 1, 0):  # the last axis first: its neighbours lie side by side in memory
        n = small.shape[axis] // int(factors[axis])
        cut = np.moveaxis(small, axis, -1)[..., : n * int(factors[axis])]
        means = cut.reshape(*cut.shape[:-1], n, int(factors[axis])).mean(axis=-1, dtype=np.float32)
        small = np.moveaxis(means, -1, axis)
    return np.ascontiguousarray(small)


def resample(
    hu: FloatGrid, affine_mm: FloatArray, origin_mm: FloatArray, step_mm: float, shape: tuple[int, ...]
) -> Grid:
    """Trilinear samples on an upright grid; air beyond the field."""
    to_index = np.linalg.inv(affine_mm)
    matrix = to_index[:3, :3] * step_mm
    offset = to_index[:3, :3] @ origin_mm + to_index[:3, 3]
    out = ndimage.affine_transform(
        hu, matrix, offset, output_shape=shape, order=1, cval=float(AIR_HU), output=np.float32
    )
    index = [np.arange(n) for n in shape]
    seen = np.ones(shape, dtype=bool)
    for axis in range(3):
        place = offset[axis] + sum(
            matrix[axis, a] * index[a].reshape([-1 if b == a else 1 for b in range(3)]) for a in range(3)
        )
        seen &= (place > -0.5) & (place < hu.shape[axis] - 0.5)
    return Grid(hu=out, seen=seen, origin_mm=origin_mm, step_mm=step_mm)


def sample(volume: Volume, points_mm: FloatArray) -> FloatArray:
    """HU at points (..., 3) [mm], trilinear; NaN beyond the field."""
    cells = to_voxel(volume.affine_mm, points_mm.reshape(-1, 3))
    found = ndimage.map_coordinates(volume.hu, cells.T, order=1, mode="nearest", output=np.float32)
    outside = np.any((cells < -0.5) | (cells > np.array(volume.hu.shape) - 0.5), axis=1)
    found[outside] = np.nan
    return np.asarray(found.reshape(points_mm.shape[:-1]), dtype=np.float64)


def body_of(grid: Grid) -> BoolArray:
    """The body without table and clothes: the largest thing denser than fat, and the air that it encloses."""
    dense = ndimage.binary_opening(grid.hu > float(BODY_HU), iterations=max(1, round(4.0 / grid.step_mm)))
    labels, count = ndimage.label(dense)
    if count == 0:
        return np.zeros(grid.hu.shape, dtype=bool)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    tissue = labels == sizes.argmax()
    return np.asarray(tissue | (_sides_closed(tissue) >= 3), dtype=bool)


def _sides_closed(tissue: BoolArray) -> npt.NDArray[np.int8]:
    """On how many of four sides in its slice a place has tissue: a field may cut the wall of one."""
    closed = np.zeros(tissue.shape, dtype=np.int8)
    for axis in (0, 1):
        closed += np.logical_or.accumulate(tissue, axis=axis)
        closed += np.flip(np.logical_or.accumulate(np.flip(tissue, axis), axis=axis), axis)
    return closed


def lungs_of(grid: Grid, body: BoolArray) -> BoolArray:
    """Air inside the body, in pieces of more than 50 mL, with its vessels filled in."""
    air = (grid.hu < float(LUNG_HU)) & body & grid.seen
    labels, count = ndimage.label(ndimage.binary_opening(air))
    sizes = np.bincount(labels.ravel(), minlength=count + 1) * grid.step_mm**3 / 1000.0
    sizes[0] = 0.0
    kept = np.isin(labels, np.flatnonzero(sizes > 50.0))
    return np.asarray(_closed(kept, max(1, round(8.0 / grid.step_mm))) & body, dtype=bool)


def _closed(mask: BoolArray, steps: int) -> BoolArray:
    """Gaps filled, and nothing lost where the field ends."""
    wide = ndimage.binary_closing(np.pad(mask, steps, mode="edge"), iterations=steps)
    return np.asarray(wide[steps:-steps, steps:-steps, steps:-steps], dtype=bool)


def bone_of(grid: Grid, body: BoolArray) -> BoolArray:
    """Bone inside the body."""
    return np.asarray((grid.hu > float(BONE_HU)) & body, dtype=bool)


def on_first(grid: Grid, second: Volume, warp: Warp) -> FloatArray:
    """The second scan's HU at the places of a grid on the first; NaN beyond its field."""
    return sample(second, warp.to_second(grid.points_mm.reshape(-1, 3))).reshape(grid.hu.shape)
