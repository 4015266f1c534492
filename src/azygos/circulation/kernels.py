"""Right-hand side of the closed loop: six volumes, four valve flows. Numbers only, SI.

State: volumes of left and right ventricle, pulmonary artery, pulmonary veins, aorta and cavae [m^3], then flows
through mitral, aortic, tricuspid and pulmonary valve [m^3 s^-1], then the aortic pressure summed over time [Pa s].
Parameters stand in one array, in the order of the names below.
"""

from __future__ import annotations

import numpy as np
from numba import njit

(
    AMPLITUDE, WIDTH, PERIOD,
    PCD_P0, PCD_LAMBDA, PCD_V0, EFFUSION, THORAX,
    LV_E, LV_VD, LV_P0, LV_LAMBDA, LV_V0,
    RV_E, RV_VD, RV_P0, RV_LAMBDA, RV_V0,
    SPT_E, SPT_VD, SPT_P0, SPT_LAMBDA, SPT_V0,
    PA_E, PU_E, AO_E, VC_E, VC_VD,
    PUL_R, SYS_R,
    MT_R, MT_L, AV_R, AV_L, TC_R, TC_L, PV_R, PV_L,
) = range(38)  # fmt: skip
N_PARAMETERS = 38
SHUT = 1e-8  # flow below which a valve counts as shut, so that it does not flutter about zero [m^3 s^-1]
LARGEST_EXPONENT = 25.0  # of passive walls; trial states of the solver may lie far beyond what a wall bears


@njit(cache=True, error_model="numpy")
def growth(x):
    """Exponential that a wild trial state cannot overflow."""
    return np.exp(min(x, LARGEST_EXPONENT))


@njit(cache=True, error_model="numpy")
def activation(t, p):
    """Share of the muscle that is active at time `t` of a beat, a bell about its middle [-]."""
    x = t - 0.5 * p[PERIOD]
    return p[AMPLITUDE] * np.exp(-p[WIDTH] * x * x)


@njit(cache=True, error_model="numpy")
def septum(e, left, right, p):
    """Volume that the septum bulges into the right ventricle, by Newton's method [m^3].

    Left free wall minus right free wall minus septum falls steadily with that volume, so the root is the only one;
    steps are held to half the ventricles' size.
    """
    v = p[SPT_VD]
    most = 0.5 * (abs(left) + abs(right)) + abs(p[SPT_VD])
    for _ in range(40):
        a = growth(p[LV_LAMBDA] * (left - v - p[LV_V0]))
        b = growth(p[RV_LAMBDA] * (right + v - p[RV_V0]))
        c = growth(p[SPT_LAMBDA] * (v - p[SPT_V0]))
        gap = e * (p[LV_E] * (left - v - p[LV_VD]) - p[RV_E] * (right + v - p[RV_VD]) - p[SPT_E] * (v - p[SPT_VD])) + (
            1.0 - e
        ) * (p[LV_P0] * (a - 1.0) - p[RV_P0] * (b - 1.0) - p[SPT_P0] * (c - 1.0))
        slope = e * (p[LV_E] + p[RV_E] + p[SPT_E]) + (1.0 - e) * (
            p[LV_P0] * p[LV_LAMBDA] * a + p[RV_P0] * p[RV_LAMBDA] * b + p[SPT_P0] * p[SPT_LAMBDA] * c
        )
        step = min(max(gap / slope, -most), most)
        v += step
        if abs(step) < 1e-13:
            break
    return v


@njit(cache=True, error_model="numpy")
def pressures(t, y, p, out_pressure):
    """Absolute pressures of the six chambers and of the pericardium at one state [Pa]."""
    e = activation(t, p)
    v = septum(e, y[0], y[1], p)
    left, right = y[0] - v, y[1] + v
    lv = e * p[LV_E] * (left - p[LV_VD]) + (1.0 - e) * p[LV_P0] * (growth(p[LV_LAMBDA] * (left - p[LV_V0])) - 1.0)
    rv = e * p[RV_E] * (right - p[RV_VD]) + (1.0 - e) * p[RV_P0] * (growth(p[RV_LAMBDA] * (right - p[RV_V0])) - 1.0)
    sac = y[0] + y[1] + p[EFFUSION] - p[PCD_V0]
    around = p[PCD_P0] * (growth(p[PCD_LAMBDA] * sac) - 1.0) + p[THORAX]
    out_pressure[0] = lv + around
    out_pressure[1] = rv + around
    out_pressure[2] = p[PA_E] * y[2] + p[THORAX]
    out_pressure[3] = p[PU_E] * y[3] + p[THORAX]
    out_pressure[4] = p[AO_E] * y[4]
    out_pressure[5] = p[VC_E] * (y[5] - p[VC_VD])
    out_pressure[6] = around


@njit(cache=True, error_model="numpy")
def through_valve(flow, drop, resistance, inertance):
    """Rate of change of a valve's flow: it opens under forward pressure and shuts once blood turns back."""
    driving = drop if drop > 0.0 or flow > SHUT else 0.0
    return (driving - resistance * flow) / inertance


