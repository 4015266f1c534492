"""A Dask cluster: the same table, and one sentence when its scheduler goes away."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from stub_patients import follow_stub, stub_trial

from azygos.ground.errors import InputError
from azygos.trial import cluster, run_trial

pytest.importorskip("distributed")
HERE = Path(__file__).resolve().parent
CLUSTER = """
import sys
sys.path.insert(0, {here!r})
from distributed import LocalCluster
if __name__ == "__main__":
    here = dict(host="127.0.0.1", scheduler_port={port}, dashboard_address=None)
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, **here):
        print("ready", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def started(tmp_path):
    """A scheduler with one worker in a process of its own, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER.format(here=str(HERE), port=port))
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"},
    )
    assert process.stdout.readline().strip() == "ready"
    yield process, f"tcp://127.0.0.1:{port}"
    process.kill()
    process.communicate()


@pytest.mark.slow
def test_a_cluster_gives_the_same_table_and_its_end_is_one_sentence(tmp_path, started):
    process, address = started
    run_trial(stub_trial(10), tmp_path / "there", dask=address, work=follow_stub)
    run_trial(stub_trial(10), tmp_path / "here", workers=0, work=follow_stub)
    tables = [(tmp_path / name / "outcomes.parquet").read_bytes() for name in ("there", "here")]
    assert tables[0] == tables[1]

    trial, out, seen = stub_trial(2000, does="slow 0.02"), tmp_path / "out", []

    def kill_at_last(standing):
        seen.append(standing.done)
        if standing.done == 20:
            threading.Thread(target=process.kill).start()

    began = time.monotonic()
    with pytest.raises(InputError) as gone:
        run_trial(trial, out, dask=address, work=follow_stub, progress=kill_at_last)
    assert time.monotonic() - began < 60.0
    assert str(gone.value) == (
        f"the Dask scheduler at {address} went away. What has landed is kept: start a scheduler, and run the same "
        "command again with its address."
    )
    assert len(list((tmp_path / "out.partial" / "parts").rglob("*.parquet"))) == seen[-1] >= 20
    resumed = []
    small = trial.model_copy(update={"trial": trial.trial.model_copy(update={"patients": 10})})
    assert run_trial(small, out, workers=0, work=follow_stub, progress=resumed.append).whole
    assert len(resumed) <= 2  # at most a patient that was in flight among the first ten


def test_no_scheduler_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "HEARD_WITHIN", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(InputError) as refused:
            run_trial(stub_trial(2), tmp_path / "out", dask=address, work=follow_stub)
    assert str(refused.value) == (
        f"no Dask scheduler answers at {address}. Start one (dask scheduler), or give the address that it prints, "
        "for example tcp://10.0.0.1:8786."
    )
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.parametrize("address", ["nonsense", "", "http://a b"])
def test_an_address_that_is_none_is_told_at_once(tmp_path, address):
    began = time.monotonic()
    with pytest.raises(InputError, match=f"no Dask scheduler answers at {address or 'an empty address'}"):
        run_trial(stub_trial(2), tmp_path / "out", dask=address, work=follow_stub)
    assert time.monotonic() - began < 10.0  # a client that finds no scheduler holds on to its thread for 30 s
    assert not list(tmp_path.iterdir())


def test_what_answers_and_is_no_scheduler_is_told_as_none(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "HEARD_WITHIN", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_say_bad_request, args=(server,), daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(InputError) as refused:
            run_trial(stub_trial(2), tmp_path / "out", dask=address, work=follow_stub)
    assert str(refused.value) == (
        f"no Dask scheduler answers at {address}. Start one (dask scheduler), or give the address that it prints, "
        "for example tcp://10.0.0.1:8786."
    )


def _say_bad_request(server):
    """A web server: its words, read as the length of an array, are exabytes."""
    while True:
        try:
            other, _ = server.accept()
        except OSError:
            return
        other.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        other.close()


@pytest.mark.parametrize("error", [OSError("Timed out trying to connect"), TimeoutError(), CancelledError()])
def test_a_scheduler_that_is_lost_in_any_way_has_gone_away(tmp_path, monkeypatch, error):
    class Lost:
        def nthreads(self):
            raise error

    monkeypatch.setattr(cluster, "_client", lambda dask, address: contextlib.nullcontext(Lost()))
    with pytest.raises(InputError, match="the Dask scheduler at tcp://here:1 went away"):
        run_trial(stub_trial(2), tmp_path / "out", dask="tcp://here:1", work=follow_stub)


def test_without_distributed_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as refused:
        run_trial(stub_trial(2), tmp_path / "out", dask="tcp://127.0.0.1:1", work=follow_stub)
    assert str(refused.value) == (
        "--dask needs distributed, which is not installed. Install it: pip install 'azygos[cluster]'."
    )
