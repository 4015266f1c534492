"""Counts by stratum: what the comparison with published incidence and the risk statement read of a trial."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from azygos.ground.parcels import FloatArray, IntArray
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
    tables = [_Table.of(outcomes, number) for number in range(len(outcomes.strategies))]
    for name in (*EVENTS, *seen_columns(outcomes), "injected_ml"):
        values = outcomes.column(MADE.get(name, name))
        for number, table in enumerate(tables):
            table.add(name, values[:, number] > 0 if name in MADE else values[:, number], outcomes)
    return [row for table in tables for row in table.rows(outcomes)]


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


@dataclass(slots=True)
class _Table:
    """Sums over the patients of each stratum under one strategy, as they are added."""

    strategy: int
    strata: tuple[Division, ...]
    sizes: tuple[int, ...]
    code: IntArray  # shape (n,): each patient's stratum
    sums: dict[str, FloatArray]

    @classmethod
    def of(cls, outcomes: Outcomes, strategy: int) -> _Table:
        """Strata with their patients."""
        strata = _strata(outcomes, strategy)
        sizes = tuple(max(1, len(one.groups)) for one in strata)
        code = np.zeros(outcomes.weight.size, dtype=np.int64)
        for one, size in zip(strata, sizes, strict=True):
            code = code * size + one.member
        table = cls(strategy, strata, sizes, code, {})
        there, ones = np.asarray(outcomes.rows[:, strategy] >= 0), np.ones(code.size)
        table.sums["patients"] = np.bincount(code[there], minlength=math.prod(sizes)).astype(np.float64)
        table.add("finished", ones / outcomes.weight, outcomes)
        table.add("weight", ones, outcomes)
        table.add("weight_squares", outcomes.weight, outcomes)
        return table

    def add(self, name: str, values: Array, outcomes: Outcomes) -> None:
        """Sum weight times value over those that finished."""
        whole = outcomes.finished[:, self.strategy]
        scores = values[whole].astype(np.float64) * outcomes.weight[whole]
        self.sums[name] = np.asarray(
            np.bincount(self.code[whole], weights=scores, minlength=math.prod(self.sizes)), dtype=np.float64
        )

    def rows(self, outcomes: Outcomes) -> Iterator[dict[str, Any]]:
        """One row for each stratum that has patients."""
        for place in np.flatnonzero(self.sums["patients"]):
            groups = [one.groups[k] for one, k in zip(self.strata, np.unravel_index(place, self.sizes), strict=True)]
            head = {"strategy": outcomes.strategies[self.strategy]}
            head |= dict(zip(STRATA[1:], _with_viscosity(groups), strict=True))
            sums = {name: float(column[place]) for name, column in self.sums.items()}
            yield head | sums | {name: round(sums[name]) for name in ("patients", "finished")}


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


def seen_columns(outcomes: Outcomes) -> tuple[str, ...]:
    """Columns that say how likely each kind of imaging finds the cement in the lungs."""
    return tuple(sorted(name for name in outcomes.known if name.startswith("seen_")))
