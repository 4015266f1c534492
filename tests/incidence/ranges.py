"""Ranges of simulated figures: patients are drawn again, with all their rows together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import beta

from incidence.outcomes import Array
from papers.counting import BOOTSTRAPS, fold

Statistic = Callable[[Array], Array]
"""From sums, shape (draws, columns), to one number a draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A simulated figure with its 95 % range; NaN where nobody could be counted."""

    middle: float
    low: float
    high: float
    told: str  # what was counted, for the page

    @property
    def wide(self) -> float:
        """High end over low end."""
        return fold(self.low, self.high)

    @property
    def empty(self) -> bool:
        """Whether there was nothing to count."""
        return bool(np.isnan(self.middle))


def nothing(told: str) -> Figure:
    """A figure of nobody."""
    return Figure(middle=np.nan, low=np.nan, high=np.nan, told=told)


def drawn_again(sums: Array, statistic: Statistic, seed: int = 0) -> Array:
    """The statistic in patients drawn again, shape (BOOTSTRAPS,)."""
    return statistic(_times(len(sums), seed) @ sums)


@lru_cache(maxsize=4)
def _times(n: int, seed: int) -> Array:
    """How often each of n patients is drawn, shape (BOOTSTRAPS, n)."""
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=BOOTSTRAPS).astype(float)


def ratio_by_drawing(cells: Array, statistic: Statistic, told: str, seed: int = 0) -> Figure:
    """A ratio of counts, half an event added to each, with a range that holds where a count is 0.

    Patients are drawn again by weights, and the half event with them (a gamma of one half, as large as a patient's
    rows): without clusters that is the posterior of the shares under Jeffreys' prior. Drawing patients alone would call
    none of 20 a sure nothing.
    """
    if cells.sum() == 0.0:
        return nothing(told)
    rng = np.random.default_rng(seed)
    n = len(cells)
    weights = rng.exponential(size=(BOOTSTRAPS, n))
    weights *= n / weights.sum(axis=1, keepdims=True)
    rows_of_a_patient = max(1.0, float(cells.sum(axis=1).mean()))
    halves = rng.gamma(0.5, size=(BOOTSTRAPS, cells.shape[1])) * rows_of_a_patient
    low, high = np.quantile(statistic(weights @ cells + halves), (0.025, 0.975))
    middle = float(statistic(cells.sum(axis=0)[None] + 0.5)[0])
    return Figure(middle=middle, low=float(low), high=float(high), told=told)


def exact_share(share: float, patients: float) -> tuple[float, float]:
    """Clopper and Pearson's 95 % range of a share among so many independent patients, which need not be whole.

    Examples
    --------
    >>> [round(end, 4) for end in exact_share(0.1, 30)]
    [0.0211, 0.2653]
    """
    events = share * patients
    low = 0.0 if events <= 0.0 else float(beta.ppf(0.025, events, patients - events + 1.0))
    high = 1.0 if events >= patients else float(beta.ppf(0.975, events + 1.0, patients - events))
    return low, high


def as_sure(share: float, variance: float, most: float) -> float:
    """Independent patients that would tell a share as surely; `most` where it is 0 or 1 or not more uncertain."""
    plain = share * (1.0 - share)
    return most if variance <= 0.0 or plain <= 0.0 else min(most, plain / variance)


def share(sums: Array, told: str) -> Figure:
    """Share of the second column that is the first, each row a patient's sums."""
    counted = sums[sums[:, 1] > 0.0]
    if len(counted) == 0:
        return nothing(told)
    whole = counted[:, 1].sum()
    middle = float(counted[:, 0].sum() / whole)
    errors = counted[:, 0] - middle * counted[:, 1]
    n = len(counted)
    variance = float(n / max(n - 1, 1) * (errors**2).sum() / whole**2)
    patients = as_sure(middle, variance, float(whole)) if 0.0 < middle < 1.0 else float(n)
    low, high = exact_share(middle, patients)
    events = counted[:, 0].sum()
    return Figure(middle=middle, low=low, high=high, told=f"{events:.4g} of {whole:.0f} {told}".strip())


def odds_ratio(cells: Array) -> Array:
    """Odds ratio of sums of (so and event, so and none, else and event, else and none)."""
    a, b, c, d = cells.T
    return a * d / (b * c)


def risk_ratio(cells: Array) -> Array:
    """Share of events where so over the share else, of the same four sums."""
    a, b, c, d = cells.T
    return (a / (a + b)) / (c / (c + d))
