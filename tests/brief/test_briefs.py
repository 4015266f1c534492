"""Briefs of two hundred drawn runs of every kind: within all limits, and nothing said that the run does not hold."""

from __future__ import annotations

import math
import re
from functools import cache

import jsonschema
import made_runs
import numpy as np
import pytest
from support import read_again, unsupported

from azygos.brief import Brief, grade, make_brief
from azygos.brief.limits import faults
from azygos.brief.reading import facts_from
from azygos.case.tables import journey_schema
from azygos.plan.schema import result_schema
from azygos.study.changes import compare_schema
from azygos.study.tables import trace_schema
from azygos.values.brief import ARTICLE_GRADE

KINDS = ("plan", "journey", "trace", "compare")
SCHEMAS = {"plan": result_schema, "journey": journey_schema, "trace": trace_schema, "compare": compare_schema}
DRAWN = 200
ADVICE = re.compile(r"\b(should|must|better|safer|recommend|avoid|advise)\b", re.IGNORECASE)


def brief_of(result) -> Brief:
    return make_brief(facts_from(result))


@cache
def drawn_brief(kind: str, seed: int) -> Brief:
    return brief_of(made_runs.drawn(kind, seed))


@pytest.mark.parametrize("kind", KINDS)
def test_made_runs_are_as_the_schemas_want_them(kind):
    for seed in range(20):
        jsonschema.validate(made_runs.drawn(kind, seed), SCHEMAS[kind]())


@pytest.mark.parametrize("kind", KINDS)
def test_facts_are_what_stands_in_the_run(kind):
    for seed in range(40):
        result = made_runs.drawn(kind, seed)
        for fact in facts_from(result):
            if fact.source == "run":
                again = read_again(fact, result)
                assert again == fact.value or math.isclose(float(again), float(fact.value), rel_tol=1e-12), fact.id


@pytest.mark.parametrize("kind", KINDS)
def test_drawn_runs_keep_every_limit_and_say_nothing_unsupported(kind):
    for seed in range(DRAWN):
        made = drawn_brief(kind, seed)
        assert faults(made.plain()) == []
        known = {fact.id: fact for fact in made.facts}
        for _, sentence in made.sentences():
            lost = unsupported(sentence.text, [known[id] for id in sentence.facts])
            assert lost == [], f"{kind} {seed}: {sentence.text} {lost}"
            assert ADVICE.search(sentence.text) is None, sentence.text


@pytest.mark.parametrize("kind", KINDS)
def test_nulls_that_a_schema_allows_are_left_out(kind):
    schema, rng = SCHEMAS[kind](), np.random.default_rng(5)
    for seed in range(60):
        result = made_runs.with_nulls(made_runs.drawn(kind, seed), schema, rng, schema)
        made = brief_of(result)
        known = {fact.id: fact for fact in made.facts}
        for _, sentence in made.sentences():
            assert unsupported(sentence.text, [known[id] for id in sentence.facts]) == [], sentence.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_brief_says_what_it_is_and_whom_to_ask(kind):
    for seed in range(40):
        body = drawn_brief(kind, seed).plain().body
        assert "does not prove it for all." in body
        assert "ask your care team." in body
        assert "research only" in body
        assert ("virtual patient" in body) or kind != "journey"


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_called_rare_has_its_number_beside_it(kind):
    for seed in range(DRAWN):
        made = drawn_brief(kind, seed)
        for _, sentence in made.sentences():
            if re.search(r"\brare\b", sentence.text):
                assert re.search(r"\d", sentence.text), sentence.text


def test_bodies_read_more_easily_than_the_article():
    grades = [grade(drawn_brief(kind, seed).plain().body) for kind in KINDS for seed in range(30)]
    assert max(grades) < ARTICLE_GRADE.number
    assert min(grades) > -2.0  # a text and not a list of words


def test_the_second_look_sees_a_number_that_is_not_there():
    made = brief_of(made_runs.journey())
    injected = made.facts["injected"]
    assert unsupported(f"It put in {injected.number:.1f} mL.", [injected]) == []
    assert unsupported("It put in 99 mL.", [injected]) == ["99"]


# By hand ----------------------------------------------------------------------------------------------------------


def body_of(result) -> str:
    return brief_of(result).plain().body


def test_no_leak_is_told_as_none():
    body = body_of(made_runs.journey(far="none", care=()))
    assert "None of it leaked out of the bone." in body
    assert "What Was Done" not in body
    assert "lung arteries." not in body.split("What It Did")[0]


def test_a_leak_beside_the_bone_is_in_no_vein():
    body = body_of(made_runs.journey(far="beside", care=()))
    assert "None of it went into a vein." in body


def test_veins_of_two_roads_are_named_without_an_order():
    result = made_runs.journey(far="veins", care=())
    for part, name in zip(result["parts"], ("azygos vein at T9", "inferior vena cava at L2"), strict=False):
        part |= {"place": name, "path": []}
    result["parts"] = result["parts"][:2]
    through = "From the small veins, cement moved on through the azygos vein and the lower vena cava."
    assert through in body_of(result)


def test_pressure_that_rose_without_cement_in_heart_and_lungs_is_not_laid_to_it():
    result = made_runs.journey(far="veins", care=())
    result["acute"]["pulmonary_pressure_mean_mmhg"] = {"first": 14.0, "least": 14.0, "most": 28.0, "last": 15.0}
    body = body_of(result)
    assert "rose from 14 to 28 mmHg." in body
    assert "had also sent 1 mL of fat into the veins." in body
    assert "No cement was in the heart or the lungs, so the cement itself did not cause this." in body
    result["acute"]["pulmonary_pressure_mean_mmhg"]["most"] = 14.5
    assert "did not cause this" not in body_of(result)


