"""Pictures of two dates side by side: each piece in the same section of both, and how well the scans lie together.

All sections are those of the first scan; the second is shown where the registration says that it lies. Bone window and
radiological convention: the patient's right on the left, the front to the left in sagittal pictures, the head up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from azygos.compare import Change, Changes, Warp
from azygos.ground.findings import Findings
from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.ground.volume import Volume, to_lps, to_voxel
from azygos.report.figures import ORANGE, RULE, SKY, new_figure, row, style, to_png
from azygos.report.slices import BONE_WINDOW_HU, VIEWS, View

STEP_MM = 0.5
CLOSE_MM = 22.0  # half a close-up's edge, at least
MOST_MM = 60.0
WIDE_WINDOW_HU = (-1000.0, 700.0)  # shows lung and bone at once
WIDE_STEP_MM = 1.5
SQUARE_MM = 36.0  # of the checkerboard
AXIAL, SAGITTAL, CORONAL = VIEWS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dates(Parcel):
    """Both scans and what was found on them."""

    first: Volume
    second: Volume
    findings: tuple[Findings, Findings]


def draw_change(change: Change, dates: Dates) -> bytes:
    """One piece in an axial and a coronal section, first date beside second, as PNG."""
    half = _half(change, dates)
    with style():
        figure = new_figure(10.2, 2.8)
        axes = row(figure, 4, left=0.02, bottom=0.02, top=0.24, gap=0.06, right=0.02)
        for pair, view in ((axes[:2], AXIAL), (axes[2:], CORONAL)):
            for date, one in enumerate(pair):
                _section(one, change, dates, view, half, date)
        return to_png(figure, dpi=110)


def _half(change: Change, dates: Dates) -> float:
    """Half of a picture's edge: the pieces of both dates and some of what lies around [mm]."""
    points = np.concatenate([_voxels(change, dates, date) for date in (0, 1)])
    away = np.abs(points - change.shown_mm)
    return float(np.clip(np.quantile(away, 0.98) + 10.0, CLOSE_MM, MOST_MM))


def _voxels(change: Change, dates: Dates, date: int) -> FloatArray:
    """A date's voxels of the change in the first scan's frame, shape (n, 3)."""
    found = dates.findings[date]
    numbers = (change.first, change.second)[date]
    voxels = [piece.voxels for piece in found.pieces if piece.number in numbers]
    if not voxels:
        return np.zeros((0, 3))
    points = to_lps(found.affine_mm, np.concatenate(voxels).astype(np.float64))
    return points if date == 0 else change.warp.to_first(points)


def _section(axes: Any, change: Change, dates: Dates, view: View, half: float, date: int) -> None:
    grid = _plane(change.shown_mm, view, half, STEP_MM)
    warp = None if date == 0 else change.warp
    line = np.linspace(-half, half, grid.shape[0])
    hu = _values((dates.first, dates.second)[date], grid, warp)
    extent = (-half, half, half, -half)
    axes.imshow(
        hu, cmap="gray", vmin=BONE_WINDOW_HU[0], vmax=BONE_WINDOW_HU[1], extent=extent, interpolation="bilinear"
    )
    for which, colour, dashes in ((0, ORANGE, "--" if date else "-"), (1, SKY, "-")):
        if which <= date:
            _outline(axes, change, dates, which, grid, line, colour, dashes)
    _dress(axes, view, half, f"{view.name}, {'first date' if date == 0 else 'second date'}")


def _outline(
    axes: Any, change: Change, dates: Dates, date: int, grid: FloatArray, line: FloatArray, colour: str, dashes: str
) -> None:
    """The edge of one date's pieces where they cross the section."""
    found = dates.findings[date]
    numbers = (change.first, change.second)[date]
    mask = _mask(found, numbers)
    if mask is None:
        return
    window, low = mask
    points = grid if date == 0 else change.warp.to_second(grid.reshape(-1, 3)).reshape(grid.shape)
    cells = to_voxel(found.affine_mm, points) - low
    inside = ndimage.map_coordinates(window.astype(np.float32), np.moveaxis(cells, -1, 0), order=1, cval=0.0)
    if inside.max() > 0.5 > inside.min():
        axes.contour(line, line, inside, levels=[0.5], colors=colour, linewidths=1.2, linestyles=dashes)


def _mask(found: Findings, numbers: Sequence[int]) -> tuple[BoolArray, FloatArray] | None:
    """Voxels of some pieces within their own window, and the window's first index."""
    voxels = [piece.voxels for piece in found.pieces if piece.number in numbers]
    if not voxels:
        return None
    cells = np.concatenate(voxels)
    low = cells.min(axis=0) - 2
    window = np.zeros(cells.max(axis=0) - low + 3, dtype=bool)
    window[tuple((cells - low).T)] = True
    return window, low.astype(np.float64)


