"""Drawn circuits: normal at rest, the same for the same draw, refused where nobody lives."""

from __future__ import annotations

import dataclasses
import math
import pickle

import numpy as np
import pytest

from azygos.circulation import Circuit, Load, beat, check_baseline, draw_circuit, fat_in_lungs, respond
from azygos.circulation import kernels as k
from azygos.circulation.drawing import blood_volume, cardiac_index, resize, smith_parameters, smith_start
from azygos.circulation.steady import settle
from azygos.ground.body import Body
from azygos.ground.errors import InputError
from azygos.ground.units import MINUTE, ML, MMHG
from azygos.spine import fat_ahead
from azygos.values.circulation import NORMAL
from azygos.values.marrow import FAT_FRACTION

WOMAN = Body(sex="female", age=74.0, height=1.58, mass=62.0)


def patients(n):
    for seed in range(n):
        rng = np.random.default_rng([11, seed])
        sex = "female" if rng.random() < 0.75 else "male"
        height = (1.58 if sex == "female" else 1.70) + 0.06 * np.clip(rng.standard_normal(), -2, 2)
        mass = 25.5 * math.exp(0.17 * np.clip(rng.standard_normal(), -2, 2)) * height**2
        yield Body(sex=sex, age=float(rng.uniform(50.0, 92.0)), height=float(height), mass=float(mass)), rng


@pytest.fixture(scope="module")
def circuits():
    with np.errstate(all="raise", under="ignore"):
        return [draw_circuit(body, rng) for body, rng in patients(50)]


def test_fifty_patients_are_normal_at_rest(circuits):
    for circuit in circuits:
        check_baseline(circuit)
        base = circuit.baseline
        found = {name: base[name] for name in NORMAL if name != "cardiac_index"}
        index = base["cardiac_output"] / circuit.body.surface
        low = NORMAL["cardiac_index"].low  # to which the draw is held; it is met within 2 %
        found["cardiac_index"] = low if 0.98 * low < index < low else index
        outside = {name: value for name, value in found.items() if not NORMAL[name].low <= value <= NORMAL[name].high}
        assert {*outside} <= {"wedge_pressure", "right_ejection"}, outside  # a few lie a little below
        assert base["wedge_pressure"] > 0.9 * 3.5 * MMHG  # drawn above 3.5 mmHg, met within a tenth
        assert base["right_ejection"] > 0.40
        assert 0.2 < circuit.stressed_volume / circuit.blood_volume < 0.42


@pytest.mark.parametrize("name", ["right_ejection", "wedge_pressure"])
def test_most_patients_lie_within_these_ranges_too(circuits, name):
    values = np.array([circuit.baseline[name] for circuit in circuits])
    assert np.mean((values >= NORMAL[name].low) & (values <= NORMAL[name].high)) > 0.75


def test_drawn_targets_are_met(circuits):
    pulmonary = np.array([circuit.baseline["pulmonary_pressure"] for circuit in circuits]) / MMHG
    assert 14.0 < np.mean(pulmonary) < 16.5
    assert 2.5 < np.mean([circuit.baseline["coupling"] for circuit in circuits]) * 1.2 < 3.6


def test_failure_lies_between_55_and_70_percent_of_flow_lost(circuits):
    lost = [1.0 - circuit.failure_limit ** (-1.0 / circuit.exponent) for circuit in circuits]
    assert 0.55 <= min(lost) < 0.6
    assert 0.65 < max(lost) <= 0.70


