"""A trial's sentences: the answer by rule, in whom, how sure, and what those that were lost could change."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import trialled as made
from reading import plain

from azygos.report import trial_words as w
from azygos.report.trial_numbers import ratio_words


def said(found) -> str:
    return plain(w.answer(found))


def test_fewer_and_more_are_told_with_their_interval():
    assert said(made.findings(made.FEWER)) == (
        "Fewer with “thick cement” than with “thin cement”: 12 fewer of 1,000 virtual patients had the outcome, "
        "embolus in the lung that thin CT shows (95 % interval 21 to 3 fewer)."
    )
    assert said(made.findings(made.MORE)) == (
        "More with “thick cement” than with “thin cement”: 31 more of 1,000 virtual patients had the outcome, "
        "embolus in the lung that thin CT shows (95 % interval 22 to 40 more)."
    )


def test_within_noise_tells_what_would_have_shown():
    assert said(made.findings(made.NOISE)) == (
        "Cannot tell: between “thick cement” and “thin cement” the difference is within noise, 2 fewer of 1,000 "
        "virtual patients had the outcome, embolus in the lung that thin CT shows (95 % interval 11 fewer to 7 more); "
        "so many patients would have shown a true difference of 13 of 1,000."
    )


def test_nobody_with_the_outcome_is_no_proof_of_safety():
    found = made.findings(made.difference("embolus_ct", 0.0, 0.004))
    none = tuple(replace(x, value=0.0, events=0) if x.measure == "embolus_ct" else x for x in found.levels)
    assert said(replace(found, levels=none)) == (
        "Cannot tell: none of 985 patients had the outcome with “thick cement” and “thin cement” "
        "(embolus in the lung that thin CT shows); so many patients would have shown a true difference of 5.6 of 1,000."
    )


def test_no_pair_and_one_strategy_have_their_own_answers():
    lost = made.difference("embolus_ct", math.nan, math.nan, patients=0)
    assert said(made.findings(lost)) == (
        "Cannot tell: too few patients finished with both “thick cement” and “thin cement”."
    )
    alone = replace(made.findings(), strategies=(made.THIN,), differences=())
    assert said(alone) == (
        "With “thin cement”, embolus in the lung that thin CT shows: 40 (28 to 52) of 1,000 patients (95 % interval); "
        "nothing was held against it."
    )
    assert said(replace(alone, levels=())) == (
        "No patient finished, so nothing can be said; the account below says why."
    )


def test_a_mean_can_be_primary():
    lower = made.difference("leaked_ml", -0.1, 0.02, detectable=0.03)
    primary = replace(made.EMBOLUS, name="leaked_ml", words="cement that left bone", kind="mean", unit="mL")
    found = replace(made.findings(), measures=(primary,), differences=(lower,))
    assert said(found) == (
        "Lower with “thick cement” than with “thin cement”: 0.10 mL less a patient on average of the outcome, "
        "cement that left bone (95 % interval 0.12 to 0.08 mL less)."
    )


def in_whom(*chances: float) -> str:
    return plain(w.in_whom(made.findings(interactions=made.asked(*chances)))[0])


def test_groups_are_judged_by_how_many_were_asked():
    assert in_whom(0.4, 0.9, 0.2) == (
        "embolus in the lung that thin CT shows: no sign that the difference differs between groups "
        "(3 groupings asked); that does not make it alike in all."
    )
    assert in_whom(0.4, 0.9, 0.03) == (
        "embolus in the lung that thin CT shows: no sign that the difference differs between groups once all "
        "3 tests are counted; the nearest of 3 groupings is number of levels (p = 0.03), a hint at most."
    )
    assert in_whom(0.0004, 0.9, 0.2) == (
        "embolus in the lung that thin CT shows: the difference differs between groups, beyond what 3 such tests give "
        "by luck, by region (p < 0.001): thoracic −30 (−47 to −13), thoracolumbar −8 (−23 to +7), "
        "lumbar −1 (−19 to +17)."
    )
    assert in_whom(math.nan, math.nan, math.nan) == (
        "embolus in the lung that thin CT shows: cannot be asked; too few groups hold ten patients who finished under "
        "both."
    )


@pytest.mark.parametrize(("p_holm", "differs"), [(0.049, True), (0.051, False)])
def test_what_was_asked_in_all_decides(p_holm, differs):
    asked = tuple(replace(i, p_holm=p_holm if i.by == "region" else 1.0) for i in made.asked(0.01, 0.5, 0.5))
    told = w.in_whom(made.findings(interactions=asked))[0]
    assert ("beyond what 3 such tests" in told) is differs
    assert ("a hint at most" in told) is not differs


def test_leaks_are_asked_too():
    assert plain(w.in_whom(made.findings())[1]) == (
        "leak into a vein: no sign that the difference differs between groups once all 6 tests are counted; the "
        "nearest of 3 groupings is region (p = 0.03), a hint at most."
    )
    any_leak = tuple(
        replace(
            s,
            differences=tuple(
                d if d.measure == "embolus_ct" else replace(d, measure="leak_any") for d in s.differences
            ),
        )
        for s in made.findings().subgroups
    )
    assert [m.name for m in w.asked_of_groups(made.findings(subgroups=any_leak))] == ["embolus_ct", "leak_any"]


def test_whom_was_not_asked():
    assert w.in_whom(made.findings(subgroups=(), interactions=())) == ["Not asked: the analysis divided no patients."]
    one = replace(made.findings(), strategies=(made.THIN,))
    assert w.in_whom(one) == ["One strategy has no difference that could differ between patients."]


def test_sampling_error_is_told_apart_from_the_models():
    assert plain(w.how_sure(made.findings())) == (
        "Sampling error: 985 patients, the same under each strategy, show a true difference of 13 of 1,000 "
        "(80 % power, 5 % level)."
    )
    nobody = [replace(d, patients=0, detectable=math.nan) for d in made.findings().differences]
    assert w.how_sure(made.findings(differences=tuple(nobody))) == (
        "Nobody finished under two strategies, so there is no interval."
    )
    assert "misses published ones" in w.MODEL_ERROR
    assert "docs/validation/trial_incidence.md" in w.MODEL_ERROR


def test_the_lost_are_told_with_their_worst_case():
    assert plain(w.lost_words(made.findings(), made.THICK)) == (
        "5 patients failed with “thick cement” alone and 3 with “thin cement” alone, as luck would have it (p = 0.73). "
        "Had every missing outcome favoured the one, or the other, the difference itself would lie between −27 and +3 "
        "of 1,000 patients."
    )
    uneven = replace(made.LOST, only_strategy=15, only_reference=0, p=6e-5, worst_low=math.nan, worst_high=math.nan)
    assert plain(w.lost_words(made.findings(attrition=(uneven,)), made.THICK)) == (
        "15 patients failed with “thick cement” alone and 0 with “thin cement” alone, more unevenly than by luck "
        "(p < 0.001)."
    )


def test_nothing_is_told_of_nobody():
    both = replace(made.LOST, only_strategy=0, only_reference=0, p=1.0)
    assert w.lost_words(made.findings(attrition=(both,)), made.THICK).startswith(
        "All that failed did so under both. Had"
    )
    whole = replace(made.LOST, complete=1000)
    assert w.lost_words(made.findings(attrition=(whole,)), made.THICK) == ""
    assert w.lost_words(made.findings(attrition=()), made.THICK) == ""


def test_a_question_is_made_where_none_was_asked():
    assert w.question(made.findings(question=" ")) == (
        "“thin cement” and “thick cement”: which gives less of: embolus in the lung that thin CT shows?"
    )


def test_ratios_without_an_end_say_so():
    gone = made.difference("died", -0.001, 0.004, ratio=math.nan)
    assert ratio_words(gone) == "–"
    endless = made.difference("died", 0.001, 0.004, ratio=3.0, ratio_low=0.2, ratio_high=math.inf)
    assert ratio_words(endless) == "3.00 (0.20 to no end)"


def test_the_terminal_gets_the_same_answer():
    lines = w.summarise_trial(made.findings())
    assert lines[0] == said(made.findings())
    assert lines[1] == (
        "22 of 2000 sessions could not be finished and are in no share. Most often: the front did not converge."
    )
    assert lines[-1] == w.MODEL_ERROR
    whole = [replace(account, failed=0, reasons=()) for account in made.findings().accounts]
    assert not any("could not be finished" in one for one in w.summarise_trial(made.findings(accounts=tuple(whole))))
    assert all("\u00a0" not in line for line in lines)
