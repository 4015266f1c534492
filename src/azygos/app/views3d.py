"""What 3-D needs of an open scan: a small volume for NiiVue, or a picture drawn here where there is no WebGL."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.app.slices import encode, tinted
from azygos.app.workspace import OpenScan, Overlay
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import to_lps, to_voxel, voxel_size_mm

MOST_EDGE = 160  # voxels along an edge of the small volume: what software WebGL turns without delay
SIZES_MM = (10.0, 600.0)
BONE_HU = 180.0  # a surface is drawn where the scan first exceeds this
PIXELS, STEP_MM = 240, 1.0
AMBIENT = 0.25
HIDDEN = 0.6  # how much of what lies behind bone is seen
LEAST_PIXELS = 1.5  # half the width of a rod
BONE_COLOUR = (236.0, 224.0, 200.0)

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def small_volume(scan: OpenScan, centre_mm: FloatArray, size_mm: float) -> bytes:
    """A cube of a scan around a point as gzipped NIfTI (RAS), no more than 160 voxels along an edge.

    Parameters
    ----------
    scan : OpenScan
        Where from.
    centre_mm : array
        LPS point (3,); the cube ends where the scan does.
    size_mm : float
        Edge of the cube.

    Returns
    -------
    nifti : bytes
        16-bit HU; every n-th voxel where a finer cube would be too large.
    """
    import nibabel as nib

    voxels, affine_mm = _cube(scan, centre_mm, size_mm, MOST_EDGE)
    image = nib.Nifti1Image(voxels, LPS_TO_RAS @ affine_mm)
    image.header.set_xyzt_units("mm")
    return gzip.compress(image.to_bytes(), compresslevel=1)


def _cube(scan: OpenScan, centre_mm: FloatArray, size_mm: float, most: int) -> tuple[npt.NDArray[np.int16], FloatArray]:
    """The voxels of a cube, thinned to at most `most` along an edge, and their affine."""
    low_mm, high_mm = SIZES_MM
    require(low_mm <= size_mm <= high_mm, f"A cube for 3-D is {low_mm:g} to {high_mm:g} mm wide, not {size_mm:g} mm.")
    require(bool(np.isfinite(centre_mm).all()), "The middle of a view is three numbers in mm.")
    half = 0.5 * size_mm / voxel_size_mm(scan.affine_mm)
    middle = to_voxel(scan.affine_mm, centre_mm)
    count = np.array(scan.shape)
    low = np.clip(np.rint(middle - half), 0, count - 2).astype(int)
    high = np.clip(np.rint(middle + half) + 1, low + 2, count).astype(int)
    thin = -(-(high - low) // most)
    part = tuple(slice(a, b, t) for a, b, t in zip(low, high, thin, strict=True))
    affine_mm = scan.affine_mm.copy()
    affine_mm[:3, 3] = to_lps(scan.affine_mm, low.astype(np.float64))
    affine_mm[:3, :3] *= thin
    return np.ascontiguousarray(scan.voxels[part]), affine_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """From where a picture is drawn, without perspective."""

    centre_mm: FloatArray
    azimuth_deg: float = 0.0  # 0: from the front; 90: from the patient's left
    elevation_deg: float = 0.0  # 90: from above
    size_mm: float = 200.0  # across the picture

    @property
    def axes(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Unit vectors (LPS) to the right of the picture, down in it, and away from the viewer."""
        turn, rise = np.radians([self.azimuth_deg, self.elevation_deg])
        away = np.array([-np.sin(turn) * np.cos(rise), np.cos(turn) * np.cos(rise), -np.sin(rise)])
        right = np.array([np.cos(turn), np.sin(turn), 0.0])
        return right, np.cross(away, right), away


@dataclass(frozen=True, slots=True, kw_only=True)
class Rod:
    """A needle, or a stretch of a path: a round rod along points."""

    points_mm: FloatArray  # (n, 3) LPS
    radius_mm: float
    colour: tuple[int, int, int]


def view_png(scan: OpenScan, camera: Camera, over: Sequence[Overlay] = (), rods: Sequence[Rod] = ()) -> bytes:
    """Bone as a lit surface, overlays shining through it: 3-D for browsers without WebGL.

    Parameters
    ----------
    scan : OpenScan
        What to look at; a surface lies where it first exceeds 180 HU.
    camera : Camera
        From where.
    over : sequence of Overlay
        Labels and shares; a share is drawn where it is at least a half.
    rods : sequence of Rod
        Needles and paths; what lies behind the bone shines through.

    Returns
    -------
    png : bytes
        240 x 240 pixels.
    """
    require(bool(np.isfinite([camera.azimuth_deg, camera.elevation_deg]).all()), "A view needs two angles in degrees.")
    voxels, affine_mm = _cube(scan, camera.centre_mm, camera.size_mm, MOST_EDGE)
    bone = _depth(voxels, affine_mm, camera, BONE_HU)
    picture = _lit(bone, camera, np.array(BONE_COLOUR))
    for overlay in over:
        values = np.load(overlay.path, mmap_mode="r", allow_pickle=False)
        depth = _depth(values, overlay.affine_mm, camera, 0.5)
        tint, _ = tinted(overlay, np.full((1, 1), 1.0, dtype=np.float32))
        shining = _lit(depth, camera, np.asarray(tint[0, 0], dtype=np.float64))
        picture = _over(picture, shining, depth, bone)
    for rod in rods:
        depth, light = _rod(rod, camera)
        picture = _over(picture, light[..., None] * np.array(rod.colour, dtype=np.float64), depth, bone)
    return encode(np.clip(np.rint(picture), 0, 255).astype(np.uint8))


