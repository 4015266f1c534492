"""A browser without WebGL: slices as ever, and a picture in three dimensions from the server."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from seeing import PLANES, changed, greys, pane, panel, pixels, shoot, until

from azygos.scan import write_nifti


@pytest.fixture(scope="module")
def graphics():
    return ["--disable-gpu", "--disable-software-rasterizer", "--disable-3d-apis"]


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    """A bony block with a hole in soft tissue, which looks different from each side."""
    path = tmp_path_factory.mktemp("scan") / "block.nii.gz"
    hu = np.random.default_rng(9).normal(40.0, 20.0, (40, 36, 30))
    hu[8:30, 10:26, 6:24] = 900.0
    hu[14:20, 10:26, 10:16] = -200.0
    write_nifti(path, hu.astype(np.int16), np.diag([1.5, 1.5, 2.0, 1.0]))
    return [str(path)]


def test_the_server_draws_in_three_dimensions(page):
    assert page.evaluate("() => document.createElement('canvas').getContext('webgl2')") is None
    for plane in PLANES:
        assert greys(pane(page, "open", plane).locator("canvas").first) > 8
    space = panel(page, "open").get_by_test_id("pane-3d")
    expect(space).to_contain_text("the server draws this picture")
    until(page, lambda: greys(space.locator("canvas")) > 20)
    picture = pixels(space)
    page.get_by_role("button", name="3-D view: left").click()
    until(page, lambda: changed(picture, pixels(space)) > 1000)
    shoot(page, "without-webgl")


def test_the_plan_works(page):
    page.evaluate("() => { location.hash = 'tab=plan&plan.pt=12&plan.level=T12&plan.draws=2'; }")
    expect(page.locator(".progress-words")).to_have_text(re.compile(r"^all \d+ done$"))
    space = panel(page, "plan").get_by_test_id("pane-3d")
    until(page, lambda: greys(space.locator("canvas")) > 20)
    tip = panel(page, "plan").get_by_test_id("handle-tip-axial")
    value = page.get_by_test_id("tip-l")
    before = float(value.input_value())
    tip.focus()
    page.keyboard.press("ArrowLeft")
    assert float(value.input_value()) == pytest.approx(before - 1.0, abs=0.051)
    shoot(page, "without-webgl-plan")
