r"""A cannula of slugs and a syringe with air, against closed formulas.

Newtonian :math:`\Delta p = 8\mu LQ/\pi R^4`, power law :math:`(2mL/R)((3n+1)Q/n\pi R^3)^n` (physics.md 6.4).
For a same-age cement the model's slugs must add up to the one formula.

With a plunger that moves at a rate q from rest, a resistance r behind it and air that takes up
:math:`V_s(p) = fVp/(p_0+p)`, the pressure obeys :math:`q - p/r = V_s'(p)\,\dot p`. Once the hand lets go
:math:`\dot V_s = -p/r`, and all of :math:`V_s` runs on. With small p, where :math:`V_s \approx Cp`, it does so as
:math:`e^{-t/rC}`.
"""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.units import ATMOSPHERE, KPA, ML
from azygos.spine.cannula import cannula_pressure
from azygos.spine.delivery import SLUGS, Cannula, Plunger
from azygos.spine.rheology import power_law_pressure
from azygos.spine.syringe import stored_volume
from azygos.spine.treatment import Cement, Needle, Operator, Portion, Syringe, Treatment

BORES = {8: 1.715e-3, 10: 1.3463e-3, 11: 1.194e-3, 13: 0.9015e-3}
LENGTH, Q = 0.12, 5e-8


def paste(index: float = 1.0, plateau: float = 1e-9) -> Cement:
    return Cement(
        name="test", consistency=100.0, reference_age=0.0, e_folding=1e3, index_fresh=index, index_doughy=index,
        plateau_rate=plateau, setting_age=1e3, paste_age=1e3, activation_early=5e4, activation_late=5e4, batch=1.0,
        density_paste=1.2e3, density_set=1.3e3, heat_capacity=1.2e3, conductivity=0.2, heat_of_setting=0.0,
    )  # fmt: skip


def cannula(gauge: int = 11, age: float = 0.0) -> Cannula:
    needle = Needle(
        entry=np.zeros(3), tip=np.array([0.0, -0.03, 0.0]), gauge=gauge, inner_radius=BORES[gauge], length=LENGTH
    )
    treatment = Treatment(
        level="L1", needles=(needle,), portions=(Portion(volume=1 * ML, rate=Q),), cement=paste(), age_at_start=age,
        syringe_temperature=294.15, room_temperature=294.15,
        syringe=Syringe(volume=10 * ML, air_fraction=0.05, pressure_ceiling=2e6),
        operator=Operator(
            stops_on_seen_leak=False, delay=0.0, visible_volume=0.0, sees_vascular=0.0, sees_canal=0.0, sees_other=0.0
        ),
    )  # fmt: skip
    return Cannula(needle, treatment, age)


@pytest.mark.parametrize(("gauge", "kilopascal"), [(8, 177), (10, 465), (11, 752), (13, 2313)])
def test_newtonian_pressures_of_the_table(gauge, kilopascal):
    for thins in (True, False):
        assert cannula(gauge).law(paste(), thins)(Q) / KPA == pytest.approx(kilopascal, abs=0.6)


THINNING = [0.3, 0.6, 1.0]


@pytest.mark.parametrize("index", THINNING)
@pytest.mark.parametrize("flow", [1e-9, 5e-8, 2e-7])
def test_slugs_of_one_age_are_one_cannula(index, flow):
    law = cannula().law(paste(index, 0.1), True)
    closed = cannula_pressure(flow, BORES[11], LENGTH, consistency=100.0, index=index, plateau_rate=0.1)
    assert law(flow) == pytest.approx(closed, rel=1e-12)


@pytest.mark.parametrize("index", THINNING)
def test_power_law(index):
    closed = power_law_pressure(Q, BORES[11], LENGTH, consistency=100.0, index=index)
    assert cannula().law(paste(index), True)(Q) == pytest.approx(closed, rel=1e-9)


def test_slugs_of_many_ages_add_up():
    tube = cannula()
    tube.age = np.linspace(0.0, 700.0, SLUGS)
    parts = [100.0 * np.exp(a / 1e3) for a in tube.age]
    resistance = sum(parts) * 8.0 * LENGTH / SLUGS / (np.pi * BORES[11] ** 4)
    assert tube.law(paste(), True)(Q) == pytest.approx(resistance * Q, rel=1e-12)


@pytest.mark.parametrize("gauge", [8, 11])
def test_ratio_of_bone_to_cannula_knows_neither_viscosity_nor_flow(gauge):
    """R^4 (1/r0 - 1/rf) / (32 K L) for one Newtonian cement in both."""
    k, r0, front = 1e-8, 1.2e-3, 10e-3
    for flow in (1e-8, 1e-7):
        bone = flow * 100.0 / (4.0 * np.pi * k) * (1.0 / r0 - 1.0 / front)
        ratio = bone / cannula(gauge).law(paste(), True)(flow)
        assert ratio == pytest.approx(BORES[gauge] ** 4 * (1.0 / r0 - 1.0 / front) / (32.0 * k * LENGTH), rel=1e-9)


def syringe(*, air: float = 0.05, ceiling: float = 2e6) -> Syringe:
    return Syringe(volume=10 * ML, air_fraction=air, pressure_ceiling=ceiling)


