"""The course after the session, day by day: clot, symptoms, treatments, visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from azygos.care.clot import clot_named
from azygos.care.course import LOOKS, TREATMENTS, Care, Course, Event, Visit
from azygos.care.draw import CareDraw
from azygos.care.effect import Arteries, Effect, EffectOf
from azygos.care.hold import Hold, hold_of
from azygos.care.removal import take_out
from azygos.care.symptoms import any_of, chances_of, leading
from azygos.care.visits import DAY, Scene, look
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.units import ML
from azygos.heart import Departures
from azygos.lungs import Lodgings
from azygos.values import care as v
from azygos.veins import Arrivals

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
        From day, closed share of the lumen that standing cement leaves open, and names of pieces taken out to an
        :class:`Effect`.
    removal : bool
        False: the same course without embolectomy and catheter.
    days : sequence of float
        To be told, besides the days on which something is done.

    Returns
    -------
    course : Course
        It ends with the patient's death, if the circulation says so. Nothing is ranked, nothing advised.
    """
    for day, means in looks:
        require(means in LOOKS, f"one cannot look with {means!r}. Known: {', '.join(LOOKS)}.")
        require(day >= 0.0, f"a look on day {day:g} lies before the injection")
    require(len(days) > 0 and min(days) >= 0.0, "a course needs days, from 0 on")
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
    told: list[float] = field(default_factory=list)
    clots: list[float] = field(default_factory=list)
    closed: list[FloatArray] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)  # out wholly
    partly: list[str] = field(default_factory=list)  # of which a part is left
    removed_volume: float = 0.0
    symptoms_day: float | None = None
    symptoms: tuple[str, ...] = ()
    events: list[Event] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def run(self) -> Course:
        """All instants in order, until the last day or death."""
        usual = self.effect(0.0, np.zeros(len(self.hold.volumes)), frozenset(self._names()))
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

    def _names(self) -> list[str]:
        return [one.lodging.piece.name for one in self.hold.lodged] + [part.name for part in self.hold.in_heart]

    def _instants(self) -> set[float]:
        """Days to tell, and days on which something begins, ends or is looked at."""
        found = self.days | {day for day, _ in self.looks}
        for care in self.begun:
            found |= {care.day or 0.0, (care.day or 0.0) + care.days}
        return found

    def _state(self, day: float) -> Effect:
        fill = self.hold.clot_fill(day * DAY)
        closed = 1.0 - (1.0 - self.hold.remnants()) * (1.0 - fill)
        return self.effect(day, closed, frozenset([*self.removed, *self.partly]))

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
        time = day * DAY
        pierced = [p.pierces_at for p in self.departures.passages if p.pierces_at is not None]
        lying = [part.begins for part in self.hold.in_heart if part.volume > 0.0]
        wedged = [one for one in self.hold.present(time) if float(one.closed.max()) >= _WEDGED]
        return chances_of(
            now,
            usual,
            wedged=len(wedged),
            pierced=any(at <= time for at in pierced),
            heart_days=(time - min(lying)) / DAY if lying else None,
        )

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
        found = take_out(self.hold, kind, day * DAY)
        self.removed += found.whole
        self.partly += found.broken
        self.removed_volume += found.volume
        if not (found.whole or found.broken or found.clot > 0.0):
            self._say(day, f"{kind.capitalize()}: nothing lies within its reach.")
            return False
        what = (
            f"{kind.capitalize()} takes out {found.volume / ML:.2f} mL of cement and {found.clot / ML:.2f} mL of clot"
        )
        left = f"; a part of {', '.join(found.broken)} stays" if found.broken else ""
        self._say(day, f"{what}{left}. Cement beyond the lobar arteries stays.")
        return True

    def _tell(self, day: float, now: Effect) -> None:
        cement = self.hold.cement(day * DAY)
        clot_closed = self.hold.clot_fill(day * DAY) * (1.0 - cement)
        self.told.append(day)
        self.clots.append(self.hold.clot)
        self.closed.append(clot_closed)
        scene = Scene(
            day=day, hold=self.hold, draw=self.draw, arrivals=self.arrivals, departures=self.departures,
            clot_closed=clot_closed, effect=now, symptoms=self.symptoms,
        )  # fmt: skip
        self.visits += [look(scene, means) for at, means in self.looks if at == day]

    def _advance(self, day: float, until: float) -> None:
        acting = {care.kind for care in self.begun if (care.day or 0.0) <= day < (care.day or 0.0) + care.days}
        self.hold.advance(day * DAY, until * DAY, anticoagulated="anticoagulation" in acting, lytic="lysis" in acting)

    def _say(self, day: float, what: str) -> None:
        self.events.append(Event(time=day * DAY, room="care", what=what))

    def _course(self) -> Course:
        return Course(
            days=np.array(self.told),
            clot=np.array(self.clots),
            clot_closed=np.array(self.closed),
            cement_removed=tuple(self.removed),
            removed_volume=self.removed_volume,
            symptoms_day=self.symptoms_day,
            chance_of_symptoms=np.array(self.chances),
            symptoms=self.symptoms,
            events=tuple(self.events),
            visits=tuple(self.visits),
        )


_BEGINS = {
    "anticoagulation": "Anticoagulation begins{length}: it slows new clot and does nothing to cement.",
    "lysis": "A lytic drug is given{length}: it dissolves clot, not cement.",
    "watching": "The patient is watched{length}; nothing else is done.",
}


def _length(days: float) -> str:
    return f" for {days:g} days" if days != float("inf") and days != 1.0 else " for a day" if days == 1.0 else ""
