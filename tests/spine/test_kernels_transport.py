"""Loops that carry cement, on grids of at most 8 cells along an edge: these also run as plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.errors import DidNotConverge
from azygos.spine.flow import Flow
from azygos.spine.kernels import transport


@pytest.mark.parametrize("a", [0.1, 1.0, 50.0, 1e4])
def test_fractional_flow_and_its_slope(a):
    for s in (0.05, 0.3, 0.7, 0.95):
        assert transport.fractional_flow(s, a) == pytest.approx(s**2 / (s**2 + a * (1 - s) ** 2), rel=1e-13)
        step = 1e-6
        slope = (transport.fractional_flow(s + step, a) - transport.fractional_flow(s - step, a)) / (2 * step)
        assert transport.fractional_slope(s, a) == pytest.approx(slope, rel=1e-5)
    for s in (-0.1, 0.0):
        assert transport.fractional_flow(s, a) == 0.0
        assert transport.fractional_slope(s, a) == 0.0
    for s in (1.0, 1.2):
        assert transport.fractional_flow(s, a) == 1.0
        assert transport.fractional_slope(s, a) == 0.0


def test_a_cell_is_filled_to_its_own_balance(rng):
    """pore s + out f(s) = what is there, over all that may come."""
    for _ in range(200):
        pore, out = 10 ** rng.uniform(-3, 3, 2)
        a, start = 10 ** rng.uniform(-1, 5), rng.random()
        right = rng.random() * (pore + out)
        s = transport.fill_cell(right, out, pore, start, a)
        assert 0.0 <= s <= 1.0
        assert pore * s + out * transport.fractional_flow(s, a) == pytest.approx(right, rel=1e-8)


def test_a_cell_without_outflow_keeps_all():
    assert transport.fill_cell(0.3, 0.0, 2.0, 0.0, 10.0) == pytest.approx(0.15)
    assert transport.fill_cell(0.0, 1.0, 2.0, 0.5, 10.0) == 0.0
    assert transport.fill_cell(-1e-20, 1.0, 2.0, 0.5, 10.0) == 0.0


def test_a_full_cell_passes_on_what_comes():
    assert transport.fill_cell(3.0, 1.0, 2.0, 0.5, 10.0) == pytest.approx(1.0)


def test_heap_gives_the_highest_pressure_first(rng):
    p = rng.random(40)
    heap, n = np.zeros(40, np.int32), 0
    for cell in rng.permutation(40):
        n = transport.push(cell, n, p, heap)
    order = []
    while n > 0:
        order.append(int(transport.pop(n, p, heap)))
        n -= 1
    assert order == list(np.argsort(-p))


def prepared(shape, rng, *, sigma=1.0, tolerance=1e-9) -> tuple[Flow, np.ndarray, np.ndarray]:
    """Flow from one corner to a sink in the other; its source, and what leaves through the sink."""
    flow = Flow(shape)
    transport.faces(flow.field(np.exp(sigma * rng.standard_normal(shape))), 1.0, 1.0, flow.tx, flow.ty, flow.tz)
    source = flow.field()
    flow.inner(source)[0, 0, 0] = 1.0
    flow.inner(flow.sink)[-1, -1, -1] = 1.0
    flow.push[...] = source
    flow.solve(tolerance)
    flow.active = np.flatnonzero(source.ravel()).astype(np.int32)
    return flow, source, flow.sink * flow.p


def carry(flow, dt, source, out, *, n_sub=3, ratio=10.0, tracer=None, ages=(), heat=None, **kwargs):
    pore = flow.field(1.0)
    pore[pore == 0.0] = 1.0
    return flow.carry(
        dt, n_sub, source=source, sink_open=out, sink_marrow=np.zeros_like(out), pore=pore,
        ratio=np.full(flow.s.shape, ratio), tracer=np.zeros((0, 1)) if tracer is None else tracer,
        tracer_source=np.array(ages, dtype=float), heat=np.zeros(0) if heat is None else heat, **kwargs,
    )  # fmt: skip


@pytest.mark.parametrize("shape", [(8, 1, 1), (1, 1, 8), (5, 6, 4)])
@pytest.mark.parametrize("tolerance", [1e-9, 1e-2])
def test_volume_is_kept(shape, tolerance, rng):
    """Injected = held + left, whatever the pressure's residual, and no cell above full."""
    flow, source, out = prepared(shape, rng, tolerance=tolerance)
    left = 0.0
    cells = int(np.prod(shape))
    for _ in range(6):
        _, export = carry(flow, 0.3 * cells, source, out)
        left += float(export.sum())
    assert flow.inner(flow.s).sum() + left == pytest.approx(1.8 * cells, rel=1e-9)
    assert flow.s.min() >= 0.0
    assert flow.s.max() <= 1.0 + 1e-9
    assert left > 0.0


def test_visited_cells_come_in_order_of_falling_pressure(rng):
    flow, source, out = prepared((5, 5, 5), rng)
    visited, _ = carry(flow, 30.0, source, out)
    p = flow.p.ravel()[visited]
    assert np.all(np.diff(p) <= 0.0)
    assert len(set(visited.tolist())) == len(visited)
    assert np.all(flow._slot == -1)


def test_nothing_flows_uphill_or_past_what_was_injected(rng):
    """A short push stays near its source."""
    flow, source, out = prepared((6, 6, 6), rng)
    visited, _ = carry(flow, 0.01, source, out)
    assert len(visited) < 20
    assert set(flow.active.tolist()) <= set(visited.tolist())


