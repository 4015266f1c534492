"""The report of ``azygos plan``: one HTML file that is read in a minute and can be checked."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from azygos.ground.units import ML, MM
from azygos.plan.outcome import Assumption, PlanResult
from azygos.plan.statistics import (
    ANY,
    ANY_VEIN,
    CANAL,
    Driver,
    Failure,
    PairedDifference,
    RouteChance,
    amounts,
    by_rest,
    cases,
    chance_by_route,
    detectable_difference,
    drivers,
    failures,
    paired,
)
from azygos.report.figures import (
    BLUE,
    INK,
    MARKERS,
    RULE,
    SHAPES,
    SOFT,
    draw_comparison,
    draw_drivers,
    draw_time,
    new_figure,
    shown_outcomes,
    style,
    to_png,
)
from azygos.report.page import (
    AMOUNT_WORDS,
    DRAWN,
    GAP,
    NOTHING,
    difference_words,
    number,
    outcome_words,
    percent,
    percent_range,
    picture,
    plural,
    render,
    scientific,
    signed,
    with_range,
)
from azygos.report.slices import VIEWS, Scene, bone_ceiling, draw_plane, draw_slices, make_scene
from azygos.report.surface import draw_body, draw_surface, viewpoints


def write_plan_report(result: PlanResult, path: Path) -> None:
    """Write ``report.html``: one file with all its pictures inside and no address outside it.

    The same result gives the same bytes.
    """
    path.write_text(make_plan_report(result), encoding="utf-8", newline="\n")


def make_plan_report(result: PlanResult) -> str:
    """The report as text of HTML."""
    levels = [vertebra.level for vertebra in result.vertebrae]
    differences = [paired(result, k) for k in range(1, len(result.alternatives))]
    return render(
        "plan.html",
        version=result.version,
        result=result,
        title=f"Where may the cement of {' and '.join(levels)} go?",
        headline=headline(result),
        versus=versus(result, differences),
        whole=_part(result, None),
        vertebrae=[_vertebra(result, k) for k in range(len(levels))],
        parts_count=len(levels),
        notes=_notes(result),
        assumptions=_assumptions(result),
        second=second_line(result),
        draws=plural(result.draws, "draw"),
        method=method(result),
        done=len(cases(result)),
        visible=number(result.visible_leak / ML, 2),
        comparison=_comparison(result, differences),
        causes=_causes(result),
        sure=_sure(result),
        failed=[_failure(result, f) for f in failures(result)],
        failures=sum(f.count for f in failures(result)),
        numerics=_numerics(result),
    )


def _notes(result: PlanResult) -> list[str]:
    """What the run, the scan and each vertebra noted, every sentence once."""
    scan = result.volume.notes if result.volume is not None else ()
    own = [f"{v.level}: {note}" for v in result.vertebrae for note in v.notes]
    return list(dict.fromkeys([*result.notes, *scan, *own]))


# ---------------------------------------------------------------------------------------------
# Sentences


def headline(result: PlanResult) -> str:
    """The answer in one sentence, with its interval."""
    rows = chance_by_route(result)
    whole = next(row for row in rows if row.name == ANY)
    if whole.n == 0:
        return "No draw finished, so nothing can be said about this plan; the numbers below say why."
    where = "the bone" if len(result.vertebrae) == 1 else f"at least one of {len(result.vertebrae)} vertebrae"
    if whole.leaking == 0:
        return (
            f"In none of {plural(whole.n, 'draw')} did {number(result.visible_leak / ML, 2)}{GAP}mL of cement or more "
            f"leave {where} (chance 0{GAP}%, 95{GAP}% interval {percent_range(whole.chance)})."
        )
    return (
        f"In {whole.leaking} of {plural(whole.n, 'draw')} cement left {where} "
        f"({percent(whole.chance.value)}, 95{GAP}% interval {percent_range(whole.chance)}); {_likeliest(rows)}."
    )


def _likeliest(rows: list[RouteChance]) -> str:
    ways = [row for row in rows if row.route is not None]
    most = max(row.leaking for row in ways)
    if most == 0:
        return "no single way out let through as much as can be seen"
    first = [row for row in ways if row.leaking == most]
    shown = f"{percent(first[0].chance.value)}, {percent_range(first[0].chance)}"
    if len(first) == 1:
        return f"the likeliest way is the {first[0].name} ({shown})"
    return f"the likeliest ways are {' and '.join('the ' + row.name for row in first)} (each {shown})"


def second_line(result: PlanResult) -> str:
    """How much leaks if it leaks, and whether into the canal: what a reader asks next."""
    rows = {row.name: row for row in chance_by_route(result)}
    whole, canal = rows[ANY], rows[CANAL]
    if whole.n == 0:
        return ""
    canal_words = f"into the spinal canal in {canal.leaking} of {whole.n} ({percent_range(canal.chance)})"
    if whole.leaking == 0:
        return f"{canal_words[0].upper()}{canal_words[1:]}."
    return f"When it leaks: {with_range(whole.volume, ML, 'mL', 3)}; {canal_words}."


def method(result: PlanResult) -> str:
    """How it was done, in a line: in what body, how often, on what grid."""
    what = "a virtual patient" if result.volume is None else "the CT that was given"
    several = len(result.alternatives) > 1
    each = f"the plan and {plural(len(result.alternatives) - 1, 'alternative')}" if several else "the plan"
    steps = sorted({number(vertebra.spacing / MM, 1) for vertebra in result.vertebrae})
    return (
        f"In {what}, {each} {'were' if several else 'was'} injected in {plural(result.draws, 'draw')} of what no scan "
        f"tells (bone, veins, cement, operator), on a grid of {' and '.join(steps)}{GAP}mm."
    )


def versus(result: PlanResult, differences: list[list[PairedDifference]]) -> list[tuple[str, str]]:
    """Each alternative's name, and what it does to the chance of any leak and to the leaked volume, in words."""
    return [
        (name, f"{_chance_clause(row)}; {_volume_clause(row)}.")
        for name, row in zip(result.alternatives[1:], differences, strict=True)
    ]


