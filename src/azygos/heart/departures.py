"""What the right heart hands to the lungs, what stays in it, and what left by another door."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from azygos.ground.parcels import Account, Parcel
from azygos.ground.track import Track
from azygos.heart.pericardium import bled
from azygos.spine import Cement
from azygos.veins import Piece


class Exit(StrEnum):
    """What becomes of a piece that reaches the right atrium."""

    PASSES = "passes to the lungs"
    BRIDGES = "bridges cava and pulmonary artery"
    STAYS = "stays in the right heart"
    PERFORATES = "pierces the wall of the heart"
    CROSSES = "crosses an open foramen ovale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Parcel):
    """The way of one piece through the right heart, and why."""

    piece: Piece  # as it arrived
    exit: Exit
    chamber: str  # where it stays, lies across or pierces: "right atrium", "right ventricle"; "" if none
    volume_left: float  # cement left in the heart [m^3]
    length_left: float  # of it [m]
    reason: str  # in one sentence, with its numbers
    pierces_at: float | None = None  # [s]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effusion(Parcel):
    """Blood in the pericardium after a wall was pierced."""

    begins: float  # [s]
    rate: float  # at first [m^3 s^-1]
    most: float  # volume at which it stops by itself [m^3]
    free: float = math.inf  # that the pericardium takes before it presses back [m^3]
    full: float = math.inf  # at which it presses as hard as the blood comes [m^3]
    stiffness: float = 0.0  # by which its pressure grows [m^-3]
    ends: float | None = None  # drained and the hole closed from then on [s]

    def volume(self, time: float) -> float:
        """In the pericardium at a time [s]: [m^3]."""
        if self.ends is not None and time >= self.ends:
            return 0.0
        since = max(time - self.begins, 0.0)
        return min(bled(since, rate=self.rate, free=self.free, full=self.full, stiffness=self.stiffness), self.most)

    def drained(self, time: float) -> Effusion:
        """The same, drained and with its hole closed at a time [s]."""
        return replace(self, ends=time if self.ends is None else min(time, self.ends))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Departures(Parcel):
    """Pieces that pass the pulmonary valve, in order of time, and every other exit."""

    cement: Cement
    pieces: tuple[Piece, ...]  # a bridging cord is one whose `attached` is true: what lies beyond the valve
    passages: tuple[Passage, ...]  # one for each arrival, or more where it broke
    effusion: Effusion | None
    tracks: tuple[Track, ...]
    account: Account  # kept: in the heart; passed_on: to the lungs; removed: across a foramen ovale [kg]

    @property
    def in_heart(self) -> float:
        """Cement that the right heart keeps, an outcome of its own [m^3]."""
        return sum(passage.volume_left for passage in self.passages)
