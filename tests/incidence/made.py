"""Made-up reference trials, from the made-up outcome tables of ``tests/trial/made.py``. Nothing of it is physics."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from azygos.trial.columns import SCHEMA
from azygos.trial.record import TrialRecord
from azygos.trial.shards import parse_shard
from azygos.trial.trial_file import read_trial
from incidence.outcomes import Outcomes, read_outcomes
from trial.made import made_table

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHOWN = {"planned_ct": 0.95, "routine_ct": 0.5, "film": 0.4, "fluoroscopy": 0.1}
"""Chance that a made-up embolus is found, by what one looks with."""
ODDS = {"low viscosity": 1.4, "medium viscosity": 1.0, "high viscosity": 0.6, "kyphoplasty": 0.3}


def made_trials(folder: Path, patients: int = 400, embolus: float = 0.2) -> dict[str, Outcomes]:
    """Both trials with so many patients."""
    return {
        "viscosity": _made(folder / "viscosity", ("low viscosity", "high viscosity"), patients, embolus),
        "practice": _made(folder / "practice", tuple(ODDS), patients, embolus),
    }


def made_records() -> dict[str, TrialRecord]:
    """What the folders of both would say of themselves."""
    return {
        name: TrialRecord(
            version="0",
            code="made",
            table=SCHEMA,
            whole=True,
            shard=parse_shard("1/1"),
            trial=read_trial(EXAMPLES / f"{name}.toml"),
        )
        for name in ("viscosity", "practice")
    }


def _made(folder: Path, names: tuple[str, ...], patients: int, embolus: float) -> Outcomes:
    folder.mkdir(parents=True)
    made_table(
        folder / "outcomes.parquet",
        patients=patients,
        strategies={name: ODDS[name] for name in names},
        base={"embolus_ct": embolus},
    )
    rows = read_outcomes(folder)
    changed = dict(rows.columns)
    grade = np.array([name.split()[0] if name != "kyphoplasty" else "medium" for name in rows["strategy"]])
    changed["cement"] = np.array([f"generic_{one}_viscosity" for one in grade])
    changed["procedure"] = np.where(rows["strategy"] == "kyphoplasty", "kyphoplasty", "vertebroplasty")
    for looked_with, chance in SHOWN.items():
        for form, factor in (("low", 0.5), ("mid", 1.0), ("high", 1.5)):
            changed[f"seen_{looked_with}_{form}"] = rows["embolus_ct"] * min(1.0, factor * chance)
    return Outcomes(columns=changed, unfinished=rows.unfinished)
