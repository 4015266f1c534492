"""Small scans with shapes whose volume is known: blurred in the plane, averaged through the slice, with noise."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.oriented import Oriented
from azygos.trace.quality import Quality

FINE = 4  # cells of a voxel's edge
SPACING = np.array([0.7, 0.7, 1.0])


def shares(shape: tuple[int, int, int], solid, spacing=SPACING, fwhm: float = 1.1) -> np.ndarray:
    """Share of each voxel that a solid fills, as the scan sees it; `solid` takes points (..., 3) [mm]."""
    fine = [(np.arange(n * FINE) + 0.5) / FINE * step - step / 2.0 for n, step in zip(shape, spacing, strict=True)]
    points = np.stack(np.meshgrid(*fine, indexing="ij"), axis=-1)
    inside = solid(points).astype(np.float32)
    sigma = [fwhm / 2.3548 / (spacing[a] / FINE) for a in (0, 1)] + [0.0]
    seen = ndimage.gaussian_filter(inside, sigma)
    return seen.reshape(shape[0], FINE, shape[1], FINE, shape[2], FINE).mean(axis=(1, 3, 5))


def ball(centre, diameter: float):
    return lambda points: np.linalg.norm(points - np.asarray(centre), axis=-1) <= diameter / 2.0


def rod(start, end, diameter: float):
    a, b = np.asarray(start, float), np.asarray(end, float)

    def inside(points):
        along = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0.0, 1.0)
        return np.linalg.norm(points - a - along[..., None] * (b - a), axis=-1) <= diameter / 2.0

    return inside


def scan_with(background: float, solids, hu, *, shape=(48, 48, 30), noise: float = 15.0, seed: int = 1, ceiling=None):
    """A level background with solids of these HU in it."""
    values = np.full(shape, float(background))
    for solid, own in zip(solids, hu, strict=True):
        seen = shares(shape, solid)
        values = values * (1.0 - seen) + own * seen
    values += np.random.default_rng(seed).normal(0.0, noise, shape)
    if ceiling is not None:
        values = np.minimum(values, ceiling)
    return oriented(values, ceiling=ceiling)


def oriented(values: np.ndarray, spacing=SPACING, ceiling=None) -> Oriented:
    return Oriented(
        hu=np.rint(values).astype(np.int16), affine_mm=np.diag([*spacing, 1.0]), axes=(0, 1, 2), flipped=(False,) * 3,
        ceiling_hu=ceiling,
    )  # fmt: skip


def anatomy_of(scan: Oriented, region: str = "lung_right", boxes=(), contrast: str = "none", vessel_hu=None) -> Anatomy:
    """One region everywhere but for boxes ``(name, slices of voxels)``."""
    regions = np.full(scan.hu.shape, REGIONS.index(region), dtype=np.uint8)
    for name, box in boxes:
        regions[box] = REGIONS.index(name)
    return Anatomy(
        regions=regions, affine_mm=scan.affine_mm, chance={}, spine=None, points={}, contrast=contrast,
        vessel_hu=vessel_hu or {}, lobes=None, landmarks=(), field_of_view=("lungs",), not_seen=(),
    )  # fmt: skip


def quality(**changes) -> Quality:
    given = {"fwhm_mm": 1.25, "edges": 500, "slice_mm": 1.0, "ceiling_hu": None, "clipped_voxels": 0, "kvp": 120.0}
    return Quality(**{**given, **changes})
