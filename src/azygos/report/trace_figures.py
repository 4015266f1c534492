"""Pictures of a traced scan: each piece close up, the path over thick slabs, how well certainty was calibrated.

Bone window throughout. Radiological convention: the patient's right on the left, the front to the left in sagittal
pictures, the head up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from azygos.ground.findings import Findings, Piece, Stop
from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.ground.places import REPORTED
from azygos.report.figures import (
    BLUE,
    INK,
    ORANGE,
    PINK,
    RULE,
    SKY,
    SOFT,
    new_figure,
    row,
    style,
    to_png,
    to_svg,
)
from azygos.report.slices import BONE_WINDOW_HU
from azygos.report.surface import frame, shaded

if TYPE_CHECKING:
    from azygos.trace.oriented import Oriented

CLOSE_MM = 34.0  # half a close-up's edge, at least
CELLS = 14  # of a surface, along the edge of a cube of the piece's volume
MOST_CELLS = 240  # along its longest edge
SLAB_MARGIN_MM = 15.0
ACROSS = {"axial": (0, 1), "coronal": (0, 2), "sagittal": (1, 2)}  # grid axes to the right and up or down
NAME_GAP_IN = 0.17  # a name's height on paper with some air [inch]
TITLE_IN = 0.3  # above the slabs [inch]
NAMELESS = ("edge of the cement in bone", "near end", "far end", "fork")  # stops that a picture needs no word for
SIDES = {"axial": ("R", "L", "A", "P"), "coronal": ("R", "L", "H", "F"), "sagittal": ("A", "P", "H", "F")}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shot(Parcel):
    """The scan turned for pictures, and each piece's voxels on it."""

    scan: Oriented
    voxels: Mapping[int, IntArray]  # by piece number, shape (n, 3)

    def mask(self, numbers: Sequence[int], low: IntArray, high: IntArray) -> BoolArray:
        """Voxels of some pieces within a box."""
        inside = np.zeros(high - low, dtype=bool)
        for number in numbers:
            here = self.voxels[number] - low
            here = here[np.all((here >= 0) & (here < inside.shape), axis=1)]
            inside[tuple(here.T)] = True
        return inside


def take_shot(found: Findings, scan: Oriented) -> Shot:
    """Bring the pieces' voxels onto the turned scan."""
    return Shot(scan=scan, voxels={piece.number: _turned(piece, scan) for piece in found.pieces})


def _turned(piece: Piece, scan: Oriented) -> IntArray:
    here = np.empty(piece.voxels.shape, dtype=np.int64)
    for axis, (given, flip) in enumerate(zip(scan.axes, scan.flipped, strict=True)):
        here[:, axis] = scan.hu.shape[axis] - 1 - piece.voxels[:, given] if flip else piece.voxels[:, given]
    return here


# One piece --------------------------------------------------------------------------------------------------------


def draw_piece(piece: Piece, shot: Shot) -> bytes:
    """Where it lies in its axial slice, the same close up, a coronal slice close up, and its surface; as PNG."""
    with style():
        figure = new_figure(10.2, 2.75)
        whole, axial, coronal, _ = row(figure, 4, left=0.02, bottom=0.02, top=0.24, gap=0.06, right=0.02)
        centre = _middle(shot.voxels[piece.number])
        half = _half(piece, shot)
        _whole_slice(whole, shot, centre, half)
        _close_up(axial, piece, shot, "axial", centre, half)
        _close_up(coronal, piece, shot, "coronal", centre, half)
        place = figure.axes[3].get_position()
        figure.delaxes(figure.axes[3])
        _surface(figure.add_axes(place, projection="3d"), piece, shot)
        return to_png(figure, dpi=125)


