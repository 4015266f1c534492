"""Where veins and vessels run along the spine, and what lies on its bone: by these the tracer names a piece."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.units import MM
from azygos.values.value import Value

_NO_TABLE = "no public label map or measured table of its place exists; read off sections of textbooks"


def _aside(share: float) -> Value:
    return Value(
        share, "dimensionless", low=share - 0.4, high=share + 0.4, source="assumed",
        note=f"to the left, in half widths of the vertebral body; {_NO_TABLE}; right of the midline all the way in "
        "only 5 % and crossing to the left in 70 % (remembered from dissections), hence the wide range",
    )  # fmt: skip


def _distance(number_mm: float, spread_mm: float, what: str) -> Value:
    return Value(
        round(number_mm * MM, 6), "m", low=round((number_mm - spread_mm) * MM, 6),
        high=round((number_mm + spread_mm) * MM, 6), source="assumed", note=f"{what}; {_NO_TABLE}",
    )  # fmt: skip


def _chance(number: float, why: str) -> Value:
    return Value(
        number, "dimensionless", low=max(0.0, number - 0.3), high=min(1.0, number + 0.3), source="assumed",
        note=f"chance that what lies in the middle of the corridor lies in the vein and not beside it; {why}",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stretch:
    """Middle and spread of a vein at the height of one vertebra."""

    level: str
    aside: Value  # to the left of the body's centre, in half widths of the body
    ahead: Value  # in front of the body's front wall
    spread_aside: Value  # standard deviation to the side
    spread_ahead: Value
    chance: Value


def _stretch(level: str, aside: float, ahead: float, spread: tuple[float, float], chance: float, why: str) -> Stretch:
    return Stretch(
        level,
        _aside(aside),
        _distance(ahead, 4.0, "middle of the vein in front of the body's front wall"),
        _distance(spread[0], 3.0, "standard deviation of its place to the side"),
        _distance(spread[1], 2.0, "standard deviation of its place to the front"),
        _chance(chance, why),
    )


AZYGOS: tuple[Stretch, ...] = (
    _stretch("T4", -0.55, 8.0, (6.0, 6.0), 0.75, "turns forward into its arch"),
    _stretch("T5", -0.50, 5.0, (6.0, 4.5), 0.75, "wide, close to its arch"),
    _stretch("T8", -0.30, 3.5, (7.0, 4.0), 0.70, "in mid-thorax on the front of the bodies"),
    _stretch("T11", -0.45, 2.5, (6.5, 4.0), 0.60, "behind the crus"),
    _stretch("T12", -0.70, 0.0, (6.0, 5.0), 0.45, "roots vary"),
    _stretch("L1", -1.00, -8.0, (6.0, 6.0), 0.25, "right ascending lumbar vein; its root is inconstant"),
    _stretch("L2", -1.15, -20.0, (6.0, 7.0), 0.15, "right ascending lumbar vein, under the psoas"),
)
"""From above to below; below T12 the right ascending lumbar vein is given under the azygos."""

HEMIAZYGOS: tuple[Stretch, ...] = (
    _stretch("T4", 0.85, -4.0, (6.0, 5.0), 0.20, "accessory hemiazygos, often small"),
    _stretch("T7", 0.80, -4.0, (6.5, 5.0), 0.35, "accessory hemiazygos; both join the azygos at T8 to T10"),
    _stretch("T9", 0.60, 0.0, (8.0, 5.0), 0.45, "crosses behind the aorta at T8 to T10"),
    _stretch("T11", 0.80, -3.0, (6.5, 5.0), 0.45, "left of the bodies behind the aorta"),
    _stretch("L1", 1.00, -8.0, (6.0, 6.0), 0.25, "left ascending lumbar vein"),
    _stretch("L2", 1.15, -20.0, (6.0, 7.0), 0.15, "left ascending lumbar vein, under the psoas"),
)
"""From above to below; the accessory hemiazygos and the left ascending lumbar vein are given under it."""

ARCH_LEVEL = Value(
    4.7, "dimensionless", low=3.0, high=6.0, source="assumed",
    note="height of the azygos arch, T1 is 1; remembered as ending at T5 in 57 %, T4 in 31 %, T6 in 10 %, T3 in 2 %",
)  # fmt: skip
ARCH_SPREAD = _distance(7.0, 3.0, "standard deviation about the arch's line")
ARCH_CHANCE = _chance(0.6, "over the right main bronchus into the back of the superior cava")


def _anchor(level: float, spread: float, why: str) -> tuple[Value, Value]:
    return (
        Value(
            level, "dimensionless", low=level - 1.5 * spread, high=level + 1.5 * spread, source="assumed",
            note=f"T1 is 1, L1 is 13; {why}; no table at hand, textbook heights for a scan lying down, breathed in",
        ),
        Value(
            spread, "dimensionless", low=0.5 * spread, high=2.0 * spread, source="assumed",
            note=f"standard deviation in levels between people; {why}",
        ),
    )  # fmt: skip


ANCHORS: dict[str, tuple[Value, Value]] = {
    "carina": _anchor(5.2, 0.8, "carina"),
    "lung apex": _anchor(0.8, 0.7, "top of the higher lung"),
    "right dome": _anchor(9.5, 1.0, "top of the right dome of the diaphragm"),
    "lung base": _anchor(12.8, 1.0, "lowest point of the lungs"),
    "last rib": _anchor(12.85, 0.5, "lowest rib, 44 to 52 mm beside the spine, below its head"),
    "iliac crest": _anchor(16.5, 0.5, "top of the iliac crests, between L4 and L5"),
}
"""Level at which a landmark lies, and its spread."""


def _cava(level: str, aside: float, ahead: float, spread: float) -> Stretch:
    why = "inferior cava; the further up, the further it leaves the spine towards the right atrium"
    return _stretch(level, aside, ahead, (spread, spread), 0.8, why)


CAVA: tuple[Stretch, ...] = (
    _cava("T9", -0.8, 55.0, 12.0),
    _cava("T10", -0.9, 48.0, 12.0),
    _cava("T12", -1.1, 34.0, 11.0),
    _cava("L1", -1.15, 25.0, 10.0),
    _cava("L3", -1.0, 12.0, 8.0),
    _cava("L5", -0.7, 10.0, 8.0),
)
"""The inferior vena cava from above to below."""

AORTA: tuple[Stretch, ...] = (
    _stretch("T5", 1.5, 2.0, (9.0, 9.0), 0.9, "descending aorta, left of the bodies"),
    _stretch("T8", 1.1, 8.0, (9.0, 9.0), 0.9, "descending aorta"),
    _stretch("T11", 0.5, 12.0, (9.0, 8.0), 0.9, "descending aorta, turns to the front"),
    _stretch("L1", 0.3, 13.0, (8.0, 8.0), 0.9, "abdominal aorta"),
    _stretch("L4", 0.2, 12.0, (8.0, 7.0), 0.9, "abdominal aorta, down to its fork"),
)
"""The aorta along the spine, from above to below; only to tell the veins from it."""


def _fissure(share: float, what: str) -> Value:
    return Value(
        share, "dimensionless", low=max(0.0, share - 0.15), high=share + 0.15, source="assumed",
        note=f"{what}, as a share of the lung's height from its lowest point; fissures differ much between people",
    )  # fmt: skip


FISSURES: dict[str, Value] = {
    "oblique, in front": _fissure(0.12, "height at which the plane of the oblique fissure meets the lung's front"),
    "oblique, behind": _fissure(0.78, "height at which the plane of the oblique fissure meets the lung's back"),
    "horizontal": _fissure(0.50, "height of the horizontal fissure"),
}
"""Where planes that stand for the fissures lie."""


def _near_bone(number_mm: float, low_mm: float, high_mm: float, why: str) -> Value:
    low, high = round(low_mm * MM, 6), round(high_mm * MM, 6)
    return Value(round(number_mm * MM, 6), "m", low=low, high=high, source="assumed", note=why)


def _ratio(number: float, low: float, high: float, why: str) -> Value:
    return Value(number, "dimensionless", low=low, high=high, source="assumed", note=why)


TOUCHES = _near_bone(
    4.5, 3.0, 6.0,
    "from the bodies' outline within which a point touches the bone: the outline may be off by 2 mm, and end plates "
    "stand about 2 mm before the waist that it follows",
)  # fmt: skip
TOUCHING = _ratio(0.1, 0.05, 0.3, "least share of a piece that must touch the bone; a lump stands off it with the rest")
ON_WALL = _near_bone(
    8.0, 5.0, 10.0,
    "from the bodies' outline within which tissue belongs to the wall; that lung so near to the bone holds no artery "
    "wide enough to be seen is an assumption",
)  # fmt: skip
MOSTLY_ON_WALL = _ratio(0.5, 0.3, 0.7, "least share of a piece that must lie within the wall's tissue: most of it")
MOSTLY_BESIDE_SPINE = _ratio(
    0.5, 0.3, 0.9, "least share of a piece between the ends of the spine's line: beyond them no outline is known"
)
AT_ONCE = _near_bone(2.0, 1.0, 3.0, "from the bodies' outline, for a speck: nearer than the middle of either vein")
TELLS_A_WAY = _near_bone(
    6.0, 4.0, 10.0, "least length of a piece that shows which way it runs: less is two slices of 3 mm"
)
THREAD = _ratio(
    3.0, 2.0, 5.0, "length along the spine over that across it, of what may have been cast in a vein that runs there"
)
LONGER_ACROSS = _near_bone(
    3.0, 2.0, 5.0,
    "by how much a piece that runs around a body is longer across than along: more than blur makes of a ball",
)  # fmt: skip
ROUND_THE_BODY = _ratio(
    0.25, 0.05, 0.6,
    "what is left of a corridor's chance where a piece runs around a body, as the external plexus and the segmental "
    "veins do and the azygos does not; a guess. On CT 46 of 56 venous leaks lay in the anterior external plexus "
    "(vertos2011); no count of the segmental veins is at hand",
)  # fmt: skip
SPECK_ON_BONE = _ratio(
    0.4, 0.15, 0.7,
    "what is left of a corridor's chance for a speck at once on the bone; about the odds of azygos to anterior "
    "external plexus, 5 to 12 leaks, in one series under CT fluoroscopy (row I09 of the evidence on incidence)",
)  # fmt: skip