def _chance_clause(row: list[PairedDifference]) -> str:
    difference, words = _named(row, "chance of any leak")
    if words["difference"] == NOTHING:
        return "no draw finished in both"
    change = f"some leak in {words['other']} of draws instead of {words['plan']}"
    return f"{change} ({words['difference']}, 95{GAP}% interval {words['interval']}){_noise(difference)}"


def _volume_clause(row: list[PairedDifference]) -> str:
    difference, words = _named(row, "leaked volume")
    return f"mean leaked volume {words['difference']} ({words['interval']}){_noise(difference)}"


def _named(row: list[PairedDifference], quantity: str) -> tuple[PairedDifference, dict[str, str]]:
    difference = next(d for d in row if d.quantity == quantity)
    return difference, difference_words(difference)


def _noise(difference: PairedDifference) -> str:
    return f", {difference.noise}" if difference.within_noise else ""


def _sure(result: PlanResult) -> dict[str, str]:
    smallest = detectable_difference(len(cases(result)))
    return {
        "explained": explained(result),
        "smallest": "none at all" if math.isnan(smallest) else f"{number(100.0 * smallest, 0)}{GAP}percentage points",
    }


def explained(result: PlanResult) -> str:
    """How much narrower the forecast is for having this scan, in one sentence."""
    if result.volume is None and result.spread_explained is None:
        return "Not computed: no scan was read."
    if result.spread_explained is None or result.spread_explained_interval is None:
        return "Not told: too few draws finished, or none leaked in bodies other than this one."
    low, high = result.spread_explained_interval
    return (
        f"{percent(result.spread_explained)} (95{GAP}% interval {number(100.0 * low, 0)} to {percent(high)}): so much "
        "smaller is the variance of the leaked volume\u2019s logarithm in this body than for the same "
        f"{plural(result.spread_draws, 'draw')} in virtual bodies of this level and fracture class; "
        f"at {plural(result.spread_draws, 'draw')} this is a noisy number, and 0 means that the scan did not narrow "
        "the forecast."
    )


# ---------------------------------------------------------------------------------------------
# Tables


