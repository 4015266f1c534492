"""The files of a trial: a published schema, tables that agree with it, the same bytes again."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from made import STRATEGIES, made_table, made_trial

from azygos.trial.analysis import analyse
from azygos.trial.findings import Effect, Screening
from azygos.trial.writing import as_csv, result_table, trial_schema, write_findings

SCREENING = Screening(
    strategy="thin cement",
    trajectories=4,
    runs=128,
    failed=1,
    effects=(
        Effect(
            name="rate", words="rate", output="leaked_ml", mu_star=0.3, mu_star_half=0.1, mu=0.2, sigma=float("nan")
        ),
    ),
)


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    table = made_table(tmp_path_factory.mktemp("made") / "outcomes.parquet", patients=200, failing=0.05)
    return analyse(table, made_trial(), screening=SCREENING)


@pytest.fixture(scope="module")
def folder(findings, tmp_path_factory) -> Path:
    where = tmp_path_factory.mktemp("trial")
    made_table(where / "outcomes.parquet", patients=200, failing=0.05)
    write_findings(where, findings)
    return where


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_result_follows_its_published_schema(folder, findings):
    jsonschema.Draft202012Validator.check_schema(trial_schema())
    jsonschema.validate(json.loads((folder / "result.json").read_text()), trial_schema())
    jsonschema.validate(result_table(replace(findings, screening=None)), trial_schema())


@pytest.mark.parametrize(
    "change",
    [{"kind": "plan"}, {"extra": 1}, {"seed": -1}, {"strategies": []}, {"levels": [{"measure": "x"}]}, {"name": None}],
)
def test_the_schema_refuses_what_is_wrong(findings, change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(result_table(findings) | change, trial_schema())


def test_a_weighted_trial_of_one_strategy_follows_it_too(tmp_path):
    made_table(tmp_path / "outcomes.parquet", patients=60, importance=True)
    found = analyse(tmp_path / "outcomes.parquet", made_trial(strategies=("thin cement",), importance=True))
    write_findings(tmp_path, found)
    jsonschema.validate(json.loads((tmp_path / "result.json").read_text()), trial_schema())
    assert read(tmp_path / "differences.csv") == []
    assert read(tmp_path / "interactions.csv") == []


def test_tables_agree_with_the_result(folder, findings):
    result = json.loads((folder / "result.json").read_text())
    levels = read(folder / "levels.csv")
    assert [(row["measure"], row["strategy"]) for row in levels] == [(x.measure, x.strategy) for x in findings.levels]
    assert [float(row["value"]) for row in levels] == pytest.approx([one["value"] for one in result["levels"]])
    groups = read(folder / "subgroups.csv")
    assert len(groups) == sum(len(group.levels) for group in findings.subgroups)
    compared = [row for row in groups if row["difference_value"]]
    assert {row["strategy"] for row in compared} == {"thick cement"}
    assert len(compared) == sum(len(group.differences) for group in findings.subgroups)
    assert len(read(folder / "curves.csv")) == len(STRATEGIES) * len(findings.curves[0].days)
    assert len(read(folder / "interactions.csv")) == len(findings.interactions)
    assert [row["name"] for row in read(folder / "screening.csv")] == ["rate"]
    assert sum(int(row["patients"]) for row in read(folder / "incidence.csv")) == 400


def test_units_stand_in_names_or_beside_them(folder):
    levels = {row["measure"]: row["unit"] for row in read(folder / "levels.csv")}
    assert levels["leaked_ml"] == "mL"
    assert levels["arterial_fall_mmhg"] == "mmHg"
    assert levels["embolus_ct"] == ""
    assert "injected_ml" in read(folder / "incidence.csv")[0]


def test_what_is_no_number_is_null_or_nothing(folder):
    result = json.loads((folder / "result.json").read_text())
    assert result["screening"]["effects"][0]["sigma"] is None
    assert read(folder / "screening.csv")[0]["sigma"] == ""


def test_the_same_findings_give_the_same_bytes_whatever_the_time_they_took(folder, findings, tmp_path):
    made_table(tmp_path / "outcomes.parquet", patients=200, failing=0.05)
    write_findings(tmp_path, replace(findings, seconds_a_patient=3.0, workers=7))
    for path in [*sorted(folder.glob("*.csv")), folder / "result.json"]:
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_cells_of_a_table():
    assert as_csv([{"a": True, "b": math.pi, "c": None}]) == "a,b,c\nyes,3.14159,\n"
    assert as_csv([]) == ""
