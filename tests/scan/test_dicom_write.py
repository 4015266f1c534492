"""A CT series of a made-up patient: what is written is read back, and holds nobody's name."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import Volume, to_lps, to_voxel
from azygos.scan import read_volume, write_ct_series


def field(ceiling_hu: float | None = 3071.0, highest: float = 2000.0) -> Volume:
    """An oblique grid whose voxels differ, from air to `highest`."""
    angle = np.deg2rad(7.0)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([0.7, 0.9, 1.25])
    affine[:3, 3] = [100.123456, -80.5, -1234.5]
    hu = np.rint(np.linspace(-1024.0, highest, 5 * 6 * 4)).reshape(5, 6, 4)
    return Volume(hu=hu.astype(np.float32), affine_mm=affine, ceiling_hu=ceiling_hu)


@pytest.mark.parametrize(
    ("ceiling", "highest", "bits"), [(3071.0, 3071.0, 12), (None, 3071.0, 16), (30710.0, 30000.0, 16)]
)
def test_what_is_written_is_read_back(ceiling, highest, bits, tmp_path):
    given = field(ceiling, highest)
    write_ct_series(tmp_path / "ct", given, description="a test", facts={"kvp": "100", "kernel": "sharp"})
    found = read_volume(tmp_path / "ct")
    np.testing.assert_array_equal(found.hu, given.hu)
    np.testing.assert_allclose(found.affine_mm, given.affine_mm, atol=1e-6)
    assert (found.facts["kvp"], found.facts["kernel"]) == ("100", "sharp")
    assert pydicom.dcmread(tmp_path / "ct" / "ct_0001.dcm").BitsStored == bits


def test_a_left_handed_grid_comes_back_in_the_same_place(tmp_path):
    """DICOM's slices have no order of their own; what lies to the left stays there."""
    given = field()
    mirrored = Volume(hu=given.hu[::-1], affine_mm=given.affine_mm @ mirror(given.hu.shape[0]), ceiling_hu=3071.0)
    write_ct_series(tmp_path / "ct", mirrored, description="a test")
    found = read_volume(tmp_path / "ct")
    assert np.linalg.det(found.affine_mm) > 0.0
    for index in np.ndindex(given.hu.shape):
        place = to_lps(given.affine_mm, np.array(index, dtype=float))
        there = tuple(np.rint(to_voxel(found.affine_mm, place)).astype(int))
        assert found.hu[there] == given.hu[index]


def mirror(count: int) -> np.ndarray:
    """Of the first axis, about the grid's middle."""
    turned = np.diag([-1.0, 1.0, 1.0, 1.0])
    turned[0, 3] = count - 1
    return turned


def test_the_patient_is_made_up_and_the_same_scan_gives_the_same_files(tmp_path):
    for name in ("one", "two"):
        write_ct_series(tmp_path / name, field(), description="a test")
    one, two = ((tmp_path / name / "ct_0003.dcm").read_bytes() for name in ("one", "two"))
    assert one == two
    data = pydicom.dcmread(tmp_path / "one" / "ct_0003.dcm")
    assert str(data.PatientName) == "Azygos^Made^Up"
    assert "Research use only" in data.ImageComments
    write_ct_series(tmp_path / "other", replace(field(), hu=field().hu + 1), description="a test")
    assert pydicom.dcmread(tmp_path / "other" / "ct_0001.dcm").SeriesInstanceUID != data.SeriesInstanceUID


def test_a_sheared_volume_is_refused(tmp_path):
    affine = field().affine_mm.copy()
    affine[:3, 2] += [0.3, 0.0, 0.0]
    with pytest.raises(InputError) as error:
        write_ct_series(tmp_path / "ct", replace(field(), affine_mm=affine), description="a test")
    assert str(error.value) == (
        "DICOM slices need axes at right angles, and this volume is sheared. Write it as NIfTI."
    )
    assert not (tmp_path / "ct").exists()


def test_values_beyond_16_bits_are_refused(tmp_path):
    with pytest.raises(InputError) as error:
        write_ct_series(tmp_path / "ct", field(None, 40000.0), description="a test")
    assert str(error.value) == ("values from -1024 to 40000 HU do not fit into DICOM's 16 bits. Lower the ceiling.")


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian: dicom3tools) is not installed")
def test_dciodvfy_finds_no_error(tmp_path: Path):
    write_ct_series(tmp_path / "ct", field(), description="a test", facts={"kvp": "100"})
    for file in sorted((tmp_path / "ct").iterdir()):
        done = subprocess.run(["dciodvfy", str(file)], capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert "CTImage" in said  # it has looked
        assert [line for line in said.splitlines() if line.startswith("Error")] == []
