"""Lines of pieces, the parts of a path, and how paths are compared."""

from __future__ import annotations

import numpy as np
import pytest
from agreement import path_f1
from small_body import make_piece, make_scan

from azygos.ground.findings import Path, Stop, Stretch
from azygos.trace.lines import lines_of, points_of, resample

STRAIGHT = np.array([[0.0, 0, 0], [0, 0, 100]])


def shifted(left: float, up: float) -> np.ndarray:
    return STRAIGHT + np.array([left, 0.0, up])


def path_of(*stretches: tuple[np.ndarray, bool, str]) -> Path:
    stops = (Stop(name="a", point_mm=(0, 0, 0)), Stop(name="b", point_mm=(0, 0, 1)))
    made = [Stretch(start=0, end=1, line_mm=line, seen=seen, site=site) for line, seen, site in stretches]
    return Path(stops=stops, stretches=tuple(made))


def test_a_path_agrees_with_itself():
    found = path_f1(path_of((STRAIGHT, True, "azygos_vein")), [STRAIGHT], ["azygos_vein"])
    assert (found.f1, found.site_f1) == (1.0, 1.0)


def test_half_a_path_is_half_recalled():
    """50 of 100 mm: precision 1, recall 0.5 and the 5 mm that still lie near."""
    found = path_f1(path_of((STRAIGHT / 2, True, "azygos_vein")), [STRAIGHT], ["azygos_vein", "lung"])
    assert (found.precision, found.site_precision, found.site_recall) == (1.0, 1.0, 0.5)
    assert found.recall == pytest.approx(0.55, abs=0.01)


def test_a_path_six_millimetres_away_is_another():
    aside = path_of((shifted(6.0, 0), True, "azygos_vein"))
    assert path_f1(aside, [STRAIGHT], ["azygos_vein"]).f1 == 0.0
    assert path_f1(aside, [STRAIGHT], ["azygos_vein"], within_mm=7.0).f1 == 1.0


def test_what_is_inferred_is_judged_only_where_the_way_is_known():
    path = path_of((STRAIGHT, True, "azygos_vein"), (shifted(50.0, 0), False, "heart"))
    assert path_f1(path, [STRAIGHT], []).precision == 1.0
    assert path_f1(path, [STRAIGHT], [], [shifted(0.0, 100.0)]).precision == pytest.approx(0.5)


def test_no_path_agrees_with_nothing():
    assert path_f1(Path(), [STRAIGHT], ["lung"]).f1 == 0.0


def test_points_of_a_piece_lie_where_the_scan_shows_them():
    scan = make_scan()
    piece = make_piece(1, scan, [np.array([10.0, 20.0, 30.0])], 3.0, "lung")
    assert np.abs(points_of(piece, scan).mean(axis=0) - [10, 20, 30]).max() < 0.8


def test_a_branched_piece_has_its_branch_as_a_line_of_its_own():
    scan = make_scan()
    trunk, branch = np.array([[0.0, 0, 100], [0, 0, 160]]), np.array([[0.0, 0, 130], [30, 0, 150]])
    piece = make_piece(1, scan, [trunk, branch], 2.0, "heart")
    lines = lines_of(piece, points_of(piece, scan))
    assert len(lines) == 2
    assert np.linalg.norm(lines[1][-1] - branch[-1]) < 4.0
    assert np.linalg.norm(lines[1][0] - branch[0]) < 4.0
    assert float(np.linalg.norm(np.diff(lines[1], axis=0), axis=1).sum()) == pytest.approx(36.0, abs=4.0)


def test_a_straight_piece_has_one_line_and_a_ball_one_point():
    scan = make_scan()
    straight = make_piece(1, scan, [STRAIGHT], 2.0, "lung")
    ball = make_piece(1, scan, [STRAIGHT[0]], 2.0, "lung")
    assert len(lines_of(straight, points_of(straight, scan))) == 1
    assert [line.shape for line in lines_of(ball, points_of(ball, scan))] == [(1, 3)]


def test_resampled_lines_keep_their_ends():
    line = resample(np.array([[0.0, 0, 0], [3, 0, 0], [3, 4, 0]]), 2.0)
    assert line[[0, -1]].tolist() == [[0, 0, 0], [3, 4, 0]]
    assert len(line) == 5
