"""Bones that are not the spine: ribs, sternum and others, and what is no bone but bright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.body import Body
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.lungs import Lungs
from azygos.trace.anatomy.parcels import Spine

UNEVEN_HU = 130.0  # from the mean of a block of bone to its highest voxel; contrast differs by noise alone
ORGAN_CORE_ML = 4.0  # bone has no even core of this size
SHELL_MM = 12.0  # ribs lie this near to a lung's outer face
ENTRY_MM = (44.0, 60.0)  # from the spine to the side: beyond the transverse processes
RIB_ML = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cage:
    """Bones around the trunk on the coarse grid."""

    ribs: BoolArray
    sternum: BoolArray
    other: BoolArray
    between: BoolArray  # what lies between the lungs, in the rows that meet both
    entries_mm: tuple[FloatArray, FloatArray]  # heights at which ribs reach the spine, right and left


def find_cage(coarse: Coarse, body: Body, lungs: Lungs, spine: Spine | None) -> Cage:
    """Sort the bones by where they lie about the lungs and the spine."""
    between = between_lungs(coarse, lungs)
    bone = _without_organs(coarse.solid & body.inside & ~between, coarse, spine)
    none = np.zeros_like(bone)
    if spine is None and not lungs.seen:
        return Cage(ribs=none, sternum=none, other=bone, between=between, entries_mm=(np.empty(0), np.empty(0)))
    ribs = bone & body.trunk & _around_lungs(coarse, lungs, spine)
    sternum = _sternum(coarse, bone, lungs)
    ribs &= ~sternum
    entries = _entries(coarse, bone, spine) if spine is not None else (np.empty(0), np.empty(0))
    return Cage(ribs=ribs, sternum=sternum, other=bone & ~ribs & ~sternum, between=between, entries_mm=entries)


def _without_organs(bone: BoolArray, coarse: Coarse, spine: Spine | None) -> BoolArray:
    """Heart, kidneys and spleen full of contrast are bright, but even and solid; bone of their size is not."""
    if spine is None:
        return bone
    low, high = coarse.to_index(spine.line_mm[[0, -1]])[:, 2]
    span = slice(int(max(0.0, low)), int(max(0.0, high)) + 1)
    full = ndimage.uniform_filter(bone[:, :, span].astype(np.float32), size=5) > 0.6
    uneven = ndimage.uniform_filter((coarse.peak - coarse.mean)[:, :, span], size=5)
    parts, number = ndimage.label(full & (uneven < UNEVEN_HU))
    solid = np.bincount(parts.ravel(), minlength=number + 1) * coarse.voxel_ml > ORGAN_CORE_ML
    solid[0] = False
    organ = ndimage.binary_dilation(solid[parts], iterations=3)
    rest = bone.copy()
    rest[:, :, span] &= ~organ
    return rest


def between_lungs(coarse: Coarse, lungs: Lungs) -> BoolArray:
    """Blocks with right lung on their right and left lung on their left in the same row, without the lungs."""
    if not (lungs.right.any() and lungs.left.any()):
        return np.zeros_like(lungs.right)
    right = np.logical_or.accumulate(lungs.right, axis=0)
    left = np.logical_or.accumulate(lungs.left[::-1], axis=0)[::-1]
    rows = right & left
    reach = max(1, round(12.0 / coarse.step_mm[1]))
    rows = ndimage.binary_closing(rows, structure=np.ones((1, 2 * reach + 1, 1)))
    return np.asarray(rows & ~lungs.both)


def _around_lungs(coarse: Coarse, lungs: Lungs, spine: Spine | None) -> BoolArray:
    """A shell around the lungs, carried on below them along the trunk's wall down to L2."""
    near = np.zeros_like(lungs.right)
    if lungs.seen:
        reach = np.maximum(1, np.round(SHELL_MM / coarse.step_mm)).astype(int)
        near = ndimage.maximum_filter(lungs.both, size=tuple(2 * reach + 1))
    if spine is not None:
        low = next((level.centre_mm[2] for level in spine.levels if level.name == "L2"), spine.line_mm[-1, 2])
        height = coarse.to_mm(np.column_stack([np.zeros((near.shape[2], 2)), np.arange(near.shape[2])]))[:, 2]
        lowest = np.flatnonzero(near.any(axis=(0, 1)))
        ceiling = height[lowest[0]] if lowest.size else np.inf
        near |= ((height > low) & (height < ceiling))[None, None, :]
    return np.asarray(near)


def _sternum(coarse: Coarse, bone: BoolArray, lungs: Lungs) -> BoolArray:
    """Bone in front of the lungs near the middle between them."""
    found = np.zeros_like(bone)
    if not (lungs.right.any() and lungs.left.any()):
        return found
    columns = np.flatnonzero(lungs.both.any(axis=(1, 2)))
    middle = (columns[0] + columns[-1]) / 2.0
    half = 28.0 / coarse.step_mm[0]
    span = slice(int(max(0, middle - half)), int(middle + half) + 1)
    rows = np.flatnonzero(lungs.both.any(axis=(0, 2)))
    front = slice(0, rows[0] + int(0.2 * rows.size))
    slices = np.flatnonzero(lungs.both.any(axis=(0, 1)))
    found[span, front, slices[0] : slices[-1] + 1] = bone[span, front, slices[0] : slices[-1] + 1]
    return found


def _entries(coarse: Coarse, bone: BoolArray, spine: Spine) -> tuple[FloatArray, FloatArray]:
    """Heights at which long pieces of bone come near the spine from either side."""
    z = coarse.to_mm(np.column_stack([np.zeros((bone.shape[2], 2)), np.arange(bone.shape[2])]))[:, 2]
    at = np.stack([np.interp(z, spine.canal_mm[:, 2], spine.canal_mm[:, axis]) for axis in (0, 1)])
    index = coarse.to_index(np.column_stack([at.T, z]))
    i = np.arange(bone.shape[0])[:, None]
    aside = (i - index[:, 0]) * coarse.step_mm[0]
    j = np.arange(bone.shape[1])[:, None]
    behind = (j - index[:, 1]) * coarse.step_mm[1]
    deep = (np.abs(behind) < 45.0)[None, :, :]
    inside = (z >= spine.line_mm[0, 2]) & (z <= spine.line_mm[-1, 2])
    heights = []
    for side in (-1.0, 1.0):
        beside = (side * aside > ENTRY_MM[0]) & (side * aside < 110.0)
        slab = bone & beside[:, None, :] & deep & inside[None, None, :]
        heights.append(_entry_heights(coarse, slab, side * aside, z))
    return heights[0], heights[1]


def _entry_heights(coarse: Coarse, slab: BoolArray, aside: FloatArray, z: FloatArray) -> FloatArray:
    parts, _ = ndimage.label(slab, structure=np.ones((3, 3, 3)))
    heights = []
    for part, box in enumerate(ndimage.find_objects(parts), start=1):
        mask = parts[box] == part
        where = np.argwhere(mask) + np.array([s.start for s in box])
        away = aside[where[:, 0], where[:, 2]]
        tall = np.ptp(where[:, 2]) * coarse.step_mm[2]
        if mask.sum() * coarse.voxel_ml < RIB_ML or away.min() > ENTRY_MM[1] or np.ptp(away) < 20.0 or tall > 70.0:
            continue
        heights.append(float(z[where[away < away.min() + 8.0, 2]].mean()))
    return np.sort(np.array(heights))
