"""The spine: the canal as a soft tube with bone around it, and the bodies in front of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.body import Body
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.kernels import walls

REACH_MM = 17.0  # a canal's wall is nearer than this
LEAST_MM = 4.0  # and no nearer than this to its middle
DRIFT = 1  # coarse voxels that the canal may move from slice to slice
GUIDED_MM = 20.0  # spread of a canal about the middle of a vertebra in a label map
ASIDE_MM = 30.0  # spread of a spine about the middle of the trunk
LEAST_HEIGHT_MM = 12.0
LEAST_SCORE = 0.08  # walls times bone in front, of a slice with a canal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Canal:
    """The middle of the canal in each coarse slice where a spine is seen."""

    line_mm: FloatArray  # shape (n, 3), from below to above
    slices: npt.NDArray[np.int64]  # shape (n,), coarse k
    score: float  # mean share of walls along it [-]


def find_canal(coarse: Coarse, body: Body, guide: FloatArray | None = None) -> Canal | None:
    """The tube of soft tissue with most bone around it, behind a mass of bone, joined through the slices.

    ``guide``, shape (n_k, 2), says in which voxel of a slice the middle of a vertebra is known to lie.
    """
    box = _middle_of(body, coarse)
    if box is None:
        return None
    bone = coarse.bone[box] > 0.25
    mean = coarse.mean[box]
    soft = (mean > -60.0) & (mean < 150.0) & ~bone
    share = np.empty(bone.shape, np.float32)
    walls(np.ascontiguousarray(bone), np.ascontiguousarray(soft), coarse.step_mm, REACH_MM, LEAST_MM, share)
    score = np.clip((share - 0.5) / 0.5, 0.0, 1.0) * _bone_in_front(coarse.bone[box], coarse)
    score *= _near_middle(body, coarse, box)
    if guide is not None:
        score *= _near_guide(guide, coarse, box)
    along = max(1, round(9.0 / coarse.step_mm[2]))
    score = ndimage.uniform_filter1d(score, 2 * along + 1, axis=2, mode="nearest")
    path, reached = best_path(score)
    keep = _longest_run(reached > LEAST_SCORE, allowed=round(25.0 / coarse.step_mm[2]))
    if keep is None or (keep.stop - keep.start) * coarse.step_mm[2] < LEAST_HEIGHT_MM:
        return None
    slices = np.arange(keep.start, keep.stop)
    points = _settled(path[slices], slices, share)
    points += [box[0].start, box[1].start]
    line = coarse.to_mm(np.column_stack([points, slices]))
    line[:, :2] = ndimage.gaussian_filter1d(line[:, :2], 8.0 / coarse.step_mm[2], axis=0, mode="nearest")
    return Canal(line_mm=line, slices=slices, score=float(reached[slices].mean()))


def _middle_of(body: Body, coarse: Coarse) -> tuple[slice, slice, slice] | None:
    """The part of the grid in which a spine can lie: away from the trunk's sides."""
    boxes = ndimage.find_objects(body.trunk.astype(np.int8))
    if not boxes:
        return None
    side = boxes[0][0]
    wide = side.stop - side.start
    margin = int(0.22 * wide) if wide * coarse.step_mm[0] > 200.0 else 0
    return slice(side.start + margin, side.stop - margin), boxes[0][1], slice(0, body.trunk.shape[2])


def _near_middle(body: Body, coarse: Coarse, box: tuple[slice, slice, slice]) -> npt.NDArray[np.float32]:
    """Falls off to the sides of the trunk's middle, shape (n_i, 1, n_k)."""
    count = body.trunk[box].sum(axis=1).astype(float)
    at = np.arange(count.shape[0])[:, None]
    middle = (count * at).sum(axis=0) / np.maximum(count.sum(axis=0), 1.0)
    middle = ndimage.gaussian_filter1d(middle, 60.0 / coarse.step_mm[2], mode="nearest")
    off = (at - middle) * coarse.step_mm[0] / ASIDE_MM
    return np.asarray(np.exp(-0.5 * off**2)[:, None, :], dtype=np.float32)


