"""Intervals and rates by hand."""

from __future__ import annotations

import pytest

from detection.counting import binned, clustered, markdown, percent, rate, wilson


def test_wilson_of_ten_in_ten():
    """Lower end n / (n + z^2)."""
    assert wilson(1.0, 10)[0] == pytest.approx(10 / (10 + 1.96**2), abs=1e-3)


def test_clusters_that_are_alike_widen_the_interval():
    """Ten clusters of five that agree count as ten cases; fifty single cases as fifty."""
    hits = [k < 8 for k in range(10) for _ in range(5)]
    alike = clustered(hits, [k for k in range(10) for _ in range(5)])
    alone = clustered(hits, list(range(50)))
    assert alike[0] == alone[0] == 0.8
    assert alike[2] - alike[1] > 1.8 * (alone[2] - alone[1])
    assert alone[1:] == pytest.approx(wilson(0.8, 50), abs=0.01)


def test_where_all_are_hit_only_clusters_count():
    assert clustered([True] * 50, [k % 5 for k in range(50)])[1] == pytest.approx(wilson(1.0, 5)[0])


def test_cells():
    assert rate(0, 100) == "below 0.03 (none in 100)"
    assert rate(3, 6) == "0.50"
    assert percent([], []) == "-"
    assert binned(2.0, (0.7, 2.0, 10.0)) == "2 to 10"
    assert binned(10.0, (0.7, 2.0, 10.0)) == "2 to 10"
    assert markdown(("a", "b"), [(1, 2)]) == "| a | b |\n|---|---|\n| 1 | 2 |\n"
