"""Traces on the page: the job that makes one, the scan that belongs to it, and what is told of it."""

from __future__ import annotations

import math
import shutil
import threading
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

from azygos.app.child import Given, Tell
from azygos.app.grids import canonical, store
from azygos.app.jobs import Job
from azygos.app.journeys import Told, part, read_result, require_kind
from azygos.app.notes import read_notes
from azygos.app.workspace import OpenRun, OpenScan, Overlay, Workspace
from azygos.ground.errors import InputError, require
from azygos.ground.files import partial_folder
from azygos.ground.parcels import FloatArray

CEMENT = "cement.nii.gz"
NO_GRID = "This run does not say on which grid its scan lies, so none can be tied to it."
WITHOUT_SCAN = "Open the CT to see slices."
SAME_GRID_MM = 0.01  # by which two affines of one scan may differ
MOST_VOXELS = 320_000_000


def new_folder(workspace: Workspace, kind: str) -> Path:
    """A free place for a run that the page makes; none is given twice, since the first may still wait for its turn."""
    workspace.runs_folder.mkdir(parents=True, exist_ok=True)
    while True:
        place = workspace.runs_folder / workspace.next_id(f"{kind}-")
        if not place.exists() and not partial_folder(place).exists():
            return place


def start_trace(workspace: Workspace, scan: OpenScan, *, labels: bool | None = None) -> Job:
    """Find cement on an open scan in the long child; the job's result is ``{"run": meta}``."""
    folder = new_folder(workspace, "trace")
    given = {**source_of(scan, labels=labels), "out": str(folder), "overlay": str(workspace.file("cement.npy"))}

    def on_done(made: Given) -> Given:
        run = workspace.add_run(folder.resolve())
        tie(workspace, run, scan, made)
        return {"run": run.meta()}

    job = workspace.jobs.submit("long", "azygos.app.tracing:run", given, on_done, words="loading the tracer")
    return without_remains(job, folder)


def without_remains(job: Job, folder: Path) -> Job:
    """The same job; once it is over nothing unfinished is left, even if its child was ended by force."""

    def tidy() -> None:
        job.wait()
        shutil.rmtree(partial_folder(folder), ignore_errors=True)

    threading.Thread(target=tidy, daemon=True).start()
    return job


def source_of(scan: OpenScan, *, labels: bool | None = None) -> Given:
    """How a child reads an open scan again, with its label map if it has one and it is wanted."""
    require(scan.source is not None, f"{scan.title} is a picture of a drawn bone, not a CT. Open a CT.")
    require(not labels or scan.labels is not None, f"{scan.title} has no label map. Open one, or go without.")
    with_labels = scan.labels is not None and labels is not False
    return {
        "input": str(scan.source),
        "series": scan.series,
        "repair": scan.repair,
        "labels": str(scan.labels) if with_labels else None,
        "label_names": scan.label_names if with_labels else None,
    }


def tie(workspace: Workspace, run: OpenRun, scan: OpenScan, read: Given) -> None:
    """Let a run and an open scan belong together, with the cement as an overlay of the scan."""
    run.scans = (scan.id,)
    run.about.pop("overlay", None)
    if read.get("path"):
        overlay = workspace.add_overlay(Path(read["path"]), np.array(read["affine_mm"]), "share")
        run.about["overlay"] = overlay


def tie_scan(workspace: Workspace, run: OpenRun, scan: OpenScan) -> None:
    """Tie an open scan to a trace that was opened without its CT, if their grids are the same."""
    require_kind(run, "trace")
    require_same_grid(scan, part(read_result(run), "scan", dict))
    run.about["tied"] = _same_file(run.folder, scan)
    given = {"folder": str(run.folder), "overlay": str(workspace.file("cement.npy"))}
    job = workspace.jobs.submit("quick", "azygos.app.tracing:read_cement", given, words="reading the pieces").wait(60.0)
    tie(workspace, run, scan, job.result or {})
    run.about["overlay_error"] = job.error


def require_same_grid(scan: OpenScan, told: Told) -> None:
    """Refuse a scan that is not the one of a run."""
    shape, affine = part(told, "shape", list), part(told, "affine_lps_mm", list)
    try:
        size, affine_mm = tuple(int(n) for n in shape), np.array(affine, dtype=np.float64).reshape(4, 4)
        require(len(size) == 3 and min(size) > 0 and abs(np.linalg.det(affine_mm)) > 0.0, NO_GRID)
        turned, affine_mm = canonical(np.broadcast_to(np.int8(0), size), affine_mm)
    except (TypeError, ValueError) as error:
        raise InputError(NO_GRID) from error
    theirs = " x ".join(str(n) for n in turned.shape)
    require(
        turned.shape == scan.shape,
        f"This run is of another scan: its grid is {theirs} voxels, and {scan.title} has "
        f"{' x '.join(str(n) for n in scan.shape)}. Open the CT that was traced.",
    )
    ends = np.array(list(np.ndindex(2, 2, 2))) * (np.array(scan.shape) - 1.0)
    apart = float(np.abs(_at(affine_mm, ends) - _at(scan.affine_mm, ends)).max())
    require(
        apart <= SAME_GRID_MM,
        f"This run is of another scan: its grid lies up to {apart:.3g} mm from that of {scan.title}. "
        "Open the CT that was traced.",
    )


def _at(affine_mm: FloatArray, index: FloatArray) -> FloatArray:
    return np.asarray(index @ affine_mm[:3, :3].T + affine_mm[:3, 3])