@njit(cache=True, error_model="numpy")
def derivative(t, y, p, out_rate):
    """Rates of change of volumes and valve flows."""
    x = np.empty(7)
    pressures(t, y, p, x)
    mitral, aortic = max(y[6], 0.0), max(y[7], 0.0)
    tricuspid, pulmonary = max(y[8], 0.0), max(y[9], 0.0)
    body = (x[4] - x[5]) / p[SYS_R]
    lungs = (x[2] - x[3]) / p[PUL_R]
    out_rate[0] = mitral - aortic
    out_rate[1] = tricuspid - pulmonary
    out_rate[2] = pulmonary - lungs
    out_rate[3] = lungs - mitral
    out_rate[4] = aortic - body
    out_rate[5] = body - tricuspid
    out_rate[6] = through_valve(y[6], x[3] - x[0], p[MT_R], p[MT_L])
    out_rate[7] = through_valve(y[7], x[0] - x[4], p[AV_R], p[AV_L])
    out_rate[8] = through_valve(y[8], x[5] - x[1], p[TC_R], p[TC_L])
    out_rate[9] = through_valve(y[9], x[1] - x[2], p[PV_R], p[PV_L])
    out_rate[10] = x[4]


@njit(cache=True, error_model="numpy")
def curves(times, states, p, out_pressures):
    """Pressures at every instant of one beat."""
    for i in range(times.shape[0]):
        pressures(times[i], states[i], p, out_pressures[i])


# Dormand and Prince's method of order 5, after Hairer, Norsett and Wanner's DOPRI5: its coefficients and step control.
SAFETY, SMALLEST, LARGEST, DAMPING = 0.9, 0.2, 10.0, 0.04
ROUNDING = 2.3e-16
DONE, TOO_MANY_STEPS, STEP_TOO_SMALL = 0, 1, 2


@njit(cache=True, error_model="numpy")
def advance(begin, end, p, relative, absolute, first, most_steps, out_state):
    """Carry the state from `begin` to `end` of a beat; says how it went.

    `first` is the step that is tried first [s]; `out_state` holds the state at `begin` and then at `end`.
    """
    n = out_state.shape[0]
    k1, k2, k3, k4, k5, k6 = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    trial, last_but_one = np.empty(n), np.empty(n)
    t, h, before = begin, first, 1e-4
    rejected = False
    derivative(t, out_state, p, k1)
    for _ in range(most_steps):
        if 0.1 * abs(h) <= abs(t) * ROUNDING:
            return STEP_TOO_SMALL
        reaches = t + 1.01 * h >= end
        if reaches:
            h = end - t
        for i in range(n):
            trial[i] = out_state[i] + h * 0.2 * k1[i]
        derivative(t + 0.2 * h, trial, p, k2)
        for i in range(n):
            trial[i] = out_state[i] + h * (3.0 / 40.0 * k1[i] + 9.0 / 40.0 * k2[i])
        derivative(t + 0.3 * h, trial, p, k3)
        for i in range(n):
            trial[i] = out_state[i] + h * (44.0 / 45.0 * k1[i] - 56.0 / 15.0 * k2[i] + 32.0 / 9.0 * k3[i])
        derivative(t + 0.8 * h, trial, p, k4)
        for i in range(n):
            trial[i] = out_state[i] + h * (
                19372.0 / 6561.0 * k1[i] - 25360.0 / 2187.0 * k2[i] + 64448.0 / 6561.0 * k3[i] - 212.0 / 729.0 * k4[i]
            )
        derivative(t + 8.0 / 9.0 * h, trial, p, k5)
        for i in range(n):
            last_but_one[i] = out_state[i] + h * (
                9017.0 / 3168.0 * k1[i] - 355.0 / 33.0 * k2[i] + 46732.0 / 5247.0 * k3[i] + 49.0 / 176.0 * k4[i]
                - 5103.0 / 18656.0 * k5[i]
            )  # fmt: skip
        derivative(t + h, last_but_one, p, k6)
        for i in range(n):
            trial[i] = out_state[i] + h * (
                35.0 / 384.0 * k1[i] + 500.0 / 1113.0 * k3[i] + 125.0 / 192.0 * k4[i] - 2187.0 / 6784.0 * k5[i]
                + 11.0 / 84.0 * k6[i]
            )  # fmt: skip
        derivative(t + h, trial, p, k2)
        error = 0.0
        for i in range(n):
            off = h * (
                71.0 / 57600.0 * k1[i] - 71.0 / 16695.0 * k3[i] + 71.0 / 1920.0 * k4[i] - 17253.0 / 339200.0 * k5[i]
                + 22.0 / 525.0 * k6[i] - 1.0 / 40.0 * k2[i]
            )  # fmt: skip
            error += (off / (absolute + relative * max(abs(out_state[i]), abs(trial[i])))) ** 2
        error = np.sqrt(error / n)
        plain = error ** (0.2 - 0.75 * DAMPING)
        if error <= 1.0:
            factor = max(1.0 / LARGEST, min(1.0 / SMALLEST, plain / before**DAMPING / SAFETY))
            before = max(error, 1e-4)
            t += h
            for i in range(n):
                out_state[i] = trial[i]
                k1[i] = k2[i]
            if reaches:
                return DONE
            h = min(h / factor, h) if rejected else h / factor
            h = min(h, end - begin)
            rejected = False
        else:
            h /= min(1.0 / SMALLEST, plain / SAFETY)
            rejected = True
    return TOO_MANY_STEPS
