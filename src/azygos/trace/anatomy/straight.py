"""The spine pulled straight: values of the scan at places given by left, front and height along a line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.trace.oriented import Oriented


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A line cut at even heights, with the directions to the left and to the front at each."""

    line_mm: FloatArray  # shape (n, 3)
    left: FloatArray  # shape (n, 3)
    front: FloatArray  # shape (n, 3)
    step_mm: float

    def points_mm(self, left_mm: FloatArray, front_mm: FloatArray) -> FloatArray:
        """LPS of all pairs of offsets at all heights, shape (n, n_left, n_front, 3)."""
        return np.asarray(
            self.line_mm[:, None, None]
            + left_mm[None, :, None, None] * self.left[:, None, None]
            + front_mm[None, None, :, None] * self.front[:, None, None]
        )


def frame_along(line_mm: FloatArray, step_mm: float = 1.0, smooth_mm: float = 12.0) -> Frame:
    """Cut a line that runs from below to above at even heights."""
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line_mm, axis=0), axis=1))])
    heights = np.arange(0.0, lengths[-1] + 1e-6, step_mm)
    line = np.stack([np.interp(heights, lengths, line_mm[:, axis]) for axis in range(3)], axis=1)
    line = _smoothed(line, smooth_mm / step_mm)
    up = np.gradient(line, axis=0) if len(line) > 1 else np.array([[0.0, 0.0, 1.0]])
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    left = np.array([1.0, 0.0, 0.0]) - up[:, :1] * up
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    return Frame(
        line_mm=line, left=left, front=np.cross(left, up) * -np.sign(np.cross(left, up)[:, 1:2]), step_mm=step_mm
    )


def _smoothed(line: FloatArray, sigma: float) -> FloatArray:
    """Smooth without pulling the ends inwards: what is smoothed is the way off the straight line."""
    straight = line[0] + np.linspace(0.0, 1.0, len(line))[:, None] * (line[-1] - line[0])
    return np.asarray(straight + ndimage.gaussian_filter1d(line - straight, sigma, axis=0, mode="nearest"))


def sample(scan: Oriented, points_mm: FloatArray) -> FloatArray:
    """Values at LPS points (..., 3) between voxels; outside the grid the nearest voxel's."""
    index = scan.to_index(points_mm.reshape(-1, 3))
    values = ndimage.map_coordinates(scan.hu, index.T, order=1, output=np.float32, mode="nearest")
    return np.asarray(values.reshape(points_mm.shape[:-1]))
