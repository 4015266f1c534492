"""Comparisons on the page: made from two open scans, opened without them, tied to them, their slices linked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from made_findings import made_findings
from run_folders import compare_folder, ct_file

from azygos.app import comparing
from azygos.app.child import Stopped
from azygos.app.opening import open_scan
from azygos.compare import Changes, Warp
from azygos.ground.errors import InputError


def open_ct(page, path: Path) -> str:
    job = open_scan(page.workspace, path).wait(60.0)
    assert job.state == "done", job.error
    return job.result["scan"]["id"]


def given(*paths: Path, out: Path) -> dict:
    dates = [
        {"input": str(path), "series": None, "repair": False, "labels": None, "label_names": None} for path in paths
    ]
    return {"dates": dates, "out": str(out)}


@pytest.fixture
def stand_ins(monkeypatch) -> None:
    """A finder that finds what was made by hand, and a comparison that sees a turn and a shift."""

    def find(volume, labels, *, asked, progress=None):
        for done in range(3):
            progress(done, 2)
        return made_findings(volume)

    def compare(first, found, second, later, *, progress=None):
        progress(1, 2)
        progress(2, 2)
        turn = np.array([[0.0, -1.0, 0.0, 5.0], [1.0, 0.0, 0.0, 6.0], [0.0, 0.0, 1.0, 7.0], [0.0, 0.0, 0.0, 1.0]])
        return Changes(
            changes=(), regions=(), start=Warp(affine_mm=turn, step_mm=np.array([1.0, 2.0, 3.0])), lungs=None
        )

    monkeypatch.setattr("azygos.trace.find", find)
    monkeypatch.setattr("azygos.compare.compare", compare)
    monkeypatch.setattr("azygos.report.write_compare_report", lambda result, path: path.write_text("a report"))


def test_the_bar_runs_through_both_scans_and_the_comparison(stand_ins, tmp_path):
    told = []
    first, second = ct_file(tmp_path / "1.nii.gz"), ct_file(tmp_path / "2.nii.gz", shifted_mm=1.0)

    def tell(done, total, partial=None, words=""):
        told.append((done, words))
        assert total == 100

    comparing.run(given(first, second, out=tmp_path / "out"), tell)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert list(dict.fromkeys(words for _, words in told)) == [
        "reading both scans",
        "looking for cement on the first scan",
        "looking for cement on the second scan",
        "comparing the two dates",
        "writing the report",
    ]
    assert (tmp_path / "out" / "report.html").read_text() == "a report"


def test_the_way_from_scan_to_scan_is_one_matrix(page, stand_ins, tmp_path):
    """What the warp does to a point, the matrix does too."""
    first, second = ct_file(tmp_path / "1.nii.gz"), ct_file(tmp_path / "2.nii.gz")
    comparing.run(given(first, second, out=tmp_path / "out"), lambda *told, **more: None)
    told = page.client.get(f"/api/runs/{page.workspace.add_run(tmp_path / 'out').id}/compare").json()
    # (10, 20, 30) steps to (11, 22, 33), turns to (-22, 11, 33) and moves to (-17, 17, 40)
    np.testing.assert_allclose(np.array(told["to_second"]["start"]) @ [10.0, 20.0, 30.0, 1.0], [-17.0, 17.0, 40.0, 1.0])


def test_a_stopped_comparison_leaves_nothing(stand_ins, tmp_path):
    def tell(done, total, partial=None, words=""):
        if done >= 40:
            raise Stopped

    asked = given(ct_file(tmp_path / "1.nii.gz"), ct_file(tmp_path / "2.nii.gz"), out=tmp_path / "out")
    with pytest.raises(Stopped):
        comparing.run(asked, tell)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.nii.gz", "2.nii.gz"]


def test_a_scan_that_is_gone_is_named_by_its_date(stand_ins, tmp_path):
    (tmp_path / "000002.nii.gz").write_bytes(b"")
    asked = given(ct_file(tmp_path / "000001.nii.gz"), tmp_path / "000002.nii.gz", out=tmp_path / "out")
    with pytest.raises(InputError) as refused:
        comparing.run(asked, lambda *told, **more: None)
    assert str(refused.value) == "The second scan is empty (0 bytes). Copy it again."


def test_two_scans_that_are_no_two_dates_are_refused(page, tmp_path):
    """By a real child: blocks in the air are no body."""
    one = open_ct(page, ct_file(tmp_path / "1.nii.gz"))
    answer = page.client.post("/api/compare", json={"scans": [one, one]})
    said = "These are one and the same scan. Choose two dates of one patient."
    assert (answer.status_code, answer.json()["error"]) == (400, said)
    other = open_ct(page, ct_file(tmp_path / "2.nii.gz", shifted_mm=1.0))
    job = page.wait(page.client.post("/api/compare", json={"scans": [one, other]}).json()["job"], 120.0)
    assert job["state"] in ("done", "failed")
    assert job["state"] == "done" or job["error"].endswith("."), job
    assert "ours to fix" not in (job["error"] or "")
    for scans in ([one], [one, other, one], one):
        assert page.client.post("/api/compare", json={"scans": scans}).status_code == 422


def test_without_its_scans_all_but_slices_is_told(page, tmp_path):
    folder = compare_folder(tmp_path / "compared")
    told = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/compare").json()
    gone, stayed = told["changes"]
    pieces = made_findings().pieces
    assert (gone["verdict"], gone["words"], gone["second"]) == ("gone", "It is gone.", None)
    assert gone["first"]["piece"] == 2
    np.testing.assert_allclose(np.subtract(gone["second_mm"], pieces[1].centre_mm), [1.0, 0.0, 0.0], atol=1e-3)
    assert (stayed["verdict"], stayed["first"]["piece"], stayed["second"]["piece"]) == ("unchanged", 1, 1)
    np.testing.assert_allclose(stayed["first"]["centre_mm"], pieces[0].centre_mm, atol=1e-3)
    assert stayed["moved_mm"] == {"value": 0.1, "low": 0.0, "high": 0.5}
    assert (told["scans"], told["hint"]) == (None, "Open both CTs to see slices.")
    np.testing.assert_allclose(np.array(told["to_second"]["start"]) @ [0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0])


def test_both_scans_are_tied_in_their_order(page, tmp_path):
    run = page.workspace.add_run(compare_folder(tmp_path / "compared")).id
    first = open_ct(page, ct_file(tmp_path / "1.nii.gz"))
    second = open_ct(page, ct_file(tmp_path / "2.nii.gz", shifted_mm=1.0))
    told = page.client.post(f"/api/runs/{run}/scan", json={"scans": [first, second]}).json()
    assert (told["scans"], told["hint"]) == ([first, second], None)
    answer = page.client.post(f"/api/runs/{run}/scan", json={"scans": [second, first]})
    title = page.workspace.scans[second].title
    said = f"This run is of another scan: its grid lies up to 1 mm from that of {title}. Open the CT that was traced."
    assert (answer.status_code, answer.json()["error"]) == (400, said)


def test_an_older_comparison_is_shown_and_not_linked(page, tmp_path):
    folder = compare_folder(tmp_path / "compared")
    table = json.loads((folder / "result.json").read_text())
    del table["to_second_mm"]
    (folder / "result.json").write_text(json.dumps(table))
    told = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/compare").json()
    assert told["to_second"]["start"] is None
    said = "This comparison does not say how its scans lie to each other: their slices are not linked."
    assert told["run_notes"][-1] == said


@pytest.mark.parametrize("start", ["north", [[1, 0], [0, 1]], [[0.0] * 4] * 4, [["a"] * 4] * 4])
def test_a_way_that_is_none_links_no_slices(page, tmp_path, start):
    folder = compare_folder(tmp_path / "compared")
    table = json.loads((folder / "result.json").read_text())
    table["to_second_mm"] = start
    (folder / "result.json").write_text(json.dumps(table))
    told = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/compare").json()
    assert told["to_second"]["start"] is None


@pytest.mark.parametrize("changes", [[1], [{}], [{"sentence": "x"}]])
def test_broken_changes_are_refused_in_one_sentence(page, tmp_path, changes):
    folder = compare_folder(tmp_path / "compared")
    table = json.loads((folder / "result.json").read_text())
    (folder / "result.json").write_text(json.dumps({**table, "changes": changes}))
    answer = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/compare")
    said = (
        "result.json of this run cannot be read: its changes are not what this azygos writes. "
        "Copy the folder again, or do the run again."
    )
    assert (answer.status_code, answer.json()["error"]) == (400, said)
