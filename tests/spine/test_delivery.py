"""Syringe and cannula: what they do when cement sets, warms or meets no resistance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.ground.units import ML
from azygos.spine.delivery import SLUGS, Cannula, Plunger
from azygos.spine.treatment import Cement, Needle, Operator, Portion, Syringe, Treatment
from azygos.values.injection import CANNULA_WARMING_TIME

CEMENT = Cement(
    name="test", consistency=100.0, reference_age=0.0, e_folding=300.0, index_fresh=0.7, index_doughy=0.4,
    plateau_rate=0.1, setting_age=1e3, paste_age=300.0, activation_early=5e4, activation_late=5e4, batch=1.0,
    density_paste=1.2e3, density_set=1.3e3, heat_capacity=1.2e3, conductivity=0.2, heat_of_setting=0.0,
)  # fmt: skip
ROOM, BODY = 294.15, 310.15


def cannula(age: float = 100.0) -> Cannula:
    needle = Needle(entry=np.zeros(3), tip=np.array([0, 0, 0.03]), gauge=11, inner_radius=1.194e-3, length=0.12)
    treatment = Treatment(
        level="L1", needles=(needle,), portions=(Portion(volume=1 * ML, rate=5e-8),), cement=CEMENT, age_at_start=age,
        syringe_temperature=ROOM, room_temperature=ROOM, syringe=SYRINGE,
        operator=Operator(
            stops_on_seen_leak=False, delay=0.0, visible_volume=0.0, sees_vascular=0.0, sees_canal=0.0, sees_other=0.0
        ),
    )  # fmt: skip
    return Cannula(needle, treatment, age)


SYRINGE = Syringe(volume=10 * ML, air_fraction=0.05, pressure_ceiling=2e6)


def test_cannula_holds_its_own_volume():
    assert cannula().slug * SLUGS / ML == pytest.approx(0.54, abs=0.005)


def test_a_push_of_nothing_changes_nothing():
    tube = cannula()
    assert tube.push(0.0, 1.0, 310.0) == (100.0, ROOM)
    assert np.all(tube.age == 100.0)


def test_cement_warms_half_way_to_the_body():
    tube = cannula()
    tube.grow_older(CANNULA_WARMING_TIME.number, CEMENT)
    wall = 0.5 * (ROOM + BODY)
    assert np.allclose(tube.temperature, wall + (ROOM - wall) * np.exp(-1.0))
    for _ in range(40):
        tube.grow_older(CANNULA_WARMING_TIME.number, CEMENT)
    assert np.allclose(tube.temperature, wall)


def test_cement_in_the_cannula_grows_older_than_in_the_syringe():
    tube = cannula()
    for _ in range(60):
        tube.grow_older(1.0, CEMENT)
    assert np.all(tube.age > 160.0)


def test_older_cement_needs_more_pressure():
    young, old = (cannula(age).law(CEMENT, True)(5e-8) for age in (100.0, 400.0))
    assert old > 1.5 * young


def test_thinning_saves_pressure_above_one_inverse_second():
    tube = cannula()
    assert tube.law(CEMENT, True)(5e-8) < tube.law(CEMENT, False)(5e-8)


def test_set_cement_blocks_and_the_hand_presses_in_vain():
    tube, plunger = cannula(), Plunger(SYRINGE, True, True)
    tube.age[3] = CEMENT.setting_age
    assert tube.blocked(CEMENT)
    assert plunger.advance(5e-8, 1.0, tube, CEMENT, 0.0, 0.0, True) == (0.0, 0.0)
    assert plunger.pressure == SYRINGE.pressure_ceiling


def test_without_air_the_tip_follows_the_plunger():
    plunger = Plunger(replace(SYRINGE, air_fraction=0.0), True, True)
    tube = cannula()
    assert plunger.advance(5e-8, 1.0, tube, CEMENT, 0.0, 0.0, True)[0] == pytest.approx(5e-8, rel=1e-6)
    assert plunger.pressure == pytest.approx(tube.law(CEMENT, True)(5e-8), rel=1e-6)
    assert plunger.advance(0.0, 1.0, tube, CEMENT, 0.0, 0.0, True) == (0.0, 0.0)
    assert plunger.pressure == 0.0


def test_switched_off_air_is_no_air():
    tube = cannula()
    off, none = Plunger(SYRINGE, False, True), Plunger(replace(SYRINGE, air_fraction=0.0), True, True)
    assert off.advance(5e-8, 1.0, tube, CEMENT, 1e9, 50.0, True) == none.advance(
        5e-8, 1.0, tube, CEMENT, 1e9, 50.0, True
    )


def test_air_delays_the_flow():
    plunger, tube = Plunger(SYRINGE, True, True), cannula()
    first = plunger.advance(5e-8, 0.5, tube, CEMENT, 0.0, 0.0, True)[0]
    for _ in range(200):
        last = plunger.advance(5e-8, 0.5, tube, CEMENT, 0.0, 0.0, True)[0]
    assert first < 0.5 * last
    assert last == pytest.approx(5e-8, rel=0.02)


def test_a_pressure_behind_that_exceeds_the_hand_stops_the_flow():
    plunger, tube = Plunger(replace(SYRINGE, pressure_ceiling=1e3), True, True), cannula()
    for _ in range(50):
        flow, _ = plunger.advance(5e-8, 1.0, tube, CEMENT, 0.0, 5e3, True)
    assert flow == 0.0
    assert plunger.pressure <= 1e3
