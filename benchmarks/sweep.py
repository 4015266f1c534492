"""How near the solver comes to the machine's memory bandwidth, from 32^3 to 160^3 cells.

A pressure solve on a log-normal medium (sigma 1) with a central source, to a part in a million.
Prints for each grid: cells, iterations, cell updates, seconds, the time as a multiple of that
grid's own 7-point sweep in double precision, and the bytes that the algorithm must move over
the time, as a share of the bandwidth of a triad on one core; then the exponent with which cell
updates grow with cells.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numba import njit

from azygos.spine.flow import Flow
from azygos.spine.kernels import pressure, transport
from box import medium

SWEEPS = 2
BYTES_APPLY = 8 * (5 + 1 + 1)  # tx, ty, tz, sink, p in, Ap in and out
BYTES_VECTORS = 8 * (2 + 3 + 3 + 2 * 3 + 2 * 2) + 4 * 2  # norms, updates of p, r and d
BYTES_HALF_SWEEP = 4 * (6 + 2)  # tx, ty, tz, 1/diagonal, b, x in and out; the plane stays in cache
BYTES_CYCLE = (4 * SWEEPS * BYTES_HALF_SWEEP + 4 * (7 + 3 + 3)) * 8 / 7  # with residual, transfer and all levels


@njit(cache=True, fastmath=True)
def triad(a, b, c, out):
    """out = a + b c."""
    for m in range(a.shape[0]):
        out[m] = a[m] + b[m] * c[m]


def best(work: Callable[[], object], repeats: int = 7) -> float:
    """Shortest time of several [s]."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def bandwidth() -> float:
    """Of a triad over arrays far larger than the cache, one core [bytes/s], write-allocate not counted."""
    arrays = [np.ones(20_000_000) for _ in range(4)]
    triad(*arrays)
    return 4 * 8 * arrays[0].size / best(lambda: triad(*arrays))


def prepared(n: int) -> tuple[Flow, np.ndarray]:
    """A flow problem with a central source and the face X+ held at zero."""
    flow = Flow((n, n, n))
    conductivity = flow.field(medium(n, True))
    transport.faces(conductivity, 1.0, 1.0, flow.tx, flow.ty, flow.tz)
    flow.inner(flow.sink)[-1] = 2.0 * flow.inner(conductivity)[-1]
    flow.inner(flow.push)[n // 2, n // 2, n // 2] = 1.0
    return flow, conductivity


def row(n: int, band: float) -> tuple[int, float]:
    """Print one grid; returns cells and cell updates."""
    flow, _ = prepared(n)
    out = np.zeros_like(flow.p)
    rows = flow._rows[0]
    sweep = best(lambda: pressure.apply(rows, flow.tx, flow.ty, flow.tz, flow.sink, flow.p, out))
    seconds, iterations = [], 0
    for _ in range(3):
        flow.p[...] = 0.0
        started = time.perf_counter()
        iterations = flow.solve(1e-6, sweeps=SWEEPS).iterations
        seconds.append(time.perf_counter() - started)
    took = min(seconds)
    moved = iterations * n**3 * (BYTES_APPLY + BYTES_VECTORS + BYTES_CYCLE)
    updates = iterations * n**3 * (2.0 + 4 * SWEEPS * 8 / 7)
    print(
        f"| {n}^3 | {iterations} | {updates / 1e6:.1f} | {took * 1e3:.1f} | {sweep * 1e3:.2f} | {took / sweep:.0f} "
        f"| {moved / took / 1e9:.1f} | {100 * moved / took / band:.0f} % |",
        flush=True,
    )
    return n**3, updates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[32, 48, 64, 96, 128, 160])
    arguments = parser.parse_args()
    flow, _ = prepared(16)
    flow.solve(1e-6)  # compile
    band = bandwidth()
    print(f"triad, one core: {band / 1e9:.1f} GB/s")
    print("| cells | iterations | cell updates, million | solve ms | sweep ms | solve / sweep | GB/s | of triad |")
    print("|---" * 8 + "|")
    measured = [row(n, band) for n in arguments.sizes]
    cells, updates = np.log(np.array(measured)).T
    print(f"cell updates grow with cells to the power {np.polyfit(cells, updates, 1)[0]:.3f}")


if __name__ == "__main__":
    main()
