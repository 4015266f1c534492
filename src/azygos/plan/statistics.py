"""What an ensemble says, and how surely: chances, ranges, causes and paired differences.

All numbers here are shares of *simulated* draws. An interval tells what the number of
draws leaves open; it knows nothing of what the model itself gets wrong. A draw that did
not finish is left out everywhere and counted by :func:`failures`.

Several vertebrae of one session share the draw's index. ``level=None`` takes them
together: volumes add up, and a draw with one failed vertebra is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray, Parcel
from azygos.plan.outcome import Member, PlanResult
from azygos.spine import Draw, Rest, Route

CONFIDENCE = 0.95
Z = 1.959963984540054  # normal quantile of a two-sided 95 % interval
RESAMPLES = 10_000  # random subsets or permutations; seeded, so that one result gives one report
SEED = 20261123
MAIN_ROUTE_DRAWS = 3  # a route that fewer draws used has no rank correlation worth the name

T = TypeVar("T")
Keep = Callable[[Route, Rest], bool]


def _anything(route: Route, rest: Rest) -> bool:
    return True


def _by(way: Route) -> Keep:
    return lambda route, rest: route is way


def _at(place: Rest) -> Keep:
    return lambda route, rest: rest is place


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(Parcel):
    """A number and the range that goes with it; the function that made it says which range."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case(Parcel):
    """One finished draw of one alternative: its vertebrae, or one of them."""

    index: int
    members: tuple[Member, ...]

    def leaked(self, keep: Keep = _anything) -> float:
        """What left by the outlets for which `keep` holds [m^3 of paste]."""
        return sum(o.volume for m in self.members for o in m.outlets if keep(o.route, o.rest))


