"""Findings as a structured report: Comprehensive 3D SR after TID 1500."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from azygos.ground.findings import Findings, Piece, Range
from azygos.scan.dicom_names import (
    MAKER,
    finding_site,
    object_uid,
    own_code,
    series_number,
    snomed,
    tracking_name,
    vertebra_code,
)
from azygos.scan.dicom_pictures import is_multiframe, pictures_of, slices_shown
from azygos.scan.dicom_write import uid_from

MM3_PER_ML = 1000.0


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
    uid = object_uid(findings, headers, version, "report")
    sources = pictures_of(findings, headers)[0] if segmentation is not None else list(headers[:1])
    return hd.sr.Comprehensive3DSR(
        evidence=[*sources, *([] if segmentation is None else [segmentation])],
        content=content,
        series_instance_uid=uid_from(f"series of {uid}"),
        series_number=series_number(headers) + 2,
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
    if is_multiframe(headers):
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
        finding_type=own_code("bone cement"),
        finding_category=snomed("19227008", "Foreign body"),
        finding_sites=[finding_site(piece.place)],
        algorithm_id=hd.sr.AlgorithmIdentification(name="azygos trace", version=version),
        measurements=_measurements(piece),
        qualitative_evaluations=[
            hd.sr.QualitativeEvaluation(name=own_code("tier"), value=own_code(piece.tier)),
            hd.sr.QualitativeEvaluation(name=own_code("vertebra of origin"), value=vertebra_code(piece.origin)),
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
            own_code("background-subtracted integral"),
            None,
            _interval(piece.volume_ml),
        ),
        (codes.SCT.Length, piece.length_mm, mm, own_code("centre line, all branches"), None, None),
        (codes.SCT.Diameter, piece.diameter_mm, mm, own_code("full width at half maximum"), None, None),
        (attenuation, piece.peak_hu, Code("[hnsf'U]", "UCUM", "Hounsfield unit"), None, codes.SCT.Maximum, None),
        (own_code("certainty that it is bone cement"), piece.certainty, codes.UCUM.NoUnits, None, None, None),
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
        qualitative_evaluations=[hd.sr.QualitativeEvaluation(name=own_code("bone cement seen"), value=codes.SCT.No)],
    )
