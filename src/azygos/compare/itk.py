"""SimpleITK, only when it is needed, and grids as its images."""

from __future__ import annotations

from typing import Any

import numpy as np

from azygos.compare.grids import Grid
from azygos.ground.errors import InputError
from azygos.ground.parcels import BoolArray, FloatArray


def simple_itk() -> Any:
    """The library, or one sentence on how to get it."""
    try:
        import SimpleITK
    except ImportError:
        raise InputError(
            "azygos compare needs SimpleITK, which is not installed. Install it with: pip install 'azygos[compare]'."
        ) from None
    SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(2)
    return SimpleITK


def image_of(grid: Grid, values: Any) -> Any:
    """An array on a grid as a SimpleITK image of floats in LPS."""
    sitk = simple_itk()
    image = sitk.GetImageFromArray(np.ascontiguousarray(np.asarray(values, dtype=np.float32).transpose(2, 1, 0)))
    image.SetOrigin([float(x) for x in grid.origin_mm])
    image.SetSpacing([grid.step_mm] * 3)
    return image


def mask_of(grid: Grid, mask: BoolArray) -> Any:
    """A mask on a grid as SimpleITK wants it."""
    sitk = simple_itk()
    return sitk.Cast(image_of(grid, mask.astype(np.float32)), sitk.sitkUInt8)


def matrix_of(transform: Any) -> FloatArray:
    """A linear transform as a 4 x 4 matrix of LPS points [mm]."""
    origin = np.array(transform.TransformPoint((0.0, 0.0, 0.0)))
    columns = [np.array(transform.TransformPoint(tuple(e))) - origin for e in np.eye(3)]
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack(columns)
    matrix[:3, 3] = origin
    return matrix


def rigid_from(matrix: FloatArray, centre: FloatArray) -> Any:
    """A rigid SimpleITK transform about a centre that starts as a matrix; what is not a turn in it is dropped."""
    sitk = simple_itk()
    u, _, vt = np.linalg.svd(matrix[:3, :3])
    turn = u @ vt
    transform = sitk.Euler3DTransform()
    transform.SetCenter([float(x) for x in centre])
    transform.SetMatrix([float(x) for x in turn.ravel()], 1e-6)
    transform.SetTranslation([float(x) for x in matrix[:3, :3] @ centre + matrix[:3, 3] - centre])
    return transform
