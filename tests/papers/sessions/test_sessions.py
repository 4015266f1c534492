"""Treated patients. It would have failed, among others, if the share of sessions with an embolus lay outside the span
of two planned CT studies, or if an azygos leak did not go with emboli."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from azygos.ground.units import MM
from azygos.veins import Remnant
from papers.sessions.predict import SEED, region_of
from papers.stored import check_member, check_stored, check_summary
from papers.treated import FIRST, beyond_segmental, cords, session_case


def remnant(name: str, vein: str, *, length_mm: float, width_mm: float) -> Remnant:
    length, width = length_mm * MM, width_mm * MM
    volume = math.pi / 4.0 * width**2 * length
    return Remnant(name=name, level="T8", vein=vein, volume=volume, length=length, diameter=width, attached=True)


def journey_with(*remnants: Remnant, passages: tuple = ()) -> SimpleNamespace:
    return SimpleNamespace(arrivals=SimpleNamespace(remnants=remnants), departures=SimpleNamespace(passages=passages))


def test_what_is_stored_is_explained():
    check_stored("sessions")
    check_summary("sessions")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("sessions")


def test_parts_of_a_cord_in_several_veins_and_the_heart_are_one():
    hangs = SimpleNamespace(
        piece=SimpleNamespace(name="T8-1"), volume_left=math.pi / 4.0 * (3 * MM) ** 2 * 20 * MM, length_left=20 * MM
    )
    found = cords(
        journey_with(
            remnant("T8-1", "right segmental vein T8", length_mm=30.0, width_mm=1.0),
            remnant("T8-1", "azygos vein at T8", length_mm=20.0, width_mm=3.0),
            remnant("T8-1", "azygos arch", length_mm=20.0, width_mm=3.0),
            remnant("L2-1", "inferior vena cava at L2", length_mm=8.0, width_mm=2.0),
            passages=(hangs,),
        )
    )
    assert found == [pytest.approx((3 * MM, 60 * MM)), pytest.approx((2 * MM, 8 * MM))]


@pytest.mark.parametrize(
    ("segment", "artery", "beyond"),
    [
        ("", "right interlobar artery", False),
        ("", "right basal trunk, 1 branching beyond", False),
        ("R10", "right lower lobe, posterior basal artery (R10)", False),
        ("R10", "right lower lobe, posterior basal artery (R10), 1 branching beyond", True),
        ("R10", "right lower lobe, posterior basal artery (R10), 2 branchings beyond", True),
    ],
)
def test_only_branches_of_segmental_arteries_lie_beyond_them(segment, artery, beyond):
    assert beyond_segmental(SimpleNamespace(segment=segment, artery=artery)) is beyond


@pytest.mark.parametrize(
    ("levels", "region"),
    [(["T9", "T10"], "thoracic"), (["T10", "T11"], ""), (["L2"], "thoracolumbar"), (["L5"], "lumbar")],
)
def test_a_session_has_a_region_where_all_its_levels_lie_in_it(levels, region):
    assert region_of(levels) == region


def test_sessions_are_drawn_as_the_protocol_says():
    cases = [session_case(SEED, k) for k in range(60)]
    counts = [len(case.vertebra) for case in cases]
    assert set(counts) == {1, 2, 3}
    assert {str(v.level) for case in cases for v in case.vertebra} <= {*FIRST, "T4", "T3"}
    assert all(case.operator.stops_on_seen_leak for case in cases)
    assert all(2.5 <= v.portions[0].volume_ml <= 6.0 for case in cases for v in case.vertebra)
    assert all(1.0 <= v.portions[0].rate_ml_min <= 4.0 for case in cases for v in case.vertebra)
