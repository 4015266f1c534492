"""A Dask cluster instead of processes here: its workers follow, this process lands what they send back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from itertools import islice
from typing import Any

from azygos.ground.errors import InputError, require
from azygos.trial.code import code_hash
from azygos.trial.order import Work
from azygos.trial.pool import Followed, Task, follow_task, lost
from azygos.trial.trial_file import TrialFile

A_THREAD = 2  # patients that each of the cluster's threads has: one in flight, one queued
HEARD_WITHIN = 15.0  # s, of the scheduler, at the beginning
WINDOW_FOR = 10.0  # s, between two looks at the size of the cluster
LOST = "the processes that followed this patient were killed"


def follow_on_cluster(work: Work, trial: TrialFile, tasks: Iterator[Task], address: str) -> Generator[Followed]:
    """Follow all on a cluster, each row as its patient is finished.

    Parameters
    ----------
    work : callable
        A function of a module that the cluster's workers have.
    trial : TrialFile
        Sent with each patient; it is small.
    tasks : iterator of Task
        A sliding window of them is with the cluster.
    address : str
        Of the scheduler.

    Raises
    ------
    InputError
        Where there is no scheduler, where it goes away, or where its workers have other code.
    """
    dask = _distributed()
    with _client(dask, address) as client:
        try:
            yield from _collect(dask, _Window(client, work, trial, tasks), code_hash())
        except (_SchedulerGone, CancelledError, OSError):  # of the cluster: what lands here fails outside
            raise InputError(
                f"the Dask scheduler at {address} went away. What has landed is kept: start a scheduler, and run the "
                "same command again with its address."
            ) from None


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise InputError(
            "--dask needs distributed, which is not installed. Install it: pip install 'azygos[cluster]'."
        ) from None
    return distributed


@contextlib.contextmanager
def _client(dask: Any, address: str) -> Iterator[Any]:
    with _silent():
        _knock(dask, address)
        client = dask.Client(address, timeout=HEARD_WITHIN, set_as_default=False)
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=2)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """No log of the library: what goes wrong is said in one sentence. Its parts have levels of their own."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _knock(dask: Any, address: str) -> None:
    """Refuse an address where no scheduler answers: a client that finds none hangs on for long when it is let go."""
    with ThreadPoolExecutor(1) as beside:  # a notebook's own thread has a loop already
        try:
            found = beside.submit(asyncio.run, _who_answers(dask, address)).result()
        except Exception:  # whatever listens there may say whatever it likes
            found = ""
    require(
        found == "Scheduler",
        f"no Dask scheduler answers at {address or 'an empty address'}. Start one (dask scheduler), or give the "
        "address that it prints, for example tcp://10.0.0.1:8786.",
    )


async def _who_answers(dask: Any, address: str) -> str:
    keys = dask.Security().get_connection_args("client")
    async with dask.rpc(address, timeout=HEARD_WITHIN, connection_args=keys) as there:
        told = await asyncio.wait_for(there.identity(), HEARD_WITHIN)
    return str(told.get("type", ""))


class _Window:
    """Patients that are with the cluster: as many as keep its threads busy, and no more."""

    def __init__(self, client: Any, work: Work, trial: TrialFile, tasks: Iterator[Task]) -> None:
        self.client, self.trial = client, trial
        self._work, self._tasks = work, tasks
        self.out: dict[Any, Task] = {}
        self._size, self._looked = 0, -WINDOW_FOR

    def fill(self) -> list[Any]:
        """Send as many more as there is room for."""
        if time.monotonic() - self._looked >= WINDOW_FOR:  # clusters grow and shrink
            self._size = A_THREAD * max(sum(self.client.nthreads().values()), 1)
            self._looked = time.monotonic()
        sent = []
        for task in islice(self._tasks, max(self._size - len(self.out), 0)):
            future = self.client.submit(_follow_there, self._work, self.trial, task, pure=False)
            self.out[future] = task
            sent.append(future)
        return sent


def _collect(dask: Any, window: _Window, code: str) -> Iterator[Followed]:
    """Results as they come, and patients sent after them."""
    coming = dask.as_completed(window.fill(), loop=window.client.loop)
    for future in coming:
        task = window.out.pop(future)
        if future.status in ("cancelled", "lost"):
            raise _SchedulerGone
        error = future.exception()
        if isinstance(error, dask.KilledWorker):
            yield from lost(window.trial, task, LOST, 0.0)  # nobody knows how long
        elif error is not None:
            raise InputError(
                f"the cluster's workers cannot follow patients ({type(error).__name__}: {error}). "
                "Install the same azygos with its extra trial where they run."
            )
        else:
            there, rows = future.result()
            require(
                there == code,
                f"a worker of the cluster has code {there}, and this is {code}: rows of two codes do not make one "
                "table. Install the same azygos where the workers run.",
            )
            yield from rows
        del future
        for sent in window.fill():
            coming.add(sent)


def _follow_there(work: Work, trial: TrialFile, task: Task) -> tuple[str, list[Followed]]:
    """In a worker of the cluster: one patient, and by which code."""
    return code_hash(), list(follow_task(work, trial, task))


class _SchedulerGone(Exception):
    """Futures that are lost with their scheduler."""
