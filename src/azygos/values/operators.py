"""What an operator sees: leaks on the screen against CT afterwards.

Delay and smallest visible leak are drawn (``uncertainty``); neither was measured.
"""

from __future__ import annotations

from azygos.values.value import Value


def _palm(number: float, what: str) -> Value:
    return Value(number, "dimensionless", source="palm2018", where=f"abstract: {what}, 78 patients, 115 vertebrae")


FLUOROSCOPY_SEES: dict[str, Value] = {
    "vascular": _palm(0.51, "fluoroscopy, intravascular"),
    "canal": _palm(0.21, "fluoroscopy, epidural"),
    "disc": _palm(0.75, "fluoroscopy, disc"),
    "outside": _palm(0.31, "fluoroscopy, extravertebral"),
}
"""Share of the leaks on CT that were seen during the injection."""

FILM_SEES: dict[str, Value] = {
    "vascular": _palm(0.70, "radiograph, intravascular"),
    "canal": _palm(0.42, "radiograph, epidural"),
    "disc": _palm(0.82, "radiograph, disc"),
    "outside": _palm(0.50, "radiograph, extravertebral"),
}
"""Share of the leaks on CT that were seen on a film afterwards."""

EARLY_INJECTION_AGE = Value(
    400.0, "s", low=300.0, high=500.0, source="krebs2005", where="abstract", note="after mixing; 'late' is beyond 500 s"
)
