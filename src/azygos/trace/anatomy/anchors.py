"""What lies beside the spine at known levels, as far as it is in the field."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.trace.anatomy.cage import Cage
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.lungs import Lungs
from azygos.trace.anatomy.naming import Anchor, position
from azygos.trace.anatomy.parcels import Spine
from azygos.trace.anatomy.spine import NAMES
from azygos.values.corridors import ANCHORS

BELOW_LAST_RIB = 1.4  # levels of spine that must be seen under the lowest rib to call it the last
CREST_ML = 60.0
CREST_SOLID = 0.25  # of an iliac bone lies 6 mm or more under its surface, at most


def find_anchors(coarse: Coarse, lungs: Lungs, cage: Cage, spine: Spine) -> list[Anchor]:
    """Carina, apex, dome, base of the lungs, last rib and iliac crests, where they are seen whole."""
    heights = {
        "carina": None if lungs.carina_mm is None else float(lungs.carina_mm[2]),
        "lung apex": _apex(coarse, lungs),
        "lung base": _base(coarse, lungs),
        "right dome": None if lungs.right_dome_mm is None else float(lungs.right_dome_mm[2]),
        "last rib": _last_rib(spine, cage.entries_mm),
        "iliac crest": _crest(coarse, cage, spine),
    }
    return [
        Anchor(
            name=name, z_mm=z, level=float(ANCHORS[name][0]) + NAMES.index("T1") - 1.0, spread=float(ANCHORS[name][1])
        )
        for name, z in heights.items()
        if z is not None and spine.line_mm[0, 2] - 15.0 <= z <= spine.line_mm[-1, 2] + 15.0
    ]


def _slices_with_lung(lungs: Lungs) -> FloatArray:
    return np.flatnonzero(lungs.both.any(axis=(0, 1))).astype(np.float64)


def _apex(coarse: Coarse, lungs: Lungs) -> float | None:
    slices = _slices_with_lung(lungs)
    if slices.size == 0 or slices[-1] >= lungs.right.shape[2] - 2:
        return None
    return float(coarse.to_mm([0.0, 0.0, slices[-1]])[2])


def _base(coarse: Coarse, lungs: Lungs) -> float | None:
    slices = _slices_with_lung(lungs)
    if slices.size == 0 or slices[0] <= 1:
        return None
    return float(coarse.to_mm([0.0, 0.0, slices[0]])[2])


def _last_rib(spine: Spine, entries_mm: tuple[FloatArray, FloatArray]) -> float | None:
    """Height of the lowest pair of ribs beside the spine, if enough spine is seen below without any."""
    lowest = [side[0] for side in entries_mm if side.size]
    if len(lowest) < 2 or not spine.levels:
        return None
    at = [position(spine, z) for z in lowest]
    if abs(at[0] - at[1]) > 0.7 or min(at) - position(spine, float(spine.line_mm[0, 2])) < BELOW_LAST_RIB:
        return None
    return float(np.mean(lowest))


def _crest(coarse: Coarse, cage: Cage, spine: Spine) -> float | None:
    """Top of the iliac bones: large, thin, dense pieces to both sides that reach down to the lowest slices."""
    middle = float(coarse.to_index(spine.line_mm[0])[0])
    aside = (np.arange(cage.other.shape[0]) - middle) * coarse.step_mm[0]
    bone = cage.other | cage.ribs
    tops = []
    for side in (-1.0, 1.0):
        slab = bone & (side * aside > 45.0)[:, None, None]
        parts, number = ndimage.label(slab, structure=np.ones((3, 3, 3)))
        if number == 0:
            return None
        sizes = np.bincount(parts.ravel())
        sizes[0] = 0
        hip = parts == sizes.argmax()
        solid = np.count_nonzero(ndimage.binary_erosion(hip, iterations=2)) / sizes.max()
        if sizes.max() * coarse.voxel_ml < CREST_ML or solid > CREST_SOLID:
            return None
        slices = np.flatnonzero(hip.any(axis=(0, 1)))
        if np.ptp(slices) * coarse.step_mm[2] < 40.0 or slices[-1] >= hip.shape[2] - 3:
            return None
        tops.append(float(coarse.to_mm([0.0, 0.0, slices[-1]])[2]))
    return float(np.mean(tops)) if abs(tops[0] - tops[1]) < 30.0 else None
