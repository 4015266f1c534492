"""Finished runs over HTTP: their answer, report and brief; plans as drafts; and folders that are broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from run_folders import REPORT, ct_file, journey_folder, plan_folder, trace_folder, write_record

from azygos.app.opening import open_scan


@pytest.fixture
def opened(page, tmp_path):
    """Open a folder of this test as a run."""

    def open_one(folder: Path) -> str:
        return page.workspace.add_run(folder).id

    return open_one


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_a_run_is_told_as_its_result_says(page, opened, tmp_path):
    run = opened(journey_folder(tmp_path / "demo"))
    told = page.client.get(f"/api/runs/{run}").json()
    assert told["meta"]["kind"] == "journey"
    assert told["result"] == json.loads((tmp_path / "demo" / "result.json").read_text())
    assert str(tmp_path) not in json.dumps(told)


def test_a_report_is_shown_and_may_do_nothing(page, opened, tmp_path):
    run = opened(journey_folder(tmp_path / "demo"))
    answer = page.client.get(f"/api/runs/{run}/report")
    assert (answer.status_code, answer.text) == (200, REPORT)
    policy = {part.split()[0]: part.split()[1:] for part in answer.headers["content-security-policy"].split(";")}
    assert policy["sandbox"] == [], "no scripts, no forms, no origin"
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == ["'unsafe-inline'"]
    assert policy["img-src"] == ["data:"]
    assert "script-src" not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


def test_a_run_without_a_report_says_so_on_a_page(page, opened, tmp_path):
    folder = journey_folder(tmp_path / "demo")
    (folder / "report.html").unlink()
    answer = page.client.get(f"/api/runs/{opened(folder)}/report")
    assert answer.status_code == 404
    assert "<p>This run has no report.</p>" in answer.text


def test_a_brief_is_written_once_and_shown_like_a_report(page, opened, tmp_path):
    folder = trace_folder(tmp_path / "traced")
    run = opened(folder)
    first = page.client.get(f"/api/runs/{run}/brief")
    assert first.status_code == 200, first.text
    assert first.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "Research use only" in first.text
    assert page.client.get(f"/api/runs/{run}/brief").text == first.text
    assert not (folder / "brief.html").exists(), "the run folder is as it was"


def test_a_run_that_has_no_brief_gets_one_sentence(page, opened, tmp_path):
    write_record(tmp_path / "odd", "render")
    (tmp_path / "odd" / "result.json").write_text("{}")
    said = "This folder holds a run of kind 'render'. A brief is written of a plan, a journey, a trace or a compare."
    assert error(page.client.get(f"/api/runs/{opened(tmp_path / 'odd')}/brief")) == (400, said)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "it is not the JSON that azygos writes"),
        ("[1]", "it is not the JSON that azygos writes"),
        ('{"a": NaN}', "it is not the JSON that azygos writes"),
        ('{"a": 1e999}', "it is not the JSON that azygos writes"),
        ("[" * 100_000, "it is not the JSON that azygos writes"),
        ('{"a": ' + "9" * 5000 + "}", "it is not the JSON that azygos writes"),
        (b"\xff\xfe\x00", "it is not the JSON that azygos writes"),
    ],
)
def test_a_broken_result_is_refused_in_one_sentence(page, opened, tmp_path, text, sentence):
    folder = journey_folder(tmp_path / "demo")
    (folder / "result.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    again = "Copy the folder again, or do the run again."
    said = f"result.json of this run cannot be read: {sentence}. {again}"
    assert error(page.client.get(f"/api/runs/{opened(folder)}")) == (400, said)


def test_halves_of_characters_in_a_result_do_no_harm(page, opened, tmp_path):
    folder = journey_folder(tmp_path / "demo")
    (folder / "result.json").write_text('{"name": "\\ud800 <script>alert(1)</script>"}')
    answer = page.client.get(f"/api/runs/{opened(folder)}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["result"]["name"].endswith("<script>alert(1)</script>")


@pytest.mark.parametrize("what", ["moving", "trace", "compare", "draft"])
def test_another_kind_of_run_is_refused_in_one_sentence(page, opened, tmp_path, what):
    write_record(tmp_path / "odd", "render")
    (tmp_path / "odd" / "result.json").write_text("{}")
    wanted = {"moving": "journey", "draft": "plan"}.get(what, what)
    said = f"This is a run of kind render, not {wanted}. Open it on its own page."
    assert error(page.client.get(f"/api/runs/{opened(tmp_path / 'odd')}/{what}")) == (400, said)


def test_a_run_that_nobody_opened_is_not_known(page):
    for path in ("", "/report", "/brief", "/moving", "/trace", "/compare", "/notes", "/draft"):
        said = (404, "This run is not open any more. Open it again.")
        assert error(page.client.get(f"/api/runs/r999{path}")) == said


def test_a_plan_becomes_a_draft_with_its_body(page, opened, tmp_path):
    told = page.client.get(f"/api/runs/{opened(plan_folder(tmp_path / 'plan'))}/draft").json()
    assert (told["seed"], told["draws"]) == (3, 8)
    body = {"level": "T12", "spacing_mm": 2.0, "virtual": 12, "fracture": "wedge", "cleft": False}
    assert told["body"] == body
    assert told["plan"]["vertebra"][0]["needle"] == [{"side": "left", "gauge": 11}]
    said = "The file names sides of the needle, not points: each needle takes the route that the body suggests."
    assert told["hint"] == said


def test_the_draft_of_a_plan_is_run_by_the_plan_page(page, opened, tmp_path):
    told = page.client.get(f"/api/runs/{opened(plan_folder(tmp_path / 'plan'))}/draft").json()
    job = page.wait(page.client.post("/api/plan/bodies", json=told["body"]).json()["job"])
    asked = {"body": job["result"]["id"], "plan": told["plan"]}
    assert page.client.post("/api/plan/check", json=asked).json()["ok"]


def test_a_plan_on_a_ct_finds_its_own_scan(page, opened, tmp_path):
    import gzip
    import hashlib

    ct = ct_file(tmp_path / "ct.nii.gz")
    ct.write_bytes(ct.read_bytes() + gzip.compress(b"", mtime=7))  # no other test opens this very file
    digest = hashlib.sha256(ct.read_bytes()).hexdigest()
    folder = plan_folder(tmp_path / "plan", virtual=None, input_sha256={"ct": digest}, at_mm=[[1.0, 2.0, 3.0]])
    run = opened(folder)
    told = page.client.get(f"/api/runs/{run}/draft").json()
    assert told["body"] is None
    assert told["hint"] == "This plan was made on a CT. Open that CT, then load the plan."
    scan = open_scan(page.workspace, ct).wait(60.0).result["scan"]["id"]
    body = page.client.get(f"/api/runs/{run}/draft").json()["body"]
    assert body == {"level": "T12", "spacing_mm": 2.0, "scan": scan, "at_mm": [1.0, 2.0, 3.0]}


def test_a_plan_whose_record_is_broken_is_refused_in_one_sentence(page, opened, tmp_path):
    folder = plan_folder(tmp_path / "plan", plan={"vertebra": "none"})
    said = (
        "run.toml of this run cannot be read: it is not the record that this azygos writes. "
        "Copy the folder again, or do the run again."
    )
    assert error(page.client.get(f"/api/runs/{opened(folder)}/draft")) == (400, said)


@pytest.mark.parametrize("record", ["", "kind = 3", "kind = ", 'kind = "unknown"'])
def test_a_record_that_names_no_kind_is_refused_in_one_sentence(page, opened, tmp_path, record):
    """A record without any kind is a plan's: the first version wrote none."""
    folder = trace_folder(tmp_path / "odd")
    (folder / "run.toml").write_text(record)
    said = (
        "run.toml of this run cannot be read: it does not say what kind of run this is. "
        "Copy the folder again, or do the run again."
    )
    plan = "This is a run of kind plan, not trace. Open it on its own page."
    assert error(page.client.get(f"/api/runs/{opened(folder)}/trace")) == (400, said if record else plan)


