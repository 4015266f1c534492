"""The command: where it answers, what it refuses, what it weighs, and that nothing is left when it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import psutil
import pytest

from azygos.cli import main

MB = 1 << 20


@contextmanager
def running(tmp_path, *arguments):
    """``azygos app`` as a user starts it; gives its address, its process and where it keeps its files."""
    files = tmp_path / "files"
    files.mkdir()
    command = [sys.executable, "-m", "azygos", "app", "--no-browser", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env={**os.environ, "TMPDIR": str(files)}
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S{30,}", process.stdout.readline())
            assert found is not None
            yield found[0], psutil.Process(process.pid), files
        finally:
            process.kill()


def test_it_answers_on_this_machine_alone_and_leaves_nothing(tmp_path):
    with running(tmp_path) as (address, process, files):
        with httpx.Client(follow_redirects=False, timeout=30.0) as client:
            assert client.get(address).status_code == 200
            state = client.get(address.split("?")[0] + "api/state")
            assert state.status_code == 200
        listening = [one.laddr.ip for one in process.net_connections() if one.status == psutil.CONN_LISTEN]
        assert listening == ["127.0.0.1"]
        assert len(list(files.glob("azygos-*"))) == 1
        family = [process, *process.children(recursive=True)]
        process.send_signal(signal.SIGINT)
        _gone, alive = psutil.wait_procs(family, timeout=20.0)
        assert alive == []
        assert not list(files.glob("azygos-*"))
        assert process.wait() in (0, None)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_however_it_ends_nothing_is_left(tmp_path, how):
    with running(tmp_path) as (address, process, files):
        httpx.get(address, timeout=30.0)
        _until(lambda: len(process.children()) >= 2)
        time.sleep(0.5)  # the child must have begun to watch
        family = [process, *process.children(recursive=True)]
        process.send_signal(how)
        _gone, alive = psutil.wait_procs(family, timeout=20.0)
        assert alive == []
        assert not list(files.glob("azygos-*"))


def test_it_is_light_while_it_waits(tmp_path):
    with running(tmp_path) as (address, process, _files):
        httpx.get(address, timeout=30.0)
        _until(lambda: len(process.children()) >= 2)
        time.sleep(1.0)
        server = process.memory_info().rss
        everything = server + sum(child.memory_info().rss for child in process.children(recursive=True))
    assert server < 150 * MB
    assert everything < 600 * MB


def test_what_is_named_is_opened_at_once(tmp_path):
    run = tmp_path / "demo-out"
    run.mkdir()
    (run / "run.toml").write_text('kind = "journey"')
    (run / "result.json").write_text("{}")
    (tmp_path / "x.txt").write_text("no scan")
    with (
        running(tmp_path, run, tmp_path / "x.txt") as (address, _process, _files),
        httpx.Client(timeout=30.0) as client,
    ):
        client.get(address)
        base = address.split("?")[0]
        state = client.get(f"{base}api/state").json()
        assert [entry["name"] for entry in state["runs"]] == ["demo-out"]
        assert [entry["name"] for entry in state["folders"]] == ["demo-out"]  # the current folder is looked through
        _until(lambda: client.get(f"{base}api/jobs/j1").json()["state"] == "failed")
        assert client.get(f"{base}api/jobs/j1").json()["error"] == (
            "This file is not a scan that azygos reads. Pass a folder or zip of DICOM, NIfTI (.nii, .nii.gz) or NRRD."
        )


def test_a_port_that_is_taken_is_said(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["app", "--no-browser", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"azygos: port {port} of this machine cannot be used (")
    assert said.endswith("). Choose another --port, or leave it out.\n")


@pytest.mark.parametrize("arguments", [["absent"], ["--runs", "absent"]])
def test_what_is_not_there_is_said(arguments, capsys):
    assert main(["app", "--no-browser", *arguments]) == 2
    assert capsys.readouterr().err == "azygos: absent is not there. Check the path.\n"


def test_an_absent_library_is_said(monkeypatch, capsys):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "uvicorn" else found(name, *rest)
    )
    assert main(["app", "--no-browser"]) == 2
    assert capsys.readouterr().err == (
        "azygos: azygos app needs uvicorn, which is not installed. Install it: pip install 'azygos[app]'.\n"
    )


def _until(holds, seconds=30.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
