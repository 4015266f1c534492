"""Vertebrae with arches and processes, discs, canal and cord, each in its own upright frame.

A vertebra keeps its shape and turns with the curve of the spine. An injected one has the body that was injected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.journey import Treated
from azygos.render.phantom import LEVELS, Phantom
from azygos.render.phantom_heart import world
from azygos.render.phantom_spine_sizes import VertebraSize
from azygos.render.solids import Field, Solid, Thing, along, both, capsule, cropped, either, section
from azygos.values.phantom import HEALED, OLD_WEDGE

GRID_MM = 1.5
BACK_WALL = 0.95  # how far back the flat wall stands, over half the end plates' depth
REACH = np.array([46.0, 78.0, 36.0])  # from the body's middle to the sides, behind and above or below it [mm]
OUTSIDE = 60.0  # a vertebra this far above or below the field does not reach into it [mm]
SMOOTHED = 0.8  # blur of an injected body's mask, in cells
CORD_SHARE = 0.42  # of the canal's depth; below L1 only its tail runs on
PEDICLE_UP = 0.22  # how far a pedicle's middle stands over the body's, over the height
LONG_SPINES = {"T5": 1.15, "T6": 1.25, "T7": 1.3, "T8": 1.3, "T9": 1.15}  # how steeply a thoracic spinous process falls


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A grid around one vertebra, in the vertebra's own frame [mm]: u to the left, v to the back, w to the head."""

    origin: FloatArray
    u: Field
    v: Field
    w: Field

    def solid(self, distance: Field, name: str, material: str, **kind: Any) -> Solid | None:
        return cropped(distance, self.origin, GRID_MM, name=name, material=material, **kind)


def local_frame(phantom: Phantom, level: str) -> Frame:
    """Nodes around a vertebra as it lies."""
    centre, axes = phantom.space.vertebra(phantom.centre_mm(level))
    half = np.abs(axes) @ (REACH * phantom.scale)
    origin = GRID_MM * np.floor((centre - half) / GRID_MM)
    count = np.ceil(2.0 * half / GRID_MM).astype(int) + 1
    grid = np.meshgrid(*(o + GRID_MM * np.arange(n) for o, n in zip(origin, count, strict=True)), indexing="ij")
    own = (np.stack(grid, axis=-1) - centre) @ axes
    return Frame(origin, *(own[..., a].astype(np.float32) for a in range(3)))


def spine(phantom: Phantom, low_mm: FloatArray, high_mm: FloatArray) -> list[Thing | None]:
    """The field's vertebrae and discs, from above to below, then the canal through them."""
    treated = {one.vertebra.level: one for one in phantom.treated}
    bones: list[Thing | None] = []
    for number, level in enumerate(LEVELS):
        z = float(phantom.space.vertebra(phantom.centre_mm(level))[0][2])
        if not low_mm[2] - OUTSIDE < z < high_mm[2] + OUTSIDE:
            continue
        frame = local_frame(phantom, level)
        bones += _vertebra(phantom, level, frame, treated.get(level))
        if number + 1 < len(LEVELS):
            bones.append(_disc(phantom, level, frame))
    return [*bones, *_canal(phantom)]


def _vertebra(phantom: Phantom, level: str, f: Frame, treated: Treated | None) -> list[Thing | None]:
    size, drawn = phantom.spine[level], phantom.drawn
    lost, denser = old_wedges(phantom).get(level, (0.0, 0.0)) if treated is None else (0.0, 0.0)
    body = body_shape(size, f, lost) if treated is None else injected_shape(treated, f)
    arch = arch_shape(size, level, f, phantom.scale)
    whole = both(either(body, arch, 2.0), -canal_shape(size, f, 0.0), 1.5)
    kind = {"rim": f"bone {drawn['cortex']:.0f}", "rim_mm": drawn["shell"], "grain_hu": drawn["trabecular_grain"]}
    name = f"vertebrae_{level}"
    return [
        f.solid(body_shape(size, f), "intervertebral_discs", "disc") if lost > 0.0 else None,
        f.solid(whole, name, f"bone {drawn['trabecular'] + 60.0:.0f}", **kind),
        f.solid(both(body + drawn["shell"], -f.v - 100.0), name, f"bone {drawn['trabecular'] + denser:.0f}",
                grain_hu=drawn["trabecular_grain"], grain_mm=0.8),
        _plates(size, body, f, drawn["cortex"]) if treated is None and lost == 0.0 else None,
    ]  # fmt: skip


