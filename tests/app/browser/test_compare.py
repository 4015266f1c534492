"""Two dates in the browser: opened, tied, and linked."""

from __future__ import annotations

import re

import pytest
from made_scans import compared
from playwright.sync_api import Page, expect
from seeing import greys, overflow, panel, shoot


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    return [str(path) for path in compared(tmp_path_factory.mktemp("compared"))]


@pytest.fixture
def comparison(page: Page) -> Page:
    """The comparison with both its scans."""
    page.get_by_test_id("tab-compare").click()
    expect(page.get_by_test_id("change-row-0")).to_be_visible()
    if page.get_by_test_id("tie-both").is_visible():
        page.get_by_test_id("tie-both").click()
    expect(page.get_by_test_id("without-cts")).to_be_hidden()
    return page


def date(page: Page, number: int, plane: str = "axial"):
    found = panel(page, "compare").get_by_test_id(f"date-{number}").get_by_test_id(f"pane-{plane}")
    expect(found).to_have_attribute("data-slice", re.compile(r"\d+"))
    expect(found).not_to_have_class(re.compile("late"))
    return found


def test_both_dates_are_seen_and_told(comparison):
    comparison.get_by_test_id("change-row-1").click()
    expect(comparison.get_by_test_id("change-row-1")).to_have_attribute("aria-expanded", "true")
    for number in (0, 1):
        for plane in ("axial", "coronal"):
            assert greys(date(comparison, number, plane).locator("canvas").first) > 8
    expect(comparison.get_by_test_id("compare-summary")).to_contain_text("1 gone")
    expect(comparison.get_by_test_id("compare-summary")).to_contain_text("1 unchanged")
    assert overflow(comparison) == [0, 0]
    shoot(comparison, "compare")


def test_one_date_follows_the_other_while_they_are_linked(comparison):
    comparison.get_by_test_id("change-row-1").click()
    second = date(comparison, 1).get_attribute("data-slice")
    date(comparison, 0).focus()
    comparison.keyboard.press("ArrowUp")
    expect(date(comparison, 1)).not_to_have_attribute("data-slice", second)
    second = date(comparison, 1).get_attribute("data-slice")
    comparison.get_by_test_id("linked").uncheck()
    first = date(comparison, 0).get_attribute("data-slice")
    date(comparison, 0).focus()
    comparison.keyboard.press("ArrowUp")
    expect(date(comparison, 0)).not_to_have_attribute("data-slice", first)
    assert date(comparison, 1).get_attribute("data-slice") == second


def test_a_reload_brings_the_change_back(comparison):
    comparison.get_by_test_id("change-row-0").click()
    comparison.reload()
    expect(comparison.get_by_test_id("change-row-0")).to_have_attribute("aria-expanded", "true")
