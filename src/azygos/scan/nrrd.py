"""NRRD: voxels, where they lie, and the segments that 3D Slicer writes into the header."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray

SIGNS_TO_LPS = {  # NRRD spells a space out or abbreviates it
    "left-posterior-superior": (1.0, 1.0, 1.0),
    "lps": (1.0, 1.0, 1.0),
    "right-anterior-superior": (-1.0, -1.0, 1.0),
    "ras": (-1.0, -1.0, 1.0),
    "left-anterior-superior": (1.0, -1.0, 1.0),
    "las": (1.0, -1.0, 1.0),
}


def read_nrrd(path: Path) -> tuple[npt.NDArray[Any], FloatArray, dict[str, Any]]:
    """Read a NRRD file: voxels [i, j, k] (or [layer, i, j, k]), affine in LPS mm, and header.

    Raises
    ------
    InputError
        If it is no NRRD or cut short, has no place in space, or is not three-dimensional.
    """
    import nrrd

    try:
        values, header = nrrd.read(str(path))
    except Exception as error:  # pynrrd raises many kinds on damaged files
        raise InputError("is cut short or damaged, and cannot be read as NRRD. Copy or save it again.") from error
    directions = header.get("space directions")
    space = str(header.get("space", "")).strip().lower()
    require(
        space in SIGNS_TO_LPS and directions is not None and np.shape(header.get("space origin")) == (3,),
        "does not say where it lies (space, space directions, space origin). Save it again from 3D Slicer or ITK.",
    )
    rows = np.asarray(directions, dtype=np.float64)
    spatial = np.all(np.isfinite(rows), axis=1)
    require(
        int(spatial.sum()) == 3 and rows.shape[1] == 3 and (values.ndim == 3 or (values.ndim == 4 and not spatial[0])),
        f"has {values.ndim} dimensions ({' x '.join(map(str, values.shape))}), and a CT has three. "
        "Save one volume of it as a file of its own.",
    )
    affine = np.eye(4)
    affine[:3, :3] = rows[spatial].T
    affine[:3, 3] = np.asarray(header["space origin"], dtype=np.float64)
    affine[:3] *= np.array(SIGNS_TO_LPS[space])[:, None]
    require(
        bool(np.all(np.isfinite(affine))) and abs(float(np.linalg.det(affine[:3, :3]))) > 1e-12,
        "has damaged space directions (its axes do not span space). Save it again from 3D Slicer or ITK.",
    )
    return values, affine, dict(header)


def segments_of(header: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Layer, label value and name of each of Slicer's segments; empty if the file names none."""
    try:
        return _segments_of(header)
    except ValueError as error:
        raise InputError("has a damaged list of segments. Save it again from 3D Slicer.") from error


def _segments_of(header: dict[str, Any]) -> list[tuple[int, int, str]]:
    found = []
    number = 0
    while f"Segment{number}_ID" in header:
        prefix = f"Segment{number}_"
        name = str(header.get(f"{prefix}Name") or header[f"{prefix}ID"]).strip()
        value = int(header.get(f"{prefix}LabelValue", number + 1))
        found.append((int(header.get(f"{prefix}Layer", 0)), value, name))
        number += 1
    return found
