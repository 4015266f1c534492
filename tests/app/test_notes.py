"""Notes on pieces: kept beside the findings, by several writers at once, and nothing in them acts."""

from __future__ import annotations

import datetime
import hashlib
import json
import multiprocessing
import threading
from pathlib import Path

import pytest
from run_folders import trace_folder

from azygos.app.notes import LONGEST, add_note, clean, read_notes
from azygos.ground.errors import InputError


@pytest.fixture
def folder(tmp_path) -> Path:
    return trace_folder(tmp_path / "traced")


@pytest.fixture
def run(page, folder) -> str:
    return page.workspace.add_run(folder).id


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_a_note_is_kept_and_the_findings_stay(page, run, folder):
    before = hashes(folder)
    told = page.client.post(f"/api/runs/{run}/notes", json={"piece": 1, "wrong": True, "note": "a lead"}).json()
    [note] = told["notes"]
    assert (note["piece"], note["wrong"], note["note"]) == (1, True, "a lead")
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(note["when"])
    assert abs(age.total_seconds()) < 60.0
    after = hashes(folder)
    assert after.pop("notes.json")
    assert after == before, "no other file was touched"
    assert page.client.get(f"/api/runs/{run}/notes").json() == told
    assert page.client.get(f"/api/runs/{run}/trace").json()["notes"] == told["notes"]


def test_a_later_note_does_not_take_the_place_of_an_earlier_one(page, run):
    for wrong in (True, False):
        page.client.post(f"/api/runs/{run}/notes", json={"piece": 1, "wrong": wrong, "note": ""})
    page.client.post(f"/api/runs/{run}/notes", json={"piece": None, "wrong": None, "note": "seen by two"})
    notes = page.client.get(f"/api/runs/{run}/notes").json()["notes"]
    assert [(one["piece"], one["wrong"]) for one in notes] == [(1, True), (1, False), (None, None)]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"piece": 9, "wrong": True, "note": ""}, "This run has no piece 9."),
        ({"piece": 1, "wrong": None, "note": " \n"}, "This note is empty. Write something, or mark the piece."),
        ({"note": "x" * (LONGEST + 1)}, "This note has 4,001 characters. Write at most 4,000."),
    ],
)
def test_what_is_no_note_is_refused(page, run, folder, asked, sentence):
    answer = page.client.post(f"/api/runs/{run}/notes", json=asked)
    assert (answer.status_code, answer.json()["error"]) == (400, sentence)
    assert not (folder / "notes.json").exists()


@pytest.mark.parametrize(
    "asked", [{"piece": "1", "note": "x"}, {"piece": True, "note": "x"}, {"note": 1}, {"path": "x"}]
)
def test_another_kind_of_value_is_refused(page, run, folder, asked):
    assert page.client.post(f"/api/runs/{run}/notes", json=asked).status_code == 422
    assert not (folder / "notes.json").exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "]]></x>&amp;", '"},{"piece":2', "\u202e line \u0000", "Ü 漢 🫁"]
)
def test_a_note_stays_text(page, run, folder, text):
    told = page.client.post(f"/api/runs/{run}/notes", json={"note": text})
    assert told.headers["content-type"] == "application/json"
    assert told.headers["x-content-type-options"] == "nosniff"
    assert [one["note"] for one in told.json()["notes"]] == [clean(text)]
    assert [one["note"] for one in read_notes(folder)] == [clean(text)]
    if text.isprintable():
        assert clean(text) == text


def test_half_a_character_does_no_harm(page, run):
    answer = page.client.post(
        f"/api/runs/{run}/notes", content=b'{"note": "\\ud800x"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["notes"][0]["note"] == "?x"


def test_threads_that_write_at_once_lose_no_note(folder):
    def write(who: int) -> None:
        for count in range(10):
            add_note(folder, piece=1, wrong=None, note=f"{who}-{count}")

    writers = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    notes = [one["note"] for one in read_notes(folder)]
    assert sorted(notes) == sorted(f"{who}-{count}" for who in range(4) for count in range(10))
    assert [one for one in notes if one.startswith("2-")] == [f"2-{count}" for count in range(10)], "in order"


def _write_many(folder: Path, who: str) -> None:
    for count in range(15):
        add_note(folder, piece=2, wrong=False, note=f"{who}{count}")


def test_two_processes_that_write_at_once_lose_no_note(folder):
    context = multiprocessing.get_context("fork")  # they only write files: nothing of numba runs in them
    writers = [context.Process(target=_write_many, args=(folder, who)) for who in "ab"]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert {one["note"] for one in read_notes(folder)} == {f"{who}{count}" for who in "ab" for count in range(15)}


def test_a_reader_never_sees_half_of_them(folder):
    add_note(folder, piece=1, wrong=None, note="first")
    over, seen = threading.Event(), []

    def read() -> None:
        while not over.is_set():
            seen.append(len(read_notes(folder)))

    reader = threading.Thread(target=read)
    reader.start()
    for count in range(30):
        add_note(folder, piece=1, wrong=None, note="x" * 1000 + str(count))
    over.set()
    reader.join()
    assert seen == sorted(seen)
    assert seen[0] >= 1


@pytest.mark.parametrize("text", ["{", "[]", '{"notes": [{"piece": "x"}]}', '{"notes": 3}', "[" * 100_000])
def test_notes_that_were_broken_by_hand_are_left_as_they_are(page, run, folder, text):
    (folder / "notes.json").write_text(text)
    said = (
        "notes.json of this run cannot be read: it is no longer what azygos wrote. "
        "Repair it or move it away; it was left as it is."
    )
    for answer in (
        page.client.get(f"/api/runs/{run}/notes"),
        page.client.post(f"/api/runs/{run}/notes", json={"note": "x"}),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, said)
    assert (folder / "notes.json").read_text() == text


def test_a_folder_that_cannot_be_written_says_so(folder, monkeypatch):
    def full(path: Path, content: str) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("azygos.app.notes.write_atomic", full)
    with pytest.raises(InputError) as refused:
        add_note(folder, piece=1, wrong=True, note="")
    said = "This run's folder cannot be written (No space left on device), so the note is not kept."
    assert str(refused.value) == said


def test_what_is_kept_is_plain_json_for_others(folder):
    add_note(folder, piece=2, wrong=True, note="calcium")
    told = json.loads((folder / "notes.json").read_text(encoding="utf-8"))
    assert told["about"].startswith("Notes of people")
    assert list(told["notes"][0]) == ["piece", "wrong", "note", "when"]
