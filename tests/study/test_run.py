"""``azygos trace`` from a CT to a folder; the finder is a stand-in, what is found is made by hand."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import numpy as np
import pydicom
import pytest
from made_findings import made_findings, made_volume

from azygos.cli import main
from azygos.ground.errors import AccountError, InputError
from azygos.ground.findings import Asked, Findings
from azygos.ground.volume import LabelMap, Volume
from azygos.scan import read_labels, write_ct_series, write_nifti
from azygos.study import TraceEffort, TraceResult, trace, trace_again, trace_schema

NAME = "mustermann-erika"


def finder(volume: Volume, labels: Sequence[LabelMap], *, asked: Asked, progress: object) -> Findings:
    return made_findings(volume)


def write_report(result: TraceResult, path: Path) -> None:
    path.write_text(f"{len(result.findings.pieces)} pieces")


EFFORT = TraceEffort(finder=finder, write_report=write_report)


@pytest.fixture(scope="module")
def ct(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("ct") / f"{NAME}.nii.gz"
    write_nifti(path, made_volume().hu.astype(np.int16), made_volume().affine_mm)
    return path


@pytest.fixture(scope="module")
def dicom(tmp_path_factory) -> Path:
    """A series whose headers name a patient."""
    folder = tmp_path_factory.mktemp("dicom") / NAME
    write_ct_series(folder, made_volume(), description="made")
    for file in folder.iterdir():
        data = pydicom.dcmread(file)
        data.PatientName, data.PatientID, data.StudyDescription = "SECRET^NAME", "SECRET-ID", "SECRET text"
        data.StudyDate, data.AccessionNumber, data.PatientBirthDate = "20010203", "SECRET-NO", "19500506"
        data.OtherPatientNames, data.InstitutionName = "SECRET^OTHER", "SECRET hospital"
        data.save_as(file)
    return folder


@pytest.fixture(scope="module")
def folder(ct, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    trace(ct, out, asked=Asked(screws=True), effort=EFFORT)
    return out


@pytest.fixture(scope="module")
def dicom_folder(dicom, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    trace(dicom, out, effort=EFFORT)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def digests(folder: Path) -> dict[str, str]:
    """Hash of each file but of the one that tells how long it took."""
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.iterdir())
        if file.name != "timing.json"
    }


def test_the_folder_holds_what_is_promised(folder):
    assert {file.name for file in folder.iterdir()} == {
        "cement.nii.gz", "cement.seg.nrrd", "levels.csv", "not_cement.csv", "path.vtp", "pieces.csv", "report.html",
        "result.json", "run.toml", "timing.json",
    }  # fmt: skip
    assert not folder.with_name("out.partial").exists()


def test_a_dicom_scan_gets_objects_too(dicom_folder):
    assert {"cement_seg.dcm", "report.dcm"} <= {file.name for file in dicom_folder.iterdir()}


def test_the_result_follows_the_published_schema(folder, dicom_folder):
    for one in (folder, dicom_folder):
        jsonschema.validate(json.loads((one / "result.json").read_text()), trace_schema())


def test_a_scan_without_cement_follows_it_too(ct, tmp_path):
    effort = TraceEffort(finder=lambda volume, labels, **rest: made_findings(volume, empty=True))
    result = trace(ct, tmp_path / "out", effort=effort)
    table = json.loads((tmp_path / "out" / "result.json").read_text())
    jsonschema.validate(table, trace_schema())
    assert table["summary"]["reported_pieces"] == len(result.findings.pieces) == 0
    assert rows(tmp_path / "out" / "pieces.csv") == []


def test_the_tables_tell_what_was_found(folder):
    first, second = rows(folder / "pieces.csv")
    assert (first["piece"], first["site"], first["lobe"], first["origin"]) == ("1", "lung", "right lower", "T10")
    assert float(first["volume_ml"]) == pytest.approx(18 * 0.8 * 0.8 * 2.0 * 1e-3)
    assert (float(first["x_lps_mm"]), float(first["z_lps_mm"])) == (4.8, 9.0)
    assert second["tier"] == "candidate"
    assert [row["kind"] for row in rows(folder / "not_cement.csv")] == ["aortic calcification"]
    assert [(row["level"], row["exit_site"], row["exit_pieces"]) for row in rows(folder / "levels.csv")] == [
        ("T10", "lung", "1")
    ]


def test_the_label_maps_lie_where_the_pieces_lie(folder):
    whole = read_labels(folder / "cement.nii.gz")
    assert whole.names[1].startswith("1_branch_of_a_pulmonary_artery")
    assert np.argwhere(whole.labels == 2).min(axis=0).tolist() == [14, 10, 6]
    part = read_labels(folder / "cement.seg.nrrd")
    assert part.labels.shape == (13, 9, 5)  # the box of both pieces alone
    assert part.affine_mm[:3, 3].tolist() == pytest.approx([4.0, 4.0, 8.0])
    assert (part.labels == 2).sum() == (whole.labels == 2).sum() == 48


def test_the_record_says_what_was_asked_and_names_nothing(folder):
    record = tomllib.loads((folder / "run.toml").read_text())
    assert (record["kind"], record["state"], record["options"]) == ("trace", "whole", {"screws": True})
    assert set(record["input_sha256"]) == {"ct"}


def test_no_file_names_the_patient_or_a_path(folder, dicom_folder, ct):
    for file in [*folder.iterdir(), *dicom_folder.iterdir()]:
        data = file.read_bytes()
        for secret in (b"SECRET", NAME.encode(), b"20010203", b"19500506", str(ct.parent).encode()):
            assert secret not in data, (file.name, secret)


def test_a_nifti_scan_says_why_it_has_no_dicom_objects(folder):
    notes = json.loads((folder / "result.json").read_text())["notes"]
    assert "cement_seg.dcm and report.dcm were not written: they need a DICOM input." in notes


def test_a_rerun_gives_the_same_bytes(folder, ct, tmp_path):
    trace_again(folder / "run.toml", tmp_path / "again", input=ct, effort=EFFORT)
    assert digests(tmp_path / "again") == digests(folder)


def test_a_rerun_wants_the_same_scan(folder, ct, tmp_path):
    other = tmp_path / "other.nii.gz"
    write_nifti(other, made_volume().hu.astype(np.int16) + 1, made_volume().affine_mm)
    with pytest.raises(
        InputError, match=r"^this ct file is not the one of the run \(SHA-256 .*\)\. Give the same file\.$"
    ):
        trace_again(folder / "run.toml", tmp_path / "again", input=other, effort=EFFORT)
    with pytest.raises(InputError) as error:
        trace_again(folder / "run.toml", tmp_path / "again", input=ct, labels=[ct], effort=EFFORT)
    assert str(error.value) == ("this run read 0 label maps, and 1 is given. Give the same ones with --labels.")


def test_tracking_uids_last_and_are_handed_on(folder, ct, tmp_path):
    uids = [row["tracking_uid"] for row in rows(folder / "pieces.csv")]
    assert len(set(uids)) == 2
    again = trace(ct, tmp_path / "again", effort=EFFORT)
    assert [piece.tracking_uid for piece in again.findings.pieces] == uids
    kept = trace(ct, tmp_path / "kept", previous={2: "1.2.3"}, effort=EFFORT)
    assert [piece.tracking_uid for piece in kept.findings.pieces] == [uids[0], "1.2.3"]


def test_an_output_that_is_there_is_refused_before_any_work(folder, ct, capsys):
    assert main(["trace", "-i", str(ct), "-o", str(folder)]) == 2
    said = f"azygos: {folder} is already there. Choose another -o, or replace it with --force.\n"
    assert capsys.readouterr().err == said


def test_what_the_finder_refuses_leaves_nothing(ct, tmp_path):
    def refusing(*given: object, **rest: object) -> Findings:
        raise AccountError("a piece has no voxels")

    with pytest.raises(AccountError):
        trace(ct, tmp_path / "out", effort=TraceEffort(finder=refusing))
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing_that_looks_finished(ct, tmp_path, monkeypatch, capsys):
    def stopping(*given: object, **rest: object) -> Findings:
        raise KeyboardInterrupt

    monkeypatch.setattr("azygos.trace.find", stopping)
    out = tmp_path / "out"
    assert main(["trace", "-i", str(ct), "-o", str(out)]) == 130
    said = f"azygos: stopped. {tmp_path / 'out.partial'} is unfinished; the same command begins it again.\n"
    assert capsys.readouterr().err == said
    assert not out.exists()
    trace(ct, out, effort=EFFORT)
    assert (out / "result.json").is_file()


def test_a_full_disk_leaves_nothing_half_written(ct, tmp_path, monkeypatch, capsys):
    import errno

    def full(*rest: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "cement.nii.gz")

    monkeypatch.setattr("azygos.trace.find", finder)
    monkeypatch.setattr("azygos.study.run.write_maps", full)
    out = tmp_path / "out"
    assert main(["trace", "-i", str(ct), "-o", str(out)]) == 2
    assert "the disk is full (cement.nii.gz)" in capsys.readouterr().err
    assert not out.exists()
    monkeypatch.undo()
    monkeypatch.setattr("azygos.trace.find", finder)
    monkeypatch.setattr("azygos.cli.scans._trace_report", lambda: write_report)
    assert main(["trace", "-i", str(ct), "-o", str(out)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Cement from T10 lies in the right lower lobe: 1 piece")  # the report's own headline
    assert said[1:3] == [
        "1: branch of a pulmonary artery within the lung, right lower lobe, 0.023 mL (0.018 to 0.03), 8 mm long, "
        "from T10, certainty 0.95",
        "1 candidate; 1 bright thing not cement.",
    ]
    assert said[-2] == f"Report: {out / 'report.html'}"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "say what to trace: -i CT, --batch LIST, or --pacs URL with --study UID."),
        (["-i", "CT", "--batch", "l.csv"], "-i and --batch are given together. Give one of them."),
        (["-i", "CT", "--store"], "--study and --store belong to --pacs. Give its URL too."),
        (["--pacs", "http://127.0.0.1:1"], "say which study of the PACS with --study UID."),
        (["--batch", "l.csv", "--screws"],
         "a worklist tells labels, series and answers by line. Write them into its columns."),
        (["-i", "CT", "--label-names", "verse"],
         "--label-names is given without --labels. Give the map too, or leave it out."),
        (["-i", "no.nii.gz"], "no.nii.gz: does not exist. Check the path."),
        (["-i", "LABELS"],
         "cement.nii.gz: holds only 3 different whole numbers (0 to 2): a label map, not a CT. Pass it with --labels, "
         "and the CT with -i."),
    ],
)  # fmt: skip
def test_a_tired_user_gets_one_sentence(arguments, sentence, ct, folder, tmp_path, capsys):
    names = {"CT": str(ct), "LABELS": str(folder / "cement.nii.gz")}
    assert main(["trace", *[names.get(a, a) for a in arguments], "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == f"azygos: {sentence}\n"
    assert list(tmp_path.iterdir()) == []


def change(folder: Path, tmp_path: Path, *numbers: int, **changes: object) -> Path:
    """A copy of a series with some headers of some slices changed."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for number, file in enumerate(sorted(folder.iterdir())):
        data = pydicom.dcmread(file)
        if number in numbers:
            for keyword, value in changes.items():
                setattr(data, keyword, value)
        data.save_as(copy / file.name)
    return copy


