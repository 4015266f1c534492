"""From a place on the first scan to the same place on the second, and back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.volume import to_voxel

STEPS_BACK = 12  # of the fixed-point iteration; a breath's warp gains a digit in two or three


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Warp(Parcel):
    """A map of LPS points [mm]: a step on the first scan, an affine map, and a smooth displacement on a grid.

    Examples
    --------
    >>> moved = Warp(affine_mm=np.eye(4), step_mm=np.array([1.0, 0.0, 0.0]))
    >>> moved.to_second(np.zeros((1, 3))).tolist(), moved.to_first(np.zeros((1, 3))).tolist()
    ([[1.0, 0.0, 0.0]], [[-1.0, 0.0, 0.0]])
    """

    affine_mm: FloatArray = field(default_factory=lambda: np.eye(4))  # shape (4, 4)
    step_mm: FloatArray = field(default_factory=lambda: np.zeros(3))  # shape (3,), taken first
    field_mm: npt.NDArray[np.float32] | None = None  # shape (n_i, n_j, n_k, 3), added after the affine map
    grid_mm: FloatArray = field(
        default_factory=lambda: np.eye(4)
    )  # shape (4, 4), the field's indices to the first scan

    def __post_init__(self) -> None:
        self.seal("affine_mm", "step_mm", "grid_mm")
        if self.field_mm is not None:
            self.seal("field_mm", dtype=np.float32)
            require(self.field_mm.ndim == 4 and self.field_mm.shape[3] == 3, "a field has three numbers at each place")

    def to_second(self, points_mm: FloatArray) -> FloatArray:
        """Points (n, 3) of the first scan on the second [mm]."""
        stepped = np.asarray(points_mm, dtype=np.float64) + self.step_mm
        return np.asarray(stepped @ self._linear.T + self.affine_mm[:3, 3] + self._bend(stepped), dtype=np.float64)

    def to_first(self, points_mm: FloatArray) -> FloatArray:
        """Points (n, 3) of the second scan on the first [mm]."""
        given = np.asarray(points_mm, dtype=np.float64)
        back = np.linalg.inv(self._linear)
        stepped = (given - self.affine_mm[:3, 3]) @ back.T
        if self.field_mm is not None:
            for _ in range(STEPS_BACK):
                stepped = (given - self.affine_mm[:3, 3] - self._bend(stepped)) @ back.T
        return np.asarray(stepped - self.step_mm, dtype=np.float64)

    def stepped(self, step_mm: FloatArray) -> Warp:
        """The same with one more step on the first scan before it."""
        return replace(self, step_mm=self.step_mm + step_mm)

    @property
    def _linear(self) -> FloatArray:
        return self.affine_mm[:3, :3]

    def _bend(self, points_mm: FloatArray) -> FloatArray:
        if self.field_mm is None:
            return np.zeros_like(points_mm)
        from scipy.ndimage import map_coordinates

        cells = to_voxel(self.grid_mm, points_mm).T
        sampled = [map_coordinates(self.field_mm[..., axis], cells, order=1, mode="nearest") for axis in range(3)]
        return np.stack(sampled, axis=-1).astype(np.float64)
