r"""The closed loop against what can be said exactly, and against an earlier run of the same equations.

**Two vessels and a resistance.** With all valves shut the aorta empties into the cavae,

.. math:: \frac{d}{dt}(p_a-p_c) = -\frac{E_a+E_c}{R}\,(p_a-p_c)

so the difference decays with the time constant :math:`R/(E_a+E_c)`; the pulmonary artery and veins likewise.

**Mean filling pressure.** A heart that does not contract lets flow die away until one pressure :math:`p` is everywhere.
The septum then lies at its rest :math:`V_{0s}`, and each chamber holds what its wall holds at :math:`p`:

.. math:: V = \frac pE, \qquad V = \frac{p-p_t}{E}, \qquad
          V_l - V_{0s} = \frac1{\lambda_l}\ln\left(1+\frac{p-p_p}{P_{0l}}\right)

with thorax :math:`p_t` and pericardium :math:`p_p(V_l+V_r)`. One equation in p gives it from the blood alone.

**Steady flow.** In beats that repeat, the same mean flow passes both circulations: Ohm's law for means, exactly, since
both resistances are linear; twice the resistance asks twice the drop for each flow.

**Smith's set.** Output and pressures at eight resistances as an earlier, separate run of the same equations gave them
(no reflexes, no failure). It checks the code, not the physiology.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import ode, solve_ivp
from scipy.optimize import brentq

from azygos.circulation import kernels as k
from azygos.circulation.drawing import smith_parameters, smith_start
from azygos.circulation.steady import carry, one_beat, settle, trace
from azygos.ground.errors import DidNotConverge
from azygos.ground.units import MINUTE, ML, MMHG

SMITH = [  # ratio, output L/min, mean pulmonary, mean arterial and venous pressure mmHg, RV over LV filling, RVEF
    (1.0, 5.28, 15.7, 97.8, 2.0, 1.00, 0.59),
    (1.5, 5.05, 21.2, 93.8, 2.2, 1.10, 0.53),
    (2.0, 4.82, 26.2, 89.9, 2.4, 1.22, 0.49),
    (3.0, 4.39, 34.8, 82.3, 2.7, 1.43, 0.41),
    (4.0, 4.02, 42.0, 75.7, 2.8, 1.64, 0.36),
    (6.0, 3.52, 54.7, 66.8, 2.9, 2.01, 0.29),
    (8.0, 3.13, 64.6, 59.7, 3.0, 2.39, 0.24),
    (12.0, 2.54, 78.4, 49.2, 3.1, 3.15, 0.18),
]


def rest(ratio: float = 1.0):
    p = smith_parameters()
    p[k.PUL_R] *= ratio
    return p, settle(lambda _: p, smith_start(), 0.0, set_point=0.0)


@pytest.mark.parametrize("row", SMITH, ids=lambda row: f"R x {row[0]:g}")
def test_smiths_set_gives_the_numbers_of_an_earlier_run(row):
    ratio, output, pulmonary, arterial, venous, filling, ejection = row
    _, found = rest(ratio)
    assert found["cardiac_output"] / (1e-3 / MINUTE) == pytest.approx(output, rel=0.02)
    assert found["pulmonary_pressure"] / MMHG == pytest.approx(pulmonary, rel=0.02)
    assert found["arterial_pressure"] / MMHG == pytest.approx(arterial, rel=0.02)
    assert found["right_atrial_pressure"] / MMHG == pytest.approx(venous, abs=0.06)
    share = found["right_ventricle_filling"] / found["left_ventricle_filling"]
    assert share == pytest.approx(filling, rel=0.02)
    assert found["right_ejection"] == pytest.approx(ejection, abs=0.006)


def shut():
    """A resting loop in which no valve can open for a while: every pressure is below the next."""
    p = smith_parameters()
    p[[k.AMPLITUDE, k.THORAX, k.PCD_P0]] = 0.0
    p[k.PUL_R] *= 100.0
    start = np.array([150.0, 200.0, 100.0, 500.0, 133.0, 330.0, 0.0, 0.0, 0.0, 0.0]) * ML
    return p, start


def drops(p, y):
    x = np.empty(7)
    k.pressures(0.0, y, p, x)
    return x[4] - x[5], x[2] - x[3]


def test_vessels_empty_with_the_time_constant_of_resistance_and_elastance():
    p, start = shut()
    systemic, pulmonary = drops(p, start)
    for t in (0.25, 0.5, 0.75):
        body, lungs = drops(p, carry(p, np.append(start, 0.0), 0.0, t))
        assert body == pytest.approx(systemic * np.exp(-t * (p[k.AO_E] + p[k.VC_E]) / p[k.SYS_R]), rel=1e-6)
        assert lungs == pytest.approx(pulmonary * np.exp(-t * (p[k.PA_E] + p[k.PU_E]) / p[k.PUL_R]), rel=1e-6)


def test_the_solvers_error_falls_in_step_with_its_tolerance():
    p, start = shut()
    p[k.PUL_R] /= 1e4  # fast enough that steps are chosen for accuracy
    start[[1, 5]] = 20.0 * ML, 0.0  # so low that both valves of the right side stay shut
    end = 0.02
    errors = []
    for tolerance in (1e-4, 1e-6, 1e-8):
        first = drops(p, start)[1]
        exact = first * np.exp(-end * (p[k.PA_E] + p[k.PU_E]) / p[k.PUL_R])
        y = carry(p, np.append(start, 0.0), 0.0, end, relative=tolerance, absolute=1e-16)
        errors.append(abs(drops(p, y)[1] - exact) / first)
    slopes = np.diff(np.log10(errors)) / 2.0
    assert np.all(slopes < -0.7)
    assert errors[-1] < 1e-7


def rate_of(p):
    def rate(t, y):
        out = np.empty(11)
        k.derivative(t, y, p, out)
        return out

    return rate


@pytest.mark.parametrize("ratio", [1.0, 4.0, 12.0])
@pytest.mark.parametrize("begin", [0.0, 0.31])
def test_the_solver_takes_the_steps_of_scipys_own(ratio, begin):
    """The same method, tolerances and step control: rounding is all that may differ."""
    p, found = rest(ratio)
    start = np.append(1.02 * found.state, 0.0)
    scipys = ode(rate_of(p)).set_integrator("dopri5", rtol=1e-6, atol=1e-9, nsteps=20_000, first_step=1e-4)
    theirs = scipys.set_initial_value(start, begin).integrate(p[k.PERIOD])
    mine = carry(p, start, begin, p[k.PERIOD])
    assert np.max(np.abs(mine - theirs) / np.maximum(np.abs(theirs), 1e-9)) < 1e-9


def test_a_solver_that_may_not_go_on_says_so():
    p, found = rest()
    y = np.append(found.state, 0.0)
    assert k.advance(0.0, p[k.PERIOD], p, 1e-6, 1e-9, 1e-4, 3, y) == k.TOO_MANY_STEPS
    y[5] = np.nan
    assert k.advance(0.0, p[k.PERIOD], p, 1e-6, 1e-9, 1e-4, 20_000, y) != k.DONE
    with pytest.raises(DidNotConverge, match=r"^the solver stopped within a beat, between 0\.0000 and 0\.5000 s$"):
        carry(p, y, 0.0, 0.5)


def test_a_beat_agrees_with_another_solver_of_higher_order():
    p, found = rest()
    rate = rate_of(p)
    start = np.append(found.state, 0.0)
    other = solve_ivp(rate, (0.0, p[k.PERIOD]), start, method="DOP853", rtol=1e-9, atol=1e-13, max_step=1e-3).y[:, -1]
    mine = one_beat(p, found.state)
    assert np.max(np.abs(mine[:6] - other[:6])) < 0.01 * ML
    assert mine[10] == pytest.approx(other[10] / p[k.PERIOD], rel=1e-4)


def test_blood_is_neither_made_nor_lost():
    p, start = smith_parameters(), smith_start()
    y = start
    for _ in range(20):
        y = one_beat(p, y)[:10]
    assert np.sum(y[:6]) == pytest.approx(np.sum(start[:6]), rel=1e-8)
    _, found = rest(6.0)
    assert np.sum(found.state[:6]) == pytest.approx(np.sum(start[:6]), rel=1e-8)


def filling_pressure(p, blood):
    """Mean filling pressure from the walls alone."""

    def ventricles(pressure):
        def over(both):
            around = p[k.PCD_P0] * (np.exp(p[k.PCD_LAMBDA] * (both - p[k.PCD_V0])) - 1.0) + p[k.THORAX]
            left = np.log1p((pressure - around) / p[k.LV_P0]) / p[k.LV_LAMBDA]
            right = np.log1p((pressure - around) / p[k.RV_P0]) / p[k.RV_LAMBDA]
            return left + right - both

        fullest = p[k.PCD_V0] + np.log1p((pressure - p[k.THORAX]) / p[k.PCD_P0]) / p[k.PCD_LAMBDA]
        return brentq(over, 0.0, fullest * (1.0 - 1e-9), xtol=1e-14)

    def excess(pressure):
        vessels = pressure / p[k.AO_E] + pressure / p[k.VC_E]
        lungs = (pressure - p[k.THORAX]) * (1.0 / p[k.PA_E] + 1.0 / p[k.PU_E])
        return vessels + lungs + ventricles(pressure) - blood

    return brentq(excess, 0.0, 20.0 * MMHG, xtol=1e-9)


def test_a_heart_at_rest_leaves_the_mean_filling_pressure_everywhere():
    p, start = smith_parameters(), smith_start()
    p[k.AMPLITUDE] = 0.0
    y = start
    for _ in range(600):
        y = one_beat(p, y)[:10]
    x = np.empty(7)
    k.pressures(0.0, y, p, x)
    expected = filling_pressure(p, np.sum(start[:6]))
    assert x[:6] == pytest.approx(np.full(6, expected), rel=5e-4)
    assert np.max(np.abs(y[6:10])) < 0.1 * ML


@pytest.mark.parametrize("ratio", [1.0, 2.0, 4.0])
def test_the_same_mean_flow_passes_both_circulations(ratio):
    p, found = rest(ratio)
    through_lungs = (found["pulmonary_pressure"] - found["wedge_pressure"]) / p[k.PUL_R]
    assert through_lungs == pytest.approx(found["cardiac_output"], rel=1e-3)


def test_twice_the_resistance_asks_twice_the_drop_for_each_flow():
    once, twice = (found for _, found in (rest(1.0), rest(2.0)))
    drop = [(f["pulmonary_pressure"] - f["wedge_pressure"]) / f["cardiac_output"] for f in (once, twice)]
    assert drop[1] / drop[0] == pytest.approx(2.0, rel=2e-3)


def test_a_beat_that_repeats_ends_where_it_began():
    p, found = rest()
    _, states, _ = trace(p, found.state)
    assert np.max(np.abs(states[-1, :6] - states[0, :6])) < 0.02 * ML
