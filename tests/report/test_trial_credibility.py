"""The statement in the manner of V&V 40: grades fall by rule, and what it points to is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import trialled as made
from reading import plain

from azygos.report.trial_credibility import credibility, differing, fragile, like_cement, overall, unequal_cement
from azygos.report.trial_factors import CAUTIONS, FACTORS
from azygos.trial.findings import Account
from azygos.trial.trial_file import StrategyTable

ROOT = Path(__file__).resolve().parents[2]
STRATEGIES = [one.model_dump(mode="json") for one in made.trial().strategy]


def grade(found, factor: str) -> str:
    return next(f.grade for f in credibility(found, STRATEGIES).factors if f.name == factor)


def failing(n: int):
    return made.findings(
        accounts=(Account(strategy=made.THIN, asked=1000, finished=1000 - n, failed=n, reasons=(("no room", n),)),)
    )


def test_what_a_factor_points_to_is_in_the_repository():
    places = {place for factor in FACTORS for place in factor.where}
    missing = [place for place in places if not (ROOT / place).exists()]
    assert not missing


def test_the_docs_tell_the_same_grades():
    text = (ROOT / "docs" / "how-it-works" / "credibility.md").read_text(encoding="utf-8")
    for factor in FACTORS:
        assert f"**{factor.name}: {factor.grade}.**" in text, factor.name


def test_there_are_thirteen_factors_and_none_twice():
    assert len({factor.name for factor in FACTORS}) == len(FACTORS) == 13


def test_cautions_are_for_keys_that_a_trial_file_has():
    assert set(CAUTIONS) <= set(StrategyTable.model_fields)


@pytest.mark.parametrize(("lost", "expected"), [(0, "good"), (9, "good"), (10, "fair"), (49, "fair"), (50, "weak")])
def test_failures_lower_the_grade_of_the_solver(lost, expected):
    assert grade(failing(lost), "solver error") == expected


def test_a_coarse_grid_lowers_the_grade_of_the_discretisation():
    assert grade(made.findings(), "discretisation error") == "fair"
    assert grade(made.findings(spacing_mm=3.0), "discretisation error") == "weak"
    assert grade(made.findings(spacing_mm=1.0), "discretisation error") == "fair"


def test_what_to_mind_follows_what_differs():
    assert differing(STRATEGIES) == ["cement"]
    mind = " ".join(credibility(made.findings(), STRATEGIES).mind)
    assert "marrow that must yield" in mind
    assert "side opening" not in mind
    assert "whole packages" not in mind
    other = [STRATEGIES[0], STRATEGIES[1] | {"opening": "side", "cement": STRATEGIES[0]["cement"]}]
    mind = " ".join(credibility(made.findings(), other).mind)
    assert "side opening" in mind
    assert "marrow that must yield" not in mind
    both = credibility(made.findings(), [STRATEGIES[0], STRATEGIES[1] | {"opening": "side"}]).mind
    assert "whole packages" in " ".join(both)


def test_less_cement_is_told():
    assert [plain(line) for line in unequal_cement(made.findings())] == [
        "“thick cement” got less cement in than “thin cement”: −0.30 (−0.44 to −0.16) mL a patient. "
        "Part of any difference may be that."
    ]
    assert [line for line in credibility(made.findings(), STRATEGIES).cannot if "same injected volume" in line]
    same = replace(made.findings(), differences=(made.FEWER, made.difference("injected_ml", -0.01, 0.1)))
    assert unequal_cement(same) == []
    assert not [line for line in credibility(same, STRATEGIES).cannot if "same injected volume" in line]


def test_two_strategies_that_got_about_as_much_in_are_told():
    alike = made.difference("injected_ml", 0.09, 0.08, strategy="less of it", reference="thick cement", ratio=1.023)
    apart = replace(alike, ratio=1.2)
    assert like_cement(replace(made.findings(), beside=(apart,))) == []
    assert [plain(line) for line in like_cement(replace(made.findings(), beside=(alike,)))] == [
        "“less of it” got about as much cement in as “thick cement” (2 % apart): "
        "what differs between these two is hardly the dose."
    ]


def test_what_hardly_happened_is_named():
    cannot = " ".join(plain(line) for line in credibility(made.findings(), STRATEGIES).cannot)
    assert (
        "fewer than 10 patients): cement in the right heart, symptoms within 14 days and death within a year." in cannot
    )


def test_weights_are_warned_of():
    assert "drawn by importance" in " ".join(credibility(made.findings(importance=True), STRATEGIES).mind)
    assert "drawn by importance" not in " ".join(credibility(made.findings(), STRATEGIES).mind)


def test_an_answer_that_the_lost_could_turn_is_fragile():
    assert fragile(made.findings(made.FEWER)) == [made.THICK]
    safe = replace(made.LOST, worst_low=0.01, worst_high=0.05)
    assert fragile(made.findings(made.MORE, attrition=(safe,))) == []
    assert fragile(made.findings(made.NOISE)) == []


def test_the_weak_are_counted():
    assert overall(credibility(made.findings(), STRATEGIES)).startswith("Weak in 6 of 13 factors: model form, ")