def test_long_lists_make_room(rng):
    """The heap starts too small and grows; the result is that of a large one."""
    found = []
    for small in (False, True):
        flow, source, out = prepared((6, 6, 6), np.random.default_rng(1))
        if small:
            flow._flows = np.zeros((2, 3))
            flow._room(4, 3)
        carry(flow, 60.0, source, out)
        found.append(flow.s.copy())
    assert np.array_equal(found[0], found[1])


def test_cement_of_one_age_stays_of_one_age(rng):
    flow, source, out = prepared((5, 4, 4), rng)
    tracer = np.full((2, flow.s.size), 7.0)
    tracer[1] = 0.0
    for _ in range(4):
        visited, _ = carry(flow, 10.0, source, out, tracer=tracer, ages=(7.0, 3.0))
    wet = visited[flow.s.ravel()[visited] > 1e-6]
    assert np.allclose(tracer[0][wet], 7.0, rtol=1e-9)
    assert np.allclose(tracer[1][wet], 3.0, rtol=1e-9)


def test_tracer_is_kept(rng):
    """Age times volume: what came in is what is there, while nothing has left."""
    flow, source, out = prepared((6, 6, 6), rng)
    tracer = np.zeros((1, flow.s.size))
    for age in (1.0, 5.0, 2.0):
        carry(flow, 8.0, source, out, tracer=tracer, ages=(age,))
    assert float((tracer[0] * flow.s.ravel()).sum()) == pytest.approx(8.0 * 8.0, rel=1e-6)


def test_even_temperature_stays_even(rng):
    flow, source, out = prepared((5, 5, 5), rng)
    heat = np.full(flow.s.size, 310.0)
    carry(flow, 30.0, source, out, heat=heat, heat_source=310.0, heat_pore=np.ones(flow.s.shape), heat_cement=2.0,
          heat_marrow=3.0)  # fmt: skip
    assert np.allclose(heat, 310.0, rtol=1e-12)


def test_temperature_lies_between_what_was_there_and_what_came(rng):
    flow, source, out = prepared((5, 5, 5), rng)
    heat = np.full(flow.s.size, 310.0)
    for _ in range(3):
        carry(flow, 20.0, source, out, heat=heat, heat_source=295.0, heat_pore=np.ones(flow.s.shape), heat_cement=2.0,
              heat_marrow=3.0)  # fmt: skip
    assert heat.min() >= 295.0 - 1e-9
    assert heat.max() <= 310.0 + 1e-9
    assert heat[flow.active].min() < 300.0


def test_marrow_seeps_out_and_leaves_cement_behind(rng):
    """What leaves as marrow only takes no cement with it."""
    flow, source, out = prepared((4, 4, 4), rng)
    pore = np.ones(flow.s.shape)
    _, export = flow.carry(
        20.0, 2, source=source, sink_open=np.zeros_like(out), sink_marrow=out, pore=pore,
        ratio=np.full(flow.s.shape, 10.0), tracer=np.zeros((0, 1)), tracer_source=np.zeros(0), heat=np.zeros(0),
    )  # fmt: skip
    assert export.sum() == 0.0
    assert flow.s.sum() == pytest.approx(20.0, rel=1e-12)


def test_saturation_that_was_not_found_is_an_error(rng):
    flow, source, out = prepared((3, 3, 3), rng)
    with np.errstate(all="ignore"), pytest.raises(DidNotConverge, match="shorten the time step"):
        carry(flow, 5.0, source, out, ratio=np.nan)


@pytest.mark.parametrize("sharp", [True, False])
def test_mobility(sharp):
    s = np.array([-0.1, 0.0, 0.25, 1.0, 1.1])
    out = np.zeros(5)
    transport.mobility(np.full(5, 2.0), s, np.full(5, 50.0), 0.1, sharp, out)
    x = np.clip(s, 0.0, 1.0)
    series, relative = 1.0 / (x * 50.0 + (1 - x) * 0.1), x**2 / 50.0 + (1 - x) ** 2 / 0.1
    assert np.allclose(out, 2.0 * (series if sharp else relative), rtol=1e-12)


def test_faces_are_harmonic_means_and_stop_at_walls(rng):
    flow = Flow((3, 4, 5))
    k = rng.random((3, 4, 5)) + 0.1
    k[1, 1, 1] = 0.0
    padded = flow.field(k)
    transport.faces(padded, 1.6, 2e-3, flow.tx, flow.ty, flow.tz)
    i, j, m = 1, 1, 1  # in ghosted indices cell (0, 0, 0)
    expected = 2.0 * 2e-3 * k[0, 0, 0] * k[0, 0, 1] / (k[0, 0, 0] + k[0, 0, 1])
    assert flow.tz[i, j, m] == pytest.approx(1.6 * expected, rel=1e-12)
    assert flow.tx[i, j, m] == pytest.approx(
        2.0 * 2e-3 * k[0, 0, 0] * k[1, 0, 0] / (k[0, 0, 0] + k[1, 0, 0]), rel=1e-12
    )
    for t in (flow.tx, flow.ty, flow.tz):
        assert t[2, 2, 2] == 0.0
    assert not flow.tx[3].any()
    assert not flow.tx[0].any()
    assert not flow.tz[:, :, 5:].any()
