r"""Beams against the equation that they solve.

A straight beam obeys :math:`EI\,w'''' = f`. The bending moment of an even load is known where the supports are
(cantilever: :math:`M(x)=f(L-x)^2/2`; resting on both ends: :math:`M(x)=f x(L-x)/2`), so that

.. math:: w'' = M(x)/EI

is integrated here twice by the trapezoidal rule, which converges with the second order, and its end values compared
with the closed formulas. For the column, :math:`EI\,w''+F w=0` with :math:`w=0` at both ends has its first solution at
the smallest eigenvalue of the second difference.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from azygos.ground.beams import (
    buckling_load,
    cantilever_deflection,
    cantilever_slope,
    second_moment,
    supported_moment,
    supported_turn,
)

LOAD, LENGTH, STIFFNESS = 0.7, 0.06, 2.0e-3


def running_integral(values: np.ndarray, step: float) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(0.5 * step * (values[1:] + values[:-1]))])


def cantilever(n: int) -> tuple[float, float]:
    """Slope and deflection of the free end."""
    x = np.linspace(0.0, LENGTH, n + 1)
    slope = running_integral(LOAD * (LENGTH - x) ** 2 / 2.0 / STIFFNESS, LENGTH / n)
    return float(slope[-1]), float(running_integral(slope, LENGTH / n)[-1])


def supported(n: int) -> float:
    """Angle between the ends."""
    x = np.linspace(0.0, LENGTH, n + 1)
    return float(running_integral(LOAD * x * (LENGTH - x) / 2.0 / STIFFNESS, LENGTH / n)[-1])


def first_buckling(n: int) -> float:
    """Smallest force of the discrete column."""
    step = LENGTH / n
    matrix = (2.0 * np.eye(n - 1) - np.eye(n - 1, k=1) - np.eye(n - 1, k=-1)) / step**2
    return float(STIFFNESS * np.linalg.eigvalsh(matrix)[0])


@pytest.mark.parametrize(
    ("solve", "exact"),
    [
        (lambda n: cantilever(n)[0], cantilever_slope(LOAD, LENGTH, stiffness=STIFFNESS)),
        (supported, supported_turn(LOAD, LENGTH, stiffness=STIFFNESS)),
        (first_buckling, buckling_load(LENGTH, stiffness=STIFFNESS)),
    ],
    ids=["cantilever slope", "supported turn", "buckling load"],
)
def test_the_formula_is_the_limit_of_second_order(solve, exact):
    errors = [abs(solve(n) - exact) for n in (20, 40, 80)]
    orders = [math.log2(coarse / fine) for coarse, fine in itertools.pairwise(errors)]
    assert min(orders) == pytest.approx(2.0, abs=0.05)
    assert errors[-1] < 1e-3 * exact


def test_deflection_of_a_cantilever():
    """For this moment the errors of the two trapezoidal sums cancel, so any number of steps gives it."""
    exact = cantilever_deflection(LOAD, LENGTH, stiffness=STIFFNESS)
    assert [cantilever(n)[1] for n in (10, 80)] == pytest.approx([exact, exact], rel=1e-9)


def test_the_largest_moment_lies_in_the_middle():
    x = np.linspace(0.0, LENGTH, 101)
    moment = LOAD * x * (LENGTH - x) / 2.0
    assert moment.max() == moment[50]
    assert supported_moment(LOAD, LENGTH) == pytest.approx(moment[50], rel=1e-12)


def test_second_moment_of_a_disc():
    """Integral of y^2 over the disc, by rings of polar coordinates."""
    radius, n = 1.5e-3, 2000
    r = (np.arange(n) + 0.5) * radius / n
    integral = float(np.sum(math.pi * r**3) * radius / n)
    assert second_moment(2.0 * radius) == pytest.approx(integral, rel=1e-6)
