"""The demo in the browser: opened from what was found, scrubbed by mouse and keys, with and without removal."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from seeing import changed, drawn, greys, pixels, shoot, until


@pytest.fixture(scope="module")
def arguments(demo_folder):
    return ["--runs", str(demo_folder.parent)]


@pytest.fixture
def journey(page: Page) -> Page:
    """The demo, opened by a click on what was found."""
    page.get_by_role("button", name="demo-out").first.click()
    expect(page.get_by_test_id("tab-journey")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("event-0")).to_be_visible()
    return page


def seen(page: Page) -> tuple[np.ndarray, str, str]:
    """The picture, the clock and the words of the instant."""
    drawn(page)
    canvas = page.get_by_test_id("journey-canvas")
    return pixels(canvas), page.get_by_test_id("clock").inner_text(), page.get_by_test_id("now").inner_text()


def test_the_demo_opens_with_body_account_and_events(journey):
    until(journey, lambda: greys(journey.get_by_test_id("journey-canvas")) > 40)
    expect(journey.get_by_test_id("account")).to_contain_text("lungs")
    assert journey.get_by_test_id("events").locator("li").count() > 5
    expect(journey.get_by_test_id("run-report")).to_have_attribute("href", re.compile(r"^/api/runs/r\d+/report$"))
    shoot(journey, "journey")


def test_the_slider_moves_the_cement_by_keys(journey):
    slider = journey.get_by_test_id("time-slider")
    slider.focus()
    journey.keyboard.press("Home")
    first = seen(journey)
    journey.keyboard.press("End")
    last = seen(journey)
    assert changed(first[0], last[0]) > 100
    assert first[1] != last[1]
    assert first[2] != last[2]
    expect(slider).to_have_attribute("aria-valuetext", "day 90")
    journey.keyboard.press("Home")
    journey.keyboard.press("PageDown")
    assert seen(journey)[1:] == first[1:], "before the first event there is nothing"
    journey.keyboard.press("PageUp")
    assert seen(journey)[2] != first[2]


def test_the_slider_moves_the_cement_by_mouse(journey):
    slider = journey.get_by_test_id("time-slider")
    box = slider.bounding_box()
    pictures = []
    for share in (0.1, 0.5, 0.9):
        slider.click(position={"x": share * box["width"], "y": box["height"] / 2})
        pictures.append(seen(journey))
    assert changed(pictures[0][0], pictures[1][0]) > 50
    assert len({clock for _, clock, _ in pictures}) == 3
    assert len({words for _, _, words in pictures}) == 3
    shoot(journey, "journey-late")


def test_a_branch_takes_cement_out(journey):
    slider = journey.get_by_test_id("time-slider")
    slider.focus()
    journey.keyboard.press("End")
    kept = seen(journey)
    expect(journey.get_by_test_id("branch-0")).to_have_attribute("aria-pressed", "true")
    account = journey.get_by_test_id("account").inner_text()
    journey.get_by_test_id("branch-1").click()
    expect(journey.get_by_test_id("branch-1")).to_have_attribute("aria-pressed", "true")
    taken = seen(journey)
    assert changed(kept[0], taken[0]) > 20
    assert journey.get_by_test_id("account").inner_text() != account
    shoot(journey, "journey-branch")


def test_a_reload_brings_the_instant_and_the_branch_back(journey):
    journey.get_by_test_id("branch-1").click()
    journey.get_by_test_id("event-3").click()
    before = seen(journey)
    address = journey.url
    journey.reload()
    expect(journey.get_by_test_id("event-0")).to_be_visible()
    expect(journey.get_by_test_id("branch-1")).to_have_attribute("aria-pressed", "true")
    after = seen(journey)
    assert journey.url == address
    assert after[1:] == before[1:]
    assert changed(before[0], after[0]) < 50


def test_it_plays_and_pauses(journey):
    journey.get_by_test_id("time-slider").focus()
    journey.keyboard.press("Home")
    clock = journey.get_by_test_id("clock")
    first = clock.inner_text()
    journey.get_by_test_id("journey-canvas").focus()
    journey.keyboard.press(" ")
    expect(journey.get_by_test_id("play")).to_have_text("Pause")
    expect(clock).not_to_have_text(first)
    journey.keyboard.press(" ")
    expect(journey.get_by_test_id("play")).to_have_text("Play")


def test_the_report_and_the_brief_open(journey, context):
    for part in ("report", "brief"):
        with context.expect_page() as opened:
            journey.get_by_test_id(f"run-{part}").click()
        opened.value.wait_for_load_state()
        assert len(opened.value.inner_text("body")) > 300
        shoot(opened.value, f"journey-{part}")
        opened.value.close()
