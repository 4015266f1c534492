"""Every criterion of the protocol judged on the two reference trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from incidence.classes import CLASSES, class_figure, ratio_figure
from incidence.criteria import Criterion, criteria, interval, told
from incidence.measures import measured
from incidence.outcomes import Outcomes
from incidence.published import Evidence, Passing, crude, procedures
from incidence.ranges import Figure
from papers.counting import MOST_FOLD
from papers.verdicts import MET, MISSED, NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A criterion, what the trial said, and the verdict."""

    criterion: Criterion
    figure: Figure
    passing: Passing | None  # None for "rises"
    verdict: str
    weak: bool  # the dull model would have been met too

    @property
    def simulated(self) -> str:
        """The figure as the page shows it."""
        if self.figure.empty:
            return f"nothing to count ({self.figure.told})" if self.figure.told else "nothing to count"
        percent = self.criterion.in_percent
        shown = f"{told(self.figure.middle, percent)} ({interval(self.figure.low, self.figure.high, percent)})"
        return f"{shown}; {self.figure.told}" if self.figure.told else shown

    @property
    def published(self) -> str:
        """The published figure and what passes, as the page shows them."""
        c = self.criterion
        if c.kind in ("above", "below", "rises") or self.passing is None:
            return c.published
        shown = told(self.passing.middle, c.in_percent) if c.pooled else c.published
        return f"{shown}; {interval(self.passing.low, self.passing.high, c.in_percent)}"

    @property
    def told(self) -> str:
        """The verdict as the page shows it."""
        marks = [f"**{self.verdict}**"]
        marks += ["calibrated"] if self.criterion.label == "calibrated" else []
        marks += ["weak"] if self.weak and self.verdict == MET else []
        return ", ".join(marks)


def judge_all(trials: Mapping[str, Outcomes], evidence: Evidence) -> list[Judged]:
    """All criteria, in the protocol's order; `trials` by the names practice and viscosity."""
    dull_share = crude()
    return [judge(one, figure_of(one, trials[one.trial]), passing_of(one, evidence), dull_share) for one in criteria()]


def figure_of(criterion: Criterion, rows: Outcomes) -> Figure:
    """What a trial says to a criterion."""
    kind, _, name = criterion.measure.partition(":")
    if kind == "class":
        return class_figure(rows, CLASSES[name], procedures(name))
    if kind == "classes":
        over, under = (CLASSES[one] for one in name.split("/"))
        return ratio_figure(rows, over, under, {one.name: procedures(one.name) for one in (over, under)})
    return measured(criterion, rows)


def passing_of(criterion: Criterion, evidence: Evidence) -> Passing | None:
    """The interval within which a figure is met."""
    if criterion.kind == "rises":
        return None
    if criterion.pooled:
        return evidence.passing(criterion.measure)
    low, high = criterion.passing
    return Passing(middle=np.nan, low=low, high=high)


def judge(criterion: Criterion, figure: Figure, passing: Passing | None, dull_share: float) -> Judged:
    """The verdict on a figure, and whether a model that knows nothing would have been met."""
    dull = dull_share if criterion.dull == "crude" else float(criterion.dull)
    sure = Figure(middle=dull, low=dull, high=dull, told="")
    return Judged(
        criterion=criterion,
        figure=figure,
        passing=passing,
        verdict=verdict(criterion.kind, figure, passing),
        weak=criterion.kind not in ("above", "below", "rises") and verdict("exact", sure, passing) == MET,
    )


def verdict(kind: str, figure: Figure, passing: Passing | None) -> str:
    """Met, missed or no prediction, by the protocol's rules."""
    if figure.empty:
        return NONE
    if kind in ("above", "rises"):
        return _side(figure.middle > 1.0, figure.low > 1.0)
    if kind == "below":
        return _side(figure.middle < 1.0, figure.high < 1.0)
    assert passing is not None
    if figure.high < passing.low or figure.low > passing.high:
        return MISSED
    if kind != "exact" and figure.wide > MOST_FOLD:
        return NONE
    return MET if passing.low <= figure.middle <= passing.high else MISSED


def _side(right: bool, wholly: bool) -> str:
    return MET if wholly else NONE if right else MISSED
