"""The body's outline: the table and the air outside taken away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, IntArray
from azygos.trace.anatomy.coarse import Coarse

SKIN_HU = -350.0
NECK_MM = 6.0  # the body and the table hang together by less than this
SMALLEST_PART = 0.02  # of the body's largest part: an arm is more
OPEN_AIR_HU = -970.0
ARM_MM = 15.0  # an arm is thicker than twice this, its contact with the trunk is not


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Body:
    """Where the body is, and which of its parts is the trunk."""

    inside: BoolArray  # coarse grid, lungs and bowel gas included
    trunk: BoolArray  # without arms that lie apart
    air: BoolArray  # gas and lung inside


def outline_body(coarse: Coarse) -> Body:
    """Tissue that hangs together, its hollows filled slice by slice."""
    tissue = coarse.mean > SKIN_HU
    reach = np.maximum(1, np.round(NECK_MM / 2.0 / coarse.step_mm[:2])).astype(int)
    core = _eroded(tissue, reach)
    parts, number = ndimage.label(core)
    if number == 0:
        empty = np.zeros_like(tissue)
        return Body(inside=empty, trunk=empty, air=empty)
    sizes = np.bincount(parts.ravel(), minlength=number + 1)
    sizes[0] = 0
    main = int(sizes.argmax())
    kept = (sizes >= SMALLEST_PART * sizes[main]) & ~_flat(parts, number, coarse)
    kept[main], kept[0] = True, False
    inside = _filled(tissue & _dilated(kept[parts], reach), coarse)
    trunk = _without_arms(_filled(tissue & _dilated(parts == main, reach), coarse), coarse)
    air = inside & (coarse.mean < -400.0)
    return Body(inside=inside, trunk=trunk, air=air)


def _without_arms(trunk: BoolArray, coarse: Coarse) -> BoolArray:
    """The trunk without what hangs on it only by a seam: arms that lie against its sides."""
    reach = np.maximum(1, np.round(ARM_MM / coarse.step_mm[:2])).astype(int)
    cores, number = ndimage.label(_eroded(trunk, reach))
    sizes = np.bincount(cores.ravel(), minlength=number + 1)
    sizes[0] = 0
    arms = (sizes > 0.005 * sizes.max()) & (sizes < 0.2 * sizes.max())
    if not arms.any():
        return trunk
    near = _dilated(arms[cores], reach + 1) & ~_dilated(cores == sizes.argmax(), reach)
    return np.asarray(trunk & ~near)


def _eroded(mask: BoolArray, reach: IntArray) -> BoolArray:
    size = (2 * reach[0] + 1, 2 * reach[1] + 1, 1)
    return np.asarray(ndimage.minimum_filter(mask, size=size, mode="nearest"))


def _dilated(mask: BoolArray, reach: IntArray) -> BoolArray:
    size = (2 * reach[0] + 3, 2 * reach[1] + 3, 3)
    return np.asarray(ndimage.maximum_filter(mask, size=size, mode="nearest"))


def _flat(parts: npt.NDArray[np.int32], number: int, coarse: Coarse) -> BoolArray:
    """Parts that are wide and thin: tables, and the sheets on them."""
    flat = np.zeros(number + 1, dtype=bool)
    for part, box in enumerate(ndimage.find_objects(parts), start=1):
        if box is None:
            continue
        deep = (box[1].stop - box[1].start) * coarse.step_mm[1]
        wide = (box[0].stop - box[0].start) * coarse.step_mm[0]
        full = np.count_nonzero(parts[box] == part) / parts[box].size
        flat[part] = wide > 4.0 * deep or (wide > 250.0 and full < 0.25)
    return flat


def _filled(mask: BoolArray, coarse: Coarse) -> BoolArray:
    """Hollows closed slice by slice; what a cut field leaves open counts if it is no open air."""
    filled = np.empty_like(mask)
    for k in range(mask.shape[2]):
        filled[:, :, k] = ndimage.binary_fill_holes(mask[:, :, k])
    smooth = ndimage.uniform_filter(coarse.mean, size=(3, 3, 1), mode="nearest")
    lung = (smooth < -400.0) & (smooth > OPEN_AIR_HU) & ~filled
    if not lung.any():
        return filled
    wide = ndimage.binary_opening(lung, iterations=2)
    return np.asarray(filled | (wide & _between(filled)))


def _between(mask: BoolArray) -> BoolArray:
    """Voxels with tissue of the body in front of them and behind them, or to both sides."""
    front = np.logical_or.accumulate(mask, axis=1) & np.logical_or.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
    side = np.logical_or.accumulate(mask, axis=0) & np.logical_or.accumulate(mask[::-1], axis=0)[::-1]
    return np.asarray(front & side | (front | side) & _column(mask))


def _column(mask: BoolArray) -> BoolArray:
    return np.broadcast_to(mask.any(axis=(0, 1), keepdims=True), mask.shape)
