"""A journey as a moving picture: ``moving.json``, small enough for a page to load whole.

It holds one list of instants from the needle to three months, and each centre line of cement with the instants between
which it is shown. Coordinates are LPS in mm, rounded to 0.1 mm, their origin in the middle of the body of T8.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from azygos.case.ends import removal_day, tracks_in
from azygos.case.outline import trunk_outline
from azygos.case.result import CaseResult
from azygos.case.vtp import FRAME
from azygos.circulation import Response
from azygos.ground.files import write_atomic
from azygos.ground.parcels import FloatArray
from azygos.ground.track import Track
from azygos.ground.units import MINUTE, ML, MM, MMHG
from azygos.ground.vessels import Vessels
from azygos.journey import Branch, Journey
from azygos.plan.record import RESEARCH_ONLY
from azygos.values.landmarks import LEVEL_HEIGHT

NAME = "moving.json"
SCHEMA_VERSION = 1
DAY = 86400.0
END = 90.0 * DAY  # of the picture [s]
INSTANTS = 120
MOST_MARKED = 60  # instants of events that are kept as they are
STEP = 30.0 * MM  # a jump counts for no more than this when instants are spread [m]
SOON = 10.0  # from here on time counts by its logarithm [s]
MOTION, TIME = 0.55, 0.45  # shares of the instants that go where cement moves, and where time passes
BEFORE = 600.0  # the picture before a removal is one of so long before [s]
MOST_VESSELS = {"veins": 400, "heart": 60, "lungs": 1200}  # the widest of each room
STRAIGHT_MM = 0.15  # a point of a line is left out where the line without it passes so near
MOST_POINTS = 40_000  # of all lines; beyond it lines lose points between their ends
SERIES = (  # key of `haemodynamics.csv` without its unit, words, unit, the unit in SI
    ("pulmonary_pressure", "mean pulmonary artery pressure", "mmHg", MMHG),
    ("pulmonary_systolic", "systolic pulmonary artery pressure", "mmHg", MMHG),
    ("right_atrial_pressure", "right atrial pressure", "mmHg", MMHG),
    ("arterial_pressure", "mean arterial pressure", "mmHg", MMHG),
    ("cardiac_output", "cardiac output", "L/min", 1e-3 / MINUTE),
    ("heart_rate", "heart rate", "per min", 1.0 / MINUTE),
    ("saturation", "arterial oxygen saturation", "%", 0.01),
    ("dead_space", "alveolar dead space", "%", 0.01),
)


def write_moving(folder: Path, result: CaseResult) -> None:
    """Write ``moving.json``.

    Parameters
    ----------
    folder : Path
        Of the run.
    result : CaseResult
        Its journey's vessels, tracks and pressures are written, with every branch.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    """
    write_atomic(folder / NAME, json.dumps(moving_table(result), separators=(",", ":")) + "\n")


def moving_table(result: CaseResult) -> dict[str, Any]:
    """The whole of ``moving.json`` as plain dictionaries; the same result gives the same bytes."""
    journey = result.journey
    times = instants(journey)
    shown = [one for track in journey.tracks for one in shown_lines(track, times)]
    step = _point_step(shown)
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "journey",
        "azygos": result.version,
        "note": RESEARCH_ONLY,
        "frame": FRAME,
        "outline": {name: _edge(journey, across) for name, across in (("front", 0), ("side", 1))},
        "levels": _levels(journey),
        "vessels": [vessel for network in journey.vessels for vessel in _vessels(network)],
        "times_s": [_six(time) for time in times],
        "lines": [one.table(step) for one in shown],
        "branches": [_branch(journey, branch, shown, times) for branch in journey.branches],
        "series": list(_series(journey)),
        "injected": _injected(journey),
        "events": [{"time_s": _six(e.time), "room": e.room, "what": e.what} for e in journey.events],
    }


# Instants ---------------------------------------------------------------------------------------------------------


