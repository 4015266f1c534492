"""The code that a patient passes through, as one hash: rows of two codes do not make one table."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock

_PACKAGE = Path(__file__).resolve().parents[1]
_BEGINNINGS = ("azygos.trial.follow", "azygos.trial.columns")
_DOORS = ("azygos", "azygos.trial", "azygos.values")  # run on the way to a module, and lead to what patients never meet

_ONE_AT_A_TIME = Lock()  # CPython 3.11 cannot make two syntax trees at once (cpython issue 106905)


@cache
def code_hash() -> str:
    """Hash of every module that following a patient imports, and of the tables that those modules name.

    Returns
    -------
    code : str
        16 hexadecimal digits, the same wherever azygos is installed.
    """
    told = hashlib.sha256()
    with _ONE_AT_A_TIME:
        paths = passed_through()
    for path in paths:
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
        tree = ast.parse(path.read_bytes())
        waiting.extend(_imported(tree))
        found.update(_tables(tree, path.parent))
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


def _imported(tree: ast.AST) -> Iterator[str]:
    """Names that may be modules of azygos: of `from azygos.heart import laws` both the room and what is in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "azygos":
            module = node.module or ""
            yield from _with_rooms(module)
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "azygos":
                    yield from _with_rooms(alias.name)


def _with_rooms(module: str) -> Iterator[str]:
    """A module and the packages that are run on the way to it."""
    parts = module.split(".")
    yield from (".".join(parts[:end]) for end in range(2, len(parts) + 1))


def _tables(tree: ast.AST, folder: Path) -> Iterator[Path]:
    """Tables beside a module that it names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".csv"):
            path = folder / node.value
            if path.is_file():
                yield path
