"""What a journey found, in sentences: the same for the report's first screen and for the terminal."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from azygos.case import CaseResult, Rarity
from azygos.case.ends import DAY, TINY, End, add_up, cement_removals, find_ends
from azygos.ground.parcels import FloatArray
from azygos.ground.units import CM, MINUTE, ML, MM, MMHG
from azygos.heart import Exit
from azygos.journey import session_end
from azygos.lungs.names import LOBE_WORDS
from azygos.report.page import GAP, number, percent, plural
from azygos.values.body import SETTLES

HOUR = 60.0 * MINUTE
THREE_MONTHS = 90.0  # [days]
STILL = 1.0  # a mean pulmonary pressure that rises less than this is said to stay [mmHg]
ONE_PATIENT = "One simulated patient in one draw: not a forecast for anybody."


# Numbers ----------------------------------------------------------------------------------------------------------


def amount(volume: float) -> str:
    """A volume of cement or clot in mL, with as many digits as it bears.

    Examples
    --------
    >>> amount(0.6951e-6), amount(12.3e-6), amount(3e-9), amount(1e-13), amount(0.0)
    ('0.70\\xa0mL', '12.3\\xa0mL', '0.003\\xa0mL', 'less than 0.001\\xa0mL', '0\\xa0mL')
    """
    millilitres = volume / ML
    if millilitres <= 0.0:
        return f"0{GAP}mL"
    if millilitres < 5e-4:
        return f"less than 0.001{GAP}mL"
    digits = 3 if millilitres < 0.0995 else 2 if millilitres < 9.95 else 1 if millilitres < 99.5 else 0
    return f"{number(millilitres, digits)}{GAP}mL"


def long(length: float) -> str:
    """A length: millimetres below 2 cm, centimetres above.

    Examples
    --------
    >>> long(0.0132), long(0.2145), long(0.0543)
    ('13\\xa0mm', '21\\xa0cm', '5.4\\xa0cm')
    """
    if length < 2.0 * CM:
        return f"{number(length / MM, 0 if length >= 9.5 * MM else 1)}{GAP}mm"
    return f"{number(length / CM, 0 if length >= 10.0 * CM else 1)}{GAP}cm"


def clock(time: float) -> str:
    """A time since the first portion, in the unit that fits it.

    Examples
    --------
    >>> clock(0.0), clock(87.0), clock(380.0), clock(5 * 3600.0), clock(14 * 86400.0)
    ('0\\xa0s', '87\\xa0s', '6\\xa0min', '5\\xa0h', 'day\\xa014')
    """
    if time < 2.0 * MINUTE:
        return f"{number(time, 0)}{GAP}s"
    if time < 2.0 * HOUR:
        return f"{number(time / MINUTE, 0)}{GAP}min"
    return f"{number(time / HOUR, 0)}{GAP}h" if time < 2.0 * DAY else f"day{GAP}{number(time / DAY, 0)}"


def moment(time: float) -> str:
    """``after 87 s`` or ``on day 14``."""
    return f"{'on' if time >= 2.0 * DAY else 'after'} {clock(time)}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def sentence_start(text: str) -> str:
    """The same with a capital letter."""
    return text[:1].upper() + text[1:]


def an(noun: str) -> str:
    """The noun with its article."""
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


# What left, and where it went -------------------------------------------------------------------------------------


def headline(result: CaseResult) -> str:
    """What left the bone and where it went, in one sentence."""
    journey = result.journey
    leaks = [leak for one in journey.treated for leak in one.injection.leaks if leak.volume > TINY]
    bones = listed([one.vertebra.level for one in journey.treated])
    whole, venous = sum(leak.volume for leak in leaks), sum(leak.volume for leak in leaks if leak.route.vascular)
    if not leaks:
        injected = amount(add_up(journey).volume(add_up(journey).injected))
        return f"No cement left {bones}: all {injected} that went in stayed in the bone."
    left = sentence_start(amount(whole))
    ways = listed([an(route) for route in dict.fromkeys(leak.route.value for leak in leaks if leak.route.vascular)])
    if venous <= TINY:
        others = listed([an(route) for route in dict.fromkeys(leak.route.value for leak in leaks)])
        return f"{left} of cement left {bones} through {others}, none of it into a vein."
    part = "" if amount(venous) == amount(whole) else f", {amount(venous)} of it"
    return f"{left} of cement left {bones}{part} through {ways}; {_where(result)}."


def _where(result: CaseResult) -> str:
    """What the cement in the veins became."""
    journey = result.journey
    if not journey.arrivals.pieces:
        veins = list(dict.fromkeys(f"the {plain_vein(end.place)}" for end in find_ends(journey)))
        shown = veins if len(veins) <= 4 else [*veins[:3], f"{len(veins) - 3} more veins"]
        return f"none reached the heart: it lies in {listed(shown)}" if veins else "none reached the heart"
    said = [cord for cord in (_cord(result),) if cord]
    loose = [end for end in find_ends(journey) if end.room == "lungs" and not end.attached]
    if loose:
        size = amount(sum(end.volume for end in loose)) + (" in all" if len(loose) > 1 else "")
        said.append(f"{plural(len(loose), 'piece')}, {size}, stopped in the arteries of {_lobes(loose)}")
    said += _other_doors(result)
    if not journey.lodgings.lodged:
        said.append("none reached the lungs")
    return "; ".join(said)


def _cord(result: CaseResult) -> str:
    """The longest cord that still hangs on its vertebra and reaches beyond the veins."""
    ends = [end for end in find_ends(result.journey) if end.attached]
    names = dict.fromkeys(whole_name(end.piece) for end in ends if end.room != "veins")
    cords = [[end for end in ends if whole_name(end.piece) == name] for name in names]
    if not cords:
        return ""
    cord = max(cords, key=lambda parts: sum(end.length for end in parts))
    return f"a cord of {long(sum(end.length for end in cord))} reached {_way(cord)}"


def whole_name(piece: str) -> str:
    """Name of the cord that a part was broken from.

    Examples
    --------
    >>> whole_name("L1-2"), whole_name("L1-2a")
    ('L1-2', 'L1-2')
    """
    return piece.rstrip("abcdefghijklmnopqrstuvwxyz") or piece


def plain_vein(name: str) -> str:
    """A long vein's name without the level at which it is met.

    Examples
    --------
    >>> plain_vein("inferior vena cava at L2"), plain_vein("left segmental vein L2")
    ('inferior vena cava', 'left segmental vein L2')
    """
    return re.sub(r" at [TL]\d+$", "", name)


def _way(cord: Sequence[End]) -> str:
    veins = list(dict.fromkeys(plain_vein(end.place) for end in cord if end.room == "veins"))
    chambers = list(dict.fromkeys(end.place for end in cord if end.room == "heart"))
    arteries = list(dict.fromkeys(end.place for end in cord if end.room == "lungs"))
    start = f"from the {veins[0]} " if veins else ""
    trunks = [vein for vein in veins[2:] if "azygos vein" in vein or "vena cava" in vein]
    middle = [f"the {vein}" for vein in (veins[1:] if len(veins) <= 4 else [veins[1], *trunks])]
    if arteries:
        through = listed([*middle, "the right heart"])
        return f"{start}through {through} into the {arteries[-1]}"
    through = f"through {listed(middle)} " if middle else ""
    return f"{start}{through}into the {chambers[-1] if chambers else 'right atrium'}"


def _lobes(lodged: Sequence[End]) -> str:
    names = list(dict.fromkeys(LOBE_WORDS[end.lobe] for end in lodged if end.lobe in LOBE_WORDS))
    return f"the {listed(names)}" if 0 < len(names) <= 2 else "the lungs"


def _other_doors(result: CaseResult) -> list[str]:
    said = []
    for passage in result.journey.departures.passages:
        if passage.exit is Exit.PERFORATES:
            when = "" if passage.pierces_at is None else f" {moment(passage.pierces_at)}"
            said.append(f"{passage.piece.name} pierced the wall of the {passage.chamber}{when}")
        elif passage.exit is Exit.CROSSES:
            said.append(f"{passage.piece.name} crossed an open foramen ovale to the left heart")
        elif passage.exit is Exit.STAYS and not passage.piece.attached:
            said.append(f"{passage.piece.name} stayed in the {passage.chamber or 'right heart'}")
    return said if len(said) <= 3 else [*said[:2], f"{plural(len(said) - 2, 'more piece')} did not pass the heart"]


# What it did ------------------------------------------------------------------------------------------------------


def effect(result: CaseResult) -> list[str]:
    """Pressure, effusion or death, symptoms, what was taken out and what is left, a sentence each."""
    died = result.journey.died
    said = [*_pressure(result), *_effusion(result)]
    if died is not None:
        return [*said, f"The model\u2019s patient died {moment(died[0])}: {died[1]}."]
    return [sentence_start(one) for one in (*said, _symptoms(result), *_removed(result), *_left(result))]


def _pressure(result: CaseResult) -> list[str]:
    """The mean pulmonary pressure during the session, prone, and once turned; postures are not mixed."""
    journey = result.journey
    acute, course = journey.acute, journey.planned.response
    turned = session_end(journey.treated) + SETTLES.number
    within, later = acute.times < turned, acute.times >= turned
    first = float(acute.pulmonary_pressure[0]) / MMHG
    most, at = _highest(acute.times[within], acute.pulmonary_pressure[within])
    why = _of_fat(result, at, most - first)
    said = [f"During the session, prone, mean pulmonary pressure {_rise(first, most, at)}{why}."]
    times = np.concatenate([acute.times[later], course.times[course.times >= turned]])
    pressures = np.concatenate([acute.pulmonary_pressure[later], course.pulmonary_pressure[course.times >= turned]])
    if times.size:
        most, at = _highest(times, pressures)
        said.append(f"Afterwards, on the back, it {_course(float(pressures[0]) / MMHG, most, at)}.")
    return said


def _rise(first: float, most: float, at: float) -> str:
    if most < first + STILL:
        return f"stayed at {number(first, 0)}{GAP}mmHg"
    return f"rose from {number(first, 0)} to {number(most, 0)}{GAP}mmHg, highest {moment(at)}"


def _course(begins: float, most: float, at: float) -> str:
    if most < begins + STILL:
        return f"was {number(most, 0)}{GAP}mmHg at most"
    return f"was {number(begins, 0)}{GAP}mmHg at first and {number(most, 0)} at most, {moment(at)}"


def _of_fat(result: CaseResult, time: float, rise: float) -> str:
    """Before any cement is in the lungs only marrow fat can have raised the pressure."""
    lodged = [lodging.time for lodging in result.journey.lodgings.lodged]
    of_fat = rise >= STILL and (not lodged or time < min(lodged))
    return " from marrow fat: no cement was in the lungs then" if of_fat else ""


def _highest(times: FloatArray, pressure: FloatArray) -> tuple[float, float]:
    """The highest pressure [mmHg] and when it came [s]."""
    known = np.where(np.isfinite(pressure), pressure, -math.inf)
    place = int(np.argmax(known))
    return float(known[place]) / MMHG, float(times[place])


def _effusion(result: CaseResult) -> list[str]:
    effusion = result.journey.departures.effusion
    if effusion is None:
        return []
    return [f"Blood entered the pericardium from {clock(effusion.begins)} on, {amount(effusion.most)} at most."]


def _symptoms(result: CaseResult) -> str:
    course = result.journey.planned.course
    if course.symptoms_day is not None:
        which = f" ({', '.join(course.symptoms)})" if course.symptoms else ""
        return f"Symptoms came on day{GAP}{number(course.symptoms_day, 0)} in this draw{which}."
    day, chance = float(course.days[-1]), float(course.chance_of_symptoms[-1])
    return f"No symptoms came in this draw (chance by day{GAP}{number(day, 0)}: {percent(chance)})."


def _removed(result: CaseResult) -> list[str]:
    took = cement_removals(result.journey.planned.course)
    if len(took) < 2:
        return [f"{amount(one.volume)} of cement was taken out on day{GAP}{number(one.day, 0)}." for one in took]
    of = ("of cement ", *[""] * (len(took) - 1))
    parts = [
        f"{amount(one.volume)} {of_it}on day{GAP}{number(one.day, 0)}" for one, of_it in zip(took, of, strict=True)
    ]
    return [f"{listed(parts)} were taken out."]


def _left(result: CaseResult) -> list[str]:
    """Cement beyond the bone that is still there at three months, or at the last day if that comes sooner."""
    journey = result.journey
    ledger, course = add_up(journey), journey.planned.course
    last = min(THREE_MONTHS, float(course.days[-1]))
    if ledger.volume(ledger.in_veins + ledger.in_heart + ledger.in_lungs) <= TINY:
        return []
    gone = sum(one.volume for one in cement_removals(course) if one.day <= last)
    beyond = max(ledger.volume(ledger.in_heart + ledger.in_lungs) - gone, 0.0)
    return [
        f"At {_day(last)} {amount(beyond)} of cement is in heart and lungs and "
        f"{amount(ledger.volume(ledger.in_veins))} in veins."
    ]


def _day(day: float) -> str:
    return "three months" if day == THREE_MONTHS else f"day{GAP}{number(day, 0)}"


# How rare, how found ----------------------------------------------------------------------------------------------


def rarity_words(rarity: Rarity) -> str:
    """How rare the course is among simulated sessions."""
    told = f"{plural(rarity.draws, 'weighted draw')}, worth {number(rarity.effective, 0)} plain ones"
    high = one_in(rarity.high)
    if rarity.chance <= 0.0:
        return f"How rare: no simulated session of this case gave {rarity.what} (at most 1 in {high}; {told})."
    low = f"1 in {one_in(rarity.low)}" if rarity.low > 0.0 else "none"
    return (
        f"How rare: about 1 in {one_in(rarity.chance)} simulated sessions of this case gives {rarity.what} "
        f"(95{GAP}% interval 1 in {high} to {low}; {told})."
    )


def one_in(chance: float) -> str:
    """N of "1 in N", with two figures and thin spaces.

    Examples
    --------
    >>> one_in(4.2e-4), one_in(0.3), one_in(0.0)
    ('2\\u202f400', '3.3', 'infinitely many')
    """
    if chance <= 0.0:
        return "infinitely many"
    n = float(f"{1.0 / chance:.2g}")
    return f"{n:.1f}" if n < 10.0 and n != round(n) else f"{n:,.0f}".replace(",", "\u202f")


def found_words(result: CaseResult) -> str:
    """How this seed came about."""
    if result.seeds_tried is None:
        return ""
    return f"Seed {result.seed} is the one that was kept of {plural(result.seeds_tried, 'seed')} tried."


def switched_words(result: CaseResult) -> str:
    """What this run left out of the physics on purpose."""
    return f"Switched off in this run: {listed(result.switches)}." if result.switches else ""


def summarise_journey(result: CaseResult) -> list[str]:
    """What happened in a few lines, for the terminal."""
    journey = result.journey
    body = journey.body
    who = f"{body.sex}, {body.age:.0f} years, {body.height * 100:.0f} cm, {body.mass:.0f} kg; seed {result.seed}"
    said = [
        f"{result.name}: a virtual patient ({who}).",
        headline(result),
        " ".join(effect(result)[:2]),
        " ".join(effect(result)[2:]),
        _lungs(result),
        switched_words(result),
        " ".join(part for part in (rarity_words(result.rarity) if result.rarity else "", found_words(result)) if part),
        ONE_PATIENT,
    ]
    return [_for_terminal(line) for line in said if line]


def summarise_rarity(rarity: Rarity) -> str:
    """How rare a course is, in one line for the terminal."""
    return _for_terminal(rarity_words(rarity))


def _for_terminal(line: str) -> str:
    return line.replace(GAP, " ").replace("\u202f", " ").replace("\u2019", "'")


def _lungs(result: CaseResult) -> str:
    lodgings = result.journey.lodgings
    if not lodgings.obstructions:
        return ""
    last = lodgings.obstructions[-1]
    seen = sum(lodging.visible for lodging in lodgings.lodged)
    return (
        f"In the lungs: {plural(len(lodgings.lodged), 'part')} of cement, {seen} wide enough for CT; "
        f"cement alone takes {_share(last.flow_lost)} of the flow, Qanadli {number(last.qanadli, 0)}{GAP}%, "
        f"Miller {last.miller} of 34, Butscheidt grade {lodgings.butscheidt}."
    )


def _share(share: float) -> str:
    """Whole percent, but never nothing where there is something."""
    return f"less than 1{GAP}%" if 0.0 < share < 0.005 else percent(share)
