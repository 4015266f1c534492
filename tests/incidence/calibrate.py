"""Is the model wrong by one number? A shift in log odds, fitted to half of the cohorts and judged on the other half.

Nothing of the program reads what this finds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import expit, logit, logsumexp
from scipy.stats import binom

from azygos.evidence import grid
from incidence.outcomes import Array

SHIFTS = np.arange(-5.0, 5.0 + 0.05, 0.1)
SHIFT_SD = 2.0
SCALES = np.arange(0.1, 2.5 + 0.05, 0.2)
SCALE_SD = 0.5
MEANS = np.arange(-8.0, 2.0 + 0.05, 0.1)
MEAN_PRIOR = (-3.0, 2.0)
TAU_PRIOR = 1.0
CENTRAL = (0.5, 0.8, 0.95)
SEED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """A published count, and the share that the trial gives for such patients looked at in such a way."""

    row: str
    name: str
    group: str  # imaging class; halves are taken within it
    events: int
    n: int
    simulated: float

    @property
    def base(self) -> float:
        """Log odds of the simulated share."""
        return float(logit(self.simulated))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """A family of predictions: for each point of its grid, a cohort's log odds and the prior's logarithm."""

    name: str
    words: str
    prior: Array  # shape (points,), of everything but tau
    centre: dict[str, Array]  # by row: log odds of the middle centre at each point


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """How one held-out cohort was foretold."""

    row: str
    score: float  # logarithm of the chance of its count
    rank: float  # chance of a lower count and half of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The share that a fit expects of a held-out cohort's centre: middle and central 95 %."""

    middle: float
    low: float
    high: float


def _log_normal(x: Array, mean: float, sd: float) -> Array:
    return np.asarray(-0.5 * ((x - mean) / sd) ** 2)


def uncalibrated(cohorts: Sequence[Cohort]) -> Model:
    """The trial's shares as they are; only the spread between centres is fitted."""
    return Model(
        name="uncalibrated",
        words="shift 0, tau fitted",
        prior=np.zeros(1),
        centre={one.row: np.array([one.base]) for one in cohorts},
    )


def shifted(cohorts: Sequence[Cohort]) -> Model:
    """One shift for all cohorts."""
    return Model(
        name="calibrated",
        words="one shift, tau",
        prior=_log_normal(SHIFTS, 0.0, SHIFT_SD),
        centre={one.row: one.base + SHIFTS for one in cohorts},
    )


def scaled(cohorts: Sequence[Cohort]) -> Model:
    """A shift, and a scale on how far classes lie apart."""
    scale, shift = (one.ravel() for one in np.meshgrid(SCALES, SHIFTS, indexing="ij"))
    middle = float(np.mean([one.base for one in cohorts]))
    return Model(
        name="calibrated with a scale",
        words="one shift, one scale, tau",
        prior=_log_normal(shift, 0.0, SHIFT_SD) + _log_normal(scale, 1.0, SCALE_SD),
        centre={one.row: middle + scale * (one.base - middle) + shift for one in cohorts},
    )


def dull(cohorts: Sequence[Cohort]) -> Model:
    """One mean for all, however they looked."""
    return Model(
        name="dull",
        words="one mean, tau; no simulation, no classes",
        prior=_log_normal(MEANS, *MEAN_PRIOR),
        centre={one.row: MEANS for one in cohorts},
    )


ONE_GRID = (uncalibrated, shifted, scaled, dull)
EVIDENCE_ALONE = "evidence alone"
NAMES = ("uncalibrated", "calibrated", "calibrated with a scale", EVIDENCE_ALONE, "dull")


# Likelihoods ----------------------------------------------------------------------------------------------------------


def _tau_prior() -> Array:
    return np.log(np.maximum(grid.half_normal(grid.TAUS, TAU_PRIOR) * grid.TAU_WEIGHTS, grid.TINY))


@lru_cache(maxsize=256)
def _below(events: int, n: int) -> Array:
    """Chance of a lower count and half of this one, at each spread (rows) and centre (columns)."""
    share = expit(grid.LOGITS)
    rank = 0.5 * (binom.cdf(events - 1, n, share) + binom.cdf(events, n, share))
    return _over_centres(rank)


def _over_centres(values: Array) -> Array:
    """Mean over centres of what is known at each logit, at each spread and middle centre."""
    away = grid.LOGITS[None, :] - grid.LOGITS[:, None]
    found = np.empty((grid.TAUS.size, grid.LOGITS.size))
    for row, tau in enumerate(grid.TAUS):
        kernel = np.exp(np.maximum(-0.5 * (away / max(tau, grid.STEP / 2.0)) ** 2, -700.0))
        found[row] = (kernel @ values) / kernel.sum(axis=1)
    return found


