r"""Pressure in a smoothly varying medium, against a made-up solution.

With :math:`p = \cos\pi x\cos2\pi y\cos\pi z` on the unit cube, whose normal derivative vanishes on all
walls as the solver's closed walls ask, :math:`K = e^{\frac12\sin(x+2y)+\frac12\cos3z}` (times
the anisotropy along z) and a sink c p everywhere, the flow that must be put in is

.. math:: f = -\nabla\cdot(K\nabla p) + c\,p = -K\left(\nabla^2p + \nabla\ln K\cdot\nabla p\right) + c\,p

Harmonic means of smooth K are right to second order, so is p.
"""

from __future__ import annotations

import numpy as np
import pytest
from verification_grids import Block, orders

PI, SINK = np.pi, 3.0


def medium(x, y, z):
    return np.exp(0.5 * np.sin(x + 2.0 * y) + 0.5 * np.cos(3.0 * z))


def pressure(x, y, z):
    return np.cos(PI * x) * np.cos(2.0 * PI * y) * np.cos(PI * z)


def flow_in(x, y, z, anisotropy):
    """f of the docstring."""
    cx, cy, cz = np.cos(PI * x), np.cos(2.0 * PI * y), np.cos(PI * z)
    px, py, pz = (
        -PI * np.sin(PI * x) * cy * cz, -2.0 * PI * cx * np.sin(2.0 * PI * y) * cz, -PI * cx * cy * np.sin(PI * z),
    )  # fmt: skip
    slope = 0.5 * np.cos(x + 2.0 * y)
    second = -(PI**2) * (1.0 + 4.0 + anisotropy) * cx * cy * cz
    along = slope * px + 2.0 * slope * py - 1.5 * np.sin(3.0 * z) * anisotropy * pz
    return -medium(x, y, z) * (second + along) + SINK * cx * cy * cz


def error(n: int, anisotropy: float) -> float:
    h = 1.0 / n
    line = (np.arange(n) + 0.5) * h
    block = Block(line, line, line, h=h)
    at = (block.x, block.y, block.z)
    block.conduct(medium(*at), anisotropy=anisotropy)
    block.flow.inner(block.flow.sink)[...] = SINK * h**3
    block.flow.inner(block.flow.push)[...] = flow_in(*at, anisotropy) * h**3
    p = block.solve(1e-10 * h**1.5)
    return float(np.sqrt(((p - pressure(*at)) ** 2).mean()))


@pytest.mark.parametrize("anisotropy", [1.0, 1.6])
def test_second_order(anisotropy):
    errors = [error(n, anisotropy) for n in (8, 16, 32, 48)]
    print(f"smooth K, anisotropy {anisotropy:g}: errors {errors}, orders {orders(errors[:3])}")
    assert np.log2(errors[0] / errors[2]) / 2.0 >= 1.8
    assert np.log(errors[2] / errors[3]) / np.log(1.5) >= 1.8
