"""Laws of cement in shear, against hand values and against profiles integrated across a tube."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from azygos.ground.units import CM, KPA, MINUTE, ML, MM
from azygos.spine.rheology import (
    apparent_viscosity,
    capped_viscosity,
    consistency_at,
    equivalent_rate_factor,
    index_at,
    power_law_flow,
    power_law_pressure,
    tube_resistance,
    viscosity,
    wall_shear_rate,
)

RATE = 3 * ML / MINUTE
PASTE = {
    "consistency": 100.0,
    "reference_age": 300.0,
    "e_folding": 117.0,
    "index_fresh": 0.8,
    "index_doughy": 0.4,
    "plateau_rate": 0.1,
    "setting_age": 780.0,
}


def test_consistency_from_the_patents_claim_reaches_the_end_of_cure():
    """500 Pa s at 3.25 min with 117 s per e-folding gives 75 000 Pa s at 13 min."""
    at_setting = consistency_at(780.0, consistency=500.0, reference_age=195.0, e_folding=117.0)
    assert at_setting == pytest.approx(75e3, rel=0.015)


def test_index_runs_from_mixing_to_setting_and_stays_there():
    ends = {"index_fresh": 0.8, "index_doughy": 0.4, "setting_age": 600.0}
    assert [index_at(age, **ends) for age in (-10.0, 0.0, 300.0, 600.0, 900.0)] == pytest.approx(
        [0.8, 0.8, 0.6, 0.4, 0.4]
    )


def test_capped_viscosity_is_carreaus_law():
    """mu0 [1 + (lambda g)^2]^((n-1)/2) with mu0 = m gp^(n-1) and lambda = 1/gp."""
    m, n, plateau = 120.0, 0.45, 0.2
    for rate in (0.0, 0.01, 0.2, 3.0, 300.0):
        carreau = m * plateau ** (n - 1.0) * (1.0 + (rate / plateau) ** 2) ** ((n - 1.0) / 2.0)
        assert capped_viscosity(rate, consistency=m, index=n, plateau_rate=plateau) == pytest.approx(carreau, rel=1e-12)


def test_viscosity_joins_age_and_shear_and_ends_at_setting():
    index = 0.8 - 0.4 * 417.0 / 780.0
    expected = 100.0 * math.e * (2.0**2 + 0.1**2) ** ((index - 1.0) / 2.0)
    assert viscosity(417.0, 2.0, **PASTE) == pytest.approx(expected, rel=1e-12)
    assert math.isfinite(viscosity(779.9, 0.0, **PASTE))
    assert viscosity(780.0, 0.0, **PASTE) == math.inf


@pytest.mark.parametrize("index", [0.3, 0.5, 0.8, 1.0])
def test_flow_and_pressure_of_a_power_law_are_inverse(index):
    fluid = {"consistency": 80.0, "index": index}
    pressure = power_law_pressure(RATE, 1 * MM, 12 * CM, **fluid)
    assert power_law_flow(pressure, 1 * MM, 12 * CM, **fluid) == pytest.approx(RATE, rel=1e-12)


@pytest.mark.parametrize("index", [0.3, 0.5, 0.8])
def test_power_law_flow_is_its_integrated_profile(index):
    r"""Q = pi * integral of g r^2 dr, with the stress proportional to r: g = (p r / 2 m L)^(1/n)."""
    pressure, radius, length, m = 50 * KPA, 1 * MM, 5 * CM, 60.0
    rate = quad(lambda r: math.pi * r**2 * (pressure * r / (2 * m * length)) ** (1 / index), 0, radius)[0]
    assert power_law_flow(pressure, radius, length, consistency=m, index=index) == pytest.approx(rate, rel=1e-9)


def test_wall_shear_rates_of_three_cannulas():
    """physics.md 1.4: 13, 37 and 87 per second in 8, 11 and 13 gauge at 3 mL/min."""
    rates = [wall_shear_rate(RATE, r * MM, index=1.0) for r in (1.7145, 1.194, 0.9015)]
    assert np.round(rates).tolist() == [13.0, 37.0, 87.0]


@pytest.mark.parametrize("index", [0.2, 0.5, 0.9, 0.999, 1.0 + 1e-12])
def test_equivalent_rate_makes_poiseuille_right_for_a_power_law(index):
    m, radius, length = 100.0, 1 * MM, 3 * CM
    rate = equivalent_rate_factor(index) * 4 * RATE / (math.pi * radius**3)
    by_poiseuille = tube_resistance(radius, length, viscosity=m * rate ** (index - 1.0)) * RATE
    assert by_poiseuille == pytest.approx(
        power_law_pressure(RATE, radius, length, consistency=m, index=index), rel=1e-9
    )


@pytest.mark.parametrize("index", [0.2, 0.4, 0.6, 0.8])
@pytest.mark.parametrize("wall_rate", [0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0])
def test_apparent_viscosity_against_the_integrated_capped_profile(index, wall_rate):
    """Choose the true wall rate; then Q = (pi R^3/tau_w^3) times the integral of tau^2 g d(tau) gives the flow."""
    m, plateau, radius, length = 100.0, 0.1, 1 * MM, 3 * CM

    def stress(rate):
        return rate * capped_viscosity(rate, consistency=m, index=index, plateau_rate=plateau)

    wall = stress(wall_rate)
    # by parts, so that no derivative is needed: [tau^3 g]/3 - (1/3) integral of tau^3 dg
    cubed = quad(lambda rate: stress(rate) ** 3, 0.0, wall_rate, epsrel=1e-10)[0]
    flow = math.pi * radius**3 / wall**3 * (wall**3 * wall_rate - cubed) / 3.0
    exact = 2.0 * wall * length / radius
    mu = apparent_viscosity(flow, radius, consistency=m, index=index, plateau_rate=plateau)
    assert tube_resistance(radius, length, viscosity=mu) * flow == pytest.approx(exact, rel=0.01)


def test_apparent_viscosity_at_rest_is_the_plateau():
    assert apparent_viscosity(0.0, 1 * MM, consistency=100.0, index=0.5, plateau_rate=0.01) == pytest.approx(1000.0)


# The same laws in bone: physics.md 6.3, which the solver's exact tests use -----------------------------------------


def sphere_pressure(flow, inner, outer, *, consistency, index, permeability, porosity):
    """Pressure between two radii around a point source of a power-law fluid in bone (tube bundle)."""
    n = index
    h = consistency / permeability * ((3 * n + 1) / (4 * n)) ** n
    h *= (math.sqrt(2) / math.sqrt(permeability * porosity)) ** (n - 1)
    spread = (flow / (4 * math.pi)) ** n
    if n == 0.5:
        return h * spread * math.log(outer / inner)
    return h * spread * (inner ** (1 - 2 * n) - outer ** (1 - 2 * n)) / (2 * n - 1)


@pytest.mark.parametrize(("index", "pascals"), [(0.3, 9223.60), (0.5, 12073.19), (0.7, 16539.61), (1.0, 29178.41)])
def test_power_law_around_a_tip(index, pascals):
    """physics.md 6.3: m = 100, K = 1e-8, porosity 0.85, 1.2 to 10 mm, 3 mL/min."""
    from azygos.spine.upscaling.tube_bundle import effective_viscosity

    bone = {"permeability": 1e-8, "porosity": 0.85}
    closed = sphere_pressure(RATE, 1.2 * MM, 10 * MM, consistency=100.0, index=index, **bone)
    assert closed == pytest.approx(pascals, abs=0.006)

    def gradient(r):
        speed = RATE / (4 * math.pi * r**2)
        mu = effective_viscosity(speed, consistency=100.0, index=index, plateau_rate=1e-9, **bone)
        return mu * speed / bone["permeability"]

    assert quad(gradient, 1.2 * MM, 10 * MM)[0] == pytest.approx(pascals, rel=1e-6)
