"""Regions laid over each other on the coarse grid, from the outside inwards; label maps last."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.around_spine import Near
from azygos.trace.anatomy.body import Body
from azygos.trace.anatomy.cage import Cage
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.lungs import Lungs
from azygos.trace.anatomy.parcels import REGIONS, Spine

UInt8Array = npt.NDArray[np.uint8]
FAT_HU = -30.0
BOWEL_MM = 7.0  # wall and content around gas
DEEP_MM = 22.0  # under the skin: the wall of the trunk is thinner than this nearly everywhere


def number(name: str) -> int:
    """The number of a region."""
    return REGIONS.index(name)


def paint_body(coarse: Coarse, body: Body, lungs: Lungs, cage: Cage, spine: Spine | None) -> UInt8Array:
    """Everything but the spine and the vessels."""
    regions = np.zeros(coarse.mean.shape, np.uint8)
    regions[body.inside] = number("soft_tissue")
    regions[body.inside & (coarse.mean < FAT_HU)] = number("fat")
    regions[body.inside & ~body.trunk & (regions > 0)] = number("limb")
    _paint_cavities(regions, coarse, body, lungs, cage, spine)
    regions[cage.other] = number("other_bone")
    regions[cage.ribs] = number("rib")
    regions[cage.sternum] = number("sternum")
    regions[lungs.gas] = number("bowel")
    regions[lungs.airway] = number("airway")
    regions[lungs.right] = number("lung_right")
    regions[lungs.left] = number("lung_left")
    return regions


def _paint_cavities(
    regions: UInt8Array, coarse: Coarse, body: Body, lungs: Lungs, cage: Cage, spine: Spine | None
) -> None:
    """Abdomen below the domes, mediastinum between the lungs, neck above them."""
    height = coarse.affine_mm[2, 2] * np.arange(regions.shape[2]) + coarse.affine_mm[2, 3]
    below = _abdomen_heights(height, lungs, spine)
    if below.any():
        inner = body.trunk[:, :, below]
        deep = ndimage.uniform_filter(inner.astype(np.float32), size=_size(coarse, 2.0 * DEEP_MM)) > 0.97
        view = regions[:, :, below]
        view[deep & inner & (view > 0)] = number("abdomen")
        reach = _size(coarse, 2.0 * BOWEL_MM)
        gas = ndimage.maximum_filter(lungs.gas[:, :, below], size=(*reach[:2], 3))
        view[gas & (view == number("abdomen"))] = number("bowel")
        regions[:, :, below] = view
    regions[cage.between & (regions > 0) & ~below[None, None, :]] = number("mediastinum")
    if lungs.seen:
        above = height > height[np.flatnonzero(lungs.both.any(axis=(0, 1)))[-1]]
        view = regions[:, :, above]
        view[body.trunk[:, :, above] & (view == number("soft_tissue"))] = number("neck")
        regions[:, :, above] = view


def _size(coarse: Coarse, width_mm: float) -> tuple[int, int, int]:
    wide = np.maximum(1, np.round(width_mm / coarse.step_mm[:2])).astype(int)
    return int(wide[0]), int(wide[1]), 1


def _abdomen_heights(height: FloatArray, lungs: Lungs, spine: Spine | None) -> BoolArray:
    """Slices below the dome; without lungs those at or below T12, or all where gas shows bowel."""
    domes = [dome[2] for dome in (lungs.right_dome_mm, lungs.left_dome_mm) if dome is not None]
    if domes:
        return np.asarray(height < min(domes) - 5.0)
    if lungs.seen:
        return np.zeros(height.shape, dtype=bool)
    if spine is not None and any(level.name for level in spine.levels):
        low = [level.centre_mm[2] for level in spine.levels if level.name.startswith(("L", "S", "T12"))]
        return np.asarray(height < max(low) + 20.0) if low else np.zeros(height.shape, dtype=bool)
    return np.full(height.shape, bool(lungs.gas.any()) and spine is not None)


def lay_over(regions: UInt8Array, masks: Mapping[str, BoolArray], on: tuple[str, ...] = ()) -> None:
    """Write masks into the grid in their order; with `on`, only over those regions."""
    allowed = np.isin(regions, [number(name) for name in on]) if on else None
    for name, mask in masks.items():
        regions[mask if allowed is None else mask & allowed] = number(name)


def lay_maps(regions: UInt8Array, coarse: Coarse, masks: Mapping[str, BoolArray]) -> None:
    """Label maps go before landmarks: what a map knows of a structure replaces what was guessed of it."""
    for name, mask in masks.items():
        guessed = regions == number(name)
        if name in ("lung_right", "lung_left"):
            guessed &= coarse.mean > -400.0
        if name not in ("other_bone", "rib", "abdomen", "bowel", "spinal_canal", "disc", "vertebral_body"):
            regions[guessed & ~mask] = number("mediastinum" if name not in ("neck", "limb") else "soft_tissue")
    for name in sorted(masks, key=lambda name: name != "heart"):
        if name not in ("spinal_canal", "vertebral_body"):
            regions[masks[name]] = number(name)


def lay_vertebrae(
    regions: UInt8Array,
    near: Near,
    vertebrae: Mapping[str, BoolArray],
    bodies: Mapping[str, BoolArray],
    bright: BoolArray,
) -> None:
    """Mapped vertebrae in place of those guessed at the same heights; bright blocks that no map holds stay bone."""
    union = np.logical_or.reduce(list(vertebrae.values()))
    slices = union.any(axis=(0, 1))
    slices[np.flatnonzero(slices)[0] : np.flatnonzero(slices)[-1]] = True
    view = regions[near.box]
    at = slices[near.box[2]][None, None, :]
    stray = at & ~union[near.box] & (view == number("vertebral_body")) & (near.rim > 0.85)
    view[stray] = number("paravertebral")
    view[stray & (near.back < -0.5 * near.half_depth)] = number("prevertebral")
    view[at & ~union[near.box] & (view == number("vertebral_body")) & (near.rim <= 0.85)] = number("disc")
    stray = at & ~union[near.box] & (view == number("posterior_elements")) & ~bright[near.box]
    view[stray] = number("paravertebral")
    regions[near.box] = view
    regions[union] = number("posterior_elements")
    for body in bodies.values():
        regions[body] = number("vertebral_body")
