"""Heini and Allred 2002. It would have failed if a predicted share lay outside the exact 95 % interval of 5 of 8 (end)
or 0 of 8 (side), or if the side opening were not at least 25 points better."""

from __future__ import annotations

import pytest

from azygos.spine.simulate import opening_cells
from papers.patients import body, bone_of, draw_member, needle_of
from papers.stored import check_member, check_stored, check_summary
from papers.verdicts import exact_interval


def test_what_is_stored_is_explained():
    check_stored("heini")
    check_summary("heini")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("heini")


def test_the_two_openings_feed_other_cells():
    vertebra = body(1, 0, ("T10",), fracture="none", cleft=False)
    bone = bone_of(vertebra, draw_member(1, 0), needle_of(vertebra, gauge=8))
    end, _ = opening_cells(bone, needle_of(vertebra, gauge=8))
    side, _ = opening_cells(bone, needle_of(vertebra, gauge=8, opening="side"))
    assert {tuple(c) for c in end} != {tuple(c) for c in side}


def test_exact_intervals():
    assert exact_interval(0, 8) == pytest.approx((0.0, 0.369), abs=1e-3)
    assert exact_interval(5, 8) == pytest.approx((0.245, 0.915), abs=1e-3)
