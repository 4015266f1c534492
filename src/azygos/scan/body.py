"""The vertebral body around a point of a CT, without learned weights: its outline, or a refusal.

The body is a wall around an axis with a plate above and below (:mod:`azygos.scan.body_shape`).
Where the picture does not carry such an outline, the point is refused with a sentence, because a
plan made in the wrong bone is worse than no plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.ground.volume import Volume, to_lps, to_voxel
from azygos.scan.body_frame import Cube, Frame, cut_cube, grid_points, read_at
from azygos.scan.body_shape import Shape, find_greys, find_shape, first_frame, mask_at

BLUR_MM = 1.0  # calms the noise of a sharp kernel, keeps end plates 3 mm apart
SMALLEST_ML, LARGEST_ML = 4.0, 60.0  # T1 of a small woman to L4 of a large man
LEAST_CONFIDENCE = 0.5  # below, an outline is refused
LEAST_OVERLAP = 0.85  # Dice with a careful reader's outline that is promised
SURFACE_VOXELS = 0.5  # a surface is known to half of the coarsest voxel edge (assumed; fits 20 bodies of 3 scans)
LEAST_REPEAT = 0.85  # Dice of two outlines from two starts, below which neither is believed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyOutline(Parcel):
    """A vertebral body, without its arch, on a voxel grid of its own."""

    mask: BoolArray  # shape (n_i, n_j, n_k)
    affine_mm: FloatArray  # shape (4, 4), voxel centre index to LPS [mm]
    centre_mm: FloatArray  # centroid, LPS [mm]
    axes: FloatArray  # shape (3, 3), columns: unit vectors to the body's left, back and head, in LPS
    confidence: float  # 0 to 1; 1 where the outline comes from a label
    reasons: tuple[str, ...] = ()  # what the confidence rests on, one sentence each
    source: str = "built-in"  # "built-in" or "labels"

    def __post_init__(self) -> None:
        self.seal("mask", dtype=np.bool_)
        self.seal("affine_mm", "centre_mm", "axes")
        require(bool(self.mask.any()), "the outline of a vertebral body holds no voxels")
        require(0.0 <= self.confidence <= 1.0, f"a confidence lies between 0 and 1, not at {self.confidence}")

    @property
    def volume_ml(self) -> float:
        """Volume of the body [mL]."""
        return float(np.count_nonzero(self.mask)) * abs(float(np.linalg.det(self.affine_mm[:3, :3]))) / 1e3

    def at(self, points_mm: FloatArray) -> BoolArray:
        """Whether LPS points [mm], shape (..., 3), lie in the body."""
        return np.asarray(read_at(self.mask.astype(np.float64), to_voxel(self.affine_mm, points_mm)) > 0.5)

    def on_grid(self, shape: tuple[int, ...], affine_mm: FloatArray) -> BoolArray:
        """The body as a mask on another grid, for drawing and comparing.

        Parameters
        ----------
        shape : tuple of int
            Of the other grid.
        affine_mm : FloatArray
            Shape (4, 4), its voxel centre index to LPS [mm].
        """
        corners = grid_points(*(np.array([-0.5, n - 0.5]) for n in self.mask.shape)).reshape(-1, 3)
        there = to_voxel(affine_mm, to_lps(self.affine_mm, corners))
        low = np.clip(np.floor(there.min(axis=0)).astype(int), 0, shape)
        high = np.clip(np.ceil(there.max(axis=0)).astype(int) + 1, low, shape)
        out = np.zeros(shape, dtype=np.bool_)
        if np.all(high > low):
            indices = grid_points(*(np.arange(a, b, dtype=np.float64) for a, b in zip(low, high, strict=True)))
            box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
            out[box] = self.at(to_lps(affine_mm, indices))
        return out


def outline_body(volume: Volume, at_mm: FloatArray) -> BodyOutline:
    """Outline the vertebral body around a point of a CT.

    For a CT without a label map: a person points into the body, this finds the rest. It traces
    the spinal canal for the spine's direction, tilts to the end plates, fits a round-fronted,
    flat-backed outline and deforms it into a wall and two plates of least cost. The same is done
    from a second start nearby; what the two agree on is the confidence.

    Parameters
    ----------
    volume : Volume
        CT [HU].
    at_mm : FloatArray
        A point inside the body, LPS [mm], shape (3,).

    Returns
    -------
    outline : BodyOutline
        On a 1 mm grid along the body's own axes.

    Raises
    ------
    InputError
        If the point is not in a vertebral body, or the outline is not to be trusted.

    Notes
    -----
    Holds for bodies T1 to L5 on slices to 3 mm. Where discs are thinner than the slices the two
    plates melt into one band, which is parted in its middle. Pedicles are cut by smoothness.
    """
    at = np.asarray(at_mm, dtype=np.float64)
    hu = _read_point(volume, at)
    cube = cut_cube(volume.hu, volume.affine_mm, at, BLUR_MM)
    greys = find_greys(cube, at)
    frame = first_frame(cube, at, greys)
    shape = find_shape(cube, frame)
    where = _name(at)
    require(
        _near(shape, at) and _is_body(shape),
        f"the point {where} lies in {_tissue(hu)} (HU {hu:.0f}), not in a vertebral body that can be told from "
        "its surroundings. Point into the middle of the body (--at x,y,z in LPS mm), or give a label map (--labels).",
    )
    _check_complete(cube, shape, where)
    _check_size(shape, where)
    _check_slices(volume, shape, where)
    again = find_shape(cube, Frame(centre_mm=shape.better.to_lps(_SECOND_START), axes=frame.axes), rounds=3)
    return _judge(shape, _dice(shape, again), where)


_SECOND_START = np.array([3.0, -2.0, 3.0])  # local [mm]: another reader would point so far away


def _name(at: FloatArray) -> str:
    return f"({at[0]:.1f}, {at[1]:.1f}, {at[2]:.1f}) mm"


def _read_point(volume: Volume, at: FloatArray) -> float:
    """Mean HU within about 2 mm of the point, which must lie in the volume."""
    ball = grid_points(*(np.array([-1.5, 0.0, 1.5]),) * 3) + at
    indices = to_voxel(volume.affine_mm, ball)
    middle = to_voxel(volume.affine_mm, at)
    last = np.asarray(volume.hu.shape) - 1
    corners = to_lps(volume.affine_mm, grid_points(*(np.array([0.0, n]) for n in last)).reshape(-1, 3))
    low, high = corners.min(axis=0), corners.max(axis=0)
    require(
        bool(np.all((middle > -0.5) & (middle < last + 0.5))),
        f"the point {_name(at)} lies outside the scan, which reaches from {_name(low)} to {_name(high)}. "
        "Give the point in LPS (x to the left, y to the back, z to the head).",
    )
    start = np.maximum(np.floor(indices.reshape(-1, 3).min(axis=0)).astype(int), 0)
    end = np.ceil(indices.reshape(-1, 3).max(axis=0)).astype(int) + 1
    near = volume.hu[start[0] : end[0], start[1] : end[1], start[2] : end[2]].astype(np.float64)
    return float(read_at(near, indices - start).mean())


def _tissue(hu: float) -> str:
    if hu < -150.0:
        return "air or lung"
    if hu < -20.0:
        return "fat"
    return "soft tissue" if hu < 110.0 else "dense tissue"


def _near(shape: Shape, at: FloatArray) -> bool:
    """Whether the point is within about 3 mm of the found body."""
    ball = grid_points(*(np.array([-3.0, 0.0, 3.0]),) * 3).reshape(-1, 3)
    return bool(mask_at(shape, ball + at).any())


def _is_body(shape: Shape) -> bool:
    """Whether a canal lies behind, the plates are brighter than the marrow, and the wall shows."""
    canal = shape.canal_mm
    behind = len(canal) >= 4 and abs(float(np.median(canal[:, 0]))) < 10.0 and float(np.median(canal[:, 1])) > 9.0
    return behind and shape.plate_rise > 20.0 and float(np.mean(shape.wall_edge > 40.0)) > 0.5


def _rim(shape: Shape) -> FloatArray:
    """LPS points [mm] of a shell one voxel outside the body."""
    outside = ndimage.binary_dilation(shape.mask, iterations=2) & ~shape.mask
    index = np.argwhere(outside)
    local = np.stack([axis[index[:, q]] for q, axis in enumerate(shape.grid)], axis=1)
    return shape.frame.to_lps(local)


def _check_complete(cube: Cube, shape: Shape, where: str) -> None:
    unseen = float(np.mean(~cube.sees(_rim(shape))))
    require(
        unseen < 0.01,
        f"the vertebral body around {where} is cut by the edge of the scan: {unseen:.0%} of its surface lies outside. "
        "Use a scan that shows the whole body, or another level.",
    )


def _check_size(shape: Shape, where: str) -> None:
    volume_ml = float(shape.mask.sum()) / 1e3
    extent = _extents(shape)
    flat = extent[2] / np.sqrt(extent[0] * extent[1])
    require(
        SMALLEST_ML <= volume_ml <= LARGEST_ML and 0.28 <= flat <= 1.3,
        f"what was found around {where} is {extent[0]:.0f} x {extent[1]:.0f} x {extent[2]:.0f} mm and "
        f"{volume_ml:.1f} mL; a vertebral body from T1 to L5 has {SMALLEST_ML:.0f} to {LARGEST_ML:.0f} mL and is not "
        "flatter than a crushed one. Point into the middle of the body, or give a label map (--labels).",
    )


def _extents(shape: Shape) -> list[float]:
    """Width, depth and height of the body [mm]."""
    return [float(axis[np.any(shape.mask, axis=_others(q))].size) for q, axis in enumerate(shape.grid)]


def _check_slices(volume: Volume, shape: Shape, where: str) -> None:
    """Refuse a body so small that half a voxel of doubt on its surface spoils the overlap.

    A doubt u all over a surface S leaves a Dice of 1 - u S / 2 V, and S / 2 V is the sum of the
    inverse extents.
    """
    coarsest = float(volume.spacing_mm.max())
    extent = _extents(shape)
    expected = 1.0 - SURFACE_VOXELS * coarsest * sum(1.0 / e for e in extent)
    require(
        expected >= LEAST_OVERLAP,
        f"the vertebral body around {where} ({extent[0]:.0f} x {extent[1]:.0f} x {extent[2]:.0f} mm) is too small for "
        f"voxels of {coarsest:.1f} mm: an overlap of {expected:.2f} with a reader's outline is expected, "
        f"{LEAST_OVERLAP} is needed. Use thinner slices, or give a label map (--labels).",
    )


def _others(axis: int) -> tuple[int, int]:
    first, second = (q for q in range(3) if q != axis)
    return first, second


def _dice(one: Shape, other: Shape) -> float:
    """Overlap of two outlines, 0 to 1."""
    index = np.argwhere(one.mask)
    local = np.stack([axis[index[:, q]] for q, axis in enumerate(one.grid)], axis=1)
    both = np.count_nonzero(mask_at(other, one.frame.to_lps(local)))
    return 2.0 * both / float(one.mask.sum() + other.mask.sum())


def _judge(shape: Shape, repeat: float, where: str) -> BodyOutline:
    """Confidence from what two starts agree on, how much of the wall shows and what ran into a limit."""
    shows = float(np.mean(shape.wall_edge > 40.0))
    agreed = np.clip((repeat - 0.75) / 0.2, 0.0, 1.0)
    clear = np.clip((shows - 0.4) / 0.4, 0.0, 1.0)
    free = np.clip(1.0 - 2.0 * shape.at_limit, 0.0, 1.0)
    confidence = float(agreed * clear * free)
    reasons = (
        f"Outlines from two starts overlap with a Dice of {repeat:.2f}.",
        f"A border shows on {shows:.0%} of the wall.",
        f"{shape.at_limit:.0%} of the surface ran into a search limit.",
        f"The dimmer end plate is {shape.plate_rise:.0f} HU brighter than the marrow ({shape.greys.marrow:.0f} HU).",
    )
    require(
        confidence >= LEAST_CONFIDENCE and repeat >= LEAST_REPEAT,
        f"the vertebral body around {where} could not be outlined reliably (confidence {confidence:.2f}, at least "
        f"{LEAST_CONFIDENCE} is needed): {' '.join(reasons[:3])} Move the point to the middle of the body, or give a "
        "label map (--labels).",
    )
    return _hand_on(shape, confidence, reasons)


def _hand_on(shape: Shape, confidence: float, reasons: tuple[str, ...]) -> BodyOutline:
    index = np.argwhere(shape.mask)
    low, high = index.min(axis=0) - 1, index.max(axis=0) + 2
    box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    start = np.array([axis[0] for axis in shape.grid]) + low
    affine = np.eye(4)
    affine[:3, :3] = shape.frame.axes
    affine[:3, 3] = shape.frame.to_lps(start)
    return BodyOutline(
        mask=shape.mask[box],
        affine_mm=affine,
        centre_mm=shape.better.centre_mm,
        axes=shape.better.axes,
        confidence=confidence,
        reasons=reasons,
    )
