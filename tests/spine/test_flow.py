"""The workspace: padding, indices, and the pressure solver against others on rough media."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyamg
import pytest
from scipy.ndimage import label
from scipy.sparse import coo_matrix

from azygos.spine.flow import Flow, multigrid_shapes
from azygos.spine.kernels import transport


def medium(shape, sigma, rng, mask=None, *, anisotropy=1.0) -> Flow:
    """Log-normal permeability without correlation, one unit of flow from the middle to sinks on two far cells."""
    flow = Flow(shape, mask)
    inside = np.ones(shape, dtype=bool) if mask is None else mask
    k = np.where(inside, np.exp(sigma * rng.standard_normal(shape)), 0.0)
    transport.faces(flow.field(k), anisotropy, 1.0, flow.tx, flow.ty, flow.tz)
    cells = np.argwhere(inside)
    middle = cells[np.argmin(np.linalg.norm(cells - np.array(shape) / 2, axis=1))]
    for cell in (cells[0], cells[-1]):
        flow.inner(flow.sink)[tuple(cell)] = 1.0
    flow.inner(flow.push)[tuple(middle)] = 1.0
    return flow


def matrix(flow: Flow):
    """Sparse matrix over the cells that anything touches, and which they are."""
    strides = (flow.p.shape[1] * flow.p.shape[2], flow.p.shape[2], 1)
    rows, columns, values = [], [], []
    diagonal = flow.sink.ravel().copy()
    for t, stride in zip((flow.tx, flow.ty, flow.tz), strides, strict=True):
        at = np.flatnonzero(t.ravel())
        g = t.ravel()[at]
        np.add.at(diagonal, at, g)
        np.add.at(diagonal, at + stride, g)
        rows += [at, at + stride]
        columns += [at + stride, at]
        values += [-g, -g]
    cells = np.flatnonzero(diagonal)
    rows, columns, values = [*rows, cells], [*columns, cells], [*values, diagonal[cells]]
    number = np.full(diagonal.size, -1)
    number[cells] = np.arange(cells.size)
    entries = (np.concatenate(values), (number[np.concatenate(rows)], number[np.concatenate(columns)]))
    return coo_matrix(entries, shape=(cells.size, cells.size)).tocsr(), cells


def by_pyamg(flow: Flow) -> tuple[np.ndarray, np.ndarray]:
    a, cells = matrix(flow)
    solver = pyamg.ruge_stuben_solver(a)
    with np.errstate(all="ignore"):
        return solver.solve(flow.push.ravel()[cells], tol=1e-12, accel="cg", maxiter=200), cells


def ball_mask(n: int, rng) -> np.ndarray:
    """A ball with a tenth of its cells missing, in one piece."""
    x, y, z = np.ogrid[:n, :n, :n]
    c = 0.5 * (n - 1)
    mask = (x - c) ** 2 + (y - c) ** 2 + (z - c) ** 2 < (0.48 * n) ** 2
    pieces, _ = label(mask & (rng.random(mask.shape) > 0.1))
    return np.asarray(pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:]))


@pytest.mark.parametrize("sigma", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("shape", [(20, 20, 20), (6, 7, 60), (40, 9, 3)])
def test_same_pressure_as_pyamg(sigma, shape, rng):
    flow = medium(shape, sigma, rng)
    flow.solve(1e-10, most=1000)
    other, cells = by_pyamg(flow)
    assert np.allclose(flow.p.ravel()[cells], other, rtol=1e-5, atol=1e-6 * other.max())


@pytest.mark.parametrize("sigma", [0.0, 2.0])
def test_same_pressure_as_pyamg_in_a_mask(sigma, rng):
    mask = ball_mask(24, rng)
    flow = medium(mask.shape, sigma, rng, mask)
    flow.solve(1e-10, most=1000)
    other, cells = by_pyamg(flow)
    assert np.allclose(flow.p.ravel()[cells], other, rtol=1e-5, atol=1e-6 * other.max())
    assert np.all(flow.inner(flow.p)[~mask] == 0.0)


@pytest.mark.parametrize("sigma", [0.0, 1.0, 2.0])
def test_iterations_hardly_grow_with_the_grid(sigma):
    counts = []
    for n in (16, 32, 64):
        flow = medium((n, n, n), sigma, np.random.default_rng(5))
        counts.append(flow.solve(1e-6, most=1000).iterations)
    print(f"sigma {sigma:g}: iterations at 16, 32, 64 cells {counts}")
    assert counts[-1] <= 2 * counts[0]


@pytest.mark.parametrize("shape", [(4, 4, 64), (64, 4, 4), (4, 64, 8)])
def test_tall_thin_grids(shape):
    """As few iterations as in a cube would be better; bounded they must be."""
    flow = medium(shape, 1.0, np.random.default_rng(5))
    solved = flow.solve(1e-6, most=1000)
    print(f"{shape}: {solved.iterations} iterations")
    assert solved.iterations <= 60


def test_anisotropy_is_along_the_last_axis(rng):
    plain, stiff = (medium((4, 4, 4), 0.0, rng, anisotropy=a) for a in (1.0, 2.0))
    assert np.allclose(stiff.tz, 2.0 * plain.tz)
    assert np.array_equal(stiff.tx, plain.tx)
    assert np.array_equal(stiff.ty, plain.ty)


@pytest.mark.parametrize("shape", [(1, 1, 1), (5, 4, 3), (33, 17, 9), (160, 100, 90)])
def test_padding_halves_on_every_level(shape):
    levels = multigrid_shapes(shape)
    for axis in range(3):
        assert levels[0][axis] >= shape[axis]
        for fine, coarse in pairwise(levels):
            assert fine[axis] == 2 * coarse[axis]


def test_flat_index_finds_the_cell(rng):
    flow = Flow((5, 6, 7))
    values = flow.field(rng.random((5, 6, 7)))
    cells = rng.integers(0, 5, (20, 3))
    assert np.array_equal(values.ravel()[flow.flat_index(cells)], flow.inner(values)[tuple(cells.T)])


def test_what_flows_in_flows_out(rng):
    flow = medium((12, 10, 8), 1.5, rng)
    flow.solve(1e-11, most=1000)
    assert float((flow.sink * flow.p).sum()) == pytest.approx(1.0, rel=1e-8)
