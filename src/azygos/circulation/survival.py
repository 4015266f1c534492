"""Whether the model's patient lives: bounds of output and pressure, and how long a body bears less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from azygos.circulation.circuit import Circuit
from azygos.circulation.response import Load
from azygos.ground.parcels import FloatArray
from azygos.ground.units import MINUTE, ML, MMHG
from azygos.values.circulation import NO_TIME_LEFT


def death(
    circuit: Circuit, loads: Sequence[Load], output: FloatArray, pressure: FloatArray
) -> tuple[float | None, str]:
    """When and of what the model's patient dies under these loads, if at all.

    A patient dies after `endures` seconds below the lowest output or arterial pressure that this draw survives, and
    at once at a load below half of either. Between loads the nearer of both bounds is neared in a straight line, so
    a stay below it begins and ends where that line crosses. The last load is taken to last.

    Returns
    -------
    died : float or None
        [s].
    cause : str
        A sentence, empty for the living.
    """
    shares = np.minimum(output / circuit.lowest_output, pressure / circuit.lowest_pressure)
    first, began = -1, 0.0  # load with which a stay below a bound was found, and when that began
    for i, load in enumerate(loads):
        crossed = _crossing(loads, shares, i)
        if first >= 0 and crossed >= began + circuit.endures:
            break
        if shares[i] < NO_TIME_LEFT.number:
            return load.time, _cause(circuit, load, output[i], pressure[i])
        if shares[i] >= 1.0:
            first = -1
        elif first < 0:
            first, began = i, crossed
    if first < 0:
        return None, ""
    return began + circuit.endures, _cause(circuit, loads[first], output[first], pressure[first])


def _crossing(loads: Sequence[Load], shares: FloatArray, i: int) -> float:
    """When the straight line to load `i` passes the bound, at 1; the load's own time if it does not [s]."""
    if i == 0 or (shares[i - 1] < 1.0) == (shares[i] < 1.0):
        return loads[i].time
    part = (1.0 - shares[i - 1]) / (shares[i] - shares[i - 1])
    return float(loads[i - 1].time + part * (loads[i].time - loads[i - 1].time))


def _cause(circuit: Circuit, load: Load, output: float, pressure: float) -> str:
    """In words: which bound was passed, by how much, and what lay on the heart."""
    if output / circuit.lowest_output < pressure / circuit.lowest_pressure:
        bound = circuit.lowest_output / ML * MINUTE / 1e3
        found = f"output {max(output, 0.0) / ML * MINUTE / 1e3:.1f} L/min, under {bound:.1f}"
    else:
        found = f"arterial pressure {pressure / MMHG:.0f} mmHg, under {circuit.lowest_pressure / MMHG:.0f}"
    if load.effusion > 0.0 and load.flow_lost < 0.5:
        return f"tamponade: {found}, with {load.effusion / ML:.0f} mL of blood in the pericardium"
    if load.fat > 0.0 and load.flow_lost < 0.5:
        return f"right ventricle failed: {found}, with {load.fat / ML:.1f} mL of marrow fat in the lungs"
    return f"right ventricle failed: {found}, with {100.0 * load.flow_lost:.0f} % of the lungs' flow lost"
