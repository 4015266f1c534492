"""Growing trees on a handful of points. Tiny, so that these also run as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.lungs.kernels import growth, network


def test_the_longest_axis_is_found_and_points_along_the_guess(rng):
    points = rng.normal(size=(60, 3)) * (1.0, 5.0, 0.5)
    index, axis = np.arange(60), np.zeros(3)
    for guess in (np.array([0.2, 1.0, 0.0]), np.array([0.2, -1.0, 0.0]), np.array([1.0, 0.0, 0.0])):
        growth.longest_axis(points, index, 0, 60, points.mean(axis=0), guess, axis)
        exact = np.linalg.eigh(np.cov(points.T))[1][:, -1]
        assert abs(axis @ exact) == pytest.approx(1.0, abs=1e-3)
        assert axis @ guess > 0.0


def test_points_on_one_spot_have_no_axis_but_do_no_harm():
    points, axis = np.ones((4, 3)), np.zeros(3)
    growth.longest_axis(points, np.arange(4), 0, 4, np.ones(3), np.array([0.0, 0.0, 1.0]), axis)
    assert np.linalg.norm(axis) == pytest.approx(1.0)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_a_split_takes_about_its_share_from_the_low_end(rng, share):
    points, index = rng.random((400, 3)), np.arange(400)
    axis = np.array([0.0, 0.6, 0.8])
    cut = growth.split(points, index, 0, 400, axis, share, np.zeros(growth.BINS, np.int64), index)
    along = points[index] @ axis
    assert along[:cut].max() < along[cut:].min()
    assert cut / 400 == pytest.approx(share, abs=0.06)
    assert sorted(index) == list(range(400))


def test_a_split_keeps_a_point_on_each_side():
    for points in (np.array([[0.0, 0, 0], [1.0, 0, 0]]), np.ones((2, 3))):
        index = np.arange(2)
        cut = growth.split(points, index, 0, 2, np.array([1.0, 0, 0]), 0.05, np.zeros(growth.BINS, np.int64), index)
        assert cut == 1


@pytest.mark.parametrize("degrees", [10.0, 59.0, 61.0, 120.0, 180.0])
def test_a_daughter_turns_by_no_more_than_the_largest_angle(degrees):
    straight, out = np.array([0.0, 0.0, 1.0]), np.zeros(3)
    angle = np.radians(degrees)
    growth.turned(straight, np.array([np.sin(angle), 0.0, np.cos(angle)]), 0.5, out)
    assert np.linalg.norm(out) == pytest.approx(1.0)
    expected = {180.0: 0.0}.get(degrees, min(degrees, 60.0))
    assert np.degrees(np.arccos(min(out @ straight, 1.0))) == pytest.approx(expected, abs=1e-6)


def grown(rng, count=64, most=200, exponent=3.0, smallest=0.0):
    """One artery of 1 m/s' worth of flow above a cube of points."""
    points = rng.random((count, 3)) - (0.5, 0.5, 1.5)
    parent, named, beyond = np.full(most, -1), np.zeros(most, np.int64), np.zeros(most, np.int64)
    low, high = np.zeros(most, np.int64), np.zeros(most, np.int64)
    ends, width, share, bed = np.zeros((most, 2, 3)), np.zeros(most), np.zeros(most), np.zeros(most)
    high[0], width[0], share[0], ends[0, 0] = count, 0.1, 1.0, (0.0, 0.0, 0.5)
    n = growth.grow(
        points, np.full(count, 1.0 / count), 1, exponent, smallest, 0.4, 0.5, 0.2, rng.random((most, 2)), np.ones(most),
        np.arange(count), low, high, parent, named, beyond, ends, width, share, bed,
    )  # fmt: skip
    return n, parent, beyond, ends, width, share, bed


def test_a_tree_without_a_smallest_width_reaches_every_point(rng):
    n, parent, beyond, ends, width, share, bed = grown(rng)
    assert n == 2 * 64 - 1
    assert bed[:n].sum() == pytest.approx(1.0)
    assert np.count_nonzero(bed[:n]) == 64
    assert np.array_equal(ends[1:n, 0], ends[parent[1:n], 1])
    assert np.array_equal(beyond[1:n], beyond[parent[1:n]] + 1)
    assert width[:n] == pytest.approx(0.1 * share[:n] ** (1.0 / 3.0))
    for i in range(n):
        assert share[i] == pytest.approx(bed[i] + share[:n][parent[:n] == i].sum())


def test_thin_daughters_are_not_made_and_their_blood_stays_with_the_parent(rng):
    n, _, _, _, width, _, bed = grown(rng, smallest=0.05)
    assert 1 < n < 127
    assert width[:n].min() >= 0.05
    assert bed[:n].sum() == pytest.approx(1.0)


def test_too_few_rows_are_told(rng):
    assert grown(rng, most=20)[0] == -1


def test_three_tubes_by_hand():
    """Conductances 2 over 3 and 1 in parallel, their ends in beds of 3 and 1: 2 * (1.5 + 0.5) / (2 + 2) = 1."""
    out = [np.zeros(3) for _ in range(3)]
    network.solve(np.array([-1, 0, 0]), np.array([2.0, 3.0, 1.0]), np.array([0.0, 3.0, 1.0]), 8.0, *out)
    assert [array.tolist() for array in out] == [[1.0, 1.5, 0.5], [2.0, 3.0, 1.0], [8.0, 6.0, 2.0]]


def test_no_way_out_is_no_flow():
    out = [np.ones(2) for _ in range(3)]
    network.solve(np.array([-1, 0]), np.array([0.0, 1.0]), np.array([0.0, 1.0]), 8.0, *out)
    assert out[0][0] == 0.0
    assert out[2].tolist() == [0.0, 0.0]
