"""The time line of a journey, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from azygos.care import Course, Event
from azygos.ground.units import ML, MM
from azygos.heart import Departures, Exit
from azygos.journey.outcome import Treated
from azygos.lungs import Lodgings
from azygos.veins import Arrivals, Entry

_SMALL = 1e-3 * ML  # leaks below a microlitre have no line of their own [m^3]


def tell_events(
    treated: Sequence[Treated],
    entries: Sequence[Entry],
    arrivals: Arrivals,
    departures: Departures,
    lodgings: Lodgings,
    course: Course,
    rises: float,
    died: tuple[float, str] | None = None,
) -> tuple[Event, ...]:
    """What happens, in order of time; it ends with the patient's death."""
    found = [
        *_bone(treated),
        *_leaks(entries),
        *_veins(arrivals),
        *_heart(departures, course),
        *_lungs(lodgings),
        Event(time=rises, room="care", what="The patient gets up."),
        *course.events,
    ]
    told = sorted(found, key=lambda event: event.time)
    if died is None:
        return tuple(told)
    end = Event(time=died[0], room="circulation", what=f"The model's patient dies: {died[1]}.")
    return (*(event for event in told if event.time <= died[0] and "patient dies" not in event.what), end)


def _bone(treated: Sequence[Treated]) -> Iterator[Event]:
    for one in treated:
        level, injection = one.vertebra.level, one.injection
        yield Event(time=one.begins, room="bone", what=f"{level}: the injection begins.")
        ends = one.begins + float(injection.times[-1])
        injected = float(injection.injected[-1]) / ML
        why = "" if injection.stopped == "as planned" else f" ({injection.stopped})"
        yield Event(time=ends, room="bone", what=f"{level}: {injected:.1f} mL are in{why}.")


def _leaks(entries: Sequence[Entry]) -> Iterator[Event]:
    for entry in entries:
        leak = entry.leak
        flowing = np.flatnonzero(leak.flow > 0.0)
        if leak.volume >= _SMALL and flowing.size:
            begins = entry.begins + float(leak.times[flowing[0]])
            what = f"{leak.level}: cement enters the {leak.outlet}, {leak.volume / ML:.2f} mL in all."
            yield Event(time=begins, room="veins", what=what)


def _veins(arrivals: Arrivals) -> Iterator[Event]:
    for piece in arrivals.pieces:
        size = f"{piece.length / MM:.0f} mm long, {piece.diameter / MM:.1f} mm wide"
        if piece.attached:
            what = f"The cord {piece.name} reaches the right atrium and grows to {size} beyond it, still attached."
        else:
            what = f"{piece.name} reaches the right atrium: {size}, {piece.state.value}; {_parted(piece.cause)}."
        yield Event(time=piece.time, room="veins", what=what)


def _parted(cause: str) -> str:
    """Why a piece came off, in words that end a sentence."""
    return {"neck": "it thinned to a neck", "not attached": "nothing held it"}.get(cause, cause)


def _heart(departures: Departures, course: Course) -> Iterator[Event]:
    averted = math.inf if course.drained_at is None else course.drained_at
    for passage in departures.passages:
        if passage.exit is not Exit.PASSES:
            what = f"{passage.piece.name} {passage.exit.value}."
            yield Event(time=passage.piece.time, room="heart", what=what)
        if passage.pierces_at is not None and passage.pierces_at < averted:
            what = f"{passage.piece.name} pierces the wall of the {passage.chamber}; blood enters the pericardium."
            yield Event(time=passage.pierces_at, room="heart", what=what)


def _lungs(lodgings: Lodgings) -> Iterator[Event]:
    for lodging in lodgings.lodged:
        yield Event(time=lodging.time, room="lungs", what=f"{lodging.piece.name} stops in the {lodging.artery}.")
