"""Where metal draws streaks over a road: nothing is told from them there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from scipy import ndimage

from azygos.ground.findings import Blind
from azygos.ground.parcels import BoolArray
from azygos.trace.anatomy import REGIONS
from azygos.trace.background import Background
from azygos.trace.brightness import cement_span_hu
from azygos.trace.oriented import Oriented
from azygos.trace.quality import Quality
from azygos.values import tracing


def streak_regions(
    scan: Oriented, background: Background, quality: Quality, roads: Sequence[str], least_ml: float
) -> Iterator[Blind]:
    """Each road that holds streaks, with how much of it they cover."""
    streaked = streaked_blocks(scan, background, quality)
    for name in roads:
        here = streaked & (background.regions == REGIONS.index(name))
        volume = np.count_nonzero(here) * float(np.prod(background.block)) * scan.voxel_ml
        if volume < least_ml:
            continue
        middle = (np.argwhere(here).mean(axis=0) + 0.5) * np.array(background.block) - 0.5
        x, y, z = (float(v) for v in scan.to_mm(middle))
        why = "Streaks of metal or undiluted contrast nearby lie over it and read as cement may."
        yield Blind(region=name.replace("_", " "), reason=why, volume_ml=float(volume), centre_mm=(x, y, z))


def streaked_blocks(scan: Oriented, background: Background, quality: Quality) -> BoolArray:
    """Blocks near metal, away from air, in which values scatter much or fall below those of fat."""
    metal = metal_blocks(scan, background, quality)
    if not metal.any():
        return metal
    edges = scan.spacing_mm * np.array(background.block)
    far = ndimage.distance_transform_edt(~metal, sampling=edges)
    low, middle = background.low_hu, background.middle_hu
    noise = float(np.median(background.noise_hu))
    wild = middle.astype(np.float64) - low > tracing.STREAKED.number * noise
    airless = ndimage.minimum_filter(middle, size=3) > tracing.AIRLESS.number
    dark = (middle < tracing.DARK.number) | (low < tracing.DARK.number)
    return np.asarray((far < tracing.STREAK_REACH.number) & (wild | dark) & airless & ~metal)


def metal_blocks(scan: Oriented, background: Background, quality: Quality) -> BoolArray:
    """Blocks that hold a voxel at the scale's ceiling, or brighter than cement gets, within the body."""
    _, most = cement_span_hu(quality)
    end = most * 1.15 if scan.ceiling_hu is None else min(scan.ceiling_hu - 0.5, most * 1.15)
    metal = np.zeros(background.middle_hu.shape, dtype=bool)
    bright = np.flatnonzero(scan.hu >= math.ceil(end))  # whole numbers: some ten times as fast as with fractions
    voxels = np.unravel_index(bright, scan.hu.shape)
    metal[tuple(place // edge for place, edge in zip(voxels, background.block, strict=True))] = True
    return np.asarray(metal & (background.regions != REGIONS.index("outside")))
