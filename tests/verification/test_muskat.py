r"""Muskat's sharp front: Newtonian cement pushes marrow out of a ball and out of a bar.

Both fluids obey Darcy's law and all the flow Q crosses each sphere, so
:math:`-dp/dr = Q\mu(r)/(4\pi K r^2)` with :math:`\mu_c` behind the front :math:`r_f` and
:math:`\mu_m` ahead of it. From r0 to the rim R, where p = 0,

.. math:: p(r_0) = \frac{Q}{4\pi K}\left[\mu_c\left(\frac1{r_0}-\frac1{r_f}\right)
          + \mu_m\left(\frac1{r_f}-\frac1R\right)\right]

and in a bar of length L :math:`p = \frac{Q}{K A}[\mu_c x_f + \mu_m (L - x_f)]`. The front moves with
:math:`dr_f/dt = Q/(4\pi\phi r_f^2)`; at constant drop, :math:`Q = \Delta p / R(r_f)` gives
:math:`t = \int 4\pi\phi r_f^2\,R(r_f)\,dr_f/\Delta p`, which integrates to

.. math:: t = \frac{\phi}{K\Delta p}\left[\left(\frac{\mu_c}{r_0}-\frac{\mu_m}{R}\right)\frac{r_f^3-r_0^3}{3}
          + (\mu_m-\mu_c)\frac{r_f^2-r_0^2}{2}\right]

(physics.md 6.2). A source spread evenly over the ball r0 has this very field outside r0.
"""

from __future__ import annotations

import numpy as np
import pytest
from verification_grids import Block, ball_share, orders

from azygos.spine.kernels import transport

K, PHI, CEMENT, MARROW = 1e-8, 0.85, 100.0, 0.1
R0, RIM, Q = 2.4e-3, 20e-3, 5e-8


def exact(r: np.ndarray, front: float, marrow: float = MARROW) -> np.ndarray:
    """Pressure beyond r0 [Pa]."""
    behind = CEMENT * (1.0 / np.minimum(r, front) - 1.0 / front)
    ahead = marrow * (1.0 / np.maximum(r, front) - 1.0 / RIM)
    return Q / (4.0 * np.pi * K) * (behind + ahead)


def sharp_mobility(block: Block, share: np.ndarray, marrow: float) -> np.ndarray:
    """Through the kernel that the solver uses."""
    s = block.flow.field(share)
    out = np.zeros_like(s)
    transport.mobility(np.full(s.size, K), s.ravel(), np.full(s.size, CEMENT), marrow, True, out.ravel())
    return block.flow.inner(out)


def ball(n: int, front: float, *, marrow: float = MARROW, radius: float = 10e-3) -> tuple[np.ndarray, np.ndarray]:
    """Pressure and distance in an octant with n cells along `radius`, fed within r0, held at the exact one beyond."""
    h = radius / n
    centres = (np.arange(n) + 0.5) * h
    block = Block(centres, centres, centres, h=h)
    r = np.sqrt(block.x**2 + block.y**2 + block.z**2)
    block.conduct(sharp_mobility(block, ball_share(h, front, centres, centres, centres), marrow))
    block.hold(r > radius - 0.5 * h, exact(r, front, marrow))
    fed = ball_share(h, R0, centres, centres, centres)
    block.flow.inner(block.flow.push)[...] += Q / 8.0 * fed / fed.sum()
    return block.solve(1e-9 * Q), r


def drop_error(n: int, front: float, marrow: float = MARROW) -> float:
    """Error of the pressure just outside r0, over the drop from there to the front."""
    p, r = ball(n, front, marrow=marrow)
    near = (r > R0) & (r < 1.5 * R0)
    return float(np.abs((p - exact(r, front, marrow))[near].mean()) / exact(np.array(R0), front, marrow))


def field_error(n: int, front: float, marrow: float = MARROW) -> float:
    """Mean error of the pressure beyond r0, over its mean."""
    p, r = ball(n, front, marrow=marrow)
    at = (r > R0) & (r < 9e-3)
    return float(np.abs(p - exact(r, front, marrow))[at].sum() / np.abs(exact(r, front, marrow))[at].sum())


def test_time_of_the_check_value():
    """46.956 s, by the closed formula and by adding up R(r_f) over the front's way."""
    r0, front, drop = 1.2e-3, 8e-3, 20e3
    closed = (
        PHI / (K * drop)
        * (
            (CEMENT / r0 - MARROW / RIM) * (front**3 - r0**3) / 3.0
            + (MARROW - CEMENT) * (front**2 - r0**2) / 2.0
        )
    )  # fmt: skip
    x, w = np.polynomial.legendre.leggauss(20)
    radii = r0 + 0.5 * (front - r0) * (x + 1.0)
    resistance = (CEMENT * (1 / r0 - 1 / radii) + MARROW * (1 / radii - 1 / RIM)) / (4.0 * np.pi * K)
    added = float(0.5 * (front - r0) * (w * 4.0 * np.pi * PHI * radii**2 * resistance).sum() / drop)
    assert closed == pytest.approx(46.956, abs=5e-4)
    assert added == pytest.approx(closed, rel=1e-12)


@pytest.mark.parametrize("marrow", [MARROW, 10.0])
def test_pressure_behind_a_front_converges(marrow):
    """Cells that the front cuts hold both fluids in series: better than first order, 1.6 to 1.8."""
    errors = [field_error(n, 7e-3, marrow) for n in (12, 24, 48)]
    print(f"Muskat ball, marrow {marrow:g} Pa s: errors {errors}, orders {orders(errors)}")
    assert errors[-1] < 0.003
    assert np.log2(errors[0] / errors[-1]) / 2.0 >= 1.5


