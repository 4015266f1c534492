"""Traces on the page: made in a child, opened without their CT, tied to it, and shown over its slices."""

from __future__ import annotations

import io
import json
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from made_findings import SHAPE, made_findings, made_volume
from PIL import Image
from run_folders import ct_file, trace_folder

from azygos.app.opening import open_scan
from azygos.app.tracing import new_folder
from azygos.scan import write_nifti


def open_ct(page, path: Path) -> str:
    job = open_scan(page.workspace, path).wait(60.0)
    assert job.state == "done", job.error
    return job.result["scan"]["id"]


def tie(page, run: str, scan: str):
    return page.client.post(f"/api/runs/{run}/scan", json={"scan": scan})


def colours(page, scan: str, overlay: str, index: int) -> np.ndarray:
    """Rows and columns of an axial plane that the overlay tints."""
    where = {"plane": "axial", "index": index, "overlay": overlay}
    picture = page.client.get(f"/api/scans/{scan}/slice.png", params=where)
    assert picture.status_code == 200
    grey = np.asarray(Image.open(io.BytesIO(picture.content)))
    return np.zeros(SHAPE[1::-1], dtype=bool) if grey.ndim == 2 else np.ptp(grey.astype(int), axis=2) > 10


def test_a_trace_is_made_from_an_open_scan(page, tmp_path):
    """By a real child and the real tracer, on a scan that is too small to hold a body."""
    scan = open_ct(page, ct_file(tmp_path / "ct.nii.gz"))
    job = page.wait(page.client.post("/api/trace", json={"scan": scan}).json()["job"], 120.0)
    assert job["state"] == "done", job
    assert job["done"] == job["total"] > 1
    run = job["result"]["run"]
    assert run["kind"] == "trace"
    told = page.client.get(f"/api/runs/{run['id']}/trace").json()
    assert (told["scan"], told["hint"]) == (scan, None)
    assert told["overlay"] in page.workspace.overlays
    folder = page.workspace.runs[run["id"]].folder
    assert {"result.json", "run.toml", "report.html", "cement.nii.gz"} <= {file.name for file in folder.iterdir()}
    assert page.client.get(f"/api/runs/{run['id']}/report").status_code == 200
    assert run in page.client.get("/api/state").json()["runs"]
    assert str(tmp_path) not in json.dumps([job, told])


def test_a_trace_that_is_stopped_leaves_nothing(page, tmp_path):
    scan = open_ct(page, ct_file(tmp_path / "ct.nii.gz"))
    before = set(page.workspace.runs_folder.glob("*"))
    job = page.client.post("/api/trace", json={"scan": scan}).json()["job"]
    while page.client.get(f"/api/jobs/{job}").json()["state"] == "waiting":
        time.sleep(0.01)
    page.client.post(f"/api/jobs/{job}/stop")
    assert page.wait(job)["state"] == "stopped"
    assert set(page.workspace.runs_folder.glob("*")) == before
    again = page.wait(page.client.post("/api/trace", json={"scan": scan}).json()["job"], 120.0)
    assert again["state"] == "done", "the child still works, or a new one does"


def test_a_tracer_that_dies_leaves_a_sentence_and_no_folder(page, tmp_path):
    scan = open_ct(page, ct_file(tmp_path / "ct.nii.gz"))
    before = set(page.workspace.runs_folder.glob("*"))
    job = page.client.post("/api/trace", json={"scan": scan}).json()["job"]
    end = time.monotonic() + 60.0
    while not list(page.workspace.runs_folder.glob("*.partial")) and time.monotonic() < end:
        time.sleep(0.002)
    page.workspace.jobs.children["long"].kill()
    told = page.wait(job)
    assert (told["state"], told["error"]) == (
        "failed",
        "The reader stopped unexpectedly (exit code -9) and has been started again. "
        "Try once more, or with a part of the scan.",
    )
    while set(page.workspace.runs_folder.glob("*")) != before and time.monotonic() < end:
        time.sleep(0.01)
    assert set(page.workspace.runs_folder.glob("*")) == before


