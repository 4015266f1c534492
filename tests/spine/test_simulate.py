"""Whole injections of a small block of bone: what stops them, who sees what, each mechanism off alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tiny_spine import (
    BLIND,
    CEMENT,
    EDGE,
    NEWTONIAN,
    SYRINGE,
    WATCHES,
    WAYS_OUT,
    bone,
    draw,
    needle,
    outlet,
    treatment,
)

from azygos.ground.errors import InputError
from azygos.ground.units import ML
from azygos.spine import Portion, Rest, Route
from azygos.spine.choices import Choices
from azygos.spine.simulate import Numerics, inject, opening_cells, viscosity_table


@cache
def full(**choices):
    """4 mL as planned, with choices."""
    return inject(bone(), treatment(volume=4 * ML), draw(), choices=Choices(**choices))


def closes(injection) -> bool:
    account = injection.account
    held = injection.fill.astype(float).sum() * EDGE**3
    assert abs(account.gap) <= 1e-6 * account.received
    assert held + injection.leaked_volume() == pytest.approx(injection.injected[-1], rel=1e-5)
    assert injection.leaked[-1] == pytest.approx(injection.leaked_volume(), rel=1e-12, abs=1e-15)
    for leak in injection.leaks:
        assert float((leak.flow * np.diff(leak.times, prepend=0.0)).sum()) == pytest.approx(
            leak.volume, rel=1e-9, abs=1e-15
        )
    return True


def test_as_planned():
    injection = full()
    assert injection.stopped == "as planned"
    assert closes(injection)
    assert injection.leaked_volume() > 0.005 * ML
    assert injection.fill.max() <= 0.88 + 1e-6
    assert injection.fill.min() >= 0.0
    assert np.all(np.isfinite(injection.tip_pressure))
    assert np.all(np.diff(injection.injected) >= 0.0)


def test_cement_spreads_from_the_tip():
    injection = inject(bone(sigma=0.0, anisotropy=1.0, outlets=WAYS_OUT[:1]), treatment(volume=1 * ML), draw())
    weights = injection.fill.astype(float)
    centre = np.einsum("ijk,aijk->a", weights, np.indices(weights.shape)) / weights.sum()
    assert np.linalg.norm(centre - (np.array([8.0, 9.5, 6.0]) + 1.0)) < 1.2
    filled = np.isfinite(injection.fill_time)
    assert np.array_equal(filled, injection.fill_time < np.inf)
    assert np.isfinite(injection.age[injection.fill > 0.0]).all()
    assert np.isnan(injection.age[injection.fill == 0.0]).all()


@pytest.mark.parametrize(
    ("choice", "factor", "what"),
    [
        ("cement_thins", 1.2, lambda r: r.tip_pressure.max()),  # thick again near the tip
        ("cement_ages", 0.97, lambda r: r.tip_pressure.max()),
        ("plugs_age", 1.01, lambda r: r.leaked_volume()),  # veins stay open
        ("marrow_yields", 0.95, lambda r: r.leaked_volume()),
        ("syringe_gives", 1.01, lambda r: r.injected[-1]),  # no air keeps cement back
    ],
)
def test_each_mechanism_off_alone_changes_what_it_should(choice, factor, what):
    with_it, without = what(full()), what(full(**{choice: False}))
    print(f"{choice} off: {without / with_it:.3f} times")
    assert (without > factor * with_it) if factor > 1.0 else (without < factor * with_it)
    assert closes(full(**{choice: False}))


def test_the_hand_s_limit_counts_once_it_is_reached():
    weak = treatment(volume=2 * ML, syringe=replace(SYRINGE, pressure_ceiling=1.2e5))
    limited = inject(bone(), weak, draw())
    free = inject(bone(), weak, draw(), choices=Choices(hand_is_limited=False))
    assert limited.plunger_pressure.max() <= 1.2e5 * (1 + 1e-9)
    assert free.plunger_pressure.max() > 2e5
    assert limited.injected[-1] < free.injected[-1]
    assert limited.stopped == "pressure ceiling reached, portion cut"
    assert closes(limited)


def test_soft_veins_leak_more():
    soft = full(area_compliance=2e-4)
    assert soft.leaked_volume() > 1.01 * full().leaked_volume()


@pytest.mark.parametrize("upscaling", ["neglect", "momentum", "eberhard2019"])
def test_every_upscaling_closes_its_account(upscaling):
    assert closes(full(upscaling=upscaling))


def test_momentum_and_bundle_agree():
    assert full(upscaling="momentum").tip_pressure.max() == pytest.approx(full().tip_pressure.max(), rel=0.02)


def test_cement_past_its_setting_time_injects_nothing_and_says_so():
    injection = inject(bone(), treatment(age_at_start=CEMENT.setting_age), draw())
    assert injection.stopped == "cement set in the needle"
    assert injection.injected[-1] == 0.0
    assert injection.leaked_volume() == 0.0
    assert not injection.fill.any()


def test_cement_that_sets_on_the_way_stops_the_injection():
    slow = treatment(volume=5 * ML, rate=0.6 * ML / 60, age_at_start=780.0)
    injection = inject(bone(), slow, draw())
    assert injection.stopped in ("cement set in the needle", "pressure ceiling reached, portion cut")
    assert 0.0 < injection.injected[-1] < 5 * ML
    assert closes(injection)


def test_run_on_gives_back_part_of_what_air_took_up():
    injection = full()
    pushed = 4 * ML / 5e-8
    last = np.searchsorted(injection.times, pushed + 1e-6) - 1
    run_on = injection.injected[-1] - injection.injected[last]
    assert run_on > 0.02 * ML
    assert injection.plunger_pressure[-1] < injection.plunger_pressure[last]
    assert injection.injected[-1] <= 4 * ML
    stiff = full(syringe_gives=False)
    assert stiff.injected[-1] == pytest.approx(4 * ML, rel=1e-9)
    assert stiff.injected[np.searchsorted(stiff.times, pushed + 1e-6) - 1] == pytest.approx(4 * ML, rel=1e-9)


def test_a_watching_operator_stops_and_a_late_one_later():
    leaky = bone(outlets=(outlet("behind", (8.0, 13.4, 6.0), radius=2.5e-3),), sigma=0.0)
    plan = treatment(volume=4 * ML)
    reached = []
    for delay in (0.0, 8.0):
        operator = replace(WATCHES, delay=delay, visible_volume=0.005 * ML)
        injection = inject(leaky, replace(plan, operator=operator), draw())
        assert injection.stopped == "leak seen"
        assert closes(injection)
        reached.append(injection)
    blind = inject(leaky, replace(plan, operator=BLIND), draw())
    assert blind.stopped == "as planned"
    assert reached[0].leaked_volume() < reached[1].leaked_volume() < blind.leaked_volume()
    assert reached[0].leaked_volume() > 0.005 * ML  # one step and the run-on come on top


@pytest.mark.parametrize(
    ("rest", "route", "sees"),
    [
        (Rest.CANAL, Route.BASIVERTEBRAL, "sees_canal"),
        (Rest.PARAVERTEBRAL, Route.SEGMENTAL, "sees_vascular"),
        (Rest.DISC, Route.END_PLATE, "sees_other"),
    ],
)
def test_an_operator_sees_each_place_by_its_own_chance(rest, route, sees):
    way = outlet("one", (8.0, 13.4, 6.0), radius=2.5e-3, rest=rest, route=route)
    for value, stopped in ((1.0, "leak seen"), (0.0, "as planned")):
        nobody = {"sees_canal": 1.0 - value, "sees_vascular": 1.0 - value, "sees_other": 1.0 - value}
        operator = replace(WATCHES, visible_volume=0.005 * ML, **{**nobody, sees: value})
        injection = inject(bone(outlets=(way,), sigma=0.0), treatment(volume=3 * ML, operator=operator), draw())
        assert injection.stopped == stopped


def test_two_needles_in_turn():
    left, right = needle((12.0, 7.0, 6.0)), needle((4.0, 7.0, 6.0))
    portions = (
        Portion(volume=1 * ML, rate=5e-8, needle=0), Portion(wait=20.0),
        Portion(volume=1 * ML, rate=5e-8, needle=1), Portion(volume=0.5 * ML, rate=2e-8, needle=0),
    )  # fmt: skip
    injection = inject(bone(), treatment(needles=(left, right), portions=portions), draw())
    assert closes(injection)
    fill = injection.fill
    assert fill[9:].sum() > 1.2 * fill[:9].sum()
    assert fill[:9].sum() > 0.5 * (0.9 * ML) / EDGE**3
    assert injection.injected[-1] == pytest.approx(2.5 * ML, rel=0.06)


def test_portions_add_up():
    """Four pushes without a pause are one."""
    parts = inject(bone(), treatment(portions=(Portion(volume=0.5 * ML, rate=5e-8),) * 4), draw())
    whole = inject(bone(), treatment(volume=2 * ML), draw())
    assert parts.injected[-1] == pytest.approx(whole.injected[-1], rel=1e-3)
    assert parts.tip_pressure.max() == pytest.approx(whole.tip_pressure.max(), rel=0.05)


def test_a_wait_ages_the_cement():
    waited = inject(
        bone(),
        treatment(portions=(Portion(volume=1 * ML, rate=5e-8), Portion(wait=120.0), Portion(volume=1 * ML, rate=5e-8))),
        draw(),
    )
    straight = inject(bone(), treatment(volume=2 * ML), draw())
    assert waited.times[-1] == pytest.approx(straight.times[-1] + 120.0, abs=2.0)
    assert waited.plunger_pressure.max() > 1.1 * straight.plunger_pressure.max()
    assert closes(waited)


def test_breathing_moves_the_pressure_of_a_resting_bone():
    wave = inject(
        bone(), treatment(volume=0.5 * ML), draw(breathing_pressure=400.0),
        choices=Choices(syringe_gives=False, marrow_yields=False),
    )  # fmt: skip
    rest = wave.tip_pressure[wave.times > 11.0]
    assert rest.max() <= 1400.0 + 1e-6
    assert rest.min() >= 600.0 - 1e-6


def test_warm_bone_warms_cold_cement_and_setting_heats_it():
    cold = inject(bone(), treatment(volume=2 * ML), draw())
    assert cold.temperature[cold.fill > 0.5].min() < 309.0
    assert cold.temperature.min() > 294.0
    hot = inject(
        bone(), treatment(portions=(Portion(volume=2 * ML, rate=5e-8), Portion(wait=600.0)), age_at_start=300.0), draw()
    )
    assert hot.peak_temperature > 315.0
    assert hot.account.gap == pytest.approx(0.0, abs=1e-6 * hot.account.received)


def test_a_sensor_beside_the_tip_feels_more_than_one_far_away():
    tip = np.array([8.0, 9.5, 6.0]) * EDGE
    near, far = (
        inject(bone(), treatment(), draw(), sensor=place).sensor_pressure.max()
        for place in (tip + np.array([3e-3, 0, 0]), np.zeros(3))
    )
    assert near > far
    assert far >= 1e3 - 1e-6


def test_no_portions_is_refused_with_a_way_out():
    with pytest.raises(InputError, match="L2: no portion goes through needle 1; give it one or remove it"):
        treatment(portions=())


def test_progress_is_told():
    told: list[float] = []
    inject(bone(), treatment(portions=(Portion(volume=0.1 * ML, rate=5e-8),) * 3), draw(), progress=told.append)
    assert told == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_end_opening_feeds_ahead_and_side_opening_beside():
    block = bone()
    end, _ = opening_cells(block, needle())
    side, _ = opening_cells(block, needle(opening="side"))
    turned, share = opening_cells(block, needle(opening="side", side_direction=np.array([0.0, 0.0, 1.0])))
    assert share.sum() == pytest.approx(1.0)
    assert not np.array_equal(side.mean(axis=0), turned.mean(axis=0))
    assert turned[:, 2].mean() >= end[:, 2].mean()


def test_finer_steps_change_little():
    fine = inject(
        bone(), treatment(volume=4 * ML), draw(), numerics=Numerics(growth=0.03, most_volume=0.05 * ML, tolerance=1e-6)
    )
    print(f"leak {full().leaked_volume() / ML:.4f} mL, with fine steps {fine.leaked_volume() / ML:.4f}")
    assert full().leaked_volume() == pytest.approx(fine.leaked_volume(), rel=0.1)
    assert full().tip_pressure.max() == pytest.approx(fine.tip_pressure.max(), rel=0.05)


def test_viscosity_table_of_a_newtonian_cement_is_flat():
    table, _, _ = viscosity_table(NEWTONIAN, "tube_bundle")
    assert np.allclose(table, 0.0, atol=1e-12)
