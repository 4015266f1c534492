"""Place piece after piece in the pulmonary arteries."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import Account, FloatArray
from azygos.ground.track import Track
from azygos.heart import Departures
from azygos.lungs import folding, moulding, routing, tracks
from azygos.lungs.laws import LungLaws
from azygos.lungs.lodgings import Lodging, Lodgings, Obstruction
from azygos.lungs.names import ARTERIES
from azygos.lungs.obstruction import Network, flows, obstruct
from azygos.lungs.routing import Surroundings, Walk
from azygos.lungs.steering import DOWN
from azygos.lungs.tree import Lungs
from azygos.spine import State
from azygos.values import lungs as v
from azygos.veins import Piece


@dataclass(frozen=True, slots=True)
class _Placed:
    """One piece at rest, with what the accounts and pictures need."""

    lodging: Lodging
    volume: float  # that lies in the lungs, as paste [m^3]
    branched: bool
    track: Track


def lodge(
    lungs: Lungs,
    departures: Departures,
    *,
    output: float,
    posture: str = "prone",
    rises: float = math.inf,
    laws: LungLaws | None = None,
) -> Lodgings:
    """Follow each piece that passes the pulmonary valve to the artery where it stops.

    Parameters
    ----------
    lungs : Lungs
        The patient's arteries.
    departures : Departures
        Pieces in order of time.
    output : float
        Blood through the lungs [m^3 s^-1].
    posture : str
        "prone", "supine" or "upright": where heavy pieces sink to.
    rises : float
        When the patient gets up: pieces that pass the valve from then on meet arteries that stand upright [s].
    laws : LungLaws, optional
        Which laws act; all of them if not given.

    Returns
    -------
    lodgings : Lodgings
        One lodging and one obstruction for each piece, in the order in which they stop.

    Notes
    -----
    A piece comes to rest before the next one passes the valve, also where paste goes on creeping for minutes. It may
    pass the valve first and stop last: obstructions add up by the time at which pieces stop.
    """
    require(posture in DOWN, f"posture is {posture!r}; write 'prone', 'supine' or 'upright'")
    require(math.isfinite(output) and output >= 0.0, f"an output of {output:g} m^3/s is not possible; give 0 or more")
    require(not math.isnan(rises), "the time at which the patient gets up is not a number; give seconds or infinity")
    laws = laws or LungLaws()
    closed = np.zeros(len(lungs.parent))
    network = flows(lungs, closed, output)
    around = Surroundings(
        lungs=lungs, family=routing.family_of(lungs), network=network, closed=closed, drive=_drive(network, output),
        cement=departures.cement, down=DOWN[posture], laws=laws,
    )  # fmt: skip
    placed = list[_Placed]()
    times_met: Counter[str] = Counter()
    for piece in departures.pieces:
        times_met[piece.name] += 1
        name = f"{piece.name}|{times_met[piece.name]}"
        down = DOWN["upright" if piece.time >= rises else posture]
        rest = _place(piece, name, replace(around, down=down))
        closed = _with(closed, rest.lodging)
        placed.append(rest)
        if laws.interaction:
            network = flows(lungs, closed, output, blockage=laws.blockage)
            around = replace(around, closed=closed, network=network, drive=_drive(network, output))
    placed.sort(key=lambda rest: rest.lodging.time)
    return Lodgings(
        cement=departures.cement,
        lodged=tuple(rest.lodging for rest in placed),
        obstructions=_obstructions(lungs, placed, output, laws),
        butscheidt=butscheidt(placed),
        tracks=tuple(rest.track for rest in placed),
        account=_account(departures, placed),
    )


def _obstructions(lungs: Lungs, placed: list[_Placed], output: float, laws: LungLaws) -> tuple[Obstruction, ...]:
    """What is closed after each piece, in the order given."""
    closed, found = np.zeros(len(lungs.parent)), list[Obstruction]()
    for rest in placed:
        closed = _with(closed, rest.lodging)
        found.append(obstruct(lungs, closed, output, laws=laws))
    return tuple(found)


def _drive(network: Network, output: float) -> float:
    """Pressure in the trunk over that in the left atrium, at most what a right ventricle can hold up [Pa]."""
    most = v.CEILING_PRESSURE.number
    return min(output / network.conductance, most) if network.conductance > 0.0 else most


def _with(closed: FloatArray, lodging: Lodging) -> FloatArray:
    """Closed shares with one more piece."""
    now = closed.copy()
    for vessel, share in zip(lodging.vessels, lodging.closed, strict=True):
        now[vessel] = min(now[vessel] + share, 1.0)
    return now


def _place(piece: Piece, name: str, around: Surroundings) -> _Placed:
    way = routing.walk(piece, name, around)
    soft = routing.moulds(piece, around.laws) or folding.gives_way(piece, way, around)
    if soft and way.stopped in ("mouth", "cement"):
        return _moulded(piece, way, around)
    return _lying(piece, way, around)


def _lying(piece: Piece, way: Walk, around: Surroundings) -> _Placed:
    """A cord in one piece: its head where it stopped, the rest of it in the arteries behind."""
    straight = piece.state is State.SET or way.stopped == "length"
    shares, behind = (_straight if straight else folding.lay)(piece, way, around)
    if way.mouth >= 0:
        shares[way.mouth] = 1.0
    head = way.mouth if way.mouth >= 0 else way.path[-1]
    shares = shares or {head: float(around.closed[head])}
    lodging = _lodging(piece, way, head, shares, around, moulded=False, width=piece.thickest, behind=behind)
    return _Placed(lodging, piece.volume, False, tracks.of_cord(piece, way, around))


def _straight(piece: Piece, way: Walk, around: Surroundings) -> tuple[dict[int, float], float]:
    """Shares of the arteries back to where a rod ends, and the volume that sticks out through the valve [m^3]."""
    shares, left = dict[int, float](), piece.length
    for at in reversed(way.path):
        if left <= 0.0 and not piece.attached:
            break
        shares[at] = min((piece.diameter / float(around.lungs.diameter[at])) ** 2, 1.0)
        left -= float(around.family.length[at])
    return shares, piece.volume * max(left / piece.length, 0.0)


def _moulded(piece: Piece, way: Walk, around: Surroundings) -> _Placed:
    """Paste that has crept on from where it wedged."""
    lungs = around.lungs
    path = way.path or (0,)
    found = moulding.mould(lungs, around.family, path, piece.volume, piece.age, around.cement, around.drive)
    shares = dict.fromkeys(found.vessels, 1.0)
    head = max(found.vessels, key=lambda at: float(lungs.share[at])) if path[-1] not in shares else path[-1]
    widest = max(float(lungs.diameter[at]) for at in found.vessels)
    lodging = _lodging(piece, way, head, shares, around, moulded=True, width=widest, behind=found.behind)
    seen = [
        pair
        for pair in moulding.branches(lungs, found)
        if min(float(lungs.diameter[at]) for at in pair) >= v.VISIBLE_THICKNESS.number
    ]
    return _Placed(lodging, found.volume(lungs), bool(seen), tracks.of_cast(piece, way, found, around))


def _lodging(
    piece: Piece, way: Walk, head: int, shares: dict[int, float], around: Surroundings, *, moulded: bool, width: float,
    behind: float,
) -> Lodging:  # fmt: skip
    lungs = around.lungs
    place = ARTERIES[lungs.named[head]]
    vessels = tuple(sorted(shares))
    return Lodging(
        piece=piece, time=piece.time + way.seconds, vessel=head, artery=lungs.name(head), side=place.side,
        lobe=place.lobe, segment=place.segment, order=int(lungs.order[head]),
        artery_diameter=float(lungs.diameter[head]), vessels=vessels,
        closed=tuple(shares[at] for at in vessels), moulded=moulded, visible=width >= v.VISIBLE_THICKNESS.number,
        width=width, behind=behind,
    )  # fmt: skip


def butscheidt(placed: list[_Placed]) -> int:
    """Butscheidt's grade from what CT shows: 1 for one to three emboli, 2 for four to six, 3 for more or a branch."""
    seen = [rest for rest in placed if rest.lodging.visible]
    if any(rest.branched for rest in seen):
        return 3
    return sum(len(seen) > most for most in (0, 3, 6))


def _account(departures: Departures, placed: list[_Placed]) -> Account:
    density = departures.cement.density_paste
    return Account(
        room="lungs",
        received=density * sum(piece.volume for piece in departures.pieces),
        kept=density * float(sum(rest.volume for rest in placed)),
        passed_on=0.0,
    )
