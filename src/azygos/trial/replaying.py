"""One patient of a finished trial, followed again with all that a journey shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from azygos.case import CaseEffort, CaseResult
from azygos.case.run import run
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel
from azygos.trial.code import code_hash
from azygos.trial.columns import Row
from azygos.trial.follow import follow_patient
from azygos.trial.merging import OUTCOMES, find_row
from azygos.trial.population import VirtualPatient, draw_virtual
from azygos.trial.record import TrialRecord, finished_record
from azygos.trial.strategy import case_of, redraw_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replay(Parcel):
    """What came of following a patient again."""

    result: CaseResult
    strategy: str
    unlike: tuple[str, ...]  # columns in which the outcome is not the table's
    same_code: bool  # whether this is the code that followed the trial


def replay(
    folder: Path, output: Path, *, patient: int, strategy: str | None = None, effort: CaseEffort | None = None
) -> Replay:
    """Follow one patient of a trial again, write the whole journey, and hold its outcome against the table.

    Parameters
    ----------
    folder : Path
        Of the finished trial.
    output : Path
        The journey's folder; it appears only whole.
    patient : int
        Its number in the trial, from 0.
    strategy : str, optional
        Under which; left out: the reference.
    effort : CaseEffort, optional
        Progress, report.

    Raises
    ------
    InputError
        For a number or a name that the trial has not, and for a patient that could not be finished.
    """
    record = finished_record(folder)
    chosen = record.trial.names()[0] if strategy is None else record.trial.named(strategy).name
    landed = _landed(folder, record, patient, chosen)
    drawn = draw_virtual(record.trial, patient)
    result = run(
        case_of(drawn, record.trial.named(chosen)),
        output,
        name=f"patient {patient} of {record.trial.trial.name}, {chosen}",
        spacing_mm=record.trial.trial.spacing_mm,
        effort=effort,
        redraw=redraw_of(drawn),
        notes=_notes(drawn),
    )
    again = next(follow_patient(record.trial, patient, [chosen]))
    return Replay(
        result=result,
        strategy=chosen,
        unlike=unlike(landed, {**again, "key": landed["key"]}),
        same_code=record.code == code_hash(),
    )


def _landed(folder: Path, record: TrialRecord, patient: int, strategy: str) -> Row:
    many = record.trial.trial.patients
    require(0 <= patient < many, f"--patient is {patient}. The trial has patients 0 to {many - 1}.")
    row = find_row(folder / OUTCOMES, patient, strategy)
    if row is None:
        raise InputError(f"{folder} holds no row of patient {patient} under {strategy!r}. It is shard {record.shard}.")
    require(
        not row["failed"],
        f"patient {patient} under {strategy!r} could not be finished: {row['failed']} There is no journey to show.",
    )
    return row


def _notes(patient: VirtualPatient) -> tuple[str, ...]:
    if not patient.chances:
        return ()
    return (
        f"Drawn by importance, weight {patient.weight:.3g}: what was pushed is not in the case, "
        "so a rerun of this folder alone gives another journey.",
    )


def unlike(one: Row, other: Row) -> tuple[str, ...]:
    """Columns in which two rows differ; what is not a number is the same as what is not a number."""
    return tuple(name for name, value in one.items() if not _same(value, other.get(name)))


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return one == other