def _middle(voxels: IntArray) -> IntArray:
    """The voxel of a piece that is nearest to its middle in the slices that hold most of it."""
    middle = np.median(voxels, axis=0)
    for axis in (2, 1):
        counts = np.bincount(voxels[:, axis])
        best = np.flatnonzero(counts >= 0.8 * counts.max())
        middle[axis] = best[np.argmin(np.abs(best - middle[axis]))]
    return np.asarray(voxels[np.argmin(np.linalg.norm((voxels - middle) * [1, 4, 4], axis=1))])


def _half(piece: Piece, shot: Shot) -> float:
    extent = np.ptp(shot.voxels[piece.number], axis=0) * shot.scan.spacing_mm
    return float(np.clip(0.5 * extent.max() + 12.0, CLOSE_MM, 110.0))


def _whole_slice(axes: Any, shot: Shot, centre: IntArray, half: float) -> None:
    spacing = shot.scan.spacing_mm
    picture = shot.scan.hu[:, :, centre[2]].T
    edges = np.array(picture.shape[::-1]) * spacing[:2]
    _show(axes, picture, (0.0, edges[0], edges[1], 0.0))
    x, y = (centre[:2] + 0.5) * spacing[:2]
    axes.plot(
        x + half * np.array([-1, 1, 1, -1, -1]), y + half * np.array([-1, -1, 1, 1, -1]), color=ORANGE, linewidth=1.0
    )
    longest = max(edges)
    axes.set_xlim(0.5 * (edges[0] - longest), 0.5 * (edges[0] + longest))
    axes.set_ylim(0.5 * (edges[1] + longest), 0.5 * (edges[1] - longest))
    _letters(axes, "axial")
    z = float(shot.scan.to_mm(centre)[2])
    axes.set_title(f"axial slice, z = {z:.0f} mm".replace("-", "\u2212"))


