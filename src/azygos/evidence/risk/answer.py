"""What a risk statement holds: chances with their intervals, where they come from and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.evidence.risk.person import Look, Person
from azygos.evidence.risk.pufhs import VenousLeak
from azygos.ground.errors import AzygosError, require
from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance(Parcel):
    """A share of patients and its 95 % interval."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        require(
            0.0 <= self.low <= self.value <= self.high <= 1.0,
            f"a chance of {self.value:g} ({self.low:g} to {self.high:g}) is none",
            AzygosError,
        )

    def within(self, limits: Chance) -> Chance:
        """The same, clipped to the interval of another."""
        low, value, high = (min(max(x, limits.low), limits.high) for x in (self.low, self.value, self.high))
        return Chance(low=low, value=value, high=high)

    def overlaps(self, other: Chance) -> bool:
        """Whether the intervals have a number in common."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Base(Parcel):
    """A base rate: what studies that looked in one way found."""

    new_centre: Chance  # what the next centre may find; this is what is told
    pooled: Chance  # of a typical centre, the median one
    studies: tuple[str, ...]  # "18 of 78 (Kim YJ 2009)"
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Parcel):
    """One thing that is known of the patient, and how far it alone moves the base rate."""

    factor: str
    group: str
    row: str  # of the published table; empty for the group that others are compared with
    printed: str  # odds ratio as published, with its contrast
    alone: Chance  # base rate moved by this alone
    correction: str  # what is wrong in print; empty where nothing is
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Parcel):
    """The answer from published evidence."""

    base: Base
    chance: Chance
    before_clip: Chance
    shrink: float
    moved: tuple[Moved, ...]
    not_told: tuple[str, ...]  # factors that nothing was said of
    symptomatic: Base

    @property
    def clipped(self) -> bool:
        """Whether the factors would have left the interval of the base rate, by more than rounding."""
        ends = ((self.chance.low, self.before_clip.low), (self.chance.high, self.before_clip.high))
        middles = (self.chance.value, self.before_clip.value)
        return any(abs(kept - was) > 0.01 * was for kept, was in (*ends, middles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Parcel):
    """Simulated patients in whom one way to look finds cement in the lungs."""

    look: Look
    chance: Chance  # its interval holds both chance and how well one sees
    by_chance: Chance  # with middling sight: what this many patients leave open
    dim: float  # share with the poorest sight of the sweep
    sharp: float  # and with the best


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated(Parcel):
    """The answer from virtual patients."""

    table: str  # "the shipped table" or the trial's name
    group: tuple[str, ...]  # what they have in common with the patient
    widened: tuple[str, ...]  # what was given up to have enough of them
    patients: int  # finished ones, each counted once
    strategies: tuple[str, ...]
    few: bool  # fewer than wanted even in the widest group
    seen: tuple[Seen, ...]
    symptomatic: Chance
    heart: Chance
    died: Chance
    plain: float  # plain patients that would tell as much; fewer than `patients` where these were drawn by importance

    def by(self, look: Look) -> Seen:
        """What one way to look finds."""
        return next(one for one in self.seen if one.look is look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Parcel):
    """So many of so many in one study; no rate for anybody."""

    outcome: str  # "heart", "heart_symptomatic" or "death"
    events: int
    of: int
    unit: str  # "patient" or "session"
    study: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Parcel):
    """Both answers for one patient."""

    person: Person
    published: Published
    simulated: Simulated | None
    no_simulation: str  # why there is none; empty where there is
    venous_leak: VenousLeak | None  # PUFHS, in metastases
    counts: tuple[Count, ...]  # of cement in the heart and of deaths

    @property
    def ratio(self) -> float | None:
        """The simulated over the published middle; None without a simulation."""
        if self.simulated is None or self.published.chance.value <= 0.0:
            return None
        return self.simulated.by(self.person.look).chance.value / self.published.chance.value

    @property
    def agree(self) -> bool | None:
        """Whether the two intervals overlap; None without a simulation."""
        if self.simulated is None:
            return None
        return self.simulated.by(self.person.look).chance.overlaps(self.published.chance)
