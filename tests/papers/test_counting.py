"""Counting by hand."""

from __future__ import annotations

import pytest

from papers.counting import grouped_odds_ratio, odds_ratio


def test_an_odds_ratio_of_groups_is_that_of_two_arms():
    first, second = [True, True, True, False], [True, False, False, False, False]
    pairs = [[(True, event)] for event in first] + [[(False, event)] for event in second]
    found = grouped_odds_ratio(pairs)
    assert found["odds_ratio"] == pytest.approx(odds_ratio(first, second))
    assert (found["events_where_so"], found["where_so"], found["events_else"], found["else"]) == (3, 4, 1, 5)


def test_a_member_may_bring_several_pairs_or_none():
    found = grouped_odds_ratio([[(True, True), (False, False)], [], [(True, False)]])
    assert (found["where_so"], found["else"]) == (2, 1)
    assert found["odds_ratio"] == pytest.approx(1.5 * 1.5 / (1.5 * 0.5))
    assert found["low"] <= found["odds_ratio"] <= found["high"]


def test_equal_odds_are_told_apart_from_none():
    alike = [[(so, event)] for so in (True, False) for event in (True, False)] * 20
    found = grouped_odds_ratio(alike)
    assert found["odds_ratio"] == pytest.approx(1.0)
    assert found["low"] < 1.0 < found["high"]
