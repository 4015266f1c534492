"""The engine of trials: follow what is missing, land each row, and when all have landed make one table of them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from azygos import __version__
from azygos.ground.errors import AzygosError, InputError, require
from azygos.ground.files import check_free, discard, finish, open_partial, partial_folder
from azygos.ground.parcels import Parcel
from azygos.ground.processes import heeding_ctrl_c
from azygos.trial.columns import SCHEMA
from azygos.trial.concluding import Report, conclude, write_times
from azygos.trial.findings import TrialFindings
from azygos.trial.landing import PARTS, Landing, arrow
from azygos.trial.merging import read_landed, write_tables
from azygos.trial.order import Order, Work
from azygos.trial.pool import MOST_WORKERS, Followed, Task, follow_all, follow_here
from azygos.trial.record import finished_record, read_record, write_record
from azygos.trial.shards import WHOLE, Shard
from azygos.trial.standing import Progress, Standing, Tally
from azygos.trial.trial_file import TrialFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting(Parcel):
    """What one call of the engine came to."""

    whole: bool  # whether the trial is finished and its folder there
    standing: Standing
    output: Path
    findings: TrialFindings | None = None  # of a whole trial; a shard has none


def run_trial(
    trial: TrialFile,
    output: Path,
    *,
    workers: int | None = None,
    dask: str | None = None,
    shard: Shard = WHOLE,
    budget_s: float | None = None,
    work: Work | None = None,
    progress: Progress | None = None,
    write_report: Report | None = None,
    force: bool = False,
) -> Sitting:
    """Follow every patient of a trial under every strategy, and write a run folder.

    Parameters
    ----------
    trial : TrialFile
        As :func:`azygos.trial.read_trial` gives it.
    output : Path
        The folder to write; it appears only whole. Until then rows land in ``OUT.partial``, and the same call takes
        them up again, whatever ended the one before.
    workers : int, optional
        Processes on this machine, one patient at a time each; left out: one a core. 0 does all in this process.
    dask : str, optional
        Address of a Dask scheduler, instead of processes here.
    shard : Shard
        A share of the patients.
    budget_s : float, optional
        No patient is begun after this time [s].
    work : callable, optional
        What follows a patient, for tests; left out: :func:`azygos.trial.follow.follow_patient`.
    progress : callable, optional
        Told the standing after each row.
    write_report : callable, optional
        Writes the report of a whole trial.
    force : bool
        Replace a finished run, or begin anew over another unfinished one.

    Returns
    -------
    sitting : Sitting
        Whether the trial is whole now, and how it stands.
    """
    began, order, many = time.monotonic(), Order(trial=trial, shard=shard), _workers(workers)
    arrow()
    check_free(output, force=force)
    if not force:
        _check_same_code(partial_folder(output), order)
    partial = open_partial(output, order.key(), force=force)
    write_record(partial, order, whole=False)
    until = None if budget_s is None else began + budget_s
    landing, tally = Landing(partial, order), Tally(order)
    if output.exists():
        _take_over(output, landing)
    rows = _follow(work or _real_work(), trial, _tasks(landing, tally, until), workers=many, dask=dask)
    try:
        _land(rows, landing, tally, progress)
    except AzygosError:
        if not landing.holds_any():
            discard(partial)
        raise
    standing = tally.standing()
    if standing.done < standing.asked:
        return Sitting(whole=False, standing=standing, output=partial)
    write_tables(partial, landing.rows(), order.code)
    write_times(partial, workers=many, rows=tally.now, seconds=time.monotonic() - began)
    found = conclude(partial, trial, workers=many, write_report=write_report) if shard.whole else None
    write_record(partial, order, whole=True)
    finish(partial, output)
    shutil.rmtree(output / PARTS)
    return Sitting(whole=True, standing=standing, output=output, findings=found)


def run_again(
    folder: Path,
    output: Path,
    *,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    write_report: Report | None = None,
) -> Sitting:
    """Run a trial, or a shard, again from its record: the same table, if it is the same code."""
    record = read_record(folder)
    return run_trial(
        record.trial,
        output,
        workers=workers,
        shard=record.shard,
        progress=progress,
        write_report=write_report,
        force=force,
    )


def _workers(asked: int | None) -> int:
    many = (os.cpu_count() or 1) if asked is None else asked
    require(0 <= many <= MOST_WORKERS, f"--workers is {many}. Give 1 to {MOST_WORKERS}.")
    return many


def _real_work() -> Work:
    from azygos.trial.follow import follow_patient

    return follow_patient


def _tasks(landing: Landing, tally: Tally, until: float | None) -> Iterator[Task]:
    """What is missing, patient by patient, as long as there is time; what has landed is counted."""
    late = False
    for index in landing.order.indices():
        missing = []
        for strategy in landing.order.trial.names():
            landed = landing.read(index, strategy)
            if landed is None:
                missing.append(strategy)
            else:
                tally.count(landed.row, now=False)
        late = late or (until is not None and time.monotonic() >= until)
        if missing and not late:
            yield Task(index=index, strategies=tuple(missing))


def _follow(
    work: Work, trial: TrialFile, tasks: Iterator[Task], *, workers: int, dask: str | None
) -> Generator[Followed]:
    if dask is not None:
        from azygos.trial.cluster import follow_on_cluster

        return follow_on_cluster(work, trial, tasks, dask)
    if workers == 0:
        return follow_here(work, trial, tasks)
    return follow_all(work, trial, tasks, workers=workers)


def _land(rows: Generator[Followed], landing: Landing, tally: Tally, progress: Progress | None) -> None:
    """Keep each row as it comes."""
    with closing(rows), heeding_ctrl_c() as heed:
        for followed in rows:
            heed()
            row = landing.land(followed.index, followed.strategy, followed.row, followed.seconds)
            tally.count(row, now=True)
            if progress is not None:
                progress(tally.standing())


def _take_over(finished: Path, landing: Landing) -> None:
    """Land again what a finished run of the same trial holds: one of more patients or strategies will replace it."""
    try:
        record = finished_record(finished)
    except InputError:  # not a trial, or one that cannot be read: nothing to take
        return
    if Order(trial=record.trial, shard=record.shard, code=record.code).key() != landing.order.key():
        return
    for landed in read_landed(finished):
        landing.land_again(landed)


def _check_same_code(partial: Path, order: Order) -> None:
    """Refuse to go on with rows of another code or another table."""
    if not (partial / "run.toml").is_file():
        return
    begun = read_record(partial)
    anew = "Go on with the code that began it, choose another -o, or begin anew with --force."
    if begun.table != SCHEMA:
        raise InputError(
            f"{partial} was begun with outcome table version {begun.table}, and this azygos writes version {SCHEMA}. "
            f"{anew}"
        )
    if begun.code != order.code:
        raise InputError(
            f"{partial} was begun by azygos {begun.version} with code {begun.code}, and this is {__version__} with "
            f"code {order.code}: rows of two codes do not make one table. {anew}"
        )
