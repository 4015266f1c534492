"""Steady states of one circuit on a lattice of resistances and effusions, and what lies between.

Neighbours start from neighbours, always in the same order, so a state does not depend on what was asked before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from azygos.circulation.circuit import Circuit
from azygos.circulation.failure import contractility
from azygos.circulation.steady import SERIES, Steady, settle
from azygos.ground.parcels import FloatArray
from azygos.ground.units import ML

RATIOS = np.array([*np.arange(0.0, 1.0, 0.25), *np.arange(1.0, 2.5, 0.125), 2.5, 2.8, 3.2, 3.7, 4.25])
"""Logarithms of the lungs' resistance ratio at which states are solved: close where a failing heart turns."""
MOST_RATIO = float(np.exp(RATIOS[-1]))
EFFUSION_STEP = 20.0 * ML
MOST_EFFUSION = 400.0 * ML  # no heart fills against more
STILL = 0.2  # share of the lowest output that is survived, below which more blood in the pericardium is not followed
EFFUSIONS = np.arange(0.0, MOST_EFFUSION + 0.5 * EFFUSION_STEP, EFFUSION_STEP)


def solve(
    circuit: Circuit, start: Steady, *, ratio: float, effusion: float, posture: str, failure: bool, reflexes: bool
) -> Steady:
    """Steady state under one load, sought from `start`."""
    weak = contractility(ratio, limit=circuit.failure_limit, steepness=circuit.failure_steepness) if failure else 1.0
    pooled = circuit.pooled(posture)

    def build(error: float) -> FloatArray:
        return circuit.under(ratio=ratio, contractility=weak, pooled=pooled, effusion=effusion, error=error)

    return settle(
        build, start.state, start.error if reflexes else 0.0, set_point=circuit.set_point if reflexes else 0.0
    )


@lru_cache(maxsize=4096)
def node(circuit: Circuit, posture: str, failure: bool, reflexes: bool, step: int) -> Steady:
    """State at lattice point `step` of the resistance, without effusion, reached from the one before."""
    if step == 0 and posture == "supine":
        return circuit.baseline
    before = circuit.baseline if step == 0 else node(circuit, posture, failure, reflexes, step - 1)
    if step > 1:
        before = _ahead(node(circuit, posture, failure, reflexes, step - 2), before, RATIOS[step - 2 : step + 1])
    return solve(
        circuit, before, ratio=float(np.exp(RATIOS[step])), effusion=0.0, posture=posture, failure=failure,
        reflexes=reflexes,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def drowned(circuit: Circuit, posture: str, failure: bool, reflexes: bool, ratio: float, step: int) -> Steady:
    """State at lattice point `step` of the effusion, at one resistance ratio."""
    if step == 0:
        before = node(circuit, posture, failure, reflexes, _cell(RATIOS, np.log(ratio)))
    else:
        before = drowned(circuit, posture, failure, reflexes, ratio, step - 1)
        if before["cardiac_output"] < STILL * circuit.lowest_output:
            return before
    if step > 1:
        before = _ahead(drowned(circuit, posture, failure, reflexes, ratio, step - 2), before, EFFUSIONS[:3])
    return solve(
        circuit, before, ratio=ratio, effusion=float(EFFUSIONS[step]), posture=posture, failure=failure,
        reflexes=reflexes,
    )  # fmt: skip


def look_up(
    circuit: Circuit, *, ratio: float, effusion: float, posture: str, failure: bool, reflexes: bool
) -> dict[str, float]:
    """Numbers of the steady state under a load, between those of the lattice.

    Beyond the last ratio the little that still flows falls in inverse proportion to the resistance.
    """
    beyond, ratio = min(MOST_RATIO / ratio, 1.0), min(ratio, MOST_RATIO)
    if effusion <= 0.0:
        place, points = float(np.log(ratio)), RATIOS

        def at(step: int) -> Steady:
            return node(circuit, posture, failure, reflexes, step)
    else:
        place, points = min(effusion, MOST_EFFUSION), EFFUSIONS

        def at(step: int) -> Steady:
            return drowned(circuit, posture, failure, reflexes, ratio, step)

    row = dict(zip(SERIES, (float(x) for x in _between(points, place, at)), strict=True))
    row["arterial_pressure"] = row["right_atrial_pressure"] + beyond * (
        row["arterial_pressure"] - row["right_atrial_pressure"]
    )
    row["cardiac_output"] *= beyond
    row["right_ejection"] *= beyond
    return row


def _ahead(first: Steady, second: Steady, points: FloatArray) -> Steady:
    """A first guess of the third state, on the straight line through two."""
    share = (points[2] - points[1]) / (points[1] - points[0])
    state = second.state + share * (second.state - first.state)
    if np.any(state[:6] < 0.5 * second.state[:6]):
        return second
    return Steady(state=state, error=second.error + share * (second.error - first.error), numbers=second.numbers)


def _cell(points: FloatArray, place: float) -> int:
    """Number of the last lattice point not beyond `place`."""
    return int(np.clip(np.searchsorted(points, place * (1.0 + 1e-12), side="right") - 1, 0, len(points) - 1))


def _between(points: FloatArray, place: float, at: Callable[[int], Steady]) -> FloatArray:
    """Monotone cubic between lattice points.

    The slope at a point takes one neighbour on either side, so four points give what the whole row would.
    """
    cell = _cell(points, place)
    if abs(points[cell] - place) <= 1e-9 * (1.0 + abs(place)):
        return at(cell).numbers
    steps = np.arange(max(cell - 1, 0), min(cell + 2, len(points) - 1) + 1)
    rows = np.array([at(int(step)).numbers for step in steps])
    return np.asarray(PchipInterpolator(points[steps], rows, axis=0)(place))