def _part(result: PlanResult, level: str | None) -> dict[str, Any]:
    """Routes, places of rest and amounts, of one vertebra or of all together."""
    summary = amounts(result, level=level)
    rows = chance_by_route(result, level=level)
    return {
        "ways": [_way(row) for row in rows if row.route is not None],
        "groups": [_way(row) for row in rows if row.name in (ANY_VEIN, CANAL, ANY)],
        "rests": [_way(row) for row in by_rest(result, level=level) if row.leaking],
        "amounts": [(label, words(summary[name])) for name, (label, words) in AMOUNT_WORDS.items()],
        "n": rows[0].n,
    }


def _way(row: RouteChance) -> dict[str, Any]:
    return {
        "name": row.name,
        "chance": percent(row.chance.value),
        "interval": percent_range(row.chance),
        "draws": f"{row.leaking} of {row.n}",
        "volume": with_range(row.volume, ML, "mL", 3),
        "any": row.name == ANY,
        # the strip is 100 units wide: one for each percent
        "low": round(100.0 * row.chance.low, 2),
        "high": round(100.0 * row.chance.high, 2),
        "middle": round(100.0 * row.chance.value, 2) if row.n else 0.0,
    }


def _vertebra(result: PlanResult, index: int) -> dict[str, Any]:
    vertebra = result.vertebrae[index]
    scene = make_scene(result, index)
    done = len(cases(result, 0, vertebra.level))
    return {
        "level": vertebra.level,
        "part": _part(result, vertebra.level) if len(result.vertebrae) > 1 else None,
        "slices": _safe(draw_slices(scene)),
        "surface": picture(draw_surface(scene)),
        "time": _safe(draw_time(result, vertebra.level)) if done else None,
        "ct": result.volume is not None,
        "white": number(bone_ceiling(vertebra), 1),
        "offset": number(_offset(scene), 0),
        "dots": _dots(scene),
        "fracture": vertebra.fracture,
        "volume": number(vertebra.volume / ML, 1),
        "spacing": number(vertebra.spacing / MM, 2),
        "cells": f"{int(vertebra.inside.sum()):,}".replace(",", "\u202f"),
    }


def _dots(scene: Scene) -> list[str]:
    """The ways out that are drawn, each with its mark."""
    routes = dict.fromkeys(route for route, _, _ in scene.mouths)
    return [f"{SHAPES[MARKERS[route]]}{GAP}{route.value}" for route in routes]


def _assumptions(result: PlanResult) -> list[dict[str, Any]]:
    """The numbers that went in: drawn, assumed for all draws, with a source."""
    rows = result.assumptions
    groups = (
        ("drawn", "drawn for each draw, with the range that this run\u2019s draws took", [a for a in rows if a.drawn]),
        ("fixed", "assumed, alike in all draws", [a for a in rows if not a.drawn and _assumed(a)]),
        ("sourced", "with a source, alike in all draws", [a for a in rows if not a.drawn and not _assumed(a)]),
    )
    return [{"kind": kind, "words": words, "rows": own} for kind, words, own in groups if own]


def _assumed(assumption: Assumption) -> bool:
    """Whether at least a part of it has no source."""
    return assumption.source.startswith("assumed")


def _offset(scene: Scene) -> float:
    """How far the planes' crossing lies from the body's middle [mm]."""
    body = scene.vertebra.to_lps(np.argwhere(scene.vertebra.inside).astype(np.float64)) / MM
    return float(np.linalg.norm(scene.centre - 0.5 * (body.min(axis=0) + body.max(axis=0))))


def _safe(svg: str) -> Any:
    """Mark matplotlib's SVG, whose texts it has escaped, as markup."""
    from markupsafe import Markup

    return Markup(svg)


def _comparison(result: PlanResult, differences: list[list[PairedDifference]]) -> dict[str, Any] | None:
    if not differences:
        return None
    names = result.alternatives[1:]
    return {
        "picture": _safe(draw_comparison(names, differences)),
        "tables": [
            {"name": name, "n": row[0].n, "rows": [difference_words(d) for d in row]}
            for name, row in zip(names, differences, strict=True)
        ],
        "count": sum(len(row) for row in differences),
    }


HOPELESS = 0.97  # luck alone reaches such a correlation: nothing can be told from so few draws


