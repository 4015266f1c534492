"""Explicit upwind on the comparison problem BOX: the yardstick for errors of time stepping.

Sequential: a number of pressure solves (scipy's conjugate gradients, preconditioned by pyamg),
and between two of them as many explicit upwind steps as the Courant limit asks for. Written
apart from azygos, with sparse matrices, so that it can also serve as the second peer.

    python benchmarks/opm/reference.py --cells 32 --solves 60 --against /tmp/box32.npy
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyamg
import scipy.sparse as sp
from scipy.sparse.linalg import cg

sys.path.insert(0, str(Path(__file__).resolve().parent))
from deck import PORE_VOLUMES, Box, permeability, source_range

Array = npt.NDArray[np.float64]


def explicit_upwind(box: Box, solves: int = 60, courant: float = 0.9) -> tuple[Array, int]:
    """Final saturation, shape (N, N, N) in index order z, y, x, and the number of transport steps.

    In the units of BOX: h = 1, porosity 1, median k = 1, resident viscosity 1, 0.30 N^3 in at t = 1.
    """
    n = box.cells
    k = permeability(box).ravel()
    low, high = _faces(n)
    harmonic = 2.0 * k[low] * k[high] / (k[low] + k[high])
    outlet = np.arange(n**3).reshape((n,) * 3)[:, :, -1].ravel()
    source = np.zeros((n, n, n))
    inner = slice(source_range(n).start, source_range(n).stop)
    source[inner, inner, inner] = 1.0
    inflow = (source * (PORE_VOLUMES * n**3 / source.sum())).ravel()
    saturation = np.zeros(n**3)
    pressure = np.zeros(n**3)
    transport_steps = 0
    for _ in range(solves):
        mobility = _mobility(saturation, box.ratio)
        upstream = np.where(pressure[low] >= pressure[high], low, high)
        face = harmonic * mobility[upstream]
        rim = 2.0 * k[outlet] * mobility[outlet]
        pressure = _pressure(low, high, face, outlet, rim, inflow, pressure)
        flux = face * (pressure[low] - pressure[high])
        out = rim * pressure[outlet]
        saturation, taken = _transport(
            saturation, low, high, flux, outlet, out, inflow, box.ratio, 1.0 / solves, courant
        )
        transport_steps += taken
    return saturation.reshape((n,) * 3), transport_steps


def _faces(n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The two cells of every inner face."""
    index = np.arange(n**3).reshape((n,) * 3)
    pairs = [(index[1:], index[:-1]), (index[:, 1:], index[:, :-1]), (index[:, :, 1:], index[:, :, :-1])]
    return np.concatenate([b.ravel() for _, b in pairs]), np.concatenate([a.ravel() for a, _ in pairs])


def _mobility(saturation: Array, ratio: float) -> Array:
    return saturation**2 / ratio + (1.0 - saturation) ** 2


def _pressure(low, high, face, outlet, rim, inflow, guess) -> Array:  # type: ignore[no-untyped-def]
    n = inflow.size
    diagonal = np.bincount(low, face, n) + np.bincount(high, face, n) + np.bincount(outlet, rim, n)
    matrix = (
        sp.diags(diagonal) - sp.coo_matrix((face, (low, high)), (n, n)) - sp.coo_matrix((face, (high, low)), (n, n))
    )
    matrix = matrix.tocsr()
    cycle = pyamg.smoothed_aggregation_solver(matrix).aspreconditioner()
    pressure, status = cg(matrix, inflow, x0=guess, rtol=1e-8, M=cycle)
    if status:
        raise RuntimeError("the pressure solve did not converge")
    return pressure


def _transport(s, low, high, flux, outlet, out, inflow, ratio, duration, courant) -> tuple[Array, int]:  # type: ignore[no-untyped-def]
    n = s.size
    upstream = np.where(flux >= 0.0, low, high)
    leaving = np.bincount(upstream, np.abs(flux), n) + np.bincount(outlet, out, n)
    steepest = _steepest_fraction(ratio)
    steps = int(np.ceil(duration * leaving.max() * steepest / courant))
    step = duration / steps
    into = inflow * step
    for _ in range(steps):
        fraction = s**2 / (s**2 + ratio * (1.0 - s) ** 2)
        carried = flux * fraction[upstream] * step
        s = s + into - np.bincount(low, carried, n) + np.bincount(high, carried, n)
        s[outlet] -= out * fraction[outlet] * step
    return s, steps


def _steepest_fraction(ratio: float) -> float:
    """Largest slope of the fractional flow."""
    s = np.linspace(0.0, 1.0, 2001)
    return float(np.diff(s**2 / (s**2 + ratio * (1.0 - s) ** 2)).max() * 2000.0)


def l1_error(saturation: Array, reference: Array) -> float:
    """L1 difference over the injected volume."""
    return float(np.abs(saturation - reference).sum() / (PORE_VOLUMES * reference.size))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cells", type=int, default=32)
    parser.add_argument("--ratio", type=float, default=10.0)
    parser.add_argument("--hetero", action="store_true")
    parser.add_argument("--solves", type=int, default=60)
    parser.add_argument("--against", type=Path, nargs="*", default=[], help="final saturations (.npy) to judge")
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    begin = time.perf_counter()
    reference, steps = explicit_upwind(Box(cells=args.cells, ratio=args.ratio, hetero=args.hetero), args.solves)
    wall = time.perf_counter() - begin
    print(f"explicit upwind {args.cells}^3: {args.solves} solves, {steps} transport steps, {wall:.1f} s")
    if args.save:
        np.save(args.save, reference)
    for path in args.against:
        print(f"{path.name}: L1 {100.0 * l1_error(np.load(path), reference):.2f} %")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
