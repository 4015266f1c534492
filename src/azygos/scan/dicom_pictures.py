"""Which of a scan's source pictures show which of its slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.findings import Findings
from azygos.ground.volume import to_voxel
from azygos.scan.dicom import functional_value

OFF_GRID = 0.2  # a source picture that lies further off shows other voxels [voxels]


def pictures_of(findings: Findings, headers: Sequence[Any]) -> tuple[list[Any], npt.NDArray[np.uint16]]:
    """The source pictures that show pieces, and the pieces' numbers in their pixels, [picture, j, i]."""
    labels = findings.label_map()
    shown = slices_shown(findings, headers)
    sources = list(headers) if is_multiframe(headers) else [headers[place] for place in shown.values()]
    return sources, np.stack([labels[:, :, k].T for k in shown])


def slices_shown(findings: Findings, headers: Sequence[Any]) -> dict[int, int]:
    """Slices of the scan to the places of their pictures: all frames of one file, or the files that show a piece.

    Raises
    ------
    InputError
        Where a piece lies in voxels that no picture shows, as after a repair.
    """
    wanted = {int(k) for piece in findings.pieces for k in np.unique(piece.voxels[:, 2])}
    if is_multiframe(headers):
        shared = list(headers[0].get("SharedFunctionalGroupsSequence") or [])
        frames = list(headers[0].get("PerFrameFunctionalGroupsSequence") or [])
        groups = [[frame, *shared, headers[0]] for frame in frames]
    else:
        groups = [[header] for header in headers]
    places = {k: place for place, group in enumerate(groups) if (k := _slice_shown(findings, group)) is not None}
    whole = len(places) == len(groups) if is_multiframe(headers) else True
    require(
        whole and wanted <= set(places),
        "they need the pictures on which the voxels lie, and this series was resampled or put together anew.",
    )
    return places if is_multiframe(headers) else {k: places[k] for k in sorted(wanted)}


def is_multiframe(headers: Sequence[Any]) -> bool:
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
