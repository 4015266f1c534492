"""What a person sees and does on the page: pixels, waiting, pictures kept to be looked at."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Error, Locator, Page, expect

SHOTS = Path(os.environ.get("AZYGOS_SHOTS") or Path(__file__).resolve().parent / "shots")
PATIENCE_MS = 60_000  # on a busy machine; an idle one needs a second
WIDE, HIGH = 1280, 720
PLANES = ("axial", "coronal", "sagittal")


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole window."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    try:
        page.screenshot(path=path)
    except Error:  # a busy browser may have no frame to give yet
        page.wait_for_timeout(2000)
        page.screenshot(path=path)


def pixels(where: Locator) -> np.ndarray:
    """What is seen of an element, as rows, columns and three colours."""
    return np.asarray(Image.open(io.BytesIO(where.screenshot())).convert("RGB")).astype(np.int16)


def changed(before: np.ndarray, after: np.ndarray) -> int:
    """How many pixels look clearly different."""
    return int((np.abs(before - after).max(axis=2) > 24).sum())


def greys(canvas: Locator) -> int:
    """How many different values a canvas holds: one or two for an empty picture, many for a slice."""
    return canvas.evaluate(
        """canvas => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let at = 0; at < data.length; at += 4) if (data[at + 3]) seen.add(data[at]);
          return seen.size;
        }"""
    )


def panel(page: Page, tab: str) -> Locator:
    return page.get_by_test_id(f"panel-{tab}")


def pane(page: Page, tab: str, plane: str) -> Locator:
    """A pane of one of the tabs whose picture has come."""
    found = panel(page, tab).get_by_test_id(f"pane-{plane}")
    expect(found).to_have_attribute("data-slice", re.compile(r"\d+"))
    expect(found).not_to_have_class(re.compile("late"))
    return found


def overflow(page: Page) -> list[int]:
    """How much of the page lies below and right of the window."""
    return page.evaluate(
        """() => { const all = document.scrollingElement;
        return [all.scrollHeight - window.innerHeight, all.scrollWidth - window.innerWidth]; }"""
    )


def middle(what: Locator) -> tuple[float, float]:
    box = what.bounding_box()
    assert box is not None, "it is not seen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drawn(page: Page) -> None:
    """Wait until what was asked to be drawn is on the screen."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait for what no locator can wait for."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        page.wait_for_timeout(50)
