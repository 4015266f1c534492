r"""Blood past a cord in an artery, against exact solutions.

Slow flow along a tube of radius 1 with an eccentric core of radius k, centres c apart, has the series of White
(Viscous Fluid Flow, sec. 3-3), with F = (1 - k^2 + c^2) / 2c, M = sqrt(F^2 - 1), a = ln[(F+M)/(F-M)] / 2,
b = ln[(F-c+M)/(F-c-M)] / 2:

    f = 1 - k^4 - 4 c^2 M^2 / (b - a) - 8 c^2 M^2 sum_n n exp(-n(a+b)) / sinh(n(b-a))

over the flow of the open tube. As the core touches the wall, c -> 1 - k, M -> 0, a -> M, b -> M/k, the sum becomes an
integral over t = nM, of t exp(-pt) / sinh(qt), p = 1/k + 1, q = 1/k - 1, which is psi_1((p+q)/2q) / 2q^2. With
(p+q)/2q = 1/(1-k) that leaves f = 1 - k^4 - 4 k^2 psi_1(1/(1-k)).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.ground.tubes import annulus_flow, poiseuille_conductance
from azygos.lungs.blockage import BLOCKAGES, annulus, area_squared, crescent


def eccentric(k: float, c: float) -> float:
    f = (1.0 - k * k + c * c) / (2.0 * c)
    m = math.sqrt(f * f - 1.0)
    a, b = 0.5 * math.log((f + m) / (f - m)), 0.5 * math.log((f - c + m) / (f - c - m))
    n = np.arange(1, int(40.0 / a) + 2)
    terms = n * 2.0 * np.exp(-n * (a + b) - n * (b - a)) / -np.expm1(-2.0 * n * (b - a))
    return 1.0 - k**4 - 4.0 * c * c * m * m / (b - a) - 8.0 * c * c * m * m * float(terms.sum())


@pytest.mark.parametrize("k", [0.1, 0.3, 0.5, 0.8])
def test_the_crescent_is_the_limit_of_the_eccentric_annulus(k):
    limit = float(crescent.conductance_left(np.array([k * k]))[0])
    gaps = [abs(eccentric(k, (1.0 - k) * (1.0 - e)) - limit) for e in (1e-2, 1e-3, 1e-4)]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.02 * limit


def test_a_cord_that_fills_the_artery_leaves_ten_thirds_of_the_cube_of_its_gap():
    gap = np.array([1e-2, 3e-3])
    left = crescent.conductance_left((1.0 - gap) ** 2)
    assert left / gap**3 == pytest.approx(10.0 / 3.0, rel=0.02)


def test_a_thin_cord_on_the_wall_costs_six_and_a_half_times_its_area():
    assert (1.0 - crescent.conductance_left(np.array([1e-8]))[0]) / 1e-8 == pytest.approx(2 * math.pi**2 / 3, rel=1e-3)


@pytest.mark.parametrize("share", [0.01, 0.25, 0.8])
def test_the_annulus_is_that_of_the_tubes(share):
    """Blood past a coaxial cord at rest, by the law that all rooms share, over Poiseuille's."""
    radius = 3e-3
    past = annulus_flow(
        0.0, radius=radius * math.sqrt(share), tube_radius=radius, gradient=1.0, viscosity=4e-3
    ) / poiseuille_conductance(radius, 1.0, viscosity=4e-3)
    assert annulus.conductance_left(np.array([share]))[0] == pytest.approx(past, rel=1e-9)


def test_answers_agree_at_both_ends_and_keep_their_order_between():
    ends = np.array([0.0, 1.0])
    for name, answer in BLOCKAGES.items():
        assert answer(ends).tolist() == [1.0, 0.0], name
    shares = np.linspace(0.01, 0.95, 40)
    middle, wall, round_tube = (law.conductance_left(shares) for law in (annulus, crescent, area_squared))
    assert np.all(middle < wall)
    assert np.all(wall < round_tube)
    assert all(np.all(np.diff(answer) < 0.0) for answer in (middle, wall, round_tube))
