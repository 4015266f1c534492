"""DICOM segmentation objects: each frame is one segment's mask in one slice, empty slices are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray
from azygos.scan.dicom import Header, functional_value, parses_headers, pixels_of
from azygos.scan.names import canonical_name
from azygos.scan.overlay import Overlay

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP_SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.7"


def is_segmentation(header: Header) -> bool:
    """Whether a file is a DICOM segmentation object."""
    return header.sop_class in (SEGMENTATION, LABEL_MAP_SEGMENTATION)


@parses_headers
def read_segmentation(header: Header) -> tuple[npt.NDArray[np.int32], FloatArray, dict[int, str]]:
    """Read a segmentation object: labels [i, j, k], affine in LPS mm, and names by segment number.

    Raises
    ------
    InputError
        If its frames do not say where they lie or to which segment they belong, lie unevenly, or overlap.
    """
    data = header.data
    shared = list(data.get("SharedFunctionalGroupsSequence") or [])
    frames = list(data.get("PerFrameFunctionalGroupsSequence") or [])
    names = {int(item.SegmentNumber): _name(item) for item in data.get("SegmentSequence") or []}
    require(bool(frames) and bool(names), "is a DICOM segmentation without segments. Export it again.")
    groups = [[frame, *shared] for frame in frames]
    origin, affine, places, n_slices = _lattice(groups)
    affine[:3, 3] = origin
    pixels = pixels_of(header)
    pixels = pixels if pixels.ndim == 3 else pixels[None]
    require(len(pixels) == len(frames), "is a DICOM segmentation whose frames are cut short. Copy or export it again.")
    labels = np.zeros((n_slices, *pixels.shape[1:]), dtype=np.int32)
    overlay = Overlay(labels=labels, names=names)
    if header.sop_class == LABEL_MAP_SEGMENTATION:
        for place, picture in zip(places, pixels, strict=True):
            labels[place] = picture
        return labels.T, affine, names
    half = max(1, int(data.get("MaximumFractionalValue") or 1) // 2) if _is_fractional(data) else 1
    order = sorted(range(len(frames)), key=lambda k: _segment(groups[k]))
    for k in order:
        overlay.lay(pixels[k] >= half, _segment(groups[k]), where=(int(places[k]),))
    overlay.require_apart()
    return labels.T, affine, names


def _is_fractional(data: Any) -> bool:
    return str(data.get("SegmentationType", "BINARY")).upper() == "FRACTIONAL"


def _name(item: Any) -> str:
    """The segment's label, or its code's meaning where only that names a vertebra."""
    label = canonical_name(str(item.get("SegmentLabel") or f"segment {item.SegmentNumber}"))
    codes = list(item.get("SegmentedPropertyTypeCodeSequence") or [])
    meaning = canonical_name(str(codes[0].get("CodeMeaning", ""))) if codes else ""
    return meaning if meaning.startswith("vertebrae_") and not label.startswith("vertebrae") else label


def _segment(groups: Sequence[Any]) -> int:
    number = functional_value(groups, "SegmentIdentificationSequence", "ReferencedSegmentNumber")
    if number is None:
        raise InputError(
            "is a DICOM segmentation whose frames do not say to which segment they belong. Export it again."
        )
    return int(number)


def _lattice(groups: Sequence[Sequence[Any]]) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int_], int]:
    """Origin, affine, slice number of each frame and number of slices, from where the frames lie."""
    spacing = functional_value(groups[0], "PixelMeasuresSequence", "PixelSpacing")
    orientation = functional_value(groups[0], "PlaneOrientationSequence", "ImageOrientationPatient")
    placed = [functional_value(group, "PlanePositionSequence", "ImagePositionPatient") for group in groups]
    require(
        spacing is not None and orientation is not None and all(position is not None for position in placed),
        "is a DICOM segmentation that does not state where its frames lie. Export it again.",
    )
    across, down = np.array([float(v) for v in orientation]).reshape(2, 3)
    normal = np.cross(across, down)
    positions = np.array([[float(v) for v in position] for position in placed])
    depths = positions @ normal
    step = _step_mm(groups[0], depths)
    steps = (depths - depths.min()) / step
    places = np.rint(steps).astype(int)
    require(
        bool(np.all(np.abs(steps - places) < 0.1)),
        "is a DICOM segmentation whose slices are unevenly spaced. Export it again from an even series.",
    )
    affine = np.eye(4)
    affine[:3, 0] = across * float(spacing[1])
    affine[:3, 1] = down * float(spacing[0])
    affine[:3, 2] = normal * step
    return positions[int(np.argmin(depths))], affine, places, int(places.max()) + 1


def _step_mm(group: Sequence[Any], depths: FloatArray) -> float:
    """Distance from slice to slice: as stated if the frames agree, else the smallest that is met."""
    stated = functional_value(group, "PixelMeasuresSequence", "SpacingBetweenSlices")
    thickness = functional_value(group, "PixelMeasuresSequence", "SliceThickness")
    apart = np.diff(np.unique(np.round(depths, 3)))
    if stated is not None and float(stated) > 0.0:
        steps = apart / float(stated)
        if bool(np.all(np.abs(steps - np.rint(steps)) < 0.1)):
            return float(stated)
    if apart.size:
        return float(apart.min())
    return float(thickness) if thickness is not None else 1.0
