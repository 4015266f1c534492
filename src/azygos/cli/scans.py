"""Commands that begin or end with a scan: trace, compare, render, insert, fluoroscopy."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, Input, Output, Repair, Series, one, progress_bar, writing
from azygos.ground.errors import InputError, require

if TYPE_CHECKING:
    from azygos.study import CompareEffort, CompareResult, Picture, RenderEffort, Row, TraceEffort, TraceResult

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


Day = Annotated[float, typer.Option("--day", metavar="D", help="Days after the session, 0 to 365.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Of the body and the noise; left out: the case's own.")]
Spacing = Annotated[float, typer.Option("--spacing", metavar="MM", help="Edge of a cell in bone.")]


def render(
    case: Annotated[Path, typer.Argument(metavar="CASE.TOML|RUN", help="A case, or the folder of a journey.")],
    output: Output,
    day: Day,
    seed: Seed = None,
    spacing: Spacing = 1.0,
    kvp: Annotated[int, typer.Option("--kvp", help="Tube voltage: 80, 100, 120 or 140.")] = 120,
    kernel: Annotated[str, typer.Option("--kernel", help="soft, standard or sharp.")] = "standard",
    slice_mm: Annotated[float, typer.Option("--slice", metavar="MM", help="Thickness of a slice.")] = 1.0,
    step_mm: Annotated[
        float | None, typer.Option("--step", metavar="MM", help="From slice to slice; left out: the thickness.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="Rows and columns of a slice.")] = 512,
    dose: Annotated[float, typer.Option("--dose", help="Over that of an ordinary chest scan.")] = 1.0,
    ceiling: Annotated[
        str, typer.Option("--ceiling", metavar="HU", help="Where the scale ends: 3071, another value, or none.")
    ] = "3071",
    motion: Annotated[float, typer.Option("--motion", metavar="MM", help="By how much the heartbeat smears.")] = 0.0,
    contrast: Annotated[
        str, typer.Option("--contrast", help="Contrast agent: none, pulmonary, arterial or venous.")
    ] = "none",
    hardware: Annotated[
        list[str] | None, typer.Option("--hardware", help="Metal in the body, such as pacemaker; repeat for several.")
    ] = None,
    slab: Annotated[
        str | None,
        typer.Option("--slab", metavar="LOW,HIGH", help="Slices by projections too: mm over the middle of T8."),
    ] = None,
    force: Force = False,
) -> None:
    """Render a virtual patient at a day as a CT, with the truth in a folder beside it.

    azygos render case.toml --day 30 -o OUT
    """
    from azygos.render import Choices, Scanner
    from azygos.study import render_case

    scanner = Scanner(
        kvp=kvp,
        kernel=kernel,
        slice_mm=slice_mm,
        step_mm=slice_mm if step_mm is None else step_mm,
        rows=rows,
        dose=dose,
        ceiling_hu=_ceiling(ceiling),
    )
    choices = Choices(scanner=scanner, phase=contrast, hardware=tuple(hardware or ()), motion_mm=motion)
    with _render_work(output, force=force) as effort:
        picture = render_case(
            case,
            output,
            day=day,
            choices=choices,
            slab_mm=_heights(slab),
            seed=seed,
            spacing_mm=spacing,
            effort=effort,
        )
    _say_picture(picture, output)


def insert(
    pieces: Annotated[Path, typer.Argument(metavar="PIECES.TOML", help="What to put in: [[piece]] tables.")],
    input: Annotated[Path, typer.Option("-i", "--input", help="CT: a NIfTI or NRRD file, a DICOM folder or zip.")],
    output: Output,
    series: Series = None,
    repair: Repair = False,
    kvp: Annotated[
        int | None, typer.Option("--kvp", help="Tube voltage for cement given by name; left out: the scan's own.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the heart's motion.")] = 0,
    heart_motion: Annotated[
        bool, typer.Option("--heart-motion", help="Smear pieces in the heart by its beat.")
    ] = False,
    ceiling: Annotated[
        str, typer.Option("--ceiling", metavar="HU", help="Where the scale ends: own, none or a value.")
    ] = "own",
    force: Force = False,
) -> None:
    """Put described pieces of cement into a real CT, with the truth in a folder beside it.

    azygos insert -i CT pieces.toml -o OUT
    """
    from azygos.study import insert_pieces

    with _render_work(output, force=force) as effort:
        picture = insert_pieces(
            input,
            pieces,
            output,
            series=series,
            repair=repair,
            kvp=kvp,
            seed=seed,
            heart_motion=heart_motion,
            ceiling_hu="own" if ceiling == "own" else _ceiling(ceiling),
            effort=effort,
        )
    _say_picture(picture, output)


def fluoroscopy(
    case: Annotated[Path, typer.Argument(metavar="CASE.TOML|RUN", help="A case, or the folder of a journey.")],
    output: Output,
    interval: Annotated[float, typer.Option("--interval", metavar="S", help="From frame to frame.")] = 2.0,
    contrast: Annotated[
        float, typer.Option("--contrast", help="Share of the signal that a leak must take away to be seen.")
    ] = 0.05,
    seed: Annotated[int | None, typer.Option("--seed", help="Of the noise; left out: the case's own.")] = None,
    spacing: Spacing = 1.0,
    force: Force = False,
) -> None:
    """Show a case's injection as AP and lateral fluoroscopy would, and say when a leak first stands out.

    azygos fluoroscopy case.toml -o OUT
    """
    from azygos.study import screen_case

    with _render_work(output, force=force) as effort:
        screened = screen_case(
            case, output, interval_s=interval, contrast=contrast, seed=seed, spacing_mm=spacing, effort=effort
        )
    for line in screened.lines:
        typer.echo(line)
    _say_where(output)


def _heights(text: str | None) -> tuple[float, float] | None:
    """``low,high`` as two numbers."""
    if text is None:
        return None
    try:
        low, high = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"--slab is {text!r}. Give two heights in mm, the lower first, such as --slab=-40,-30."
        ) from None
    return low, high


def _ceiling(text: str) -> float | None:
    """Where a scale ends, in HU; None for no end."""
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError:
        raise InputError(f"--ceiling is {text!r}. Give a value in HU, such as 3071, or none.") from None


@contextlib.contextmanager
def _render_work(output: Path, *, force: bool) -> Iterator[RenderEffort]:
    """The same for a picture."""
    with writing(output), progress_bar("rendering") as progress:
        from azygos.study import RenderEffort

        yield RenderEffort(force=force, progress=progress)


def _say_picture(picture: Picture, output: Path) -> None:
    """What is in the picture, and where the truth lies."""
    shape = " x ".join(map(str, picture.volume.hu.shape))
    total = sum(piece.volume_ml for piece in picture.truth.pieces)
    typer.echo(f"{shape} voxels, {len(picture.truth.pieces)} pieces of cement, {total:.3g} mL in all.")
    for note in picture.notes:
        typer.echo(note)
    typer.echo(f"Scan: {output / 'ct.nii.gz'} and {output / 'dicom'}; the truth lies apart, in {output / 'truth'}.")
    typer.echo(RESEARCH_ONLY)


def add_to(app: typer.Typer) -> None:
    """Make these commands of the program."""
    for command in (trace, compare, render, insert, fluoroscopy):
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
    _say_where(output)


def _say_where(output: Path) -> None:
    report = output / "report.html"
    typer.echo(f"Report: {report}" if report.is_file() else f"Written: {output}")
    typer.echo(RESEARCH_ONLY)


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
    _say_where(output)


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
    require(kind == "trace", f"a run of azygos {kind} is done again by its own command, with the same options.")
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
