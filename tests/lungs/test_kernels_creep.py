"""Pushing paste through a few tubes, by hand. Tiny, so that these also run as plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.lungs.kernels import creep

PARENT = np.array([-1, 0, 0])
LENGTH = np.array([0.02, 0.05, 0.05])
RADIUS = np.array([2e-3, 1e-3, 1e-3])


def pushed(tail, head, active=(0, 1, 2)):
    """Flows under 1 kPa with 100 Pa s everywhere."""
    out = np.zeros(3)
    creep.push(
        np.array(active), len(active), PARENT, LENGTH, RADIUS, 1e3, np.full(3, 100.0), np.array(tail), np.array(head),
        np.zeros(3), np.zeros(3), out,
    )  # fmt: skip
    return out


def tube(length, radius):
    """Conductance of paste in a tube."""
    return math.pi * radius**4 / (8.0 * 100.0 * length)


def test_a_plug_within_one_tube_feels_its_own_length():
    assert pushed([0.005, 0, 0], [0.015, 0, 0], active=(0,))[0] == pytest.approx(1e3 * tube(0.01, 2e-3))


def test_two_tongues_share_what_the_plug_behind_lets_through():
    flow = pushed([0.0, 0.0, 0.0], [0.02, 0.01, 0.03])
    branches = [tube(0.01, 1e-3), tube(0.03, 1e-3)]
    whole = 1.0 / (1.0 / tube(0.02, 2e-3) + 1.0 / sum(branches))
    assert flow == pytest.approx([1e3 * whole, *(1e3 * whole * g / sum(branches) for g in branches)])


def test_a_plug_whose_tail_has_left_the_parent_is_pushed_by_blood():
    flow = pushed([0.02, 0.0, 0.01], [0.02, 0.01, 0.03])
    assert flow == pytest.approx([0.0, 1e3 * tube(0.01, 1e-3), 1e3 * tube(0.02, 1e-3)])


def test_a_dead_end_holds_everything():
    assert pushed([0.0, 0.0, 0.0], [0.02, 0.05, 0.05]).tolist() == [0.0, 0.0, 0.0]


def test_a_step_ends_where_a_tail_or_a_head_does():
    flow, area = np.array([1e-9, 0.0, 0.0]), math.pi * 4e-6
    for tail, head, gone in ((0.0, 0.01, 0.002), (0.0, 0.0199, 0.0001), (0.01995, 0.02, 5e-5)):
        found = creep.longest_step(
            np.array([0]), 1, PARENT, LENGTH, RADIUS, flow, np.array([tail, 0, 0]), np.array([head, 0, 0]), 0.1
        )
        assert found == pytest.approx(gone * area / 1e-9)


def test_no_drive_is_no_motion_and_no_time():
    tail, head, active = np.zeros(3), np.array([0.01, 0.0, 0.0]), np.zeros(3, np.int64)
    found = creep.creep(
        np.array([0]), 1, PARENT, np.array([1, -1, -1]), np.array([-1, 2, -1]), LENGTH, RADIUS, 0.0, 1e9, 0.1, 100.0,
        2.0, 2.0, 240.0, 600.0, 200.0, 200.0, 120.0, 0.5, 0.3, 0.1, 800.0, active, tail, head,
    )  # fmt: skip
    assert found == (1, 100.0, 0.0)
    assert (tail[0], head[0]) == (0.0, 0.01)
