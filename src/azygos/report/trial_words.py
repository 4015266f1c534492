"""What a trial says, in sentences made by rule: the answer, in whom, how sure."""

from __future__ import annotations

import math

from azygos.report.journey_words import listed, sentence_start
from azygos.report.page import GAP, number, plural, signed
from azygos.report.trial_numbers import (
    THOUSAND,
    chance_words,
    detectable_words,
    difference_of,
    difference_words,
    digits,
    is_known,
    level_of,
    level_words,
    measure_named,
    others,
    primary,
    scale,
    strategy_name,
    unit_of,
    verdict,
)
from azygos.trial.findings import Attrition, Difference, Interaction, Measure, Subgroup, TrialFindings

BELIEVED = 0.05  # two-sided, after Holm's correction for all groupings that were asked
VENOUS, ANY_LEAK = "leak_venous", "leak_any"
SHARE_UNIT = f"of 1,000{GAP}patients"


# The answer -------------------------------------------------------------------------------------------------------


def question(findings: TrialFindings) -> str:
    """The trial's own question, or one made of its strategies and its primary outcome."""
    if findings.question.strip():
        return findings.question.strip()
    asked = primary(findings).words
    if len(findings.strategies) == 1:
        return f"How often, or how much: {asked}?"
    return f"{listed([strategy_name(s) for s in findings.strategies])}: which gives less of: {asked}?"


def answer(findings: TrialFindings) -> str:
    """The answer in one sentence, of the first strategy that is held against the reference."""
    rest = others(findings)
    return answer_for(findings, rest[0]) if rest else alone(findings)


def alone(findings: TrialFindings) -> str:
    """The answer of a trial with one strategy: what it gave."""
    measure, name = primary(findings), findings.strategies[0]
    level = level_of(findings.levels, measure.name, name)
    if level is None or level.patients == 0:
        return "No patient finished, so nothing can be said; the account below says why."
    shown = level_words(measure, level)
    what = f"{shown} {SHARE_UNIT}" if measure.kind == "share" else f"{shown} on average"
    return f"With {strategy_name(name)}, {measure.words}: {what} (95{GAP}% interval); nothing was held against it."


def answer_for(findings: TrialFindings, strategy: str) -> str:
    """Fewer, more, or cannot tell: one strategy against the reference."""
    difference = difference_of(findings.differences, primary(findings).name, strategy)
    return _compared(findings, difference, strategy, findings.strategies[0])


def answers_beside(findings: TrialFindings) -> list[str]:
    """The same between any two strategies of which neither is the reference."""
    asked = [d for d in findings.beside if d.measure == primary(findings).name]
    return [_compared(findings, d, d.strategy, d.reference) for d in asked]


def _compared(findings: TrialFindings, difference: Difference | None, strategy: str, reference: str) -> str:
    measure = primary(findings)
    pair = f"{strategy_name(strategy)} and {strategy_name(reference)}"
    if difference is None or not is_known(difference):
        return f"Cannot tell: too few patients finished with both {pair}."
    if measure.kind == "share" and _nobody(findings, measure, (strategy, reference)):
        return (
            f"Cannot tell: none of {plural(difference.patients, 'patient')} had the outcome with {pair} "
            f"({measure.words}){_would_have_shown(measure, difference)}."
        )
    if difference.within_noise:
        return (
            f"Cannot tell: between {pair} the difference is within noise, {_change(measure, difference)}"
            f"{_would_have_shown(measure, difference)}."
        )
    return (
        f"{verdict(measure, difference).capitalize()} with {strategy_name(strategy)} than with "
        f"{strategy_name(reference)}: {_change(measure, difference)}."
    )


def _nobody(findings: TrialFindings, measure: Measure, pair: tuple[str, str]) -> bool:
    both = [level_of(findings.levels, measure.name, s) for s in pair]
    return all(level is not None and level.events == 0 for level in both)


def _would_have_shown(measure: Measure, difference: Difference) -> str:
    if not math.isfinite(difference.detectable):
        return ""
    return f"; so many patients would have shown a true difference of {detectable_words(measure, difference)}"


def _change(measure: Measure, difference: Difference) -> str:
    """``12 fewer of 1,000 virtual patients had the outcome, embolus ... (95 % interval 21 to 3 fewer)``."""
    values = [scale(measure) * x for x in (difference.value, difference.low, difference.high)]
    places = digits(measure, *values)
    interval = f"(95{GAP}% interval {_ends(measure, values[1], values[2], places)})"
    middle = _more_or_fewer(measure, values[0], places)
    if measure.kind == "share":
        return f"{middle} of 1,000{GAP}virtual patients had the outcome, {measure.words} {interval}"
    return f"{middle} a patient on average of the outcome, {measure.words} {interval}"


