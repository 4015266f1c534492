"""Steady states of one circuit on a lattice of resistances and effusions, and what lies between.

Neighbours start from neighbours, always in the same order, so a state does not depend on what was asked before.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.interpolate import PchipInterpolator

from azygos.circulation.circuit import Circuit
from azygos.circulation.failure import contractility
from azygos.circulation.loads import MOST_RATIO
from azygos.circulation.steady import SERIES, Steady, settle
from azygos.ground.parcels import FloatArray
from azygos.ground.units import ML

RATIO_STEP = 0.25  # of the logarithm of the lungs' resistance ratio
EFFUSION_STEP = 20.0 * ML
MOST_EFFUSION = 400.0 * ML  # no heart fills against more
LAST_RATIO = round(np.log(MOST_RATIO) / RATIO_STEP)
LAST_EFFUSION = round(MOST_EFFUSION / EFFUSION_STEP)


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
    return solve(
        circuit, before, ratio=float(np.exp(step * RATIO_STEP)), effusion=0.0, posture=posture, failure=failure,
        reflexes=reflexes,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def drowned(circuit: Circuit, posture: str, failure: bool, reflexes: bool, ratio: float, step: int) -> Steady:
    """State at lattice point `step` of the effusion, at one resistance ratio."""
    if step == 0:
        before = node(circuit, posture, failure, reflexes, int(np.log(ratio) / RATIO_STEP))
        effusion = 0.0
    else:
        before = drowned(circuit, posture, failure, reflexes, ratio, step - 1)
        effusion = step * EFFUSION_STEP
    return solve(
        circuit, before, ratio=ratio, effusion=effusion, posture=posture, failure=failure, reflexes=reflexes
    )


def look_up(
    circuit: Circuit, *, ratio: float, effusion: float, posture: str, failure: bool, reflexes: bool
) -> dict[str, float]:
    """Numbers of the steady state under a load, between those of the lattice."""
    if effusion <= 0.0:
        place, last = np.log(ratio) / RATIO_STEP, LAST_RATIO

        def at(step: int) -> Steady:
            return node(circuit, posture, failure, reflexes, step)
    else:
        place, last = min(effusion, MOST_EFFUSION) / EFFUSION_STEP, LAST_EFFUSION

        def at(step: int) -> Steady:
            return drowned(circuit, posture, failure, reflexes, ratio, step)

    nearest = round(place)
    if abs(place - nearest) < 1e-9:
        numbers = at(nearest).numbers
    else:  # the slope at a point takes one neighbour on either side, so four points give what the whole row would
        steps = range(max(int(place) - 1, 0), min(int(place) + 2, last) + 1)
        rows = np.array([at(step).numbers for step in steps])
        numbers = PchipInterpolator(np.array(steps, dtype=float), rows, axis=0)(place)
    return dict(zip(SERIES, (float(x) for x in numbers), strict=True))
