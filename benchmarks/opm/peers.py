"""OPM Flow and explicit upwind on BOX, one thread each: ``make bench-peers``.

python benchmarks/opm/peers.py --cells 32 --reports 10 60
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]
from deck import Box
from reference import explicit_upwind, l1_error
from run import HOW_TO_INSTALL, FlowFailed, find_flow, run_flow

import box


def print_ours(problem: Box, reference: np.ndarray) -> None:
    """azygos on the same problem: error against the yardstick, and against its own grid converged in time."""
    medium = box.medium(problem.cells, problem.hetero)
    converged = box.run_box(problem.cells, permeability=medium, ratio=problem.ratio, **box.CONVERGED).s
    for settings in (box.FAST, box.CLOSE):
        cpu = time.process_time()
        run = box.run_box(problem.cells, permeability=medium, ratio=problem.ratio, **settings)
        user = time.process_time() - cpu
        error, own = 100.0 * l1_error(run.s.transpose(2, 1, 0), reference), 100.0 * box.l1(run.s, converged)
        name = f"azygos {problem.cells}^3"
        print(f"{name:28} {run.solves:6d} {run.seconds:8.2f} {user:8.2f} {'':9} {error:6.2f} {own:6.2f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cells", type=int, nargs="+", default=[32])
    parser.add_argument("--reports", type=int, nargs="+", default=[10, 60])
    parser.add_argument("--ratio", type=float, default=10.0)
    parser.add_argument("--hetero", action="store_true")
    args = parser.parse_args()
    if find_flow() is None:
        print(HOW_TO_INSTALL)
    print("peer                          steps   wall s   user s   peak MB   L1 %   (azygos: also its own time error)")
    box.run_box(16, steps=2)  # compile
    failed = False
    for cells in args.cells:
        begin, cpu = time.perf_counter(), time.process_time()
        reference, _ = explicit_upwind(Box(cells=cells, ratio=args.ratio, hetero=args.hetero))
        wall, user = time.perf_counter() - begin, time.process_time() - cpu
        print(f"{f'explicit upwind {cells}^3':28} {60:6d} {wall:8.1f} {user:8.1f} {'':9}   (the yardstick)", flush=True)
        print_ours(Box(cells=cells, ratio=args.ratio, hetero=args.hetero), reference)
        for reports in args.reports if find_flow() else []:
            name = f"OPM Flow {cells}^3, {reports} reports"
            try:
                run = run_flow(Box(cells=cells, ratio=args.ratio, hetero=args.hetero, reports=reports))
            except FlowFailed as failure:
                print(f"{name}: {failure}")
                failed = True
                continue
            error, megabytes = 100.0 * l1_error(run.saturation, reference), run.peak_rss / 1e6
            print(f"{name:28} {run.steps:6d} {run.wall:8.1f} {run.user:8.1f} {megabytes:9.0f} {error:6.2f}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
