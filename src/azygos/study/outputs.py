"""What a trace leaves in its folder: tables, label maps, the path, DICOM objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.case.vtp import Lines, write_lines
from azygos.ground.errors import InputError
from azygos.ground.files import write_atomic
from azygos.ground.findings import Findings
from azygos.ground.findings import Path as WayPath
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import to_lps
from azygos.plan.schema import to_json
from azygos.scan import landing, make_objects, objects_hindrance, segment_name, write_nifti, write_seg_nrrd
from azygos.study.result import TraceResult
from azygos.study.tables import levels_csv, not_cement_csv, pieces_csv, result_table

FRAME = "LPS in mm, as the scan's header says"


def write_tables(folder: Path, result: TraceResult) -> None:
    """Write ``result.json`` first, since others wait for it, and then the tables."""
    write_atomic(folder / "result.json", to_json(result_table(result)))
    for name, table in (("pieces.csv", pieces_csv), ("not_cement.csv", not_cement_csv), ("levels.csv", levels_csv)):
        write_atomic(folder / name, table(result.findings))


def write_maps(folder: Path, found: Findings) -> None:
    """Write the pieces as label maps and the path as lines."""
    names = {piece.number: segment_name(piece) for piece in found.pieces}
    labels = found.label_map()
    small = labels.astype(np.uint8) if len(found.pieces) < 256 else labels
    write_nifti(folder / "cement.nii.gz", small, found.affine_mm, names)
    box, affine_mm = cropped(labels, found.affine_mm)
    write_seg_nrrd(folder / "cement.seg.nrrd", box, affine_mm, names)
    write_lines(folder / "path.vtp", path_lines(found.path))


def cropped(labels: npt.NDArray[np.uint16], affine_mm: FloatArray) -> tuple[npt.NDArray[np.uint16], FloatArray]:
    """The box that holds all pieces, and where it lies; one voxel where there are none.

    A segmentation lies where its own header says, so that it need not be as large as the scan.
    """
    ends = []
    for axis in range(3):
        others = tuple(other for other in range(3) if other != axis)
        places = np.flatnonzero(labels.any(axis=others))
        ends.append((int(places[0]), int(places[-1]) + 1) if places.size else (0, 1))
    moved = affine_mm.copy()
    moved[:3, 3] = to_lps(affine_mm, np.array([low for low, _ in ends], dtype=np.float64))
    return labels[tuple(slice(low, high) for low, high in ends)], moved


def path_lines(path: WayPath) -> Lines:
    """Each stretch of the path as one line, told whether cement is seen there."""
    stretches = path.stretches
    points = np.concatenate([one.line_mm for one in stretches]) if stretches else np.zeros((0, 3))
    return Lines(
        points_mm=points,
        counts=[len(one.line_mm) for one in stretches],
        on_points={},
        on_lines={
            "seen": np.array([one.seen for one in stretches], dtype=np.int32),
            "piece": np.array([one.piece for one in stretches], dtype=np.int32),
        },
        names={
            "site": [one.site for one in stretches],
            "from": [path.stops[one.start].name for one in stretches],
            "to": [path.stops[one.end].name for one in stretches],
        },
        frame=FRAME,
    )


def without_objects(result: TraceResult, headers: Sequence[Any], hindrance: str | None = None) -> TraceResult:
    """The result with a sentence on why no DICOM objects are written, where that is so."""
    hindrance = hindrance or objects_hindrance(result.findings, headers)
    if hindrance is None:
        return result
    note = f"cement_seg.dcm and report.dcm were not written: {hindrance}"
    return replace(result, notes=(*result.notes, note))


def write_objects(folder: Path, result: TraceResult, headers: Sequence[Any]) -> TraceResult:
    """Write ``cement_seg.dcm`` and ``report.dcm`` without the patient's name, where a scan allows it.

    What is wrong with a header may show only now; then the result gets its sentence, and its tables are written anew.
    """
    if objects_hindrance(result.findings, headers) is not None:
        return result
    try:
        made = make_objects(result.findings, headers, version=result.version)
    except InputError as error:
        told = without_objects(result, headers, str(error))
        write_tables(folder, told)
        return told
    for name, data in (("cement_seg.dcm", made.segmentation), ("report.dcm", made.report)):
        if data is not None:
            with landing(folder / name) as stream:
                data.save_as(stream, enforce_file_format=True)
    return result
