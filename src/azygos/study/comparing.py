"""One run of ``azygos compare``, from two CTs to a folder, and the same run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from azygos import __version__
from azygos.case.assumed import assumptions_beyond
from azygos.ground.errors import require
from azygos.ground.files import check_free, write_atomic
from azygos.ground.findings import Asked
from azygos.plan.schema import to_json
from azygos.scan import Scan
from azygos.study.changes import CompareResult, changes_csv, compare_table, regions_csv
from azygos.study.outputs import without_objects, write_maps, write_objects, write_tables
from azygos.study.record import ScanRecord, asked_options, read_record, run_folder, values_of, write_times
from azygos.study.result import TraceResult, with_tracking
from azygos.study.run import VALUES as TRACE_VALUES
from azygos.study.run import Finder, Progress, TraceEffort, finder_of, require_same, version_notes
from azygos.study.source import ScanSource

VALUES = (*TRACE_VALUES, "comparing")
DATES = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareEffort:
    """How a comparison is done; none of it changes a number."""

    force: bool = False
    progress: Progress | None = None
    write_report: Callable[[CompareResult, Path], object] | None = None
    finder: Finder | None = None  # a stand-in, for tests


def compare_scans(
    inputs: Sequence[Path],
    output: Path,
    *,
    labels: Sequence[Path] = (),
    label_names: Sequence[str] = (),
    series: Sequence[str] = (),
    repair: bool = False,
    asked: Asked | None = None,
    effort: CompareEffort | None = None,
) -> CompareResult:
    """Trace two CTs of one patient and say what changed; ``azygos compare`` as a function.

    Parameters
    ----------
    inputs : sequence of two Paths
        The earlier CT and the later one.
    output : Path
        The folder to write; it appears only whole.
    labels, label_names, series : sequences, optional
        None, or one for each CT; one name may stand for both.
    repair : bool
        Repair what can be repaired, and say so.
    asked : Asked, optional
        What only the patient's record knows.
    effort : CompareEffort, optional
        Progress, report.

    Returns
    -------
    result : CompareResult
        What was written.

    Raises
    ------
    InputError
        For anything that :func:`azygos.study.trace` refuses, for scans that share no part of a body, and where
        SimpleITK is not installed.
    """
    sources = sources_of(inputs, labels, label_names, series, repair=repair)
    return run_compare(sources, output, asked=asked, effort=effort)


def sources_of(
    inputs: Sequence[Path], labels: Sequence[Path], names: Sequence[str], series: Sequence[str], *, repair: bool
) -> tuple[ScanSource, ScanSource]:
    """The two scans with what belongs to each."""
    require(
        len(inputs) == 2, f"a comparison needs two CTs, and {len(inputs)} were given. Give -i twice, earlier first."
    )
    for option, given in (("--labels", labels), ("--series", series)):
        require(
            len(given) in (0, 2), f"{option} is given {len(given)} times for two CTs. Give it for both or for none."
        )
    require(len(names) <= 2, f"--label-names is given {len(names)} times for two CTs. Give it once or twice.")
    require(
        not names or len(labels) == 2, "--label-names is given without --labels. Give the maps too, or leave it out."
    )
    each = tuple(names) * 2 if len(names) == 1 else tuple(names)
    first, second = (
        ScanSource(
            path=path,
            labels=tuple(labels[place : place + 1]),
            label_names=each[place : place + 1],
            series=series[place] if series else None,
            repair=repair,
        )
        for place, path in enumerate(inputs)
    )
    return first, second


def run_compare(
    sources: tuple[ScanSource, ScanSource],
    output: Path,
    *,
    asked: Asked | None = None,
    effort: CompareEffort | None = None,
    notes: tuple[str, ...] = (),
) -> CompareResult:
    """Compare two scans wherever they come from, and write the folder."""
    effort, asked = effort or CompareEffort(), asked or Asked()
    check_free(output, force=effort.force)
    began = time.perf_counter()
    scans = tuple(source.open() for source in sources)
    with run_folder(output, _record(sources, asked), values_of(*VALUES), force=effort.force) as folder:
        traced = [_traced(*pair, asked, effort) for pair in zip(sources, scans, strict=True)]
        result = _compared(traced[0], traced[1], effort, notes)
        write_atomic(folder / "result.json", to_json(compare_table(result)))
        result_s = time.perf_counter() - began
        _write(folder, result, scans, effort)
        write_times(folder, {"result_s": result_s, "total_s": time.perf_counter() - began})
    return result


def _record(sources: Sequence[ScanSource], asked: Asked) -> ScanRecord:
    inputs = {
        f"{date}_{name}": digest
        for date, source in zip(DATES, sources, strict=True)
        for name, digest in source.hashes().items()
    }
    names = [name for source in sources for name in source.options().get("label_names", ())]  # type: ignore[attr-defined]
    options = {"repair": sources[0].repair or None, "label_names": names or None, **asked_options(asked)}
    return ScanRecord(kind="compare", version=__version__, inputs=inputs, options=options)


def _traced(source: ScanSource, scan: Scan, asked: Asked, effort: CompareEffort) -> TraceResult:
    labels = source.read_labels(scan.volume)
    finder = finder_of(TraceEffort(finder=effort.finder))
    found = finder(scan.volume, labels, asked=asked, progress=None)
    return TraceResult(
        version=__version__,
        findings=with_tracking(found),
        volume=scan.volume,
        labels=labels,
        assumptions=assumptions_beyond(values_of(*TRACE_VALUES)),
        notes=tuple(note for note in scan.volume.notes if note not in found.notes),
    )


def _compared(first: TraceResult, second: TraceResult, effort: CompareEffort, notes: tuple[str, ...]) -> CompareResult:
    from azygos.compare import compare

    changes = compare(first.volume, first.findings, second.volume, second.findings, progress=effort.progress)
    later = replace(second, findings=with_tracking(second.findings, changes.tracking))
    return CompareResult(
        version=__version__,
        changes=changes,
        first=first,
        second=later,
        assumptions=assumptions_beyond(values_of(*VALUES)),
        notes=(*notes, *changes.notes),
    )


def _write(folder: Path, result: CompareResult, scans: Sequence[Scan], effort: CompareEffort) -> None:
    """The tables of the comparison, and beside them all that a trace of each scan gives."""
    write_atomic(folder / "changes.csv", changes_csv(result.changes))
    write_atomic(folder / "regions.csv", regions_csv(result.changes))
    for date, traced, scan in zip(DATES, (result.first, result.second), scans, strict=True):
        own = folder / date
        own.mkdir(exist_ok=True)
        told = without_objects(traced, scan.headers)
        write_tables(own, told)
        write_maps(own, told.findings)
        write_objects(own, told, scan.headers)
    if effort.write_report is not None:
        effort.write_report(result, folder / "report.html")


def compare_again(
    run_toml: Path,
    output: Path,
    *,
    inputs: Sequence[Path] = (),
    labels: Sequence[Path] = (),
    label_names: Sequence[str] = (),
    series: Sequence[str] = (),
    effort: CompareEffort | None = None,
) -> CompareResult:
    """Do a finished comparison again from its ``run.toml``: the same changes, or a sentence that says why not."""
    record = read_record(run_toml)
    told = record.options
    names = tuple(label_names) or tuple(name for name in told.get("label_names", ()) if name != "a table")
    sources = sources_of(inputs, labels, names[:2], series, repair=bool(told.get("repair", False)))
    asked = Asked(**{key: told.get(key) for key in ("cemented_joint", "screws", "pacemaker")})
    found = _record(sources, asked).inputs
    require(
        set(found) == set(record.inputs),
        f"this run read {', '.join(sorted(record.inputs))}. Give the same ones with -i and --labels.",
    )
    for name, digest in found.items():
        require_same(name.replace("_", " "), record.inputs[name], digest)
    return run_compare(sources, output, asked=asked, effort=effort, notes=version_notes(record.version))
