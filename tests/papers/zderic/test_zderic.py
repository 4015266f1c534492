"""Zderic 2016. It would have failed if a later portion lay farther out than an earlier one, if on cells of 1 mm a
fifth of the cement lay in cells of another portion, or if the front did not reach farther towards the path."""

from __future__ import annotations

import pytest

from papers.run import stored
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("zderic")
    check_summary("zderic")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("zderic")


def test_no_cement_is_lost_and_the_last_shell_is_thinner_than_a_millimetre():
    for m in stored("zderic")["members"]:
        for grid in ("2_mm", "1_mm"):
            assert m[grid]["in_foam_ml"] + m[grid]["leaked_ml"] == pytest.approx(4.0, rel=1e-4)
        assert 0.9 < m["last_shell_mm"] < 1.0
