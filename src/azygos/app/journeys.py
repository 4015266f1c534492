"""Run folders as the page opens them: their answer, their report, a brief of them, and how cement moved."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

from azygos.app.child import Given, Tell
from azygos.app.workspace import OpenRun
from azygos.ground.errors import InputError, require

Told = dict[str, Any]
MOST_SHOWN = 2_000_000  # lines at instants of a moving picture, all branches together; the demo has some hundred
MOST_BYTES = 200_000_000  # of one file of a run that the page reads whole
BROKEN = "{name} of this run cannot be read: {why}. Copy the folder again, or do the run again."
NOT_MOVING = (
    "This journey was made by an azygos that did not keep its moving picture. Do it again with azygos rerun; "
    "its report shows where the cement went."
)


def read_table(folder: Path, name: str) -> Told:
    """A file of a run that holds one JSON object, or a sentence on why it cannot be read."""
    path = folder / name
    require(path.is_file(), f"This run has no {name}.")
    require(path.stat().st_size <= MOST_BYTES, BROKEN.format(name=name, why="it is larger than any that azygos writes"))
    try:
        told = json.loads(path.read_bytes(), parse_constant=_no_number, parse_float=_number)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(BROKEN.format(name=name, why="it is not the JSON that azygos writes")) from error
    require(isinstance(told, dict), BROKEN.format(name=name, why="it is not the JSON that azygos writes"))
    return dict(told)


def _no_number(text: str) -> None:
    raise ValueError(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def read_result(run: OpenRun) -> Told:
    """``result.json`` of a run."""
    return read_table(run.folder, "result.json")


def require_kind(run: OpenRun, kind: str) -> None:
    """Refuse another kind of run."""
    require(run.kind != "unknown", BROKEN.format(name="run.toml", why="it does not say what kind of run this is"))
    require(run.kind == kind, f"This is a run of kind {run.kind}, not {kind}. Open it on its own page.")


def part(table: Told, name: str, kind: type, file: str = "result.json") -> Any:
    """What a table holds under a name, refused if it is not there or of another kind."""
    found = table.get(name)
    why = f"its {name} is not what this azygos writes; another version may have made it"
    require(isinstance(found, kind), BROKEN.format(name=file, why=why))
    return found


def moving(run: OpenRun) -> Told:
    """How the cement of a journey moved: for each branch one list of pieces at each instant.

    The file keeps each line once, with the instants between which it is shown; the page gets them instant by instant.
    """
    require_kind(run, "journey")
    require((run.folder / "moving.json").is_file(), NOT_MOVING)
    told = read_table(run.folder, "moving.json")
    try:
        times, lines, branches = told["times_s"], told.pop("lines"), told["branches"]
        if len(times) * len(lines) * len(branches) > MOST_SHOWN:
            raise ValueError("more than any that azygos writes")
        told["branches"] = [_branch(branch, lines, times) for branch in branches]
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise InputError(BROKEN.format(name="moving.json", why="its lines and instants do not fit")) from error
    return told


def _branch(branch: Told, lines: list[Told], times: list[float]) -> Told:
    """A branch with its pieces at each instant."""
    until = {number: line["shown"][1] for number, line in enumerate(lines)} | dict(branch["shown_until"])
    pieces: list[list[Told]] = [[] for _ in times]
    for number, line in enumerate(lines):
        plain = {key: value for key, value in line.items() if key != "shown"}
        for instant in range(max(line["shown"][0], 0), min(until[number], len(times))):
            pieces[instant].append(plain)
    kept = {key: value for key, value in branch.items() if key != "shown_until"}
    return kept | {"times_s": times, "pieces": pieces}


def without_place(sentence: str, folder: str) -> str:
    """The sentence without the place of a run folder.

    Examples
    --------
    >>> without_place("/home/me/out holds no run.", "/home/me/out")
    'This folder holds no run.'
    """
    told = sentence.replace(f"{folder}{os.sep}", "").replace(folder, "this folder")
    return told[:1].upper() + told[1:] if sentence.startswith(folder) and told.startswith("this") else told


# In the child ------------------------------------------------------------------------------------------------------


def write_brief(given: Given, tell: Tell) -> Given:
    """Tell a run in plain words; `given`: run and out, folders. Returns path, of the brief as HTML."""
    from azygos.brief import brief

    tell(0, 1, words="writing the brief")
    try:
        brief(Path(given["run"]), Path(given["out"]))
    except InputError as error:
        raise InputError(without_place(str(error), given["run"])) from error
    return {"path": str(Path(given["out"]) / "brief.html")}
