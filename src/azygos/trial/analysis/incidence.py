"""Counts by stratum: what the comparison with published incidence and the risk statement read of a trial."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray, IntArray
from azygos.trial.analysis.groups import (
    REGIONS,
    SEXES,
    Division,
    by_age,
    by_fracture_age,
    by_levels,
    by_text,
)
from azygos.trial.analysis.measures import ANY_LUNG, MADE
from azygos.trial.analysis.outcomes import Array, Outcomes, read_outcomes
from azygos.values.cements import CEMENTS

STRATA = ("strategy", "procedure", "viscosity", "levels", "region", "fracture_age", "sex", "age_band")
EVENTS = (
    "embolus_ct", ANY_LUNG, "central", "cord", "symptomatic_14d", "symptomatic", "heart_any", "azygos_seen", "leak_any",
    "leak_venous", "leak_canal", "leak_disc", "died",
)  # fmt: skip
CLASSES = {"low": "generic_low_viscosity", "medium": "generic_medium_viscosity", "high": "generic_high_viscosity"}


def incidence_table(path: Path, strategies: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Weighted counts of each outcome in each stratum that has patients.

    Parameters
    ----------
    path : Path
        ``outcomes.parquet``.
    strategies : sequence of str, optional
        Their names, in the order of the rows; all of the table if not given.

    Returns
    -------
    rows : list of dict
        Strata; ``patients`` asked for and ``finished``; ``weight`` and ``weight_squares``, sums over those that
        finished; then sums of weight over those with each event, of weight times chance for ``seen_...``, and of
        weight times volume for ``injected_ml``. A share is a count over ``weight``.
    """
    outcomes = read_outcomes(path, strategies)
    return [row for number in range(len(outcomes.strategies)) for row in _of_strategy(outcomes, number)]


def viscosity(cement: str) -> str:
    """Whether a cement is low-, medium- or high-viscosity: the generic one that its consistency is nearest to.

    Examples
    --------
    >>> viscosity("simplex_p"), viscosity("vertecem_v_plus"), viscosity("confidence")
    ('low', 'medium', 'high')
    """
    if cement not in CEMENTS:
        return "unknown"
    return min(CLASSES, key=lambda name: abs(math.log(_consistency(cement) / _consistency(CLASSES[name]))))


def _consistency(cement: str) -> float:
    return CEMENTS[cement].consistency.number


def _of_strategy(outcomes: Outcomes, strategy: int) -> Iterator[dict[str, Any]]:
    there = np.asarray(outcomes.rows[:, strategy] >= 0)
    strata = _strata(outcomes, strategy)
    code, sizes = np.zeros(there.size, dtype=np.int64), [max(1, len(one.groups)) for one in strata]
    for one, size in zip(strata, sizes, strict=True):
        code = code * size + one.member
    sums = _sums(outcomes, strategy, code, math.prod(sizes), there)
    for place in np.unique(code[there]):
        names = [one.groups[k] for one, k in zip(strata, np.unravel_index(place, sizes), strict=True)]
        head = dict(zip(STRATA[1:], _with_viscosity(names), strict=True))
        yield {"strategy": outcomes.strategies[strategy], **head} | {
            name: int(column[place]) if name in ("patients", "finished") else float(column[place])
            for name, column in sums.items()
        }


def _with_viscosity(names: list[str]) -> list[str]:
    procedure, cement, *others = names
    return [procedure, viscosity(cement), *others]


def _strata(outcomes: Outcomes, strategy: int) -> tuple[Division, ...]:
    return (
        _words(outcomes, "procedure", strategy),
        _words(outcomes, "cement", strategy),
        by_levels(outcomes),
        by_text(outcomes, "region", REGIONS),
        by_fracture_age(outcomes),
        by_text(outcomes, "sex", SEXES),
        by_age(outcomes),
    )


def _words(outcomes: Outcomes, name: str, strategy: int) -> Division:
    codes, words = outcomes.text(name, strategy)
    return Division(by=name, groups=tuple(words), member=codes)


def _sums(outcomes: Outcomes, strategy: int, code: IntArray, size: int, there: BoolArray) -> dict[str, FloatArray]:
    whole, weight = outcomes.finished[:, strategy], outcomes.weight

    def total(values: Array, among: BoolArray = whole) -> FloatArray:
        return np.asarray(np.bincount(code[among], weights=values[among].astype(np.float64), minlength=size))

    sums = {
        "patients": total(there, there),
        "finished": total(there),
        "weight": total(weight),
        "weight_squares": total(np.square(weight)),
    }
    for name in (*EVENTS, *seen_columns(outcomes), "injected_ml"):
        values = outcomes.column(MADE.get(name, name), strategy)
        if name in MADE:
            values = values > 0
        sums[name] = total(np.where(whole, values, 0) * weight)
    return sums


def seen_columns(outcomes: Outcomes) -> tuple[str, ...]:
    """Columns that say how likely each kind of imaging finds the cement in the lungs."""
    return tuple(sorted(name for name in outcomes.known if name.startswith("seen_")))
