"""From single pieces to where they came from and how they hang together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from azygos.ground.findings import Origin, Path, Piece, TreatedLevel
from azygos.ground.parcels import Parcel
from azygos.trace.anatomy import Anatomy
from azygos.trace.oriented import Oriented


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined(Parcel):
    """What is known of the pieces once they are seen together."""

    origins: tuple[Origin, ...]  # one for each piece
    path: Path
    levels: tuple[TreatedLevel, ...]


def join(pieces: Sequence[Piece], anatomy: Anatomy, scan: Oriented) -> Joined:
    """Join pieces along plausible vessels, name the vertebra of each, and tell what each treated vertebra holds."""
    raise NotImplementedError
