"""The bend, breath and pose of a body against what they must leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.render.choices import Pose
from azygos.render.phantom_space import Space


def space(pose: Pose | None = None) -> Space:
    return Space(scale=0.95, kyphosis_mm=35.0, lordosis_mm=30.0, scoliosis_mm=5.0, pose=pose or Pose())


def somewhere(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform([-120.0, -120.0, -200.0], [120.0, 60.0, 130.0], (400, 3))


def test_there_and_back_is_where_one_was(rng):
    bent = space(Pose(shift_mm=np.array([4.0, -3.0, 9.0]), turn_deg=np.array([2.0, -1.0, 4.0]), breath_mm=12.0))
    points = somewhere(rng)
    gap = np.abs(bent.to_model(bent.to_world(points)) - points).max(axis=1)
    assert gap.max() < 0.1
    assert np.quantile(gap, 0.95) < 1e-3


def test_the_body_of_t8_stays_and_t1_comes_forward_by_the_kyphosis():
    bent = space()
    assert np.allclose(bent.to_world(np.zeros(3)), 0.0)
    first = bent.to_world(np.array([0.0, 0.0, 135.0 * 0.95]))
    assert first[1] == pytest.approx(-35.0 * 0.95, abs=0.5)


def test_a_vertebra_stands_square_to_the_curve_of_the_spine():
    bent = space()
    below, above = (bent.to_world(np.array([0.0, 0.0, z])) for z in (95.0, 96.0))
    _, axes = bent.vertebra(np.array([0.0, 0.0, 95.5]))
    way = (above - below)[1:] / np.linalg.norm((above - below)[1:])
    assert axes[1:, 2] @ way == pytest.approx(1.0, abs=1e-3)
    assert axes.T @ axes == pytest.approx(np.eye(3), abs=1e-12)


def test_a_shift_and_a_turn_move_everything_as_one(rng):
    points = somewhere(rng)
    there = space().to_world(points)
    moved = space(Pose(shift_mm=np.array([5.0, 0.0, 0.0]), turn_deg=np.array([0.0, 0.0, 90.0]))).to_world(points)
    assert moved == pytest.approx(np.stack([5.0 - there[:, 1], there[:, 0], there[:, 2]], axis=1))


def test_a_deep_breath_lowers_the_diaphragm_and_leaves_apices_spine_and_wall():
    deep, at_rest = space(Pose(breath_mm=20.0)), space()
    fixed = np.array([[60.0, -40.0, 115.0], [0.0, 0.0, -40.0], [0.0, 50.0, -60.0], [128.0, -42.0, -40.0]])
    dome = np.array([[-70.0, -55.0, -45.0]])
    assert np.abs(deep.to_world(fixed) - at_rest.to_world(fixed)).max() < 0.8
    fall = (deep.to_world(dome) - at_rest.to_world(dome))[0]
    assert -20.0 < fall[2] < -12.0
    assert fall[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
