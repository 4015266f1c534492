"""The numbers that a trial reads, as its report lists them."""

from __future__ import annotations

from dataclasses import replace

from azygos.case.assumed import assumptions_beyond
from azygos.ground.anatomy import LEVELS
from azygos.plan import Assumption
from azygos.plan.assumed import Setting, assumptions
from azygos.plan.record import BONE, values_used
from azygos.trial.trial_file import TrialFile
from azygos.values.sources import all_values

OF_TRIALS = ("population", "visibility")
"""Modules of values that only trials read."""
MOST_LISTED = 12  # numbers of one line; all levels' sizes would fill pages


def assumed_in(trial: TrialFile) -> tuple[Assumption, ...]:
    """All values that may enter a trial's patients: drawn ones first, then assumed ones, then those with a source."""
    values = values_used({one.cement for one in trial.strategy}, beyond_bone=True)
    values |= {place: value for place, value in all_values() if place.split(".")[0] in OF_TRIALS}
    of_bone = {place: value for place, value in values.items() if place.split(".")[0] in BONE}
    beyond = {place: value for place, value in values.items() if place not in of_bone}
    return tuple(_cut(row) for row in (*assumptions(of_bone, _setting(trial)), *assumptions_beyond(beyond)))


def _cut(row: Assumption) -> Assumption:
    """A line of very many numbers says only how many they are."""
    count = row.value.count("; ") + 1
    return row if count <= MOST_LISTED else replace(row, value=f"a table of {count} numbers")


def _setting(trial: TrialFile) -> Setting:
    """Any fracture of any level: a trial draws them all."""
    return Setting(
        levels=frozenset(LEVELS),
        fractures=frozenset({"wedge", "biconcave", "crush"}),
        gauges=frozenset(one.gauge for one in trial.strategy),
        virtual=True,
        cleft=True,
        balloon=any(one.procedure == "kyphoplasty" for one in trial.strategy),
        suggested_needle=True,
        several=True,
        density_law="ash",
    )
