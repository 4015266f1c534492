"""How likely symptoms are: nothing from nothing, more from more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.care import Effect
from azygos.care.symptoms import any_of, beyond, chances_of, leading

USUAL = Effect(
    flow_lost=0.0, pulmonary_pressure=2000.0, right_atrial_pressure=300.0, cardiac_output=8e-5, saturation=0.96,
    dead_space=0.0,
)  # fmt: skip


def chances(wedged=0, pierced=False, heart_days=None, **changes):
    return chances_of(replace(USUAL, **changes), USUAL, wedged=wedged, pierced=pierced, heart_days=heart_days)


def test_nothing_brings_nothing():
    assert any_of(chances()) == 0.0
    assert leading(chances()) == ()


def test_a_better_day_brings_nothing_either():
    assert any_of(chances(saturation=0.99, pulmonary_pressure=1500.0, cardiac_output=9e-5)) == 0.0


@pytest.mark.parametrize(
    ("name", "worse", "symptom"),
    [
        ("flow_lost", np.linspace(0.0, 0.9, 10), "breathlessness"),
        ("pulmonary_pressure", np.linspace(2000.0, 7000.0, 10), "breathlessness"),
        ("saturation", np.linspace(0.96, 0.80, 10), "breathlessness"),
        ("cardiac_output", np.linspace(8e-5, 1e-5, 10), "fainting"),
    ],
)
def test_more_brings_more(name, worse, symptom):
    found = [chances(**{name: float(value)})[symptom] for value in worse]
    assert all(np.diff(found) >= 0.0)
    assert found[0] == 0.0
    assert found[-1] > 0.9


def test_half_are_troubled_at_the_middle():
    assert beyond(0.30, 0.0, middle=0.30, width=0.07) == pytest.approx(0.5, abs=0.01)


def test_a_patient_already_beyond_is_not_asked_twice():
    assert beyond(0.35, 0.35, middle=0.30, width=0.01) == 0.0


def test_each_wedged_piece_has_its_own_chance_of_pain():
    assert chances(wedged=3)["chest pain"] == pytest.approx(1.0 - 0.99**3, rel=1e-12)


def test_complaints_from_the_heart_come_with_the_weeks():
    """Half of 6 in 72 after 25 days."""
    name = "complaints from cement in the heart"
    assert chances(heart_days=25.0)[name] == pytest.approx(0.5 * 6 / 72, rel=1e-12)
    assert chances(heart_days=0.0)[name] == 0.0


def test_the_leading_symptoms_are_named_first():
    found = chances(flow_lost=0.4, pierced=True)
    assert leading(found) == ("chest pain", "breathlessness")
