"""SimpleITK, only when it is needed, and grids as its images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from azygos.compare.grids import Grid
from azygos.ground.errors import InputError
from azygos.ground.parcels import BoolArray, FloatArray, Parcel

SEED = 20261125  # of the sampling's jitter; the same scans give the same registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace(Parcel):
    """How a linear registration goes, from coarse to fine."""

    share: float  # of the voxels that are compared [-]
    step: float  # first and last, in the optimiser's own scale
    least_step: float
    count: int  # most steps
    shrink: tuple[int, int]
    blur_mm: tuple[float, float]


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


def register(
    fixed: Grid, moving: Grid, mask: BoolArray, transform: Any, window_hu: tuple[float, float], pace: Pace
) -> float:
    """Move `transform`, in place, to the best correlation of two grids within a mask of the first: minus that."""
    sitk = simple_itk()
    method = sitk.ImageRegistrationMethod()
    method.SetNumberOfThreads(1)  # sums in one order
    method.SetMetricAsCorrelation()
    method.SetMetricFixedMask(mask_of(fixed, mask & fixed.seen))
    method.SetMetricMovingMask(mask_of(moving, moving.seen))
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(pace.share, SEED)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=pace.step,
        minStep=pace.least_step,
        numberOfIterations=pace.count,
        relaxationFactor=0.6,
        gradientMagnitudeTolerance=1e-7,
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel(list(pace.shrink))
    method.SetSmoothingSigmasPerLevel(list(pace.blur_mm))
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetInitialTransform(transform, inPlace=True)
    method.Execute(*(image_of(grid, np.clip(grid.hu, *window_hu)) for grid in (fixed, moving)))
    return float(method.GetMetricValue())
