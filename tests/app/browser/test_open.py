"""The first minute: a scan is dropped and seen, a file is refused in the reader's words, hostile names stay text."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from made_scans import grainy_ct
from playwright.sync_api import expect
from run_folders import journey_folder
from seeing import PLANES, changed, greys, pane, panel, pixels, shoot

from azygos.ground.volume import Volume
from azygos.scan import write_ct_series

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def arguments(tmp_path_factory):
    """Runs whose folder's name would be a picture, were it read as HTML."""
    runs = tmp_path_factory.mktemp("runs")
    journey_folder(runs / HOSTILE)
    return ["--runs", str(runs)]


def opened(page) -> None:
    expect(page.get_by_test_id("said")).to_have_text(re.compile("^Opened"))


def unharmed(page) -> None:
    """Nothing of an attacker's has become an element."""
    assert page.locator("img[src=x], script:not([src])").count() == 0


def hostile_series(folder: Path) -> Path:
    """DICOM whose tags hold HTML."""
    import pydicom

    hu = np.random.default_rng(7).normal(0.0, 90.0, (12, 10, 8)).astype(np.float32)
    write_ct_series(folder, Volume(hu=hu, affine_mm=np.diag([1.0, 1.0, 2.0, 1.0])), description="made up")
    for file in folder.iterdir():
        data = pydicom.dcmread(file)
        data.SeriesDescription = data.Manufacturer = data.ManufacturerModelName = HOSTILE
        data.save_as(file)
    return folder


def test_a_scan_that_comes_late_is_shown(page, context, served, tmp_path):
    """As when the command was given a scan: the browser is there before it is read."""
    expect(page.get_by_role("button", name="Plan on a virtual patient")).to_be_visible()
    shoot(page, "open-empty")
    other = context.new_page()
    other.goto(served.address)
    other.get_by_test_id("file-input").set_input_files(grainy_ct(tmp_path / "chest.nii.gz"))
    opened(other)
    other.close()
    assert greys(pane(page, "open", "axial").locator("canvas").first) > 8


def test_a_scan_is_given_and_its_first_pictures_come(page, tmp_path):
    page.get_by_test_id("file-input").set_input_files(grainy_ct(tmp_path / "chest.nii.gz"))
    opened(page)
    for plane in PLANES:
        assert greys(pane(page, "open", plane).locator("canvas").first) > 8
    expect(page.get_by_test_id("facts")).to_contain_text("24 x 20 x 12")
    axial = pane(page, "open", "axial")
    picture = pixels(axial)
    axial.focus()
    page.keyboard.press("PageUp")
    expect(axial).to_have_attribute("data-slice", "11")
    assert changed(picture, pixels(axial)) > 100
    shoot(page, "open-scan")


def test_a_scan_is_dropped(page, tmp_path):
    data = grainy_ct(tmp_path / "dropped.nii.gz").read_bytes()
    page.get_by_test_id("drop").evaluate(
        """(zone, bytes) => {
          const given = new DataTransfer();
          given.items.add(new File([new Uint8Array(bytes)], 'dropped.nii.gz'));
          zone.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true }));
        }""",
        list(data),
    )
    opened(page)
    assert greys(pane(page, "open", "axial").locator("canvas").first) > 8


def test_the_window_is_chosen(page, tmp_path):
    page.get_by_test_id("file-input").set_input_files(grainy_ct(tmp_path / "chest.nii.gz"))
    opened(page)
    axial = pane(page, "open", "axial")
    picture = pixels(axial)
    panel(page, "open").get_by_test_id("window-preset").select_option("lung")
    page.wait_for_timeout(100)
    assert changed(picture, pixels(pane(page, "open", "axial"))) > 100


def test_what_is_no_scan_is_refused_in_the_readers_words(page, tmp_path):
    picture = tmp_path / "x.png"
    picture.write_bytes(b"\x89PNG\r\n" + bytes(400))
    page.get_by_test_id("file-input").set_input_files(picture)
    expect(page.get_by_test_id("refusal")).to_contain_text(
        "This file is a PNG picture, without Hounsfield units. Pass the original CT as DICOM, NIfTI or NRRD."
    )
    shoot(page, "open-refused")
    page.get_by_test_id("file-input").set_input_files(grainy_ct(tmp_path / "chest.nii.gz"))
    opened(page)
    expect(page.get_by_test_id("refusal")).to_be_hidden()


def test_hostile_names_and_tags_stay_text(page, tmp_path):
    expect(page.get_by_role("button", name=HOSTILE)).to_contain_text(HOSTILE)
    page.get_by_test_id("file-input").set_input_files(grainy_ct(tmp_path / f"{HOSTILE}.nii.gz"))
    opened(page)
    unharmed(page)
    page.get_by_test_id("folder-input").set_input_files(hostile_series(tmp_path / "series"))
    expect(page.get_by_test_id("facts")).to_contain_text(HOSTILE)
    unharmed(page)
    shoot(page, "open-hostile")
    page.get_by_role("button", name=HOSTILE).first.click()
    expect(page.get_by_test_id("event-0")).to_be_visible()
    expect(page.get_by_test_id("journey-run")).to_contain_text(HOSTILE)
    unharmed(page)


def test_a_reload_brings_the_scan_and_the_place_back(page, tmp_path):
    page.get_by_test_id("file-input").set_input_files(grainy_ct(tmp_path / "chest.nii.gz"))
    opened(page)
    axial = pane(page, "open", "axial")
    box = axial.bounding_box()
    axial.click(position={"x": 0.6 * box["width"], "y": 0.55 * box["height"]})
    where, address = panel(page, "open").get_by_test_id("point").inner_text(), page.url
    assert "open.at=" in address
    page.reload()
    pane(page, "open", "axial")
    assert page.url == address
    assert panel(page, "open").get_by_test_id("point").inner_text() == where
