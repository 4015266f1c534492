"""The closed loop of heart and vessels: sizes, spreads, reflexes, gases, and what a patient survives.

``circulation.csv`` holds the parameters of Smith's minimal model as they were read in a public script; below stand
what spreads them over patients and all that is drawn beside them.
"""

from __future__ import annotations

import csv
from pathlib import Path

from azygos.ground.units import MINUTE, ML, MMHG
from azygos.values.uncertainty import Uncertain
from azygos.values.value import Value

_TABLE = Path(__file__).with_name("circulation.csv")
_TO_SI = {
    "mmHg": (MMHG, "Pa"),
    "mL": (ML, "m^3"),
    "1/mL": (1.0 / ML, "1/m^3"),
    "mmHg/mL": (MMHG / ML, "Pa/m^3"),
    "mmHg s/mL": (MMHG / ML, "Pa s/m^3"),
    "mmHg s^2/mL": (MMHG / ML, "Pa s^2/m^3"),
    "mL/s": (ML, "m^3/s"),
}


def _read() -> dict[str, Value]:
    with _TABLE.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    found = {}
    for row in rows:
        factor, unit = _TO_SI[row["unit"]]
        found[row["parameter"]] = Value(
            float(row["number"]) * factor, unit, source=row["source"], where=row["where"], note=row["note"]
        )
    return found


SMITH = _read()
"""Smith's minimal model, by the names of its paper, in SI."""

_SCRIPT = "parameters as coded in a public script"
PERIOD = Value(0.75, "s", source="smith2004", where=_SCRIPT, note="80 beats a minute")
ACTIVATION_WIDTH = Value(80.0, "1/s^2", source="smith2004", where=_SCRIPT, note="of the bell exp(-B (t - T/2)^2)")
BLOOD_VOLUME = Value(5000.0 * ML, "m^3", source="smith2004", where=_SCRIPT, note="of which 30 % are stressed")


def _seen(number: float, unit: str, low: float, high: float, source: str, where: str, note: str = "") -> Value:
    return Value(number, unit, low=low, high=high, source=source, where=where, note=note)


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


# Blood volume: a H^3 + b W + c (Nadler), by sex
NADLER: dict[str, tuple[Value, Value, Value]] = {
    "male": (
        Value(366.9 * ML, "dimensionless", source="nadler1962", where="as coded beside Smith's model", note="m^3/m^3"),
        Value(32.19 * ML, "m^3/kg", source="nadler1962", where="as coded beside Smith's model"),
        Value(604.1 * ML, "m^3", source="nadler1962", where="as coded beside Smith's model"),
    ),
    "female": (
        Value(356.1 * ML, "dimensionless", source="nadler1962", where="as coded beside Smith's model", note="m^3/m^3"),
        Value(33.08 * ML, "m^3/kg", source="nadler1962", where="as coded beside Smith's model"),
        Value(183.3 * ML, "m^3", source="nadler1962", where="as coded beside Smith's model"),
    ),
}

_L_MIN = 1e-3 / MINUTE
CARDIAC_INDEX = Value(
    3.0 * _L_MIN,
    "m/s",
    low=2.4 * _L_MIN,
    high=3.8 * _L_MIN,
    source="carlsson2012",
    where="abstract",
    note="m^3/s per m^2 of body, over 60 years; sd 0.4 L/min/m^2; the lower end is that of the printed normal range",
)
CARDIAC_INDEX_SD = Value(0.4 * _L_MIN, "m/s", source="carlsson2012", where="abstract", note="over 60 years")
INDEX_PER_YEAR = Value(
    8.0 * ML / MINUTE, "m/(s year)", source="carlsson2012", where="abstract", note="by which it falls, to 60 years"
)

