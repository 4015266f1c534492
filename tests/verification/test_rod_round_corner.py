r"""The longest rod round a corner, against closed answers and against a rod that is really moved.

*Right angle, thin rod.* :math:`L(\alpha)=w_1/\sin\alpha+w_2/\cos\alpha` is least where
:math:`\tan^3\alpha=w_1/w_2`; put in, :math:`L=(w_1^{2/3}+w_2^{2/3})^{3/2}`.

*Equal widths, any angle.* By symmetry the least is at :math:`\alpha=\tau/2`:
:math:`L = 2\,(w-d\cos(\tau/2))/\sin(\tau/2)`.

*Hairpin.* At :math:`\tau=\pi` the rod lies across both passages: :math:`L=w_1+w_2`.

*Moved rod.* The inner corner is the origin, the passages lie between it and two outer walls
:math:`n_i\cdot x\le w_i`. A rectangle whose inner side slides over the corner is put at every angle and pushed as
far as the first wall lets it; what reaches beyond the second tells whether the rod gets round.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from azygos.heart.turning import chord, longest_rod


@pytest.mark.parametrize(("first", "second"), [(0.030, 0.030), (0.036, 0.021), (0.010, 0.060)])
def test_thin_rod_at_a_right_angle(first, second):
    exact = (first ** (2 / 3) + second ** (2 / 3)) ** 1.5
    assert longest_rod(first, second, turn=math.pi / 2) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("degrees", [30, 60, 90, 120, 150])
@pytest.mark.parametrize("thickness", [0.0, 2e-3, 5e-3])
def test_equal_widths_at_any_angle(degrees, thickness):
    turn = math.radians(degrees)
    exact = 2.0 * (0.03 - thickness * math.cos(turn / 2)) / math.sin(turn / 2)
    assert longest_rod(0.03, 0.03, turn=turn, thickness=thickness) == pytest.approx(exact, rel=1e-6)


def test_a_hairpin_takes_both_widths():
    assert longest_rod(0.03, 0.02, turn=math.pi) == pytest.approx(0.05, rel=1e-6)


def gets_round(length: float, first: float, second: float, turn: float, thickness: float) -> bool:
    """Push a rectangle round the corner, degree by degree."""
    walls = np.array([[0.0, 1.0], [math.sin(turn), math.cos(turn)]])
    for phi in np.linspace(0.0, turn, 1441)[1:-1]:
        along, out = np.array([math.cos(phi), -math.sin(phi)]), np.array([math.sin(phi), math.cos(phi)])
        sides = (0.0 * out, thickness * out)
        back = min((first - walls[0] @ side) / (walls[0] @ -along) for side in sides)  # way from its tail to the corner
        ahead = max(float(walls[1] @ (side + (length - back) * along)) for side in sides)
        if ahead > second:
            return False
    return True


@pytest.mark.parametrize("degrees", [50, 90, 108, 140])
@pytest.mark.parametrize("thickness", [0.0, 3e-3])
def test_a_rod_that_is_moved(degrees, thickness):
    turn = math.radians(degrees)
    longest = longest_rod(0.036, 0.024, turn=turn, thickness=thickness)
    assert gets_round(0.9999 * longest, 0.036, 0.024, turn, thickness)
    assert not gets_round(1.0001 * longest, 0.036, 0.024, turn, thickness)


def test_more_turn_less_rod_and_more_thickness_less_rod():
    turns = [longest_rod(0.03, 0.025, turn=math.radians(t), thickness=2e-3) for t in range(10, 161, 10)]
    widths = [longest_rod(0.03, 0.025, turn=1.6, thickness=d) for d in np.linspace(0.0, 0.024, 13)]
    assert all(np.diff(turns) < 0.0)
    assert all(np.diff(widths) < 0.0)
    assert longest_rod(0.03, 0.025, turn=1.6, thickness=0.025) == 0.0


def test_a_chord_is_shorter_than_its_arc_by_the_circle():
    """A quarter circle of radius 1: arc pi/2, chord sqrt(2)."""
    assert chord(math.pi / 2, math.pi / 2) == pytest.approx(math.sqrt(2.0), rel=1e-12)
