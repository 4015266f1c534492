"""Krebs 2005. It would have failed if the median predicted peak lay more than one sd from 1.69 MPa, if late were
not higher in nine of ten, or if the opening changed the peak by more than a quarter."""

from __future__ import annotations

import pytest

from papers.run import stored
from papers.stored import check_member, check_stored, check_summary
from papers.verdicts import viscosity_needed


def test_what_is_stored_is_explained():
    check_stored("krebs")
    check_summary("krebs")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("krebs")


def test_the_viscosity_needed_is_that_of_the_physics_page():
    assert viscosity_needed(1.69e6, 11, 3.0) == pytest.approx(225.0, rel=0.02)


def test_no_hand_limits_these_injections():
    # the range of the strongest push comes from this study: using it would go in a circle
    peaks = [m[arm]["plunger_peak_mpa"] for m in stored("krebs")["members"] for arm in ("early", "late") if m[arm]]
    assert len(set(peaks)) == len(peaks)
