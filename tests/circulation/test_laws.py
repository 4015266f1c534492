"""Closed formulas of the circulation against worked numbers and their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.circulation import CirculationLaws, gases
from azygos.circulation.failure import contractility
from azygos.circulation.fat import CLOSINGS, FATS
from azygos.circulation.pulse import fat_in_lungs
from azygos.circulation.reflexes import beat_period, felt_error, gain_at_age, resistance_factor
from azygos.circulation.resistance import RESISTANCES
from azygos.ground.errors import InputError
from azygos.ground.units import MMHG
from azygos.spine import Fat


@pytest.mark.parametrize("saturation", [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97])
def test_saturation_agrees_with_the_inverse_that_is_printed_beside_it(saturation):
    """Severinghaus prints a separate equation for pressure from saturation; each is within 0.0055 of the curve."""
    s = saturation
    pressure = math.exp(0.385 * math.log(1.0 / (1.0 / s - 1.0)) + 3.32 - 1.0 / (72.0 * s) - 0.17 * s**6)
    assert gases.saturation_at(pressure * MMHG) == pytest.approx(s, abs=0.0075)


def test_half_of_haemoglobin_is_full_at_the_known_pressure():
    """Printed: 26.6 to 26.8 mmHg; and mixed venous blood at 40 mmHg is three quarters full."""
    assert gases.saturation_at(26.8 * MMHG) == pytest.approx(0.5, abs=0.0055)
    assert gases.saturation_at(40.0 * MMHG) == pytest.approx(0.75, abs=0.0055)


def test_saturation_is_the_abstracts_equation():
    p = 50.0
    assert gases.saturation_at(p * MMHG) == pytest.approx(1.0 / (23_400.0 / (p**3 + 150.0 * p) + 1.0))


def test_oxygen_content_and_pressure_undo_each_other():
    for pressure in (0.5e3, 4e3, 13e3, 60e3):
        content = gases.oxygen_content(pressure, haemoglobin=130.0)
        assert gases.oxygen_pressure(content, haemoglobin=130.0) == pytest.approx(pressure, rel=1e-6)
    assert gases.oxygen_pressure(0.0, haemoglobin=130.0) == 0.0


def test_the_shunt_equation_holds_with_its_venous_content():
    capillary, admixture, demand, output = 0.18, 0.2, 4e-6, 8e-5
    arterial = gases.arterial_content(capillary, admixture=admixture, demand=demand, output=output)
    venous = arterial - demand / output
    assert (capillary - arterial) / (capillary - venous) == pytest.approx(admixture)


def test_carbon_dioxide_is_held_until_breathing_can_no_more():
    free = gases.alveolar_oxygen(0.1, rest=0.1, reserve=2.0)
    assert gases.alveolar_oxygen(0.5, rest=0.1, reserve=2.0) == free
    assert gases.alveolar_oxygen(0.7, rest=0.1, reserve=2.0) < free
    assert gases.alveolar_oxygen(1.0, rest=0.1, reserve=2.0) > 0.0


def test_all_bed_laws_start_at_one_and_end_at_infinity():
    for name, law in RESISTANCES.items():
        assert law(0.0, exponent=1.3) == 1.0, name
        assert law(1.0, exponent=1.3) == math.inf, name
        assert law(0.3, exponent=1.3) < law(0.6, exponent=1.3), name


def test_bed_laws_order_recruitment_below_nothing_below_constriction():
    assert [round(RESISTANCES[n](0.5, exponent=1.5), 4) for n in ("mechanical", "neglect", "constricted")] == [
        1.7411,
        2.0,
        2.8284,
    ]


def test_no_fat_leaves_resistance_alone():
    assert [law(0.0, mass=60.0, scale=2e-8) for law in FATS.values()] == [1.0, 1.0, 1.0]
    assert FATS["arterioles"](1.0, mass=60.0, scale=2e-8) == pytest.approx(1e6)


def test_what_fat_closes_agrees_with_its_resistance():
    """Of equal arterioles side by side a share is closed, so resistance is one over what is open."""
    for fat in (0.0, 1e-6, 7e-6):
        closed = CLOSINGS["arterioles"](fat, mass=50.0)
        assert FATS["arterioles"](fat, mass=50.0, scale=1.0) == pytest.approx(1.0 / (1.0 - closed))
        assert CLOSINGS["neglect"](fat, mass=50.0) == 0.0
    assert CLOSINGS["resistance"](1.0, mass=50.0) == 1.0
    assert set(CLOSINGS) == set(FATS)


def test_contractility_turns_down_at_the_limit():
    assert contractility(1.0, limit=3.0, steepness=1.5) == 1.0
    far = [contractility(r, limit=3.0, steepness=1.5) for r in (60.0, 120.0)]
    assert far[1] / far[0] == pytest.approx(0.5**1.5, rel=1e-4)


def test_the_reflex_is_blind_to_more_than_its_saturation():
    assert felt_error(12e3, set_point=12e3) == 0.0
    assert felt_error(12e3 - 1.0, set_point=12e3) == pytest.approx(-1.0, rel=1e-6)
    assert felt_error(-1e9, set_point=12e3) == pytest.approx(-18.0 * MMHG * math.pi / 2.0, rel=1e-4)


def test_the_heart_speeds_up_but_not_beyond_its_fastest():
    rates = [beat_period(e, rest=0.85, gain=1.6e-4, fastest=0.4) for e in (1e3, 0.0, -1e3, -1e6)]
    assert rates[0] == pytest.approx(1.01)
    assert rates[1] == 0.85
    assert 0.7 > rates[2] > rates[3] >= 0.4
    assert resistance_factor(1e9, gain=1e-4) == 0.3
    assert gain_at_age(110.0) == 0.2


def test_unknown_answers_are_refused_with_the_nearest():
    with pytest.raises(InputError) as error:
        CirculationLaws(fat="resistanse")
    assert str(error.value) == (
        "fat 'resistanse' is not known. Did you mean 'resistance'? Known: resistance, arterioles, neglect."
    )
    with pytest.raises(InputError) as error:
        CirculationLaws(resistance="x")
    assert str(error.value) == "resistance 'x' is not known. Known: constricted, mechanical, neglect."


# The pulse of fat -------------------------------------------------------------------------------------------------


def test_fat_without_clearance_adds_up_to_what_left_the_bone():
    times = np.array([0.0, 5.0, 20.0, 60.0])
    fat = Fat(level="L1", times=times, flow=np.array([0.0, 3e-8, 1e-8, 0.0]))
    held = fat_in_lungs([fat], np.array([-3.0, 6.0, 66.0, 500.0]), delay=6.0, half_time=1e7)
    assert held == pytest.approx([0.0, 0.0, fat.volume, fat.volume], rel=1e-4)


def test_fat_follows_its_equation():
    """A steady inflow q from t = 0 holds q (1 - exp(-k t)) / k; then it halves each half-time."""
    fat = Fat(level="L1", times=np.linspace(0.0, 100.0, 11), flow=np.full(11, 1e-8))
    rate = math.log(2.0) / 60.0
    held = fat_in_lungs([fat, fat], np.array([37.0, 100.0, 160.0]), delay=0.0, half_time=60.0)
    full = 2e-8 * (1.0 - math.exp(-rate * 100.0)) / rate
    assert held == pytest.approx([2e-8 * (1.0 - math.exp(-rate * 37.0)) / rate, full, 0.5 * full], rel=1e-12)


def test_a_ramp_of_fat_follows_its_equation():
    """dV/dt = a t - k V from nothing gives a (t/k - (1 - exp(-k t))/k^2)."""
    fat = Fat(level="L1", times=np.array([0.0, 50.0]), flow=np.array([0.0, 5e-8]))
    k, t = math.log(2.0) / 30.0, 20.0
    held = fat_in_lungs([fat], np.array([t + 6.0]), half_time=30.0)
    assert held[0] == pytest.approx(1e-9 * (t / k - (1.0 - math.exp(-k * t)) / k**2), rel=1e-12)


def test_no_fat_and_one_instant_of_it_are_nothing():
    assert list(fat_in_lungs([], np.array([1.0, 2.0]))) == [0.0, 0.0]
    single = Fat(level="L1", times=np.array([0.0]), flow=np.array([1e-8]))
    assert list(fat_in_lungs([single], np.array([10.0]))) == [0.0]
