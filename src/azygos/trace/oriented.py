"""The scan turned so that its axes run with the body's: i to the left, j to the back, k to the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import Volume, to_lps, to_voxel, voxel_size_mm

Int16Array = npt.NDArray[np.int16]
HU_SPAN = (-1024, 32767)
PLANES = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Oriented:
    """Voxels as whole HU, axes along L, P, S as nearly as a turn by right angles can bring them."""

    hu: Int16Array  # shape (n_i, n_j, n_k), C order [HU]
    affine_mm: FloatArray  # shape (4, 4), voxel centre index to LPS [mm]
    axes: tuple[int, int, int]  # axis of the given scan that became i, j, k
    flipped: tuple[bool, bool, bool]  # whether i, j, k run against that axis
    ceiling_hu: float | None  # highest value the series can hold

    @property
    def spacing_mm(self) -> FloatArray:
        """Edge lengths of a voxel [mm], shape (3,)."""
        return voxel_size_mm(self.affine_mm)

    @property
    def voxel_ml(self) -> float:
        """Volume of a voxel [mL]."""
        return float(abs(np.linalg.det(self.affine_mm[:3, :3]))) * 1e-3

    def to_mm(self, indices: npt.ArrayLike) -> FloatArray:
        """Indices (..., 3) as LPS points [mm]."""
        return to_lps(self.affine_mm, np.asarray(indices, dtype=np.float64))

    def to_index(self, points_mm: npt.ArrayLike) -> FloatArray:
        """LPS points (..., 3) [mm] as fractional indices."""
        return to_voxel(self.affine_mm, np.asarray(points_mm, dtype=np.float64))

    def as_given(self, indices: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
        """Indices (n, 3) of this grid as indices of the scan as it was given."""
        given = np.empty(indices.shape, dtype=np.int32)
        for here, (axis, flip) in enumerate(zip(self.axes, self.flipped, strict=True)):
            given[:, axis] = self.hu.shape[here] - 1 - indices[:, here] if flip else indices[:, here]
        return given


def orient(volume: Volume) -> Oriented:
    """Turn a scan by right angles so that its axes run to the left, to the back and to the head.

    Examples
    --------
    >>> volume = Volume(hu=np.zeros((2, 3, 4), np.float32), affine_mm=np.diag([-1.0, -1.0, 2.0, 1.0]))
    >>> turned = orient(volume)
    >>> turned.flipped, turned.as_given(np.array([[0, 0, 3]])).tolist()
    ((True, True, False), [[1, 2, 3]])
    """
    matrix = volume.affine_mm[:3, :3] / volume.spacing_mm
    axes = _nearest_axes(matrix)
    flipped = tuple(bool(matrix[row, axis] < 0.0) for row, axis in enumerate(axes))
    hu = np.transpose(volume.hu, axes)[tuple(slice(None, None, -1 if flip else 1) for flip in flipped)]
    affine = volume.affine_mm.copy()
    affine[:3, :3] = volume.affine_mm[:3, axes]
    for axis, flip in enumerate(flipped):
        if flip:
            affine[:3, 3] += affine[:3, axis] * (hu.shape[axis] - 1)
            affine[:3, axis] *= -1.0
    whole = np.empty(hu.shape, dtype=np.int16)
    outer = axes.index(0)  # the slowest axis in memory: some of its planes at a time are quick and keep the memory low
    for begin in range(0, hu.shape[outer], PLANES):
        planes = tuple(slice(begin, begin + PLANES) if axis == outer else slice(None) for axis in range(3))
        np.clip(np.rint(np.nan_to_num(hu[planes], nan=HU_SPAN[0])), *HU_SPAN, out=whole[planes], casting="unsafe")
    return Oriented(hu=whole, affine_mm=affine, axes=axes, flipped=flipped, ceiling_hu=volume.ceiling_hu)  # type: ignore[arg-type]


def _nearest_axes(matrix: FloatArray) -> tuple[int, int, int]:
    """Which given axis runs along L, P and S, each used once."""
    left, axes = np.abs(matrix).copy(), [-1, -1, -1]
    for _ in range(3):
        row, axis = np.unravel_index(int(np.argmax(left)), left.shape)
        axes[row] = int(axis)
        left[row, :], left[:, axis] = -1.0, -1.0
    require(sorted(axes) == [0, 1, 2], "the scan's axes do not span space")
    return (axes[0], axes[1], axes[2])
