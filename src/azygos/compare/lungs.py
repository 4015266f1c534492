"""The lungs: a smooth warp that takes one breath to the other, by symmetric demons on the lungs alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from azygos.compare.align import Body
from azygos.compare.grids import Grid, coarse, resample
from azygos.compare.itk import image_of, simple_itk
from azygos.compare.warp import Warp
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.volume import Volume

STEP_MM = 2.5
LEVELS = ((8.0, 2.0, 60), (5.0, 1.5, 60), (2.5, 1.5, 30))  # grid [mm], smoothing [voxels], most steps
VESSELS_HU = (-950.0, -50.0)
OUTSIDE_HU = 0.0
MARGIN_MM = 30.0


def lung_warps(first: Body, second: Body, volumes: tuple[Volume, Volume], start: FloatArray) -> tuple[Warp, Warp]:
    """First to second and second to first, each registered by itself, to be held against each other."""
    a, b = (_only_lungs(of, volume) for of, volume in zip((first, second), volumes, strict=True))
    return _warp(a, b, start), _warp(b, a, _inverse(start))


def _only_lungs(of: Body, volume: Volume) -> Grid:
    """Lungs with their vessels, everything else one grey; the mean of the air levelled, since breath thins it."""
    fine = coarse(volume, STEP_MM)
    mask = _on(fine, of.grid, of.lungs)
    shown = np.clip(fine.hu, *VESSELS_HU)
    if mask.any():
        shown = shown - np.median(shown[mask]) - 850.0
    shown = np.where(mask, np.minimum(shown, OUTSIDE_HU), OUTSIDE_HU).astype(np.float32)
    return Grid(hu=shown, seen=fine.seen, origin_mm=fine.origin_mm, step_mm=fine.step_mm)


def _on(fine: Grid, grid: Grid, mask: BoolArray) -> BoolArray:
    smooth = ndimage.gaussian_filter(mask.astype(np.float32), 0.5)
    offset = (fine.origin_mm - grid.origin_mm) / grid.step_mm
    scale = fine.step_mm / grid.step_mm
    found = ndimage.affine_transform(smooth, np.full(3, scale), offset, output_shape=fine.hu.shape, order=1)
    return np.asarray(found > 0.5, dtype=bool)


def _warp(fixed: Grid, moving: Grid, start: FloatArray) -> Warp:
    """Demons from coarse to fine between two lungs on grids."""
    origin, reach = _box(fixed)
    field: Any = None
    grid = fixed
    for step, smoothing, count in LEVELS:
        shape = tuple(np.ceil(reach / step).astype(int) + 1)
        grid = _blurred(fixed, np.eye(4), origin, step, shape)
        turned = _blurred(moving, _inverse(start), origin, step, shape)
        field = _demons(*_where_both_see(grid, turned), field, smoothing, count)
    return Warp(affine_mm=start, field_mm=_as_displacement(field, start), grid_mm=grid.affine_mm)


def _inverse(matrix: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _box(grid: Grid) -> tuple[FloatArray, FloatArray]:
    where = np.argwhere(grid.hu < OUTSIDE_HU - 100.0)
    low, high = where.min(axis=0), where.max(axis=0)
    origin = grid.origin_mm + low * grid.step_mm - MARGIN_MM
    return origin, (high - low) * grid.step_mm + 2.0 * MARGIN_MM


def _blurred(grid: Grid, to_fixed: FloatArray, origin: FloatArray, step: float, shape: tuple[int, ...]) -> Grid:
    sigma = 0.4 * max(0.0, step / grid.step_mm - 1.0)
    smooth = ndimage.gaussian_filter(grid.hu, sigma) if sigma else grid.hu
    return resample(smooth, to_fixed @ grid.affine_mm, origin, step, shape)


def _where_both_see(fixed: Grid, moving: Grid) -> tuple[Grid, Grid]:
    """The two alike wherever one field ends, so that the edge of a field pulls at nothing."""
    both = ndimage.binary_erosion(fixed.seen & moving.seen, iterations=2)
    grey = np.where(fixed.seen, fixed.hu, np.where(moving.seen, moving.hu, OUTSIDE_HU)).astype(np.float32)
    return (
        Grid(hu=np.where(both, fixed.hu, grey), seen=both, origin_mm=fixed.origin_mm, step_mm=fixed.step_mm),
        Grid(hu=np.where(both, moving.hu, grey), seen=both, origin_mm=fixed.origin_mm, step_mm=fixed.step_mm),
    )


def _demons(fixed: Grid, moving: Grid, field: Any, smoothing: float, count: int) -> Any:
    sitk = simple_itk()
    demons = sitk.FastSymmetricForcesDemonsRegistrationFilter()
    demons.SetNumberOfIterations(count)
    demons.SetStandardDeviations(smoothing)
    demons.SetSmoothDisplacementField(True)
    demons.SetMaximumRMSError(1e-6)  # all steps, always
    images = image_of(fixed, fixed.hu), image_of(moving, moving.hu)
    if field is None:
        return demons.Execute(*images)
    carried = sitk.Resample(field, images[0], sitk.Transform(3, sitk.sitkIdentity), sitk.sitkLinear)
    return demons.Execute(*images, carried)


def _as_displacement(field: Any, start: FloatArray) -> Any:
    """The field, which moves points before the start's turn, as one that is added after it."""
    array = simple_itk().GetArrayFromImage(field).transpose(2, 1, 0, 3)
    return (array @ start[:3, :3].T).astype(np.float32)
