r"""Clot between growth and lysis, against small steps.

:math:`dV/dt=g-kV` with constant :math:`g, k` is integrated by explicit Euler steps, which converge with the first
order to the closed formula. Its own composition is exact: two halves of a time are the whole.
"""

from __future__ import annotations

import itertools
import math

import pytest

from azygos.care.clot.balance import clot_after

START, TIME, GROWTH, LYSIS = 2.0e-7, 20.0, 3.0e-8, 0.07


def by_steps(n: int) -> float:
    volume = START
    for _ in range(n):
        volume += TIME / n * (GROWTH - LYSIS * volume)
    return volume


def test_the_formula_is_the_limit_of_first_order():
    exact = clot_after(START, TIME, growth=GROWTH, lysis=LYSIS)
    errors = [abs(by_steps(n) - exact) for n in (200, 400, 800)]
    orders = [math.log2(coarse / fine) for coarse, fine in itertools.pairwise(errors)]
    assert min(orders) == pytest.approx(1.0, abs=0.02)
    assert errors[-1] < 1e-3 * exact


def test_two_halves_are_the_whole():
    half = clot_after(START, 0.5 * TIME, growth=GROWTH, lysis=LYSIS)
    assert clot_after(half, 0.5 * TIME, growth=GROWTH, lysis=LYSIS) == pytest.approx(
        clot_after(START, TIME, growth=GROWTH, lysis=LYSIS), rel=1e-14
    )


def test_without_lysis_it_only_grows_and_without_growth_it_only_goes():
    assert clot_after(START, TIME, growth=GROWTH, lysis=0.0) == START + TIME * GROWTH
    assert clot_after(START, TIME, growth=0.0, lysis=LYSIS) == pytest.approx(START * math.exp(-1.4), rel=1e-14)
    assert clot_after(START, TIME, growth=GROWTH, lysis=1e-12) == pytest.approx(START + TIME * GROWTH, rel=1e-9)