def cases(result: PlanResult, alternative: int = 0, level: str | None = None) -> tuple[Case, ...]:
    """The finished draws of one alternative, by index; of one vertebra, or of all together."""
    wanted = {v.level for v in result.vertebrae} if level is None else {level}
    by_index: dict[int, list[Member]] = {}
    for member in result.members:
        if member.alternative == alternative and member.level in wanted and member.failed is None:
            by_index.setdefault(member.index, []).append(member)
    return tuple(
        Case(index=index, members=tuple(members))
        for index, members in sorted(by_index.items())
        if len(members) == len(wanted)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure(Parcel):
    """Draws that did not finish for one reason, and so are in no number."""

    level: str
    alternative: int
    sentence: str
    count: int


def failures(result: PlanResult) -> list[Failure]:
    """Failed members, counted by vertebra, alternative and the solver's sentence."""
    counts: dict[tuple[str, int, str], int] = {}
    for member in result.members:
        if member.failed is not None:
            key = (member.level, member.alternative, member.failed)
            counts[key] = counts.get(key, 0) + 1
    return [Failure(level=k[0], alternative=k[1], sentence=k[2], count=n) for k, n in sorted(counts.items())]


# ---------------------------------------------------------------------------------------------
# Chances


def wilson(successes: float, n: float) -> Estimate:
    r"""A proportion with Wilson's 95 % score interval; weighted draws come as effective counts, not always whole.

    Unlike the textbook :math:`p \pm 1.96\sqrt{p(1-p)/n}` it stays within 0 and 1 and still
    has a width where nothing, or everything, happened.

    References
    ----------
    Wilson, J Am Stat Assoc 22 (1927) 209.

    Examples
    --------
    >>> chance = wilson(7, 32)
    >>> f"{chance.value:.3f} ({chance.low:.3f} to {chance.high:.3f})"
    '0.219 (0.110 to 0.388)'
    """
    if n == 0:
        return Estimate(value=math.nan, low=0.0, high=1.0)
    share = successes / n
    middle = (share + Z**2 / (2 * n)) / (1.0 + Z**2 / n)
    half = Z * math.sqrt(share * (1.0 - share) / n + Z**2 / (4 * n**2)) / (1.0 + Z**2 / n)
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Estimate(value=share, low=low, high=high)


def chance(members: Iterable[T], predicate: Callable[[T], bool]) -> Estimate:
    """Share of the members for which `predicate` holds, with Wilson's 95 % interval."""
    answers = [predicate(member) for member in members]
    return wilson(sum(answers), len(answers))


def spread(values: Sequence[float] | FloatArray) -> Estimate:
    """Median, with the range from the 5th to the 95th of 100; nan where there are no values."""
    array = np.asarray(values, dtype=np.float64)
    if array.size == 0:
        return Estimate(value=math.nan, low=math.nan, high=math.nan)
    low, middle, high = np.quantile(array, [0.05, 0.5, 0.95])
    return Estimate(value=float(middle), low=float(low), high=float(high))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChance(Parcel):
    """How often cement took one way out, and how much then."""

    name: str
    route: Route | None  # None for a group of ways, or a place of rest
    chance: Estimate  # of at least the visible volume [-], Wilson 95 %
    volume: Estimate  # median and 5-95 % range over the draws that leaked this way [m^3]
    leaking: int  # draws that leaked this way
    n: int  # draws that finished


def chance_by_route(result: PlanResult, alternative: int = 0, level: str | None = None) -> list[RouteChance]:
    """Chance and volume for each way out, then for any vein, the spinal canal and any way at all.

    A draw counts when what left that way adds up to ``result.visible_leak`` or more. A group's
    volume is the sum over its ways, so small leaks by two ways may count together.
    """
    done = cases(result, alternative, level)
    rows = [_row(done, r.value, r, _by(r), result.visible_leak) for r in Route]
    groups: tuple[tuple[str, Keep], ...] = (
        (ANY_VEIN, lambda route, rest: route.vascular),
        (CANAL, _at(Rest.CANAL)),
        (ANY, _anything),
    )
    return rows + [_row(done, name, None, keep, result.visible_leak) for name, keep in groups]


ANY_VEIN = "any vein"
CANAL = "into the spinal canal"
ANY = "any way"


def by_rest(result: PlanResult, alternative: int = 0, level: str | None = None) -> list[RouteChance]:
    """Chance and volume for each place where leaked cement came to rest."""
    done = cases(result, alternative, level)
    return [_row(done, r.value, None, _at(r), result.visible_leak) for r in Rest]


def _row(done: Sequence[Case], name: str, route: Route | None, keep: Keep, visible: float) -> RouteChance:
    volumes = [case.leaked(keep) for case in done]
    seen = [volume for volume in volumes if leaks(volume, visible)]
    return RouteChance(
        name=name,
        route=route,
        chance=wilson(len(seen), len(done)),
        volume=spread(seen),
        leaking=len(seen),
        n=len(done),
    )


def leaks(volume: float, visible: float) -> bool:
    """Whether a volume counts as a leak: some cement, and at least the visible volume."""
    return volume > 0.0 and volume >= visible


# ---------------------------------------------------------------------------------------------
# Amounts


def _worst(read: Callable[[Member], float]) -> Callable[[Case], float]:
    return lambda case: max(read(member) for member in case.members)


def _peak(name: str) -> Callable[[Member], float]:
    return lambda member: float(np.max(getattr(member, name), initial=0.0))


AMOUNTS: dict[str, Callable[[Case], float]] = {
    "injected volume": lambda case: sum(m.injected for m in case.members),  # [m^3]
    "leaked volume": lambda case: case.leaked(),  # [m^3]
    "fill share": lambda case: float(np.mean([m.fill_share for m in case.members])),  # [-]
    "symmetry": lambda case: min(m.symmetry for m in case.members),  # [-]
    "highest plunger pressure": _worst(_peak("plunger_pressure")),  # [Pa]
    "highest tip pressure": _worst(_peak("tip_pressure")),  # [Pa]
    "highest sensor pressure": _worst(_peak("sensor_pressure")),  # [Pa]
    "peak temperature": _worst(lambda member: member.peak_temperature),  # [K]
}
"""What one case amounts to, SI. Of several vertebrae: volumes add, fill is their mean, the rest is the worst."""


def amounts(result: PlanResult, alternative: int = 0, level: str | None = None) -> dict[str, Estimate]:
    """Median and 5-95 % range over the draws of everything in :data:`AMOUNTS`, SI."""
    done = cases(result, alternative, level)
    return {name: spread([read(case) for case in done]) for name, read in AMOUNTS.items()}


# ---------------------------------------------------------------------------------------------
# What drove the spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver(Parcel):
    """How one drawn number goes with one outcome over the draws."""

    field: str  # of Draw
    outcome: str  # "leaked volume", or the route by which it left
    rho: Estimate  # Spearman's rank correlation, 95 % interval for this one alone
    noise: float  # |rho| that the strongest of all these fields reaches by luck in 1 of 20 ensembles
    beyond_noise: bool
    n: int


def drivers(result: PlanResult, level: str | None = None, alternative: int = 0) -> list[Driver]:
    r"""Which drawn numbers the leaked volume followed, strongest first; total first, then by main route.

    Spearman's :math:`\rho` with Fisher's z interval in Bonett and Wright's form. With some
    twenty-five fields one of them always looks good: a correlation counts as *beyond noise* only above
    the level that the largest of all :math:`|\rho|` exceeds in 5 % of random permutations of
    the outcome (Westfall and Young), so ties and the number of fields are allowed for.

    Parameters
    ----------
    level : str, optional
        The vertebra; the first one if not given, since each vertebra has its own draws.

    Notes
    -----
    A rank correlation sees monotone effects only, and says nothing of cause where two drawn
    numbers depend on each other.

    References
    ----------
    Bonett & Wright, Psychometrika 65 (2000) 23. Westfall & Young, Resampling-Based Multiple Testing (1993).
    """
    done = cases(result, alternative, level or result.vertebrae[0].level)
    if len(done) < 4:
        return []
    names, columns = _drawn_numbers([case.members[0].draw for case in done])
    found: list[Driver] = []
    for outcome, values in _outcomes(done):
        found += _correlate(names, columns, outcome, values)
    return found


def _drawn_numbers(draws: Sequence[Draw]) -> tuple[list[str], FloatArray]:
    """Names and columns of the fields that vary over the draws; a seed is no quantity."""
    names = [f.name for f in fields(Draw) if f.name != "field_seed"]
    table = np.array([[float(getattr(draw, name)) for name in names] for draw in draws])
    varying = np.ptp(table, axis=0) > 0.0
    return [name for name, keep in zip(names, varying, strict=True) if keep], table[:, varying]


def _outcomes(done: Sequence[Case]) -> list[tuple[str, FloatArray]]:
    total = np.array([case.leaked() for case in done])
    found = [("leaked volume", total)] if np.ptp(total) > 0.0 else []
    for r in Route:
        values = np.array([case.leaked(_by(r)) for case in done])
        if np.count_nonzero(values) >= MAIN_ROUTE_DRAWS and np.ptp(values) > 0.0:
            found.append((r.value, values))
    return found


def _correlate(names: list[str], columns: FloatArray, outcome: str, values: FloatArray) -> list[Driver]:
    if not names:
        return []
    x, y = _standard_ranks(columns), _standard_ranks(values[:, None])[:, 0]
    rho = x.T @ y
    noise = _noise_level(x, y)
    return [
        Driver(
            field=names[i],
            outcome=outcome,
            rho=_fisher(float(rho[i]), len(values)),
            noise=noise,
            beyond_noise=bool(abs(rho[i]) > noise),
            n=len(values),
        )
        for i in np.argsort(-np.abs(rho), kind="stable")
    ]


def _standard_ranks(columns: FloatArray) -> FloatArray:
    """Mid-ranks of each column, centred and of unit length, so that a dot product is Spearman's rho."""
    from scipy.stats import rankdata

    ranks = np.asarray(rankdata(columns, axis=0), dtype=np.float64)
    centred = ranks - ranks.mean(axis=0)
    return np.asarray(centred / np.linalg.norm(centred, axis=0), dtype=np.float64)


def _noise_level(x: FloatArray, y: FloatArray) -> float:
    rng = np.random.default_rng(SEED)
    shuffled = rng.permuted(np.tile(y, (RESAMPLES // 5, 1)), axis=1)
    return float(np.quantile(np.abs(shuffled @ x).max(axis=1), CONFIDENCE))


def _fisher(rho: float, n: int) -> Estimate:
    inner = math.atanh(max(-0.999999, min(0.999999, rho)))
    half = Z * math.sqrt((1.0 + rho**2 / 2.0) / (n - 3))
    return Estimate(value=rho, low=math.tanh(inner - half), high=math.tanh(inner + half))


# ---------------------------------------------------------------------------------------------
# Alternatives side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference(Parcel):
    """One quantity of an alternative minus that of the plan, over the draws that both finished."""

    quantity: str
    kind: str  # "chance" or "mean"
    plan: float  # SI, over the same draws
    other: float
    difference: float
    low: float  # 95 %
    high: float
    within_noise: bool
    n: int

    @property
    def noise(self) -> str:
        """``"within noise"`` where it is so, with the test that says so if the interval alone does not; else ``""``."""
        if not self.within_noise:
            return ""
        return "within noise" if self.low <= 0.0 <= self.high else "within noise by the exact test"


CHANCES: dict[str, Keep] = {
    "chance of any leak": _anything,
    "chance of a leak into a vein": lambda route, rest: route.vascular,
    "chance of a leak into the canal": _at(Rest.CANAL),
}
COMPARED = ("leaked volume", "injected volume", "fill share", "symmetry", "highest plunger pressure")


def paired(result: PlanResult, alternative: int, level: str | None = None) -> list[PairedDifference]:
    """An alternative minus the plan, draw by draw: the same bone, veins and operator in both.

    Chances take Newcombe's interval for paired proportions, means the random-subset interval.
    A difference is *within noise* when its interval includes 0 or, for a chance, when the exact
    McNemar test does not reach 5 %.
    """
    plan, other = _common(cases(result, 0, level), cases(result, alternative, level))
    found = []
    for name, keep in CHANCES.items():
        before = np.array([leaks(case.leaked(keep), result.visible_leak) for case in plan], dtype=np.bool_)
        after = np.array([leaks(case.leaked(keep), result.visible_leak) for case in other], dtype=np.bool_)
        found.append(_paired_chance(name, before, after))
    for name in COMPARED:
        read = AMOUNTS[name]
        found.append(_paired_mean(name, np.array([read(c) for c in plan]), np.array([read(c) for c in other])))
    return found


def _common(plan: Sequence[Case], other: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    both = {case.index for case in plan} & {case.index for case in other}
    return [case for case in plan if case.index in both], [case for case in other if case.index in both]


def _paired_chance(name: str, before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> PairedDifference:
    n = len(before)
    interval = newcombe(before, after)
    gained, lost = int(np.sum(after & ~before)), int(np.sum(before & ~after))
    return PairedDifference(
        quantity=name,
        kind="chance",
        plan=float(before.mean()) if n else math.nan,
        other=float(after.mean()) if n else math.nan,
        difference=interval.value,
        low=interval.low,
        high=interval.high,
        within_noise=interval.low <= 0.0 <= interval.high or mcnemar(gained, lost) > 1.0 - CONFIDENCE,
        n=n,
    )


def _paired_mean(name: str, before: FloatArray, after: FloatArray) -> PairedDifference:
    interval = paired_mean(after - before)
    return PairedDifference(
        quantity=name,
        kind="mean",
        plan=float(before.mean()) if before.size else math.nan,
        other=float(after.mean()) if after.size else math.nan,
        difference=interval.value,
        low=interval.low,
        high=interval.high,
        within_noise=not (interval.low > 0.0 or interval.high < 0.0),
        n=len(before),
    )


def newcombe(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> Estimate:
    """Difference of two paired proportions, after minus before, with Newcombe's 95 % interval.

    References
    ----------
    Newcombe, Stat Med 17 (1998) 2635, method 10: Wilson intervals joined by their correlation.
    """
    n = len(before)
    if n == 0:
        return Estimate(value=math.nan, low=-1.0, high=1.0)
    both, neither = int(np.sum(before & after)), int(np.sum(~before & ~after))
    gained, lost = int(np.sum(after & ~before)), int(np.sum(before & ~after))
    first, second = wilson(both + gained, n), wilson(both + lost, n)
    phi = _correlation(both, gained, lost, neither)
    difference = (gained - lost) / n
    below, above = first.value - first.low, second.high - second.value
    left, right = first.high - first.value, second.value - second.low
    low = difference - math.sqrt(max(0.0, below**2 - 2.0 * phi * below * above + above**2))
    high = difference + math.sqrt(max(0.0, left**2 - 2.0 * phi * left * right + right**2))
    return Estimate(value=difference, low=low, high=high)


def _correlation(both: int, gained: int, lost: int, neither: int) -> float:
    """Newcombe's phi, with his continuity correction where it is positive."""
    n = both + gained + lost + neither
    product = (both + gained) * (lost + neither) * (both + lost) * (gained + neither)
    if product == 0:
        return 0.0
    excess = float(both * neither - gained * lost)
    if excess > 0.0:
        excess = max(0.0, excess - n / 2.0)
    return excess / math.sqrt(product)


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided McNemar p-value: are draws that changed split like a fair coin?

    Examples
    --------
    Six draws changed, all one way: twice one half to the sixth.

    >>> mcnemar(6, 0)
    0.03125
    """
    changed = gained + lost
    tail: int = sum(math.comb(changed, k) for k in range(min(gained, lost) + 1))
    return min(1.0, 2.0 * tail / float(2**changed))


def paired_mean(differences: FloatArray) -> Estimate:
    """Mean of paired differences with a 95 % interval from the means of random subsets.

    The interval turns round the sign-flip test: if differences lie evenly about the true one, then
    the means of all non-empty subsets cut the line into pieces that are equally likely to hold it. It is exact
    without normality, and where most draws do not differ at all it asks, like McNemar, for six that do.

    Parameters
    ----------
    differences : FloatArray
        Shape (n,). All subsets are taken for n up to 12, else :data:`RESAMPLES` random ones.

    Notes
    -----
    Holds for differences that are symmetric about their centre; skewed ones make it approximate.

    References
    ----------
    Hartigan, J Am Stat Assoc 64 (1969) 1303.
    """
    n = len(differences)
    if n == 0:
        return Estimate(value=math.nan, low=-math.inf, high=math.inf)
    subsets = _subsets(n)
    means = (subsets @ differences) / subsets.sum(axis=1)
    low, high = _outer_quantiles(means)
    return Estimate(value=float(np.mean(differences)), low=low, high=high)


def _subsets(n: int) -> FloatArray:
    """Non-empty subsets of n things as rows of 0 and 1."""
    if n <= 12:
        codes = np.arange(1, 2**n)
        return ((codes[:, None] >> np.arange(n)) & 1).astype(np.float64)
    rng = np.random.default_rng(SEED)
    rows = rng.integers(0, 2, size=(RESAMPLES, n)).astype(np.float64)
    return rows[rows.any(axis=1)]


def _outer_quantiles(means: FloatArray) -> tuple[float, float]:
    """The bounds that leave at most 2.5 % of the pieces outside on either side; unbounded if n is too small."""
    pieces = means.size + 1
    skip = math.floor(0.5 * (1.0 - CONFIDENCE) * pieces)
    if skip < 1:
        return -math.inf, math.inf
    ordered = np.sort(means)
    return float(ordered[skip - 1]), float(ordered[-skip])


def detectable_difference(n: int, power: float = 0.8) -> float:
    """The smallest difference in a chance that `n` paired draws show with this power, at best.

    At best, because every draw that changes is taken to change the same way; then the exact
    McNemar test needs six of them. nan if even certainty would not show.

    Examples
    --------
    >>> round(detectable_difference(32), 2)
    0.24
    """
    needed = next(k for k in range(1, 64) if mcnemar(k, 0) <= 1.0 - CONFIDENCE)
    if n < needed:
        return math.nan
    from scipy.optimize import brentq
    from scipy.stats import binom

    return float(brentq(lambda share: binom.sf(needed - 1, n, share) - power, 0.0, 1.0))


# ---------------------------------------------------------------------------------------------
# Over space and time


def fill_probability(
    result: PlanResult, vertebra_index: int = 0, alternative: int = 0, threshold: float = 0.25
) -> npt.NDArray[np.float32]:
    """Share of finished draws with more than `threshold` of a voxel's volume filled by cement.

    Parameters
    ----------
    threshold : float
        Cement per voxel volume [-]; 0.25 is about half of the pores of osteoporotic bone or less.

    Returns
    -------
    probability : array
        On the vertebra's grid, 0 to 1; 0 everywhere if no draw finished.
    """
    vertebra = result.vertebrae[vertebra_index]
    done = cases(result, alternative, vertebra.level)
    count = np.zeros(vertebra.inside.shape, dtype=np.float32)
    for case in done:
        count += case.members[0].fill > threshold
    return count / np.float32(max(len(done), 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Band(Parcel):
    """One quantity over time, over the draws that were still running."""

    times: FloatArray  # shape (n_times,) [s]
    median: FloatArray  # SI
    low: FloatArray  # 5 %
    high: FloatArray  # 95 %

    def __post_init__(self) -> None:
        self.seal("times", "median", "low", "high")


def over_time(
    result: PlanResult, quantity: str, level: str, alternative: int = 0, *, hold: bool = False, points: int = 200
) -> Band:
    """Median and 5-95 % range of a member's series over time.

    Parameters
    ----------
    quantity : str
        "plunger_pressure", "tip_pressure", "sensor_pressure" or "leaked".
    hold : bool
        Whether a draw that has ended keeps its last value (a leaked volume does); otherwise it
        drops out, and the band ends where fewer than half of the draws are left.
    """
    series = [case.members[0] for case in cases(result, alternative, level)]
    series = [member for member in series if member.times.size]
    if not series:
        return Band(times=np.zeros(0), median=np.zeros(0), low=np.zeros(0), high=np.zeros(0))
    ends = np.array([member.times[-1] for member in series])
    times = np.linspace(0.0, ends.max() if hold else np.median(ends), points)
    table = np.stack([np.interp(times, member.times, getattr(member, quantity)) for member in series])
    running = np.ones(table.shape, dtype=np.bool_) if hold else times[None, :] <= ends[:, None]
    low, median, high = np.nanquantile(np.where(running, table, np.nan), [0.05, 0.5, 0.95], axis=0)
    return Band(times=times, median=median, low=low, high=high)
