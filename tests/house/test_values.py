"""Every measured number has a unit, a range that holds it, and a source that exists."""

from __future__ import annotations

import re
from importlib import resources

import pint
import pytest

import azygos.values
from azygos.ground.errors import AzygosError
from azygos.values.sources import _entries, all_values, references

UNITS = pint.UnitRegistry()
UNITS.define("HU = [attenuation]")  # Hounsfield units: what density laws start from
VALUES = all_values()
PLACES = [place for place, _ in VALUES]


def test_there_are_values_of_every_part():
    modules = {place.split(".")[0] for place in PLACES}
    assert {"cements", "marrow", "needles", "operators", "permeability", "syringes"} <= modules
    assert len(PLACES) == len(set(PLACES))


def test_sources_are_listed_or_assumed():
    known = {*references(), "assumed"}
    assert [(place, value.source) for place, value in VALUES if value.source not in known] == []


def test_ranges_hold_their_numbers():
    outside = [
        place
        for place, value in VALUES
        if (value.low is not None and value.low > value.number)
        or (value.high is not None and value.high < value.number)
    ]
    assert outside == []


def test_seen_values_say_where_and_assumed_ones_why():
    silent = [place for place, value in VALUES if not (value.note if value.source == "assumed" else value.where)]
    assert silent == []


@pytest.mark.parametrize("unit", sorted({value.unit for _, value in VALUES}))
def test_units_are_pints(unit):
    assert UNITS.Unit(unit) is not None


def test_keys_named_in_notes_exist():
    """A note may name further sources by their key: letters, four digits of a year."""
    known = references()
    for place, value in VALUES:
        for key in re.findall(r"\b[a-z]{2,}(?:19|20)\d{2}\b", f"{value.note} {value.where}"):
            assert key in known, f"{place}: note names {key}"


def test_every_source_is_used():
    """Each key of references.bib stands in a value or a note of this folder."""
    folder = resources.files(azygos.values)
    text = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith((".py", ".csv")))
    keys = [key for key, _ in _entries(folder.joinpath("references.bib").read_text(encoding="utf-8"))]
    assert [key for key in keys if key not in text] == []


def test_references_are_readable_lines():
    for key, line in references().items():
        assert len(line) > 20, key
        assert not re.search(r"[{}@]", line), key


def test_a_key_that_stands_twice_is_found():
    assert [key for key, _ in _entries("@misc{a1, title = {One}}\n@misc{a1, title = {Two {Sub}}}\n")] == ["a1", "a1"]


def test_a_value_without_a_source_cannot_be_made():
    from azygos.values import Value

    with pytest.raises(AzygosError, match=r"^value 3\.0 m has no source$"):
        Value(3.0, "m")


def test_unknown_gauge_is_refused():
    from azygos.ground.errors import InputError
    from azygos.values.needles import inner_radius

    with pytest.raises(InputError) as error:
        inner_radius(12)
    assert str(error.value) == "no bore is known for a needle of 12 gauge. Known: 8, 10, 11, 13."
