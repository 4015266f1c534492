"""What cement of a journey lies where at a day: pieces as tubes in the lying body, and the fill of treated bodies."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import Place
from azygos.ground.track import Track
from azygos.ground.units import ML, MM
from azygos.ground.vessels import Vessels
from azygos.journey import Journey, Treated, session_end
from azygos.lungs import Lodging
from azygos.render.cement_beside import beside_the_bone
from azygos.render.cement_sites import Line, level_at, level_of, main_place, places_along, vessels_at
from azygos.render.phantom import LEVELS, Phantom
from azygos.render.phantom_spine import PEDICLE_UP
from azygos.render.truth import Placed

DAY = 86_400.0
SETTLED = 3600.0  # a scan on the day of the session comes this long after it [s]
SHORTEST_PART = 0.05  # share of an artery's length that an end of a cast fills at least
THICKEST_COIL = 2.5  # how much thicker a coiled cord is drawn at most
BESIDE_MM = 0.8  # between a body's wall and what runs along it
OUTSIDE_BONE = ("external plexus", "anterior external", "segmental", "azygos", "ascending lumbar", "vena cava")
STEP_MM = 3.0  # longest piece of a line, so that it follows the body's bend


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fill(Parcel):
    """Cement within the bone of one vertebra, with how it is told in the truth."""

    treated: Treated
    placed: Placed


def pieces_at(journey: Journey, phantom: Phantom, day: float, cement_hu: float) -> tuple[Placed, ...]:
    """All cement that left a bone, at a day, each piece once.

    Parameters
    ----------
    journey : Journey
        Pieces that were taken out whole by then are not there; of one that broke in its removal what was left is
        not known by place, so it is shown whole.
    phantom : Phantom
        How the body lies.
    day : float
        After the session.
    cement_hu : float
        Of the set cement at this beam.
    """
    time = max(day * DAY, session_end(journey.treated) + SETTLED)
    lines: dict[str, list[Line]] = {}
    in_heart = {passage.piece.name: passage.volume_left / ML for passage in journey.departures.passages}
    for track in _shown(journey, day):
        found = track.at(time)
        if found is not None and not (track.room == "lungs" and track.piece in _casts(journey)):
            line = Line(found[0] / MM, found[1] / MM, track.room)
            lines.setdefault(track.piece, []).append(
                _filled_out(line, in_heart.get(track.piece, 0.0)) if track.room == "heart" else line
            )
    gone = _gone(journey, day)
    for name, lodging in _casts(journey).items():
        if lodging.time <= time and name not in gone:
            lines.setdefault(name, []).extend(_cast(lodging, phantom.of_room("lungs")))
    for name, line in _in_feeding_veins(journey, phantom):
        lines.setdefault(name, []).append(line)
    in_vessels = tuple(_placed(name, own, phantom, cement_hu) for name, own in lines.items())
    return (*in_vessels, *beside_the_bone(journey, phantom, cement_hu))


def _gone(journey: Journey, day: float) -> set[str]:
    return {name for one in journey.planned.course.removals if one.day <= day for name in one.pieces}


def _shown(journey: Journey, day: float) -> list[Track]:
    gone = _gone(journey, day)
    return [track for track in journey.tracks if track.room == "veins" or track.piece not in gone]


# Casts and the cement in the bone's own veins ---------------------------------------------------------------------


def _casts(journey: Journey) -> dict[str, Lodging]:
    """Paste that took the shape of several arteries: its track shows only the longest way."""
    return {one.piece.name: one for one in journey.lodgings.lodged if one.moulded and len(one.vessels) > 1}


def _cast(lodging: Lodging, tree: Vessels) -> list[Line]:
    """Every artery that it lies in; its first artery, then its last ones, are cut to give it the piece's volume."""
    members = list(lodging.vessels)
    ends, wide = tree.ends[members], tree.diameter[members] * np.sqrt(np.clip(lodging.closed, 1e-3, 1.0))
    full = 0.25 * math.pi * wide**2 * np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
    begins, stops = ({tuple(np.round(end, 9)) for end in ends[:, at]} for at in (0, 1))
    root = np.array([tuple(np.round(start, 9)) not in stops for start in ends[:, 0]])
    leaf = np.array([tuple(np.round(end, 9)) not in begins for end in ends[:, 1]]) & ~root
    excess = float(full.sum()) - (lodging.piece.volume - lodging.behind)
    cuts = np.zeros((len(members), 2))
    for side, own in ((0, root), (1, leaf)):
        held = float(full[own].sum())
        share = min(1.0 - SHORTEST_PART, max(excess, 0.0) / held) if held > 0.0 else 0.0
        cuts[own, side] = share
        excess -= share * held
    way = ends[:, 1] - ends[:, 0]
    start, stop = ends[:, 0] + cuts[:, :1] * way, ends[:, 1] - cuts[:, 1:] * way
    return [Line(np.stack([a, b]) / MM, np.full(2, w / MM), "lungs") for a, b, w in zip(start, stop, wide, strict=True)]


