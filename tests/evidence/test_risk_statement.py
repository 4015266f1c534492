"""What is said: the patient that was meant, so many in a thousand, no advice, and nothing that is not known."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from azygos.cli import main
from azygos.evidence.risk import (
    Person,
    in_thousand,
    parse_table,
    read_days,
    read_person,
    result_table,
    risk_schema,
    short_lines,
    state,
    tell_risk,
)
from azygos.ground.errors import InputError
from azygos.report.risk_report import options_of

PLASTIES = {"thin": ("vertebroplasty", "low"), "thick": ("vertebroplasty", "high")}
ASKED = dict(look="ct", levels=3, region="thoracic", procedure="PVP", fracture_age="10d")
COMMAND = [
    "risk", "--levels", "3", "--region", "thoracic", "--procedure", "PVP", "--fracture-age", "10d",
    "--looked-with", "ct",
]  # fmt: skip
ADVICE = re.compile(r"\b(should|must|recommend|advise|better to|avoid|choose|safer)\b", re.I)


@pytest.fixture
def table(make_table_text):
    many = {("1", "lumbar"): 400, ("3+", "thoracic"): 150}
    return parse_table(make_table_text(many, PLASTIES, 0.04), "the trial", "incidence.csv")


def all_people() -> list[Person]:
    return [
        read_person(look="film"),
        read_person(**ASKED, disease="myeloma", volume_ml=8.0, viscosity="high"),
        read_person(look="fluoroscopy", levels=2, region="mixed", procedure="pkp", disease="metastases"),
        read_person(look="routine-ct", levels=2, disease="metastases", growth="slow", collapse="none", volume_ml=3.0),
    ]


@pytest.mark.parametrize(
    ("text", "days"), [("10d", 10.0), (" 2 weeks", 14.0), ("3m", 91.2), ("1 Day", 1.0), ("0d", 0.0)]
)
def test_ages_with_a_unit(text, days):
    assert read_days(text) == pytest.approx(days)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"look": None}, "say how one would look for cement in the lungs, for it decides what is found: "
         "--looked-with ct, routine-ct, film or fluoroscopy."),
        ({"look": "pet"}, "--looked-with is 'pet'. Possible are ct, routine-ct, film or fluoroscopy."),
        ({"region": "thorasic"}, "--region is 'thorasic'. Did you mean thoracic?"),
        ({"region": "sacral"}, "--region is 'sacral'. Possible are thoracic, thoracolumbar, lumbar or mixed."),
        ({"procedure": "PPV"}, "--procedure is 'PPV'. Did you mean PVP?"),
        ({"levels": -2}, "--levels is -2. Give how many vertebrae are to be treated, 1 to 17."),
        ({"levels": 18}, "--levels is 18. Give how many vertebrae are to be treated, 1 to 17."),
        ({"levels": 4, "region": "lumbar"}, "--levels is 4, but --region lumbar holds 3 (L3 to L5). "
         "Give --region mixed if they lie in several."),
        ({"levels": 1, "region": "mixed"}, "--region is mixed with one level. "
         "Give the region it lies in, or leave --region out."),
        ({"fracture_age": "10"}, "--fracture-age is '10'. Add its unit: 10d for days, 10w for weeks."),
        ({"fracture_age": "new"}, "--fracture-age is 'new'. Give 10d, 2w or 3m."),
        ({"fracture_age": "-3d"}, "--fracture-age is '-3d'. Give 10d, 2w or 3m."),
        ({"fracture_age": "4000d"}, "--fracture-age is 4000 days. Give an age from 0d to 3650d."),
        ({"volume_ml": -1.0}, "--volume is -1. Give the cement of all levels in mL, above 0 and up to 100."),
        ({"volume_ml": float("nan")}, "--volume is nan. Give the cement of all levels in mL, above 0 and up to 100."),
        ({"disease": "myelom"}, "--disease is 'myelom'. Did you mean myeloma?"),
        ({"growth": "slow"}, "--growth is asked of metastases only. Add --disease metastases, or leave --growth out."),
    ],
)  # fmt: skip
def test_what_was_not_understood_is_said_in_a_sentence(given, said):
    with pytest.raises(InputError) as refused:
        read_person(**{**ASKED, **given})
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.0, "0"), (0.0004, "fewer than 1"), (0.001, "1"), (0.0094, "9"), (0.0096, "10"), (0.1143, "110"), (1.0, "1000")],
)
def test_so_many_in_a_thousand(share, said):
    assert in_thousand(share) == said


@pytest.mark.parametrize("person", all_people(), ids=lambda p: str(p.look))
@pytest.mark.parametrize("simulated", [True, False])
def test_no_advice_whole_sentences_and_ask_your_team(person, simulated, table, monkeypatch):
    monkeypatch.setattr("azygos.evidence.risk.telling.shipped_table", lambda: None)
    statement = state(tell_risk(person, table=table if simulated else None))
    lines = short_lines(statement)
    assert lines[-1] == "Ask your team what this means for you. These numbers are no advice."
    for line in lines:
        assert not ADVICE.search(line.removesuffix("These numbers are no advice.")), line
        assert line[0].isupper() or line[0].isdigit(), line
        assert line.endswith("."), line
        assert ".." not in line, line
        assert "nan" not in line.lower().split(), line


@pytest.mark.parametrize(
    ("age", "said", "kept"), [("1d", "a fracture 1 day old", "1d"), ("2.3456789w", "days old", "16.4197523d")]
)
def test_an_age_is_said_in_days_and_kept_whole(age, said, kept):
    asked = read_person(look="ct", fracture_age=age)
    assert state(tell_risk(asked)).who.lower().endswith(said)
    assert options_of(asked, 0.5)["fracture_age"] == kept


def test_the_headline_gives_the_wide_interval(table):
    answer = tell_risk(read_person(**ASKED), table=table)
    found = answer.published.chance
    words = state(answer).headline
    assert f"about {in_thousand(found.value)} by published evidence" in words
    assert f"from {in_thousand(found.low)} to {in_thousand(found.high)}." in words


def test_what_the_simulation_leaves_out_and_why_they_differ_is_said(table):
    statement = state(tell_risk(read_person(**ASKED), table=table))
    said = " ".join(statement.compared)
    assert "does not use the age of the fracture, which moves the published answer" in said
    assert re.search(r"The simulated middle is [\d.]+ times lower\. The model may hold back too much cement", said)


def test_a_dozen_virtual_patients_are_not_compared(make_table_text):
    text = make_table_text({("1", "lumbar"): 7, ("3+", "thoracic"): 5}, PLASTIES, 0.3)
    statement = state(tell_risk(read_person(**ASKED), table=parse_table(text, "the trial", "incidence.csv")))
    assert "counted in 12" in statement.simulated[0]
    assert statement.simulated[-2] == "Even so they are few."
    assert statement.compared[1] == "There are too few virtual patients to compare the middles."


def test_vertebroplasty_is_not_counted_twice_where_all_studied_patients_had_it():
    """In the words that are read, not only before rounding."""
    for look in ("ct", "fluoroscopy"):
        asked = tell_risk(read_person(look=look, procedure="PVP"))
        told, base = asked.published.moved[0].alone, asked.published.base.new_centre
        assert [in_thousand(x) for x in (told.low, told.value, told.high)] == [
            in_thousand(x) for x in (base.low, base.value, base.high)
        ]


def test_one_factor_alone_is_not_multiplied():
    one = " ".join(state(tell_risk(read_person(look="ct", levels=1))).published)
    assert "This factor would reach from" in one
    assert "Multiplied out" not in one
    assert "Multiplied out, these factors" in " ".join(state(tell_risk(read_person(**ASKED))).published)


def test_answers_that_do_not_meet_are_said_to_disagree(make_table_text):
    none = parse_table(make_table_text({("1", "lumbar"): 100000}, PLASTIES, 0.0), "the trial", "incidence.csv")
    said = state(tell_risk(read_person(look="ct", levels=1), table=none)).compared
    assert said[0] == "The two disagree: their intervals have no number in common."
    assert said[1] == "No virtual patient of this group had any that would be seen."


def test_a_viscosity_is_said_to_move_only_the_simulation():
    said = " ".join(state(tell_risk(read_person(look="ct", viscosity="high"))).not_known)
    assert "A ratio of leaks says nothing sure of emboli, and none is used" in said


def test_myeloma_is_said_to_be_compared_with_other_cancers():
    said = {
        d: " ".join(state(tell_risk(read_person(look="ct", disease=d))).not_known) for d in ("myeloma", "metastases")
    }
    assert "Myeloma was compared with other cancers (7 of 37 against 3 of 41), not with osteoporosis" in said["myeloma"]
    assert "Myeloma was compared" not in said["metastases"]


def test_symptoms_that_come_near_to_all_that_is_found_are_no_share_of_it():
    """The two come from different studies: 4 of 1,000 found on the screen, 4 of 1,000 with symptoms."""
    rare = dict(look="fluoroscopy", levels=1, region="lumbar", procedure="PKP", fracture_age="60d")
    assert "it is no share of it." in state(tell_risk(read_person(**rare))).harm[0]
    assert "no share of it" not in state(tell_risk(read_person(look="ct"))).harm[0]


def test_a_base_rate_of_the_other_procedure_is_said():
    said = {
        look: " ".join(state(tell_risk(read_person(look=look, procedure="PKP"))).not_known) for look in ("ct", "film")
    }
    assert "kyphoplasty is reached by an odds ratio alone" in said["ct"]
    assert "kyphoplasty is reached by an odds ratio alone" not in said["film"]


def test_pufhs_is_shown_for_metastases_alone_and_as_a_leak():
    spoken = {p.look: state(tell_risk(p)).leak for p in all_people()}
    assert [bool(leak) for leak in spoken.values()] == [False, False, True, True]
    assert spoken["routine-ct"][0].startswith("A leak into veins, which is no embolism: PUFHS gives 19.6 %.")


def test_what_needed_oxygen_by_volume():
    said = {v: state(tell_risk(read_person(look="film", volume_ml=v))).harm[-1] for v in (3.0, 7.0, 7.5)}
    assert said[3.0].startswith("Of patients given under 3.5 mL, 0 in 1,000")
    assert said[7.0].startswith("Of patients given 3.5 to 7.0 mL, 1.1 in 1,000")
    assert said[7.5].startswith("Of patients given over 7.0 mL, 9 in 1,000")


def test_symptoms_heart_and_deaths_are_told_as_counted():
    said = " ".join(state(tell_risk(read_person(look="ct"))).harm)
    assert "1 of 244 (Luetmer 2011), 5 of 102 (Mansour 2018) and none in 6 other studies" in said
    assert "72 of 1,854 sessions in Fadili Hassani 2019, 6 of them with symptoms" in said
    assert "1 of 117 (Barragan-Campos 2006)" in said
    assert "0 of 29 (Butscheidt 2018, looked at after death)" in said
    assert "Ritter" not in said  # cemented joints


@pytest.mark.parametrize("person", all_people(), ids=lambda p: str(p.look))
@pytest.mark.parametrize("simulated", [True, False])
def test_the_result_keeps_to_its_schema(person, simulated, table):
    schema = risk_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    answer = tell_risk(person, table=table if simulated else None)
    result = json.loads(json.dumps(result_table(answer, state(answer), "0.1.0"), allow_nan=False))
    jsonschema.validate(result, schema)
    assert result["published"]["chance"]["value"] == answer.published.chance.value


def test_the_schema_refuses_what_it_does_not_know():
    answer = tell_risk(read_person(look="film"))
    result = json.loads(json.dumps(result_table(answer, state(answer), "0.1.0")))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**result, "advice": "none"}, risk_schema())


# The command


def test_the_command_prints_a_short_answer(capsys):
    assert main(COMMAND) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "3 levels, in the thoracic spine, vertebroplasty, a fracture 10 days old."
    assert said[1].startswith(
        "Of 1,000 such patients, a chest CT planned for everybody finds cement in the lungs of about"
    )
    assert said[-1] == "Research use only: not a medical device, not for clinical decisions."


@pytest.mark.parametrize(
    "wrong", [["--levels", "-2"], ["--fracture-age", "10"], ["--region", "neck"], ["--trial", "gone"]]
)
def test_a_mistake_ends_with_2_and_writes_nothing(wrong, capsys, tmp_path):
    assert main([*COMMAND, *wrong, "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("azygos: ")
    assert said.err.count("\n") == 1
    assert [*tmp_path.iterdir()] == []


def test_a_run_folder_holds_the_record_the_result_and_the_report(make_table_text, tmp_path):
    trial = tmp_path / "trial"
    trial.mkdir()
    (trial / "incidence.csv").write_text(make_table_text({("3+", "thoracic"): 150}, PLASTIES, 0.04), encoding="utf-8")
    out, again = tmp_path / "out", tmp_path / "again"
    for folder in (out, again):
        assert main([*COMMAND, "--volume", "8", "--trial", str(trial), "-o", str(folder)]) == 0
    assert sorted(file.name for file in out.iterdir()) == ["report.html", "result.json", "run.toml", "timing.json"]
    for name in ("report.html", "result.json", "run.toml"):
        assert (out / name).read_bytes() == (again / name).read_bytes()
    jsonschema.validate(json.loads((out / "result.json").read_text(encoding="utf-8")), risk_schema())
    record = (out / "run.toml").read_text(encoding="utf-8")
    assert 'kind = "risk"' in record
    assert str(tmp_path) not in record + (out / "report.html").read_text(encoding="utf-8")


def test_a_rerun_gives_the_same_bytes_and_asks_for_the_same_trial(make_table_text, capsys, tmp_path):
    trial = tmp_path / "incidence.csv"
    trial.write_text(make_table_text({("3+", "thoracic"): 150}, PLASTIES, 0.04), encoding="utf-8")
    out, again = tmp_path / "out", tmp_path / "again"
    assert main([*COMMAND, "--volume", "8", "--shrink", "0.4", "--trial", str(trial), "-o", str(out)]) == 0
    rerun = ["rerun", str(out / "run.toml"), "-o", str(again)]
    assert main([*rerun, "-i", str(trial)]) == 0
    for name in ("report.html", "result.json", "run.toml"):
        assert (out / name).read_bytes() == (again / name).read_bytes()
    capsys.readouterr()
    assert main([*rerun, "--force"]) == 2
    assert capsys.readouterr().err == "azygos: this run counted in a trial. Give its folder again with -i.\n"
    trial.write_text(make_table_text({("3+", "thoracic"): 151}, PLASTIES, 0.04), encoding="utf-8")
    assert main([*rerun, "--force", "-i", str(trial)]) == 2
    said = f"azygos: this trial is not the one that {out / 'run.toml'} counted in. Give that one with -i.\n"
    assert capsys.readouterr().err == said


def test_a_rerun_without_a_trial_takes_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("azygos.evidence.risk.simulated.SHIPPED", "no_such_table.csv")
    assert main(["risk", "--looked-with", "film", "-o", str(tmp_path / "out")]) == 0
    rerun = ["rerun", str(tmp_path / "out" / "run.toml"), "-o", str(tmp_path / "again")]
    assert main(rerun) == 0
    assert (tmp_path / "again" / "run.toml").read_bytes() == (tmp_path / "out" / "run.toml").read_bytes()
    capsys.readouterr()
    assert main([*rerun, "--force", "-i", "x"]) == 2
    assert capsys.readouterr().err == "azygos: this run counted in no trial of yours. Leave -i out.\n"


def test_the_report_shows_both_answers_and_asks_nobody(make_table_text, tmp_path):
    trial = tmp_path / "incidence.csv"
    trial.write_text(make_table_text({("3+", "thoracic"): 150}, PLASTIES, 0.04), encoding="utf-8")
    assert main([*COMMAND, "--trial", str(trial), "-o", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.index("<svg") < page.index("Symptoms, the heart, deaths")
    for words in ("Any patient, published", "This patient, published", "Such patients, simulated", "Wrong in print"):
        assert words in page
    assert "http://" not in page
    assert "https://" not in page
    assert "&lt;svg" not in page


def test_a_report_without_a_simulation_says_why(monkeypatch, tmp_path):
    monkeypatch.setattr("azygos.evidence.risk.telling.shipped_table", lambda: None)
    assert main([*COMMAND, "-o", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "no simulated answer is shipped" in page
    assert "Such patients, simulated" not in page
