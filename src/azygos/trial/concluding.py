"""From a trial's tables to what is found in them: ``result.json``, tables for people, and the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from azygos.ground.files import write_atomic
from azygos.trial.findings import Screening, TrialFindings
from azygos.trial.merging import OUTCOMES, TIMING
from azygos.trial.record import finished_record
from azygos.trial.trial_file import TrialFile

Report = Callable[[TrialFindings, TrialFile, Path], object]
"""Writes ``report.html``; handed in, since reports lie downstream of trials."""

TIMES = "timing.json"


def conclude(
    folder: Path,
    trial: TrialFile,
    *,
    workers: int = 0,
    screening: Screening | None = None,
    write_report: Report | None = None,
) -> TrialFindings:
    """Analyse the tables in a folder, and write beside them what was found.

    Parameters
    ----------
    folder : Path
        Holds ``outcomes.parquet`` and ``timing.parquet``.
    trial : TrialFile
        What was asked for.
    workers : int
        Processes that followed the patients; 0 if not known.
    screening : Screening, optional
        Of the inputs, where one was made.
    write_report : callable, optional
        Writes the report.
    """
    from azygos.trial.analysis import analyse
    from azygos.trial.writing import write_findings

    findings = analyse(folder / OUTCOMES, trial, timing=folder / TIMING, screening=screening, workers=workers)
    write_findings(folder, findings)
    if write_report is not None:
        write_report(findings, trial, folder / "report.html")
    return findings


def conclude_again(folder: Path, *, write_report: Report | None = None) -> TrialFindings:
    """Do so anew in the folder of a finished trial."""
    record = finished_record(folder)
    return conclude(folder, record.trial, workers=_workers(folder), write_report=write_report)


def write_times(folder: Path, *, workers: int, rows: int, seconds: float) -> None:
    """What the last sitting took, apart from all results."""
    table = {"workers": workers, "last_sitting_rows": rows, "last_sitting_s": round(seconds, 1)}
    write_atomic(folder / TIMES, json.dumps(table) + "\n")


def _workers(folder: Path) -> int:
    path = folder / TIMES
    return int(json.loads(path.read_text(encoding="utf-8"))["workers"]) if path.is_file() else 0