def _ends(measure: Measure, low: float, high: float, places: int) -> str:
    """``21 to 3 fewer`` where both lie on one side, ``11 fewer to 7 more`` where not."""
    if low * high > 0.0:
        return f"{number(abs(low), places)} to {_more_or_fewer(measure, high, places)}"
    return f"{_more_or_fewer(measure, low, places)} to {_more_or_fewer(measure, high, places)}"


def _more_or_fewer(measure: Measure, value: float, places: int) -> str:
    text = number(abs(value), places) + (f"{GAP}{unit_of(measure)}" if unit_of(measure) else "")
    if value == 0.0:
        return text
    below, above = ("fewer", "more") if measure.kind == "share" else ("less", "more")
    return f"{text} {below if value < 0.0 else above}"


# In whom ----------------------------------------------------------------------------------------------------------


def groupings(findings: TrialFindings) -> tuple[str, ...]:
    """The divisions of patients that were asked, in order."""
    return tuple(dict.fromkeys([*(s.by for s in findings.subgroups), *(i.by for i in findings.interactions)]))


def asked_of_groups(findings: TrialFindings) -> list[Measure]:
    """The measures that are shown group by group: the primary, and leaks into veins or, where not asked, any leak."""
    found = {d.measure for s in findings.subgroups for d in s.differences}
    second = next((name for name in (VENOUS, ANY_LEAK) if name in found), None)
    named = [primary(findings), measure_named(findings, second) if second else None]
    return [m for m in dict.fromkeys(named) if m is not None]


def in_whom(findings: TrialFindings) -> list[str]:
    """Whether the difference differs between groups, for the primary and for leaks."""
    if not others(findings):
        return ["One strategy has no difference that could differ between patients."]
    if not groupings(findings):
        return ["Not asked: the analysis divided no patients."]
    several = len(others(findings)) > 1
    return [
        (f"{strategy_name(strategy)}, " if several else "") + _in_whom(findings, measure, strategy)
        for strategy in others(findings)
        for measure in asked_of_groups(findings)
    ]


def _in_whom(findings: TrialFindings, measure: Measure, strategy: str) -> str:
    asked = [i for i in findings.interactions if (i.measure, i.strategy) == (measure.name, strategy)]
    told = sorted((i for i in asked if math.isfinite(i.p)), key=lambda i: i.p)
    what = f"{measure.words}: "
    if not told:
        return f"{what}cannot be asked; too few groups hold ten patients who finished under both."
    every = sum(math.isfinite(i.p) for i in findings.interactions)
    beyond = [i for i in told if i.p_holm < BELIEVED]
    if beyond:
        groups = "; ".join(
            f"by {by_words(i.by)} ({chance_words(i.p)}): {_spread(findings, measure, i)}" for i in beyond
        )
        return f"{what}the difference differs between groups, beyond what {every} such tests give by luck, {groups}."
    if told[0].p < BELIEVED:
        return (
            f"{what}no sign that the difference differs between groups once all {every} tests are counted; the nearest "
            f"of {plural(len(told), 'grouping')} is {by_words(told[0].by)} ({chance_words(told[0].p)}), a hint at most."
        )
    return (
        f"{what}no sign that the difference differs between groups ({plural(len(told), 'grouping')} asked); "
        "that does not make it alike in all."
    )


def _spread(findings: TrialFindings, measure: Measure, interaction: Interaction) -> str:
    """The groups' own differences."""
    groups = [
        (s.group, difference_of(s.differences, measure.name, interaction.strategy))
        for s in findings.subgroups
        if s.by == interaction.by
    ]
    return ", ".join(f"{group} {difference_words(measure, d)}" for group, d in groups if d is not None)


BY_WORDS = {
    "region": "region",
    "levels": "number of levels",
    "sex": "sex",
    "age": "age",
    "age_band": "age",
    "density": "bone density",
    "cleft": "cleft",
    "severity": "severity of the fracture",
    "fracture": "shape of the fracture",
    "fracture_age": "age of the fracture",
    "foramen_open": "open foramen ovale",
    "volume": "cement planned",
    "permeability": "permeability of bone",
}


def by_words(by: str) -> str:
    """What a division is called."""
    return BY_WORDS.get(by, by.replace("_", " "))


def group_words(subgroup: Subgroup) -> str:
    """A group's name; the division's where the group is only a yes or no."""
    return subgroup.group.replace("_", " ").replace(" m2", " m\u00b2")


