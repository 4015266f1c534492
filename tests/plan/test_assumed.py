"""What went into a run, in a reader's words: all that was used, nothing else, in units that can be read."""

from __future__ import annotations

import ast
import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import azygos
from azygos.plan.assumed import _OF_MARROW, BACKGROUND, GROUPS, Setting, assumptions, is_used, plain_name, span
from azygos.plan.outcome import Assumption
from azygos.plan.plan_file import PlanFile
from azygos.plan.record import values_used
from azygos.spine import Vertebra
from azygos.spine.drawing import draw_uncertain
from azygos.values import Value

HOME = Path(azygos.__file__).parent


@pytest.fixture(scope="module")
def setting(a_plan: PlanFile, t12: Vertebra) -> Setting:
    return Setting.of([a_plan], [t12], "ash")


@pytest.fixture(scope="module")
def rows(setting: Setting) -> tuple[Assumption, ...]:
    draws = [draw_uncertain(np.random.default_rng(k)) for k in range(8)]
    return assumptions(values_used(["generic_high_viscosity"]), setting, draws)


def names_in_code() -> set[str]:
    """Places ``module.NAME`` of ``azygos.values`` that the code of spine, scan or plan takes up."""
    found = set()
    for path in (p for room in ("spine", "scan", "plan") for p in (HOME / room).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        short = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("azygos.values"):
                module = (node.module or "").removeprefix("azygos.values").lstrip(".")
                for name in node.names:
                    if module:
                        found.add(f"{module}.{name.name}")
                    else:
                        short[name.asname or name.name] = name.name
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in short:
                found.add(f"{short[node.value.id]}.{node.attr}")
    return found


def test_what_is_called_background_is_read_by_no_code() -> None:
    assert {name for name in names_in_code() if name.startswith(BACKGROUND)} == set(_OF_MARROW)


def test_sources_stand_in_an_order_that_does_not_change_from_run_to_run() -> None:
    """Sets of text come in another order in each process; a rerun must give the same bytes."""
    code = (
        "import dataclasses\nfrom azygos.plan.assumed import _row\nfrom azygos.values import Value\n"
        "one = dict(low=0.5, high=2.0, note='n')\n"
        "members = {f'm.X.{s}': Value(1.0, 'm', source=s, **one) for s in ['b', 'a', 'assumed', 'c', 'd']}\n"
        "print(_row('group', members, {}, ()).source)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert said == ["assumed; a; b; c; d\n"] * 2


def test_one_number_shows_range_unit_source_and_note() -> None:
    made_up = Value(0.12, "m", low=0.10, high=0.15, source="assumed", note="a guess")
    seen = Value(0.4, "W/(m K)", source="palm2018", where="abstract")
    first, second = assumptions({"needles.LENGTH": made_up, "marrow.BONE_CONDUCTIVITY": seen})
    assert (first.name, first.plain, first.value, first.source, first.note, first.drawn) == (
        "needles.LENGTH",
        "length of the cannula",
        "120 (100 to 150) mm",
        "assumed",
        "a guess",
        False,
    )
    assert second.value == "0.4 W/(m K)"
    assert second.source.startswith("Palm")


def test_drawn_numbers_come_first_with_the_range_they_took(rows: tuple[Assumption, ...]) -> None:
    order = [(not row.drawn, not row.source.startswith("assumed")) for row in rows]
    assert order == sorted(order)
    drawn = {row.plain: row for row in rows if row.drawn}
    assert len(drawn) == 28
    assert all(row.here for row in drawn.values())
    low, _, high, unit = drawn["foramen depth"].here.split()
    assert 4.0 <= float(low) < float(high) <= 15.0
    assert unit == "mm"


def test_a_page_of_rows_without_code_names(rows: tuple[Assumption, ...]) -> None:
    assert len(rows) < 80
    for row in rows:
        assert row.plain
        assert not any(
            letter.isupper() and other.isupper() for letter, other in zip(row.plain, row.plain[1:], strict=False)
        )
        assert "_" not in row.plain.replace("generic_high_viscosity", "")


def test_only_this_cement_gauge_level_and_source(setting: Setting) -> None:
    assert is_used("needles.INNER_DIAMETERS.11", setting)
    assert not is_used("needles.INNER_DIAMETERS.13", setting)
    assert is_used("vertebrae.BODIES.T12.canal_width", setting)
    assert not is_used("vertebrae.BODIES.L1.canal_width", setting)
    assert not is_used("density.ASH_SLOPE", setting)
    scanned = dataclasses.replace(setting, virtual=False)
    assert is_used("density.ASH_SLOPE", scanned)
    assert not is_used("density.HU_YOUNG_L1", scanned)
    assert is_used("density.HU_YOUNG_L1", dataclasses.replace(scanned, density_law="young-reference"))
    assert is_used("vertebrae.BODIES.T12.canal_width", scanned)  # the suggested needle passes beside the canal
    assert not is_used("vertebrae.BODIES.T12.endplate_width_upper", scanned)
    assert not is_used("vertebrae.WAIST_WIDTH", scanned)
    assert not is_used("session.CHANGE_OVER", setting)


def test_groups_name_places_that_exist() -> None:
    places = list(values_used([]))
    for group, starts in GROUPS.items():
        for start in starts:
            assert any(place == start[:-1] or place.startswith(start) for place in places), (group, start)


def test_related_numbers_share_a_line(rows: tuple[Assumption, ...]) -> None:
    seen = next(row for row in rows if row.plain == "share of leaks that fluoroscopy shows")
    assert seen.value == "vascular 0.51; canal 0.21; disc 0.75; outside 0.31"
    assert [row.plain for row in rows if row.plain.startswith("generic")] == [
        "generic_high_viscosity: how it flows and sets",
        "generic_high_viscosity: density and heat",
    ]


def test_units_are_those_of_readers() -> None:
    assert span(2e-3, 5e-3, "m") == "2 to 5 mm"
    assert span(6e5, 3.2e6, "Pa") == "0.6 to 3.2 MPa"
    assert span(308.15, 311.15, "K") == "35 to 38 °C"
    assert span(3e-9, 4e-8, "m^2") == "3×10⁻⁹ to 4×10⁻⁸ m²"
    assert plain_name("uncertainty.UNCERTAIN.marrow_viscosity.value") == "marrow viscosity"
