"""What a trial can and cannot say, in the manner of ASME V&V 40: standing gaps from a table, the rest by rule.

It is no claim of conformity, and nobody but its authors has graded it.
``docs/how-it-works/credibility.md`` tells the same at length.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azygos.ground.parcels import Parcel
from azygos.report.journey_words import listed
from azygos.report.page import GAP, number, percent
from azygos.report.trial_factors import CAUTIONS, FACTORS, GRADES, Factor, Grade
from azygos.report.trial_numbers import (
    detectable_words,
    difference_of,
    difference_words,
    level_of,
    measure_named,
    others,
    primary,
    strategy_name,
)
from azygos.report.trial_words import attrition_of, failed_share, question
from azygos.trial.findings import Difference, TrialFindings

ALIKE = 0.05  # share by which mean volumes may differ and count as alike
TRIAL_GRID_MM = 1.0  # the grid whose error is published
FEW_FAILED, MANY_FAILED = 0.01, 0.05
FEW_EVENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Parcel):
    """The statement of one trial."""

    question: str
    context: str
    influence: str
    consequence: str
    risk: str
    factors: tuple[Factor, ...]
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    mind: tuple[str, ...]


# By rule ----------------------------------------------------------------------------------------------------------


def credibility(findings: TrialFindings, strategies: Sequence[Mapping[str, Any]]) -> Statement:
    """The statement of a trial.

    Parameters
    ----------
    findings : TrialFindings
        What was found.
    strategies : sequence of mapping
        Keys and values of each strategy, as the trial file has them.
    """
    factors = tuple(_of_this_trial(factor, findings) for factor in FACTORS)
    return Statement(
        question=question(findings),
        context="Research: to say which of these strategies is worth a real trial, in whom, and how large it must be. "
        "Not the care of a patient, not the choice of a product, no regulator\u2019s decision.",
        influence="High: for this question the simulated difference is the only evidence in this report.",
        consequence="Low in that context: at worst a real trial is designed badly. High for a patient who "
        "would be treated by it.",
        risk="Moderate for research. For care it would be high, and the grades below do not carry that.",
        factors=factors,
        can=tuple(_can(findings)),
        cannot=tuple(_cannot(findings)),
        mind=tuple(_mind(findings, strategies)),
    )


def _of_this_trial(factor: Factor, findings: TrialFindings) -> Factor:
    """The standing factor, made worse or told more of by what this trial found."""
    change = {"discretisation error": _grid, "solver error": _failures, "test samples": _same}.get(factor.name, _same)
    return change(factor, findings)


def _same(factor: Factor, findings: TrialFindings) -> Factor:
    return factor


def _grid(factor: Factor, findings: TrialFindings) -> Factor:
    size = f"{number(findings.spacing_mm, 2)}{GAP}mm"
    if findings.spacing_mm <= TRIAL_GRID_MM:
        return replace(factor, has=f"This trial: cells of {size}. {factor.has}")
    return _worse(factor, f"This trial\u2019s cells are {size}, coarser than the usual {TRIAL_GRID_MM}{GAP}mm.", "weak")


def _failures(factor: Factor, findings: TrialFindings) -> Factor:
    share = failed_share(findings)
    if share == 0.0:
        return replace(factor, has=f"{factor.has} None failed here.")
    words = f"{_share(share)} of the patients could not be finished."
    if share < FEW_FAILED:
        return replace(factor, has=f"{factor.has} Here {words}")
    return _worse(factor, f"Here {words}", "weak" if share >= MANY_FAILED else "fair")


def _share(share: float) -> str:
    return percent(share) if share >= 0.1 else f"{number(100.0 * share, 1)}{GAP}%"


def _worse(factor: Factor, why: str, grade: Grade) -> Factor:
    lower = min(factor.grade, grade, key=GRADES.index)
    return replace(factor, grade=lower, gap=f"{why} {factor.gap}")


def _can(findings: TrialFindings) -> list[str]:
    """What this trial says."""
    measure = primary(findings)
    said = []
    for strategy in others(findings):
        d = difference_of(findings.differences, measure.name, strategy)
        if d is not None and math.isfinite(d.detectable):
            said.append(
                f"In the model, how {strategy_name(strategy)} changes the outcome against "
                f"{strategy_name(d.reference)}, if by {detectable_words(measure, d)} or more."
            )
    said.append(
        "The direction and the mechanism of a difference that is beyond noise, as the model has it, patient by patient."
    )
    said.append("What to measure: the inputs to which the outcome is most sensitive, and the size of a real trial.")
    return said


def _cannot(findings: TrialFindings) -> list[str]:
    """What it does not say."""
    said = ["How often anything happens in patients: simulated incidence misses published ones."]
    if others(findings):
        said.append(
            "How large the difference would be in patients: a difference of shares scales with an incidence that "
            "is off."
        )
    if unequal_cement(findings):
        said.append("What a strategy does at the same injected volume: the volumes differ.")
    return said + _rare(findings)


def _mind(findings: TrialFindings, strategies: Sequence[Mapping[str, Any]]) -> list[str]:
    """What to know of the model where these strategies differ, and of weights."""
    said = list(dict.fromkeys(CAUTIONS[key] for key in differing(strategies) if key in CAUTIONS))
    if len(differing(strategies)) > 1:
        said.append("Several things differ between the strategies: a difference is that of whole packages.")
    if findings.importance:
        said.append("Patients are drawn by importance: only weighted shares speak of the population, not plain counts.")
    return said


def differing(strategies: Sequence[Mapping[str, Any]]) -> list[str]:
    """Keys in which strategies differ, their names apart."""
    keys = dict.fromkeys(key for strategy in strategies for key in strategy if key != "name")
    return [key for key in keys if len({repr(strategy.get(key)) for strategy in strategies}) > 1]


def unequal_cement(findings: TrialFindings) -> list[str]:
    """Strategies that got less cement in, or more: then a difference is partly that."""
    measure = measure_named(findings, "injected_ml")
    said = []
    for strategy in others(findings):
        d = difference_of(findings.differences, "injected_ml", strategy)
        if measure is not None and d is not None and _beyond(d):
            said.append(
                f"{strategy_name(strategy)} got {'less' if d.value < 0.0 else 'more'} cement in than "
                f"{strategy_name(d.reference)}: {difference_words(measure, d)} a patient. "
                "Part of any difference may be that."
            )
    return said


def like_cement(findings: TrialFindings) -> list[str]:
    """Strategies beside the reference that got about as much in as each other: there no difference is the dose's."""
    return [
        f"{strategy_name(d.strategy)} got about as much cement in as {strategy_name(d.reference)} "
        f"({number(100.0 * (d.ratio - 1.0), 0)}{GAP}% apart): what differs between these two is hardly the dose."
        for d in findings.beside
        if d.measure == "injected_ml" and abs(d.ratio - 1.0) <= ALIKE
    ]


