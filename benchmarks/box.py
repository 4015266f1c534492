"""The comparison problem BOX of reservoir simulation: cement pushed through a cube of cells.

A cube of N^3 cells, constant porosity, quadratic relative permeabilities, no capillarity or
gravity. The central (N/16)^3 cells inject at a constant rate, the whole face X+ is held at zero
pressure, 0.30 pore volumes go in. In units h = 1, porosity 1, k = 1, resident viscosity 1, the
rate is such that 0.30 N^3 has gone in at t = 1.

Run ``python benchmarks/box.py --help``.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from azygos.spine.flow import Flow
from azygos.spine.kernels import transport


@dataclass
class Run:
    """One run of BOX: the final saturation and what it took."""

    s: np.ndarray
    seconds: float
    solves: int
    iterations: int
    parts: dict[str, float]
    visited: int = 0


def medium(n: int, hetero: bool) -> np.ndarray:
    """Permeability: 1, or log-normal with sigma 1, correlated over 2 cells, index order z, y, x."""
    if not hetero:
        return np.ones((n, n, n))
    z = gaussian_filter(np.random.default_rng(7).standard_normal((n, n, n)), 2.0, mode="wrap")
    z = (z - z.mean()) / z.std()
    return np.ascontiguousarray(np.exp(z).transpose(2, 1, 0))


def common_medium(n: int) -> np.ndarray:
    """One medium for all n: drawn at 128^3, correlated over 8 cells, averaged to n^3 (n divides 128)."""
    z = gaussian_filter(np.random.default_rng(7).standard_normal((128, 128, 128)), 8.0, mode="wrap")
    z = (z - z.mean()) / z.std()
    return averaged(np.exp(z).transpose(2, 1, 0), n)


def averaged(fine: np.ndarray, n: int) -> np.ndarray:
    """Block means of a cube onto n^3."""
    m = fine.shape[0] // n
    return np.ascontiguousarray(fine.reshape(n, m, n, m, n, m).mean(axis=(1, 3, 5)))


def run_box(
    n: int,
    *,
    ratio: float = 10.0,
    permeability: np.ndarray | None = None,
    steps: int = 20,
    n_sub: int = 4,
    tolerance: float = 1e-3,
    sweeps: int = 2,
    middle: bool = True,
) -> Run:
    """Inject 0.30 pore volumes in `steps` pressure solves of `n_sub` transport sub-steps each."""
    k = np.ones((n, n, n)) if permeability is None else permeability
    started = time.perf_counter()
    flow = Flow((n, n, n))
    width = max(n // 16, 1)
    low = (n - width) // 2
    rate = 0.30 * n**3
    kk, pore = flow.field(k), flow.field(1.0)
    pore[pore == 0.0] = 1.0
    source = flow.field(0.0)
    flow.inner(source)[low : low + width, low : low + width, low : low + width] = rate / width**3
    cement = np.full(flow.s.shape, ratio)
    conductivity = np.zeros(flow.s.shape)
    none = np.zeros((0, 1))
    flow.active = np.flatnonzero(source.ravel() > 0.0).astype(np.int32)
    sink_open, sink_marrow = flow.field(0.0), flow.field(0.0)
    flow.push[...] = source
    iterations = visited_all = 0
    parts = {"mobility": 0.0, "pressure": 0.0, "transport": 0.0}
    # steps grow: the pressure changes fastest while the cement is small
    edges = np.linspace(0.0, 1.0, steps + 1) ** 1.5
    bound = tolerance * float(np.sqrt((source**2).sum()))
    for dt in np.diff(edges):
        a = time.perf_counter()
        transport.mobility(kk.ravel(), flow.s.ravel(), cement.ravel(), 1.0, False, conductivity.ravel())
        transport.faces(conductivity, 1.0, 1.0, flow.tx, flow.ty, flow.tz)
        out = 2.0 * flow.inner(conductivity)[-1]
        flow.inner(flow.sink)[-1] = out
        b = time.perf_counter()
        iterations += flow.solve(bound, sweeps=sweeps).iterations
        c = time.perf_counter()
        flow.inner(sink_open)[-1] = out * flow.inner(flow.p)[-1]
        visited, _ = flow.carry(
            dt, n_sub, source=source, sink_open=sink_open, sink_marrow=sink_marrow, pore=pore, ratio=cement,
            tracer=none, tracer_source=np.zeros(0), heat=np.zeros(0),
        )  # fmt: skip
        visited_all += visited.size
        d = time.perf_counter()
        parts["mobility"] += b - a
        parts["pressure"] += c - b
        parts["transport"] += d - c
    return Run(flow.inner(flow.s).copy(), time.perf_counter() - started, steps, iterations, parts, visited_all)


def l1(s: np.ndarray, reference: np.ndarray) -> float:
    """L1 difference over the injected volume."""
    return float(np.abs(s - reference).sum() / (0.30 * s.size))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.parse_args()


if __name__ == "__main__":
    main()
