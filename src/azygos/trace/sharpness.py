"""How sharp a scan is, read from its own steepest edges: skin against air, chest wall against lung."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.trace.oriented import Oriented
from azygos.trace.recovery import FWHM

REACH_MM = 4.0  # each side of an edge that must be level
LEAST_STEP_HU, MOST_STEP_HU = 600.0, 1250.0
LEVEL_SHARE = 0.12  # of the step that a side may vary by
EVERY_SLICES = 12
MOST_EDGES = 20_000
STEEPEST = 85.0  # percentile of the slopes: oblique and soft edges are flatter, noise is steeper
FEWEST_EDGES = 40
UNKNOWN_MM = 1.2  # where a scan shows too few edges


def sharpness_of(scan: Oriented) -> tuple[float, int]:
    """Full width at half maximum of the blur in the plane [mm], and how many edges tell it."""
    widths = np.concatenate([*_edge_widths(scan), np.empty(0)])
    if len(widths) < FEWEST_EDGES:
        return max(UNKNOWN_MM, float(scan.spacing_mm[0])), len(widths)
    return float(np.percentile(widths, 100.0 - STEEPEST)), len(widths)


def sharpness_through(scan: Oriented) -> float:
    """Full width at half maximum of the blur from slice to slice [mm]; 0 where too few edges tell it.

    Breathing widens most edges there, so the sharpest count, as in the plane.
    """
    widths = np.concatenate([*_edge_widths_through(scan), np.empty(0)])
    if len(widths) < FEWEST_EDGES:
        return 0.0
    return float(np.percentile(widths, 100.0 - STEEPEST))


def _edge_widths_through(scan: Oriented) -> Iterator[FloatArray]:
    step = float(scan.spacing_mm[2])
    for axis in (0, 1):
        for place in range(EVERY_SLICES // 2, scan.hu.shape[axis], EVERY_SLICES):
            plane = np.take(scan.hu, place, axis=axis).astype(np.float64)
            if plane.shape[1] > 2 * max(int(np.ceil(REACH_MM / step)), 3):
                yield widths_across(np.ascontiguousarray(plane.T), step)


def _edge_widths(scan: Oriented) -> Iterator[FloatArray]:
    for k in range(EVERY_SLICES // 2, scan.hu.shape[2], EVERY_SLICES):
        plane = scan.hu[:, :, k].astype(np.float64)
        for axis in (0, 1):
            yield widths_across(plane if axis == 0 else plane.T, float(scan.spacing_mm[axis]))


def widths_across(plane: FloatArray, step_mm: float) -> FloatArray:
    """Blur of each clean edge crossed along the first axis, from its steepest slope [mm]."""
    reach = max(int(np.ceil(REACH_MM / step_mm)), 3)
    slope = np.abs(plane[2:] - plane[:-2]) / 2.0
    steepest = np.zeros(plane.shape, dtype=bool)
    inner = slope[1:-1]
    steepest[2:-2] = (inner > 100.0) & (inner >= slope[:-2]) & (inner > slope[2:])
    steepest[:reach], steepest[-reach:] = False, False
    i, j = np.nonzero(steepest)
    if len(i) == 0:
        return np.empty(0)
    before = np.stack([plane[i - n, j] for n in range(reach // 2 + 1, reach + 1)])
    after = np.stack([plane[i + n, j] for n in range(reach // 2 + 1, reach + 1)])
    step = np.abs(after.mean(axis=0) - before.mean(axis=0))
    level = np.maximum(np.ptp(before, axis=0), np.ptp(after, axis=0)) < LEVEL_SHARE * step
    upright = _upright(plane, i, j, slope[i - 1, j])
    clean = level & upright & (step > LEAST_STEP_HU) & (step < MOST_STEP_HU)
    return _width(slope[i - 1, j][clean] / step[clean], step_mm)


def _upright(plane: FloatArray, i: np.ndarray, j: np.ndarray, slope: FloatArray) -> np.ndarray:
    """Edges that run across the profile within some 15 degrees."""
    left, right = np.maximum(j - 1, 0), np.minimum(j + 1, plane.shape[1] - 1)
    return np.asarray(np.abs(plane[i, right] - plane[i, left]) / 2.0 < 0.27 * slope)


def _width(slope_share: FloatArray, step_mm: float) -> FloatArray:
    """From the central difference over a step's height to the blur's width: a step through a Gaussian and a voxel."""
    sigma = step_mm / (np.sqrt(2.0 * np.pi) * np.maximum(slope_share, 1e-3))
    spread = (2.0 * step_mm) ** 2 / 12.0  # of the difference over two voxels
    return np.asarray(FWHM * np.sqrt(np.maximum(sigma**2 - spread, (0.3 * step_mm) ** 2)))
