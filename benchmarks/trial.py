"""What the engine of trials costs: time beside the patients' own, memory, disk, and how well two workers share.

Prints a table of

- the same real patients of the viscosity trial with one worker and with two, from the first row to the last, and the
  parallel efficiency, (time with one) / (2 x time with two). Other load on the machine spoils it;
- stub patients, whose rows are full and take a stated short time: time of the parent and of the workers that is not the
  patient's own, for each patient under two strategies, and what share of 2 s a row that is. A stub sleeps 10 ms
  instead of 2 s, so that thousands pass: what the engine does for a row does not hang on how long it took;
- memory of the parent after few and after many stub patients, and bytes on disk for each row, in parts and in the
  table.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))  # so that spawned processes find the stubs by name

from azygos.trial import Standing, parse_trial, run_trial
from azygos.trial.columns import COLUMNS, Row
from azygos.trial.trial_file import TrialFile

A_PATIENT = 2.0  # s, of which the overhead is told as a share
STUB = 0.01  # s that a stub sleeps under each strategy
STRATEGIES = (("low viscosity", "generic_low_viscosity", 5.0), ("high viscosity", "generic_high_viscosity", 3.5))


def trial_of(patients: int) -> TrialFile:
    """A trial of two cements."""
    lines = ["[trial]", 'name = "benchmark"', f"patients = {patients}", "seed = 1"]
    for name, cement, age in STRATEGIES:
        lines += ["[[strategy]]", f'name = "{name}"', f'cement = "{cement}"', f"age_at_start_min = {age}"]
        lines += ["rate_ml_min = 2.0", "volume_ml_thoracic = 3.0", "volume_ml_lumbar = 4.5", "gauge = 10"]
    return parse_trial("\n".join(lines))


def follow_stub(trial: TrialFile, index: int, strategies: Sequence[str]) -> Iterator[Row]:
    """Rows as large as real ones: every number another one, every text a short one."""
    made: dict[str, Callable[[int], Any]] = {
        "text": lambda k: f"text {k % 5}",
        "whole": lambda k: (index * 31 + k) % 97,
        "number": lambda k: ((index * 131 + k) % 9973) / 7.0,
        "yes": lambda k: (index + k) % 7 == 0,
    }
    for strategy in strategies:
        time.sleep(STUB)
        row: Row = {column.name: made[column.kind](number) for number, column in enumerate(COLUMNS)}
        yield {**row, "patient": index, "strategy": strategy, "weight": 1.0, "failed": ""}


def real_wall(patients: int, workers: int) -> float:
    """Time from the first row of real patients to the last [s]: all workers are at work by then but the last ones."""
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        run_trial(trial_of(patients), out, workers=workers, progress=lambda _: times.append(time.perf_counter()))
    return times[-1] - times[0]


def stub_run(patients: int, workers: int, told: Any) -> None:
    """In a process of its own, so that its memory is its own: one run of stubs; sends what it cost."""
    sizes: dict[str, int] = {}

    def look(standing: Standing) -> None:
        if standing.done == standing.asked:  # the last moment at which the parts are there
            parts = list((out.with_name("out.partial") / "parts").rglob("*.parquet"))
            sizes["parts"] = sum(part.stat().st_size for part in parts)
            sizes["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        began, own = time.perf_counter(), cpu(resource.RUSAGE_SELF)
        run_trial(trial_of(patients), out, workers=workers, work=follow_stub, progress=look)
        cost = {
            "wall": time.perf_counter() - began,
            "parent": cpu(resource.RUSAGE_SELF) - own,
            "workers": cpu(resource.RUSAGE_CHILDREN),
            "following": sizes["memory"] / 1024.0,
            "analysed": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
            "parts": sizes["parts"] / (2 * patients),
            "table": (out / "outcomes.parquet").stat().st_size / (2 * patients),
        }
    told.send(cost)


def cpu(who: int) -> float:
    """Processor time [s]."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def stub_cost(patients: int, workers: int) -> dict[str, float]:
    """What a run of stubs cost, measured in a fresh process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=stub_run, args=(patients, workers, theirs))
    process.start()
    cost: dict[str, float] = ours.recv()
    process.join()
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer patients, under 40 s")
    parser.add_argument("--stubs-only", action="store_true", help="no real patients")
    short = parser.parse_args()
    few, many, real = (20, 120, 3) if short.short else (500, 5000, 60)
    small, large = stub_cost(few, 2), stub_cost(many, 2)
    more = many - few
    parent, workers = ((large[who] - small[who]) / more for who in ("parent", "workers"))
    print(f"stub patients, two strategies each, 2 workers, {os.cpu_count()} cores")
    print(f"  parent, per patient                    {1e3 * parent:8.1f} ms")
    print(f"  workers beside the patient, per patient{1e3 * workers:8.1f} ms")
    print(
        f"  of {2 * A_PATIENT:g} s for a patient and two strategies {100 * (parent + workers) / (2 * A_PATIENT):7.2f} %"
    )
    print(f"  one parent keeps up with               {2 * A_PATIENT / parent:8.0f} workers")
    for patients, cost in ((few, small), (many, large)):
        print(
            f"  parent's memory, {patients:5} patients: {cost['following']:8.0f} MB when all rows have landed, ", end=""
        )
        print(f"{cost['analysed']:.0f} MB at most with table and analysis")
    print(f"  disk per row: in parts                 {large['parts']:8.0f} bytes")
    print(f"  disk per row: in the table             {large['table']:8.0f} bytes")
    print(f"  {many} patients: wall                   {large['wall']:8.1f} s")
    if not short.stubs_only:
        real_wall(1, 1)  # compiles what is not yet compiled
        one, two = real_wall(real, 1), real_wall(real, 2)
        cell = trial_of(1).trial.spacing_mm
        print(f"{real} real patients at {cell:g} mm, two strategies: 1 worker {one:.1f} s, 2 workers {two:.1f} s")
        print(f"  seconds a row on one core              {one / (2 * real - 1):8.2f} s")
        print(f"  parallel efficiency on 2 workers       {100 * one / (2 * two):8.1f} %")


if __name__ == "__main__":
    main()