def _filled_out(line: Line, volume_ml: float) -> Line:
    """A cord that lies coiled in a chamber is drawn as one as thick as its volume asks for."""
    drawn = tube_volume_ml(line.points, line.widths, (False, False))
    factor = math.sqrt(volume_ml / drawn) if drawn > 0.0 else 1.0
    return Line(line.points, line.widths * min(max(factor, 1.0), THICKEST_COIL), line.room)


def _in_feeding_veins(journey: Journey, phantom: Phantom) -> list[tuple[str, Line]]:
    """Casts of the veins by which cement left a bone; no track shows them."""
    tracked = {track.piece for track in journey.tracks}
    veins, found = phantom.of_room("veins"), list[tuple[str, Line]]()
    for remnant in journey.arrivals.remnants:
        if remnant.name in tracked or remnant.vein not in veins.names:
            continue
        number = int("".join(c for c in remnant.name.rsplit(" ", 1)[-1] if c.isdigit()) or 1)
        line = _from_bone(veins, remnant.vein, remnant.length / MM, phantom, remnant.level, number)
        widths = np.full(len(line), remnant.diameter / MM)
        found.append((remnant.name, Line(line, widths, "veins", remnant.vein)))
    return found


def _from_bone(veins: Vessels, name: str, length: float, phantom: Phantom, level: str, number: int) -> FloatArray:
    """A line along a vein by its name, from the bone's wall on; veins side by side lie apart."""
    size = phantom.spine[level]
    far = np.linspace(0.0, length, max(2, math.ceil(length / STEP_MM) + 1))
    if "anterior external" in name:
        wide, deep = 0.5 * max(size.width) + BESIDE_MM, 0.5 * max(size.depth) + BESIDE_MM
        turn = (-1.0) ** number * (0.2 * ((number + 1) // 2) + far / wide) - 0.5 * math.pi
        height = phantom.centre_mm(level)[2] + 2.5 * (number - 3)
        return np.stack([wide * np.cos(turn), deep * np.sin(turn), np.full(len(far), height)], axis=-1)
    start, end = veins.ends[veins.names.index(name)] / MM
    way = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    aside = np.zeros(3)
    if float(np.hypot(start[0], start[1])) < 1.0:  # from the middle of the body: it ends behind the back wall
        start = start + way * max(0.5 * min(size.depth) + BESIDE_MM - length, 0.0)
        aside[0] = 4.0 * (number // 2) * (-1.0) ** number
    return np.asarray(start + aside + far[:, None] * way)


def _around_bone(line: Line, phantom: Phantom) -> Line:
    """Veins outside a body run around it and through the foramina, where straight stretches would cut through bone."""
    points = line.points.copy()
    names = [line.vessel] * len(points) if line.vessel else vessels_at(points, line.room, phantom)
    for number, name in enumerate(names):
        if "intervertebral" in name:
            points[number, 2] = _between_pedicles(points[number], name, phantom)
        size = phantom.spine[level_at(points[number], phantom)]
        wide = 0.5 * max(size.width) + BESIDE_MM + 0.5 * line.widths[number]
        deep = 0.5 * max(size.depth) + BESIDE_MM + 0.5 * line.widths[number]
        within = float(np.hypot(points[number, 0] / wide, points[number, 1] / deep))
        if 0.05 < within < 1.0 and any(word in name for word in OUTSIDE_BONE):
            points[number, :2] /= within
    return replace(line, points=points)


def _between_pedicles(point: FloatArray, name: str, phantom: Phantom) -> float:
    """Height at which a vein passes a foramen: its lowest point comes to lie in the middle between the pedicles."""
    level, veins = level_of(name, point, phantom), phantom.of_room("veins")
    centre, number = float(phantom.centre_mm(level)[2]), LEVELS.index(level)
    lowest = min(float(veins.ends[at, :, 2].min()) for at, own in enumerate(veins.names) if own == name) / MM - centre
    if number + 1 == len(LEVELS) or lowest >= 0.0:
        return float(point[2])
    below = LEVELS[number + 1]
    own, other = (phantom.spine[at] for at in (level, below))
    under = centre + PEDICLE_UP * own.height - 0.5 * own.pedicle_height
    over = float(phantom.centre_mm(below)[2]) + PEDICLE_UP * other.height + 0.5 * other.pedicle_height
    return centre + (float(point[2]) - centre) * (0.5 * (under + over) - centre) / lowest


# Placing ----------------------------------------------------------------------------------------------------------


def _placed(name: str, lines: Sequence[Line], phantom: Phantom, cement_hu: float) -> Placed:
    level = name.split(" ")[0].split("-")[0]
    shares: dict[Place, float] = {}
    followed = [_finer(line) for line in lines]
    fine, volume = _rounded([_around_bone(line, phantom) if line.room == "veins" else line for line in followed])
    for line in followed:
        for place, share in places_along(line, phantom):
            shares[place] = shares.get(place, 0.0) + share
    counted, bent = sum(shares.values()), [phantom.space.to_world(line.points) for line in fine]
    return Placed(
        name=name,
        lines_mm=tuple(bent),
        diameters_mm=tuple(_widths_when_bent(*one) for one in zip(fine, bent, strict=True)),
        place=main_place(shares),
        origin=level,
        cement_hu=cement_hu,
        volume_ml=volume,
        sites=tuple((place.words, volume * share / counted) for place, share in shares.items()),
    )


def _widths_when_bent(line: Line, bent: FloatArray) -> FloatArray:
    """As wide as holds the same volume: what lies in front of a bent spine is shorter there."""
    straight, lying = (tube_volume_ml(points, line.widths, (False, False)) for points in (line.points, bent))
    return line.widths * math.sqrt(straight / lying) if lying > 0.0 else line.widths


def tube_volume_ml(points_mm: FloatArray, widths_mm: FloatArray, free: tuple[bool, bool] = (True, True)) -> float:
    """Of frusta along a line, and of half balls at those of its ends that are free; bends change it little [mL]."""
    radius = 0.5 * widths_mm
    far = np.linalg.norm(np.diff(points_mm, axis=0), axis=1)
    a, b = radius[:-1], radius[1:]
    body = math.pi / 3.0 * float((far * (a * a + a * b + b * b)).sum())
    ends = sum(float(radius[at]) ** 3 for at, is_free in zip((0, -1), free, strict=True) if is_free)
    return (body + 2.0 * math.pi / 3.0 * ends) * 1e-3


def _rounded(lines: list[Line]) -> tuple[list[Line], float]:
    """Lines whose flat ends are turned into round ones of the same volume, and the volume of all [mL].

    An end that touches another line of the piece is a joint and stays.
    """
    found, volume = list[Line](), 0.0
    for number, line in enumerate(lines):
        others = [other.points for other in lines[:number] + lines[number + 1 :]] if len(lines) > 1 else []
        free = tuple(_is_free(line.points[at], 0.5 * line.widths[at], others) for at in (0, -1))
        cut = [0.5 * line.widths[at] * 2.0 / 3.0 * is_free for at, is_free in zip((0, -1), free, strict=True)]
        far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line.points, axis=0), axis=1))])
        flat = tube_volume_ml(line.points, line.widths, (False, False))
        if len(far) == 1 or far[-1] <= sum(cut) + 1e-3:
            whole = flat if flat > 0.0 else tube_volume_ml(line.points, line.widths)
            line = Line(line.points.mean(axis=0)[None], np.array([(6e3 * whole / math.pi) ** (1 / 3)]), line.room)
            volume += whole
        else:
            line = _between(line, far, cut[0], far[-1] - cut[1])
            volume += tube_volume_ml(line.points, line.widths, (free[0], free[1]))
        found.append(line)
    return found, volume


