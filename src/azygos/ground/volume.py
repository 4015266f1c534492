"""A CT and a label map, with where they lie in the body.

Both live in patient coordinates LPS (x to the left, y to the back, z to the head), in
millimetres, as DICOM does. Arrays are indexed ``[i, j, k]``; ``affine_mm`` (4 x 4) takes
``(i, j, k, 1)`` of a voxel's centre to LPS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


def voxel_size_mm(affine_mm: FloatArray) -> FloatArray:
    """Edge lengths of a voxel along its three axes [mm], shape (3,)."""
    return np.asarray(np.linalg.norm(affine_mm[:3, :3], axis=0), dtype=np.float64)


def to_voxel(affine_mm: FloatArray, points_mm: FloatArray) -> FloatArray:
    """LPS points [mm], shape (..., 3), as fractional voxel indices of the same shape."""
    inverse = np.linalg.inv(affine_mm)
    return np.asarray(points_mm @ inverse[:3, :3].T + inverse[:3, 3], dtype=np.float64)


def to_lps(affine_mm: FloatArray, indices: FloatArray) -> FloatArray:
    """Voxel indices, shape (..., 3), as LPS points [mm] of the same shape."""
    return np.asarray(indices @ affine_mm[:3, :3].T + affine_mm[:3, 3], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume(Parcel):
    """CT voxels in Hounsfield units and where they lie in the body."""

    hu: npt.NDArray[np.float32]  # shape (n_i, n_j, n_k) [HU]
    affine_mm: FloatArray  # shape (4, 4), voxel centre index to LPS [mm]
    ceiling_hu: float | None = None  # highest value this series can hold, where it is known or seen
    notes: tuple[str, ...] = ()  # every repair or oddity, one sentence each
    facts: Mapping[str, str] = field(default_factory=dict)  # kVp, kernel, thickness...; never a name or an id

    def __post_init__(self) -> None:
        self.seal("hu", dtype=np.float32)
        self.seal("affine_mm")
        require(self.hu.ndim == 3, f"a CT volume has three axes, this one has {self.hu.ndim}")
        require(self.affine_mm.shape == (4, 4), "a volume needs a 4 x 4 affine")
        require(abs(np.linalg.det(self.affine_mm[:3, :3])) > 1e-9, "the volume's axes do not span space")

    @property
    def spacing_mm(self) -> FloatArray:
        """Edge lengths of a voxel [mm], shape (3,)."""
        return voxel_size_mm(self.affine_mm)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelMap(Parcel):
    """Whole numbers in voxels, each with the name of the structure it stands for.

    Names are those of TotalSegmentator (``vertebrae_L1``, ``heart``), whatever the source called them;
    parts of a vertebra are ``vertebrae_L1_body`` and the like.
    """

    labels: npt.NDArray[np.int32]  # shape (n_i, n_j, n_k), 0 is background
    affine_mm: FloatArray  # shape (4, 4), voxel centre index to LPS [mm]
    names: Mapping[int, str]  # label to name

    def __post_init__(self) -> None:
        self.seal("labels", dtype=np.int32)
        self.seal("affine_mm")
        require(self.labels.ndim == 3, f"a label map has three axes, this one has {self.labels.ndim}")
        require(self.affine_mm.shape == (4, 4), "a label map needs a 4 x 4 affine")

    def label_of(self, name: str) -> int | None:
        """The label that bears `name`, or None."""
        return next((label for label, known in self.names.items() if known == name), None)
