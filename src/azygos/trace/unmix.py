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
    bright: BoolArray,
    ground_hu: FloatArray,
    material_hu: float,
    sigma_voxels: FloatArray,
    most_hu: float = 80.0,
) -> Unmixed:
    """Part a box of voxels; `usable` are those that neither other bright things nor the rim spoil.

    What is `bright` stands out on the slope of the thing and tells no ground.
    No ground reads more than `most_hu`: what the blur cannot explain beyond that is cement.

    Examples
    --------
    >>> sigma = np.full(3, 0.8)
    >>> solid = np.zeros((21, 21, 21))
    >>> solid[8:13, 8:13, 8:13] = 1.0
    >>> share = ndimage.gaussian_filter(solid, sigma)
    >>> lung_and_vessel = np.where(np.arange(21)[:, None, None] < 10, -850.0, 40.0)
    >>> hu = share * 3000.0 + (1.0 - share) * lung_and_vessel
    >>> found = unmix(hu, share > 0.5, np.ones_like(solid, bool), share > 0.5, np.full(hu.shape, -400.0), 3000.0, sigma)
    >>> bool(abs(found.share.sum() / 125.0 - 1.0) < 0.1)
    True
    """
    share = np.clip((hu - ground_hu) / np.maximum(material_hu - ground_hu, 1.0), 0.0, 1.0)
    left = through_blur(share, core, sigma_voxels)
    seen = usable & (left < SEEN * min(float(left.max()), 1.0)) & ~core & ~bright
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
    taps = [_taps(float(sigma)) for sigma in sigma_voxels]
    box = _reached(core, [len(row) // 2 for row in taps])
    inside, seen = core[box], np.where(core[box], share[box], 0.0)
    weight = np.maximum(_blurred(inside.astype(np.float64), taps), 1e-6)
    solid = seen.copy()
    for _ in range(ROUNDS):
        blurred = np.maximum(_blurred(solid, taps), 1e-6)
        solid *= _blurred(np.where(inside, seen / blurred, 0.0), taps) / weight
    whole = np.zeros(core.shape)
    whole[box] = solid
    return _blurred(whole, taps)


def _taps(sigma: float) -> FloatArray:
    """Weights of a Gaussian: what it makes of a single voxel."""
    single = np.zeros(2 * int(4.0 * sigma + 0.5) + 1)
    single[len(single) // 2] = 1.0
    return np.asarray(ndimage.gaussian_filter1d(single, sigma, mode="constant"))


def _reached(core: BoolArray, reach: list[int]) -> tuple[slice, ...]:
    """The box that the blur of a core reaches: nothing of what is sharpened lies beyond it."""
    held = ndimage.find_objects(core.view(np.uint8))
    if not held:
        return tuple(slice(0, n) for n in core.shape)
    return tuple(slice(max(s.start - r, 0), s.stop + r) for s, r in zip(held[0], reach, strict=True))


def _blurred(field: FloatArray, taps: list[FloatArray]) -> FloatArray:
    for axis, row in enumerate(taps):
        field = ndimage.correlate1d(field, row, axis)
    return field


def carry_on(hu: FloatArray, near: BoolArray, seen: BoolArray, sigma_voxels: FloatArray) -> tuple[FloatArray, float]:
    """Values carried on from where they are seen into where they are not, and how much they vary close by."""
    if not seen.any():
        return hu, float(np.std(hu))
    weight = ndimage.gaussian_filter(seen.astype(np.float64), 1.5 * sigma_voxels, mode="nearest")
    value = ndimage.gaussian_filter(np.where(seen, hu, 0.0), 1.5 * sigma_voxels, mode="nearest")
    smooth = value / np.maximum(weight, LEAST_WEIGHT)
    known = weight > 10.0 * LEAST_WEIGHT
    if not known.all():
        nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
        smooth = smooth[tuple(nearest)]
    close = near if near.any() else seen
    return np.asarray(smooth), float(np.std(hu[close]))
