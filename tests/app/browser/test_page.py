"""What holds on every tab: no fault of accessibility, all within the window, keys alone, nothing asked of others."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from made_scans import compared, traced
from playwright.sync_api import Page, expect
from seeing import drawn, overflow, panel, shoot

import azygos

STATIC = Path(azygos.__file__).parent / "app" / "static"
AXE = Path(__file__).resolve().parents[3] / "front" / "node_modules" / "axe-core" / "axe.min.js"
SIGNS = {  # what is seen on a tab that has something to show
    "open": "facts",
    "plan": "chance-any",
    "journey": "event-0",
    "trace": "piece-row-1",
    "compare": "change-row-0",
}
TABS = tuple(SIGNS)
SCANS = {"trace": {"tie-scan": "s1"}, "compare": {"tie-0": "s2", "tie-1": "s3"}}  # of which each run is
MOST_BYTES = 1_200_000


@pytest.fixture(scope="module")
def arguments(demo_folder, tmp_path_factory):
    """One of everything that the page shows."""
    folder = tmp_path_factory.mktemp("everything")
    return [str(path) for path in (demo_folder, *traced(folder), *compared(folder))]


def filled(page: Page, tab: str) -> None:
    """Go to a tab and wait until it shows what is open."""
    page.get_by_test_id(f"tab-{tab}").click()
    here = panel(page, tab)
    if tab == "plan":
        page.get_by_test_id("draws").fill("4")
        expect(page.locator(".progress-words")).to_have_text(re.compile(r"^all \d+ done$"))
    expect(here.get_by_test_id(SIGNS[tab])).to_be_visible()
    if tab in SCANS:
        tie = here.get_by_test_id({"trace": "tie", "compare": "tie-both"}[tab])
        if tie.is_visible():
            for place, scan in SCANS[tab].items():
                here.get_by_test_id(place).select_option(scan)
            tie.click()
            expect(tie).to_be_hidden()
        here.get_by_test_id(SIGNS[tab]).click()
    drawn(page)


def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with its first place."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
    return [
        f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_is_accessible_and_fits_the_window(page, tab):
    filled(page, tab)
    expect(page.get_by_test_id("banner")).to_have_text("Research use only: not a medical device.")
    expect(page.get_by_test_id("banner")).to_be_visible()
    assert overflow(page) == [0, 0]
    shoot(page, f"page-{tab}")
    assert faults(page) == []


def test_tabs_are_walked_by_keys(page):
    page.get_by_test_id("tab-open").focus()
    for tab in (*TABS[1:], TABS[0]):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_test_id(f"tab-{tab}")).to_be_focused()
        expect(panel(page, tab)).to_be_visible()
    page.go_back()
    expect(panel(page, "compare")).to_be_visible()


def test_the_content_policy_holds(page, served, heard):
    """Code and addresses that the page does not know are turned away, and the browser says so."""
    page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.harmed = true';
          document.body.append(script);
        }"""
    )
    assert page.evaluate("() => fetch('https://azygos.invalid/').then(() => 'answered', () => 'refused')") == "refused"
    assert page.evaluate("() => window.harmed") is None
    assert heard.outside(served.base) == []
    assert len(heard.complaints) >= 2
    assert all("Content Security Policy" in words for words in heard.complaints), heard.complaints
    heard.complaints.clear()


def test_the_page_is_small():
    if not STATIC.is_dir():
        pytest.skip("the page is not built: make front")
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in STATIC.iterdir()}
    assert {"index.html", "app.js", "style.css"} <= set(sizes)
    assert sum(sizes.values()) < MOST_BYTES
