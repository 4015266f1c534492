"""Whether the model's patient lives: bounds of output and pressure, and how long a body bears less."""

from __future__ import annotations

from collections.abc import Sequence

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
    at once below half of either. The last load is taken to last.

    Returns
    -------
    died : float or None
        [s].
    cause : str
        A sentence, empty for the living.
    """
    began: int | None = None
    for i, load in enumerate(loads):
        flows, presses = output[i] / circuit.lowest_output, pressure[i] / circuit.lowest_pressure
        if began is not None and load.time >= loads[began].time + circuit.endures:
            return loads[began].time + circuit.endures, _cause(circuit, loads[began], output[began], pressure[began])
        if min(flows, presses) < NO_TIME_LEFT.number:
            return load.time, _cause(circuit, load, output[i], pressure[i])
        if min(flows, presses) >= 1.0:
            began = None
        elif began is None:
            began = i
    if began is not None:
        return loads[began].time + circuit.endures, _cause(circuit, loads[began], output[began], pressure[began])
    return None, ""


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
