"""The loop's right-hand side on single states; runs without the compiler too."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.circulation import kernels as k
from azygos.circulation.drawing import smith_parameters, smith_start
from azygos.ground.units import ML


@pytest.fixture
def p():
    return smith_parameters()


def test_the_muscle_is_most_active_in_the_middle_of_a_beat(p):
    assert k.activation(0.375, p) == 1.0
    assert k.activation(0.375 + 0.1, p) == pytest.approx(np.exp(-80.0 * 0.01))


@pytest.mark.parametrize("e", [0.0, 0.3, 1.0])
def test_the_septum_balances_both_walls(p, e):
    left, right = 110.0 * ML, 120.0 * ML
    v = k.septum(e, left, right, p)
    walls = []
    for name, volume in (("LV", left - v), ("RV", right + v), ("SPT", v)):
        stiff, unstretched, p0, rate, v0 = (p[getattr(k, f"{name}_{x}")] for x in ("E", "VD", "P0", "LAMBDA", "V0"))
        walls.append(e * stiff * (volume - unstretched) + (1.0 - e) * p0 * (np.exp(rate * (volume - v0)) - 1.0))
    assert walls[0] - walls[1] - walls[2] == pytest.approx(0.0, abs=1e-3)


def test_a_wild_state_gives_finite_pressures(p):
    out = np.empty(7)
    k.pressures(0.0, np.full(11, 0.1), p, out)
    assert np.all(np.isfinite(out))


def test_a_valve_opens_forward_and_shuts_once_blood_turns_back():
    assert k.through_valve(0.0, 10.0, 2.0, 4.0) == 2.5
    assert k.through_valve(1e-4, -10.0, 2.0, 4.0) < 0.0
    assert k.through_valve(0.0, -10.0, 2.0, 4.0) == 0.0
    assert k.through_valve(-1e-6, -10.0, 2.0, 4.0) > 0.0  # what turned back dies away


def test_volumes_only_move_from_place_to_place(p):
    out = np.empty(11)
    k.derivative(0.3, np.append(smith_start(), 0.0), p, out)
    assert np.sum(out[:6]) == pytest.approx(0.0, abs=1e-18)


def test_an_effusion_presses_on_both_ventricles(p):
    y = np.append(smith_start(), 0.0)
    free, pressed = np.empty(7), np.empty(7)
    k.pressures(0.0, y, p, free)
    p[k.EFFUSION] = 100.0 * ML
    k.pressures(0.0, y, p, pressed)
    rise = p[k.PCD_P0] * np.exp(p[k.PCD_LAMBDA] * (y[0] + y[1] - p[k.PCD_V0])) * (np.exp(3.0) - 1.0)
    assert pressed[[0, 1, 6]] - free[[0, 1, 6]] == pytest.approx(np.full(3, rise), rel=1e-9)
    assert pressed[2:6] == pytest.approx(free[2:6])


def test_curves_are_pressures_instant_by_instant(p):
    states = np.tile(np.append(smith_start(), 0.0), (2, 1))
    out, one = np.empty((2, 7)), np.empty(7)
    k.curves(np.array([0.0, 0.4]), states, p, out)
    k.pressures(0.4, states[1], p, one)
    assert out[1] == pytest.approx(one)
