"""Flow in a tree of tubes, exact and in one pass up and one down."""

from __future__ import annotations

from numba import njit


@njit(cache=True, error_model="numpy")
def solve(parent, conductance, bed, inflow, out_total, out_beyond, out_flow):
    """Share `inflow` among the arteries of a tree whose parents stand before their daughters.

    `conductance` is an artery's own, `bed` that of what hangs at its end besides daughters. Found are
    `out_beyond` (all that hangs at its end), `out_total` (with the artery itself) and `out_flow`; without any open
    way all flows are 0.
    """
    n = parent.shape[0]
    for i in range(n):
        out_beyond[i] = bed[i]
        out_flow[i] = 0.0
    for i in range(n - 1, -1, -1):
        series = conductance[i] + out_beyond[i]
        out_total[i] = conductance[i] * out_beyond[i] / series if series > 0.0 else 0.0
        if i > 0:
            out_beyond[parent[i]] += out_total[i]
    if n > 0 and out_total[0] > 0.0:
        out_flow[0] = inflow
        for i in range(1, n):
            p = parent[i]
            if out_beyond[p] > 0.0:
                out_flow[i] = out_flow[p] * out_total[i] / out_beyond[p]
