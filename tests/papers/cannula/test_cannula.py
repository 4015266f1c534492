"""Baroud and Steffen 2005. It would have failed if 0.95 (or the bone's 0.05) lay outside the predicted range of the
cannula's (the bone's) share, or 0.63 outside that of the drop by a doubled upper diameter."""

from __future__ import annotations

import pytest

from papers.run import stored
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("cannula")
    check_summary("cannula")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("cannula")


def test_the_drop_follows_the_step():
    # a doubled bore spends one sixteenth of the pressure on a Newtonian fluid
    for m in stored("cannula")["members"]:
        upper = 1.0 - m["narrow_mm"] / m["length_mm"]
        assert m["drop_oil"] == pytest.approx(15 / 16 * upper, rel=1e-4)
        assert m["drop_cement"] <= m["drop_oil"]