def _beyond(d: Difference) -> bool:
    return math.isfinite(d.low) and math.isfinite(d.high) and not d.within_noise


def _rare(findings: TrialFindings) -> list[str]:
    """Outcomes of which too few were seen to say anything."""
    few = [m.words for m in findings.measures if m.kind == "share" and 0 <= _events(findings, m.name) < FEW_EVENTS]
    return [f"Anything of what hardly happened (fewer than {FEW_EVENTS} patients): {listed(few)}."] if few else []


def _events(findings: TrialFindings, measure: str) -> int:
    """Most events under any strategy; −1 where it was not counted."""
    found = [level_of(findings.levels, measure, s) for s in findings.strategies]
    return max((level.events for level in found if level is not None), default=-1)


def overall(statement: Statement) -> str:
    """The grades in a sentence."""
    weak = [f.name for f in statement.factors if f.grade in ("weak", "none")]
    if not weak:
        return "No factor is graded weak."
    return f"Weak in {len(weak)} of {len(statement.factors)} factors: {listed(weak)}."


def fragile(findings: TrialFindings) -> list[str]:
    """Strategies whose answer would not survive the worst case of those that failed."""
    broken = []
    for strategy in others(findings):
        d = difference_of(findings.differences, primary(findings).name, strategy)
        lost = attrition_of(findings, strategy)
        if d is not None and lost is not None and _beyond(d) and lost.worst_low <= 0.0 <= lost.worst_high:
            broken.append(strategy)
    return broken
