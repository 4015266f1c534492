"""What a trial counts and averages, and how each measure is read from the outcome table."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.errors import InputError
from azygos.ground.parcels import BoolArray
from azygos.spine import Rest, Route
from azygos.trial.analysis.means import mean
from azygos.trial.analysis.outcomes import Array, Outcomes
from azygos.trial.analysis.paired import Gap, mean_gap, share_gap
from azygos.trial.analysis.shares import share
from azygos.trial.columns import COLUMNS, Column, rest_column, route_column
from azygos.trial.findings import Difference, Level, Measure

ANY_LUNG = "any_lung"
MADE = {ANY_LUNG: "lung_pieces"}
"""Measures that are no column of their own: they hold where a whole number is above zero."""


def _share(name: str, words: str) -> Measure:
    return Measure(name=name, words=words, kind="share", unit="")


def _mean(name: str, words: str, unit: str = "") -> Measure:
    return Measure(name=name, words=words, kind="mean", unit=unit)


MEASURES = (
    _share("embolus_ct", "embolus in the lung that thin CT shows"),
    _share(ANY_LUNG, "any cement in the lung, however small"),
    _share("central", "embolus in a main or lobar artery"),
    _share("cord", "cord from a vertebra into the lung"),
    _mean("lung_ml", "cement in the lung", "mL"),
    _share("leak_any", "any leak"),
    _share("leak_venous", "leak into a vein"),
    _share("leak_canal", "leak into the spinal canal"),
    _share("leak_disc", "leak into a disc"),
    _mean("leaked_ml", "cement that left bone", "mL"),
    _share("azygos_seen", "cement in the azygos system that CT shows"),
    _share("heart_any", "cement in the right heart that CT shows"),
    _share("symptomatic_14d", "symptoms within 14 days"),
    _share("symptomatic", "symptoms within a year"),
    _share("died", "death within a year, in the model"),
    _mean("injected_ml", "cement injected", "mL"),
    _mean("fill_share", "share of the bodies' volume that is cement"),
    _mean("fill_symmetry", "symmetry of the fill, 1 is even"),
    _mean("arterial_fall_mmhg", "largest fall of mean arterial pressure", "mmHg"),
    _share("stopped_early", "operator stopped on a leak that was seen"),
    _mean("seen_planned_ct_mid", "chance that planned CT, read for cement, shows an embolus"),
    _mean("seen_routine_ct_mid", "chance that routine CT shows one and it is noticed"),
    _mean("seen_film_mid", "chance that film shows one and it is noticed"),
    *(_mean(route_column(route), f"left by {route.value}", "mL") for route in Route),
    *(_mean(rest_column(rest), f"came to rest in {rest.value}", "mL") for rest in Rest),
)
SHARES_OF_ONE = ("fill_share", "fill_symmetry")
"""Means that lie between 0 and 1, as chances of being seen do."""
SUBGROUP_MEASURES = ("leak_any", "leak_venous", "leaked_ml")
"""Asked in every subgroup, beside the primary measure."""
BESIDE_MEASURES = ("injected_ml", "fill_share", "leak_any", "leak_venous", "leaked_ml")
"""Asked between any two strategies of which neither is the reference, beside the primary measure."""


def measures_for(primary: str) -> tuple[Measure, ...]:
    """All measures, the primary one first.

    Parameters
    ----------
    primary : str
        A measure's name, or any column that says yes or no.

    Examples
    --------
    >>> measures_for("leak_canal")[0].words
    'leak into the spinal canal'
    """
    known = {one.name: one for one in MEASURES}
    first = known.pop(primary, None) or _of_column(primary)
    return (replace(first, primary=True), *known.values())


def _of_column(name: str) -> Measure:
    for column in COLUMNS:
        if column.name == name and column.kind in ("yes", "number"):
            return _plain(column)
    raise InputError(f'primary is "{name}", which no outcome is called. "embolus_ct" is usual.')


def _plain(column: Column) -> Measure:
    kind = "share" if column.kind == "yes" else "mean"
    return Measure(name=column.name, words=column.meaning, kind=kind, unit=column.unit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """One measure of all patients under every strategy, in memory while it is asked about."""

    outcomes: Outcomes
    measure: Measure
    values: tuple[Array, ...]  # one a strategy, shape (n,)

    def level(self, strategy: int, among: BoolArray | None = None) -> Level:
        """The share or mean under one strategy, of all its finished patients or of those `among` them."""
        which = _within(self.outcomes.finished[:, strategy], among)
        values, weights = self.values[strategy][which], self.outcomes.weight[which]
        if self.measure.kind == "share":
            found, events, patients = share(values, weights), int(values.sum()), values.size
        else:
            found, events, patients = mean(values, weights), 0, int(np.isfinite(values).sum())
            found = replace(found, high=_within_one(self.measure, found.high))
        return Level(
            measure=self.measure.name,
            strategy=self.outcomes.strategies[strategy],
            value=found.value,
            low=found.low,
            high=found.high,
            events=events,
            patients=patients,
            effective=found.effective,
        )

    def gap(self, strategy: int, among: BoolArray | None = None, *, reference: int = 0) -> tuple[Gap, Array, Array]:
        """The difference from the reference, and both strategies' values, over the pairs that both finished."""
        which = _within(self.outcomes.pairs(strategy, reference), among)
        ours, theirs = self.values[strategy][which], self.values[reference][which]
        compare = share_gap if self.measure.kind == "share" else mean_gap
        return compare(ours, theirs, self.outcomes.weight[which]), ours, theirs

    def difference(self, strategy: int, *, reference: int = 0) -> Difference:
        """The strategy less the reference, in all patients."""
        return self.told(strategy, *self.gap(strategy, reference=reference), reference=reference)

    def told(self, strategy: int, gap: Gap, ours: Array, theirs: Array, *, reference: int = 0) -> Difference:
        """A gap in the words of the findings."""
        yes = self.measure.kind == "share"
        return Difference(
            measure=self.measure.name,
            strategy=self.outcomes.strategies[strategy],
            reference=self.outcomes.strategies[reference],
            value=gap.value,
            low=_within_one(self.measure, gap.low),
            high=_within_one(self.measure, gap.high),
            detectable=gap.detectable,
            patients=ours.size if yes else int((np.isfinite(ours) & np.isfinite(theirs)).sum()),
            only_strategy=int((ours & ~theirs).sum()) if yes else 0,
            only_reference=int((theirs & ~ours).sum()) if yes else 0,
            ratio=gap.ratio,
            ratio_low=gap.ratio_low,
            ratio_high=gap.ratio_high,
        )


def _within_one(measure: Measure, end: float) -> float:
    """The end of an interval; no mean of shares or chances is above one, and no two lie further apart."""
    bounded = measure.name in SHARES_OF_ONE or measure.name.startswith("seen_")
    return max(-1.0, min(1.0, end)) if bounded and math.isfinite(end) else end


def _within(whole: BoolArray, among: BoolArray | None) -> BoolArray:
    return whole if among is None else np.asarray(whole & among)


def ask(outcomes: Outcomes, measure: Measure) -> Asked:
    """Read one measure under every strategy."""
    return Asked(
        outcomes=outcomes,
        measure=measure,
        values=tuple(_values(outcomes, measure).T),
    )


def _values(outcomes: Outcomes, measure: Measure) -> Array:
    column = outcomes.column(MADE.get(measure.name, measure.name))
    if measure.kind == "share":
        return np.asarray(column if column.dtype == np.bool_ else column > 0)
    return np.asarray(column, dtype=np.float64)
