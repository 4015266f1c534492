"""A few simulations of each truth; the whole table stands in the docs."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "validation"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("interval_coverage", HERE / "interval_coverage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_interval_of_a_new_centre_holds_it_about_as_often_as_it_says(script):
    """Forty simulations, 160 intervals: 95 % with two standard errors of 2.5 points."""
    found = next(iter(script.rows(40, script.CASES[2:3])))
    assert 88.0 <= found["covered_percent"] <= 100.0


def test_an_interval_of_a_typical_centre_would_not(script):
    """The check can fail: the narrower interval misses most new centres when centres differ."""
    from unittest import mock

    from azygos.evidence import ClassEstimate

    with mock.patch.object(ClassEstimate, "new_centre", ClassEstimate.typical):
        found = next(iter(script.rows(15, script.CASES[4:5])))
    assert found["covered_percent"] < 80.0


def test_the_published_tables_hold_their_bars():
    with (DOCS / "evidence_coverage.csv").open(encoding="utf-8", newline="") as stream:
        covered = {row["truth"]: float(row["covered_percent"]) for row in csv.DictReader(stream)}
    assert {name for name, share in covered.items() if not 90.0 <= share <= 98.0} == {"alike"}  # told on the page
    with (DOCS / "evidence_pymc.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 132
    assert max(abs(float(row["difference_points"])) for row in rows) <= 0.5


def test_the_pymc_table_is_of_todays_grid():
    from azygos.evidence import answer, read_studies

    with (DOCS / "evidence_pymc.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["figure"] == "new_high"]
    for row in rows:
        now = answer(row["question"], read_studies()).of(row["class"]).new_centre.high
        assert 100.0 * now == pytest.approx(float(row["grid_percent"]), abs=0.02), row["question"]
