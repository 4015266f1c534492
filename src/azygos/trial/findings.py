"""What a trial found, as parcels: shares and means with intervals, paired differences, subgroups, curves, screening."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Parcel):
    """One outcome that is counted or averaged."""

    name: str  # a column of the outcome table, or made from columns: "embolus_ct", "leaked_ml"
    words: str  # "embolus in the lung that CT shows"
    kind: str  # "share" or "mean"
    unit: str  # of a mean; "" for a share
    primary: bool = False  # the trial's question; the others are said to be secondary


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Parcel):
    """A share or a mean under one strategy, with its 95 % interval.

    The interval of a mean is NaN where all patients have the same value: their spread is not known then.
    """

    measure: str
    strategy: str
    value: float
    low: float
    high: float
    events: int  # patients with it, unweighted; 0 for a mean
    patients: int  # patients that count, unweighted
    effective: float  # plain patients that would tell as much


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Parcel):
    """A strategy less the reference in the same patients, with its 95 % interval.

    The interval of a mean is NaN where all pairs differ by as much, for example not at all.
    """

    measure: str
    strategy: str
    reference: str
    value: float  # of shares or of means
    low: float
    high: float
    detectable: float  # smallest true difference that this many patients show with 80 % power at 5 %
    patients: int  # pairs of which both were finished
    only_strategy: int  # pairs with the event under the strategy alone; 0 for a mean
    only_reference: int
    ratio: float  # of the two values; NaN where the reference has none
    ratio_low: float
    ratio_high: float

    @property
    def within_noise(self) -> bool:
        """Whether the interval holds no difference at all; so it is where nothing is known."""
        return not (self.low > 0.0 or self.high < 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup(Parcel):
    """The trial's differences in some of its patients."""

    by: str  # "region", "levels", "sex", "age", "density", "cleft", "severity", ...
    group: str  # "thoracic"
    patients: int
    levels: tuple[Level, ...]  # the main measures under each strategy
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Parcel):
    """Whether the difference itself differs between the groups of one division."""

    by: str
    measure: str
    strategy: str
    spread: float  # largest less smallest difference among the groups
    p: float  # of Cochran's Q over the groups' differences; many are asked, so it is a hint and no proof
    p_holm: float = float("nan")  # the same after Holm's correction for all interactions that were asked
    groups: int = 0  # that could be compared


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve(Parcel):
    """Share of patients with symptoms by each day, under one strategy."""

    strategy: str
    days: FloatArray  # shape (n,), increasing
    share: FloatArray  # shape (n,)
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        self.seal("days", "share", "low", "high")
        require(self.days.shape == self.share.shape, "a curve needs one share for each day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Parcel):
    """One input's elementary effects on one output (Morris)."""

    name: str  # of the input
    words: str
    output: str  # a measure's name
    mu_star: float  # mean absolute effect over the input's range, in the output's unit
    mu_star_half: float  # half width of its 95 % interval
    mu: float
    sigma: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening(Parcel):
    """A screening of inputs."""

    strategy: str
    trajectories: int
    runs: int
    failed: int
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Parcel):
    """How many patients were asked for, finished and failed under each strategy, and why they failed."""

    strategy: str
    asked: int
    finished: int
    failed: int
    reasons: tuple[tuple[str, int], ...]  # most frequent first


@dataclass(frozen=True, slots=True, kw_only=True)
class Attrition(Parcel):
    """What failed patients could have done to the primary difference."""

    strategy: str
    reference: str
    pairs: int  # patients that were asked for under both
    complete: int  # of these, finished under both
    only_strategy: int  # failed under the strategy alone
    only_reference: int
    p: float  # exact McNemar: whether the two fail alike
    worst_low: float  # the primary difference had every missing outcome favoured the strategy ...
    worst_high: float  # ... or the reference; of a mean: NaN, for it has no bound

    @property
    def fails_alike(self) -> bool:
        """Whether chance explains which of the two failed more often."""
        return self.p > 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFindings(Parcel):
    """All that is computed from an outcome table."""

    name: str
    question: str
    version: str
    code: str  # hash of the code that followed the patients
    seed: int
    spacing_mm: float
    importance: bool  # whether patients are weighted
    strategies: tuple[str, ...]  # the first is the reference
    accounts: tuple[Account, ...]
    measures: tuple[Measure, ...]
    levels: tuple[Level, ...]
    differences: tuple[Difference, ...]
    subgroups: tuple[Subgroup, ...]
    interactions: tuple[Interaction, ...]
    curves: tuple[Curve, ...]
    attrition: tuple[Attrition, ...] = ()
    beside: tuple[Difference, ...] = ()  # between two strategies of which neither is the first
    methods: tuple[str, ...] = ()  # sentences: how each kind of number was computed
    screening: Screening | None = None
    seconds_a_patient: float = float("nan")  # median wall time, from the timing table
    workers: int = 0