def test_the_same_draw_gives_the_same_circuit():
    a, b = (draw_circuit(WOMAN, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(a.parameters, b.parameters)
    assert np.array_equal(a.baseline.numbers, b.baseline.numbers)
    c = pickle.loads(pickle.dumps(a))
    assert isinstance(c, Circuit)
    assert np.array_equal(c.parameters, a.parameters)
    assert not c.parameters.flags.writeable


def test_earlier_disease_raises_pulmonary_pressure_and_nears_failure():
    healthy = draw_circuit(WOMAN, np.random.default_rng(5))
    ill = draw_circuit(WOMAN, np.random.default_rng(5), resistance_factor=2.5)
    assert ill.parameters[k.PUL_R] == pytest.approx(2.5 * healthy.parameters[k.PUL_R])
    assert ill.baseline["pulmonary_pressure"] > 1.6 * healthy.baseline["pulmonary_pressure"]
    assert 1.0 < ill.failure_limit < healthy.failure_limit
    check_baseline(ill)


def test_a_patient_who_cannot_live_is_refused():
    body = Body(sex="female", age=60.0, height=1.25, mass=240.0)
    with pytest.raises(InputError) as error:
        check_baseline(draw_circuit(body, np.random.default_rng(0)))
    assert str(error.value) == (
        "this patient's blood volume for each kilogram would be 36.7 mL/kg at rest, and nobody lives outside "
        "38.0 to 120.0. Check height, mass, age and the pulmonary resistance factor."
    )
    with pytest.raises(InputError, match="nobody lives outside"):
        check_baseline(draw_circuit(WOMAN, np.random.default_rng(0), resistance_factor=40.0))


def test_an_impossible_resistance_factor_is_refused():
    with pytest.raises(InputError) as error:
        draw_circuit(WOMAN, np.random.default_rng(0), resistance_factor=0.0)
    assert str(error.value) == "a pulmonary resistance 0 times the healthy one is not possible here (0 to 50)"


def test_an_unknown_posture_is_refused():
    circuit = draw_circuit(WOMAN, np.random.default_rng(0))
    with pytest.raises(InputError) as error:
        respond(circuit, [Load(time=0.0, posture="sitting")])
    assert str(error.value) == "posture 'sitting' is not known. Known: prone, supine, upright."


def test_blood_by_nadler():
    man = Body(sex="male", age=50.0, height=1.8, mass=80.0)
    assert blood_volume(man) == pytest.approx((366.9 * 1.8**3 + 32.19 * 80.0 + 604.1) * ML)


def test_output_falls_with_age_to_sixty():
    unit = 1e-3 / MINUTE
    assert cardiac_index(75.0, 0.0) == pytest.approx(3.0 * unit)
    assert cardiac_index(40.0, 0.0) == pytest.approx(3.16 * unit)
    assert cardiac_index(75.0, -2.0) == pytest.approx(2.4 * unit)


def test_a_larger_heart_pumps_more_at_the_same_pressures():
    """Volumes and flows grow by one factor, pressures stay: exact if the veins grow too."""
    p, state = smith_parameters(), smith_start()
    one = settle(lambda _: p, state, 0.0, set_point=0.0)
    q, grown = p.copy(), one.state.copy()
    resize(q, grown, 1.2)
    q[[k.PU_E, k.VC_E]] /= 1.2
    grown[[3, 5]] *= 1.2
    two = settle(lambda _: q, grown, 0.0, set_point=0.0)
    assert two["cardiac_output"] == pytest.approx(1.2 * one["cardiac_output"], rel=1e-3)
    assert two["pulmonary_pressure"] == pytest.approx(one["pulmonary_pressure"], rel=1e-3)
    assert two["right_ejection"] == pytest.approx(one["right_ejection"], rel=1e-3)


def test_postures_hold_blood_back(circuits):
    falls = []
    for circuit in circuits[:12]:
        prone, supine, upright = (respond(circuit, [Load(time=0.0, posture=p)]) for p in ("prone", "supine", "upright"))
        falls.append(1.0 - prone.cardiac_output[0] / supine.cardiac_output[0])
        assert prone.right_atrial_pressure[0] < supine.right_atrial_pressure[0]
        assert upright.heart_rate[0] > supine.heart_rate[0]
        assert upright.cardiac_output[0] < supine.cardiac_output[0]
    assert min(falls) > 0.0
    assert 0.03 < np.median(falls) < 0.20


def test_fat_of_a_routine_session_is_borne(circuits):
    """5 mL of cement in one vertebra in 150 s, no leak, lying prone: the scale's low end was chosen for this."""
    times = np.linspace(0.0, 150.0, 31)
    injected = 5.0 * ML * times / 150.0
    for seed, circuit in enumerate(circuits):
        share = np.random.default_rng([12, seed]).uniform(FAT_FRACTION.low, FAT_FRACTION.high)
        fat = fat_ahead("L1", times, injected, np.zeros(31), fat_fraction=float(share))
        most = float(fat_in_lungs([fat], 150.0 + np.arange(10.0)).max())
        loads = [Load(time=float(i), fat=volume, posture="prone") for i, volume in enumerate((0.0, most))]
        rest, pulse = respond(circuit, loads).cardiac_output
        assert pulse >= 0.5 * rest, (circuit.body, share)


def test_supine_without_load_is_the_baseline(circuits):
    circuit = circuits[0]
    response = respond(circuit, [Load(time=0.0)])
    assert response.cardiac_output[0] == circuit.baseline["cardiac_output"]
    assert response.died is None


def test_a_beat_shows_valves_opening_in_turn(circuits):
    drawn = beat(circuits[1], Load(time=0.0))
    assert drawn.right_ventricle.max() == pytest.approx(drawn.pulmonary_artery.max(), rel=0.25)
    assert drawn.aorta.min() > 40.0 * MMHG
    assert drawn.left_ventricle.max() > drawn.aorta.max()
    assert drawn.times[-1] == pytest.approx(1.0 / circuits[1].baseline["heart_rate"], rel=1e-4)
    mean = np.trapezoid(drawn.pulmonary_artery, drawn.times) / drawn.times[-1]
    assert mean == pytest.approx(circuits[1].baseline["pulmonary_pressure"], rel=2e-3)


def test_a_circuit_that_fails_at_rest_is_none(circuits):
    with pytest.raises(InputError, match=r"^a right ventricle that fails at rest is none to follow$"):
        dataclasses.replace(circuits[0], failure_limit=0.9)
