"""The course after the session, day by day: clot, symptoms, treatments, visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from azygos.care.clot import clot_named
from azygos.care.course import LOOKS, TREATMENTS, Care, Course, Event, Removal, Visit
from azygos.care.draw import CareDraw
from azygos.care.effect import DRAINED, Arteries, Effect, EffectOf
from azygos.care.hold import Hold, hold_of
from azygos.care.removal import Removed, take_out
from azygos.care.symptoms import any_of, chances_of, leading
from azygos.care.visits import Scene, look
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.units import ML
from azygos.heart import Departures, Effusion
from azygos.lungs import Lodgings
from azygos.values import care as v
from azygos.veins import Arrivals

DAY = 86_400.0
DAYS = (0, 0.25, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
REMOVALS = ("embolectomy", "catheter")
_WEDGED = 0.95  # share of its artery from which a piece closes it


def follow_course(
    cares: Sequence[Care],
    looks: Sequence[tuple[float, str]],
    *,
    clot: str,
    draw: CareDraw,
    lodgings: Lodgings,
    departures: Departures,
    arrivals: Arrivals,
    lungs: Arteries,
    effect: EffectOf,
    removal: bool = True,
    days: Sequence[float] = DAYS,
    starts: float = 0.0,
) -> Course:
    """Follow one patient for the days asked for.

    Parameters
    ----------
    cares : sequence of Care
        Treatments; those without a day begin when symptoms come. One without a length goes on to the end, a lytic drug
        for as long as such drugs act.
    looks : sequence of (day, means)
        When and with what the patient is looked at.
    clot : str
        "none", "slow" or "grows".
    draw : CareDraw
        Rates and chances of this patient.
    lodgings, departures, arrivals
        What lungs, heart and veins hold.
    lungs : Arteries
        Diameter, length and parent of each artery.
    effect : callable
        From day, closed share of the lumen that standing cement leaves open, and names of what was taken out to an
        :class:`Effect`. It asks about the same time as the course: see `starts`.
    removal : bool
        False: the same course without embolectomy and catheter.
    days : sequence of float
        To be told, besides the days on which something is done.
    starts : float
        When the session ends [s]. Day d is told as it is d days after the first portion, but not before this: day 0 is
        the end of the session, with what has come by then.

    Returns
    -------
    course : Course
        It ends with the patient's death, if the circulation says so. Nothing is ranked, nothing advised.
    """
    for day, means in looks:
        require(means in LOOKS, f"one cannot look with {means!r}. Known: {', '.join(LOOKS)}.")
        require(day >= 0.0, f"a look on day {day:g} lies before the injection")
    require(len(days) > 0 and min(days) >= 0.0, "a course needs days, from 0 on")
    require(0.0 <= starts < float("inf"), f"a course cannot start {starts:g} s after the first portion")
    march = March(
        hold=hold_of(lungs, draw, clot_named(clot)(draw), lodgings, departures),
        draw=draw,
        arrivals=arrivals,
        departures=departures,
        effect=effect,
        looks=sorted(looks, key=lambda one: (one[0], LOOKS.index(one[1]))),
        begun=[_lasting(care) for care in cares if care.day is not None and (removal or care.kind not in REMOVALS)],
        waiting=[care for care in cares if care.day is None and (removal or care.kind not in REMOVALS)],
        days={0.0, *map(float, days)},
        starts=starts,
        bleeding=departures.effusion,
    )
    return march.run()


def _lasting(care: Care) -> Care:
    """The same treatment with its length filled in."""
    if care.days > 0.0 or care.kind in REMOVALS:
        return care
    return replace(care, days=v.LYSIS_LASTS.number if care.kind == "lysis" else float("inf"))


@dataclass(slots=True)
class March:
    """A course as it runs; one step from each instant to the next."""

    hold: Hold
    draw: CareDraw
    arrivals: Arrivals
    departures: Departures
    effect: EffectOf
    looks: list[tuple[float, str]]
    begun: list[Care]  # with a day
    waiting: list[Care]  # for symptoms
    days: set[float]  # to be told
    starts: float  # when the session ends [s]
    bleeding: Effusion | None
    told: list[float] = field(default_factory=list)
    clots: list[float] = field(default_factory=list)
    closed: list[FloatArray] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)  # out wholly
    partly: list[str] = field(default_factory=list)  # of which a part is left
    removals: list[Removal] = field(default_factory=list)
    averted: set[str] = field(default_factory=set)  # out before they would have pierced the heart
    symptoms_day: float | None = None
    symptoms: tuple[str, ...] = ()
    events: list[Event] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def run(self) -> Course:
        """All instants in order, until the last day or death."""
        usual = self.effect(0.0, np.zeros(len(self.hold.volumes)), frozenset([*self._names(), DRAINED]))
        last = max(self.days | {day for day, _ in self.looks} | {care.day or 0.0 for care in self.begun})
        day = 0.0
        while True:
            now = self._state(day)
            self._feel(day, now, usual)
            if now.alive and self._begin(day):
                now = self._state(day)
            self._tell(day, now)
            if not now.alive:
                self._say(day, f"The model's patient dies: {now.cause}.")
                break
            later = [one for one in self._instants() if one > day and one <= last]
            if not later:
                break
            self._advance(day, min(later))
            day = min(later)
        return self._course()

    # One instant --------------------------------------------------------------------------------------------------

    def _time(self, day: float) -> float:
        """At which a day is told [s]."""
        return max(day * DAY, self.starts)

    def _names(self) -> list[str]:
        return [one.lodging.piece.name for one in self.hold.lodged] + [part.name for part in self.hold.in_heart]

    def _instants(self) -> set[float]:
        """Days to tell, and days on which something begins, ends or is looked at."""
        found = self.days | {day for day, _ in self.looks}
        for care in self.begun:
            found |= {care.day or 0.0, (care.day or 0.0) + care.days}
        return found

    def _state(self, day: float) -> Effect:
        fill = self.hold.clot_fill(self._time(day))
        closed = 1.0 - (1.0 - self.hold.remnants()) * (1.0 - fill)
        drained = [DRAINED] if self._drained_at is not None else []
        return self.effect(day, closed, frozenset([*self.removed, *self.partly, *drained]))

    @property
    def _drained_at(self) -> float | None:
        return self.bleeding.ends if self.bleeding else None

    def _feel(self, day: float, now: Effect, usual: Effect) -> None:
        """Chance of symptoms by now; they come when it reaches this patient's reserve."""
        chances = self._chances(day, now, usual)
        chance = max(any_of(chances), self.chances[-1] if self.chances else 0.0)
        self.chances.append(chance)
        if self.symptoms_day is None and chance > self.draw.reserve:
            self.symptoms_day, self.symptoms = day, leading(chances)
            self._say(day, f"Symptoms come in this draw: {', '.join(self.symptoms)}.")
            self.begun += [_lasting(replace(care, day=day)) for care in self.waiting]
            self.waiting = []

    def _chances(self, day: float, now: Effect, usual: Effect) -> Mapping[str, float]:
        time = self._time(day)
        pierced = [at for name, at in self._holes() if name not in self.averted]
        lying = [part.begins for part in self.hold.in_heart if part.volume > 0.0]
        wedged = [one for one in self.hold.present(time) if float(one.closed.max()) >= _WEDGED]
        return chances_of(
            now,
            usual,
            wedged=len(wedged),
            pierced=any(at <= time for at in pierced),
            heart_days=(time - min(lying)) / DAY if lying else None,
        )

    def _holes(self) -> list[tuple[str, float]]:
        """Pieces that pierce the heart unless they are taken out before, and when [s]."""
        return [(p.piece.name, p.pierces_at) for p in self.departures.passages if p.pierces_at is not None]

    def _begin(self, day: float) -> bool:
        """Begin what begins today; whether anything was taken out."""
        took = False
        today = [care for care in self.begun if care.day == day]
        for care in sorted(today, key=lambda care: TREATMENTS.index(care.kind)):
            if care.kind in REMOVALS:
                took = self._remove(day, care.kind) or took
            else:
                self._say(day, _BEGINS[care.kind].format(length=_length(care.days)))
        return took

    def _remove(self, day: float, kind: str) -> bool:
        clot_before = self.hold.clot
        found = take_out(self.hold, kind, self._time(day))
        self.removed += found.whole
        self.partly += found.broken
        took = bool(found.whole or found.broken or found.clot > 0.0)
        if took:
            self.removals.append(
                Removal(day=day, kind=kind, volume=found.volume, pieces=found.whole, clot_before=clot_before)
            )
        self._say(day, _taken(kind, found) if took else f"{kind.capitalize()}: nothing lies within its reach.")
        return self._stop_bleeding(day, kind, found) or took

    def _stop_bleeding(self, day: float, kind: str, found: Removed) -> bool:
        """Drain what an open operation finds, and avert what would come; whether the pericardium was drained."""
        time, bleeding = self._time(day), self.bleeding
        self.averted |= {name for name, at in self._holes() if at > time and name in found.whole}
        if bleeding is None or bleeding.ends is not None:
            return False
        bled = bleeding.volume(time)
        opened = kind == "embolectomy" and bleeding.begins <= time
        if opened or any(name in self.averted for name, at in self._holes() if at == bleeding.begins):
            self.bleeding = bleeding.drained(time)
        if opened:
            self._say(
                day, f"The pericardium is drained of {bled / ML:.0f} mL of blood, and the heart's wall is closed."
            )
        return opened

    def _tell(self, day: float, now: Effect) -> None:
        time = self._time(day)
        clot_closed = self.hold.clot_fill(time) * (1.0 - self.hold.cement(time))
        self.told.append(day)
        self.clots.append(self.hold.clot)
        self.closed.append(clot_closed)
        scene = Scene(
            day=day, time=time, hold=self.hold, draw=self.draw, arrivals=self.arrivals, bleeding=self.bleeding,
            clot_closed=clot_closed, effect=now, symptoms=self.symptoms,
        )  # fmt: skip
        self.visits += [look(scene, means) for at, means in self.looks if at == day]

    def _advance(self, day: float, until: float) -> None:
        acting = {care.kind for care in self.begun if (care.day or 0.0) <= day < (care.day or 0.0) + care.days}
        self.hold.advance(
            self._time(day), self._time(until), anticoagulated="anticoagulation" in acting, lytic="lysis" in acting
        )

    def _say(self, day: float, what: str) -> None:
        self.events.append(Event(time=self._time(day), room="care", what=what))

    def _course(self) -> Course:
        return Course(
            days=np.array(self.told),
            clot=np.array(self.clots),
            clot_closed=np.array(self.closed),
            cement_removed=tuple(self.removed),
            removed_volume=sum(one.volume for one in self.removals),
            symptoms_day=self.symptoms_day,
            chance_of_symptoms=np.array(self.chances),
            symptoms=self.symptoms,
            events=tuple(self.events),
            visits=tuple(self.visits),
            drained_at=self._drained_at,
            removals=tuple(self.removals),
        )


def _taken(kind: str, found: Removed) -> str:
    what = f"{kind.capitalize()} takes out {found.volume / ML:.2f} mL of cement and {found.clot / ML:.2f} mL of clot"
    left = f"; a part of {', '.join(found.broken)} stays" if found.broken else ""
    if found.beyond <= 0.0:
        return f"{what}{left}."
    stays = f"{found.beyond / ML:.2f} mL" if found.beyond >= 0.005 * ML else "less than 0.01 mL"
    return f"{what}{left}. Cement beyond the lobar arteries stays: {stays}."


_BEGINS = {
    "anticoagulation": "Anticoagulation begins{length}: it slows new clot and does nothing to cement.",
    "lysis": "A lytic drug is given{length}: it dissolves clot, not cement.",
    "watching": "The patient is watched{length}.",
}


def _length(days: float) -> str:
    return f" for {days:g} days" if days != float("inf") and days != 1.0 else " for a day" if days == 1.0 else ""
