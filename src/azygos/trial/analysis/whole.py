"""From an outcome table to what the trial found."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import numpy as np

from azygos import __version__
from azygos.ground.errors import InputError
from azygos.trial.analysis.attrition import accounts, attrition
from azygos.trial.analysis.curves import curves
from azygos.trial.analysis.measures import BESIDE_MEASURES, Asked, ask, measures_for
from azygos.trial.analysis.outcomes import Outcomes, parquet, read_outcomes
from azygos.trial.analysis.subgroups import subgroups
from azygos.trial.findings import Difference, Interaction, Level, Screening, TrialFindings
from azygos.trial.trial_file import TrialFile


def analyse(
    path: Path,
    trial: TrialFile,
    *,
    timing: Path | None = None,
    screening: Screening | None = None,
    workers: int = 0,
) -> TrialFindings:
    """Compute all that a trial's report tells.

    Parameters
    ----------
    path : Path
        ``outcomes.parquet``.
    trial : TrialFile
        Its first strategy is the reference; its primary outcome comes first.
    timing : Path, optional
        ``timing.parquet``, for the time a patient takes.
    screening : Screening, optional
        Of the inputs, where one was made.
    workers : int
        Processes that followed the patients; 0 if not known.

    Returns
    -------
    findings : TrialFindings
        Every interval is 95 % and tells what the number of patients leaves open, not what the model gets wrong.

    Raises
    ------
    InputError
        If the table is not there, or is not this trial's.
    """
    names = tuple(one.name for one in trial.strategy)
    outcomes = read_outcomes(path, names)
    measures = measures_for(trial.trial.primary)
    levels: list[Level] = []
    differences: list[Difference] = []
    beside: list[Difference] = []
    for measure in measures:
        asked = ask(outcomes, measure)
        levels += [asked.level(number) for number in range(len(names))]
        differences += [asked.difference(number) for number in range(1, len(names))]
        if measure.primary or measure.name in BESIDE_MEASURES:
            beside += _beside(asked)
    groups, interactions = subgroups(outcomes, measures)
    return TrialFindings(
        name=trial.trial.name,
        question=trial.trial.question,
        version=outcomes.said("version") or __version__,
        code=outcomes.said("code"),
        seed=trial.trial.seed,
        spacing_mm=trial.trial.spacing_mm,
        importance=trial.trial.importance,
        strategies=names,
        accounts=accounts(outcomes),
        measures=measures,
        levels=tuple(levels),
        differences=tuple(differences),
        beside=tuple(beside),
        subgroups=groups,
        interactions=interactions,
        curves=curves(outcomes),
        attrition=attrition(ask(outcomes, measures[0])),
        methods=_methods(outcomes, interactions),
        screening=screening,
        seconds_a_patient=_seconds(timing),
        workers=workers,
    )


def _beside(asked: Asked) -> list[Difference]:
    """Each strategy less those before it but the first."""
    pairs = combinations(range(1, len(asked.outcomes.strategies)), 2)
    return [asked.difference(later, reference=earlier) for earlier, later in pairs]


def _methods(outcomes: Outcomes, interactions: tuple[Interaction, ...]) -> tuple[str, ...]:
    weighted = bool(np.ptp(outcomes.weight) > 0.0) if outcomes.weight.size else False
    clear = sum(one.p_holm <= 0.05 for one in interactions)
    hoped = 0.05 * len(interactions)
    told = [
        "Shares have Wilson's 95 % interval, means the wider of Student's and Hall's, which allows for skew.",
        "Differences are taken in the same patients, over the pairs that both strategies finished: of shares with "
        "Tango's score interval, of means as of any mean.",
        "Ratios of shares have Bonett and Price's hybrid interval, ratios of means all ratios r at which the "
        "difference from r times the reference may be none.",
        "Intervals are for one comparison each; the primary outcome answers the question, the others are secondary.",
        "The smallest difference that would show is at 80 % power and 5 %, two-sided, from the observed share of "
        "patients in whom the strategies part, which is taken for no less than three in all patients.",
    ]
    if weighted:
        told.append(
            "Patients were drawn by importance and count by their weights; intervals are those of as many plain "
            "patients as have the same variance."
        )
    if interactions:
        told.append(
            f"Whether groups differ from each other was asked {len(interactions)} times (Cochran's Q); about "
            f"{hoped:.0f} of these would lie below 0.05 by luck alone, and {clear} do after Holm's correction."
        )
    return tuple(told)


def _seconds(timing: Path | None) -> float:
    """Median wall time of a patient under one strategy; NaN where it was not kept."""
    if timing is None or not timing.is_file():
        return math.nan
    try:
        table = parquet().read_table(timing)
    except (OSError, ValueError):
        raise InputError(f"{timing} cannot be read. Take it as azygos wrote it, or remove it.") from None
    if "seconds" not in table.column_names or not table.num_rows:
        return math.nan
    return float(np.median(table.column("seconds").to_numpy()))