# One draw a name, in this order: a new name goes to the end, so that older names keep their draws
DRAWN: dict[str, Uncertain] = {
    "heart_rate": Uncertain(
        "normal",
        _seen(70.0 / MINUTE, "1/s", 50.0 / MINUTE, 85.0 / MINUTE, "cvsim", "initial.c, heart_rate 70 +/- 3.3"),
        bounded=True,
        sd=3.3 / MINUTE,
    ),
    "arterial_pressure": Uncertain(
        "normal",
        _seen(91.0 * MMHG, "Pa", 85.0 * MMHG, 105.0 * MMHG, "cvsim", "initial.c, ABR_setpoint 91 +/- 3"),
        bounded=True,
        sd=3.0 * MMHG,
    ),
    "pulmonary_pressure": Uncertain(
        "normal",
        _seen(15.5 * MMHG, "Pa", 13.0 * MMHG, 19.0 * MMHG, "galie2010", "table, healthy subjects: 14 +/- 3 mmHg",
              "the upper part of that range, where Smith's set lies"),
        bounded=True,
        sd=1.3 * MMHG,
    ),
    "thorax": Uncertain(
        "normal",
        _seen(-4.0 * MMHG, "Pa", -6.0 * MMHG, -2.0 * MMHG, "cvsim", "initial.c, P_thorax -4 +/- 1"),
        bounded=True,
        sd=1.0 * MMHG,
    ),
    "left_strength": Uncertain(
        "log-normal", _seen(1.0, "dimensionless", 0.62, 1.61, "cvsim", "initial.c, C_LV_sys 0.4 +/- 0.1", "factor")
    ),
    "right_strength": Uncertain(
        "log-normal",
        _seen(0.93, "dimensionless", 0.8, 1.08, "cvsim", "initial.c, C_RV_sys 1.3 +/- 0.47",
              "factor; narrowed to normal ejection fractions, lowered towards the recalled coupling of 1.5 to 2"),
    ),
    "right_atrial_pressure": Uncertain(
        "normal",
        _seen(3.5 * MMHG, "Pa", 1.5 * MMHG, 5.5 * MMHG, "galie2010", "table, healthy subjects: 1 to 6 mmHg"),
        bounded=True,
        sd=1.0 * MMHG,
    ),
    "lung_gradient": Uncertain(
        "normal",
        _assumed(10.5 * MMHG, "Pa", 8.5 * MMHG, 12.0 * MMHG, "mean pulmonary pressure over the wedge's, which comes to "
                 "5 mmHg; printed: gradient at most 12, wedge 4 to 12 (galie2010), Smith's own gradient 13.7; the "
                 "exponents were found with his"),
        bounded=True,
        sd=0.8 * MMHG,
    ),
    "artery_elastance": Uncertain(
        "log-normal",
        _seen(1.0, "dimensionless", 0.47, 2.1, "cvsim", "initial.c, C_pulmonary_art 3.4 +/- 1.8, 1.5 to 7.2",
              "factor on the pulmonary artery's"),
    ),
    "aorta_elastance": Uncertain(
        "log-normal", _seen(1.0, "dimensionless", 0.75, 1.33, "cvsim", "initial.c, C_ascending_aorta 0.28 +/- 0.04",
                            "factor")
    ),
    "filling": Uncertain(
        "log-normal",
        _seen(1.0, "dimensionless", 0.92, 1.08, "cvsim", "initial.c, blood_volume 5150 +/- 203",
              "factor on the blood in the large veins"),
    ),
    "exponent": Uncertain(
        "uniform",
        _assumed(1.1, "dimensionless", 0.8, 1.5, "of 1/(1-f): 0.8 fits mechanics alone (burrowes2011), 1 to 1.5 with "
                 "vasoconstriction (ceiling1971); the sources disagree, so it is drawn over both"),
    ),
    "failure_at": Uncertain(
        "uniform",
        _assumed(0.62, "dimensionless", 0.55, 0.70, "share of flow lost at which an unprepared right ventricle fails; "
                 "collapse is reported above 60 % (gerges2014)"),
    ),
    "failure_steepness": Uncertain(
        "uniform",
        _assumed(1.5, "dimensionless", 1.0, 2.0, "power with which contractility falls beyond the limit; calibrated: "
                 "from 1.3 pressure no longer rises, as the ceiling near 40 mmHg asks (ceiling1971)"),
    ),
    "reflex_gain": Uncertain(
        "normal",
        _assumed(1.0, "dimensionless", 0.3, 1.7, "factor on all gains; CVSim prints sd of 10 to 45 % of them"),
        bounded=True,
        sd=0.35,
    ),
    "pooled_prone": Uncertain(
        "uniform",
        _assumed(0.3, "dimensionless", 0.12, 0.5, "share of stressed blood held back, prone on a frame or pillows; "
                 "calibrated: output then falls by 3 to 20 % (wadsworth1996), the cavae by up to 5 mmHg"),
    ),
    "pooled_upright": Uncertain(
        "uniform",
        _assumed(0.45, "dimensionless", 0.3, 0.6, "share of stressed blood held in the legs when standing, 400 to 800 "
                 "mL, recalled"),
    ),
    "fat_scale": Uncertain(
        "log-uniform",
        _assumed(1.0 * ML / 60.0, "m^3/kg", 0.5 * ML / 60.0, 2.0 * ML / 60.0, "fat, per mass of body, that adds the "
                 "lungs' resistance once more; calibrated, low end: routine vertebroplasty is nearly silent; in steps "
                 "of 0.1 mL the least with which none of 200 drawn patients falls below half of the resting output "
                 "after 5 mL in one vertebra; sheep lie there too: 33 mmHg less (aebli2002) asks about 7 times the "
                 "resistance, from 3 mL of fat if half the marrow is fat; high end guessed; none measured in people"),
    ),
    "dead_space": Uncertain(
        "uniform", _assumed(0.1, "dimensionless", 0.02, 0.18, "alveolar, before anything is blocked, older lungs")
    ),
    "ventilation_shift": Uncertain(
        "uniform",
        _assumed(0.15, "dimensionless", 0.0, 0.3, "share of ventilation that leaves units without blood flow"),
    ),
    "shunt": Uncertain(
        "uniform", _assumed(0.05, "dimensionless", 0.02, 0.08, "venous admixture before anything is blocked, by age")
    ),
    "overflow_shunt": Uncertain(
        "uniform",
        _assumed(0.2, "dimensionless", 0.05, 0.35, "share of diverted flow that finds too little air where it goes"),
    ),
    "breathing_reserve": Uncertain(
        "uniform", _assumed(2.0, "dimensionless", 1.5, 3.0, "most ventilation of a patient lying still, over rest")
    ),
    "haemoglobin": Uncertain(
        "uniform", _assumed(130.0, "kg/m^3", 110.0, 150.0, "grams in a litre, older patients")
    ),
    "lowest_index": Uncertain(
        "uniform",
        _assumed(1.0 * _L_MIN, "m/s", 0.8 * _L_MIN, 1.2 * _L_MIN, "output per m^2 of body that is not survived; shock "
                 "is called below 1.8 to 2.2 L/min/m^2"),
    ),
    "lowest_pressure": Uncertain(
        "uniform", _assumed(37.0 * MMHG, "Pa", 30.0 * MMHG, 45.0 * MMHG, "mean arterial pressure that is not survived")
    ),
    "endures": Uncertain(
        "uniform", _assumed(480.0, "s", 180.0, 900.0, "how long a patient lives below such a bound without help")
    ),
}  # fmt: skip
"""All that is drawn for one circuit."""

