"""The table of published counts: sourced, free of double counting, and honest about what cannot be used."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest

from azygos.evidence import QUESTIONS, Study, chosen, pool, question, read_studies
from azygos.evidence.weighing import printed_errors
from azygos.ground.errors import InputError

STUDIES = read_studies()
TABLES = ("evidence_incidence.csv", "evidence_risk_factors.csv", "evidence_prediction_models.csv")


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("azygos.values").joinpath(table).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("table", TABLES)
def test_every_row_names_its_source(table):
    assert [row["row"] for row in rows(table) if not row["source"]] == []
    odd = [row["row"] for row in rows(table) if not re.match(r"$|10\.\d{4,}/|https?://", row["link"])]
    assert odd == []


OF_REFERENCE = {
    "embolus": "pce_events",
    "symptomatic": "symptomatic_pce_events",
    "heart": "cardiac_cement_events",
    "death": "pce_related_deaths",
    "leak_any": "leak_any_events",
    "leak_venous": "leak_venous_events",
    "leak_basivertebral": "leak_basivertebral_B",
    "leak_segmental": "leak_segmental_S",
    "leak_cortical": "leak_cortical_C",
    "leak_disc": "leak_disc",
    "leak_canal": "leak_canal_epidural",
    "leak_other": "leak_other",
}
SUMMED = {"I60", "I61", "I62"}  # arms of one study, added up here


@pytest.mark.shared
def test_every_count_is_that_of_the_facts_and_none_is_missing(shared):
    """The table beside the facts it was made of: events, how many were looked at, and what of."""
    text = (shared / "reference" / "incidence.csv").read_text(encoding="utf-8")
    facts = {row["row_id"]: row for row in csv.DictReader(text.splitlines())}
    ours = {(s.row, s.outcome): s for s in STUDIES if s.row not in SUMMED and s.outcome in OF_REFERENCE}
    for (row, outcome), found in ours.items():
        kind = "leak" if outcome.startswith("leak") else "pce"
        events, n = facts[row][OF_REFERENCE[outcome]], facts[row][f"{kind}_denominator"]
        assert (found.events, found.n) == (int(events) if events else None, int(n) if n else None), (row, outcome)
        assert found.n is None or facts[row][f"{kind}_denominator_unit"].startswith(found.unit), (row, outcome)
        assert not found.usable or facts[row]["evidence"] == "seen", row
    counted = {(row, name) for row, fact in facts.items() for name, column in OF_REFERENCE.items() if fact[column]}
    assert counted <= set(ours)


def test_what_is_recalled_or_not_visible_does_not_enter():
    recalled = {study.row for study in STUDIES if "memory" in study.use}
    unseen = {study.row for study in STUDIES if "full text" in study.use}
    assert recalled == {"I26", "I27", "I31"}
    assert unseen == {"I15", "I19", "I32", "I35"}
    assert not any(study.usable for study in STUDIES if study.row in recalled | unseen)


def test_the_cohorts_of_each_way_of_looking():
    found = question("embolus").rows(STUDIES)
    counts = {(study.imaging, study.study): study.of for study in found}
    assert counts == {
        ("film", "Choe"): (3, 65),
        ("clinical", "Barragan-Campos"): (2, 117),
        ("film", "Duran"): (5, 73),
        ("clinical", "Venmans"): (11, 299),
        ("planned_ct", "Kim YJ"): (18, 78),
        ("planned_ct", "VERTOS II"): (14, 54),
        ("other_ct", "Luetmer"): (23, 244),
        ("film", "Bliemel"): (1, 94),
        ("planned_ct", "JVIR (CT fluoroscopy)"): (0, 51),
        ("other_ct", "Mansour"): (13, 102),
        ("other_ct", "Zou"): (34, 1782),
        ("planned_ct", "Wang L"): (11, 47),
    }


def test_symptoms_are_counted_in_eight_cohorts_and_screws_stand_apart():
    assert sum(study.of[0] for study in question("symptomatic").rows(STUDIES)) == 6
    assert len(question("symptomatic").rows(STUDIES)) == 8
    assert {study.procedure for study in question("embolus_screws").rows(STUDIES)} == {"screws"}


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.name)
def test_nobody_counts_twice_in_a_question(asked):
    found = asked.rows(STUDIES)
    groups = [study.group for study in found if study.group]
    assert len(groups) == len(set(groups))
    assert {study.within for study in found}.isdisjoint({study.row for study in found} - {""})
    assert {study.unit for study in found} <= {*asked.units}


def test_overlaps_are_marked():
    groups = {study.group: {s.row for s in STUDIES if s.group == study.group} for study in STUDIES if study.group}
    assert groups["Guangzhou"] == {"I17", "I25"}
    assert groups["VERTOS II"] == {"I06", "I33"}
    assert {study.row for study in STUDIES if study.within == "I28"} == {"I22", "I23", "I24", "I26", "I27"}
    assert {row["row"] for row in rows("evidence_prediction_models.csv") if row["group"] == "Liuzhou"} == {"M02", "M03"}


def test_summed_arms_are_their_sum():
    both = {study.outcome: study.of for study in STUDIES if study.row == "I60"}
    for outcome, (events, n) in both.items():
        arms = [study.of for study in STUDIES if study.row in ("I39", "I40") and study.outcome == outcome]
        assert (events, n) == (sum(a[0] for a in arms), sum(a[1] for a in arms))


def test_remarks_name_what_stands_in_the_table():
    """A question that rests on one arm, or on preprints, says so with the table's own numbers."""
    remark, used = question("leak_patient").remark, question("leak_patient").rows(STUDIES)
    (arm,) = (study for study in used if study.study == "Precise puncture")
    assert "10/37" in arm.note
    assert "10 of 37" in remark
    assert sum("preprint" in study.design for study in used) == 2
    assert "Two are not peer reviewed" in remark
    assert {study.study for study in question("leak_screw").rows(STUDIES)} == {"Multilevel screws", "Guo"}
    clefts = [asked for asked in QUESTIONS if any(s.study == "Cleft study" for s in asked.rows(STUDIES))]
    assert all("Cleft study" in asked.remark for asked in clefts if asked.outcome != "leak_any")