def test_a_label_map_goes_with_its_scan(page, tmp_path):
    scan = page.workspace.scans[open_ct(page, ct_file(tmp_path / "ct.nii.gz"))]
    labels = np.zeros(SHAPE, dtype=np.uint8)
    labels[12:20, 8:16, 5:10] = 32  # T12 in TotalSegmentator's map
    write_nifti(tmp_path / "labels.nii.gz", labels, made_volume().affine_mm)
    scan.labels, scan.label_names = tmp_path / "labels.nii.gz", "totalsegmentator"
    for asked, wanted in (({}, True), ({"labels": False}, False)):
        job = page.wait(page.client.post("/api/trace", json={"scan": scan.id, **asked}).json()["job"], 120.0)
        assert job["state"] == "done", job
        record = tomllib.loads((page.workspace.runs[job["result"]["run"]["id"]].folder / "run.toml").read_text())
        assert ("labels" in record["input_sha256"]) == wanted


def test_without_its_ct_all_but_slices_is_told(page, tmp_path):
    folder = trace_folder(tmp_path / "traced")
    told = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/trace").json()
    result = json.loads((folder / "result.json").read_text())
    for key in ("pieces", "not_cement", "levels", "path", "blind", "limits", "landmarks", "summary"):
        assert told[key] == result[key]
    assert (told["scan"], told["overlay"], told["hint"]) == (None, None, "Open the CT to see slices.")
    assert told["notes"] == []
    assert told["run_notes"] == ["A note of the finder."]
    volume = made_findings().pieces[0].volume_ml.value
    assert told["summary_words"] == [
        f"1 piece reported, {volume:.2g} mL in all.",
        "1 candidate; 1 bright thing not cement.",
        "Cement in the lungs: Butscheidt grade 1.",
    ]


def test_its_ct_is_tied_to_it_and_the_pieces_lie_where_they_were_found(page, tmp_path):
    ct = ct_file(tmp_path / "ct.nii.gz")
    run = page.workspace.add_run(trace_folder(tmp_path / "traced", ct)).id
    scan = open_ct(page, ct)
    told = tie(page, run, scan).json()
    assert (told["scan"], told["hint"]) == (scan, None)
    assert told["run_notes"][-1] == "The scan is the very file that was traced."
    labels = made_findings().label_map()
    for index in range(SHAPE[2]):
        np.testing.assert_array_equal(colours(page, scan, told["overlay"], index), labels[:, :, index].T > 0)
    assert page.client.get(f"/api/runs/{run}/trace").json() == told


def test_another_file_on_the_same_grid_is_tied_with_a_warning(page, tmp_path):
    run = page.workspace.add_run(trace_folder(tmp_path / "traced", ct_file(tmp_path / "ct.nii.gz"))).id
    told = tie(page, run, open_ct(page, ct_file(tmp_path / "other.nii.gz", plus_hu=1))).json()
    assert told["run_notes"][-1] == (
        "The scan's grid is the same, but its file is not the one that was traced: check that it is the same scan."
    )


def test_another_scan_is_refused(page, tmp_path):
    run = page.workspace.add_run(trace_folder(tmp_path / "traced")).id
    shifted = open_ct(page, ct_file(tmp_path / "shifted.nii.gz", shifted_mm=2.5))
    answer = tie(page, run, shifted)
    title = page.workspace.scans[shifted].title
    said = f"This run is of another scan: its grid lies up to 2.5 mm from that of {title}. Open the CT that was traced."
    assert (answer.status_code, answer.json()["error"]) == (400, said)
    volume = made_volume()
    write_nifti(tmp_path / "small.nii.gz", volume.hu[:, :, :10].astype(np.int16), volume.affine_mm)
    small = open_ct(page, tmp_path / "small.nii.gz")
    said = (
        "This run is of another scan: its grid is 24 x 20 x 12 voxels, and "
        f"{page.workspace.scans[small].title} has 24 x 20 x 10. Open the CT that was traced."
    )
    answer = tie(page, run, small)
    assert (answer.status_code, answer.json()["error"]) == (400, said)
    assert page.client.get(f"/api/runs/{run}/trace").json()["scan"] is None


