"""Pictures of an open scan that need no WebGL: a plane as PNG, with what lies over it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.app.workspace import OpenScan, Overlay
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray

PLANES = {"axial": (0, 1, 2), "coronal": (0, 2, 1), "sagittal": (1, 2, 0)}  # index along columns, rows, and across
UPSIDE_DOWN = ("coronal", "sagittal")  # k runs to the head, rows of a picture run down
LABEL_COLOURS = np.array(  # Okabe and Ito: told apart by colour-blind people too
    [[230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [0, 114, 178], [213, 94, 0], [204, 121, 167]],
    dtype=np.float32,
)
LABEL_OPACITY = 0.4
SHARE_OPACITY = 0.85
LEAST_SHARE = 0.02
COMPRESSION = 1  # the picture goes no further than this machine

Grey = npt.NDArray[np.uint8]


def slice_png(
    scan: OpenScan, plane: str, index: int, window: tuple[float, float], over: Sequence[Overlay] = ()
) -> bytes:
    """One plane of a scan, one pixel for each voxel, as radiologists look at it.

    Parameters
    ----------
    scan : OpenScan
        What to show.
    plane : str
        ``axial`` (patient's right at the left, front on top), ``coronal`` (head on top) or ``sagittal``
        (front at the left, head on top).
    index : int
        Which plane, counted along the axis across it.
    window : tuple of float
        What is black and what is white [HU].
    over : sequence of Overlay
        Blended over it, each from its own grid, nearest neighbour.

    Returns
    -------
    png : bytes
    """
    require(plane in PLANES, f"A plane is axial, coronal or sagittal, not {plane!r:.40}.")
    low, high = window
    require(
        bool(np.isfinite([low, high]).all()) and high > low, "A window needs a low value below its high one, in HU."
    )
    columns, rows, across = PLANES[plane]
    voxels = scan.voxels
    count = voxels.shape[across]
    require(0 <= index < count, f"The {plane} planes of this scan are 0 to {count - 1}, not {index}.")
    grey = greys(np.take(voxels, index, axis=across).T, low, high)
    picture = grey
    for overlay in over:
        picture = _blend(picture, scan, overlay, (columns, rows, across), index)
    return encode(picture[::-1] if plane in UPSIDE_DOWN else picture)


def greys(hu: npt.NDArray[Any], low: float, high: float) -> Grey:
    """Hounsfield units as grey values, 0 at `low` and 255 at `high`."""
    scaled = (hu.astype(np.float32) - low) * (255.0 / (high - low))
    grey: Grey = np.clip(np.rint(scaled), 0.0, 255.0).astype(np.uint8)
    return grey


def encode(picture: Grey) -> bytes:
    """A picture of grey values (rows, columns) or colours (rows, columns, 3) as PNG."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(stream, "PNG", compress_level=COMPRESSION)
    return stream.getvalue()


def _blend(picture: Grey, scan: OpenScan, overlay: Overlay, axes: tuple[int, int, int], index: int) -> Grey:
    """Lay an overlay over rows and columns of a plane, before the picture is turned upside down."""
    values = np.load(overlay.path, mmap_mode="r", allow_pickle=False)
    to_theirs = np.linalg.inv(overlay.affine_mm) @ scan.affine_mm
    columns, rows, across = axes
    box = _box(to_theirs, values.shape, axes, index, (picture.shape[1], picture.shape[0]))
    if box is None:
        return picture
    (left, right), (top, bottom) = box
    u, v = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
    at = [np.rint(t[columns] * u + t[rows] * v + (t[across] * index + t[3])).astype(np.intp) for t in to_theirs[:3]]
    inside = np.logical_and.reduce([(a >= 0) & (a < n) for a, n in zip(at, values.shape, strict=True)])
    found = np.zeros(u.shape, dtype=np.float32)
    found[inside] = values[at[0][inside], at[1][inside], at[2][inside]]
    if not found.any():
        return picture
    colours = picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
    part = colours[top:bottom, left:right].astype(np.float32)
    tint, opacity = tinted(overlay, found)
    colours = colours.copy()
    colours[top:bottom, left:right] = np.rint(part + opacity[..., None] * (tint - part)).astype(np.uint8)
    return colours


def tinted(overlay: Overlay, found: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Colour (..., 3) and opacity (...) of an overlay's values."""
    if overlay.kind == "labels":
        numbers = found.astype(np.intp)
        opacity = np.where(numbers > 0, LABEL_OPACITY, 0.0).astype(np.float32)
        return LABEL_COLOURS[numbers % len(LABEL_COLOURS)], opacity
    share = np.clip(found, 0.0, 1.0)
    opacity = np.where(share >= LEAST_SHARE, SHARE_OPACITY * share, 0.0).astype(np.float32)
    return np.broadcast_to(np.array(overlay.colour, dtype=np.float32), (*found.shape, 3)), opacity


def _box(
    to_theirs: FloatArray, shape: tuple[int, ...], axes: tuple[int, int, int], index: int, size: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Columns and rows of a plane that an overlay may cover; None if it lies elsewhere."""
    ends = np.array(list(np.ndindex(2, 2, 2))) * (np.array(shape) - 1.0)
    to_ours = np.linalg.inv(to_theirs)
    ours = ends @ to_ours[:3, :3].T + to_ours[:3, 3]
    reach = np.abs(to_ours[:3, :3]).sum(axis=1)  # half a voxel of theirs and more
    low, high = np.floor(ours.min(axis=0) - reach), np.ceil(ours.max(axis=0) + reach)
    if not low[axes[2]] <= index <= high[axes[2]]:
        return None
    spans = [
        (max(0, int(low[axis])), min(count, int(high[axis]) + 1)) for axis, count in zip(axes[:2], size, strict=True)
    ]
    return (spans[0], spans[1]) if all(start < end for start, end in spans) else None
