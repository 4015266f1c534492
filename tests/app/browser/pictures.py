"""The screens of the page that the documentation shows.

python tests/app/browser/pictures.py [OUT]

Makes its runs with the demo and the examples, all of virtual patients, and drives the real command with the real
browser. OUT is docs/_static if it is left out; what lies in RUNS (or else a temporary folder) is used again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from seeing import HIGH, WIDE, greys, pane, panel, until

from conftest import QUIET, SOFTWARE_GL, azygos_command, chromium

ROOT = Path(__file__).resolve().parents[3]
PLAN = "tab=plan&plan.pt=12&plan.fx=wedge&plan.cleft=no&plan.level=T12&plan.draws=12&plan.alt=wait:8"
DATES = ("day3/ct.nii.gz", "day30/ct.nii.gz", "run")
MOST_BYTES = 200_000
COLOURS = 128  # of a picture that is kept


def main(out: Path) -> None:
    """Make the runs, open them, and keep a picture of each page."""
    with tempfile.TemporaryDirectory() as temporary:
        runs = Path(os.environ.get("RUNS") or temporary)
        make_runs(runs)
        seen = [
            (plan, "app_plan", []),
            (journey, "app_journey", [runs / "demo-out"]),
            (trace, "app_trace", [runs / "trace-example/ct/ct.nii.gz", runs / "trace-example/run"]),
            (
                compare,
                "app_compare",
                [*(runs / f"compare-example/day{day}/ct.nii.gz" for day in (3, 30)), runs / "compare-example/run"],
            ),
        ]
        for look, name, opened in seen:
            with browsing(opened) as page:
                look(page)
                keep(page, out / f"{name}.png")


def make_runs(folder: Path) -> None:
    """A journey, a trace and a comparison, where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "demo-out").is_dir():
        azygos_command("demo", "-o", "demo-out", folder=folder)
    for name in ("trace", "compare"):
        out = folder / f"{name}-example"
        if not (out / "run/result.json").is_file():
            subprocess.run([sys.executable, str(ROOT / "examples" / f"{name}.py"), str(out)], check=True)


@contextmanager
def browsing(opened: list[Path]) -> Iterator[Page]:
    """A window before a fresh start of the command."""
    command = [sys.executable, "-m", "azygos", "app", "--no-browser", *map(str, opened)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process, sync_playwright() as playwright:
        try:
            assert process.stdout is not None
            browser = playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *SOFTWARE_GL])
            page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
            page.set_default_timeout(300_000)
            page.goto(re.findall(r"http://\S+", process.stdout.readline())[0])
            yield page
            browser.close()
        finally:
            process.terminate()


def plan(page: Page) -> None:
    """A wedge fracture, both alternatives run, the needle's cement in the planes and in 3-D."""
    page.evaluate("address => { location.hash = address; }", PLAN)
    expect(page.locator(".progress-words")).to_have_text(re.compile(r"^all \d+ done$"), timeout=600_000)
    page.wait_for_timeout(8000)  # until 3-D is drawn by software


def journey(page: Page) -> None:
    """The demo, where a cord lies in the heart."""
    page.get_by_test_id("tab-journey").click()
    expect(page.get_by_test_id("event-0")).to_be_visible()
    until(page, lambda: greys(page.get_by_test_id("journey-canvas")) > 40)
    events = page.get_by_test_id("events").locator("button")
    events.nth(max(0, events.count() - 3)).click()
    page.wait_for_timeout(1500)


def trace(page: Page) -> None:
    """A piece in bone window, and the path to it."""
    page.get_by_test_id("tab-trace").click()
    expect(page.get_by_test_id("piece-row-1")).to_be_visible()
    expect(page.get_by_test_id("trace-scan").locator("option[value=s1]")).to_have_count(1)
    if page.get_by_test_id("tie").is_visible():
        page.get_by_test_id("tie").click()
    expect(page.get_by_test_id("without-ct")).to_be_hidden()
    page.get_by_test_id("piece-row-2").click()
    until(page, lambda: greys(pane(page, "trace", "axial").locator("canvas").first) > 8)
    page.wait_for_timeout(8000)


def compare(page: Page) -> None:
    """Two dates, linked, and what changed."""
    page.get_by_test_id("tab-compare").click()
    expect(page.get_by_test_id("change-row-0")).to_be_visible()
    expect(page.get_by_test_id("tie-both")).to_be_enabled()
    page.get_by_test_id("tie-both").click()
    expect(page.get_by_test_id("without-cts")).to_be_hidden()
    page.get_by_test_id("change-row-0").click()
    expect(panel(page, "compare").get_by_test_id("date-1").get_by_test_id("pane-axial")).to_have_attribute(
        "data-slice", re.compile(r"\d+")
    )
    page.wait_for_timeout(3000)


def keep(page: Page, path: Path) -> None:
    """As few colours as the eye allows, so that a page of the documentation stays small."""
    page.screenshot(path=path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size / 1000:.0f} kB")
    assert size < MOST_BYTES, f"{path.name} is over {MOST_BYTES / 1000:.0f} kB"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/_static")
