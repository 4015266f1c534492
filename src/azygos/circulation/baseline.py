"""Whether anybody can live with a circuit, before anything is done to it."""

from __future__ import annotations

from azygos.circulation.circuit import Circuit
from azygos.ground.errors import InputError
from azygos.ground.units import MINUTE, ML, MMHG
from azygos.values.circulation import LIVES

_SHOWN = {
    "cardiac index": (1e-3 / MINUTE, "L/min/m2"),
    "mean arterial pressure": (MMHG, "mmHg"),
    "mean pulmonary pressure": (MMHG, "mmHg"),
    "right atrial pressure": (MMHG, "mmHg"),
    "blood volume for each kilogram": (ML, "mL/kg"),
}


def check_baseline(circuit: Circuit) -> None:
    """Refuse a patient who cannot live at rest.

    Parameters
    ----------
    circuit : Circuit
        As drawn.

    Raises
    ------
    InputError
        Naming the value, its unit and the range.
    """
    base = circuit.baseline
    found = {
        "cardiac index": base["cardiac_output"] / circuit.body.surface,
        "mean arterial pressure": base["arterial_pressure"],
        "mean pulmonary pressure": base["pulmonary_pressure"],
        "right atrial pressure": base["right_atrial_pressure"],
        "blood volume for each kilogram": circuit.blood_volume / circuit.body.mass,
    }
    for name, value in found.items():
        bound = LIVES[name]
        low, high = bound.low or 0.0, bound.high or 0.0
        if not low <= value <= high:
            unit, word = _SHOWN[name]
            raise InputError(
                f"this patient's {name} would be {value / unit:.1f} {word} at rest, and nobody lives outside "
                f"{low / unit:.1f} to {high / unit:.1f}. Check height, mass, age and the pulmonary resistance factor."
            )
