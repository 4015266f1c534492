"""Two dates on the page: the job that compares them, and what ties their slices together."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from azygos.app.child import Given, Tell
from azygos.app.jobs import Job
from azygos.app.journeys import BROKEN, Told, part, read_result, require_kind
from azygos.app.notes import read_notes
from azygos.app.tracing import new_folder, reading_options, require_same_grid, source_of, without_remains
from azygos.app.workspace import OpenRun, OpenScan, Workspace
from azygos.ground.errors import InputError, require
from azygos.ground.files import partial_folder

FINDING = 40  # hundredths of the bar that each scan takes, before the two are compared
REPORTING = 95  # where the report begins
LEAST_VOLUME = 1e-3  # to which a map between two scans may shrink a body
WITHOUT_SCANS = "Open both CTs to see slices."
NOT_LINKED = "This comparison does not say how its scans lie to each other: their slices are not linked."


def start_compare(workspace: Workspace, first: OpenScan, second: OpenScan) -> Job:
    """Compare two open scans in the long child; the job's result is ``{"run": meta}``."""
    require(first.id != second.id, "These are one and the same scan. Choose two dates of one patient.")
    folder = new_folder(workspace, "compare")
    both = first.labels is not None and second.labels is not None
    dates = [source_of(scan, labels=None if both else False) for scan in (first, second)]
    given = {"dates": dates, "out": str(folder)}

    def on_done(made: Given) -> Given:
        run = workspace.add_run(folder.resolve())
        run.scans = (first.id, second.id)
        return {"run": run.meta()}

    job = workspace.jobs.submit("long", "azygos.app.comparing:run", given, on_done, words="loading the tracer")
    return without_remains(job, folder)


def tie_scans(run: OpenRun, first: OpenScan, second: OpenScan) -> None:
    """Tie two open scans to a comparison that was opened without its CTs, if their grids are the same."""
    require_kind(run, "compare")
    result = read_result(run)
    for date, scan in (("first", first), ("second", second)):
        require_same_grid(scan, part(part(result, date, dict), "scan", dict))
    run.scans = (first.id, second.id)


def told(run: OpenRun, scans: dict[str, OpenScan]) -> Told:
    """What the page is told of a comparison."""
    require_kind(run, "compare")
    result = read_result(run)
    tied = list(run.scans) if len(run.scans) == 2 and all(one in scans for one in run.scans) else None
    start = _matrix(result.get("to_second_mm"))
    try:
        changes = [_change(one) for one in part(result, "changes", list)]
    except (KeyError, TypeError, IndexError) as error:
        why = "its changes are not what this azygos writes"
        raise InputError(BROKEN.format(name="result.json", why=why)) from error
    return {
        "meta": run.meta(),
        "summary": part(result, "summary", dict),
        "changes": changes,
        "regions": part(result, "regions", list),
        "agreement": result.get("agreement", {}),
        "scans": tied,
        "to_second": {"start": start},
        "notes": read_notes(run.folder),
        "run_notes": [*part(result, "notes", list), *([] if start else [NOT_LINKED])],
        "hint": None if tied else WITHOUT_SCANS,
    }


def _matrix(told: object) -> list[list[float]] | None:
    """An affine map that can be turned back, or None."""
    try:
        matrix = np.array(told, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    if matrix.shape != (4, 4) or abs(np.linalg.det(matrix)) < LEAST_VOLUME:
        return None
    rows: list[list[float]] = matrix.tolist()
    return rows


def _change(one: Told) -> Told:
    """A change with both dates in one form; the table's own keys stay."""
    return one | {
        "words": one["sentence"],
        "first": _date(one["first"], one["first_mm"], one["first_ml"]),
        "second": _date(one["second"], one["second_mm"], one["second_ml"]),
    }


def _date(pieces: list[int], centre_mm: list[float], volume_ml: Told | None) -> Told | None:
    """A piece on one date, None where it was not found; its place there is in ``first_mm`` and ``second_mm``."""
    if not pieces:
        return None
    return {"piece": pieces[0], "pieces": pieces, "centre_mm": centre_mm, "volume_ml": volume_ml}


# In the child ------------------------------------------------------------------------------------------------------


def run(given: Given, tell: Tell) -> Given:
    """Compare in the long child; `given`: dates (see `source_of`) and out."""
    from azygos.report import write_compare_report
    from azygos.study import CompareEffort, CompareResult, compare_scans

    out = Path(given["out"])
    dates = [reading_options(date) for date in given["dates"]]
    tell(0, 100, words="reading both scans")

    def compared(done: int, total: int) -> None:
        tell(2 * FINDING + (REPORTING - 2 * FINDING) * done // max(total, 1), 100, words="comparing the two dates")

    def report(result: CompareResult, path: Path) -> None:
        tell(REPORTING, 100, words="writing the report")
        write_compare_report(result, path)

    try:
        compare_scans(
            [Path(date["input"]) for date in given["dates"]],
            out,
            labels=[path for date in dates for path in date["labels"]],
            label_names=[name for date in dates for name in date["label_names"]],
            series=_series(given["dates"]),
            repair=any(date["repair"] for date in dates),
            effort=CompareEffort(progress=compared, write_report=report, finder=_finder(tell)),
        )
    except InputError as error:
        raise InputError(_plain(str(error), [Path(date["input"]) for date in given["dates"]])) from error
    finally:
        shutil.rmtree(partial_folder(out), ignore_errors=True)
    return {}


def _series(dates: list[Given]) -> list[Any]:
    return [date["series"] for date in dates] if any(date["series"] for date in dates) else []


def _plain(sentence: str, paths: list[Path]) -> str:
    """The sentence without the numbers under which the uploads lie."""
    for path, date in zip(paths, ("first", "second"), strict=True):
        if sentence.startswith(f"{path.name}: "):
            return f"The {date} scan {sentence.removeprefix(f'{path.name}: ')}"
    return sentence


def _finder(tell: Tell) -> Callable[..., Any]:
    """The tracer, which says how far it is on each of the two scans."""
    from azygos.trace import find

    counted = iter(("first", "second"))

    def look(volume: Any, labels: Any, *, asked: Any, progress: Any = None) -> Any:
        date = next(counted)
        before = 0 if date == "first" else FINDING

        def said(done: int, total: int) -> None:
            tell(before + FINDING * done // max(total, 1), 100, words=f"looking for cement on the {date} scan")

        return find(volume, labels, asked=asked, progress=said)

    return look
