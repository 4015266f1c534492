"""Pressure on a voxel grid: conjugate gradients with a matrix-free multigrid V-cycle.

All grids carry one layer of ghost cells on each side (shape n + 2); ghost values and the
conductances of faces that lead to ghosts are zero, so no loop asks where the rim is.
``tx[i, j, k]`` joins cells i and i + 1, likewise ``ty`` and ``tz``. The V-cycle works in
single precision, the conjugate gradients around it in double.

Loops run over whole planes of constant i at once, as flat views shifted by one cell each way:
long straight runs are what the compiler turns into vector code. ``rows[i]`` holds the first
and last j of plane i that take part; a plane that takes no part has a last below its first.
"""

from __future__ import annotations

import numpy as np
from numba import njit

FAST = {"contract", "reassoc", "arcp", "nsz"}  # keeps NaN checks alive

CONVERGED = 0
NOT_CONVERGED = 1
BROKE_DOWN = 2


@njit(cache=True, fastmath=FAST, error_model="numpy")
def apply(rows, tx, ty, tz, sink, p, out_ap):
    """out_ap = A p, with A p = sum of t (p - p_neighbour) + sink p over the six faces."""
    sy = p.shape[2]
    sx = sy * p.shape[1]
    fx, fy, fz, fs, fp, fo = (
        tx.reshape(-1),
        ty.reshape(-1),
        tz.reshape(-1),
        sink.reshape(-1),
        p.reshape(-1),
        out_ap.reshape(-1),
    )
    for i in range(1, p.shape[0] - 1):
        a, e = i * sx + rows[i, 0] * sy, i * sx + (rows[i, 1] + 1) * sy
        if e <= a:
            continue
        p0, out, sk = fp[a:e], fo[a:e], fs[a:e]
        pxu, pxd, pyu, pyd, pzu, pzd = (
            fp[a + sx : e + sx], fp[a - sx : e - sx], fp[a + sy : e + sy], fp[a - sy : e - sy],
            fp[a + 1 : e + 1], fp[a - 1 : e - 1],
        )  # fmt: skip
        xu, xd, yu, yd, zu, zd = fx[a:e], fx[a - sx : e - sx], fy[a:e], fy[a - sy : e - sy], fz[a:e], fz[a - 1 : e - 1]
        for m in range(e - a):
            c = p0[m]
            out[m] = (
                sk[m] * c
                + xu[m] * (c - pxu[m])
                + xd[m] * (c - pxd[m])
                + yu[m] * (c - pyu[m])
                + yd[m] * (c - pyd[m])
                + zu[m] * (c - pzu[m])
                + zd[m] * (c - pzd[m])
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
def smooth_colour(rows, tx, ty, tz, inverse, b, colour, mask, plane, out_x):
    """One Gauss-Seidel half-sweep over the cells with (i + j + k) % 2 == colour.

    A whole plane is computed side by side into `plane`, then only the cells of the colour take their value;
    ``mask[q]`` is 1 where (j + k) % 2 == q in a plane that starts at j = 0.
    """
    sy = b.shape[2]
    sx = sy * b.shape[1]
    fx, fy, fz, fi, fb, fo = (
        tx.reshape(-1),
        ty.reshape(-1),
        tz.reshape(-1),
        inverse.reshape(-1),
        b.reshape(-1),
        out_x.reshape(-1),
    )
    for i in range(1, b.shape[0] - 1):
        a, e = i * sx + rows[i, 0] * sy, i * sx + (rows[i, 1] + 1) * sy
        if e <= a:
            continue
        x0, inv, rhs, mk = fo[a:e], fi[a:e], fb[a:e], mask[(i + rows[i, 0] + colour) & 1]
        pxu, pxd, pyu, pyd, pzu, pzd = (
            fo[a + sx : e + sx], fo[a - sx : e - sx], fo[a + sy : e + sy], fo[a - sy : e - sy],
            fo[a + 1 : e + 1], fo[a - 1 : e - 1],
        )  # fmt: skip
        xu, xd, yu, yd, zu, zd = fx[a:e], fx[a - sx : e - sx], fy[a:e], fy[a - sy : e - sy], fz[a:e], fz[a - 1 : e - 1]
        for m in range(e - a):
            plane[m] = inv[m] * (
                rhs[m]
                + xu[m] * pxu[m]
                + xd[m] * pxd[m]
                + yu[m] * pyu[m]
                + yd[m] * pyd[m]
                + zu[m] * pzu[m]
                + zd[m] * pzd[m]
            )
        for m in range(e - a):
            x0[m] += mk[m] * (plane[m] - x0[m])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def restrict_residual(rows, tx, ty, tz, sink, x, b, scratch, out_coarse):
    """Sum b - A x over each 2 x 2 x 2 block into the coarse right-hand side; `scratch` holds the residual."""
    apply(rows, tx, ty, tz, sink, x, scratch)
    out_coarse[:] = np.float32(0.0)
    for i in range(1, b.shape[0] - 1):
        for j in range(rows[i, 0], rows[i, 1] + 1):
            coarse = out_coarse[(i + 1) >> 1, (j + 1) >> 1]
            rhs, ax = b[i, j], scratch[i, j]
            for k in range(1, coarse.shape[0] - 1):
                coarse[k] += (rhs[2 * k - 1] - ax[2 * k - 1]) + (rhs[2 * k] - ax[2 * k])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def prolong(rows, coarse, out_x):
    """Add each coarse value to its 2 x 2 x 2 fine cells."""
    for i in range(1, out_x.shape[0] - 1):
        for j in range(rows[i, 0], rows[i, 1] + 1):
            value, x = coarse[(i + 1) >> 1, (j + 1) >> 1], out_x[i, j]
            for k in range(1, value.shape[0] - 1):
                x[2 * k - 1] += value[k]
                x[2 * k] += value[k]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def v_cycle(rows, txs, tys, tzs, sinks, inverses, xs, bs, masks, scratch, plane, sweeps):
    """One V-cycle for A x = b from x = 0; b and x are those of the finest level."""
    last = len(xs) - 1
    for level in range(last + 1):
        xs[level][:] = np.float32(0.0)
        n_sweeps = sweeps if level < last else 12
        for _ in range(n_sweeps):
            for colour in range(2):
                smooth_colour(
                    rows[level],
                    txs[level],
                    tys[level],
                    tzs[level],
                    inverses[level],
                    bs[level],
                    colour,
                    masks[level],
                    plane,
                    xs[level],
                )
        if level < last:
            restrict_residual(
                rows[level],
                txs[level],
                tys[level],
                tzs[level],
                sinks[level],
                xs[level],
                bs[level],
                scratch[level],
                bs[level + 1],
            )
    for step in range(last + 1):
        level = last - step
        n_sweeps = sweeps if level < last else 12
        if level < last:
            prolong(rows[level], xs[level + 1], xs[level])
        for _ in range(n_sweeps):
            for colour in range(1, -1, -1):
                smooth_colour(
                    rows[level],
                    txs[level],
                    tys[level],
                    tzs[level],
                    inverses[level],
                    bs[level],
                    colour,
                    masks[level],
                    plane,
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
def dot(a, b):
    """Sum of a * b over whole padded arrays; ghosts are zero."""
    fa, fb = a.reshape(-1), b.reshape(-1)
    total = 0.0
    for m in range(fa.shape[0]):
        total += fa[m] * fb[m]
    return total


@njit(cache=True, fastmath=FAST, error_model="numpy")
def axpy(alpha, a, out_b):
    """out_b += alpha a."""
    fa, fb = a.reshape(-1), out_b.reshape(-1)
    for m in range(fa.shape[0]):
        fb[m] += alpha * fa[m]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def xpby(scale, a, beta, out_b):
    """out_b = scale a + beta out_b."""
    fa, fb = a.reshape(-1), out_b.reshape(-1)
    for m in range(fa.shape[0]):
        fb[m] = scale * fa[m] + beta * fb[m]


@njit(cache=True, fastmath=FAST, error_model="numpy")
def solve(
    rows, tx, ty, tz, sink, b, txs, tys, tzs, sinks, inverses, xs, bs, masks, scratch, plane, r, d, ad,
    tolerance, most, sweeps, out_p,
):  # fmt: skip
    """Solve A p = b from the p given; returns status, iterations, 2-norm of the residual.

    Stops when the residual's 2-norm is at most `tolerance` (absolute, in units of b).
    """
    r[:] = 0.0
    apply(rows[0], tx, ty, tz, sink, out_p, r)
    xpby(1.0, b, -1.0, r)
    norm = np.sqrt(dot(r, r))
    if not np.isfinite(norm):
        return BROKE_DOWN, 0, norm
    rz_old = 1.0
    d[:] = 0.0
    for iteration in range(most):
        if norm <= tolerance:
            return CONVERGED, iteration, norm
        single(r, 1.0 / norm, bs[0])
        v_cycle(rows, txs, tys, tzs, sinks, inverses, xs, bs, masks, scratch, plane, sweeps)
        z = xs[0]
        rz = dot(r, z) * norm
        xpby(norm, z, rz / rz_old if iteration > 0 else 0.0, d)
        rz_old = rz
        apply(rows[0], tx, ty, tz, sink, d, ad)
        dad = dot(d, ad)
        if not dad > 0.0:
            return BROKE_DOWN, iteration, norm
        alpha = rz / dad
        axpy(alpha, d, out_p)
        axpy(-alpha, ad, r)
        norm = np.sqrt(dot(r, r))
        if not np.isfinite(norm):
            return BROKE_DOWN, iteration, norm
    return (CONVERGED if norm <= tolerance else NOT_CONVERGED), most, norm
