"""The bodies of the vertebrae in front of the canal: where they begin and end, how wide they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import FloatArray
from azygos.trace.anatomy.straight import Frame, sample
from azygos.trace.oriented import Oriented

WALL_MM = (4.0, 15.0)  # from the canal's middle to the back wall of the body
DEPTH_MM = (13.0, 44.0)
HALF_WIDTH_MM = (8.0, 32.0)
DEPTH_PER_PERIOD, WIDTH_PER_PERIOD = 1.05, 0.62  # depth and half width over the distance of two vertebrae
PERIOD_MM = 26.0  # where it is not known
LIFT = (-100.0, 300.0)  # values beyond count as these [HU]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bodies:
    """Extent of the bodies at each height of a frame along the canal."""

    back_mm: FloatArray  # shape (n,), from the canal's middle forwards to the back wall
    depth_mm: FloatArray  # shape (n,)
    right_mm: FloatArray  # shape (n,), right rim to the left of the canal's middle (negative)
    left_mm: FloatArray  # shape (n,)

    @property
    def centre(self) -> tuple[FloatArray, FloatArray]:
        """To the left and to the front of the canal's middle [mm]."""
        return (self.left_mm + self.right_mm) / 2.0, self.back_mm + self.depth_mm / 2.0


def measure_bodies(scan: Oriented, frame: Frame, period_mm: FloatArray) -> Bodies:
    """Find the four walls of the bodies at each height, by the step from bone to what lies around."""
    front = np.arange(0.0, 66.0)
    profile = _window(sample(scan, frame.points_mm(np.linspace(-6.0, 6.0, 4), front)).mean(axis=1), frame)
    back = _smooth(_steepest(profile, WALL_MM), frame)
    depth = _smooth(_extent(profile, back, DEPTH_MM, DEPTH_PER_PERIOD * period_mm), frame)
    aside = np.arange(0.0, 46.0)
    walls = []
    for side in (-1.0, 1.0):
        rows = np.empty((len(frame.line_mm), aside.size), dtype=np.float64)
        for share in (0.5, 0.65, 0.8):
            at = back + share * depth
            rays = (
                frame.line_mm[:, None]
                + side * aside[None, :, None] * frame.left[:, None]
                + at[:, None, None] * frame.front[:, None]
            )
            rows = sample(scan, rays) if share == 0.5 else rows + sample(scan, rays)
        rows = _window(rows / 3.0, frame)
        walls.append(side * _smooth(_extent(rows, 0.0 * back, HALF_WIDTH_MM, WIDTH_PER_PERIOD * period_mm), frame))
    return Bodies(back_mm=back, depth_mm=depth, right_mm=walls[0], left_mm=walls[1])


def _window(profile: FloatArray, frame: Frame) -> FloatArray:
    """Averaged over a vertebra's height, extremes cut off."""
    clipped = np.clip(profile, *LIFT)
    return np.asarray(ndimage.uniform_filter1d(clipped, max(1, round(15.0 / frame.step_mm)), axis=0, mode="nearest"))


def _steepest(profile: FloatArray, span: tuple[float, float]) -> FloatArray:
    """Where each row rises most within a span [mm]."""
    slope = profile[:, 2:] - profile[:, :-2]
    low, high = int(span[0]), int(span[1])
    return np.asarray(low + 1.0 + slope[:, low:high].argmax(axis=1), dtype=np.float64)


def _extent(profile: FloatArray, start: FloatArray, span: tuple[float, float], usual: FloatArray) -> FloatArray:
    """Distance from the start at which bone ends: inside bright, 5 mm outside dark, near the usual size."""
    total = np.concatenate([np.zeros((len(profile), 1)), np.cumsum(profile, axis=1)], axis=1)
    rows = np.arange(len(profile))
    first = np.rint(start).astype(int)
    sizes = np.arange(int(span[0]), int(span[1]) + 1)
    score = np.empty((len(profile), sizes.size))
    for column, size in enumerate(sizes):
        rim = np.minimum(first + size, profile.shape[1] - 6)
        rim_in = (total[rows, rim] - total[rows, np.maximum(rim - 5, 0)]) / 5.0
        rim_out = (total[rows, rim + 6] - total[rows, rim + 1]) / 5.0
        score[:, column] = np.clip((rim_in - rim_out) / 100.0, -1.0, 1.5) - 0.5 * ((size - usual) / (0.3 * usual)) ** 2
    return np.asarray(sizes[score.argmax(axis=1)], dtype=np.float64)


def _smooth(values: FloatArray, frame: Frame) -> FloatArray:
    wide = 2 * round(15.0 / frame.step_mm) + 1
    steady = ndimage.median_filter(values, size=wide, mode="nearest")
    return np.asarray(ndimage.gaussian_filter1d(steady, 8.0 / frame.step_mm, mode="nearest"))