def _is_free(end: FloatArray, radius: float, others: Sequence[FloatArray]) -> bool:
    return all(float(np.linalg.norm(points - end, axis=1).min()) > radius + STEP_MM for points in others)


def _between(line: Line, far: FloatArray, first: float, last: float) -> Line:
    """The part of a line between two lengths along it."""
    at = np.concatenate([[first], far[(far > first) & (far < last)], [last]])
    points = np.stack([np.interp(at, far, line.points[:, axis]) for axis in range(3)], axis=-1)
    return Line(points, np.interp(at, far, line.widths), line.room)


def _finer(line: Line) -> Line:
    """The same line without doubled points, in steps no longer than `STEP_MM`."""
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line.points, axis=0), axis=1))])
    keep = np.concatenate([[True], np.diff(far) > 1e-6])
    far, points, widths = far[keep], line.points[keep], line.widths[keep]
    if len(far) == 1:
        return Line(points, widths, line.room, line.vessel)
    steps = [np.linspace(a, b, max(2, math.ceil((b - a) / STEP_MM) + 1))[:-1] for a, b in itertools.pairwise(far)]
    at = np.append(np.concatenate(steps), far[-1])
    finer = np.stack([np.interp(at, far, points[:, axis]) for axis in range(3)], axis=-1)
    return Line(finer, np.interp(at, far, widths), line.room, line.vessel)


