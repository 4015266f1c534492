"""Right atrium, valves and right ventricle: sizes, beat, walls, and what is not known about them."""

from __future__ import annotations

from azygos.values.hardening import COHESION_FACTOR
from azygos.values.uncertainty import Uncertain
from azygos.values.value import Value


def _seen(number: float, unit: str, low: float, high: float, source: str, where: str, note: str = "") -> Value:
    return Value(number, unit, low=low, high=high, source=source, where=where, note=note)


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


DRAWN: dict[str, Uncertain] = {
    "heart_rate": Uncertain(
        "normal", _assumed(1.17, "1/s", 0.83, 1.67, "70 a minute, 50 to 100 at rest"), bounded=True, sd=0.2
    ),
    "atrium_volume_index": Uncertain(
        "normal",
        _seen(29e-6, "m", 15e-6, 43e-6, "rightheart3d2022", "abstract", "m^3 per m^2 of body; sd 7 mL"),
        bounded=True,
        sd=7e-6,
    ),
    "atrium_width": Uncertain("uniform", _seen(37e-3, "m", 29e-3, 45e-3, "aselimits", "limits", "minor axis")),
    "ring_long": Uncertain(
        "normal", _seen(36e-3, "m", 28e-3, 44e-3, "addetia2019", "end-diastole; sd 4 mm"), bounded=True, sd=4e-3
    ),
    "ring_shrinks": Uncertain(
        "normal",
        _seen(0.35, "dimensionless", 0.15, 0.55, "addetia2019", "share of its area in a beat; sd 0.10"),
        bounded=True,
        sd=0.10,
    ),
    "ventricle_width": Uncertain(
        "normal", _seen(33e-3, "m", 25e-3, 41e-3, "aselimits", "base; sd 4 mm"), bounded=True, sd=4e-3
    ),
    "ventricle_length": Uncertain(
        "normal", _seen(71e-3, "m", 59e-3, 83e-3, "aselimits", "base to apex; sd 6 mm"), bounded=True, sd=6e-3
    ),
    "ejection": Uncertain(
        "normal",
        _seen(0.59, "dimensionless", 0.49, 0.69, "rightheart3d2022", "abstract; sd 0.05"),
        bounded=True,
        sd=0.05,
    ),
    "shortening": Uncertain(
        "uniform",
        _assumed(0.29, "dimensionless", 0.22, 0.36, "of the ventricle's length in a beat: the ring moves 16 to 26 mm"),
    ),
    "outflow_width": Uncertain(
        "uniform", _seen(27e-3, "m", 25e-3, 29e-3, "aselimits", "outflow tract below the valve")
    ),
    "valve_width": Uncertain(
        "uniform", _assumed(21.5e-3, "m", 19e-3, 24e-3, "pulmonary valve ring, recalled 20 to 23 mm")
    ),
    "trunk_width": Uncertain("uniform", _seen(20e-3, "m", 17e-3, 23e-3, "aselimits", "outflow tract above the valve")),
    "turn_in": Uncertain(
        "uniform", _assumed(100.0, "deg", 75.0, 125.0, "from cava to tricuspid valve; 98 deg between the landmarks")
    ),
    "turn_out": Uncertain(
        "uniform", _assumed(100.0, "deg", 75.0, 125.0, "from inflow to outflow; 108 deg between the landmarks")
    ),
    "peak_pressure": Uncertain(
        "uniform", _assumed(3300.0, "Pa", 2400.0, 4300.0, "right ventricle in systole, 18 to 32 mmHg at rest")
    ),
    "wall_contact": Uncertain(
        "log-uniform",
        _assumed(0.3, "dimensionless", 0.1, 1.0, "share of the squeeze that a cord bears, on its side or end"),
    ),
    "wall_strength": Uncertain(
        "normal",
        _seen(
            0.69e6,
            "Pa",
            0.2e6,
            1.22e6,
            "shah2011",
            "abstract: 300.6 g, sd 116.8, pig's right atrium",
            "over the section of its catheter of 7 French; the ventricle is said to be alike, number not seen",
        ),
        bounded=True,
        sd=0.27e6,
    ),
    "wall_fatigue": Uncertain(
        "uniform",
        _assumed(0.10, "dimensionless", 0.05, 0.15, "share of a wall's strength lost with each tenfold of beats"),
    ),
    "end_on": Uncertain(
        "log-uniform",
        _assumed(
            0.2,
            "dimensionless",
            0.08,
            0.5,
            "chance that a piece which stays meets the wall with its end; 6 of 72 were symptomatic in a series, "
            "15 of 31 reported cases pierced a wall or bled: a floor and a ceiling, no measurement",
        ),
    ),
    "tip_sharpness": Uncertain(
        "log-uniform",
        _assumed(0.55, "dimensionless", 0.3, 1.0, "width of a cord's end over the cord's; broken ends are sharp"),
    ),
    "cement_strength": Uncertain(
        "log-uniform",
        _assumed(0.87, "dimensionless", 0.5, 1.5, "on the strength of set cement; 25 to 75 MPa with blood and pores"),
    ),
    "cement_fatigue": Uncertain(
        "uniform",
        _assumed(0.10, "dimensionless", 0.07, 0.13, "share of set cement's strength lost with each tenfold of beats"),
    ),
    "hole_leaks": Uncertain(
        "log-uniform", _assumed(0.02, "dimensionless", 1e-3, 0.4, "share of the hole that the cord in it leaves open")
    ),
    "effusion_most": Uncertain(
        "log-uniform", _assumed(250e-6, "m^3", 80e-6, 800e-6, "bleeding stops by itself, as the hole clots or closes")
    ),
    "foramen_width": Uncertain(
        "log-normal",
        _seen(4.9e-3, "m", 1.5e-3, 10e-3, "hagen1984", "abstract", "mean 4.9 mm, 1 to 10 mm in 98 %, longest 19"),
    ),
    "foramen_share": Uncertain(
        "log-uniform",
        _assumed(0.01, "dimensionless", 1e-3, 0.1, "share of the atrium's stream that an open foramen takes"),
    ),
    "puncture_exponent": Uncertain(
        "uniform",
        _assumed(
            1.5,
            "dimensionless",
            1.0,
            2.0,
            "force that pierces a wall goes with this power of the tip's width: 1 if it tears along a rim, 2 if it "
            "bursts under a pressure; force was measured at one width only",
        ),
    ),
    "cohesion_factor": Uncertain("log-uniform", COHESION_FACTOR),
}
"""What differs from patient to patient, by the name it has in ``azygos.heart.Heart``."""

