"""Work that takes longer than an answer may: waiting, running, done, failed or stopped, and how far it is."""

from __future__ import annotations

import itertools
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from azygos.app.child import Child, Given
from azygos.ground.errors import AzygosError, InputError

CHILDREN = ("quick", "long")
OVER = ("done", "failed", "stopped")
PATIENCE_S = 3.0  # a stopped task that says nothing for so long is ended with its process
KEPT = 500  # jobs of the past that can still be asked for
REST_AFTER_S = {"long": 120.0}  # a child that has had nothing to do for so long is ended; the quick one stays
DIED = (
    "The solver stopped unexpectedly (exit code {code}) and has been started again. "
    "Try once more, or with larger cells."
)
READER_DIED = (
    "The reader stopped unexpectedly (exit code {code}) and has been started again. "
    "Try once more, or with a part of the scan."
)
READERS = ("reading", "tracing", "comparing")  # modules of tasks that know no cells

OnDone = Callable[[Given], Given | None]


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """One piece of work; `on_done` turns the child's result into what the page is told, in the server."""

    id: str
    child: str
    task: str
    given: Given
    on_done: OnDone | None = None
    place: str | None = None  # waiting jobs of one place give way to the newest
    words: str = ""
    state: str = "waiting"
    done: int = 0
    total: int = 0
    partial: Given | None = None
    result: Given | None = None
    error: str | None = None
    began: float | None = None
    ended: float | None = None
    stopping: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def seconds(self) -> float:
        """How long it has run, or ran [s]."""
        if self.began is None:
            return 0.0
        return (time.monotonic() if self.ended is None else self.ended) - self.began

    def wait(self, timeout_s: float | None = None) -> Job:
        """Wait until it is over; for tests and for the command line."""
        self.over.wait(timeout_s)
        return self

    def told(self) -> Given:
        """What the page is told of it."""
        keys = ("id", "state", "done", "total", "words", "partial", "result", "error")
        return {key: getattr(self, key) for key in keys} | {"seconds": round(self.seconds, 2)}


class Jobs:
    """All work of the page, in one queue for each child."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._jobs: dict[str, Job] = {}
        self._waiting: dict[str, deque[Job]] = {name: deque() for name in CHILDREN}
        self._closed = False
        self.children = {name: Child(name, self) for name in CHILDREN}

    def submit(
        self,
        child_name: str,
        task: str,
        given: Given,
        on_done: OnDone | None = None,
        *,
        words: str = "",
        place: str | None = None,
    ) -> Job:
        """Hand in a task ``azygos.app.module:function`` for ``quick`` or ``long``.

        Parameters
        ----------
        child_name, task, given
            See :class:`azygos.app.child.Child`.
        on_done : callable, optional
            Called in the server with the child's result; what it returns becomes ``result``. It may raise InputError.
        words : str
            What is being done, for the page.
        place : str, optional
            Waiting jobs of the same place are stopped: only the newest counts.
        """
        with self._lock:
            job = Job(
                id=f"j{next(self._numbers)}",
                child=child_name,
                task=task,
                given=given,
                on_done=on_done,
                words=words,
                place=place,
            )
            for other in [other for other in self._waiting[child_name] if place is not None and other.place == place]:
                self._waiting[child_name].remove(other)
                self._end(other, "stopped")
            self._jobs[job.id] = job
            self._forget()
            self._waiting[child_name].append(job)
            self._next(child_name)
        return job

    def get(self, job_id: str) -> Job | None:
        """The job of that id."""
        return self._jobs.get(job_id)

    def stop(self, job_id: str) -> None:
        """Stop a job that waits or runs; one that is over stays as it is."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is None or job.state in OVER:
                return
            if job.state == "waiting":
                self._waiting[job.child].remove(job)
                self._end(job, "stopped")
                return
            job.stopping = True
            self.children[job.child].stop_job(job_id)
        timer = threading.Timer(PATIENCE_S, self._end_by_force, (job,))
        timer.daemon = True
        timer.start()

    def warm(self) -> None:
        """Start the quick child, so that the first scan does not wait for it."""
        self.children["quick"].warm()

    def leave_nothing(self, folder: Path) -> None:
        """Let the children remove a folder if the server is killed and cannot."""
        for child in self.children.values():
            child.orphan = folder

    def close(self) -> None:
        """End both children; nothing runs afterwards."""
        with self._lock:
            self._closed = True
            for queue in self._waiting.values():
                queue.clear()
        for child in self.children.values():
            child.kill()

    # Told by the children, each from its own thread

    def told(self, job: str, done: int, total: int, partial: Given | None, words: str) -> None:
        """A child's progress."""
        known = self._jobs[job]
        known.done, known.total = done, total
        known.partial = known.partial if partial is None else partial
        known.words = words or known.words

    def finished(self, job: str, result: Given) -> None:
        """A child's result."""
        known = self._jobs[job]
        try:
            known.result = result if known.on_done is None else known.on_done(result)
            known.done, state = known.total, "done"
        except InputError as error:
            known.error, state = str(error), "failed"
        except Exception as error:
            traceback.print_exc()
            known.error = f"{type(error).__name__}: {error}. This is ours to fix; the terminal shows the traceback."
            state = "failed"
        self._over(known, state)

    def failed(self, job: str, sentence: str) -> None:
        """A child's refusal or error."""
        self._jobs[job].error = sentence
        self._over(self._jobs[job], "failed")

    def stopped(self, job: str) -> None:
        """A child has stopped as it was asked to."""
        self._over(self._jobs[job], "stopped")

    def died(self, job: str | None, exit_code: int | None) -> None:
        """A child has ended; the next task starts a new one."""
        with self._lock:
            known = None if job is None else self._jobs[job]
            if known is not None:
                known.error = None if known.stopping else _died(known.task).format(code=exit_code)
                self._end(known, "stopped" if known.stopping else "failed")
            if self._closed:
                return
            if known is not None:
                self.children[known.child].warm()
            for name in CHILDREN:
                self._next(name)

    def _over(self, job: Job, state: str) -> None:
        with self._lock:
            self._end(job, state)
            self._next(job.child)
        if job.child in REST_AFTER_S:
            after_s = REST_AFTER_S[job.child]
            timer = threading.Timer(after_s + 0.1, self.children[job.child].rest, (after_s,))
            timer.daemon = True
            timer.start()

    def _end(self, job: Job, state: str) -> None:
        job.ended = time.monotonic()
        job.given = {}
        job.state = state
        job.over.set()

    def _next(self, name: str) -> None:
        if self._closed or self.children[name].job is not None or not self._waiting[name]:
            return
        job = self._waiting[name].popleft()
        job.state, job.began = "running", time.monotonic()
        try:
            self.children[name].start(job.id, job.task, job.given)
        except AzygosError as error:
            job.error = str(error)
            self._end(job, "failed")

    def _end_by_force(self, job: Job) -> None:
        if job.state == "running" and self.children[job.child].job == job.id:
            self.children[job.child].kill()

    def _forget(self) -> None:
        """Let go of the oldest jobs that are over."""
        for known in [job for job in self._jobs.values() if job.state in OVER][: max(0, len(self._jobs) - KEPT)]:
            del self._jobs[known.id]


def _died(task: str) -> str:
    """What is said of a child that ended during a task."""
    return READER_DIED if task.split(":")[0].rpartition(".")[2] in READERS else DIED
