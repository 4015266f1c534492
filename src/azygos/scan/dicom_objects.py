"""Findings as DICOM: a segmentation (BINARY) and a structured report (TID 1500) that belong to the scan's own study.

Codes are SNOMED's only where they are known; what has none has one in the private scheme ``99AZYGOS``.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.findings import Findings, Origin, Piece, Range
from azygos.ground.places import SITES, Place
from azygos.ground.volume import to_voxel, voxel_size_mm
from azygos.scan.dicom import functional_value, quiet
from azygos.scan.dicom_write import uid_from

SCHEME = "99AZYGOS"
MAKER = "azygos maintainers"
MM3_PER_ML = 1000.0
LONGEST_LABEL = 64  # what DICOM's LO holds
OFF_GRID = 0.2  # a source picture that lies further off shows other voxels [voxels]

CODES = {
    "bone cement": "CEMENT",
    "background-subtracted integral": "BGSUBINT",
    "full width at half maximum": "FWHM",
    "centre line, all branches": "SKELETON",
    "certainty that it is bone cement": "CERTAINTY",
    "tier": "TIER",
    "reported": "REPORTED",
    "candidate": "CANDIDATE",
    "vertebra of origin": "ORIGIN",
    "cannot tell": "CANNOTTELL",
    "bone cement seen": "SEEN",
}
"""Meaning to value, in the scheme ``99AZYGOS``; sites without a SNOMED code add theirs."""

VERTEBRAE = {
    "T1": "64864005", "T2": "53733008", "T3": "1626008", "T4": "73071006", "T5": "56401006", "T6": "45296009",
    "T7": "62487009", "T8": "11068009", "T9": "82687006", "T10": "7610001", "T11": "12989004", "T12": "23215003",
    "L1": "66794005", "L2": "14293000", "L3": "36470004", "L4": "11994002", "L5": "49668003",
}  # fmt: skip
STRUCTURES = {
    "vertebral_body": ("3572006", "Vertebral body"),
    "spinal_canal": ("61853006", "Vertebral canal"),
    "azygos_vein": ("72107004", "Azygos vein"),
    "inferior_vena_cava": ("64131007", "Inferior vena cava"),
    "superior_vena_cava": ("48345005", "Superior vena cava"),
    "brachiocephalic_vein": ("8887007", "Brachiocephalic vein"),
    "right_atrium": ("73829009", "Right atrium"),
    "right_ventricle": ("53085002", "Right ventricle"),
    "pulmonary_trunk": ("45341000", "Pulmonary trunk"),
    "pulmonary_artery": ("81040000", "Pulmonary artery"),
    "lung": ("39607008", "Lung"),
}
ARTERIES = {"right": ("78480002", "Right pulmonary artery"), "left": ("50408007", "Left pulmonary artery")}
LOBES = {
    "upper": ("45653009", "Upper lobe of lung"),
    "middle": ("72481006", "Middle lobe of right lung"),
    "lower": ("90572001", "Lower lobe of lung"),
}
SIDES = {"right": ("24028007", "Right"), "left": ("7771000", "Left")}
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

    sources, pixels = _pictures(findings, headers)
    uid = _uid(findings, headers, version, "segmentation")
    return hd.seg.Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[_description(piece, version) for piece in findings.pieces],
        series_instance_uid=uid_from(f"series of {uid}"),
        series_number=_series_number(headers) + 1,
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
        segmented_property_category=_snomed("260787004", "Physical object"),
        segmented_property_type=_own("bone cement"),
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC,
        algorithm_identification=_algorithm(version),
        tracking_uid=piece.tracking_uid,
        tracking_id=tracking_name(piece),
    )


def segment_name(piece: Piece) -> str:
    """As viewers list it, cut to what DICOM holds."""
    return f"{piece.number} {piece.place.words}"[:LONGEST_LABEL]


def tracking_name(piece: Piece) -> str:
    """A name that lasts as long as the piece's tracking UID."""
    return f"cement {piece.tracking_uid[-8:]}"


def _algorithm(version: str) -> Any:
    import highdicom as hd
    from pydicom.sr.codedict import Code

    family = Code("123106", "DCM", "Multi-Scale/Resolution Filtering")
    return hd.AlgorithmIdentificationSequence(name="azygos trace", version=version, family=family)


def _pictures(findings: Findings, headers: Sequence[Any]) -> tuple[list[Any], npt.NDArray[np.uint16]]:
    """The source pictures that show pieces, and the pieces' numbers in their pixels, [picture, j, i]."""
    labels = findings.label_map()
    shown = slices_shown(findings, headers)
    sources = list(headers) if _is_multiframe(headers) else [headers[place] for place in shown.values()]
    return sources, np.stack([labels[:, :, k].T for k in shown])


