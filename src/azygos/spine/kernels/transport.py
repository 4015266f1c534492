"""Cement carried through the pores: implicit upwind, cell by cell in order of falling pressure.

Flow only ever goes from higher to lower pressure, so a cell can be finished once all cells
above it are finished: one pass solves a time step of any length. Cells that hold cement come
sorted, a heap adds those that cement reaches on the way: no other cell is visited. Within a
pass each cell goes through the step in `n_sub` equal sub-steps, taking what its upstream
neighbours let through in each of them; so the time error of a large step stays small while
the pressure is solved once.

The fluxes out of a cell are scaled so that they sum to what flowed in: the divergence that an
inexact pressure leaves is handed downstream, and neither mass nor volume is made or lost.

Arrays are flat views of the ghost-padded grids of ``pressure``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

FAST = {"contract", "reassoc", "arcp", "nsz"}

DONE = 0
NEEDS_ROOM = 1
NO_ROOT = 2

SMALLEST_FLOW = 1e-9  # a fractional flow below this is held back in its cell


@njit(cache=True, error_model="numpy")
def fractional_flow(s, a):
    """Share of cement in the flow at saturation s; quadratic relative permeabilities, a = cement / marrow viscosity."""
    if s <= 0.0:
        return 0.0
    if s >= 1.0:
        return 1.0
    r = 1.0 - s
    return s * s / (s * s + a * r * r)


@njit(cache=True, error_model="numpy")
def fractional_slope(s, a):
    """Derivative of :func:`fractional_flow` with respect to s."""
    if s <= 0.0 or s >= 1.0:
        return 0.0
    r = 1.0 - s
    d = s * s + a * r * r
    return 2.0 * a * s * r / (d * d)


@njit(cache=True, error_model="numpy")
def fill_cell(rhs, out_capacity, pore, start, a):
    """Saturation s with pore s + out_capacity f(s) = rhs; -1 if none was found."""
    if rhs <= 0.0:
        return 0.0
    if out_capacity <= 0.0 or rhs >= pore + out_capacity:
        return (rhs - out_capacity) / pore if out_capacity > 0.0 else rhs / pore
    low, high = 0.0, min(1.0, rhs / pore)
    s = min(max(start, low), high)
    for _ in range(60):
        g = pore * s + out_capacity * fractional_flow(s, a) - rhs
        if g > 0.0:
            high = s
        else:
            low = s
        if abs(g) <= 1e-11 * pore:  # what is missed moves on in the flow, no volume is lost
            return s
        step = s - g / (pore + out_capacity * fractional_slope(s, a))
        s = step if low < step < high else 0.5 * (low + high)
    return s if high - low < 1e-9 else -1.0


@njit(cache=True, error_model="numpy")
def push(cell, n, p, heap):
    """Put `cell` on the heap of n cells, highest pressure first; returns n + 1."""
    at = n
    while at > 0:
        up = (at - 1) >> 1
        if p[heap[up]] >= p[cell]:
            break
        heap[at] = heap[up]
        at = up
    heap[at] = cell
    return n + 1


@njit(cache=True, error_model="numpy")
def pop(n, p, heap):
    """Take the cell of highest pressure off the heap of n cells."""
    top = heap[0]
    last = heap[n - 1]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= n - 1:
            break
        if down + 1 < n - 1 and p[heap[down + 1]] > p[heap[down]]:
            down += 1
        if p[last] >= p[heap[down]]:
            break
        heap[at] = heap[down]
        at = down
    heap[at] = last
    return top


@njit(cache=True, error_model="numpy")
def carry(
    tx, ty, tz, p, stride_x, stride_y, source, sink_open, sink_marrow, pore, ratio, s_old, dt, n_sub,
    active, n_active, slot, heap, flows, scale, tracer, tracer_source, heat, heat_source, heat_pore, heat_cement,
    heat_marrow,
    out_s, out_order, out_passed, out_export, out_tracer, out_heat,
):  # fmt: skip
    """Move cement for `dt`; returns status and the number of cells that hold cement or pass it on.

    Parameters
    ----------
    tx, ty, tz, p : conductances and pressure; flux from c to c + stride is t[c] (p[c] - p[c + stride]).
    source : cement put into a cell [m^3/s]; sink_open : flow leaving with the cell's own mixture;
    sink_marrow : marrow leaving through pores that hold cement back [m^3/s].
    active : the n_active cells that may hold cement or a source, each once, by falling pressure.
    slot : -1 everywhere at the start, and after.
    flows : (room, n_sub) fractional flow of each visited cell in each sub-step. scale : (room,).
    tracer, tracer_source : (n_tracers, cells), (n_tracers,) carried with the cement by volume.
    heat : temperature, or size 0; heat_pore : heat capacity of a cell before the step [J/K].
    out_order : visited cells, in order. out_passed : cement out of each visited cell [m^3], by slot.
    out_export : cement out through sink_open [m^3], by slot.
    """
    room = heap.shape[0]
    n_tracers = tracer.shape[0]
    with_heat = heat.shape[0] > 0
    n_heap = next_active = 0
    for m in range(n_active):
        slot[active[m]] = -2
    delta = dt / n_sub
    n_done = 0
    n_queued = n_active
    status = DONE
    inflow = np.zeros(n_sub)
    up_cell = np.zeros(6, np.int64)
    up_flux = np.zeros(6)
    strides = np.array([stride_x, stride_y, 1])
    while n_heap > 0 or next_active < n_active:
        if next_active < n_active and (n_heap == 0 or p[active[next_active]] >= p[heap[0]]):
            c = active[next_active]
            next_active += 1
        else:
            c = pop(n_heap, p, heap)
            n_heap -= 1
        mine = n_done
        slot[c] = mine
        out_order[mine] = c
        n_done += 1
        here = p[c]
        into = source[c]
        out = sink_open[c] + sink_marrow[c]
        for j in range(n_sub):
            inflow[j] = source[c]
        n_up = 0
        for axis in range(3):
            step = strides[axis]
            for way in range(2):
                nb = c + step if way == 0 else c - step
                face = c if way == 0 else c - step
                t = tx[face] if axis == 0 else (ty[face] if axis == 1 else tz[face])
                if t <= 0.0:
                    continue
                q = t * (here - p[nb])
                if q >= 0.0:
                    out += q
                else:
                    theirs = slot[nb]
                    q = -q
                    if theirs >= 0:
                        q *= scale[theirs]
                        for j in range(n_sub):
                            inflow[j] += q * flows[theirs, j]
                    up_cell[n_up] = nb
                    up_flux[n_up] = q
                    n_up += 1
                    into += q
        factor = into / out if out > 0.0 else 0.0
        scale[mine] = factor
        leaving = (out - sink_marrow[c]) * factor  # flow that carries the cell's own mixture
        s = s_old[c]
        a = ratio[c]
        passed = 0.0
        most = 0.0
        for j in range(n_sub):
            rhs = pore[c] * s + delta * inflow[j]
            new = fill_cell(rhs, delta * leaving, pore[c], s, a)
            if new < 0.0:
                status = NO_ROOT
                new = s
            f = fractional_flow(new, a)
            if f < SMALLEST_FLOW:
                f = 0.0
            s = (rhs - delta * leaving * f) / pore[c]
            flows[mine, j] = f
            passed += f
            most = max(most, f)
        passed *= delta
        out_s[c] = s
        out_passed[mine] = passed * leaving
        out_export[mine] = passed * sink_open[c] * factor
        if n_tracers > 0:
            held_new = pore[c] * s
            below = held_new + passed * leaving
            for m in range(n_tracers):
                amount = pore[c] * s_old[c] * tracer[m, c] + source[c] * dt * tracer_source[m]
                for u in range(n_up):
                    theirs = slot[up_cell[u]]
                    if theirs >= 0:
                        total = 0.0
                        for j in range(n_sub):
                            total += flows[theirs, j]
                        amount += up_flux[u] * total * delta * out_tracer[m, up_cell[u]]
                out_tracer[m, c] = amount / below if below > 1e-30 else tracer[m, c]
        if with_heat:
            amount = heat_pore[c] * heat[c] + source[c] * dt * heat_cement * heat_source
            change = source[c] * dt * heat_cement
            for u in range(n_up):
                theirs = slot[up_cell[u]]
                share = 0.0
                warmth = heat[up_cell[u]]
                if theirs >= 0:
                    for j in range(n_sub):
                        share += flows[theirs, j]
                    share /= n_sub
                    warmth = out_heat[up_cell[u]]
                flow = up_flux[u] * dt * (share * heat_cement + (1.0 - share) * heat_marrow)
                amount += flow * warmth
                change += flow
            out_heat[c] = amount / (heat_pore[c] + change)
        if most > 0.0:
            for axis in range(3):
                step = strides[axis]
                for way in range(2):
                    nb = c + step if way == 0 else c - step
                    face = c if way == 0 else c - step
                    t = tx[face] if axis == 0 else (ty[face] if axis == 1 else tz[face])
                    if t > 0.0 and here > p[nb] and slot[nb] == -1:
                        if n_queued >= room:
                            status = NEEDS_ROOM
                            break
                        slot[nb] = -2
                        n_queued += 1
                        n_heap = push(nb, n_heap, p, heap)
        if status == NEEDS_ROOM:
            break
    for m in range(n_done):
        slot[out_order[m]] = -1
    for m in range(n_heap):
        slot[heap[m]] = -1
    for m in range(next_active, n_active):
        slot[active[m]] = -1
    return status, n_done


@njit(cache=True, fastmath=FAST, error_model="numpy")
def mobility(permeability, s, cement_viscosity, marrow_viscosity, sharp, out_conductivity):
    """Permeability times total mobility in each cell [m^2 / (Pa s)]."""
    for c in range(permeability.shape[0]):
        x = min(max(s[c], 0.0), 1.0)
        if sharp:
            out_conductivity[c] = permeability[c] / (x * cement_viscosity[c] + (1.0 - x) * marrow_viscosity)
        else:
            out_conductivity[c] = permeability[c] * (
                x * x / cement_viscosity[c] + (1.0 - x) * (1.0 - x) / marrow_viscosity
            )


@njit(cache=True, fastmath=FAST, error_model="numpy")
def faces(conductivity, anisotropy, spacing, out_tx, out_ty, out_tz):
    """Conductance of each face from the harmonic mean of its two cells [m^3 / (s Pa)]; k is the stiff axis."""
    n0, n1, n2 = conductivity.shape
    for i in range(1, n0 - 1):
        for j in range(1, n1 - 1):
            for k in range(1, n2 - 1):
                a = conductivity[i, j, k]
                bx, by, bz = conductivity[i + 1, j, k], conductivity[i, j + 1, k], conductivity[i, j, k + 1]
                out_tx[i, j, k] = 2.0 * spacing * a * bx / (a + bx) if a * bx > 0.0 else 0.0
                out_ty[i, j, k] = 2.0 * spacing * a * by / (a + by) if a * by > 0.0 else 0.0
                out_tz[i, j, k] = anisotropy * 2.0 * spacing * a * bz / (a + bz) if a * bz > 0.0 else 0.0
