"""Case files: what they hold, and one sentence for each mistake a tired user makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from azygos.case.case_file import CaseFile, case_template, parse_case, read_case
from azygos.ground.errors import InputError


def changed(old: str, new: str) -> str:
    text = case_template()
    assert old in text
    return text.replace(old, new, 1)


def refused(text: str) -> str:
    with pytest.raises(InputError) as error:
        parse_case(text)
    return str(error.value)


def test_the_template_is_a_case():
    case = parse_case(case_template())
    assert case.patient.seed == 1
    assert case.plan().vertebra[0].level == "L1"
    assert case.treatment[0].when == "symptoms"


def test_a_case_survives_being_written_and_read():
    case = parse_case(case_template())
    assert parse_case(case.toml()) == case


def test_comments_with_a_name_are_not_kept():
    assert "Miller" not in parse_case(case_template() + "\n# for Mrs Miller\n").toml()


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        (
            'level = "L1"',
            'level = "L6"',
            15,
            "level 'L6' is not one that azygos treats (T1 to T12, L1 to L5). Did you mean T6?",
        ),
        (
            'kind = "anticoagulation"',
            'kind = "anticoagulaton"',
            39,
            'kind is "anticoagulaton". Did you mean anticoagulation?',
        ),
        ('when = "symptoms"', "day = -3", 40, "day is -3, before the injection. Give 0 to 365 days after it."),
        ('when = "symptoms"', "day = 400", 40, "day is 400, and a case ends after 365 days. Give 0 to 365."),
        ('when = "symptoms"', "", 38, 'anticoagulation needs either day = 14 or when = "symptoms".'),
        ("days = 90 ", "", 38, "anticoagulation needs days, how long it lasts. Write for example days = 90."),
        ('kind = "anticoagulation"', 'kind = "embolectomy"', 38, "embolectomy happens at once. Remove days."),
        ('clot = "none"', 'clot = "growing"', 32, 'clot is "growing". Did you mean grows?'),
        ("[course]", "[coarse]", 31, "unknown key 'coarse'. Did you mean course?"),
        ("seed = 1", "sead = 1", 6, "unknown key 'sead' in [patient]. Did you mean seed?"),
        ("seed = 1", "seed = -1", 6, "seed is -1. Give a number from 0."),
        ("seed = 1", "seed = 1\nage_years = 12.0", 7, "age_years is 12.0. Give a number from 18 to 110."),
        (
            "seed = 1",
            "seed = 1\npulmonary_resistance_factor = 0.2",
            7,
            "pulmonary_resistance_factor is 0.2. Give a number from 0.3 to 50.",
        ),
        ("volume_ml = 1.0", "volume_ml = -1.0", 18, "volume_ml is -1.0. Give a number above 0 and up to 20 mL."),
        (
            'looks_with = "ct"',
            'looks_with = "x-ray"',
            45,
            'looks_with is "x-ray". Possible are ct, ct angiography, film, echo and clinic.',
        ),
        (
            "[[visit]]",
            "[visit]",
            43,
            'visit is {"day": 90, "looks_with": "ct"}. Write it as a table of its own, under [[visit]].',
        ),
        (
            "[[visit]]",
            '[[vein]]\nname = "azygos vein"\n\n[[visit]]',
            43,
            "vein 'azygos vein' has neither or both of diameter_mm and blocked. Give one of them.",
        ),
        (
            "[[visit]]",
            '[[alternative]]\nname = "b"\n\n[[visit]]',
            None,
            "a case follows one plan. Remove [[alternative]], or use azygos plan to compare.",
        ),
    ],
)
def test_a_mistake_gets_one_sentence(old, new, line, sentence):
    where = f"case.toml, line {line}" if line else "case.toml"
    assert refused(changed(old, new)) == f"{where}: {sentence}"


def test_a_level_that_stands_twice_is_refused():
    text = case_template()
    vertebra = text[text.index("[[vertebra]]") : text.index("[cement]")]
    said = "level L1 is in the plan twice. Put all its portions into one [[vertebra]]."
    assert refused(text.replace("[cement]", f"{vertebra}\n[cement]")) == f"case.toml: {said}"


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(InputError) as error:
        read_case(tmp_path / "case.toml")
    expected = (
        f"{tmp_path / 'case.toml'} is not there. Write a case to begin with: azygos journey --template > case.toml"
    )
    assert str(error.value) == expected


def test_an_empty_file_names_what_is_missing():
    assert refused("") == (
        "case.toml: the case has no [[vertebra]]. A whole case to begin with: azygos journey --template > case.toml"
    )


def test_every_key_of_a_case_stands_in_the_template():
    known = {*CaseFile.model_fields, *CaseFile.model_fields["patient"].default.model_fields_set}
    assert [key for key in known if key not in case_template()] == []
