"""Patients that are not followed but do what a test asks: found by name in spawned processes.

The trial's question says what they do besides: ``kill 1 once 3 PATH`` (patient 1 kills its process each time, patient 3
once, which PATH remembers), ``raise 3``, ``slow 0.05`` (seconds each).
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from azygos.trial.columns import COLUMNS, Row, empty_row
from azygos.trial.trial_file import TrialFile, parse_trial


def stub_trial(
    patients: int = 6, *, does: str = "", strategies: Sequence[str] = ("thin", "thick"), **more
) -> TrialFile:
    """A trial of stub patients."""
    lines = ["[trial]", 'name = "stubs"', f"question = '{does}'", f"patients = {patients}"]
    lines += [f"{key} = {value}" for key, value in more.items()]
    for name in strategies:
        lines += ["[[strategy]]", f'name = "{name}"', 'cement = "generic_low_viscosity"', "age_at_start_min = 4.0"]
        lines += ["rate_ml_min = 2.0", "volume_ml_thoracic = 3.0", "volume_ml_lumbar = 4.5"]
    return parse_trial("\n".join(lines))


def follow_stub(trial: TrialFile, index: int, strategies: Sequence[str]) -> Iterator[Row]:
    """Rows that depend on seed, patient and strategy alone."""
    for strategy in strategies:
        _do(trial.trial.question.split(), index)
        yield stub_row(trial, index, strategy)


def stub_row(trial: TrialFile, index: int, strategy: str) -> Row:
    """What a stub patient comes to."""
    chance = random.Random(f"{trial.trial.seed} {index} {strategy}")
    made = {"text": lambda: "", "whole": lambda: chance.randrange(9), "number": chance.random, "yes": lambda: False}
    row = {**empty_row(), **{one.name: made[one.kind]() for one in COLUMNS}}
    row |= {"patient": index, "strategy": strategy, "weight": 1.0, "embolus_ct": chance.random() < 0.3}
    return row | {"symptoms_day": float("nan")}


def _do(asked: list[str], index: int) -> None:
    match asked:
        case ["kill", always, "once", once, path]:
            if index == int(once) and not Path(path).exists():
                Path(path).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            if index == int(always):
                os.kill(os.getpid(), signal.SIGKILL)
        case ["raise", which] if index == int(which):
            raise ValueError("the bone has\nno cells")
        case ["slow", seconds]:
            time.sleep(float(seconds))
