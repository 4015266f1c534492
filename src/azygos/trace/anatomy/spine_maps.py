"""The spine with label maps: where the canal is sought, what its vertebrae are called, how large their bodies are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.around_spine import Near
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.label_maps import Mapped
from azygos.trace.anatomy.naming import renamed
from azygos.trace.anatomy.parcels import Spine
from azygos.trace.anatomy.spine import NAMES
from azygos.trace.anatomy.spine_line import Canal

BY_MAP = 0.97  # certainty of a name that a label map gives and the count confirms
BY_COUNT = 0.85  # that only the count gives, from a named neighbour
DOUBTED = 0.6  # where map and count disagree


def guide(mapped: Mapped) -> FloatArray | None:
    """Middle of the mapped vertebrae in each coarse slice, shape (n_k, 2), NaN where there are none."""
    if not mapped.vertebrae:
        return None
    union = np.logical_or.reduce(list(mapped.vertebrae.values()))
    middles = np.full((union.shape[2], 2), np.nan)
    for k in np.flatnonzero(union.any(axis=(0, 1))):
        middles[k] = np.argwhere(union[:, :, k]).mean(axis=0)
    return middles


def canal_of_map(coarse: Coarse, mapped: Mapped) -> Canal | None:
    """The canal as a label map has it (cord or canal), where the scan itself does not show one."""
    mask = mapped.regions.get("spinal_canal")
    if mask is None:
        return None
    slices = np.flatnonzero(mask.sum(axis=(0, 1)) >= 3)
    if slices.size < 2 or np.ptp(slices) * coarse.step_mm[2] < 20.0:
        return None
    slices = np.arange(slices[0], slices[-1] + 1)
    seen = [k for k in slices if mask[:, :, k].any()]
    at = np.array([np.argwhere(mask[:, :, k]).mean(axis=0) for k in seen])
    path = np.column_stack([*(np.interp(slices, seen, at[:, axis]) for axis in (0, 1)), slices])
    return Canal(line_mm=coarse.to_mm(path), slices=slices, score=0.4)


def name_by_map(spine: Spine, coarse: Coarse, mapped: Mapped) -> tuple[Spine, tuple[str, ...]]:
    """Names from the mapped vertebra around each body's centre; where these are out of order, the count decides."""
    if not spine.levels:
        return spine, ()
    direct = [_name_at(coarse, mapped.vertebrae, level.centre_mm) for level in spine.levels]
    known = [(row, NAMES.index(name)) for row, name in enumerate(direct) if name in NAMES]
    if not known:
        return spine, ()
    offsets = [place + row for row, place in known]
    lowest = int(np.bincount(offsets).argmax())
    agreeing = {row for (row, _), offset in zip(known, offsets, strict=True) if offset == lowest}
    if _in_order([place for _, place in known]) and len(agreeing) < len(known):
        rows, at = np.array(known, dtype=np.float64).T
        places = np.rint(np.interp(np.arange(float(len(direct))), rows, at)).astype(int)
        return renamed(spine, places.tolist(), DOUBTED), (
            "The label map's vertebrae and the count along the spine disagree; the map's names were kept.",
        )
    named = renamed(spine, [lowest - row for row in range(len(direct))], BY_COUNT)
    levels = tuple(
        replace(level, certainty=BY_MAP if row in agreeing else BY_COUNT) for row, level in enumerate(named.levels)
    )
    odd = [f"{direct[row]} at {NAMES[lowest - row]}" for row, _ in known if row not in agreeing]
    notes = (f"The label map names vertebrae out of order ({', '.join(odd)}); the count was kept.",) if odd else ()
    return replace(named, levels=levels), notes


def _in_order(places: list[int]) -> bool:
    return all(above < below for below, above in pairwise(places))


def _name_at(coarse: Coarse, vertebrae: Mapping[str, BoolArray], centre_mm: tuple[float, float, float]) -> str:
    """The vertebra that most of a body's middle belongs to, or ""."""
    index = np.rint(coarse.to_index(np.array(centre_mm))).astype(int)
    around = tuple(slice(max(0, i - 2), i + 3) for i in index)
    votes = {name: np.count_nonzero(mask[around]) for name, mask in vertebrae.items()}
    best = max(votes, key=lambda name: votes[name], default="")
    return best if best and votes[best] >= 10 else ""


def mapped_bodies(coarse: Coarse, mapped: Mapped, near: Near) -> dict[str, BoolArray]:
    """Bodies by level: as the map has them, or what of a vertebra lies in front of the canal."""
    bodies = dict(mapped.bodies)
    discs_and_bodies = mapped.regions.get("vertebral_body")
    for level, mask in mapped.vertebrae.items():
        if level in bodies:
            continue
        body = np.zeros_like(mask)
        if discs_and_bodies is not None and (mask & discs_and_bodies).sum() > 0.2 * mask.sum():
            body = mask & discs_and_bodies
        else:
            front = (near.wall < 1.5) & (np.abs(near.left) < 1.35 * near.half_width + 2.0)
            body[near.box] = mask[near.box] & front
        if body.any():
            bodies[level] = body
    return bodies


def body_volumes(coarse: Coarse, bodies: Mapping[str, BoolArray]) -> dict[str, float]:
    """Volume of each body that the field does not cut [mL]."""
    volumes = {}
    for level, mask in bodies.items():
        cut = any(mask.take(0, axis).any() or mask.take(-1, axis).any() for axis in range(3))
        volume = float(np.count_nonzero(mask) * coarse.voxel_ml)
        if not cut and volume > 2.0 and level in NAMES:
            volumes[level] = round(volume, 2)
    return volumes
