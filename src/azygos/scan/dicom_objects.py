"""Findings as DICOM: a segmentation (BINARY) and a structured report (TID 1500) that belong to the scan's own study.

Either is made of the scan's own headers; what they say of the patient is taken out, unless it goes back where it came
from.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from azygos.ground.errors import InputError, require
from azygos.ground.findings import Findings, Piece
from azygos.ground.volume import voxel_size_mm
from azygos.scan.dicom import quiet
from azygos.scan.dicom_names import MAKER, object_uid, own_code, segment_name, series_number, snomed, tracking_name
from azygos.scan.dicom_pictures import pictures_of, slices_shown
from azygos.scan.dicom_report import make_report
from azygos.scan.dicom_write import uid_from

TELLING = ("AE", "AS", "DA", "DT", "LO", "LT", "PN", "SH", "SQ", "ST", "TM", "UC", "UN", "UT")
"""Kinds of values that can tell who somebody is."""
OURS = ("Manufacturer", "ManufacturerModelName", "SoftwareVersions", "DeviceSerialNumber")
NEEDED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID", "FrameOfReferenceUID")
WANTED_EMPTY = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Objects:
    """What is written beside a scan; no segmentation where nothing was found."""

    segmentation: Any | None  # pydicom Dataset
    report: Any


def make_objects(findings: Findings, headers: Sequence[Any], *, version: str, keep_identity: bool = False) -> Objects:
    """Put findings into a segmentation and a report.

    Parameters
    ----------
    findings : Findings
        Each piece with its tracking UID.
    headers : sequence of pydicom data sets
        Of the scan's files, without pixels; the objects join their study.
    version : str
        Of azygos.
    keep_identity : bool
        Keep the patient's name and identifiers, for objects that go back into their own PACS study. Otherwise
        only the UIDs of study, series and images stay.

    Raises
    ------
    InputError
        Where highdicom is not installed, or where no source picture shows the voxels of a piece.
    """
    hindrance = objects_hindrance(findings, headers)
    require(hindrance is None, str(hindrance))
    step_mm = float(voxel_size_mm(findings.affine_mm)[2])
    whole = [completed(header, step_mm) for header in headers]
    try:
        return _make(findings, whole, version, keep_identity)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # highdicom, of what a header lacks
        raise InputError(f"the scan's headers are not whole ({type(error).__name__}: {error}).") from error


def _make(findings: Findings, headers: Sequence[Any], version: str, keep_identity: bool) -> Objects:
    with quiet():
        segmentation = make_segmentation(findings, headers, version) if findings.pieces else None
        report = make_report(findings, headers, segmentation, version)
        for made in (segmentation, report):
            if made is not None:
                made.ContentQualification = "RESEARCH"
                if not keep_identity:
                    forget_patient(made, headers[0])
    return Objects(segmentation=segmentation, report=report)


def completed(header: Any, step_mm: float) -> Any:
    """A header with what anonymised files at times lack: UIDs that their preamble keeps, empty fields, a thickness."""
    from pydicom.dataset import Dataset

    whole = Dataset()
    whole.update(header)
    for keyword, kept in (("SOPClassUID", "MediaStorageSOPClassUID"), ("SOPInstanceUID", "MediaStorageSOPInstanceUID")):
        if not whole.get(keyword):
            setattr(whole, keyword, header.file_meta.get(kept, "") if hasattr(header, "file_meta") else "")
    for keyword in WANTED_EMPTY:
        if keyword not in whole:
            setattr(whole, keyword, "")
    if not whole.get("SliceThickness"):
        whole.SliceThickness = f"{step_mm:.6g}"
    return whole


def objects_hindrance(findings: Findings, headers: Sequence[Any]) -> str | None:
    """Why no objects can be made of these findings; None where they can."""
    if not headers:
        return "they need a DICOM input."
    if importlib.util.find_spec("highdicom") is None:
        return "they need highdicom, which the bare install lacks. Run: pip install 'azygos[imaging]'"
    first = completed(headers[0], 1.0)
    lacking = [keyword for keyword in NEEDED if not first.get(keyword)]
    if lacking:
        return f"they need a scan whose headers hold {' and '.join(lacking)}."
    try:
        slices_shown(findings, headers)
    except InputError as error:
        return str(error)
    return None


def forget_patient(data: Any, header: Any) -> None:
    """Take the patient and the visit out of an object; what DICOM wants to be there stays, empty.

    Whatever text, name or date the object has from the scan's own header goes: that header may hold a name anywhere.
    """
    for element in list(data):
        known = header[element.tag].value if element.tag in header else None
        copied = element.VR in TELLING and bool(element.value) and known == element.value
        of_scanner = element.keyword == "ContributingEquipmentSequence"  # names the hospital
        if element.keyword not in OURS and (copied or of_scanner or element.tag.group == 0x0010):
            del data[element.tag]
    for keyword in WANTED_EMPTY:
        setattr(data, keyword, "")
    data.PatientIdentityRemoved = "YES"
    data.DeidentificationMethod = "azygos: patient and study attributes emptied, UIDs kept"


# Segmentation -----------------------------------------------------------------------------------------------------


def make_segmentation(findings: Findings, headers: Sequence[Any], version: str) -> Any:
    """One segment for each piece, on the scan's own pictures."""
    import highdicom as hd

    sources, pixels = pictures_of(findings, headers)
    uid = object_uid(findings, headers, version, "segmentation")
    return hd.seg.Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_description(piece, version) for piece in findings.pieces],
        series_instance_uid=uid_from(f"series of {uid}"),
        series_number=series_number(headers) + 1,
        sop_instance_uid=uid,
        instance_number=1,
        manufacturer=MAKER,
        manufacturer_model_name="azygos",
        software_versions=version,
        device_serial_number="none",
        content_label="BONE_CEMENT",
        content_description="Bone cement found by azygos; research use only",
        omit_empty_frames=True,
    )


def _description(piece: Piece, version: str) -> Any:
    import highdicom as hd

    return hd.seg.SegmentDescription(
        segment_number=piece.number,
        segment_label=segment_name(piece),
        segmented_property_category=snomed("260787004", "Physical object"),
        segmented_property_type=own_code("bone cement"),
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=_algorithm(version),
        tracking_uid=piece.tracking_uid,
        tracking_id=tracking_name(piece),
    )


def _algorithm(version: str) -> Any:
    import highdicom as hd
    from pydicom.sr.codedict import Code

    family = Code("123106", "DCM", "Multi-Scale/Resolution Filtering")
    return hd.AlgorithmIdentificationSequence(name="azygos trace", version=version, family=family)