def _plates(size: VertebraSize, body: Field, f: Frame, cortex: float) -> Solid | None:
    """Denser bone under the end plates."""
    plate = both(body, np.minimum(0.5 * size.height - 1.6 - np.abs(f.w), 9.0))
    return f.solid(np.asarray(plate, np.float32), "", f"bone {0.75 * cortex:.0f}", grain_hu=40.0)


def old_wedges(phantom: Phantom) -> dict[str, tuple[float, float]]:
    """Levels that broke long ago: share of the height in front that is lost, and how much denser they are [HU]."""
    if "old fractures" not in phantom.has:
        return {}
    rng = phantom.rng("old fractures")
    levels = rng.choice(LEVELS[4:15], size=int(rng.integers(1, 3)), replace=False)
    bounds = [(value.low or 0.0, value.high or 0.0) for value in (OLD_WEDGE, HEALED)]
    return {str(level): (rng.uniform(*bounds[0]), rng.uniform(*bounds[1])) for level in levels}


def body_shape(size: VertebraSize, f: Frame, lost: float = 0.0) -> Field:
    """A body: rounded ends, a waist, hollow end plates, a flat back; a wedge has lost some of its height in front."""
    t = np.clip(f.w / (0.5 * size.height), -1.0, 1.0)
    wide = 0.5 * (0.5 * (size.width[1] + size.width[0]) + 0.5 * (size.width[1] - size.width[0]) * t)
    deep = 0.5 * (0.5 * (size.depth[1] + size.depth[0]) + 0.5 * (size.depth[1] - size.depth[0]) * t)
    waist = 0.9 + 0.1 * t**2
    side = section(f.u, f.v, wide * waist, deep * (0.95 + 0.05 * t**2), 2.25)
    back = f.v - BACK_WALL * deep - 0.02 * f.u**2 / deep
    hollow = 0.05 * size.height * np.clip(1.0 - (f.u / wide) ** 2 - (f.v / deep) ** 2, 0.0, 1.0)
    front = np.clip(0.5 - 0.5 * f.v / deep, 0.0, 1.0)
    ends = np.maximum(f.w + lost * size.height * front, -f.w) - 0.5 * size.height + hollow
    return both(both(side, back, 4.0), ends.astype(np.float32), 2.5)


def injected_shape(treated: Treated, f: Frame) -> Field:
    """The body that was injected, smoothed to half a cell."""
    vertebra = treated.vertebra
    inside = np.pad(vertebra.inside, 4)
    away = ndimage.distance_transform_edt(~inside) - ndimage.distance_transform_edt(inside)
    away = ndimage.gaussian_filter(away, SMOOTHED) * vertebra.spacing / MM
    points = np.stack([f.u, f.v, f.w], axis=-1) * MM
    at = (points - vertebra.origin) @ vertebra.axes / vertebra.spacing + 4.0
    found = ndimage.map_coordinates(away, np.moveaxis(at, -1, 0), order=1, mode="nearest")
    outside = np.linalg.norm(points / MM - np.clip(points / MM, -40.0, 40.0), axis=-1)
    beyond = np.max(np.abs(at - np.clip(at, 0.0, np.array(inside.shape) - 1.0)), axis=-1) * vertebra.spacing / MM
    return np.asarray(found + beyond + outside - 0.6, np.float32)


def canal_shape(size: VertebraSize, f: Frame, grow: float) -> Field:
    """The canal of one vertebra, a tube along its own axis."""
    middle = canal_middle(size)
    return section(f.u, f.v - middle, 0.5 * size.canal_width + grow, 0.5 * size.canal_depth + grow, 2.2)


def canal_middle(size: VertebraSize) -> float:
    """How far the canal's middle lies behind that of the body [mm]."""
    return BACK_WALL * 0.25 * sum(size.depth) + 0.5 * size.canal_depth + 0.5


