"""Cement painted into a canvas, with the truth beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.render.cement_pieces import Fill
from azygos.render.paint import Canvas
from azygos.render.phantom import Phantom
from azygos.render.shape import occupancy
from azygos.render.truth import Placed

STRETCH = 6  # points of a line that are drawn in one box
CUTS = 2  # of a voxel along each axis, where cement in bone is read from its own grid
HALF = 0.5  # share of a voxel from which it belongs to a piece

Box = tuple[slice, slice, slice]


def paint_pieces(canvas: Canvas, pieces: Sequence[Placed], out_labels: npt.NDArray[np.uint16], first: int) -> None:
    """Paint tubes and balls; labels are numbered from `first`."""
    for number, piece in enumerate(pieces, start=first):
        for box, share in _boxes(canvas, piece):
            canvas.hu[box] += share * (piece.cement_hu - canvas.hu[box])
            out_labels[box][share >= HALF] = number


def _boxes(canvas: Canvas, piece: Placed) -> Iterable[tuple[Box, npt.NDArray[np.float32]]]:
    """The box of a piece and the share of each voxel that it fills."""
    radius = max(float(widths.max()) for widths in piece.diameters_mm) / 2.0
    whole = _box(canvas, np.concatenate(piece.lines_mm), radius)
    if whole is None:
        return
    share = np.zeros(tuple(s.stop - s.start for s in whole), dtype=np.float32)
    corner = np.array([s.start for s in whole])
    for line, widths in zip(piece.lines_mm, piece.diameters_mm, strict=True):
        for begin in range(0, max(1, len(line) - 1), STRETCH):
            points, width = line[begin : begin + STRETCH + 1], widths[begin : begin + STRETCH + 1]
            box = _box(canvas, points, float(width.max()) / 2.0)
            if box is not None:
                affine = canvas.affine_mm.copy()
                affine[:3, 3] += canvas.size_mm * np.array([s.start for s in box])
                shape = (box[0].stop - box[0].start, box[1].stop - box[1].start, box[2].stop - box[2].start)
                own = tuple(slice(s.start - c, s.stop - c) for s, c in zip(box, corner, strict=True))
                share[own] = np.maximum(share[own], occupancy([points], [width], shape, affine))
    yield whole, share


def _box(canvas: Canvas, points_mm: FloatArray, radius_mm: float) -> Box | None:
    """Voxels that a line may touch, within the canvas."""
    pad = radius_mm / canvas.size_mm + 1.0
    at = (points_mm - canvas.corner_mm) / canvas.size_mm
    low = np.maximum(np.floor(at.min(axis=0) - pad), 0).astype(int)
    high = np.minimum(np.ceil(at.max(axis=0) + pad) + 1, canvas.hu.shape).astype(int)
    if bool(np.any(low >= high)):
        return None
    return slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1])), slice(int(low[2]), int(high[2]))


def paint_fills(canvas: Canvas, fills: Sequence[Fill], phantom: Phantom, out_labels: npt.NDArray[np.uint16]) -> None:
    """Mix cement into the marrow of treated bodies; labels are numbered from 1."""
    for number, fill in enumerate(fills, start=1):
        vertebra = fill.treated.vertebra
        centre, axes = phantom.space.vertebra(phantom.centre_mm(vertebra.level))
        corners = np.stack(np.meshgrid(*[(-1.0, float(n)) for n in vertebra.inside.shape], indexing="ij"), -1)
        reach = vertebra.to_lps(corners.reshape(-1, 3)) / MM @ axes.T + centre
        box = _box(canvas, reach, 0.0)
        if box is None:
            continue
        share = np.zeros(tuple(s.stop - s.start for s in box), dtype=np.float32)
        grid = np.stack(np.meshgrid(*[np.arange(s.start, s.stop) for s in box], indexing="ij"), axis=-1)
        for cut in np.ndindex(CUTS, CUTS, CUTS):
            inner = (np.array(cut) + 0.5) / CUTS - 0.5
            own = (canvas.corner_mm + (grid + inner) * canvas.size_mm - centre) @ axes
            at = vertebra.to_grid(own * MM)
            share += ndimage.map_coordinates(fill.treated.injection.fill, np.moveaxis(at, -1, 0), order=1, cval=0.0)
        share = np.clip(share / CUTS**3, 0.0, 1.0)
        canvas.hu[box] += share * (fill.placed.cement_hu - canvas.hu[box])
        out_labels[box][share >= HALF] = number
