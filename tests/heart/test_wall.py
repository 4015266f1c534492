"""Cement against the wall, with numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from plain_heart import CEMENT, GEL, OUTPUT, PASTE, SET, a_heart, a_piece
from scipy.integrate import solve_ivp

from azygos.heart import HeartLaws
from azygos.heart.bending import fit_of, squeeze_moment
from azygos.heart.pericardium import bled, equal_volume
from azygos.heart.wall import (
    beats_to_failure,
    break_after,
    effusion_from,
    pierce_after,
    piercing_force,
    stream_pull,
    tip_push,
)


def fit(length, diameter=3e-3, *, age=SET, laws=None, **changes):
    piece = a_piece(length, diameter, age=age)
    return fit_of(a_heart(**changes), CEMENT, piece, length, output=OUTPUT, laws=laws or HeartLaws())


def test_the_squeeze_of_a_whole_ventricle_is_about_three_thousandths_of_a_newton_metre():
    """3 kPa on 2 mm by 60 mm, resting on its ends: 3000 * 0.002 * 0.06^2 / 8."""
    assert squeeze_moment(a_heart(wall_contact=1.0), 2e-3, 0.06) == pytest.approx(2.7e-3, rel=1e-12)


def test_a_cord_that_touches_one_wall_only_is_not_squeezed():
    heart = a_heart(wall_contact=1.0)
    assert squeeze_moment(heart, 2e-3, heart.ejecting_width) == 0.0
    assert break_after(heart, 1e-4, 0.02) == math.inf


def test_a_cord_that_is_too_weak_breaks_at_the_first_beat():
    assert break_after(a_heart(wall_contact=1.0), 2e-4, 0.06) == 0.0


def test_a_thin_cord_gives_way_before_it_pushes_as_hard_as_the_wall():
    """0.2 mm buckles at 0.0004 N; the wall would push with 0.77 N."""
    heart = a_heart()
    buckles = math.pi**2 * 2.6e9 * math.pi * (2e-4) ** 4 / 64 / 0.07**2
    assert tip_push(heart, 2e-4, 0.07, "right ventricle") == pytest.approx(buckles, rel=1e-12)
    pushed = tip_push(heart, 3e-3, 0.07, "right ventricle")
    assert pushed == pytest.approx(0.3 * 3000.0 * math.pi / 4 * 0.033**2, rel=1e-12)


@pytest.mark.parametrize(
    ("chamber", "far"), [("right ventricle", 0.070), ("right atrium", 6 * 50e-6 / math.pi / 0.036**2)]
)
def test_a_cord_buckles_between_the_walls_of_its_chamber_however_long_it_is(chamber, far):
    heart = a_heart()
    assert tip_push(heart, 2e-4, 0.6, chamber) == pytest.approx(tip_push(heart, 2e-4, far, chamber), rel=1e-12)
    assert tip_push(heart, 2e-4, 0.05, chamber) > tip_push(heart, 2e-4, far, chamber)


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_a_catheter_pierces_with_what_was_measured_and_a_finer_tip_with_less(power):
    """0.69 MPa on 7 French are 2.95 N, 300 g; a tip of half the width takes a half of it to a quarter."""
    heart = a_heart(wall_strength=0.69e6, puncture_exponent=power)
    catheter = 7e-3 / 3.0
    assert piercing_force(heart, 2.0 * catheter) == pytest.approx(2.95, abs=0.005)
    assert piercing_force(heart, catheter) == pytest.approx(0.5**power * piercing_force(heart, 2.0 * catheter))


def test_the_atrium_presses_less_than_the_ventricle():
    heart = a_heart()
    atrium, ventricle = (tip_push(heart, 3e-3, 0.1, f"right {c}") for c in ("atrium", "ventricle"))
    assert atrium == pytest.approx(0.25 * (36 / 33) ** 2 * ventricle, rel=1e-12)


def test_what_cannot_reach_two_walls_does_not_pierce():
    assert pierce_after(a_heart(), 3e-3, 0.02, "right ventricle") == math.inf


def test_a_wall_that_is_too_weak_is_pierced_at_once():
    assert pierce_after(a_heart(wall_strength=1e5), 3e-3, 0.07, "right ventricle") == 0.0


def test_every_tenth_of_strength_is_a_tenfold_of_beats():
    beats = [beats_to_failure(load, strength=1.0, loss=0.1) for load in (0.9, 0.8, 0.7)]
    assert beats == pytest.approx([10.0, 100.0, 1000.0], rel=1e-9)
    assert beats_to_failure(0.0, strength=1.0, loss=0.1) == math.inf


def test_blood_runs_through_what_the_cord_leaves_open():
    """A hundredth of a hole of 1.5 mm under 0.45 of 3 kPa: 0.6 * 1.77e-8 m2 * 1.6 m/s is 1.02 mL a minute."""
    effusion = effusion_from(a_heart(), 1.5e-3, 50.0, "right ventricle")
    assert effusion.rate * 6e7 == pytest.approx(1.02, abs=0.005)
    assert effusion.volume(50.0) == 0.0
    assert effusion.volume(110.0) * 1e6 == pytest.approx(1.02, abs=0.005)


def test_the_pericardium_presses_back_until_nothing_more_comes():
    """A ventricle of 112 mL has Smith's sac: 200 mL less twice 0.4 of 112 are free; 0.45 of 3 kPa fill 103 mL more."""
    heart = a_heart(ventricle_volume=112e-6, effusion_most=1e-3)
    effusion = effusion_from(heart, 1.5e-3, 50.0, "right ventricle")
    beyond = math.log(1.0 + 1350.0 / (0.5003 * 133.322)) / 0.03
    assert effusion.free * 1e6 == pytest.approx(200.0 - 2 * 0.4 * 112.0, rel=1e-9)
    assert effusion.full * 1e6 == pytest.approx(200.0 - 2 * 0.4 * 112.0 + beyond, rel=1e-5)
    assert effusion.volume(1e9) == pytest.approx(effusion.full, rel=1e-12)
    assert effusion.most == effusion.full
    small = effusion_from(a_heart(ventricle_volume=56e-6, effusion_most=1e-3), 1.5e-3, 50.0, "right ventricle")
    assert small.full == pytest.approx(0.5 * effusion.full, rel=1e-12)


