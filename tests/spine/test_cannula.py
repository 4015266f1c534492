"""The cannula against Poiseuille, Baroud & Steffen and the clinical peaks."""

from __future__ import annotations

import math

import pytest

from azygos.ground.units import CM, KPA, MINUTE, ML, MM, MPA
from azygos.spine.cannula import cannula_pressure, cannula_volume, stepped_cannula_pressure
from azygos.spine.rheology import power_law_pressure
from azygos.values.needles import LENGTH, inner_radius

RATE = 3 * ML / MINUTE
NEWTONIAN = {"consistency": 100.0, "index": 1.0, "plateau_rate": 0.1}


@pytest.mark.parametrize(("gauge", "kilopascals"), [(8, 177), (10, 465), (11, 752), (13, 2313)])
def test_pressure_of_four_gauges(gauge, kilopascals):
    """physics.md 6.4: 100 Pa s, 3 mL/min, 12 cm."""
    pressure = cannula_pressure(RATE, inner_radius(gauge), float(LENGTH), **NEWTONIAN)
    assert pressure / KPA == pytest.approx(kilopascals, abs=1.0)


@pytest.mark.parametrize(("gauge", "megapascals"), [(8, 0.9), (10, 2.3), (11, 3.8), (13, 11.6)])
def test_thick_cement_meets_the_ceiling_of_the_hand(gauge, megapascals):
    """physics.md 10: 500 Pa s asks for these; 3.2 MPa is the most that was seen."""
    pressure = cannula_pressure(RATE, inner_radius(gauge), float(LENGTH), **{**NEWTONIAN, "consistency": 500.0})
    assert pressure / MPA == pytest.approx(megapascals, abs=0.06)


def test_fast_flow_is_a_power_laws():
    thin = {"consistency": 300.0, "index": 0.5}
    capped = cannula_pressure(RATE, 1.2 * MM, 12 * CM, plateau_rate=1e-3, **thin)
    assert capped == pytest.approx(power_law_pressure(RATE, 1.2 * MM, 12 * CM, **thin), rel=1e-6)


def test_pressure_changes_sign_with_the_flow():
    thin = {"consistency": 300.0, "index": 0.5, "plateau_rate": 0.1}
    assert cannula_pressure(-RATE, 1 * MM, 12 * CM, **thin) == -cannula_pressure(RATE, 1 * MM, 12 * CM, **thin)


def test_doubled_proximal_bore_saves_63_per_cent():
    """Newtonian: 1 - (f/16 + 1 - f) = 0.63 for a step at f = 0.672 of the length."""
    step = 0.63 * 16 / 15
    new = stepped_cannula_pressure(
        4 * ML / MINUTE,
        proximal_radius=2.4 * MM,
        proximal_length=step * 12 * CM,
        distal_radius=1.2 * MM,
        distal_length=(1 - step) * 12 * CM,
        **NEWTONIAN,
    )
    assert 1 - new / cannula_pressure(4 * ML / MINUTE, 1.2 * MM, 12 * CM, **NEWTONIAN) == pytest.approx(0.63, abs=1e-9)


@pytest.mark.parametrize("index", [0.4, 0.7])
def test_shear_thinning_gains_less_from_a_wide_bore(index):
    """A power law saves f (1 - 2^-(3n+1)) of the pressure."""
    fluid = {"consistency": 300.0, "index": index, "plateau_rate": 1e-6}
    new = stepped_cannula_pressure(
        RATE, proximal_radius=2.4 * MM, proximal_length=8 * CM, distal_radius=1.2 * MM, distal_length=4 * CM, **fluid
    )
    saved = 1 - new / cannula_pressure(RATE, 1.2 * MM, 12 * CM, **fluid)
    assert saved == pytest.approx(2 / 3 * (1 - 2 ** -(3 * index + 1)), rel=1e-6)


def test_eleven_gauge_holds_half_a_millilitre():
    assert cannula_volume(inner_radius(11), float(LENGTH)) / ML == pytest.approx(0.54, abs=0.005)


def test_bone_over_cannula_needs_neither_viscosity_nor_flow():
    """physics.md 6.4: R^4 (1/r0 - 1/rf) / (32 K L) = 0.039 for 11 gauge and K = 1e-8."""
    radius, r0, rf = inner_radius(11), 1.194 * MM, 10.2 * MM
    bone = RATE * 100.0 / (4 * math.pi * 1e-8) * (1 / r0 - 1 / rf)
    share = bone / cannula_pressure(RATE, radius, float(LENGTH), **NEWTONIAN)
    assert share == pytest.approx(radius**4 * (1 / r0 - 1 / rf) / (32 * 1e-8 * float(LENGTH)), rel=1e-12)
    assert share == pytest.approx(0.039, abs=0.0006)