def carry(pieces: Sequence[Placed], phantom: Phantom, other: Phantom) -> tuple[Placed, ...]:
    """The same pieces in the same body when it lies otherwise.

    Parameters
    ----------
    pieces : sequence of Placed
        As they lie in `phantom`.
    phantom, other : Phantom
        One body in two poses.

    Examples
    --------
    >>> import numpy as np
    >>> from azygos.render import Pose, draw_phantom
    >>> body = draw_phantom(1)
    >>> ball = Placed(name="a", lines_mm=(np.zeros((1, 3)),), diameters_mm=(np.ones(1),),
    ...               place=Place(site="heart"), origin="", cement_hu=5000.0, volume_ml=5.2e-4)
    >>> moved = carry([ball], body, body.lying(Pose(shift_mm=np.array([3.0, 0.0, 0.0]))))
    >>> np.round(moved[0].lines_mm[0], 3).tolist()
    [[3.0, 0.0, 0.0]]
    """
    return tuple(
        replace(piece, lines_mm=tuple(other.space.to_world(phantom.space.to_model(line)) for line in piece.lines_mm))
        for piece in pieces
    )


def fills_of(journey: Journey, phantom: Phantom, cement_hu: float) -> tuple[Fill, ...]:
    """Cement within each treated body, told as a ball of its volume in its middle."""
    return tuple(_fill(one, phantom, cement_hu) for one in journey.treated if float(one.injection.fill.sum()) > 0.0)


def _fill(treated: Treated, phantom: Phantom, cement_hu: float) -> Fill:
    vertebra, fill = treated.vertebra, np.asarray(treated.injection.fill, dtype=np.float64)
    volume = float(fill.sum()) * (vertebra.spacing / MM) ** 3 * 1e-3
    middle = np.array([float((fill * axis).sum()) for axis in np.indices(fill.shape)]) / fill.sum()
    own = vertebra.to_lps(middle) / MM
    centre, axes = phantom.space.vertebra(phantom.centre_mm(vertebra.level))
    place = Place(site="vertebral_body", level=vertebra.level, source="truth")
    placed = Placed(
        name=f"{vertebra.level} body",
        lines_mm=((centre + axes @ own)[None, :],),
        diameters_mm=(np.array([2.0 * (3.0e3 * volume / (4.0 * math.pi)) ** (1.0 / 3.0)]),),
        place=place,
        origin=vertebra.level,
        cement_hu=cement_hu,
        volume_ml=volume,
        sites=((place.words, volume),),
    )
    return Fill(treated=treated, placed=placed)
