"""Divisions of a trial's patients into groups, by what was drawn before any strategy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.trial.analysis.outcomes import Outcomes
from azygos.values.density import MODERATE_LOSS, SEVERE_LOSS

AGE_BANDS = ("<65", "65-74", "75-84", "85+")
AGE_EDGES = (65.0, 75.0, 85.0)
LEVELS = ("1", "2", "3+")
FRESH_DAYS = 14.0
FRACTURE_AGES = ("<=14d", ">14d")
REGIONS = ("thoracic", "thoracolumbar", "lumbar", "mixed")
SEXES = ("female", "male")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Division(Parcel):
    """Who belongs to which group."""

    by: str
    groups: tuple[str, ...]
    member: IntArray  # shape (n,), index in `groups`, -1 for none

    def __post_init__(self) -> None:
        self.seal("member", dtype=np.int64)

    def each(self) -> Iterator[tuple[str, BoolArray]]:
        """Every group that has patients, and who they are."""
        for number, group in enumerate(self.groups):
            among = np.asarray(self.member == number)
            if among.any():
                yield group, among


def divisions(outcomes: Outcomes) -> Iterator[Division]:
    """The divisions that are asked in every trial, one at a time."""
    yield by_text(outcomes, "region", REGIONS)
    yield by_levels(outcomes)
    yield by_text(outcomes, "sex", SEXES)
    yield by_age(outcomes)
    yield by_thirds(outcomes, "density", 100.0 * outcomes.of_patient("bone_fraction"), "{:.1f}", "% bone")
    yield by_severity(outcomes)
    yield Division(by="cleft", groups=("no cleft", "a cleft"), member=outcomes.of_patient("cleft").astype(np.int64))
    yield by_thirds(outcomes, "volume", planned(outcomes), "{:.1f}", "mL")
    yield by_thirds(outcomes, "permeability", outcomes.of_patient("permeability_m2"), "{:.2g}", "m2")


def planned(outcomes: Outcomes) -> FloatArray:
    """What the reference would inject [mL]; strategies scale it by the same factor of the patient's own."""
    values = np.asarray(outcomes.column("planned_ml")[:, 0], dtype=np.float64)
    return np.where(outcomes.rows[:, 0] >= 0, values, np.nan)


def by_text(outcomes: Outcomes, name: str, groups: Sequence[str]) -> Division:
    """Groups as a column of text names them; other words than the usual ones come after these."""
    codes, words = outcomes.text(name)
    known = (*groups, *(word for word in words if word not in groups))
    return Division(by=name, groups=known, member=np.array([known.index(word) for word in words] or [0])[codes])


def by_levels(outcomes: Outcomes) -> Division:
    """One, two, or more vertebrae."""
    count = outcomes.of_patient("levels")
    return Division(by="levels", groups=LEVELS, member=np.clip(count, 1, len(LEVELS)) - 1)


def by_age(outcomes: Outcomes) -> Division:
    """Decades of age about the usual patient."""
    return Division(by="age", groups=AGE_BANDS, member=np.digitize(outcomes.of_patient("age_years"), AGE_EDGES))


def by_severity(outcomes: Outcomes) -> Division:
    """Genant's bounds on the share of height lost."""
    edges = [MODERATE_LOSS.number, SEVERE_LOSS.number]
    low, high = (f"{100 * edge:.0f} %" for edge in edges)
    groups = (f"under {low} of height lost", f"{low} to {high}", f"over {high}")
    return Division(by="severity", groups=groups, member=np.digitize(outcomes.of_patient("height_lost"), edges))


def by_fracture_age(outcomes: Outcomes) -> Division:
    """Fresh fractures and older ones; the physics does not use it."""
    days = outcomes.of_patient("fracture_age_days")
    return Division(by="fracture_age", groups=FRACTURE_AGES, member=np.asarray(days > FRESH_DAYS).astype(np.int64))


def by_thirds(outcomes: Outcomes, by: str, values: FloatArray, shown: str, unit: str) -> Division:
    """Thirds of the population: weights count, so importance does not move the bounds."""
    known = np.isfinite(values)
    if not known.any():
        return Division(by=by, groups=(), member=np.full(values.size, -1))
    low, high = _quantiles(values[known], outcomes.weight[known], (1.0 / 3.0, 2.0 / 3.0))
    edges = shown.format(low), shown.format(high)
    groups = tuple(text.format(*edges, unit) for text in ("up to {0} {2}", "{0} to {1} {2}", "over {1} {2}"))
    member = np.where(known, np.digitize(np.where(known, values, 0.0), (low, high), right=True), -1)
    return Division(by=by, groups=groups, member=member)


def _quantiles(values: FloatArray, weights: FloatArray, chances: Sequence[float]) -> tuple[float, ...]:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    places = np.searchsorted(below, np.asarray(chances) * below[-1])
    return tuple(float(values[order[min(place, values.size - 1)]]) for place in places)
