"""What a text about a run may say: facts, each with its place in ``result.json`` or its published source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azygos.ground.errors import AzygosError, require
from azygos.ground.parcels import Parcel

KINDS = (
    "name", "count", "volume", "length", "day", "time", "pressure", "rate", "chance", "share", "certainty", "place",
    "treatment", "symptom", "verdict", "word",
)  # fmt: skip
HOW = ("read", "sum", "count", "size", "most", "least", "none", "word")
"""How a fact follows from what its pointers point at.

``read`` is the value itself; ``sum`` of all, where a pointer after a minus sign is taken away; ``count`` of the things
pointed at; ``size`` of the one list; ``most`` and ``least`` of all; ``none``: nothing under the pointers is of that
kind, so the value is zero; ``word``: what stands there says so in its own words.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Parcel):
    """One thing that is known, and from where.

    Parameters
    ----------
    id : str
        Unique in its run, such as ``"injected"`` or ``"piece.1.volume"``.
    what : str
        What it is, in plain words.
    kind : str
        One of ``KINDS``.
    value : float or str
        As the run holds it, in `unit`; for a place the volume there, for a treatment its name.
    low, high : float, optional
        Ends of its interval, in `unit`.
    words : tuple of str
        Plain words by which a text may name it.
    source : str
        ``"run"``, or a key of the references.
    pointers : tuple of str
        JSON pointers (RFC 6901) into ``result.json``; empty for what is published.
    interval : tuple of str
        Pointers of `low` and `high`, where the run holds them.
    how : str
        One of ``HOW``: how the value follows from the pointers.
    citation : str
        The published source in one line; empty for what the run holds.
    """

    id: str
    what: str
    kind: str
    value: float | str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    source: str = "run"
    pointers: tuple[str, ...] = ()
    interval: tuple[str, ...] = ()
    how: str = "read"
    citation: str = ""

    def __post_init__(self) -> None:
        require(self.kind in KINDS, f"fact {self.id!r} is of no known kind: {self.kind!r}", AzygosError)
        require(self.how in HOW, f"fact {self.id!r} follows in no known way: {self.how!r}", AzygosError)
        known = bool(self.pointers) if self.source == "run" else bool(self.citation)
        require(known, f"fact {self.id!r} does not say where it comes from", AzygosError)
        finite = isinstance(self.value, str) or math.isfinite(self.value)
        require(finite, f"fact {self.id!r} has no value", AzygosError)

    @property
    def number(self) -> float:
        """Its value, where that is a number."""
        require(not isinstance(self.value, str), f"fact {self.id!r} is no number", AzygosError)
        return float(self.value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts(Parcel):
    """All facts of one run, and the published ones that go with its kind."""

    run: str  # "plan", "journey", "trace" or "compare"
    version: str  # of azygos, that made the run
    facts: tuple[Fact, ...]

    def __post_init__(self) -> None:
        ids = [fact.id for fact in self.facts]
        doubled = sorted({one for one in ids if ids.count(one) > 1})
        require(not doubled, f"facts stand twice: {', '.join(doubled)}", AzygosError)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __contains__(self, id: object) -> bool:
        return any(fact.id == id for fact in self.facts)

    def __getitem__(self, id: str) -> Fact:
        for fact in self.facts:
            if fact.id == id:
                return fact
        raise AzygosError(f"this run has no fact {id!r}")

    def get(self, id: str) -> Fact | None:
        """The fact of that name, or None."""
        return next((fact for fact in self.facts if fact.id == id), None)

    def under(self, start: str) -> tuple[Fact, ...]:
        """All facts whose id begins with `start`, in order."""
        return tuple(fact for fact in self.facts if fact.id.startswith(start))


def resolve(document: Any, pointer: str) -> Any:
    """What a JSON pointer points at; below a null there is null.

    Examples
    --------
    >>> resolve({"a": [{"b": 3}]}, "/a/0/b")
    3
    """
    found = document
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if found is None:
            return None
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, Sequence) and not isinstance(found, str) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise AzygosError(f"nothing stands at {pointer}")
    return found


def fact_table(fact: Fact) -> dict[str, Any]:
    """A fact as it stands in ``brief.json``."""
    return {
        "id": fact.id,
        "what": fact.what,
        "kind": fact.kind,
        "value": fact.value,
        "unit": fact.unit,
        "low": fact.low,
        "high": fact.high,
        "words": list(fact.words),
        "source": fact.source,
        "pointers": list(fact.pointers),
        "interval": list(fact.interval),
        "how": fact.how,
        "citation": fact.citation,
    }
