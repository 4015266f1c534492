"""Outlets: hand values of physics.md 6.6 and cautions.md, and voxel radii against solved grids."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.sparse import diags, kron
from scipy.sparse.linalg import cg

from azygos.ground.errors import InputError
from azygos.ground.units import KPA, MINUTE, ML, MM, MMHG
from azygos.spine.rheology import tube_resistance
from azygos.spine.well import (
    LATTICE_GREEN,
    LATTICE_GREEN_NEXT,
    anisotropic_cell_radius,
    captured_share,
    captured_share_yielding_marrow,
    cell_radius,
    compliant_conductance_factor,
    disc_mouth_conductance,
    lattice_green,
    mouth_conductance,
    plug_resistance,
    power_law_plug_resistance,
    well_conductance,
)

BONE = {"permeability": 1e-8, "viscosity": 100.0}
AT = {"mouth_distance": 5 * MM, "front_radius": 10 * MM, "permeability": 1e-8}


@pytest.mark.parametrize(
    ("radius", "plug", "per_cent"),
    [(0.5, 0, 2.5), (0.5, 5, 0.3), (1.5, 0, 7.5), (1.5, 20, 3.9), (2.5, 0, 12.5), (2.5, 20, 10.4)],
)
def test_captured_share_table(radius, plug, per_cent):
    """physics.md 6.6."""
    share = captured_share(radius * MM, plug_length=plug * MM, **AT)
    assert 100 * share == pytest.approx(per_cent, abs=0.06)


@pytest.mark.parametrize(("radius", "length"), [(0.5, 0.8), (1.0, 6.0), (1.5, 21.0), (2.5, 98.0)])
def test_plug_that_halves_the_share(radius, length):
    """physics.md 6.6: a^3/16K."""
    bare, plugged = (captured_share(radius * MM, plug_length=plug, **AT) for plug in (0.0, (radius * MM) ** 3 / 1.6e-7))
    assert plugged == pytest.approx(bare / 2)
    assert (radius * MM) ** 3 / 1.6e-7 / MM == pytest.approx(length, rel=0.05)


def test_nothing_is_captured_before_the_front_arrives():
    assert (
        captured_share(1.5 * MM, mouth_distance=5 * MM, front_radius=4 * MM, permeability=1e-8, plug_length=0.0) == 0.0
    )


def test_captured_share_is_mouth_and_plug_in_series_under_the_tips_pressure():
    """Superposition: the mouth feels (Q mu / 4 pi K)(1/rv - 1/rf)."""
    flow, radius, length = 3 * ML / MINUTE, 1.5 * MM, 20 * MM
    felt = flow * 100.0 / (4 * math.pi * 1e-8) * (1 / AT["mouth_distance"] - 1 / AT["front_radius"])
    in_series = 1 / mouth_conductance(radius, **BONE) + plug_resistance(radius, length, viscosity=100.0)
    assert captured_share(radius, plug_length=length, **AT) == pytest.approx(felt / in_series / flow, rel=1e-12)


def test_habib_ratio_comes_from_marrow_that_must_yield():
    """cautions.md: 26 / 11 / 8 % at 20 / 100 / 500 Pa s with 2 kPa, a ratio of 3.2; 7.5 % at any viscosity without."""
    at = {**AT, "flow": 3 * ML / MINUTE}
    shares = [
        captured_share_yielding_marrow(1.5 * MM, marrow_yield=2 * KPA, viscosity=mu, **at)
        for mu in (20.0, 100.0, 500.0)
    ]
    assert [round(100 * share) for share in shares] == [26, 11, 8]
    assert shares[0] / shares[2] == pytest.approx(3.2, abs=0.1)
    for mu in (20.0, 500.0):
        free = captured_share_yielding_marrow(1.5 * MM, marrow_yield=0.0, viscosity=mu, **at)
        assert free == pytest.approx(0.075)


def test_share_is_at_most_all():
    at = {**AT, "flow": 3 * ML / MINUTE}
    assert captured_share_yielding_marrow(2.5 * MM, marrow_yield=5 * KPA, viscosity=1.0, **at) == 1.0


def test_soft_veins_conduct_two_to_four_times_better():
    """cautions.md: 1.9-3.6 at 30 mmHg."""
    soft = [compliant_conductance_factor(30 * MMHG, area_compliance=c / MMHG) for c in (0.012, 0.03)]
    assert soft == pytest.approx([1.85, 3.61], abs=0.005)


def test_plug_is_a_tube():
    assert plug_resistance(1 * MM, 7 * MM, viscosity=90.0) == pytest.approx(
        tube_resistance(1 * MM, 7 * MM, viscosity=90.0)
    )


def test_a_tenth_of_the_flow_meets_more_resistance_when_shear_thinning():
    fast, slow = (power_law_plug_resistance(q, 1 * MM, 7 * MM, consistency=90.0, index=0.4) for q in (1e-9, 1e-10))
    assert slow / fast == pytest.approx(10**0.6)


def test_flat_mouth_is_a_smaller_hemisphere():
    assert disc_mouth_conductance(1 * MM, **BONE) == pytest.approx(mouth_conductance(2 / math.pi * MM, **BONE))


# Radius of a voxel ------------------------------------------------------------------------------------------------


def grid_response(cells: tuple[int, int, int], weights: tuple[float, float, float]) -> np.ndarray:
    """Pressure around a unit source in the first cell of a box that mirrors at the three faces next to it.

    Mirrors turn the box into the source's octant of a larger one; with a mirror through the
    source cell's centre, that cell is halved along this axis. The far faces carry the
    pressure of a point source in unbounded space. Shape `cells`; unit mobility and edge.
    """
    spread = [np.arange(n) for n in cells]
    x, y, z = np.meshgrid(*spread, indexing="ij")
    stretched = np.sqrt(x**2 / weights[0] + y**2 / weights[1] + z**2 / weights[2])
    outer = (x == cells[0] - 1) | (y == cells[1] - 1) | (z == cells[2] - 1)
    far = 1.0 / (4.0 * math.pi * math.sqrt(math.prod(weights)) * np.maximum(stretched, 0.5))

    parts = []
    halves = [np.r_[0.5, np.ones(n - 1)] for n in cells]  # a mirror plane runs through cell 0
    for axis in range(3):
        n = cells[axis]
        stiff = diags([np.r_[1.0, 2 * np.ones(n - 2), 1.0], -np.ones(n - 1), -np.ones(n - 1)], [0, 1, -1])
        factors = [stiff if a == axis else diags([halves[a]], [0]) for a in range(3)]
        parts.append(weights[axis] * kron(kron(factors[0], factors[1]), factors[2]))
    matrix = sum(parts).tocsr()
    load = np.zeros(math.prod(cells))
    load[0] = 0.125  # an eighth of the source lies in the octant
    fixed = outer.ravel()
    load = load - matrix @ np.where(fixed, far.ravel(), 0.0)
    inside = ~fixed
    solved, status = cg(matrix[inside][:, inside], load[inside], rtol=1e-9)
    assert status == 0
    pressure = far.ravel().copy()
    pressure[inside] = solved
    return pressure.reshape(cells)


def test_lattice_constant_is_watsons():
    """Watson's third integral, in gamma functions: u3/6 = 0.2527310099."""
    gammas = math.prod(math.gamma(k / 24) for k in (1, 5, 7, 11))
    watson = math.sqrt(6) / (32 * math.pi**3) * gammas  # mean number of visits of the walk
    assert pytest.approx(watson / 6, rel=1e-12) == LATTICE_GREEN
    assert lattice_green((1.0, 1.0, 1.0)) == pytest.approx(LATTICE_GREEN, rel=1e-8)
    assert lattice_green((1.0, 1.0, 1.0), (0, 1, 0)) == pytest.approx(LATTICE_GREEN_NEXT, rel=1e-7)


