"""The pages show what the tables hold, and one command makes both."""

from __future__ import annotations

import csv
import sys

import pytest

from incidence import pages, picture, run, tables
from incidence.made import made_records, made_trials
from papers.verdicts import MET, MISSED, NONE

TABLES = (
    "trials", "strategies", "classes", "criteria", "cohorts", "calibration_scores", "calibration_fit",
    "calibration_cohorts", "calibration_splits",
)  # fmt: skip


after_the_trials = pytest.mark.skipif(
    not tables.path_of("criteria").is_file(), reason="the reference trials have not been compared yet"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    run.compare(made_records(), made_trials(tmp_path_factory.mktemp("made"), patients=300), folder)
    return folder


@after_the_trials
def test_the_page_shows_the_tables():
    text = pages.PAGE.read_text(encoding="utf-8")
    assert pages.page_filled(text) == text, (
        "docs/validation/trial_incidence.md: run python tests/incidence/run.py --pages"
    )


@after_the_trials
def test_the_stored_criteria_are_the_frozen_ones():
    from incidence.criteria import criteria

    stored = tables.read("criteria")
    assert [one["id"] for one in stored] == [one.id for one in criteria()]
    assert {one["verdict"] for one in stored} <= {MET, MISSED, NONE}


@after_the_trials
def test_the_stored_trials_are_the_frozen_ones():
    trials = {one["trial"]: one for one in tables.read("trials")}
    assert {name: one["patients"] for name, one in trials.items()} == {"viscosity": "1000", "practice": "600"}


@after_the_trials
def test_what_a_risk_shows_of_virtual_patients_is_the_stored_practice_as_it_is():
    with run.SHIPPED.open(encoding="utf-8", newline="") as file:
        shipped = list(csv.DictReader(file))
    for stored in tables.read("strategies"):
        if stored["trial"] == "practice":
            mine = [row for row in shipped if row["strategy"] == stored["strategy"]]
            finished = sum(float(row["finished"]) for row in mine)
            assert finished == float(stored["patients"])
            for name in ("embolus_ct", "seen_film_mid", "leak_any"):
                share = sum(float(row[name]) for row in mine) / finished
                assert share == pytest.approx(float(stored[name]), rel=1e-4, abs=1e-9)


def test_a_comparison_writes_every_table_and_the_page_tells_them(made):
    assert all(tables.path_of(name, made).is_file() for name in TABLES)
    text = pages.page_filled(
        "<!-- numbers: begin -->\n<!-- numbers: end -->\n<!-- calibration: begin -->\n<!-- calibration: end -->", made
    )
    rows = tables.read("criteria", made)
    assert all(f"| {row['id']} | " in text for row in rows)
    missed = [row["id"] for row in rows if row["verdict"] == MISSED]
    told = text.split("### What is missed")[1].split("### Every criterion")[0]
    assert missed
    assert all(f"| {name} | " in told for name in missed)
    assert f"{len(missed)} missed" in text
    assert all(f"| {row['model']} | " in text for row in tables.read("calibration_scores", made))


def test_every_pooled_cohort_is_shown_and_half_of_them_is_held_out(made):
    from incidence.published import cohorts

    shown, split = tables.read("cohorts", made), tables.read("calibration_cohorts", made)
    assert {one["row"] for one in shown} == {one.row for one in cohorts()} == {one["row"] for one in split}
    assert 4 <= sum(one["fitted"] == "yes" for one in split) <= 8


def test_a_picture_is_drawn(made, tmp_path):
    picture.draw(made, tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000


def test_another_trial_than_the_frozen_one_is_refused(monkeypatch, tmp_path):
    other = made_records()["practice"]
    monkeypatch.setattr(run, "finished_record", lambda folder: other)
    with pytest.raises(SystemExit, match=r"its trial is not examples/viscosity.toml"):
        run.checked("viscosity", tmp_path)
    assert run.checked("practice", tmp_path) is other


def test_both_folders_are_asked_for(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["run.py", "one"])
    with pytest.raises(SystemExit):
        run.main()
    assert "give both folders" in capsys.readouterr().err
