"""Who could not be finished, why, and what they could have done to the answer."""

from __future__ import annotations

import math

import numpy as np

from azygos.ground.parcels import BoolArray
from azygos.plan.statistics import mcnemar
from azygos.trial.analysis.measures import Asked
from azygos.trial.analysis.outcomes import Outcomes
from azygos.trial.findings import Account, Attrition

MOST_COUNTED = 1000  # failures beyond which McNemar's exact test gives way to its normal form


def accounts(outcomes: Outcomes) -> tuple[Account, ...]:
    """Patients asked for, finished and failed under each strategy, with the reasons."""
    return tuple(_account(outcomes, number) for number in range(len(outcomes.strategies)))


def _account(outcomes: Outcomes, strategy: int) -> Account:
    there = outcomes.rows[:, strategy] >= 0
    codes, words = outcomes.text("failed", strategy)
    counts = np.bincount(codes[there], minlength=len(words))
    reasons = [(word, int(count)) for word, count in zip(words, counts, strict=True) if word and count]
    finished = int(outcomes.finished[:, strategy].sum())
    return Account(
        strategy=outcomes.strategies[strategy],
        asked=int(there.sum()),
        finished=finished,
        failed=int(there.sum()) - finished,
        reasons=tuple(sorted(reasons, key=lambda one: (-one[1], one[0]))),
    )


def attrition(primary: Asked) -> tuple[Attrition, ...]:
    """What the failures leave open, for each strategy but the reference."""
    return tuple(_attrition(primary, number) for number in range(1, len(primary.outcomes.strategies)))


def _attrition(primary: Asked, strategy: int) -> Attrition:
    outcomes = primary.outcomes
    asked = np.asarray((outcomes.rows[:, strategy] >= 0) & (outcomes.rows[:, 0] >= 0))
    ours, theirs = outcomes.finished[:, strategy], outcomes.finished[:, 0]
    mine, other = int((asked & ~ours & theirs).sum()), int((asked & ours & ~theirs).sum())
    low, high = _bounds(primary, strategy, asked) if primary.measure.kind == "share" else (math.nan, math.nan)
    return Attrition(
        strategy=outcomes.strategies[strategy],
        reference=outcomes.strategies[0],
        pairs=int(asked.sum()),
        complete=int((ours & theirs).sum()),
        only_strategy=mine,
        only_reference=other,
        p=unlike(mine, other),
        worst_low=low,
        worst_high=high,
    )


def _bounds(primary: Asked, strategy: int, asked: BoolArray) -> tuple[float, float]:
    """Difference had all missing outcomes been no event under the strategy and an event otherwise; and the reverse."""
    outcomes = primary.outcomes
    lost, lost_reference = ~outcomes.finished[:, strategy], ~outcomes.finished[:, 0]
    ours, theirs = primary.values[strategy], primary.values[0]
    weight = np.where(asked, outcomes.weight, 0.0)
    total = float(weight.sum())
    if total <= 0.0:
        return math.nan, math.nan
    least = (ours & ~lost).astype(float) - (theirs | lost_reference)
    most = (ours | lost).astype(float) - (theirs & ~lost_reference)
    return float((weight * least).sum()) / total, float((weight * most).sum()) / total


def unlike(one: int, other: int) -> float:
    """McNemar's two-sided p-value, exact up to a thousand; 1 where there is nothing to compare."""
    if one + other == 0:
        return 1.0
    if one + other <= MOST_COUNTED:
        return mcnemar(one, other)
    return math.erfc((abs(one - other) - 1.0) / math.sqrt(2.0 * (one + other)))
