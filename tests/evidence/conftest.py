"""A table of virtual patients made by code, in the form of a trial's incidence.csv."""

from __future__ import annotations

import csv
import io
import itertools
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

TRIAL = str(Path(__file__).resolve().parent.parent / "trial")
if TRIAL not in sys.path:
    sys.path.insert(0, TRIAL)  # made-up outcome tables

CLASSES = ("planned_ct", "routine_ct", "film", "fluoroscopy")
ENDS = {"low": 0.5, "mid": 1.0, "high": 1.5}
KEYS = ("strategy", "procedure", "viscosity", "levels", "region", "fracture_age", "sex", "age_band")
COUNTS = ("patients", "finished", "weight", "weight_squares", "symptomatic_14d", "heart_any", "died")
SEEN = tuple(f"seen_{name}_{end}" for name in CLASSES for end in ENDS)
Patients = Mapping[tuple[str, str], int]


def table_text(
    patients: Patients, strategies: Mapping[str, tuple[str, str]], chance: float, weight: float = 1.0
) -> str:
    """Lines for patients by levels and region, the same under each strategy; `chance` is that of a planned CT."""
    stream = io.StringIO()
    lines = csv.DictWriter(stream, (*KEYS, *COUNTS, *SEEN), lineterminator="\n")
    lines.writeheader()
    for (name, (procedure, viscosity)), ((levels, region), count) in itertools.product(
        strategies.items(), patients.items()
    ):
        keys = (name, procedure, viscosity, levels, region, "<=14d", "female", "70 to 80")
        counts = (count + 1, count, count * weight, count * weight**2, 0.01 * count * weight, 0.0, 0.0)
        seen = [count * weight * chance * part * end for part in (1.0, 0.5, 0.2, 0.1) for end in ENDS.values()]
        lines.writerow(dict(zip((*KEYS, *COUNTS, *SEEN), (*keys, *counts, *seen), strict=True)))
    return stream.getvalue()


@pytest.fixture
def make_table_text() -> Callable[..., str]:
    """A maker of incidence.csv."""
    return table_text