@pytest.mark.parametrize("front", [4.2e-3, 5.6e-3, 7.0e-3, 8.4e-3])
def test_drop_grows_with_the_front_as_it_should(front):
    """Within 2.5 % at 24 cells along 10 mm, wherever the front stands between cells."""
    assert drop_error(24, front) < 0.025


def test_time_at_constant_drop():
    """The grid's own R(r_f), added up, gives the front's time."""
    x, w = np.polynomial.legendre.leggauss(5)
    start, end, drop = 3.6e-3, 8e-3, 20e3
    radii = start + 0.5 * (end - start) * (x + 1.0)
    fields = [ball(24, float(front)) for front in radii]
    exact_drop = [float(exact(np.array(start), float(front))) for front in radii]
    on_grid = []
    for (p, r), front in zip(fields, radii, strict=True):
        shell = np.abs(r - start) < 0.6e-3
        on_grid.append(float((p - exact(r, float(front)))[shell].mean() + exact(np.array(start), float(front))))
    weight = 0.5 * (end - start) * w * 4.0 * np.pi * PHI * radii**2 / (Q * drop)
    assert (weight * on_grid).sum() == pytest.approx((weight * exact_drop).sum(), rel=0.02)


@pytest.mark.parametrize("front", [0.3, 4.0, 10.75, 27.2])
def test_bar_is_exact(front):
    """In a bar the drop depends on how much of each fluid there is, wherever the front cuts a cell."""
    n, h, area = 32, 5e-4, (5e-4) ** 2
    block = Block((np.arange(n) + 0.5) * h, np.zeros(1), np.zeros(1), h=h)
    share = np.clip(front - np.arange(n), 0.0, 1.0)[:, None, None]
    block.conduct(sharp_mobility(block, share, MARROW))
    flow = block.flow
    at_end = np.zeros((n, 1, 1), dtype=bool)
    at_end[-1] = True
    flow.inner(flow.sink)[at_end] = 2.0 * h * K / MARROW
    at_start = at_end[::-1]
    block.feed(at_start, Q)
    p = block.solve(1e-12 * Q)
    first = min(front, 1.0) * CEMENT + max(1.0 - front, 0.0) * MARROW
    expected = Q * h / (K * area) * (CEMENT * front + MARROW * (n - front) - 0.5 * first)
    assert p[0, 0, 0] == pytest.approx(expected, rel=1e-8)


def test_front_that_was_carried():
    """Injected, not painted: where the front stands and what pressure it needs, first order in the cell.

    With a viscosity ratio of 1000 Buckley and Leverett's shock is at 0.9995, as sharp as Muskat's.
    """
    errors_r, errors_p = [], []
    for n in (12, 24, 48):
        radius_error, drop = carried(n)
        errors_r.append(radius_error)
        errors_p.append(drop)
    print(f"carried: front {errors_r}, orders {orders(errors_r)}; drop {errors_p}, orders {orders(errors_p)}")
    assert np.log2(errors_r[0] / errors_r[-1]) / 2.0 >= 0.8
    assert np.log2(errors_p[0] / errors_p[-1]) / 2.0 >= 0.8
    assert errors_p[-1] < 0.02


def carried(n: int, front: float = 7e-3, radius: float = 10e-3) -> tuple[float, float]:
    """Spill across the exact front over the volume, and the drop's error."""
    h = radius / n
    centres = (np.arange(n) + 0.5) * h
    block = Block(centres, centres, centres, h=h)
    flow, none = block.flow, np.zeros((0, 1))
    r = np.sqrt(block.x**2 + block.y**2 + block.z**2)
    painted = ball_share(h, R0, centres, centres, centres)
    source = flow.field(Q / 8.0 * painted / painted.sum())
    flow.inner(flow.s)[...] = painted
    pore = flow.field(PHI * h**3)
    pore[pore == 0.0] = 1.0
    ratio = np.full(flow.s.shape, CEMENT / MARROW)
    flow.active = np.flatnonzero(flow.s.ravel() > 0.0).astype(np.int32)
    volumes = 4.0 / 3.0 * np.pi * PHI * np.linspace(R0, front, n + 1) ** 3
    for dt in np.diff(volumes) / Q:
        block.conduct(sharp_mobility(block, flow.inner(flow.s), MARROW))
        block.hold(r > radius - 0.5 * h, exact(r, front))
        flow.push += source
        flow.solve(1e-7 * Q, most=2000)
        flow.carry(
            dt, 4, source=source, sink_open=np.zeros_like(source),
            sink_marrow=np.maximum(flow.sink * flow.p - flow.push + source, 0.0), pore=pore, ratio=ratio, tracer=none,
            tracer_source=np.zeros(0), heat=np.zeros(0),
        )  # fmt: skip
    s = flow.inner(flow.s)
    share = ball_share(h, front, centres, centres, centres)
    assert s.sum() == pytest.approx(painted.sum() + (volumes[-1] - volumes[0]) / 8.0 / (PHI * h**3), rel=1e-6)
    block.conduct(sharp_mobility(block, s, MARROW))
    block.hold(r > radius - 0.5 * h, exact(r, front))
    flow.push += source
    p = block.solve(1e-8 * Q)
    near = (r > R0) & (r < 1.5 * R0)
    drop = np.abs((p - exact(r, front))[near].mean()) / exact(np.array(R0), front)
    return float(np.abs(s - share).sum() / share.sum()), float(drop)
