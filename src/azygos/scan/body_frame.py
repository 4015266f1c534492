"""Where a vertebra lies and how it is turned, before its surface is known.

A cube around the body is sampled once at 1 mm along LPS; everything after reads from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.ground.volume import to_voxel

HALF_MM = 58.0  # half edge of the cube: the widest body (59 mm) with its canal, 12 mm off centre
DARK, BRIGHT = -50.0, 500.0  # [HU]; fat and lung look alike below, cortex, cement and metal above


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cube(Parcel):
    """Grey values on a 1 mm grid along LPS around a point."""

    grey: FloatArray  # clipped, lightly smoothed [HU]
    known: BoolArray  # within the scan's field of view
    corner_mm: FloatArray  # LPS of voxel [0, 0, 0] [mm]

    def __post_init__(self) -> None:
        self.seal("grey", "corner_mm")
        self.seal("known", dtype=np.bool_)

    def at(self, points_mm: FloatArray) -> FloatArray:
        """Grey value at LPS points [mm] of shape (..., 3)."""
        return read_at(self.grey, points_mm - self.corner_mm)

    def sees(self, points_mm: FloatArray) -> BoolArray:
        """Whether LPS points [mm] of shape (..., 3) lie in the field of view."""
        return np.asarray(read_at(self.known.astype(np.float64), points_mm - self.corner_mm) > 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame(Parcel):
    """A centre and the body's own axes: columns to left, back and head."""

    centre_mm: FloatArray
    axes: FloatArray

    def __post_init__(self) -> None:
        self.seal("centre_mm", "axes")

    def to_lps(self, local_mm: FloatArray) -> FloatArray:
        """Local (left, back, head) [mm], shape (..., 3), as LPS [mm]."""
        return np.asarray(local_mm @ self.axes.T + self.centre_mm, dtype=np.float64)

    def to_local(self, points_mm: FloatArray) -> FloatArray:
        """LPS points [mm], shape (..., 3), as local (left, back, head) [mm]."""
        return np.asarray((points_mm - self.centre_mm) @ self.axes, dtype=np.float64)


def read_at(array: FloatArray, indices: FloatArray) -> FloatArray:
    """Linear interpolation at fractional indices of shape (..., 3); beyond the rim, the rim's value."""
    coordinates = np.moveaxis(indices, -1, 0)
    return np.asarray(ndimage.map_coordinates(array, coordinates, order=1, mode="nearest"), dtype=np.float64)


def grid_points(*ranges: npt.NDArray[np.floating]) -> FloatArray:
    """All combinations of three lists of coordinates, shape (n_0, n_1, n_2, 3)."""
    return np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1)


def cut_cube(
    array: npt.NDArray[np.generic], affine_mm: FloatArray, centre_mm: FloatArray, blur_mm: float, scale: float = 1.0
) -> Cube:
    """Sample `array` (HU, or a mask times `scale`, on any grid) on a 1 mm cube around an LPS point [mm].

    `blur_mm` is the standard deviation of a Gaussian that calms the noise; what the voxels
    have smeared already is not smeared again.
    """
    steps = np.arange(-HALF_MM, HALF_MM + 0.5)
    points = grid_points(steps, steps, steps) + centre_mm
    indices = to_voxel(affine_mm, points)
    last = np.asarray(array.shape) - 0.5
    known = np.all((indices > -0.5) & (indices < last), axis=-1)
    near, box = _crop(array, indices)
    grey = np.clip(scale * read_at(near, indices - box), DARK, BRIGHT)
    spacing = np.linalg.norm(affine_mm[:3, :3], axis=0)
    blur = np.sqrt(np.maximum(blur_mm**2 - (0.3 * spacing.mean()) ** 2, 0.0))
    return Cube(grey=ndimage.gaussian_filter(grey, blur), known=known, corner_mm=points[0, 0, 0])


