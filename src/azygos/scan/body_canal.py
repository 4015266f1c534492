"""The spinal canal: a soft tube with bone around it, which tells where a vertebra's back and head are."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.scan.body_frame import Cube, Frame, grid_points

_RAYS = 16
_REACH_MM = 14  # a canal's wall is nearer than this in every direction
_ROOM_MM = 3.5  # least distance of the canal's middle from bone
FURTHER_BACK = 0.02  # a hollow 10 mm further back counts a fifth more
_STEP_MM = 2.0  # between slices
_DRIFT = 2  # voxels that the canal may move from one slice to the next: 45 degrees
_LEFT = np.arange(-26.0, 27.0)
_BACK = np.arange(-4.0, 56.0)


def trace_canal(cube: Cube, frame: Frame, bone_hu: float, reach_mm: float) -> FloatArray:
    """Points in the middle of the canal beside the frame's centre, local [mm], shape (n, 3), may be empty.

    In each slice across the frame's head axis the middle of the canal is soft, clear of bone by
    3.5 mm and meets bone within 14 mm in at least 12 of 16 directions. A path through the slices
    joins the best places; of two (thin marrow is a hollow too) the one further back wins.
    """
    heights = np.arange(-reach_mm, reach_mm + 0.1, _STEP_MM)
    grey = cube.at(frame.to_lps(grid_points(_LEFT, _BACK, heights)))
    hollow = _score_hollows(grey > bone_hu)
    path = _best_path(hollow * (1.0 + FURTHER_BACK * _BACK[None, :, None]))
    k = np.arange(heights.size)
    seen = hollow[path[:, 0], path[:, 1], k] > 0.0
    points = np.stack([_LEFT[path[:, 0]], _BACK[path[:, 1]], heights], axis=1)
    return np.asarray(_settle(points, hollow)[seen], dtype=np.float64)


def _settle(points: FloatArray, hollow: FloatArray) -> FloatArray:
    """Move each point of the path to the centroid of the hollow around it."""
    settled = points.copy()
    x, y = np.meshgrid(_LEFT, _BACK, indexing="ij")
    for k, (left, back, _) in enumerate(points):
        weight = hollow[:, :, k] * (np.hypot(x - left, y - back) <= 7.0)
        if weight.sum() > 0.0:
            settled[k, :2] = (weight * x).sum() / weight.sum(), (weight * y).sum() / weight.sum()
    return settled


def _score_hollows(bone: BoolArray) -> FloatArray:
    """How much each voxel looks like the middle of a canal, 0 to 1, slice by slice."""
    walls = np.zeros(bone.shape)
    for angle in np.arange(_RAYS) * 2.0 * np.pi / _RAYS:
        walls += _meets_bone(bone, angle)
    score = np.clip((walls - (_RAYS - 5)) / 5.0, 0.0, 1.0)
    for k in range(bone.shape[2]):
        room = ndimage.distance_transform_edt(~bone[:, :, k]) if bone[:, :, k].any() else np.zeros(bone.shape[:2])
        score[:, :, k] *= room >= _ROOM_MM
    return score


def _meets_bone(bone: BoolArray, angle: float) -> BoolArray:
    """Where a ray in the plane of the first two axes meets bone within reach."""
    padded = np.pad(bone, [(_REACH_MM, _REACH_MM), (_REACH_MM, _REACH_MM), (0, 0)])
    met = np.zeros_like(bone)
    n_i, n_j = bone.shape[:2]
    for step in range(1, _REACH_MM + 1):
        i = _REACH_MM + round(step * np.cos(angle))
        j = _REACH_MM + round(step * np.sin(angle))
        met |= padded[i : i + n_i, j : j + n_j]
    return met


def _best_path(score: FloatArray) -> FloatArray:
    """Indices (i, j) in each slice of the path of greatest total score, shape (n_slices, 2)."""
    total = score[:, :, 0].copy()
    came = []
    for k in range(1, score.shape[2]):
        best = ndimage.maximum_filter(total, size=2 * _DRIFT + 1, mode="constant", cval=-1.0)
        came.append(total)
        total = best + score[:, :, k]
    row, column = np.unravel_index(int(np.argmax(total)), total.shape)
    at = (int(row), int(column))
    path = [at]
    for earlier in reversed(came):
        low = np.maximum(np.asarray(at) - _DRIFT, 0)
        window = earlier[low[0] : at[0] + _DRIFT + 1, low[1] : at[1] + _DRIFT + 1]
        step = np.unravel_index(int(np.argmax(window)), window.shape)
        at = (int(low[0] + step[0]), int(low[1] + step[1]))
        path.append(at)
    return np.array(path[::-1])


def canal_course(points: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Middle of the canal nearest to the frame's centre and its direction there, local; None if too little is seen.

    The course is a parabola through the traced points: spines bend.
    """
    points = _longest_run(points)
    if len(points) < 8 or np.ptp(points[:, 2]) < 24.0:
        return None
    power = 2 if np.ptp(points[:, 2]) > 40.0 else 1
    kept = points
    for _ in range(2):
        across = [np.polynomial.Polynomial.fit(kept[:, 2], kept[:, q], power) for q in (0, 1)]
        miss = np.hypot(*(kept[:, q] - across[q](kept[:, 2]) for q in (0, 1)))
        kept = kept[miss <= max(2.0 * float(np.median(miss)), 2.0)]
    heights = np.linspace(points[0, 2], points[-1, 2], 141)
    course = np.stack([across[0](heights), across[1](heights), heights], axis=1)
    nearest = int(np.argmin(np.linalg.norm(course, axis=1)))
    at = heights[nearest]
    direction = np.array([across[0].deriv()(at), across[1].deriv()(at), 1.0])
    return course[nearest], direction / np.linalg.norm(direction)


def _longest_run(points: FloatArray) -> FloatArray:
    """Points without a gap of more than 8 mm: behind a gap the path may have gone astray into a disc."""
    runs = np.split(points, np.nonzero(np.diff(points[:, 2]) > 8.0)[0] + 1)
    return max(runs, key=len)
