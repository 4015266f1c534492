"""The way of one piece: fork by fork from the pulmonary valve to where it stops."""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from azygos.ground.beams import cantilever_slope, second_moment
from azygos.ground.parcels import FloatArray, IntArray
from azygos.ground.settling import drag_across
from azygos.lungs import bends, steering
from azygos.lungs.blockage import blockage_named
from azygos.lungs.laws import LungLaws
from azygos.lungs.obstruction import Network
from azygos.lungs.tree import Lungs
from azygos.spine import Cement, State, modulus
from azygos.values.lungs import SMALLEST_ARTERY
from azygos.values.marrow import BLOOD_DENSITY, BLOOD_VISCOSITY
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
    mouth: int  # daughter in whose mouth its head is stuck, -1 for none or for one below those of the tree
    stopped: str  # "mouth", "turn", "bed", "length", "no flow" or "cement"
    seconds: float  # from the valve on [s]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a piece finds in the arteries when it comes."""

    lungs: Lungs
    family: Family
    network: Network
    closed: FloatArray  # (n,) share of each artery's area [-]
    drive: float  # pressure in the trunk over that in the left atrium, at most what a right ventricle can hold up [Pa]
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
            return Walk(tuple(path), NOWHERE, "bed" if enters_bed(piece, around.laws) else "mouth", seconds)
        hindrance = _hindrance(piece, path, onward, speed, around)
        if hindrance:
            return Walk(tuple(path), onward if hindrance == "mouth" else NOWHERE, hindrance, seconds)
        path.append(onward)


def moulds(piece: Piece, laws: LungLaws) -> bool:
    """Whether a piece gives way to an artery: paste does, unless it hangs on its vertebra."""
    return laws.moulding and piece.state is State.PASTE and not piece.attached


def width_of(piece: Piece, laws: LungLaws) -> float:
    """Width that decides whether a piece fits: its thickest part, for paste that of an even cord [m]."""
    return piece.diameter if moulds(piece, laws) else piece.thickest


def enters_bed(piece: Piece, laws: LungLaws) -> bool:
    """Whether a piece is thin enough for the small arteries below those of the tree."""
    return width_of(piece, laws) < SMALLEST_ARTERY.number


def density_of(piece: Piece, cement: Cement) -> float:
    """Of the piece in its state [kg m^-3]."""
    return cement.density_set if piece.state is State.SET else cement.density_paste


def _choose(piece: Piece, at: int, sinks: float, speed: float, chance: float, around: Surroundings) -> int:
    """The daughter that the piece takes, or NOWHERE for the small arteries below those of the tree.

    A piece too thick for those takes a daughter; if none has flow it stays, which is NOWHERE, too.
    """
    lungs, family, laws = around.lungs, around.family, around.laws
    bore = float(lungs.diameter[at])
    fall = steering.fall_number(sinks, length=float(family.length[at]), blood_speed=speed, bore=bore)
    runs_on = steering.inertia_number(sinks, density=density_of(piece, around.cement), blood_speed=speed, bore=bore)
    ways, weights = [NOWHERE], [float(around.network.bed_flow[at]) if enters_bed(piece, laws) else 0.0]
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


def _hindrance(piece: Piece, path: list[int], onward: int, speed: float, around: Surroundings) -> str:
    """Why the piece cannot go from one artery into the next, or ""."""
    lungs, laws = around.lungs, around.laws
    bore, width = float(lungs.diameter[onward]), width_of(piece, laws)
    if width > bore:
        return "mouth"
    free = bore * (1.0 - math.sqrt(around.closed[onward])) if laws.interaction else bore
    if width > free:
        return "cement"
    return "" if _turns(piece, path, onward, speed, around) else "turn"


def _turns(piece: Piece, path: list[int], onward: int, speed: float, around: Surroundings) -> bool:
    """Whether a cord gets round the corner: paste always, gel as far as blood bends it, set cement as a rod."""
    before, after = (float(around.lungs.diameter[at]) for at in (path[-1], onward))
    width = piece.diameter
    if not around.laws.bending or piece.state is State.PASTE:
        return True
    if bends.surely_turns(piece.length, before, after, thickness=width):
        return True
    cos = float(np.clip(around.family.direction[path[-1]] @ around.family.direction[onward], -1.0, 1.0))
    turn = math.acos(cos)
    longest = bends.longest_rod(before, after, turn, thickness=width)
    if piece.length <= longest or piece.state is State.SET:
        return piece.length <= longest
    rest = turn - _bend(piece, path, turn, longest, speed, around)
    return piece.length <= bends.longest_rod(before, after, rest, thickness=width)


def _bend(piece: Piece, path: list[int], turn: float, span: float, speed: float, around: Surroundings) -> float:
    """Angle by which blood bends a gel that is stuck across a turn [rad].

    Between its ends, a span apart, the stream sweeps it from the side, and the wall ahead turns the push from behind.
    """
    stiffness = modulus(around.cement, piece.age) * second_moment(piece.diameter)
    if stiffness <= 0.0:
        return math.inf
    swept = drag_across(
        speed, radius=0.5 * piece.diameter, length=1.0, density=BLOOD_DENSITY.number, viscosity=BLOOD_VISCOSITY.number
    )
    push = 0.25 * math.pi * piece.diameter**2 * _pressure_behind(piece, path, around)
    return cantilever_slope(swept + push * math.sin(turn) / span, span, stiffness=stiffness)


def _pressure_behind(piece: Piece, path: list[int], around: Surroundings) -> float:
    """What blood loses along a cord that is stuck, at the flow of before, but no more than all there is [Pa]."""
    lungs, lost, left = around.lungs, 0.0, piece.length
    passes = blockage_named(around.laws.blockage)
    for at in reversed(path):
        if left <= 0.0 or lost >= around.drive:
            break
        open_share = float(passes(np.array([min(piece.diameter / lungs.diameter[at], 1.0) ** 2]))[0])
        lies = min(left / float(around.family.length[at]), 1.0)
        loses = lies * float(around.network.flow[at] * lungs.resistance[at])
        lost = lost + loses / open_share if open_share > 0.0 else around.drive
        left -= float(around.family.length[at])
    return min(lost, around.drive)
