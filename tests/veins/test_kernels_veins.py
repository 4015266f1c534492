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


def test_cement_in_a_vein_takes_the_bodys_warmth_with_the_time_of_a_cylinder():
    law, state = bare_law(), hanging(2, length=0.01, area=math.pi * 1e-6)
    state[3, :2] = 300.0
    clock = np.array([0.0, 2.0, 1.0, -1.0, -1.0, 0.0, 0.0])
    feed = (np.array([0.0, 1.0]), np.array([0.0]), np.array([0.0]), np.array([310.15]))
    work, speed = np.zeros((4, 10)), np.zeros(10)
    kernels.advance(1.0, 1e-6, 1e3, *feed, *one_vein(), law, 0, work, speed, state, clock)
    tau = 1e-6 / law[14]
    assert state[3, 0] == pytest.approx(310.15 - 10.15 * math.exp(-1.0 / tau), abs=1e-6)
