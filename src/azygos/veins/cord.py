"""A cord from its mouth: grown, stretched, parted, set; what came off it on the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.spine import Cement
from azygos.veins.laws import VeinLaws
from azygos.veins.thread import Thread

GROWTH_INSTANTS = 28  # of a cord's track while cement flows
SETTING_INSTANTS = 24  # and after that
LONGEST = 1800.0  # after the last flow, when nothing sets [s]
MOST_PIECES = 40  # of one cord; what comes off after that is counted with the last
POINTS = 24  # of a track


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """A piece as it came off: rows of nodes, volumes, ages, temperatures, from head to tail."""

    time: float  # [s]
    state: FloatArray  # shape (4, n + 1)
    cause: str

    @property
    def volume(self) -> float:
        """[m^3]."""
        return float(self.state[1, :-1].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """A cord followed until it has set."""

    thread: Thread
    parted: tuple[Parted, ...]
    times: FloatArray  # of the track [s]
    lines: FloatArray  # shape (n_times, POINTS), distance from the mouth, from root to head [m]
    widths: FloatArray  # shape (n_times, POINTS) [m]
    until: float  # when the last of it came off [s], inf where it still hangs


def grow(thread: Thread, cement: Cement, laws: VeinLaws) -> Grown:
    """Follow a cord from its first drop until all of it has set."""
    parted: list[Parted] = []
    seen: list[tuple[float, FloatArray, FloatArray]] = []

    def look() -> None:
        if thread.n and (not seen or thread.time > seen[-1][0]):
            seen.append((thread.time, *sampled(thread.state[:, : thread.n + 1])))

    for until, paused in _instants(thread):
        while (why := thread.advance(until)) is not None:
            _let_go(thread, int(thread.clock[4]) + 1, why, parted)
            look()
        if paused and not laws.attachment and thread.n:
            _let_go(thread, thread.n, "not attached", parted)
        look()
        if thread.time >= thread.feed.times[-1] and (thread.n == 0 or _all_set(thread, cement)):
            break
    return Grown(
        thread=thread,
        parted=tuple(parted),
        times=np.array([time for time, _, _ in seen]),
        lines=np.array([line for _, line, _ in seen]),
        widths=np.array([width for _, _, width in seen]),
        until=max(parted[-1].time, seen[-1][0]) if thread.n == 0 and seen else math.inf,
    )


def _instants(thread: Thread) -> list[tuple[float, bool]]:
    """Times at which to look, and whether cement has just stopped flowing."""
    feed = thread.feed
    begins, ends = float(feed.times[0]), float(feed.times[-1])
    stops = set(feed.times[1:][np.concatenate(((feed.flow[1:] == 0.0) & (feed.flow[:-1] > 0.0), [True]))].tolist())
    during = np.linspace(begins, ends, GROWTH_INSTANTS + 1)[1:].tolist()
    after = (ends + np.geomspace(2.0, LONGEST, SETTING_INSTANTS)).tolist()
    return [(time, time in stops) for time in sorted({*during, *stops, *after})]


def _let_go(thread: Thread, elements: int, cause: str, parted: list[Parted]) -> None:
    time = thread.time
    piece = Parted(time=time, state=thread.cut(elements), cause=cause)
    if len(parted) < MOST_PIECES:
        parted.append(piece)
        return
    last = parted[-1]
    longer = 1.0 + piece.volume / last.volume
    state = last.state.copy()
    state[0] = state[0, 0] - (state[0, 0] - state[0]) * longer
    state[1, :-1] *= longer
    parted[-1] = Parted(time=last.time, state=state, cause=last.cause)


def _all_set(thread: Thread, cement: Cement) -> bool:
    return bool(np.all(thread.state[2, : thread.n] >= cement.setting_age))


def sampled(state: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Distances from the mouth and widths at even points of a cord, from its tail to its head."""
    nodes, volumes = state[0, ::-1], state[1, -2::-1]
    area = volumes / np.diff(nodes)
    line = np.linspace(nodes[0], nodes[-1], POINTS)
    element = np.clip(np.searchsorted(nodes, line, side="right") - 1, 0, len(area) - 1)
    return line, 2.0 * np.sqrt(area[element] / np.pi)
