"""Tasks on several processes, each result as it is finished; whatever goes wrong, no worker outlives its parent."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from azygos.ground.errors import AzygosError

Task = TypeVar("Task")
Done = TypeVar("Done")


def as_done(work: Callable[[Any, Task], Done], given: Any, tasks: Sequence[Task], *, workers: int) -> Iterator[Done]:
    """Do ``work(given, task)`` for each task, in any order.

    Parameters
    ----------
    work : callable
        A function of a module, so that another process finds it.
    given : object
        What all tasks share; sent to each worker once.
    tasks : sequence
        What tells one task from the next.
    workers : int
        Processes; 0 does all in this one.

    Yields
    ------
    done : object
        What `work` returned, as it is finished.

    Examples
    --------
    >>> list(as_done(max, 2, [1, 3], workers=0))
    [2, 3]
    """
    if workers == 0:
        yield from (work(given, task) for task in tasks)
        return
    if not tasks:
        return
    others = set(multiprocessing.active_children())
    with one_thread_each(), _pool(work, given, min(workers, len(tasks))) as pool:
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


def _pool(work: Callable[[Any, Any], Any], given: Any, workers: int) -> ProcessPoolExecutor:
    # spawn: a process forked after numba has started its threads is killed by them
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(work, given))


def _submit(pool: ProcessPoolExecutor, tasks: Sequence[Any]) -> list[Future[Any]]:
    """Hand in all tasks; workers start meanwhile."""
    with without_ctrl_c():
        return [pool.submit(_work, task) for task in tasks]


@contextlib.contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Start workers within: they inherit a blocked Ctrl-C, and it is this process that answers it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def heeding_ctrl_c() -> Iterator[Callable[[], None]]:
    """Within, a Ctrl-C that comes in a finalizer, where Python drops it, is not lost: what is yielded raises it again.

    Examples
    --------
    >>> with heeding_ctrl_c() as heed:
    ...     heed()
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield lambda: None
        return
    pressed = False

    def press(number: int, frame: object) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    def heed() -> None:
        if pressed:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, press)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def one_thread_each() -> Iterator[None]:
    """Start workers within: numba runs on one thread in each, since they share the cores between them."""
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


_given: list[tuple[Callable[[Any, Any], Any], Any]] = []  # what this worker process was started with


def _begin(work: Callable[[Any, Any], Any], given: Any) -> None:
    _given[:] = [(work, given)]
    end_with_parent()


def end_with_parent() -> None:
    """Called in a worker: end it as soon as its parent is gone, whatever it is doing."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Any) -> Any:
    work, given = _given[0]
    return work(given, task)
