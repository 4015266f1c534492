"""``azygos journey`` from a case file to a folder, and the same run again; on coarse bone, so that it is quick."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from azygos.case import CaseEffort, case_template, is_case_record, journey, journey_again
from azygos.case.tables import journey_schema
from azygos.cli import main
from azygos.ground.errors import InputError
from azygos.report import write_journey_report

COARSE = 3.0
VEINS = (
    "CSV with the columns from, to, level, side, count, diameter_mm, length_mm, flow_ml_min, valve, probability, "
    "source, note."
)
ARTERIES = "CSV with the columns artery, parent, name, x1_mm, y1_mm, z1_mm, x2_mm, y2_mm, z2_mm, diameter_mm."
CASE = case_template().replace("volume_ml = 3.0", "volume_ml = 5.0")


@pytest.fixture(scope="module")
def case_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("case") / "mrs-mustermann.toml"
    path.write_text(f"# for Mrs Mustermann\n{CASE}")
    return path


@pytest.fixture(scope="module")
def folder(case_file, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    effort = CaseEffort(write_report=write_journey_report)
    journey(case_file, out, seed=9, spacing_mm=COARSE, effort=effort)
    return out


def digests(folder: Path) -> dict[str, str]:
    """Hash of each file but of the one that tells how long it took."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != "timing.json")
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_folder_holds_what_is_promised(folder):
    names = {file.name for file in folder.iterdir()}
    assert names >= {
        "report.html", "result.json", "pieces.csv", "events.csv", "haemodynamics.csv", "account.csv", "vessels.vtp",
        "cement.pvd", "moving.json", "run.toml", "timing.json",
    }  # fmt: skip
    assert not folder.with_name("out.partial").exists()


def test_the_result_follows_the_published_schema(folder):
    jsonschema.validate(json.loads((folder / "result.json").read_text()), journey_schema())


def test_the_seed_of_the_command_line_is_kept(folder):
    record = tomllib.loads((folder / "run.toml").read_text())
    assert record["kind"] == "journey"
    assert record["case"]["patient"]["seed"] == 9
    assert all("source" in value for value in record["values"].values())


def test_no_file_names_the_patient_or_a_path(folder, case_file):
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert b"ustermann" not in data, file.name
            assert str(case_file.parent).encode() not in data, file.name


def test_a_rerun_gives_the_same_bytes(folder, tmp_path):
    again = tmp_path / "again"
    journey_again(folder / "run.toml", again, effort=CaseEffort(write_report=write_journey_report))
    assert digests(again) == digests(folder)


def test_the_command_line_does_it_again_and_knows_which_kind_it_was(folder, tmp_path, capsys):
    assert is_case_record(folder / "run.toml")
    assert main(["rerun", str(folder / "run.toml"), "-o", str(tmp_path / "again")]) == 0
    assert "One simulated patient in one draw: not a forecast for anybody." in capsys.readouterr().out
    assert main(["rerun", str(folder / "run.toml"), "-i", "ct.nii", "-o", str(tmp_path / "b")]) == 2
    assert capsys.readouterr().err == "azygos: this run read no scan. Leave -i out.\n"


def test_an_output_that_is_there_is_refused_before_any_work(folder, case_file, capsys):
    assert main(["journey", str(case_file), "-o", str(folder)]) == 2
    said = f"azygos: {folder} is already there. Choose another -o, or replace it with --force.\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give a case. One to begin with: azygos journey --template > case.toml"),
        (["CASE"], "say where to write with -o OUT."),
        (["CASE", "-o", "OUT", "--seed", "-1"], "--seed is -1. Give a whole number from 0."),
        (["CASE", "-o", "OUT", "--spacing", "9"], "--spacing is 9 mm. Give 0.25 to 3 mm; 1 is usual."),
        (["CASE", "-o", "OUT", "--veins", "no.csv"], f"no.csv is not there. Give a table of veins: {VEINS}"),
        (["CASE", "-o", "OUT", "--arteries", "no.csv"], f"no.csv is not there. Give a table of arteries: {ARTERIES}"),
    ],
)  # fmt: skip
def test_a_tired_user_gets_one_sentence(arguments, sentence, case_file, tmp_path, capsys):
    given = [str(case_file) if a == "CASE" else str(tmp_path / "out") if a == "OUT" else a for a in arguments]
    assert main(["journey", *given]) == 2
    assert capsys.readouterr().err == f"azygos: {sentence}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_patient_who_cannot_live_is_named(tmp_path, capsys):
    path = tmp_path / "case.toml"
    path.write_text(CASE.replace("seed = 1", "seed = 1\npulmonary_resistance_factor = 45.0"))
    assert main(["journey", str(path), "-o", str(tmp_path / "out"), "--spacing", "3"]) == 2
    assert "nobody lives outside" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]


def test_a_vein_that_does_not_exist_is_named(tmp_path, capsys):
    path = tmp_path / "case.toml"
    path.write_text(f'{CASE}\n[[vein]]\nname = "azigos vein"\nblocked = true\n')
    assert main(["journey", str(path), "-o", str(tmp_path / "out"), "--spacing", "3"]) == 2
    said = "azygos: this patient has no vein called 'azigos vein'. Did you mean azygos vein?\n"
    assert capsys.readouterr().err == said


def test_cement_that_has_set_says_what_to_do(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(CASE.replace("age_at_start_min = 4.0", "age_at_start_min = 40.0"))
    with pytest.raises(InputError) as error:
        journey(path, tmp_path / "out", spacing_mm=COARSE)
    assert str(error.value) == (
        "L1: in this patient the cement has set before its first portion. Start earlier "
        "(age_at_start_min), or take a cement that sets later."
    )


def test_a_vertebra_that_cement_reaches_too_late_is_left_out_and_told(tmp_path):
    vertebra = CASE[CASE.index("[[vertebra]]") : CASE.index("[cement]")]
    slow = vertebra.replace("wait_s = 30", "wait_s = 1500").replace('"L1"', '"L2"')
    path = tmp_path / "case.toml"
    path.write_text(CASE.replace(vertebra, slow + "\n" + vertebra))
    result = journey(path, tmp_path / "out", spacing_mm=COARSE)
    assert result.notes == ("L1: the cement had set before its first portion; nothing was injected there.",)
    assert [one.vertebra.level for one in result.journey.treated] == ["L2"]


def test_a_full_disk_leaves_nothing_half_written(case_file, tmp_path, monkeypatch, capsys):
    import errno

    def full(*rest: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "vessels.vtp")

    monkeypatch.setattr("azygos.case.run.write_vtp", full)
    out = tmp_path / "out"
    assert main(["journey", str(case_file), "-o", str(out), "--spacing", "3"]) == 2
    assert "the disk is full (vessels.vtp)" in capsys.readouterr().err
    assert not out.exists()
    monkeypatch.undo()
    assert main(["journey", str(case_file), "-o", str(out), "--spacing", "3"]) == 0
    assert (out / "vessels.vtp").exists()
