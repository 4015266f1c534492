"""Plugs in veins, and how outlets join the grid."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tiny_spine import CEMENT, EDGE, NEWTONIAN, WAYS_OUT, bone, outlet

from azygos.ground.units import ML, MM, MMHG
from azygos.spine import Route
from azygos.spine.outflow import MOST_SEGMENTS, Plug, find_mouths, older, tube_viscosity, widened
from azygos.spine.rheology import apparent_viscosity
from azygos.spine.well import plug_resistance

VEIN = outlet("vein", (8.0, 13.4, 6.0), radius=1.5 * MM, length=15 * MM)
HOLD = math.pi * VEIN.radius**2 * VEIN.length


def test_a_plug_remembers_all_that_entered_and_holds_what_fits(rng):
    plug, entered = Plug(VEIN), 0.0
    for volume in rng.uniform(0.0, 0.2 * HOLD, 40):
        plug.enter(float(volume), 300.0, 300.0)
        entered += float(volume)
        held = sum(s.volume for s in plug.segments)
        assert held == pytest.approx(min(entered, HOLD), rel=1e-9)
        assert plug.length == pytest.approx(held / (math.pi * VEIN.radius**2), rel=1e-9)
        assert len(plug.segments) <= 2 * MOST_SEGMENTS
    assert plug.through == pytest.approx(entered, rel=1e-12)
    assert plug.length == pytest.approx(VEIN.length)


def test_the_oldest_leaves_first():
    plug = Plug(VEIN)
    for number in range(30):
        plug.enter(0.1 * HOLD, 10.0 * number, 300.0)
    assert min(s.age for s in plug.segments) >= 190.0


def test_age_times_volume_is_kept_while_nothing_leaves(rng):
    plug, sum_ = Plug(VEIN), 0.0
    for volume, age in zip(rng.uniform(0, 0.03 * HOLD, 30), rng.uniform(0, 500, 30), strict=True):
        plug.enter(float(volume), float(age), 300.0)
        sum_ += volume * age
    assert sum(s.volume * s.age for s in plug.segments) == pytest.approx(sum_, rel=1e-9)


def test_nothing_enters_nothing_happens():
    plug = Plug(VEIN)
    plug.enter(0.0, 1.0, 300.0)
    assert plug.segments == []
    assert plug.length == 0.0


def test_empty_vein_has_the_resistance_of_blood():
    found = Plug(VEIN).resistance(0.0, CEMENT, 3.5e-3, True)
    assert found == pytest.approx(plug_resistance(VEIN.radius, VEIN.length, viscosity=3.5e-3))


def test_newtonian_plug_and_blood_lie_in_series():
    plug = Plug(VEIN)
    plug.enter(0.4 * HOLD, NEWTONIAN.reference_age, 310.0)
    expected = plug_resistance(VEIN.radius, 0.4 * VEIN.length, viscosity=100.0) + plug_resistance(
        VEIN.radius, 0.6 * VEIN.length, viscosity=3.5e-3
    )
    for flow in (0.0, 1e-9, 1e-7):
        assert plug.resistance(flow, NEWTONIAN, 3.5e-3, True) == pytest.approx(expected)


def test_a_plug_that_has_set_closes_its_vein():
    plug = Plug(VEIN)
    plug.enter(0.2 * HOLD, 100.0, 310.0)
    assert math.isfinite(plug.resistance(1e-9, CEMENT, 3.5e-3, True))
    plug.enter(0.2 * HOLD, CEMENT.setting_age, 310.0)
    assert plug.resistance(1e-9, CEMENT, 3.5e-3, True) == math.inf


def test_a_plug_warms_within_seconds_and_then_sets():
    plug = Plug(VEIN)
    plug.enter(0.2 * HOLD, 300.0, 294.0)
    for _ in range(20):
        plug.grow_older(1.0, CEMENT, 1.1e-7, True)
    assert plug.segments[0].temperature == pytest.approx(310.15, abs=0.1)
    assert plug.segments[0].age > 300.0 + 1.2 * 20.0
    for _ in range(600):
        plug.grow_older(1.0, CEMENT, 1.1e-7, True)
    assert plug.resistance(0.0, CEMENT, 3.5e-3, True) == math.inf


def test_a_plug_that_does_not_age_only_warms():
    plug = Plug(VEIN)
    plug.enter(0.2 * HOLD, 300.0, 294.0)
    plug.grow_older(50.0, CEMENT, 1.1e-7, False)
    assert plug.segments[0].age == 300.0
    assert plug.segments[0].temperature > 309.0


def test_at_25_degrees_ageing_is_the_clock():
    assert older(CEMENT, 100.0, 50.0, 298.15) == pytest.approx(150.0)
    assert older(CEMENT, 500.0, 50.0, 310.15) > 560.0


def test_tube_viscosity_of_a_newtonian_cement_is_its_consistency():
    assert tube_viscosity(NEWTONIAN, 200.0, 1e-8, 1e-3, True) == pytest.approx(100.0)
    assert tube_viscosity(CEMENT, 200.0, 1e-8, 1e-3, False) == pytest.approx(100.0)


def test_tube_viscosity_is_the_one_that_resists():
    paste = replace(CEMENT, index_fresh=0.4, index_doughy=0.4)
    law = apparent_viscosity(1e-8, 1e-3, consistency=100.0, index=0.4, plateau_rate=CEMENT.plateau_rate)
    assert tube_viscosity(paste, 200.0, 1e-8, 1e-3, True) == pytest.approx(law, rel=1e-9)


def mouths():
    block = bone()
    shape = block.vertebra.inside.shape
    return block, find_mouths(block, np.arange(np.prod(shape)).reshape(shape))


def test_every_outlet_joins_cells_in_bone_and_shares_add_up():
    block, found = mouths()
    inside = block.vertebra.inside.ravel()
    assert inside[found.cell].all()
    for number in range(len(WAYS_OUT)):
        mine = found.outlet == number
        assert mine.any()
        assert found.share[mine].sum() == pytest.approx(1.0)
    assert (found.index > 0.0).all()


def test_seepage_lies_on_every_bare_face():
    block, found = mouths()
    seeping = found.outlet < 0
    n0, n1, n2 = (n - 2 for n in block.vertebra.inside.shape)
    bare = 2 * (n0 * n1 + n1 * n2 + n2 * n0)
    assert found.index[seeping].sum() == pytest.approx(bare * EDGE**2 * block.seepage)


def test_a_wider_mouth_draws_more():
    totals = []
    for radius in np.array([0.2, 0.5, 0.9, 1.2, 2.0, 3.0]) * MM:
        block = bone(sigma=0.0, outlets=(outlet("one", (8.0, 13.4, 6.0), radius=float(radius)),), seepage=0.0)
        shape = block.vertebra.inside.shape
        totals.append(float(find_mouths(block, np.arange(np.prod(shape)).reshape(shape)).index.sum()))
    assert np.all(np.diff(totals) > 0.0)


def test_soft_veins_widen_and_bony_gaps_do_not():
    per_mmhg = 0.012 / MMHG
    assert widened(VEIN, 60 * MMHG, per_mmhg) == pytest.approx(1.85, abs=0.005)
    assert widened(VEIN, -60 * MMHG, per_mmhg) == 1.0
    assert widened(VEIN, 60 * MMHG, 0.0) == 1.0
    assert widened(replace(VEIN, route=Route.CORTICAL), 60 * MMHG, per_mmhg) == 1.0


def test_hold_is_small_beside_an_injection():
    assert abs(HOLD / ML - 0.106) < 0.001