def test_bleeding_slows_as_its_equation_says():
    """Against an integration of dV/dt = Q sqrt(1 - p_p(V)/p) in units of mL, min and mmHg."""
    law = {"rate": 2.0, "free": 100.0, "stiffness": 0.03}
    full = equal_volume(11.0, free=100.0, scale=0.5, stiffness=0.03)

    def flow(_, volume):
        back = max(0.5 * (math.exp(0.03 * (volume[0] - 100.0)) - 1.0), 0.0)
        return [2.0 * math.sqrt(max(1.0 - back / 11.0, 0.0))]

    times = [20.0, 50.0, 60.0, 80.0, 95.0]
    solved = solve_ivp(flow, (0.0, 95.0), [0.0], t_eval=times, rtol=1e-10, atol=1e-10, max_step=0.1).y[0]
    assert [bled(t, full=full, **law) for t in times] == pytest.approx(list(solved), rel=1e-6)
    assert bled(1e6, full=full, **law) == pytest.approx(full, rel=1e-12)
    assert bled(1e6, full=100.0, **law) == 100.0


def test_bleeding_that_stops_by_itself_stops_before_the_sac_is_full():
    effusion = effusion_from(a_heart(effusion_most=30e-6), 1.5e-3, 50.0, "right ventricle")
    assert effusion.most == effusion.volume(1e9) == 30e-6


def test_a_drained_pericardium_stays_empty():
    drained = effusion_from(a_heart(), 1.5e-3, 50.0, "right ventricle").drained(500.0)
    assert drained.volume(499.0) > 0.0
    assert drained.volume(500.0) == drained.volume(1e9) == 0.0
    assert drained.drained(900.0).ends == 500.0


def test_the_stream_pulls_with_its_drag_over_the_section():
    """3 mm in 0.505 m/s: Re 397.7, so 1.185 * 133.9 Pa on 3 mm by 5 cm are 23.8 mN, over 7.07 mm2 3.37 kPa."""
    heart = a_heart()
    assert heart.ejecting_speed(OUTPUT) == pytest.approx(0.505, abs=5e-4)
    assert stream_pull(heart, 3e-3, 0.05, OUTPUT) == pytest.approx(3366.0, abs=2.0)
    assert stream_pull(heart, 3e-3, 0.5, OUTPUT) == stream_pull(heart, 3e-3, 0.07, OUTPUT)
    assert stream_pull(heart, 3e-3, 0.0, OUTPUT) == 0.0


def test_paste_follows_and_stone_does_not():
    assert fit(0.06, age=PASTE).follows
    stone = fit(0.06)
    assert not stone.follows
    assert stone.bend_out < 0.02


def test_a_cord_bends_by_its_load_over_its_stiffness():
    """A cord twice as wide bears twice the load with sixteen times the stiffness: it bends about an eighth."""
    thin, thick = fit(0.06, 1e-3, age=1200.0), fit(0.06, 2e-3, age=1200.0)
    assert thick.bend_out == pytest.approx(thin.bend_out / 8.0, rel=0.05)


def test_a_bent_cord_turns_more_easily_than_a_straight_one():
    bent, straight = fit(0.06, 1e-3, age=GEL), fit(0.06, 1e-3, age=GEL, laws=HeartLaws(bending=False))
    assert bent.longest_out > straight.longest_out
    assert bent.span < straight.span == 0.06


def test_the_ventricle_is_measured_in_the_middle_of_ejection():
    """EF 0.6 and 0.3 of its length: 0.7 of the volume in 0.85 of the length, so sqrt(0.7/0.85) of the width."""
    heart = a_heart()
    assert heart.ejecting_length == pytest.approx(0.0595, rel=1e-12)
    assert heart.ejecting_width == pytest.approx(0.033 * math.sqrt(0.7 / 0.85), rel=1e-12)
    assert heart.filling_ring == pytest.approx(0.030 * math.sqrt(0.825), rel=1e-12)
