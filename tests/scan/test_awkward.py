"""Every awkward DICOM that we have is read or refused as the committed table says.

A single slice is no volume, so most of these files are refused as one; what they hold is then
checked slice by slice: all encodings without loss must give the same Hounsfield units.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.scan import read_volume
from azygos.scan.dicom import read_slice

TABLE = Path(__file__).with_name("awkward_expected.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))

pytestmark = pytest.mark.shared


def folder(shared: Path) -> Path:
    return shared / "data" / "dicom-awkward-dev"


def met(read, path: Path, **options: object) -> tuple[str, str]:
    try:
        read(path, **options)
    except InputError as error:
        return "refused", str(error)
    return "read", ""


def test_the_table_leaves_nothing_out(shared):
    root = folder(shared)
    files = [file for name in ("cornerstone", "pydicom-data") for file in (root / name).iterdir()]
    expected = {str(file.relative_to(root)) for file in files if file.name != "LICENSE.txt"}
    expected |= {str(series.relative_to(root)) for series in (root / "dicom2nifti" / "failing").glob("*/*")}
    assert {row["item"] for row in ROWS} == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["item"])
def test_as_a_volume(row, shared):
    assert met(read_volume, folder(shared) / row["item"]) == (row["as_volume"], row["volume_sentence"])


@pytest.mark.parametrize("row", [row for row in ROWS if row["repaired"]], ids=lambda row: row["item"])
def test_repaired_on_request(row, shared):
    path = folder(shared) / row["item"]
    outcome, sentence = met(read_volume, path, repair=True)
    if outcome == "refused":
        assert row["repaired"] == f"refused: {sentence}"
    else:
        assert row["repaired"] == " | ".join(read_volume(path, repair=True).notes)


@pytest.mark.parametrize("row", [row for row in ROWS if row["as_slice"]], ids=lambda row: row["item"])
def test_as_a_slice(row, shared):
    path = folder(shared) / row["item"]
    assert met(read_slice, path) == (row["as_slice"], row["slice_sentence"])
    if row["as_slice"] == "read":
        hu = read_slice(path)
        assert (hu.min(), hu.max()) == (float(row["lowest_hu"]), float(row["highest_hu"]))
    if row["same_as"]:
        np.testing.assert_array_equal(read_slice(path), read_slice(folder(shared) / row["same_as"]))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row["as_slice"] == "read" and not row["same_as"]], ids=lambda row: row["item"]
)
def test_a_slice_agrees_with_simpleitk(row, shared):
    sitk = pytest.importorskip("SimpleITK")
    path = folder(shared) / row["item"]
    theirs = sitk.GetArrayFromImage(sitk.ReadImage(str(path), imageIO="GDCMImageIO")).squeeze()
    np.testing.assert_array_equal(read_slice(path), np.maximum(theirs.T, -1024))
