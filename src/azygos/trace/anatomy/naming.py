"""Which vertebra is which: the count is anchored by what lies beside the spine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.trace.anatomy.parcels import Spine, SpineLevel
from azygos.trace.anatomy.spine import NAMES

MOST = 0.92  # certainty of a count from landmarks alone: thirteen ribs and six lumbar bodies occur


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A landmark that lies at a known level, more or less."""

    name: str
    z_mm: float
    level: float  # place in NAMES, parts of a level downwards
    spread: float  # standard deviation, in levels


def position(spine: Spine, z_mm: float) -> float:
    """How many vertebrae a height lies above the lowest one's centre, in parts of a vertebra."""
    z = np.array([level.centre_mm[2] for level in spine.levels])
    at = np.arange(z.size, dtype=np.float64)
    if z_mm < z[0] or z_mm > z[-1]:
        end = slice(0, 2) if z_mm < z[0] else slice(-2, None)
        step = float(np.diff(z[end])[0]) if z.size > 1 else 25.0
        edge = 0 if z_mm < z[0] else z.size - 1
        return float(at[edge] + (z_mm - z[edge]) / step)
    return float(np.interp(z_mm, z, at))


def name_levels(spine: Spine, anchors: Sequence[Anchor]) -> Spine:
    """Give the levels the names that agree best with the anchors; none where there are no anchors."""
    if not spine.levels or not anchors:
        return spine
    lowest = np.arange(len(NAMES))  # place in NAMES of the lowest vertebra
    chance = np.zeros(lowest.size)
    for anchor in anchors:
        off = (lowest - position(spine, anchor.z_mm) - anchor.level) / anchor.spread
        chance -= 0.5 * np.minimum(off**2, 16.0)
    chance[lowest < len(spine.levels) - 1 - 3] = -1e3
    share = np.exp(chance - chance.max())
    share /= share.sum()
    best = int(share.argmax())
    return renamed(spine, [best - i for i in range(len(spine.levels))], min(MOST, float(share[best])))


def renamed(spine: Spine, places: Sequence[int], certainty: float) -> Spine:
    """The same spine with its levels named by their places in NAMES."""
    levels = tuple(_named(level, place, certainty) for level, place in zip(spine.levels, places, strict=True))
    return replace(spine, levels=levels)


def _named(level: SpineLevel, place: int, certainty: float) -> SpineLevel:
    known = 0 <= place < len(NAMES)
    return replace(level, name=NAMES[place] if known else "", certainty=certainty if known else 0.0)


def level_z(spine: Spine, name: str) -> float | None:
    """Height of a named vertebra's centre [mm], if it is there."""
    return next((level.centre_mm[2] for level in spine.levels if level.name == name), None)


def place_in_names(spine: Spine, z_mm: FloatArray) -> FloatArray:
    """Heights as places in NAMES, parts of a level downwards; NaN where the count is not known."""
    known = [(level.centre_mm[2], NAMES.index(level.name)) for level in spine.levels if level.name]
    if len(known) < 1:
        return np.full(np.shape(z_mm), np.nan)
    z, at = np.array([k[0] for k in known]), np.array([float(k[1]) for k in known])
    if z.size == 1:
        return np.asarray(at[0] - (z_mm - z[0]) / 25.0)
    low, high = (z[1] - z[0]), (z[-1] - z[-2])
    inside = np.interp(z_mm, z, at)
    return np.asarray(
        np.where(
            z_mm < z[0], at[0] + (z[0] - z_mm) / low, np.where(z_mm > z[-1], at[-1] - (z_mm - z[-1]) / high, inside)
        )
    )
