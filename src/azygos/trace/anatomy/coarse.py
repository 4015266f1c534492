"""The scan in blocks of about 3 mm: all that the landmarks need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.kernels import pool
from azygos.trace.oriented import Oriented

EDGE_MM = 3.0
BONE_HU = 180.0  # above this a voxel is taken for bone, unless it is contrast
BONE_SHARE = 0.3  # of a block's voxels
DENSE_HU = 1000.0  # blocks of bone are not denser: metal, contrast or cement
LEAST_BONE_ML = 1.5  # smaller bright pieces are calcium or cement


@dataclass(frozen=True, kw_only=True, eq=False)
class Coarse:
    """Blocks of whole voxels: mean, highest value, share of bone."""

    mean: npt.NDArray[np.float32]  # [HU]
    peak: npt.NDArray[np.int16]  # [HU]
    bone: npt.NDArray[np.float32]  # [-]
    affine_mm: FloatArray  # shape (4, 4), block centre to LPS [mm]
    step_mm: FloatArray  # shape (3,), edges of a block

    @cached_property
    def solid(self) -> BoolArray:
        """Blocks of bone: pieces of some size, what is too dense for bone counted only where bone encloses it."""
        bone = (self.bone > BONE_SHARE) & (self.mean < DENSE_HU)
        closed = ndimage.binary_closing(np.pad(bone, 1), iterations=1)[1:-1, 1:-1, 1:-1]
        bone |= closed & (self.mean >= DENSE_HU)
        parts, number = ndimage.label(bone, structure=np.ones((3, 3, 3)))
        large = np.bincount(parts.ravel(), minlength=number + 1) * self.voxel_ml > LEAST_BONE_ML
        large[0] = False
        return np.asarray(large[parts])

    @property
    def voxel_ml(self) -> float:
        """Volume of a block [mL]."""
        return float(abs(np.linalg.det(self.affine_mm[:3, :3]))) * 1e-3

    def to_mm(self, indices: npt.ArrayLike) -> FloatArray:
        """Indices (..., 3) as LPS points [mm]."""
        return np.asarray(np.asarray(indices, float) @ self.affine_mm[:3, :3].T + self.affine_mm[:3, 3])

    def to_index(self, points_mm: npt.ArrayLike) -> FloatArray:
        """LPS points (..., 3) [mm] as fractional indices."""
        return np.asarray((np.asarray(points_mm, float) - self.affine_mm[:3, 3]) @ self.inverse.T)

    @property
    def inverse(self) -> FloatArray:
        """From LPS to indices, without the offset."""
        return np.asarray(np.linalg.inv(self.affine_mm[:3, :3]))

    def points_mm(self) -> FloatArray:
        """LPS of every block's centre, shape (n_i, n_j, n_k, 3)."""
        axes = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in self.mean.shape), indexing="ij", copy=False)
        return self.to_mm(np.stack(axes, axis=-1))


def coarsen(scan: Oriented, edge_mm: float = EDGE_MM) -> Coarse:
    """Pool a scan in blocks of whole voxels with edges as near to `edge_mm` as they come."""
    blocks = tuple(int(max(1, round(edge_mm / step))) for step in scan.spacing_mm)
    shape = tuple(-(-n // b) for n, b in zip(scan.hu.shape, blocks, strict=True))
    mean, bone = np.empty(shape, np.float32), np.empty(shape, np.float32)
    peak = np.empty(shape, np.int16)
    pool(scan.hu, blocks, BONE_HU, mean, peak, bone)
    affine = scan.affine_mm.copy()
    affine[:3, :3] = scan.affine_mm[:3, :3] * np.asarray(blocks)
    affine[:3, 3] = scan.to_mm((np.asarray(blocks) - 1.0) / 2.0)
    return Coarse(mean=mean, peak=peak, bone=bone, affine_mm=affine, step_mm=scan.spacing_mm * blocks)
