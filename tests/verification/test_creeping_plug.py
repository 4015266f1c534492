r"""Paste that creeps through arteries, against exact solutions.

**One tube.** A plug of length l in a tube of radius R under the pressure p moves at v = p R^2 / (8 mu l) (Newton), or
at v = R n/(3n+1) (R p / (2 m l))^(1/n) (power law). If its consistency grows as exp(k t / tau), v falls as
exp(-k t / (n tau)), so that by the time t it has gone x = v0 (n tau / k) (1 - exp(-k t / (n tau))).

**Into a narrower tube.** Of a plug of volume V in a tube 1 (radius a, at its end), the volume w has gone into a tube 2
(radius b). With the resistances of both parts, g1 (V - w) + g2 w with g = 8 mu / (pi^2 R^6), the time is

    t = (1/p) int_0^w [g1 (V - w') + g2 w'] dw' = [g1 V w + (g2 - g1) w^2 / 2] / p

where a part shorter than its radius resists as one of that length (the mouth): there the integrand is constant.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from tiny_lungs import CEMENT, tree

from azygos.lungs import moulding
from azygos.lungs.kernels import creep
from azygos.lungs.routing import family_of
from azygos.spine.rheology import apparent_viscosity, power_law_flow

FOREVER = 1e12
PLAIN = {"reference_age": 0.0, "fresh": 1.0, "doughy": 1.0, "plateau": 1e-9, "setting_age": FOREVER}


def run(
    lungs, tail, head, *, drive, most_time, step=0.1, consistency=200.0, e_folding=FOREVER, stop_age=FOREVER,
    reference_age=0.0, fresh=1.0, doughy=1.0, plateau=1e-9, setting_age=FOREVER,
):  # fmt: skip
    """Creep from given tails and heads at one reduced second per second; tails, heads, age and seconds."""
    n, family = len(lungs.parent), family_of(lungs)
    tail, head = np.array(tail, dtype=float), np.array(head, dtype=float)
    full = [i for i in range(n) if head[i] > tail[i]]
    mouths = [d for i in full if head[i] >= family.length[i] for d in family.daughters(i)]
    start, active = np.array(sorted({*full, *mouths})), np.zeros(n, dtype=np.int64)
    count, age, time = creep.creep(
        start, len(start), lungs.parent, family.first, family.sibling, family.length, 0.5 * lungs.diameter, drive,
        most_time, step, 0.0, 1.0, 1.0, FOREVER, stop_age, consistency, reference_age, e_folding, fresh, doughy,
        plateau, setting_age, active, tail, head,
    )  # fmt: skip
    assert count > 0
    return tail, head, age, time


def one_tube():
    return tree([-1], [3e-3], [1.0], [1e-9])


def test_two_kilopascals_push_200_pascal_seconds_8_mm_a_minute():
    """2 kPa over 20 mm in a bore of 3 mm: the figure of the project's notes."""
    tail, head, _, time = run(one_tube(), [0.0], [0.02], drive=2e3, most_time=60.0)
    assert time == 60.0
    assert tail[0] == pytest.approx(2e3 * 1.5e-3**2 / (8 * 200 * 0.02) * 60.0, rel=1e-9)
    assert tail[0] * 1e3 == pytest.approx(8.4, abs=0.05)
    assert head[0] - tail[0] == pytest.approx(0.02, rel=1e-9)


@pytest.mark.parametrize("index", [0.35, 0.6, 0.9])
def test_a_power_law_plug_goes_as_fast_as_the_law_says(index):
    law = power_law_flow(3e3, 1.5e-3, 0.02, consistency=150.0, index=index) / (math.pi * 1.5e-3**2)
    _, head, _, _ = run(
        one_tube(), [0.0], [0.02], drive=3e3, most_time=0.02 / law, consistency=150.0, fresh=index, doughy=index
    )
    assert head[0] - 0.02 == pytest.approx(0.02, rel=2e-3)


def test_viscosity_is_that_of_the_spine():
    """The kernel's copy of the law of capped paste in a tube, at several rates."""
    for flow in (1e-12, 1e-9, 1e-7):
        rate = 4.0 * flow / (math.pi * 1.5e-3**3)
        own = creep.thickness(250.0, rate, 80.0, 200.0, 150.0, 0.8, 0.3, 0.05, 900.0)
        law = apparent_viscosity(
            flow, 1.5e-3, consistency=80.0 * math.exp(50.0 / 150.0), index=0.8 - 0.5 * 250 / 900, plateau_rate=0.05
        )
        assert own == pytest.approx(law, rel=1e-12)


def test_thickening_paste_stops_where_the_integral_says():
    """Any step is exact in one tube; in the end a Newtonian plug has gone v0 tau."""
    v0, tau = 2e3 * 1.5e-3**2 / (8 * 200 * 0.02), 90.0
    for step in (0.5, 0.1):
        _, head, age, _ = run(
            one_tube(), [0.0], [0.02], drive=2e3, most_time=FOREVER, e_folding=tau, stop_age=200.0, step=step
        )
        assert age == 200.0
        assert head[0] - 0.02 == pytest.approx(v0 * tau * (1.0 - math.exp(-200.0 / tau)), rel=1e-9)


