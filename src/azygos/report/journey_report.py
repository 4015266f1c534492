"""The report of ``azygos journey``: one HTML file that a clinician reads in a minute and a researcher can check."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from azygos.care import Visit
from azygos.case import CaseResult
from azygos.case.ends import DAY, End, add_up, find_ends
from azygos.circulation import Response
from azygos.ground.units import MINUTE, ML, MM, MMHG
from azygos.journey import Branch
from azygos.lungs import Obstruction
from azygos.lungs.names import LOBE_WORDS
from azygos.report.journey_figures import MOST_NUMBERS, draw_response, draw_timeline, event_rows, story
from azygos.report.journey_path import draw_lungs, draw_moments, draw_path
from azygos.report.journey_words import (
    ONE_PATIENT,
    THREE_MONTHS,
    amount,
    clock,
    effect,
    found_words,
    headline,
    listed,
    rarity_words,
    switched_words,
)
from azygos.report.page import GAP, NOTHING, number, render, scientific

METHOD = (
    "Each injection was computed in bone; what left it was followed through veins, right heart and pulmonary arteries, "
    "and its effect on the circulation for a year or to death in the model."
)
MOST_ROWS = 24  # of a table that stands open; the rest is folded


def write_journey_report(result: CaseResult, path: Path) -> None:
    """Write ``report.html``: one file with all its pictures inside and no address outside it.

    The same result gives the same bytes.
    """
    path.write_text(make_journey_report(result), encoding="utf-8", newline="\n")


def make_journey_report(result: CaseResult) -> str:
    """The report as text of HTML."""
    journey = result.journey
    ends, events = find_ends(journey), story(journey)
    return render(
        "journey.html",
        version=result.version,
        result=result,
        title=_title(result),
        headline=headline(result),
        effects=effect(result),
        rarity=rarity_words(result.rarity) if result.rarity else "",
        found=found_words(result),
        switched=switched_words(result),
        one_patient=ONE_PATIENT,
        body=_body(result),
        method=METHOD,
        path=_safe(draw_path(result)),
        lungs=_safe(draw_lungs(result)),
        moments=_safe(draw_moments(result)),
        timeline=_safe(draw_timeline(events)) if events else None,
        events=event_rows(events),
        numbered=len(events) <= MOST_NUMBERS,
        response=_safe(draw_response(result)),
        year=journey.died is None or journey.died[0] > float(journey.acute.times[-1]),
        lodged=[_lodged(end) for end in ends if end.room == "lungs"],
        stayed=[_stayed(end) for end in ends if end.room != "lungs"],
        passages=[(p.piece.name, p.exit.value, p.reason) for p in journey.departures.passages],
        account=_account(result),
        indices=_indices(result),
        butscheidt=journey.lodgings.butscheidt,
        branches=_branches(result),
        visits=[_visit(visit) for visit in journey.planned.course.visits],
        assumptions=_assumptions(result),
        notes=_notes(result),
        numerics=_numerics(result),
        most=MOST_ROWS,
    )


def _safe(svg: str | None) -> Any:
    """Mark matplotlib's SVG, whose texts it has escaped, as markup."""
    from markupsafe import Markup

    return None if svg is None else Markup(svg)


def _title(result: CaseResult) -> str:
    levels = [one.vertebra.level for one in result.journey.treated]
    return f"Where did the cement of {listed(levels)} go?"


def _body(result: CaseResult) -> str:
    body = result.journey.body
    return (
        f"A virtual patient: {body.sex}, {number(body.age, 0)} years, {number(100.0 * body.height, 0)}{GAP}cm, "
        f"{number(body.mass, 0)}{GAP}kg."
    )


def _notes(result: CaseResult) -> list[str]:
    own = [f"{one.vertebra.level}: {note}" for one in result.journey.treated for note in one.vertebra.notes]
    return list(dict.fromkeys([*result.notes, *own]))


# Pieces -----------------------------------------------------------------------------------------------------------


def _lodged(end: End) -> dict[str, str]:
    return {
        "piece": end.piece,
        "cause": _cause(end),
        "place": end.place,
        "segment": end.segment or LOBE_WORDS.get(end.lobe, "central"),
        "order": NOTHING if end.order is None else str(end.order),
        "artery": _mm(end.artery_diameter, 1),
        "length": _mm(end.length, 0),
        "width": _widths(end),
        "volume": _ml(end.volume),
        "state": end.state,
        "time": NOTHING if end.time is None else clock(end.time),
        "visible": "yes" if end.visible else "no",
    }


CAUSES = {"neck": "thinning to a neck", "broken by the ventricle": "the ventricle", "": NOTHING}


