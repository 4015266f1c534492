"""The compiled loop's own laws against the laws of the spine, and its bookkeeping on tiny cords."""

from __future__ import annotations

import math

import numpy as np
import pytest
from veins_bench import BODY, bare_law, cement, hanging, one_vein

from azygos.spine import strength
from azygos.spine.cement import cement_viscosity
from azygos.spine.outflow import older
from azygos.veins import VeinLaws, draw_veins, kernels
from azygos.veins.thread import law_numbers
from azygos.veins.width import thread

CEMENT = cement()
VEINS = draw_veins(BODY, np.random.default_rng(0))
LAW = law_numbers(VEINS, CEMENT, VeinLaws(), mouth_radius=1e-3)


@pytest.mark.parametrize("age", [10.0, 239.0, 300.0, 700.0])
@pytest.mark.parametrize("temperature", [295.0, 310.15])
def test_cement_ages_as_in_the_spine(age, temperature):
    assert kernels.older(age, 30.0, temperature, LAW) == pytest.approx(older(CEMENT, age, 30.0, temperature), rel=1e-12)


@pytest.mark.parametrize(("age", "rate"), [(100.0, 0.0), (300.0, 0.5), (600.0, 20.0)])
def test_cement_is_as_thick_as_in_the_spine(age, rate):
    assert kernels.viscosity(age, rate, LAW) == pytest.approx(cement_viscosity(CEMENT, age, rate), rel=1e-12)


def test_set_cement_is_rigid():
    assert kernels.viscosity(CEMENT.setting_age, 1.0, LAW) == kernels.RIGID


@pytest.mark.parametrize("share", [0.0, 0.3, 0.74, 0.8, 1.0, 2.0])
def test_cement_parts_at_the_spines_strength(share):
    age = share * CEMENT.setting_age
    by_law = strength(CEMENT, age, factor=VEINS.cohesion_factor)
    assert kernels.strength(age, LAW) == pytest.approx(by_law, rel=1e-12)


@pytest.mark.parametrize("radius", [0.2e-3, 1e-3, 4.79e-3, 6e-3])
@pytest.mark.parametrize("gravity", [True, False])
def test_blood_pulls_as_the_law_says(radius, gravity):
    law = law_numbers(VEINS, CEMENT, VeinLaws(gravity=gravity), mouth_radius=1e-3)
    answer = thread.pull if gravity else thread.pull_in_the_middle
    by_law = answer(radius, tube_radius=4.8e-3, shear_rate=60.0, viscosity=VEINS.blood_viscosity, film=VEINS.film)
    assert kernels.pull(radius, 4.8e-3, 60.0, law) == pytest.approx(by_law, rel=1e-12)


def test_joining_elements_keeps_volume_and_mean_age():
    state = hanging(5, length=0.05, area=1e-6)
    state[2, :5] = [1.0, 2.0, 3.0, 4.0, 5.0]
    volume, age = state[1, :5].sum(), state[1, :5] @ state[2, :5]
    left = kernels.coarsen(5, state)
    assert left == 3
    assert state[1, :3].sum() == pytest.approx(volume, rel=1e-14)
    assert state[1, :3] @ state[2, :3] == pytest.approx(age, rel=1e-14)
    assert state[0, [0, 3]].tolist() == [0.05, 0.0]


def test_veins_of_a_way_are_found_by_distance():
    ends = np.array([0.1, 0.2, 0.3])
    assert [kernels.edge_at(x, ends) for x in (0.0, 0.1, 0.25, 5.0)] == [0, 1, 2, 2]


WIDE_THEN_NARROW = np.array([0.1, 10.0]), np.array([2e-3, 1e-3])  # ends and radii of two veins
WIDE, NARROW = 4e-6 * math.pi, 1e-6 * math.pi


