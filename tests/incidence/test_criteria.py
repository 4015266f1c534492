"""The frozen criteria: unchanged since, told on the protocol's page, and each able to fail."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from incidence.compare import judge, passing_of, verdict
from incidence.criteria import CRITERIA, Criterion, criteria
from incidence.measures import COUNTS
from incidence.outcomes import LEAKS
from incidence.pages import PROTOCOL, protocol_table
from incidence.published import Evidence, Passing, crude
from incidence.ranges import Figure
from papers.pages import filled
from papers.verdicts import MET, MISSED, NONE


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence()


def figure(middle: float, fold: float = 1.2) -> Figure:
    return Figure(middle=middle, low=middle / fold**0.5, high=middle * fold**0.5, told="")


def test_the_criteria_are_those_that_were_frozen():
    said = PROTOCOL.read_text(encoding="utf-8")
    assert f"`{hashlib.sha256(CRITERIA.read_bytes()).hexdigest()[:12]}`" in said


def test_the_protocol_shows_every_criterion():
    text = PROTOCOL.read_text(encoding="utf-8")
    assert filled(text, protocol_table()) == text, "run python tests/incidence/run.py --pages"


def test_names_are_single_and_everything_can_be_counted():
    every = criteria()
    assert len({one.id for one in every}) == len(every)
    for one in every:
        kind, _, name = one.measure.partition(":")
        assert one.measure in COUNTS or kind in ("class", "classes") or name in (*LEAKS, "kyphoplasty"), one.id
        assert one.trial in ("practice", "viscosity")
        assert one.label in ("predicted", "calibrated")


@pytest.mark.parametrize("one", criteria(), ids=lambda one: one.id)
def test_each_criterion_can_be_met_and_can_fail(one: Criterion, evidence: Evidence):
    passing = passing_of(one, evidence)
    right, wrong = _right_and_wrong(one, passing)
    assert judge(one, right, passing, crude()).verdict == MET
    assert judge(one, wrong, passing, crude()).verdict == MISSED


def _right_and_wrong(one: Criterion, passing: Passing | None) -> tuple[Figure, Figure]:
    if one.kind in ("above", "rises"):
        return figure(3.0), figure(0.5)
    if one.kind == "below":
        return figure(0.5), figure(3.0)
    assert passing is not None
    middle = (passing.low * passing.high) ** 0.5 if passing.low > 0.0 else passing.high / 2.0
    return figure(middle), figure(0.4 * passing.low if passing.low > 0.0 else 2.0 * passing.high)


def test_a_new_centre_would_have_let_nearly_everything_pass(evidence: Evidence):
    judged, excused = evidence.passing("class:planned_ct"), evidence.new_centre("planned_ct")
    assert excused.high / excused.low > 3.0 * judged.high / judged.low
    assert verdict("share", figure(0.35), judged) == MISSED
    assert verdict("share", figure(0.35), excused) == MET


def test_what_a_dull_model_meets_is_weak(evidence: Evidence):
    found = {one.id: judge(one, figure(0.5), passing_of(one, evidence), crude()).weak for one in criteria()}
    assert not any(found[name] for name in ("I2", "I8", "Q1", "F1", "F1d", "F4", "V1", "W1", "L1", "N2", "H1"))
    assert found["V4"]  # its published interval holds 1
    assert found["N1"]  # one embolus each lies within 1 to 4
    assert 0.0 < crude() < 0.1


RULES = [
    ("share", figure(0.10), MET),
    ("share", figure(0.30), MISSED),
    ("share", figure(0.10, fold=5.0), NONE),
    ("share", Figure(middle=0.0, low=0.0, high=0.01, told=""), MISSED),  # nothing ever happens: no excuse
    ("share", Figure(middle=0.0, low=0.0, high=0.06, told=""), NONE),
    ("share", Figure(middle=0.5, low=0.21, high=0.9, told=""), MISSED),  # wide, and wholly outside
    ("share", Figure(middle=np.nan, low=np.nan, high=np.nan, told=""), NONE),
    ("above", figure(3.0), MET),
    ("above", figure(1.1, fold=2.0), NONE),
    ("above", figure(0.9, fold=2.0), MISSED),
    ("below", figure(0.9, fold=2.0), NONE),
    ("rises", figure(1.0 - 1e-9, fold=9.0), MISSED),
]


@pytest.mark.parametrize(("kind", "shown", "said"), RULES)
def test_the_rules(kind: str, shown: Figure, said: str):
    assert verdict(kind, shown, Passing(middle=0.1, low=0.05, high=0.2)) == said


def test_marks_are_shown_where_they_tell_something(evidence: Evidence):
    one = next(c for c in criteria() if c.id == "N1")
    assert judge(one, figure(2.0), passing_of(one, evidence), crude()).told == "**met**, weak"
    assert judge(one, figure(9.0), passing_of(one, evidence), crude()).told == "**missed**"
    by = replace(one, label="calibrated")
    assert judge(by, figure(2.0), passing_of(by, evidence), crude()).told == "**met**, calibrated, weak"
