"""Pressure on a voxel grid: conjugate gradients with a matrix-free multigrid V-cycle.

All grids carry one layer of ghost cells on each side (shape n + 2); ghost values and the
conductances of faces that lead to ghosts are zero, so no loop asks where the rim is.
``tx[i, j, k]`` joins cells i and i + 1, likewise ``ty`` and ``tz``. The V-cycle works in
single precision, the conjugate gradients around it in double. Each line along k is worked on up to
``hi[i, j]``, its last cell that takes part. (A variable first cell would cost the vector code: numba
cannot tell that it is not negative.)
"""

from __future__ import annotations

import numpy as np
from numba import njit

FAST = {"contract", "reassoc", "arcp", "nsz"}  # keeps NaN checks alive

CONVERGED = 0
NOT_CONVERGED = 1
BROKE_DOWN = 2


@njit(cache=True, fastmath=FAST, error_model="numpy")
def apply(hi, tx, ty, tz, sink, p, out_ap):
    """out_ap = A p, with A p = sum of t (p - p_neighbour) + sink p over the six faces."""
    nx, ny = p.shape[0] - 2, p.shape[1] - 2
    for i in range(1, nx + 1):
        for j in range(1, ny + 1):
            for k in range(1, hi[i, j] + 1):
                c = p[i, j, k]
                out_ap[i, j, k] = (
                    sink[i, j, k] * c
                    + tx[i, j, k] * (c - p[i + 1, j, k])
                    + tx[i - 1, j, k] * (c - p[i - 1, j, k])
                    + ty[i, j, k] * (c - p[i, j + 1, k])
                    + ty[i, j - 1, k] * (c - p[i, j - 1, k])
                    + tz[i, j, k] * (c - p[i, j, k + 1])
                    + tz[i, j, k - 1] * (c - p[i, j, k - 1])
                )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def inverse_diagonal(tx, ty, tz, sink, out_inverse):
    """1 / diagonal of A in each cell, 0 in a cell that no face and no sink touches."""
    nx, ny, nz = tx.shape[0] - 2, tx.shape[1] - 2, tx.shape[2] - 2
    for i in range(1, nx + 1):
        for j in range(1, ny + 1):
            for k in range(1, nz + 1):
                d = (
                    sink[i, j, k]
                    + tx[i, j, k]
                    + tx[i - 1, j, k]
                    + ty[i, j, k]
                    + ty[i, j - 1, k]
                    + tz[i, j, k]
                    + tz[i, j, k - 1]
                )
                out_inverse[i, j, k] = np.float32(1.0) / d if d > 0.0 else np.float32(0.0)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def single(a, scale, out_a):
    """out_a = scale * a in single precision."""
    n0, n1, n2 = a.shape
    for i in range(n0):
        for j in range(n1):
            for k in range(n2):
                out_a[i, j, k] = np.float32(a[i, j, k] * scale)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def coarsen(tx, ty, tz, sink, out_tx, out_ty, out_tz, out_sink):
    """Join 2 x 2 x 2 cells: sinks add up, the four fine faces between two blocks add up and are halved."""
    nx, ny, nz = out_tx.shape[0] - 2, out_tx.shape[1] - 2, out_tx.shape[2] - 2
    half = np.float32(0.5)
    for i in range(1, nx + 1):
        for j in range(1, ny + 1):
            for k in range(1, nz + 1):
                a, b, c = 2 * i - 1, 2 * j - 1, 2 * k - 1
                out_tx[i, j, k] = half * (
                    tx[a + 1, b, c] + tx[a + 1, b + 1, c] + tx[a + 1, b, c + 1] + tx[a + 1, b + 1, c + 1]
                )
                out_ty[i, j, k] = half * (
                    ty[a, b + 1, c] + ty[a + 1, b + 1, c] + ty[a, b + 1, c + 1] + ty[a + 1, b + 1, c + 1]
                )
                out_tz[i, j, k] = half * (
                    tz[a, b, c + 1] + tz[a + 1, b, c + 1] + tz[a, b + 1, c + 1] + tz[a + 1, b + 1, c + 1]
                )
                out_sink[i, j, k] = (
                    sink[a, b, c]
                    + sink[a + 1, b, c]
                    + sink[a, b + 1, c]
                    + sink[a, b, c + 1]
                    + sink[a + 1, b + 1, c]
                    + sink[a + 1, b, c + 1]
                    + sink[a, b + 1, c + 1]
                    + sink[a + 1, b + 1, c + 1]
                )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def smooth_colour(hi, tx, ty, tz, inverse, b, colour, line, mask, out_x):
    """One Gauss-Seidel half-sweep over the cells with (i + j + k) % 2 == colour.

    A whole line is computed side by side (so that it vectorises) into `line`, then only the
    cells of the colour take their value.
    """
    nx, ny = b.shape[0] - 2, b.shape[1] - 2
    for i in range(1, nx + 1):
        for j in range(1, ny + 1):
            last = hi[i, j]
            for k in range(1, last + 1):
                line[k] = inverse[i, j, k] * (
                    b[i, j, k]
                    + tx[i, j, k] * out_x[i + 1, j, k]
                    + tx[i - 1, j, k] * out_x[i - 1, j, k]
                    + ty[i, j, k] * out_x[i, j + 1, k]
                    + ty[i, j - 1, k] * out_x[i, j - 1, k]
                    + tz[i, j, k] * out_x[i, j, k + 1]
                    + tz[i, j, k - 1] * out_x[i, j, k - 1]
                )
            row = (i + j + colour) & 1
            for k in range(1, last + 1):
                out_x[i, j, k] += mask[row, k] * (line[k] - out_x[i, j, k])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def restrict_residual(hi, tx, ty, tz, sink, x, b, line, out_coarse):
    """Sum b - A x over each 2 x 2 x 2 block into the coarse right-hand side."""
    nx, ny = b.shape[0] - 2, b.shape[1] - 2
    out_coarse[:] = np.float32(0.0)
    for i in range(1, nx + 1):
        for j in range(1, ny + 1):
            last = hi[i, j] + (hi[i, j] & 1)  # whole blocks: cells 2 m - 1 and 2 m
            for k in range(1, last + 1):
                c = x[i, j, k]
                line[k] = b[i, j, k] - (
                    sink[i, j, k] * c
                    + tx[i, j, k] * (c - x[i + 1, j, k])
                    + tx[i - 1, j, k] * (c - x[i - 1, j, k])
                    + ty[i, j, k] * (c - x[i, j + 1, k])
                    + ty[i, j - 1, k] * (c - x[i, j - 1, k])
                    + tz[i, j, k] * (c - x[i, j, k + 1])
                    + tz[i, j, k - 1] * (c - x[i, j, k - 1])
                )
            a, e = (i + 1) >> 1, (j + 1) >> 1
            for k in range(1, (last >> 1) + 1):
                out_coarse[a, e, k] += line[2 * k - 1] + line[2 * k]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def prolong(hi, coarse, out_x):
    """Add each coarse value to its 2 x 2 x 2 fine cells."""
    nx, ny = coarse.shape[0] - 2, coarse.shape[1] - 2
    for i in range(1, 2 * nx + 1):
        for j in range(1, 2 * ny + 1):
            a, b = (i + 1) >> 1, (j + 1) >> 1
            for k in range(1, ((hi[i, j] + 1) >> 1) + 1):
                out_x[i, j, 2 * k - 1] += coarse[a, b, k]
                out_x[i, j, 2 * k] += coarse[a, b, k]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def v_cycle(his, txs, tys, tzs, sinks, inverses, xs, bs, line, mask, sweeps):
    """One V-cycle for A x = b from x = 0; b and x are those of the finest level."""
    last = len(xs) - 1
    for level in range(last + 1):
        xs[level][:] = np.float32(0.0)
        n_sweeps = sweeps if level < last else 12
        for _ in range(n_sweeps):
            for colour in range(2):
                smooth_colour(
                    his[level],
                    txs[level],
                    tys[level],
                    tzs[level],
                    inverses[level],
                    bs[level],
                    colour,
                    line,
                    mask,
                    xs[level],
                )
        if level < last:
            restrict_residual(
                his[level],
                txs[level],
                tys[level],
                tzs[level],
                sinks[level],
                xs[level],
                bs[level],
                line,
                bs[level + 1],
            )
    for step in range(last + 1):
        level = last - step
        n_sweeps = sweeps if level < last else 12
        if level < last:
            prolong(his[level], xs[level + 1], xs[level])
        for _ in range(n_sweeps):
            for colour in range(1, -1, -1):
                smooth_colour(
                    his[level],
                    txs[level],
                    tys[level],
                    tzs[level],
                    inverses[level],
                    bs[level],
                    colour,
                    line,
                    mask,
                    xs[level],
                )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def prepare(tx, ty, tz, sink, scale, txs, tys, tzs, sinks, inverses):
    """Fill the V-cycle's coefficients on all levels from the double-precision ones, times `scale`."""
    single(tx, scale, txs[0])
    single(ty, scale, tys[0])
    single(tz, scale, tzs[0])
    single(sink, scale, sinks[0])
    for level in range(len(txs) - 1):
        coarsen(
            txs[level],
            tys[level],
            tzs[level],
            sinks[level],
            txs[level + 1],
            tys[level + 1],
            tzs[level + 1],
            sinks[level + 1],
        )
    for level in range(len(txs)):
        inverse_diagonal(txs[level], tys[level], tzs[level], sinks[level], inverses[level])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def dot(hi, a, b):
    """Sum of a * b, added up line by line."""
    total = 0.0
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            part = 0.0
            for k in range(1, hi[i, j] + 1):
                part += a[i, j, k] * b[i, j, k]
            total += part
    return total


