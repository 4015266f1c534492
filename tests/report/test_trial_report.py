"""The page of a trial: it answers first, tells in whom and how surely, escapes what it shows, asks nothing outside."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trialled as made
from reading import Attributes, words

from azygos.plan import Assumption
from azygos.report import write_trial_report
from azygos.report.trial_method import key_words
from azygos.report.trial_report import make_trial_report
from azygos.trial.findings import Curve

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "trial"))

EVIL = '<script>alert("x")</script> & $a$ '


@pytest.fixture(scope="module")
def page() -> str:
    return make_trial_report(made.findings(), made.trial(), notes=("a slow disk",))


def test_the_first_screen_answers(page):
    text = words(page)
    place = [
        text.index(part)
        for part in (
            "Does thicker cement prevent emboli?",
            "Fewer with “thick cement” than with “thin cement”: 12 fewer of 1,000",
            "thick cement 28 (18 to 38) 28 of 990 −12 (−21 to −3) 0.60 (0.40 to 0.90) fewer",
            "In whom",
            "How sure Sampling error: 985 patients",
            "Model error comes on top",
            "How it was done 1000 virtual patients",
            "All outcomes, in the same patients",
        )
    ]
    assert place == sorted(place)


def test_every_part_is_there(page):
    text = words(page)
    for head in (
        "All outcomes, in the same patients", "Under each strategy", "Where cement left, and where it came to rest",
        "In whom", "Symptoms over time", "What the outcome hangs on", "Sampling error", "Account of patients",
        "Model error", "What this trial can and cannot say", "What no strategy can show here",
        "Strategies side by side",
        "What is assumed, and from where", "Do it again",
    ):  # fmt: skip
        assert head in text, head
    assert "7: the front did not converge" in text
    assert "10 secondary differences" not in text
    assert "a slow disk" in text
    assert "Research use only: not a medical device" in text


def test_luck_is_counted(page):
    found = made.findings()
    whole, groups = len(found.differences) - 1, 2 * len(found.subgroups)
    assert f"{whole} secondary differences and {groups} of groups" in words(page)
    assert f"about {round(0.05 * (whole + groups))} of these {whole + groups}" in words(page)


def test_the_page_asks_nothing_outside_and_runs_nothing(page, tmp_path):
    write_trial_report(made.findings(), made.trial(), tmp_path / "report.html", notes=("a slow disk",))
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    assert "http" not in page
    assert "script" not in Attributes(page).tags
    assert not [value for name, value in Attributes(page).attributes if name in ("src", "href") and value[:1] != "#"]


def test_what_a_file_says_is_escaped():
    text = made.TRIAL.replace('"thick cement"', f"'{EVIL}'").replace("Does thicker", EVIL.replace('"', "'") + "Does")
    found = made.with_strategy(made.findings(question=EVIL, name=EVIL), EVIL)
    page = make_trial_report(
        found,
        made.trial(text=text),
        assumptions=[Assumption(name=EVIL, value=EVIL, source=EVIL, note=EVIL)],
        notes=(EVIL,),
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "$a$" in page


def test_a_weighted_trial_tells_its_effective_numbers():
    found = made.findings(importance=True)
    thin = tuple(replace(x, effective=101.0) if x.measure == "embolus_ct" else x for x in found.levels)
    text = words(make_trial_report(replace(found, levels=thin), made.trial()))
    assert "thin cement: 101 of 990, 40 events; thick cement: 101 of 990, 28 events" in text
    assert "Weights are very uneven: under “thin cement” and “thick cement” fewer than a quarter" in text
    assert "drawn by importance" in text


def test_the_lost_could_turn_the_answer(page):
    text = words(page)
    assert "22 of 2000 sessions could not be finished (1.1 %)" in text
    assert "Had all of them gone one way, the direction of the answer on “thick cement” could be another." in text


def test_unequal_cement_is_told_before_any_number(page):
    text = words(page)
    assert text.index("“thick cement” got less cement in than “thin cement”") < text.index("All outcomes")


def test_strategies_stand_side_by_side_and_differences_first(page):
    text = words(page)
    assert (
        "What thin cement thick cement cement generic low viscosity generic high viscosity age at start [min] 4 4"
        in text
    )
    assert "Only patients with age [years] 60 to 90" in text


def test_three_strategies_are_each_answered():
    found = made.with_strategy(made.findings(made.NOISE), "wait")
    text = words(make_trial_report(found, made.trial()))
    assert text.count("Cannot tell: between") == 2
    assert "“wait” against “thin cement”" in text
    assert "it was asked of 2 strategies, each with an interval of its own" in text


def test_a_trial_of_little_still_has_a_page():
    bare = replace(
        made.findings(), strategies=(made.THIN,), subgroups=(), interactions=(), curves=(), screening=None,
        differences=(), seconds_a_patient=math.nan, workers=0,
        levels=(made.level("embolus_ct", made.THIN, 0.0),), measures=(made.EMBOLUS,), accounts=(),
    )  # fmt: skip
    text = words(make_trial_report(bare, made.trial()))
    assert "All outcomes" not in text
    assert "One strategy has no difference" in text
    empty = Curve(strategy=made.THIN, days=np.zeros(0), share=np.zeros(0), low=np.zeros(0), high=np.zeros(0))
    assert "Symptoms over time" not in words(make_trial_report(replace(bare, levels=(), curves=(empty,)), made.trial()))


def test_what_a_trial_reads_is_listed_with_its_source(page):
    text = words(page)
    assert "pressure difference that marrow needs to yield" in text
    assert "assumed" in text
    assert "generic low viscosity" in text
    assert re.search(r"\d+ lines: drawn for each patient", text)


def test_keys_are_told_with_their_units():
    assert key_words("marrow_vented_share") == "marrow vented share"
    assert key_words("pause_s") == "pause [s]"
    assert key_words("gets_up_after_h") == "gets up after [h]"
    assert key_words("volume_ml_lumbar") == "volume, lumbar [mL]"
    assert key_words("fracture_age_days") == "fracture age [days]"


def test_the_same_findings_give_the_same_page(page):
    assert make_trial_report(made.findings(), made.trial(), notes=("a slow disk",)) == page


@pytest.mark.parametrize("importance", [False, True])
def test_what_the_analysis_finds_has_a_page(importance, tmp_path):
    """From an outcome table of known truth: thick cement halves the odds of everything."""
    pytest.importorskip("pyarrow")
    from made import made_table

    from azygos.trial.analysis import analyse

    table = made_table(tmp_path / "outcomes.parquet", patients=600, importance=importance, failing=0.02)
    text = made.TRIAL.replace("patients = 1000", f"patients = 600\nimportance = {str(importance).lower()}")
    page = words(make_trial_report(analyse(table, made.trial(text=text)), made.trial(text=text), assumptions=()))
    assert re.search(r"Fewer with “thick cement” than with “thin cement”: \d+ fewer of 1,000 virtual patients", page)
    assert "9 groupings asked" in page
    assert ("Weights" in page) is importance
    assert "the session would not end within 4 h" in page
    assert "nan" not in page
    assert "The run listed no assumption." in page


def test_what_no_input_moved_is_said_and_not_drawn():
    effects = tuple(replace(e, mu_star=0.0) if e.output == "lung_ml" else e for e in made.SCREENING.effects)
    found = made.findings(screening=replace(made.SCREENING, effects=effects))
    text = make_trial_report(found, made.trial(), assumptions=())
    assert "No input moved, in these runs: cement in the pulmonary arteries." in words(text)
    assert "pressure marrow must feel" in text
    nothing = replace(made.SCREENING, effects=tuple(replace(e, mu_star=0.0) for e in made.SCREENING.effects))
    text = words(make_trial_report(made.findings(screening=nothing), made.trial(), assumptions=()))
    assert "No input moved, in these runs: cement that left bone and cement in the pulmonary arteries." in text