def _crop(array: npt.NDArray[np.generic], indices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The part of an array that the indices touch, as floats, and where it starts."""
    flat = indices.reshape(-1, 3)
    low = np.clip(np.floor(flat.min(axis=0)).astype(int) - 1, 0, np.asarray(array.shape) - 1)
    high = np.clip(np.ceil(flat.max(axis=0)).astype(int) + 2, low + 1, array.shape)
    part = array[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    return np.asarray(part, dtype=np.float64), low.astype(np.float64)


def turn(pitch_deg: float, roll_deg: float) -> FloatArray:
    """LPS axes pitched about left (head goes back), then rolled about back; columns left, back, head.

    Examples
    --------
    >>> turn(90.0, 0.0)[:, 2].round(3).tolist()
    [0.0, 1.0, 0.0]
    """
    p, r = np.deg2rad([pitch_deg, roll_deg])
    head = np.array([np.sin(r) * np.cos(p), np.sin(p), np.cos(r) * np.cos(p)])
    return axes_from(head, np.array([0.0, 1.0, 0.0]) if abs(head[1]) < 0.99 else np.array([0.0, 0.0, -1.0]))


def axes_from(head: FloatArray, back: FloatArray) -> FloatArray:
    """Right-handed axes (left, back, head) with `head` kept and `back` made square to it."""
    head = head / np.linalg.norm(head)
    back = back - (back @ head) * head
    back = back / np.linalg.norm(back)
    return np.stack([np.cross(back, head), back, head], axis=1)


def find_head(cube: Cube, centre_mm: FloatArray, soft_hu: float, along: FloatArray | None) -> FloatArray:
    """Axes whose head direction makes the end plates sharpest, back left as near the patient's as can be.

    Tilts a stack of discs until their mean grey jumps most from one to the next: end plates are
    the only large flat things near a body's centre. Tilts near the direction `along` of the
    canal (LPS, unit) count more (14 degrees), or where none was seen, near the patient's own axis (35).
    """
    tilts = [(p, r) for p in np.arange(-60.0, 61.0, 5.0) for r in np.arange(-30.0, 31.0, 5.0)]
    if along is not None:
        tilts = [tilt for tilt in tilts if turn(*tilt)[:, 2] @ along > np.cos(np.deg2rad(18.0))]
    guide, width = (np.array([0.0, 0.0, 1.0]), 35.0) if along is None else (along, 14.0)

    def score(tilt: tuple[float, float]) -> float:
        axes = turn(*tilt)
        off = np.rad2deg(np.arccos(min(float(axes[:, 2] @ guide), 1.0)))
        return _sharpness(cube, centre_mm, axes, soft_hu) * float(np.exp(-0.5 * (off / width) ** 2))

    best = max(tilts, key=score)
    fine = np.arange(-4.0, 4.1, 1.0)
    return turn(*max([(best[0] + p, best[1] + r) for p in fine for r in fine], key=score))


def _sharpness(cube: Cube, centre_mm: FloatArray, axes: FloatArray, soft_hu: float) -> float:
    """How suddenly the mean grey of discs changes along the head axis, and how much of it is bone [HU^2]."""
    profile = cube.at(stack_discs(_DISC, _HEIGHTS) @ axes.T + centre_mm).mean(axis=0)
    weight = np.exp(-0.5 * (_HEIGHTS[1:-1] / 14.0) ** 2)  # neighbours tilt otherwise: count them less
    bone = np.clip((profile - soft_hu + 20.0) / 40.0, 0.0, 1.0).mean()  # the spine goes on above and below
    return float((weight * (profile[2:] - profile[:-2]) ** 2).sum() * bone**4)


def stack_discs(disc: FloatArray, heights: FloatArray) -> FloatArray:
    """Local points of a disc, shape (n, 2), repeated at each height: shape (n, n_heights, 3)."""
    flat = np.repeat(disc[:, None, :], heights.size, axis=1)
    return np.concatenate([flat, np.tile(heights[None, :, None], (len(disc), 1, 1))], axis=2)


def round_disc(radius_mm: float, step_mm: float) -> FloatArray:
    """Points of a square grid within a circle around zero [mm], shape (n, 2)."""
    side = np.arange(-radius_mm, radius_mm + 0.1, step_mm)
    points = np.stack(np.meshgrid(side, side, indexing="ij"), axis=-1).reshape(-1, 2)
    return np.asarray(points[np.hypot(points[:, 0], points[:, 1]) <= radius_mm + 0.5])


_DISC = round_disc(6.0, 2.0)
_HEIGHTS = np.arange(-24.0, 24.5, 1.0)