def test_two_patients_in_one_folder_are_refused(dicom, tmp_path, capsys):
    both = change(dicom, tmp_path, 3, 4, PatientID="ANOTHER", SeriesInstanceUID="1.2.3", SeriesNumber=7)
    assert main(["trace", "-i", str(both), "-o", str(tmp_path / "out")]) == 2
    said = "azygos: copy: holds files of 2 patients. Pass a folder with the files of one.\n"
    assert capsys.readouterr().err == said


def test_another_modality_is_refused(dicom, tmp_path, capsys):
    other = change(dicom, tmp_path, *range(12), Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4")
    assert main(["trace", "-i", str(other), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        "azygos: copy: is DICOM of the kind 'MR Image Storage' (modality MR), not a CT series. "
        "Pass the folder of a CT series.\n"
    )


def test_a_missing_slice_is_refused(dicom, tmp_path, capsys):
    copy = change(dicom, tmp_path)
    (copy / "ct_0005.dcm").unlink()
    assert main(["trace", "-i", str(copy), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.startswith("azygos: copy: ")


def test_a_scan_of_thousands_of_slices_is_refused_before_it_is_read(ct, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("azygos.study.source.MOST_VOXELS", 5000)
    assert main(["trace", "-i", str(ct), "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        f"azygos: {ct.name}: holds 24 x 20 x 12 voxels (0 million), more than the 0 million that are traced at once. "
        "Pass a part of it, or a series with thicker slices.\n"
    )


def test_a_repaired_series_says_why_it_has_no_dicom_objects(dicom, tmp_path):
    copy = change(dicom, tmp_path)
    (copy / "ct_0008.dcm").unlink()  # one that shows a piece
    result = trace(copy, tmp_path / "out", repair=True, effort=EFFORT)
    assert result.notes[-1] == (
        "cement_seg.dcm and report.dcm were not written: they need the pictures on which the voxels lie, and this "
        "series was resampled or put together anew."
    )


def test_headers_that_make_no_objects_leave_a_sentence_and_the_rest(dicom, tmp_path, monkeypatch):
    def refusing(*given: object) -> None:
        raise AttributeError("no such attribute")

    monkeypatch.setattr("azygos.scan.dicom_objects.make_segmentation", refusing)
    result = trace(dicom, tmp_path / "out", effort=EFFORT)
    said = "cement_seg.dcm and report.dcm were not written: the scan's headers are not whole (AttributeError: no such "
    assert result.notes[-1] == said + "attribute)."
    assert json.loads((tmp_path / "out" / "result.json").read_text())["notes"][-1] == result.notes[-1]
    assert (tmp_path / "out" / "report.html").is_file()
