"""What was put into a scan: the truth that is kept beside it and that no reader of the scan may see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed(Parcel):
    """One connected piece of cement as it lies in the body: tapered tubes along lines, or a ball (one point)."""

    name: str
    lines_mm: tuple[FloatArray, ...]  # each (n_points, 3), LPS; a branch starts on another's line
    diameters_mm: tuple[FloatArray, ...]  # each (n_points,)
    place: Place
    origin: str  # level of the vertebra it came from, "" for none
    cement_hu: float  # of the solid piece at this beam
    volume_ml: float  # exact, of the shape
    sites: tuple[tuple[str, float], ...] = ()  # its volume by place in words [mL], where it lies in several

    def __post_init__(self) -> None:
        lines = tuple(np.array(line, dtype=np.float64) for line in self.lines_mm)
        widths = tuple(np.array(width, dtype=np.float64) for width in self.diameters_mm)
        require(
            len(lines) == len(widths) > 0
            and all(line.shape == (len(width), 3) for line, width in zip(lines, widths, strict=True)),
            f"{self.name}: a piece needs one width for each point of each line",
        )
        object.__setattr__(self, "lines_mm", lines)
        object.__setattr__(self, "diameters_mm", widths)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Truth(Parcel):
    """All cement in one scan, and the structures around it."""

    pieces: tuple[Placed, ...]
    labels: npt.NDArray[np.uint16]  # scan's grid; place of a piece in `pieces` + 1 where it fills half a voxel or more
    affine_mm: FloatArray  # shape (4, 4), voxel centre to LPS [mm]

    def __post_init__(self) -> None:
        self.seal("labels", dtype=np.uint16)
        self.seal("affine_mm")
