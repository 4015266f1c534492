"""Geometry and detectors of X-ray machines, as far as noise depends on them."""

from __future__ import annotations

from azygos.values.value import Value

FOCUS_TO_AXIS_MM = Value(
    570.0, "mm", low=530.0, high=630.0, source="assumed", note="focus of the tube to the scanner's axis; recalled"
)
DETECTIVE_SHARE = Value(
    0.7, "dimensionless", low=0.5, high=0.9, source="assumed", note="of the photons that reach an element; no bow-tie"
)
ELECTRONIC_PHOTONS = Value(
    10.0,
    "dimensionless",
    low=3.0,
    high=30.0,
    source="assumed",
    note="an element's own noise, in photons of mean energy",
)
ORDINARY_MAS = Value(
    200.0, "mA s", low=80.0, high=300.0, source="assumed",
    note="of one turn, for a dose of 1; recalled, and chosen so that its noise is near that of the image domain",
)  # fmt: skip

# --- fluoroscopy -----------------------------------------------------------------------

SCREEN_KVP = 80
"""Tube voltage of the C-arm [kV]; no source was sought, lumbar spines are usually seen at 70 to 90 (recalled)."""
BODY_THICKNESS_MM = {
    "AP": Value(210.0, "mm", low=170.0, high=280.0, source="assumed", note="soft tissue from back to belly"),
    "lateral": Value(320.0, "mm", low=260.0, high=420.0, source="assumed", note="soft tissue from side to side"),
}
SCATTERED_SHARE = {
    "AP": Value(0.40, "dimensionless", low=0.25, high=0.55, source="assumed", note="of the signal, behind a grid"),
    "lateral": Value(0.50, "dimensionless", low=0.35, high=0.65, source="assumed", note="of the signal, behind a grid"),
}
FRAME_PHOTONS = Value(
    700.0, "1/mm^2", low=200.0, high=2500.0, source="assumed",
    note="counted in one frame behind the body; 10 to 80 nGy a frame at 30000 photons/mm^2 in 1 uGy, both recalled",
)  # fmt: skip
SCREEN_BLUR_MM = Value(
    0.6, "mm", low=0.4, high=1.0, source="assumed", note="full width at half maximum of detector, focus and breath"
)
SCREEN_PIXEL_MM = Value(0.4, "mm", low=0.2, high=0.5, source="assumed", note="in the spine's plane; a choice")
ROSE = Value(
    5.0,
    "dimensionless",
    low=3.0,
    high=7.0,
    source="assumed",
    note="signal over noise that an eye needs (Rose); recalled",
)
