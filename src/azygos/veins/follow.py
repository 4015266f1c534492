"""Follow cement through the veins: cords, pieces, remnants, and an account that closes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import Account, FloatArray
from azygos.ground.track import Track
from azygos.spine import Cement, Route, state_of
from azygos.values.marrow import BODY_TEMPERATURE
from azygos.values.veins_cement import RISES
from azygos.veins.arrivals import Arrivals, Piece, Remnant
from azygos.veins.cord import Grown, Parted, grow
from azygos.veins.entries import Entry
from azygos.veins.feed import Feed, gather, in_tube
from azygos.veins.laws import VeinLaws
from azygos.veins.loose import Drifted, let_drift
from azygos.veins.thread import Thread
from azygos.veins.veins import Veins
from azygos.veins.way import Way, find_way, turn_off


@dataclass(slots=True)
class _Found:
    """What has been found so far."""

    pieces: list[Piece]
    remnants: list[Remnant]
    tracks: list[Track]
    named: dict[str, int]  # cords and pieces of each level

    def name(self, level: str) -> str:
        """The next free name of a level."""
        self.named[level] = self.named.get(level, 0) + 1
        return f"{level}-{self.named[level]}"


def follow_veins(
    veins: Veins,
    entries: Sequence[Entry],
    cement: Cement,
    *,
    laws: VeinLaws | None = None,
    rises: float = RISES.number,
) -> Arrivals:
    """Follow cement from the vertebrae's veins to the right atrium.

    Parameters
    ----------
    veins : Veins
        The patient's.
    entries : sequence of Entry
        Leaks into veins; may be empty.
    cement : Cement
        The batch.
    laws : VeinLaws, optional
        Which mechanisms act; all by default.
    rises : float
        When the patient gets up [s since the session's first portion].

    Returns
    -------
    arrivals : Arrivals
        Pieces in order of time, remnants, tracks and the account.

    Notes
    -----
    Cords of different mouths do not feel each other, and blood does not feel them.
    """
    laws = VeinLaws() if laws is None else laws
    require(math.isfinite(rises), f"getting up after {rises:g} s is not possible; write a number of seconds")
    blood = veins if laws.valves else veins.without_valves()
    found = _Found(pieces=[], remnants=[_cast(entry) for entry in entries if in_tube(entry) > 0.0], tracks=[], named={})
    for feed in gather(entries, cement):
        way = find_way(blood, feed.level, feed.side, feed.route, name=feed.name)
        grown = grow(Thread.begin(blood, cement, laws, way, feed), cement, laws)
        _keep_cord(found, feed, way, grown, cement)
        for number, parted in enumerate(grown.parted):
            own = turn_off(blood, way, float(parted.state[0, 0]), name=f"{feed.name} {number}")
            _keep_piece(found, feed, let_drift(parted, own, blood, grown.thread.law, rises=rises), parted, cement)
    received = sum(entry.leak.volume for entry in entries)
    density = cement.density_paste
    return Arrivals(
        cement=cement,
        pieces=tuple(sorted(found.pieces, key=lambda piece: (piece.time, piece.name))),
        remnants=tuple(found.remnants),
        tracks=tuple(found.tracks),
        account=Account(
            room="veins",
            received=received * density,
            kept=sum(remnant.volume for remnant in found.remnants) * density,
            passed_on=sum(piece.volume for piece in found.pieces) * density,
        ),
    )


def _cast(entry: Entry) -> Remnant:
    """Cement in the little vein that the spine has followed it through."""
    leak, volume = entry.leak, in_tube(entry)
    side = f"{entry.side} " if leak.route is Route.SEGMENTAL else ""
    return Remnant(
        name=f"{leak.level} {leak.outlet}",
        level=leak.level,
        vein=f"{side}{leak.route.value} {leak.level}",
        volume=volume,
        length=volume / (math.pi * leak.radius**2),
        diameter=2.0 * leak.radius,
        attached=True,
    )


def _keep_cord(found: _Found, feed: Feed, way: Way, grown: Grown, cement: Cement) -> None:
    """What hangs on the vertebra at the end: in the veins a remnant, beyond the junction an attached piece."""
    thread = grown.thread
    if len(grown.times) == 0 and thread.n == 0:
        return
    name = found.name(feed.level)
    if len(grown.times):
        shown = np.minimum(grown.lines, way.junction)  # what lies beyond is the heart's to show
        found.tracks.append(_track(name, way, grown.times, shown, grown.widths, grown.until))
    if thread.n == 0:
        return
    state = thread.state[:, : thread.n + 1]
    beyond, behind = _split(state, way.junction)
    found.remnants += _remnants(name, feed.level, way, behind, attached=True)
    if beyond is not None:
        path = (_feeding(feed), *way.passed(way.junction))
        time = thread.time
        if thread.clock[3] >= 0.0:  # told as it was when it passed: it grew on while it was soft
            time, beyond[2] = float(thread.clock[3]), float(thread.clock[6])
        found.pieces.append(_piece(name, feed, beyond, cement, time=time, attached=True, path=path, cause="attached"))


def _keep_piece(found: _Found, feed: Feed, drifted: Drifted, parted: Parted, cement: Cement) -> None:
    name = found.name(feed.level)
    way = drifted.way
    until = drifted.time if drifted.arrives else math.inf
    widths = np.broadcast_to(drifted.width, drifted.lines.shape)
    if until > drifted.times[0]:
        before = drifted.times <= until
        found.tracks.append(_track(name, way, drifted.times[before], drifted.lines[before], widths[before], until))
    if not drifted.arrives:
        found.remnants += _remnants(name, feed.level, way, drifted.state, attached=False)
        return
    path = (_feeding(feed), *way.passed(way.junction))
    found.pieces.append(
        _piece(
            name, feed, drifted.state, cement, time=max(drifted.time, parted.time), attached=False, path=path,
            cause=drifted.cause,
        )
    )  # fmt: skip


def _feeding(feed: Feed) -> str:
    side = f"{feed.side} " if feed.route is Route.SEGMENTAL else ""
    return f"{side}{feed.route.value} {feed.level}"


def _split(state: FloatArray, junction: float) -> tuple[FloatArray | None, FloatArray]:
    """Part of a cord beyond the junction, if any, and the part behind it."""
    nodes = state[0]
    if nodes[0] <= junction:
        return None, state
    n = len(nodes) - 1
    cut = int(np.flatnonzero(nodes > junction)[-1])  # the last node beyond; element `cut` straddles
    if cut >= n:
        return state, state[:, n:]
    share = (nodes[cut] - junction) / (nodes[cut] - nodes[cut + 1])
    beyond, behind = state[:, : cut + 2].copy(), state[:, cut:].copy()
    beyond[0, -1] = behind[0, 0] = junction
    beyond[1, cut] *= share
    behind[1, 0] *= 1.0 - share
    return (beyond, behind) if share > 0.0 else (beyond[:, :-1], behind)


def _remnants(name: str, level: str, way: Way, state: FloatArray, *, attached: bool) -> Iterable[Remnant]:
    """One for each vein in which a cord or piece lies."""
    n = state.shape[1] - 1
    volume: dict[str, float] = {}
    length: dict[str, float] = {}
    for i in range(n - 1, -1, -1):
        vein = way.names[way.vein_at(0.5 * float(state[0, i] + state[0, i + 1]))]
        volume[vein] = volume.get(vein, 0.0) + float(state[1, i])
        length[vein] = length.get(vein, 0.0) + float(state[0, i] - state[0, i + 1])
    return [
        Remnant(
            name=name,
            level=level,
            vein=vein,
            volume=volume[vein],
            length=length[vein],
            diameter=2.0 * math.sqrt(volume[vein] / length[vein] / math.pi),
            attached=attached,
        )
        for vein in volume
        if volume[vein] > 0.0
    ]


def _piece(
    name: str, feed: Feed, state: FloatArray, cement: Cement, *, time: float, attached: bool, path: tuple[str, ...],
    cause: str,
) -> Piece:  # fmt: skip
    lengths, volumes = state[0, :-1] - state[0, 1:], state[1, :-1]
    widths = 2.0 * np.sqrt(volumes / lengths / math.pi)
    volume, length = float(volumes.sum()), float(lengths.sum())
    age = float(volumes @ state[2, :-1]) / volume
    return Piece(
        name=name,
        level=feed.level,
        route=feed.route,
        volume=volume,
        length=length,
        diameter=2.0 * math.sqrt(volume / length / math.pi),
        thickest=float(widths.max()),
        thinnest=float(widths.min()),
        age=age,
        temperature=float(volumes @ state[3, :-1]) / volume if attached else BODY_TEMPERATURE.number,
        state=state_of(cement, age),
        time=time,
        attached=attached,
        path=path,
        cause=cause,
    )


def _track(name: str, way: Way, times: FloatArray, lines: FloatArray, widths: FloatArray, until: float) -> Track:
    return Track(piece=name, room="veins", times=times, points=way.point_at(lines), diameters=widths, until=until)
