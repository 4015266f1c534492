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
    10.0, "dimensionless", low=3.0, high=30.0, source="assumed", note="an element's own noise, in photons of mean energy"
)
