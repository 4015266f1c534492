"""Writing: what comes back is what was written, in the same place, whole or not at all."""

from __future__ import annotations

import errno
import os
import re

import nibabel as nib
import nrrd
import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.scan import landing, read_labels, read_volume, write_nifti, write_seg_nrrd, write_vti

AFFINE = np.array([[0.7, 0.0, 0.0, 5.0], [0.0, 0.0, 2.0, -6.0], [0.0, -1.1, 0.0, 7.0], [0.0, 0.0, 0.0, 1.0]])
HU = np.linspace(-1000.0, 1500.0, 210).reshape(5, 6, 7).astype(np.int16)


@pytest.mark.parametrize("name", ["ct.nii", "ct.nii.gz"])
@pytest.mark.parametrize("kind", [np.int16, np.float32, np.float64])
def test_nifti_round_trip(name, kind, tmp_path):
    write_nifti(tmp_path / name, HU.astype(kind), AFFINE)
    assert nib.load(tmp_path / name).get_data_dtype() == kind
    volume = read_volume(tmp_path / name)
    np.testing.assert_array_equal(volume.hu, HU)
    np.testing.assert_allclose(volume.affine_mm, AFFINE, atol=1e-6)
    assert volume.notes == ()
    assert sorted(file.name for file in tmp_path.iterdir()) == [name]


def test_nifti_is_the_same_bytes_each_time(tmp_path):
    for name in ("a.nii.gz", "b.nii.gz"):
        write_nifti(tmp_path / name, HU, AFFINE)
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_nifti_carries_label_names(tmp_path):
    labels = np.zeros((5, 6, 7), dtype=np.int64)
    labels[1], labels[2] = 31, 32
    write_nifti(tmp_path / "map.nii.gz", labels, AFFINE, names={31: "vertebrae_L1", 32: "vertebrae_T12"})
    read = read_labels(tmp_path / "map.nii.gz")
    assert dict(read.names) == {31: "vertebrae_L1", 32: "vertebrae_T12"}
    np.testing.assert_array_equal(read.labels, labels)


def test_seg_nrrd_has_the_keys_that_slicer_wants_and_comes_back(tmp_path):
    labels = np.zeros((5, 6, 7), dtype=np.int32)
    labels[1:3, 2:4, 3] = 1
    labels[4, 5, 6] = 300
    path = tmp_path / "fill.seg.nrrd"
    write_seg_nrrd(path, labels, AFFINE, {1: "vertebrae_L1", 300: "cement", 5: "absent"}, {1: (1.0, 0.5, 0.0)})
    _, header = nrrd.read(str(path))
    assert header["space"] == "left-posterior-superior"
    assert header["Segment0_Name"] == "vertebrae_L1"
    assert header["Segment0_Color"] == "1 0.5 0"
    assert header["Segment0_LabelValue"] == "1"
    assert header["Segment0_Layer"] == "0"
    assert header["Segment0_Extent"] == "1 2 2 3 3 3"
    assert header["Segment1_Extent"] == "0 -1 0 -1 0 -1"
    assert header["Segment2_LabelValue"] == "300"
    read = read_labels(path)
    assert dict(read.names) == {1: "vertebrae_L1", 300: "cement"}
    np.testing.assert_array_equal(read.labels, labels)
    np.testing.assert_allclose(read.affine_mm, AFFINE)


def test_seg_nrrd_lies_where_simpleitk_says(tmp_path):
    sitk = pytest.importorskip("SimpleITK")
    labels = np.zeros((5, 6, 7), dtype=np.uint8)
    labels[4, 3, 2] = 1
    write_seg_nrrd(tmp_path / "a.seg.nrrd", labels, AFFINE, {1: "cement"})
    image = sitk.ReadImage(str(tmp_path / "a.seg.nrrd"))
    assert sitk.GetArrayFromImage(image)[2, 3, 4] == 1
    np.testing.assert_allclose(
        image.TransformIndexToPhysicalPoint((4, 3, 2)), AFFINE[:3, :3] @ [4, 3, 2] + AFFINE[:3, 3]
    )


def test_vti_blocks_lie_where_the_head_says(tmp_path, rng):
    """Read the file by hand as VTK does: offsets count from the underscore, x runs fastest."""
    fill = rng.random((3, 4, 5)).astype(np.float32)
    flow = rng.random((3, 4, 5, 3))
    path = tmp_path / "fill.vti"
    write_vti(path, {"fill": fill, "flow": flow}, (1e-3, 2e-3, 3e-3), (0.01, 0.02, 0.03), np.eye(3)[:, [1, 0, 2]])
    content = path.read_bytes()
    head, start = content[: content.index(b"   _")].decode(), content.index(b"   _") + 4
    assert 'WholeExtent="0 2 0 3 0 4" Origin="0.01 0.02 0.03" Spacing="0.001 0.002 0.003"' in head
    assert 'Direction="0 1 0 1 0 0 0 0 1"' in head
    offsets = [int(found) for found in re.findall(r'offset="(\d+)"', head)]
    for offset, field in zip(offsets, (fill, flow), strict=True):
        size = int(np.frombuffer(content, "<u8", 1, start + offset)[0])
        assert size == field.nbytes
        values = np.frombuffer(content, field.dtype, field.size, start + offset + 8)
        expected = field.transpose(2, 1, 0, 3) if field.ndim == 4 else field.T
        np.testing.assert_array_equal(values, expected.ravel())


def test_vti_of_unlike_fields_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        write_vti(tmp_path / "a.vti", {"one": np.zeros((2, 2, 2)), "two": np.zeros((2, 2, 3))}, (1, 1, 1), (0, 0, 0))
    assert str(caught.value) == (
        "the fields of a.vti differ in shape (2 x 2 x 2 and 2 x 2 x 3). Write them into files of their own."
    )


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "ct.nii.gz"
    path.write_bytes(b"the old file")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError) as caught:
        write_nifti(path, HU, AFFINE)
    assert str(caught.value) == (
        "no space left for ct.nii.gz; nothing was written. "
        "Free some space on that disk, or choose another output folder."
    )
    assert path.read_bytes() == b"the old file"
    assert [file.name for file in tmp_path.iterdir()] == ["ct.nii.gz"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
def test_a_disk_that_fills_up_while_writing(tmp_path):
    (tmp_path / "a.vti.partial").symlink_to("/dev/full")
    with pytest.raises(InputError, match=r"^no space left for a\.vti; nothing was written\."):
        write_vti(tmp_path / "a.vti", {"fill": np.zeros((40, 40, 40))}, (1, 1, 1), (0, 0, 0))
    assert list(tmp_path.iterdir()) == []


def test_a_stop_in_the_middle_leaves_nothing(tmp_path):
    def stopped() -> None:
        with landing(tmp_path / "a.bin") as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError) as caught:
        write_nifti(tmp_path / "gone" / "ct.nii", HU, AFFINE)
    assert str(caught.value) == (
        "ct.nii cannot be written (No such file or directory); nothing was written. Check the output folder."
    )


def test_names_must_fit_the_format(tmp_path):
    with pytest.raises(InputError) as caught:
        write_nifti(tmp_path / "ct.mha", HU, AFFINE)
    assert str(caught.value) == "ct.mha must end in .nii or .nii.gz. Rename it."
