"""The roads of cement that have no sharp outline, as chances in spine coordinates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.trace.anatomy.around_spine import Near
from azygos.trace.anatomy.naming import place_in_names
from azygos.trace.anatomy.parcels import Spine
from azygos.trace.anatomy.spine import NAMES
from azygos.values.corridors import ARCH_LEVEL, AZYGOS, HEMIAZYGOS, Stretch

Float32Array = npt.NDArray[np.float32]


def spine_roads(near: Near, shape: tuple[int, int, int], free: npt.NDArray[np.float32]) -> dict[str, Float32Array]:
    """Chance of each block to lie in the azygos or the hemiazygos vein, along the spine.

    ``free`` is the chance that a vein may lie in a block at all: little in bone, lung and aorta.
    """
    roads = {}
    for site, stretches in (("azygos_vein", AZYGOS), ("hemiazygos_vein", HEMIAZYGOS)):
        grid = np.zeros(shape, dtype=np.float32)
        grid[near.box] = _along(near, stretches) * free[near.box]
        roads[site] = grid
    return roads


def _along(near: Near, stretches: tuple[Stretch, ...]) -> Float32Array:
    """Bell around a middle that moves from stop to stop, times the chance that the vein is there."""
    levels = np.array([float(NAMES.index(stop.level)) for stop in stretches])
    known = np.isfinite(near.level)
    level = np.where(known, near.level, float(NAMES.index("T9")))
    columns = {
        name: np.interp(level, levels, [float(getattr(stop, name)) for stop in stretches])
        for name in ("aside", "ahead", "spread_aside", "spread_ahead", "chance")
    }
    middle_left = columns["aside"] * near.half_width
    middle_back = -near.half_depth - columns["ahead"] * 1e3
    away = ((near.left - middle_left) / (columns["spread_aside"] * 1e3)) ** 2
    away += ((near.back - middle_back) / (columns["spread_ahead"] * 1e3)) ** 2
    beyond = np.clip(np.maximum(levels[0] - level, level - levels[-1]), 0.0, None)
    there = columns["chance"] * np.exp(-0.5 * away) * np.exp(-0.5 * (beyond / 0.3) ** 2)
    return np.where(known, there, 0.5 * there).astype(np.float32)


def arch_line(spine: Spine, carina_mm: FloatArray | None, cava_mm: FloatArray | None) -> FloatArray | None:
    """The azygos arch from the front right of T4-T5 over the right main bronchus to the back of the superior cava."""
    z = spine.line_mm[:, 2]
    level = place_in_names(spine, z)
    if np.isfinite(level).all() and carina_mm is None:
        if not level.min() <= float(ARCH_LEVEL) + NAMES.index("T1") - 1.0 <= level.max():
            return None
        height = float(np.interp(-(float(ARCH_LEVEL) + NAMES.index("T1") - 1.0), -level[::-1], z[::-1]))
    elif carina_mm is not None:
        height = float(carina_mm[2]) + 10.0
    else:
        return None
    if not z[0] <= height <= z[-1]:
        return None
    body = np.array([np.interp(height, z, spine.line_mm[:, axis]) for axis in range(3)])
    wide, deep = np.interp(height, z, spine.half_width_mm), np.interp(height, z, spine.half_depth_mm)
    start = body + [-0.5 * wide, -deep - 4.0, -6.0]
    end = body + [-22.0, -deep - 38.0, 0.0] if cava_mm is None else np.array([cava_mm[0], cava_mm[1] + 8.0, height])
    top = 0.5 * (start + end) + [-5.0, 0.0, 6.0]
    t = np.linspace(0.0, 1.0, 15)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * top + t**2 * end)
