"""Three planes through a vertebra: what the scan shows, where cement may lie, where the needle is.

Planes are the patient's own (axial, sagittal, coronal), shown as a radiologist sees them: the
patient's right on the picture's left, the front to the left in the sagittal plane, the head up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import MM
from azygos.ground.volume import to_voxel
from azygos.plan.outcome import PlanResult
from azygos.plan.statistics import cases, fill_probability, leaks
from azygos.report.figures import BLUE, MARKERS, new_figure, row, style, to_svg
from azygos.spine import Route, Vertebra

STEP_MM = 0.5
MARGIN_MM = {True: 15.0, False: 8.0}  # round the body, with and without a CT to show there
NEAR_MM = 3.0  # a needle or an outlet this near to a plane is drawn as lying in it
BONE_WINDOW_HU = (-450.0, 1350.0)
LEVELS = (0.1, 0.5, 0.9)  # of the fill probability
TINTS = ("#ffe08a", "#f08a00", "#b3260a")
TRACK_MM = 25.0  # of the needle shown outside the bone


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Parcel):
    """One patient plane and what its picture's four sides are."""

    name: str
    across: tuple[float, float, float]  # LPS direction of the picture's right
    down: tuple[float, float, float]  # LPS direction of the picture's foot
    sides: tuple[str, str, str, str]  # left, right, top, bottom


