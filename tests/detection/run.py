"""All tables of the tracer in one command: ``python tests/detection/run.py all [--workers 2]``.

``insert`` puts cement into real CTs, ``alarms`` counts false alarms on scans without cement, ``patients`` traces
rendered patients, ``compare`` traces pairs of scans of one patient, ``calibrate`` fits the tracer's certainty on other
seeds and other scans. What is finished is kept under ``tests/detection/build`` and taken up again while the code that
made it is the same; the tables go to ``docs/validation``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

BUILD = HERE / "build"
PAGES = ROOT / "docs" / "validation"
ROOMS = ("ground", "scan", "trace", "render", "values", "compare")
RESTS_ON = {
    "bodies": ("alarms", "standing"), "pairs": ("patients",), "calibration": ("bodies",),
    "patients": ("ways",), "article": ("patients", "ways"),
}  # fmt: skip
"""Modules of which another takes its draws."""
STUDIES = ("insert", "alarms", "patients", "compare")


def code_hash(*modules: str) -> str:
    """Twelve characters that change when a room that a result rests on does, the places, or what draws and counts."""
    import azygos

    source = Path(azygos.__file__).parent
    files = [p for room in ROOMS for end in ("*.py", "*.csv", "*.json") for p in (source / room).rglob(end)]
    files += [HERE / name for name in ("sites.csv", "sites.py", "drawing.py", "scoring.py")]
    files += [HERE / f"{module}.py" for module in modules]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _work(module: str, function: str, job: tuple[Any, ...]) -> Any:
    return getattr(importlib.import_module(f"detection.{module}"), function)(*job)


def collect(study: str, module: str, jobs: list[tuple[Any, ...]], workers: int, *, function: str = "run") -> list[Any]:
    """Results of all jobs, in their order; those that lie there from the same code are not done again."""
    folder = BUILD / study
    folder.mkdir(parents=True, exist_ok=True)
    code = code_hash(module, *RESTS_ON.get(module, ()))
    files = {job: folder / ("_".join(str(word).replace(" ", "-") for word in job) + ".json") for job in jobs}
    todo = [job for job in jobs if _stored(files[job], code) is None]
    began = time.perf_counter()
    with _pool(workers) as submit:
        for done, (job, result) in enumerate(submit(module, function, todo), start=1):
            text = json.dumps({"code": code, "result": result}, default=_plain)
            files[job].write_text(text, encoding="utf-8")
            print(f"{study}: {done} of {len(todo)}, {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return [_stored(files[job], code) for job in jobs]


class _pool:
    """One process, or several that are started anew so that nothing is shared."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __enter__(self) -> Callable[..., Any]:
        if self.workers > 1:
            self.pool = ProcessPoolExecutor(self.workers, mp_context=multiprocessing.get_context("spawn"))
            return self._spread
        return lambda module, function, todo: ((job, _work(module, function, job)) for job in todo)

    def _spread(self, module: str, function: str, todo: list[tuple[Any, ...]]) -> Any:
        futures = {self.pool.submit(_work, module, function, job): job for job in todo}
        for future in as_completed(futures):
            yield futures[future], future.result()

    def __exit__(self, *_: object) -> None:
        if self.workers > 1:
            self.pool.shutdown(cancel_futures=True)


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not for JSON")


def _stored(path: Path, code: str) -> Any:
    if not path.is_file():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["result"] if kept["code"] == code else None


def stamp(n: int) -> str:
    """What a page says of how it was made."""
    from azygos import __version__

    made = f"Made by `python tests/detection/run.py` with azygos {__version__}, code {code_hash()}."
    return f"{made} **A trial with few cases, not the full run.**" if n else made


def write_page(name: str, text: str, tables: dict[str, str]) -> None:
    """A page with its tables as CSV beside it."""
    PAGES.mkdir(parents=True, exist_ok=True)
    (PAGES / f"{name}.md").write_text(text.rstrip() + "\n", encoding="utf-8")
    for key, table in tables.items():
        (PAGES / f"{name}_{key.replace(' ', '_')}.csv").write_text(table, encoding="utf-8")
    print(f"wrote {name}.md with {len(tables)} tables", file=sys.stderr)


def insert(options: argparse.Namespace) -> None:
    from detection import insertion, tables_insertion

    results = collect("insert", "insertion", insertion.parts(options.n or insertion.PASSES), options.workers)
    write_page("trace_insertion", *tables_insertion.page(results, stamp(options.n)))


def alarms(options: argparse.Namespace) -> None:
    from detection import alarms as study
    from detection import bodies, tables_alarms

    real = collect("alarms", "alarms", study.parts(), options.workers)
    rendered = collect("bodies", "bodies", bodies.parts(options.n or bodies.BODIES), options.workers)
    write_page("trace_alarms", *tables_alarms.page(real, rendered, stamp(options.n)))


def patients(options: argparse.Namespace) -> None:
    from detection import article, tables_patients
    from detection import patients as study

    results = collect("patients", "patients", study.parts(options.n or study.PATIENTS), options.workers)
    by_hand = collect("article", "article", article.parts(options.n or article.BODIES), options.workers)
    write_page("trace_patients", *tables_patients.page(results, by_hand, stamp(options.n)))


def compare(options: argparse.Namespace) -> None:
    from detection import pairs, tables_pairs

    results = collect("compare", "pairs", pairs.parts(options.n or pairs.PAIRS), options.workers)
    write_page("trace_pairs", *tables_pairs.page(results, stamp(options.n)))


def calibrate(options: argparse.Namespace) -> None:
    """Fit the certainty and store it in the tracer; after this, everything else has to be run anew."""
    import numpy as np

    from azygos.trace import certainty
    from detection import calibration, tables_calibration

    results = collect("calibrate", "calibration", calibration.parts(options.n or calibration.BODIES), options.workers)
    rows = [row for part in results for row in part["rows"]]
    bodies = sum(part["scan"] == "body" for part in results)
    note = (
        f"calibrated on synthetic cases: {len(results) - bodies} passages of three real scans, {bodies} rendered bodies"
    )
    model = certainty.fit([np.array(row["features"]) for row in rows], [row["cement"] for row in rows], note)
    held = calibration.held_out(results)
    shown = {"reliability": tables_calibration.reliability(*held)}
    (ROOT / "src/azygos/trace/calibration.json").write_text(certainty.to_json(model, shown), encoding="utf-8")
    write_page("trace_certainty", *tables_calibration.page(results, model, *held, stamp(options.n)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", choices=(*STUDIES, "calibrate", "all"))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--n", type=int, default=0, help="passages, bodies, patients or pairs; fewer for a trial")
    options = parser.parse_args()
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    for study in STUDIES if options.study == "all" else (options.study,):
        globals()[study](options)


if __name__ == "__main__":
    main()
