"""The comparison as CSV files in ``docs/validation``; the page is made from these and from nothing else."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from azygos.trial.record import TrialRecord
from incidence.calibrate import EVIDENCE_ALONE, Calibration, Cohort, scores
from incidence.classes import CLASSES, FORMS, class_figure, share_for, sums
from incidence.compare import Judged
from incidence.measures import share_of, symptomatic
from incidence.outcomes import Outcomes
from incidence.published import Evidence, cohort, cohorts, procedures
from papers.pages import PAGES
from papers.verdicts import exact_interval

POOLED_CLASSES = ("planned_ct", "selected_ct", "routine_ct_clinical_read", "film", "clinical")
"""Each cohort that is pooled lies in one of them."""
STRATEGY_SHARES = ("leak_any", "leak_venous", "leak_canal", "embolus_ct", "heart_any", "azygos_seen")
Row = dict[str, Any]


def path_of(name: str, folder: Path = PAGES) -> Path:
    """Where a table lies."""
    return folder / f"trial_incidence_{name}.csv"


def read(name: str, folder: Path = PAGES) -> list[dict[str, str]]:
    """A table as it was written."""
    with path_of(name, folder).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: Sequence[Row], folder: Path = PAGES) -> None:
    """One table, numbers to five digits."""
    with path_of(name, folder).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _plain(value) for key, value in row.items()} for row in rows)


def _plain(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else f"{value:.5g}"
    return str(value)


# What stands in them --------------------------------------------------------------------------------------------------


def trials(records: Mapping[str, TrialRecord], rows: Mapping[str, Outcomes]) -> list[Row]:
    """The reference trials themselves."""
    return [
        {
            "trial": name, "patients": record.trial.trial.patients, "strategies": len(record.trial.strategy),
            "rows": rows[name].rows, "unfinished": rows[name].unfinished, "seed": record.trial.trial.seed,
            "spacing_mm": record.trial.trial.spacing_mm, "version": record.version, "code": record.code,
        }
        for name, record in records.items()
    ]  # fmt: skip


def strategies(rows: Mapping[str, Outcomes]) -> list[Row]:
    """Shares under each strategy, with the ranges of a share."""
    return [
        _strategy(name, strategy, outcomes.where(outcomes["strategy"] == strategy))
        for name, outcomes in rows.items()
        for strategy in dict.fromkeys(outcomes["strategy"].tolist())
    ]


def _strategy(trial: str, strategy: str, rows: Outcomes) -> Row:
    row: Row = {"trial": trial, "strategy": strategy, "patients": rows.rows}
    for name in STRATEGY_SHARES:
        row |= _share(name, share_of(rows, rows[name]))
    row |= _share("symptomatic_embolus", share_of(rows, symptomatic(rows)))
    for looked_with in ("planned_ct", "routine_ct", "film", "fluoroscopy"):
        row |= {f"seen_{looked_with}_{form}": float(rows[f"seen_{looked_with}_{form}"].mean()) for form in FORMS}
    return row | {f"{name}_mean": float(rows[name].mean()) for name in ("injected_ml", "leaked_ml")}


def _share(name: str, figure: Any) -> Row:
    return {name: figure.middle, f"{name}_low": figure.low, f"{name}_high": figure.high}


def classes(practice: Outcomes, evidence: Evidence) -> list[Row]:
    """Each class: pooled, a new centre, and simulated."""
    rows = []
    for name in (POOLED_CLASSES[0], "planned_ct_guided_by_fluoroscopy", *POOLED_CLASSES[1:]):
        looked = CLASSES[name]
        row: Row = {"class": name, "words": looked.words, "cohorts": " ".join(looked.cohorts)}
        for kind, found in (
            ("pooled", evidence.passing(f"class:{name}")),
            ("new_centre", evidence.new_centre(name)),
            ("simulated", class_figure(practice, looked, procedures(name))),
        ):
            row |= {kind: found.middle, f"{kind}_low": found.low, f"{kind}_high": found.high}
        rows.append(row)
    return rows


def criteria(judged: Sequence[Judged]) -> list[Row]:
    """Every criterion with its verdict."""
    return [
        {
            "id": one.criterion.id, "part": one.criterion.part, "what": one.criterion.what,
            "kind": one.criterion.kind, "trial": one.criterion.trial, "label": one.criterion.label,
            "middle": one.figure.middle, "low": one.figure.low, "high": one.figure.high,
            "counted": one.figure.told, "published": one.criterion.published,
            "passing_middle": one.passing.middle if one.passing else np.nan,
            "passing_low": one.passing.low if one.passing else np.nan,
            "passing_high": one.passing.high if one.passing else np.nan,
            "verdict": one.verdict, "weak": one.weak, "known_before": one.criterion.seen,
            "simulated": one.simulated, "published_told": one.published, "told": one.told,
        }
        for one in judged
    ]  # fmt: skip


def each_cohort(practice: Outcomes) -> list[Row]:
    """Cohort by cohort: what was counted, and what the trial gives for its procedure and class."""
    return [_cohort(practice, CLASSES[name], row) for name in POOLED_CLASSES for row in CLASSES[name].cohorts]


def _cohort(practice: Outcomes, looked: Any, row: str) -> Row:
    study = cohort(row)
    events, n = study.of
    low, high = exact_interval(events, n)
    figure = class_figure(practice, looked, [study.procedure])
    return {
        "row": row, "cohort": study.name, "procedure": study.procedure, "class": looked.words, "events": events,
        "n": n, "observed": events / n, "observed_low": low, "observed_high": high, "simulated": figure.middle,
        "simulated_low": figure.low, "simulated_high": figure.high,
    }  # fmt: skip


def to_calibrate(practice: Outcomes) -> list[Cohort]:
    """The pooled cohorts with the middle share that the trial gives for each; none is told as half a patient."""
    imaging = {one.row: one.imaging for one in cohorts()}
    patients = max(1, np.unique(practice["patient"]).size)
    found = []
    for name in POOLED_CLASSES:
        totals = sums(practice, CLASSES[name].column, "mid").sum(axis=0)[None]
        for row in CLASSES[name].cohorts:
            study = cohort(row)
            share = float(share_for(totals, study.procedure)[0])
            found.append(
                Cohort(
                    row=row,
                    name=study.name,
                    group=imaging[row],
                    events=study.of[0],
                    n=study.of[1],
                    simulated=min(max(share, 0.5 / patients), 1.0 - 0.5 / patients),
                )
            )
    return found


def calibration_scores(found: Calibration) -> list[Row]:
    """Every model on the held-out cohorts of all splits."""
    return [
        {
            "model": one.model, "splits": len(found.splits), "score": one.score, "score_low": one.low,
            "score_high": one.high, "better_than_uncalibrated": one.better, "within_50": one.covered[0],
            "within_80": one.covered[1], "within_95": one.covered[2],
        }
        for one in scores(found)
    ]  # fmt: skip


def calibration_fit(found: Calibration) -> list[Row]:
    """The shift and the spread."""
    fits = (
        ("shift, half", found.shift), ("shift, all", found.shift_of_all), ("tau, all", found.tau_of_all),
    )  # fmt: skip
    return [{"what": what, "middle": middle, "low": low, "high": high} for what, (middle, low, high) in fits]


def calibration_cohorts(found: Calibration) -> list[Row]:
    """The shown split: which cohorts were fitted, and what each model expected of the others."""
    models = ("uncalibrated", "calibrated", EVIDENCE_ALONE)
    rows: list[Row] = []
    for one in found.cohorts:
        row: Row = {
            "row": one.row, "cohort": one.name, "events": one.events, "n": one.n, "observed": one.events / one.n,
            "fitted": one.row in found.shown.fitted,
        }  # fmt: skip
        for model in models:
            told = found.centres[model].get(one.row)
            name = model.replace(" ", "_")
            ends = (told.middle, told.low, told.high) if told else (np.nan,) * 3
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
        rows.append(row)
    return rows


def calibration_splits(found: Calibration) -> list[Row]:
    """Each split's mean held-out score under every model."""
    return [
        {"fitted": " ".join(sorted(split.fitted))}
        | {model: float(np.mean([one.score for one in told])) for model, told in split.foretold.items()}
        for split in found.splits
    ]
