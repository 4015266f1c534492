"""Clot, treatment and visits: what is chosen, and what becomes of it over a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel

TREATMENTS = ("anticoagulation", "lysis", "embolectomy", "catheter", "watching")
LOOKS = ("ct", "ct angiography", "film", "echo", "clinic")
CLOTS = ("none", "slow", "grows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Care(Parcel):
    """One thing that is done."""

    kind: str  # one of TREATMENTS
    day: float | None  # when it begins, after the injection; None: when symptoms come
    days: float = 0.0  # how long it lasts; 0 is at once

    def __post_init__(self) -> None:
        require(self.kind in TREATMENTS, f"no treatment is called {self.kind!r}")
        begins = 0.0 if self.day is None else self.day
        require(begins >= 0.0, f"{self.kind} on day {begins:g} lies before the injection")
        require(self.days >= 0.0, f"{self.kind} cannot last {self.days:g} days")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Parcel):
    """One look at the patient: what it sees of the cement and of its effects."""

    day: float
    looks_with: str  # one of LOOKS
    sees: tuple[str, ...]  # sentences
    misses: tuple[str, ...]  # sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Parcel):
    """Something that happens at one instant, for the time line."""

    time: float  # [s since the session's first portion]
    room: str
    what: str  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal(Parcel):
    """One embolectomy or catheter that took something out."""

    day: float
    kind: str  # "embolectomy" or "catheter"
    volume: float  # cement taken out [m^3]
    pieces: tuple[str, ...]  # taken out wholly, by name
    clot_before: float  # all clot that was there just before [m^3]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course(Parcel):
    """What happens after the session, with the treatments of the case and with none."""

    days: FloatArray  # shape (n_days,), increasing, from 0
    clot: FloatArray  # shape (n_days,), volume of clot in the lungs' arteries and heart [m^3]
    clot_closed: FloatArray  # shape (n_days, n_vessels), share of each artery's area that clot takes [-]
    cement_removed: tuple[str, ...]  # pieces taken out, by name
    removed_volume: float  # cement taken out of heart and lungs [m^3]
    symptoms_day: float | None  # when symptoms come in this draw, if they do
    chance_of_symptoms: FloatArray  # shape (n_days,), that symptoms have come by then [-]
    symptoms: tuple[str, ...]  # which ones, in words
    events: tuple[Event, ...]
    visits: tuple[Visit, ...]
    drained_at: float | None = None  # from when on an operation keeps blood out of the pericardium [s]
    removals: tuple[Removal, ...] = ()  # by day

    def __post_init__(self) -> None:
        self.seal("days", "clot", "clot_closed", "chance_of_symptoms")
        require(bool(np.all(np.diff(self.days) > 0.0)), "the days of a course must increase")

    @property
    def most_clot(self) -> tuple[float, float]:
        """Day and volume [m^3] of the most clot; on a day of removal what was there before it counts too."""
        told = [(float(day), float(clot)) for day, clot in zip(self.days, self.clot, strict=True)]
        return max([*told, *((one.day, one.clot_before) for one in self.removals)], key=lambda pair: pair[1])