def _near_guide(guide: FloatArray, coarse: Coarse, box: tuple[slice, slice, slice]) -> npt.NDArray[np.float32]:
    """Falls off from known vertebrae, shape (n_i, n_j, n_k); 1 in slices without any."""
    i, j = np.arange(box[0].start, box[0].stop)[:, None, None], np.arange(box[1].start, box[1].stop)[None, :, None]
    known = np.isfinite(guide[:, 0])
    middle = np.where(known[:, None], guide, 0.0)
    away = ((i - middle[:, 0]) * coarse.step_mm[0]) ** 2 + ((j - middle[:, 1]) * coarse.step_mm[1]) ** 2
    return np.where(known, np.exp(-0.5 * away / GUIDED_MM**2), 1.0).astype(np.float32)


def _bone_in_front(bone: npt.NDArray[np.float32], coarse: Coarse) -> npt.NDArray[np.float32]:
    """How much bone lies where the body of a vertebra would be: 8 to 30 mm in front, 24 mm wide."""
    size = [max(1, round(mm / step)) for mm, step in zip((24.0, 22.0), coarse.step_mm[:2], strict=True)]
    mass = ndimage.uniform_filter(bone, size=(size[0], size[1], 1), mode="constant")
    shift = round(19.0 / coarse.step_mm[1])
    front = np.zeros_like(mass)
    front[:, shift:] = mass[:, :-shift] if shift < mass.shape[1] else 0.0
    return np.asarray(np.clip(front / 0.35, 0.15, 1.0))


def best_path(score: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """Indices (i, j) in each slice of the path of greatest total score, and the score along it."""
    total, came = score[:, :, 0].astype(float), []
    for k in range(1, score.shape[2]):
        came.append(total)
        total = ndimage.maximum_filter(total, size=2 * DRIFT + 1, mode="constant", cval=-1.0) + score[:, :, k]
    end = np.unravel_index(int(total.argmax()), total.shape)
    path = [(int(end[0]), int(end[1]))]
    for before in reversed(came):
        i, j = path[-1]
        low = (max(0, i - DRIFT), max(0, j - DRIFT))
        window = before[low[0] : i + DRIFT + 1, low[1] : j + DRIFT + 1]
        step = np.unravel_index(int(window.argmax()), window.shape)
        path.append((low[0] + int(step[0]), low[1] + int(step[1])))
    indices = np.array(path[::-1], dtype=np.int64)
    return indices, score[indices[:, 0], indices[:, 1], np.arange(len(indices))].astype(float)


def _longest_run(seen: BoolArray, allowed: int) -> slice | None:
    """The longest stretch of slices with a canal, gaps up to `allowed` slices bridged."""
    closed = ndimage.binary_closing(np.pad(seen, allowed), structure=np.ones(2 * (allowed // 2) + 1))
    runs, number = ndimage.label(closed[allowed : closed.size - allowed] if allowed else closed)
    if number == 0:
        return None
    longest = 1 + int(np.bincount(runs.ravel())[1:].argmax())
    at = np.flatnonzero(runs == longest)
    return slice(int(at[0]), int(at[-1]) + 1)


def _settled(path: npt.NDArray[np.int64], slices: npt.NDArray[np.int64], share: npt.NDArray[np.float32]) -> FloatArray:
    """Each point moved to the middle of the hollow around it."""
    settled = path.astype(float)
    for row, ((i, j), k) in enumerate(zip(path, slices, strict=True)):
        i0, j0 = max(0, i - 3), max(0, j - 3)
        weight = np.maximum(share[i0 : i + 4, j0 : j + 4, k] - 0.6, 0.0) ** 2
        if weight.sum() > 0.0:
            a, b = np.indices(weight.shape)
            settled[row] = i0 + (weight * a).sum() / weight.sum(), j0 + (weight * b).sum() / weight.sum()
    return settled
