"""Cement parted from what lies behind it: how much of each voxel it fills, and what the rest reads.

A voxel reads ``f * cement + (1 - f) * ground``. Inside the outline of a thing ``f`` is read from the voxel. Beyond it
``f`` is what the inside leaves there through the blur, and what is left over is the ground: lung on one side, the
vessel that holds the piece on the other. Where little of the ground is seen it is carried on from beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray

ROUNDS = 10  # of sharpening: more follow the noise
SEEN = 0.12  # share of cement up to which a voxel tells its ground
AIR_HU = -1024.0  # the least of a ground
BLOOD_HU = 50.0  # without contrast
IN_VESSEL = 0.35  # how far what is hidden lies from what is seen beside it to blood, for emboli lie in vessels
VESSEL_SPREAD = 0.5  # the same as a standard deviation: some fill theirs, some lie in a wider one
LEAST_WEIGHT = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Unmixed:
    """What each voxel of a box is made of."""

    share: FloatArray  # of cement, through the blur
    ground_hu: FloatArray
    spread_hu: float  # of the ground where it is seen close by


def unmix(
    hu: FloatArray,
    core: BoolArray,
    usable: BoolArray,
    ground_hu: FloatArray,
    material_hu: float,
    sigma_voxels: FloatArray,
    most_hu: float = 80.0,
) -> Unmixed:
    """Part a box of voxels; `usable` are those that neither other bright things nor the rim spoil.

    No ground reads more than `most_hu`: what the blur cannot explain beyond that is cement.

    Examples
    --------
    >>> sigma = np.full(3, 0.8)
    >>> solid = np.zeros((21, 21, 21))
    >>> solid[8:13, 8:13, 8:13] = 1.0
    >>> share = ndimage.gaussian_filter(solid, sigma)
    >>> lung_and_vessel = np.where(np.arange(21)[:, None, None] < 10, -850.0, 40.0)
    >>> hu = share * 3000.0 + (1.0 - share) * lung_and_vessel
    >>> found = unmix(hu, share > 0.5, np.ones_like(solid, bool), np.full(hu.shape, -400.0), 3000.0, sigma)
    >>> bool(abs(found.share.sum() / 125.0 - 1.0) < 0.1)
    True
    """
    share = np.clip((hu - ground_hu) / np.maximum(material_hu - ground_hu, 1.0), 0.0, 1.0)
    left = through_blur(share, core, sigma_voxels)
    seen = usable & (left < SEEN * min(float(left.max()), 1.0)) & ~core
    behind = (hu - left * material_hu) / (1.0 - np.minimum(left, 0.9))
    behind = np.clip(behind, AIR_HU, most_hu)
    carried, spread = carry_on(behind, seen & (left > 1e-4), seen, sigma_voxels)
    denser = np.maximum(BLOOD_HU - carried, 0.0)
    carried = carried + IN_VESSEL * denser
    spread = float(np.hypot(spread, VESSEL_SPREAD * denser[core].mean()))
    ground = np.where(seen, behind, carried)
    share = np.where(core | usable, (hu - ground) / np.maximum(material_hu - ground, 1.0), left)
    return Unmixed(share, ground, spread)


def through_blur(share: FloatArray, core: BoolArray, sigma_voxels: FloatArray) -> FloatArray:
    """Share everywhere that belongs to what is seen inside a core: sharpened there (Richardson, Lucy), then blurred."""
    seen = np.where(core, share, 0.0)
    weight = np.maximum(ndimage.gaussian_filter(core.astype(np.float64), sigma_voxels), 1e-6)
    solid = seen.copy()
    for _ in range(ROUNDS):
        blurred = np.maximum(ndimage.gaussian_filter(solid, sigma_voxels), 1e-6)
        solid *= ndimage.gaussian_filter(np.where(core, seen / blurred, 0.0), sigma_voxels) / weight
    return np.asarray(ndimage.gaussian_filter(solid, sigma_voxels))


def carry_on(hu: FloatArray, near: BoolArray, seen: BoolArray, sigma_voxels: FloatArray) -> tuple[FloatArray, float]:
    """Values carried on from where they are seen into where they are not, and how much they vary close by."""
    if not seen.any():
        return hu, float(np.std(hu))
    weight = ndimage.gaussian_filter(seen.astype(np.float64), 1.5 * sigma_voxels, mode="nearest")
    value = ndimage.gaussian_filter(np.where(seen, hu, 0.0), 1.5 * sigma_voxels, mode="nearest")
    smooth = value / np.maximum(weight, LEAST_WEIGHT)
    known = weight > 10.0 * LEAST_WEIGHT
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    close = near if near.any() else seen
    return np.asarray(smooth[tuple(nearest)]), float(np.std(hu[close]))
