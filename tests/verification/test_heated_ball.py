r"""A cold ball of cement in warm bone.

In an unbounded medium of one diffusivity each point's temperature is the start smeared by the heat
kernel :math:`(4\pi\alpha t)^{-3/2}e^{-d^2/4\alpha t}`. Integrated over a ball of radius a,
with :math:`s = 2\sqrt{\alpha t}`:

.. math:: \frac{T-T_\infty}{T_0-T_\infty} = \tfrac12\left[\operatorname{erf}\frac{a-r}s+\operatorname{erf}
          \frac{a+r}s\right] - \frac s{2r\sqrt\pi}\left[e^{-((a-r)/s)^2}-e^{-((a+r)/s)^2}\right]

At the centre :math:`\operatorname{erf}x - \tfrac{2x}{\sqrt\pi}e^{-x^2}` with :math:`x = a/s`, which is one half
at x = 1.0877: :math:`t_{1/2} = a^2/(4\alpha\cdot1.0877^2)` (physics.md 6.5). Cells cut by the ball
start at the mean over their volume.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from verification_grids import ball_share, orders

from azygos.spine.kernels.cement import conduct
from azygos.spine.settling import warming_ball_temperature

ALPHA, CAPACITY = 1.1e-7, 2e6  # m^2/s, J/(m^3 K)


def centre_share(radius: float, time: float, alpha: float) -> float:
    """Of the start's difference that is left at the centre."""
    x = radius / (2.0 * math.sqrt(alpha * time))
    return math.erf(x) - 2.0 * x / math.sqrt(math.pi) * math.exp(-x * x)


@pytest.mark.parametrize(
    ("radius", "alpha", "half_time"),
    [(5e-3, 1.1e-7, 48), (8e-3, 1.1e-7, 123), (10e-3, 1.1e-7, 192), (5e-3, 2e-7, 26), (8e-3, 2e-7, 68),
     (10e-3, 2e-7, 106)],
)  # fmt: skip
def test_half_times_of_the_table(radius, alpha, half_time):
    found = brentq(lambda t: centre_share(radius, t, alpha) - 0.5, 1.0, 1e4)
    assert found == pytest.approx(radius**2 / (4.0 * alpha * 1.0877**2), rel=1e-4)
    assert abs(found - half_time) < 1.0
    law = warming_ball_temperature(1e-5, found, radius=radius, diffusivity=alpha, start=1.0, surroundings=0.0)
    assert law == pytest.approx(0.5, abs=1e-5)


def warmed(cells: int, radius: float, time: float, *, reach: float = 3.2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Temperature in a box about the ball, the exact one, and the distance; ghosts of the box stay warm."""
    h = reach * radius / cells
    line = (np.arange(-cells, cells) + 0.5) * h
    start = np.pad(1.0 - ball_share(h, radius, line, line, line), 1, constant_values=1.0)
    capacity = np.full(start.shape, CAPACITY * h**3)
    steps = math.ceil(time * 6.0 * ALPHA / (0.9 * h * h))
    conduct(
        steps, time / steps, ALPHA * CAPACITY * h, capacity, np.zeros_like(start), np.zeros_like(start), start
    )  # fmt: skip
    x, y, z = np.meshgrid(line, line, line, indexing="ij")
    r = np.sqrt(x**2 + y**2 + z**2)
    at = np.linspace(0.05 * h, r.max(), 4000)
    exact = [
        warming_ball_temperature(d, time, radius=radius, diffusivity=ALPHA, start=0.0, surroundings=1.0) for d in at
    ]
    return start[1:-1, 1:-1, 1:-1], np.interp(r, at, exact), r


def error(cells: int, radius: float, time: float) -> float:
    found, exact, r = warmed(cells, radius, time)
    near = r < 2.0 * radius
    return float(np.sqrt(((found - exact)[near] ** 2).mean()))


@pytest.mark.parametrize("time", [20.0, 48.0])
def test_order_of_convergence(time):
    """Second order in the cell; the step in time goes with its square."""
    errors = [error(cells, 5e-3, time) for cells in (8, 16, 32)]
    print(f"cold ball after {time:g} s: errors {errors}, orders {orders(errors)}")
    assert np.log2(errors[0] / errors[-1]) / 2.0 >= 1.8
    assert errors[-1] < 2e-3


@pytest.mark.parametrize("radius", [5e-3, 8e-3])
def test_half_time_on_a_grid(radius):
    """Half warm at the centre at the table's time, within half a per cent of the difference."""
    found, _, r = warmed(24, radius, radius**2 / (4.0 * ALPHA * 1.0877**2))
    assert found[r == r.min()].mean() == pytest.approx(0.5, abs=0.02)


def test_heat_is_kept_until_it_reaches_the_rim():
    """What the ball takes up, the bone gives."""
    cells, h, radius = 12, 1e-3, 5e-3
    line = (np.arange(-cells, cells) + 0.5) * h
    t = np.pad(-ball_share(h, radius, line, line, line), 1)
    before = t.sum()
    capacity = np.full(t.shape, CAPACITY * h**3)
    conduct(6, 0.3, ALPHA * CAPACITY * h, capacity, np.zeros_like(t), np.zeros_like(t), t)
    assert t.sum() == pytest.approx(before, rel=1e-12)


def test_unequal_heat_capacities_keep_the_sum():
    rng = np.random.default_rng(3)
    t = np.zeros((14, 14, 14))
    t[5:9, 5:9, 5:9] = -1.0
    capacity = CAPACITY * 1e-9 * rng.uniform(0.7, 1.5, t.shape)
    before = (capacity * t).sum()
    conduct(3, 0.3, ALPHA * CAPACITY * 1e-3, capacity, np.zeros_like(t), np.zeros_like(t), t)
    assert (capacity * t).sum() == pytest.approx(before, rel=1e-12)


def test_heat_of_setting_warms_as_much_as_it_should():
    """Heat released evenly, nothing conducted: T rises by power times time over capacity."""
    t = np.full((6, 6, 6), 300.0)
    capacity, heating = np.full(t.shape, 2e-3), np.full(t.shape, 4e-3)
    conduct(5, 0.2, 0.0, capacity, heating, np.zeros_like(t), t)
    assert np.allclose(t[1:-1, 1:-1, 1:-1], 302.0, rtol=1e-14)
    assert np.all(t[0] == 300.0)