def instants(journey: Journey) -> tuple[float, ...]:
    """About 120 instants [s] from the first second to three months, close where cement moves or time is young.

    Each stretch between two changes weighs by how far cement moves in it and by the logarithm of time that passes;
    the instants lie at equal steps of that weight, each at the last change before it. Events keep their instants.
    """
    tracks = journey.tracks
    ends = sorted({1.0, END, *_changes(tracks), *(float(t) for t in journey.acute.times if 0.0 < t < END)})
    knots = np.array([0.0, *ends])
    steps = TIME * _shares(_time_passed(knots)) + MOTION * _shares(_moved(tracks, knots))
    weight = np.concatenate([[0.0], np.cumsum(steps)])
    marked = _marked(journey)
    at = np.linspace(0.0, float(weight[-1]), max(INSTANTS - len(marked), INSTANTS // 2))
    spread = SOON * np.expm1(np.interp(at, weight, np.log1p(knots / SOON)))
    changes = np.array(sorted({0.0, *_changes(tracks)}))
    last = changes[np.searchsorted(changes, spread * (1.0 + 1e-12), side="right") - 1]
    before = np.concatenate([[-1.0], spread[:-1]])
    chosen = np.where(last > before, last, spread)  # a change that no earlier instant shows, else time alone
    wanted = sorted({0.0, 1.0, END, *marked, *(float(time) for time in chosen if 0.0 < time < END)})
    return tuple({_six(time): time for time in wanted}.values())  # no two that read the same


def _changes(tracks: Iterable[Track]) -> Iterator[float]:
    """Every instant of the picture at which some track moves, begins or ends [s]."""
    for track in tracks:
        yield from (float(time) for time in (*track.times, track.until) if 0.0 < time < END)


def _time_passed(knots: FloatArray) -> FloatArray:
    return np.diff(np.log1p(knots / SOON))


def _moved(tracks: Sequence[Track], knots: FloatArray) -> FloatArray:
    """How far cement moves in the stretch that ends at each knot but the first [m]."""
    moved = np.zeros(len(knots))
    for track in tracks:
        jumps = np.abs(np.diff(track.points, axis=0)).max(axis=(1, 2)) if len(track.times) > 1 else np.zeros(0)
        inside = track.times < END
        places = np.searchsorted(knots, track.times[inside])
        np.add.at(moved, places, np.minimum(np.concatenate([[STEP], jumps])[inside], STEP))
    return moved[1:]


def _shares(weights: FloatArray) -> FloatArray:
    total = float(weights.sum())
    return weights / total if total > 0.0 else np.zeros(len(weights))


def _marked(journey: Journey) -> list[float]:
    """Instants of events and of removals, and those shortly before removals; of many events only some."""
    events = sorted({float(event.time) for event in journey.events if 0.0 < event.time < END})
    removals = {one.day * DAY for branch in journey.branches for one in branch.course.removals if one.day * DAY < END}
    return [
        *events[:: 1 + len(events) // MOST_MARKED],
        *removals,
        *(time - BEFORE for time in removals if time > BEFORE),
    ]


# Lines ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One centre line of cement, and the instants at which it is shown: from the first up to, not with, the last."""

    piece: str
    room: str
    first: int
    last: int
    line_mm: FloatArray
    diameter_mm: float

    def table(self, step: int) -> dict[str, Any]:
        """As it stands in the file, with every so many of its points and both its ends."""
        line = self.line_mm if step == 1 else np.concatenate([self.line_mm[:-1:step], self.line_mm[-1:]])
        return {
            "piece": self.piece,
            "room": self.room,
            "shown": [self.first, self.last],
            "diameter_mm": round(self.diameter_mm, 2),
            "line_mm": _tenths(line),
        }


def shown_lines(track: Track, times: Sequence[float]) -> Iterator[Shown]:
    """The lines of a track at some instants [s], each once however long it stays."""
    at = np.asarray(times)
    which = np.searchsorted(track.times, at, side="right") - 1
    which[at >= track.until] = -1
    starts = np.flatnonzero(np.diff(which, prepend=-2))
    for first, last in zip(starts, [*starts[1:], len(at)], strict=True):
        place = int(which[first])
        if place >= 0:
            yield Shown(
                piece=track.piece,
                room=track.room,
                first=int(first),
                last=int(last),
                line_mm=without_straights(track.points[place] / MM),
                diameter_mm=float(np.median(track.diameters[place])) / MM,
            )


def without_straights(line_mm: FloatArray, near_mm: float = STRAIGHT_MM) -> FloatArray:
    """The line without points that lie nearer than that to what is left, after Douglas and Peucker.

    Examples
    --------
    >>> bent = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [2, 3, 0]])
    >>> without_straights(bent).tolist()
    [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [2.0, 3.0, 0.0]]
    """
    kept, open_spans = {0, len(line_mm) - 1}, [(0, len(line_mm) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        away = _distances(line_mm[first + 1 : last], line_mm[first], line_mm[last])
        farthest = int(np.argmax(away))
        if away[farthest] > near_mm:
            middle = first + 1 + farthest
            kept.add(middle)
            open_spans += [(first, middle), (middle, last)]
    return line_mm[sorted(kept)]


def _distances(points: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """How far points lie from the straight piece between two others."""
    along = end - start
    share = np.clip((points - start) @ along / max(float(along @ along), 1e-12), 0.0, 1.0)
    return np.asarray(np.linalg.norm(points - start - share[:, None] * along, axis=1))


def _point_step(shown: Sequence[Shown]) -> int:
    return 1 + sum(len(one.line_mm) for one in shown) // MOST_POINTS


def _branch(journey: Journey, branch: Branch, shown: Sequence[Shown], times: Sequence[float]) -> dict[str, Any]:
    """A branch, with the lines that it shows for a shorter while because their cement was taken out."""
    until = [track.until for track in tracks_in(journey.tracks, branch.course)]
    cut = {
        (track.piece, track.room): int(np.searchsorted(times, end))
        for track, end in zip(journey.tracks, until, strict=True)
        if end < track.until
    }
    shorter = [
        [number, max(one.first, cut[one.piece, one.room])]
        for number, one in enumerate(shown)
        if cut.get((one.piece, one.room), one.last) < one.last
    ]
    return {
        "name": branch.name,
        "removed_day": _known(removal_day(branch.course)),
        "shown_until": shorter,
    }


# What stands beside ------------------------------------------------------------------------------------------------


def _series(journey: Journey) -> Iterator[dict[str, Any]]:
    """Each series of the session, branch ``acute``, and of each branch's days, while the model's patient lives."""
    acute = journey.acute
    yield from _of_response("acute", acute, died=acute.died)
    for branch in journey.branches:
        died = acute.died if acute.died is not None else branch.response.died
        yield from _of_response(branch.name, branch.response, after=float(acute.times[-1]), died=died)


def _of_response(name: str, response: Response, *, died: float | None, after: float = -1.0) -> Iterator[dict[str, Any]]:
    for key, words, unit, si in SERIES:
        values = getattr(response, key) / si
        kept = np.isfinite(values) & (response.times > after) & (response.times <= END)
        kept &= response.times < (np.inf if died is None else died)
        yield {
            "branch": name,
            "key": key,
            "name": words,
            "unit": unit,
            "time_s": [_six(time) for time in response.times[kept]],
            "values": [float(f"{value:.4g}") for value in values[kept]],
        }


def _injected(journey: Journey) -> list[dict[str, Any]]:
    """How much cement has left the syringe, for each vertebra."""
    return [
        {
            "level": one.vertebra.level,
            "unit": "mL",
            "time_s": [_six(one.begins + time) for time in one.injection.times],
            "values": [round(float(volume) / ML, 3) for volume in one.injection.injected],
        }
        for one in journey.treated
    ]


def _edge(journey: Journey, across: int) -> list[list[float]]:
    return _tenths(trunk_outline(across) * journey.body.scale)


def _levels(journey: Journey) -> list[dict[str, Any]]:
    treated = {one.vertebra.level for one in journey.treated}
    heights = {level: value.number * journey.body.scale / MM for level, value in LEVEL_HEIGHT.items()}
    return [
        {"level": level, "centre_mm": [0.0, 0.0, round(height, 1)], "treated": level in treated}
        for level, height in heights.items()
    ]


def _vessels(network: Vessels) -> Iterator[dict[str, Any]]:
    """The widest tubes of one room, as they stand in it."""
    widest = np.sort(np.argsort(-network.diameter, kind="stable")[: MOST_VESSELS[network.room]])
    for place in widest:
        yield {
            "room": network.room,
            "name": network.names[place],
            "ends_mm": _tenths(network.ends[place] / MM),
            "diameter_mm": round(float(network.diameter[place]) / MM, 2),
        }


def _tenths(points_mm: FloatArray) -> list[list[float]]:
    return [[round(float(x), 1) + 0.0 for x in point] for point in points_mm]


def _six(value: float) -> float:
    return float(f"{value:.6g}")


def _known(value: float | None) -> float | None:
    return None if value is None else _six(value)
