"""Many scans from one list: a folder for each, one registry, and a sentence for each that could not be done."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from azygos.ground.errors import AzygosError, InputError, require
from azygos.ground.files import write_atomic
from azygos.ground.findings import Asked
from azygos.study.record import is_whole
from azygos.study.run import TraceEffort, record_of, run_source
from azygos.study.source import ScanSource
from azygos.study.tables import to_csv

COLUMNS = ("input", "labels", "label_names", "series", "name", "cemented_joint", "screws", "pacemaker")
FLAGS = ("cemented_joint", "screws", "pacemaker")
YES_NO: dict[str, bool | None] = {"yes": True, "no": False, "": None}
SAFE_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
WANTED = f"Give a worklist: a CSV with the columns {', '.join(COLUMNS)}."
REGISTRY = "registry.csv"
REGISTRY_COLUMNS = (
    "line", "name", "state", "sentence", "reported_pieces", "candidate_pieces", "not_cement", "reported_ml",
    "butscheidt_grade", "sites", "origins", "ct_sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of a list, or what is wrong with it."""

    line: int
    name: str
    source: ScanSource | None = None
    asked: Asked = field(default_factory=Asked)
    flaw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the registry."""

    line: int
    name: str
    state: str  # "done", "kept" or "failed"
    sentence: str = ""
    found: Mapping[str, Any] | None = None  # columns of the registry

    @property
    def failed(self) -> bool:
        """Whether it could not be done."""
        return self.state == "failed"


def read_list(path: Path) -> list[Task]:
    """Read a worklist; a bad line becomes a task that says what is wrong with it.

    Parameters
    ----------
    path : Path
        CSV with a head: ``input`` and, as far as they are wanted, ``labels`` (several with ``;`` between),
        ``label_names``, ``series``, ``name``, ``cemented_joint``, ``screws``, ``pacemaker`` (``yes``, ``no`` or
        empty). Paths count from the list's folder.

    Raises
    ------
    InputError
        If it is no such table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path} is not there. {WANTED}") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError(f"{path} is no text. {WANTED}") from None
    lines = csv.reader(io.StringIO(text))
    head = [cell.strip().lower() for cell in next(lines, [])]
    _require_head(head, path.name)
    tasks = [
        _task(dict(zip(head, cells, strict=False)), lines.line_num, path.parent, _misfit(cells, head))
        for cells in lines
        if any(cell.strip() for cell in cells)
    ]
    require(bool(tasks), f"{path.name} lists no scan. Write one a line under its head.")
    return _without_doubles(tasks)


def _require_head(head: Sequence[str], name: str) -> None:
    for column in head:
        near = difflib.get_close_matches(column, COLUMNS, n=1, cutoff=0.6)
        hint = f"Did you mean {near[0]}?" if near else f"Possible are {', '.join(COLUMNS)}."
        require(column in COLUMNS, f"{name}: unknown column {column!r}. {hint}")
    require("input" in head, f"{name} has no column 'input'. Its first line names the columns: {', '.join(COLUMNS)}.")


def _misfit(cells: Sequence[str], head: Sequence[str]) -> str:
    if len(cells) <= len(head):
        return ""
    return f"has {len(cells)} cells for {len(head)} columns. Put cells that hold a comma into quotation marks."


def _task(cells: Mapping[str, str], line: int, folder: Path, misfit: str) -> Task:
    row = {key: value.strip() for key, value in cells.items()}
    name = row.get("name") or f"scan_{line:04d}"
    try:
        require(not misfit, misfit)
        require(bool(row.get("input")), "names no input.")
        require(
            SAFE_NAME.fullmatch(name) is not None,
            f"has the name {name!r}. Use letters, digits, '_', '-' and '.', since a folder is called so.",
        )
        source = ScanSource(
            path=folder / row["input"],
            labels=tuple(folder / part.strip() for part in row.get("labels", "").split(";") if part.strip()),
            label_names=tuple(part.strip() for part in row.get("label_names", "").split(";") if part.strip()),
            series=row.get("series") or None,
        )
        return Task(line=line, name=name, source=source, asked=Asked(**{flag: _flag(row, flag) for flag in FLAGS}))
    except InputError as error:
        return Task(line=line, name=name if SAFE_NAME.fullmatch(name) else "", flaw=str(error))