def _at(table: Array, centre: Array) -> Array:
    """A table over spread and logits at other centres, shape (spreads, points)."""
    return np.stack([np.interp(centre, grid.LOGITS, row) for row in table])


# Fitting --------------------------------------------------------------------------------------------------------------


class Fitter:
    """Likelihoods of every cohort under one model, made once; a fit sums those of its half."""

    def __init__(self, model: Model, cohorts: Sequence[Cohort]) -> None:
        self.model = model
        self.prior = _tau_prior()[:, None] + model.prior[None, :]
        self.log = {c.row: _at(grid.marginal(c.events, c.n), model.centre[c.row]) for c in cohorts}
        self.chance = {row: np.exp(log) for row, log in self.log.items()}
        self.rank = {c.row: _at(_below(c.events, c.n), model.centre[c.row]) for c in cohorts}

    def fit(self, rows: Iterable[str]) -> Array:
        """Mass over spread (rows) and the model's points (columns) after these cohorts."""
        logarithm = self.prior + sum((self.log[row] for row in rows), start=np.zeros_like(self.prior))
        return np.exp(logarithm - logsumexp(logarithm))

    def foretell(self, mass: Array, held: Cohort) -> Foretold:
        """One held-out cohort under a fit."""
        return _foretold(mass, self.chance[held.row], self.rank[held.row], held)

    def centre_of(self, mass: Array, held: Cohort) -> Told:
        """The share of a held-out cohort's centre under a fit."""
        return _told(mass, self.model.centre[held.row])


def _foretold(mass: Array, chance: Array, rank: Array, held: Cohort) -> Foretold:
    score = float(np.log(max(float((mass * chance).sum()), grid.TINY)))
    return Foretold(row=held.row, score=score, rank=float((mass * rank).sum()))


def _told(mass: Array, centre: Array) -> Told:
    on_logits = np.stack([np.bincount(_cells(centre), weights=row, minlength=grid.LOGITS.size) for row in mass])
    new = grid.spread(on_logits)
    low, middle, high = (float(expit(grid.quantile(new, q))) for q in (0.025, 0.5, 0.975))
    return Told(middle=middle, low=low, high=high)


def _cells(centre: Array) -> np.ndarray:
    cells = np.rint((centre - grid.LOGITS[0]) / grid.STEP).astype(int)
    return np.clip(cells, 0, grid.LOGITS.size - 1)


class EvidenceAlone:
    """A mean for each class and one spread: what the cohorts say without a simulation."""

    def __init__(self, cohorts: Sequence[Cohort]) -> None:
        self.of = {c.row: c for c in cohorts}
        self.means = _log_normal(MEANS, *MEAN_PRIOR)
        self.means = self.means - logsumexp(self.means)
        self.log = {c.row: _at(grid.marginal(c.events, c.n), MEANS) for c in cohorts}
        self.chance = {row: np.exp(log) for row, log in self.log.items()}
        self.rank = {c.row: _at(_below(c.events, c.n), MEANS) for c in cohorts}

    def fit(self, rows: Sequence[str], held: Cohort) -> Array:
        """Mass over spread and the mean of a held-out cohort's class after these."""
        groups = {self.of[row].group for row in rows} | {held.group}
        by_group = {g: self.means + self._sum([row for row in rows if self.of[row].group == g]) for g in groups}
        tau = _tau_prior() + sum(logsumexp(by_group[g], axis=1) for g in groups if g != held.group)
        logarithm = tau[:, None] + by_group[held.group]
        return np.exp(logarithm - logsumexp(logarithm))

    def foretell(self, rows: Sequence[str], held: Cohort) -> Foretold:
        """One held-out cohort after these."""
        return _foretold(self.fit(rows, held), self.chance[held.row], self.rank[held.row], held)

    def centre_of(self, rows: Sequence[str], held: Cohort) -> Told:
        """The share of a held-out cohort's centre after these."""
        return _told(self.fit(rows, held), MEANS)

    def _sum(self, rows: Sequence[str]) -> Array:
        return sum((self.log[row] for row in rows), start=np.zeros((grid.TAUS.size, MEANS.size)))


# Halves ---------------------------------------------------------------------------------------------------------------