def test_a_report_of_any_size_is_not_read_whole(page, opened, tmp_path, monkeypatch):
    monkeypatch.setattr("azygos.app.journeys.MOST_BYTES", 10)
    answer = page.client.get(f"/api/runs/{opened(journey_folder(tmp_path / 'demo'))}/report")
    assert answer.status_code == 413
    assert "larger than any that azygos writes" in answer.text


@pytest.mark.parametrize("leads_to", ["a file elsewhere", "the system's own"])
def test_a_report_that_leads_out_of_its_folder_is_not_followed(page, opened, tmp_path, leads_to):
    folder = journey_folder(tmp_path / "demo")
    elsewhere = tmp_path / "secret.txt"
    elsewhere.write_text("not for the page")
    (folder / "report.html").unlink()
    (folder / "report.html").symlink_to(elsewhere if leads_to == "a file elsewhere" else "/proc/self/environ")
    answer = page.client.get(f"/api/runs/{opened(folder)}/report")
    assert answer.status_code == 404
    assert "This run has no report." in answer.text


def test_a_run_folder_that_is_reached_by_a_link_shows_its_report(page, opened, tmp_path):
    journey_folder(tmp_path / "demo")
    (tmp_path / "link").symlink_to(tmp_path / "demo")
    assert page.client.get(f"/api/runs/{opened(tmp_path / 'link')}/report").text == REPORT
