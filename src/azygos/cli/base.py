"""What all commands share: the program, options that mean the same everywhere, progress, what is being written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from azygos.ground.errors import require
from azygos.ground.files import partial_folder

RESEARCH_ONLY = "Research use only: not a medical device, not for clinical decisions."

app = typer.Typer(
    name="azygos",
    help=f"azygos follows bone cement from the needle to the lung. {RESEARCH_ONLY}",
    epilog=RESEARCH_ONLY,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Output = Annotated[Path, typer.Option("-o", "--output", help="Folder to write; it appears only when it is whole.")]
Input = Annotated[
    Path | None, typer.Option("-i", "--input", help="CT: a NIfTI or NRRD file, a DICOM folder, file or zip.")
]
Labels = Annotated[Path | None, typer.Option("--labels", help="Label map on the CT: NIfTI, NRRD or DICOM SEG.")]
LabelNames = Annotated[
    str | None, typer.Option("--label-names", help="For a map without names: totalsegmentator, verse, cads or a CSV.")
]
Series = Annotated[str | None, typer.Option("--series", help="Which series of a DICOM folder.")]
Repair = Annotated[bool, typer.Option("--repair", help="Resample uneven or tilted slices, and say so.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Processes; the numbers do not depend on it.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a run folder that is already there.")]


now: list[tuple[Path, bool]] = []  # the folder that is being written, and whether the same command takes it up


@contextlib.contextmanager
def writing(output: Path, *, resumes: bool = False, grows: bool = False) -> Iterator[None]:
    """Remember what is written, so that Ctrl-C can say how to go on; an output that grows is there from the start."""
    now[:] = [(output if grows else partial_folder(output), resumes)]
    yield
    now.clear()


def stopped() -> str:
    """What Ctrl-C left, and what to do."""
    if not now or not now[0][0].exists():
        return "stopped. Nothing was written yet."
    folder, resumes = now[0]
    if resumes:
        return f"stopped. What is finished lies in {folder}; the same command takes it up from there."
    return f"stopped. {folder} is unfinished; the same command begins it again."


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr: what is done, time gone, time left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task(what, total=None)

    def show(done: int, total: int) -> None:
        bar.start()  # not before: what is refused at once shows no bar
        bar.update(task, description=what if done < total else "writing", completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()


Given = TypeVar("Given")


def one(option: str, given: Sequence[Given] | None) -> Given | None:
    """What is given at most once."""
    require(not given or len(given) == 1, f"this run takes one {option}. Give it once.")
    return given[0] if given else None


def say_where(output: Path) -> None:
    """Where the rest is: the report, or the folder of a run that has none."""
    report = output / "report.html"
    typer.echo(f"Report: {report}" if report.is_file() else f"Written: {output}")
    typer.echo(RESEARCH_ONLY)