def splits(cohorts: Sequence[Cohort]) -> list[tuple[str, ...]]:
    """Every half that can be fitted: within each class half of its cohorts, of an odd number one fewer or one more."""
    groups = dict.fromkeys(one.group for one in cohorts)
    halves = []
    for group in groups:
        rows = [one.row for one in cohorts if one.group == group]
        sizes = {len(rows) // 2, (len(rows) + 1) // 2}
        halves.append([half for size in sorted(sizes) for half in itertools.combinations(rows, size)])
    return [tuple(itertools.chain(*parts)) for parts in itertools.product(*halves)]


def one_split(cohorts: Sequence[Cohort], seed: int = SEED) -> tuple[str, ...]:
    """The split that is shown cohort by cohort."""
    every = splits(cohorts)
    return every[int(np.random.default_rng(seed).integers(len(every)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One half fitted and the other judged, by every model."""

    fitted: tuple[str, ...]
    foretold: dict[str, list[Foretold]]  # by model


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """All splits, and the fit to all cohorts."""

    cohorts: tuple[Cohort, ...]
    splits: tuple[Split, ...]
    shown: Split
    centres: dict[str, dict[str, Told]]  # of the shown split: by model, by held-out row
    shift: tuple[float, float, float]  # middle, low, high, fitted to the shown half
    shift_of_all: tuple[float, float, float]  # fitted to every cohort
    tau_of_all: tuple[float, float, float]


def calibrate(cohorts: Sequence[Cohort]) -> Calibration:
    """Fit each model to one half of the cohorts and judge it on the other, for every split."""
    fitters = [Fitter(make(cohorts), cohorts) for make in ONE_GRID]
    alone = EvidenceAlone(cohorts)
    every = {rows: _split(rows, cohorts, fitters, alone) for rows in splits(cohorts)}
    shown = one_split(cohorts)
    held = [one for one in cohorts if one.row not in shown]
    centres = {one.model.name: {c.row: one.centre_of(one.fit(shown), c) for c in held} for one in fitters}
    centres[EVIDENCE_ALONE] = {c.row: alone.centre_of(shown, c) for c in held}
    by_shift = next(one for one in fitters if one.model.name == "calibrated")
    whole = by_shift.fit([one.row for one in cohorts])
    return Calibration(
        cohorts=tuple(cohorts),
        splits=tuple(every.values()),
        shown=every[shown],
        centres=centres,
        shift=_ends(SHIFTS, by_shift.fit(shown).sum(axis=0)),
        shift_of_all=_ends(SHIFTS, whole.sum(axis=0)),
        tau_of_all=_ends(grid.TAUS, whole.sum(axis=1)),
    )


def _split(rows: tuple[str, ...], cohorts: Sequence[Cohort], fitters: Sequence[Fitter], alone: EvidenceAlone) -> Split:
    held = [one for one in cohorts if one.row not in rows]
    found = {}
    for fitter in fitters:
        mass = fitter.fit(rows)
        found[fitter.model.name] = [fitter.foretell(mass, one) for one in held]
    found[EVIDENCE_ALONE] = [alone.foretell(rows, one) for one in held]
    return Split(fitted=rows, foretold=found)


def _ends(points: Array, mass: Array) -> tuple[float, float, float]:
    below = np.cumsum(mass) - mass / 2.0
    middle, low, high = (float(np.interp(q, below / mass.sum(), points)) for q in (0.5, 0.025, 0.975))
    return middle, low, high


# Judging --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one model foretold the held-out cohorts, over all splits."""

    model: str
    score: float  # mean log predictive score of a cohort
    low: float  # 5 to 95 % over splits, of the splits' means
    high: float
    better: float  # share of splits in which it is above the uncalibrated model
    covered: tuple[float, ...]  # shares in the central 50, 80 and 95 %


def scores(found: Calibration) -> list[Score]:
    """Every model's, in the page's order."""
    base = np.array([np.mean([one.score for one in split.foretold["uncalibrated"]]) for split in found.splits])
    rows = []
    for name in NAMES:
        means = np.array([np.mean([one.score for one in split.foretold[name]]) for split in found.splits])
        ranks = np.array([one.rank for split in found.splits for one in split.foretold[name]])
        low, high = np.quantile(means, (0.05, 0.95))
        rows.append(
            Score(
                model=name,
                score=float(means.mean()),
                low=float(low),
                high=float(high),
                better=float(np.mean(means > base + 1e-9)),
                covered=tuple(float(np.mean(np.abs(ranks - 0.5) <= share / 2.0)) for share in CENTRAL),
            )
        )
    return rows