def _flag(row: Mapping[str, str], flag: str) -> bool | None:
    text = row.get(flag, "").lower()
    require(text in YES_NO, f"has {flag} {text!r}. Write yes, no or nothing.")
    return YES_NO[text]


def _without_doubles(tasks: list[Task]) -> list[Task]:
    """Two scans of one name would fall into one folder: the first keeps it."""
    first: dict[str, int] = {}
    found = []
    for task in tasks:
        earlier = first.setdefault(task.name, task.line) if task.source is not None else task.line
        flaw = f"has the name {task.name!r} of line {earlier}. Give it one of its own."
        found.append(task if earlier == task.line else replace(task, source=None, flaw=flaw))
    return found


def trace_list(
    worklist: Path,
    output: Path,
    *,
    repair: bool = False,
    effort: TraceEffort | None = None,
    tell: Callable[[Row, int, int], object] = lambda row, done, total: None,
) -> list[Row]:
    """Trace every scan of a list, and write a folder for each and one registry.

    Parameters
    ----------
    worklist : Path
        As :func:`read_list` takes it.
    output : Path
        Gets a run folder for each scan, which appears only whole, and ``registry.csv``, which is whole at any
        time. A list that was stopped, or mended, goes on where it was: what is done is kept.
    repair : bool
        Repair what can be repaired, and say so.
    effort : TraceEffort, optional
        As for one scan; ``force`` does all of them again.
    tell : callable, optional
        Told each row of the registry as it lands, how many are done, and of how many.

    Returns
    -------
    rows : list of Row
    """
    effort = effort or TraceEffort()
    tasks = read_list(worklist)
    _require_registry(output)
    output.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for task in tasks:
        rows.append(_do(task, output, repair, effort))
        write_atomic(output / REGISTRY, registry_csv(rows))
        tell(rows[-1], len(rows), len(tasks))
    return rows


def _require_registry(output: Path) -> None:
    require(not output.is_file(), f"{output} is a file. Give a folder with -o.")
    free = not output.exists() or not any(output.iterdir()) or (output / REGISTRY).is_file()
    require(free, f"{output} is already there, and holds no {REGISTRY} of a worklist. Choose another -o.")


def _do(task: Task, output: Path, repair: bool, effort: TraceEffort) -> Row:
    if task.source is None:
        return Row(line=task.line, name=task.name, state="failed", sentence=f"line {task.line} {task.flaw}")
    source = replace(task.source, repair=repair)
    folder = output / task.name
    try:
        kept = not effort.force and is_whole(folder, record_of(source, task.asked))
        if not kept:
            run_source(source, folder, asked=task.asked, effort=replace(effort, force=effort.force or folder.exists()))
        return Row(line=task.line, name=task.name, state="kept" if kept else "done", found=_registered(folder, source))
    except AzygosError as error:
        sentence = str(error)
    except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:  # the others must be done
        sentence = f"{type(error).__name__}: {error}. This is ours to fix."
    return Row(line=task.line, name=task.name, state="failed", sentence=anonymous(sentence, source))


def _registered(folder: Path, source: ScanSource) -> dict[str, Any]:
    """What the registry tells of a finished run, from its own result."""
    table = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    reported = [piece for piece in table["pieces"] if piece["tier"] == "reported"]
    return {
        **table["summary"],
        "sites": "; ".join(sorted({piece["place"]["site"] for piece in reported})),
        "origins": "; ".join(sorted({piece["origin"]["level"] or "cannot tell" for piece in reported})),
        "ct_sha256": source.hashes()["ct"],
    }


def registry_csv(rows: Sequence[Row]) -> str:
    """The registry as text."""
    return to_csv(
        [
            {"line": row.line, "name": row.name, "state": row.state, "sentence": row.sentence, **(row.found or {})}
            for row in rows
        ],
        REGISTRY_COLUMNS,
    )


def anonymous(sentence: str, source: ScanSource) -> str:
    """A sentence without the names of files, which may hold a patient's."""
    for path in (source.path, *source.labels):
        if path is not None:
            sentence = sentence.replace(str(path), "the file").replace(path.name, "the file")
    return sentence
