"""A viscous thread in the compiled loop, against exact results.

A Newtonian thread that hangs by its root under its own weight: what hangs below a point of the paste never changes, so
each point feels a constant force F. With the section A, d(ln A)/dt = -F / (3 mu A), hence A = A0 - F t / (3 mu), and
the thread parts where it hangs when A reaches 0 (Trouton).

A thread without forces that is fed through a mouth grows as q t / A.

As thin as continuity: d = sqrt(4 q / pi U). A plug: A = pi R^2.

A fed thread that a narrower vein squeezes: what has passed the narrowing fills it, so its head is at
L + (V - A L) / (pi R^2), with L the place of the narrowing.

A loose piece on the wall: its speed is pull over resistance, and it stays where friction times weight beats the pull.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from veins_bench import NO_FEED, advanced, bare_law, hanging, one_vein

from azygos.veins import kernels
from azygos.veins.width import cast, continuity, thread

LENGTH, AREA, MU, SPARE = 0.05, math.pi * 1e-6, 300.0, 3000.0


def exact_areas(n: int, time: float) -> np.ndarray:
    volume = AREA * LENGTH / n
    force = SPARE * volume * (np.arange(n) + 0.5)
    return np.array([thread.stretched_area(AREA, time, force=f, viscosity=MU) for f in force])


def hung(n: int, time: float, steps: int) -> np.ndarray:
    state = hanging(n, length=LENGTH, area=AREA)
    law = bare_law(viscosity=MU, spare=SPARE)
    advanced(state, n, list(np.linspace(0.0, time, steps + 1)[1:]), one_vein(along=1.0), law)
    return state[1, :n] / -np.diff(state[0, : n + 1])


def test_a_thread_under_its_own_weight_thins_as_trouton_says():
    n, time = 40, 4.0
    found = hung(n, time, 1600)
    assert found == pytest.approx(exact_areas(n, time), rel=2e-3)
    assert found[-1] < 0.4 * AREA < 0.9 * AREA < found[0]


def test_order_of_convergence_in_time_is_one():
    n, time = 10, 0.4
    errors = [np.abs(hung(n, time, steps) - exact_areas(n, time)).max() for steps in (20, 40, 80)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(np.abs(orders - 1.0) < 0.1), orders


def test_stretching_keeps_every_drop():
    state = hanging(20, length=LENGTH, area=AREA)
    advanced(state, 20, [1.0, 2.0], one_vein(along=1.0), bare_law(viscosity=MU, spare=SPARE))
    assert state[1, :20].sum() == pytest.approx(AREA * LENGTH, rel=1e-12)


def fed(
    mode: int, *, shear: float, radius: float, seconds: float = 20.0, flow: float = 1e-8, way: tuple | None = None
) -> tuple:
    law, area = bare_law(viscosity=MU, gravity=False), math.pi * 0.7e-3**2
    state, clock = np.zeros((4, 120)), np.array([0.0, 0.0, 1e-3, -1.0, -1.0, 0.0])
    feed = (np.array([0.0, seconds]), np.array([flow]), np.array([300.0]), np.array([310.15]))
    way = one_vein(radius, shear=shear) if way is None else way
    work, speed = np.zeros((4, 120)), np.zeros(120)
    status = kernels.advance(seconds, area, 1.0, *feed, *way, law, mode, work, speed, state, clock)
    assert status == kernels.RUNS
    return state, int(clock[1]), area, flow * seconds


def test_a_fed_thread_without_forces_keeps_the_width_of_its_mouth():
    state, n, area, volume = fed(0, shear=0.0, radius=5e-3)
    assert state[1, :n].sum() == pytest.approx(volume, rel=1e-12)
    assert state[0, 0] == pytest.approx(volume / area, rel=1e-6)
    assert state[1, :n] / -np.diff(state[0, : n + 1]) == pytest.approx(np.full(n, area), rel=1e-6)


def test_a_narrower_vein_makes_a_fed_thread_longer_not_wider():
    narrow, place = 0.35e-3, 0.02
    ends = (np.array([place, 10.0]), np.array([5e-3, narrow]))
    way = (*ends, *(np.array([x, x]) for x in (0.0, 1.0, 0.0)))
    state, n, area, volume = fed(0, shear=0.0, radius=5e-3, way=way)
    assert state[0, 0] == pytest.approx(place + (volume - area * place) / (math.pi * narrow**2), rel=0.03)  # an element
    assert state[0, 0] > 2.5 * volume / area
    beyond = state[0, 1 : n + 1] > place
    areas = state[1, :n] / -np.diff(state[0, : n + 1])
    assert areas[beyond] == pytest.approx(np.full(beyond.sum(), math.pi * narrow**2), rel=0.01)
    assert state[1, :n].sum() == pytest.approx(volume, rel=1e-12)


def test_the_answer_continuity_is_its_law():
    state, n, _, volume = fed(1, shear=60.0, radius=5e-3)
    speed = 60.0 * 5e-3 / 4.0
    width = np.sqrt(state[1, :n].sum() / (state[0, 0] * math.pi)) * 2.0
    assert width == pytest.approx(continuity.width(1e-8, speed=speed), rel=0.01)
    assert state[1, :n].sum() == pytest.approx(volume, rel=1e-12)


def test_the_answer_cast_fills_the_vein():
    state, _, _, _ = fed(2, shear=60.0, radius=1.5e-3)
    assert state[0, 0] == pytest.approx(20.0 * cast.speed(1e-8, radius=1.5e-3), rel=0.01)


def drifted(spare: float, *, friction: bool, goal: float = 0.2) -> tuple[int, float]:
    law = bare_law(spare=spare, friction=friction, blood=4e-3)
    law[26] = 0.3
    state, clock = hanging(5, length=0.03, area=AREA), np.array([0.0, 5.0])
    status = kernels.drift(goal, math.inf, *one_vein(4.8e-3, shear=60.0), law, state, clock)
    return status, float(clock[0])


def test_a_loose_piece_slides_as_fast_as_its_pull_over_its_resistance():
    force, resistance = thread.pull(1e-3, tube_radius=4.8e-3, shear_rate=60.0, viscosity=4e-3, film=5e-6)
    status, time = drifted(0.0, friction=True)
    assert status == kernels.ARRIVES
    assert time == pytest.approx((0.2 - 0.03) / (force / resistance), rel=1e-9)


def test_friction_holds_what_is_heavy_enough():
    force, _ = thread.pull(1e-3, tube_radius=4.8e-3, shear_rate=60.0, viscosity=4e-3, film=5e-6)
    limit = force / (0.3 * AREA)
    assert drifted(0.99 * limit, friction=True)[0] == kernels.ARRIVES
    assert drifted(1.01 * limit, friction=True)[0] == kernels.HELD
    assert drifted(1.01 * limit, friction=False)[0] == kernels.ARRIVES


def test_a_thread_parts_where_its_tension_passes_its_strength():
    law = bare_law(viscosity=MU, spare=SPARE)
    law[15] = law[16] = 0.5 * SPARE * LENGTH  # half of the stress at the root
    state, clock = hanging(40, length=LENGTH, area=AREA), np.array([0.0, 40.0, 1.0, -1.0, -1.0, 0.0])
    work, speed = np.zeros((4, 48)), np.zeros(48)
    status = kernels.advance(1.0, 1e-6, 1e3, *NO_FEED, *one_vein(along=1.0), law, 0, work, speed, state, clock)
    assert status == kernels.PARTED_BY_DRAG
    assert clock[4] == 39.0  # the highest stress is at the root
