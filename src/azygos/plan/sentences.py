"""From the errors of a file's model to one sentence: what was met, in which line, what is possible, what to do."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

from azygos.ground.errors import InputError
from azygos.plan.toml_lines import line_of

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWords:
    """How messages speak of a kind of file."""

    noun: str  # "plan"
    template: str  # the command that writes one to begin with
    root: type[BaseModel]  # its model

    @property
    def arrays(self) -> tuple[str, ...]:
        """Keys of the root that are written as ``[[key]]``."""
        return tuple(key for key, field in self.root.model_fields.items() if get_origin(field.annotation) is tuple)


def read_toml(path: Path, words: FileWords) -> str:
    """Text of a file, or one sentence on why it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")  # Windows editors begin with a mark
    except FileNotFoundError:
        raise InputError(f"{path} is not there. Write a {words.noun} to begin with: {words.template}") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError(f"{path} is not a text file. Give a {words.noun} in TOML: {words.template}") from None


def parse_toml(text: str, name: str, words: FileWords) -> dict[str, Any]:
    """Tables of a text; `name` is what messages call it."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{name} is not valid TOML: {_lower_first(str(error))}. "
            f"Mend it there; how a {words.noun} is written: {words.template.split(' >')[0]}"
        ) from None
    except RecursionError:
        raise InputError(f"{name} is not a {words.noun}: its brackets lie too deep in each other.") from None


_UNITS = {"_ml_min": "mL/min", "_ml": "mL", "_mm": "mm", "_min": "min", "_s": "s", "_c": "degrees C", "_store": "min"}
_EXAMPLES = {
    "level": '"L1"',
    "name": '"generic_high_viscosity"',
    "age_at_start_min": "4.0",
    "portions": "[{ volume_ml = 1.0, rate_ml_min = 2.0 }]",
}
_POINT = "Give three plain numbers in mm, for example [34.0, 61.0, -12.0]."


def sentence(error: ValidationError, text: str, name: str, words: FileWords) -> str:
    """The first error as one sentence with its line."""
    first = _first(error)
    line = line_of(text, tuple(first["loc"]))
    where = f"{name}, line {line}: " if line else f"{name}: "
    return where + plain(first, words)


def _first(error: ValidationError) -> Mapping[str, Any]:
    """Unknown keys first: a misspelt key explains a missing one."""
    errors = cast("list[Mapping[str, Any]]", error.errors(include_url=False))
    return next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])


def plain(error: Mapping[str, Any], words: FileWords) -> str:
    """What was met, what is possible, what to do."""
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(error["loc"], words)
    if kind == "missing":
        return _missing_key(error["loc"], words)
    if kind == "value_error":
        return str(error["ctx"]["error"])
    key = _key_of(error["loc"], words)
    if kind == "too_long":
        most = error["ctx"]["max_length"]
        return f"the {words.noun} has {len(error['input'])} of [[{key}]]. At most {most} are possible."
    met = f"{key} is {_shown(error['input'])}."
    if kind == "literal_error":
        return f"{met} {_possible(error['input'], _choices(error))}"
    return f"{met} {_wanted(kind, key, error['loc'], words)}"


def _wanted(kind: str, key: str, place: Place, words: FileWords) -> str:
    """What a number, text, list or switch should have been."""
    unit = next((f" {unit}" for end, unit in _UNITS.items() if key.endswith(end)), "")
    if kind in ("greater_than", "greater_than_equal", "less_than_equal", "finite_number"):
        limits = _limits(place, words.root)
        return f"Give a number {limits}{unit}." if limits else f"Give a plain number{' in' + unit if unit else ''}."
    if kind == "bool_type":
        return "Write true or false."
    if kind == "string_type":
        return f"Write it in quotation marks, for example {_EXAMPLES.get(key, chr(34) + 'text' + chr(34))}."
    if key in ("entry_mm", "tip_mm"):
        return _POINT
    if kind == "too_short":
        return "Give at least one."
    if kind in ("float_type", "int_type", "int_from_float"):
        return f"Give a {'whole' if kind.startswith('int') else 'plain'} number{' in' + unit if unit else ''}."
    if key in words.arrays:
        return f"Write it as a table of its own, under [[{key}]]."
    if kind in ("tuple_type", "list_type"):
        return "Write a list: [{ ... }, { ... }]."
    return f"Write it as one table, under [{key}]." if key in words.root.model_fields else "Write a table: { ... }."


def _limits(place: Place, root: type[BaseModel]) -> str:
    """The range of the number at `place`, in words: ``above 0 and up to 20``; nothing where it has none."""
    names = [name for name in place if isinstance(name, str)]
    table = _table_at(names[:-1], root)
    bounds = {type(one).__name__: one for one in _marks_in(table.model_fields[names[-1]])}
    low = next((f"above {b.gt:g} and up" for n, b in bounds.items() if n == "Gt"), "")
    low = next((f"from {b.ge:g}" for n, b in bounds.items() if n == "Ge"), low)
    return low + next((f" to {b.le:g}" for n, b in bounds.items() if n == "Le"), "")


def _marks_in(thing: Any) -> Iterator[Any]:
    """Bounds in a field or its type, however deep."""
    marks: Any = getattr(thing, "metadata", None) or getattr(thing, "__metadata__", ())
    for mark in marks:
        yield from _marks_in(mark) if hasattr(mark, "metadata") else iter([mark])
    for inner in get_args(getattr(thing, "annotation", thing)):
        yield from _marks_in(inner)


def _unknown_key(place: Place, words: FileWords) -> str:
    key = str(place[-1])
    known = _keys_at(place[:-1], words.root)
    return f"unknown key {key!r}{_table_of(place, words)}. {_possible(key, known)}"


def _missing_key(place: Place, words: FileWords) -> str:
    key = _key_of(place, words)
    if key in ("entry_mm", "tip_mm"):
        return f"{key} has too few numbers. {_POINT}"
    if len(place) == 1:
        head = f"[[{key}]]" if key in words.arrays else f"[{key}]"
        return f"the {words.noun} has no {head}. A whole {words.noun} to begin with: {words.template}"
    shown = '"wait longer"' if key == "name" and place[0] == "alternative" else _EXAMPLES.get(key)
    example = f" Write for example {key} = {shown}." if shown else ""
    return f"{key} is missing{_table_of(place, words)}.{example}"


def _table_of(place: Place, words: FileWords) -> str:
    """Where a key stands, as the reader wrote it."""
    names = [str(part) for part in place[:-1] if isinstance(part, str)]
    if not names:
        return ""
    head = f"[[{names[0]}]]" if names[0] in words.arrays else f"[{names[0]}]"
    return f" in {' of '.join([*reversed(names[1:]), head])}"


def _keys_at(place: Place, root: type[BaseModel]) -> list[str]:
    """Keys that are possible in the table at `place`."""
    return list(_table_at([name for name in place if isinstance(name, str)], root).model_fields)


def _table_at(names: Sequence[str], root: type[BaseModel]) -> type[BaseModel]:
    table = root
    for name in names:
        table = next(_tables_in(table.model_fields[name].annotation))
    return table


def _tables_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The tables that a field's type speaks of, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _tables_in(inner)


def _key_of(place: Place, words: FileWords) -> str:
    return next((str(part) for part in reversed(place) if isinstance(part, str)), f"the {words.noun}")


def _choices(error: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))


def _possible(met: object, choices: list[str]) -> str:
    near = difflib.get_close_matches(str(met), choices, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Possible {'is' if len(choices) == 1 else 'are'} {listed(choices)}."


def listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _shown(value: object) -> str:
    """A value as it stands in TOML, cut where it is long."""
    try:
        text = json.dumps(value)
    except TypeError:
        text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
