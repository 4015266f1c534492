"""Voxels as the page keeps them: 16 bits, in a file, axes nearest to the patient's left, back and head."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray

SLAB = 16  # planes that are turned into 16 bits at once


def canonical(voxels: npt.NDArray[Any], affine_mm: FloatArray) -> tuple[npt.NDArray[Any], FloatArray]:
    """Turn axes and their senses so that i runs to the left, j to the back and k to the head, as nearly as they can.

    Parameters
    ----------
    voxels : array
        Shape (n_i, n_j, n_k).
    affine_mm : array
        (4, 4), index to LPS [mm].

    Returns
    -------
    voxels, affine_mm
        A view of the same voxels, and the affine that goes with it; no value changes place in the body.

    Examples
    --------
    >>> turned, affine = canonical(np.arange(2).reshape(2, 1, 1), np.diag([-1.0, 1.0, 1.0, 1.0]))
    >>> turned.ravel().tolist(), affine[0].tolist()
    ([1, 0], [1.0, 0.0, 0.0, -1.0])
    """
    order = _nearest_axes(affine_mm)
    voxels = voxels.transpose(order)
    affine = np.asarray(affine_mm, dtype=np.float64)[:, [*order, 3]]
    for axis in range(3):
        if affine[axis, axis] < 0.0:
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1.0
            voxels = np.flip(voxels, axis)
    return voxels, affine


def _nearest_axes(affine_mm: FloatArray) -> list[int]:
    """Which index runs along x, y and z: the closest pair first, so that none is taken twice."""
    cosines = np.abs(affine_mm[:3, :3] / np.linalg.norm(affine_mm[:3, :3], axis=0))
    order = [0, 0, 0]
    for _ in range(3):
        world, index = np.unravel_index(int(np.argmax(cosines)), (3, 3))
        order[int(world)] = int(index)
        cosines[world, :] = cosines[:, index] = -1.0
    return order


def store(path: Path, voxels: npt.NDArray[Any], dtype: npt.DTypeLike = np.int16) -> None:
    """Write voxels to a .npy file slab by slab, rounded to whole numbers if `dtype` holds no others."""
    kind = np.dtype(dtype)
    out = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=voxels.shape)
    for start in range(0, voxels.shape[0], SLAB):
        slab = voxels[start : start + SLAB]
        if kind.kind in "iu" and slab.dtype.kind == "f":
            slab = np.rint(slab)
            np.clip(slab, np.iinfo(kind).min, np.iinfo(kind).max, out=slab)
        out[start : start + SLAB] = slab
