"""What each way of looking would find in the trial: chances of the outcome table, swept from low to high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from incidence.measures import symptomatic
from incidence.outcomes import Array, Outcomes, plasty
from incidence.ranges import Figure, as_sure, drawn_again, exact_share, nothing

PROCEDURES = {"PVP": (1.0, 0.0), "PKP": (0.0, 1.0), "PVP+PKP": (0.5, 0.5), "mixed": (0.5, 0.5)}
"""Weights of vertebroplasty and kyphoplasty in a cohort."""
FORMS = ("low", "mid", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """Cohorts that looked alike, and the column that stands for them."""

    name: str
    words: str
    column: str  # "planned_ct" of seen_planned_ct_mid; "clinical" and "embolus_ct" are made below
    cohorts: tuple[str, ...]  # rows of the evidence table


CLASSES = {
    one.name: one
    for one in (
        Class(
            name="planned_ct", words="planned thin CT", column="planned_ct", cohorts=("I05", "I06", "I09", "I18")
        ),
        Class(
            name="planned_ct_guided_by_fluoroscopy", words="planned thin CT, guided by fluoroscopy",
            column="planned_ct", cohorts=("I05", "I06", "I18"),
        ),
        Class(name="selected_ct", words="CT for other reasons", column="planned_ct", cohorts=("I07", "I10")),
        Class(name="routine_ct_clinical_read", words="routine CT", column="routine_ct", cohorts=("I16",)),
        Class(name="film", words="film", column="film", cohorts=("I01", "I03", "I08")),
        Class(name="clinical", words="fluoroscopy or symptoms", column="clinical", cohorts=("I02", "I04")),
        Class(name="postmortem_ct", words="CT after death", column="planned_ct", cohorts=("I20",)),
        Class(
            name="embolus_ct", words="pieces of 1.5 mm or more", column="embolus_ct", cohorts=("I05", "I06", "I18")
        ),
    )
}  # fmt: skip


def chance(rows: Outcomes, column: str, form: str) -> Array:
    """Chance of each row that somebody who looks this way finds cement in the lungs."""
    if column == "embolus_ct":
        return rows["embolus_ct"].astype(float)
    if column == "clinical":
        return np.where(symptomatic(rows), 1.0, rows[f"seen_fluoroscopy_{form}"])
    return np.asarray(rows[f"seen_{column}_{form}"], dtype=float)


def sums(rows: Outcomes, column: str, form: str) -> Array:
    """Each patient's chances and rows: vertebroplasty's first, then kyphoplasty's."""
    seen = chance(rows, column, form)
    arms = [plasty(rows, name) for name in ("vertebroplasty", "kyphoplasty")]
    return rows.by_patient(*(part for arm in arms for part in (seen * arm, arm)))


def share_for(totals: Array, procedure: str) -> Array:
    """Shares for a cohort's procedure, from sums of shape (draws, 4)."""
    first, second = PROCEDURES[procedure]
    with np.errstate(invalid="ignore", divide="ignore"):
        one, other = totals[:, 0] / totals[:, 1], totals[:, 2] / totals[:, 3]
    return np.where(second == 0.0, 0.0, second * other) + np.where(first == 0.0, 0.0, first * one)


def class_share(totals: Array, procedures: list[str]) -> Array:
    """The plain mean over a class's cohorts."""
    return np.mean([share_for(totals, one) for one in procedures], axis=0)


def class_figure(rows: Outcomes, one: Class, procedures: list[str]) -> Figure:
    """What a class would see, with a range from the low form's lower to the high form's upper end."""
    ends = {form: _share_and_range(sums(rows, one.column, form), procedures) for form in FORMS}
    middle = ends["mid"][0]
    if np.isnan(middle):
        return nothing("nobody")
    told = f"low {100 * ends['low'][0]:.2g}, high {100 * ends['high'][0]:.2g} %"
    return Figure(middle=middle, low=ends["low"][1], high=ends["high"][2], told=told)


def _share_and_range(of_patients: Array, procedures: list[str]) -> tuple[float, float, float]:
    middle = float(class_share(of_patients.sum(axis=0)[None], procedures)[0])
    if np.isnan(middle):
        return middle, middle, middle
    again = drawn_again(of_patients, lambda totals: class_share(totals, procedures))
    low, high = exact_share(middle, as_sure(middle, float(np.var(again)), float(len(of_patients))))
    return middle, low, high


def ratio_figure(rows: Outcomes, over: Class, under: Class, procedures: dict[str, list[str]]) -> Figure:
    """One class over another in the same patients; each class's low and high form with the other at its middle."""
    pairs = (("mid", "mid"), ("low", "mid"), ("high", "mid"), ("mid", "low"), ("mid", "high"))
    found = [_ratio(rows, over, under, procedures, *pair) for pair in pairs]
    nobody = all(sums(rows, one.column, "mid")[:, [0, 2]].sum() == 0.0 for one in (over, under))
    if np.isnan(found[0][0]) or nobody:
        return nothing("nobody")
    low, high = min(one[1] for one in found), max(one[2] for one in found)
    return Figure(middle=found[0][0], low=low, high=high, told="")


def _ratio(
    rows: Outcomes, over: Class, under: Class, procedures: dict[str, list[str]], first: str, second: str
) -> tuple[float, float, float]:
    both = np.hstack([sums(rows, over.column, first), sums(rows, under.column, second)])
    patients = max(len(both), 1)
    rng = np.random.default_rng(1)

    def statistic(totals: Array, halves: Array) -> Array:
        """Half a patient is added to both shares, so that none is not nothing."""
        upper, lower = halves / patients
        above = class_share(totals[:, :4], procedures[over.name]) + upper
        return above / (class_share(totals[:, 4:], procedures[under.name]) + lower)

    low, high = np.quantile(
        drawn_again(both, lambda totals: statistic(totals, rng.gamma(0.5, size=(2, len(totals))))), (0.025, 0.975)
    )
    return float(statistic(both.sum(axis=0)[None], np.full((2, 1), 0.5))[0]), float(low), float(high)