def _over(picture: FloatArray, colours: FloatArray, depth: FloatArray, bone: FloatArray) -> FloatArray:
    """Lay what has a depth over a picture, paler where bone is in front of it."""
    weight = np.where(np.isnan(depth), 0.0, np.where(depth <= np.nan_to_num(bone, nan=np.inf), 1.0, HIDDEN))
    return np.asarray(picture + weight[..., None] * (colours - picture))


def _rod(rod: Rod, camera: Camera) -> tuple[FloatArray, FloatArray]:
    """Depth of a rod at each pixel [mm], NaN beside it, and how brightly it is lit."""
    right, down, away = camera.axes
    seen = (rod.points_mm - camera.centre_mm) @ np.stack([right, down, away], axis=1)
    grid = (np.arange(PIXELS) - 0.5 * (PIXELS - 1)) * (camera.size_mm / PIXELS)
    radius = max(rod.radius_mm, LEAST_PIXELS * camera.size_mm / PIXELS)
    depth = np.full((PIXELS, PIXELS), np.nan)
    light = np.zeros((PIXELS, PIXELS))
    for start, end in itertools.pairwise(seen):
        along = end[:2] - start[:2]
        share = ((grid[None, :] - start[0]) * along[0] + (grid[:, None] - start[1]) * along[1]) / max(
            along @ along, 1e-9
        )
        share = np.clip(share, 0.0, 1.0)
        beside = np.hypot(grid[None, :] - start[0] - share * along[0], grid[:, None] - start[1] - share * along[1])
        here = start[2] + share * (end[2] - start[2]) + 0.5 * camera.size_mm
        nearer = (beside <= radius) & ~(depth <= here)
        depth[nearer] = here[nearer]
        light[nearer] = np.sqrt(1.0 - 0.6 * (beside[nearer] / radius) ** 2)
    return depth, light


def _depth(voxels: npt.NDArray[Any], affine_mm: FloatArray, camera: Camera, threshold: float) -> FloatArray:
    """How far along each pixel's ray values first exceed a threshold [mm], NaN where they never do."""
    solid = np.pad(voxels > threshold, 1).ravel()  # rays outside stay in the empty rim
    last = np.array(voxels.shape, dtype=np.float32)[:, None] + 1.0
    at, step = _rays(affine_mm, camera)
    depth = np.full(at.shape[1], np.nan)
    going = np.arange(at.shape[1])
    for number in range(int(camera.size_mm / STEP_MM)):
        i, j, k = np.clip(at, 0.0, last).astype(np.int32)
        hit = solid[(i * (voxels.shape[1] + 2) + j) * (voxels.shape[2] + 2) + k]
        if hit.any():
            depth[going[hit]] = number * STEP_MM
            at, going = at[:, ~hit], going[~hit]
        at += step
    return depth.reshape(PIXELS, PIXELS)


def _rays(affine_mm: FloatArray, camera: Camera) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Where each pixel's ray starts (3, n) and its step (3, 1), in voxels with a rim of one; truncated, they round."""
    right, down, away = camera.axes
    grid = (np.arange(PIXELS) - 0.5 * (PIXELS - 1)) * (camera.size_mm / PIXELS)
    starts = camera.centre_mm + grid[None, :, None] * right + grid[:, None, None] * down - 0.5 * camera.size_mm * away
    at = to_voxel(affine_mm, starts.reshape(-1, 3)).T + 1.5
    step = np.linalg.inv(affine_mm[:3, :3]) @ away * STEP_MM
    return np.ascontiguousarray(at, dtype=np.float32), step.astype(np.float32)[:, None]


def _lit(depth: FloatArray, camera: Camera, colour: FloatArray) -> FloatArray:
    """A surface with its light beside the viewer, on black."""
    there = ~np.isnan(depth)
    filled = np.pad(np.where(there, depth, camera.size_mm), 1, mode="edge")
    smooth = sum(filled[a : a + PIXELS, b : b + PIXELS] for a in range(3) for b in range(3)) / 9.0
    slope_down, slope_right = np.gradient(smooth, camera.size_mm / PIXELS)
    light = (1.0 + 0.35 * slope_right + 0.35 * slope_down) / np.sqrt(1.0 + slope_right**2 + slope_down**2) / 1.1
    shade = AMBIENT + (1.0 - AMBIENT) * np.clip(light, 0.0, 1.0)
    return np.asarray(np.where(there[..., None], shade[..., None] * colour, 0.0))