def _plane(middle: FloatArray, view: View, half: float, step: float) -> FloatArray:
    line = np.linspace(-half, half, round(2.0 * half / step) + 1)
    across, down = np.asarray(view.across), np.asarray(view.down)
    return np.asarray(middle + line[None, :, None] * across + line[:, None, None] * down, dtype=np.float64)


def _values(volume: Volume, grid: FloatArray, warp: Warp | None) -> FloatArray:
    """HU of a section; black where the field does not reach."""
    points = grid if warp is None else warp.to_second(grid.reshape(-1, 3)).reshape(grid.shape)
    cells = to_voxel(volume.affine_mm, points)
    low = np.clip(np.floor(cells.reshape(-1, 3).min(axis=0)).astype(int) - 1, 0, np.array(volume.hu.shape) - 1)
    high = np.maximum(np.ceil(cells.reshape(-1, 3).max(axis=0)).astype(int) + 2, low + 1)
    block = volume.hu[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    return np.asarray(
        ndimage.map_coordinates(block, np.moveaxis(cells - low, -1, 0), order=1, cval=-1024.0, output=np.float32)
    )


def _dress(axes: Any, view: View, half: float, title: str) -> None:
    axes.set_xlim(-half, half)
    axes.set_ylim(half, -half)
    axes.set_axis_off()
    left, right, top, bottom = view.sides
    reach = 0.92 * half
    for text, x, y in ((left, -reach, 0), (right, reach, 0), (top, 0, -reach), (bottom, 0, reach)):
        axes.text(x, y, text, color="white", fontsize=8, fontweight="bold", ha="center", va="center")
    axes.plot([-reach, -reach + 10.0], [reach, reach], color="white", linewidth=1.8, solid_capstyle="butt")
    axes.set_title(title, fontsize=8.5)


# How well the two scans lie together ------------------------------------------------------------------------------


def draw_check(changes: Changes, dates: Dates) -> bytes:
    """Squares of both scans by turns, by the bones and by the lungs, and the second's edges over the first; as PNG."""
    middle, half = _field(dates.first)
    with style():
        figure = new_figure(10.2, 3.6)
        axes = row(figure, 3, left=0.02, bottom=0.02, top=0.24, gap=0.06, right=0.02)
        spine = middle + np.array([0.0, 0.22 * half, 0.0])
        _board(axes[0], dates, changes.start, middle, half, SAGITTAL, "squares by turns, by the bones: sagittal")
        _board(axes[1], dates, changes.lungs or changes.start, middle, half, CORONAL, _lung_title(changes))
        _edges(axes[2], dates, changes.start, spine, half, CORONAL, "second's bones over the first: coronal")
        return to_png(figure, dpi=110)


def _lung_title(changes: Changes) -> str:
    return f"squares by turns, by the {'lungs' if changes.lungs is not None else 'bones'}: coronal"


def _field(volume: Volume) -> tuple[FloatArray, float]:
    """Middle of a scan's field, and half of its longest side [mm]."""
    corners = to_lps(volume.affine_mm, np.array([[0.0, 0.0, 0.0], np.array(volume.hu.shape) - 1.0]))
    return corners.mean(axis=0), float(np.abs(np.diff(corners, axis=0)).max() / 2.0)


def _board(axes: Any, dates: Dates, warp: Warp, middle: FloatArray, half: float, view: View, title: str) -> None:
    grid = _plane(middle, view, half, WIDE_STEP_MM)
    first, second = _values(dates.first, grid, None), _values(dates.second, grid, warp)
    steps = np.arange(grid.shape[0]) * WIDE_STEP_MM // SQUARE_MM
    ours = (steps[:, None] + steps[None]) % 2 == 0
    _picture(axes, np.where(ours, first, second), half)
    for place in np.arange(-half, half, SQUARE_MM):
        axes.axhline(place, color=RULE, linewidth=0.25)
        axes.axvline(place, color=RULE, linewidth=0.25)
    _dress(axes, view, half, title)


def _edges(axes: Any, dates: Dates, warp: Warp, middle: FloatArray, half: float, view: View, title: str) -> None:
    grid = _plane(middle, view, half, WIDE_STEP_MM)
    _picture(axes, _values(dates.first, grid, None), half)
    line = np.linspace(-half, half, grid.shape[0])
    second = ndimage.gaussian_filter(_values(dates.second, grid, warp), 0.7)
    if second.max() > 250.0 > second.min():
        axes.contour(line, line, second, levels=[250.0], colors=SKY, linewidths=0.6)
    _dress(axes, view, half, title)


def _picture(axes: Any, hu: FloatArray, half: float) -> None:
    low, high = WIDE_WINDOW_HU
    axes.imshow(hu, cmap="gray", vmin=low, vmax=high, extent=(-half, half, half, -half), interpolation="bilinear")
