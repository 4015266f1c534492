"""The criteria of ``docs/validation/protocol_trial.md``, as frozen in ``criteria.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

CRITERIA = Path(__file__).resolve().with_name("criteria.csv")
POOLED = "pooled"
"""Stands where the passing interval comes out of the pooled evidence, not out of one paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One sentence that the reference trials can fail."""

    id: str
    part: str
    what: str
    measure: str  # what is counted in the outcome table
    kind: str  # share, ratio, odds_ratio, risk_ratio, middle, above, below, rises
    published: str
    low: str  # ends of the passing interval; POOLED or empty
    high: str
    first_pass: str  # of the pooled interval, known when this was frozen
    dull: str  # what a model that knows nothing of the matter would say
    trial: str  # practice or viscosity
    label: str  # predicted or calibrated
    seen: str  # what was known of the model's answer when this was frozen
    source: str

    @property
    def pooled(self) -> bool:
        """Whether the passing interval is made of several studies."""
        return self.low == POOLED

    @property
    def passing(self) -> tuple[float, float]:
        """The frozen interval."""
        return float(self.low), float(self.high)

    @property
    def in_percent(self) -> bool:
        """Whether it is told as a share of patients or levels."""
        return self.kind == "share"


def criteria() -> list[Criterion]:
    """All of them, in the protocol's order."""
    with CRITERIA.open(encoding="utf-8", newline="") as file:
        return [Criterion(**row) for row in csv.DictReader(file)]


def told(number: float, percent: bool) -> str:
    """A number as the pages show it: three digits, or percent.

    Examples
    --------
    >>> told(0.0375, True), told(2.412, False)
    ('3.8 %', '2.41')
    """
    return f"{100.0 * number:.1f} %" if percent else f"{number:.3g}"


def interval(low: float, high: float, percent: bool) -> str:
    """Two ends as the pages show them."""
    return f"{told(low, percent)} to {told(high, percent)}"


def passes_within(criterion: Criterion) -> str:
    """The passing interval in words, as it stood when it was frozen."""
    if criterion.kind == "rises":
        return "no band under the one before, the last above the first"
    if criterion.kind in ("above", "below"):
        return f"whole range {criterion.kind} 1"
    if criterion.pooled:
        known = criterion.first_pass
        return "95 % of the pooled evidence" + (f"; a first pass gave {known}" if known != "not made" else "")
    return interval(*criterion.passing, criterion.in_percent)
