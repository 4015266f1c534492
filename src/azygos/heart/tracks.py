"""Where a piece lies in the heart, instant by instant, for pictures."""

from __future__ import annotations

import math

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.track import Track
from azygos.heart.chambers import Heart
from azygos.heart.departures import Exit, Passage
from azygos.heart.ways import BROKEN, TORN, reaches, road_of
from azygos.spine import State

POINTS = 24
INSTANTS = 6


def track_of(heart: Heart, passage: Passage, *, transit: float, until: float | None = None) -> Track:
    """Follow one piece along its road.

    Parameters
    ----------
    heart : Heart
        Its roads are polylines between landmarks.
    passage : Passage
        The way that was found.
    transit : float
        From cava to pulmonary valve [s].
    until : float or None
        When it broke [s]; None: it did not.

    Returns
    -------
    track : Track
        The head runs evenly from the cava, or from the ventricle if the piece parted there, to where it leaves
        or stays. What has not passed the cava yet stands there. Set pieces are drawn straight.
    """
    piece = passage.piece
    road = road_of(heart, piece)
    reach = reaches(road)
    first = reach[3] if piece.cause in (BROKEN, TORN) else 0.0
    last, ends = _end(passage, reach, transit)
    ends = ends if until is None else until
    times = piece.time + min(transit, ends - piece.time) * np.arange(INSTANTS) / INSTANTS
    heads = first + (last - first) * np.arange(1, INSTANTS + 1) / INSTANTS
    rigid = piece.state is State.SET
    points = np.array([_line(road, reach, head, piece.length, rigid=rigid) for head in heads])
    return Track(
        piece=piece.name,
        room="heart",
        times=times,
        points=points,
        diameters=np.full((INSTANTS, POINTS), piece.diameter),
        until=ends,
    )


def _end(passage: Passage, reach: FloatArray, transit: float) -> tuple[float, float]:
    """How far its head gets [m], and until when it is there to be seen [s]."""
    piece = passage.piece
    if passage.exit is Exit.PASSES:
        return float(reach[4]), piece.time + transit
    if passage.exit is Exit.CROSSES:
        return float(reach[1]), piece.time + transit
    if passage.exit is Exit.BRIDGES:
        return float(reach[4]), math.inf
    lies = reach[2] if passage.chamber == "right atrium" else reach[3]
    return float(min(lies, piece.length) if piece.attached else lies), math.inf


def _line(road: FloatArray, reach: FloatArray, head: float, length: float, *, rigid: bool) -> FloatArray:
    along = np.clip(np.linspace(head - length, head, POINTS), 0.0, reach[-1])
    line = np.stack([np.interp(along, reach, road[:, axis]) for axis in range(3)], axis=1)
    if not rigid:
        return line
    step = line[-1] - line[0]
    far = float(np.linalg.norm(step))
    direction = step / far if far > 0.0 else np.array([0.0, 0.0, 1.0])
    shown = along[-1] - along[0]
    return np.asarray(line[-1] - np.linspace(shown, 0.0, POINTS)[:, None] * direction)
