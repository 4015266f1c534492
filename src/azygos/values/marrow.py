"""Marrow and bone as cement meets them: what it must push aside, and what warms it.

The marrow's viscosity and yield as an ensemble draws them are in ``uncertainty``; here is
what was measured, and what is not drawn.
"""

from __future__ import annotations

from azygos.ground.units import MMHG
from azygos.values.value import Value

VISCOSITY_AT_37_C = Value(
    0.067, "Pa s", low=0.044, high=0.142, source="bryant1988", where="abstract", note="range: zhong2011, 19 men"
)
VISCOSITY_FLOOR = Value(
    0.04,
    "Pa s",
    source="bryant1989",
    where="abstract",
    note="bovine, above 37-42 C; tenfold at 30-35 C in the same bone",
)
ELASTIC_MODULUS = Value(
    2.5e3,
    "Pa",
    low=250.0,
    high=24.7e3,
    source="metzger2015",
    where="abstract",
    note="intact porcine marrow; the number is the geometric mean of the printed ends",
)
DENSITY_RED = Value(1029.0, "kg/m^3", source="itis", where="density table, second-hand copy")
DENSITY_YELLOW = Value(980.0, "kg/m^3", source="itis", where="density table, second-hand copy")
FAT_FRACTION = Value(
    0.45,
    "dimensionless",
    low=0.27,
    high=0.70,
    source="assumed",
    note="27-35 % at 20-39 years and rising with age (baum2018); no figure for patients' vertebrae was read",
)
RESTING_PRESSURE = Value(
    20.0 * MMHG,
    "Pa",
    low=0.7e3,
    high=2.7e3,
    source="marrowpressure1975",
    where="abstract",
    note="dog, long bone; prone outlet pressure in patients is recalled as 0.7-2 kPa",
)
VALSALVA_PRESSURE = Value(
    90.0 * MMHG, "Pa", source="ivp1981", where="abstract", note="lumbar bone and cava alike, in Valsalva's manoeuvre"
)
BODY_TEMPERATURE = Value(
    310.15, "K", low=308.15, high=311.15, source="assumed", note="core; marrow taken as warm as that"
)
BONE_DENSITY = Value(1178.0, "kg/m^3", source="itis", where="density table", note="cancellous, marrow included")
BLOOD_DENSITY = Value(1050.0, "kg/m^3", source="itis", where="density table")
BONE_CONDUCTIVITY = Value(
    0.35, "W/(m K)", low=0.27, high=0.60, source="assumed", note="cancellous with marrow, recalled range of reports"
)
BONE_HEAT_CAPACITY = Value(
    2300.0, "J/(kg K)", low=1700.0, high=3000.0, source="assumed", note="cancellous with marrow, recalled"
)
BONE_TISSUE_HEAT_CAPACITY = Value(
    1300.0, "J/(kg K)", low=1150.0, high=1700.0, source="assumed", note="cortical, recalled"
)
BONE_TISSUE_DENSITY = Value(1908.0, "kg/m^3", source="itis", where="density table", note="cortical")
BONE_TISSUE_CONDUCTIVITY = Value(0.32, "W/(m K)", low=0.3, high=0.6, source="assumed", note="cortical, recalled")
MARROW_HEAT_CAPACITY = Value(
    2700.0, "J/(kg K)", low=2000.0, high=3600.0, source="assumed", note="between fat and water, recalled"
)
MARROW_CONDUCTIVITY = Value(
    0.24, "W/(m K)", low=0.18, high=0.5, source="assumed", note="between fat and water, recalled"
)
BLOOD_HEAT_CAPACITY = Value(3600.0, "J/(kg K)", low=3500.0, high=3900.0, source="assumed", note="recalled")
BLOOD_CONDUCTIVITY = Value(0.52, "W/(m K)", low=0.48, high=0.58, source="assumed", note="recalled")
BLOOD_VISCOSITY = Value(4e-3, "Pa s", low=3e-3, high=6e-3, source="assumed", note="large vessels, recalled")
VEIN_AREA_COMPLIANCE = Value(
    0.02 / MMHG,
    "1/Pa",
    low=0.012 / MMHG,
    high=0.03 / MMHG,
    source="assumed",
    note="growth of the lumen's area per pressure, 0.012-0.03 per mmHg; veins in bone cannot widen",
)
