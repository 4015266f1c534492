"""Names of the arteries of the lungs, from the trunk to the 20 segments."""

from __future__ import annotations

from dataclasses import dataclass

LOBES = ("RUL", "RML", "RLL", "LUL", "LLL")
SEGMENTS = tuple(f"{side}{number}" for side in "RL" for number in range(1, 11))
"""The 20 segments that Qanadli counts; L1 and L2 are the two parts of the apicoposterior segment."""

LOBE_WORDS = {
    "RUL": "right upper lobe", "RML": "middle lobe", "RLL": "right lower lobe", "LUL": "left upper lobe",
    "LLL": "left lower lobe",
}  # fmt: skip
SEGMENT_WORDS = {
    "R1": "apical", "R2": "posterior", "R3": "anterior", "R4": "lateral", "R5": "medial", "R6": "superior",
    "R7": "medial basal", "R8": "anterior basal", "R9": "lateral basal", "R10": "posterior basal",
    "L1": "apical", "L2": "posterior", "L3": "anterior", "L4": "superior lingular", "L5": "inferior lingular",
    "L6": "superior", "L7": "medial basal", "L8": "anterior basal", "L9": "lateral basal", "L10": "posterior basal",
}  # fmt: skip
SEGMENT_LOBE = {
    **dict.fromkeys(("R1", "R2", "R3"), "RUL"), **dict.fromkeys(("R4", "R5"), "RML"),
    **dict.fromkeys(("R6", "R7", "R8", "R9", "R10"), "RLL"), **dict.fromkeys(("L1", "L2", "L3", "L4", "L5"), "LUL"),
    **dict.fromkeys(("L6", "L7", "L8", "L9", "L10"), "LLL"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedArtery:
    """An artery that has a name of its own."""

    name: str
    parent: int  # place in ARTERIES, -1 for the trunk
    kind: str  # "main", "interlobar", "lobar" or "segmental"
    side: str  # "right", "left" or "" for the trunk
    lobe: str  # "" above the lobes
    segment: str  # "" above the segments
    beyond: tuple[str, ...]  # segments that it supplies


def _artery(name: str, parent: int, kind: str, beyond: str) -> NamedArtery:
    segments = tuple(beyond.split())
    sides = {segment[0] for segment in segments}
    lobes = {SEGMENT_LOBE[segment] for segment in segments}
    return NamedArtery(
        name=name,
        parent=parent,
        kind=kind,
        side={"R": "right", "L": "left"}[sides.pop()] if len(sides) == 1 else "",
        lobe=lobes.pop() if len(lobes) == 1 and kind in ("lobar", "segmental") else "",
        segment=segments[0] if kind == "segmental" else "",
        beyond=segments,
    )


_LOWER_R, _LOWER_L = "R7 R8 R9 R10", "L7 L8 L9 L10"
_PROXIMAL = (
    ("pulmonary trunk", -1, "main", " ".join(SEGMENTS)),
    ("right main pulmonary artery", 0, "main", " ".join(SEGMENTS[:10])),
    ("left main pulmonary artery", 0, "main", " ".join(SEGMENTS[10:])),
    ("right upper lobe artery", 1, "lobar", "R1 R2 R3"),
    ("right interlobar artery", 1, "interlobar", f"R4 R5 R6 {_LOWER_R}"),
    ("left upper lobe artery", 2, "lobar", "L1 L2 L3"),
    ("left interlobar artery", 2, "interlobar", f"L4 L5 L6 {_LOWER_L}"),
    ("middle lobe artery", 4, "lobar", "R4 R5"),
    ("right lower lobe artery", 4, "lobar", f"R6 {_LOWER_R}"),
    ("lingular artery", 6, "lobar", "L4 L5"),
    ("left lower lobe artery", 6, "lobar", f"L6 {_LOWER_L}"),
    ("right basal trunk", 8, "lobar", _LOWER_R),
    ("left basal trunk", 10, "lobar", _LOWER_L),
)


def _arteries() -> tuple[NamedArtery, ...]:
    named = [_artery(*row) for row in _PROXIMAL]
    for segment in SEGMENTS:
        parent = max(at for at, artery in enumerate(named[: len(_PROXIMAL)]) if segment in artery.beyond)
        lobe = SEGMENT_LOBE[segment]
        named.append(
            _artery(f"{LOBE_WORDS[lobe]}, {SEGMENT_WORDS[segment]} artery ({segment})", parent, "segmental", segment)
        )
    return tuple(named)


ARTERIES = _arteries()
"""The trunk first; a parent always stands before its daughters."""


def artery_name(named: int, beyond: int) -> str:
    """Name of an artery, as a radiologist would write it.

    Parameters
    ----------
    named : int
        Place in ``ARTERIES`` of the last artery with a name on the way to it.
    beyond : int
        Branchings beyond that one.

    Examples
    --------
    >>> artery_name(0, 0), artery_name(22, 2)
    ('pulmonary trunk', 'right lower lobe, posterior basal artery (R10), 2 branchings beyond')
    """
    name = ARTERIES[named].name
    return name if beyond == 0 else f"{name}, {beyond} branching{'s' if beyond > 1 else ''} beyond"