NO_TIME_LEFT = _assumed(0.5, "dimensionless", 0.3, 0.7, "share of a bound of survival below which death comes at once")
COUPLING_LIMIT = Value(0.68, "dimensionless", low=0.22, high=1.14, source="axell2017", where="abstract, 18 pigs")
COUPLING_LIMIT_SD = Value(0.23, "dimensionless", source="axell2017", where="abstract, 18 pigs")
FAILURE_SHARPNESS = _assumed(6.0, "dimensionless", 4.0, 12.0, "how sharply contractility turns down at the limit")
MECHANICAL_EXPONENT = _assumed(
    0.8, "dimensionless", 0.7, 0.9, "of 1/(1-f) with recruitment alone: pressure abnormal at 55 % (burrowes2011)"
)

# Arterial baroreflex (CVSim); the error saturates as s atan(error / s)
REFLEX_SATURATION = _assumed(18.0 * MMHG, "Pa", 12.0 * MMHG, 24.0 * MMHG, "as recalled of CVSim's reflex.c")
REFLEX_PERIOD = Value(
    0.021 / MMHG, "s/Pa", source="cvsim", where="initial.c, ABR_RR gains 0.012 and 0.009 s/mmHg", note="both together"
)
REFLEX_RESISTANCE = Value(
    0.034 / MMHG, "1/Pa", source="cvsim", where="initial.c, ABR_R_gain -0.13 PRU/mmHg on four beds",
    note="share of all four beds in parallel, derived",
)  # fmt: skip
REFLEX_VEINS = Value(
    26.6 * ML / MMHG, "m^3/Pa", source="cvsim", where="initial.c, ABR_V0 5.3, 1.3, 13.3 and 6.7 mL/mmHg",
    note="of 5150 mL of blood",
)  # fmt: skip
REFLEX_BLOOD = Value(5150.0 * ML, "m^3", source="cvsim", where="initial.c, blood_volume")
REFLEX_YOUNG = _assumed(30.0, "year", 20.0, 40.0, "age up to which the reflex has its full gain")
REFLEX_FADES = _assumed(0.01, "1/year", 0.005, 0.013, "of the gain lost each year after that; half at 80, recalled")
FASTEST_BEAT = (
    _assumed(208.0 / MINUTE, "1/s", 195.0 / MINUTE, 220.0 / MINUTE, "highest heart rate at age 0, recalled rule"),
    _assumed(0.7 / MINUTE, "1/(s year)", 0.6 / MINUTE, 1.0 / MINUTE, "by which it falls with age, recalled rule"),
)

# Marrow fat in the lungs
FAT_DELAY = _assumed(
    6.0, "s", 3.0, 15.0, "from the vertebra to the pulmonary artery; first showers in sheep at 6 s (aebli2002)"
)
FAT_HALF_TIME = _assumed(
    60.0, "s", 30.0, 300.0, "in which half of it leaves the arterioles; calibrated: sheep's pressure is back at 209 s "
    "(aebli2002); no measurement in people"
)  # fmt: skip
ARTERIOLE_VOLUME = _assumed(
    5.0 * ML, "m^3", 1.5 * ML, 15.0 * ML, "of both lungs' arterioles that droplets of fat block, 40 to 100 um wide, "
    "recalled counts; in a body of 60 kg"
)  # fmt: skip

