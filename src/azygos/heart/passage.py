"""All arrivals through the right heart: each on its way, then one account."""

from __future__ import annotations

from collections.abc import Iterator

from azygos.ground.errors import require
from azygos.ground.parcels import Account
from azygos.ground.track import Track
from azygos.heart.chambers import Heart
from azygos.heart.departures import Departures, Effusion, Exit
from azygos.heart.laws import HeartLaws
from azygos.heart.tracks import track_of
from azygos.heart.wall import effusion_from
from azygos.heart.ways import Setting, Way, ways_of
from azygos.veins import Arrivals


def pass_heart(heart: Heart, arrivals: Arrivals, *, output: float, laws: HeartLaws | None = None) -> Departures:
    """Send every piece through the right heart.

    Parameters
    ----------
    heart : Heart
        One patient's, with its chances.
    arrivals : Arrivals
        From the veins.
    output : float
        Of the heart [m^3 s^-1], positive.
    laws : HeartLaws or None
        What counts; None: everything.

    Returns
    -------
    departures : Departures
        Pieces do not see one another. Breaks and holes are followed for a year after each arrival; of several pierced
        walls the first bleeds.
    """
    require(output > 0.0, f"a heart that pumps {output * 6e4:g} L/min moves no cement; give its output at that time")
    setting = Setting(heart=heart, cement=arrivals.cement, output=output, laws=laws or HeartLaws())
    ways = [way for number, piece in enumerate(arrivals.pieces) for way in ways_of(setting, piece, number)]
    departs = [way.departs for way in ways if way.departs is not None]
    density = arrivals.cement.density_paste
    return Departures(
        cement=arrivals.cement,
        pieces=tuple(sorted(departs, key=lambda piece: piece.time)),
        passages=tuple(way.passage for way in ways),
        effusion=_first_hole(heart, ways),
        tracks=tuple(_tracks(heart, ways, heart.transit(output))),
        account=Account(
            room="heart",
            received=arrivals.account.passed_on,
            kept=density * sum(way.passage.volume_left for way in ways),
            passed_on=density * sum(piece.volume for piece in departs),
            removed=density * sum(way.passage.piece.volume for way in ways if way.passage.exit is Exit.CROSSES),
        ),
    )


def _tracks(heart: Heart, ways: list[Way], transit: float) -> Iterator[Track]:
    for way in ways:
        for passage, until in way.waited:
            if until > passage.piece.time:
                yield track_of(heart, passage, transit=transit, until=until)
        yield track_of(heart, way.passage, transit=transit)


def _first_hole(heart: Heart, ways: list[Way]) -> Effusion | None:
    holes = [way.passage for way in ways if way.passage.pierces_at is not None]
    if not holes:
        return None
    first = min(holes, key=lambda passage: passage.pierces_at or 0.0)
    begins = first.pierces_at if first.pierces_at is not None else first.piece.time
    return effusion_from(heart, heart.tip_sharpness * first.piece.diameter, begins, first.chamber)
