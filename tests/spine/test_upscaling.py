"""From the viscosity curve to Darcy's law: the answers against each other and their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from azygos.ground.errors import InputError
from azygos.ground.units import MINUTE, ML, MM
from azygos.spine.rheology import capped_viscosity
from azygos.spine.upscaling import UPSCALINGS, upscaling_named
from azygos.spine.upscaling.pore_profile import area_average_share, resistance_share
from azygos.spine.upscaling.tube_bundle import pore_radius, pore_rate

BONE = {"permeability": 1e-8, "porosity": 0.85}
RATE = 3 * ML / MINUTE


def effective(name, speed, *, index, plateau_rate, consistency=100.0):
    return upscaling_named(name)(speed, consistency=consistency, index=index, plateau_rate=plateau_rate, **BONE)


@pytest.mark.parametrize(("distance", "rate"), [(1.2, 42), (5, 2.4), (10, 0.6), (15, 0.27)])
def test_shear_rates_around_the_tip(distance, rate):
    """physics.md 1.4, at 3 mL/min."""
    speed = RATE / (4 * math.pi * (distance * MM) ** 2)
    assert pore_rate(speed, **BONE) == pytest.approx(rate, rel=0.03)


def test_pore_rate_is_the_wall_rate_of_the_bundles_tubes():
    speed = 1e-4
    assert pore_rate(speed, **BONE) == pytest.approx(4 * speed / BONE["porosity"] / pore_radius(**BONE), rel=1e-12)


@pytest.mark.parametrize("index", [0.3, 0.5, 0.7, 1.0])
def test_closed_form_and_integrated_resistance_agree_for_a_power_law(index):
    """m ((3n+1)/4n)^n (sqrt2 |u|/sqrt(K phi))^(n-1), physics.md 1.4."""
    speed = 2e-4
    law = 100.0 * ((3 * index + 1) / (4 * index)) ** index * pore_rate(speed, **BONE) ** (index - 1)
    assert effective("tube_bundle", speed, index=index, plateau_rate=1e-8) == pytest.approx(law, rel=1e-6)
    assert effective("momentum", speed, index=index, plateau_rate=1e-4) == pytest.approx(law, rel=1e-3)


@pytest.mark.parametrize("index", [0.2, 0.4, 0.6, 0.8])
def test_closed_form_is_near_the_integral_in_the_knee(index):
    for speed in np.geomspace(1e-8, 1e-2, 13):
        closed = effective("tube_bundle", speed, index=index, plateau_rate=0.1)
        assert closed == pytest.approx(effective("momentum", speed, index=index, plateau_rate=0.1), rel=0.01)


@pytest.mark.parametrize(("index", "over_wall", "resistance"), [(0.5, 2.0, 1.25), (0.7, 1.4 / 1.1, 3.1 / 2.8)])
def test_area_average_of_a_power_law(index, over_wall, resistance):
    """Warning of physics.md 1.4: the mean is 2n/(3n-1) times the wall's viscosity, mu_res only (3n+1)/4n times."""
    speed = 1e-2
    wall_rate = (3 * index + 1) / (4 * index) * pore_rate(speed, **BONE)
    wall = 100.0 * wall_rate ** (index - 1)
    assert effective("eberhard2019", speed, index=index, plateau_rate=1e-5) / wall == pytest.approx(over_wall, rel=6e-3)
    assert effective("momentum", speed, index=index, plateau_rate=1e-5) / wall == pytest.approx(resistance, rel=1e-3)


@pytest.mark.parametrize("index", [0.3, 0.6])
@pytest.mark.parametrize("rate", [0.1, 1.0, 30.0])
def test_shares_against_a_profile_on_the_radius(index, rate):
    """The plain way: invert the stress at each radius, integrate over the radius. Unit radius, plateau 1."""

    def stress(shear):
        return shear * (shear**2 + 1) ** ((index - 1) / 2)

    def shear(tau):
        return brentq(lambda g: stress(g) - tau, 0.0, 1e6, xtol=1e-14) if tau > 0 else 0.0

    def mean_rate(wall):  # 4 v / R
        return 4 * quad(lambda r: r**2 * shear(wall * r), 0, 1, epsrel=1e-8)[0]

    wall = brentq(lambda tau: mean_rate(tau) - rate, 0.2 * stress(rate), 10 * stress(rate), xtol=1e-10)
    mean = 2 * quad(lambda r: r * (shear(wall * r) ** 2 + 1) ** ((index - 1) / 2), 0, 1)[0]
    assert resistance_share(rate, index) == pytest.approx(wall / rate, rel=1e-6)
    assert area_average_share(rate, index) == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize("name", UPSCALINGS)
def test_every_answer_is_the_cements_viscosity_when_newtonian(name):
    assert effective(name, 1e-4, index=1.0, plateau_rate=0.1) == pytest.approx(100.0, rel=1e-9)


@pytest.mark.parametrize("name", ["tube_bundle", "eberhard2019", "momentum"])
def test_at_rest_the_plateau_and_faster_is_thinner(name):
    plateau = capped_viscosity(0.0, consistency=100.0, index=0.4, plateau_rate=0.1)
    assert effective(name, 0.0, index=0.4, plateau_rate=0.1) == pytest.approx(plateau, rel=1e-12)
    answers = [effective(name, speed, index=0.4, plateau_rate=0.1) for speed in np.geomspace(1e-8, 1e-2, 9)]
    assert answers[0] == pytest.approx(plateau, rel=1e-3)
    assert np.all(np.diff(answers) < 0)
    assert effective(name, -1e-4, index=0.4, plateau_rate=0.1) == effective(name, 1e-4, index=0.4, plateau_rate=0.1)


def test_neglect_knows_no_speed():
    slow, fast = (effective("neglect", speed, index=0.4, plateau_rate=1e-3) for speed in (0.0, 1.0))
    assert slow == fast == pytest.approx(100.0, rel=1e-5)


def test_unknown_answer_names_the_near_one():
    with pytest.raises(InputError) as error:
        upscaling_named("eberhard")
    assert str(error.value) == (
        "upscaling 'eberhard' is not known. Did you mean 'eberhard2019'? "
        "Known: tube_bundle, eberhard2019, momentum, neglect."
    )