def test_voxel_radius_in_full_space_from_a_solved_grid():
    pressure = grid_response((28, 28, 28), (1.0, 1.0, 1.0))
    assert pressure[0, 0, 0] == pytest.approx(LATTICE_GREEN, rel=1e-4)
    # far away it is a point source; there 1/(4 pi r) holds, here at r_e
    assert pressure[12, 0, 0] == pytest.approx(1 / (4 * math.pi * 12), rel=2e-3)
    assert cell_radius(1.0) == pytest.approx(1 / (4 * math.pi * pressure[0, 0, 0]), rel=1e-4)


def test_voxel_radius_at_a_wall_is_that_of_two_sources():
    """A wall on the cell's face mirrors the source into the next cell; both press on the voxel."""
    pressure = grid_response((28, 28, 28), (1.0, 1.0, 1.0))
    both = pressure[0, 0, 0] + pressure[1, 0, 0]
    assert cell_radius(2.0, half_space=True) == pytest.approx(2.0 / (2 * math.pi * both), rel=3e-4)
    assert cell_radius(1.0, half_space=True) == pytest.approx(
        1 / (2 * math.pi * (0.252731 + 0.252731 - 1 / 6)), rel=1e-5
    )


@pytest.mark.parametrize("ratio", [1.3, 2.05])
def test_voxel_radius_in_anisotropic_bone_from_a_solved_grid(ratio):
    mean = ratio ** (1 / 3)
    weights = (1 / mean, 1 / mean, ratio / mean)
    pressure = grid_response((26, 26, 26), weights)
    radius, permeability = anisotropic_cell_radius(1 * MM, (1e-8, 1e-8, ratio * 1e-8))
    assert permeability == pytest.approx(mean * 1e-8)
    assert radius / MM == pytest.approx(1 / (4 * math.pi * pressure[0, 0, 0]), rel=1e-3)
    for axis, step in enumerate(((1, 0, 0), (0, 1, 0), (0, 0, 1))):
        wall, _ = anisotropic_cell_radius(1 * MM, (1e-8, 1e-8, ratio * 1e-8), wall_axis=axis)
        assert wall / MM == pytest.approx(1 / (2 * math.pi * (pressure[0, 0, 0] + pressure[step])), rel=2e-3)


