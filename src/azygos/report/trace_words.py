"""What a trace found, in sentences and in the cells of tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from azygos.ground.findings import Exit, Findings, NotCement, Piece, Range, TreatedLevel
from azygos.ground.places import REPORTED, SITES, Place
from azygos.report.journey_words import listed, sentence_start
from azygos.report.page import GAP, NOTHING, number, percent, plural

PREVALENCES = (0.02, 0.09, 0.26)  # of cement in the lungs after cement in the spine, as series report it
LONG_MM = 20.0  # seen way from which a site is named in the answer
MOST_POINTS = 4  # of look-alikes whose places are written out
BONE = ("vertebral_body", "posterior_elements", "disc")


def headline(found: Findings) -> str:
    """The answer to the scan's question in one sentence.

    Where cement lies that changes care, from which vertebra, how much; or that there is none.
    """
    pieces = found.reported
    if not pieces:
        return _nothing_reported(found)
    volume = add_up(piece.volume_ml for piece in pieces)
    amount = f"{plural(len(pieces), 'piece')}, {millilitres(volume)}{' in all' if len(pieces) > 1 else ''}"
    return f"{_which_cement(pieces)} lies in {_places(found)}: {amount}."


def _nothing_reported(found: Findings) -> str:
    field = "the azygos vein, great veins, heart or lungs"
    held = [level.level for level in found.levels]
    if held:
        return f"Cement lies in {listed(held)}; none was found in {field}."
    if found.candidates:
        return f"No cement was found in {field}; {plural(len(found.candidates), 'candidate')} elsewhere may be cement."
    return "No cement was found on this scan."


def _which_cement(pieces: Sequence[Piece]) -> str:
    origins = list(dict.fromkeys(piece.origin.level for piece in pieces))
    named = [level for level in origins if level]
    if named and "" in origins:
        return f"Cement from {listed(named)}, and some whose origin cannot be told,"
    return f"Cement from {listed(named)}" if named else "Cement of which the origin cannot be told"


def _places(found: Findings) -> str:
    """Places of the reported pieces and of all that their lines pass, in the order of the flow, each once."""
    order = {site: at for at, site in enumerate(REPORTED)}
    places = sorted(_passed(found), key=lambda place: (order.get(place.site, len(order)), place.side))
    if {"right_atrium", "right_ventricle"} & {place.site for place in places}:
        places = [place for place in places if place.site != "heart"]
    words = list(dict.fromkeys(_the(place) for place in places))
    both = ["the left main pulmonary artery", "the right main pulmonary artery"]
    if all(word in words for word in both):
        words = ["both main pulmonary arteries" if word == both[0] else word for word in words if word != both[1]]
    return listed(words)


def _passed(found: Findings) -> list[Place]:
    """Place of each reported piece, and the places of stretches on which it is seen."""
    numbers = {piece.number for piece in found.reported}
    places = [piece.place for piece in found.reported]
    middle = _middle_mm(found)
    for stretch in found.path.stretches:
        if stretch.seen and stretch.piece in numbers and stretch.site in REPORTED and stretch.length_mm >= LONG_MM:
            side = "right" if float(stretch.line_mm[:, 0].mean()) < middle else "left"
            if stretch.site == "pulmonary_artery":
                places.append(Place(site=stretch.site, side=side))
            elif stretch.site != "lung":
                places.append(Place(site=stretch.site))
    return places


def _middle_mm(found: Findings) -> float:
    """Where the patient's left half begins: at the treated vertebrae, or in the middle of the scan."""
    levels = {level.level for level in found.levels}
    at = [stop.point_mm[0] for stop in found.path.stops if stop.name in levels]
    if at:
        return float(np.mean(at))
    return float((found.affine_mm @ [*(0.5 * (edge - 1) for edge in found.shape), 1.0])[0])


def _the(place: Place) -> str:
    if place.site == "lung":
        return f"the {place.lobe} lobe" if place.lobe else f"the {place.side} lung" if place.side else "a lung"
    if place.site == "pulmonary_artery":
        return f"the {place.side} main pulmonary artery" if place.side else "a main pulmonary artery"
    return f"the {SITES[place.site]}"


