"""Which branch a heavy piece prefers: ends of the law, and its numbers."""

from __future__ import annotations

import math

import pytest

from azygos.lungs.steering import DOWN, branch_weight, fall_number, inertia_number, sinking


def test_a_cement_lighter_than_blood_neither_sinks_nor_runs_on():
    assert sinking(2e-3, 20e-3, density=1000.0) == 0.0
    assert inertia_number(0.1, density=1000.0, blood_speed=0.2, bore=5e-3) == 0.0


def test_dust_has_small_numbers_and_thick_cords_large_ones():
    """In a segmental artery: 17 mm long, 5.5 mm wide, 17 cm/s."""
    numbers = [
        fall_number(sinking(d, 5 * d, density=1366.0), length=17e-3, blood_speed=0.17, bore=5.5e-3)
        for d in (3e-5, 1e-3, 4e-3)
    ]
    assert numbers[0] < 0.02
    assert numbers[0] < numbers[1] < numbers[2]
    assert numbers[2] > 1.0


def test_weights_are_flows_without_pull_and_finite_with_any():
    assert branch_weight(3e-6, down=1.0, straight=1.0, fall=0.0, inertia=0.0) == 3e-6
    assert math.isfinite(branch_weight(1e-5, down=1.0, straight=1.0, fall=1e9, inertia=1e9))
    assert branch_weight(1e-5, down=-1.0, straight=0.0, fall=1e9, inertia=0.0) > 0.0
    assert branch_weight(0.0, down=1.0, straight=1.0, fall=9.0, inertia=9.0) == 0.0


def test_the_lower_branch_gains_by_the_number():
    pair = [branch_weight(1.0, down=down, straight=0.0, fall=0.7, inertia=0.0) for down in (1.0, -1.0)]
    assert pair[0] / pair[1] == pytest.approx(math.exp(1.4))


def test_down_is_a_unit_vector_in_every_posture():
    assert all(math.hypot(*way) == 1.0 for way in DOWN.values())
