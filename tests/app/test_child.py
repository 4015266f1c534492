"""A child does one task at a time; however it ends, whoever hears is told."""

from __future__ import annotations

import queue
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from azygos.app import child as child_module
from azygos.app.child import Child
from azygos.ground.errors import AzygosError


class Listener:
    """Writes down what a child says."""

    def __init__(self):
        self.heard = queue.Queue()

    def __getattr__(self, kind):
        return lambda *told: self.heard.put((kind, *told))

    def next(self, *kinds):
        """The next word of one of these kinds."""
        while True:
            word = self.heard.get(timeout=30.0)
            if word[0] in kinds:
                return word


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def child(listener, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setattr(child_module, "PARTS", "child_tasks")
    one = Child("long", listener)
    yield one
    one.kill()


def test_it_starts_with_its_first_task_and_keeps_its_memory(child, listener):
    assert not child.alive
    child.start("j1", "child_tasks:count", {})
    assert listener.next("finished") == ("finished", "j1", {"calls": 1})
    pid = child.pid
    child.start("j2", "child_tasks:count", {})
    assert listener.next("finished") == ("finished", "j2", {"calls": 2})
    assert child.alive
    assert child.pid == pid


def test_words_come_before_the_result(child, listener):
    child.start("j1", "child_tasks:add", {"a": 2, "b": 3})
    assert listener.next("told", "finished") == ("told", "j1", 1, 1, {"half": 2}, "adding")
    assert listener.next("told", "finished")[2]["sum"] == 5


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("refuses", "this is no plan. Give one."),
        ("diverges", "step 3 did not converge. This is not your input's fault."),
        ("breaks", "ValueError: no such axis. This is ours to fix; the terminal shows the traceback."),
        ("fills_the_disk", "The disk of temporary files is full. Free some space, then try again."),
        ("absent", "AttributeError: module 'child_tasks' has no attribute 'absent'. "
         "This is ours to fix; the terminal shows the traceback."),
    ],
)  # fmt: skip
def test_errors_become_sentences_and_it_lives_on(child, listener, task, sentence):
    child.start("j1", f"child_tasks:{task}", {})
    assert listener.next("failed") == ("failed", "j1", sentence)
    child.start("j2", "child_tasks:add", {"a": 1, "b": 1})
    assert listener.next("finished")[2]["sum"] == 2


def test_a_result_that_cannot_be_sent_is_an_error_of_the_task(child, listener):
    child.start("j1", "child_tasks:unspeakable", {})
    kind, job, sentence = listener.next("failed", "died")
    assert (kind, job) == ("failed", "j1")
    assert sentence.endswith("This is ours to fix; the terminal shows the traceback.")


@pytest.mark.parametrize("task", ["slow", "swallow"])
def test_it_stops_at_the_next_word(child, listener, task):
    child.start("j1", f"child_tasks:{task}", {})
    listener.next("told")
    child.stop_job("j2")  # another job: nothing happens
    listener.next("told")
    begun = time.monotonic()
    child.stop_job("j1")
    assert listener.next("stopped", "failed", "finished") == ("stopped", "j1")
    assert time.monotonic() - begun < 2.0


def test_a_sudden_end_is_noticed_with_its_exit_code(child, listener):
    child.start("j1", "child_tasks:dies", {})
    assert listener.next("died") == ("died", "j1", 7)
    child.start("j2", "child_tasks:add", {"a": 1, "b": 1})
    assert listener.next("finished")[2]["sum"] == 2


def test_an_idle_child_that_is_killed_comes_back_with_the_next_task(child, listener):
    child.warm()
    psutil.Process(child.pid).kill()
    assert listener.next("died") == ("died", None, -9)
    child.start("j1", "child_tasks:add", {"a": 1, "b": 1})
    assert listener.next("finished")[2]["sum"] == 2


def test_only_tasks_of_the_app_are_taken(listener):
    with pytest.raises(AzygosError, match=r"^os:system is no task of the app\.$"):
        Child("quick", listener).start("j1", "os:system", {})


PARENT = """
import time
from pathlib import Path
from azygos.app.child import Child
class Deaf:
    def __getattr__(self, name):
        return lambda *told: None
if __name__ == "__main__":
    child = Child("long", Deaf())
    child.orphan = Path({orphan!r})
    child.warm()
    print(child.pid, flush=True)
    time.sleep(60)
"""


def test_a_killed_server_leaves_neither_child_nor_files(tmp_path):
    orphan = tmp_path / "azygos-files"
    orphan.mkdir()
    (orphan / "scan.npy").write_bytes(b"0")
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(orphan=str(orphan)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        orphaned = psutil.Process(int(parent.stdout.readline()))
        time.sleep(1.0)  # the child must have begun to watch
        parent.kill()
    _gone, alive = psutil.wait_procs([orphaned], timeout=20.0)
    assert alive == []
    assert not orphan.exists()


def test_a_child_that_rests_is_started_anew_by_its_next_task(child, listener):
    child.start("j1", "child_tasks:count", {})
    assert listener.next("finished") == ("finished", "j1", {"calls": 1})
    child.rest(60.0)
    assert child.alive
    pid = child.pid
    child.rest(0.0)
    assert not child.alive
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10.0)
    child.start("j2", "child_tasks:count", {})
    assert listener.next("finished", "died") == ("finished", "j2", {"calls": 1})