def _same_file(folder: Path, scan: OpenScan) -> str:
    """A sentence on whether the scan is the very file that the run read."""
    from azygos.ground.files import sha256_of

    try:
        wanted = tomllib.loads((folder / "run.toml").read_text(encoding="utf-8"))["input_sha256"]["ct"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return "The run does not say which file it read; the scan's grid is the same."
    if scan.source is not None and sha256_of(scan.source) == wanted:
        return "The scan is the very file that was traced."
    return "The scan's grid is the same, but its file is not the one that was traced: check that it is the same scan."


def told(run: OpenRun, scans: dict[str, OpenScan]) -> Told:
    """What the page is told of a trace."""
    require_kind(run, "trace")
    result = read_result(run)
    overlay: Overlay | None = run.about.get("overlay")
    scan = next((one for one in run.scans if one in scans), None)
    lists = {key: part(result, key, list) for key in ("pieces", "not_cement", "levels", "blind", "limits", "landmarks")}
    notes = [*part(result, "notes", list)]
    if scan is not None:
        notes += [one for one in (run.about.get("tied"), run.about.get("overlay_error")) if one]
    return {
        "meta": run.meta(),
        **lists,
        "path": part(result, "path", dict),
        "summary": part(result, "summary", dict),
        "summary_words": summary_words(result),
        "field_of_view": result.get("field_of_view", []),
        "not_seen": result.get("not_seen", []),
        "certainty": result.get("certainty", ""),
        "notes": read_notes(run.folder),
        "run_notes": notes,
        "overlay": overlay.id if overlay is not None and scan is not None else None,
        "scan": scan,
        "hint": None if scan is not None else WITHOUT_SCAN,
    }


def summary_words(result: Told) -> list[str]:
    """The answer in a few lines, as the terminal gives it."""
    summary = part(result, "summary", dict)
    counts = [summary.get(key) for key in ("reported_pieces", "candidate_pieces", "not_cement")]
    reported, candidates, others = (n if isinstance(n, int) else 0 for n in counts)
    volume = summary.get("reported_ml")
    amount = f", {volume:.2g} mL in all" if reported and isinstance(volume, int | float) else ""
    lines = [
        f"{_counted(reported, 'piece')} reported{amount}.",
        f"{_counted(candidates, 'candidate')}; {_counted(others, 'bright thing')} not cement.",
    ]
    if summary.get("butscheidt_grade") is not None:
        lines.append(f"Cement in the lungs: Butscheidt grade {summary['butscheidt_grade']}.")
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# In the children ---------------------------------------------------------------------------------------------------


def run(given: Given, tell: Tell) -> Given:
    """Trace in the long child; `given`: see `source_of`, out and overlay. Returns path and affine_mm of the cement."""
    from azygos.app.reading import plain
    from azygos.report import write_trace_report
    from azygos.study import TraceEffort, TraceResult, trace

    out, source = Path(given["out"]), Path(given["input"])
    tell(0, 1, words="reading the scan")
    steps = 0

    def looked(done: int, total: int) -> None:
        nonlocal steps
        steps = total
        tell(done, total + 1, words="looking for cement")

    def report(result: TraceResult, path: Path) -> None:
        tell(steps, steps + 1, words="writing the report")
        write_trace_report(result, path)

    effort = TraceEffort(progress=looked, write_report=report)
    try:
        trace(source, out, **reading_options(given), effort=effort)
    except InputError as error:
        raise InputError(plain(str(error), source)) from error
    finally:
        shutil.rmtree(partial_folder(out), ignore_errors=True)
    return read_cement({"folder": given["out"], "overlay": given["overlay"]}, tell)


def reading_options(given: Given) -> dict[str, Any]:
    """Options of a trace from what `source_of` told."""
    labels = [Path(given["labels"])] if given["labels"] else []
    names = [given["label_names"]] if given["label_names"] and labels else []
    return {"labels": labels, "label_names": names, "series": given["series"], "repair": given["repair"]}


def read_cement(given: Given, tell: Tell) -> Given:
    """The pieces of a trace as an overlay; `given`: folder, overlay (.npy to write). Returns path and affine_mm."""
    import nibabel
    from nibabel.filebasedimages import ImageFileError

    path = Path(given["folder"]) / CEMENT
    require(path.is_file(), f"This run has no {CEMENT}: the pieces cannot be shown on slices.")
    try:
        image = nibabel.load(path)
        require(len(image.shape) == 3 and math.prod(image.shape) <= MOST_VOXELS, _NOT_OURS)
        labels = np.asanyarray(image.dataobj)
        affine_mm = np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.asarray(image.affine, dtype=np.float64)
        require(labels.dtype.kind in "iu" and bool(np.isfinite(affine_mm).all()), _NOT_OURS)
    except (OSError, EOFError, ValueError, ImageFileError) as error:
        raise InputError(_NOT_OURS) from error
    box, box_affine_mm = _box(labels, affine_mm)
    turned, turned_affine_mm = canonical(box > 0, box_affine_mm)
    store(Path(given["overlay"]), turned, np.uint8)
    return {"path": given["overlay"], "affine_mm": turned_affine_mm.tolist()}


_NOT_OURS = f"{CEMENT} of this run cannot be read: the pieces cannot be shown on slices."


def _box(labels: np.ndarray[Any, Any], affine_mm: FloatArray) -> tuple[np.ndarray[Any, Any], FloatArray]:
    """The part that holds all pieces, and where it lies; one voxel where there are none."""
    spans = []
    for axis in range(3):
        others = tuple(other for other in range(3) if other != axis)
        found = np.flatnonzero(labels.any(axis=others))
        spans.append((int(found[0]), int(found[-1]) + 1) if found.size else (0, 1))
    moved = affine_mm.copy()
    moved[:3, 3] = _at(affine_mm, np.array([[low for low, _ in spans]], dtype=np.float64))[0]
    return labels[tuple(slice(low, high) for low, high in spans)], moved