def drive(plunger: Plunger, rate: float, dt: float, steps: int, tube: Cannula, *, bone: float = 0.0, back: float = 0.0):
    """Flow out and moved by the plunger [m^3], summed, and the pressure after each step."""
    out = moved = 0.0
    pressures = []
    for _ in range(steps):
        tip, push = plunger.advance(rate, dt, tube, paste(), bone, back, True)
        out, moved = out + tip * dt, moved + push * dt
        pressures.append(plunger.pressure)
    return out, moved, np.array(pressures)


@pytest.mark.parametrize("ceiling", [2e6, 3e5])
@pytest.mark.parametrize("air", [0.0, 0.02, 0.10])
def test_what_the_plunger_moved_came_out_or_is_stored(air, ceiling):
    plunger, tube = Plunger(syringe(air=air, ceiling=ceiling), True, True), cannula()
    for rate, steps in ((Q, 40), (0.0, 15), (2 * Q, 30), (0.0, 200)):
        before = stored_volume(plunger.pressure, volume=10 * ML, air_fraction=air) if air else 0.0
        out, moved, pressures = drive(plunger, rate, 0.5, steps, tube)
        after = stored_volume(plunger.pressure, volume=10 * ML, air_fraction=air) if air else 0.0
        assert moved == pytest.approx(out + after - before, rel=1e-4, abs=1e-6 * ML)
        assert pressures.max() <= ceiling * (1.0 + 1e-9)


def test_at_the_ceiling_the_flow_is_what_the_ceiling_drives():
    plunger, tube = Plunger(syringe(ceiling=3e5), True, True), cannula()
    drive(plunger, Q, 2.0, 200, tube)
    tip, push = plunger.advance(Q, 1.0, tube, paste(), 0.0, 0.0, True)
    assert plunger.pressure == 3e5
    assert tube.law(paste(), True)(tip) == pytest.approx(3e5, rel=1e-5)
    assert push == pytest.approx(tip, rel=1e-3)
    free = Plunger(syringe(ceiling=3e5), True, False)
    drive(free, Q, 2.0, 200, tube)
    assert free.pressure == pytest.approx(tube.law(paste(), True)(Q), rel=1e-3)


@pytest.mark.parametrize("air", [0.02, 0.10])
def test_all_that_is_stored_runs_on(air):
    """cautions.md: 2 to 10 % of air store 0.19 to 0.94 mL at 1.7 MPa."""
    plunger, tube = Plunger(syringe(air=air), True, True), cannula()
    plunger.pressure = 1.7e6
    stored = stored_volume(1.7e6, volume=10 * ML, air_fraction=air)
    assert stored / ML == pytest.approx({0.02: 0.19, 0.10: 0.94}[air], abs=0.005)
    out, moved, _ = drive(plunger, 0.0, 1.0, 2000, tube)
    assert moved == 0.0
    assert out == pytest.approx(stored, rel=2e-3)


def test_run_on_stops_at_the_pressure_behind():
    plunger, tube = Plunger(syringe(), True, True), cannula()
    plunger.pressure = 5e5
    drive(plunger, 0.0, 1.0, 2000, tube, back=1e5)
    assert plunger.pressure == pytest.approx(1e5, rel=0.01)


def test_relaxation_has_the_time_of_resistance_and_air():
    """First order in the step, as an implicit one is."""
    tube = cannula()
    r = tube.law(paste(), True)(1.0)
    start = 100.0  # so small that the air is a linear spring
    c = 0.05 * 10 * ML / ATMOSPHERE
    errors = []
    for steps in (20, 40, 80):
        plunger = Plunger(syringe(), True, True)
        plunger.pressure = start
        drive(plunger, 0.0, r * c / steps, steps, tube)
        errors.append(abs(plunger.pressure / start - np.exp(-1.0)))
    print(f"relaxation: errors {errors}, orders {np.log2(np.array(errors[:-1]) / errors[1:])}")
    assert np.log2(errors[0] / errors[-1]) / 2.0 >= 0.9
    assert errors[-1] < 5e-3


def test_a_push_leaves_the_tip_as_old_as_it_came_in():
    """Cement keeps its place in the queue: after one cannula's volume the new batch arrives."""
    tube = cannula(age=500.0)
    whole = tube.slug * SLUGS
    assert tube.push(0.5 * whole, 10.0, 300.0)[0] == pytest.approx(500.0)
    assert tube.push(0.5 * whole, 10.0, 300.0)[0] == pytest.approx(500.0)
    assert tube.push(0.5 * whole, 10.0, 300.0)[0] == pytest.approx(10.0)
    assert np.allclose(tube.age, 10.0)
    assert np.allclose(tube.temperature, 300.0)


@pytest.mark.parametrize("volume", [0.01, 0.3, 1.0, 2.5])
def test_age_times_volume_is_kept(volume):
    tube = cannula()
    tube.age = np.linspace(100.0, 800.0, SLUGS)
    before = tube.age.sum() * tube.slug
    pushed = volume * tube.slug * SLUGS
    out, _ = tube.push(pushed, 50.0, 294.0)
    assert tube.age.sum() * tube.slug + out * pushed == pytest.approx(before + 50.0 * pushed, rel=1e-12)
