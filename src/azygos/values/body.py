"""Who is treated: sizes and ages of patients with vertebral fractures, and how a session goes."""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


SHARE_OF_WOMEN = _assumed(0.75, "dimensionless", 0.6, 0.85, "of patients with osteoporotic fractures, recalled")
AGE = _assumed(74.0, "year", 55.0, 92.0, "of such patients; drawn normally, range two sd")
HEIGHT = {
    "female": _assumed(1.58, "m", 1.46, 1.70, "older women; drawn normally, range two sd"),
    "male": _assumed(1.70, "m", 1.57, 1.83, "older men; drawn normally, range two sd"),
}
MASS_INDEX = _assumed(25.5, "kg/m^2", 18.0, 36.0, "body mass index; drawn log-normally, range two sd")
SETTLES = _assumed(
    600.0, "s", 300.0, 1200.0, "how long a patient stays prone after the last push, until the cement has set"
)
CARDIAC_INDEX = Value(
    5.0e-5,
    "m/s",
    low=3.7e-5,
    high=6.3e-5,
    source="carlsson2012",
    where="abstract",
    note="output of the heart over body surface above 60 years: 3.0 +/- 0.4 L/min/m^2, range two sd",
)