# Gases
OXYGEN_DEMAND = (
    Value(125.0 * ML / MINUTE, "m/s", source="fickrule", where="cardiogenic shock page", note="m^3/s per m^2 of body"),
    Value(110.0 * ML / MINUTE, "m/s", source="fickrule", where="cardiogenic shock page", note="from 70 years"),
)
DISSOCIATION = (
    Value(23_400.0, "mmHg^3", source="severinghaus1979", where="abstract, eq. 1"),
    Value(150.0, "mmHg^2", source="severinghaus1979", where="abstract, eq. 1"),
)
OXYGEN_CAPACITY = Value(1.34 * ML / 1e-3, "m^3/kg", source="fickrule", where="formula", note="of haemoglobin")
OXYGEN_SOLUBILITY = Value(
    0.0031 * ML / (100.0 * ML) / MMHG, "1/Pa", source="oxygendelivery", where="formula",
    note="m^3 of gas in m^3 of blood",
)  # fmt: skip
MOST_EXTRACTION = _assumed(0.75, "dimensionless", 0.6, 0.85, "share of arterial oxygen that the body can take up")
INSPIRED_OXYGEN = _assumed(149.0 * MMHG, "Pa", 140.0 * MMHG, 150.0 * MMHG, "moist air at sea level, no mask")
CARBON_DIOXIDE = _assumed(40.0 * MMHG, "Pa", 35.0 * MMHG, 45.0 * MMHG, "arterial, held by breathing as long as it can")
MOST_CARBON_DIOXIDE = _assumed(100.0 * MMHG, "Pa", 80.0 * MMHG, 120.0 * MMHG, "arterial; beyond, patients have died")
EXCHANGE_RATIO = _assumed(0.8, "dimensionless", 0.7, 1.0, "carbon dioxide made over oxygen used")

# Who can live: bounds of a patient at rest
LIVES = {
    "cardiac index": Value(
        3.0 * _L_MIN, "m/s", low=1.8 * _L_MIN, high=5.0 * _L_MIN, source="assumed",
        note="normal 2.4 to 4 (galie2010); below 1.8 is shock (fickrule)",
    ),
    "mean arterial pressure": Value(
        90.0 * MMHG, "Pa", low=60.0 * MMHG, high=130.0 * MMHG, source="assumed",
        note="normal 70 to 100 mmHg; below 60 is shock",
    ),
    "mean pulmonary pressure": Value(
        14.0 * MMHG, "Pa", low=7.0 * MMHG, high=70.0 * MMHG, source="assumed",
        note="normal 14 +/- 3 mmHg (galie2010); long-standing disease reaches 70",
    ),
    "right atrial pressure": Value(
        3.0 * MMHG, "Pa", low=-3.0 * MMHG, high=20.0 * MMHG, source="assumed", note="normal 1 to 6 mmHg (galie2010)"
    ),
    "blood volume for each kilogram": Value(
        65.0 * ML, "m^3/kg", low=38.0 * ML, high=120.0 * ML, source="assumed",
        note="normal 60 to 75 mL/kg; 40 in the very fat; recalled",
    ),
}  # fmt: skip

NORMAL = {
    "cardiac_index": Value(3.2 * _L_MIN, "m/s", low=2.4 * _L_MIN, high=4.0 * _L_MIN, source="galie2010", where="table"),
    "pulmonary_pressure": Value(
        14.0 * MMHG, "Pa", low=8.0 * MMHG, high=20.0 * MMHG, source="galie2010", where="table", note="14 +/- 3, two sd"
    ),
    "right_atrial_pressure": Value(
        3.5 * MMHG, "Pa", low=1.0 * MMHG, high=6.0 * MMHG, source="galie2010", where="table"
    ),
    "wedge_pressure": Value(8.0 * MMHG, "Pa", low=4.0 * MMHG, high=12.0 * MMHG, source="galie2010", where="table"),
    "arterial_pressure": Value(
        85.0 * MMHG, "Pa", low=70.0 * MMHG, high=105.0 * MMHG, source="cvsim", where="initial.c, ABR_setpoint to 105",
        note="70 to 100 in nursing tables",
    ),
    "right_ejection": Value(0.59, "dimensionless", low=0.45, high=0.75, source="rightheart3d2022", where="abstract",
                            note="59 +/- 5 by echo; three sd"),
}  # fmt: skip
"""Printed normal ranges at rest, for tests and reports."""
