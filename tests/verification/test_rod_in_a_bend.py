r"""The longest stiff rod around a corner, against closed forms.

Let the inner corner be the origin, tube 1 along direction e1 with its outer wall at distance D1 from the corner, tube
2 likewise. A rod of thickness d at angle phi to tube 1 has its inner side through the corner. Its outer side lies d
further out, on the points d m + s u, with u along the rod and m at right angles to it. The distance from the line
through the corner along tube 1 is d cos(phi) + s sin(phi), which may be D1 at most: s1 = (D1 - d cos phi) / sin phi.
With theta - phi for phi and D2 for D1 it is the same on the other side; the longest rod that slips through is the
least of s1 + s2. Special cases:

* right angle, d = 0: the ladder, (D1^(2/3) + D2^(2/3))^(3/2);
* equal tubes: phi = theta/2 by symmetry, L = 2 (D - d cos(theta/2)) / sin(theta/2).
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.lungs.bends import longest_rod, surely_turns


@pytest.mark.parametrize(("first", "second"), [(10e-3, 10e-3), (12e-3, 5e-3), (3e-3, 25e-3)])
def test_a_thin_rod_around_a_right_angle_is_the_ladder(first, second):
    ladder = (first ** (2 / 3) + second ** (2 / 3)) ** 1.5
    assert longest_rod(first, second, math.pi / 2, thickness=0.0) == pytest.approx(ladder, rel=1e-9)


@pytest.mark.parametrize("turn", [0.2, 0.7, 1.3, 2.4])
@pytest.mark.parametrize("thickness", [0.0, 2e-3, 5.9e-3])
def test_between_equal_tubes_the_rod_sticks_at_half_the_turn(turn, thickness):
    exact = 2.0 * (6e-3 - thickness * math.cos(turn / 2)) / math.sin(turn / 2)
    assert longest_rod(6e-3, 6e-3, turn, thickness=thickness) == pytest.approx(exact, rel=1e-9)


def fits(length, angle, first, second, turn, thickness):
    """Whether a rectangle at this angle, its side on the inner corner, can be slid to lie within both walls.

    The outer side's ends are tried at all places along the rod; walls are half planes of the first tube before, of
    the second behind the corner.
    """
    for ahead in np.linspace(0.0, length, 2001):
        behind = length - ahead
        in_first = thickness * math.cos(angle) + behind * math.sin(angle)
        in_second = thickness * math.cos(turn - angle) + ahead * math.sin(turn - angle)
        if in_first <= first * (1 + 1e-12) and in_second <= second * (1 + 1e-12):
            return True
    return False


def test_a_little_shorter_passes_at_every_angle_and_a_little_longer_does_not():
    case = {"first": 11e-3, "second": 6e-3, "turn": 1.0, "thickness": 2e-3}
    longest = longest_rod(11e-3, 6e-3, 1.0, thickness=2e-3)
    angles = np.linspace(1e-3, 1.0 - 1e-3, 301)
    assert all(fits(0.995 * longest, angle, **case) for angle in angles)
    assert not all(fits(1.01 * longest, angle, **case) for angle in angles)


def test_no_turn_lets_everything_through_and_a_thick_rod_nothing():
    assert longest_rod(5e-3, 4e-3, 0.0, thickness=3e-3) == math.inf
    assert longest_rod(5e-3, 4e-3, 1.0, thickness=4.5e-3) == 0.0


@pytest.mark.parametrize("turn", [0.1, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("thickness", [0.0, 1e-3, 3.9e-3])
def test_what_surely_turns_does_turn(turn, thickness):
    bound = math.sqrt(25e-6 - thickness**2) + math.sqrt(16e-6 - thickness**2)
    assert surely_turns(bound, 5e-3, 4e-3, thickness=thickness)
    assert longest_rod(5e-3, 4e-3, turn, thickness=thickness) >= bound * (1 - 1e-9)
