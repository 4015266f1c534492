"""One draw of a plan: the same as the first of many, with its cement as a surface and its outlets in the patient."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.app.planning import keep_vertebra
from azygos.app.preview import run, told
from azygos.ground.errors import InputError
from azygos.plan import parse_plan
from azygos.plan.patient import Source, find_patient
from azygos.plan.session import Job, run_session

PLAN = """
[[vertebra]]
level = "T12"
fracture = "wedge"
cleft = false
needle = [{ side = "left" }]
portions = [{ volume_ml = 1.0, rate_ml_min = 3.0 }, { wait_s = 20 }, { volume_ml = 1.5, rate_ml_min = 3.0 }]
[cement]
name = "generic_low_viscosity"
age_at_start_min = 4.0
"""


def silent(*told) -> None:
    """Hears progress and says nothing."""


@pytest.fixture(scope="module")
def bone():
    return find_patient(parse_plan(PLAN), Source(virtual=12), spacing=3e-3).vertebrae[0]


@pytest.fixture
def given(tmp_path, bone):
    keep_vertebra(tmp_path / "b.npz", bone)
    return {
        "body": str(tmp_path / "b.npz"),
        "plan": PLAN,
        "seed": 7,
        "draw": 2,
        "overlay": "o1",
        "overlay_file": str(tmp_path / "o.npy"),
    }


def test_a_preview_is_one_draw_of_the_ensemble(given, bone):
    shown = run(given, silent)
    member = run_session(Job(plans=(parse_plan(PLAN),), vertebrae=(bone,), seed=7), 0, 2)[0]
    assert shown["leaked_ml"] == float(f"{member.leaked_volume * 1e6:.6g}")
    assert shown["injected_ml"] == float(f"{member.injected * 1e6:.6g}")
    assert shown["stopped"] == member.stopped
    assert shown["overlay"] == "o1"
    np.testing.assert_array_equal(np.load(given["overlay_file"]), np.clip(member.fill, 0.0, 1.0))
    assert shown["pressures"]["time_s"][-1] == pytest.approx(member.times[-1], rel=1e-5)
    assert max(shown["pressures"]["plunger_kpa"]) == pytest.approx(member.plunger_pressure.max() / 1e3, rel=1e-5)


def test_outlets_open_on_the_bone_in_the_patients_millimetres(given, bone):
    shown = run(given, silent)
    assert sum(outlet["volume_ml"] for outlet in shown["outlets"]) == pytest.approx(shown["leaked_ml"], rel=1e-4)
    cells = np.argwhere(bone.inside)
    for outlet in shown["outlets"]:
        cell = bone.to_grid(np.array(outlet["mouth_mm"]) * 1e-3)
        assert np.abs(cells - cell).max(axis=1).min() < 1.5
        assert outlet["leaking"] == (outlet["volume_ml"] >= 0.02)


def test_the_cement_lies_around_the_tip(given, bone):
    points = np.array(run(given, silent)["mesh"]["vertices_mm"])
    body = bone.to_lps(np.argwhere(bone.inside).astype(float)) * 1e3
    assert np.all(points.min(axis=0) > body.min(axis=0) - 3.0)
    assert np.all(points.max(axis=0) < body.max(axis=0) + 3.0)


def test_cement_that_has_set_shows_nothing(given):
    shown = run(given | {"plan": PLAN.replace("age_at_start_min = 4.0", "age_at_start_min = 55.0")}, silent)
    assert shown["stopped"] == "cement set before it was injected"
    assert shown["mesh"] == {"vertices_mm": [], "faces": []}
    assert shown["injected_ml"] == shown["leaked_ml"] == 0.0
    assert shown["outlets"] == []


def test_two_needles_side_opening_and_balloon_are_previewed(given):
    plan = PLAN.replace('{ side = "left" }', '{ side = "left", gauge = 8 }, { side = "right", opening = "side" }')
    plan = plan.replace("rate_ml_min = 3.0 }]", "rate_ml_min = 3.0, needle = 2 }]")
    plan = plan.replace("needle = [", 'procedure = "kyphoplasty"\nballoon_ml = 2.0\nneedle = [')
    assert run(given | {"plan": plan}, silent)["injected_ml"] > 0.0


def test_a_draw_that_did_not_finish_is_a_sentence(given, monkeypatch, bone):
    from dataclasses import replace

    member = run_session(Job(plans=(parse_plan(PLAN),), vertebrae=(bone,), seed=7), 0, 2)[0]
    failed = replace(member, failed="pressure did not converge at 12 s.")
    monkeypatch.setattr("azygos.app.preview.run_session", lambda *_: [failed])
    with pytest.raises(InputError) as caught:
        run(given, silent)
    assert str(caught.value) == (
        "this draw did not finish: pressure did not converge at 12 s. Try another draw, larger cells or a slower rate."
    )


def test_what_is_told_is_plain_json(bone):
    import json

    member = run_session(Job(plans=(parse_plan(PLAN),), vertebrae=(bone,), seed=7), 0, 0)[0]
    json.dumps(told(member, bone), allow_nan=False)


def test_warming_up_injects_in_this_very_process(monkeypatch):
    """A worker of its own would be warm, and gone."""
    import multiprocessing

    from azygos.app.preview import warm

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", None)
    assert warm({}, silent)["seconds"] > 0.0
