"""The code that a patient passes through, as one hash: rows of two codes do not make one table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_BEGINNINGS = ("azygos.trial.follow", "azygos.trial.columns")
_DOORS = ("azygos", "azygos.trial", "azygos.values")  # run on the way to a module, and lead to what patients never meet

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(azygos[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|.*)|import[ \t]+(azygos[\w.]*))", re.MULTILINE
)
_TABLE = re.compile(r'"([\w-]+\.csv)"')


@cache
def code_hash() -> str:
    """Hash of every module that following a patient imports, and of the tables that those modules name.

    Returns
    -------
    code : str
        16 hexadecimal digits, the same wherever azygos is installed.
    """
    told = hashlib.sha256()
    for path in passed_through():
        told.update(path.relative_to(_PACKAGE).as_posix().encode())
        told.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return told.hexdigest()[:16]


def passed_through() -> list[Path]:
    """The files whose change can change a row, sorted."""
    found: set[Path] = set()
    waiting = list(_BEGINNINGS)
    while waiting:
        path = _file_of(waiting.pop())
        if path is None or path in found:
            continue
        found.add(path)
        text = path.read_text(encoding="utf-8")
        waiting.extend(_imported(text))
        found.update(table for name in _TABLE.findall(text) if (table := path.parent / name).is_file())
    return sorted(found)


def _file_of(module: str) -> Path | None:
    """The source of a module of azygos; nothing where the name is no module, or a door."""
    if module in _DOORS:
        return None
    path = _PACKAGE.joinpath(*module.split(".")[1:])
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


def _imported(text: str) -> Iterator[str]:
    """Names that may be modules of azygos: of `from azygos.heart import laws` both the room and what is in it.

    By pattern, not by syntax tree: Python 3.11 cannot make such trees in two threads at once, and a cluster's workers
    have several.
    """
    for module, names, plain in _IMPORT.findall(text):
        yield from _with_rooms(module or plain)
        yield from (f"{module}.{name}" for name in re.findall(r"\w+", names))


def _with_rooms(module: str) -> Iterator[str]:
    """A module and the packages that are run on the way to it."""
    parts = module.split(".")
    yield from (".".join(parts[:end]) for end in range(2, len(parts) + 1))