def followed(found: Findings) -> str:
    """How far the way can be followed, and how much of it is seen; "" without a path."""
    outside = [stretch for stretch in found.path.stretches if stretch.site not in BONE]
    if not outside:
        return ""
    seen = sum(stretch.length_mm for stretch in outside if stretch.seen)
    whole = sum(stretch.length_mm for stretch in outside)
    levels = [level.level for level in found.levels]
    starts = [found.path.stops[stretch.start].name for stretch in found.path.stretches]
    begins = [level for level in levels if level in starts]
    way = f"The way from {listed(begins)}" if begins else "What is drawn without a vertebra to begin at"
    inferred = f"; {number(0.1 * (whole - seen), 0)}{GAP}cm between are inferred" if whole - seen >= 5.0 else ""
    length, shown = (f"{number(0.1 * part, 0)}{GAP}cm" for part in (whole, seen))
    return f"{way} is {length} long in all its branches: on {shown} cement is seen{inferred}."


def surety(found: Findings, calibration: Mapping[str, Any]) -> list[str]:
    """How sure all this is, in up to four sentences."""
    said = []
    if found.reported:
        said.append(_certainties(found.reported, calibration))
        unsure = [piece for piece in found.reported if not piece.origin.level]
        if unsure:
            said.append(f"{_pieces_are(unsure)} of unknown origin: {unsure[0].origin.reason}.")
    if found.blind:
        regions = list(dict.fromkeys(blind.region for blind in found.blind))
        said.append(f"This scan cannot show cement in {listed(regions)}.")
    if found.not_seen:
        said.append(f"Not in the field, so not looked at: {listed(list(found.not_seen))}.")
    return said


def _certainties(pieces: Sequence[Piece], calibration: Mapping[str, Any]) -> str:
    """Span of the certainties, those that are calibrated and those that are assumed apart."""
    spans = []
    for known, how in ((True, calibrated(calibration)), (False, "assumed, as nothing so long was calibrated on")):
        chances = [piece.certainty for piece in pieces if piece.calibrated is known]
        if chances:
            low, high = percent(min(chances)), percent(max(chances))
            spans.append(f"{low if low == high else f'{low} to {high}'}, {how}")
    return f"Certainty that {'it is' if len(pieces) == 1 else 'each is'} cement: {'; '.join(spans)}."


def _pieces_are(pieces: Sequence[Piece]) -> str:
    if len(pieces) == 1:
        return f"Piece {pieces[0].number} is"
    return f"Pieces {listed([str(piece.number) for piece in pieces])} are"


def calibrated(calibration: Mapping[str, Any]) -> str:
    """On what certainty was calibrated."""
    cases = int(calibration.get("cases", 0))
    return f"calibrated on {cases} synthetic cases, not on patients" if cases else "not calibrated"


def done_by(found: Findings) -> str:
    """From where the body was known."""
    maps = [mark.name for mark in found.landmarks if mark.source == "label map"]
    own = [mark.name for mark in found.landmarks if mark.source == "built-in landmarks"]
    said = [f"from label maps: {listed(maps)}"] if maps else []
    said += [f"from built-in landmarks: {listed(own)}"] if own else []
    return f"Known of the body {'; '.join(said)}." if said else "Nothing of the body was known."


# Numbers ----------------------------------------------------------------------------------------------------------


def add_up(volumes: Any) -> Range:
    """The sum of volumes; ends are added, as errors of one scan go together."""
    known = list(volumes)
    return Range(value=sum(v.value for v in known), low=sum(v.low for v in known), high=sum(v.high for v in known))


def millilitres(volume: Range) -> str:
    """``0.42 (0.30 to 0.60) mL``, with digits as the interval bears.

    Examples
    --------
    >>> millilitres(Range(value=0.42, low=0.3, high=0.6)), millilitres(Range(value=0.004, low=0.002, high=0.01))
    ('0.42 (0.30 to 0.60)\\xa0mL', '0.004 (0.002 to 0.010)\\xa0mL')
    """
    digits = 3 if volume.value < 0.0995 else 2 if volume.value < 9.95 else 1
    return f"{number(volume.value, digits)} ({number(volume.low, digits)} to {number(volume.high, digits)}){GAP}mL"


def share_of(share: Range | None) -> str:
    """A share with its interval in percent."""
    if share is None:
        return "outline not known"
    return f"{number(100 * share.value, 0)} ({number(100 * share.low, 0)} to {number(100 * share.high, 0)}){GAP}%"


# Rows of tables ---------------------------------------------------------------------------------------------------


