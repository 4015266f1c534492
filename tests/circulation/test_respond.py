"""What the circulation answers: no load is rest, more load is worse, extremes stay finite, death has its hour."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from azygos.circulation import FIELDS, CirculationLaws, Load, beat, draw_circuit, respond
from azygos.circulation.gases import alveolar_dead_space
from azygos.circulation.loads import flow_without_way, lung_ratio
from azygos.circulation.respond import steady
from azygos.circulation.steady import SERIES
from azygos.circulation.survival import death
from azygos.circulation.table import node
from azygos.ground.body import Body
from azygos.ground.errors import InputError
from azygos.ground.units import ML, MMHG
from azygos.lungs import draw_lungs, obstruct
from azygos.values.circulation import ARTERIOLE_VOLUME

WOMAN = Body(sex="female", age=74.0, height=1.58, mass=62.0)
PLAIN = CirculationLaws(failure=False, reflexes=False)


@pytest.fixture(scope="module")
def circuit():
    return draw_circuit(WOMAN, np.random.default_rng(1))


def blocked(lost: float, time: float = 0.0, **more) -> Load:
    ratio = 1.0 / (1.0 - lost) if lost < 1.0 else math.inf
    return Load(time=time, flow_lost=lost, resistance_ratio=ratio, **more)


def test_more_blocked_is_worse(circuit):
    losses = np.linspace(0.0, 0.65, 14)
    found = respond(circuit, [blocked(float(f), time=float(i)) for i, f in enumerate(losses)])
    for name in ("pulmonary_pressure", "right_ventricle_filling", "dead_space", "shunt", "heart_rate"):
        assert np.all(np.diff(getattr(found, name)) > 0.0), name
    falling = ("cardiac_output", "arterial_pressure", "right_ejection", "coupling", "saturation", "oxygen_pressure")
    for name in falling:
        assert np.all(np.diff(getattr(found, name)) < 0.0), name


@pytest.mark.parametrize("lost", [0.05, 0.17, 0.33, 0.47, 0.58, 0.66, 0.7])
def test_the_lattice_is_within_one_percent_of_direct_solutions(circuit, lost):
    load = blocked(lost)
    near, exact = respond(circuit, [load]), steady(circuit, load)
    for name in SERIES:
        scale = 15.0 * MMHG if name in ("right_atrial_pressure", "wedge_pressure") else exact[name]
        assert abs(getattr(near, name)[0] - exact[name]) < 0.01 * scale, name


@pytest.mark.parametrize("effusion", [15.0 * ML, 70.0 * ML, 110.0 * ML])
def test_effusions_are_within_one_percent_of_direct_solutions(circuit, effusion):
    load = Load(time=0.0, effusion=effusion)
    near, exact = respond(circuit, [load]), steady(circuit, load)
    for name in ("cardiac_output", "arterial_pressure", "pulmonary_pressure", "heart_rate"):
        assert getattr(near, name)[0] == pytest.approx(exact[name], rel=0.01)


def test_a_state_does_not_depend_on_what_was_asked_before(circuit):
    node.cache_clear()
    alone = respond(circuit, [blocked(0.3)])
    node.cache_clear()
    respond(circuit, [blocked(0.8), blocked(0.1, time=1.0)])
    after = respond(circuit, [blocked(0.3)])
    for name in FIELDS:
        assert np.array_equal(getattr(alone, name), getattr(after, name)), name


def test_how_the_trees_ratio_enters(circuit):
    laws = CirculationLaws(resistance="neglect")
    assert lung_ratio(blocked(0.5), circuit, laws) == 2.0
    assert lung_ratio(Load(time=0.0, flow_lost=0.5, resistance_ratio=3.0), circuit, laws) == 2.0
    assert lung_ratio(Load(time=0.0, flow_lost=0.5, resistance_ratio=math.inf), circuit, laws) == math.inf
    assert lung_ratio(Load(time=0.0, flow_lost=1.0), circuit, laws) == math.inf
    assert lung_ratio(Load(time=0.0), circuit, laws) == 1.0
    fat = Load(time=0.0, fat=circuit.fat_scale * WOMAN.mass)
    assert lung_ratio(fat, circuit, laws) == pytest.approx(2.0)
    assert lung_ratio(fat, circuit, CirculationLaws(fat="neglect")) == 1.0


@pytest.mark.parametrize("closed", [0.6, 1.0])
def test_narrowed_and_closed_branches_count_alike(circuit, closed):
    """What the tree says of its own resistance is all in the share of flow lost: nothing is left to add."""
    lungs = draw_lungs(WOMAN, np.random.default_rng(1))
    shares = np.zeros(len(lungs.parent))
    shares[3:40:3] = closed
    found = obstruct(lungs, shares, 8e-5)
    load = Load(time=0.0, flow_lost=found.flow_lost, resistance_ratio=found.resistance_ratio)
    assert found.flow_lost > 0.05
    ratio = lung_ratio(load, circuit, CirculationLaws(resistance="neglect"))
    assert ratio == pytest.approx(found.resistance_ratio, rel=1e-12)


def test_gases_feel_only_the_arterioles_that_fat_fills(circuit):
    """Fat that adds the resistance ten times over fills few arterioles: most of the lungs keep their blood."""
    fat = 10.0 * circuit.fat_scale * WOMAN.mass
    load = blocked(0.2, fat=fat)
    filled = 1.0 - math.exp(-fat / (ARTERIOLE_VOLUME.number * WOMAN.mass / 60.0))
    lost = 1.0 - 0.8 * (1.0 - filled)
    assert lung_ratio(load, circuit, CirculationLaws(resistance="neglect")) == pytest.approx(11.0 * 1.25)
    for name in ("resistance", "arterioles"):
        laws = CirculationLaws(fat=name)
        assert flow_without_way(load, circuit, laws) == pytest.approx(lost)
        dead = alveolar_dead_space(lost, rest=circuit.dead_space, shift=circuit.ventilation_shift)
        assert respond(circuit, [load], laws=laws).dead_space[0] == pytest.approx(dead)
    assert flow_without_way(load, circuit, CirculationLaws(fat="neglect")) == pytest.approx(0.2)


def test_each_law_is_felt_alone(circuit):
    load = blocked(0.66, fat=1e-6)
    full = respond(circuit, [load])
    strong = respond(circuit, [load], laws=CirculationLaws(failure=False))
    slack = respond(circuit, [load], laws=CirculationLaws(reflexes=False))
    lean = respond(circuit, [load], laws=CirculationLaws(fat="neglect"))
    eased = respond(circuit, [load], laws=CirculationLaws(resistance="mechanical"))
    assert strong.pulmonary_pressure[0] > full.pulmonary_pressure[0]
    assert strong.cardiac_output[0] > full.cardiac_output[0]
    assert slack.arterial_pressure[0] < full.arterial_pressure[0]
    assert slack.heart_rate[0] == circuit.baseline["heart_rate"]
    assert lean.cardiac_output[0] > full.cardiac_output[0]
    assert eased.cardiac_output[0] > full.cardiac_output[0]


def test_everything_blocked_is_finite_and_death_at_once(circuit):
    found = respond(circuit, [Load(time=0.0), blocked(1.0, time=60.0)])
    for name in FIELDS:
        assert np.all(np.isfinite(getattr(found, name))), name
    assert found.cardiac_output[1] == 0.0
    assert found.died == 60.0
    assert found.cause.startswith("right ventricle failed: output 0.0 L/min, under ")
    assert found.cause.endswith(", with 100 % of the lungs' flow lost")


def test_an_infinite_ratio_alone_is_death_too(circuit):
    found = respond(circuit, [Load(time=3.0, resistance_ratio=math.inf, flow_lost=0.9)])
    assert found.died == 3.0
    assert np.isfinite(found.pulmonary_pressure[0])


@pytest.mark.parametrize("posture", ["prone", "supine", "upright"])
def test_a_speck_of_cement_changes_nothing(circuit, posture):
    clean, speck = (respond(circuit, [blocked(f, posture=posture)]) for f in (0.0, 1e-9))
    for name in FIELDS:
        assert getattr(speck, name)[0] == pytest.approx(getattr(clean, name)[0], rel=1e-6), name
    assert speck.died is None


def test_effusion_brings_tamponade(circuit):
    loads = [Load(time=60.0 * i, effusion=20.0 * ML * i) for i in range(16)]
    found = respond(circuit, loads)
    assert found.died is not None
    assert found.cause.startswith("tamponade: ")
    alive = found.times < 400.0
    assert np.all(np.diff(found.cardiac_output[alive]) < 0.0)
    assert np.all(np.diff(found.right_atrial_pressure[alive]) > 0.0)
    free, pressed = (beat(circuit, Load(time=0.0, effusion=volume * ML)) for volume in (0.0, 120.0))
    assert pressed.pericardium.max() > free.pericardium.max() + 3.0 * MMHG


def test_a_flood_in_the_pericardium_is_finite(circuit):
    found = respond(circuit, [Load(time=0.0, effusion=2e-3), blocked(1.0, time=1.0, effusion=2e-3)])
    assert all(np.all(np.isfinite(getattr(found, name))) for name in FIELDS)
    assert found.died == 0.0


def test_nobody_dies_of_a_short_fall(circuit):
    """A body bears too little output for a while; below half the bound it does not."""
    loads = [Load(time=t) for t in (9.999, 10.0, 100.0, 101.0)]
    some = np.array([5.0, 0.8, 0.8, 5.0]) * circuit.lowest_output
    high = np.full(4, 2.0 * circuit.lowest_pressure)
    assert death(circuit, loads, some, high) == (None, "")
    weak = dataclasses.replace(circuit, endures=60.0)
    died, cause = death(weak, loads, some, high)
    assert died == pytest.approx(70.0, abs=1e-3)
    assert "output" in cause
    died, _ = death(circuit, loads[:3], some[:3], high[:3])  # the last load is taken to last
    assert died == pytest.approx(10.0 + circuit.endures, abs=1e-3)
    died, cause = death(circuit, loads, some * 5.0, high * np.array([1.0, 0.2, 1.0, 1.0]))
    assert died == 10.0
    assert cause.startswith("right ventricle failed: arterial pressure ")


@pytest.mark.parametrize("step", [5.0, 277.0, 400.0, 600.0])
def test_coarse_loads_invent_no_death(circuit, step):
    """The same fall of output, below the bound for 300 s of the 480 that are borne, however often it is looked at."""
    bears = dataclasses.replace(circuit, endures=480.0)
    times = np.arange(0.0, 2400.0, step)
    output = circuit.lowest_output * np.maximum(0.8, 0.8 + 0.2 / 150.0 * np.abs(times - 700.0))
    assert np.any(output < circuit.lowest_output)
    loads = [Load(time=float(t)) for t in times]
    assert death(bears, loads, output, np.full(len(times), circuit.set_point)) == (None, "")


def test_a_stay_below_a_bound_ends_where_the_line_between_loads_crosses(circuit):
    """From 1.4 to 0.6 in 200 s, then back to 1.4 in 400 s: below from 100 s to 400 s, so 300 s are the limit."""
    loads = [Load(time=t) for t in (0.0, 200.0, 600.0, 700.0)]
    output = np.array([1.4, 0.6, 1.4, 1.4]) * circuit.lowest_output
    for swapped in (False, True):
        found = []
        for endures in (299.9, 300.1):
            body = dataclasses.replace(circuit, endures=endures)
            plenty = np.full(4, 2.0)
            flows, presses = output, plenty * body.lowest_pressure
            if swapped:
                flows, presses = plenty * body.lowest_output, output / body.lowest_output * body.lowest_pressure
            found.append(death(body, loads, flows, presses)[0])
        assert found == [pytest.approx(399.9), None]


def test_whoever_is_below_a_bound_from_the_start_counts_from_there(circuit):
    loads = [Load(time=t) for t in (30.0, 40.0, 50.0)]
    low = np.array([0.9, 0.9, 1.1]) * circuit.lowest_output
    weak = dataclasses.replace(circuit, endures=12.0)
    died, _ = death(weak, loads, low, np.full(3, circuit.set_point))
    assert died == 42.0


def test_fat_is_named_when_it_kills(circuit):
    found = respond(circuit, [Load(time=5.0, fat=100.0 * ML)])
    assert found.died is not None
    assert found.cause.endswith("with 100.0 mL of marrow fat in the lungs")


def test_the_right_ventricle_holds_pressure_near_its_ceiling(circuit):
    """Without failure pressure rises on; with it, it turns down as output collapses."""
    losses = np.linspace(0.6, 0.85, 6)
    loads = [blocked(float(f), time=float(i)) for i, f in enumerate(losses)]
    weak, strong = respond(circuit, loads), respond(circuit, loads, laws=PLAIN)
    assert np.all(np.diff(strong.pulmonary_pressure) > 0.0)
    assert weak.pulmonary_pressure.max() < 0.75 * strong.pulmonary_pressure.max()
    assert weak.cardiac_output[-1] < 0.5 * strong.cardiac_output[-1]


def test_hypoxaemia_comes_from_overflow_and_low_output(circuit):
    shunted = dataclasses.replace(circuit, overflow_shunt=0.35)
    spared = dataclasses.replace(circuit, overflow_shunt=0.0)
    load = [blocked(0.4)]
    assert respond(shunted, load).saturation[0] < respond(spared, load).saturation[0]
    assert respond(spared, load).shunt[0] == pytest.approx(circuit.shunt)


def test_a_response_needs_a_load(circuit):
    with pytest.raises(InputError) as error:
        respond(circuit, [])
    assert str(error.value) == "a response needs at least one load"
