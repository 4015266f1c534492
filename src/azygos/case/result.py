"""What a run of one case gives: the journey, what went into it, and how rare its course is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from azygos.care import Advice
from azygos.ground.errors import require
from azygos.ground.parcels import Parcel
from azygos.journey import Journey
from azygos.plan import Assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarity(Parcel):
    """How rare a course is among simulated sessions; a share of draws, not a patient's risk."""

    what: str  # the course, in words: "a cord through the right heart, symptoms within 14 days"
    chance: float  # of one simulated session [-]
    low: float  # ends of its 95 % interval [-]
    high: float
    draws: int
    effective: float  # plain draws that would tell as much
    case_hash: str  # of the case whose sessions were drawn
    computed_with: str  # version of azygos

    def __post_init__(self) -> None:
        require(
            0.0 <= self.low <= self.chance <= self.high <= 1.0,
            f"a chance of {self.chance:g} does not lie in its interval ({self.low:g} to {self.high:g})",
        )
        require(self.draws > 0, "a rarity without draws says nothing")
        require(math.isfinite(self.effective) and self.effective >= 0.0, "the effective number of draws is not known")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseResult(Parcel):
    """A whole run of ``azygos journey``."""

    version: str
    name: str  # of the case
    seed: int
    case_toml: str
    journey: Journey
    assumptions: tuple[Assumption, ...]
    notes: tuple[str, ...] = ()  # what was left out or repaired, warnings
    rarity: Rarity | None = None
    seeds_tried: int | None = None  # to find this seed; None: it was given
    switches: tuple[str, ...] = ()  # parts of the physics that this run switched off, in words
    advice: tuple[Advice, ...] = ()
