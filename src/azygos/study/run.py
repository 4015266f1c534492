"""One run of ``azygos trace``, from a CT to a folder, and the same run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from azygos import __version__
from azygos.case.assumed import assumptions_beyond
from azygos.ground.errors import require
from azygos.ground.files import check_free
from azygos.ground.findings import Asked, Findings
from azygos.scan import Scan
from azygos.study.outputs import without_objects, write_maps, write_objects, write_tables
from azygos.study.record import ScanRecord, asked_options, read_record, run_folder, values_of, write_times
from azygos.study.result import TraceResult, with_tracking
from azygos.study.source import ScanSource

Progress = Callable[[int, int], None]
Finder = Callable[..., Findings]
VALUES = ("corridors", "joining", "landmarks", "mediastinum", "tracing", "vertebrae")
"""Modules of ``azygos.values`` that a tracer reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceEffort:
    """How a run is done; none of it changes a number."""

    force: bool = False
    progress: Progress | None = None
    write_report: Callable[[TraceResult, Path], object] | None = None
    finder: Finder | None = None  # a stand-in, for tests


def trace(
    input: Path,
    output: Path,
    *,
    labels: Sequence[Path] = (),
    label_names: Sequence[str] = (),
    series: str | None = None,
    repair: bool = False,
    asked: Asked | None = None,
    previous: Mapping[int, str] | None = None,
    effort: TraceEffort | None = None,
) -> TraceResult:
    """Find cement on a CT and write a run folder; ``azygos trace`` as a function.

    Parameters
    ----------
    input : Path
        The CT.
    output : Path
        The folder to write; it appears only whole.
    labels : sequence of Path
        Label maps on the CT; several are taken together.
    label_names : sequence of str
        ``totalsegmentator``, ``verse``, ``cads`` or a CSV, for maps without names: once for all or once for each.
    series : str, optional
        Which series of a DICOM folder.
    repair : bool
        Repair what can be repaired, and say so.
    asked : Asked, optional
        What only the patient's record knows.
    previous : mapping of int to str, optional
        Tracking UIDs that pieces bore on an earlier scan, by their number here.
    effort : TraceEffort, optional
        Progress, report.

    Returns
    -------
    result : TraceResult
        What was written.
    """
    source = ScanSource(path=input, labels=tuple(labels), label_names=tuple(label_names), series=series, repair=repair)
    return run_source(source, output, asked=asked, previous=previous, effort=effort)[0]


def run_source(
    source: ScanSource,
    output: Path,
    *,
    asked: Asked | None = None,
    previous: Mapping[int, str] | None = None,
    effort: TraceEffort | None = None,
    notes: tuple[str, ...] = (),
) -> tuple[TraceResult, Scan]:
    """Trace a scan wherever it comes from, and write its folder; the scan goes to whoever sends objects back."""
    effort, asked = effort or TraceEffort(), asked or Asked()
    check_free(output, force=effort.force)
    began = time.perf_counter()
    scan = source.open()
    labels = source.read_labels(scan.volume)
    record, values = record_of(source, asked), values_of(*VALUES)
    times = {"read_s": time.perf_counter() - began}
    with run_folder(output, record, values, force=effort.force) as folder:
        findings = finder_of(effort)(scan.volume, labels, asked=asked, progress=effort.progress)
        result = TraceResult(
            version=__version__,
            findings=with_tracking(findings, previous),
            volume=scan.volume,
            labels=labels,
            assumptions=assumptions_beyond(values),
            notes=(*notes, *(note for note in scan.volume.notes if note not in findings.notes)),
        )
        result = without_objects(result, scan.headers)
        write_tables(folder, result)
        times["result_s"] = time.perf_counter() - began
        write_maps(folder, result.findings)
        result = write_objects(folder, result, scan.headers)
        if effort.write_report is not None:
            effort.write_report(result, folder / "report.html")
        write_times(folder, {**times, "total_s": time.perf_counter() - began})
    return result, scan


def finder_of(effort: TraceEffort) -> Finder:
    """The tracer, which compiles as it comes in: not before a scan has been read."""
    if effort.finder is not None:
        return effort.finder
    from azygos.trace import find

    return find


def record_of(source: ScanSource, asked: Asked) -> ScanRecord:
    """What ``run.toml`` says of a trace."""
    return ScanRecord(
        kind="trace",
        version=__version__,
        inputs=source.hashes(),
        options={**source.options(), **asked_options(asked)},
    )


def trace_again(
    run_toml: Path,
    output: Path,
    *,
    input: Path | None = None,
    labels: Sequence[Path] = (),
    label_names: Sequence[str] = (),
    series: str | None = None,
    effort: TraceEffort | None = None,
) -> TraceResult:
    """Do a finished trace again from its ``run.toml``: the same findings, or a sentence that says why not."""
    record = read_record(run_toml)
    require(input is not None, "this run read a CT. Give the same one with -i.")
    told = record.options
    names = tuple(label_names) or tuple(name for name in told.get("label_names", ()) if name != "a table")
    wanted = sum(name.startswith("labels") for name in record.inputs)
    require(
        len(labels) == wanted,
        f"this run read {wanted} label map{'' if wanted == 1 else 's'}, and {len(labels)} "
        f"{'is' if len(labels) == 1 else 'are'} given. Give the same ones with --labels.",
    )
    source = ScanSource(
        path=input,
        labels=tuple(labels),
        label_names=names,
        series=series,
        repair=bool(told.get("repair", False)),
    )
    for name, found in source.hashes().items():
        require_same(name, record.inputs[name], found)
    asked = Asked(**{key: told.get(key) for key in ("cemented_joint", "screws", "pacemaker")})
    return run_source(source, output, asked=asked, effort=effort, notes=version_notes(record.version))[0]


def require_same(name: str, wanted: str, found: str) -> None:
    """Refuse another file than the one of the first run."""
    require(
        wanted == found,
        f"this {name} file is not the one of the run (SHA-256 {found[:12]}, not {wanted[:12]}). Give the same file.",
    )


def version_notes(version: str) -> tuple[str, ...]:
    """A sentence where another azygos made the first run."""
    if version == __version__:
        return ()
    return (f"The first run was made by azygos {version}, this one by {__version__}: numbers may differ.",)
