"""Grades that readers of scans know: Butscheidt's of cement in the lungs, Qanadli's of closed arteries."""

from __future__ import annotations

from collections.abc import Sequence

from azygos.ground.findings import Piece, Range
from azygos.ground.places import LOBES, PULMONARY
from azygos.values.joining import TRUNK_DIAMETER_MM

SEGMENTS = dict(zip(LOBES, (3, 2, 5, 5, 5), strict=True))


def butscheidt(pieces: Sequence[Piece], lungs_in_field: bool) -> int | None:
    """Grade 0 to 3 of cement in the pulmonary arteries: 1 for one to three pieces, 2 for four to six, 3 beyond or branched.

    None where no lung is in the field. Source: Butscheidt 2018, doi:10.1007/s00586-018-5581-5.
    """
    if not lungs_in_field:
        return None
    lodged = [piece for piece in pieces if piece.place.site in PULMONARY]
    if any(piece.branches > 0 for piece in lodged) or len(lodged) > 6:
        return 3
    return (len(lodged) + 2) // 3


def qanadli(pieces: Sequence[Piece], lungs_in_field: bool) -> Range | None:
    """Qanadli's obstruction index [%], of the arteries in which cement is seen.

    A segment counts 1 where its artery is partly closed and 2 where it is closed, of 40 in all; a piece in a larger
    artery counts for each segment beyond. The value takes a piece within the lung as closing one segment's artery;
    the interval runs from all partly closed to all closed, and, since the order of the artery is not known, to a
    whole lobe. Clot is not counted.
    """
    if not lungs_in_field:
        return None
    low = value = high = 0.0
    for area, segments in (*SEGMENTS.items(), ("right", 10), ("left", 10), ("", 20)):
        here = [piece for piece in pieces if _area(piece) == area]
        if here and area in SEGMENTS:
            low, value, high = low + 1, value + 2 * min(len(here), segments), high + 2 * segments
        elif here:
            whole = 2 if max(piece.diameter_mm for piece in here) > 0.5 * TRUNK_DIAMETER_MM.number else 1
            partly = segments if all(piece.place.site != "lung" for piece in here) else 1
            low, value, high = low + partly, value + partly, high + whole * segments
    return Range(value=2.5 * min(value, 40.0), low=2.5 * min(low, 40.0), high=2.5 * min(max(high, value), 40.0))


def _area(piece: Piece) -> str | None:
    """Lobe or side whose arteries lie beyond a piece; "" for both lungs, None off the pulmonary arteries."""
    place = piece.place
    if place.site not in PULMONARY:
        return None
    if place.site == "lung" and place.lobe:
        return place.lobe
    return place.side if place.site != "pulmonary_trunk" else ""
