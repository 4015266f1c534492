"""Taking cement out, by open operation or catheter: only what that does mechanically."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.care.draw import CHANCES
from azygos.care.hold import Hold, InHeart, Lodged
from azygos.ground.parcels import BoolArray, Parcel
from azygos.values import care as v


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Parcel):
    """What one removal took."""

    whole: tuple[str, ...]  # pieces taken out wholly, by name
    broken: tuple[str, ...]  # pieces that broke, or of which a part lies beyond reach
    volume: float  # cement taken out [m^3]
    clot: float  # clot taken out with it [m^3]
    beyond: float  # cement that stays beyond the lobar arteries [m^3]


def take_out(hold: Hold, kind: str, time: float) -> Removed:
    """Take out what lies within reach: in the heart, the trunk, and arteries down to the lobar ones.

    Parameters
    ----------
    hold : Hold
        Changed in place.
    kind : str
        "embolectomy" or "catheter".
    time : float
        [s]; what comes later is not there yet.

    Returns
    -------
    removed : Removed

    Notes
    -----
    A piece that lies partly in a central artery is drawn out whole unless it breaks; then what lies beyond, and a drawn
    share of what lay within reach, stays. What lies beyond the lobar arteries only is left. Clot goes with its cement,
    and clot in central arteries goes too. The risk of the operation itself is left out.
    """
    central = np.asarray(hold.arteries.diameter >= v.CENTRAL_DIAMETER.number)
    lying = hold.lying(time)
    within = [one for one in hold.present(time) if bool(central[one.reach[: one.own]].any())]
    names = list(dict.fromkeys([part.name for part in lying] + [one.lodging.piece.name for one in within]))
    volume, clot = 0.0, _central_clot(hold, central)
    for number, name in enumerate(names):
        broken = _breaks(hold, kind, number)
        leaves = float(hold.draw.leaves[number % CHANCES]) if broken else 0.0
        for part in lying:
            if part.name == name:
                clot += part.clot
                volume += _empty_heart(part, leaves)
        for one in within:
            if one.lodging.piece.name == name:
                clot += one.clot
                volume += _draw_out(hold, one, central, leaves, broken=broken)
    for one in hold.lodged:
        one.out = one.out or one.lodging.piece.name in names
    remains = {part.name for part in hold.in_heart if part.volume > 0.0}
    remains |= {one.lodging.piece.name for one in hold.lodged if one.volume > 0.0}
    return Removed(
        whole=tuple(name for name in names if name not in remains),
        broken=tuple(name for name in names if name in remains),
        volume=volume,
        clot=clot,
        beyond=sum(_beyond(hold, one, central) for one in hold.present(time)),
    )


def _breaks(hold: Hold, kind: str, number: int) -> bool:
    return bool(hold.draw.snaps[number % CHANCES] < v.SNAPS[kind].number)


def _empty_heart(part: InHeart, leaves: float) -> float:
    taken = (1.0 - leaves) * part.volume
    part.volume, part.length, part.clot = leaves * part.volume, leaves * part.length, 0.0
    return taken


def _draw_out(hold: Hold, one: Lodged, central: BoolArray, leaves: float, *, broken: bool) -> float:
    """Cement taken from one piece [m^3]; the piece is left without it and without clot."""
    own = one.reach[: one.own]
    filled = one.closed * hold.volumes[own]
    near = float(filled[central[own]].sum() / filled.sum()) if broken and filled.sum() > 0.0 else 1.0
    taken = near * (1.0 - leaves) * one.volume
    one.closed = np.where(central[own], leaves, 1.0 if broken else 0.0) * one.closed
    one.volume, one.clot = one.volume - taken if broken else 0.0, 0.0
    return taken


def _beyond(hold: Hold, one: Lodged, central: BoolArray) -> float:
    """Cement of one piece that lies beyond the lobar arteries [m^3]."""
    own = one.reach[: one.own]
    filled = one.closed * hold.volumes[own]
    if filled.sum() <= 0.0:
        return 0.0 if bool(central[own].any()) else one.volume
    return float(filled[~central[own]].sum() / filled.sum()) * one.volume


def _central_clot(hold: Hold, central: BoolArray) -> float:
    """Take the clot out of central arteries that peripheral pieces have gathered there [m^3]."""
    taken = 0.0
    for one in hold.lodged:
        own = one.reach[: one.own]
        if not bool(central[own].any()):
            most = float(hold.volumes[one.reach[~central[one.reach]]].sum())
            taken += max(one.clot - most, 0.0)
            one.clot = min(one.clot, most)
    return taken
