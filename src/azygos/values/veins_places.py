"""Where the veins of the spine lie, beside and in front of the vertebral bodies."""

from __future__ import annotations

from azygos.ground.units import MM
from azygos.values.value import Value


def _mm(number: float, low: float, high: float, note: str) -> Value:
    return Value(number * MM, "m", low=low * MM, high=high * MM, source="assumed", note=f"{note}; no measured table")


BEFORE_BODY = _mm(4.0, 1.0, 8.0, "from the front of a body to the middle of a vein on it")
BESIDE_BODY = _mm(4.0, 1.0, 8.0, "from the side of a body to a segmental vein")
AZYGOS_RIGHT = {
    "T12": _mm(8.0, 0.0, 15.0, "azygos right of the middle"),
    "T11": _mm(6.0, -2.0, 13.0, "azygos right of the middle"),
    "T10": _mm(4.0, -4.0, 11.0, "azygos right of the middle"),
    "T9": _mm(2.0, -8.0, 9.0, "azygos right of the middle; furthest left at 3/5 of its height (bales2014)"),
    "T8": _mm(1.0, -8.0, 8.0, "azygos right of the middle; crosses to the left in 70 % (bales2014)"),
    "T7": _mm(2.0, -8.0, 9.0, "azygos right of the middle"),
    "T6": _mm(6.0, -3.0, 12.0, "azygos right of the middle"),
    "T5": _mm(11.0, 4.0, 18.0, "azygos right of the middle"),
}
HEMIAZYGOS_LEFT = _mm(15.0, 8.0, 22.0, "hemiazygos left of the middle")
ASCENDING_LUMBAR_BESIDE = _mm(26.0, 18.0, 34.0, "ascending lumbar vein from the middle")
ASCENDING_LUMBAR_BEHIND = _mm(16.0, 8.0, 24.0, "ascending lumbar vein behind the middle of the body")
EPIDURAL_BEHIND = _mm(3.0, 1.0, 5.0, "anterior internal plexus behind the back wall")
INTERVERTEBRAL_BESIDE = _mm(14.0, 9.0, 20.0, "vein of the foramen from the middle")
RENAL = _mm(75.0, 60.0, 90.0, "hilum of the kidney from the middle")
ILIAC = _mm(35.0, 25.0, 45.0, "common iliac vein from the middle, 50 mm below the confluence")
BRACHIOCEPHALIC = _mm(50.0, 35.0, 65.0, "beginning of the left brachiocephalic vein from the middle")
SUPERIOR_INTERCOSTAL = _mm(16.0, 10.0, 22.0, "from the middle, at T3")
