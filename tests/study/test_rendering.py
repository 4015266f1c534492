"""``azygos render``, ``insert`` and ``fluoroscopy``: what lies in their folders, coarse so that it is quick."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import numpy as np
import pytest
from made_findings import made_volume

from azygos import __version__
from azygos.case import case_template
from azygos.cli import main
from azygos.ground.errors import InputError
from azygos.scan import read_labels, read_volume, write_nifti
from azygos.study import again, insert_pieces, picture_again, render_case
from azygos.study.record import ScanRecord, write_record
from azygos.study.rendering import Picture, case_of

CASE = case_template().replace("volume_ml = 3.0", "volume_ml = 5.0")
COARSE = ["--rows", "32", "--slice", "8", "--step", "10", "--spacing", "3"]
PIECES = """
[[piece]]
name = "a ball"
points_mm = [9.6, 8.0, 12.0]
diameter_mm = 4.0
cement_hu = 2500
site = "lung"
side = "left"
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("case") / "mrs-mustermann.toml"
    path.write_text(f"# for Mrs Mustermann\n{CASE}")
    return path


@pytest.fixture(scope="module")
def rendered(case, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("render") / "out"
    arguments = ["render", str(case), "--day", "30", "--contrast", "venous", *COARSE, "-o", str(out)]
    assert main(arguments) == 0
    return out


@pytest.fixture(scope="module")
def ct(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ct") / "mustermann.nii.gz"
    rng = np.random.default_rng(1)
    hu = np.rint(made_volume().hu + rng.normal(0.0, 8.0, made_volume().hu.shape)).astype(np.int16)
    write_nifti(path, hu, made_volume().affine_mm)
    return path


@pytest.fixture(scope="module")
def pieces(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pieces") / "pieces.toml"
    path.write_text(PIECES)
    return path


def test_the_truth_lies_apart_from_the_scan(rendered):
    assert {file.name for file in rendered.iterdir()} == {
        "ct.nii.gz", "dicom", "labels.nii.gz", "run.toml", "timing.json", "truth",
    }  # fmt: skip
    assert {file.name for file in (rendered / "truth").iterdir()} == {"truth.json", "truth.nii.gz"}


def test_the_two_forms_of_the_scan_are_one(rendered):
    nifti, dicom = read_volume(rendered / "ct.nii.gz"), read_volume(rendered / "dicom")
    np.testing.assert_array_equal(nifti.hu, dicom.hu)
    np.testing.assert_allclose(nifti.affine_mm, dicom.affine_mm, atol=1e-4)
    assert dicom.facts["contrast"] == "yes"


def test_the_truth_tells_each_piece_where_it_is(rendered):
    told = json.loads((rendered / "truth" / "truth.json").read_text())
    found = read_labels(rendered / "truth" / "truth.nii.gz")
    assert told["pieces"][0]["place"]["site"] == "vertebral_body"
    assert told["pieces"][0]["origin"] == "L1"
    for piece in told["pieces"]:
        assert piece["voxels"] == int((found.labels == piece["piece"]).sum())
    names = set(read_labels(rendered / "labels.nii.gz").names.values())
    assert {"vertebrae_L1", "heart"} & names


def test_the_record_holds_case_and_choices_without_comments(rendered):
    text = (rendered / "run.toml").read_text()
    record = tomllib.loads(text)
    assert (record["kind"], record["options"]["day"], record["options"]["contrast"]) == ("render", 30.0, "venous")
    assert record["options"]["seed"] == 1
    assert "ustermann" not in text
    assert all("source" in value for value in record["values"].values())


def files_of(folder: Path) -> dict[str, bytes]:
    """All but what tells the time; DICOM files without their header, which bears a fresh identifier."""
    kept = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != "timing.json"]
    return {str(f.relative_to(folder)): f.read_bytes() for f in kept if f.parent.name != "dicom"}


def test_a_rendering_is_done_again_with_the_same_bytes(rendered, tmp_path):
    assert main(["rerun", str(rendered / "run.toml"), "-o", str(tmp_path / "out")]) == 0
    assert files_of(tmp_path / "out") == files_of(rendered)
    np.testing.assert_array_equal(read_volume(tmp_path / "out" / "dicom").hu, read_volume(rendered / "dicom").hu)


def test_an_insertion_is_done_again_into_the_same_scan_only(ct, pieces, rendered, tmp_path, capsys):
    assert main(["insert", str(pieces), "-i", str(ct), "-o", str(tmp_path / "one")]) == 0
    record = str(tmp_path / "one" / "run.toml")
    assert main(["rerun", record, "-i", str(ct), "-o", str(tmp_path / "two")]) == 0
    assert files_of(tmp_path / "two") == files_of(tmp_path / "one")
    capsys.readouterr()
    assert main(["rerun", record, "-i", str(rendered / "ct.nii.gz"), "-o", str(tmp_path / "three")]) == 2
    assert capsys.readouterr().err.startswith("azygos: this ct file is not the one of the run (SHA-256 ")
    assert main(["rerun", record, "-o", str(tmp_path / "three")]) == 2
    assert capsys.readouterr().err == "azygos: this run read a CT. Give the same one with -i.\n"


def test_a_rendering_of_an_older_azygos_says_what_it_lacks(rendered, tmp_path, capsys):
    old = tmp_path / "run.toml"
    old.write_text("\n".join(r for r in (rendered / "run.toml").read_text().splitlines() if not r.startswith("low_mm")))
    assert main(["rerun", str(old), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        f"azygos: {old} of azygos {__version__} does not tell 'low_mm', so azygos render cannot be done again from it. "
        "Give its own command once more.\n"
    )
    assert main(["rerun", str(rendered / "run.toml"), "-i", "ct.nii", "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == "azygos: this run read no scan. Leave -i and --series out.\n"


@pytest.mark.parametrize("key", ["ct", "seed", "pieces"])
def test_an_insertion_of_an_older_azygos_says_what_it_lacks(key, tmp_path):
    inputs, options = {"ct": "0" * 64}, {"pieces": "", "seed": 0, "heart_motion": False, "ceiling_hu": "own"}
    options["repair"] = False
    for table in (inputs, options):
        table.pop(key, None)
    write_record(tmp_path, ScanRecord(kind="insert", version="0.1", inputs=inputs, options=options), {}, whole=True)
    with pytest.raises(InputError) as error:
        picture_again(tmp_path / "run.toml", tmp_path / "out", input=tmp_path / "ct.nii")
    assert str(error.value) == (
        f"{tmp_path / 'run.toml'} of azygos 0.1 does not tell {key!r}, so azygos insert cannot be done again from it. "
        "Give its own command once more."
    )


def test_a_fault_within_a_rendering_done_again_is_not_laid_to_its_record(rendered, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise KeyError("in the rendering")

    monkeypatch.setattr(again, "render_read", fail)
    with pytest.raises(KeyError, match="in the rendering"):
        picture_again(rendered / "run.toml", tmp_path / "out")


def test_a_rendering_done_again_by_another_azygos_says_so(rendered, tmp_path, monkeypatch):
    made = Picture(volume=made_volume(), truth=None, labels=None, notes=("Its own.",))
    monkeypatch.setattr(again, "render_read", lambda *_, **__: made)
    old = tmp_path / "run.toml"
    old.write_text((rendered / "run.toml").read_text().replace(f'azygos = "{__version__}"', 'azygos = "0.1"', 1))
    assert picture_again(rendered / "run.toml", tmp_path / "out").notes == ("Its own.",)
    assert picture_again(old, tmp_path / "out").notes == (
        "Its own.",
        f"The first run was made by azygos 0.1, this one by {__version__}: numbers may differ.",
    )


def test_cement_goes_into_a_real_scan_and_nothing_of_its_name_comes_out(ct, pieces, tmp_path):
    out = tmp_path / "out"
    picture = insert_pieces(ct, pieces, out)
    assert picture.notes[-1] == "The scan does not say its tube voltage; 120 kV was taken for cement given by name."
    before, after = read_volume(ct).hu, read_volume(out / "ct.nii.gz").hu
    truth = read_labels(out / "truth" / "truth.nii.gz").labels
    assert (after - before)[truth > 0].mean() > 500.0
    assert np.abs(after - before)[..., 0].max() == 0.0  # 12 mm below the ball
    for file in out.rglob("*"):
        assert not file.is_file() or b"ustermann" not in file.read_bytes(), file.name


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian: dicom3tools) is not installed")
def test_dciodvfy_finds_no_error_in_a_rendered_series(rendered):
    file = sorted((rendered / "dicom").iterdir())[3]
    done = subprocess.run(["dciodvfy", str(file)], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert "CTImage" in said
    assert [line for line in said.splitlines() if line.startswith("Error")] == []


def test_fluoroscopy_says_when_a_leak_first_stands_out(case, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["fluoroscopy", str(case), "-o", str(out), "--spacing", "3", "--interval", "10"]) == 0
    said = capsys.readouterr().out.splitlines()[0]
    table = json.loads((out / "result.json").read_text())
    assert table["sentences"] == [said]
    rows = list(csv.DictReader((out / "leaks.csv").read_text().splitlines()))
    seen = [float(row["time_s"]) for row in rows if float(row["contrast"]) >= 0.05]
    assert table["levels"][0]["first_seen_s"] == min(seen, default=None)
    assert {"L1.png", "L1_AP.nii.gz", "L1_lateral.nii.gz", "run.toml"} <= {file.name for file in out.iterdir()}
    assert main(["rerun", str(out / "run.toml"), "-o", str(tmp_path / "again")]) == 0
    assert files_of(tmp_path / "again") == files_of(out)


def test_a_case_is_taken_from_a_file_a_record_or_a_folder(case, tmp_path):
    from azygos.case.record import CaseRecord, write_record

    read = case_of(case)
    (tmp_path / "run").mkdir()
    write_record(tmp_path / "run", CaseRecord(version="0", spacing_mm=1.0, case=read.toml(), files={}), {}, whole=True)
    assert case_of(tmp_path / "run") == case_of(tmp_path / "run" / "run.toml") == read
    with pytest.raises(InputError) as error:
        case_of(tmp_path)
    assert str(error.value) == f"{tmp_path} is no run folder of azygos journey. Give one, or a case file."


def test_a_journey_in_tables_of_its_own_cannot_be_rendered(case, tmp_path):
    from azygos.case.record import CaseRecord, write_record

    record = CaseRecord(version="0", spacing_mm=1.0, case=case_of(case).toml(), files={"veins": "0" * 64})
    write_record(tmp_path, record, {}, whole=True)
    with pytest.raises(InputError) as error:
        render_case(tmp_path, tmp_path / "out", day=1.0)
    assert str(error.value) == (
        f"{tmp_path} was followed in tables of its own, which it does not hold. Give a case without."
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["render", "CASE", "--day", "400"], "--day is 400. Give 0 to 365 days after the session."),
        (["render", "CASE", "--day", "1", "--ceiling", "high"],
         "--ceiling is 'high'. Give a value in HU, such as 3071, or none."),
        (["render", "CASE", "--day", "1", "--slab", "5"],
         "--slab is '5'. Give two heights in mm, the lower first, such as --slab=-40,-30."),
        (["render", "CASE", "--day", "1", "--kernel", "crisp"],
         "kernel is 'crisp'; write one of soft, standard, sharp"),
        (["render", "no.toml", "--day", "1"],
         "no.toml is not there. Write a case to begin with: azygos journey --template > case.toml"),
        (["insert", "no.toml", "-i", "CT"], "no.toml is not there. Give a TOML file with [[piece]] tables."),
        (["fluoroscopy", "CASE", "--contrast", "5"], "--contrast is 5. Give a share between 0 and 1; 0.05 is usual."),
        (["fluoroscopy", "CASE", "--interval", "0"], "--interval is 0 s. Give 0.2 to 60 s."),
    ],
)  # fmt: skip
def test_a_tired_user_gets_one_sentence(arguments, sentence, case, ct, tmp_path, capsys):
    names = {"CASE": str(case), "CT": str(ct)}
    assert main([*(names.get(a, a) for a in arguments), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == f"azygos: {sentence}\n"
    assert list(tmp_path.iterdir()) == []
