r"""A power-law cement flowing from a point into a ball of it, and from a line into a disc.

The bundle of tubes gives Darcy's law a viscosity that falls with the filter velocity u,

.. math:: \mu_e = m\left(\frac{3n+1}{4n}\right)^n\left(\frac{\sqrt2\,u}{\sqrt{K\phi}}\right)^{n-1},
          \qquad -\frac{dp}{dr} = \frac{\mu_e u}{K} = h\,u^n,
          \quad h = \frac mK\left(\frac{3n+1}{4n}\right)^n\left(\frac{\sqrt2}{\sqrt{K\phi}}\right)^{n-1}

With :math:`u = Q/4\pi r^2` in a ball and :math:`u = Q/2\pi h_z r` in a disc of height :math:`h_z`,
integrated from r0 to the front:

.. math:: \Delta p = h\left(\frac Q{4\pi}\right)^n\frac{r_0^{1-2n}-r_f^{1-2n}}{2n-1}, \qquad
          \Delta p = h\left(\frac Q{2\pi h_z}\right)^n\frac{r_f^{1-n}-r_0^{1-n}}{1-n}

with logarithms where an exponent vanishes (physics.md 6.3). The solver does it in turns: pressure at the last
viscosity, viscosity (kernel ``thin``) at that pressure's flow, until neither changes.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from verification_grids import Block, ball_share, orders

from azygos.spine.kernels.cement import thin
from azygos.spine.simulate import viscosity_table
from azygos.spine.treatment import Cement

M, K, PHI, R0, FRONT, Q = 100.0, 1e-8, 0.85, 1.2e-3, 10e-3, 5e-8


def paste(index: float) -> Cement:
    """A cement that is a pure power law: its plateau lies below any rate met here."""
    return Cement(
        name="power law", consistency=M, reference_age=0.0, e_folding=1e3, index_fresh=index, index_doughy=index,
        plateau_rate=1e-9, setting_age=1e3, paste_age=1e3, activation_early=5e4, activation_late=5e4, batch=1.0,
        density_paste=1.2e3, density_set=1.3e3, heat_capacity=1.2e3, conductivity=0.2, heat_of_setting=0.0,
    )  # fmt: skip


def strength(n: float) -> float:
    """h of the docstring."""
    return M / K * ((3.0 * n + 1.0) / (4.0 * n)) ** n * (math.sqrt(2.0) / math.sqrt(K * PHI)) ** (n - 1.0)


def exact(r: np.ndarray, n: float, dimensions: int, height: float = 1.0) -> np.ndarray:
    """Pressure over that at the front [Pa]."""
    if dimensions == 3:
        per_area, power = Q / (4.0 * np.pi), 1.0 - 2.0 * n
    else:
        per_area, power = Q / (2.0 * np.pi * height), 1.0 - n
    way = np.log(FRONT / r) if abs(power) < 1e-12 else (FRONT**power - r**power) / power
    return np.asarray(strength(n) * per_area**n * way)


@pytest.mark.parametrize(("n", "drop"), [(0.3, 9223.60), (0.5, 12073.19), (0.7, 16539.61), (1.0, 29178.41)])
def test_numbers_of_the_table(n, drop):
    assert exact(np.array(R0), n, 3) == pytest.approx(drop, abs=0.006)


@pytest.mark.parametrize("n", [0.3, 0.5, 1.0])
def test_closed_form_is_the_integral(n):
    """Gauss points over ln r against the formulas."""
    x, w = np.polynomial.legendre.leggauss(40)
    r = R0 * (FRONT / R0) ** (0.5 * (x + 1.0))
    for dimensions, u in ((3, Q / (4.0 * np.pi * r**2)), (2, Q / (2.0 * np.pi * r))):
        added = float((w * strength(n) * u**n * r).sum() * 0.5 * math.log(FRONT / R0))
        assert added == pytest.approx(float(exact(np.array(R0), n, dimensions)), rel=1e-9)


def solved(cells: int, n: float, dimensions: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Pressure, the exact one and distance; and how far the last turn still moved the viscosity."""
    h = FRONT / cells
    line = (np.arange(cells + 2) + 0.5) * h
    axes = (line, line, line if dimensions == 3 else np.zeros(1))
    block = Block(*axes, h=h)
    flow = block.flow
    r = np.sqrt(block.x**2 + block.y**2 + block.z**2)
    p_exact = exact(r, n, dimensions, h)
    fed = ball_share(h, R0, *axes[:dimensions]).reshape(r.shape)
    fed = fed / fed.sum() * Q / (8.0 if dimensions == 3 else 4.0)
    held = r > FRONT
    cells_ = np.flatnonzero(flow.field(r < FRONT + 2 * h).ravel() > 0.0)
    medium = flow.field(K).ravel(), flow.field(PHI).ravel()
    age = np.zeros(flow.s.size)
    cement = paste(n)
    table, low, step = viscosity_table(cement, "tube_bundle")
    stride = (flow.padded[1] + 2) * (flow.padded[2] + 2)
    viscosity = np.full(flow.s.size, M)
    moved = np.inf
    for _ in range(30):
        block.conduct(K / np.maximum(flow.inner(viscosity.reshape(flow.s.shape)), 1e-3))
        block.hold(held, p_exact)
        flow.inner(flow.push)[...] += fed
        block.solve(1e-8 * Q)
        old = viscosity.copy()
        thin(
            cells_, flow.tx.ravel(), flow.ty.ravel(), flow.tz.ravel(), flow.p.ravel(), stride, flow.padded[2] + 2,
            h**2, *medium, age, table, low, step, cement.consistency, cement.reference_age, cement.e_folding,
            cement.index_fresh, cement.index_doughy, cement.setting_age, 1e6, True, 1.0, viscosity,
        )  # fmt: skip
        moved = float(np.abs(np.log(viscosity[cells_] / old[cells_])).max())
        if moved < 1e-5:
            break
    return flow.inner(flow.p), p_exact, r, moved


