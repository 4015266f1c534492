"""Grades that readers of scans know: Butscheidt's of cement in the lungs, Qanadli's of closed arteries."""

from __future__ import annotations

from collections.abc import Sequence

from azygos.ground.findings import Piece, Range
from azygos.ground.places import LOBES, PULMONARY
from azygos.values.joining import TRUNK_DIAMETER_MM

AREAS = (*zip(LOBES, (3, 2, 5, 5, 5), strict=True), ("right", 10), ("left", 10), ("", 20))  # segments of each


def butscheidt(pieces: Sequence[Piece], lungs_in_field: bool) -> int | None:
    """Grade 0 to 3 of cement in the pulmonary arteries: 1 for one to three pieces, 2 to six, 3 beyond or branched.

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
    points = [_points(area, segments, pieces) for area, segments in AREAS]
    low, value, high = (min(2.5 * sum(part), 100.0) for part in zip(*points, strict=True))
    return Range(value=value, low=low, high=high)


def _points(area: str, segments: int, pieces: Sequence[Piece]) -> tuple[int, int, int]:
    """Least, likeliest and most points of the arteries of one lobe, one side or both lungs."""
    here = [piece for piece in pieces if _area(piece) == area]
    stem = [piece for piece in here if piece.place.site != "lung"]
    if not here:
        return 0, 0, 0
    if stem:  # a large artery: each segment beyond counts
        closed = max(piece.diameter_mm for piece in stem) > 0.5 * TRUNK_DIAMETER_MM.number
        return segments, segments, segments * (2 if closed else 1)
    return 1, 2 * min(len(here), segments), 2 * segments


def _area(piece: Piece) -> str | None:
    """Lobe or side whose arteries lie beyond a piece; "" for both lungs, None off the pulmonary arteries."""
    place = piece.place
    if place.site not in PULMONARY:
        return None
    if place.site == "lung" and place.lobe:
        return place.lobe
    return place.side if place.site != "pulmonary_trunk" else ""