def test_a_volume_fills_veins_one_after_the_other():
    assert kernels.filled_to(0.02, 0.05 * WIDE, *WIDE_THEN_NARROW) == pytest.approx(0.07, rel=1e-12)
    assert kernels.filled_to(0.08, 0.02 * WIDE + 0.03 * NARROW, *WIDE_THEN_NARROW) == pytest.approx(0.13, rel=1e-12)
    assert kernels.filled_to(0.2, 0.3 * NARROW, *WIDE_THEN_NARROW) == pytest.approx(0.5, rel=1e-12)


def test_what_is_wider_than_its_vein_becomes_longer_and_pushes_on_what_lies_before_it():
    """From the root: one that fits, one that does not, one that has set."""
    state = np.zeros((4, 4))
    state[0] = [0.2, 0.15, 0.1, 0.0]
    state[1, :3] = [0.05 * 2.0 * NARROW, 0.05 * 3.0 * NARROW, 0.1 * 0.5 * WIDE]
    state[2, 0] = 2e30
    kernels.confine(3, *WIDE_THEN_NARROW, bare_law(), state)
    assert state[0].tolist() == pytest.approx([0.3, 0.25, 0.1, 0.0], abs=1e-15)


def weak_law(neck: float) -> np.ndarray:
    law = bare_law()
    law[17], law[27] = 1e3, neck
    return law


def test_all_of_a_neck_goes_with_the_piece():
    widths = np.array([2.0, 0.15, 0.19, 0.23, 0.5, 0.2]) * 1e-3
    state = np.zeros((4, 7))
    state[0] = 1e-3 * np.arange(6, -1, -1)
    state[1, :6] = 0.25 * math.pi * widths**2 * 1e-3
    assert kernels._last_of(1, 6, weak_law(0.2e-3), state) == 3


def test_no_crumb_stays_on_the_root():
    state = np.zeros((4, 4))
    state[0] = [2.01e-3, 1.01e-3, 0.01e-3, 0.0]
    state[1, :3] = [1e-9, 1e-11, 0.5 * 0.2e-3**3]
    assert kernels._last_of(1, 3, weak_law(0.2e-3), state) == 2
    state[1, 2] *= 2.1
    assert kernels._last_of(1, 3, weak_law(0.2e-3), state) == 1


def test_a_grain_neither_stretches_nor_parts():
    """A drop of less than a neck's width cubed keeps its length where a larger one is drawn out and parts."""
    lengths = {}
    for factor in (0.5, 50.0):
        law = bare_law(viscosity=1.0, spare=3000.0)
        law[17], law[27] = 1e30, 0.2e-3
        length = 1e-3 * factor
        state = hanging(4, length=length, area=0.2e-3**3 * factor / length)
        clock = np.array([0.0, 4.0, 1.0, -1.0, -1.0, 0.0, 0.0])
        feed = (np.array([0.0, 1.0]), np.array([0.0]), np.array([0.0]), np.array([310.15]))
        work, speed = np.zeros((4, 10)), np.zeros(10)
        way = one_vein(along=1.0)
        lengths[factor] = kernels.advance(1.0, 1e-6, 1e3, *feed, *way, law, 0, work, speed, state, clock), state[0, 0]
    assert lengths[0.5] == (kernels.RUNS, pytest.approx(0.5e-3, rel=1e-6))
    assert lengths[50.0][0] == kernels.PARTED_AT_NECK


def test_cement_in_a_vein_takes_the_bodys_warmth_with_the_time_of_a_cylinder():
    law, state = bare_law(), hanging(2, length=0.01, area=math.pi * 1e-6)
    state[3, :2] = 300.0
    clock = np.array([0.0, 2.0, 1.0, -1.0, -1.0, 0.0, 0.0])
    feed = (np.array([0.0, 1.0]), np.array([0.0]), np.array([0.0]), np.array([310.15]))
    work, speed = np.zeros((4, 10)), np.zeros(10)
    kernels.advance(1.0, 1e-6, 1e3, *feed, *one_vein(), law, 0, work, speed, state, clock)
    tau = 1e-6 / law[14]
    assert state[3, 0] == pytest.approx(310.15 - 10.15 * math.exp(-1.0 / tau), abs=1e-6)
