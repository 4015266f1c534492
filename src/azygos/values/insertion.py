"""What is assumed where cement is put into a real CT: its blur where no edge shows it, and the heart's motion."""

from __future__ import annotations

from azygos.values.value import Value

IN_PLANE_FWHM = Value(
    1.0, "mm", low=0.6, high=1.6, source="assumed", note="a chest CT's blur in the plane, where no wall shows it"
)
HEART_TRAVEL = Value(
    10.0, "mm", low=5.0, high=15.0, source="assumed",
    note="way of a piece in the heart from one end of its motion to the other; no measured figure was found",
)  # fmt: skip
BEAT_SEEN = Value(
    0.4, "dimensionless", low=0.2, high=0.7, source="assumed",
    note="share of a beat that passes while one slice is taken: 0.2 to 0.4 s of 0.6 to 1 s, ungated",
)  # fmt: skip
