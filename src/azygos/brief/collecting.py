"""Takes facts out of a ``result.json``, each with the place where it stood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from azygos.brief.facts import Fact, resolve

Words = tuple[str, ...]


class Collector:
    """Facts in the making; what a run does not hold is left out, never guessed."""

    def __init__(self, result: Any) -> None:
        self.result = result
        self.found: list[Fact] = []

    def at(self, pointer: str) -> Any:
        """What stands there."""
        return resolve(self.result, pointer)

    def each(self, pointer: str) -> list[tuple[str, Any]]:
        """The items of a list with their pointers."""
        return [(f"{pointer}/{k}", item) for k, item in enumerate(self.at(pointer))]

    def read(
        self,
        id: str,
        what: str,
        kind: str,
        pointer: str,
        unit: str = "",
        *,
        words: Words = (),
        interval: Sequence[str] = (),
    ) -> None:
        """The value itself, with its interval where one stands beside it."""
        value = self.at(pointer)
        if value is None or isinstance(value, bool) or (isinstance(value, (int, float)) and not math.isfinite(value)):
            return
        ends = [self.at(one) for one in interval]
        known = len(ends) == 2 and all(isinstance(end, (int, float)) for end in ends)
        self.found.append(
            Fact(
                id=id, what=what, kind=kind, value=value if isinstance(value, str) else float(value), unit=unit,
                low=float(ends[0]) if known else None, high=float(ends[1]) if known else None, words=words,
                pointers=(pointer,), interval=tuple(interval) if known else (),
            )
        )  # fmt: skip

    def ranged(self, id: str, what: str, kind: str, pointer: str, unit: str = "", *, words: Words = ()) -> None:
        """A table of value, low and high."""
        if self.at(pointer) is not None:
            ends = (f"{pointer}/low", f"{pointer}/high")
            self.read(id, what, kind, f"{pointer}/value", unit, words=words, interval=ends)

    def total(
        self, id: str, what: str, kind: str, pointers: Sequence[str], unit: str = "", *, within: str, words: Words = ()
    ) -> None:
        """The sum of what the pointers point at; zero, if there is nothing within that list."""
        pointers = [one for one in pointers if self.at(one.removeprefix("-")) is not None]
        if not pointers:
            self.none(id, what, kind, within, unit, words=words)
            return
        value = math.fsum(self._signed(one) for one in pointers)
        self._add(id, what, kind, value, unit, words, pointers, "sum")

    def _signed(self, pointer: str) -> float:
        return -float(self.at(pointer[1:])) if pointer.startswith("-") else float(self.at(pointer))

    def count(self, id: str, what: str, pointers: Sequence[str], *, within: str, words: Words = ()) -> None:
        """How many things are pointed at."""
        if not pointers:
            self.none(id, what, "count", within, words=words)
            return
        self._add(id, what, "count", float(len(pointers)), "", words, pointers, "count")

    def size(self, id: str, what: str, pointer: str, *, words: Words = ()) -> None:
        """How long a list is."""
        self._add(id, what, "count", float(len(self.at(pointer))), "", words, (pointer,), "size")

    def extreme(self, id: str, what: str, kind: str, pointers: Sequence[str], unit: str, *, most: bool) -> None:
        """The largest or the smallest of some numbers; none, no fact."""
        known = [pointer for pointer in pointers if self.at(pointer) is not None]
        if known:
            values = [float(self.at(pointer)) for pointer in known]
            how = "most" if most else "least"
            self._add(id, what, kind, max(values) if most else min(values), unit, (), known, how)

    def none(self, id: str, what: str, kind: str, within: str, unit: str = "", *, words: Words = ()) -> None:
        """Zero: nothing within is of that kind."""
        self._add(id, what, kind, 0.0, unit, words, (within,), "none")

    def word(self, id: str, what: str, kind: str, value: str, pointers: Sequence[str], *, words: Words = ()) -> None:
        """What stands there, in words of our own."""
        self._add(id, what, kind, value, "", words, pointers, "word")

    def told(self, id: str, what: str, kind: str, value: float, pointer: str, unit: str) -> None:
        """A number that stands within a sentence of the run."""
        self._add(id, what, kind, value, unit, (), (pointer,), "word")

    def _add(
        self,
        id: str,
        what: str,
        kind: str,
        value: float | str,
        unit: str,
        words: Words,
        pointers: Sequence[str],
        how: str,
    ) -> None:
        self.found.append(
            Fact(id=id, what=what, kind=kind, value=value, unit=unit, words=words, pointers=tuple(pointers), how=how)
        )
