"""Dense blocks that are too few to be bone: they may be cement, so they give way to the region around them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import ndimage

from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.values import tracing

BY_BRIGHTNESS = ("other_bone", "rib", "sternum")  # regions that are known by being dense, not by their place


def without_specks(anatomy: Anatomy) -> Anatomy:
    """The same anatomy without bone that is smaller than any bone."""
    dense = np.isin(anatomy.regions, [REGIONS.index(name) for name in BY_BRIGHTNESS])
    skeleton = dense | np.isin(anatomy.regions, [REGIONS.index(n) for n in ("vertebral_body", "posterior_elements")])
    parts, _ = ndimage.label(skeleton, structure=np.ones((3, 3, 3)))
    least = tracing.SMALLEST_BONE.number / (abs(np.linalg.det(anatomy.affine_mm[:3, :3])) * 1e-3)
    specks = (np.bincount(parts.ravel()) < least)[parts] & dense
    if not specks.any():
        return anatomy
    nearest = ndimage.distance_transform_edt(specks, return_distances=False, return_indices=True)
    regions = anatomy.regions.copy()
    regions[specks] = anatomy.regions[tuple(axis[specks] for axis in nearest)]
    return replace(anatomy, regions=regions)
