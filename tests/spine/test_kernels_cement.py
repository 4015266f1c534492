"""Ageing, thinning and warming cell by cell, against the laws. Tiny, so that these also run as plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.ground.units import GAS_CONSTANT
from azygos.spine.ageing import aged
from azygos.spine.kernels import cement
from azygos.spine.rheology import viscosity
from azygos.spine.simulate import viscosity_table
from azygos.spine.treatment import Cement
from azygos.spine.upscaling.tube_bundle import effective_viscosity

PASTE = Cement(
    name="test", consistency=80.0, reference_age=200.0, e_folding=150.0, index_fresh=0.8, index_doughy=0.3,
    plateau_rate=0.05, setting_age=900.0, paste_age=250.0, activation_early=60e3, activation_late=45e3, batch=1.1,
    density_paste=1.2e3, density_set=1.3e3, heat_capacity=1.2e3, conductivity=0.2, heat_of_setting=1e8,
)  # fmt: skip


@pytest.mark.parametrize("dt", [0.5, 40.0, 3000.0])
def test_ages_are_those_of_the_law(dt, rng):
    """Before, across and after the change from liquid to paste."""
    age = rng.uniform(0.0, 800.0, 27)
    temperature = rng.uniform(275.0, 315.0, 27)
    expected = [
        aged(a, dt, t, paste_age=250.0, activation_early=60e3, activation_late=45e3, batch=1.1)
        for a, t in zip(age, temperature, strict=True)
    ]
    cement.grow_older(
        np.arange(27, dtype=np.int32), dt, temperature, 250.0, 60e3 / GAS_CONSTANT, 45e3 / GAS_CONSTANT, 1.1, age
    )
    assert np.allclose(age, expected, rtol=1e-12)


def test_only_the_cells_named_grow_older():
    age = np.zeros(8)
    cement.grow_older(np.array([2, 5], np.int32), 10.0, np.full(8, 298.15), 250.0, 7e3, 5e3, 1.0, age)
    assert np.allclose(age, [0, 0, 10, 0, 0, 10, 0, 0])


@pytest.mark.parametrize("age", [0.0, 300.0, 899.0])
@pytest.mark.parametrize("shear", [0.0, 0.05, 1.0, 100.0])
def test_viscosity_is_that_of_the_law(age, shear):
    law = viscosity(
        age, shear, consistency=80.0, reference_age=200.0, e_folding=150.0, index_fresh=0.8, index_doughy=0.3,
        plateau_rate=0.05, setting_age=900.0,
    )  # fmt: skip
    found = cement.paste_viscosity(age, shear, 80.0, 200.0, 150.0, 0.8, 0.3, 0.05, 900.0, 1e9, True)
    assert found == pytest.approx(law, rel=1e-12)


def test_set_cement_has_the_highest_viscosity():
    assert cement.paste_viscosity(900.0, 1.0, 80.0, 200.0, 150.0, 0.8, 0.3, 0.05, 900.0, 1e6, True) == 1e6
    assert cement.paste_viscosity(3000.0, 1.0, 80.0, 200.0, 150.0, 0.8, 0.3, 0.05, 4000.0, 1e6, False) == 1e6


def uniform_flow(speed: float, age: float, *, thins: bool = True, relax: float = 1.0, before: float = 0.0) -> float:
    """What ``thin`` finds in the middle of a block through which u flows along each axis by its share."""
    shape, h, k, phi, mu = (5, 5, 5), 1e-3, 1e-8, 0.85, 70.0
    share = np.array([0.6, 0.0, 0.8])
    grid = np.stack(np.meshgrid(*(np.arange(n) * h for n in shape), indexing="ij"), axis=-1)
    p = -(grid @ share) * speed * mu / k
    t = np.full(125, k / mu * h)
    out = np.full(125, before)
    table, low, step = viscosity_table(PASTE, "tube_bundle")
    cement.thin(
        np.array([62], np.int32), t, t, t, p.ravel(), 25, 5, h * h, np.full(125, k), np.full(125, phi),
        np.full(125, age), table, low, step, 80.0, 200.0, 150.0, 0.8, 0.3, 900.0, 1e6, thins, relax, out,
    )  # fmt: skip
    assert np.all(np.delete(out, 62) == before)
    return float(out[62])


@pytest.mark.parametrize("speed", [1e-7, 1e-5, 1e-3])
@pytest.mark.parametrize("age", [0.0, 250.0, 800.0])
def test_cement_in_pores_thins_by_the_bundle_of_tubes(speed, age):
    """The table is read between its points, within 0.5 %."""
    share = age / 900.0
    law = effective_viscosity(
        speed, permeability=1e-8, porosity=0.85, consistency=80.0 * math.exp((age - 200.0) / 150.0),
        index=0.8 - 0.5 * share, plateau_rate=0.05,
    )  # fmt: skip
    assert uniform_flow(speed, age) == pytest.approx(law, rel=5e-3)


def test_speeds_beyond_the_table_take_its_ends():
    assert uniform_flow(0.0, 100.0) == pytest.approx(uniform_flow(1e-14, 100.0))
    assert uniform_flow(1e6, 100.0) == pytest.approx(uniform_flow(1e7, 100.0))


def test_new_viscosity_is_blended_with_the_old():
    new = uniform_flow(1e-4, 200.0)
    assert uniform_flow(1e-4, 200.0, relax=0.7, before=10.0) == pytest.approx(10.0**0.3 * new**0.7, rel=1e-12)
    assert uniform_flow(1e-4, 200.0, relax=0.7) == pytest.approx(new, rel=1e-12)


def test_without_thinning_age_alone_counts():
    assert uniform_flow(1e-3, 350.0, thins=False) == pytest.approx(80.0 * math.e, rel=1e-12)


def test_set_cement_does_not_thin():
    assert uniform_flow(1e-2, 900.0) == 1e6
    assert uniform_flow(1e-9, 899.0) <= 1e6


def test_heat_of_one_step_by_hand():
    t = np.full((3, 3, 3), 300.0)
    t[1, 1, 1], t[0, 1, 1] = 310.0, 304.0
    capacity, heating = np.full((3, 3, 3), 4.0), np.full((3, 3, 3), 0.8)
    cement.conduct(1, 0.5, 0.1, capacity, heating, np.zeros((3, 3, 3)), t)
    assert t[1, 1, 1] == pytest.approx(310.0 + 0.5 / 4.0 * (0.8 + 0.1 * (304.0 + 5 * 300.0 - 6 * 310.0)))
    assert t[0, 1, 1] == 304.0


def test_heat_evens_out_between_its_extremes(rng):
    t = rng.uniform(290.0, 310.0, (8, 8, 8))
    low, high = t.min(), t.max()
    capacity = rng.uniform(1.0, 2.0, t.shape)
    cement.conduct(5, 1.0, 0.15, capacity, np.zeros(t.shape), np.zeros(t.shape), t)
    assert t.min() >= low
    assert t.max() <= high