@njit(cache=True, fastmath=FAST, error_model="numpy")
def axpy(hi, alpha, a, out_b):
    """out_b += alpha a."""
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            for k in range(1, hi[i, j] + 1):
                out_b[i, j, k] += alpha * a[i, j, k]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def solve(
    his,
    tx,
    ty,
    tz,
    sink,
    b,
    txs,
    tys,
    tzs,
    sinks,
    inverses,
    xs,
    bs,
    line,
    mask,
    r,
    d,
    ad,
    tolerance,
    most,
    sweeps,
    out_p,
):
    """Solve A p = b from the p given; returns status, iterations, 2-norm of the residual.

    Stops when the residual's 2-norm is at most `tolerance` (absolute, in units of b).
    """
    hi = his[0]
    apply(hi, tx, ty, tz, sink, out_p, r)
    for i in range(1, r.shape[0] - 1):
        for j in range(1, r.shape[1] - 1):
            for k in range(1, r.shape[2] - 1):
                r[i, j, k] = b[i, j, k] - r[i, j, k]
    norm = np.sqrt(dot(hi, r, r))
    if not np.isfinite(norm):
        return BROKE_DOWN, 0, norm
    rz_old = 1.0
    for iteration in range(most):
        if norm <= tolerance:
            return CONVERGED, iteration, norm
        single(r, 1.0 / norm, bs[0])
        v_cycle(his, txs, tys, tzs, sinks, inverses, xs, bs, line, mask, sweeps)
        z = xs[0]
        rz = dot(hi, r, z) * norm
        if iteration == 0:
            for i in range(1, r.shape[0] - 1):
                for j in range(1, r.shape[1] - 1):
                    for k in range(1, r.shape[2] - 1):
                        d[i, j, k] = z[i, j, k] * norm
        else:
            beta = rz / rz_old
            for i in range(1, r.shape[0] - 1):
                for j in range(1, r.shape[1] - 1):
                    for k in range(1, r.shape[2] - 1):
                        d[i, j, k] = z[i, j, k] * norm + beta * d[i, j, k]
        rz_old = rz
        apply(hi, tx, ty, tz, sink, d, ad)
        dad = dot(hi, d, ad)
        if not dad > 0.0:
            return BROKE_DOWN, iteration, norm
        alpha = rz / dad
        axpy(hi, alpha, d, out_p)
        axpy(hi, -alpha, ad, r)
        norm = np.sqrt(dot(hi, r, r))
        if not np.isfinite(norm):
            return BROKE_DOWN, iteration, norm
    return (CONVERGED if norm <= tolerance else NOT_CONVERGED), most, norm
