"""Occupancy against volumes known by formula."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.render.shape import occupancy, volume_ml


def tilted(spacing, angle=0.4, origin=(3.1, -7.7, 11.3)):
    """An affine turned about z, with its axes mirrored as scanners do."""
    c, s = math.cos(angle), math.sin(angle)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]]) @ np.diag([-spacing[0], -spacing[1], spacing[2]])
    affine[:3, 3] = origin
    return affine


@pytest.mark.parametrize("spacing", [(0.7, 0.7, 2.5), (0.78, 0.78, 1.0), (3.0, 3.0, 3.0)])
@pytest.mark.parametrize("diameter", [0.7, 2.0, 6.5])
def test_a_ball_fills_its_volume_on_any_grid(spacing, diameter):
    """Summed over voxels it is (pi / 6) d^3, wherever its centre lies among them."""
    affine = tilted(spacing)
    centre = affine @ [12.31, 9.77, 5.43, 1.0]
    share = occupancy([[centre[:3]]], [[diameter]], (25, 22, 12), affine)
    ml = share.sum(dtype=np.float64) * np.prod(spacing)
    assert ml == pytest.approx(math.pi / 6 * diameter**3, rel=0.02)
    assert share.min() >= 0.0
    assert share.max() <= 1.0


def test_a_tapered_tube_is_a_frustum_with_two_half_balls():
    """pi L / 3 (a^2 + a b + b^2) + 2 pi / 3 (a^3 + b^3), with a = 1, b = 0.5, L = 20 mm; counted and by formula."""
    line, widths = [[0.0, 0.0, 0.0], [12.0, 16.0, 0.0]], [2.0, 1.0]
    exact = math.pi * 20 / 3 * (1 + 0.5 + 0.25) + 2 * math.pi / 3 * (1 + 0.125)
    affine = np.diag([0.8, 0.8, 1.25, 1.0])
    affine[:3, 3] = -4.0
    assert volume_ml([line], [widths]) * 1e3 == pytest.approx(exact, rel=1e-12)
    share = occupancy([line], [widths], (30, 35, 8), affine)
    assert share.sum(dtype=np.float64) * 0.8 * 0.8 * 1.25 == pytest.approx(exact, rel=0.01)


def test_a_line_cut_in_two_has_the_volume_of_the_whole():
    """Counting in cells agrees with the formula to half a per cent."""
    whole = volume_ml([[[0, 0, 0], [0, 3.0, 14.0]]], [[1.2, 1.2]])
    cut = volume_ml([[[0, 0, 0], [0, 1.5, 7.0], [0, 3.0, 14.0]]], [[1.2, 1.2, 1.2]])
    assert cut == pytest.approx(whole, rel=0.005)


def test_branches_overlap_once():
    """Two crossing tubes share the Steinmetz solid, 16 r^3 / 3."""
    lines = [[[-8.0, 0, 0], [8.0, 0, 0]], [[0, -8.0, 0], [0, 8.0, 0]]]
    one = volume_ml(lines[:1], [[2.0, 2.0]]) * 1e3
    both = volume_ml(lines, [[2.0, 2.0], [2.0, 2.0]]) * 1e3
    assert both == pytest.approx(2 * one - 16 / 3, rel=0.005)


def test_what_leaves_the_grid_is_left_out():
    affine = np.eye(4)
    half = occupancy([[[-0.5, 5.0, 5.0]]], [[4.0]], (10, 10, 10), affine)
    assert half.sum(dtype=np.float64) == pytest.approx(math.pi / 12 * 64, rel=0.02)
    assert occupancy([[[-50.0, 0, 0]]], [[4.0]], (10, 10, 10), affine).max() == 0.0
    assert occupancy([], [], (4, 4, 4), affine).max() == 0.0


def test_a_width_of_nothing_is_refused():
    with pytest.raises(InputError) as caught:
        occupancy([[[0, 0, 0]]], [[0.0]], (4, 4, 4), np.eye(4))
    assert str(caught.value) == "a width of 0 mm has no inside. Give positive widths."
