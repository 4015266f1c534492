"""A virtual patient: each room draws from its own numbers, wishes hold, and who cannot live is refused."""

from __future__ import annotations

import pytest

from azygos.ground.errors import InputError
from azygos.journey import Wishes, draw_body, draw_patient, room_rng


def test_the_same_seed_is_the_same_patient():
    first, again = draw_patient(5), draw_patient(5)
    assert first.body == again.body
    assert first.veins.flow.tolist() == again.veins.flow.tolist()
    assert first.lungs.diameter.tolist() == again.lungs.diameter.tolist()
    assert first.circuit.baseline["cardiac_output"] == again.circuit.baseline["cardiac_output"]


def test_zero_is_a_seed_of_its_own():
    assert draw_body(room_rng(0, "body")) != draw_body(room_rng(1, "body"))


def test_a_wish_leaves_the_other_draws_as_they_were():
    free = draw_body(room_rng(3, "body"))
    wished = draw_body(room_rng(3, "body"), Wishes(age=60.0))
    assert wished.age == 60.0
    assert (wished.sex, wished.height, wished.mass) == (free.sex, free.height, free.mass)


def test_wishes_hold():
    body = draw_body(room_rng(3, "body"), Wishes(sex="male", age=81.0, height=1.8, mass=95.0))
    assert (body.sex, body.age, body.height, body.mass) == ("male", 81.0, 1.8, 95.0)
    assert draw_patient(3, Wishes(foramen_ovale=True)).heart.foramen_open
    assert not draw_patient(3, Wishes(foramen_ovale=False)).heart.foramen_open


def test_one_heart_feeds_veins_and_circulation():
    patient = draw_patient(8)
    lying = patient.circuit.baseline["cardiac_output"]
    assert 0.75 * lying < patient.veins.output <= 1.05 * lying  # prone, a little less


def test_earlier_lung_disease_raises_the_pressure_before_the_session():
    healthy, ill = draw_patient(8), draw_patient(8, Wishes(resistance_factor=2.0))
    assert ill.circuit.baseline["pulmonary_pressure"] > 1.2 * healthy.circuit.baseline["pulmonary_pressure"]


def test_a_patient_who_cannot_live_is_refused_with_the_value():
    with pytest.raises(
        InputError, match=r"^this patient's (cardiac index|mean .* pressure) would be .* at rest, and nobody"
    ):
        draw_patient(8, Wishes(resistance_factor=40.0))


def test_a_vein_that_does_not_exist_is_refused():
    with pytest.raises(
        InputError, match=r"^this patient has no vein called 'azygos wein'\. Did you mean azygos vein\?$"
    ):
        draw_patient(8, Wishes(veins=(("azygos wein", 8e-3),)))
