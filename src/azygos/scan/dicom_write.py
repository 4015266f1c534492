"""Write a CT series of a made-up patient: for scans that were rendered, or that carry cement which was put in."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import Volume
from azygos.scan.write import landing

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
MADE_UP = "Azygos^Made^Up"
COMMENT = "Simulated by azygos. Research use only: not a patient, not for diagnosis."
TWELVE_BIT_CEILING_HU = 3071.0
DAY = "20000101"  # a made-up patient has no day of birth or of scan
WITHOUT_CONTRAST = ("", "none", "not stated", "no")
SPAN_HU = (-32768, 32767)


def uid_from(text: str) -> str:
    """A DICOM UID that the same text always gives.

    Examples
    --------
    >>> uid_from("a") == uid_from("a"), uid_from("a") == uid_from("b"), uid_from("a")[:5]
    (True, False, '2.25.')
    """
    return f"2.25.{uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16], version=4).int}"


def write_ct_series(
    folder: Path, volume: Volume, *, description: str, facts: Mapping[str, str] | None = None, number: int = 1
) -> None:
    """Write a scan as one DICOM file for each slice, ``CT Image Storage``, uncompressed.

    Parameters
    ----------
    folder : Path
        Made if it is not there; the files are ``ct_0001.dcm`` on, by slice.
    volume : Volume
        Whole Hounsfield units are written. A ceiling up to 3071 HU gives 12 bits stored, another 16.
    description : str
        Of the series, up to 64 characters.
    facts : mapping, optional
        ``kvp``, ``kernel``, ``slice_thickness_mm``, ``contrast``, where they are known.
    number : int
        Of the series.

    Raises
    ------
    InputError
        If the axes are not at right angles, values lie beyond 16 bits, or the disk is full.

    Notes
    -----
    The patient is made up, and the same voxels give the same UIDs: nothing of a real patient's header comes in.
    """
    _require_right_angles(volume.affine_mm)
    lowest, highest = float(volume.hu.min()), float(volume.hu.max())
    require(
        lowest >= SPAN_HU[0] and highest <= SPAN_HU[1],
        f"values from {lowest:.0f} to {highest:.0f} HU do not fit into DICOM's 16 bits. Lower the ceiling.",
    )
    folder.mkdir(parents=True, exist_ok=True)
    told = hashlib.sha256(np.ascontiguousarray(volume.hu).tobytes() + volume.affine_mm.tobytes()).hexdigest()
    common = _common(volume, told, description, number, facts or {})
    twelve = volume.ceiling_hu is not None and volume.ceiling_hu <= TWELVE_BIT_CEILING_HU and lowest >= -1024.0
    for k in range(volume.hu.shape[2]):
        data = _slice(volume, k, told, common, twelve=twelve)
        with landing(folder / f"ct_{k + 1:04d}.dcm") as stream:
            data.save_as(stream, enforce_file_format=True)


def _require_right_angles(affine_mm: FloatArray) -> None:
    axes = affine_mm[:3, :3] / np.linalg.norm(affine_mm[:3, :3], axis=0)
    require(
        float(np.abs(axes.T @ axes - np.eye(3)).max()) < 1e-3,
        "DICOM slices need axes at right angles, and this volume is sheared. Write it as NIfTI.",
    )


def _common(volume: Volume, told: str, description: str, number: int, facts: Mapping[str, str]) -> dict[str, Any]:
    """What every slice of the series says."""
    spacing = [float(edge) for edge in volume.spacing_mm]
    axes = volume.affine_mm[:3, :3] / volume.spacing_mm
    return {
        "SpecificCharacterSet": "ISO_IR 100",
        "ImageType": ["DERIVED", "PRIMARY", "AXIAL"],
        "SOPClassUID": CT_IMAGE,
        "StudyDate": DAY,
        "SeriesDate": DAY,
        "ContentDate": DAY,
        "StudyTime": "000000",
        "ContentTime": "000000",
        "AccessionNumber": "",
        "Modality": "CT",
        "Manufacturer": "azygos maintainers",
        "ManufacturerModelName": "azygos",
        "ReferringPhysicianName": "",
        "SeriesDescription": description[:64],
        "PatientName": MADE_UP,
        "PatientID": f"AZYGOS-{told[:12]}",
        "PatientBirthDate": "",
        "PatientSex": "",
        "SliceThickness": _decimal(float(facts.get("slice_thickness_mm", spacing[2]))),
        "KVP": facts.get("kvp", ""),
        "ConvolutionKernel": facts.get("kernel", "none")[:16],
        "BodyPartExamined": "CHEST",
        **({"ContrastBolusAgent": facts["contrast"]} if facts.get("contrast", "") not in WITHOUT_CONTRAST else {}),
        "PatientPosition": "HFS",
        "StudyInstanceUID": uid_from(f"study {told}"),
        "SeriesInstanceUID": uid_from(f"series {told}"),
        "StudyID": "1",
        "SeriesNumber": number,
        "AcquisitionNumber": 1,
        "ImageOrientationPatient": [_decimal(x) for x in (*axes[:, 0], *axes[:, 1])],
        "FrameOfReferenceUID": uid_from(f"frame {told}"),
        "PositionReferenceIndicator": "",
        "ImageComments": COMMENT,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": volume.hu.shape[1],
        "Columns": volume.hu.shape[0],
        "PixelSpacing": [_decimal(spacing[1]), _decimal(spacing[0])],
        "BitsAllocated": 16,
        "BurnedInAnnotation": "NO",
        "RescaleSlope": "1",
        "RescaleType": "HU",
        "LossyImageCompression": "00",
    }


def _slice(volume: Volume, k: int, told: str, common: Mapping[str, Any], *, twelve: bool) -> Any:
    from pydicom.dataset import Dataset, FileMetaDataset

    data = Dataset()
    for keyword, value in common.items():
        setattr(data, keyword, value)
    data.SOPInstanceUID = uid_from(f"slice {k} {told}")
    data.InstanceNumber = k + 1
    position = volume.affine_mm[:3, 3] + k * volume.affine_mm[:3, 2]
    data.ImagePositionPatient = [_decimal(float(x)) for x in position]
    hu = np.rint(volume.hu[:, :, k].T).astype(np.int32)
    data.BitsStored, data.PixelRepresentation, intercept = (12, 0, -1024) if twelve else (16, 1, 0)
    data.HighBit = data.BitsStored - 1
    data.RescaleIntercept = str(intercept)
    data.PixelData = (hu - intercept).astype("<u2" if twelve else "<i2").tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = EXPLICIT_LITTLE
    data.file_meta.MediaStorageSOPClassUID = CT_IMAGE
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.file_meta.ImplementationVersionName = "AZYGOS"
    return data


def _decimal(value: float) -> str:
    """A number within the 16 characters of a decimal string; rounding moves nothing by a tenth of a micrometre."""
    text = f"{value:.10g}"
    if len(text) <= 16:
        return "0" if float(text) == 0.0 else text
    return f"{value:.6f}"[:16]