def _close_up(axes: Any, piece: Piece, shot: Shot, view: str, centre: IntArray, half: float) -> None:
    across, along = ACROSS[view]
    through = 3 - across - along
    spacing, shape = shot.scan.spacing_mm, np.array(shot.scan.hu.shape)
    reach = np.ceil(half / spacing).astype(int) + 1
    low, high = np.maximum(centre - reach, 0), np.minimum(centre + reach + 1, shape)
    low[through], high[through] = centre[through], centre[through] + 1
    block = shot.scan.hu[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    inside = shot.mask([piece.number], low, high)
    ends = [
        ((low[a] - 0.5 - centre[a]) * spacing[a], (high[a] - 0.5 - centre[a]) * spacing[a]) for a in (across, along)
    ]
    (left, right), (first, last) = ends
    picture, outline = block.squeeze(axis=through).T, inside.squeeze(axis=through).T
    _show(axes, picture, (left, right, last, first))
    x = (np.arange(low[across], high[across]) - centre[across]) * spacing[across]
    y = (np.arange(low[along], high[along]) - centre[along]) * spacing[along]
    if outline.any() and min(outline.shape) > 1:
        axes.contour(x, y, outline.astype(float), levels=[0.5], colors=ORANGE, linewidths=1.0)
    upward = -1.0 if view == "axial" else 1.0
    _arrow(axes, outline, x, y, half, upward)
    axes.set_xlim(-half, half)
    axes.set_ylim(-upward * half, upward * half)
    _letters(axes, view)
    _ruler(axes, view, half)
    axes.set_title(f"{view}, close up")


def _arrow(axes: Any, outline: npt.NDArray[np.bool_], x: FloatArray, y: FloatArray, half: float, upward: float) -> None:
    """Points at the piece from the upper right."""
    if not outline.any():
        return
    rows, columns = np.nonzero(outline)
    tip = np.array([x[columns].max(), upward * (upward * y[rows]).max()])
    step = np.array([1.0, upward]) * half
    tail = np.clip(tip + 0.34 * step, -0.86 * half, 0.86 * half)
    axes.annotate(
        "", xy=tip + 0.05 * step, xytext=tail, arrowprops={"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1.4}
    )


def _show(axes: Any, picture: npt.NDArray[np.int16], extent: tuple[float, float, float, float]) -> None:
    low, high = BONE_WINDOW_HU
    grey = (np.clip((picture.astype(np.float32) - low) / (high - low), 0.0, 1.0) * 255.0).astype(np.uint8)
    axes.imshow(grey, cmap="gray", vmin=0, vmax=255, extent=extent, interpolation="bilinear", aspect="equal")
    axes.set_facecolor("black")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def _letters(axes: Any, view: str) -> None:
    left, right, top, bottom = SIDES[view]
    for text, x, y in ((left, 0.04, 0.5), (right, 0.96, 0.5), (top, 0.5, 0.95), (bottom, 0.5, 0.05)):
        axes.text(
            x, y, text, transform=axes.transAxes, color="white", fontsize=9, fontweight="bold", ha="center", va="center"
        )  # fmt: skip


def _ruler(axes: Any, view: str, half: float) -> None:
    length = 10.0 if half < 60.0 else 50.0
    foot, text = (0.92, 0.88) if view == "axial" else (-0.92, -0.88)
    axes.plot(
        [-0.92 * half, -0.92 * half + length], [foot * half] * 2, color="white", linewidth=2.0, solid_capstyle="butt"
    )
    axes.text(-0.92 * half, text * half, f"{length:.0f} mm", color="white", fontsize=7, va="bottom")


def _surface(axes: Any, piece: Piece, shot: Shot) -> None:
    """The piece's surface and its line, from the front and right and a little from above."""
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    triangles = _triangles(shot.voxels[piece.number], shot.scan)
    axes.computed_zorder = False
    axes.add_collection3d(
        Poly3DCollection(
            triangles, facecolors=shaded(triangles, ORANGE, 1.0), edgecolors="none", linewidths=0.0, zorder=1
        )
    )
    points = triangles.reshape(-1, 3)
    arrow = max(0.22 * float(np.ptp(points, axis=0).max()), 1.0)
    corner = np.array([points[:, 0].max(), points[:, 1].min(), points[:, 2].min()])
    frame(axes, points, np.concatenate([points, [corner + 1.9 * arrow]]), arrow_mm=arrow, zoom=1.0)
    axes.view_init(elev=14.0, azim=-115.0)
    axes.set_title("in space, from the right and in front", y=1.0)


def _triangles(voxels: IntArray, scan: Oriented) -> FloatArray:
    """Triangles (n, 3, 3) [mm] of the surface of voxels; more than the picture can show are put together."""
    from scipy.ndimage import gaussian_filter, zoom
    from skimage.measure import marching_cubes

    low = voxels.min(axis=0)
    solid = np.zeros(np.ptp(voxels, axis=0) + 1, dtype=np.float32)
    solid[tuple((voxels - low).T)] = 1.0
    spacing = scan.spacing_mm
    edge = float(len(voxels) * spacing.prod()) ** (1.0 / 3.0)
    cell = max(edge / CELLS, float((np.array(solid.shape) * spacing).max()) / MOST_CELLS, 0.4)
    blurred = gaussian_filter(np.pad(solid, 3), np.maximum(0.4 * cell / spacing, 0.45))
    factor = np.minimum(spacing / cell, 3.0)
    fine = zoom(blurred, factor, order=1, grid_mode=False)
    corners, faces, _, _ = marching_cubes(fine, 0.5 * min(1.0, float(fine.max())))
    scale = (np.array(blurred.shape) - 1.0) / np.maximum(np.array(fine.shape) - 1.0, 1.0)
    return np.asarray(scan.to_mm(corners * scale - 3.0 + low)[faces])


# The path ---------------------------------------------------------------------------------------------------------


def draw_paths(found: Findings, shot: Shot) -> tuple[str, dict[str, float]]:
    """The path over coronal and sagittal thick slabs, as SVG, and how thick the slabs are [mm]."""
    low, high = _slab(found, shot)
    thick = {"coronal": 0.0, "sagittal": 0.0}
    spacing, shape = shot.scan.spacing_mm, shot.scan.hu.shape
    heights = (0.0, shape[2] * spacing[2])
    widths = [shape[0] * spacing[0], shape[1] * spacing[1]]
    with style():
        figure = new_figure(10.2, float(np.clip(10.0 * heights[1] / sum(widths), 2.0, 8.5)) + TITLE_IN)
        for axes, view, width, left in zip(_two(figure, widths), thick, widths, (0, 1), strict=True):
            through = 1 - left
            thick[view] = float((high[through] - low[through]) * spacing[through])
            slab = shot.scan.hu[low[0] : high[0], :, :] if through == 0 else shot.scan.hu[:, low[1] : high[1], :]
            _show(axes, slab.max(axis=through).T, (0.0, width, heights[1], 0.0))
            _outlines(axes, found, shot, left)
            _path(axes, found, shot, left)
            axes.set_xlim(0.0, width)
            axes.set_ylim(*heights)
            _letters(axes, view)
            axes.set_title(f"{view} slab, {thick[view]:.0f} mm thick, brightest voxel")
        return to_svg(figure), thick


def _two(figure: Any, widths: Sequence[float]) -> list[Any]:
    from matplotlib.gridspec import GridSpec

    width, height = figure.get_size_inches()
    grid = GridSpec(
        1, 2, figure=figure, width_ratios=widths, left=0.05 / width, right=1.0 - 0.05 / width, bottom=0.03 / height,
        top=1.0 - 0.27 / height, wspace=0.03,
    )  # fmt: skip
    return [figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])]


