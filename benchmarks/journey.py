"""How long one patient's journey takes, room by room, and how much memory.

Prints, for several patients of the demo's case after everything is compiled: the time of the injection at 1 mm, of
drawing the patient, of following the cement for a year, and what each is worth in sweeps of a 7-point stencil
over 64^3 cells in double precision on the same core, so that two machines can be compared. Memory is the highest of
the process.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time

import numpy as np

from azygos.case.case_file import CaseFile
from azygos.case.example import demo_case
from azygos.case.following import afterwards_of, wishes_of
from azygos.case.inject import draw_bones, inject_all, spine_draws
from azygos.case.run import with_seed
from azygos.journey import draw_body, draw_patient, follow, room_rng, session_end

PARTS = ("injection at 1 mm", "drawing the patient", "veins to a year", "journey without injection", "whole journey")


def sweep_seconds(n: int = 64, repeats: int = 20) -> float:
    """One sweep of a 7-point stencil over n^3 cells in double precision [s]."""
    a = np.ones((n, n, n))
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        b = a[:-2, 1:-1, 1:-1] + a[2:, 1:-1, 1:-1] + a[1:-1, :-2, 1:-1] + a[1:-1, 2:, 1:-1]
        b += a[1:-1, 1:-1, :-2] + a[1:-1, 1:-1, 2:] - 6.0 * a[1:-1, 1:-1, 1:-1]
        times.append(time.perf_counter() - began)
    return min(times)


def time_one(case: CaseFile) -> list[float]:
    """Seconds of each of :data:`PARTS` for one patient."""
    seed, wishes = case.patient.seed, wishes_of(case)
    body = draw_body(room_rng(seed, "body"), wishes)
    bones = draw_bones(case, body, 1.0)
    draws = spine_draws(case, bones)
    clock = [time.perf_counter()]
    session = inject_all(case, body, bones, draws, fat_fraction=0.5)
    clock.append(time.perf_counter())
    patient = draw_patient(seed, wishes, vein_radius_factor=draws[0].vein_radius_factor)
    clock.append(time.perf_counter())
    after = afterwards_of(case, session_end(session.treated))
    follow(patient, session.treated, session.entries, session.cement, after)
    clock.append(time.perf_counter())
    injected, drawn, followed = np.diff(clock)
    return [injected, drawn, followed, drawn + followed, injected + drawn + followed]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="three patients")
    options = parser.parse_args()
    case = demo_case()
    seeds = [case.patient.seed, *range(2 if options.short else 12)]
    for seed in seeds:  # compiles, whatever their cement meets
        time_one(with_seed(case, seed))
    rows = [time_one(with_seed(case, seed)) for seed in seeds]
    unit = sweep_seconds()
    print(f"\nJourney: the demo's case in {len(seeds)} patients, one process, after compiling")
    print(f"{'part':28}{'median s':>10}{'longest s':>11}{'sweeps of 64^3':>16}")
    for name, times in zip(PARTS, zip(*rows, strict=True), strict=True):
        middle = statistics.median(times)
        print(f"{name:28}{middle:10.2f}{max(times):11.2f}{middle / unit:16.0f}")
    print(f"highest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
