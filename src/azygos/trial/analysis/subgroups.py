"""The trial's differences in some of its patients, and whether the groups differ from each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.parcels import BoolArray
from azygos.trial.analysis.groups import Division, divisions
from azygos.trial.analysis.measures import SUBGROUP_MEASURES, Asked, ask
from azygos.trial.analysis.outcomes import Outcomes
from azygos.trial.analysis.paired import Gap
from azygos.trial.findings import Difference, Interaction, Level, Measure, Subgroup

LEAST = 10  # pairs without which a group is shown, but not tested


@dataclass(frozen=True, slots=True)
class _Group:
    levels: tuple[Level, ...]
    differences: tuple[Difference, ...]
    gaps: dict[tuple[str, str], Gap]  # by measure and strategy


def subgroups(outcomes: Outcomes, measures: Sequence[Measure]) -> tuple[tuple[Subgroup, ...], tuple[Interaction, ...]]:
    """All divisions' groups with their main measures, and how far the groups differ.

    Returns
    -------
    subgroups : tuple of Subgroup
    interactions : tuple of Interaction
        One for each division, measure and strategy, with Holm's correction for all of them.
    """
    asked = [ask(outcomes, one) for one in measures if one.primary or one.name in SUBGROUP_MEASURES]
    spreads = _spreads(asked, np.ones(outcomes.weight.size, dtype=np.bool_))
    found: list[Subgroup] = []
    tests: list[Interaction] = []
    for division in divisions(outcomes):
        groups = [(name, among, _group(asked, among, spreads)) for name, among in division.each()]
        found += [_told(division, name, among, group) for name, among, group in groups]
        tests += _interactions(outcomes, division, asked, [group for _, _, group in groups])
    return tuple(found), holm(tests)


def _spreads(asked: Sequence[Asked], everybody: BoolArray) -> dict[tuple[str, str], float]:
    """Variance of one plain pair's difference among all patients, by mean and strategy."""
    return {
        (one.measure.name, name): one.gap(strategy)[0].variance * _plain(one, strategy, everybody)
        for one in asked
        if one.measure.kind == "mean"
        for strategy, name in enumerate(one.outcomes.strategies)
        if strategy
    }


def _plain(asked: Asked, strategy: int, among: BoolArray) -> float:
    """How many plain pairs a group's weighted ones are worth."""
    weights = asked.outcomes.weight[asked.outcomes.pairs(strategy) & among]
    return float(weights.sum() ** 2 / np.square(weights).sum()) if weights.size else 0.0


def _group(asked: Sequence[Asked], among: BoolArray, spreads: Mapping[tuple[str, str], float]) -> _Group:
    levels: list[Level] = []
    differences: list[Difference] = []
    gaps: dict[tuple[str, str], Gap] = {}
    for one in asked:
        names = one.outcomes.strategies
        levels += [one.level(strategy, among) for strategy in range(len(names))]
        for strategy in range(1, len(names)):
            gap, ours, theirs = one.gap(strategy, among)
            differences.append(one.told(strategy, gap, ours, theirs))
            if ours.size >= LEAST:
                key = one.measure.name, names[strategy]
                gaps[key] = _no_surer(gap, spreads.get(key, 0.0) / _plain(one, strategy, among))
    return _Group(tuple(levels), tuple(differences), gaps)


def _no_surer(gap: Gap, variance: float) -> Gap:
    """The gap with no less variance than all patients' spread gives it.

    Most volumes are zero and a few are large: a small group in which luck put no large one seems sure of its mean.
    """
    return replace(gap, variance=variance if math.isnan(gap.variance) else max(gap.variance, variance))


def _told(division: Division, name: str, among: BoolArray, group: _Group) -> Subgroup:
    return Subgroup(
        by=division.by, group=name, patients=int(among.sum()), levels=group.levels, differences=group.differences
    )


def _interactions(
    outcomes: Outcomes, division: Division, asked: Sequence[Asked], groups: Sequence[_Group]
) -> list[Interaction]:
    found = []
    for one in asked:
        for strategy in outcomes.strategies[1:]:
            key = one.measure.name, strategy
            gaps = [group.gaps[key] for group in groups if key in group.gaps]
            gaps = [gap for gap in gaps if math.isfinite(gap.variance) and gap.variance > 0.0]
            if len(gaps) >= 2:
                found.append(_interaction(division.by, *key, gaps))
    return found


def _interaction(by: str, measure: str, strategy: str, gaps: Sequence[Gap]) -> Interaction:
    values = [gap.value for gap in gaps]
    p = cochran([gap.adjusted for gap in gaps], [gap.variance for gap in gaps])
    spread = max(values) - min(values)
    return Interaction(by=by, measure=measure, strategy=strategy, spread=spread, p=p, groups=len(gaps))


def cochran(differences: Sequence[float], variances: Sequence[float]) -> float:
    r"""p-value of Cochran's Q, :math:`\sum (d_g - \bar d)^2 / v_g`, over independent groups.

    For shares the differences and variances are Bonett and Price's, with one pair more parted each way in
    each group: without them, a group in which nothing happened would have no variance at all. For means no group's
    variance is less than the spread among all patients gives so many pairs.

    Examples
    --------
    >>> f"{cochran([0.0, 1.96], [0.5, 0.5]):.3f}"
    '0.050'
    """
    from scipy.stats import chi2

    d, precision = np.asarray(differences), 1.0 / np.asarray(variances)
    middle = float((precision * d).sum() / precision.sum())
    return float(chi2.sf(float((precision * np.square(d - middle)).sum()), len(d) - 1))


def holm(tests: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """The same tests, each with the p-value that allows for all that were asked (Holm, Scand J Stat 6 (1979) 65)."""
    worst, corrected = 0.0, {}
    for rank, place in enumerate(sorted(range(len(tests)), key=lambda k: tests[k].p)):
        worst = max(worst, min(1.0, (len(tests) - rank) * tests[place].p))
        corrected[place] = worst
    return tuple(replace(one, p_holm=corrected[place]) for place, one in enumerate(tests))
