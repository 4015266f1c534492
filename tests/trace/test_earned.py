"""Which roads are drawn: none that hangs on a doubtful find, none from what lies beside a fill, none against veins."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import small_body
from small_body import LEFT_ARTERY, RIGHT_BRANCH, fill, make_piece

from azygos.ground.findings import Piece
from azygos.trace.joining import join
from azygos.trace.lines import points_of
from azygos.trace.web import Source, _matrix, weave

body = cache(small_body.make_anatomy)
scan = cache(small_body.make_scan)


def ball(number: int, certainty: float, where: np.ndarray = RIGHT_BRANCH[2]) -> Piece:
    return make_piece(number, scan(), [where], 1.0, "lung", certainty=certainty)


@pytest.mark.parametrize(
    ("certainties", "drawn"),
    [
        ((0.97,), False),  # odds 9.4 : 90.6 before, times 32 : 4.3 for its look
        ((0.99,), True),
        ((0.9, 0.9), False),
        ((0.97, 0.9, 0.9), True),
    ],
)
def test_a_road_to_the_lung_is_drawn_where_cement_there_is_likelier_than_not(certainties, drawn):
    balls = [ball(k + 2, chance, RIGHT_BRANCH[2] + [0.0, 0, 12.0 * k]) for k, chance in enumerate(certainties)]
    path = join([fill(1, scan(), "T10"), *balls], body(), scan()).path
    assert any(stretch.site == "right_atrium" for stretch in path.stretches) is drawn


def test_a_long_cord_in_the_arteries_needs_no_more():
    cord = make_piece(2, scan(), [LEFT_ARTERY], 2.0, "pulmonary_artery", certainty=0.6)
    path = join([fill(1, scan(), "T10"), cord], body(), scan()).path
    assert any(not stretch.seen and stretch.site == "right_atrium" for stretch in path.stretches)


def test_a_long_thread_in_the_lung_or_the_azygos_frees_no_road_to_a_doubtful_speck():
    branch = make_piece(2, scan(), [RIGHT_BRANCH], 1.0, "lung", certainty=0.6)
    vein = make_piece(2, scan(), [np.array([[-8.0, 40, 120], [-8, 40, 170]])], 1.5, "azygos_vein", certainty=0.6)
    speck = ball(3, 0.6, LEFT_ARTERY[2] + [12.0, 0.0, 0.0])
    for long in (branch, vein):
        path = join([fill(1, scan(), "T10"), long, speck], body(), scan()).path
        assert not any(stretch.site == "right_atrium" for stretch in path.stretches)


def test_what_touches_the_cement_in_a_vertebra_came_straight_from_it():
    beside = make_piece(2, scan(), [np.array([[20.0, 60, 96], [34, 60, 96]])], 2.0, "lung")
    path = join([fill(1, scan(), "T10", 14.0), beside], body(), scan()).path
    assert {stretch.site for stretch in path.stretches} <= {"paravertebral", "vertebral_body"}
    assert path.stops[0].name == "T10"
    assert {stretch.piece for stretch in path.stretches if stretch.site == "paravertebral"} >= {2}


def test_a_sliver_in_the_next_vertebra_begins_no_way():
    line = np.array([[0.0, 60, 92], [0.0, 60, 108]])  # into the lower edge of T9
    pieces = [make_piece(1, scan(), [line], 6.0, "vertebral_body"), ball(2, 0.99)]
    joined = join(pieces, body(), scan())
    assert [level.level for level in joined.levels] == ["T10", "T9"]
    assert {stop.name for stop in joined.path.stops} & {"T10", "T9"} == {"T10"}


def test_cement_that_runs_through_six_vertebrae_still_begins_ways():
    column = np.array([[0.0, 60, 20], [0.0, 60, 165]])
    joined = join([make_piece(1, scan(), [column], 8.0, "vertebral_body"), ball(2, 0.99)], body(), scan())
    assert len(joined.levels) >= 6
    assert any(not stretch.seen for stretch in joined.path.stretches)


@pytest.mark.parametrize("radius", [14.0, 15.5, 17.0])
def test_a_bodys_cement_beyond_an_outline_drawn_too_small_is_no_leak(radius):
    """The body is 36 by 28 mm; by up to 3 mm its outline may be off."""
    joined = join([fill(1, scan(), "T10", radius)], body(), scan())
    assert joined.path.stretches == ()


def test_cement_in_a_disc_is_no_leak():
    column = make_piece(1, scan(), [np.array([[0.0, 60, 96], [0.0, 60, 108]])], 8.0, "vertebral_body")
    assert join([column], body(), scan()).path.stretches == ()


def test_of_two_ways_between_the_same_points_the_cheaper_counts():
    pairs = np.array([[0, 1], [1, 2], [0, 1]])
    assert _matrix([(pairs, np.array([3.0, 1.0, 0.5]))], 3).toarray()[0, 1] == 0.5


def test_no_vein_of_the_chests_spine_opens_into_the_inferior_cava():
    pieces = [fill(1, scan(), "T10"), ball(2, 0.99)]
    clouds = [points_of(piece, scan()) for piece in pieces]
    source = Source(level="T10", piece=1, centre_mm=clouds[0].mean(axis=0), points_mm=clouds[0])
    web = weave(pieces, clouds, [source], body(), scan())
    start, end = web.costs.nonzero()
    voxel = web.piece == 0
    cava = voxel & (web.site == "inferior_vena_cava")
    of_chest = cava & (web.points_mm[:, 2] > 33.0)
    apart = np.linalg.norm(web.points_mm[start] - web.points_mm[end], axis=1) > 1.0
    assert np.any(of_chest[start] & cava[end] & apart)
    assert not np.any(of_chest[start] & (voxel & ~cava)[end] & apart & (web.site[end] != "right_atrium"))
