"""What decides how cement moves in a vein, and was never measured there."""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


FILM = _assumed(
    5e-6, "m", 1e-6, 30e-6,
    "blood between a sunken cord and the wall; a bare film drains to a micron in a second, red cells are 2 by 8",
)  # fmt: skip
FRICTION = _assumed(0.3, "dimensionless", 0.1, 0.5, "of cement on a wet vein wall; no measurement found")
NECK = _assumed(
    0.2e-3, "m", 0.1e-3, 0.4e-3, "width below which a neck of paste parts: a few grains of powder of 20 to 100 micron"
)
RISES = _assumed(7200.0, "s", 3600.0, 14400.0, "from the first portion to getting up; one to four hours of bed rest")
HEART_WAY = {
    "right atrium": (
        _assumed(0.045, "m", 0.03, 0.06, "from cava to tricuspid valve"),
        _assumed(0.036, "m", 0.03, 0.045, "width"),
    ),
    "right ventricle": (
        _assumed(0.075, "m", 0.06, 0.09, "from tricuspid to pulmonary valve"),
        _assumed(0.030, "m", 0.02, 0.04, "width"),
    ),
    "pulmonary trunk": (
        _assumed(0.045, "m", 0.03, 0.06, "to the bifurcation"),
        _assumed(0.025, "m", 0.02, 0.03, "width"),
    ),
    "right pulmonary artery": (
        _assumed(0.045, "m", 0.03, 0.06, "to the hilum"),
        _assumed(0.016, "m", 0.013, 0.02, "width"),
    ),
}
"""Length and width of the way that a cord may grow on through, for its reach beyond the cava only."""
