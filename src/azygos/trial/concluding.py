"""From a trial's tables to what is found in them: ``result.json``, tables for people, and the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from azygos.ground.errors import AzygosError, InputError, require
from azygos.ground.files import discard, finish, open_partial, write_atomic
from azygos.trial.findings import Effect, Screening, TrialFindings
from azygos.trial.merging import OUTCOMES, TIMING
from azygos.trial.order import Order
from azygos.trial.record import finished_record, write_record
from azygos.trial.trial_file import TrialFile

Report = Callable[[TrialFindings, TrialFile, Path], object]
"""Writes ``report.html``; handed in, since reports lie downstream of trials."""

TIMES, SCREENING = "timing.json", "screening.json"


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
    if screening is not None:
        write_atomic(folder / SCREENING, json.dumps(asdict(screening), indent=1))
    if write_report is not None:
        write_report(findings, trial, folder / "report.html")
    return findings


def conclude_again(
    folder: Path, *, screening: Screening | None = None, write_report: Report | None = None
) -> TrialFindings:
    """Do so anew in the folder of a finished trial; a screening that it holds is told again."""
    record = finished_record(folder)
    require(
        record.shard.whole,
        f"{folder} is shard {record.shard} of a trial. Merge all shards first: azygos trial merge SHARD... -o OUT.",
    )
    if screening is None and (folder / SCREENING).is_file():
        screening = read_screening(folder)
    return conclude(folder, record.trial, workers=_workers(folder), screening=screening, write_report=write_report)


def screen_to(
    trial: TrialFile,
    output: Path,
    *,
    strategy: str | None = None,
    trajectories: int = 10,
    patients: int = 2,
    workers: int | None = None,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Screening:
    """Rank a trial's inputs by Morris's method, and write a folder with ``screening.json`` and ``screening.csv``."""
    from azygos.trial.screening import screen
    from azygos.trial.writing import as_csv, screening_rows

    order = Order(trial=trial)
    chosen = trial.names()[0] if strategy is None else trial.named(strategy).name
    partial = open_partial(output, f"screening {order.key()} {chosen} {trajectories} {patients}", force=force)
    write_record(partial, order, whole=False, kind="screening")
    try:
        found = screen(trial, chosen, trajectories=trajectories, patients=patients, workers=workers, progress=progress)
    except AzygosError:
        discard(partial)
        raise
    write_atomic(partial / SCREENING, json.dumps(asdict(found), indent=1))
    write_atomic(partial / "screening.csv", as_csv(screening_rows(found)))
    write_record(partial, order, whole=True, kind="screening")
    finish(partial, output)
    return found


def read_screening(folder: Path) -> Screening:
    """Read a screening back from its folder, or from that of a trial that was told with one."""
    path = folder / SCREENING
    require(path.is_file(), f"{path} is not there. Make one: azygos trial screen trial.toml -o {folder}.")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        effects = tuple(Effect(**effect) for effect in told.pop("effects"))
        return Screening(effects=effects, **told)
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{path} cannot be read. Take it as azygos wrote it.") from None


def write_times(folder: Path, *, workers: int, rows: int, seconds: float) -> None:
    """What the last sitting took, apart from all results."""
    table = {"workers": workers, "last_sitting_rows": rows, "last_sitting_s": round(seconds, 1)}
    write_atomic(folder / TIMES, json.dumps(table) + "\n")


def _workers(folder: Path) -> int:
    path = folder / TIMES
    if not path.is_file():
        return 0
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["workers"])
    except (ValueError, TypeError, KeyError):
        raise InputError(f"{path} cannot be read. Take it as azygos wrote it, or remove it.") from None