def exact_time(w, *, volume, wide, narrow, drive, viscosity):
    """Until the volume w has gone into the narrow tube, with mouths as in the kernel."""
    g1, g2 = (8.0 * viscosity / (math.pi**2 * r**6) for r in (wide, narrow))
    mouth1, mouth2 = math.pi * wide**3, math.pi * narrow**3
    grid = np.linspace(0.0, w, 400_001)
    middle = 0.5 * (grid[1:] + grid[:-1])
    resistance = g1 * np.maximum(volume - middle, mouth1) + g2 * np.maximum(middle, mouth2)
    return float(resistance.sum()) * (grid[1] - grid[0]) / drive


def test_a_plug_enters_a_narrower_tube_at_first_order():
    wide, narrow, viscosity, drive, plug = 2e-3, 1.2e-3, 200.0, 2e3, 20e-3
    lungs = tree([-1, 0], [2 * wide, 2 * narrow], [0.05, 0.5], [0.0, 1e-9])
    volume = math.pi * wide**2 * plug
    wanted = 0.6 * volume
    time = exact_time(wanted, volume=volume, wide=wide, narrow=narrow, drive=drive, viscosity=viscosity)
    errors = []
    for step in (0.1, 0.05, 0.025, 0.0125):
        tail, head, _, _ = run(
            lungs, [0.03, 0.0], [0.05, 0.0], drive=drive, most_time=time, step=step, consistency=viscosity
        )
        gone = math.pi * narrow**2 * head[1]
        assert gone == pytest.approx(math.pi * wide**2 * (tail[0] - 0.03), rel=1e-9)
        errors.append(abs(gone / wanted - 1.0))
    assert errors[0] < 0.1
    orders = [math.log2(a / b) for a, b in pairwise(errors)]
    assert min(orders) > 0.8, (errors, orders)


def test_at_a_fork_paste_enters_both_branches_by_their_fourth_powers():
    """At first both mouths resist as tubes of one radius: flows go as r^3, and so do the first volumes."""
    lungs = tree([-1, 0, 0], [4e-3, 3e-3, 2e-3], [0.05, 0.3, 0.3], [0.0, 1e-9, 1e-9])
    _, head, _, _ = run(lungs, [0.0, 0.0, 0.0], [0.05, 0.0, 0.0], drive=2e3, most_time=1.0, step=0.01)
    volumes = head[1:] * np.array([1.5e-3, 1e-3]) ** 2
    assert volumes[0] / volumes[1] == pytest.approx(1.5**3, rel=1e-9)


def test_a_plug_parts_at_a_fork_once_its_tail_has_passed_and_no_volume_is_lost():
    lungs = tree([-1, 0, 0], [4e-3, 3e-3, 2.8e-3], [0.05, 0.3, 0.3], [0.0, 1e-9, 1e-9])
    area = math.pi / 4.0 * lungs.diameter**2
    tail, head, _, _ = run(lungs, [0.04, 0.0, 0.0], [0.05, 0.0, 0.0], drive=2e3, most_time=2000.0)
    assert tail[0] == head[0] == 0.05
    assert np.all(tail[1:] > 0.0)
    assert area @ (head - tail) == pytest.approx(area[0] * 0.01, rel=1e-9)


def test_paste_stops_where_the_tree_ends():
    lungs = tree([-1, 0], [4e-3, 3e-3], [0.05, 0.01], [0.0, 1e-9])
    tail, head, _, time = run(lungs, [0.03, 0.0], [0.05, 0.0], drive=2e3, most_time=1e9)
    assert head == pytest.approx([0.05, 0.01], rel=1e-12)
    assert tail[1] == 0.0
    assert time < 1e9


def test_a_mould_keeps_its_volume_and_gels():
    """Through the room's own function, with a real cement: down a path, into daughters, until it gels."""
    lungs = tree([-1, 0, 1, 1], [20e-3, 6e-3, 4e-3, 3e-3], [0.05, 0.02, 0.3, 0.3], [0.0, 0.0, 1e-9, 1e-9])
    volume = math.pi / 4.0 * 6e-3**2 * 0.03  # more than the second artery holds
    found = moulding.mould(lungs, family_of(lungs), (0, 1), volume, 200.0, CEMENT, 1.5e3)
    assert found.behind == 0.0
    assert found.volume(lungs) == pytest.approx(volume, rel=1e-9)
    assert set(found.vessels) >= {1, 2, 3}
    assert found.age == pytest.approx(0.75 * CEMENT.setting_age)
    assert moulding.branches(lungs, found) == [(2, 3)]


def test_more_paste_than_the_path_holds_stays_behind_the_valve():
    lungs = tree([-1, 0], [5e-3, 2e-3], [0.02, 0.02], [0.0, 1e-9])
    volume = math.pi / 4.0 * 5e-3**2 * 0.05
    found = moulding.mould(lungs, family_of(lungs), (0,), volume, 200.0, CEMENT, 0.0)
    assert found.behind == pytest.approx(math.pi / 4.0 * 5e-3**2 * 0.03, rel=1e-9)
    assert found.volume(lungs) == pytest.approx(volume, rel=1e-12)
