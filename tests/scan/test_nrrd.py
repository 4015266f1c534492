"""NRRD: all three spaces become LPS, and what is not a CT is refused."""

from __future__ import annotations

from pathlib import Path

import nrrd
import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import to_lps
from azygos.scan import read_volume, write_seg_nrrd

HU = np.linspace(-1000.0, 1500.0, 210).reshape(5, 6, 7).astype(np.int16)
DIRECTIONS = np.array([[0.7, 0.0, 0.0], [0.0, 0.0, -1.1], [0.0, 2.3, 0.0]])
ORIGIN = np.array([1.0, -2.0, 3.0])


def save(path: Path, values: np.ndarray = HU, **changes: object) -> Path:
    header = {
        "space": "left-posterior-superior",
        "space directions": DIRECTIONS,
        "space origin": ORIGIN,
        **changes,
    }
    nrrd.write(str(path), values, {key: value for key, value in header.items() if value is not None})
    return path


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_volume(path, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("space", "signs"),
    [
        ("left-posterior-superior", (1, 1, 1)),
        ("right-anterior-superior", (-1, -1, 1)),
        ("left-anterior-superior", (1, -1, 1)),
    ],
)
def test_every_voxel_keeps_its_place(space, signs, tmp_path):
    volume = read_volume(save(tmp_path / "ct.nrrd", space=space))
    np.testing.assert_array_equal(volume.hu, HU)
    voxel = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(to_lps(volume.affine_mm, voxel), (ORIGIN + voxel @ DIRECTIONS) * signs)
    assert volume.facts == {"format": "NRRD"}


def test_simpleitk_writes_what_we_read(tmp_path):
    sitk = pytest.importorskip("SimpleITK")
    image = sitk.GetImageFromArray(HU.T)
    image.SetSpacing((0.7, 1.1, 2.3))
    image.SetOrigin((5.0, 6.0, 7.0))
    image.SetDirection((0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    sitk.WriteImage(image, str(tmp_path / "ct.nrrd"))
    volume = read_volume(tmp_path / "ct.nrrd")
    np.testing.assert_array_equal(volume.hu, HU)
    place = image.TransformIndexToPhysicalPoint((4, 3, 2))
    np.testing.assert_allclose(to_lps(volume.affine_mm, np.array([4.0, 3.0, 2.0])), place)


def test_what_is_no_ct_is_refused(tmp_path):
    assert refusal(save(tmp_path / "ct.nrrd", space=None, **{"space directions": None, "space origin": None})) == (
        "ct.nrrd: does not say where it lies (space, space directions, space origin). "
        "Save it again from 3D Slicer or ITK."
    )
    volume = np.zeros((5, 6, 7), dtype=np.uint8)
    volume[2:] = 1
    write_seg_nrrd(tmp_path / "a.seg.nrrd", volume, np.eye(4), {1: "vertebrae_L1"})
    assert refusal(tmp_path / "a.seg.nrrd") == (
        "a.seg.nrrd: is a segmentation, not a CT. Pass it with --labels, and the CT with -i."
    )
    whole = save(tmp_path / "ct.nrrd")
    whole.write_bytes(whole.read_bytes()[:-80])
    assert refusal(whole) == ("ct.nrrd: is cut short or damaged, and cannot be read as NRRD. Copy or save it again.")


@pytest.mark.shared
def test_micro_ct_is_refused(shared):
    path = next((shared / "data" / "lhdl-trabecular-microct").glob("*.nrrd"))
    assert refusal(path) == (
        f"{path.name}: has voxels of 0.0195 x 0.0195 x 0.0195 mm, which no CT of a patient has (0.05 to 20 mm). "
        "Check the unit of its header."
    )
