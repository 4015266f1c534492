"""Pieces that came off: they slide with the blood, lie where the wall holds them, or move when the patient gets up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import DidNotConverge, require
from azygos.ground.parcels import FloatArray
from azygos.veins import kernels
from azygos.veins.cord import Parted, sampled
from azygos.veins.veins import Veins
from azygos.veins.way import Way, standing

LEGS = 12  # of a track


@dataclass(frozen=True, slots=True, eq=False)
class Drifted:
    """Where a loose piece ended, and when."""

    way: Way
    arrives: bool
    time: float  # when it arrived, or lay still for good [s]
    state: FloatArray  # as in Parted
    cause: str
    times: FloatArray  # of the track [s]
    lines: FloatArray  # shape (n_times, POINTS), distance from the mouth [m]
    width: FloatArray  # shape (POINTS,) [m]


def let_drift(parted: Parted, way: Way, veins: Veins, law: FloatArray, *, rises: float) -> Drifted:
    """Follow a loose piece to the right atrium, or to where it lies."""
    state, clock = parted.state.copy(), np.array([parted.time, parted.state.shape[1] - 1.0])
    times, shifts = [parted.time], [0.0]
    cause, gets_up = parted.cause, law[23] > 0.0 and veins.posture != "standing"
    status = _slide(state, clock, way, law, times, shifts, until=rises if gets_up else math.inf)
    if gets_up and status != kernels.ARRIVES:
        if status == kernels.HELD:
            cause = "getting up"
            _wait(state, clock, rises, law)
            times.append(rises)
            shifts.append(shifts[-1])
        status = _slide(state, clock, standing(way, veins), law, times, shifts, until=math.inf)
    line, width = sampled(parted.state)
    keep = np.concatenate(([True], np.diff(times) > 0.0))
    return Drifted(
        way=way,
        arrives=status == kernels.ARRIVES,
        time=float(clock[0]),
        state=state,
        cause=cause,
        times=np.array(times)[keep],
        lines=(line[None, :] + np.array(shifts)[:, None])[keep],
        width=width,
    )


def _slide(
    state: FloatArray, clock: FloatArray, way: Way, law: FloatArray, times: list[float], shifts: list[float],
    *, until: float,
) -> int:  # fmt: skip
    """Let a piece slide to the junction in legs; writes the track, returns whether it arrived, lies or still moves."""
    start = float(state[0, 0])
    if start >= way.junction:
        return kernels.ARRIVES
    origin = start - shifts[-1]
    for goal in np.linspace(start, way.junction, LEGS + 1)[1:]:
        status = int(
            kernels.drift(float(goal), until, way.end, way.radius, way.shear, way.normal, way.along, law, state, clock)
        )
        require(status != kernels.TOO_MANY_STEPS, "a loose piece in the veins took too many steps", DidNotConverge)
        times.append(float(clock[0]))
        shifts.append(float(state[0, 0]) - origin)
        if status != kernels.ARRIVES:
            return status
    return kernels.ARRIVES


def _wait(state: FloatArray, clock: FloatArray, until: float, law: FloatArray) -> None:
    if law[28] > 0.0:
        for i in range(state.shape[1] - 1):
            state[2, i] = kernels.older(state[2, i], until - clock[0], law[13], law)
    clock[0] = until
