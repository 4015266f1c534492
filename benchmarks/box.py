"""The comparison problem BOX of reservoir simulation: cement pushed through a cube of cells.

A cube of N^3 cells, constant porosity, quadratic relative permeabilities, no capillarity or
gravity. The central (N/16)^3 cells inject at a constant rate, the whole face X+ is held at zero
pressure, 0.30 pore volumes go in. In units h = 1, porosity 1, k = 1, resident viscosity 1, the
rate is such that 0.30 N^3 has gone in at t = 1.

Run ``python benchmarks/box.py --help``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

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
    bound = tolerance * float(np.linalg.norm(source.ravel()))
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


FAST = {"steps": 10, "n_sub": 4}
CLOSE = {"steps": 30, "n_sub": 8}
CONVERGED = {"steps": 200, "n_sub": 16, "tolerance": 1e-5}
"""Settings: a quick look, a close one, and one in which the time step no longer matters."""


def bytes_a_cell(n: int) -> float:
    """Peak memory of a run above that of the warmed-up process, per cell, in a process of its own (Linux)."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import box\n"
        "def read(key): return next(int(l.split()[1]) for l in open('/proc/self/status') if l.startswith(key))\n"
        "n = int(sys.argv[2]); medium = box.medium(n, False)\n"
        "box.run_box(16, steps=2)\n"
        "open('/proc/self/clear_refs', 'w').write('5')\n"  # forget the peak that compiling left
        "before = read('VmRSS'); box.run_box(n, permeability=medium, **box.FAST); print(read('VmHWM') - before)"
    )
    here = str(Path(__file__).resolve().parent)
    done = subprocess.run([sys.executable, "-c", code, here, str(n)], capture_output=True, text=True, check=True)
    return int(done.stdout) * 1024.0 / n**3


def errors(n: int, hetero: bool, settings: dict[str, float], run: Run) -> float:
    """L1 error of time stepping: against the same grid with steps so short that they no longer matter."""
    reference = run_box(n, permeability=medium(n, hetero), **CONVERGED)  # type: ignore[arg-type]
    return l1(run.s, reference.s)


def median_run(n: int, hetero: bool, settings: dict[str, float], repeats: int) -> Run:
    """The run of median time."""
    k = medium(n, hetero)
    runs = [run_box(n, permeability=k, **settings) for _ in range(repeats)]  # type: ignore[arg-type]
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def table(sizes: list[int], *, with_errors: int, repeats: int) -> None:
    """Print one row for each size, medium and setting; errors up to size `with_errors`."""
    run_box(16, steps=2)  # compile
    head = "| cells | medium | steps x sub-steps | s | pressure / transport s | iterations | L1 error | bytes a cell |"
    print(head)
    print("|---" * head.count("| ") + "|")
    for n in sizes:
        for hetero in (False, True):
            for settings in (FAST, CLOSE):
                run = median_run(n, hetero, settings, repeats)
                error = f"{100 * errors(n, hetero, settings, run):.2f} %" if n <= with_errors else ""
                memory = f"{bytes_a_cell(n):.0f}" if settings is FAST and not hetero else ""
                print(
                    f"| {n}^3 | {'hetero' if hetero else 'homogeneous'} | {run.solves} x {settings['n_sub']} "
                    f"| {run.seconds:.3f} | {run.parts['pressure']:.3f} / {run.parts['transport']:.3f} "
                    f"| {run.iterations} | {error} | {memory} |",
                    flush=True,
                )


def convergence(sizes: list[int]) -> None:
    """Print errors against a 128^3 solution of one common medium, averaged to each grid (rule b)."""
    fine = run_box(128, permeability=common_medium(128), **CLOSE).s  # type: ignore[arg-type]
    for n in sizes:
        run = run_box(n, permeability=common_medium(n), **CLOSE)  # type: ignore[arg-type]
        print(
            f"{n}^3 against 128^3, common medium: L1 {100 * l1(run.s, averaged(fine, n)):.1f} % in {run.seconds:.2f} s"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="32^3 only, for a quick check")
    parser.add_argument("--sizes", type=int, nargs="+", default=[32, 64, 96, 128])
    parser.add_argument("--with-errors", type=int, default=64, help="largest size whose time error is computed")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--convergence", action="store_true", help="rule (b): against a 128^3 solution")
    arguments = parser.parse_args()
    if arguments.convergence:
        convergence([16, 32, 64])
        return
    sizes = [32] if arguments.short else arguments.sizes
    table(sizes, with_errors=arguments.with_errors, repeats=arguments.repeats)


if __name__ == "__main__":
    main()
