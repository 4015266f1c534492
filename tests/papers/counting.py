"""Counting, ranges and odds ratios of paired arms."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

BOOTSTRAPS = 2000
MOST_FOLD = 4.0
"""A range wider than this, high end over low end, is no prediction."""


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median and 5 to 95 % range, with the fold between the two ends."""
    low, middle, high = (float(np.quantile(values, q)) for q in (0.05, 0.5, 0.95))
    return {"median": middle, "low": low, "high": high, "fold": fold(low, high)}


def fold(low: float, high: float) -> float:
    """High end over low end; infinite where the low end is nothing."""
    return high / low if low > 0.0 else math.inf


def odds_ratio(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Odds in `first` over odds in `second`, half an event added to each cell."""
    a, c = sum(first) + 0.5, sum(second) + 0.5
    b, d = len(first) - sum(first) + 0.5, len(second) - sum(second) + 0.5
    return a * d / (b * c)


def paired_odds_ratio(first: Sequence[bool], second: Sequence[bool], seed: int = 0) -> dict[str, float]:
    """Odds ratio of two arms on the same members, with a 95 % interval by drawing members again."""
    one, two = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    rng = np.random.default_rng(seed)
    again = []
    for _ in range(BOOTSTRAPS):
        pick = rng.integers(len(one), size=len(one))
        again.append(odds_ratio(one[pick].tolist(), two[pick].tolist()))
    low, high = (float(np.quantile(again, q)) for q in (0.025, 0.975))
    return {
        "events_first": int(one.sum()),
        "events_second": int(two.sum()),
        "members": len(one),
        "odds_ratio": odds_ratio(one.tolist(), two.tolist()),
        "low": low,
        "high": high,
        "fold": fold(low, high),
    }


def grouped_odds_ratio(members: Sequence[Sequence[tuple[bool, bool]]], seed: int = 0) -> dict[str, float]:
    """Odds of an event where something is so over those where it is not, 95 % interval by drawing members again.

    A member brings pairs, one or several: whether it is so, whether the event came.
    """
    cells = ((True, True), (True, False), (False, True), (False, False))
    table = np.array([[sum(pair == cell for pair in member) for cell in cells] for member in members]).reshape(-1, 4)
    rng = np.random.default_rng(seed)
    n = len(table)
    again = [_odds_ratio_of(table[rng.integers(max(n, 1), size=n)].sum(axis=0)) for _ in range(BOOTSTRAPS)]
    low, high = (float(np.quantile(again, q)) for q in (0.025, 0.975))
    with_it, without, event_else, neither = (int(n) for n in table.sum(axis=0))
    return {
        "events_where_so": with_it,
        "where_so": with_it + without,
        "events_else": event_else,
        "else": event_else + neither,
        "odds_ratio": _odds_ratio_of(table.sum(axis=0)),
        "low": low,
        "high": high,
        "fold": fold(low, high),
    }


def _odds_ratio_of(cells: np.ndarray) -> float:
    a, b, c, d = (float(n) + 0.5 for n in cells)
    return a * d / (b * c)


def mean_ratio(first: Sequence[float], second: Sequence[float], seed: int = 0) -> dict[str, float]:
    """Mean of `first` over mean of `second` on the same members, 95 % interval by drawing members again."""
    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    rng = np.random.default_rng(seed)
    again = []
    for _ in range(BOOTSTRAPS):
        pick = rng.integers(len(one), size=len(one))
        below = float(two[pick].mean())
        again.append(float(one[pick].mean()) / below if below > 0.0 else math.inf)
    whole = float(one.mean()) / float(two.mean()) if two.mean() > 0.0 else math.inf
    low, high = (float(np.quantile(again, q)) for q in (0.025, 0.975))
    return {"ratio": whole, "low": low, "high": high, "fold": fold(low, high)}


def both(members: Sequence[dict], *arms: str) -> list[dict]:
    """Members of which every named arm was finished."""
    return [m for m in members if all(m.get(arm) is not None for arm in arms)]
