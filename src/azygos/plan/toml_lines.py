"""Which line of a TOML text a key stands in, so that a message can point at it; ``tomllib`` does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator

Place = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[A-Za-z0-9_+\-:]+|[^\S\n]+|.',
    re.DOTALL,
)


def line_of(text: str, place: Place) -> int | None:
    """Line, from 1, of the key at `place`, or of the nearest thing around it that has a line.

    Parameters
    ----------
    text : str
        Valid TOML.
    place : tuple of str or int
        Keys and indices from the root, as pydantic gives them.

    Examples
    --------
    >>> line_of('[[vertebra]]\\nlevel = "L1"\\nneedle = [\\n  { gauge = 7 }]', ("vertebra", 0, "needle", 0, "gauge"))
    4
    """
    lines: dict[Place, int] = {}
    for known, line in _places(text):
        lines.setdefault(known, line)
    for end in range(len(place), 0, -1):
        if place[:end] in lines:
            return lines[place[:end]]
    return None


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Every key, table and item of an array, with its line."""
    scanner = _Scanner()
    line = 1
    for token in _TOKEN.findall(text):
        yield from ((place, line) for place in scanner.take(token))
        line += token.count("\n")


class _Scanner:
    """Follows brackets through the text; :meth:`take` names the places that a token opens."""

    def __init__(self) -> None:
        self.base: Place = ()  # of the current [table]
        self.counts: dict[Place, int] = {}  # [[arrays of tables]] met so far
        self.key: list[str] = []  # parts of a dotted key that is being read
        self.stack: list[tuple[str, Place, int]] = []  # open bracket, its place, index of its current item
        self.at: Place = ()  # the key whose value is being read
        self.header = ""  # "[" or "[[" while a table's name is being read
        self.fresh = True  # nothing but space since the line began

    def take(self, token: str) -> list[Place]:
        if token == "\n":
            return self._end_line()
        if token.isspace() or token.startswith("#"):
            return []
        fresh, self.fresh = self.fresh, False
        if self.header or (fresh and token == "[" and not self.stack):
            return self._in_header(token)
        if token == "=":
            return self._begin_value()
        if token in "[{":
            return self._open(token)
        if token in "]}":
            if self.stack:
                self.stack.pop()
            return []
        if token == ",":
            return self._next_item()
        if token != ".":
            self.key.append(token.strip("\"'"))
        return []

    def _end_line(self) -> list[Place]:
        if not self.stack:
            self.key, self.header, self.fresh = [], "", True
        return []

    def _in_header(self, token: str) -> list[Place]:
        if token == "[":
            self.header += token
            self.key = []
        elif token == "]":
            return self._end_header()
        elif token != ".":
            self.key.append(token.strip("\"'"))
        return []

    def _end_header(self) -> list[Place]:
        if not self.key:
            return []
        name: Place = tuple(self.key)
        place = name
        if self.header == "[[":
            index = self.counts.get(name, -1) + 1
            self.counts[name] = index
            place = (*name, index)
        self.base, self.key = place, []
        return [name, place]

    def _begin_value(self) -> list[Place]:
        inner = self.stack[-1][1] if self.stack else self.base
        self.at = (*inner, *self.key)
        opened = [(*inner, *self.key[: n + 1]) for n in range(len(self.key))]
        self.key = []
        return opened

    def _open(self, token: str) -> list[Place]:
        place = self.at
        if self.stack and self.stack[-1][0] == "[":
            _, outer, index = self.stack[-1]
            place = (*outer, index)
        self.stack.append((token, place, 0))
        return [place]

    def _next_item(self) -> list[Place]:
        self.key = []
        if self.stack and self.stack[-1][0] == "[":
            bracket, place, index = self.stack[-1]
            self.stack[-1] = (bracket, place, index + 1)
        return []
