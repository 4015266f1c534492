"""Small CT series written on the spot, with everything about them known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SIZE_IJ = (12, 10)
SPACING_IJ = (0.5, 0.8)
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CT_CLASS = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"


def known_hu(points_mm: np.ndarray) -> np.ndarray:
    """A field that is linear in place, so that any voxel tells where it lies [HU]."""
    return np.rint(points_mm @ np.array([8.0, -6.0, 4.0]) - 300.0)


def places(position: Sequence[float], orientation: Sequence[float] = AXIAL) -> np.ndarray:
    """LPS points of a slice's pixels, shape (n_j, n_i, 3)."""
    across, down = np.array(orientation).reshape(2, 3)
    i, j = np.meshgrid(np.arange(SIZE_IJ[0]), np.arange(SIZE_IJ[1]))
    steps = i[..., None] * across * SPACING_IJ[0] + j[..., None] * down * SPACING_IJ[1]
    return np.asarray(position) + steps


def make_slice(
    position: Sequence[float] = (-3.0, -4.0, 0.0), orientation: Sequence[float] = AXIAL, **changes: Any
) -> Any:
    """A CT slice as a pydicom data set whose Hounsfield units are those of `known_hu`."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import UID, generate_uid

    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = UID(changes.pop("syntax", EXPLICIT))
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = changes.pop("SOPClassUID", CT_CLASS)
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.PatientName, data.PatientID, data.SeriesDescription = "SECRET^NAME", "SECRET-ID", "SECRET text"
    data.StudyDate = "20010203"
    data.Modality, data.SeriesNumber, data.SeriesInstanceUID = "CT", 3, "1.2.3.4.3"
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.KVP, data.ConvolutionKernel, data.SliceThickness = 120, "B30f", 5.0
    data.Columns, data.Rows = SIZE_IJ
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelSpacing = [SPACING_IJ[1], SPACING_IJ[0]]
    data.ImagePositionPatient = [float(v) for v in position]
    data.ImageOrientationPatient = [float(v) for v in orientation]
    data.RescaleSlope, data.RescaleIntercept = changes.pop("RescaleSlope", 1), changes.pop("RescaleIntercept", -1024)
    stored = changes.pop("stored", None)
    if stored is None:
        hu = known_hu(places(position, orientation))
        stored = np.rint((hu - float(data.RescaleIntercept)) / float(data.RescaleSlope))
    order = ">" if data.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.2" else "<"
    signed = changes.get("PixelRepresentation", 0)
    data.PixelData = stored.astype(f"{order}{'i' if signed else 'u'}2").tobytes()
    for keyword, value in changes.items():
        if value is None:
            del data[keyword]
        else:
            setattr(data, keyword, value)
    return data


def save(data: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def dicom_slice() -> Callable[..., Any]:
    return make_slice


@pytest.fixture
def save_dicom() -> Callable[..., Path]:
    return save


@pytest.fixture
def hu_at() -> Callable[..., np.ndarray]:
    return known_hu


@pytest.fixture
def write_series(tmp_path: Path) -> Callable[..., Path]:
    """Write slices at the given heights into a folder, under names that say nothing of their order."""

    def write(heights: Sequence[float], name: str = "ct", **changes: Any) -> Path:
        folder = tmp_path / name
        for number, height in enumerate(heights):
            scrambled = (number * 7 + 3) % 101
            data = make_slice((-3.0, -4.0, height), InstanceNumber=scrambled, **changes)
            save(data, folder / f"sub{number % 2}" / f"I{scrambled:03d}")
        return folder

    return write
