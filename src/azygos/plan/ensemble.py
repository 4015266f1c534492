"""Many draws of a plan and its alternatives, on several processes, each result landed as it is finished.

The numbers depend on the seed and the draw's index alone: one worker or forty, in one go
or taken up again after Ctrl-C, the members are the same.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

from azygos.ground.processes import as_done
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
        finished = as_done(_land, (job, folder), todo, workers=workers)
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


def _land(given: tuple[Job, Path], task: Task) -> Task:
    (job, folder), (alternative, index) = given, task
    members = run_reference(job, index) if alternative == REFERENCE else run_session(job, alternative, index)
    save_members(landed(folder, task), members)
    return task