def slices_shown(findings: Findings, headers: Sequence[Any]) -> dict[int, int]:
    """Slices of the scan to the places of their pictures: all frames of one file, or the files that show a piece.

    Raises
    ------
    InputError
        Where a piece lies in voxels that no picture shows, as after a repair.
    """
    wanted = {int(k) for piece in findings.pieces for k in np.unique(piece.voxels[:, 2])}
    if _is_multiframe(headers):
        shared = list(headers[0].get("SharedFunctionalGroupsSequence") or [])
        frames = list(headers[0].get("PerFrameFunctionalGroupsSequence") or [])
        groups = [[frame, *shared, headers[0]] for frame in frames]
    else:
        groups = [[header] for header in headers]
    places = {k: place for place, group in enumerate(groups) if (k := _slice_shown(findings, group)) is not None}
    whole = len(places) == len(groups) if _is_multiframe(headers) else True
    require(
        whole and wanted <= set(places),
        "they need the pictures on which the voxels lie, and this series was resampled or put together anew.",
    )
    return places if _is_multiframe(headers) else {k: places[k] for k in sorted(wanted)}


def _is_multiframe(headers: Sequence[Any]) -> bool:
    return len(headers) == 1 and int(headers[0].get("NumberOfFrames") or 1) > 1


def _slice_shown(findings: Findings, groups: list[Any]) -> int | None:
    """Which slice of the volume a picture is; None where it is none of them."""
    position = functional_value(groups, "PlanePositionSequence", "ImagePositionPatient")
    orientation = functional_value(groups, "PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = functional_value(groups, "PixelMeasuresSequence", "PixelSpacing")
    if position is None or orientation is None or spacing is None:
        return None
    first = np.array([float(x) for x in position])
    across, down = np.array([float(x) for x in orientation]).reshape(2, 3)
    size = np.array([int(groups[-1].get(keyword) or 0) for keyword in ("Columns", "Rows")])
    if tuple(size) != findings.shape[:2]:
        return None
    last = first + across * float(spacing[1]) * (size[0] - 1) + down * float(spacing[0]) * (size[1] - 1)
    corners = to_voxel(findings.affine_mm, np.stack([first, last]))
    k = round(float(corners[0, 2]))
    wanted = np.array([[0.0, 0.0, k], [size[0] - 1.0, size[1] - 1.0, k]])
    return k if 0 <= k < findings.shape[2] and float(np.abs(corners - wanted).max()) < OFF_GRID else None


# Report -----------------------------------------------------------------------------------------------------------


def make_report(findings: Findings, headers: Sequence[Any], segmentation: Any | None, version: str) -> Any:
    """One measurement group for each piece; without pieces, one that says so."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    shown = slices_shown(findings, headers)
    groups = [
        _group(piece, _segment_of(piece, segmentation, headers, shown), version) for piece in findings.pieces
    ] or [_nothing_seen(findings)]
    device = hd.sr.DeviceObserverIdentifyingAttributes(
        uid=uid_from("azygos"), name="azygos", manufacturer_name=MAKER, model_name=f"azygos {version}"
    )
    content = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(
            observer_device_context=hd.sr.ObserverContext(
                observer_type=codes.DCM.Device, observer_identifying_attributes=device
            )
        ),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    uid = _uid(findings, headers, version, "report")
    sources = _pictures(findings, headers)[0] if segmentation is not None else list(headers[:1])
    return hd.sr.Comprehensive3DSR(
        evidence=[*sources, *([] if segmentation is None else [segmentation])],
        content=content,
        series_instance_uid=uid_from(f"series of {uid}"),
        series_number=_series_number(headers) + 2,
        sop_instance_uid=uid,
        instance_number=1,
        manufacturer=MAKER,
        is_complete=True,
        is_verified=False,
    )


def _segment_of(piece: Piece, segmentation: Any, headers: Sequence[Any], shown: Mapping[int, int]) -> Any:
    """The piece's segment and the pictures that show it; highdicom's own way fails where there is one segment."""
    import highdicom as hd

    places = sorted(shown[int(k)] for k in np.unique(piece.voxels[:, 2]))
    of_image = hd.sr.SourceImageForSegmentation.from_source_image
    if _is_multiframe(headers):
        images = [of_image(headers[0], referenced_frame_numbers=[place + 1 for place in places])]
    else:
        images = [of_image(headers[place]) for place in places]
    return hd.sr.ReferencedSegment(
        sop_class_uid=segmentation.SOPClassUID,
        sop_instance_uid=segmentation.SOPInstanceUID,
        segment_number=piece.number,
        source_images=images,
    )


def _group(piece: Piece, segment: Any, version: str) -> Any:
    import highdicom as hd

    return hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(uid=piece.tracking_uid, identifier=tracking_name(piece)),
        referenced_segment=segment,
        finding_type=_own("bone cement"),
        finding_category=_snomed("19227008", "Foreign body"),
        finding_sites=[finding_site(piece.place)],
        algorithm_id=hd.sr.AlgorithmIdentification(name="azygos trace", version=version),
        measurements=_measurements(piece),
        qualitative_evaluations=[
            hd.sr.QualitativeEvaluation(name=_own("tier"), value=_own(piece.tier)),
            hd.sr.QualitativeEvaluation(name=_own("vertebra of origin"), value=_vertebra(piece.origin)),
        ],
    )


def _measurements(piece: Piece) -> list[Any]:
    import highdicom as hd
    from pydicom.sr.codedict import Code, codes

    mm, mm3 = codes.UCUM.Millimeter, codes.UCUM.CubicMillimeter
    attenuation = Code("112031", "DCM", "Attenuation Coefficient")
    whole = [
        (
            codes.SCT.Volume,
            piece.volume_ml.value * MM3_PER_ML,
            mm3,
            _own("background-subtracted integral"),
            None,
            _interval(piece.volume_ml),
        ),
        (codes.SCT.Length, piece.length_mm, mm, _own("centre line, all branches"), None, None),
        (codes.SCT.Diameter, piece.diameter_mm, mm, _own("full width at half maximum"), None, None),
        (attenuation, piece.peak_hu, Code("[hnsf'U]", "UCUM", "Hounsfield unit"), None, codes.SCT.Maximum, None),
        (_own("certainty that it is bone cement"), piece.certainty, codes.UCUM.NoUnits, None, None, None),
    ]
    return [
        hd.sr.Measurement(
            name=name, value=_figures(value), unit=unit, method=method, derivation=derivation, properties=properties
        )
        for name, value, unit, method, derivation, properties in whole
        if np.isfinite(value)
    ]


def _interval(volume: Range) -> Any:
    """How far the volume may lie above and below; highdicom counts these in no unit, DICOM in the value's own."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    unit = hd.sr.CodedConcept.from_code(codes.UCUM.CubicMillimeter)
    found = hd.sr.MeasurementProperties(
        upper_measurement_uncertainty=_figures((volume.high - volume.value) * MM3_PER_ML),
        lower_measurement_uncertainty=_figures((volume.value - volume.low) * MM3_PER_ML),
    )
    for item in found:
        item.MeasuredValueSequence[0].MeasurementUnitsCodeSequence = [unit]
    return found


def _figures(value: float) -> float:
    """Six figures, as decimal strings of DICOM hold them."""
    return float(f"{value:.6g}")


def _nothing_seen(findings: Findings) -> Any:
    import highdicom as hd
    from pydicom.sr.codedict import codes

    return hd.sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(
            uid=uid_from(hashlib.sha256(findings.affine_mm.tobytes()).hexdigest()), identifier="whole scan"
        ),
        qualitative_evaluations=[hd.sr.QualitativeEvaluation(name=_own("bone cement seen"), value=codes.SCT.No)],
    )


