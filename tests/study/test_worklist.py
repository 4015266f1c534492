"""Many scans from one list: bad lines are named and the rest is done; what is done is kept."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from made_findings import made_findings, made_volume

from azygos.cli import main
from azygos.ground.errors import InputError
from azygos.ground.findings import Asked
from azygos.scan import write_nifti
from azygos.study import TraceEffort, trace_list
from azygos.study.worklist import read_list

HEAD = "input,labels,name,cemented_joint,screws,pacemaker\n"
COLUMNS = "input, labels, label_names, series, name, cemented_joint, screws, pacemaker"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    for number in range(3):
        hu = made_volume().hu.astype(np.int16) + number
        write_nifti(tmp_path / f"mustermann{number}.nii.gz", hu, made_volume().affine_mm)
    return tmp_path


@pytest.fixture
def traced(monkeypatch) -> list[Asked]:
    """A finder that notes whom it was asked about."""
    seen: list[Asked] = []

    def finder(volume, labels, *, asked, progress):
        seen.append(asked)
        return made_findings(volume)

    monkeypatch.setattr("azygos.trace.find", finder)
    monkeypatch.setattr("azygos.cli.scans._trace_report", lambda: None)
    return seen


def write_list(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "list.csv"
    path.write_text(head + "".join(f"{line}\n" for line in lines))
    return path


def registry(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "registry.csv").read_text().splitlines()))


def test_each_scan_gets_a_folder_and_a_row(scans, traced):
    path = write_list(
        scans, "mustermann0.nii.gz,,one,yes,no,", "", "mustermann1.nii.gz,,,,,no", "mustermann2.nii.gz,,three,,,"
    )
    rows = trace_list(path, scans / "out")
    assert [(row.line, row.name, row.state) for row in rows] == [
        (2, "one", "done"), (4, "scan_0004", "done"), (5, "three", "done"),
    ]  # fmt: skip
    assert traced == [Asked(cemented_joint=True, screws=False), Asked(pacemaker=False), Asked()]
    assert {file.name for file in (scans / "out").iterdir()} == {"one", "scan_0004", "three", "registry.csv"}
    first = registry(scans / "out")[0]
    assert (first["reported_pieces"], first["sites"], first["origins"]) == ("1", "lung", "T10")
    assert len(first["ct_sha256"]) == 64
    assert b"mustermann" not in b"".join(f.read_bytes() for f in (scans / "out").rglob("*") if f.is_file())


def test_bad_lines_are_named_and_the_rest_is_done(scans, traced, capsys):
    path = write_list(
        scans,
        "mustermann0.nii.gz,,one,perhaps,,",
        ",,two,,,",
        "missing.nii.gz,,three,,,",
        "mustermann1.nii.gz,,../four,,,",
        "mustermann1.nii.gz,,five,,,",
        "mustermann2.nii.gz,,five,,,",
        "mustermann2.nii.gz,,six,,,,extra",
    )
    assert main(["trace", "--batch", str(path), "-o", str(scans / "out")]) == 2
    said = capsys.readouterr()
    assert said.err == (
        "azygos: 6 of 7 lines could not be done; registry.csv says why. Mend them and run the same command: "
        "what is done is kept.\n"
    )
    assert "3 of 7: three failed: the file is not there. Check the path of the file or folder to read.\n" in said.out
    assert [(row["name"], row["state"], row["sentence"]) for row in registry(scans / "out")] == [
        ("one", "failed", "line 2 has cemented_joint 'perhaps'. Write yes, no or nothing."),
        ("two", "failed", "line 3 names no input."),
        ("three", "failed", "the file is not there. Check the path of the file or folder to read."),
        ("", "failed", "line 5 has the name '../four'. Use letters, digits, '_', '-' and '.', since a folder is "
         "called so."),
        ("five", "done", ""),
        ("five", "failed", "line 7 has the name 'five' of line 6. Give it one of its own."),
        ("six", "failed", "line 8 has 7 cells for 6 columns. Put cells that hold a comma into quotation marks."),
    ]  # fmt: skip
    assert {file.name for file in (scans / "out").iterdir()} == {"five", "registry.csv"}


def test_what_is_done_is_kept_and_what_changed_is_done_again(scans, traced):
    path = write_list(scans, "mustermann0.nii.gz,,one,,,", "gone.nii.gz,,two,,,")
    trace_list(path, scans / "out")
    path = write_list(scans, "mustermann0.nii.gz,,one,,,", "mustermann1.nii.gz,,two,,,")
    assert [row.state for row in trace_list(path, scans / "out")] == ["kept", "done"]
    assert len(traced) == 2
    path = write_list(scans, "mustermann0.nii.gz,,one,,yes,", "mustermann1.nii.gz,,two,,,")
    rows = trace_list(path, scans / "out")
    assert [row.state for row in rows] == ["done", "kept"]  # another answer is another run
    assert rows[1].found is not None
    assert rows[1].found["reported_pieces"] == 1


def test_a_batch_that_was_stopped_goes_on_where_it_was(scans, monkeypatch, capsys):
    seen = []

    def stopping(volume, labels, **rest):
        seen.append(volume)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return made_findings(volume)

    monkeypatch.setattr("azygos.trace.find", stopping)
    monkeypatch.setattr("azygos.cli.scans._trace_report", lambda: None)
    path = write_list(scans, *(f"mustermann{number}.nii.gz,,s{number},,," for number in range(3)))
    assert main(["trace", "--batch", str(path), "-o", str(scans / "out")]) == 130
    assert capsys.readouterr().err == (
        f"azygos: stopped. What is finished lies in {scans / 'out'}; the same command takes it up from there.\n"
    )
    assert [row["state"] for row in registry(scans / "out")] == ["done"]
    assert main(["trace", "--batch", str(path), "-o", str(scans / "out")]) == 0
    assert [row["state"] for row in registry(scans / "out")] == ["kept", "done", "done"]
    assert len(seen) == 4
    assert {file.name for file in (scans / "out").iterdir()} == {"s0", "s1", "s2", "registry.csv"}


def test_a_mistake_of_ours_in_one_scan_is_one_row(scans):
    def broken(volume, labels, **rest):
        raise IndexError("index 7 is out of bounds")

    path = write_list(scans, "mustermann0.nii.gz,,one,,,")
    rows = trace_list(path, scans / "out", effort=TraceEffort(finder=broken))
    assert rows[0].sentence == "IndexError: index 7 is out of bounds. This is ours to fix."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"list.csv has no column 'input'. Its first line names the columns: {COLUMNS}."),
        ("inptu,name\n", "list.csv: unknown column 'inptu'. Did you mean input?"),
        ("input,patient\na,b\n", f"list.csv: unknown column 'patient'. Possible are {COLUMNS}."),
        (HEAD, "list.csv lists no scan. Write one a line under its head."),
    ],
)
def test_a_list_that_is_none_is_refused_whole(text, sentence, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_list(path)
    assert str(error.value) == sentence


def test_a_folder_that_is_no_registry_is_left_alone(scans, traced, capsys):
    (scans / "out").mkdir()
    (scans / "out" / "thesis.txt").write_text("mine")
    path = write_list(scans, "mustermann0.nii.gz,,one,,,")
    assert main(["trace", "--batch", str(path), "-o", str(scans / "out")]) == 2
    assert capsys.readouterr().err == (
        f"azygos: {scans / 'out'} is already there, and holds no registry.csv of a worklist. Choose another -o.\n"
    )
    assert traced == []


def test_labels_are_taken_by_line(scans, traced):
    labels = np.zeros(made_volume().hu.shape, dtype=np.uint8)
    labels[14:18, 10:14, 6:9] = 1
    for name in ("a", "b"):
        write_nifti(scans / f"{name}.nii.gz", labels, made_volume().affine_mm, {1: "heart"})
    tasks = read_list(write_list(scans, "mustermann0.nii.gz,a.nii.gz; b.nii.gz,one,,,"))
    assert tasks[0].source is not None
    assert [path.name for path in tasks[0].source.labels] == ["a.nii.gz", "b.nii.gz"]
    assert len(tasks[0].source.read_labels(made_volume())) == 2
