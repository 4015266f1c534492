"""Trial files: what they hold, and one sentence for each mistake a tired user makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from azygos.ground.errors import InputError
from azygos.trial.columns import BEYOND, COURSE, SESSION
from azygos.trial.trial_file import TrialFile, parse_trial, read_trial, trial_template
from azygos.values.cements import CEMENTS

HOW = "Mend it there; how a trial is written: azygos trial template"
WHOLE = "A whole trial to begin with: azygos trial template > trial.toml"
OUTCOMES = [one.name for one in (*SESSION, *BEYOND, *COURSE) if one.kind == "yes"]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SECOND = trial_template()[trial_template().rindex("[[strategy]]") :]


def test_the_template_is_a_trial() -> None:
    trial = parse_trial(trial_template())
    assert trial.names() == ("as usual", "four minutes longer")
    assert trial.trial.spacing_mm == 1.0
    assert trial.trial.primary == "embolus_ct"
    assert trial.named("as usual").stops_on_seen_leak is True


def test_every_key_of_a_strategy_stands_in_the_template() -> None:
    text = trial_template()
    for table in (*TrialFile.model_fields["strategy"].annotation.__args__[:1], TrialFile):  # type: ignore[union-attr]
        for key in table.model_fields:
            assert re.search(rf"(?m)^(# )?{key} = |\[+{key}\]+", text), key


def test_what_the_template_only_mentions_is_a_trial_too() -> None:
    text = re.sub(r"(?m)^# (\w+ = )", r"\1", trial_template())
    text = text.replace('# or "kyphoplasty"', "").replace('procedure = "vertebroplasty"', 'procedure = "kyphoplasty"')
    trial = parse_trial(text)
    assert trial.population.levels == (1, 2)
    assert trial.strategy[0].balloon_ml == 3.0


@pytest.mark.parametrize("name", ["viscosity.toml", "practice.toml"])
def test_the_examples_are_trials(name: str) -> None:
    assert len(read_trial(EXAMPLES / name).strategy) >= 2


def test_a_trial_survives_being_written_and_read() -> None:
    trial = read_trial(EXAMPLES / "viscosity.toml")
    assert parse_trial(trial.toml()) == trial


def test_comments_are_not_kept_for_they_may_hold_a_name() -> None:
    assert "Meier" not in parse_trial("# Mrs Meier\n" + trial_template()).toml()


MISTAKES = [
    ("patients = 200", "patient = 200", ", line 8: unknown key 'patient' in [trial]. Did you mean patients?"),
    ("patients = 200 ", "", ", line 5: patients is missing in [trial]."),
    ("patients = 200", "patients = 0", ", line 8: patients is 0. Give a number from 1 to 1e+07."),
    ("patients = 200", "patients = 1.5", ", line 8: patients is 1.5. Give a whole number."),
    ("seed = 1 ", "seed = -1 ", ", line 9: seed is -1. Give a number from 0."),
    ("spacing_mm = 1.0", "spacing_mm = 5", ", line 10: spacing_mm is 5. Give a number from 0.25 to 3 mm."),
    ("importance = false", "importance = 1", ", line 11: importance is 1. Write true or false."),
    (
        '"embolus_ct"',
        '"emboli"',
        f', line 5: primary is "emboli". Possible are {", ".join(OUTCOMES[:-1])} and {OUTCOMES[-1]}.',
    ),
    ("[population]", "[popullation]", ", line 14: unknown key 'popullation'. Did you mean population?"),
    ('# sex = "female"', 'sex = "f"', ', line 15: sex is "f". Possible are female and male.'),
    (
        "# age_years = [70, 90]",
        "age_years = [90, 70]",
        ", line 14: age_years is [90, 70]. Give the lower end first.",
    ),
    (
        "# age_years = [70, 90]",
        "age_years = [95, 99]",
        ", line 14: age_years is [95, 99], which nobody meets: patients are drawn from 55 to 92. "
        "Give a range within this.",
    ),
    (
        "# age_years = [70, 90]",
        "age_years = [70, 700]",
        ", line 16: age_years is 700. Give a number from 18 to 110.",
    ),
    (
        "# fracture_age_days = [1, 14]",
        "fracture_age_days = [1, 3]",
        ", line 14: fracture_age_days is [1, 3], which nobody meets: patients are drawn from 4 to 225. "
        "Give a range within this.",
    ),
    ("# levels = [1, 2]", "levels = [1, 9]", ", line 17: levels is 9. Give a number from 1 to 4."),
    ("# levels = [1, 2]", "levels = [2, 1]", ", line 14: levels is [2, 1]. Give the lower end first."),
    (
        "# levels = [1, 2]",
        'levels = [4, 4]\nregion = "lumbar"',
        ", line 14: levels is [4, 4], and lumbar has three: L3, L4 and L5.",
    ),
    (
        '# region = "thoracic"',
        'region = "thorax"',
        ', line 18: region is "thorax". Did you mean thoracic?',
    ),
    ("# cleft = false", "cleft = 0", ", line 20: cleft is 0. Write true or false."),
    (
        "[population] ",
        "[[population]] ",
        ", line 14: population is [{}]. Write it as one table, under [population].",
    ),
    (
        '"generic_low_viscosity"',
        '"generic_low"',
        ", line 24: cement 'generic_low' is not known. Did you mean 'generic_low_viscosity'? "
        f"Known: {', '.join(CEMENTS)}.",
    ),
    (
        "age_at_start_min = 4.0",
        "age_at_start = 4.0",
        ", line 25: unknown key 'age_at_start' in [[strategy]]. Did you mean age_at_start_min?",
    ),
    (
        "age_at_start_min = 4.0",
        "",
        ", line 22: age_at_start_min is missing in [[strategy]]. Write for example age_at_start_min = 4.0.",
    ),
    (
        "rate_ml_min = 2.0\n",
        "rate_ml_min = 0\n",
        ", line 26: rate_ml_min is 0. Give a number above 0 and up to 30 mL/min.",
    ),
    (
        "volume_ml_thoracic = 3.0 ",
        "volume_ml_thoracic = 30 ",
        ", line 27: volume_ml_thoracic is 30. Give a number above 0 and up to 12.",
    ),
    ("# portion_ml = 1.0", "portion_ml = 0.01", ", line 29: portion_ml is 0.01. Give a number from 0.1 to 12 mL."),
    (
        "# pause_s = 30",
        "pause_s = 30",
        ", line 22: pause_s needs portions to stand between. Give portion_ml, for example 1.0.",
    ),
    (
        '# procedure = "vertebroplasty"',
        'procedure = "PKP"',
        ', line 31: procedure is "PKP". Possible are vertebroplasty and kyphoplasty.',
    ),
    (
        "# balloon_ml = 3.0",
        "balloon_ml = 3.0",
        ', line 22: balloon_ml belongs to kyphoplasty. Remove it, or write procedure = "kyphoplasty".',
    ),
    ('# sides = "drawn"', 'sides = "two"', ', line 33: sides is "two". Possible are drawn, left, right and both.'),
    ("# gauge = 11", "gauge = 12", ", line 34: gauge is 12. Possible are 8, 10, 11 and 13."),
    ('# opening = "end"', 'opening = "top"', ', line 35: opening is "top". Possible are end and side.'),
    (
        "# tip_from_front_share = 0.3",
        "tip_from_front_share = 30",
        ", line 36: tip_from_front_share is 30. Give a number from 0.1 to 0.9.",
    ),
    (
        "# marrow_vented_share = 0.0",
        "marrow_vented_share = 30",
        ", line 37: marrow_vented_share is 30. Give a number from 0 to 1.",
    ),
    (
        "# gets_up_after_h = 4.0",
        "gets_up_after_h = 0",
        ", line 38: gets_up_after_h is 0. Give a number from 0.5 to 168.",
    ),
    (
        "# stops_on_seen_leak = true",
        "stops_on_seen_leak = 1",
        ", line 39: stops_on_seen_leak is 1. Write true or false.",
    ),
    ('# clot = "none"', 'clot = "fast"', ', line 40: clot is "fast". Possible are none, slow and grows.'),
    (
        '"four minutes longer"',
        '"as usual"',
        ": two strategies are called 'as usual'. Give each its own name.",
    ),
    (
        '"four minutes longer"',
        '" "',
        ', line 42: a strategy has an empty name. Give it one, for example "thick cement".',
    ),
    (
        SECOND,
        "\n".join(SECOND.replace("four minutes longer", f"{k}") for k in range(8)),
        ", line 22: the trial has 9 of [[strategy]]. At most 8 are possible.",
    ),
    (
        "[trial]",
        "[trial",
        f" is not valid TOML: expected ']' at the end of a table declaration (at line 5, column 7). {HOW}",
    ),
]


@pytest.mark.parametrize(("there", "instead", "sentence"), MISTAKES, ids=[mistake[1][:30] for mistake in MISTAKES])
def test_a_mistake_is_named_with_its_line_and_the_way_out(there: str, instead: str, sentence: str) -> None:
    text = trial_template()
    assert there in text
    with pytest.raises(InputError) as caught:
        parse_trial(text.replace(there, instead, 1))
    assert str(caught.value) == "trial.toml" + sentence


def test_a_trial_without_strategies_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        parse_trial(trial_template().split("[[strategy]]")[0])
    assert str(caught.value) == f"trial.toml: the trial has no [[strategy]]. {WHOLE}"


def test_a_strategy_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError) as caught:
        parse_trial(trial_template()).named("as ever")
    assert str(caught.value) == "there is no strategy 'as ever'. The trial has as usual and four minutes longer."


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_trial(tmp_path / "none.toml")
    assert str(caught.value) == (
        f"{tmp_path / 'none.toml'} is not there. Write a trial to begin with: azygos trial template > trial.toml"
    )
