"""A vertebra in space: its surface as glass, the needle, where cement lies in half and in a tenth of the draws."""

from __future__ import annotations

from typing import Any

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.report.figures import BLUE, MARKERS, SOFT, new_figure, style, to_png
from azygos.report.slices import TINTS, Scene, mark

GLASS, SHELL, CORE = ("#7d9bb5", 0.13), (TINTS[0], 0.38), (TINTS[2], 0.95)
CELLS = 44  # along the longest edge: as fine as the picture can show
TRACK_MM = 6.0  # of the needle shown outside the bone
LIGHT = np.array([0.35, 0.55, 0.76])


def draw_surface(scene: Scene) -> bytes:
    """Two views of one vertebra, as PNG."""
    with style():
        figure = new_figure(10.2, 4.1)
        for place, viewpoint in enumerate(viewpoints(scene)):
            draw_body(figure.add_axes((0.5 * place, 0.0, 0.5, 0.93), projection="3d"), scene, viewpoint)
        return to_png(figure, dpi=140)


def viewpoints(scene: Scene) -> tuple[tuple[str, float, float], ...]:
    """What each view is called, its elevation and its azimuth [degrees]; the first from the first needle's side."""
    right = bool(scene.needles) and scene.needles[0][0, 0] < scene.centre[0]
    side = ("from the right and in front", 18.0, 205.0) if right else ("from the left and in front", 18.0, -25.0)
    return side, ("from behind and above", 48.0, 90.0)


def draw_body(axes: Any, scene: Scene, viewpoint: tuple[str, float, float]) -> None:
    """One view. All triangles share one collection, so that they are sorted by depth together."""
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    parts = [
        _isosurface(scene, scene.vertebra.inside.astype(np.float64), 0.5, *GLASS),
        _isosurface(scene, scene.probability, 0.1, *SHELL),
        _isosurface(scene, scene.probability, 0.5, *CORE),
        *(_tube(needle) for needle in scene.needles),
    ]
    triangles = np.concatenate([corners for corners, _ in parts])
    colours = np.concatenate([colour for _, colour in parts])
    axes.computed_zorder = False
    faces = Poly3DCollection(triangles, facecolors=colours, edgecolors="none", linewidths=0.0, zorder=1, clip_on=False)
    axes.add_collection3d(faces)
    for route, leaked, points in scene.mouths:
        axes.plot(*points.T, MARKERS[route], linestyle="none", zorder=3, **mark(leaked))
    frame(axes, parts[0][0].reshape(-1, 3), triangles.reshape(-1, 3))
    title, elevation, azimuth = viewpoint
    axes.view_init(elev=elevation, azim=azimuth)
    axes.set_title(title, fontsize=9.5, y=1.03)


def _isosurface(scene: Scene, field: FloatArray, level: float, colour: str, alpha: float) -> tuple[Any, Any]:
    """Shaded triangles (n, 3, 3) [mm] where the field crosses a level, smoothed by one cell against staircases."""
    from scipy.ndimage import gaussian_filter
    from skimage.measure import marching_cubes

    padded = gaussian_filter(np.pad(field, 2), 0.7)
    if padded.max() <= level:
        return np.zeros((0, 3, 3)), np.zeros((0, 4))
    step = max(1, round(max(field.shape) / CELLS))
    corners, faces, _, _ = marching_cubes(padded, level, step_size=step)
    triangles = scene.vertebra.to_lps(corners.astype(np.float64) - 2.0)[faces] / MM
    return triangles, shaded(triangles, colour, alpha)


def _tube(needle: FloatArray, radius: float = 1.3, sides: int = 12) -> tuple[Any, Any]:
    """The needle as triangles, from its tip to some way outside the bone; 1.3 mm is a 10 gauge cannula's radius."""
    entry, tip = needle
    along = (entry - tip) / np.linalg.norm(entry - tip)
    first = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
    first /= np.linalg.norm(first)
    angle = np.linspace(0.0, 2.0 * np.pi, sides + 1)[:, None]
    ring = radius * (np.cos(angle) * first + np.sin(angle) * np.cross(along, first))
    steps = np.linspace(0.0, float(np.linalg.norm(entry - tip)) + TRACK_MM, 16)
    rings = tip + steps[:, None, None] * along + ring
    a, b, c, d = rings[:-1, :-1], rings[:-1, 1:], rings[1:, :-1], rings[1:, 1:]
    triangles = np.concatenate([np.stack([a, b, d], 2).reshape(-1, 3, 3), np.stack([a, d, c], 2).reshape(-1, 3, 3)])
    return triangles, shaded(triangles, BLUE, 1.0)


def shaded(triangles: FloatArray, colour: str, alpha: float) -> FloatArray:
    """Colours (n, 4) of triangles (n, 3, 3) by how they face the light."""
    from matplotlib.colors import to_rgb

    normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.maximum(np.linalg.norm(normal, axis=1), 1e-12)
    light = 0.55 + 0.45 * np.abs(normal @ LIGHT) / length
    rgba = np.empty((len(triangles), 4))
    rgba[:, :3] = np.clip(np.asarray(to_rgb(colour)) * light[:, None], 0.0, 1.0)
    rgba[:, 3] = alpha
    return rgba


def frame(axes: Any, body: FloatArray, everything: FloatArray, *, arrow_mm: float = 9.0, zoom: float = 1.22) -> None:
    """Equal scales, no perspective, and three arrows that say left, back and head."""
    gap = 4.0 / 9.0 * arrow_mm
    corner = np.array([body[:, 0].max() + gap, body[:, 1].min() - gap, body[:, 2].min() - gap])
    low, high = np.minimum(everything.min(axis=0), corner), np.maximum(everything.max(axis=0), corner)
    for bounds, setter in zip(np.stack([low, high]).T, (axes.set_xlim, axes.set_ylim, axes.set_zlim), strict=True):
        setter(*bounds)
    axes.set_box_aspect(high - low, zoom=zoom)
    axes.set_proj_type("ortho")
    axes.set_axis_off()
    for label, arrow in zip("LPH", arrow_mm * np.eye(3), strict=True):
        axes.plot(*np.stack([corner, corner + arrow]).T, color=SOFT, linewidth=1.3, zorder=4)
        axes.text(*(corner + 1.35 * arrow), label, fontsize=9, ha="center", va="center", zorder=5)
