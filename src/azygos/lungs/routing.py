"""The way of one piece: fork by fork from the pulmonary valve to where it stops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from azygos.ground.parcels import FloatArray, IntArray
from azygos.lungs import bends, steering
from azygos.lungs.laws import LungLaws
from azygos.lungs.obstruction import Network
from azygos.lungs.tree import Lungs
from azygos.spine import Cement, State
from azygos.veins import Piece

SLOWEST = 1e-3  # blood that all but stands still counts as this fast [m s^-1]; shortest flight, too [s]
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Family:
    """Daughters of each artery, and where it points."""

    first: IntArray  # (n,) first daughter, -1 for none
    sibling: IntArray  # (n,) next daughter of the same parent, -1 for none
    direction: FloatArray  # (n, 3)
    length: FloatArray  # (n,) [m]

    def daughters(self, artery: int) -> list[int]:
        """All daughters of an artery."""
        found, at = [], int(self.first[artery])
        while at >= 0:
            found.append(at)
            at = int(self.sibling[at])
        return found


def family_of(lungs: Lungs) -> Family:
    """List the daughters of all arteries."""
    parent, n = lungs.parent, len(lungs.parent)
    first, sibling = np.full(n, NOWHERE), np.full(n, NOWHERE)
    if n > 1:
        by_parent = 1 + np.argsort(parent[1:], kind="stable")
        first[parent[by_parent][::-1]] = by_parent[::-1]
        same = parent[by_parent[:-1]] == parent[by_parent[1:]]
        sibling[by_parent[:-1][same]] = by_parent[1:][same]
    length = lungs.length
    return Family(first, sibling, (lungs.ends[:, 1] - lungs.ends[:, 0]) / length[:, None], length)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a piece went and why it stopped."""

    path: tuple[int, ...]  # arteries that its head has passed through, from the trunk on
    mouth: int  # daughter in whose mouth its head is stuck, -1 for none
    stopped: str  # "mouth", "turn", "bed", "length", "no flow" or "cement"
    seconds: float  # from the valve on [s]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a piece finds in the arteries when it comes."""

    lungs: Lungs
    family: Family
    network: Network
    closed: FloatArray  # (n,) share of each artery's area [-]
    cement: Cement
    down: tuple[float, float, float]
    laws: LungLaws


def chance(salt: int, name: str, fork: int) -> float:
    """A number between 0 and 1 that this patient's lungs hold ready for this piece at this fork.

    It depends on nothing else: neither on other pieces nor on how many forks they passed.

    Examples
    --------
    >>> chance(1, "L2-1", 0) == chance(1, "L2-1", 0), chance(1, "L2-1", 0) == chance(1, "L2-1", 1)
    (True, False)
    """
    digest = blake2b(f"{salt}|{name}|{fork}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2.0**64


def walk(piece: Piece, name: str, around: Surroundings) -> Walk:
    """Follow a piece until it no longer fits, cannot turn, runs out of length or of flow.

    Parameters
    ----------
    piece : Piece
        As it passed the valve.
    name : str
        Under which its chances are kept.
    around : Surroundings
        Arteries, flow and the cement that is there already.
    """
    lungs, length = around.lungs, around.family.length
    if width_of(piece, around.laws) > lungs.diameter[0]:
        return Walk((), 0, "mouth", SLOWEST)
    if around.network.flow[0] <= 0.0:
        return Walk((0,), NOWHERE, "no flow", SLOWEST)
    sinks = steering.sinking(piece.diameter, piece.length, density=density_of(piece, around.cement))
    path, seconds, gone, fork = [0], 0.0, 0.0, 0
    while True:
        at = path[-1]
        speed = max(around.network.flow[at] / (0.25 * math.pi * lungs.diameter[at] ** 2), SLOWEST)
        seconds += length[at] / speed
        gone += length[at]
        if piece.attached and gone >= piece.length:
            return Walk(tuple(path), NOWHERE, "length", seconds)
        onward = _choose(piece, at, sinks, speed, chance(lungs.salt, name, fork), around)
        fork += 1
        if onward == NOWHERE:
            return Walk(tuple(path), NOWHERE, "bed", seconds)
        hindrance = _hindrance(piece, at, onward, around)
        if hindrance:
            return Walk(tuple(path), onward if hindrance == "mouth" else NOWHERE, hindrance, seconds)
        path.append(onward)


def moulds(piece: Piece, laws: LungLaws) -> bool:
    """Whether a piece gives way to an artery: paste does, unless it hangs on its vertebra."""
    return laws.moulding and piece.state is State.PASTE and not piece.attached


def width_of(piece: Piece, laws: LungLaws) -> float:
    """Width that decides whether a piece fits: its thickest part, for paste that of an even cord [m]."""
    return piece.diameter if moulds(piece, laws) else piece.thickest


def density_of(piece: Piece, cement: Cement) -> float:
    """Of the piece in its state [kg m^-3]."""
    return cement.density_set if piece.state is State.SET else cement.density_paste


def _choose(piece: Piece, at: int, sinks: float, speed: float, chance: float, around: Surroundings) -> int:
    """The daughter that the piece takes, or NOWHERE for the small arteries below those of the tree."""
    lungs, family, laws = around.lungs, around.family, around.laws
    bore = float(lungs.diameter[at])
    fall = steering.fall_number(sinks, length=float(family.length[at]), blood_speed=speed, bore=bore)
    runs_on = steering.inertia_number(sinks, density=density_of(piece, around.cement), blood_speed=speed, bore=bore)
    ways, weights = [NOWHERE], [float(around.network.bed_flow[at])]
    for daughter in family.daughters(at):
        ahead = family.direction[daughter]
        ways.append(daughter)
        weights.append(
            steering.branch_weight(
                float(around.network.flow[daughter]),
                down=float(ahead @ around.down) if laws.gravity else 0.0,
                straight=float(ahead @ family.direction[at]) if laws.inertia else 0.0,
                fall=fall,
                inertia=runs_on,
            )
        )
    mark = chance * sum(weights)
    for way, weight in zip(ways, weights, strict=True):
        mark -= weight
        if mark < 0.0:
            return way
    return ways[int(np.argmax(weights))]


def _hindrance(piece: Piece, at: int, onward: int, around: Surroundings) -> str:
    """Why the piece cannot go from one artery into the next, or ""."""
    lungs, laws = around.lungs, around.laws
    bore, width = float(lungs.diameter[onward]), width_of(piece, laws)
    if width > bore:
        return "mouth"
    free = bore * (1.0 - math.sqrt(around.closed[onward])) if laws.interaction else bore
    if width > free:
        return "cement"
    if laws.bending and piece.state is State.SET:
        before = float(lungs.diameter[at])
        if not bends.surely_turns(piece.length, before, bore, thickness=piece.diameter):
            cos = float(np.clip(around.family.direction[at] @ around.family.direction[onward], -1.0, 1.0))
            if piece.length > bends.longest_rod(before, bore, math.acos(cos), thickness=piece.diameter):
                return "turn"
    return ""
