"""Baroud and Wu 2003. It would have failed if 60.9 mm4/(N s) or 0.63 lay outside the predicted ranges."""

from __future__ import annotations

from papers.run import stored
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("baroud_wu")
    check_summary("baroud_wu")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("baroud_wu")


def test_cement_only_thickens():
    assert all(0.0 < m["after_18_s"] < 1.0 for m in stored("baroud_wu")["members"] if m["after_18_s"])