def piece_row(piece: Piece) -> dict[str, str]:
    """One piece as cells of a table."""
    place = piece.place
    others = [
        f"{SITES[site]} {percent(chance)}" for site, chance in place.others if chance >= 0.05 and site != place.site
    ]
    return {
        "number": str(piece.number),
        "place": sentence_start(place.words),
        "place_note": ", ".join(word for word in (f"{percent(place.certainty)} sure", place.source) if word)
        + (f"; or {', '.join(others)}" if others else ""),
        "origin": piece.origin.level or "cannot tell",
        "origin_note": sentence_start(piece.origin.reason.removeprefix("cannot tell: ")),
        "volume": millilitres(piece.volume_ml),
        "length": number(piece.length_mm, 0 if piece.length_mm >= 9.5 else 1),
        "diameter": number(piece.diameter_mm, 1),
        "peak": number(piece.peak_hu, 0) + (" (at the ceiling)" if piece.clipped > 0.0 else ""),
        "contrast": number(piece.contrast, 0),
        "certainty": percent(piece.certainty),
    }


def site_short(piece: Piece) -> str:
    """A piece's place for the title of its picture."""
    return (
        sentence_start(_the(piece.place).removeprefix("the "))
        if piece.place.site in REPORTED
        else sentence_start(piece.place.words)
    )


def not_cement_rows(things: Sequence[NotCement]) -> list[dict[str, str]]:
    """Look-alikes as rows of a table; those of one kind and for one reason stand together."""
    groups: dict[tuple[str, str], list[NotCement]] = {}
    for thing in things:
        groups.setdefault((thing.kind, thing.reason), []).append(thing)
    return [_not_cement(kind, reason, group) for (kind, reason), group in groups.items()]


def _not_cement(kind: str, reason: str, group: Sequence[NotCement]) -> dict[str, str]:
    places = list(dict.fromkeys(thing.place.words for thing in group))
    low, high = (percent(end(thing.certainty for thing in group)) for end in (min, max))
    where = [", ".join(number(float(value), 0) for value in thing.centre_mm) for thing in group[:MOST_POINTS]]
    return {
        "kind": sentence_start(kind), "count": str(len(group)), "reason": sentence_start(reason),
        "place": sentence_start(listed(places[:3]) + (" ..." if len(places) > 3 else "")),
        "volume": number(sum(thing.volume_ml for thing in group), 2),
        "peak": number(max(thing.peak_hu for thing in group), 0),
        "where": "; ".join(where) + (" ..." if len(group) > MOST_POINTS else ""),
        "certainty": low if low == high else f"{low} to {high}",
    }  # fmt: skip


def level_row(level: TreatedLevel) -> dict[str, Any]:
    """One treated vertebra as cells of a table."""
    return {
        "level": level.level, "fill": millilitres(level.fill_ml), "share": share_of(level.fill_share),
        "exits": [exit_words(one) for one in sorted(level.exits, key=_flow)],
        "upper": level.upper_end_plate, "lower": level.lower_end_plate,
    }  # fmt: skip


def _flow(one: Exit) -> int:
    return list(SITES).index(one.site)


def exit_words(one: Exit) -> str:
    """Cement outside a vertebra, by where it lies."""
    which = f"piece {one.pieces[0]}" if len(one.pieces) == 1 else f"pieces {listed([str(n) for n in one.pieces])}"
    return f"{sentence_start(SITES[one.site])}: {millilitres(one.volume_ml)} ({which})"


# Predictive value -------------------------------------------------------------------------------------------------


def predictive_values(calibration: Mapping[str, Any]) -> list[dict[str, str]]:
    """What share of alarms is real at each prevalence; empty where sensitivity and false alarms were not measured.

    A patient is an alarm if any piece is reported. With false alarms falling on scans at random, a clean scan has
    one with the chance 1 - exp(-rate).
    """
    sensitivity, rate = calibration.get("sensitivity"), calibration.get("false_alarms_per_scan")
    if sensitivity is None or rate is None:
        return []
    false = 1.0 - math.exp(-float(rate))
    rows = []
    for prevalence in PREVALENCES:
        value, rest = predictive_value(prevalence, float(sensitivity), false)
        rows.append({"prevalence": percent(prevalence), "alarms": percent(value), "silent": percent_fine(rest)})
    return rows


def predictive_value(prevalence: float, sensitivity: float, false: float) -> tuple[float, float]:
    """Share of alarms that are real, and share of silent scans that hold cement all the same.

    Examples
    --------
    >>> [round(value, 3) for value in predictive_value(0.09, 0.98, 0.095)]
    [0.505, 0.002]
    """
    real, wrong = prevalence * sensitivity, (1.0 - prevalence) * false
    missed, clean = prevalence * (1.0 - sensitivity), (1.0 - prevalence) * (1.0 - false)
    return (real / (real + wrong) if real + wrong else math.nan), (
        missed / (missed + clean) if missed + clean else math.nan
    )


def percent_fine(share: float) -> str:
    """A small share with a digit more."""
    return f"{number(100.0 * share, 1)}{GAP}%" if math.isfinite(share) else NOTHING
