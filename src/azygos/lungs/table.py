"""A tree of pulmonary arteries of the user's own, read from a table."""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.ground.units import MM
from azygos.lungs.names import ARTERIES

COLUMNS = ("artery", "parent", "name", "x1_mm", "y1_mm", "z1_mm", "x2_mm", "y2_mm", "z2_mm", "diameter_mm")
_WANTED = f"CSV with the columns {', '.join(COLUMNS)}."
LEAST_DIAMETER_MM, MOST_DIAMETER_MM = 0.05, 60.0  # an arteriole, a trunk wider than any
FARTHEST_MM = 2000.0  # from the origin: nobody is longer
GAP = 5.0 * MM  # between an artery's beginning and its parent's end


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArterialTable(Parcel):
    """Arteries as a user gives them, each parent before its daughters."""

    parent: IntArray  # shape (n,), -1 for the trunk
    named: IntArray  # shape (n,), place in names.ARTERIES of the last artery with a name on the way to it
    beyond: IntArray  # shape (n,), branchings beyond that one
    ends: FloatArray  # shape (n, 2, 3), LPS [m]
    diameter: FloatArray  # shape (n,) [m]

    def __post_init__(self) -> None:
        self.seal("ends", "diameter")
        self.seal("parent", "named", "beyond", dtype=np.int64)


def read_tree(path: Path) -> ArterialTable:
    """Read and check a table of pulmonary arteries.

    Parameters
    ----------
    path : Path
        CSV with one artery a line, the trunk first, each parent before its daughters: number, parent's number (empty
        for the trunk), name (of the trunk, main, lobar and segmental arteries; else empty), both ends in LPS [mm], and
        diameter [mm].

    Returns
    -------
    table : ArterialTable

    Raises
    ------
    InputError
        For a loop, a gap, a size or place that is not possible, an unknown name, or a main artery that is missing.
    """
    require(not path.is_dir(), f"{path} is a folder. Give a table of arteries: {_WANTED}")
    require(
        path.is_file(), f"{path} is not there. Give a table of arteries: CSV with the columns {', '.join(COLUMNS)}."
    )
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(
            f"{path.name} is not a table of text. Give CSV with the columns {', '.join(COLUMNS)}."
        ) from None
    require(bool(rows), f"{path.name} holds no artery. Give CSV with the columns {', '.join(COLUMNS)}.")
    missing = [name for name in COLUMNS if name not in rows[0]]
    require(not missing, f"{path.name} has no column {', '.join(missing)}. Columns: {', '.join(COLUMNS)}.")
    return _table(rows)


def _table(rows: Sequence[Mapping[str, str]]) -> ArterialTable:
    place: dict[str, int] = {}
    parent: list[int] = []
    named: list[int] = []
    beyond: list[int] = []
    ends: list[list[list[float]]] = []
    diameter: list[float] = []
    for line, row in enumerate(rows, start=2):
        number = row["artery"]
        require(number not in place, f"arteries, line {line}: artery {number} stands twice; give it another number")
        at = _parent(row, place, line)
        of_name = _named(row["name"] or "", line)
        named.append(of_name if of_name is not None else _above(at, named, line))
        beyond.append(0 if of_name is not None else beyond[at] + 1)
        ends.append([[_place(row, f"{axis}{end}_mm", line) * MM for axis in "xyz"] for end in (1, 2)])
        diameter.append(_positive(row, line) * MM)
        _join(ends, at, line)
        parent.append(at)
        place[number] = len(place)
    for main in range(3):
        require(main in named, f"the table of arteries has no {ARTERIES[main].name}; name one of its lines so")
    return ArterialTable(
        parent=np.array(parent), named=np.array(named), beyond=np.array(beyond), ends=np.array(ends),
        diameter=np.array(diameter),
    )  # fmt: skip


def _parent(row: Mapping[str, str], place: Mapping[str, int], line: int) -> int:
    given = (row["parent"] or "").strip()
    if not place:
        require(not given, f"arteries, line {line}: the first artery is the trunk and has no parent; leave it empty")
        return -1
    require(
        given in place,
        f"arteries, line {line}: parent {given or 'none'!r} does not stand above it; a tree has no loop and no gap, "
        "so each parent comes first",
    )
    return place[given]


def _above(parent: int, named: Sequence[int], line: int) -> int:
    require(parent >= 0, f"arteries, line {line}: the first artery is the trunk; name it {ARTERIES[0].name!r}")
    return named[parent]


def _named(name: str, line: int) -> int | None:
    """Place in ARTERIES of a given name, None where there is none."""
    names = [artery.name for artery in ARTERIES]
    if not name.strip():
        return None
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise InputError(f"arteries, line {line}: there is no artery called {name!r}.{hint}")
    return names.index(name)


def _number(row: Mapping[str, str], column: str, line: int) -> float:
    require(bool(row[column]), f"arteries, line {line}: {column} is missing; write a number in mm")
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    require(math.isfinite(value), f"arteries, line {line}: {column} is {row[column]!r}; write a number in mm")
    return value


def _place(row: Mapping[str, str], column: str, line: int) -> float:
    value = _number(row, column, line)
    require(
        abs(value) <= FARTHEST_MM,
        f"arteries, line {line}: {column} is {value:g} mm; places lie within {FARTHEST_MM:g} mm of the origin",
    )
    return value


def _positive(row: Mapping[str, str], line: int) -> float:
    value = _number(row, "diameter_mm", line)
    require(value > 0.0, f"arteries, line {line}: a diameter of {value:g} mm is none; it must be positive")
    require(
        LEAST_DIAMETER_MM <= value <= MOST_DIAMETER_MM,
        f"arteries, line {line}: a diameter of {value:g} mm is not possible; "
        f"write {LEAST_DIAMETER_MM:g} to {MOST_DIAMETER_MM:g}",
    )
    return value


def _join(ends: Sequence[Sequence[Sequence[float]]], parent: int, line: int) -> None:
    """Refuse an artery without length, or one that begins away from its parent's end."""
    begins, stops = ends[-1]
    require(math.dist(begins, stops) > 0.0, f"arteries, line {line}: both ends are the same point; give two")
    apart = math.dist(begins, ends[parent][1]) if parent >= 0 else 0.0
    require(
        apart <= GAP,
        f"arteries, line {line}: the artery begins {apart / MM:.1f} mm from its parent's end; it must begin there",
    )
