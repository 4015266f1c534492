"""A piece of cement on its way: its centre line and its width, instant by instant."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track(Parcel):
    """One piece of cement within one room, for pictures and for files that viewers open.

    A piece that passes through several rooms has one track in each, under the same name; the piece is
    shown where ``times[0] <= t < until``.
    """

    piece: str  # name of the piece
    room: str  # "veins", "heart" or "lungs"
    times: FloatArray  # shape (n_times,), since the session's first portion [s], increasing
    points: FloatArray  # shape (n_times, n_points, 3), LPS centre line from tail to head [m]
    diameters: FloatArray  # shape (n_times, n_points) [m]
    until: float = math.inf  # when it leaves the room [s]

    def __post_init__(self) -> None:
        self.seal("times", "points", "diameters")
        require(self.points.shape == (*self.diameters.shape, 3), "a track needs one width for each point")
        require(len(self.times) == len(self.points) > 0, "a track needs one line for each instant")
        require(bool(np.all(np.diff(self.times) > 0.0)), "a track's times must increase")
        require(self.until >= self.times[-1], "a track cannot end before its last instant")

    def at(self, time: float) -> tuple[FloatArray, FloatArray] | None:
        """Centre line (n_points, 3) and widths (n_points,) at `time` [s, m], or None where it is not shown."""
        if not self.times[0] <= time < self.until:
            return None
        last = int(np.searchsorted(self.times, time, side="right")) - 1
        return self.points[last], self.diameters[last]
