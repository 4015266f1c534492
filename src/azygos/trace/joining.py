"""From single pieces to where they came from and how they hang together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.findings import Asked, Origin, Path, Piece, TreatedLevel
from azygos.ground.parcels import FloatArray, Parcel
from azygos.trace.anatomy import Anatomy
from azygos.trace.earned import unearned
from azygos.trace.levels import Held, describe_levels, find_held
from azygos.trace.lines import points_of
from azygos.trace.oriented import Oriented
from azygos.trace.origin import name_origins
from azygos.trace.path import draw_path, find_ways
from azygos.trace.web import Source, weave
from azygos.values.joining import NAMED_FROM


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joined(Parcel):
    """What is known of the pieces once they are seen together."""

    origins: tuple[Origin, ...]  # one for each piece
    path: Path
    levels: tuple[TreatedLevel, ...]


def join(pieces: Sequence[Piece], anatomy: Anatomy, scan: Oriented, *, asked: Asked | None = None) -> Joined:
    """Join pieces along plausible vessels, name the vertebra of each, and tell what each treated vertebra holds."""
    clouds = [points_of(piece, scan) for piece in pieces]
    held = find_held(pieces, clouds, anatomy)
    sources = [
        Source(level=one.name, piece=one.largest, centre_mm=one.points_mm.mean(axis=0), points_mm=_left_by(one, held))
        for one in held
    ]
    web = weave(pieces, clouds, sources, anatomy, scan)
    ways = find_ways(web, sources)
    origins = name_origins(pieces, clouds, held, web, ways, asked)
    levels = describe_levels(held, pieces, clouds, origins, anatomy, float(scan.spacing_mm.max()))
    path = draw_path(web, ways, sources, unearned(pieces, web))
    return Joined(origins=origins, path=path, levels=levels)


def _left_by(one: Held, held: Sequence[Held]) -> FloatArray:
    """Cement (n, 3) [mm] from which ways may begin: none where its pieces are named after another vertebra."""
    for at, share in one.parts:
        others = [other for body in held if body is not one for place, other in body.parts if place == at]
        if max(others, default=0.0) < NAMED_FROM.number * (share + sum(others)):
            return one.points_mm
    return np.zeros((0, 3))