def _slab(found: Findings, shot: Shot) -> tuple[IntArray, IntArray]:
    """The box of path and pieces with a margin; the scan's middle where nothing was found."""
    shape = np.array(shot.scan.hu.shape)
    points = [stretch.line_mm for stretch in found.path.stretches]
    points += [piece.line_mm for piece in found.pieces if piece.place.site in REPORTED or not found.path.stretches]
    points = [some for some in points if len(some)]
    if not points:
        return (0.4 * shape).astype(np.int64), (0.6 * shape).astype(np.int64) + 1
    index, margin = shot.scan.to_index(np.concatenate(points)), SLAB_MARGIN_MM / shot.scan.spacing_mm
    low = np.clip(np.floor(index.min(axis=0) - margin), 0, shape - 1).astype(np.int64)
    return low, np.clip(np.ceil(index.max(axis=0) + margin) + 1, low + 1, shape).astype(np.int64)


def _outlines(axes: Any, found: Findings, shot: Shot, left: int) -> None:
    """Edges of all pieces in the projection, and their numbers."""
    spacing = shot.scan.spacing_mm
    shadow = np.zeros((shot.scan.hu.shape[2], shot.scan.hu.shape[left]), dtype=np.float32)
    for piece in found.pieces:
        voxels = shot.voxels[piece.number]
        shadow[voxels[:, 2], voxels[:, left]] = 1.0
    if not shadow.any():
        return
    x, y = (np.arange(shadow.shape[1]) + 0.5) * spacing[left], (np.arange(shadow.shape[0]) + 0.5) * spacing[2]
    axes.contour(x, y, shadow, levels=[0.5], colors=PINK, linewidths=0.9)
    for piece in found.reported:
        at = (_middle(shot.voxels[piece.number]) + 0.5) * spacing
        axes.annotate(
            str(piece.number), xy=(at[left], at[2]), xytext=(9, 7), textcoords="offset points", color="white",
            fontsize=8.5, fontweight="bold",
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "#000000b0", "edgecolor": PINK, "linewidth": 0.7},
        )  # fmt: skip


