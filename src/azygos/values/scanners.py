"""Point spread, noise and scale of CT scanners: how a scan is made, not how it is read."""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


SHARPNESS_MM: dict[str, Value] = {
    "soft": _assumed(1.25, "mm", 1.0, 1.6, "full width at half maximum in the plane; recalled for body kernels"),
    "standard": _assumed(0.95, "mm", 0.8, 1.2, "full width at half maximum in the plane; recalled"),
    "sharp": _assumed(0.72, "mm", 0.55, 0.9, "full width at half maximum in the plane; recalled for lung kernels"),
}
OVERSHOOT: dict[str, Value] = {
    "soft": _assumed(0.0, "dimensionless", 0.0, 0.05, "weight of the negative ring around a point"),
    "standard": _assumed(0.06, "dimensionless", 0.0, 0.15, "weight of the negative ring around a point"),
    "sharp": _assumed(0.30, "dimensionless", 0.15, 0.6, "weight of the negative ring around a point"),
}
RING_WIDTH = _assumed(2.2, "dimensionless", 1.8, 3.0, "width of the negative ring over that of the point's middle")
NOISE_HU: dict[str, Value] = {
    "soft": _assumed(11.0, "HU", 7.0, 18.0, "in the middle of the reference body, slice of 1 mm, ordinary dose"),
    "standard": _assumed(20.0, "HU", 12.0, 30.0, "in the middle of the reference body, slice of 1 mm, ordinary dose"),
    "sharp": _assumed(52.0, "HU", 30.0, 90.0, "in the middle of the reference body, slice of 1 mm, ordinary dose"),
}
NOISE_GRAIN: dict[str, Value] = {
    "soft": _assumed(0.85, "mm", 0.6, 1.2, "standard deviation of the blob that noise is made of"),
    "standard": _assumed(0.60, "mm", 0.45, 0.8, "standard deviation of the blob that noise is made of"),
    "sharp": _assumed(0.36, "mm", 0.25, 0.5, "standard deviation of the blob that noise is made of"),
}
NOISE_RING = _assumed(
    0.8, "dimensionless", 0.5, 1.0, "how much of its slow waves noise lacks after filtered back-projection"
)
REFERENCE_PATH = _assumed(270.0, "mm", 220.0, 330.0, "water that the reference body is worth, mean over angles")
MODULATION = _assumed(
    0.55, "dimensionless", 0.0, 1.0, "share of the path's effect on noise that the tube current's modulation takes away"
)
SLICE_OVERLAP = _assumed(0.18, "dimensionless", 0.05, 0.3, "what noise shares with that of the next slice, contiguous")
KVP_POWER = _assumed(-1.2, "dimensionless", -1.6, -0.9, "power of tube voltage with which noise goes at equal current")
FLOOR_HU = _assumed(-1024.0, "HU", -1024.0, -1000.0, "lowest value of a 12-bit scale")
MOTION_TIMES = _assumed(7.0, "dimensionless", 3.0, 15.0, "places of the beating heart that a rotation averages over")
