"""Planning over HTTP, with real children: body, needle, one draw, many draws, file; and everything that is refused."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.plan import parse_plan

BODY = {"virtual": 12, "level": "T12", "fracture": "wedge", "cleft": False, "spacing_mm": 3}


def plan_of(needle: dict, **changes) -> dict:
    """A plan of one push, as the page writes it."""
    vertebra = {
        "level": "T12",
        "fracture": "wedge",
        "cleft": False,
        "needle": [{**needle, "gauge": 11, "opening": "end"}],
        "portions": [{"volume_ml": 1, "rate_ml_min": 3, "needle": 1}],
    }
    return {
        "vertebra": [vertebra],
        "cement": {"name": "generic_low_viscosity", "age_at_start_min": 4},
        "operator": {"stops_on_seen_leak": True},
        **changes,
    }


def ask(page, route: str, **asked):
    return page.client.post(f"/api/plan/{route}", json=asked)


@pytest.fixture
def body(page) -> dict:
    job = page.wait(ask(page, "bodies", **BODY).json()["job"])
    assert job["state"] == "done", job
    return job["result"]


def test_from_a_body_to_a_saved_plan(page, body):
    """The way of a user, and that a body is made once."""
    again = page.wait(ask(page, "bodies", **BODY).json()["job"])["result"]
    assert again == body
    scan = page.client.get(f"/api/scans/{body['scan']}").json()
    assert scan["title"] == "Virtual patient 12, T12"
    assert "A picture of a drawn bone, not a CT: its greys are for the eye." in scan["facts"]
    plan = plan_of(body["needles"]["left"], alternative=[{"name": "wait", "cement": {"age_at_start_min": 8}}])

    looked = ask(page, "check", body=body["id"], plan=plan).json()
    assert (looked["ok"], looked["error"], len(looked["needles"])) == (True, None, 1)

    job = page.wait(ask(page, "preview", body=body["id"], plan=plan, seed=1, draw=0).json()["job"])
    preview = job["result"]
    middle = np.linalg.solve(scan["affine_mm"], [*np.mean(preview["mesh"]["vertices_mm"], axis=0), 1.0])
    where = {"plane": "axial", "index": round(middle[2])}
    bare = page.client.get(f"/api/scans/{body['scan']}/slice.png", params=where).content
    shown = page.client.get(f"/api/scans/{body['scan']}/slice.png", params={**where, "overlay": preview["overlay"]})
    assert shown.status_code == 200
    assert shown.content != bare

    job = page.wait(ask(page, "ensemble", body=body["id"], plan=plan, seed=1, draws=3).json()["job"])
    ensemble = job["result"]
    assert (ensemble["done"], ensemble["total"]) == (job["done"], job["total"]) == (3, 3)
    assert [row["any"]["finished"] for row in ensemble["alternatives"]] == [3, 3]
    shown = page.client.get(f"/api/scans/{body['scan']}/slice.png", params={**where, "overlay": ensemble["overlay"]})
    assert shown.content != bare

    saved = ask(page, "save", body=body["id"], plan=plan, seed=1, draws=3).json()
    assert saved["command"] == "azygos plan --virtual 12 plan.toml --draws 3 --seed 1 --spacing 3 -o out"
    assert parse_plan(saved["toml"]).model_dump(mode="json", exclude_unset=True) == plan


def test_smaller_cells_show_the_same_picture(page, body):
    finer = page.wait(ask(page, "bodies", **{**BODY, "spacing_mm": 2}).json()["job"])["result"]
    assert finer["id"] != body["id"]
    assert finer["scan"] == body["scan"]


def test_only_the_newest_preview_waits(page, body):
    """Needles come faster than draws: those that wait give way, and the last is done."""
    plan = plan_of(body["needles"]["right"])
    jobs = [ask(page, "preview", body=body["id"], plan=plan, seed=1, draw=draw).json()["job"] for draw in range(10)]
    states = [page.wait(job)["state"] for job in jobs]
    assert states[-1] == "done"
    assert states.count("stopped") >= 3
    assert set(states) == {"done", "stopped"}


def test_overlays_of_old_previews_go(page, body):
    from azygos.app.routes_plan import GREEN, PREVIEWS_KEPT

    plan = plan_of(body["needles"]["left"])
    for draw in range(PREVIEWS_KEPT + 2):
        last = ask(page, "preview", body=body["id"], plan=plan, seed=1, draw=draw).json()["job"]
    assert page.wait(last)["result"]["overlay"] in page.workspace.overlays
    green = [overlay for overlay in page.workspace.overlays.values() if overlay.colour == GREEN]
    assert len(green) == PREVIEWS_KEPT
    assert all(overlay.path.exists() for overlay in green[-1:])


def test_a_new_ensemble_ends_the_one_before(page, body):
    """Nobody looks at the draws of a plan that was changed, or of a page that was loaded anew."""
    plan = plan_of(body["needles"]["left"])
    jobs = [
        ask(page, "ensemble", body=body["id"], plan=plan, seed=0, draws=draws).json()["job"]
        for draws in (1000, 1000, 2)
    ]
    assert [page.wait(job)["state"] for job in jobs] == ["stopped", "stopped", "done"]


def test_an_ensemble_can_be_stopped(page, body):
    plan = plan_of(body["needles"]["left"])
    job = ask(page, "ensemble", body=body["id"], plan=plan, seed=0, draws=1000).json()["job"]
    page.client.post(f"/api/jobs/{job}/stop")
    assert page.wait(job)["state"] == "stopped"


def test_a_needle_outside_is_said_and_not_run(page, body):
    plan = plan_of({"entry_mm": [25, 40, 0], "tip_mm": [90, 0, 0]})
    looked = ask(page, "check", body=body["id"], plan=plan).json()
    assert not looked["ok"]
    assert not looked["needles"][0]["tip_in_body"]
    for route in ("preview", "ensemble", "save"):
        answer = ask(page, route, body=body["id"], plan=plan)
        assert (answer.status_code, answer.json()["error"]) == (400, looked["error"])


def test_bad_plans_are_refused_in_the_readers_words(page, body):
    plan = plan_of(body["needles"]["left"], cement={"name": "generic_low_viscosity", "age_at_start_min": 400})
    sentence = "age_at_start_min is 400. Give a number from 0 to 60 min."
    assert ask(page, "check", body=body["id"], plan=plan).json() == {"ok": False, "error": sentence, "needles": []}
    assert ask(page, "preview", body=body["id"], plan=plan).json() == {"error": sentence}
    good = plan_of(body["needles"]["left"])
    answer = ask(page, "preview", body=body["id"], plan=good, draw=-1)
    assert answer.json()["error"] == "the draw is -1. Give a whole number from 0 to 4294967295."
    answer = ask(page, "ensemble", body=body["id"], plan=good, draws=10**6)
    assert answer.json()["error"] == "the number of draws is 1000000. Give 1 to 1000; 32 is usual."


@pytest.mark.parametrize("route", ["check", "preview", "ensemble", "save"])
@pytest.mark.parametrize("asked", [{}, {"body": "b99"}, {"body": ["b1"]}, {"body": "../b1", "plan": {}}])
def test_a_body_that_is_not_open_is_missed(page, route, asked):
    answer = ask(page, route, **asked)
    assert (answer.status_code, answer.json()) == (404, {"error": "This body is not open any more. Open it again."})


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "no level is given. Give T1 to T12 or L1 to L5."),
        ({"level": "L1"}, "give a virtual patient's number, or an open scan."),
        ({"level": "L1", "virtual": -1}, "the virtual patient is -1. Give a whole number from 0 to 4294967295."),
        ({"level": "L1", "virtual": "x"}, "the virtual patient is x. Give a whole number from 0 to 4294967295."),
        ({"level": "C3", "virtual": 1}, None),
        ({"level": "L1", "virtual": 1, "spacing_mm": 9}, "spacing_mm is 9. Give 0.25 to 3 mm; 2 is quick, 1 is usual."),
        (
            {"level": "L1", "virtual": 1, "fracture": "x"},
            "fracture is 'x'. Possible are none, wedge, biconcave, crush.",
        ),
        ({"level": "L1", "virtual": 1, "cleft": "no"}, "cleft is 'no'. Say true, false or leave it out."),
        (
            {"level": "L1", "virtual": 1, "fracture": "none", "cleft": True},
            "a cleft lies in a broken body. Choose a fracture, or no cleft.",
        ),
        ({"level": "L1", "scan": "s99"}, "This scan is not open any more. Open it again."),
    ],
)
def test_bodies_that_cannot_be_are_refused(page, asked, sentence):
    answer = ask(page, "bodies", **asked)
    assert answer.status_code in (400, 404)
    assert sentence is None or answer.json()["error"] == sentence


@pytest.fixture
def scans(page, tmp_path):
    """A scan whose file is gone, and a picture of a drawn bone."""
    np.save(tmp_path / "s.npy", np.zeros((4, 4, 4), dtype=np.int16))
    about = {"path": tmp_path / "s.npy", "affine_mm": np.eye(4)}
    added = [
        page.workspace.add_scan(title="Scan", source=tmp_path / "gone.nii", **about),
        page.workspace.add_scan(title="Bone", **about),
    ]
    yield [scan.id for scan in added]
    for scan in added:
        del page.workspace.scans[scan.id]


def test_a_scan_without_labels_needs_a_click(page, scans, tmp_path):
    asked = {"level": "L1", "scan": scans[0]}
    assert ask(page, "bodies", **asked).json()["error"] == (
        "this scan has no label map. Click the middle of the vertebral body."
    )
    answer = ask(page, "bodies", **asked, at_mm=[1, "2", 3])
    assert answer.json()["error"] == "at_mm is no place. Give three plain numbers in mm."
    job = page.wait(ask(page, "bodies", **asked, at_mm=[1, 2, 3]).json()["job"])
    assert job["state"] == "failed"
    assert "does not exist" in job["error"]
    assert str(tmp_path) not in job["error"]


def test_a_picture_of_a_drawn_bone_is_no_scan(page, scans):
    assert ask(page, "bodies", level="L1", scan=scans[1]).json()["error"] == (
        "Bone is a picture of a drawn bone. Give its number instead."
    )
