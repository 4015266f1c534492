"""The report of ``azygos trial``: one HTML file that answers the trial's question, in whom and how surely, first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from azygos.plan import Assumption
from azygos.report.journey_words import listed
from azygos.report.page import DRAWN, GAP, NOTHING, number, percent, plural, render
from azygos.report.trial_assumed import assumed_in
from azygos.report.trial_credibility import credibility, fragile, like_cement, overall, unequal_cement
from azygos.report.trial_factors import ABSENT
from azygos.report.trial_figures import (
    MOST_EFFECTS,
    draw_curves,
    draw_differences,
    draw_levels,
    draw_screening,
    draw_subgroups,
    draw_ways,
)
from azygos.report.trial_method import computing, grouped, population, side_by_side
from azygos.report.trial_numbers import (
    detectable_words,
    difference_of,
    difference_words,
    digits,
    level_of,
    level_words,
    measure_named,
    others,
    primary,
    ratio_words,
    scale,
    strategy_name,
    unit_of,
    verdict,
)
from azygos.report.trial_words import (
    MODEL_ERROR,
    answer,
    answer_for,
    answers_beside,
    asked_of_groups,
    failed_share,
    how_done,
    how_sure,
    in_whom,
    lost_words,
    question,
)
from azygos.trial.columns import COLUMNS
from azygos.trial.findings import Level, Measure, TrialFindings
from azygos.trial.trial_file import TrialFile

WAYS = ("route_", "rest_")
FEW_EFFECTIVE = 0.25  # of the patients: below it weights have eaten most of the trial


def write_trial_report(
    findings: TrialFindings,
    trial: TrialFile,
    path: Path,
    *,
    assumptions: Sequence[Assumption] | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Write the report: one file with all its pictures inside and no address outside it.

    Parameters
    ----------
    findings : TrialFindings
        From :func:`azygos.trial.analyse`.
    trial : TrialFile
        What was asked for.
    path : Path
        Of the HTML file.
    assumptions : sequence of Assumption, optional
        What the report lists as assumed; by default all values that such a trial reads.
    notes : sequence of str
        What the run noted.

    Notes
    -----
    The same findings give the same bytes.
    """
    page = make_trial_report(findings, trial, assumptions=assumptions, notes=notes)
    path.write_text(page, encoding="utf-8", newline="\n")


