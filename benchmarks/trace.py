"""How long a whole chest takes to trace, and how much memory, beside global thresholds with components.

Renders one body with a few pieces of cement, writes it as an uncompressed NIfTI, and traces it by the command's own
function in a process of its own that has compiled before: the time from the call to ``result.json``, the report
apart. The baseline is what a script of ten lines does: a threshold, 26-connected components, their volumes. Times are
also told as sweeps of a 7-point stencil over 64^3 cells on the same core.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import ndimage

from journey import sweep_seconds

THRESHOLDS_HU = (300.0, 700.0, 1000.0)
SHORT_ROWS = 192


def write_chest(path: Path, rows: int, slices: int) -> None:
    """A rendered chest of `slices` slices as an uncompressed NIfTI."""
    from azygos.render import Choices, Scanner, draw_phantom, render_body
    from azygos.scan import write_nifti

    phantom = draw_phantom(7)
    scanner = Scanner(rows=rows, low_mm=-165.0, high_mm=165.0, step_mm=300.0 / slices, slice_mm=1.0)
    volume, _, _ = render_body(phantom, choices=Choices(scanner=scanner), seed=7)
    write_nifti(path, np.asarray(volume.hu, dtype=np.int16), volume.affine_mm)
    print(f"{' x '.join(str(n) for n in volume.hu.shape)} voxels, {path.stat().st_size / 1e6:.0f} MB as {path.name}")


def trace_one(ct: str, warm: str, folder: str) -> None:
    """Trace once to compile, then once for the clock; leaves ``times.json`` in `folder`."""
    from azygos.report import write_trace_report
    from azygos.study import TraceEffort, trace

    trace(Path(warm), Path(folder) / "warm")
    before = resource.getrusage(resource.RUSAGE_SELF)
    trace(Path(ct), Path(folder) / "out", effort=TraceEffort(write_report=write_trace_report))
    after = resource.getrusage(resource.RUSAGE_SELF)
    times = json.loads((Path(folder) / "out" / "timing.json").read_text())
    times["processor_s"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times["memory_mb"] = after.ru_maxrss / 1024
    (Path(folder) / "times.json").write_text(json.dumps(times))


def threshold_one(ct: str, folder: str) -> None:
    """Threshold and components, once for each threshold; leaves ``thresholds.json`` in `folder`."""
    import nibabel

    rows = []
    for threshold in THRESHOLDS_HU:
        began = time.perf_counter()
        labels, count = ndimage.label(np.asarray(nibabel.load(ct).dataobj) > threshold, np.ones((3, 3, 3)))
        np.bincount(labels.ravel())
        rows.append([threshold, time.perf_counter() - began, count])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (Path(folder) / "thresholds.json").write_text(json.dumps({"rows": rows, "memory_mb": memory}))


def in_a_process(work: object, *given: str) -> None:
    """Run to the end in a fresh process, whose memory is its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=given)  # type: ignore[arg-type]
    process.start()
    process.join()
    if process.exitcode != 0:
        raise SystemExit(f"the benchmark's process ended with {process.exitcode}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help=f"{SHORT_ROWS} rows and 150 slices")
    options = parser.parse_args()
    rows, slices = (SHORT_ROWS, 150) if options.short else (512, 300)
    with tempfile.TemporaryDirectory() as folder:
        ct, warm = Path(folder) / "ct.nii", Path(folder) / "warm.nii"
        write_chest(ct, rows, slices)
        write_chest(warm, 128, 100)
        in_a_process(trace_one, str(ct), str(warm), folder)
        in_a_process(threshold_one, str(ct), folder)
        times = json.loads((Path(folder) / "times.json").read_text())
        plain = json.loads((Path(folder) / "thresholds.json").read_text())
    unit = sweep_seconds()
    print(f"{'':36}{'s':>8}{'sweeps of 64^3':>16}{'MB':>8}")
    for name, seconds in (
        ("trace: reading", times["read_s"]),
        ("trace: to result.json", times["result_s"]),
        ("trace: with maps and report", times["total_s"]),
        ("trace: processor time of all", times["processor_s"]),
    ):
        print(f"{name:36}{seconds:8.1f}{seconds / unit:16.0f}{times['memory_mb']:8.0f}")
    for threshold, seconds, count in plain["rows"]:
        name = f"over {threshold:g} HU: {count} components"
        print(f"{name:36}{seconds:8.1f}{seconds / unit:16.0f}{plain['memory_mb']:8.0f}")


if __name__ == "__main__":
    main()
