"""What is known of blood in the veins of the spine: spreads of size, inflows, pressures, valves."""

from __future__ import annotations

from azygos.ground.units import MINUTE, ML, MMHG
from azygos.values.value import Value

ML_MIN = ML / MINUTE


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


# --- size ------------------------------------------------------------------------------

SPREAD_MEASURED = Value(
    0.19, "dimensionless", low=0.14, high=0.23, source="koutsouflianiotis2020", where="abstract",
    note="sd of ln of a calibre between people: azygos 9.6 +/- 1.8 mm; superior cava 0.14, inferior 0.23",
)  # fmt: skip
SPREAD_RECALLED = _assumed(0.25, "dimensionless", 0.15, 0.45, "sd of ln of a calibre that nobody measured")
SPREAD_SHARED = _assumed(0.3, "dimensionless", 0.0, 0.6, "share of that variance that a person's veins have in common")
SPREAD_LENGTH = _assumed(0.1, "dimensionless", 0.05, 0.2, "sd of ln of a length at a given height")
STANDING_WIDTH = Value(
    1.0 / 2.05, "dimensionless", low=0.4, high=0.63, source="milne1984", where="abstract",
    note="azygos standing over lying: 5.14 +/- 1.36 mm standing, +105 +/- 47 % lying",
)  # fmt: skip

# --- inflow ----------------------------------------------------------------------------

TYPICAL_SURFACE = _assumed(1.8, "m^2", 1.7, 1.9, "body surface of those in whom the flows were measured")
PRONE_OUTPUT = _assumed(0.9, "dimensionless", 0.8, 1.0, "of the output lying; -20 % knee-chest, -17 % on props, else 0")
SUPERIOR_SHARE = _assumed(0.35, "dimensionless", 0.28, 0.42, "of the output that returns by the superior cava")
INFRARENAL = Value(
    1200.0 * ML_MIN, "m^3/s", low=500.0 * ML_MIN, high=2200.0 * ML_MIN, source="cheng2003", where="abstract",
    note="below the renal veins; sd 500 mL/min, kept within two sd and above 500",
)  # fmt: skip
INFRARENAL_SPREAD = Value(500.0 * ML_MIN, "m^3/s", source="cheng2003", where="abstract", note="sd")
RENAL_SHARE = _assumed(0.5, "dimensionless", 0.4, 0.6, "of what enters the inferior cava above the iliac veins")
SEGMENTAL_INFLOW = {
    "thoracic": _assumed(16.0 * ML_MIN, "m^3/s", 8.0 * ML_MIN, 30.0 * ML_MIN, "of each intercostal vein; 20 make 320"),
    "lumbar": _assumed(20.0 * ML_MIN, "m^3/s", 10.0 * ML_MIN, 40.0 * ML_MIN, "of each lumbar vein; recalled"),
}
INFLOW_SPREAD = _assumed(0.3, "dimensionless", 0.2, 0.5, "sd of ln of the segmental inflow between people")
ILIOLUMBAR_INFLOW = _assumed(25.0 * ML_MIN, "m^3/s", 10.0 * ML_MIN, 50.0 * ML_MIN, "each; recalled")
MARROW_FACTOR = _assumed(1.0, "dimensionless", 0.6, 1.9, "on 8 mL/min in 100 mL of body, recalled as 5 to 15")
AZYGOS_FLOW = Value(
    320.0 * ML_MIN, "m^3/s", low=260.0 * ML_MIN, high=380.0 * ML_MIN, source="azygosflow", where="abstract",
    note="at the arch; two SEM to either side",
)  # fmt: skip
AZYGOS_FLOW_SPREAD = _assumed(
    100.0 * ML_MIN, "m^3/s", 67.0 * ML_MIN, 134.0 * ML_MIN, "sd between people: 30 is the SEM of some 5 to 20 controls"
)

# --- pressure and valves ---------------------------------------------------------------

ATRIAL_PRESSURE = {
    "prone": Value(
        2.5 * MMHG, "Pa", low=1.8 * MMHG, high=8.0 * MMHG, source="proneframe1992", where="abstract",
        note="cavae 3.3 and 1.8 mmHg on a belly-free frame; other frames keep it higher",
    ),
    "lying": Value(
        8.5 * MMHG, "Pa", low=5.0 * MMHG, high=11.0 * MMHG, source="proneframe1992", where="abstract",
        note="8.7 and 8.4 mmHg supine under anaesthesia",
    ),
    "standing": _assumed(0.0, "Pa", -3.0 * MMHG, 4.0 * MMHG, "about that of air; recalled"),
}  # fmt: skip
VALVE_LEAK = _assumed(
    0.1, "dimensionless", 0.01, 0.5,
    "conductance of a shut valve over that of the open vein; contrast leaks back past the arch in half (yeh2004)",
)  # fmt: skip

BLOCKED = Value(
    0.1e-3,
    "m",
    low=0.0,
    high=0.2e-3,
    source="assumed",
    note="width at which a blocked vein is kept: it carries next to nothing, and no cement fits",
)
