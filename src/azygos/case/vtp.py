"""Vessels and moving cement for ParaView: lines in space as VTK PolyData, written without VTK.

Coordinates are LPS in mm, as a field array in each file says; the cement's time series counts seconds since the
session's first portion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import numpy.typing as npt

from azygos.case.ends import shown_tracks
from azygos.case.result import CaseResult
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.track import Track
from azygos.ground.units import MINUTE, ML, MM
from azygos.ground.vessels import Vessels
from azygos.journey import Journey
from azygos.scan import landing
from azygos.scan.write import VTK_TYPES

AnyArray = npt.NDArray[Any]
ROOMS = ("veins", "heart", "lungs")
YEAR = 365.0 * 86400.0
FRAMES = 40
FRAME = "LPS in mm, origin in the middle of the body of T8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Poly-lines and what is known of their points and of each line."""

    points_mm: FloatArray  # shape (n_points, 3), LPS
    counts: Sequence[int]  # points of each line, in order
    on_points: Mapping[str, AnyArray]
    on_lines: Mapping[str, AnyArray]
    names: Mapping[str, Sequence[str]]  # texts, one for each line
    frame: str = FRAME  # where its points lie, in words


def write_vtp(folder: Path, result: CaseResult) -> None:
    """Write ``vessels.vtp``, ``cement.pvd`` and the frames that it lists, in ``cement/``.

    Parameters
    ----------
    folder : Path
        Of the run.
    result : CaseResult
        Its journey's vessels and tracks are written; cement that was taken out is gone from then on.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written.
    """
    write_lines(folder / "vessels.vtp", vessel_lines(result.journey))
    write_cement(folder, shown_tracks(result))


def write_lines(path: Path, lines: Lines) -> None:
    """Write poly-lines as VTK XML PolyData with raw appended arrays, texts as VTK's string arrays."""
    require(path.suffix == ".vtp", f"{path.name} must end in .vtp. Rename it.")
    ends = np.cumsum(lines.counts, dtype=np.int64) if len(lines.counts) else np.zeros(0, np.int64)
    require(len(lines.points_mm) == (int(ends[-1]) if len(ends) else 0), f"{path.name}: points and lines do not match")
    blocks = _Blocks()
    body = [
        '<?xml version="1.0"?>',
        '<VTKFile type="PolyData" version="1.0" byte_order="LittleEndian" header_type="UInt64">',
        "  <PolyData>",
        "    <FieldData>",
        _texts("frame", [lines.frame]),
        "    </FieldData>",
        f'    <Piece NumberOfPoints="{len(lines.points_mm)}" NumberOfVerts="0" NumberOfLines="{len(lines.counts)}" '
        'NumberOfStrips="0" NumberOfPolys="0">',
        "      <PointData>",
        *(blocks.add(name, array) for name, array in lines.on_points.items()),
        "      </PointData>",
        "      <CellData>",
        *(blocks.add(name, array) for name, array in lines.on_lines.items()),
        *(_texts(name, texts) for name, texts in lines.names.items()),
        "      </CellData>",
        "      <Points>",
        blocks.add("Points", np.asarray(lines.points_mm, dtype=np.float32).reshape(-1, 3)),
        "      </Points>",
        "      <Lines>",
        blocks.add("connectivity", np.arange(len(lines.points_mm), dtype=np.int64)),
        blocks.add("offsets", ends),
        "      </Lines>",
        "    </Piece>",
        "  </PolyData>",
        '  <AppendedData encoding="raw">',
        "   _",
    ]
    with landing(path) as stream:
        stream.write("\n".join(body).encode())
        for block in blocks.found:
            stream.write(np.uint64(len(block)).astype("<u8").tobytes())
            stream.write(block)
        stream.write(b"\n  </AppendedData>\n</VTKFile>\n")


class _Blocks:
    """Arrays to be appended, and where each begins."""

    def __init__(self) -> None:
        self.found: list[bytes] = []
        self.offset = 0

    def add(self, name: str, array: AnyArray) -> str:
        """Keep one array; the line of XML that points to it."""
        block = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
        parts = f' NumberOfComponents="{array.shape[1]}"' if array.ndim == 2 else ""
        line = (
            f'        <DataArray type="{VTK_TYPES[array.dtype.str[1:]]}" Name={quoteattr(name)}{parts} '
            f'format="appended" offset="{self.offset}"/>'
        )
        self.found.append(block)
        self.offset += 8 + len(block)
        return line


def _texts(name: str, texts: Sequence[str]) -> str:
    """VTK spells texts as the numbers of their bytes, a zero after each."""
    spelt = " ".join(" ".join(map(str, (*text.encode(), 0))) for text in texts)
    return (
        f'        <Array type="String" Name={quoteattr(name)} NumberOfTuples="{len(texts)}" format="ascii">'
        f"{spelt}</Array>"
    )


# Vessels ----------------------------------------------------------------------------------------------------------


