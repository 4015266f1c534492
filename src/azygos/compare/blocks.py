"""How far small blocks around a place still lie off after a registration: its error, measured where no cement is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray, Parcel

EDGE = 11  # of a block [voxels of the cube]
LATTICE = 8  # between two blocks' middles [voxels]
MOST = 80  # blocks at one place, the nearest
BLUR = 1.0  # before gradients are taken [voxels]
STEPS = 10
FURTHEST = 8.0  # a block that wants to go further has lost its way [voxels]
LIKENESS = 0.5  # least correlation of a block with its partner
SHARPEST = 0.6  # largest standard error of a block's shift that is used [voxels]
FLOOR = 0.2  # no block's shift is trusted beyond this [voxels]
STRAIN = 0.05  # standard deviation of how a shift changes with place, before any block is seen [-]
ALIKE = (2.0 * np.sqrt(np.pi) * BLUR) ** 3  # voxels that share one draw of the noise after the blur


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Residuals(Parcel):
    """Shifts that blocks still need, in voxels of the cube: the second scan there, minus where the first has it."""

    middles: FloatArray  # shape (n, 3), from the cube's middle
    shifts: FloatArray  # shape (n, 3)
    errors: FloatArray  # shape (n,), standard error of a shift along its worst axis
    likeness: FloatArray  # shape (n,), correlation after the shift
    tried: int  # blocks with enough structure to be followed

    def __post_init__(self) -> None:
        self.seal("middles", "shifts", "errors", "likeness")


def follow_blocks(first: FloatArray, second: FloatArray, usable: BoolArray, near: BoolArray) -> Residuals:
    """Follow blocks from one cube to the other by least squares on their HU, gain and offset free (Lucas and Kanade).

    Parameters
    ----------
    first, second : ndarray
        HU on the same cube, cement taken out.
    usable : ndarray of bool
        Voxels that both scans show and that hold no cement.
    near : ndarray of bool
        Where a block's middle may lie.
    """
    a, b = (ndimage.gaussian_filter(cube, BLUR) for cube in (first, second))
    middles = _lattice(usable, near)
    if not len(middles):
        return _none()
    shifts, errors, likeness = _fit(a, b, usable, middles)
    followed = (likeness >= LIKENESS) & (errors <= SHARPEST) & (np.abs(shifts).max(axis=1) < FURTHEST)
    centre = (np.array(first.shape) - 1) / 2.0
    return Residuals(
        middles=(middles - centre)[followed],
        shifts=shifts[followed],
        errors=errors[followed],
        likeness=likeness[followed],
        tried=int((errors <= SHARPEST).sum()),
    )


def _none() -> Residuals:
    return Residuals(
        middles=np.zeros((0, 3)), shifts=np.zeros((0, 3)), errors=np.zeros(0), likeness=np.zeros(0), tried=0
    )


def _lattice(usable: BoolArray, near: BoolArray) -> FloatArray:
    """Middles of blocks that lie near and are mostly usable."""
    half = EDGE // 2 + 1
    axes = [np.arange(half, n - half, LATTICE) for n in usable.shape]
    middles = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    share = ndimage.uniform_filter(usable.astype(np.float32), EDGE)
    cells = tuple(middles.T)
    kept = middles[near[cells] & (share[cells] > 0.7)].astype(np.float64)
    distance = np.linalg.norm(kept - (np.array(usable.shape) - 1) / 2.0, axis=1)
    return np.asarray(kept[np.argsort(distance, kind="stable")[:MOST]], dtype=np.float64)


def _fit(a: FloatArray, b: FloatArray, usable: BoolArray, middles: FloatArray) -> tuple[FloatArray, ...]:
    """Gauss-Newton for all blocks at once: shifts, their standard errors, and the correlation reached."""
    reach = np.arange(EDGE) - EDGE // 2
    offsets = np.stack(np.meshgrid(reach, reach, reach, indexing="ij"), axis=-1).reshape(-1, 3)
    places = middles[:, None, :] + offsets[None]
    cells = tuple(places.astype(int).reshape(-1, 3).T)
    weight = usable[cells].reshape(places.shape[:2]).astype(np.float64)
    fixed = a[cells].reshape(places.shape[:2])
    slopes = [np.asarray(one)[cells].reshape(weight.shape) for one in np.gradient(a)]  # of the first: computed once
    shifts = np.zeros_like(middles)
    for _ in range(STEPS):
        at = (places + shifts[:, None, :]).reshape(-1, 3).T
        moved = ndimage.map_coordinates(b, at, order=1, mode="nearest").reshape(weight.shape)
        design = np.stack([*slopes, moved, np.ones_like(moved)], axis=-1)
        weighted = design * weight[..., None]
        normal = np.einsum("kni,knj->kij", weighted, design) + 1e-6 * np.eye(5)
        right = np.einsum("kni,kn->ki", weighted, fixed)
        solved = np.linalg.solve(normal, right[..., None])[..., 0]
        shifts = np.clip(shifts + np.clip(solved[:, :3], -1.5, 1.5), -2.0 * FURTHEST, 2.0 * FURTHEST)
    left = (fixed - np.einsum("kni,ki->kn", design, solved)) * np.sqrt(weight)
    free = np.maximum(weight.sum(axis=1) / ALIKE, 2.0)
    noise = (left**2).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
    spread = np.linalg.inv(normal)[:, :3, :3] * (noise * weight.sum(axis=1) / free)[:, None, None]
    errors = np.sqrt(np.maximum(np.linalg.eigvalsh(spread)[:, -1], 0.0))
    return shifts, errors, _correlation(fixed, moved, weight)


def _correlation(a: FloatArray, b: FloatArray, weight: FloatArray) -> FloatArray:
    total = np.maximum(weight.sum(axis=1), 1.0)
    a = a - ((a * weight).sum(axis=1) / total)[:, None]
    b = b - ((b * weight).sum(axis=1) / total)[:, None]
    scale = np.sqrt((a * a * weight).sum(axis=1) * (b * b * weight).sum(axis=1))
    return np.asarray((a * b * weight).sum(axis=1) / np.maximum(scale, 1e-9), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction(Parcel):
    """The shift at a place, as blocks around it tell, in voxels of the cube."""

    shift: FloatArray  # shape (3,)
    error: float  # standard error along an axis, of the fit alone

    def __post_init__(self) -> None:
        self.seal("shift")


def predict(residuals: Residuals, place: FloatArray, reach: float) -> Prediction:
    """A shift that changes evenly from block to block, near ones first, fitted around a place; strays left out once."""
    return _predict(residuals, place, reach, np.ones(len(residuals.shifts), dtype=bool))


def _predict(residuals: Residuals, place: FloatArray, reach: float, keep: BoolArray) -> Prediction:
    middles, shifts = residuals.middles[keep] - place, residuals.shifts[keep]
    weight = np.exp(-0.5 * (np.linalg.norm(middles, axis=1) / reach) ** 2) / (residuals.errors[keep] ** 2 + FLOOR**2)
    design = np.column_stack([np.ones(len(middles)), middles])
    fit, inverse = _even(design, shifts, weight)
    off = np.linalg.norm(shifts - design @ fit, axis=1)
    fair = off <= 3.0 * max(float(np.median(off)), FLOOR)
    if fair.sum() >= 4:
        fit, inverse = _even(design[fair], shifts[fair], weight[fair])
    return Prediction(shift=fit[0], error=float(np.sqrt(inverse[0, 0])))


def _even(design: FloatArray, shifts: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted least squares with a prior on the strain: what lies aside of all blocks is known less."""
    normal = design.T @ (design * weight[:, None]) + np.diag([1e-6, *[1.0 / STRAIN**2] * 3])
    inverse: FloatArray = np.asarray(np.linalg.inv(normal), dtype=np.float64)
    return inverse @ (design.T @ (shifts * weight[:, None])), inverse


def held_out(residuals: Residuals, reach: float) -> FloatArray:
    """Each block's shift minus what the blocks that share no voxel with it say there, shape (n, 3)."""
    left = []
    for middle, shift in zip(residuals.middles, residuals.shifts, strict=True):
        keep = np.linalg.norm(residuals.middles - middle, axis=1) > 0.9 * EDGE
        left.append(shift - _predict(residuals, middle, reach, keep).shift if keep.sum() >= 4 else np.full(3, np.nan))
    kept = np.array(left).reshape(-1, 3)
    return np.asarray(kept[np.isfinite(kept).all(axis=1)], dtype=np.float64)
