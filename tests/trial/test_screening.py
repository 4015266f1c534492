"""Morris's screening on models whose elementary effects are known, and one real step of it."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from made import made_trial

from azygos.ground.errors import DidNotConverge, InputError
from azygos.trial.screening import NAMES, OUTPUTS, Given, Walk, Walked, follow_walk, screen
from azygos.trial.trial_file import parse_trial
from azygos.values.screening import CHANCES
from azygos.values.uncertainty import UNCERTAIN

RANGE = CHANCES[1] - CHANCES[0]
LINEAR, BENT, JOINED = NAMES.index("foramen_depth"), NAMES.index("rate"), NAMES.index("volume")


def model(points: np.ndarray) -> np.ndarray:
    """Leaked: 3 x and a square; lung: x times y; thickest: nothing at all."""
    leaked = 3.0 * points[:, LINEAR] - 2.0 * points[:, JOINED]
    return np.stack([leaked, points[:, LINEAR] * points[:, BENT], np.zeros(len(points))], axis=1)


def plain(given: Given, walk: Walk) -> Walked:
    return Walked(walk, model(given.points[walk.trajectory]) + walk.patient)


def failing(given: Given, walk: Walk) -> Walked:
    """Patient 1 fails at one point of trajectory 0; at all others it would mislead the mean if it were left in."""
    outputs = model(given.points[walk.trajectory])
    if walk.patient == 1 and walk.trajectory == 0:
        outputs = outputs * 1000.0
        outputs[3] = math.nan
    return Walked(walk, outputs)


def hopeless(given: Given, walk: Walk) -> Walked:
    return Walked(walk, np.full((len(NAMES) + 1, len(OUTPUTS)), math.nan))


def effects(found, output):
    return {one.name: one for one in found.effects if one.output == output}


def test_a_linear_model_gives_its_slopes_without_spread():
    found = screen(made_trial(), trajectories=6, patients=2, workers=0, work=plain)
    leaked = effects(found, "leaked_ml")
    assert leaked["foramen_depth"].mu_star == pytest.approx(3.0 * RANGE)
    assert leaked["volume"].mu == pytest.approx(-2.0 * RANGE)
    assert leaked["volume"].mu_star == pytest.approx(2.0 * RANGE)
    assert max(leaked[name].sigma for name in NAMES) < 1e-12
    assert [one.name for one in found.effects[:2]] == ["foramen_depth", "volume"]
    assert sum(one.mu_star for one in leaked.values()) == pytest.approx(5.0 * RANGE)
    assert (found.trajectories, found.runs, found.failed) == (6, 6 * 2 * (len(NAMES) + 1), 0)


def test_inputs_that_hang_on_each_other_have_a_spread():
    found = effects(screen(made_trial(), trajectories=40, patients=1, workers=0, work=plain), "lung_ml")
    assert found["foramen_depth"].mu == pytest.approx(0.5 * RANGE, abs=0.1)  # the mean of the other input
    assert found["foramen_depth"].sigma > 0.2
    assert found["rate"].sigma > 0.2
    assert found["marrow_yield"].mu_star == 0.0


def test_an_output_that_never_moves_has_no_effects():
    found = effects(screen(made_trial(), trajectories=4, patients=1, workers=0, work=plain), "lung_thickest_mm")
    assert {one.mu_star for one in found.values()} == {0.0}


def test_a_patient_that_fails_leaves_the_whole_trajectory():
    found = screen(made_trial(), trajectories=6, patients=2, workers=0, work=failing)
    leaked = effects(found, "leaked_ml")
    assert leaked["foramen_depth"].mu_star == pytest.approx(3.0 * RANGE)
    assert leaked["foramen_depth"].sigma < 1e-12
    assert found.failed == 1


def test_too_many_failures_are_told():
    with pytest.raises(DidNotConverge) as told:
        screen(made_trial(), trajectories=2, patients=1, workers=0, work=hopeless)
    assert str(told.value) == (
        "64 of 64 runs of the screening failed, so no two trajectories are whole. Ask more patients with --patients."
    )


def test_the_same_trial_gives_the_same_numbers():
    one, two = (screen(made_trial(), trajectories=3, patients=2, workers=0, work=plain) for _ in range(2))
    assert [e.mu for e in one.effects] == [e.mu for e in two.effects]
    assert len(one.effects) == len(OUTPUTS) * len(NAMES)
    assert set(UNCERTAIN) < set(NAMES)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"trajectories": 1}, "--trajectories is 1. Give 2 to 1000; 10 is usual."),
        ({"workers": -1}, "--workers is -1. Give 1 to 256."),
        ({"patients": 0}, "--patients is 0. Give 1 to 100; 2 is usual."),
        ({"strategy": "none"}, "there is no strategy 'none'. The trial has thin cement and thick cement."),
    ],
)
def test_impossible_wishes_are_refused(wanted, sentence):
    with pytest.raises(InputError) as told:
        screen(made_trial(), **({"workers": 0, "work": plain} | wanted))
    assert str(told.value) == sentence


TRIAL = """
[trial]
name = "one step"
patients = 1
spacing_mm = 3.0

[population]
levels = [1, 1]

[[strategy]]
name = "usual"
cement = "generic_low_viscosity"
age_at_start_min = 5.0
rate_ml_min = 3.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.0
stops_on_seen_leak = false
"""


def test_a_real_walk_moves_what_it_should():
    """Two points that differ in the volume alone: all of it goes in, so more of it is in the bone or has leaked."""
    points = np.full((1, 2, len(NAMES)), 0.5)
    points[0, 1, NAMES.index("volume")] = CHANCES[1]
    trial = parse_trial(TRIAL)
    found = follow_walk(Given(trial.toml(), "usual", points), Walk(0, 0))
    assert found.outputs.shape == (2, len(OUTPUTS))
    assert np.isfinite(found.outputs).all()
    assert found.outputs[1, 0] > found.outputs[0, 0] >= 0.0


def test_without_salib_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    with pytest.raises(InputError) as told:
        screen(made_trial(), workers=0, work=plain)
    assert str(told.value) == "a screening needs SALib, which is not installed. Run: pip install 'azygos[trial]'"
