"""Ways out of a vertebral body: the basivertebral foramen, small veins, gaps in the shell.

Almost no calibre of a vertebral vein was measured; those of the vein table are recalled.
"""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


FORAMEN_WIDTH = Value(
    7.8e-3, "m", low=4.6e-3, high=11.0e-3, source="he2023", where="abstract", note="lumbar; sd 1.6 mm"
)
FORAMEN_HEIGHT = Value(
    5.4e-3, "m", low=3.2e-3, high=7.6e-3, source="he2023", where="abstract", note="lumbar; sd 1.1 mm"
)
FORAMEN_SHARE_OF_WIDTH = Value(
    0.2,
    "dimensionless",
    source="he2023",
    where="abstract",
    note="of the body's width; carries the size to other levels",
)
FORAMEN_SHARE_OF_HEIGHT = Value(0.25, "dimensionless", source="he2023", where="abstract", note="of the body's height")
FORAMEN_DEEPEST = _assumed(0.45, "dimensionless", 0.4, 0.6, "largest share of the body's depth, 2/5 seen (he2023)")
FORAMEN_TAPER = _assumed(0.4, "dimensionless", 0.0, 1.0, "width at its end over that at the wall; seen: a triangle")
FORAMEN_FROM_TOP = {
    "upper rim": _assumed(0.45, "dimensionless", 0.35, 0.5, "of height; nearer the upper rim (tzika2021)"),
    "lower rim": _assumed(0.55, "dimensionless", 0.5, 0.65, "of height; nearer the lower rim (tzika2021)"),
    "no side": _assumed(0.5, "dimensionless", 0.4, 0.6, "of height; no significant side (tzika2021)"),
}
FORAMEN_SIDE = {
    **dict.fromkeys(("T1", "T2", "T3", "T4", "T6", "T7", "T8", "L5"), "lower rim"),
    **dict.fromkeys(("T5", "T9"), "no side"),
    **dict.fromkeys(("T10", "T11", "T12", "L1", "L2", "L3", "L4"), "upper rim"),
}
"""Which rim the foramen lies significantly closer to (tzika2021, 1561 dry vertebrae)."""

FORAMEN_COUNT_SHARES = tuple(
    Value(share, "dimensionless", source="tzika2021", where="abstract, 1561 dry vertebrae")
    for share in (0.451, 0.369, 0.038, 0.006)
)
"""Shares of bodies with one to four foramina; the rest, many under 1 mm, is drawn as one."""

BASIVERTEBRAL_RADIUS = _assumed(1.5e-3, "m", 1.0e-3, 2.5e-3, "recalled 3 mm wide; it must fit the foramen")
BASIVERTEBRAL_LENGTH = _assumed(5e-3, "m", 2e-3, 10e-3, "recalled, foramen to anterior internal plexus")
ANTERIOR_RADIUS = _assumed(0.5e-3, "m", 0.25e-3, 1.0e-3, "recalled 1 mm wide, several on the front and its sides")
ANTERIOR_LENGTH = _assumed(
    8e-3, "m", 3e-3, 25e-3, "wall to anterior external plexus; the table's 14-17 mm is half the body's depth, in bone"
)
ANTERIOR_RUN = _assumed(
    0.5,
    "dimensionless",
    0.0,
    1.0,
    "share of the way from wall to middle that a front or side vein runs in bone before it opens; the vein table lets "
    "it start in the middle (14-17 mm), tributaries join it anywhere",
)
SEGMENTAL_RADIUS = _assumed(0.75e-3, "m", 0.4e-3, 1.25e-3, "recalled 1.5 mm wide, external plexus to segmental vein")
SEGMENTAL_LENGTH = _assumed(25e-3, "m", 10e-3, 40e-3, "recalled, external plexus to segmental vein")
SEGMENTAL_ONWARD = _assumed(
    0.3,
    "dimensionless",
    0.1,
    0.5,
    "share of segmental veins whose leak reaches the azygos system (thoracic) or the cava (lumbar)",
)
CORTEX_FRONT = Value(
    0.524e-3, "m", low=0.1e-3, high=1.2e-3, source="fazzalari2006", where="abstract", note="T12-L5; sd 0.35 mm"
)
CORTEX_BACK = Value(
    0.370e-3, "m", low=0.09e-3, high=0.94e-3, source="fazzalari2006", where="abstract", note="T12-L5; sd 0.28 mm"
)
END_PLATE = Value(0.35e-3, "m", low=0.09e-3, high=0.86e-3, source="silva1994", where="abstract", note="shell and plate")
CORTICAL_GAP_BACK = _assumed(0.15, "dimensionless", 0.05, 0.3, "share of cortical gaps in the back wall, to the canal")
END_PLATE_GAP_UPPER = _assumed(0.7, "dimensionless", 0.5, 0.9, "share of end-plate gaps in the upper plate")
ANTERIOR_AZIMUTH = _assumed(0.0, "deg", -75.0, 75.0, "from the front; antero-lateral walls")
ANTERIOR_HEIGHT = _assumed(0.5, "dimensionless", 0.3, 0.7, "of the wall, from the lower plate; about the waist")
SEGMENTAL_AZIMUTH = _assumed(97.5, "deg", 75.0, 120.0, "from the front, either side; lateral walls")
SEGMENTAL_HEIGHT = _assumed(0.5, "dimensionless", 0.35, 0.65, "of the wall; segmental vessels cross the waist")
CORTICAL_AZIMUTH = _assumed(0.0, "deg", -110.0, 110.0, "of gaps in front and at the sides")
CORTICAL_BACK_AZIMUTH = _assumed(180.0, "deg", 140.0, 220.0, "of gaps in the back wall")
GAP_HEIGHT_BROKEN = _assumed(0.78, "dimensionless", 0.6, 0.95, "of the wall; near the upper plate, which mostly breaks")
GAP_HEIGHT_WHOLE = _assumed(0.55, "dimensionless", 0.2, 0.9, "of the wall")
END_PLATE_REACH = _assumed(0.8, "dimensionless", 0.6, 1.0, "of the way to the rim within which plates have gaps")
WHOLE_BODY_GAPS = _assumed(1.0 / 3.0, "dimensionless", 0.0, 1.0, "gaps of a whole body over those of a broken one")
CLEFT_GAPS = _assumed(1, "dimensionless", 0, 2, "more cortical gaps where a cleft lies, one of them at its front")
NEEDLE_GAP = _assumed(0.2e-3, "m", 0.1e-3, 0.3e-3, "width of the ring between needle and bone")
NEEDLE_TRACK_LENGTH = _assumed(15e-3, "m", 5e-3, 30e-3, "through the pedicle; used where entry and wall coincide")
OPEN_CHANNEL = _assumed(
    100.0,
    "dimensionless",
    30.0,
    1000.0,
    "permeability of open space over the body's median, kept finite for the solver",
)
OPEN_CHANNEL_CEILING = _assumed(1e-6, "m^2", 3e-7, 1e-5, "a slit 3.5 mm wide has 1e-6 m^2 (width^2/12)")
COMPACTED_RIM = _assumed(2e-3, "m", 1e-3, 4e-3, "shell into which a balloon presses bone; takes 0.10 to 0.23 for 4 mL")
DENSEST_RIM = _assumed(0.60, "dimensionless", 0.4, 0.8, "bone fraction beyond which a rim cannot be pressed")
