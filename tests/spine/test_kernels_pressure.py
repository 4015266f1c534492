"""Loops of the pressure solver on grids of at most 8 cells along an edge: these also run as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.errors import DidNotConverge
from azygos.spine.flow import Flow
from azygos.spine.kernels import pressure, transport


def random_flow(shape, rng, *, sigma=1.0, anisotropy=1.0, mask=None, sink=0.1) -> Flow:
    flow = Flow(shape, mask)
    k = np.exp(sigma * rng.standard_normal(shape))
    if mask is not None:
        k[~mask] = 0.0
    transport.faces(flow.field(k), anisotropy, 1.0, flow.tx, flow.ty, flow.tz)
    flow.inner(flow.sink)[...] = np.where(k > 0.0, sink * rng.random(shape), 0.0)
    flow.inner(flow.push)[...] = np.where(k > 0.0, rng.standard_normal(shape), 0.0)
    return flow


def dense(flow: Flow) -> np.ndarray:
    """The matrix, face by face, from the conductances alone."""
    cells = flow.p.size
    matrix = np.diag(flow.sink.ravel()).astype(float)
    strides = [flow.p.shape[1] * flow.p.shape[2], flow.p.shape[2], 1]
    for t, stride in zip((flow.tx, flow.ty, flow.tz), strides, strict=True):
        for c in np.flatnonzero(t.ravel()):
            g = t.ravel()[c]
            matrix[c, c] += g
            matrix[c + stride, c + stride] += g
            matrix[c, c + stride] -= g
            matrix[c + stride, c] -= g
    assert matrix.shape == (cells, cells)
    return matrix


def exact_pressure(flow: Flow) -> np.ndarray:
    """By elimination, over the cells that anything touches."""
    matrix = dense(flow)
    at = np.flatnonzero(np.diag(matrix))
    p = np.zeros(flow.p.size)
    p[at] = np.linalg.solve(matrix[np.ix_(at, at)], flow.push.ravel()[at])
    return p.reshape(flow.p.shape)


def hollow(shape, rng) -> np.ndarray:
    return rng.random(shape) < 0.75


@pytest.mark.parametrize("shape", [(5, 4, 3), (6, 6, 6), (1, 1, 8), (8, 1, 1), (1, 7, 1)])
def test_apply_is_the_matrix(shape, rng):
    flow = random_flow(shape, rng, anisotropy=1.6)
    p = flow.field(rng.standard_normal(shape))
    out = np.zeros_like(p)
    pressure.apply(flow._rows[0], flow.tx, flow.ty, flow.tz, flow.sink, p, out)
    expected = (dense(flow) @ p.ravel()).reshape(p.shape)
    assert np.allclose(flow.inner(out), flow.inner(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("sigma", [0.0, 2.0])
@pytest.mark.parametrize("shape", [(5, 4, 6), (8, 8, 8), (3, 3, 8), (8, 1, 1)])
def test_solve_is_the_inverse(shape, sigma, rng):
    flow = random_flow(shape, rng, sigma=sigma)
    solved = flow.solve(1e-10)
    exact = exact_pressure(flow)
    assert solved.residual <= 1e-10
    assert np.allclose(flow.inner(flow.p), flow.inner(exact), rtol=1e-6, atol=1e-6)


def test_solve_with_holes(rng):
    """Cells that take no part keep their pressure; islands with a sink are solved too."""
    mask = hollow((6, 5, 7), rng)
    flow = random_flow(mask.shape, rng, mask=mask)
    flow.solve(1e-10)
    exact = exact_pressure(flow)
    assert np.allclose(flow.inner(flow.p)[mask], flow.inner(exact)[mask], rtol=1e-6, atol=1e-6)
    assert np.all(flow.inner(flow.p)[~mask] == 0.0)


def test_first_guess_that_is_right_takes_no_iteration(rng):
    flow = random_flow((4, 4, 4), rng)
    flow.solve(1e-10)
    assert flow.solve(1e-9).iterations == 0


def test_too_few_iterations_are_an_error_with_time_and_residual(rng):
    flow = random_flow((8, 8, 8), rng, sigma=2.0)
    with pytest.raises(DidNotConverge, match=r"^pressure at 12\.5 s: .* of the flow is still unbalanced after 1 iter"):
        flow.solve(1e-13, most=1, when=12.5)


def test_nothing_conducts_is_an_error():
    with pytest.raises(DidNotConverge, match="no face lets anything through"):
        Flow((3, 3, 3)).solve(1e-9)


def test_not_a_number_is_an_error(rng):
    flow = random_flow((4, 4, 4), rng)
    flow.inner(flow.push)[1, 1, 1] = np.nan
    with np.errstate(invalid="ignore"), pytest.raises(DidNotConverge):
        flow.solve(1e-9)


def test_sinks_alone_are_solved_at_once(rng):
    """A diagonal matrix."""
    flow = Flow((4, 4, 4))
    flow.inner(flow.sink)[...] = 2.0
    flow.inner(flow.push)[...] = rng.random((4, 4, 4))
    flow.solve(1e-12)
    assert np.allclose(flow.inner(flow.p), 0.5 * flow.inner(flow.push))


def test_inverse_diagonal_and_cells_that_nothing_touches(rng):
    mask = hollow((5, 5, 5), rng)
    flow = random_flow(mask.shape, rng, mask=mask)
    out = np.zeros(flow.p.shape, np.float32)
    single = [np.zeros(flow.p.shape, np.float32) for _ in range(4)]
    for a, b in zip((flow.tx, flow.ty, flow.tz, flow.sink), single, strict=True):
        pressure.single(a, 1.0, b)
    pressure.inverse_diagonal(*single, out)
    diagonal = np.diag(dense(flow)).reshape(flow.p.shape)
    assert np.allclose(flow.inner(out * diagonal.astype(np.float32))[mask], 1.0, rtol=1e-5)
    assert np.all(flow.inner(out)[~mask] == 0.0)


def test_joined_cells_conduct_as_their_faces_and_keep_their_sinks(rng):
    """Two blocks meet in four fine faces, twice as far apart: half their sum. Inner faces vanish."""
    fine = [np.zeros((6, 6, 6), np.float32) for _ in range(4)]
    for a in fine:
        a[1:-1, 1:-1, 1:-1] = rng.random((4, 4, 4))
    coarse = [np.zeros((4, 4, 4), np.float32) for _ in range(4)]
    pressure.coarsen(*fine, *coarse)
    assert coarse[0][1, 1, 1] == pytest.approx(0.5 * float(fine[0][2, 1:3, 1:3].sum()), rel=1e-6)
    assert coarse[1][2, 1, 2] == pytest.approx(0.5 * float(fine[1][3:5, 2, 3:5].sum()), rel=1e-6)
    assert coarse[2][1, 2, 1] == pytest.approx(0.5 * float(fine[2][1:3, 3:5, 2].sum()), rel=1e-6)
    assert float(coarse[3].sum()) == pytest.approx(float(fine[3].sum()), rel=1e-6)


def v_cycle(flow: Flow, b: np.ndarray) -> np.ndarray:
    """What the preconditioner makes of `b`: one step of the solver leaves it on the finest level."""
    flow.push[...] = b
    flow.p[...] = 0.0
    with pytest.raises(DidNotConverge):
        flow.solve(0.0, most=1)
    return flow._levels[5][0] * np.linalg.norm(b)


@pytest.mark.parametrize("shape", [(8, 6, 5), (3, 8, 8)])
def test_preconditioner_is_symmetric_and_positive(shape, rng):
    """Conjugate gradients ask for it: <b, M a> = <a, M b>, as far as single precision goes."""
    flow = random_flow(shape, rng)
    a, b = (flow.field(rng.standard_normal(shape)) for _ in range(2))
    ma, mb = v_cycle(flow, a), v_cycle(flow, b)
    assert float((a * ma).sum()) > 0.0
    scale = np.sqrt((a * ma).sum() * (b * mb).sum())
    assert float((b * ma).sum() - (a * mb).sum()) == pytest.approx(0.0, abs=1e-5 * scale)


def test_dot_counts_only_the_grid(rng):
    flow = random_flow((4, 3, 5), rng)
    a, b = (flow.field(rng.standard_normal((4, 3, 5))) for _ in range(2))
    assert pressure.dot(a, b) == pytest.approx(float((a * b).sum()), rel=1e-12)
    pressure.axpy(2.0, a, b)
    assert np.isfinite(b).all()


def test_mirrored_medium_gives_the_mirrored_pressure(rng):
    shape = (8, 4, 8)
    k, push = np.exp(rng.standard_normal(shape)), rng.standard_normal(shape)
    found = []
    for turn in (slice(None), slice(None, None, -1)):
        flow = Flow(shape)
        transport.faces(flow.field(k[turn]), 1.0, 1.0, flow.tx, flow.ty, flow.tz)
        flow.inner(flow.sink)[...] = 0.1
        flow.inner(flow.push)[...] = push[turn]
        flow.solve(1e-11)
        found.append(flow.inner(flow.p)[turn])
    assert np.allclose(found[0], found[1], rtol=1e-8, atol=1e-9)
