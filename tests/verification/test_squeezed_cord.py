r"""A soft cord in a tube that pressure squeezes or folds, against the derivations.

Squeezing. A cylinder of length L and section A keeps A L. Pressed from its ends by p it shortens step by step, each
step by dL/L = -dp/E (stress in proportion to true strain), so ln A rises by dp/E and A(p) = A(0) exp(p/E). With
A = pi d^2 / 4 its share of a bore D is (d/D)^2 exp(p/E), until it meets the wall. The test adds up N steps with
(1 - dp/E) and finds the law at first order in 1/N.

Folding. A cord between two strands runs half a circle across the bore, between axes D - d apart, so over
l = pi (D - d) / 2. It buckles if p pi d^2 / 4 >= pi^2 E (pi d^4 / 64) / l^2, which is E <= 4 p (D/d - 1)^2.
"""

from __future__ import annotations

import math

import pytest

from azygos.lungs.bends import folds, squeezed_share


def stepped(diameter, bore, pressure, modulus, steps):
    """The share found by pressing in small steps."""
    area = diameter**2
    for _ in range(steps):
        area /= 1.0 - pressure / modulus / steps
    return area / bore**2


def test_pressing_in_small_steps_finds_the_law_at_first_order():
    case = (1e-3, 3e-3, 700.0, 1000.0)
    exact = squeezed_share(1e-3, 3e-3, pressure=700.0, modulus=1000.0)
    misses = [stepped(*case, steps) / exact - 1.0 for steps in (100, 200, 400)]
    assert misses[-1] < 1e-3
    assert [misses[k] / misses[k + 1] for k in range(2)] == pytest.approx([2.0, 2.0], rel=0.01)


def test_it_stops_at_the_wall_and_goes_over_into_paste_and_rod():
    wall = 1e3 / math.log(9.0)
    assert squeezed_share(1e-3, 3e-3, pressure=1e3, modulus=wall * 1.001) == pytest.approx(1.0, rel=3e-3)
    assert squeezed_share(1e-3, 3e-3, pressure=1e3, modulus=wall) == 1.0
    assert squeezed_share(1e-3, 3e-3, pressure=1e3, modulus=0.0) == 1.0
    assert squeezed_share(1e-3, 3e-3, pressure=1e3, modulus=2.6e9) == pytest.approx(1.0 / 9.0)
    assert squeezed_share(4e-3, 3e-3, pressure=0.0, modulus=2.6e9) == 1.0


@pytest.mark.parametrize("bore", [2e-3, 3e-3, 8e-3, 20e-3])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_folding_begins_where_the_half_circle_buckles(bore, scale):
    """All lengths times one number, or pressure and modulus times one, change nothing."""
    most = 4.0 * 1e3 * (bore / 1e-3 - 1.0) ** 2
    assert folds(scale * 1e-3, scale * bore, pressure=1e3, modulus=0.999 * most)
    assert not folds(scale * 1e-3, scale * bore, pressure=1e3, modulus=1.001 * most)
    assert folds(1e-3, bore, pressure=scale * 1e3, modulus=scale * 0.999 * most)


def test_two_strands_must_fit_beside_each_other():
    assert folds(1e-3, 2.0e-3, pressure=1e3, modulus=0.0)
    assert not folds(1e-3, 1.99e-3, pressure=1e3, modulus=0.0)