@pytest.mark.parametrize("broken", ["missing", "cut", "text", "values"])
def test_pieces_that_cannot_be_read_are_said_and_the_rest_is_shown(page, tmp_path, broken):
    folder = trace_folder(tmp_path / "traced")
    path = folder / "cement.nii.gz"
    if broken == "missing":
        path.unlink()
    elif broken == "cut":
        path.write_bytes(path.read_bytes()[:60])
    elif broken == "text":
        path.write_text("no picture")
    else:
        write_nifti(path, np.zeros(SHAPE, dtype=np.float32), np.eye(4))
    told = tie(page, page.workspace.add_run(folder).id, open_ct(page, ct_file(tmp_path / "ct.nii.gz"))).json()
    assert told["scan"] is not None
    assert told["overlay"] is None
    why = "has no cement.nii.gz" if broken == "missing" else None
    said = f"This run {why}" if why else "cement.nii.gz of this run cannot be read"
    assert told["run_notes"][-1] == f"{said}: the pieces cannot be shown on slices."


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda told: told.pop("pieces"), "pieces"),
        (lambda told: told.update(path=[]), "path"),
        (lambda told: told.update(summary=None), "summary"),
    ],
)
def test_a_result_of_another_version_is_refused_in_one_sentence(page, tmp_path, change, what):
    folder = trace_folder(tmp_path / "traced")
    table = json.loads((folder / "result.json").read_text())
    change(table)
    (folder / "result.json").write_text(json.dumps(table))
    answer = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/trace")
    said = (
        f"result.json of this run cannot be read: its {what} is not what this azygos writes; another version may have "
        "made it. Copy the folder again, or do the run again."
    )
    assert (answer.status_code, answer.json()["error"]) == (400, said)


@pytest.mark.parametrize(
    "scan",
    [
        {"shape": [-1, 20, 12], "affine_lps_mm": np.eye(4).tolist()},
        {"shape": ["a", 20, 12], "affine_lps_mm": np.eye(4).tolist()},
        {"shape": [24, 20], "affine_lps_mm": np.eye(4).tolist()},
        {"shape": [24, 20, 12], "affine_lps_mm": np.zeros((4, 4)).tolist()},
        {"shape": [10**12, 10**12, 10**12], "affine_lps_mm": np.eye(4).tolist()},
        {"shape": [24, 20, 12], "affine_lps_mm": [[1]]},
    ],
)
def test_a_grid_that_is_none_ties_to_no_scan(page, tmp_path, scan):
    folder = trace_folder(tmp_path / "traced")
    table = json.loads((folder / "result.json").read_text())
    table["scan"].update(scan)
    (folder / "result.json").write_text(json.dumps(table))
    answer = tie(page, page.workspace.add_run(folder).id, open_ct(page, ct_file(tmp_path / "ct.nii.gz")))
    said = "This run does not say on which grid its scan lies, so none can be tied to it."
    assert (answer.status_code, answer.json()["error"]) == (400, said)


def test_a_picture_of_a_drawn_bone_is_not_traced(page, tmp_path):
    scan = page.workspace.scans[open_ct(page, ct_file(tmp_path / "ct.nii.gz"))]
    scan.source = None
    answer = page.client.post("/api/trace", json={"scan": scan.id})
    said = f"{scan.title} is a picture of a drawn bone, not a CT. Open a CT."
    assert (answer.status_code, answer.json()["error"]) == (400, said)


def test_labels_that_are_not_there_are_not_used(page, tmp_path):
    scan = page.workspace.scans[open_ct(page, ct_file(tmp_path / "ct.nii.gz"))]
    answer = page.client.post("/api/trace", json={"scan": scan.id, "labels": True})
    said = f"{scan.title} has no label map. Open one, or go without."
    assert (answer.status_code, answer.json()["error"]) == (400, said)


def test_a_place_of_a_new_run_is_free(page):
    first = new_folder(page.workspace, "test")
    second = new_folder(page.workspace, "test")
    assert first != second, "the first may wait for its turn"
    number = int(second.name.removeprefix("test-"))
    for taken in (f"test-{number + 1}", f"test-{number + 2}.partial"):
        (page.workspace.runs_folder / taken).mkdir()
    assert new_folder(page.workspace, "test").name == f"test-{number + 3}"
    for taken in (f"test-{number + 1}", f"test-{number + 2}.partial"):
        (page.workspace.runs_folder / taken).rmdir()


def test_two_traces_wait_for_each_other(page, tmp_path):
    scan = open_ct(page, ct_file(tmp_path / "ct.nii.gz"))
    jobs = [page.client.post("/api/trace", json={"scan": scan}).json()["job"] for _ in range(2)]
    runs = [page.wait(job, 120.0)["result"]["run"]["id"] for job in jobs]
    assert runs[0] != runs[1]
