"""A trial's numbers, looked up and written out: levels, differences, ratios, verdicts.

Shares are told as so many of 1,000 patients, differences as more or fewer of 1,000; means in their own unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from azygos.report.page import GAP, NOTHING, number, signed
from azygos.trial.findings import Difference, Level, Measure, TrialFindings

THOUSAND = 1000.0


# Looking things up ------------------------------------------------------------------------------------------------


def primary(findings: TrialFindings) -> Measure:
    """The measure that the trial was made for; the first where none is marked."""
    return next((m for m in findings.measures if m.primary), findings.measures[0])


def measure_named(findings: TrialFindings, name: str) -> Measure | None:
    """A measure by its name."""
    return next((m for m in findings.measures if m.name == name), None)


def level_of(levels: Sequence[Level], measure: str, strategy: str) -> Level | None:
    """What one strategy gave."""
    return next((x for x in levels if (x.measure, x.strategy) == (measure, strategy)), None)


def difference_of(differences: Sequence[Difference], measure: str, strategy: str) -> Difference | None:
    """One strategy's difference from the reference."""
    return next((x for x in differences if (x.measure, x.strategy) == (measure, strategy)), None)


def others(findings: TrialFindings) -> tuple[str, ...]:
    """The strategies that are held against the first."""
    return findings.strategies[1:]


# Numbers ----------------------------------------------------------------------------------------------------------


def scale(measure: Measure) -> float:
    """By what a value is multiplied before it is shown."""
    if measure.kind == "share":
        return THOUSAND
    return 100.0 if _is_part(measure) else 1.0


def unit_of(measure: Measure) -> str:
    """The unit in which a mean is shown; empty for a share of patients."""
    return "%" if _is_part(measure) else measure.unit


def _is_part(measure: Measure) -> bool:
    """Whether it is the mean of a part of something, shown in percent."""
    return measure.kind == "mean" and measure.name.endswith("_share")


def digits(measure: Measure, *values: float) -> int:
    """Decimals that fit a value, or a value with the ends of its interval, already scaled."""
    known = [abs(v) for v in values if math.isfinite(v)]
    largest = max(known, default=0.0)
    if measure.kind == "share":
        return 0 if largest >= 10.0 or largest == 0.0 else 1
    half = 0.5 * abs(values[2] - values[1]) if len(values) == 3 and len(known) == 3 else 0.0
    if half > 0.0:
        return max(0, min(5, -math.floor(math.log10(0.5 * half))))
    return max(0, min(4, 1 - math.floor(math.log10(largest)))) if largest > 0.0 else 1


def level_words(measure: Measure, level: Level | None) -> str:
    """``41 (30 to 55)``: of 1,000 patients, or in the mean's own unit."""
    if level is None:
        return NOTHING
    shown = [scale(measure) * x for x in (level.value, level.low, level.high)]
    places = digits(measure, *shown)
    middle, low, high = (number(x, places) for x in shown)
    unit = f"{GAP}{unit_of(measure)}" if unit_of(measure) else ""
    if not (math.isfinite(level.low) and math.isfinite(level.high)):
        return f"{middle}{unit}" if math.isfinite(level.value) else NOTHING
    return f"{middle} ({low} to {high}){unit}"


def difference_words(measure: Measure, difference: Difference | None) -> str:
    """``−12 (−21 to −3)``, with the unit of a mean."""
    if difference is None or not math.isfinite(difference.value):
        return NOTHING
    shown = [scale(measure) * x for x in (difference.value, difference.low, difference.high)]
    places = digits(measure, *shown)
    unit = f"{GAP}{unit_of(measure).replace('%', 'points')}" if unit_of(measure) else ""
    if not (math.isfinite(shown[1]) and math.isfinite(shown[2])):
        return signed(shown[0], places) + unit
    return f"{signed(shown[0], places)} ({signed(shown[1], places)} to {signed(shown[2], places)}){unit}"


def ratio_words(difference: Difference | None) -> str:
    """``0.71 (0.53 to 0.94)``; an end that does not exist is said so."""
    if difference is None or math.isnan(difference.ratio):
        return NOTHING
    if math.isnan(difference.ratio_low) or math.isnan(difference.ratio_high):
        return number(difference.ratio, 2)
    high = "no end" if math.isinf(difference.ratio_high) else _times(difference.ratio_high)
    return f"{_times(difference.ratio)} ({_times(difference.ratio_low)} to {high})"


def _times(ratio: float) -> str:
    return number(ratio, 2 if ratio < 9.95 else 0)


def detectable_words(measure: Measure, difference: Difference | None) -> str:
    """The smallest true difference that would have shown, with its unit."""
    if difference is None or not math.isfinite(difference.detectable):
        return NOTHING
    shown = scale(measure) * difference.detectable
    unit = unit_of(measure) or ("of 1,000" if measure.kind == "share" else "")
    return f"{number(shown, digits(measure, shown))}{GAP}{unit}".strip(GAP)


def verdict(measure: Measure, difference: Difference | None) -> str:
    """``fewer``, ``more`` or ``within noise``; lower and higher for means; why, where it cannot be told."""
    if difference is not None and difference.patients and difference.value == 0.0 and math.isnan(difference.low):
        return "alike in everybody"
    if difference is None or not is_known(difference):
        return "cannot be told"
    if difference.within_noise:
        return "within noise"
    below, above = ("fewer", "more") if measure.kind == "share" else ("lower", "higher")
    return below if difference.value < 0.0 else above


def chance_words(p: float) -> str:
    """A p value.

    Examples
    --------
    >>> chance_words(0.0312), chance_words(2e-7), chance_words(float("nan"))
    ('p = 0.03', 'p < 0.001', 'not computed')
    """
    if not math.isfinite(p):
        return "not computed"
    if p < 0.001:
        return "p < 0.001"
    return f"p = {number(p, 3 if p < 0.01 else 2)}"


def strategy_name(name: str) -> str:
    """A strategy's name in quotation marks, as its author wrote it."""
    return f"\u201c{name}\u201d"


def is_known(difference: Difference) -> bool:
    return difference.patients > 0 and all(
        math.isfinite(x) for x in (difference.value, difference.low, difference.high)
    )
