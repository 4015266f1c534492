"""What a trace found, in a few plain lines for the terminal."""

from __future__ import annotations

from azygos.ground.findings import Findings, Piece
from azygos.study.result import TraceResult

MOST_PIECES = 12


def summarise_trace(result: TraceResult) -> list[str]:
    """The answer first, then each reported piece, then what could not be seen."""
    found = result.findings
    lines = [headline(found), *(_line(piece) for piece in found.reported[:MOST_PIECES])]
    more = len(found.reported) - MOST_PIECES
    if more > 0:
        lines.append(f"and {more} more, in pieces.csv.")
    if found.butscheidt is not None:
        lines.append(f"Cement in the lungs: Butscheidt grade {found.butscheidt}.")
    if found.not_seen:
        lines.append(f"Not in the field: {', '.join(found.not_seen)}.")
    if found.blind:
        lines.append(f"Blind for cement in: {', '.join(dict.fromkeys(one.region for one in found.blind))}.")
    return [*lines, *result.notes]


def headline(found: Findings) -> str:
    """One plain line."""
    reported, candidates = len(found.reported), len(found.candidates)
    rest = (
        f"{_counted(candidates, 'candidate')} elsewhere, {_counted(len(found.not_cement), 'bright thing')} not cement"
    )
    if not reported:
        return f"No cement found in heart, great veins or lungs ({rest})."
    volume = sum(piece.volume_ml.value for piece in found.reported)
    return f"{_counted(reported, 'piece')} of cement in heart, great veins or lungs, {volume:.2g} mL ({rest})."


def _line(piece: Piece) -> str:
    volume = piece.volume_ml
    origin = f"from {piece.origin.level}" if piece.origin.level else "origin cannot be told"
    return (
        f"{piece.number}: {piece.place.words}, {volume.value:.2g} mL ({volume.low:.2g} to {volume.high:.2g}), "
        f"{piece.length_mm:.0f} mm long, {origin}, certainty {piece.certainty:.2f}"
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
