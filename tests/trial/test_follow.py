"""One patient of a trial: the same whatever is asked for, a case file like any other, and no failure without a row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from few_patients import LATE, SET, THIN, THREE_LEVELS, WITH_EMBOLI, few

from azygos.case import follow_case, parse_case
from azygos.ground.errors import DidNotConverge, InputError
from azygos.trial import follow as room
from azygos.trial.columns import BEYOND, COLUMNS, COURSE, KEYS, PATIENT, PLAN, SESSION, Row, empty_row
from azygos.trial.follow import follow_patient, journey_of
from azygos.trial.population import draw_virtual
from azygos.trial.strategy import case_of

TRIAL = few()


def same(one: Row, other: Row) -> bool:
    """Whether two rows are the same to the last bit, nan for nan."""
    return repr(sorted(one.items())) == repr(sorted(other.items()))


@pytest.fixture(scope="module")
def both() -> list[Row]:
    return list(follow_patient(TRIAL, WITH_EMBOLI, [THIN, LATE]))


def test_a_row_has_every_column_in_its_kind(both):
    kinds = {"text": str, "whole": int, "number": float, "yes": bool}
    for row in both:
        assert list(row) == [column.name for column in COLUMNS]
        for column in COLUMNS:
            assert type(row[column.name]) is kinds[column.kind], column.name


def test_a_row_does_not_depend_on_which_strategies_are_asked_for(both):
    (late,) = follow_patient(TRIAL, WITH_EMBOLI, [LATE])
    assert same(late, both[1])
    late_first, thin = follow_patient(TRIAL, WITH_EMBOLI, [LATE, THIN])
    assert same(late_first, both[1])
    assert same(thin, both[0])


def test_the_patient_is_the_same_under_each_strategy(both):
    for column in PATIENT:
        assert both[0][column.name] == both[1][column.name], column.name
    assert both[0]["leaked_ml"] != both[1]["leaked_ml"]


def test_a_trial_patient_is_a_case_file(both):
    """`azygos journey` on the patient's case gives the row's numbers."""
    case = case_of(draw_virtual(TRIAL, WITH_EMBOLI), TRIAL.named(THIN))
    alone = follow_case(parse_case(case.toml()), spacing_mm=3.0)
    replayed = journey_of(TRIAL, WITH_EMBOLI, THIN)
    for journey in (alone, replayed):
        assert len(journey.lodgings.lodged) == both[0]["lung_pieces"] > 0
        assert sum(t.injection.leaked_volume() for t in journey.treated) / 1e-6 == both[0]["leaked_ml"]
        assert float(journey.acute.pulmonary_pressure.max()) / 133.322387415 == both[0]["pulmonary_mmhg"]


def test_levels_that_the_cement_had_set_before_are_no_failure():
    (row,) = follow_patient(TRIAL, THREE_LEVELS, [LATE])
    assert row["failed"] == ""
    assert 0 < row["levels_injected"] < row["levels"] == 3
    assert row["injected_ml"] < row["planned_ml"]


def test_a_patient_whose_cement_had_set_is_a_row_with_the_reason():
    thin, failed, thin_again = follow_patient(TRIAL, WITH_EMBOLI, [THIN, SET, THIN])
    assert failed["failed"] == (
        f"{str(failed['treated_levels']).split()[0]}: in this patient the cement has set before its first portion. "
        "Start earlier (age_at_start_min), or take a cement that sets later."
    )
    assert same(thin, thin_again)
    blank = empty_row()
    for column in (*SESSION, *BEYOND, *COURSE):
        if column.name != "failed":
            assert repr(failed[column.name]) == repr(blank[column.name]), column.name
    for column in (*KEYS[:1], *PATIENT):
        assert failed[column.name] == thin[column.name], column.name
    for column in PLAN:
        assert failed[column.name] != blank[column.name], column.name
    with pytest.raises(InputError, match="the cement has set before its first portion"):
        journey_of(TRIAL, WITH_EMBOLI, SET)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DidNotConverge("the pressure did not settle"), "the pressure did not settle"),
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (FloatingPointError("overflow"), "FloatingPointError: overflow"),
        (ValueError("shapes differ"), "ValueError: shapes differ"),
        (np.linalg.LinAlgError("singular"), "LinAlgError: singular"),
    ],
)
def test_an_error_is_a_row_and_the_next_strategy_is_followed(monkeypatch, error, reason):
    real, calls = room.follow_drawn, iter([error])

    def first_fails(*args):
        if (now := next(calls, None)) is not None:
            raise now
        return real(*args)

    monkeypatch.setattr(room, "follow_drawn", first_fails)
    thin, late = follow_patient(TRIAL, 0, [THIN, LATE])
    assert (thin["failed"], thin["strategy"]) == (reason, THIN)
    assert math.isnan(thin["leaked_ml"])
    assert (late["failed"], late["strategy"]) == ("", LATE)


def test_a_patient_that_could_not_live_is_a_row_under_each_strategy(monkeypatch):
    def dies(*args, **kwargs):
        raise InputError("pulmonary_resistance_factor: nobody lives with 50")

    monkeypatch.setattr(room, "draw_case", dies)
    rows = list(follow_patient(TRIAL, 0, [THIN, LATE]))
    assert [row["failed"] for row in rows] == ["pulmonary_resistance_factor: nobody lives with 50"] * 2
    assert all(row["age_years"] > 50.0 and math.isnan(row["permeability_m2"]) for row in rows)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError, OSError, ImportError])
def test_what_is_not_the_patients_fault_ends_the_run(monkeypatch, stop):
    def ends(*args):
        raise stop

    monkeypatch.setattr(room, "follow_drawn", ends)
    with pytest.raises(stop):
        list(follow_patient(TRIAL, 0, [THIN]))


def test_an_importance_patient_is_followed_as_pushed():
    trial = few(importance=True)
    pushed = draw_virtual(trial, 0)
    (row,) = follow_patient(trial, 0, [LATE])
    (plain,) = follow_patient(TRIAL, 0, [LATE])
    assert row["weight"] == pushed.weight != 1.0 == plain["weight"]
    assert row["vein_radius_factor"] != plain["vein_radius_factor"]
    assert row["age_years"] == plain["age_years"]
