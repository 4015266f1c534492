"""One patient of a trial, from the draw to the row: drawn once, followed under each strategy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azygos.case import DrawnCase, draw_case, follow_drawn
from azygos.ground.errors import AzygosError
from azygos.journey import Journey
from azygos.trial.columns import Row
from azygos.trial.outcome import failed_row, row_of
from azygos.trial.population import VirtualPatient, draw_virtual
from azygos.trial.strategy import case_of, redraw_of
from azygos.trial.trial_file import StrategyTable, TrialFile

FAILS = (AzygosError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError)
"""What makes a patient a row with a reason; want of memory and an interrupt end the run instead."""


def follow_patient(trial: TrialFile, index: int, strategies: Sequence[str]) -> Iterator[Row]:
    """Follow patient `index` of a trial under each named strategy.

    Parameters
    ----------
    trial : TrialFile
        Population, strategies, grid.
    index : int
        Of the patient, from 0.
    strategies : sequence of str
        Names; a row comes for each, in this order.

    Yields
    ------
    row : dict
        One value for each column; a patient that could not be finished has the reason in ``failed``.

    Notes
    -----
    What chance decides about the patient is drawn once and is the same under each strategy, whichever are asked for.
    """
    patient = draw_virtual(trial, index)
    drawn: DrawnCase | None = None
    for name in strategies:
        strategy = trial.named(name)
        try:
            drawn = drawn or _draw(trial, patient, strategy)
            row = row_of(patient, strategy, drawn, follow_drawn(case_of(patient, strategy), drawn))
        except FAILS as error:
            row = failed_row(patient, strategy, drawn, reason_of(error))
        yield row


def journey_of(trial: TrialFile, index: int, strategy: str) -> Journey:
    """The journey behind one row, done anew: the same numbers.

    Raises
    ------
    AzygosError
        If the patient could not be finished: the reason of the row.
    """
    patient, chosen = draw_virtual(trial, index), trial.named(strategy)
    return follow_drawn(case_of(patient, chosen), _draw(trial, patient, chosen))


def _draw(trial: TrialFile, patient: VirtualPatient, strategy: StrategyTable) -> DrawnCase:
    """What chance decides; the strategy only lends its case, of which no draw reads what is done."""
    return draw_case(case_of(patient, strategy), spacing_mm=trial.trial.spacing_mm, redraw=redraw_of(patient))


def reason_of(error: Exception) -> str:
    """Why a patient could not be finished; an error that nobody foresaw says its kind."""
    return str(error) if isinstance(error, AzygosError) else f"{type(error).__name__}: {error}"
