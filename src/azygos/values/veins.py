"""The veins between the vertebrae and the right atrium, T1 to L5: a table of tubes with one source each.

Which vein joins which was seen (vccf2023); most calibres and lengths are recalled and say "assumed". The flows
of the table do not balance (368 mL/min reach the azygos arch, 320 leave it), so only those at the outer ends
are used, as inflows, and draws are conditioned on what was measured (see ``veins_flow``).
"""

from __future__ import annotations

import csv
import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import InputError, require
from azygos.ground.units import MINUTE, ML, MM

TABLE = Path(__file__).with_name("veins.csv")
COLUMNS = (
    "from", "to", "level", "side", "count", "diameter_mm", "length_mm", "flow_ml_min", "valve", "probability", "source",
    "note",
)  # fmt: skip
ATRIUM = "right_atrium"
MOST_DIAMETER_MM = 50.0  # wider than any vein
MOST_LENGTH_MM = 1000.0  # longer than a trunk
MOST_COUNT = 20.0  # veins side by side
_SIDES = {"": "", "left": "left", "right": "right", "L": "left", "R": "right"}
_WITH_LEVEL = (
    "body", "basivertebral", "ant_int_plexus", "post_int_plexus", "ant_ext_plexus", "post_ext_plexus",
    "azygos", "hemiazygos", "accessory_hemiazygos", "ivc",
)  # fmt: skip
_WITH_LEVEL_AND_SIDE = ("intervertebral", "segmental", "ascending_lumbar")
_OTHERS = (
    "azygos_arch", "left_superior_intercostal", "right_superior_intercostal", "brachiocephalic_L", "brachiocephalic_R",
    "svc", "left_renal_vein", "right_renal_vein", "common_iliac_L", "common_iliac_R", "iliolumbar_L", "iliolumbar_R",
    ATRIUM, "right_ventricle", "pulmonary_trunk",
)  # fmt: skip
_NEEDED = (
    *(f"segmental_{level}_{side}" for level in LEVELS for side in "LR"),
    "iliolumbar_L", "iliolumbar_R", "common_iliac_L", "common_iliac_R", "brachiocephalic_L", "brachiocephalic_R",
    "left_renal_vein", "right_renal_vein", "azygos_arch", "svc", "ivc_T9", ATRIUM,
)  # fmt: skip
"""Places that every table must have: blood enters there, or a draw is conditioned on them."""
PLACES = frozenset(
    [f"{kind}_{level}" for kind in _WITH_LEVEL for level in LEVELS]
    + [f"{kind}_{level}_{side}" for kind in _WITH_LEVEL_AND_SIDE for level in LEVELS for side in "LR"]
    + list(_OTHERS)
)
"""Every name that a table of veins may use."""


@dataclass(frozen=True, slots=True)
class VeinRow:
    """One vein of the table, from where its blood usually comes to where it goes."""

    begins: str
    ends: str
    level: str
    side: str  # "left", "right" or ""
    count: int  # veins side by side
    diameter: float  # [m]
    length: float  # [m]
    flow: float | None  # as the table has it [m^3 s^-1]
    one_way: bool  # carries valves
    probability: float  # that a person has it [-]
    source: str  # of the diameter: a key of the references, or "assumed"
    note: str
    line: int | None = field(default=None, compare=False)  # of the table, where it was read from one

    @property
    def where(self) -> str:
        """Beginning of a sentence that refuses this vein."""
        return "" if self.line is None else f"veins, line {self.line}: "


def _cell(row: dict[str, str], name: str, line: int) -> str:
    """What stands in a column; a row that ends early has none there."""
    cell: str | None = row[name]
    if cell is None:
        raise InputError(f"veins, line {line}: {name} is missing; write {len(COLUMNS)} columns, empty where unknown")
    return cell.strip()


def _number(row: dict[str, str], name: str, line: int, unit: str, most: float = math.inf) -> float:
    cell = _cell(row, name, line)
    try:
        value = float(cell)
    except ValueError as error:
        raise InputError(f"veins, line {line}: {name} is {cell!r}; write a number in {unit}") from error
    of = f"veins, line {line}: {row['from']} to {row['to']} has a {name.split('_')[0]} of {value:g} {unit}"
    require(math.isfinite(value) and value > 0.0, f"{of}; it must be positive")
    require(value <= most, f"{of}; it must be at most {most:g}")
    return value


def _count(row: dict[str, str], line: int) -> int:
    value = _number(row, "count", line, "veins", MOST_COUNT)
    require(value == int(value), f"veins, line {line}: count is {row['count']}; write a whole number of veins")
    return int(value)


def _level(row: dict[str, str], line: int) -> str:
    """A level, two levels between which the vein runs, or nothing."""
    cell = _cell(row, "level", line)
    parts = cell.split("-")
    require(
        not cell or (len(parts) <= 2 and all(part in LEVELS for part in parts)),
        f"veins, line {line}: level is {cell!r}; write one of T1 to L5, two of them as T2-T1, or nothing",
    )
    return cell


def _side(row: dict[str, str], line: int) -> str:
    cell = _cell(row, "side", line)
    require(cell in _SIDES, f"veins, line {line}: side is {cell!r}; write left, right or nothing")
    return _SIDES[cell]


def _probability(row: dict[str, str], line: int) -> float:
    cell = _cell(row, "probability", line)
    try:
        value = float(cell)
    except ValueError as error:
        raise InputError(f"veins, line {line}: probability is {cell!r}; write a share above 0, at most 1") from error
    require(
        0.0 < value <= 1.0,
        f"veins, line {line}: a probability of {value:g} is none; write a share above 0, at most 1",
    )
    return value


