"""``azygos compare`` from two CTs to a folder; finder and comparison are stand-ins."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from made_findings import made_findings, made_volume

from azygos.cli import main
from azygos.compare import Change, Changes, Region, Warp
from azygos.ground.findings import Findings, Range
from azygos.ground.volume import Volume
from azygos.scan import write_nifti
from azygos.study import CompareEffort, compare_again, compare_scans, compare_schema, trace_schema

NAME = "mustermann"
ERROR = Range(value=0.4, low=0.2, high=0.9)


def made_changes(first: Volume, found: Findings, second: Volume, later: Findings, **rest: object) -> Changes:
    """The first piece stayed, the second of the first scan went."""
    piece, other = found.pieces

    def change(one: object, then: tuple[int, ...], verdict: str) -> Change:
        return Change(
            first=(one.number,),
            second=then,
            verdict=verdict,
            sentence=f"it is {verdict}",
            place=one.place,
            region="lung",
            first_mm=one.centre_mm,
            second_mm=one.centre_mm,
            shown_mm=one.centre_mm,
            moved_mm=Range(value=0.1, low=0.0, high=0.5) if then else None,
            least_move_mm=1.2,
            first_ml=one.volume_ml,
            second_ml=one.volume_ml if then else None,
            change_ml=Range(value=0.0, low=-0.01, high=0.01) if then else None,
            least_change_ml=0.02,
            error_mm=ERROR,
            blocks=12,
            warp=Warp(affine_mm=np.eye(4)),
            tracking_uid=one.tracking_uid,
        )

    region = Region(
        region="lung",
        name="lungs",
        error_mm=ERROR,
        inverse_mm=float("nan"),
        repeat_mm=0.1,
        likeness=0.9,
        blocks=12,
        places=2,
        told=True,
    )
    return Changes(
        changes=(change(other, (), "gone"), change(piece, (1,), "unchanged")),
        regions=(region,),
        start=Warp(affine_mm=np.eye(4)),
        lungs=None,
        agreement={"bone": 0.95},
        notes=("A note of the comparison.",),
    )


@pytest.fixture
def stand_ins(monkeypatch) -> None:
    monkeypatch.setattr("azygos.compare.compare", made_changes)
    monkeypatch.setattr("azygos.trace.find", lambda volume, labels, **rest: made_findings(volume))
    monkeypatch.setattr("azygos.cli.scans._compare_report", lambda: None)


@pytest.fixture(scope="module")
def scans(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("ct")
    for number in (1, 2):
        affine = made_volume().affine_mm + np.array([[0, 0, 0, float(number)], *3 * [[0.0] * 4]])
        write_nifti(folder / f"{NAME}{number}.nii.gz", made_volume().hu.astype(np.int16), affine)
    return folder / f"{NAME}1.nii.gz", folder / f"{NAME}2.nii.gz"


@pytest.fixture
def folder(stand_ins, scans, tmp_path) -> Path:
    compare_scans(scans, tmp_path / "out")
    return tmp_path / "out"


def uids(path: Path) -> list[str]:
    return [row["tracking_uid"] for row in csv.DictReader(path.read_text().splitlines())]


def test_the_folder_holds_the_comparison_and_both_traces(folder):
    assert {file.name for file in folder.iterdir()} == {
        "changes.csv", "first", "regions.csv", "result.json", "run.toml", "second", "timing.json",
    }  # fmt: skip
    jsonschema.validate(json.loads((folder / "result.json").read_text()), compare_schema())
    for date in ("first", "second"):
        jsonschema.validate(json.loads((folder / date / "result.json").read_text()), trace_schema())


def test_what_is_the_same_piece_keeps_its_tracking_uid(folder):
    first, second = uids(folder / "first" / "pieces.csv"), uids(folder / "second" / "pieces.csv")
    assert second[0] == first[0]
    assert second[1] not in first  # of the piece that has no partner
    assert uids(folder / "changes.csv") == [first[1], first[0]]


def test_no_file_names_the_patient_or_a_path(folder, scans):
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert NAME.encode() not in data, file.name
            assert str(scans[0].parent).encode() not in data, file.name


def test_a_rerun_gives_the_same_bytes(folder, scans, tmp_path):
    compare_again(folder / "run.toml", tmp_path / "again", inputs=scans)
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "timing.json":
            assert (tmp_path / "again" / file.relative_to(folder)).read_bytes() == file.read_bytes(), file.name


def test_the_terminal_tells_each_change(stand_ins, scans, tmp_path, capsys):
    first, second = map(str, scans)
    assert main(["compare", "-i", first, "-i", second, "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "vertebral body, T10 (first 2): it is gone" in said.replace("It is", "it is")
    assert said.count("A note of the comparison.") == 1
    again = ["rerun", str(tmp_path / "out" / "run.toml"), "-i", second, "-i", first, "-o", str(tmp_path / "again")]
    assert main(again) == 2
    assert capsys.readouterr().err.startswith("azygos: this first ct file is not the one of the run (SHA-256 ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-i", "1"], "a comparison needs two CTs, and 1 were given. Give -i twice, earlier first."),
        ([], "a comparison needs two CTs, and 0 were given. Give -i twice, earlier first."),
        (["-i", "1", "-i", "2", "--labels", "1"],
         "--labels is given 1 times for two CTs. Give it for both or for none."),
        (["-i", "1", "-i", "2", "--label-names", "verse"],
         "--label-names is given without --labels. Give the maps too, or leave it out."),
        (["-i", "1", "-i", "no.nii.gz"], "no.nii.gz: does not exist. Check the path."),
    ],
)  # fmt: skip
def test_a_tired_user_gets_one_sentence(arguments, sentence, stand_ins, scans, tmp_path, capsys):
    names = {"1": str(scans[0]), "2": str(scans[1])}
    assert main(["compare", *(names.get(a, a) for a in arguments), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == f"azygos: {sentence}\n"
    assert list(tmp_path.iterdir()) == []


def test_scans_that_do_not_fit_leave_nothing(stand_ins, scans, tmp_path, monkeypatch):
    from azygos.ground.errors import InputError

    def refusing(*given: object, **rest: Callable[..., object]) -> Changes:
        raise InputError("the two scans share no part of the body.")

    monkeypatch.setattr("azygos.compare.compare", refusing)
    with pytest.raises(InputError):
        compare_scans(scans, tmp_path / "out", effort=CompareEffort())
    assert list(tmp_path.iterdir()) == []
