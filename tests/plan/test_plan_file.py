"""Plan files: what is read, and for each kind of mistake the whole sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from azygos.ground.errors import InputError
from azygos.plan.plan_file import PlanFile, apply_alternative, at_level, parse_plan, read_plan
from azygos.plan.template import plan_template
from azygos.values.cements import CEMENTS

LONGER = "[[alternative]]                   # at most five, compared with the plan on the same draws"

# what stands in the template, what is written instead, the sentence
HOW = "Mend it there; how a plan is written: azygos plan --template"
MISTAKES = [
    ("gauge = 11", "guage = 11", ", line 9: unknown key 'guage' in needle of [[vertebra]]. Did you mean gauge?"),
    ("gauge = 11", "gauge = 12", ", line 9: gauge is 12. Possible are 8, 10, 11 and 13."),
    ("gauge = 11", "gauge = 11.5", ", line 9: gauge is 11.5. Give a whole number."),
    (
        'level = "L1"',
        'level = "L7"',
        ", line 5: level 'L7' is not one that azygos treats (T1 to T12, L1 to L5). Did you mean T7?",
    ),
    ('level = "L1"', "level = 1", ', line 5: level is 1. Write it in quotation marks, for example "L1".'),
    ('"vertebroplasty"', '"vertebroplaty"', ', line 11: procedure is "vertebroplaty". Did you mean vertebroplasty?'),
    (
        '"vertebroplasty"',
        '"kyphoplasty"',
        ", line 4: kyphoplasty needs balloon_ml, the volume of the balloon. Write for example 3.0.",
    ),
    ("volume_ml = 1.0", "volume_ml = -1.0", ", line 13: volume_ml is -1.0. Give a number above 0 and up to 20 mL."),
    ("volume_ml = 1.0", "volume_ml = 25", ", line 13: volume_ml is 25. Give a number above 0 and up to 20 mL."),
    ("volume_ml = 1.0", "volume_ml = nan", ", line 13: volume_ml is NaN. Give a number above 0 and up to 20 mL."),
    ("volume_ml = 1.0", 'volume_ml = "1"', ', line 13: volume_ml is "1". Give a plain number in mL.'),
    ("volume_ml = 2.5", "volume_ml = 19.5", ", line 4: the portions add up to 20.5 mL. A vertebra takes up to 20 mL."),
    (
        "rate_ml_min = 3.0",
        "rate_ml_min = 300",
        ", line 13: rate_ml_min is 300. Give a number above 0 and up to 30 mL/min.",
    ),
    ("wait_s = 60", "wait_s = -3", ", line 14: wait_s is -3. Give a number above 0 and up to 3600 s."),
    (
        "rate_ml_min = 3.0 }",
        "wait_s = 3 }",
        ", line 13: a portion is either a push (volume_ml and rate_ml_min) or a wait (wait_s).",
    ),
    (
        ", rate_ml_min = 3.0 }",
        " }",
        ", line 13: a portion has only one of volume_ml and rate_ml_min. Give both.",
    ),
    ("3.0 }", "3.0, needle = 2 }", ", line 4: a portion goes through needle 2, but the plan has 1."),
    (
        "[{ side",
        "[{ gauge = 8 }, { side",
        ", line 4: no portion goes through needle 2. Give it one (needle = 2) or remove it.",
    ),
    (
        'side = "left"',
        "tip_mm = [1, 2, 3]",
        ", line 9: a needle has only one of entry_mm and tip_mm. Give both, or neither, and a route is suggested.",
    ),
    (
        'side = "left"',
        "entry_mm = [1, 2], tip_mm = [1, 2, 3]",
        ", line 9: entry_mm has too few numbers. Give three plain numbers in mm, for example [34.0, 61.0, -12.0].",
    ),
    (
        'side = "left"',
        "entry_mm = [1, 2, 3], tip_mm = [1, 2, 3]",
        ", line 9: entry_mm and tip_mm lie 0.0 mm apart, which gives the needle no direction. "
        "Give the place where it enters the bone, and its tip.",
    ),
    (
        'side = "left"',
        "entry_mm = [1, 2, 1003], tip_mm = [1, 2, 3]",
        ", line 9: entry_mm and tip_mm lie 1000 mm apart, and no path through a vertebra is longer than 150 mm. "
        "Give both in mm in the scan's LPS coordinates.",
    ),
    (
        'name = "wait four minutes longer"',
        "",
        ', line 32: name is missing in [[alternative]]. Write for example name = "wait longer".',
    ),
    ("[cement]", f"x = {'[' * 2000}\n[cement]", " is not a plan: its brackets lie too deep in each other."),
    (
        'side = "left"',
        "entry_mm = [0.0, 30.0, 0.0], tip_mm = [0.0, 0.0, 0.0], tip_from_front_share = 0.4",
        ", line 9: a needle has both points and tip_from_front_share, which belongs to a suggested route. "
        "Give entry_mm and tip_mm, or tip_from_front_share.",
    ),
    (
        "gauge = 11",
        "tip_from_front_share = 30.0",
        ", line 9: tip_from_front_share is 30.0. Give a number from 0.1 to 0.9.",
    ),
    (
        'level = "L1"',
        'fracture = "none"\nheight_lost_share = 0.3',
        ', line 4: height_lost_share belongs to a fracture. Remove it, or write for example fracture = "wedge".',
    ),
    (
        'level = "L1"',
        "height_lost_share = 0.9",
        ", line 5: height_lost_share is 0.9. Give a number above 0 and up to 0.8.",
    ),
    ('level = "L1"', "bone_fraction = 10", ", line 5: bone_fraction is 10. Give a number from 0.02 to 0.3."),
    ('side = "left"', 'side = "links"', ', line 9: side is "links". Possible are left and right.'),
    ('name = "generic', 'nam = "generic', ", line 23: unknown key 'nam' in [cement]. Did you mean name?"),
    (
        "age_at_start_min = 4.0",
        "",
        ", line 22: age_at_start_min is missing in [cement]. Write for example age_at_start_min = 4.0.",
    ),
    (
        "age_at_start_min = 4.0",
        "age_at_start_min = -4.0",
        ", line 24: age_at_start_min is -4.0. Give a number from 0 to 60 min.",
    ),
    (
        "store_temperature_c = 21.0",
        "store_temperature_c = -80",
        ", line 25: store_temperature_c is -80. Give a number from 0 to 40 degrees C.",
    ),
    (
        '"generic_high_viscosity"',
        '"generic_hi_viscosity"',
        ", line 23: cement 'generic_hi_viscosity' is not known. Did you mean 'generic_high_viscosity'? "
        f"Known: {', '.join(CEMENTS)}.",
    ),
    ("[operator]", "[operater]", ", line 29: unknown key 'operater'. Did you mean operator?"),
    ("true ", "1 ", ", line 30: stops_on_seen_leak is 1. Write true or false."),
    ("true ", "yes ", f" is not valid TOML: invalid value (at line 30, column 22). {HOW}"),
    (
        "[[vertebra]]",
        "[vertebra",
        f" is not valid TOML: expected ']' at the end of a table declaration (at line 4, column 32). {HOW}",
    ),
    (
        "cement.age_at_start_min",
        "cement.age_at_strat_min",
        ", line 34: unknown key 'age_at_strat_min' in cement of [[alternative]]. Did you mean age_at_start_min?",
    ),
    (
        "cement.age_at_start_min = 8.0",
        "balloon_ml = 3.0",
        ": alternative 'wait four minutes longer': balloon_ml belongs to kyphoplasty. "
        'Remove it, or write procedure = "kyphoplasty".',
    ),
    (
        "cement.age_at_start_min = 8.0",
        "",
        ", line 32: alternative 'wait four minutes longer' changes nothing. "
        "Add an override, for example cement.age_at_start_min = 8.0.",
    ),
    (
        '"slower"',
        '"wait four minutes longer"',
        ": two alternatives are called 'wait four minutes longer'. Give each its own name.",
    ),
    (
        LONGER,
        "\n".join(f"[[alternative]]\nname = '{n}'\ncement.age_at_start_min = 5" for n in range(4)) + "\n" + LONGER,
        ", line 32: the plan has 6 of [[alternative]]. At most 5 are possible.",
    ),
    (
        "[cement]\n",
        "[[cement]]\n",
        ', line 22: cement is [{"name": "generic_high_viscosity", ".... Write it as one table, under [cement].',
    ),
]


@pytest.mark.parametrize(("there", "instead", "sentence"), MISTAKES, ids=[mistake[1][:30] for mistake in MISTAKES])
def test_a_mistake_is_named_with_its_line_and_the_way_out(there: str, instead: str, sentence: str) -> None:
    text = plan_template()
    assert there in text
    with pytest.raises(InputError) as caught:
        parse_plan(text.replace(there, instead, 1))
    assert str(caught.value) == "plan.toml" + sentence


def test_a_plan_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbf" + plan_template().replace("\n", "\r\n").encode())
    assert read_plan(path) == parse_plan(plan_template())


def test_the_template_is_a_valid_plan(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(plan_template(), encoding="utf-8")
    plan = read_plan(path)
    assert plan.names() == ("the plan", "wait four minutes longer", "slower")
    assert plan.vertebra[0].portions[1].wait_s == 60


def test_a_plan_survives_being_written_and_read_again() -> None:
    plan = parse_plan(plan_template())
    assert parse_plan(plan.toml()) == plan


def test_comments_are_not_kept_for_they_may_hold_a_name() -> None:
    assert "Meier" not in parse_plan("# Mrs Meier\n" + plan_template()).toml()


def test_an_alternative_changes_only_what_it_says() -> None:
    plan = parse_plan(plan_template())
    longer = apply_alternative(plan, plan.alternative[0])
    assert longer.cement.age_at_start_min == 8.0
    assert longer.cement.model_copy(update={"age_at_start_min": 4.0}) == plan.cement
    assert longer.vertebra == plan.vertebra
    assert longer.alternative == ()


def test_an_alternative_without_kyphoplasty_drops_the_balloon() -> None:
    text = plan_template().replace('"vertebroplasty"', '"kyphoplasty"\nballoon_ml = 3.0', 1)
    text = text.replace("cement.age_at_start_min = 8.0", 'procedure = "vertebroplasty"')
    plan = parse_plan(text)
    assert apply_alternative(plan, plan.alternative[0]).vertebra[0].balloon_ml is None


def _open_level() -> PlanFile:
    return parse_plan(plan_template().replace('level = "L1"', ""))


def test_a_level_comes_from_the_command_line_where_the_plan_leaves_it_open() -> None:
    assert at_level(_open_level(), "l3").vertebra[0].level == "L3"


@pytest.mark.parametrize(
    ("plan", "level", "sentence"),
    [
        (_open_level(), None, 'the plan names no level. Write level = "L1" under [[vertebra]], or give --level L1.'),
        (
            parse_plan(plan_template()),
            "L2",
            "the plan is for L1, but --level says L2. Leave --level out or change the plan.",
        ),
    ],
)
def test_a_level_that_does_not_fit_is_refused(plan: PlanFile, level: str | None, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        at_level(plan, level)
    assert str(caught.value) == sentence


def test_a_missing_plan_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    with pytest.raises(InputError) as caught:
        read_plan(path)
    assert str(caught.value) == (f"{path} is not there. Write a plan to begin with: azygos plan --template > plan.toml")