RING_SHORT = Value(
    30.0 / 36.0,
    "dimensionless",
    source="addetia2019",
    where="short over long axis of the tricuspid ring, 30 over 36 mm",
)
VENTRICLE_INDEX = {
    "echo": Uncertain(
        "normal",
        _seen(57e-6, "m", 25e-6, 89e-6, "rightheart3d2022", "abstract", "m^3 per m^2; sd 16 mL"),
        bounded=True,
        sd=16e-6,
    ),
    "female": Uncertain(
        "normal",
        _seen(75.2e-6, "m", 48e-6, 103e-6, "alfakih2003", "abstract", "m^3 per m^2; sd 13.8 mL"),
        bounded=True,
        sd=13.8e-6,
    ),
    "male": Uncertain(
        "normal",
        _seen(86.2e-6, "m", 58e-6, 114e-6, "alfakih2003", "abstract", "m^3 per m^2; sd 14.1 mL"),
        bounded=True,
        sd=14.1e-6,
    ),
}
"""Filled right ventricle: echo and magnetic resonance disagree, so each is taken half of the time."""

FORAMEN_OPEN = {
    30.0: _seen(
        0.343, "dimensionless", 0.25, 0.45, "hagen1984", "abstract", "first three decades; range for the sample's size"
    ),
    80.0: _seen(
        0.254, "dimensionless", 0.22, 0.29, "hagen1984", "abstract", "4th to 8th decade; range for the sample's size"
    ),
    120.0: _seen(
        0.202, "dimensionless", 0.14, 0.27, "hagen1984", "abstract", "9th and 10th decade; range for the sample's size"
    ),
}
"""Share of hearts whose foramen ovale is open, up to an age [years]."""

FILLING_SHARE = _assumed(0.6, "dimensionless", 0.5, 0.7, "of a beat in which the tricuspid valve is open")
EJECTION_SHARE = _assumed(0.35, "dimensionless", 0.25, 0.45, "of a beat in which the ventricle ejects")
ATRIAL_SHARE = _assumed(0.25, "dimensionless", 0.15, 0.4, "right atrium's peak pressure over the ventricle's")
MEAN_PRESSURE_SHARE = _assumed(0.45, "dimensionless", 0.3, 0.6, "right ventricle's mean pressure over its peak")
CATHETER_WIDTH = Value(
    7e-3 / 3.0, "m", source="shah2011", where="abstract", note="7 French, with which the wall's strength was measured"
)
PRESSED_VENTRICLE = _assumed(
    112e-6,
    "m^3",
    100e-6,
    125e-6,
    "filled right ventricle of the model whose pericardium is taken (smith2004), as computed with its parameters",
)
ORIFICE = _assumed(0.6, "dimensionless", 0.55, 0.7, "discharge of a sharp-edged hole, textbooks of hydraulics")
SUPERIOR_SHARE = _assumed(0.35, "dimensionless", 0.25, 0.45, "of the return that comes by the superior cava")
RESTING_INDEX = _assumed(5e-5, "m/s", 4e-5, 6e-5, "m^3/s per m^2 of body, 3 L/min over 60 years; for pictures only")
HORIZON = _assumed(3.15e7, "s", 3e7, 3.3e7, "a year: later breaks and holes are not followed")
