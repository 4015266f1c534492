"""A cord that bends, behind its head: squeezed and folded where pressure can, the rest of it where there is room."""

from __future__ import annotations

import math

from azygos.lungs import bends
from azygos.lungs.routing import Surroundings, Walk
from azygos.spine import State, modulus
from azygos.veins import Piece


def gives_way(piece: Piece, way: Walk, around: Surroundings) -> bool:
    """Whether a gel is so soft that the pressure behind it squeezes it to the wall of the artery where it wedged."""
    if piece.state is not State.GEL or piece.attached or not around.laws.moulding or not way.path:
        return False
    bore = float(around.lungs.diameter[way.path[-1]])
    stiffness = modulus(around.cement, piece.age)
    return bends.squeezed_share(piece.diameter, bore, pressure=around.drive, modulus=stiffness) >= 1.0


def lay(piece: Piece, way: Walk, around: Surroundings) -> tuple[dict[int, float], float]:
    """Share of each artery that a cord takes from its head back, and the volume that found no room [m^3].

    Notes
    -----
    First it lies as far back as it reaches: straight, or squeezed and folded where the pressure that it wedged under
    does that. What reaches back beyond the valve then folds into what room is left, from the head up.
    """
    lungs, closed = around.lungs, around.closed
    room = {at: 0.25 * math.pi * float(lungs.diameter[at] ** 2) * float(around.family.length[at]) for at in way.path}
    pressed = around.laws.moulding and not piece.attached and way.stopped in ("mouth", "cement", "bed")
    shares, left = dict.fromkeys(way.path, 0.0), piece.volume
    for full in (False, True):
        for at in reversed(way.path):
            most = 1.0 if full else _fills(piece, float(lungs.diameter[at]), around, around.drive if pressed else 0.0)
            taken = min(left, max(min(most, 1.0 - float(closed[at])) - shares[at], 0.0) * room[at])
            shares[at] = min(shares[at] + taken / room[at], 1.0)
            left -= taken
    return {at: share for at, share in shares.items() if share > 0.0}, left


def _fills(piece: Piece, bore: float, around: Surroundings, pressure: float) -> float:
    """Share of an artery that the cord takes while more of it lies behind."""
    straight = min((piece.diameter / bore) ** 2, 1.0)
    if pressure <= 0.0:
        return straight
    stiffness = modulus(around.cement, piece.age)
    if bends.folds(piece.diameter, bore, pressure=pressure, modulus=stiffness):
        return 1.0
    return bends.squeezed_share(piece.diameter, bore, pressure=pressure, modulus=stiffness)
