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
from azygos.lungs import moulding, routing, tracks
from azygos.lungs.laws import LungLaws
from azygos.lungs.lodgings import Lodging, Lodgings, Obstruction
from azygos.lungs.names import ARTERIES
from azygos.lungs.obstruction import flows, obstruct
from azygos.lungs.routing import Surroundings, Walk
from azygos.lungs.steering import DOWN
from azygos.lungs.tree import Lungs
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
    laws : LungLaws, optional
        Which laws act; all of them if not given.

    Returns
    -------
    lodgings : Lodgings
        One lodging and one obstruction for each piece.

    Notes
    -----
    A piece comes to rest before the next one passes the valve, also where paste goes on creeping for minutes.
    """
    require(posture in DOWN, f"posture is {posture!r}; write 'prone', 'supine' or 'upright'")
    require(math.isfinite(output) and output >= 0.0, f"an output of {output:g} m^3/s is not possible; give 0 or more")
    laws = laws or LungLaws()
    around = Surroundings(
        lungs=lungs, family=routing.family_of(lungs), network=flows(lungs, np.zeros(len(lungs.parent)), output),
        closed=np.zeros(len(lungs.parent)), cement=departures.cement, down=DOWN[posture], laws=laws,
    )  # fmt: skip
    closed, placed, obstructions = around.closed, list[_Placed](), list[Obstruction]()
    times_met: Counter[str] = Counter()
    for piece in departures.pieces:
        times_met[piece.name] += 1
        name = f"{piece.name}|{times_met[piece.name]}"
        rest = _place(piece, name, around, _drive(around, output))
        closed = _with(closed, rest.lodging)
        placed.append(rest)
        obstructions.append(obstruct(lungs, closed, output, laws=laws))
        if laws.interaction:
            around = replace(around, closed=closed, network=flows(lungs, closed, output, blockage=laws.blockage))
    return Lodgings(
        cement=departures.cement,
        lodged=tuple(rest.lodging for rest in placed),
        obstructions=tuple(obstructions),
        butscheidt=butscheidt(placed),
        tracks=tuple(rest.track for rest in placed),
        account=_account(departures, placed),
    )


def _drive(around: Surroundings, output: float) -> float:
    """Pressure in the trunk over that in the left atrium, at most what a right ventricle can hold up [Pa]."""
    most = v.CEILING_PRESSURE.number
    return min(output / around.network.conductance, most) if around.network.conductance > 0.0 else most


def _with(closed: FloatArray, lodging: Lodging) -> FloatArray:
    """Closed shares with one more piece."""
    now = closed.copy()
    for vessel, share in zip(lodging.vessels, lodging.closed, strict=True):
        now[vessel] = min(now[vessel] + share, 1.0)
    return now


def _place(piece: Piece, name: str, around: Surroundings, drive: float) -> _Placed:
    way = routing.walk(piece, name, around)
    if routing.moulds(piece, around.laws) and way.stopped in ("mouth", "cement"):
        return _moulded(piece, way, around, drive)
    return _lying(piece, way, around)


def _lying(piece: Piece, way: Walk, around: Surroundings) -> _Placed:
    """A cord that keeps its shape: its head where it stopped, the rest of it in the arteries behind."""
    lungs, length = around.lungs, around.family.length
    shares: dict[int, float] = {}
    if way.mouth >= 0:
        shares[way.mouth] = 1.0
    left = math.inf if piece.attached else piece.length
    for at in reversed(way.path):
        if left <= 0.0 and shares:
            break
        shares[at] = min((piece.diameter / float(lungs.diameter[at])) ** 2, 1.0)
        left -= float(length[at])
    head = way.mouth if way.mouth >= 0 else way.path[-1]
    lodging = _lodging(piece, piece.time + way.seconds, head, shares, around, moulded=False, width=piece.thickest)
    return _Placed(lodging, piece.volume, False, tracks.of_cord(piece, way, around))


def _moulded(piece: Piece, way: Walk, around: Surroundings, drive: float) -> _Placed:
    """Paste that has crept on from where it wedged."""
    lungs = around.lungs
    path = way.path or (0,)
    found = moulding.mould(lungs, around.family, path, piece.volume, piece.age, around.cement, drive)
    shares = dict.fromkeys(found.vessels, 1.0)
    head = max(found.vessels, key=lambda at: float(lungs.share[at])) if path[-1] not in shares else path[-1]
    widest = max(float(lungs.diameter[at]) for at in found.vessels)
    lodging = _lodging(piece, piece.time + way.seconds, head, shares, around, moulded=True, width=widest)
    seen = [
        pair
        for pair in moulding.branches(lungs, found)
        if min(float(lungs.diameter[at]) for at in pair) >= v.VISIBLE_THICKNESS.number
    ]
    return _Placed(lodging, found.volume(lungs), bool(seen), tracks.of_cast(piece, way, found, around))


def _lodging(
    piece: Piece, time: float, head: int, shares: dict[int, float], around: Surroundings, *, moulded: bool, width: float
) -> Lodging:
    lungs = around.lungs
    place = ARTERIES[lungs.named[head]]
    vessels = tuple(sorted(shares))
    return Lodging(
        piece=piece, time=time, vessel=head, artery=lungs.name(head), side=place.side, lobe=place.lobe,
        segment=place.segment, order=int(lungs.order[head]), artery_diameter=float(lungs.diameter[head]),
        vessels=vessels, closed=tuple(shares[at] for at in vessels), moulded=moulded,
        visible=width >= v.VISIBLE_THICKNESS.number,
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
