"""What would unpack to more than a scan can be is refused before it is unpacked."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
import zlib

import nibabel as nib
import numpy as np
import pydicom
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian

from azygos.app import bounds
from azygos.app.bounds import require_bounded
from azygos.ground.errors import InputError
from azygos.scan import read_volume

MEGA = 1 << 20
BIG = bytes(64 * MEGA)


def refusal(path):
    with pytest.raises(InputError) as caught:
        require_bounded(path)
    return str(caught.value)


@pytest.fixture
def little(monkeypatch):
    """A limit that a test can pass without filling the disk."""
    monkeypatch.setattr(bounds, "MOST_BYTES", 32 * MEGA)


@pytest.mark.parametrize("kind", [nib.Nifti1Header, nib.Nifti2Header])
def test_a_nifti_that_declares_too_many_voxels(tmp_path, kind):
    header = kind()
    header.set_data_dtype(np.int16)
    header.set_data_shape((3000, 3000, 3000))
    path = tmp_path / "ct.nii.gz"
    path.write_bytes(gzip.compress(header.binaryblock + bytes(1000)))
    assert refusal(path) == (
        "ct.nii.gz: holds 3000 x 3000 x 3000 voxels, more than the 320 million that this page opens. "
        "Cut it along the body."
    )


def test_a_nifti_whose_voxels_begin_after_a_mountain_of_zeros(tmp_path):
    header = nib.Nifti1Header()
    header.set_data_shape((10, 10, 10))
    header["vox_offset"] = 2e9
    path = tmp_path / "ct.nii.gz"
    path.write_bytes(gzip.compress(header.binaryblock + bytes(1000)))
    assert refusal(path) == "ct.nii.gz: is cut short or damaged, and cannot be unpacked. Copy it again."


def test_a_zip_that_declares_too_much(tmp_path, little):
    path = tmp_path / "ct.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IM0001", BIG)
    assert refusal(path) == "ct.zip: unpacks to more than 0 GB. Pass one series, unpacked."


def test_a_zip_that_declares_less_than_it_holds_never_grows(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("IM0001", BIG)
    path = tmp_path / "ct.zip"
    told, lied = len(BIG).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    path.write_bytes(stream.getvalue().replace(told, lied))
    tracemalloc.start()
    assert refusal(path) == "ct.zip: is cut short or damaged, and cannot be unpacked. Copy it again."
    with pytest.raises(InputError, match="damaged zip"):
        read_volume(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 24 * MEGA


def test_a_nrrd_that_unpacks_to_more_than_it_says(tmp_path, little):
    path = tmp_path / "ct.nrrd"
    head = b"NRRD0004\ntype: short\ndimension: 3\nsizes: 2 2 2\nencoding: gzip\nendian: little\n\n"
    path.write_bytes(head + gzip.compress(BIG))
    assert refusal(path) == "ct.nrrd: unpacks to more than 0 GB. Pass one series, unpacked."
    path.write_bytes(head.replace(b"2 2 2", b"2000 2000 2000") + gzip.compress(b""))
    assert "holds 2000 x 2000 x 2000 voxels" in refusal(path)


def test_a_nrrd_may_not_lead_to_a_file_elsewhere(tmp_path):
    path = tmp_path / "ct.nhdr"
    path.write_bytes(
        b"NRRD0004\ntype: short\ndimension: 3\nsizes: 2 2 2\nencoding: raw\nendian: little\ndata file: /etc/passwd\n\n"
    )
    assert refusal(path) == "ct.nhdr: keeps its voxels in a file elsewhere. Save it as one file (.nrrd)."


@pytest.mark.parametrize("within_zip", [False, True])
def test_a_deflated_dicom_that_unpacks_to_too_much(tmp_path, little, within_zip):
    data = pydicom.Dataset()
    data.PixelData = BIG
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = pydicom.uid.CTImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    data["PixelData"].VR = "OW"
    path = tmp_path / "IM0001"
    data.save_as(path, enforce_file_format=True)
    assert path.stat().st_size < MEGA
    if within_zip:
        with zipfile.ZipFile(tmp_path / "ct.zip", "w") as archive:
            archive.write(path, "IM0001")
        path = tmp_path / "ct.zip"
    assert refusal(path) == f"{path.name}: unpacks to more than 0 GB. Pass one series, unpacked."


def test_what_is_packed_and_small_is_let_through(tmp_path):
    hu = np.zeros((4, 5, 6), dtype=np.int16)
    nib.save(nib.Nifti1Image(hu, np.eye(4)), tmp_path / "ct.nii.gz")
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "broken.gz").write_bytes(gzip.compress(b"text"))
    require_bounded(tmp_path)
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b" + zlib.compress(b"text"))
    assert refusal(tmp_path).endswith(": is cut short or damaged, and cannot be unpacked. Copy it again.")
