"""The page's server as it is used: on a port of this machine, spoken to over HTTP."""

from __future__ import annotations

import http.client
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from azygos.app.jobs import Jobs
from azygos.app.server import create_app
from azygos.app.workspace import Workspace

TESTS = Path(__file__).resolve().parents[1]
for folder in (str(TESTS / "app"), str(TESTS / "case"), str(TESTS / "study")):  # what they have made by hand
    if folder not in sys.path:
        sys.path.insert(0, folder)

TOKEN = "right-token"
PAGE = "<!doctype html><title>azygos</title>"


@dataclass
class Page:
    """A running server and a client that holds its token."""

    port: int
    workspace: Workspace
    client: httpx.Client

    def stranger(self, **headers: str) -> httpx.Client:
        """A client without the token."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=30.0)

    def raw(self, method: str, path: str) -> tuple[int, str]:
        """Status and text for a path that no client has tidied."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30.0)
        try:
            connection.request(method, path, body=b'{"as": "scan"}', headers={"X-Azygos-Token": TOKEN})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def send(self, *files: tuple[str, bytes]) -> str:
        """Upload files and give the upload's id."""
        upload = self.client.post("/api/uploads").json()["upload"]
        for name, content in files:
            answer = self.client.put(f"/api/uploads/{upload}/files", params={"name": name}, content=content)
            assert answer.status_code == 200, answer.text
        return upload

    def open(self, upload: str, **how: Any) -> dict[str, Any]:
        """Open an upload and wait until its job is over."""
        answer = self.client.post(f"/api/uploads/{upload}/open", json=how).json()
        return self.wait(answer["job"]) if "job" in answer else answer

    def wait(self, job: str, seconds: float = 60.0) -> dict[str, Any]:
        """A job once it is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            told = self.client.get(f"/api/jobs/{job}").json()
            if told["state"] not in ("waiting", "running"):
                return told
            time.sleep(0.02)
        raise AssertionError(f"{job} is not over after {seconds} s")


@contextmanager
def serving(workspace: Workspace, static: Path) -> Iterator[Page]:
    """Serve a workspace on a free port until the block ends."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(port=port, token=TOKEN, workspace=workspace, static=static)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"X-Azygos-Token": TOKEN}, timeout=30.0
        ) as client:
            yield Page(port=port, workspace=workspace, client=client)
    finally:
        server.should_exit = True
        thread.join(10.0)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page as the bundler leaves it."""
    static = tmp_path_factory.mktemp("static")
    (static / "index.html").write_text(PAGE)
    (static / "app.js").write_text("export {};")
    return static


@pytest.fixture(scope="session")
def page(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One server for all tests that do not harm it; run folders are looked for in ``roots``."""
    roots = tmp_path_factory.mktemp("roots")
    write_run(roots / "one" / "demo-out", kind="journey")
    with serving(Workspace(None, Jobs(), roots=[roots]), built) as running:
        yield running


def write_run(folder: Path, kind: str) -> None:
    """A run folder with nothing in it but what every run has."""
    folder.mkdir(parents=True)
    (folder / "run.toml").write_text(f'azygos = "0.1.0"\nkind = "{kind}"\n')
    (folder / "result.json").write_text("{}")
    (folder / "report.html").write_text("<script>alert(1)</script>")
