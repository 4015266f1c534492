"""Draws: the same for the same seed, well apart, never thinner than they say."""

from __future__ import annotations

import itertools

import numpy as np

from detection.drawing import APART_MM, draw_pass
from detection.sites import KINDS, SCANS, read_sites


def test_a_pass_is_the_same_each_time_and_differs_from_the_next():
    sites = read_sites()
    one, again, other = (draw_pass(sites, SCANS[0], number) for number in (3, 3, 4))
    assert [case.site.number for case in one] == [case.site.number for case in again]
    assert all(np.array_equal(a.piece.lines_mm[0], b.piece.lines_mm[0]) for a, b in zip(one, again, strict=True))
    assert [case.site.number for case in one] != [case.site.number for case in other]


def test_pieces_lie_apart_and_are_as_thick_as_they_say():
    for scan in SCANS:
        cases = [case for number in range(6) for case in draw_pass(read_sites(), scan, number)]
        assert {case.site.kind for case in cases} == set(KINDS)
        for case in cases:
            assert min(width.min() for width in case.piece.diameters_mm) >= case.size_mm * 0.999
            assert 0.7 <= case.size_mm <= 10.0
            assert np.linalg.norm(case.piece.lines_mm[0] - case.site.at_mm, axis=1).min() < 3.0
        for a, b in itertools.combinations(draw_pass(read_sites(), scan, 0), 2):
            assert np.linalg.norm(a.site.at_mm - b.site.at_mm) >= APART_MM
