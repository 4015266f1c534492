"""Pictures of pieces on their way through the pulmonary arteries and at rest."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.track import Track
from azygos.lungs.moulding import Mould
from azygos.lungs.routing import Surroundings, Walk
from azygos.veins import Piece

POINTS = 24  # of a centre line
INSTANTS = 6  # of a flight, the last one at its end


def _line(path: tuple[int, ...], around: Surroundings) -> tuple[FloatArray, FloatArray]:
    """Corners of a path (n + 1, 3) and how far along it they lie (n + 1,) [m]."""
    ends = around.lungs.ends[list(path)]
    corners = np.concatenate([ends[:1, 0], ends[:, 1]])
    return corners, np.concatenate([[0.0], np.cumsum(around.family.length[list(path)])])


def _points(corners: FloatArray, along: FloatArray, tail: float, head: float) -> FloatArray:
    at = np.linspace(max(tail, 0.0), head, POINTS)
    return np.column_stack([np.interp(at, along, corners[:, axis]) for axis in range(3)])


def _flight(piece: Piece, way: Walk, around: Surroundings) -> tuple[list[float], list[FloatArray]]:
    """Instants from the valve to the end of the path, and the piece's line at each."""
    corners, along = _line(way.path or (0,), around)
    end = min(along[-1], piece.length) if piece.attached else along[-1]
    if not way.path:
        end = 0.0
    shares = np.linspace(0.0, 1.0, INSTANTS)
    lines = [_points(corners, along, end * share - piece.length, end * share) for share in shares]
    return [piece.time + way.seconds * share for share in shares], lines


def of_cord(piece: Piece, way: Walk, around: Surroundings) -> Track:
    """Track of a cord that keeps its shape: it moves evenly along its path and rests at the end."""
    times, lines = _flight(piece, way, around)
    return Track(
        piece=piece.name, room="lungs", times=np.array(times), points=np.array(lines),
        diameters=np.full((len(times), POINTS), piece.diameter),
    )  # fmt: skip


def of_cast(piece: Piece, way: Walk, found: Mould, around: Surroundings) -> Track:
    """Track of paste: a flight, then the longest way through its cast once it has gelled."""
    times, lines = _flight(piece, way, around)
    lungs, length = around.lungs, around.family.length
    heads = dict(zip(found.vessels, found.head, strict=True))
    tails = dict(zip(found.vessels, found.tail, strict=True))
    reach = {at: sum(length[k] for k in lungs.path(at)[:-1]) + heads[at] for at in found.vessels}
    farthest = max(found.vessels, key=lambda at: float(reach[at]))
    path = lungs.path(farthest)
    corners, along = _line(path, around)
    begins = next(k for k, at in enumerate(path) if at in tails)
    tail, head = float(along[begins] + tails[path[begins]]), float(reach[farthest])
    bores = lungs.diameter[list(path)]
    of_artery = np.clip(np.searchsorted(along, np.linspace(tail, head, POINTS), side="right") - 1, 0, len(path) - 1)
    rests = times[-1] + max(found.seconds, 1e-3)
    widths = np.full((len(times) + 1, POINTS), piece.diameter)
    widths[-1] = bores[of_artery]
    return Track(
        piece=piece.name, room="lungs", times=np.array([*times, rests]),
        points=np.array([*lines, _points(corners, along, tail, head)]), diameters=widths,
    )  # fmt: skip