def finding_site(place: Place) -> Any:
    """Where it lies, coded by SNOMED where a code is known and in azygos's own scheme where none is."""
    import highdicom as hd

    structure, side = site_code(place), SIDES.get(place.side)
    sided = side is not None and place.site in ("lung", "paravertebral", "foramen", "brachiocephalic_vein")
    laterality = _snomed(*side) if side is not None and sided and structure != LOBES["middle"] else None
    if structure is None:
        return hd.sr.FindingSite(anatomic_location=_own(SITES[place.site], place.site), laterality=laterality)
    return hd.sr.FindingSite(anatomic_location=_snomed(*structure), laterality=laterality)


def site_code(place: Place) -> tuple[str, str] | None:
    """SNOMED's code and words for a place; None where none is known.

    Examples
    --------
    >>> site_code(Place(site="vertebral_body", level="T10"))
    ('7610001', 'T10 vertebra')
    >>> site_code(Place(site="hemiazygos_vein")) is None
    True
    """
    if place.site == "vertebral_body" and place.level in VERTEBRAE:
        return VERTEBRAE[place.level], f"{place.level} vertebra"
    if place.site == "pulmonary_artery" and place.side in ARTERIES:
        return ARTERIES[place.side]
    lobe = place.lobe.split(" ")[-1] if place.site == "lung" else ""
    return LOBES.get(lobe) or STRUCTURES.get(place.site)


def _vertebra(origin: Origin) -> Any:
    code = VERTEBRAE.get(origin.level)
    return _snomed(code, f"{origin.level} vertebra") if code else _own("cannot tell")


def _own(meaning: str, site: str = "") -> Any:
    """A concept of the private scheme; a site's value is its key, cut to what a code holds."""
    from highdicom.sr import CodedConcept

    value = CODES.get(meaning) or site.upper().replace("_", "")[:16]
    return CodedConcept(value=value, scheme_designator=SCHEME, meaning=meaning[:LONGEST_LABEL])


def _snomed(value: str, meaning: str) -> Any:
    from highdicom.sr import CodedConcept

    return CodedConcept(value=value, scheme_designator="SCT", meaning=meaning)


def _series_number(headers: Sequence[Any]) -> int:
    """Of the scan, or 0; objects count on from there."""
    text = str(headers[0].get("SeriesNumber") or "0")
    return 100 * int(text) if text.isdecimal() else 0


def _uid(findings: Findings, headers: Sequence[Any], version: str, kind: str) -> str:
    """The same findings in the same study give the same UID, so that storing twice stores one."""
    told = [str(headers[0].get("SeriesInstanceUID")), version, kind]
    told += [f"{piece.tracking_uid} {piece.tier} {piece.volume_ml.value!r}" for piece in findings.pieces]
    return uid_from("\n".join(told))