# How sure ---------------------------------------------------------------------------------------------------------


def how_sure(findings: TrialFindings) -> str:
    """Sampling error apart from the model's own."""
    measure = primary(findings)
    found = [difference_of(findings.differences, measure.name, s) for s in others(findings)]
    known = [d for d in found if d is not None and d.patients and math.isfinite(d.detectable)]
    many = max((d.patients for d in found if d is not None), default=_finished(findings))
    if not many:
        return f"Nobody finished {'under two strategies' if others(findings) else 'it'}, so there is no interval."
    pairs = plural(many, "patient")
    if not known:
        return f"Sampling error of {pairs}: the interval above."
    smallest = listed(list(dict.fromkeys(detectable_words(measure, d) for d in known)))
    return (
        f"Sampling error: {pairs}, the same under each strategy, show a true difference of {smallest} "
        f"(80{GAP}% power, 5{GAP}% level)."
    )


MODEL_ERROR = (
    "Model error comes on top and is in no interval here: the model\u2019s own incidence of emboli and leaks misses "
    "published ones (docs/validation/trial_incidence.md says by how much), and many of its inputs are assumed."
)
"""A sentence that no finding can take away."""


def _finished(findings: TrialFindings) -> int:
    return max((account.finished for account in findings.accounts), default=0)


def how_done(findings: TrialFindings) -> str:
    """In a line: whom, how often, on what grid."""
    asked = max((account.asked for account in findings.accounts), default=0)
    each = (
        f"each under {plural(len(findings.strategies), 'strategy', 'strategies')} with the same body, veins and luck"
        if len(findings.strategies) > 1
        else "under one strategy"
    )
    weighted = " Patients are drawn by importance and weighted." if findings.importance else ""
    return (
        f"{plural(asked, 'virtual patient')}, {each}, from the needle to a year, on a grid of "
        f"{number(findings.spacing_mm, 1)}{GAP}mm; seed {findings.seed}.{weighted}"
    )


def failed_share(findings: TrialFindings) -> float:
    """Share of all patients and strategies that could not be finished."""
    asked = sum(account.asked for account in findings.accounts)
    return sum(account.failed for account in findings.accounts) / asked if asked else 0.0


def failed_words(findings: TrialFindings) -> str:
    """How many sessions failed and the reason met most often under one strategy; empty where none did."""
    asked, failed = (sum(getattr(account, which) for account in findings.accounts) for which in ("asked", "failed"))
    reasons = [reason for account in findings.accounts for reason in account.reasons]
    if not failed or not reasons:
        return ""
    most = max(reasons, key=lambda one: one[1])[0].rstrip(".")
    return f"{failed} of {plural(asked, 'session')} could not be finished and are in no share. Most often: {most}."


def attrition_of(findings: TrialFindings, strategy: str) -> Attrition | None:
    """What those that were lost leave open, of one strategy."""
    return next((one for one in findings.attrition if one.strategy == strategy), None)


def lost_words(findings: TrialFindings, strategy: str) -> str:
    """What those that were lost could have done to the answer; empty where nobody was."""
    one = attrition_of(findings, strategy)
    if one is None or one.complete == one.pairs:
        return ""
    alike = "All that failed did so under both." if one.only_strategy == one.only_reference == 0 else _unlike(one)
    ends = [THOUSAND * x for x in (one.worst_low, one.worst_high)]
    if not all(math.isfinite(x) for x in ends):
        return alike
    low, high = (signed(x, digits(primary(findings), *ends)) for x in ends)
    return (
        f"{alike} Had every missing outcome favoured the one, or the other, the difference itself would lie "
        f"between {low} and {high} {SHARE_UNIT}."
    )


def _unlike(one: Attrition) -> str:
    """How many failed under one strategy alone, and whether luck explains it."""
    return (
        f"{plural(one.only_strategy, 'patient')} failed with {strategy_name(one.strategy)} alone and "
        f"{one.only_reference} with {strategy_name(one.reference)} alone, "
        f"{'as luck would have it' if one.fails_alike else 'more unevenly than by luck'} ({chance_words(one.p)})."
    )


def summarise_trial(findings: TrialFindings) -> list[str]:
    """The answer for a terminal."""
    said = [answer_for(findings, s) for s in others(findings)] or [alone(findings)]
    said += answers_beside(findings)
    lines = [*said, failed_words(findings), *map(sentence_start, in_whom(findings)), how_sure(findings), MODEL_ERROR]
    return [line.replace(GAP, " ") for line in lines if line]
