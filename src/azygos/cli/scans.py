"""Commands that read scans: trace and compare; and their runs done again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, Input, Output, Repair, Series, one, progress_bar, say_where, writing
from azygos.ground.errors import InputError, require

if TYPE_CHECKING:
    from azygos.study import CompareEffort, CompareResult, Row, TraceEffort, TraceResult

ManyLabels = Annotated[
    list[Path] | None, typer.Option("--labels", help="Label map on the CT; repeat it for several maps.")
]
ManyNames = Annotated[
    list[str] | None,
    typer.Option("--label-names", help="For maps without names: totalsegmentator, verse, cads or a CSV; once or each."),
]
Joint = Annotated[
    bool | None, typer.Option("--cemented-joint/--no-cemented-joint", help="Is there a cemented hip, knee or shoulder?")
]
Screws = Annotated[bool | None, typer.Option("--screws/--no-screws", help="Are there screws in the spine?")]
Pacemaker = Annotated[
    bool | None, typer.Option("--pacemaker/--no-pacemaker", help="Is there a pacemaker or another lead?")
]


def trace(
    output: Output,
    input: Input = None,
    labels: ManyLabels = None,
    label_names: ManyNames = None,
    series: Series = None,
    repair: Repair = False,
    cemented_joint: Joint = None,
    screws: Screws = None,
    pacemaker: Pacemaker = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", metavar="LIST", help="A worklist instead of -i: CSV, one scan a line.")
    ] = None,
    pacs: Annotated[
        str | None, typer.Option("--pacs", metavar="URL", help="Read from a PACS by DICOMweb instead of -i.")
    ] = None,
    study: Annotated[str | None, typer.Option("--study", metavar="UID", help="Which study of the PACS.")] = None,
    store: Annotated[
        bool, typer.Option("--store", help="Put segmentation and report into that study, with its identifiers.")
    ] = False,
    force: Force = False,
) -> None:
    """Find cement on a CT: where it lies, how much, where it came from, and what only looks like it.

    azygos trace -i CT [--labels MAP] -o OUT    or    azygos trace --batch LIST -o OUT
    """
    from azygos.ground.findings import Asked

    asked = Asked(cemented_joint=cemented_joint, screws=screws, pacemaker=pacemaker)
    ways = {"-i": input, "--batch": batch, "--pacs": pacs}
    given = [name for name, value in ways.items() if value is not None]
    require(bool(given), "say what to trace: -i CT, --batch LIST, or --pacs URL with --study UID.")
    require(len(given) == 1, f"{' and '.join(given)} are given together. Give one of them.")
    alone = pacs is None and (study is not None or store)
    require(not alone, "--study and --store belong to --pacs. Give its URL too.")
    if batch is not None:
        told = labels or label_names or series or any(one is not None for one in (cemented_joint, screws, pacemaker))
        require(not told, "a worklist tells labels, series and answers by line. Write them into its columns.")
        _trace_list(batch, output, repair=repair, force=force)
        return
    options = {
        "labels": labels or (),
        "label_names": label_names or (),
        "series": series,
        "repair": repair,
        "asked": asked,
    }
    stored = 0
    with _trace_work(output, force=force) as effort:
        if pacs is not None:
            from azygos.study import trace_from_pacs

            require(study is not None, "say which study of the PACS with --study UID.")
            assert study is not None
            result, stored = trace_from_pacs(pacs, study, output, store=store, effort=effort, **options)  # type: ignore[arg-type]
        else:
            from azygos.study import trace as run_trace

            assert input is not None
            result = run_trace(input, output, effort=effort, **options)  # type: ignore[arg-type]
    _say_trace(result, output, stored=stored)


def compare(
    output: Output,
    input: Annotated[
        list[Path] | None, typer.Option("-i", "--input", help="CT; give it twice, the earlier scan first.")
    ] = None,
    labels: Annotated[
        list[Path] | None, typer.Option("--labels", help="Label map on each CT; none, or twice in the same order.")
    ] = None,
    label_names: ManyNames = None,
    series: Annotated[
        list[str] | None, typer.Option("--series", help="Which series of each DICOM folder; none, or twice.")
    ] = None,
    repair: Repair = False,
    cemented_joint: Joint = None,
    screws: Screws = None,
    pacemaker: Pacemaker = None,
    force: Force = False,
) -> None:
    """Say what changed between two CTs of one patient: each piece unchanged, moved, changed, gone or new.

    azygos compare -i CT1 -i CT2 -o OUT
    """
    from azygos.ground.findings import Asked
    from azygos.study import compare_scans

    with _compare_work(output, force=force) as effort:
        result = compare_scans(
            input or (),
            output,
            labels=labels or (),
            label_names=label_names or (),
            series=series or (),
            repair=repair,
            asked=Asked(cemented_joint=cemented_joint, screws=screws, pacemaker=pacemaker),
            effort=effort,
        )
    _say_changes(result, output)


def add_to(app: typer.Typer) -> None:
    """Make these commands of the program."""
    for command in (trace, compare):
        app.command()(command)


def _trace_list(worklist: Path, output: Path, *, repair: bool, force: bool) -> None:
    """Every scan of a list; those that could not be done are named, and make the exit code 2."""
    from azygos.study import TraceEffort, trace_list

    def tell(row: Row, done: int, total: int) -> None:
        typer.echo(
            f"{done} of {total}: {row.name or 'no name'} {row.state}{': ' if row.sentence else ''}{row.sentence}"
        )

    with writing(output, resumes=True, grows=True):
        effort = TraceEffort(force=force, write_report=_trace_report())
        rows = trace_list(worklist, output, repair=repair, effort=effort, tell=tell)
    typer.echo(f"Registry: {output / 'registry.csv'}")
    typer.echo(RESEARCH_ONLY)
    failed = sum(row.failed for row in rows)
    if failed:
        raise InputError(
            f"{failed} of {len(rows)} lines could not be done; registry.csv says why. "
            "Mend them and run the same command: what is done is kept."
        )


@contextlib.contextmanager
def _trace_work(output: Path, *, force: bool) -> Iterator[TraceEffort]:
    """Effort with a progress bar."""
    with writing(output), progress_bar("tracing") as progress:
        from azygos.study import TraceEffort

        yield TraceEffort(force=force, progress=progress, write_report=_trace_report())


@contextlib.contextmanager
def _compare_work(output: Path, *, force: bool) -> Iterator[CompareEffort]:
    """The same for a comparison."""
    with writing(output), progress_bar("comparing") as progress:
        from azygos.study import CompareEffort

        yield CompareEffort(force=force, progress=progress, write_report=_compare_report())


def _compare_report() -> Callable[[CompareResult, Path], object]:
    from azygos.report import write_compare_report

    return write_compare_report


def _say_changes(result: CompareResult, output: Path) -> None:
    from azygos.report import summarise_compare

    more = [note for note in result.notes if note not in result.changes.notes]
    for line in (*summarise_compare(result.changes), *more):
        typer.echo(line)
    say_where(output)


def _trace_report() -> Callable[[TraceResult, Path], object]:
    from azygos.report import write_trace_report

    return write_trace_report


def _say_trace(result: TraceResult, output: Path, *, stored: int) -> None:
    from azygos.report.page import GAP
    from azygos.report.trace_words import headline
    from azygos.study import summarise_trace

    for line in (headline(result.findings).replace(GAP, " "), *summarise_trace(result)):
        typer.echo(line)
    if stored:
        typer.echo(f"Stored in the study: {stored} objects, with the patient's identifiers as the study has them.")
    say_where(output)


def is_scan_run(run_toml: Path) -> bool:
    """Whether a ``run.toml`` records a run on scans; a light look, since other runs need nothing heavy."""
    from azygos.study.record import kind_of_record

    return kind_of_record(run_toml) is not None


def rerun_scan(
    run_toml: Path,
    output: Path,
    *,
    input: Sequence[Path],
    labels: Sequence[Path],
    label_names: Sequence[str],
    series: Sequence[str],
    force: bool,
) -> None:
    """Do a finished run on scans again."""
    from azygos.study import compare_again, kind_of_record, trace_again

    again = {"labels": labels, "label_names": label_names}
    kind = kind_of_record(run_toml)
    if kind == "compare":
        with _compare_work(output, force=force) as compare_effort:
            changes = compare_again(run_toml, output, inputs=input, series=series, effort=compare_effort, **again)  # type: ignore[arg-type]
        _say_changes(changes, output)
        return
    if kind != "trace":
        from azygos.cli.pictures import rerun_picture

        require(not labels and not label_names, f"a run of azygos {kind} read no label map. Leave --labels out.")
        rerun_picture(run_toml, output, input=one("-i", input), series=one("--series", series), force=force)
        return
    with _trace_work(output, force=force) as effort:
        result = trace_again(
            run_toml,
            output,
            input=one("-i", input),
            series=one("--series", series),
            effort=effort,
            **again,  # type: ignore[arg-type]
        )
    _say_trace(result, output, stored=0)
