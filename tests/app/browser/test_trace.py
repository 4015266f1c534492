"""A trace in the browser: a click flies to a piece, a reader's note stands beside the finding and never on it."""

from __future__ import annotations

import json
import re

import pytest
from made_scans import traced
from playwright.sync_api import Page, expect
from seeing import PLANES, changed, greys, overflow, pane, panel, pixels, shoot


@pytest.fixture(scope="module")
def ct_and_run(tmp_path_factory):
    return traced(tmp_path_factory.mktemp("traced"))


@pytest.fixture(scope="module")
def arguments(ct_and_run):
    return [str(path) for path in ct_and_run]


@pytest.fixture
def trace(page: Page) -> Page:
    """The trace, tied to the open scan."""
    page.get_by_test_id("tab-trace").click()
    expect(page.get_by_test_id("piece-row-1")).to_be_visible()
    if page.get_by_test_id("tie").is_visible():
        page.get_by_test_id("tie").click()
    expect(page.get_by_test_id("without-ct")).to_be_hidden()
    return page


def slices(page: Page) -> dict[str, str | None]:
    return {plane: pane(page, "trace", plane).get_attribute("data-slice") for plane in PLANES}


def point(page: Page) -> str:
    return panel(page, "trace").get_by_test_id("point").inner_text()


def test_a_click_flies_to_a_piece(trace):
    trace.get_by_test_id("piece-row-1").click()
    expect(trace.get_by_test_id("piece-details-1")).to_be_visible()
    before, where, picture = slices(trace), point(trace), pixels(pane(trace, "trace", "axial"))
    trace.get_by_test_id("piece-row-2").click()
    expect(pane(trace, "trace", "axial")).not_to_have_attribute("data-slice", before["axial"])
    after = slices(trace)
    assert all(after[plane] != before[plane] for plane in PLANES)
    assert point(trace) != where
    for plane in PLANES:
        assert greys(pane(trace, "trace", plane).locator("canvas").first) > 8
    assert changed(picture, pixels(pane(trace, "trace", "axial"))) > 100
    expect(panel(trace, "trace").get_by_test_id("window-preset")).to_have_value("bone")
    shoot(trace, "trace")


def test_a_mark_on_a_slice_chooses_its_piece(trace):
    trace.get_by_test_id("piece-row-2").click()
    panel(trace, "trace").get_by_test_id("mark-1").first.click(force=True)
    expect(trace.get_by_test_id("piece-details-1")).to_be_visible()


def test_a_note_and_a_mark_never_touch_the_finding(trace, ct_and_run):
    folder = ct_and_run[1]
    finding = (folder / "result.json").read_bytes()
    trace.get_by_test_id("piece-row-1").click()
    trace.get_by_test_id("wrong-1").click()
    expect(trace.get_by_test_id("piece-row-1")).to_contain_text("reader: wrong")
    words = "A lead, <img src=x onerror=alert(1)> not cement"
    trace.get_by_test_id("note-text").fill(words)
    trace.get_by_test_id("note-save").click()
    expect(trace.get_by_test_id("reader-notes").first).to_contain_text(words)
    expect(trace.locator("img[src=x]")).to_have_count(0)
    assert (folder / "result.json").read_bytes() == finding
    kept = json.loads((folder / "notes.json").read_text())
    assert words in json.dumps(kept, ensure_ascii=False)
    shoot(trace, "trace-note")
    trace.reload()
    expect(trace.get_by_test_id("piece-row-1")).to_contain_text("reader: wrong")
    expect(trace.get_by_test_id("piece-details-1")).to_be_visible()
    trace.get_by_test_id("wrong-1").click()
    expect(trace.get_by_test_id("piece-row-1")).not_to_contain_text("reader: wrong")
    assert (folder / "result.json").read_bytes() == finding


@pytest.mark.parametrize("name", ["path", "not", "levels", "limits"])
def test_each_list_tells_something(trace, name):
    trace.get_by_test_id(f"list-{name}").click()
    expect(trace.get_by_test_id(f"list-{name}")).to_have_attribute("aria-selected", "true")
    assert len(panel(trace, "trace").locator(".trace-list").inner_text()) > 20
    assert overflow(trace) == [0, 0]
    shoot(trace, f"trace-{name}")


def test_rows_are_walked_by_keys(trace):
    trace.get_by_test_id("piece-row-1").focus()
    trace.keyboard.press("ArrowDown")
    expect(trace.get_by_test_id("piece-row-2")).to_be_focused()
    trace.keyboard.press("Enter")
    expect(trace.get_by_test_id("piece-details-2")).to_be_visible()
    expect(trace.get_by_test_id("piece-row-2")).to_be_focused()
    pane(trace, "trace", "axial").focus()
    before = slices(trace)["axial"]
    trace.keyboard.press("ArrowUp")
    expect(pane(trace, "trace", "axial")).not_to_have_attribute("data-slice", before)


def test_a_scan_is_traced_from_the_page(trace):
    """By the real tracer; this scan is too small to hold a body, and the page says what it found all the same."""
    trace.get_by_test_id("trace-this").click()
    expect(trace).to_have_url(re.compile(r"trace\.run=r2"))
    expect(trace.get_by_test_id("trace-summary")).not_to_be_empty()
    expect(trace.get_by_test_id("said")).to_contain_text("Traced")
    shoot(trace, "trace-made")