def test_printed_errors_are_listed_with_what_is_wrong():
    found = {one.row: one.error for one in printed_errors()}
    assert found["R03"].startswith("printed interval 0.114-0.779 leaves out its own estimate")
    assert set(found) == {"R03", "R15", "R16", "R17", "R28"}


def study(row: str, **more: object) -> Study:
    return Study(**({"row": row, "study": row, "events": 2, "n": 30} | more))


@pytest.mark.parametrize(
    ("studies", "sentence"),
    [
        ([], "no study is left to pool. Give at least one."),
        (
            [study("a"), study("b", outcome="heart")],
            "outcomes are mixed: embolus, heart. Pool one at a time.",
        ),
        (
            [study("a"), study("b", unit="level")],
            "denominators are mixed: level, patient. Pool patients, levels and screws apart.",
        ),
        (
            [study("a", group="G"), study("b", group="G")],
            "patients would count twice: G. Keep one row of each group.",
        ),
        (
            [study("a", within="b"), study("b")],
            "a review and its parts would both count: a. Keep one or the other.",
        ),
    ],
)
def test_what_cannot_be_pooled_is_refused(studies, sentence):
    with pytest.raises(InputError) as error:
        pool(studies)
    assert str(error.value) == sentence


def test_a_count_that_cannot_be_is_refused():
    with pytest.raises(InputError) as error:
        study("a", events=31)
    assert str(error.value) == "study a (row a): 31 of 30 cannot be."


def test_chosen_takes_usable_rows_alone():
    kept = chosen([study("a"), study("b", use="no: memory")], "embolus", ("patient",), ("PVP",))
    assert [one.row for one in kept] == ["a"]