def _cause(end: End) -> str:
    return f"hangs on {end.level}" if end.attached else CAUSES.get(end.cause, end.cause)


def _stayed(end: End) -> dict[str, str]:
    return {
        "piece": end.piece,
        "room": end.room,
        "place": end.place,
        "cause": _cause(end),
        "length": _mm(end.length, 0),
        "width": _mm(end.diameter, 1),
        "volume": _ml(end.volume),
    }


def _mm(length: float | None, digits: int) -> str:
    return NOTHING if length is None else number(length / MM, digits)


def _widths(end: End) -> str:
    """``2.4 (1.9 to 2.9)``: mean, thinnest and thickest."""
    if end.thinnest is None or end.thickest is None:
        return _mm(end.diameter, 1)
    return f"{_mm(end.diameter, 1)} ({_mm(end.thinnest, 1)} to {_mm(end.thickest, 1)})"


def _ml(volume: float) -> str:
    return amount(volume).removesuffix(f"{GAP}mL").replace("less than ", f"<{GAP}")


# The account ------------------------------------------------------------------------------------------------------


def _account(result: CaseResult) -> dict[str, Any]:
    """From the needle to the lung, before any was taken out, and how far the sum is off."""
    ledger = add_up(result.journey)
    course = result.journey.planned.course
    share = abs(ledger.gap) / ledger.injected if ledger.injected > 0.0 else 0.0
    rows = [(place, mass) for place, mass in ledger.places if mass > 0.0 or not place.startswith("elsewhere")]
    return {
        "injected": _mass_row(ledger.injected, ledger.volume(ledger.injected)),
        "rows": [(place, *_mass_row(mass, ledger.volume(mass))) for place, mass in rows],
        "sum": _mass_row(ledger.injected - ledger.gap, ledger.volume(ledger.injected - ledger.gap)),
        "gap": scientific(share),
        "removed": _mass_row(course.removed_volume * ledger.density, course.removed_volume)
        if course.removed_volume > 0.0
        else None,
    }


def _mass_row(mass: float, volume: float) -> tuple[str, str]:
    return number(mass * 1e3, 3), number(volume / ML, 3)


# Indices ----------------------------------------------------------------------------------------------------------

INDEX_ROWS: tuple[tuple[str, Callable[[Obstruction], str]], ...] = (
    ("Flow that these arteries no longer carry at the same pressure [%]", lambda o: number(100.0 * o.flow_lost, 1)),
    ("Resistance of the pulmonary bed over that before", lambda o: number(o.resistance_ratio, 2)),
    ("Closed area over that of the same order [%]", lambda o: number(100.0 * o.area_fraction, 1)),
    ("Qanadli index [%]", lambda o: number(o.qanadli, 0)),
    ("Miller points (of 34)", lambda o: str(o.miller)),
)


def _indices(result: CaseResult) -> dict[str, Any] | None:
    """Cement alone; then cement with clot when most flow is lost, and at three months."""
    journey = result.journey
    columns: list[tuple[str, Obstruction]] = []
    if journey.lodgings.obstructions:
        columns.append(("cement alone, after the last piece", journey.lodgings.obstructions[-1]))
    days, found = journey.planned.course.days, journey.planned.obstructions
    if found and len(found) == len(days) and journey.died is None:
        worst = int(np.argmax([one.flow_lost for one in found]))
        later = int(np.searchsorted(days, min(THREE_MONTHS, float(days[-1])), side="right")) - 1
        columns.append((f"with clot, at most (day {number(float(days[worst]), 0)})", found[worst]))
        columns.append((f"day {number(float(days[later]), 0)}", found[later]))
    if not columns or all(one.flow_lost <= 0.0 for _, one in columns):
        return None
    return {
        "names": [name for name, _ in columns],
        "rows": [(words, [tell(one) for _, one in columns]) for words, tell in INDEX_ROWS],
    }


# With and without -------------------------------------------------------------------------------------------------


def _branches(result: CaseResult) -> dict[str, Any] | None:
    """One column for each branch."""
    branches = result.journey.branches
    if len(branches) < 2:
        return None
    rows = [(words, [tell(branch) for branch in branches]) for words, tell in BRANCH_ROWS]
    return {"names": [branch.name for branch in branches], "rows": rows}


def _series(branch: Branch, field: str, unit: float) -> list[tuple[float, float]]:
    """Day and value, where the model's patient lives and the value is known."""
    response: Response = branch.response
    last = math.inf if response.died is None else response.died
    pairs = zip(response.times, getattr(response, field), strict=True)
    return [(float(t) / DAY, float(x) / unit) for t, x in pairs if t <= last and math.isfinite(x)]


