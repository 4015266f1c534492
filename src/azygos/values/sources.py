"""Where the values come from: every source by its key, every value by its place."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from importlib import resources

import azygos.values
from azygos.ground.errors import AzygosError, require
from azygos.values.value import Value

_ENTRY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
_FIELD = re.compile(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}")


def references() -> dict[str, str]:
    """Every source that a value may name.

    Returns
    -------
    references : dict of str to str
        From the key to one readable line: who, what, where, when.

    Examples
    --------
    >>> print(references()["baroud2005"])
    Baroud, Steffen. A new cannula to ease cement injection during vertebroplasty. Eur Spine J 14:474. 2005.
    doi:10.1007/s00586-004-0822-1
    """
    found: dict[str, str] = {}
    for file in sorted(resources.files(azygos.values).iterdir(), key=lambda item: item.name):
        if file.name.endswith(".bib"):
            for key, line in _entries(file.read_text(encoding="utf-8")):
                require(key not in found, f"source '{key}' stands twice in the references", AzygosError)
                found[key] = line
    return found


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Keys and readable lines of a BibTeX text without nested braces deeper than one."""
    starts = [*_ENTRY.finditer(text)]
    ends = [match.start() for match in starts[1:]] + [len(text)]
    for match, end in zip(starts, ends, strict=True):
        yield match.group(1), _readable(dict(_FIELD.findall(text[match.end() : end])))


def _readable(fields: Mapping[str, str]) -> str:
    plain = {name.lower(): re.sub(r"[{}]", "", value) for name, value in fields.items()}
    who = plain.get("author", "").replace(" and others", " et al.").replace(" and ", ", ")
    where = [who, plain.get("title", ""), plain.get("journal", ""), plain.get("year", "")]
    line = " ".join(f"{part.rstrip('.')}." for part in where if part)
    link = f"doi:{plain['doi']}" if "doi" in plain else plain.get("url", "")
    note = f"({plain['note']})" if "note" in plain else ""
    return " ".join(part for part in (line, link, note) if part)


def all_values() -> list[tuple[str, Value]]:
    """Every value of this folder with its place, for tests and for the list in the docs.

    Returns
    -------
    values : list of (str, Value)
        Places read ``module.NAME``, with keys and fields behind a dot where the value
        stands in a dictionary or a record; each object is listed once.

    Examples
    --------
    >>> dict(all_values())["needles.INNER_DIAMETERS.11"].number
    0.002388
    """
    found: list[tuple[str, Value]] = []
    seen: set[int] = set()
    for info in pkgutil.iter_modules(azygos.values.__path__):
        module = importlib.import_module(f"azygos.values.{info.name}")
        for name, thing in vars(module).items():
            if not name.startswith("_"):
                for place, value in _walk(thing, f"{info.name}.{name}"):
                    if id(value) not in seen:
                        seen.add(id(value))
                        found.append((place, value))
    return found


def _walk(thing: object, place: str) -> Iterator[tuple[str, Value]]:
    """Values in dictionaries, sequences and records, however deep."""
    if isinstance(thing, Value):
        yield place, thing
    elif isinstance(thing, Mapping):
        for key, inner in thing.items():
            yield from _walk(inner, f"{place}.{' and '.join(key) if isinstance(key, tuple) else key}")
    elif isinstance(thing, (tuple, list)):
        for number, inner in enumerate(thing):
            yield from _walk(inner, f"{place}.{number}")
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        for field in dataclasses.fields(thing):
            yield from _walk(getattr(thing, field.name), f"{place}.{field.name}")
