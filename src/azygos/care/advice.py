"""What sources say should be done, shown as theirs."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel
from azygos.heart import Departures
from azygos.lungs import Lodgings
from azygos.values import care as v
from azygos.values.sources import references
from azygos.veins import Arrivals

SITUATIONS = tuple(dict.fromkeys(published.situation for published in v.ADVICE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice(Parcel):
    """One source's opinion for one situation; not ours, and none is ranked."""

    situation: str  # one of SITUATIONS
    advice: str  # in the source's words, shortened
    source: str  # one readable line


def advice_for(situation: str) -> tuple[Advice, ...]:
    """What sources say for a situation.

    Parameters
    ----------
    situation : str
        One of ``SITUATIONS``.

    Returns
    -------
    advice : tuple of Advice
        In the order of the table; opinions, from reviews and single cases.

    Examples
    --------
    >>> [one.advice for one in advice_for("cava spike")]
    ['retrieval by catheter']
    """
    require(situation in SITUATIONS, f"no advice is kept for {situation!r}. Known: {', '.join(SITUATIONS)}.")
    lines = references()
    return tuple(
        Advice(situation=one.situation, advice=one.advice, source=lines[one.source])
        for one in v.ADVICE
        if one.situation == situation
    )


def situations_in(arrivals: Arrivals, departures: Departures, lodgings: Lodgings, *, symptoms: bool) -> tuple[str, ...]:
    """Which situations a patient is in; none without cement in cava, heart or lungs.

    Parameters
    ----------
    arrivals, departures, lodgings
        What veins, heart and lungs hold.
    symptoms : bool
        Whether symptoms have come.
    """
    in_heart = departures.in_heart > 0.0
    central = any(one.artery_diameter >= v.CENTRAL_DIAMETER.number for one in lodgings.lodged)
    in_cava = any("cava" in remnant.vein for remnant in arrivals.remnants)
    holds = {
        "peripheral and silent": bool(lodgings.lodged) and not (central or symptoms),
        "symptomatic or central": bool(lodgings.lodged) and (central or symptoms),
        "heart": in_heart,
        "heart and silent": in_heart and not symptoms,
        "cava spike": in_cava,
    }
    return tuple(situation for situation in SITUATIONS if holds[situation])
