"""Published cohorts, and the pooled intervals that simulated figures must meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from azygos.evidence import Pooled, Study, chosen, grid, pool, read_studies
from incidence.classes import CLASSES

SPINE = ("PVP", "PKP", "PVP+PKP")
BY_CT = "I09"
READ_IN_PASSING = "I16"
"""Zou's row: a class of its own here, `ct`, because nobody looked for cement."""
DRAWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """A published figure and the interval within which a simulated one is met."""

    middle: float
    low: float
    high: float


def cohorts() -> tuple[Study, ...]:
    """The cohorts that enter the pools: spine, usable, patients or sessions."""
    found = chosen(read_studies(), "embolus", ("patient", "session"), SPINE)
    return tuple(replace(one, imaging="ct") if one.row == READ_IN_PASSING else one for one in found)


def cohort(row: str) -> Study:
    """One cohort by its row, pooled or not."""
    known = {one.row: one for one in read_studies() if one.outcome == "embolus"}
    known |= {one.row: one for one in cohorts()}
    return known[row]


def procedures(name: str) -> list[str]:
    """Procedures of a class's cohorts."""
    return [cohort(row).procedure for row in CLASSES[name].cohorts]


def crude() -> float:
    """Share over all cohorts, however they looked: what a model without imaging would say."""
    studies = cohorts()
    return sum(one.of[0] for one in studies) / sum(one.of[1] for one in studies)


class Evidence:
    """The pools, made once."""

    def __init__(self, studies: Sequence[Study] | None = None) -> None:
        every = tuple(studies or cohorts())
        self.whole = pool(every)
        self.guided_by_fluoroscopy = pool([one for one in every if one.row != BY_CT])
        self.symptomatic = pool(chosen(read_studies(), "symptomatic", ("patient", "session"), SPINE), by="")

    def passing(self, measure: str) -> Passing:
        """The pooled interval of a criterion."""
        kind, _, name = measure.partition(":")
        if kind == "classes":
            over, under = name.split("/")
            return _ratio(*self._of(over), *self._of(under))
        estimate, key = (self.symptomatic, "all") if measure == "symptomatic_embolus" else self._of(name)
        typical = estimate.of(key).typical
        return Passing(middle=typical.middle, low=typical.low, high=typical.high)

    def new_centre(self, name: str) -> Passing:
        """Where a centre not yet seen may lie: shown, never judged by."""
        estimate, key = self._of(name)
        new = estimate.of(key).new_centre
        return Passing(middle=new.middle, low=new.low, high=new.high)

    def _of(self, name: str) -> tuple[Pooled, str]:
        by_fluoroscopy = name in ("planned_ct_guided_by_fluoroscopy", "embolus_ct")
        key = {
            "selected_ct": "other_ct", "routine_ct_clinical_read": "ct", "film": "film", "clinical": "clinical",
        }.get(name, "planned_ct")  # fmt: skip
        return (self.guided_by_fluoroscopy if by_fluoroscopy else self.whole), key


def _ratio(over: Pooled, one: str, under: Pooled, other: str) -> Passing:
    """Ratio of two classes' pooled shares, drawn as if apart."""
    rng = np.random.default_rng(0)
    first, second = (expit(grid.draw_logits(pool.of(name).typical_mass, rng, DRAWS))
                     for pool, name in ((over, one), (under, other)))  # fmt: skip
    low, middle, high = (float(np.quantile(first / second, q)) for q in (0.025, 0.5, 0.975))
    return Passing(middle=middle, low=low, high=high)