def test_isotropic_constant_with_the_mean_permeability_is_good_in_full_space_not_at_a_wall():
    free, _ = anisotropic_cell_radius(1.0, (1.0, 1.0, 2.0))
    assert free == pytest.approx(cell_radius(1.0), rel=0.02)
    walls = [anisotropic_cell_radius(1.0, (1.0, 1.0, 2.0), wall_axis=axis)[0] for axis in (0, 2)]
    assert walls[0] > 1.02 * cell_radius(1.0, half_space=True)
    assert walls[1] < 0.98 * cell_radius(1.0, half_space=True)


def test_anisotropic_radius_of_isotropic_bone_is_the_isotropic_one():
    radius, permeability = anisotropic_cell_radius(1 * MM, (3e-9, 3e-9, 3e-9), wall_axis=1)
    assert radius == pytest.approx(cell_radius(1 * MM, half_space=True), rel=1e-6)
    assert permeability == pytest.approx(3e-9)


def test_grid_and_well_together_are_the_mouths_conductance():
    """From far away: voxel (as seen by the grid) in series with the well is 2 pi K a / mu, whatever the spacing."""
    for spacing in (0.7 * MM, 1 * MM, 2 * MM):
        radius = cell_radius(spacing, half_space=True)
        grid = (LATTICE_GREEN + LATTICE_GREEN_NEXT) * 100.0 / (1e-8 * spacing)
        well = well_conductance(0.2 * MM, cell_radius=radius, half_space=True, **BONE)
        assert 1 / (grid + 1 / well) == pytest.approx(mouth_conductance(0.2 * MM, **BONE), rel=1e-9)


def test_wide_mouths_are_refused():
    with pytest.raises(InputError) as error:
        well_conductance(1.5 * MM, cell_radius=cell_radius(1 * MM, half_space=True), half_space=True, **BONE)
    assert str(error.value) == (
        "a mouth of 1.5 mm radius is as wide as its voxel stands for (0.47 mm). "
        "Spread it over the voxels that it covers, or take a coarser grid."
    )