def _known(name: str, line: int) -> str:
    if name not in PLACES:
        near = difflib.get_close_matches(name, PLACES, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise InputError(f"veins, line {line}: there is no place called {name!r}.{hint}")
    return name


def _vein(row: dict[str, str], line: int) -> VeinRow:
    for name in COLUMNS:
        _cell(row, name, line)
    return VeinRow(
        begins=_known(row["from"], line),
        ends=_known(row["to"], line),
        level=_level(row, line),
        side=_side(row, line),
        count=_count(row, line),
        diameter=_number(row, "diameter_mm", line, "mm", MOST_DIAMETER_MM) * MM,
        length=_number(row, "length_mm", line, "mm", MOST_LENGTH_MM) * MM,
        flow=_number(row, "flow_ml_min", line, "mL/min") * ML / MINUTE if row["flow_ml_min"] else None,
        one_way=row["valve"] == "one-way",
        probability=_probability(row, line),
        source=row["source"],
        note=row["note"],
        line=line,
    )


def read_veins(path: Path) -> tuple[VeinRow, ...]:
    """Read and check a table of veins.

    Parameters
    ----------
    path : Path
        CSV with the columns of ``veins.csv``.

    Returns
    -------
    veins : tuple of VeinRow
        In the table's order.

    Raises
    ------
    InputError
        If the file is no text, a row ends early, a place, level or side is unknown, a size is not possible, a vein
        begins where it ends or stands twice, blood would run in a circle, a vertebral body has no way to the right
        atrium, or no blood leaves any.

    Examples
    --------
    >>> len(read_veins(TABLE))
    402
    """
    wanted = f"CSV with the columns {', '.join(COLUMNS)}."
    require(not path.is_dir(), f"{path} is a folder. Give a table of veins: {wanted}")
    require(path.is_file(), f"{path} is not there. Give a table of veins: {wanted}")
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            rows = csv.DictReader(lines)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            require(not missing, f"{path.name} has no column {', '.join(missing)}. Columns: {', '.join(COLUMNS)}.")
            veins = tuple(_vein(row, rows.line_num) for row in rows)
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{path.name} is not a table of text. Give {wanted}") from None
    check_veins(veins)
    return veins


def check_veins(veins: Sequence[VeinRow]) -> None:
    """Refuse a graph with a loop or a gap."""
    seen = set()
    for vein in veins:
        require(
            vein.begins != vein.ends,
            f"{vein.where}the vein at {vein.begins} ends where it begins; give it another end",
        )
        same = (vein.begins, vein.ends, vein.side)
        require(
            same not in seen,
            f"{vein.where}the vein from {vein.begins} to {vein.ends} stands twice; use count for veins side by side",
        )
        seen.add(same)
    circle = _circle(veins)
    where = next((vein.where for vein in veins if [vein.begins, vein.ends] == circle[:2]), "")
    require(not circle, f"{where}blood would run in a circle: {' to '.join(circle)}; turn one of these veins round")
    always = [vein for vein in veins if vein.probability == 1.0]
    reached = _reaching(always, ATRIUM)
    leaving = sorted((vein for vein in veins if vein.begins.startswith("body_")), key=lambda vein: vein.begins)
    require(bool(leaving), "the table has no vein that leaves a vertebral body")
    for vein in leaving:
        has_way = vein.begins in reached
        require(has_way, f"{vein.where}{vein.begins} has no way to the {ATRIUM}: a vein between them is missing")
    require(
        any(vein.flow is not None for vein in leaving),
        "no vein that leaves a vertebral body has a flow; write flow_ml_min in mL/min for at least one",
    )


def check_whole(veins: Sequence[VeinRow]) -> None:
    """Refuse a graph from which no patient can be drawn: blood must enter wherever draws let it."""
    there = {place for vein in veins for place in (vein.begins, vein.ends)}
    for place in _NEEDED:
        require(place in there, f"the table of veins has no {place}, where blood enters or passes; add its veins")


def _reaching(veins: Sequence[VeinRow], goal: str) -> set[str]:
    """Places from which blood comes to the goal."""
    feeders: dict[str, list[str]] = {}
    for vein in veins:
        feeders.setdefault(vein.ends, []).append(vein.begins)
    reached, front = {goal}, [goal]
    while front:
        for place in feeders.get(front.pop(), []):
            if place not in reached:
                reached.add(place)
                front.append(place)
    return reached


def _circle(veins: Sequence[VeinRow]) -> list[str]:
    """Places of a circle of three or more veins; two that join the same pair both ways are no circle."""
    pairs = {(vein.begins, vein.ends) for vein in veins}
    onward: dict[str, list[str]] = {}
    for begins, ends in sorted(pairs):
        if (ends, begins) not in pairs:
            onward.setdefault(begins, []).append(ends)
    done: set[str] = set()
    for start in sorted(onward):
        trail: list[str] = []
        stack = [(start, 0)]
        while stack:
            place, turn = stack.pop()
            del trail[len(stack) :]
            trail.append(place)
            nexts = onward.get(place, [])
            if place in done or turn >= len(nexts):
                done.add(place)
                continue
            stack.append((place, turn + 1))
            if nexts[turn] in trail:
                return [*trail[trail.index(nexts[turn]) :], nexts[turn]]
            stack.append((nexts[turn], 0))
    return []


VEINS = read_veins(TABLE)
"""The table that azygos draws its patients from."""