VIEWS = (
    View(name="axial", across=(1, 0, 0), down=(0, 1, 0), sides=("R", "L", "A", "P")),
    View(name="sagittal", across=(0, 1, 0), down=(0, 0, -1), sides=("A", "P", "H", "F")),
    View(name="coronal", across=(1, 0, 0), down=(0, 0, -1), sides=("R", "L", "H", "F")),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene(Parcel):
    """All that the pictures of one vertebra need, in LPS millimetres."""

    result: PlanResult
    vertebra: Vertebra
    needles: tuple[FloatArray, ...]  # each (2, 3), entry and tip [mm]
    probability: FloatArray  # on the vertebra's grid
    mouths: tuple[tuple[Route, bool, FloatArray], ...]  # ways out in one draw: whether they leaked, (n, 3) [mm]
    centre: FloatArray  # where the planes cross [mm]
    middle: FloatArray  # of the body, and so of the pictures [mm]
    half: float  # half of a picture's edge [mm]


def make_scene(result: PlanResult, index: int, alternative: int = 0) -> Scene:
    """Gather one vertebra's pictures: planes cross in the middle of the cement, or of the body if there is none."""
    vertebra = result.vertebrae[index]
    probability = fill_probability(result, index, alternative)
    body = vertebra.to_lps(np.argwhere(vertebra.inside).astype(np.float64)) / MM
    middle = centre = 0.5 * (body.min(axis=0) + body.max(axis=0))
    filled = np.argwhere(probability >= LEVELS[0])
    if filled.size:
        weights = probability[tuple(filled.T)].astype(np.float64)
        centre = np.average(vertebra.to_lps(filled.astype(np.float64)) / MM, axis=0, weights=weights)
    margin = MARGIN_MM[result.volume is not None]
    return Scene(
        result=result,
        vertebra=vertebra,
        needles=tuple(np.asarray(line) / MM for line in result.needle_lines[index]),
        probability=np.asarray(probability, dtype=np.float64),
        mouths=_mouths(result, vertebra, alternative),
        centre=centre,
        middle=middle,
        half=float(np.abs(body - middle).max()) + margin,
    )


def _mouths(result: PlanResult, vertebra: Vertebra, alternative: int) -> tuple[tuple[Route, bool, FloatArray], ...]:
    """Where the ways out open in the first draw that finished, by route and by whether they leaked."""
    found: dict[tuple[Route, bool], list[FloatArray]] = {}
    for case in cases(result, alternative, vertebra.level)[:1]:
        for outlet in case.members[0].outlets:
            if outlet.mouth is not None:
                place = vertebra.to_lps(np.asarray(outlet.mouth, dtype=np.float64)) / MM
                found.setdefault((outlet.route, leaks(outlet.volume, result.visible_leak)), []).append(place)
    return tuple((route, leaked, np.stack(found[key])) for key in sorted(found) for route, leaked in [key])


def draw_slices(scene: Scene) -> str:
    """The three planes side by side, as SVG with the voxels as pictures inside it."""
    with style():
        figure = new_figure(10.2, 3.6)
        for axes, view in zip(row(figure, 3, left=0.0, bottom=0.0, top=0.28, gap=0.08, right=0.0), VIEWS, strict=True):
            draw_plane(axes, scene, view)
        return to_svg(figure)


def draw_plane(axes: Any, scene: Scene, view: View) -> None:
    """One plane: scan or bone fraction, fill probability, outline of the body, needle, outlets, sides, scale."""
    grid = _plane_points(scene, view)
    extent = (-scene.half, scene.half, scene.half, -scene.half)
    low, high, background = _background(scene, grid)
    axes.imshow(background, cmap="gray", vmin=low, vmax=high, extent=extent, interpolation="bilinear")
    cells = scene.vertebra.to_grid(grid * MM)
    line = np.linspace(-scene.half, scene.half, grid.shape[0])
    inside = _sample(scene.vertebra.inside.astype(np.float32), cells, 0.0)
    axes.contour(line, line, inside, levels=[0.5], colors="#9fd4f5", linewidths=0.8)
    chance = _sample(scene.probability, cells, 0.0)
    if chance.max() > LEVELS[0]:
        axes.contourf(line, line, chance, levels=[*LEVELS, 1.01], colors=TINTS, alpha=0.5)
        axes.contour(line, line, chance, levels=LEVELS, colors=TINTS, linewidths=0.9)
    for needle in scene.needles:
        _needle(axes, scene, view, needle)
    _dots(axes, scene, view)
    _frame(axes, scene, view)


def _plane_points(scene: Scene, view: View) -> FloatArray:
    line = np.linspace(-scene.half, scene.half, round(2 * scene.half / STEP_MM) + 1)
    across, down = np.asarray(view.across), np.asarray(view.down)
    return np.asarray(
        _origin(scene, view) + line[None, :, None] * across + line[:, None, None] * down, dtype=np.float64
    )


def _origin(scene: Scene, view: View) -> FloatArray:
    """The middle of a picture: the body's, moved to where the plane lies."""
    normal = np.cross(view.across, view.down)
    return np.asarray(scene.middle + ((scene.centre - scene.middle) @ normal) * normal, dtype=np.float64)


def _background(scene: Scene, grid: FloatArray) -> tuple[float, float, FloatArray]:
    volume = scene.result.volume
    if volume is not None:
        return *BONE_WINDOW_HU, _sample(volume.hu, to_voxel(volume.affine_mm, grid), -1000.0)
    bone = np.where(scene.vertebra.inside, scene.vertebra.bone_fraction, 0.0)
    return 0.0, bone_ceiling(scene.vertebra), _sample(bone, scene.vertebra.to_grid(grid * MM), 0.0)


def bone_ceiling(vertebra: Vertebra) -> float:
    """The bone fraction that is shown white [-]."""
    return max(0.1, round(float(np.quantile(vertebra.bone_fraction[vertebra.inside], 0.99)) + 0.05, 1))


def _sample(field: Any, cells: FloatArray, outside: float) -> FloatArray:
    """Trilinear samples of a field; only the block of it that the plane crosses is copied."""
    from scipy.ndimage import map_coordinates

    low = np.maximum(np.floor(cells.reshape(-1, 3).min(axis=0)).astype(int) - 1, 0)
    high = np.maximum(np.ceil(cells.reshape(-1, 3).max(axis=0)).astype(int) + 2, low + 1)
    block = np.asarray(field[low[0] : high[0], low[1] : high[1], low[2] : high[2]], dtype=np.float64)
    if 0 in block.shape:
        return np.full(cells.shape[:-1], outside)
    points = np.moveaxis(cells - low, -1, 0)
    return np.asarray(map_coordinates(block, points, order=1, mode="constant", cval=outside), dtype=np.float64)


def _project(scene: Scene, view: View, points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """LPS points [mm] as places in the picture, shape (..., 2), and distances from the plane."""
    offset = points - _origin(scene, view)
    normal = np.cross(view.across, view.down)
    return np.stack([offset @ np.asarray(view.across), offset @ np.asarray(view.down)], axis=-1), offset @ normal


def _needle(axes: Any, scene: Scene, view: View, needle: FloatArray) -> None:
    """The needle's shadow dotted, the part that lies near the plane solid, and its tip."""
    entry, tip = needle
    along = (entry - tip) / np.linalg.norm(entry - tip)
    line = tip + np.linspace(0.0, np.linalg.norm(entry - tip) + TRACK_MM, 120)[:, None] * along
    place, distance = _project(scene, view, line)
    axes.plot(*place.T, color="white", linewidth=0.9, linestyle=(0, (1, 2)))
    near = np.where(np.abs(distance)[:, None] <= NEAR_MM, place, np.nan)
    axes.plot(*near.T, color="white", linewidth=4.2, solid_capstyle="round")
    axes.plot(*near.T, color=BLUE, linewidth=2.6, solid_capstyle="round")
    face = BLUE if abs(distance[0]) <= NEAR_MM else "none"
    axes.plot(*place[0], "o", markersize=5, markerfacecolor=face, markeredgecolor="white", markeredgewidth=1.0)


def _dots(axes: Any, scene: Scene, view: View) -> None:
    for route, leaked, points in scene.mouths:
        place, distance = _project(scene, view, points)
        near = place[np.abs(distance) <= NEAR_MM]
        axes.plot(*near.T, MARKERS[route], clip_on=True, **mark(leaked))


def mark(leaked: bool) -> dict[str, Any]:
    """How a way out is drawn: white where it leaked, small and dark where it did not."""
    if leaked:
        return {"markersize": 6, "markerfacecolor": "white", "markeredgecolor": "black"}
    return {"markersize": 4, "markerfacecolor": "#1d2731", "markeredgecolor": "white", "markeredgewidth": 0.5}


def _frame(axes: Any, scene: Scene, view: View) -> None:
    half = scene.half
    axes.set_xlim(-half, half)
    axes.set_ylim(half, -half)
    axes.set_axis_off()
    left, right, top, bottom = view.sides
    reach = 0.93 * half
    for text, x, y in ((left, -reach, 0), (right, reach, 0), (top, 0, -reach), (bottom, 0, reach)):
        axes.text(x, y, text, color="white", fontsize=11, fontweight="bold", ha="center", va="center")
    axes.plot([-reach, -reach + 10.0], [reach, reach], color="white", linewidth=2.2, solid_capstyle="butt")
    axes.text(-reach, reach - 1.5, "10 mm", color="white", fontsize=7.5, va="bottom")
    axes.set_title(view.name, fontsize=9.5)
