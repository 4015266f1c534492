"""Sizes of the vertebrae of one body, from the vertebra table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.body import Body
from azygos.ground.parcels import Parcel
from azygos.values import vertebrae as v
from azygos.values.landmarks import LEVEL_HEIGHT

SPREAD = 0.06  # of a body's breadth and depth over the mean, one sd; heights follow the landmarks
KINDS = ("width_upper", "width_lower", "depth_upper", "depth_lower")


@dataclass(frozen=True, slots=True, kw_only=True)
class VertebraSize(Parcel):
    """One vertebra [mm]."""

    width: tuple[float, float]  # of the lower and the upper end plate
    depth: tuple[float, float]
    height: float  # from end plate to end plate
    disc: float  # height of the disc below
    canal_width: float
    canal_depth: float
    pedicle_width: float
    pedicle_height: float


def draw_spine_sizes(body: Body, rng: np.random.Generator) -> dict[str, VertebraSize]:
    """Sizes of T1 to L5: the table's, with a spread that all levels of one body share.

    Heights fill the space between the landmarks' heights, so that bodies and discs add up.
    """
    female = body.sex == "female"
    breadth = (v.FEMALE_BREADTH if female else v.MALE_BREADTH).number
    wide, deep = (float(1.0 + SPREAD * np.clip(z, -2.0, 2.0)) for z in rng.standard_normal(2))
    levels, sizes = list(LEVEL_HEIGHT), {}
    for number, level in enumerate(levels):
        wide_up, wide_low, deep_up, deep_low = (
            v.dimension(level, f"endplate_{kind}").number * breadth * 1e3 for kind in KINDS
        )
        below = LEVEL_HEIGHT[levels[min(number + 1, len(levels) - 1)]].number
        above = LEVEL_HEIGHT[levels[max(number - 1, 0)]].number
        pitch = (above - below) * 1e3 * body.scale / (1.0 if number in (0, len(levels) - 1) else 2.0)
        disc = v.dimension(level, "disc_height_below").number * 1e3 * body.scale
        sizes[level] = VertebraSize(
            width=(wide_low * wide, wide_up * wide),
            depth=(deep_low * deep, deep_up * deep),
            height=pitch - disc,
            disc=disc,
            canal_width=v.dimension(level, "canal_width").number * 1e3,
            canal_depth=v.dimension(level, "canal_depth").number * 1e3,
            pedicle_width=v.dimension(level, "pedicle_width").number * 1e3,
            pedicle_height=v.dimension(level, "pedicle_height").number * 1e3,
        )
    return sizes