def error(cells: int, n: float, dimensions: int) -> float:
    """Mean error of the pressure from r0 to the front, over its mean."""
    p, p_exact, r, moved = solved(cells, n, dimensions)
    assert moved < 1e-4
    at = (r > R0) & (r < FRONT)
    return float(np.abs(p - p_exact)[at].sum() / p_exact[at].sum())


@pytest.mark.parametrize(
    ("dimensions", "n", "least"),
    [
        (3, 0.3, 1.5), (3, 0.5, 1.5), (3, 0.7, 1.5), (3, 1.0, 1.5), (2, 1.0, 1.5),
        # all around a line the thinning lies in r^(1-n), steep where the painted source ends in stairs: first order
        (2, 0.3, 0.9), (2, 0.5, 0.9),
    ],
)  # fmt: skip
def test_order_of_convergence(dimensions, n, least):
    errors = [error(cells, n, dimensions) for cells in ((8, 16, 32) if dimensions == 3 else (16, 32, 64))]
    print(f"power law, {dimensions}-D, index {n:g}: errors {errors}, orders {orders(errors)}")
    assert np.log2(errors[0] / errors[-1]) / 2.0 >= least
    assert errors[-1] < 0.01


@pytest.mark.parametrize("n", [0.3, 0.5, 0.7, 1.0])
def test_drop_of_the_table_on_a_grid(n):
    """Extrapolated to r0 by the exact field's own shape: within 2 % at 32 cells."""
    p, p_exact, r, _ = solved(32, n, 3)
    near = (r > R0) & (r < 1.5 * R0)
    off = float((p - p_exact)[near].mean())
    assert abs(off) < 0.02 * float(exact(np.array(R0), n, 3))


def test_fixed_point_forgets_its_start():
    """In a ball the flow does not depend on the viscosity, so the turns settle fast and in one place."""
    _, _, _, moved = solved(8, 0.3, 3)
    assert moved < 1e-4