def test_death_is_said_and_so_is_that_nobody_real_died():
    made = brief_of(made_runs.journey(died=2.0 * 86_400.0))
    assert made.at_a_glance[2].text == "The virtual patient died in this run."
    assert "The virtual patient died after 2 days. No real person was harmed." in made.plain().body
    assert "died on the first day" in body_of(made_runs.journey(died=600.0))


def test_without_a_rarity_nothing_is_called_so():
    made = brief_of(made_runs.journey(rarity=False))
    assert "How often this very course comes up was not counted in this run." in made.plain().body
    assert made.at_a_glance[1].text == "One case does not prove it for all."


def test_a_course_that_is_common_is_not_called_rare():
    result = made_runs.journey()
    result["rarity"] |= {"chance": 0.4, "chance_low": 0.3, "chance_high": 0.5}
    made = brief_of(result)
    assert made.at_a_glance[1].text == "A cord into the lungs comes in about 1 in 2.5 runs."
    assert "within 14 days comes up in about 1 in 2.5 runs." in made.plain().body


def test_several_levels_are_named():
    body = body_of(made_runs.journey(levels=("T11", "L1")))
    assert "into 2 bones of the spine." in body
    assert "Doctors call them T11 and L1." in body


def test_all_draws_leak_and_none_does():
    made = brief_of(made_runs.plan(leaking=32))
    assert made.at_a_glance[1].text == "Cement leaked from the bone in 32 of 32 runs."
    assert "The cement leaked in 32 of 32 runs, or about 100 in 100." in made.plain().body
    made = brief_of(made_runs.plan(leaking=0))
    assert made.at_a_glance[1].text == "No cement leaked from the bone in 32 runs."
    assert "The cement did not leak in any of 32 runs." in made.plain().body
    assert "may be as high as 15 in 100." in made.plain().body


def test_failed_draws_are_counted_and_nothing_is_made_of_none():
    assert "20 runs" not in body_of(made_runs.plan(leaking=3))
    assert "12 runs did not come to an end." in body_of(made_runs.plan(leaking=3, finished=20))
    made = brief_of(made_runs.plan(leaking=0, finished=0))
    assert made.headline.text == "A Computer Tries Out A Plan For Bone Cement, But No Run Came To An End"
    assert "No run came to an end, so nothing can be said." in made.plain().body


def test_a_difference_within_noise_is_called_chance():
    result = made_runs.plan(leaking=16)
    one = result["alternatives"][1]["difference_from_plan"][0]
    one |= {"plan": 0.5, "alternative": 0.25, "within_noise": True}
    assert "cement leaked in 25 in 100 and not in 50 in 100. Chance alone may explain this." in body_of(result)
    one |= {"within_noise": False}
    assert "That is more than chance alone would do in this model." in body_of(result)


def test_a_name_that_a_user_gave_cannot_break_a_sentence():
    body = body_of(made_runs.plan(leaking=3, others=("stop. <b>Now!</b> Pulmonary",)))
    assert "With “another plan”, cement" in body
    body = body_of(made_runs.plan(leaking=3, others=("stop. <b>Now!</b> 4.5 min",)))
    assert "With “stop b Now b 4 5 min”, cement" in body


def test_nothing_found_is_no_proof():
    made = brief_of(made_runs.trace(reported=0, candidates=0, levels=()))
    assert made.headline.text == "A Computer Finds No Bone Cement Beyond The Spine On A CT Scan"
    assert made.at_a_glance[2].text == "This does not prove that there is none."
    assert "It found no bone of the spine that holds cement." in made.plain().body


def test_a_field_without_lungs_is_said():
    body = body_of(made_runs.trace(reported=0, candidates=1, looked=False))
    assert "The scan leaves out 2 parts of the body that the computer looks for." in body


def test_only_candidates_are_not_told_as_found():
    result = made_runs.trace(reported=0, candidates=2)
    for piece in result["pieces"]:
        piece["place"]["site"] = "lung"
    body = body_of(result)
    assert "It found no cement in the large veins, the heart or the lung arteries." in body
    assert "Of these, 2 lie in the large veins, the heart or the lungs. For such spots it cannot tell." in body


def test_blind_places_are_said():
    assert "In 2 places the scan is blind: cement there would not stand out." in body_of(made_runs.trace(blind=2))
    assert "blind" not in body_of(made_runs.trace(blind=0))


def test_an_unsure_place_is_said_to_be_unsure():
    result = made_runs.trace(reported=1, levels=())
    result["pieces"][0]["place"] |= {"site": "right_atrium", "certainty": 0.2}
    expected = "The piece may lie in the right side of the heart, but the computer is not sure of that."
    assert expected in body_of(result)


def test_unchanged_is_unchanged_within_what_the_scans_show():
    result = made_runs.compare(verdicts=("unchanged", "unchanged"))
    for change, least in zip(result["changes"], (1.2, 2.4), strict=True):
        change |= {"least_move_mm": least, "least_change_ml": 0.05}
    made = brief_of(result)
    assert "Here, unchanged means unchanged within 2.4 mm." in made.plain().body
    assert made.at_a_glance[2].text == "Moves of less than 2.4 mm may not show."


def test_a_piece_that_moved_is_told_with_its_interval():
    result = made_runs.compare(verdicts=("moved", "unchanged"))
    result["changes"][0] |= {"moved_mm": {"value": 12.0, "low": 9.6, "high": 15.6}}
    result["changes"][0]["place"]["site"] = "lung"
    body = body_of(result)
    assert "One piece in the lung arteries has moved." in body
    assert "This piece moved by about 12 mm (10 mm to 16 mm)." in body


def test_nothing_on_either_scan():
    made = brief_of(made_runs.compare(verdicts=()))
    assert made.headline.text == "Two CT Scans Compared: No Bone Cement Found"
