"""What may break: a worker killed, the whole run killed, a full disk, a half file, an old one, two runs at once."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from stub_patients import follow_stub, stub_trial

from azygos.cli import main
from azygos.ground.errors import AzygosError, InputError
from azygos.trial import landing, run_trial
from azygos.trial.landing import Landing
from azygos.trial.merging import read_rows
from azygos.trial.order import Order

HERE = Path(__file__).resolve().parent
RUN = """
import signal
import sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background ignores Ctrl-C
sys.path.insert(0, {here!r})
from stub_patients import follow_stub, stub_trial
from azygos.cli.base import stopped, writing
from azygos.trial import run_trial
if __name__ == "__main__":
    out = Path({out!r})
    try:
        with writing(out, resumes=True):
            run_trial(stub_trial({patients}, does="slow 0.05"), out, workers=2, work=follow_stub)
    except KeyboardInterrupt:
        print(stopped(), file=sys.stderr)
        sys.exit(130)
"""


def table_of(folder):
    return (folder / "outcomes.parquet").read_bytes()


def landed_in(out):
    return len(list((out.with_name(out.name + ".partial") / "parts").rglob("*.parquet")))


def started(tmp_path, out, *, patients=40):
    """A run in a process of its own, once some of its rows have landed."""
    script = tmp_path / "run.py"
    script.write_text(RUN.format(here=str(HERE), out=str(out), patients=patients))
    process = subprocess.Popen([sys.executable, str(script)], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60.0
    while landed_in(out) < 6:
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < until
        time.sleep(0.05)
    return process


def all_gone(processes, within=10.0):
    return not psutil.wait_procs(processes, timeout=within)[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of a run that nothing broke."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run_trial(stub_trial(40, does="slow 0.0"), out, workers=0, work=follow_stub)
    return table_of(out)


# Workers ------------------------------------------------------------------------------------------------------------


def test_a_killed_worker_is_replaced_and_a_patient_that_kills_two_is_a_row(tmp_path):
    """Patient 3 kills its worker once, patient 1 each time."""
    does = f"kill 1 once 3 {tmp_path / 'killed'}"
    sitting = run_trial(stub_trial(6, does=does), tmp_path / "out", workers=1, work=follow_stub)
    rows = list(read_rows(tmp_path / "out" / "outcomes.parquet"))
    failed = [row for row in rows if row["failed"]]
    assert (tmp_path / "killed").exists()
    assert (sitting.whole, sitting.standing.done, len(rows)) == (True, 12, 12)
    assert [(row["patient"], row["strategy"]) for row in failed] == [(1, "thin"), (1, "thick")]
    assert {row["failed"] for row in failed} == {"the process that followed this patient was killed twice"}
    run_trial(stub_trial(6), tmp_path / "calm", workers=0, work=follow_stub)
    calm = read_rows(tmp_path / "calm" / "outcomes.parquet")
    assert [repr(row) for row in rows if not row["failed"]] == [repr(row) for row in calm if row["patient"] != 1]


def no_start(trial, index, strategies):
    """Work that no spawned process can find: it is looked for in this module, under another name."""


def test_workers_that_cannot_begin_end_the_run_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(no_start, "__reduce_ex__", None, raising=False)
    no_start.__module__ = "not_there"
    monkeypatch.setitem(sys.modules, "not_there", sys.modules[__name__])
    with pytest.raises(AzygosError) as ended:
        run_trial(stub_trial(3), tmp_path / "out", workers=1, work=no_start)
    assert str(ended.value) == (
        "worker processes end before they can begin, most often for want of memory. "
        "Run the same command again with --workers 1: what has landed is kept."
    )


# The whole run ------------------------------------------------------------------------------------------------------


def test_a_killed_run_leaves_no_worker_and_goes_on_where_it_was(tmp_path, whole):
    out = tmp_path / "out"
    process = started(tmp_path, out)
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert len(workers) >= 2
    assert all_gone(workers)
    before = landed_in(out)
    assert 0 < before < 80
    trial, seen = stub_trial(40, does="slow 0.05"), []

    def follow(trial, index, strategies):
        seen.extend((index, strategy) for strategy in strategies)
        yield from follow_stub(stub_trial(40, does="slow 0.0"), index, strategies)

    run_trial(trial, out, workers=0, work=follow)
    assert len(seen) == len(set(seen)) == 80 - before
    assert table_of(out) == whole


def test_a_second_run_is_refused_and_ctrl_c_says_how_to_go_on(tmp_path):
    out = tmp_path / "out"
    partial, process = out.with_name("out.partial"), started(tmp_path, out, patients=4000)
    workers = psutil.Process(process.pid).children(recursive=True)
    with pytest.raises(InputError) as refused:
        run_trial(stub_trial(4000), out, workers=0, work=follow_stub)
    said = str(refused.value)
    assert said == f"another azygos is writing {partial} now. Wait until it is done, or choose another -o."
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said.strip() == f"stopped. What is finished lies in {partial}; the same command takes it up from there."
    assert all_gone(workers)


# The disk -----------------------------------------------------------------------------------------------------------


def full_after(parts, monkeypatch):
    """Let the disk be full once so many parts have landed."""
    left = [parts]
    write = landing.write_atomic

    def write_until_full(path, content):
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        left[0] -= 1
        write(path, content)

    monkeypatch.setattr(landing, "write_atomic", write_until_full)


def run_until_full(trial, out, parts, monkeypatch):
    full_after(parts, monkeypatch)
    with pytest.raises(OSError, match="No space left"):
        run_trial(trial, out, workers=0, work=follow_stub)


def test_a_full_disk_keeps_what_had_landed(tmp_path, whole, monkeypatch):
    trial, out = stub_trial(40, does="slow 0.0"), tmp_path / "out"
    with monkeypatch.context() as full:
        run_until_full(trial, out, 30, full)
    assert landed_in(out) == 30
    run_trial(trial, out, workers=0, work=follow_stub)
    assert table_of(out) == whole


def test_a_full_disk_is_one_sentence_and_exit_code_two(tmp_path, monkeypatch, capsys):
    (tmp_path / "trial.toml").write_text(stub_trial(3).toml())
    monkeypatch.setattr("azygos.trial.engine._real_work", lambda: follow_stub)
    full_after(2, monkeypatch)
    assert main(["trial", "run", str(tmp_path / "trial.toml"), "-o", str(tmp_path / "out"), "--workers", "0"]) == 2
    part = Landing(tmp_path / "out.partial", Order(trial=stub_trial(3))).path(1, "thin")
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"azygos: the disk is full ({part}). Free some space and run the same command again: what is finished is kept."
    )


def test_a_truncated_part_is_followed_again(tmp_path, whole, monkeypatch):
    trial, out = stub_trial(40, does="slow 0.0"), tmp_path / "out"
    with monkeypatch.context() as full:
        run_until_full(trial, out, 50, full)
    part = Landing(out.with_name("out.partial"), Order(trial=trial)).path(7, "thick")
    part.write_bytes(part.read_bytes()[:-20])
    run_trial(trial, out, workers=0, work=follow_stub)
    assert table_of(out) == whole


def test_a_part_of_an_older_table_ends_the_run_in_a_sentence(tmp_path, monkeypatch):
    trial, out = stub_trial(3), tmp_path / "out"
    with monkeypatch.context() as older:
        older.setattr(landing, "SCHEMA", 0)
        run_until_full(trial, out, 3, older)
    with pytest.raises(InputError, match=r"holds outcomes of table version 0, and this azygos writes version 1\. "):
        run_trial(trial, out, workers=0, work=follow_stub)
