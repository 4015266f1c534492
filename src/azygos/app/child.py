"""A process beside the server that reads and solves: what happens to it does not happen to the page."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import importlib
import multiprocessing
import os
import shutil
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

from azygos.ground.errors import AzygosError, InputError, require

Given = dict[str, Any]
Tell = Callable[..., None]  # tell(done, total, partial=None, words="")
PARTS = "azygos.app."  # tasks live here and nowhere else
WARM = {"quick": ("azygos.scan", "nibabel"), "long": ()}  # light modules that a fresh child imports while it waits


FULL = "The disk of temporary files is full. Free some space, then try again."


class Stopped(Exception):
    """Raised in the child by ``tell`` once the job was stopped."""


class Hears(Protocol):
    """Who is told what the child does; called from a thread of the child's own."""

    def told(self, job: str, done: int, total: int, partial: Given | None, words: str) -> None: ...
    def finished(self, job: str, result: Given) -> None: ...
    def failed(self, job: str, sentence: str) -> None: ...
    def stopped(self, job: str) -> None: ...
    def died(self, job: str | None, exit_code: int | None) -> None: ...


class Child:
    """One process that does one task at a time; it starts with its first task, or with `warm`.

    Parameters
    ----------
    name : str
        ``quick`` or ``long``.
    hears : Hears
        Who is told of progress, results and a sudden end.

    Notes
    -----
    A task is ``module:function`` under ``azygos.app``, called there as ``function(given, tell)``. It returns what
    JSON can hold; large arrays go to files of the workspace and are named by path. Module-level dictionaries of the
    task's module live as long as the child.
    """

    def __init__(self, name: str, hears: Hears) -> None:
        self.name = name
        self.job: str | None = None
        self.idle_since = time.monotonic()
        self.orphan: Path | None = None  # folder to remove if the server dies before its children
        self._hears = hears
        self._lock = threading.RLock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Any = None
        self._stop: Any = None

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The number of its process, None before it has started."""
        return None if self._process is None else self._process.pid

    def warm(self) -> None:
        """Start the process, so that the first task does not wait for it."""
        with self._lock:
            if self._process is None:
                self._begin()

    def start(self, job_id: str, task: str, given: Given) -> None:
        """Hand over a task; the child must be idle."""
        require(task.startswith(PARTS) and ":" in task, f"{task} is no task of the app.", AzygosError)
        with self._lock:
            require(self.job is None, f"{self.name} is busy with {self.job}.", AzygosError)
            self.warm()
            self._stop.clear()
            self.job = job_id
            with contextlib.suppress(OSError):  # it has just died: the listening thread says so
                self._pipe.send((job_id, task, given))

    def stop_job(self, job_id: str) -> None:
        """Ask the running task to stop; it does at its next word."""
        with self._lock:
            if self.job == job_id:
                self._stop.set()

    def kill(self) -> None:
        """End the process at once; the next task starts a new one."""
        with self._lock:
            process = self._process
        if process is not None:
            process.kill()
            process.join(5.0)

    def rest(self, after_s: float) -> None:
        """End the process if it has had nothing to do for so long; the next task starts a new one."""
        with self._lock:
            process = self._process
            if process is None or self.job is not None or time.monotonic() - self.idle_since < after_s:
                return
            self._process = None  # so that its end is no news
            process.kill()

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")  # forked after numba's threads, a process is killed by them
        self._pipe, theirs = context.Pipe()
        self._stop = context.Event()
        process = context.Process(target=_live, args=(theirs, self._stop, WARM.get(self.name, ()), self.orphan))
        with _deaf_to_ctrl_c():
            process.start()
        theirs.close()
        self._process = process
        threading.Thread(target=self._listen, args=(process, self._pipe), daemon=True).start()

    def _listen(self, process: multiprocessing.process.BaseProcess, pipe: Any) -> None:
        while True:
            try:
                kind, job, *told = pipe.recv()
            except (EOFError, OSError):
                break
            if kind != "told":
                with self._lock:
                    self.job, self.idle_since = None, time.monotonic()
            getattr(self._hears, kind)(job, *told)
        process.join(10.0)
        pipe.close()
        with self._lock:
            if self._process is not process:  # it was sent to rest
                return
            lost, self.job, self._process = self.job, None, None
        self._hears.died(lost, _exit_code(process))


def _exit_code(process: BaseProcess) -> int | None:
    """How a process ended; when another thread waits for it too, that one may learn it a moment earlier."""
    for _ in range(20):
        code = process.exitcode
        if code is not None:
            return code
        time.sleep(0.05)
    return None


def is_full(error: BaseException) -> bool:
    """Whether an error says that a disk, or one's share of it, is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What starts meanwhile inherits a blocked Ctrl-C: the server answers it, and ends its children."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# In the child -----------------------------------------------------------------------------------------------------


def _live(pipe: Any, stop: Any, warm: tuple[str, ...], orphan: Path | None) -> None:
    """The child's life: a task, its result, the next task."""
    threading.Thread(target=_end_with_parent, args=(orphan,), daemon=True).start()
    for module in warm:
        importlib.import_module(module)
    while True:
        try:
            job, task, given = pipe.recv()
        except (EOFError, OSError):
            return _end_with_parent(orphan)
        _do(job, task, given, pipe, stop)
        _give_back()


def _do(job: str, task: str, given: Given, pipe: Any, stop: Any) -> None:
    def tell(done: int, total: int, partial: Given | None = None, words: str = "") -> None:
        if stop.is_set():
            raise Stopped
        pipe.send(("told", job, int(done), int(total), partial, words))

    try:
        module, function = task.split(":")
        pipe.send(("finished", job, getattr(importlib.import_module(module), function)(given, tell)))
    except Exception as error:
        pipe.send(("stopped", job) if stop.is_set() else ("failed", job, _sentence(error)))


def _give_back() -> None:
    """Return memory that is free to the system: the C library keeps it otherwise."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # other C libraries have no such call
        ctypes.CDLL(None).malloc_trim(0)


def _sentence(error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, AzygosError):
        return f"{error} This is not your input's fault."
    if isinstance(error, MemoryError):
        return "The memory of this machine does not suffice. Close something, take larger cells or a part of the scan."
    if is_full(error):
        return FULL
    traceback.print_exception(error)
    return f"{type(error).__name__}: {error}. This is ours to fix; the terminal shows the traceback."


def _end_with_parent(orphan: Path | None) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        if orphan is not None:
            shutil.rmtree(orphan, ignore_errors=True)
        os._exit(1)