def _causes(result: PlanResult) -> list[dict[str, Any]]:
    """For each vertebra: the picture, and in words what is beyond noise."""
    found = []
    for vertebra in result.vertebrae:
        rows = [row for row in drivers(result, vertebra.level) if row.noise < HOPELESS]
        found.append(
            {
                "level": vertebra.level,
                "picture": _safe(draw_drivers(rows)) if rows else None,
                "noise": number(rows[0].noise, 2) if rows else "",
                "n": rows[0].n if rows else 0,
                "strong": _strong(rows),
            }
        )
    return found


def _strong(rows: list[Driver]) -> list[tuple[str, list[str]]]:
    """For each outcome that is shown, the drawn numbers beyond noise."""
    return [
        (
            outcome_words(outcome),
            [
                f"{DRAWN.get(row.field, row.field)} ({signed(row.rho.value, 2)})"
                for row in rows
                if row.outcome == outcome and row.beyond_noise
            ],
        )
        for outcome in shown_outcomes(rows)
    ]


def _failure(result: PlanResult, failure: Failure) -> dict[str, Any]:
    return {
        "level": failure.level,
        "alternative": result.alternatives[failure.alternative],
        "count": failure.count,
        "sentence": failure.sentence,
    }


def _numerics(result: PlanResult) -> dict[str, str]:
    gaps = [abs(member.account_gap) for member in result.members if member.failed is None]
    seconds = [member.seconds for member in result.members]
    solved = [member for member in result.members if member.failed is None and member.steps]
    stops: dict[str, int] = {}
    for case in cases(result):
        for member in case.members:
            stops[member.stopped] = stops.get(member.stopped, 0) + 1
    return {
        "gap": scientific(max(gaps)) if gaps else NOTHING,
        "members": str(len(result.members)),
        "total": number(sum(seconds), 1),
        "median": number(float(np.median(seconds)) if seconds else math.nan, 2),
        "steps": _middle([member.steps for member in solved], 0),
        "iterations": _middle([member.iterations / member.steps for member in solved], 1),
        "stops": "; ".join(f"{reason}: {count}" for reason, count in sorted(stops.items(), key=lambda x: -x[1])),
    }


def _middle(values: list[float] | list[int], digits: int) -> str:
    """``41 (30 to 66)``: the median, and the least and the most; nothing where there is nothing."""
    if not values:
        return ""
    return (
        f"{number(float(np.median(values)), digits)} ({number(min(values), digits)} to {number(max(values), digits)})"
    )


# ---------------------------------------------------------------------------------------------
# The picture for a README


def plan_picture(result: PlanResult, path: Path, index: int = 0) -> None:
    """One wide PNG of a plan: three planes, the vertebra in space, and the chance of each way out."""
    scene = make_scene(result, index)
    with style():
        figure = new_figure(16.0, 4.3)
        figure.suptitle(headline(result), fontsize=12, x=0.005, y=0.975, ha="left")
        for place, view in enumerate(VIEWS):
            draw_plane(figure.add_axes((0.004 + 0.193 * place, 0.06, 0.188, 0.72)), scene, view)
        draw_body(figure.add_axes((0.585, 0.04, 0.18, 0.78), projection="3d"), scene, viewpoints(scene)[0])
        _chances(figure.add_axes((0.865, 0.15, 0.125, 0.68)), result)
        path.write_bytes(to_png(figure, dpi=100))


def _chances(axes: Any, result: PlanResult) -> None:
    rows = [row for row in chance_by_route(result) if row.route is not None or row.name == ANY]
    for y, row in enumerate(rows):
        axes.plot([100.0 * row.chance.low, 100.0 * row.chance.high], [y, y], color=BLUE, linewidth=2.0)
        if row.n:
            axes.plot(100.0 * row.chance.value, y, "o", color=BLUE, markersize=6.5, clip_on=False)
    axes.set_yticks(range(len(rows)), [row.name for row in rows], fontsize=8.5, color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0.0, 100.0)
    axes.set_xlabel("research use only: not a medical device", fontsize=8, color=SOFT, loc="right")
    axes.set_title("chance of a leak [%], 95 % interval", loc="right")
    axes.grid(axis="x", color=RULE, linewidth=0.6)
