"""Workers of one machine: each follows one patient at a time and has the next one waiting.

A worker that dies is replaced, and its patient is given out again; a patient at which two workers died is told as
lost. Whatever goes wrong, no worker outlives its parent.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from azygos.ground.errors import AzygosError
from azygos.ground.parcels import Parcel
from azygos.ground.processes import end_with_parent, one_thread_each, without_ctrl_c
from azygos.trial.columns import Row
from azygos.trial.order import Work
from azygos.trial.trial_file import TrialFile

WAITING = 2  # patients that a worker has: one in flight, one queued, so that it never waits for this process
MOST_WORKERS = 256
STRIKES = 2  # workers that may die at one patient
FALSE_STARTS = 3  # workers in a row that may die before they could begin
READY = "ready"
LOST = "the process that followed this patient was killed twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Parcel):
    """One patient, and the strategies under which it is still to be followed."""

    index: int
    strategies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed(Parcel):
    """One row, and how long it took."""

    index: int
    strategy: str
    row: Row
    seconds: float


def follow_task(work: Work, trial: TrialFile, task: Task) -> Iterator[Followed]:
    """Follow one patient; what its code raises becomes a row with the reason, but for want of memory.

    Parameters
    ----------
    work : callable
        What follows a patient.
    trial : TrialFile
        Of which it is one.
    task : Task
        Which.
    """
    waiting = list(task.strategies)
    began = time.perf_counter()
    try:
        for row in work(trial, task.index, task.strategies):
            ended = time.perf_counter()
            waiting.remove(str(row["strategy"]))
            yield Followed(index=task.index, strategy=str(row["strategy"]), row=row, seconds=ended - began)
            began = time.perf_counter()
        reason = "the code that follows a patient gave no row"
    except MemoryError:  # the machine's, not the patient's
        raise
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
    left = Task(index=task.index, strategies=tuple(waiting))
    yield from lost(trial, left, reason, time.perf_counter() - began)


def follow_here(work: Work, trial: TrialFile, tasks: Iterable[Task]) -> Generator[Followed]:
    """Follow all in this process."""
    for task in tasks:
        yield from follow_task(work, trial, task)


def follow_all(work: Work, trial: TrialFile, tasks: Iterable[Task], *, workers: int) -> Generator[Followed]:
    """Follow all on several processes, each row as it is finished.

    Parameters
    ----------
    work : callable
        A function of a module, so that another process finds it.
    trial : TrialFile
        Sent to each worker once.
    tasks : iterable of Task
        Taken one by one, as workers become free.
    workers : int
        Processes.

    Yields
    ------
    followed : Followed
        In any order; of one patient in the order of its strategies.
    """
    with _Crew(work, trial, workers) as crew:
        yield from crew.follow(iter(tasks))


class _Worker:
    """One process, the pipe to it, and the patients it has: the first in flight, the others queued."""

    def __init__(self, work: Work, trial: TrialFile) -> None:
        context = multiprocessing.get_context("spawn")  # a process forked after numba's threads is killed by them
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_live, args=(theirs, work, trial), daemon=True)
        with one_thread_each(), without_ctrl_c():
            self.process.start()
        theirs.close()
        self.has: deque[Task] = deque()
        self.begun = False
        self.since = time.monotonic()  # when it came to its first patient, or the one after

    def give(self, task: Task) -> None:
        self.has.append(task)
        with contextlib.suppress(OSError):  # it has died: its end of the pipe says so, and the task is given again
            self.pipe.send(task)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


class _Crew:
    """All workers, and what is to be given again."""

    def __init__(self, work: Work, trial: TrialFile, workers: int) -> None:
        self._made = work, trial
        self._many = workers
        self._workers: list[_Worker] = []
        self._again: deque[Task] = deque()
        self._strikes: dict[int, int] = {}
        self._false_starts = 0

    def __enter__(self) -> _Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.end()

    def follow(self, tasks: Iterator[Task]) -> Iterator[Followed]:
        """Give out, collect and replace until all is done."""
        more = True
        while True:
            more = more and self._hand_out(tasks)
            if not more:
                self._hand_out(iter(()))
            by_pipe = {worker.pipe: worker for worker in self._workers if worker.has}
            if not by_pipe:
                return
            for pipe in wait(list(by_pipe)):
                yield from self._hear(by_pipe[pipe])  # type: ignore[index]

    def _hand_out(self, tasks: Iterator[Task]) -> bool:
        """Fill every worker's queue, the emptiest first; says whether there may be more."""
        for depth in range(WAITING):
            for number in range(self._many):
                if number < len(self._workers) and len(self._workers[number].has) > depth:
                    continue
                task = self._again.popleft() if self._again else next(tasks, None)
                if task is None:
                    return False
                if number >= len(self._workers):
                    self._workers.append(_Worker(*self._made))
                    number = len(self._workers) - 1
                self._workers[number].give(task)
        return True

    def _hear(self, worker: _Worker) -> Iterator[Followed]:
        """One message of a worker, or its end."""
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        self._false_starts, worker.begun = 0, True
        if said == READY or said is None:
            worker.since = time.monotonic()
            if said is None:
                worker.has.popleft()
            return
        task = worker.has[0]
        worker.has[0] = Task(index=task.index, strategies=tuple(s for s in task.strategies if s != said.strategy))
        yield said

    def _bury(self, worker: _Worker) -> Iterator[Followed]:
        """Give a dead worker's patients out again; the one in flight may be why it died."""
        worker.end()
        self._workers.remove(worker)
        if not worker.begun:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS * self._many:
                raise AzygosError(
                    "worker processes end before they can begin, most often for want of memory. "
                    "Run the same command again with --workers 1: what has landed is kept."
                )
            self._again.extend(worker.has)
            return
        flown, *queued = worker.has
        strikes = self._strikes[flown.index] = self._strikes.get(flown.index, 0) + 1
        if not flown.strategies:
            pass  # all of its rows had come
        elif strikes >= STRIKES:
            yield from lost(self._made[1], flown, LOST, time.monotonic() - worker.since)
        else:
            self._again.append(flown)
        self._again.extend(queued)


def lost(trial: TrialFile, task: Task, reason: str, seconds: float) -> Iterator[Followed]:
    """Rows of a patient that its code or its process did not bring to an end: who it was, what was planned, and why."""
    from azygos.trial.outcome import failed_row
    from azygos.trial.population import draw_virtual

    patient = draw_virtual(trial, task.index)
    for strategy in task.strategies:
        row = failed_row(patient, trial.named(strategy), None, reason)
        yield Followed(index=task.index, strategy=strategy, row=row, seconds=seconds)


# In the worker ------------------------------------------------------------------------------------------------------


def _live(pipe: Connection[Any, Any], work: Work, trial: TrialFile) -> None:
    """Follow what comes through the pipe until its other end is gone."""
    end_with_parent()
    pipe.send(READY)
    while True:
        try:
            task: Task = pipe.recv()
            for followed in follow_task(work, trial, task):
                pipe.send(followed)
            pipe.send(None)
        except (EOFError, OSError, MemoryError):
            return
