"""The roads of cement that have no sharp outline, as chances in spine coordinates."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.trace.anatomy.around_spine import Near
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.label_maps import Mapped
from azygos.trace.anatomy.lungs import Lungs
from azygos.trace.anatomy.mediastinum import Mediastinum
from azygos.trace.anatomy.naming import place_in_names
from azygos.trace.anatomy.parcels import REGIONS, Spine
from azygos.trace.anatomy.spine import NAMES
from azygos.trace.anatomy.tubes import Tube, distance_to_line
from azygos.values.corridors import ARCH_CHANCE, ARCH_LEVEL, ARCH_SPREAD, AZYGOS, HEMIAZYGOS, Stretch

Float32Array = npt.NDArray[np.float32]
UInt8Array = npt.NDArray[np.uint8]
BARRED = {"lung_right": 0.05, "lung_left": 0.05, "airway": 0.02, "outside": 0.0, "aorta": 0.15, "oesophagus": 0.6,
          "vertebral_body": 0.1, "posterior_elements": 0.05, "spinal_canal": 0.02, "disc": 0.1, "heart": 0.1,
          "left_heart": 0.1, "rib": 0.1}  # fmt: skip
"""Chance that a vein of the corridor lies in a block of these regions after all: outlines are off by a block or so."""
MOST_GAIN, MOST_CHANCE = 2.0, 0.85
CAVA_CHANCE, CAVA_SOFT_MM = 0.85, 3.0
MAPPED_CHANCE = 0.95


def find_roads(
    coarse: Coarse,
    regions: UInt8Array,
    spine: Spine,
    near: Near | None,
    lungs: Lungs,
    middle: Mediastinum,
    tubes: Mapping[str, Tube],
    mapped: Mapped,
) -> dict[str, Float32Array]:
    """Chances of azygos with its arch, hemiazygos and inferior cava, shape of the coarse grid each."""
    table = np.array([BARRED.get(name, 1.0) for name in REGIONS], dtype=np.float32)
    free = table[regions]
    roads: dict[str, Float32Array] = {}
    if near is not None:
        for site, stretches in (("azygos_vein", AZYGOS), ("hemiazygos_vein", HEMIAZYGOS)):
            grid = np.zeros(regions.shape, dtype=np.float32)
            grid[near.box] = _squeezed(along_spine(near, stretches), free[near.box])
            roads[site] = grid
        _add_arch(roads["azygos_vein"], coarse, free, arch_line(spine, lungs, middle.cava))
    cava = _inferior_cava(coarse, regions, tubes, mapped)
    if cava is not None:
        roads["inferior_vena_cava"] = cava
        roads = {name: grid if name == "inferior_vena_cava" else grid * (1.0 - cava) for name, grid in roads.items()}
    return roads


def _squeezed(raw: Float32Array, free: Float32Array) -> Float32Array:
    """What lung, bone and aorta leave of a corridor takes the whole of its chance in the slice, within limits."""
    left = raw * free
    whole, rest = raw.sum(axis=(0, 1)), left.sum(axis=(0, 1))
    gain = np.clip(whole / np.maximum(rest, 1e-6), 1.0, MOST_GAIN)
    return np.asarray(np.minimum(left * gain, MOST_CHANCE), dtype=np.float32)


def along_spine(near: Near, stretches: tuple[Stretch, ...]) -> Float32Array:
    """Bell around a middle that moves from stop to stop, times the chance that the vein is there."""
    levels = np.array([float(NAMES.index(stop.level)) for stop in stretches])
    known = np.isfinite(near.level)
    level = np.where(known, near.level, float(NAMES.index("T9")))

    def at(name: str, factor: float = 1.0) -> FloatArray:
        return np.asarray(np.interp(level, levels, [float(getattr(stop, name)) / factor for stop in stretches]))

    away = ((near.left - at("aside") * near.half_width) / at("spread_aside", MM)) ** 2
    away += ((near.back + near.half_depth + at("ahead", MM)) / at("spread_ahead", MM)) ** 2
    beyond = np.clip(np.maximum(levels[0] - level, level - levels[-1]), 0.0, None)
    there = at("chance") * np.exp(-0.5 * np.minimum(away, 60.0)) * np.exp(-0.5 * (beyond / 0.4) ** 2)
    return np.asarray(np.where(known, there, 0.4 * there), dtype=np.float32)


def arch_line(spine: Spine, lungs: Lungs, cava: Tube | None) -> FloatArray | None:
    """From the front right of T4 to T5 over the right main bronchus to the back of the superior cava."""
    z = spine.line_mm[:, 2]
    level = place_in_names(spine, z)
    if lungs.carina_mm is not None:
        height = float(lungs.carina_mm[2]) + 8.0
    elif np.isfinite(level).all():
        wanted = float(ARCH_LEVEL) + NAMES.index("T1") - 1.0
        if not level.min() <= wanted <= level.max():
            return None
        height = float(np.interp(-wanted, -level, z))
    else:
        return None
    if not z[0] <= height <= z[-1]:
        return None
    body = np.array([np.interp(height, z, spine.line_mm[:, axis]) for axis in range(3)])
    wide, deep = np.interp(height, z, spine.half_width_mm), np.interp(height, z, spine.half_depth_mm)
    start = body + np.array([-0.5 * wide, -deep - 5.0, -6.0])
    end = body + np.array([-22.0, -deep - 40.0, 0.0])
    if cava is not None:
        at = cava.line_mm[np.abs(cava.line_mm[:, 2] - height).argmin()]
        end = at + np.array([0.0, 0.7 * cava.radius_mm, 0.0])
    top = 0.5 * (start + end) + np.array([-6.0, 0.0, 8.0])
    t = np.linspace(0.0, 1.0, 15)[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * top + t**2 * end)


def _add_arch(azygos: Float32Array, coarse: Coarse, free: Float32Array, line: FloatArray | None) -> None:
    if line is None:
        return
    index = coarse.to_index(line)
    reach = 25.0 / coarse.step_mm
    low = np.clip(np.floor(index.min(axis=0) - reach), 0, azygos.shape).astype(int)
    high = np.clip(np.ceil(index.max(axis=0) + reach) + 1, 0, azygos.shape).astype(int)
    if np.any(high <= low):
        return
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    away = distance_to_line(coarse, box, line, np.zeros(len(line)))
    there = float(ARCH_CHANCE) * np.exp(-0.5 * (away / (float(ARCH_SPREAD) / MM)) ** 2)
    azygos[box] = np.maximum(azygos[box], there * free[box])


def _inferior_cava(
    coarse: Coarse, regions: UInt8Array, tubes: Mapping[str, Tube], mapped: Mapped
) -> Float32Array | None:
    """From the map where there is one, else around the line that was followed."""
    if "inferior_vena_cava" in mapped.regions:
        mask = mapped.regions["inferior_vena_cava"]
        return np.where(mask, np.float32(MAPPED_CHANCE), np.float32(0.0))
    tube = tubes.get("inferior_vena_cava")
    if tube is None:
        return None
    index = coarse.to_index(tube.line_mm)
    reach = 25.0 / coarse.step_mm
    low = np.clip(np.floor(index.min(axis=0) - reach), 0, regions.shape).astype(int)
    high = np.clip(np.ceil(index.max(axis=0) + reach) + 1, 0, regions.shape).astype(int)
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    away = distance_to_line(coarse, box, tube.line_mm, np.full(len(tube.line_mm), tube.radius_mm))
    grid = np.zeros(regions.shape, dtype=np.float32)
    grid[box] = CAVA_CHANCE / (1.0 + np.exp(np.clip(away / CAVA_SOFT_MM, -20.0, 20.0)))
    grid *= np.isin(regions, [REGIONS.index(name) for name in ("lung_right", "lung_left", "outside", "vertebral_body",
                                                               "airway")], invert=True)  # fmt: skip
    return grid
