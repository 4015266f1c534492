"""What may move the risk of an embolism, and that nothing from a leak does."""

from __future__ import annotations

import csv
import dataclasses
import math
from importlib import resources

import pytest

from azygos.evidence.risk import Look, Person, Procedure, Region, factors, telling
from azygos.evidence.risk.factors import (
    TERMS,
    EmbolismRatio,
    FactorRow,
    Outcome,
    Term,
    embolism_ratio,
    factor_row,
    ratios,
    read_factors,
)
from azygos.evidence.risk.telling import tell_risk
from azygos.ground.errors import AzygosError

ROWS = {row.row: row for row in read_factors()}
NOT_EMBOLI = [row for row in ROWS.values() if row.outcome is not Outcome.EMBOLISM]
LEAKS = [row for row in NOT_EMBOLI if "leak" in row.outcome.value]
THREE = Person(look=Look.CT, levels=3, region=Region.THORACIC, procedure=Procedure.PVP, fracture_age_days=10.0)


@pytest.mark.parametrize(
    ("row", "effect", "low", "high"),
    [
        ("R01", 2.41, 1.02, 5.72),  # three levels or more against one
        ("R02", 1 / 4.15, 1 / 9.52, 1 / 1.82),  # thoracic against thoracolumbar, turned over
        ("R03", 1 / 10.6, 1 / 88.0, 1 / 1.28),  # thoracic against lumbar, turned over
        ("R04", 1 / 5.6, 1 / 13.5, 1 / 2.33),  # fresh against older, turned over
        ("R05", 1 / 5.35, 1 / 14.5, 1 / 1.96),  # vertebroplasty against kyphoplasty, turned over
    ],
)
def test_the_five_of_zou_are_those_of_the_text(row, effect, low, high):
    ratio = embolism_ratio(ROWS[row])
    assert math.exp(ratio.log_ratio) == pytest.approx(effect, rel=0.01)
    half = 1.959964 * ratio.error
    assert half == pytest.approx(0.5 * math.log(high / low), rel=0.01)


def test_the_interval_that_left_out_its_estimate_is_corrected_with_its_reason():
    lumbar = ROWS["R03"]
    assert (lumbar.low, lumbar.effect, lumbar.high) == (0.0113, 0.094, 0.779)
    assert "0.114-0.779" in lumbar.printed_error
    assert lumbar.effect**2 / lumbar.high == pytest.approx(lumbar.low, rel=0.01)  # even on the logarithm
    z = math.log(lumbar.effect) / embolism_ratio(lumbar).error
    assert math.erfc(abs(z) / math.sqrt(2.0)) == pytest.approx(0.028, abs=0.002)  # the printed p
    as_printed = dataclasses.replace(lumbar, low=0.114)
    with pytest.raises(AzygosError, match=r"^row R03: the interval 0\.114 to 0\.779 does not hold 0\.094$"):
        embolism_ratio(as_printed)


def test_there_are_leaks_to_refuse():
    assert len(LEAKS) >= 30
    assert {row.outcome for row in LEAKS} == {Outcome.ANY_LEAK, Outcome.VENOUS_LEAK, Outcome.ONE_WAY}


@pytest.mark.parametrize("row", NOT_EMBOLI, ids=lambda row: row.row)
def test_no_effect_on_anything_but_an_embolism_becomes_a_ratio(row):
    with pytest.raises(AzygosError, match="only effects on embolism enter the risk of an embolism"):
        embolism_ratio(row)
    with pytest.raises(AzygosError, match="only effects on embolism enter the risk of an embolism"):
        EmbolismRatio(row=row, log_ratio=1.0, error=0.1)


@pytest.mark.parametrize("row", ["R15", "R16", "R17"])
def test_what_contradicts_itself_in_print_is_refused(row):
    with pytest.raises(AzygosError, match="is not usable"):
        embolism_ratio(ROWS[row])


@pytest.mark.parametrize("row", ["R14", "R25", "R06"])
def test_what_is_no_odds_ratio_on_emboli_is_refused(row):
    with pytest.raises(AzygosError):
        embolism_ratio(ROWS[row])


def test_a_leak_that_is_fed_in_is_refused_by_the_answer_itself(monkeypatch):
    """The mutation that the rule is for: somebody adds viscosity by its ratio on any leak (R49)."""
    leak = Term(row="R49", factor="procedure", group="PKP", against="PVP")
    with pytest.raises(AzygosError, match="row R49 is an effect on any leak"):
        ratios(read_factors(), (*TERMS, leak))
    monkeypatch.setattr(factors.ratios, "__defaults__", ((*TERMS, leak),))
    with pytest.raises(AzygosError, match="row R49 is an effect on any leak"):
        tell_risk(THREE)


def _swung(row: FactorRow) -> FactorRow:
    """The same row with a hundredfold effect."""
    return dataclasses.replace(row, effect=100.0 * row.effect, low=100.0 * row.low, high=100.0 * row.high)


def test_no_leaks_number_changes_any_answer(monkeypatch):
    people = [THREE, Person(look=Look.FILM, levels=1, procedure=Procedure.PKP)]
    before = [tell_risk(person).published for person in people]
    swung = tuple(_swung(row) if row in NOT_EMBOLI else row for row in read_factors())
    assert swung != read_factors()
    monkeypatch.setattr(telling, "read_factors", lambda: swung)
    assert [tell_risk(person).published for person in people] == before


def test_an_embolisms_number_does_change_the_answer(monkeypatch):
    """So that the test above can fail."""
    before = tell_risk(THREE).published.chance.value
    levels = dataclasses.replace(ROWS["R01"], effect=1.0, low=0.5, high=2.0)
    changed = tuple(levels if row.row == "R01" else row for row in read_factors())
    monkeypatch.setattr(telling, "read_factors", lambda: changed)
    assert tell_risk(THREE).published.chance.value < before


def test_an_outcome_that_nobody_sorted_is_refused_rather_than_guessed():
    text = resources.files("azygos.values").joinpath("evidence_risk_factors.csv").read_text(encoding="utf-8")
    line = next(csv.DictReader(text.splitlines()))
    with pytest.raises(AzygosError, match=r"^row R01: nobody has said what the outcome 'PCE or leak' is$"):
        factor_row({**line, "outcome": "PCE or leak"})


def test_all_that_moves_the_answer_is_named():
    used = {term.row for term in TERMS}
    assert used == {"R01", "R02", "R03", "R04", "R05", "R21"}
    assert all(ROWS[row].outcome is Outcome.EMBOLISM and ROWS[row].use.startswith("yes") for row in used)
