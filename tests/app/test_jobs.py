"""Jobs wait for their child, tell how far they are, and end in one of three ways."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from azygos.app import child as child_module
from azygos.app import jobs as jobs_module
from azygos.app.jobs import Jobs
from azygos.ground.errors import InputError


@pytest.fixture
def jobs(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setattr(child_module, "PARTS", "child_tasks")
    monkeypatch.setattr(jobs_module, "PATIENCE_S", 0.5)
    made = Jobs()
    yield made
    made.close()


def add(jobs, a, **how):
    return jobs.submit("long", "child_tasks:add", {"a": a, "b": 1}, **how)


def until_told(job):
    while job.total == 0:
        assert not job.over.wait(0.02)


def test_a_job_says_how_far_it_is_and_then_what_came_out(jobs):
    job = add(jobs, 2, words="summing").wait(30.0)
    told = job.told()
    assert {key: told[key] for key in ("id", "state", "done", "total", "words", "partial", "error")} == {
        "id": "j1",
        "state": "done",
        "done": 1,
        "total": 1,
        "words": "adding",
        "partial": {"half": 2},
        "error": None,
    }
    assert told["result"]["sum"] == 3
    assert told["seconds"] >= 0.0


def test_what_the_server_makes_of_a_result_is_the_result(jobs):
    assert add(jobs, 2, on_done=lambda result: {"doubled": 2 * result["sum"]}).wait(30.0).result == {"doubled": 6}


def test_a_refusal_of_the_server_fails_the_job(jobs):
    def refuse(result):
        raise InputError("this does not fit. Choose another.")

    job = add(jobs, 2, on_done=refuse).wait(30.0)
    assert (job.state, job.error, job.result) == ("failed", "this does not fit. Choose another.", None)


def test_an_error_of_the_server_fails_the_job_and_the_next_runs(jobs):
    job = add(jobs, 2, on_done=lambda result: 1 / 0).wait(30.0)
    assert job.state == "failed"
    assert job.error == "ZeroDivisionError: division by zero. This is ours to fix; the terminal shows the traceback."
    assert add(jobs, 1).wait(30.0).state == "done"


def test_jobs_of_one_child_follow_each_other(jobs):
    many = [add(jobs, number) for number in range(5)]
    assert [job.wait(30.0).result["sum"] for job in many] == [1, 2, 3, 4, 5]
    assert len({job.result["pid"] for job in many}) == 1


def test_the_two_children_work_side_by_side(jobs):
    slow = jobs.submit("long", "child_tasks:slow", {})
    quick = jobs.submit("quick", "child_tasks:add", {"a": 1, "b": 1}).wait(30.0)
    assert quick.state == "done"
    assert slow.state == "running"


def test_of_one_place_only_the_newest_waits(jobs):
    running = jobs.submit("long", "child_tasks:slow", {})
    older, other = add(jobs, 1, place="preview"), add(jobs, 2, place="else")
    newer = add(jobs, 3, place="preview")
    assert (older.state, other.state, newer.state) == ("stopped", "waiting", "waiting")
    jobs.stop(running.id)
    assert newer.wait(30.0).result["sum"] == 4


def test_stopping_a_waiting_job_leaves_the_running_one(jobs):
    running, waiting = jobs.submit("long", "child_tasks:slow", {}), add(jobs, 1)
    until_told(running)
    jobs.stop(waiting.id)
    assert (waiting.state, running.state) == ("stopped", "running")


def test_stopping_a_running_job_keeps_its_child(jobs):
    pid = add(jobs, 1).wait(30.0).result["pid"]
    running = jobs.submit("long", "child_tasks:slow", {})
    until_told(running)
    jobs.stop(running.id)
    assert (running.wait(30.0).state, running.error) == ("stopped", None)
    assert add(jobs, 1).wait(30.0).result["pid"] == pid


def test_a_job_that_does_not_listen_is_ended_with_its_process(jobs):
    pid = add(jobs, 1).wait(30.0).result["pid"]
    running = jobs.submit("long", "child_tasks:deaf", {})
    jobs.stop(running.id)
    assert (running.wait(30.0).state, running.error) == ("stopped", None)
    assert add(jobs, 1).wait(30.0).result["pid"] != pid


def test_stopping_what_is_over_or_unknown_does_nothing(jobs):
    job = add(jobs, 1).wait(30.0)
    jobs.stop(job.id)
    jobs.stop("j99")
    assert job.state == "done"


@pytest.mark.parametrize(("how", "code"), [("dies", 7), ("killed", -9)])
def test_a_lost_child_fails_its_job_with_a_sentence_and_the_waiting_ones_run(jobs, how, code):
    lost = jobs.submit("long", "child_tasks:dies" if how == "dies" else "child_tasks:slow", {})
    waiting = add(jobs, 1)
    if how == "killed":
        until_told(lost)
        os.kill(jobs.children["long"].pid, signal.SIGKILL)
    assert lost.wait(30.0).state == "failed"
    assert lost.error == (
        f"The solver stopped unexpectedly (exit code {code}) and has been started again. "
        "Try once more, or with larger cells."
    )
    assert waiting.wait(30.0).result["sum"] == 2


def test_the_oldest_jobs_are_forgotten(jobs, monkeypatch):
    monkeypatch.setattr(jobs_module, "KEPT", 3)
    many = [add(jobs, number).wait(30.0) for number in range(6)]
    assert [jobs.get(job.id) is not None for job in many] == [False, False, False, True, True, True]


def test_closing_ends_both_children(jobs):
    jobs.submit("long", "child_tasks:slow", {})
    jobs.submit("quick", "child_tasks:add", {"a": 1, "b": 1}).wait(30.0)
    jobs.close()
    assert not any(child.alive for child in jobs.children.values())
