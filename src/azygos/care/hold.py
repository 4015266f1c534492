"""Cement and clot in the arteries and the heart while the course runs: what lies where, and what it closes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from azygos.care.clot.balance import clot_after
from azygos.care.draw import CareDraw
from azygos.care.effect import Arteries
from azygos.ground.parcels import FloatArray, IntArray
from azygos.heart import Departures
from azygos.lungs import Lodging, Lodgings
from azygos.values import care as v


@dataclass(slots=True)
class Lodged:
    """One piece in the lungs with its clot; changes as the course runs."""

    lodging: Lodging
    begins: float  # from when clot can grow on it [s]
    reach: IntArray  # arteries that its clot fills: those it lies in, then those that feed them, up to the trunk
    own: int  # how many of these it lies in
    closed: FloatArray  # shape (own,), share of each one's area that its cement takes now [-]
    volume: float  # its cement [m^3]
    clot: float = 0.0  # [m^3]
    out: bool = False  # its name was taken out; what is left of it is told as a remnant


@dataclass(slots=True)
class InHeart:
    """One piece or part of a cord in the heart with its clot."""

    name: str
    begins: float  # [s]
    volume: float  # [m^3]
    length: float  # [m]
    diameter: float  # [m]
    clot: float = 0.0  # [m^3]


@dataclass(slots=True)
class Hold:
    """All of it, for one course."""

    arteries: Arteries
    draw: CareDraw
    rate: float  # growth of clot per bare wedged surface without a drug [m/s]
    lodged: list[Lodged]
    in_heart: list[InHeart]
    volumes: FloatArray = field(init=False)  # of each artery's lumen [m^3]

    def __post_init__(self) -> None:
        self.volumes = np.asarray(math.pi / 4.0 * self.arteries.diameter**2 * self.arteries.length)

    # What is closed -----------------------------------------------------------------------------------------------

    def cement(self, time: float) -> FloatArray:
        """Share of each artery's area that cement takes [-]."""
        return self._cement(self.present(time))

    def present(self, time: float) -> list[Lodged]:
        """Pieces that lie in the lungs at a time [s]."""
        return [one for one in self.lodged if one.begins <= time and one.volume > 0.0]

    def lying(self, time: float) -> list[InHeart]:
        """The same in the heart."""
        return [part for part in self.in_heart if part.begins <= time and part.volume > 0.0]

    def remnants(self) -> FloatArray:
        """The same for parts that broken cords left behind."""
        return self._cement([one for one in self.lodged if one.out])

    def _cement(self, those: list[Lodged]) -> FloatArray:
        shares = np.zeros(len(self.volumes))
        for one in those:
            np.add.at(shares, one.reach[: one.own], one.closed)
        return np.minimum(shares, 1.0)

    def clot_fill(self, time: float) -> FloatArray:
        """Share of each artery's open lumen that clot fills [-]."""
        open_volume = self.open_volume(time)
        fill = np.zeros(len(self.volumes))
        for one in self.lodged:
            for artery, share in self._filled(one, open_volume):
                fill[artery] = min(fill[artery] + share, 1.0)
        return fill

    def _filled(self, one: Lodged, open_volume: FloatArray) -> list[tuple[int, float]]:
        """Arteries that one piece's clot fills and how far: first those it lies in, evenly, then upstream in turn."""
        own = one.reach[: one.own]
        groups = [own] + [one.reach[at : at + 1] for at in range(one.own, len(one.reach))]
        left, found = one.clot, []
        for group in groups:
            room = float(open_volume[group].sum())
            share = min(left / room, 1.0) if room > 0.0 else 1.0
            if left <= 0.0:
                break
            found += [(int(artery), share) for artery in group]
            left -= share * room
        return found

    def open_volume(self, time: float) -> FloatArray:
        """Lumen of each artery that cement leaves open [m^3]."""
        return np.asarray(self.volumes * (1.0 - self.cement(time)))

    # What grows ---------------------------------------------------------------------------------------------------

    def advance(self, start: float, end: float, *, anticoagulated: bool, lytic: bool) -> None:
        """Let clot grow and dissolve from one time to another [s], drugs standing still meanwhile.

        A piece's clot fills at most the open lumen that it can reach, up to the trunk.
        """
        slowed = self.rate * (1.0 - (self.draw.anticoagulation if anticoagulated else 0.0))
        lysis = self.draw.lysis + (self.draw.lysis_by_drug if lytic else 0.0)
        open_volume = self.open_volume(end)
        for one in self.lodged:
            faster = v.PERIPHERAL_FASTER.number if one.lodging.segment else 1.0
            one.clot = _grown(one.begins, one.clot, start, end, slowed * self._bare(one), faster * lysis)
            one.clot = min(one.clot, float(open_volume[one.reach].sum()))
        for lying in self.in_heart:
            bare = math.pi * lying.diameter * lying.length * self.draw.heart_stasis
            lying.clot = _grown(lying.begins, lying.clot, start, end, slowed * bare, lysis)

    def _bare(self, one: Lodged) -> float:
        """Bare surface of a piece times the stasis about it: the share of its artery that it closes [m^2]."""
        kept = one.volume / one.lodging.piece.volume
        piece = one.lodging.piece
        return math.pi * piece.diameter * piece.length * kept * float(np.max(one.closed, initial=0.0))

    @property
    def clot(self) -> float:
        """All clot in arteries and heart [m^3]."""
        return sum(one.clot for one in self.lodged) + sum(lying.clot for lying in self.in_heart)


def _grown(begins: float, clot: float, start: float, end: float, growth: float, lysis: float) -> float:
    return clot_after(clot, max(end - max(start, begins), 0.0), growth=growth, lysis=lysis)


def hold_of(arteries: Arteries, draw: CareDraw, rate: float, lodgings: Lodgings, departures: Departures) -> Hold:
    """What heart and lungs hold at the start of a course."""
    return Hold(
        arteries=arteries,
        draw=draw,
        rate=rate,
        lodged=[_lodged(arteries, lodging) for lodging in lodgings.lodged],
        in_heart=[
            InHeart(
                name=passage.piece.name,
                begins=passage.piece.time,
                volume=passage.volume_left,
                length=passage.length_left,
                diameter=passage.piece.diameter,
            )
            for passage in departures.passages
            if passage.volume_left > 0.0
        ],
    )


def _lodged(arteries: Arteries, lodging: Lodging) -> Lodged:
    own = list(dict.fromkeys(lodging.vessels))
    closed = [max(c for at, c in zip(lodging.vessels, lodging.closed, strict=True) if at == artery) for artery in own]
    first = min(own, key=lambda artery: _depth(arteries.parent, artery))
    above, at = [], int(arteries.parent[first])
    while at >= 0:
        above.append(at)
        at = int(arteries.parent[at])
    upstream = [artery for artery in above if artery not in own]
    return Lodged(
        lodging=lodging,
        begins=lodging.time,
        reach=np.array([*own, *upstream], dtype=np.int64),
        own=len(own),
        closed=np.array(closed),
        volume=lodging.piece.volume,
    )


def _depth(parent: IntArray, artery: int) -> int:
    depth, at = 0, int(parent[artery])
    while at >= 0:
        depth, at = depth + 1, int(parent[at])
    return depth