def make_trial_report(
    findings: TrialFindings,
    trial: TrialFile,
    *,
    assumptions: Sequence[Assumption] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """The report as text of HTML."""
    strategies = [one.model_dump(mode="json") for one in trial.strategy]
    statement = credibility(findings, strategies)
    return render(
        "trial.html",
        version=findings.version,
        findings=findings,
        title=question(findings),
        answer=answer(findings),
        answers=[*(answer_for(findings, strategy) for strategy in others(findings)[1:]), *answers_beside(findings)],
        first=_first(findings),
        whom=in_whom(findings),
        sure=how_sure(findings),
        model_error=MODEL_ERROR,
        method=how_done(findings),
        warnings=_warnings(findings),
        outcomes=_outcomes(findings),
        beside=_beside(findings),
        levels=_picture(draw_levels(findings, _shares(findings))) if _shares(findings) else None,
        ways=_ways(findings),
        subgroups=_subgroups(findings),
        curves=_picture(draw_curves(findings)) if any(len(c.days) for c in findings.curves) else None,
        screening=_screening(findings),
        detectable=_detectable(findings),
        weights=_weights(findings) if findings.importance else [],
        accounts=_accounts(findings),
        lost=[words for strategy in others(findings) if (words := lost_words(findings, strategy))],
        methods=findings.methods,
        luck=_luck(findings),
        statement=statement,
        overall=overall(statement),
        absent=ABSENT,
        population=population(trial),
        strategies=side_by_side(strategies),
        computing=computing(findings),
        assumptions=grouped(assumed_in(trial) if assumptions is None else assumptions),
        notes=list(dict.fromkeys(notes)),
        trial_toml=trial.toml(),
    )


def _picture(svg: str) -> Any:
    """Mark matplotlib's SVG, whose texts it has escaped, as markup."""
    from markupsafe import Markup

    return Markup(svg)


# First screen -----------------------------------------------------------------------------------------------------


def _first(findings: TrialFindings) -> dict[str, Any]:
    """The primary outcome under each strategy, and its difference from the reference."""
    measure = primary(findings)
    levels = [level_of(findings.levels, measure.name, strategy) for strategy in findings.strategies]
    most = max((x.high for x in levels if x is not None and math.isfinite(x.high)), default=1.0) or 1.0
    rows = [
        _strategy_row(findings, measure, strategy, level, most)
        for strategy, level in zip(findings.strategies, levels, strict=True)
    ]
    axis = f"0 to {number(scale(measure) * most, digits(measure, scale(measure) * most))}"
    return {"words": measure.words, "share": measure.kind == "share", "axis": axis, "rows": rows}


def _strategy_row(
    findings: TrialFindings, measure: Measure, strategy: str, level: Level | None, most: float
) -> dict[str, Any]:
    difference = difference_of(findings.differences, measure.name, strategy)
    reference = strategy == findings.strategies[0]
    known = level is not None and all(math.isfinite(x) for x in (level.value, level.low, level.high))
    return {
        "name": strategy,
        "reference": reference,
        "level": level_words(measure, level),
        "events": _of(measure, level),
        "difference": "reference" if reference else difference_words(measure, difference),
        "ratio": NOTHING if reference else ratio_words(difference),
        "verdict": "" if reference else verdict(measure, difference),
        # the strip is 100 units wide, up to the highest end
        "low": round(100.0 * max(level.low, 0.0) / most, 2) if level is not None and known else None,
        "high": round(100.0 * level.high / most, 2) if level is not None and known else None,
        "middle": round(100.0 * level.value / most, 2) if level is not None and known else None,
    }


def _of(measure: Measure, level: Level | None) -> str:
    if level is None:
        return NOTHING
    return f"{level.events} of {level.patients}" if measure.kind == "share" else str(level.patients)


def _warnings(findings: TrialFindings) -> list[str]:
    """What a reader must know before any number."""
    unequal = unequal_cement(findings)
    said = [" ".join([*unequal, *like_cement(findings)])] if unequal else []
    failed = sum(account.failed for account in findings.accounts)
    if failed:
        asked = sum(account.asked for account in findings.accounts)
        said.append(
            f"{failed} of {asked} sessions could not be finished ({_small(failed_share(findings))}) and are in no "
            "share; why, and what they could change at worst, stands under \u201cAccount of patients\u201d."
            f"{_turned(findings)}"
        )
    thin = [
        row.strategy
        for row in findings.levels
        if row.measure == primary(findings).name and row.effective < FEW_EFFECTIVE * row.patients
    ]
    if thin:
        said.append(
            "Weights are very uneven: under "
            + listed([strategy_name(s) for s in thin])
            + " fewer than a quarter of the patients would have told as much without them."
        )
    return said


def _turned(findings: TrialFindings) -> str:
    """Whether those that were lost could turn an answer round."""
    names = [strategy_name(strategy) for strategy in fragile(findings)]
    if not names:
        return ""
    return f" Had all of them gone one way, the direction of the answer on {listed(names)} could be another."


def _small(share: float) -> str:
    return percent(share) if share >= 0.1 else f"{number(100.0 * share, 1)}{GAP}%"


# All outcomes -----------------------------------------------------------------------------------------------------


def _is_way(measure: Measure) -> bool:
    return measure.name.startswith(WAYS)


def _ordered(findings: TrialFindings) -> list[Measure]:
    """The primary first, then the others as the analysis has them; ways out have their own figure."""
    rest = [m for m in findings.measures if not _is_way(m) and m.name != primary(findings).name]
    return [primary(findings), *rest]


def _shares(findings: TrialFindings) -> list[Measure]:
    return [m for m in _ordered(findings) if m.kind == "share"]


def _outcomes(findings: TrialFindings) -> list[dict[str, Any]]:
    """For each strategy against the reference: the picture and the table."""
    return [
        {
            "name": strategy,
            "picture": _picture(draw_differences(findings, _shares(findings), strategy)),
            "tables": [
                {"share": kind == "share", "rows": rows}
                for kind in ("share", "mean")
                if (rows := [_outcome(findings, m, strategy) for m in _ordered(findings) if m.kind == kind])
            ],
        }
        for strategy in others(findings)
    ]


def _outcome(findings: TrialFindings, measure: Measure, strategy: str) -> dict[str, Any]:
    difference = difference_of(findings.differences, measure.name, strategy)
    levels = [level_of(findings.levels, measure.name, s) for s in (findings.strategies[0], strategy)]
    return {
        "words": measure.words,
        "primary": measure.name == primary(findings).name,
        "reference": level_words(measure, levels[0]),
        "strategy": level_words(measure, levels[1]),
        "difference": difference_words(measure, difference),
        "ratio": ratio_words(difference),
        "verdict": verdict(measure, difference),
        "alone": f"{difference.only_strategy}; {difference.only_reference}" if difference else NOTHING,
    }


def _beside(findings: TrialFindings) -> list[dict[str, Any]]:
    """Two strategies of which neither is the reference, against each other."""
    return [
        {
            "words": measure.words,
            "strategy": d.strategy,
            "reference": d.reference,
            "difference": difference_words(measure, d),
            "ratio": ratio_words(d),
            "verdict": verdict(measure, d),
        }
        for d in findings.beside
        if (measure := measure_named(findings, d.measure)) is not None
    ]


# Ways out and resting places --------------------------------------------------------------------------------------


def _ways(findings: TrialFindings) -> Any:
    panels = []
    for start, title in zip(WAYS, ("By the way out of the bone", "By where it came to rest"), strict=True):
        rows = [(_way_words(m), m) for m in findings.measures if m.name.startswith(start)]
        for kind in ("share", "mean"):
            own = [(words, m) for words, m in rows if m.kind == kind]
            unit = "of 1,000 patients" if kind == "share" else "mL a patient, mean"
            if own:
                panels.append((title, unit, own))
    return _picture(draw_ways(findings, panels)) if panels else None


def _way_words(measure: Measure) -> str:
    """``basivertebral vein`` of ``route_basivertebral_vein_ml``."""
    stem = measure.name.removeprefix("route_").removeprefix("rest_").removesuffix("_ml")
    return stem.replace("end_plate", "end-plate").replace("_", " ")


# In whom ----------------------------------------------------------------------------------------------------------


def _subgroups(findings: TrialFindings) -> list[dict[str, Any]]:
    if not findings.subgroups:
        return []
    return [
        {
            "strategy": strategy,
            "words": measure.words,
            "picture": _picture(draw_subgroups(findings, measure, strategy)),
            "asked": sum(math.isfinite(i.p) for i in findings.interactions),
        }
        for strategy in others(findings)
        for measure in asked_of_groups(findings)
    ]


# Screening --------------------------------------------------------------------------------------------------------


def _screening(findings: TrialFindings) -> dict[str, Any] | None:
    found = findings.screening
    if found is None or not found.effects:
        return None
    groups, still = [], []
    for output in dict.fromkeys(effect.output for effect in found.effects):
        moved = [
            replace(e, words=DRAWN.get(e.name, e.words)) for e in found.effects if e.output == output and e.mu_star
        ]
        words, unit = _output_words(findings, output)
        if moved:
            moved.sort(key=lambda e: -e.mu_star)
            groups.append((words, "change over the input\u2019s range" + unit, moved[:MOST_EFFECTS]))
        else:
            still.append(words)
    return {
        "pictures": [_picture(draw_screening(groups[k : k + 2])) for k in range(0, len(groups), 2)],
        "still": listed(still),
        "inputs": len({e.name for e in found.effects}),
        "strategy": found.strategy,
        "trajectories": found.trajectories,
        "runs": found.runs,
        "failed": found.failed,
        "most": MOST_EFFECTS,
    }


def _output_words(findings: TrialFindings, output: str) -> tuple[str, str]:
    """What a screened output is called, and its unit in brackets."""
    measure = measure_named(findings, output)
    if measure is not None:
        words, unit = measure.words, unit_of(measure)
    else:
        column = next((c for c in COLUMNS if c.name == output), None)
        words, unit = (column.meaning, column.unit) if column else (output.replace("_", " "), "")
    return words, f" [{unit}]" if unit else ""


# How sure ---------------------------------------------------------------------------------------------------------


def _detectable(findings: TrialFindings) -> list[dict[str, str]]:
    """The smallest difference of the main outcomes that so many patients show."""
    measures = asked_of_groups(findings)
    found = [(m, s, difference_of(findings.differences, m.name, s)) for m in measures for s in others(findings)]
    return [
        {"words": m.words, "strategy": s, "pairs": str(d.patients), "detectable": detectable_words(m, d)}
        for m, s, d in found
        if d is not None
    ]


def _weights(findings: TrialFindings) -> list[dict[str, str]]:
    """How many plain patients the weighted ones are worth, outcome by outcome."""
    return [
        {
            "words": measure.words,
            "cells": "; ".join(
                f"{level.strategy}: {number(level.effective, 0)} of {level.patients}, {plural(level.events, 'event')}"
                for level in findings.levels
                if level.measure == measure.name
            ),
        }
        for measure in _shares(findings)
    ]


def _accounts(findings: TrialFindings) -> list[dict[str, Any]]:
    return [
        {
            "strategy": account.strategy,
            "asked": account.asked,
            "finished": account.finished,
            "failed": account.failed,
            "reasons": [f"{count}: {reason}" for reason, count in account.reasons],
        }
        for account in findings.accounts
    ]


def _luck(findings: TrialFindings) -> dict[str, str]:
    """How many intervals stand on the page, and how many of them luck alone would put wrong."""
    whole = [d for d in findings.differences if d.measure != primary(findings).name]
    groups = [d for s in findings.subgroups for d in s.differences]
    count = len(whole) + len(groups)
    return {"count": str(count), "whole": str(len(whole)), "groups": str(len(groups)), "wrong": number(0.05 * count, 0)}
