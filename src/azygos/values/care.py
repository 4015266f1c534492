"""After the session: clot on cement, drugs, removal, symptoms and what a look at the patient shows. Mostly assumed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from azygos.values.uncertainty import Uncertain
from azygos.values.value import Value

_ADVICE = Path(__file__).with_name("care_advice.csv")
_PER_DAY = 1.0 / 86_400.0


def _seen(number: float, unit: str, low: float, high: float, source: str, where: str, note: str = "") -> Value:
    return Value(number, unit, low=low, high=high, source=source, where=where, note=note)


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


DRAWN: dict[str, Uncertain] = {
    "growth_slow": Uncertain(
        "log-uniform",
        _assumed(
            1e-5 * _PER_DAY, "m/s", 1e-6 * _PER_DAY, 1e-4 * _PER_DAY,
            "clot on wedged cement per bare surface, 0.001 to 0.1 mm a day; the one direct test found PMMA not "
            "thrombogenic (pmmaclot2004)",
        ),
    ),
    "growth_fast": Uncertain(
        "log-uniform",
        _assumed(
            2e-4 * _PER_DAY, "m/s", 4e-5 * _PER_DAY, 1e-3 * _PER_DAY,
            "0.04 to 1 mm a day where clot is said to grow; four reports tell of clot on cement, no rate (casereports)",
        ),
    ),
    "lysis": Uncertain(
        "log-uniform",
        _assumed(
            0.04 * _PER_DAY, "1/s", 0.015 * _PER_DAY, 0.1 * _PER_DAY,
            "by the body, of the volume a day. Shares of patients free of ordinary clot, 42 % at 7 and 71 % at 45 days "
            "(ak2022), 47 % at 8 to 21 (choi2016), 84 % at six months (denexter2015), fall at 0.1 a day at first, at "
            "0.03 by three months; shares of patients are not of volume",
        ),
    ),
    "lysis_by_drug": Uncertain(
        "log-uniform",
        _assumed(
            0.5 * _PER_DAY, "1/s", 0.2 * _PER_DAY, 1.5 * _PER_DAY, "besides the body's own; recalled: a third in a day"
        ),
    ),
    "anticoagulation": Uncertain(
        "uniform",
        _assumed(0.45, "dimensionless", 0.0, 0.9, "share by which anticoagulation slows growth; no figure found"),
    ),
    "heart_stasis": Uncertain(
        "uniform", _assumed(0.1, "dimensionless", 0.0, 0.3, "about cement in the heart; 0 is free flow, 1 wedged")
    ),
}  # fmt: skip
"""What differs from patient to patient, by the name it has in ``azygos.care.CareDraw``."""

PERIPHERAL_FASTER = _seen(
    1.78, "dimensionless", 1.3, 2.4, "ak2022", "hazard ratio", "range assumed; peripheral clot goes faster"
)
CENTRAL_DIAMETER = _assumed(
    7e-3, "m", 6e-3, 8e-3, "narrowest lobar artery: instruments and hands reach as far; segmental ones are about 5.5 mm"
)
LYSIS_LASTS = _assumed(1.0, "day", 0.1, 2.0, "how long a lytic drug acts where the case names no days")
SNAPS = {
    "embolectomy": _assumed(
        0.05,
        "dimensionless",
        0.0,
        0.15,
        "chance that a cord breaks in hand; 1 of 21 reported operations failed (casereports)",
    ),
    "catheter": _assumed(0.3, "dimensionless", 0.1, 0.6, "2 of 7 reported attempts lost parts (casereports)"),
}
SNAP_LEAVES = _assumed(
    0.4, "dimensionless", 0.2, 0.6, "share of the part within reach that a broken cord leaves, drawn evenly"
)

BREATHLESS_FLOW = _assumed(
    0.30,
    "dimensionless",
    0.13,
    0.45,
    "share of the flow lost at which half are breathless; oxygen falls from 0.13 (mcintyre1971)",
)
BREATHLESS_FLOW_WIDTH = _assumed(0.07, "dimensionless", 0.04, 0.12, "spread of that among patients")
BREATHLESS_OXYGEN = _assumed(0.89, "dimensionless", 0.86, 0.92, "saturation at which half are breathless")
BREATHLESS_OXYGEN_WIDTH = _assumed(0.015, "dimensionless", 0.01, 0.03, "spread of that among patients")
BREATHLESS_PRESSURE = _assumed(
    4700.0, "Pa", 4000.0, 5500.0, "mean pulmonary pressure, 35 mmHg, at which half are breathless"
)
BREATHLESS_PRESSURE_WIDTH = _assumed(550.0, "Pa", 300.0, 900.0, "spread of that among patients")
FAINTING_OUTPUT = _assumed(0.35, "dimensionless", 0.25, 0.5, "fall of the output at which half faint or are dizzy")
FAINTING_OUTPUT_WIDTH = _assumed(0.06, "dimensionless", 0.04, 0.1, "spread of that among patients")
PLEURAL_PAIN = _assumed(
    0.01,
    "dimensionless",
    0.002,
    0.05,
    "chest pain for each piece that closes its artery; 1 of 23 patients with 3.2 pieces had symptoms (luetmer2011)",
)
PIERCED_PAIN = _assumed(0.95, "dimensionless", 0.8, 1.0, "chest pain once a wall of the heart is pierced")
HEART_SYMPTOMS = _seen(
    6.0 / 72.0,
    "dimensionless",
    0.03,
    0.17,
    "fadili2019",
    "6 of 72 patients with cement in the heart",
    "range: binomial 95 %",
)
HEART_DELAY = _seen(
    25.0,
    "day",
    7.0,
    90.0,
    "casereports",
    "median of 26 cases with cement in the heart, about 3.5 weeks",
    "range assumed; taken as a half-life",
)

VISIBLE_ON_FILM = _seen(
    0.41,
    "dimensionless",
    0.34,
    0.48,
    "schmidt2005",
    "local leaks on one and on two views over those on CT",
    "none found for the lung",
)
RAISED_PRESSURE = _assumed(
    3333.0,
    "Pa",
    2700.0,
    4000.0,
    "mean pulmonary pressure, 25 mmHg, from which echo shows a strained right ventricle; it has found cement in the "
    "heart at the bedside (bedsideecho2025)",
)
LOW_OXYGEN = _assumed(0.92, "dimensionless", 0.90, 0.94, "saturation below which a visit calls it low")
SEEN_CLOT = _assumed(
    0.1,
    "dimensionless",
    0.05,
    0.25,
    "share of an artery's area from which contrast shows clot; it may hide cement (radiopaedia22072)",
)
SEEN_EFFUSION = _assumed(20e-6, "m^3", 5e-6, 50e-6, "blood in the pericardium from which echo and CT show it")


@dataclass(frozen=True, slots=True)
class Published:
    """One piece of advice as its source gives it."""

    situation: str
    advice: str
    source: str  # key of a reference
    where: str


def _read() -> tuple[Published, ...]:
    with _ADVICE.open(newline="", encoding="utf-8") as lines:
        return tuple(Published(**row) for row in csv.DictReader(lines))


ADVICE = _read()
"""Opinions in print, in the order of their situations."""
