"""What a trace found, in a few plain lines for the terminal; the report's headline goes before them."""

from __future__ import annotations

from azygos.ground.findings import Findings, Piece
from azygos.ground.places import REPORTED
from azygos.study.result import TraceResult

MOST_PIECES = 12


def summarise_trace(result: TraceResult) -> list[str]:
    """Each reported piece, how many candidates there are, and what could not be seen."""
    found = result.findings
    lines = [_line(piece) for piece in found.reported[:MOST_PIECES]]
    more = len(found.reported) - MOST_PIECES
    if more > 0:
        lines.append(f"and {more} more, in pieces.csv.")
    lines.append(_others(found))
    if found.butscheidt is not None:
        lines.append(f"Cement in the lungs: Butscheidt grade {found.butscheidt}.")
    if found.not_seen:
        lines.append(f"Not in the field: {', '.join(found.not_seen)}.")
    if found.blind:
        lines.append(f"Blind for cement in: {', '.join(dict.fromkeys(one.region for one in found.blind))}.")
    return [*lines, *result.notes]


def _others(found: Findings) -> str:
    """Candidates, those that would change care apart, and what is not cement."""
    there = sum(piece.place.site in REPORTED for piece in found.candidates)
    where = f", {there} of them in azygos, great veins, heart or lungs" if there else ""
    others = _counted(len(found.not_cement), "bright thing")
    return f"{_counted(len(found.candidates), 'candidate')}{where}; {others} not cement."


def _line(piece: Piece) -> str:
    volume = piece.volume_ml
    origin = f"from {piece.origin.level}" if piece.origin.level else "origin cannot be told"
    return (
        f"{piece.number}: {piece.place.words}, {volume.value:.2g} mL ({volume.low:.2g} to {volume.high:.2g}), "
        f"{piece.length_mm:.0f} mm long, {origin}, certainty {piece.certainty:.2f}"
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
