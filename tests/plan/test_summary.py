"""The answer on the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azygos.ground.units import ML
from azygos.plan.ensemble import run_plan
from azygos.plan.outcome import PlanResult
from azygos.plan.plan_file import PlanFile
from azygos.plan.session import Physics
from azygos.plan.statistics import Estimate
from azygos.plan.summary import _percent, summarise
from azygos.spine import Vertebra


@pytest.fixture(scope="module")
def result(a_plan: PlanFile, t12: Vertebra, stand_ins: Physics) -> PlanResult:
    return PlanResult(
        version="0",
        seed=7,
        draws=8,
        alternatives=a_plan.names(),
        vertebrae=(t12,),
        needle_lines=((),),
        members=tuple(run_plan(a_plan, [t12], seed=7, draws=8, workers=0, physics=stand_ins)),
        visible_leak=0.002 * ML,
        assumptions=(),
        plan_toml="",
        notes=("a note.",),
    )


def test_level_alternatives_and_notes_in_this_order(result: PlanResult) -> None:
    lines = summarise(result)
    assert lines[0].startswith("T12: some leak in 100 % (68 to 100), into a vein in ")
    assert lines[1].startswith("  injected 3.00 (3.00 to 3.00) mL, leaked 0.")
    assert lines[2] == (
        "half as much: chance of some leak 100 % against 100 %, difference +0 (-32 to +32), within noise."
    )
    assert lines[3:] == ["a note."]


def test_what_the_scan_explains_is_said_where_one_was_read(result: PlanResult) -> None:
    told = replace(result, spread_explained=0.314, spread_explained_interval=(0.0, 0.6), spread_draws=8)
    assert "This scan explains 31 % (0 to 60) of the spread; from 8 draws, so roughly." in summarise(told)


def test_half_a_percent_is_rounded_as_in_the_report() -> None:
    assert _percent(Estimate(value=0.625, low=0.125, high=0.875)) == "63 % (13 to 88)"
