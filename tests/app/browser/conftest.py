"""A real browser before the real command: every test ends by asking what the page asked for and complained of."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import azygos

HERE = Path(__file__).resolve().parent
for folder in (HERE, HERE.parent, HERE.parents[1] / "case", HERE.parents[1] / "study"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from seeing import HIGH, PATIENCE_MS, WIDE  # noqa: E402

STATIC = Path(azygos.__file__).parent / "app" / "static"
QUIET = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]

expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str:
    """Where the browser is; a page that is not built fails where tests must not be left out."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("there is no chromium on this machine")
    if not (STATIC / "index.html").is_file():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the page is not built: make front")
    return found


@dataclass
class Served:
    """A running ``azygos app``: its address with the token, and its process."""

    address: str
    process: psutil.Process

    @property
    def base(self) -> str:
        return self.address.split("?", maxsplit=1)[0]

    def wait_for_scans(self, number: int) -> None:
        """Until what the command was given to open is open."""
        with httpx.Client(headers={"X-Azygos-Token": self.address.split("token=")[1]}, timeout=30.0) as client:
            end = time.monotonic() + PATIENCE_MS / 1000
            while len(client.get(f"{self.base}api/state").json()["scans"]) < number:
                assert time.monotonic() < end, "the scans are not opened"
                time.sleep(0.05)

    def solvers(self) -> list[psutil.Process]:
        """The children that read and compute."""
        return [child for child in self.process.children() if "spawn_main" in " ".join(child.cmdline())]


@pytest.fixture(scope="module")
def arguments() -> list[str]:
    """What the command is started with; a module that opens something says so itself."""
    return []


@pytest.fixture(scope="module")
def served(arguments: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    chromium()
    folder = tmp_path_factory.mktemp("served")
    command = [sys.executable, "-m", "azygos", "app", "--no-browser", *arguments]
    environment = {**os.environ, "TMPDIR": str(folder), "NUMBA_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder, env=environment) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S{30,}", process.stdout.readline())
            assert found is not None
            running = Served(found[0], psutil.Process(process.pid))
            running.wait_for_scans(sum(Path(word).is_file() for word in arguments))
            yield running
        finally:
            process.terminate()
            process.wait(20.0)


@dataclass
class Heard:
    """What a page asked for, and what it complained of."""

    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("response", lambda said: self.refused.append(said.url) if said.status >= 400 else None)
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def outside(self, base: str) -> list[str]:
        """Whatever was asked of another than this server."""
        return [url for url in self.asked if not url.startswith((base, "blob:", "data:"))]


def launched(*more: str) -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *more])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def graphics() -> list[str]:
    """How the module's browser draws in 3-D: by software, as on any machine with WebGL."""
    return SOFTWARE_GL


@pytest.fixture(scope="module")
def browser(graphics: list[str]) -> Iterator[Browser]:
    yield from launched(*graphics)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": WIDE, "height": HIGH}, accept_downloads=True)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def page(context: BrowserContext, served: Served, heard: Heard) -> Iterator[Page]:
    """A page at the command's address. It never asks another machine, and the browser has nothing against it."""
    made = context.new_page()
    heard.listen(made)
    made.goto(served.address)
    expect(made.get_by_test_id("tab-open")).to_be_visible()
    yield made
    assert heard.outside(served.base) == []
    assert (heard.refused, heard.complaints) == ([], [])


def azygos_command(*words: str, folder: Path) -> None:
    """The command line, run to its end."""
    subprocess.run([sys.executable, "-m", "azygos", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's run folder, within a folder of runs."""
    runs = tmp_path_factory.mktemp("runs")
    azygos_command("demo", "-o", "demo-out", folder=runs)
    return runs / "demo-out"