def vessel_lines(journey: Journey) -> Lines:
    """All tubes of the journey's networks, one straight line each."""
    networks = journey.vessels
    ends = np.concatenate([one.ends for one in networks]) if networks else np.zeros((0, 2, 3))
    closed = [closed_shares(journey, one) for one in networks]

    def of_all(parts: Sequence[AnyArray], kind: npt.DTypeLike) -> AnyArray:
        return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)

    return Lines(
        points_mm=ends.reshape(-1, 3) / MM,
        counts=[2] * len(ends),
        on_points={},
        on_lines={
            "diameter_mm": of_all([one.diameter / MM for one in networks], np.float32),
            "flow_ml_min": of_all([one.flow / (ML / MINUTE) for one in networks], np.float32),
            "order": of_all([one.order for one in networks], np.int32),
            "room": of_all([np.full(len(one.names), _room(one.room)) for one in networks], np.int32),
            "closed_share": of_all(closed, np.float32),
        },
        names={"name": [name for one in networks for name in one.names]},
    )


def closed_shares(journey: Journey, vessels: Vessels) -> FloatArray:
    """Share of each vessel's area that cement closes once all has lodged; nan where the model does not say."""
    last = journey.lodgings.obstructions[-1:]
    if vessels.room != "lungs":
        return np.full(len(vessels.names), np.nan)
    if not last:
        return np.zeros(len(vessels.names))
    require(len(last[0].closed) == len(vessels.names), "the arteries and their closed shares differ in number")
    return np.asarray(last[0].closed, dtype=np.float64)


def _room(name: str) -> int:
    """Number of a room in the files: 0 veins, 1 heart, 2 lungs."""
    return ROOMS.index(name)


# Cement -----------------------------------------------------------------------------------------------------------


def write_cement(folder: Path, tracks: Sequence[Track]) -> None:
    """Write one file for each instant at which the picture changes, and the list that ParaView plays."""
    (folder / "cement").mkdir(exist_ok=True)
    numbers = {name: number for number, name in enumerate(dict.fromkeys(track.piece for track in tracks))}
    rows = []
    for number, time in enumerate(frame_times(tracks)):
        name = f"cement/cement_{number:04d}.vtp"
        write_lines(folder / name, cement_lines(tracks, time, numbers))
        rows.append(f'    <DataSet timestep="{time!r}" group="" part="0" file="{name}"/>')
    head = '<?xml version="1.0"?>\n<VTKFile type="Collection" version="1.0" byte_order="LittleEndian">\n  <Collection>'
    with landing(folder / "cement.pvd") as stream:
        stream.write("\n".join([head, *rows, "  </Collection>", "</VTKFile>", ""]).encode())


def frame_times(tracks: Sequence[Track], count: int = FRAMES) -> tuple[float, ...]:
    """Instants [s] that are worth a picture, from the first cement in a vein to a year.

    Of `count` instants, evenly spread in the logarithm of the time since that cement, each takes the last change
    before it, so that no frame is shown twice; the first and last instants of tracks are kept as well, up to as many
    again.
    """
    changes = sorted(_changes(tracks))
    if not changes:
        return (0.0, YEAR)
    wanted = changes[0] + np.geomspace(1.0, YEAR - changes[0], count)
    chosen = {changes[place - 1] for place in np.searchsorted(changes, wanted, side="right")}
    milestones = sorted({at for track in tracks for at in (float(track.times[0]), float(track.until)) if at <= YEAR})
    return tuple(sorted({changes[0], *chosen, *milestones[:: 1 + len(milestones) // count], YEAR}))


def _changes(tracks: Sequence[Track]) -> Iterator[float]:
    """Every instant at which some track moves, begins or ends, within the year [s]."""
    for track in tracks:
        yield from (float(time) for time in track.times if time <= YEAR)
        if track.until <= YEAR:
            yield float(track.until)


def cement_lines(tracks: Sequence[Track], time: float, numbers: Mapping[str, int]) -> Lines:
    """Every piece's centre line at one instant [s]."""
    shown = [(track, track.at(time)) for track in tracks]
    lines = [(track, *found) for track, found in shown if found is not None]
    points = np.concatenate([points for _, points, _ in lines]) if lines else np.zeros((0, 3))
    counts = [len(points) for _, points, _ in lines]

    def each(values: Sequence[int]) -> AnyArray:
        return np.repeat(np.asarray(values, dtype=np.int32), counts)

    widths = np.concatenate([widths for *_, widths in lines]) if lines else np.zeros(0)
    return Lines(
        points_mm=points / MM,
        counts=counts,
        on_points={
            "diameter_mm": (widths / MM).astype(np.float32),
            "piece": each([numbers[track.piece] for track, *_ in lines]),
            "room": each([_room(track.room) for track, *_ in lines]),
        },
        on_lines={},
        names={"piece_name": [track.piece for track, *_ in lines]},
    )
