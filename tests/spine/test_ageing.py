"""How temperature drives the clock of the cement."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from azygos.ground.errors import InputError
from azygos.ground.units import CELSIUS_ZERO, MINUTE
from azygos.spine.ageing import (
    age_at_start,
    aged,
    ageing_rate,
    arrhenius_factor,
    relaxed_temperature,
    temperature_at_start,
)
from azygos.values.cements import ACTIVATION_EARLY, MIXED_TIME_CONSTANT, PACK_TIME_CONSTANT

NICHOLAS = 44.4e3
CURE = {"paste_age": 240.0, "activation_early": 65e3, "activation_late": NICHOLAS, "batch": 1.1}
HISTORY = {
    "store_temperature": 277.15,
    "time_out": 600.0,
    "room_temperature": 294.15,
    "pack_time_constant": 1200.0,
    "mixed_time_constant": 300.0,
}


def celsius(degrees: float) -> float:
    return degrees + CELSIUS_ZERO


@pytest.mark.parametrize(
    ("degrees", "factor"), [(15, 1.86), (18, 1.54), (20, 1.36), (22, 1.20), (25, 1.0), (37, 0.50), (45, 0.32)]
)
def test_time_factors(degrees, factor):
    """physics.md 7, for 44.4 kJ/mol."""
    assert 1.0 / arrhenius_factor(celsius(degrees), activation=NICHOLAS) == pytest.approx(factor, abs=0.0051)


def test_thirteen_minutes_at_25_c_elsewhere():
    """physics.md 7: 17.6 min at 20 C, 6.5 at 37 C, a ratio of 2.71."""
    cold, warm = (13.0 / arrhenius_factor(celsius(t), activation=NICHOLAS) for t in (20.0, 37.0))
    assert cold == pytest.approx(17.6, abs=0.05)
    assert warm == pytest.approx(6.5, abs=0.05)
    assert cold / warm == pytest.approx(2.71, abs=0.01)


@pytest.mark.parametrize(("activation", "factor"), [(44e3, 2.4), (60e3, 3.3), (79e3, 4.7)])
def test_from_room_to_body(activation, factor):
    """cautions.md: 22 to 37 C speeds ageing 2.4 to 4.7 times over the range of sources."""
    ratio = arrhenius_factor(celsius(37), activation=activation) / arrhenius_factor(celsius(22), activation=activation)
    assert ratio == pytest.approx(factor, abs=0.06)


@pytest.mark.parametrize(("activation", "minutes"), [(44.4e3, 37.0), (79e3, 112.5)])
def test_ice_water_tells_the_energies_apart(activation, minutes):
    """8.5 min of handling at 22 C: 37 min in ice water at 44 kJ/mol, while 112 were seen (79 kJ/mol)."""
    slower = arrhenius_factor(celsius(22), activation=activation) / arrhenius_factor(celsius(0), activation=activation)
    assert 8.5 * slower == pytest.approx(minutes, rel=0.04)


def test_rate_switches_energy_at_paste_and_scales_with_the_batch():
    early = ageing_rate(239.9, 310.15, **CURE)
    late = ageing_rate(240.0, 310.15, **CURE)
    assert early == pytest.approx(1.1 * arrhenius_factor(310.15, activation=65e3))
    assert late == pytest.approx(1.1 * arrhenius_factor(310.15, activation=NICHOLAS))


@pytest.mark.parametrize("start", [0.0, 200.0, 240.0, 500.0])
def test_aged_equals_many_small_steps(start):
    age, step = start, 0.05
    for _ in range(int(120 / step)):
        age += step * ageing_rate(age, 310.15, **CURE)
    assert aged(start, 120.0, 310.15, **CURE) == pytest.approx(age, abs=0.2)


def test_aged_in_two_steps_is_aged_in_one():
    half = aged(150.0, 40.0, 305.15, **CURE)
    assert aged(half, 60.0, 305.15, **CURE) == pytest.approx(aged(150.0, 100.0, 305.15, **CURE), rel=1e-12)


def test_packs_from_28_c_are_nearly_at_room_temperature_after_an_hour():
    left = relaxed_temperature(celsius(28), celsius(20), elapsed=60 * MINUTE, time_constant=float(PACK_TIME_CONSTANT))
    assert left - celsius(20) < 0.5


def test_temperature_at_start_relaxes_twice():
    start = temperature_at_start(**HISTORY, time_since_mixing=150.0)
    assert start == pytest.approx(294.15 - 17.0 * np.exp(-0.5) * np.exp(-0.5))


def test_age_at_start_in_a_room_is_isothermal_ageing():
    same = {**HISTORY, "store_temperature": 294.15}
    age = age_at_start(**same, time_since_mixing=480.0, **CURE)
    assert age == pytest.approx(aged(0.0, 480.0, 294.15, **CURE), rel=1e-9)


@pytest.mark.parametrize("minutes", [2.0, 10.0])
def test_age_at_start_equals_many_small_steps(minutes):
    age, step = 0.0, 0.1
    for k in range(int(minutes * MINUTE / step)):
        age += step * ageing_rate(age, temperature_at_start(**HISTORY, time_since_mixing=(k + 0.5) * step), **CURE)
    assert age_at_start(**HISTORY, time_since_mixing=minutes * MINUTE, **CURE) == pytest.approx(age, abs=0.1)


def test_cold_components_stay_liquid_as_long_as_seen():
    """HYP1 and HYP2: 5.1 min of liquid time at 22 C become 9.4 +/- 1.1 min with components from 4 C."""
    liquid = {
        "time_out": 0.0,
        "room_temperature": celsius(22),
        "pack_time_constant": float(PACK_TIME_CONSTANT),
        "mixed_time_constant": float(MIXED_TIME_CONSTANT),
        "paste_age": 1e9,
        "activation_early": float(ACTIVATION_EARLY),
        "activation_late": float(ACTIVATION_EARLY),
        "batch": 1.0,
    }
    paste = age_at_start(store_temperature=celsius(22), time_since_mixing=5.1 * MINUTE, **liquid)
    cold = brentq(lambda t: age_at_start(store_temperature=celsius(4), time_since_mixing=t, **liquid) - paste, 60, 3000)
    assert cold / MINUTE == pytest.approx(9.4, abs=1.1)


def test_negative_times_are_refused():
    with pytest.raises(InputError) as error:
        age_at_start(**{**HISTORY, "time_out": -60.0}, time_since_mixing=120.0, **CURE)
    assert str(error.value) == (
        "minutes out of the store (-1) and since mixing (2) cannot be negative; count both forward in time"
    )
