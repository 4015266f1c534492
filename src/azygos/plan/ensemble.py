"""Many draws of a plan and its alternatives, on several processes, each result landed as it is finished.

The numbers depend on the seed and the draw's index alone: one worker or forty, in one go
or taken up again after Ctrl-C, the members are the same.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from zipfile import BadZipFile

from azygos.ground.errors import AzygosError
from azygos.plan.explained import REFERENCE, run_reference
from azygos.plan.outcome import Member
from azygos.plan.plan_file import PlanFile, apply_alternative
from azygos.plan.record import load_members, save_members
from azygos.plan.session import Job, Physics, run_session
from azygos.spine import Vertebra

Progress = Callable[[int, int], None]
"""Called with how many sessions are done and how many there are."""

Task = tuple[int, int]  # alternative (or REFERENCE), index of the draw


def run_plan(
    plan: PlanFile,
    vertebrae: Sequence[Vertebra],
    *,
    seed: int,
    draws: int,
    references: int = 0,
    workers: int = 2,
    progress: Progress | None = None,
    landing: Path | None = None,
    physics: Physics | None = None,
) -> list[Member]:
    """Run a plan and its alternatives over all draws.

    Parameters
    ----------
    plan : PlanFile
        With its alternatives.
    vertebrae : sequence of Vertebra
        In the plan's order.
    seed, draws : int
        Draw `k` comes from ``SeedSequence(seed, spawn_key=(k,))``.
    references : int
        How many of these draws are run in virtual bodies as well, to see what the scan explains.
    workers : int
        Processes; 0 runs all in this one.
    landing : Path, optional
        Folder in which each session lands as it is finished, and where those that had landed
        before are taken up. Without one a temporary folder serves.
    physics : Physics, optional
        Stand-ins for the spine's functions, for tests.

    Returns
    -------
    members : list of Member
        By alternative, draw and vertebra; the reference group, if any, comes last.
    """
    plans = (plan, *(apply_alternative(plan, alternative) for alternative in plan.alternative))
    job = Job(plans=plans, vertebrae=tuple(vertebrae), seed=seed, physics=physics)
    tasks = [(alternative, index) for index in range(draws) for alternative in range(len(plans))]
    tasks += [(REFERENCE, index) for index in range(min(references, draws))]
    with _folder(landing) as folder:
        todo = [task for task in tasks if not _is_whole(landed(folder, task))]
        finished = _inline(job, todo, folder) if workers == 0 else _pooled(job, todo, folder, workers)
        _report(progress, len(tasks) - len(todo), len(tasks))
        for count, _ in enumerate(finished, start=len(tasks) - len(todo) + 1):
            _report(progress, count, len(tasks))
        return [
            member for task in sorted(tasks, key=_last_the_reference) for member in load_members(landed(folder, task))
        ]


def _last_the_reference(task: Task) -> tuple[bool, Task]:
    return task[0] == REFERENCE, task


def landed(folder: Path, task: Task) -> Path:
    """Where the members of one draw of one alternative land."""
    group = "reference" if task[0] == REFERENCE else str(task[0])
    return folder / f"{group}-{task[1]:05d}.npz"


def _is_whole(path: Path) -> bool:
    """Whether a session landed and can be read; one that a crash of the machine has damaged is done again."""
    try:
        return bool(load_members(path))
    except FileNotFoundError:
        return False
    except (BadZipFile, EOFError, KeyError, OSError, TypeError, ValueError):
        path.unlink()
        return False


def _report(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)


@contextlib.contextmanager
def _folder(landing: Path | None) -> Iterator[Path]:
    if landing is None:
        with tempfile.TemporaryDirectory(prefix="azygos-") as name:
            yield Path(name)
    else:
        landing.mkdir(parents=True, exist_ok=True)
        yield landing


def _inline(job: Job, tasks: Sequence[Task], folder: Path) -> Iterator[Task]:
    for task in tasks:
        yield _land(job, task, folder)


def _land(job: Job, task: Task, folder: Path) -> Task:
    alternative, index = task
    members = run_reference(job, index) if alternative == REFERENCE else run_session(job, alternative, index)
    save_members(landed(folder, task), members)
    return task


# Processes --------------------------------------------------------------------------------------------------------


def _pooled(job: Job, tasks: Sequence[Task], folder: Path, workers: int) -> Iterator[Task]:
    """Sessions as they finish; whatever goes wrong, no worker outlives this."""
    if not tasks:
        return
    others = set(multiprocessing.active_children())
    with _one_thread_each(), _pool(job, folder, min(workers, len(tasks))) as pool:
        try:
            for future in as_completed(_submit(pool, tasks)):
                yield future.result()
        except BrokenProcessPool:
            raise AzygosError(
                "a worker process was killed from outside, most often for want of memory. "
                "Run the same command again with --workers 1: what is finished has been kept."
            ) from None
        finally:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            pool.shutdown(wait=True, cancel_futures=True)


def _pool(job: Job, folder: Path, workers: int) -> ProcessPoolExecutor:
    # spawn: a process forked after numba has started its threads is killed by them
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(job, folder))


def _submit(pool: ProcessPoolExecutor, tasks: Sequence[Task]) -> list[Future[Task]]:
    """Hand in all tasks. Workers start meanwhile and inherit a blocked Ctrl-C: it is this process that answers it."""
    if not hasattr(signal, "pthread_sigmask"):
        return [pool.submit(_work, task) for task in tasks]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return [pool.submit(_work, task) for task in tasks]
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let numba run on one thread in the workers: they share the cores between them."""
    names = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


_given: list[tuple[Job, Path]] = []  # what this worker process was started with


def _begin(job: Job, folder: Path) -> None:
    _given[:] = [(job, folder)]
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task) -> Task:
    job, folder = _given[0]
    return _land(job, task, folder)
