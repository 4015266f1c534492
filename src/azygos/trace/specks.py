"""Dense blocks that are taken for bone only because they are dense: they may be cement, so they give way.

Two kinds: those too few to be any bone, and those in front of the spine, where there is no rib.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray
from azygos.trace.anatomy import REGIONS, Anatomy, Spine
from azygos.values import tracing

BY_BRIGHTNESS = ("other_bone", "rib", "sternum")
BY_PLACE = ("vertebral_body", "posterior_elements")


def without_specks(anatomy: Anatomy) -> Anatomy:
    """The same anatomy with such blocks given to the region nearest to them."""
    dense = np.isin(anatomy.regions, [REGIONS.index(name) for name in BY_BRIGHTNESS])
    give_way = _too_few(anatomy, dense)
    if anatomy.spine is not None:
        give_way |= _before_spine(anatomy, anatomy.spine, dense)
    if not give_way.any():
        return anatomy
    bone = dense | np.isin(anatomy.regions, [REGIONS.index(name) for name in BY_PLACE])
    nearest = ndimage.distance_transform_edt(bone, return_distances=False, return_indices=True)
    regions = anatomy.regions.copy()
    regions[give_way] = anatomy.regions[tuple(axis[give_way] for axis in nearest)]
    return replace(anatomy, regions=regions)


def _too_few(anatomy: Anatomy, dense: BoolArray) -> BoolArray:
    """Blocks that hang together with too little else to be a bone."""
    skeleton = dense | np.isin(anatomy.regions, [REGIONS.index(name) for name in BY_PLACE])
    parts, _ = ndimage.label(skeleton, structure=np.ones((3, 3, 3)))
    least = tracing.SMALLEST_BONE.number / (abs(np.linalg.det(anatomy.affine_mm[:3, :3])) * 1e-3)
    return np.asarray((np.bincount(parts.ravel()) < least)[parts] & dense)


def _before_spine(anatomy: Anatomy, spine: Spine, dense: BoolArray) -> BoolArray:
    """Blocks in front of the middle of the bodies and not far to their side."""
    places = np.argwhere(dense)
    points = places @ anatomy.affine_mm[:3, :3].T + anatomy.affine_mm[:3, 3]
    at = spine.along(points)
    z = spine.line_mm[:, 2]
    wide = np.interp(points[:, 2], z, spine.half_width_mm) + tracing.BESIDE_SPINE.number
    deep = np.interp(points[:, 2], z, spine.half_depth_mm) + tracing.BEFORE_SPINE.number
    within = (points[:, 2] >= z[0]) & (points[:, 2] <= z[-1])
    before = within & (at[:, 1] < 0.0) & (at[:, 1] > -deep) & (np.abs(at[:, 0]) < wide)
    found = np.zeros(dense.shape, dtype=bool)
    found[tuple(places[before].T)] = True
    return found
