"""From the canal to the spine: its two lines, its sizes, and one vertebra after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.trace.anatomy.bodies import PERIOD_MM, measure_bodies
from azygos.trace.anatomy.parcels import Spine, SpineLevel
from azygos.trace.anatomy.periods import core_signal, end_plates, find_pedicles, pedicle_signal
from azygos.trace.anatomy.spine_line import Canal
from azygos.trace.anatomy.straight import Frame, frame_along
from azygos.trace.oriented import Oriented

NAMES = (
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "C6",
    "C7",
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    "S1",
)
"""Levels from above to below."""
STEP_MM = 3.0  # between points of the lines that are handed on


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Count:
    """The vertebrae of a spine, still without names, from below to above."""

    pedicle_mm: FloatArray  # shape (n,), heights along the canal
    upper_mm: FloatArray
    lower_mm: FloatArray


def read_spine(scan: Oriented, canal: Canal, certainty: float) -> Spine:
    """Bodies and end plates along a canal; the levels have no names yet."""
    frame = frame_along(canal.line_mm)
    pedicles = find_pedicles(pedicle_signal(scan, frame), frame.step_mm)
    heights = np.arange(len(frame.line_mm)) * frame.step_mm
    period = np.full(heights.size, PERIOD_MM)
    if pedicles.size > 1:
        period = np.interp(heights, (pedicles[1:] + pedicles[:-1]) / 2.0, np.diff(pedicles))
    bodies = measure_bodies(scan, frame, period)
    left, front = bodies.centre
    count = None
    if pedicles.size:
        upper, lower = end_plates(core_signal(scan, frame, left, front, 6.0), pedicles, frame.step_mm)
        count = Count(pedicle_mm=pedicles, upper_mm=upper, lower_mm=lower)
    line = frame.line_mm + left[:, None] * frame.left + front[:, None] * frame.front
    widths, depths = (bodies.left_mm - bodies.right_mm) / 2.0, bodies.depth_mm / 2.0
    return _assemble(frame, line, widths, depths, count, certainty)


def _assemble(
    frame: Frame, line: FloatArray, widths: FloatArray, depths: FloatArray, count: Count | None, certainty: float
) -> Spine:
    """Both lines at the same heights z, and the levels' heights along the bodies' line."""
    rising = np.maximum.accumulate(line[:, 2])
    keep = np.concatenate([[True], np.diff(rising) > 1e-3])
    line, widths, depths, canal = line[keep], widths[keep], depths[keep], frame.line_mm
    z = np.append(np.arange(line[0, 2], line[-1, 2], STEP_MM), line[-1, 2])
    if z.size > 1 and z[-1] - z[-2] < 0.1:
        z = np.delete(z, -2)
    whole = np.column_stack([np.interp(z, line[:, 2], line[:, axis]) for axis in range(3)])
    behind = np.column_stack([*(np.interp(z, canal[:, 2], canal[:, axis]) for axis in (0, 1)), z])
    levels = () if count is None else _levels(count, frame, line, keep)
    return Spine(
        line_mm=whole,
        canal_mm=behind,
        half_width_mm=np.interp(z, line[:, 2], widths),
        half_depth_mm=np.interp(z, line[:, 2], depths),
        levels=levels,
        certainty=certainty,
    )


def _levels(count: Count, frame: Frame, line: FloatArray, keep: FloatArray) -> tuple[SpineLevel, ...]:
    canal_heights = (np.arange(keep.size) * frame.step_mm)[keep]
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])

    def along_bodies(height: FloatArray) -> FloatArray:
        low, high = canal_heights[0], canal_heights[-1]
        beyond = height - np.clip(height, low, high)
        return np.asarray(np.interp(height, canal_heights, arc) + beyond)

    upper, lower = along_bodies(count.upper_mm), along_bodies(count.lower_mm)
    middle = np.clip((upper + lower) / 2.0, arc[0], arc[-1])
    centres = np.column_stack([np.interp(middle, arc, line[:, axis]) for axis in range(3)])
    return tuple(
        SpineLevel(name="", centre_mm=tuple(centre), upper_mm=float(top), lower_mm=float(base), certainty=0.0)
        for centre, top, base in zip(centres.tolist(), upper, lower, strict=True)
    )
