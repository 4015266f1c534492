"""What went into a journey beyond the bone, in plain words: one line for each value, or for each table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from azygos.plan import Assumption
from azygos.plan.assumed import spelt_out, with_range
from azygos.plan.record import BONE
from azygos.values import Value

ROOMS = {
    "body": "patient",
    "care": "care",
    "circulation": "circulation",
    "hardening": "cement",
    "heart": "heart",
    "landmarks": "where things lie",
    "lungs": "lungs",
    "veins_cement": "veins",
    "veins_flow": "veins",
    "veins_places": "veins",
}
"""Modules of values beyond the bone, and what a reader calls their room."""

_DRAWN = "DRAWN"  # dictionaries under this name hold what each patient draws


def assumptions_beyond(values: Mapping[str, Value]) -> tuple[Assumption, ...]:
    """The values beyond the bone as the report lists them: drawn ones first, then assumed ones, then the others.

    Parameters
    ----------
    values : mapping of str to Value
        By place, as :func:`azygos.plan.record.values_used` gives them; those of the bone are left out.
    """
    from azygos.values.sources import references

    known = references()
    groups: dict[str, dict[str, Value]] = {}
    for place, value in values.items():
        if place.split(".")[0] not in BONE:
            groups.setdefault(_group(place), {})[place] = value
    rows = [_row(group, members, known) for group, members in groups.items()]
    return tuple(sorted(rows, key=lambda row: (not row.drawn, not row.source.startswith("assumed"))))


def _group(place: str) -> str:
    """A value of its own, or the table that it stands in."""
    module, name, *rest = place.split(".")
    return f"{module}.{name}.{rest[0]}" if name == _DRAWN else f"{module}.{name}"


def _row(group: str, members: Mapping[str, Value], known: Mapping[str, str]) -> Assumption:
    module, name, *rest = group.split(".")
    first, several = next(iter(members.values())), len(members) > 1
    sources = sorted({one.source for one in members.values()}, key=lambda source: (source != "assumed", source))
    words = spelt_out(rest[0] if name == _DRAWN else name)
    return Assumption(
        name=group,
        plain=f"{words} ({ROOMS.get(module, module)})",
        value=_listed(group, members) if several else with_range(first),
        drawn=name == _DRAWN,
        here="",
        source="; ".join(known.get(source, source) for source in sources),
        note=first.note if several else "; ".join(part for part in (first.where, first.note) if part),
    )


def _listed(group: str, members: Mapping[str, Value], most: int = 8) -> str:
    """The numbers of a table, or how many there are."""
    if len(members) > most:
        return f"a table of {len(members)} numbers"
    return "; ".join(f"{_tail(group, place)} {with_range(value)}" for place, value in members.items())


def _tail(group: str, place: str) -> str:
    parts: Sequence[str] = place.removeprefix(group).strip(".").split(".")
    return spelt_out(" ".join(part for part in parts if part != "value"))