def arch_shape(size: VertebraSize, level: str, f: Frame, scale: float) -> Field:
    """Pedicles, laminae, processes and joints."""
    lumbar = level.startswith("L")
    back = BACK_WALL * 0.25 * sum(size.depth)
    beside, behind = 0.5 * size.canal_width, canal_middle(size) + 0.5 * size.canal_depth
    u = np.abs(f.u)
    h = size.height
    pedicle = 0.5 * size.pedicle_width
    foot, joint = (beside + pedicle - 0.5, back - 3.0, PEDICLE_UP * h), (beside + pedicle + 1.0, behind - 3.0, 0.12 * h)
    tall = f.w * np.float32(size.pedicle_width / size.pedicle_height) + np.float32(PEDICLE_UP * h) * (
        1.0 - np.float32(size.pedicle_width / size.pedicle_height)
    )
    arch = capsule(u, f.v, tall, foot, joint, (pedicle, pedicle))
    lamina = capsule(u, f.v, 0.55 * f.w, joint, (0.0, behind + 4.0, -0.12 * h), (3.2, 3.4))
    arch = either(arch, lamina, 2.0)
    for up in (1.0, -1.0):
        facet = (beside + pedicle + 1.5, behind - (1.0 if up > 0 else -1.5), 0.12 * h + up * (0.62 * h))
        arch = either(arch, capsule(u, f.v, f.w, joint, facet, (4.4, 3.6 if lumbar else 3.0)), 1.5)
    steep = LONG_SPINES.get(level, 0.25 if lumbar else 0.7)
    reach = (28.0 if lumbar else 27.0) * scale
    flat, fall = (0.5, 0.35) if lumbar else (0.8, 0.8)
    start, tip = (0.0, behind + 2.0, -0.1 * h), (0.0, behind + reach, -0.1 * h - steep * reach * fall)
    spinous = capsule(u * 1.5, f.v, f.w * flat, (*start[:2], flat * start[2]), (*tip[:2], flat * tip[2]), (4.2, 4.4))
    arch = either(arch, spinous, 2.0)
    out = (34.0 if lumbar else 29.0) * scale, behind + (0.0 if lumbar else 9.0), 0.2 * h
    wing = capsule(u, f.v, f.w * 0.8, (joint[0], joint[1], 0.8 * joint[2]), (out[0], out[1], 0.8 * out[2]), (4.6, 4.2))
    return either(arch, wing, 2.0)


def _disc(phantom: Phantom, level: str, f: Frame) -> Solid | None:
    """The disc below a vertebra."""
    size = phantom.spine[level]
    middle = -0.5 * (size.height + size.disc)
    side = section(f.u, f.v + 0.5, 0.5 * size.width[0] - 0.5, 0.5 * size.depth[0] - 0.5, 2.2)
    ends = np.abs(f.w - middle) - 0.5 * size.disc - 0.8
    return f.solid(both(side, ends.astype(np.float32), 1.0), "intervertebral_discs", "disc", grain_hu=5.0)


def canal_line(phantom: Phantom) -> tuple[FloatArray, npt.NDArray[np.float64]]:
    """Middle of the canal from T1 to L5 as it lies, and its half depth [mm]."""
    points, half = [], []
    for level in LEVELS:
        centre, axes = phantom.space.vertebra(phantom.centre_mm(level))
        points.append(centre + axes[:, 1] * canal_middle(phantom.spine[level]))
        half.append(0.5 * phantom.spine[level].canal_depth)
    return np.array(points), np.array(half)


def _canal(phantom: Phantom) -> list[Thing | None]:
    line, half = canal_line(phantom)
    first = line[0] + 2.5 * (line[0] - line[1])
    line, half = np.vstack([first, line]), np.append(half[0], half)
    cord = np.where(np.arange(len(line)) < 14, CORD_SHARE * half, 0.15 * half)
    behind = line + np.array([0.0, 1.0, 0.0])
    return [
        along(line, half - 0.8, name="spinal_canal", material="fat"),
        along(behind, half - 2.5, name="spinal_canal", material="fluid"),
        along(behind, np.maximum(cord, 1.2), name="spinal_cord", material="cord"),
    ]


def psoas_and_back(phantom: Phantom) -> list[Thing | None]:
    """Long muscles beside the lower spine."""
    s, parts = phantom.scale, list[Thing | None]()
    for side in (-1.0, 1.0):
        z = np.linspace(-150.0, -330.0, 8)
        psoas = world(phantom, np.stack([side * np.linspace(30.0, 48.0, 8), np.linspace(2.0, -8.0, 8), z], -1))
        parts.append(along(psoas, s * np.linspace(8.0, 20.0, 8), name="", material="muscle"))
    return parts