def _path(axes: Any, found: Findings, shot: Shot, left: int) -> None:
    """Seen stretches solid, inferred ones dashed; vertebrae and places on the way by name."""
    spacing = shot.scan.spacing_mm
    for stretch in found.path.stretches:
        line = (shot.scan.to_index(stretch.line_mm) + 0.5) * spacing
        dash = "-" if stretch.seen else (0, (3, 2))
        axes.plot(line[:, left], line[:, 2], color="black", linewidth=2.6, alpha=0.45, linestyle=dash)
        axes.plot(line[:, left], line[:, 2], color=ORANGE if stretch.seen else SKY, linewidth=1.6, linestyle=dash)
    for stop in _named_stops(found):
        at = (shot.scan.to_index(np.array(stop.point_mm)) + 0.5) * spacing
        main = stop.name in {level.level for level in found.levels}
        axes.plot(at[left], at[2], "s" if main else "o", color=ORANGE if main else SKY, markersize=5 if main else 3.5,
                  markeredgecolor="black", markeredgewidth=0.6)  # fmt: skip
    if left == 0:
        _names(axes, found, shot)


def _named_stops(found: Findings) -> list[Stop]:
    """Vertebrae and places on vessels, each name once."""
    stops: dict[str, Stop] = {}
    for stop in found.path.stops:
        name = stop.name.removeprefix(f"piece {stop.piece}, ").removeprefix("fork, ")
        if name not in NAMELESS:
            stops.setdefault(name, replace(stop, name=name))
    return list(stops.values())


def _names(axes: Any, found: Findings, shot: Shot) -> None:
    """Names at the left edge, as far apart as their height needs, with a thin line to each place."""
    spacing = shot.scan.spacing_mm
    width, _, height = np.array(shot.scan.hu.shape) * spacing
    stops = [((shot.scan.to_index(np.array(s.point_mm)) + 0.5) * spacing, s.name) for s in _named_stops(found)]
    stops.sort(key=lambda pair: -pair[0][2])
    gap, below = height * NAME_GAP_IN / (float(axes.figure.get_size_inches()[1]) - TITLE_IN), height
    wanted = []
    for at, name in stops:
        below = min(float(at[2]), below - gap)
        wanted.append((at, name, below))
    lift = max(0.03 * height - below, 0.0)
    for at, name, y in wanted:
        axes.annotate(
            name, xy=(at[0], at[2]), xytext=(0.07 * width, y + lift), ha="left", va="center", color="white",
            fontsize=8.0, bbox={"boxstyle": "round,pad=0.12", "facecolor": "#000000a0", "edgecolor": "none"},
            arrowprops={"arrowstyle": "-", "color": "white", "linewidth": 0.5, "alpha": 0.7},
        )  # fmt: skip


# Calibration ------------------------------------------------------------------------------------------------------


def draw_reliability(calibration: Mapping[str, Any]) -> str | None:
    """What was said against what was true, in bins, as SVG; None where no bins are known.

    ``calibration["reliability"]`` holds rows with ``said`` and ``true`` (means, 0 to 1) and ``n``.
    """
    bins = calibration.get("reliability") or []
    if not bins:
        return None
    with style():
        figure = new_figure(4.4, 3.3)
        (axes,) = row(figure, 1, left=0.6, bottom=0.5, top=0.12, gap=0.0)
        axes.plot([0, 1], [0, 1], color=RULE, linewidth=1.0, zorder=0)
        said, true, n = (np.array([float(one[key]) for one in bins]) for key in ("said", "true", "n"))
        error = 1.96 * np.sqrt(np.maximum(true * (1.0 - true), 0.25 / np.maximum(n, 1.0)) / np.maximum(n, 1.0))
        low, high = np.minimum(error, true), np.minimum(error, 1.0 - true)
        axes.errorbar(said, true, yerr=[low, high], fmt="o", color=BLUE, markersize=4.5, linewidth=1.0, ecolor=SOFT)
        for x, y, count in zip(said, true, n, strict=True):
            axes.annotate(
                f"{count:.0f}", xy=(x, y), xytext=(5, -9), textcoords="offset points", fontsize=7.5, color=INK
            )
        axes.set(
            xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="certainty that was stated", ylabel="share that was cement"
        )
        return to_svg(figure)
