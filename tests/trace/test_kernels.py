"""The loops over voxels against counts by hand."""

from __future__ import annotations

import numpy as np

from azygos.trace import kernels


def test_block_levels_are_quantiles_of_what_lies_inside_the_scan():
    hu = np.full((4, 4, 4), -1024, dtype=np.int16)
    hu[:, :, :2] = np.arange(32).reshape(4, 4, 2)
    low, middle = np.empty((1, 1, 2), np.int16), np.empty((1, 1, 2), np.int16)
    assert kernels.block_levels(hu, np.array([4, 4, 2]), 1, -1024, low, middle) == kernels.ALL_DONE
    assert (low[0, 0, 0], middle[0, 0, 0]) == (5, 16)
    assert (low[0, 0, 1], middle[0, 0, 1]) == (-1024, -1024)


def test_steps_count_the_levels_that_a_voxel_passes():
    hu = np.array([[[0, 100, 200, 350, 900]]], dtype=np.int16)
    level = np.full((1, 1, 1), 90.0)
    steps = np.zeros(hu.shape, np.uint8)
    kernels.mark_steps(hu, level, level + 60.0, np.array([300.0, 800.0]), np.array([1, 1, 5]), 50, steps)
    assert steps.ravel().tolist() == [0, 1, 2, 3, 4]


def test_levels_are_linear_between_the_middles_of_blocks():
    hu = np.full((1, 1, 8), 150, dtype=np.int16)
    level = np.array([[[100.0, 200.0]]])
    steps = np.zeros(hu.shape, np.uint8)
    kernels.mark_steps(hu, level, level + 1000.0, np.empty(0), np.array([1, 1, 4]), 0, steps)
    assert steps.ravel().tolist() == [1, 1, 1, 1, 0, 0, 0, 0]  # 150 is reached at 3.5


def test_flood_joins_corners_and_keeps_sets_apart():
    steps = np.zeros((5, 5, 5), np.uint8)
    steps[0, 0, 0] = steps[1, 1, 1] = 2
    steps[4, 4, 4] = 1
    steps[3, 3, 3] = 2
    seeds = np.empty(kernels.seeds_of(steps, 2, np.empty(0, np.int64)), np.int64)
    kernels.seeds_of(steps, 2, seeds)
    places, starts, first = np.empty(8, np.int64), np.empty(8, np.int64), np.empty(8, np.int64)
    n = kernels.flood(steps, np.zeros_like(steps), seeds, 1, places, starts, first)
    assert n == 2
    assert starts[:3].tolist() == [0, 2, 4]
    assert places[:4].tolist() == [0, 31, 93, 124]
    assert first[:2].tolist() == [0, 2]


def test_sets_are_summed_up_by_kind_and_peak():
    hu = np.arange(8, dtype=np.int16).reshape(2, 2, 2)
    kinds = np.array([[[0]], [[1]]], dtype=np.uint8)
    peak, counts = np.empty(1, np.int16), np.empty((1, 3), np.int64)
    kernels.sum_up(hu, np.array([0, 3, 5]), np.array([0, 3]), 1, kinds, np.array([0, 1]), np.array([0, 0]),
                   np.array([0, 0]), peak, counts)  # fmt: skip
    assert peak[0] == 5
    assert counts[0].tolist() == [2, 1, 0]
