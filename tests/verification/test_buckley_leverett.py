r"""Buckley-Leverett in a bar, a disc and a ball.

With one radial coordinate and the volume :math:`v` inside it, total flow Q and porosity 1,
saturation obeys :math:`\partial S/\partial t + Q f'(S)\,\partial S/\partial v = 0`, so each
saturation behind the shock stands at :math:`v = f'(S)\,Q t`. The shock's saturation solves
:math:`f(S^*) = S^* f'(S^*)`; for squared relative permeabilities
:math:`S^* = \sqrt{a/(1+a)}`, with a the viscosity ratio. The injected fluid's saturation is 1
at the source. (physics.md 6.1)
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from verification_grids import Ball, orders

from azygos.spine.kernels.transport import fractional_flow, fractional_slope


def exact(volume: np.ndarray, injected: float, a: float) -> np.ndarray:
    """Saturation at the places that enclose `volume` when `injected` has gone in."""
    shock = np.sqrt(a / (1.0 + a))
    speed = fractional_flow(shock, a) / shock
    s = np.zeros_like(volume)
    for at in np.ndindex(volume.shape):
        x = volume[at] / injected
        if x < speed:
            s[at] = brentq(lambda q, x=x: fractional_slope(q, a) - x, shock, 1.0) if x > 0.0 else 1.0
    return s


@pytest.mark.parametrize(
    ("a", "shock", "speed"), [(0.1, 0.3015, 2.1583), (10.0, 0.9535, 1.0244), (1000.0, 0.9995, 1.0003)]
)
def test_shock_of_the_table(a, shock, speed):
    assert np.sqrt(a / (1 + a)) == pytest.approx(shock, abs=1e-4)
    assert fractional_flow(shock, a) / shock == pytest.approx(speed, abs=1e-3)


def error(n: int, dimensions: int, a: float) -> float:
    ball = Ball(n, dimensions=dimensions)
    whole = {1: float(n), 2: np.pi * n**2, 3: 4.0 / 3.0 * np.pi * n**3}[dimensions]
    injected = 0.3 * whole * ball.share
    s = ball.inject(injected, 1.0, steps=max(10, n // 2), n_sub=8, ratio=a)
    assert s.sum() == pytest.approx(injected, rel=1e-6)
    volume = {1: ball.r, 2: np.pi * ball.r**2 * ball.share, 3: 4.0 / 3.0 * np.pi * ball.r**3 * ball.share}[dimensions]
    return float(np.abs(s - exact(volume, injected, a))[ball.mask].sum() / injected)


BAR, DISC, BALL = (1, (64, 128, 256)), (2, (32, 64, 128)), (3, (16, 32, 64))


@pytest.mark.parametrize(
    ("shape", "a", "least"),
    [
        (BAR, 1.0, 0.8),
        (BAR, 10.0, 0.8),
        (BAR, 100.0, 0.8),
        (DISC, 10.0, 0.8),
        (BALL, 10.0, 0.8),
        (BALL, 100.0, 0.8),
        # equal viscosities: a weak shock behind which a wide fan trails; first-order upwind stays under 0.8 here
        (BALL, 1.0, 0.7),
    ],
)
def test_order_of_convergence_at_a_shock(shape, a, least):
    dimensions, sizes = shape
    errors = [error(n, dimensions, a) for n in sizes]
    print(f"{dimensions}-D, viscosity ratio {a:g}: L1 errors {errors}, orders {orders(errors)}")
    assert np.log2(errors[0] / errors[-1]) / 2.0 >= least