def _most(field: str, unit: float, digits: int, sign: float = 1.0) -> Callable[[Branch], str]:
    """The highest value, or with a sign of -1 the lowest, and its day."""

    def tell(branch: Branch) -> str:
        series = _series(branch, field, unit)
        if not series:
            return NOTHING
        day, value = max(series, key=lambda pair: sign * pair[1])
        shown = number(value, digits)
        day = series[0][0] if shown == number(series[0][1], digits) else day  # a hair's breadth is no change
        return f"{shown} (day{GAP}{number(day, 0)})"

    return tell


def _at_three_months(field: str, unit: float, digits: int) -> Callable[[Branch], str]:
    def tell(branch: Branch) -> str:
        series = _series(branch, field, unit)
        if not series or series[-1][0] < THREE_MONTHS:
            return NOTHING
        return number(min(series, key=lambda pair: abs(pair[0] - THREE_MONTHS))[1], digits)

    return tell


def _clot(branch: Branch) -> str:
    day, clot = branch.course.most_clot
    return "none" if clot <= 0.0 else f"{number(clot / ML, 1)} (day{GAP}{number(day, 0)})"


def _symptoms(branch: Branch) -> str:
    day = branch.course.symptoms_day
    return "none" if day is None else f"day{GAP}{number(day, 0)}"


def _taken(branch: Branch) -> str:
    return _ml(branch.course.removed_volume) if branch.course.removed_volume > 0.0 else "none"


def _death(branch: Branch) -> str:
    died = branch.response.died
    return "no" if died is None else f"{clock(died)}: {branch.response.cause}"


BRANCH_ROWS: tuple[tuple[str, Callable[[Branch], str]], ...] = (
    ("Mean pulmonary pressure, highest [mmHg]", _most("pulmonary_pressure", MMHG, 0)),
    ("\u2026 at three months", _at_three_months("pulmonary_pressure", MMHG, 0)),
    ("Right atrial pressure, highest [mmHg]", _most("right_atrial_pressure", MMHG, 0)),
    ("Output of the heart, lowest [L/min]", _most("cardiac_output", 1e-3 / MINUTE, 1, -1.0)),
    ("Arterial saturation, lowest [%]", _most("saturation", 0.01, 0, -1.0)),
    ("\u2026 at three months", _at_three_months("saturation", 0.01, 0)),
    ("Clot, most [mL]", _clot),
    ("Cement taken out [mL]", _taken),
    ("Symptoms in this draw", _symptoms),
    ("Death in the model", _death),
)


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "day": number(visit.day, 0),
        "looks_with": visit.looks_with.replace("ct", "CT"),
        "sees": visit.sees,
        "misses": visit.misses,
    }


# What went in -----------------------------------------------------------------------------------------------------


def _assumptions(result: CaseResult) -> list[dict[str, Any]]:
    """The numbers that went in: drawn for this patient, assumed, with a source."""
    rows = result.assumptions
    groups = (
        ("drawn", "drawn for this patient, with the range that they were drawn from", [a for a in rows if a.drawn]),
        ("fixed", "assumed", [a for a in rows if not a.drawn and a.source.startswith("assumed")]),
        ("sourced", "with a source", [a for a in rows if not a.drawn and not a.source.startswith("assumed")]),
    )
    return [{"kind": kind, "words": words, "rows": own} for kind, words, own in groups if own]


def _numerics(result: CaseResult) -> list[tuple[str, str]]:
    journey = result.journey
    gap = max(abs(a.gap) / a.received for a in journey.accounts if a.received > 0.0)
    tubes: Sequence[tuple[str, int]] = [(vessels.room, len(vessels.names)) for vessels in journey.vessels]
    solves = [(one.vertebra.level, one.injection.steps, one.injection.iterations) for one in journey.treated]
    return [
        ("Largest gap in a room\u2019s account of cement, as a share of its mass", scientific(gap)),
        ("Vessels", ", ".join(f"{count} in the {room}" for room, count in tubes)),
        *(
            (f"Pressure solves of the injection of {level}; iterations of the linear solver", f"{steps}; {iterations}")
            for level, steps, iterations in solves
        ),
        ("Instants of the circulation: first hours; each course", _instants(result)),
        ("Share of blood that returns by the azygos, in this draw", f"{number(100.0 * journey.azygos_share, 0)}{GAP}%"),
    ]


def _instants(result: CaseResult) -> str:
    journey = result.journey
    return f"{len(journey.acute.times)}; {len(journey.planned.response.times)}"
