"""The moving picture of a journey as the page gets it: one list of pieces at each instant, for each branch."""

from __future__ import annotations

import json

import numpy as np
import pytest
from made_journey import make_result
from run_folders import journey_folder

from azygos.case.ends import tracks_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return journey_folder(tmp_path_factory.mktemp("runs") / "demo")


@pytest.fixture
def told(page, folder):
    return page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/moving").json()


def test_each_branch_has_one_list_of_pieces_at_each_instant(told):
    journey = make_result().journey
    assert [branch["name"] for branch in told["branches"]] == [branch.name for branch in journey.branches]
    for branch, one in zip(journey.branches, told["branches"], strict=True):
        assert len(one["times_s"]) == len(one["pieces"])
        tracks = tracks_in(journey.tracks, branch.course)
        for time, pieces in zip(one["times_s"], one["pieces"], strict=True):
            after = time * (1.0 + 1e-5) + 1e-9  # six figures are told
            there = [(t.piece, t.room) for t in tracks if t.at(time) is not None and t.at(after) is not None]
            assert set(there) <= {(piece["piece"], piece["room"]) for piece in pieces}
            for piece in pieces:
                assert set(piece) == {"piece", "room", "line_mm", "diameter_mm"}
                assert np.array(piece["line_mm"]).shape[1] == 3


def test_the_page_gets_all_that_it_draws(told):
    assert told["frame"] == "LPS in mm, origin in the middle of the body of T8"
    assert np.array(told["outline"]["front"]).shape[1] == np.array(told["outline"]["side"]).shape[1] == 2
    assert {vessel["room"] for vessel in told["vessels"]} == {"veins", "heart", "lungs"}
    assert all(np.array(vessel["ends_mm"]).shape == (2, 3) for vessel in told["vessels"])
    assert {"level", "centre_mm", "treated"} == set(told["levels"][0])
    for series in told["series"]:
        assert len(series["time_s"]) == len(series["values"])
        assert series["unit"]
    assert told["events"] == [
        {"time_s": float(f"{e.time:.6g}"), "room": e.room, "what": e.what} for e in make_result().journey.events
    ]


def test_an_older_journey_says_what_to_do(page, tmp_path):
    folder = journey_folder(tmp_path / "older")
    (folder / "moving.json").unlink()
    answer = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/moving")
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "This journey was made by an azygos that did not keep its moving picture. Do it again with azygos rerun; "
        "its report shows where the cement went.",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.pop("lines"),
        lambda told: told.update(branches=[1]),
        lambda told: told["branches"][0].update(shown_until=[["a"]]),
        lambda told: told["lines"][0].update(shown="all"),
        lambda told: told.update(times_s=None),
    ],
)
def test_a_broken_picture_is_refused_in_one_sentence(page, tmp_path, change):
    folder = journey_folder(tmp_path / "broken")
    table = json.loads((folder / "moving.json").read_text())
    change(table)
    (folder / "moving.json").write_text(json.dumps(table))
    answer = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/moving")
    assert (answer.status_code, answer.json()["error"]) == (
        400,
        "moving.json of this run cannot be read: its lines and instants do not fit. "
        "Copy the folder again, or do the run again.",
    )


def test_a_picture_that_would_grow_without_measure_is_refused(page, tmp_path):
    """A small file may name many lines, each shown at many instants."""
    folder = journey_folder(tmp_path / "demo")
    told = json.loads((folder / "moving.json").read_text())
    told["times_s"] = list(range(2000))
    told["lines"] = [{**told["lines"][0], "shown": [0, 10**9]}] * 2000
    (folder / "moving.json").write_text(json.dumps(told))
    answer = page.client.get(f"/api/runs/{page.workspace.add_run(folder).id}/moving")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(
        "moving.json of this run cannot be read: its lines and instants do not fit."
    )
