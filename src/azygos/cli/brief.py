"""The command that tells a finished run in plain words, or holds such a text against a run: brief."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, writing
from azygos.ground.errors import require

if TYPE_CHECKING:
    from azygos.brief import Check


def brief(
    run: Annotated[
        Path | None, typer.Argument(metavar="RUN", help="Folder of a plan, a journey, a trace or a compare.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to write; it appears only when it is whole.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="TEXT", help="A text in six parts to hold against a run.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--run", metavar="RUN", help="The run to hold it against; only with --check.")
    ] = None,
    force: Force = False,
) -> None:
    """Tell a finished run in plain words, for patients: each sentence with what it rests on.

    azygos brief RUN -o OUT

    With --check, sort the numbers, places, treatments and words of how often of any text in six parts into supported,
    contradicted and not checkable, and list what is too long, too hard, unexplained, missing or advice.

    azygos brief --check TEXT --run RUN [-o OUT]

    It ends with 0 when nothing is contradicted and no limit is broken, with 1 otherwise, with 2 for bad input.
    """
    if check is not None:
        require(against is not None or run is not None, "--check needs a run to hold the text against. Give --run RUN.")
        require(against is None or run is None, "two runs are given. Give one, with --run.")
        _check(check, against or run or Path(), output, force=force)
        return
    require(against is None, "--run goes with --check. To tell a run: azygos brief RUN -o OUT.")
    require(run is not None, "no run is given. Give the folder of a run: azygos brief RUN -o OUT.")
    require(output is not None, "no folder to write is given. Give one with -o.")
    _tell(run or Path(), output or Path(), force=force)


def _tell(run: Path, output: Path, *, force: bool) -> None:
    from azygos.brief import brief as tell_run
    from azygos.brief import grade

    with writing(output):
        told = tell_run(run, output, force=force)
    parts = told.plain()
    typer.echo(parts.headline)
    for point in parts.at_a_glance:
        typer.echo(f"- {point}")
    typer.echo(f"Reading grade {grade(parts.body):.1f} (Automated Readability Index).")
    typer.echo(f"Text: {output / 'brief.md'}, {output / 'brief.html'}; what it rests on: {output / 'brief.json'}")
    typer.echo(RESEARCH_ONLY)


def _check(text: Path, run: Path, output: Path | None, *, force: bool) -> None:
    from azygos.brief import check_files

    if output is None:
        made = check_files(text, run)
    else:
        with writing(output):
            made = check_files(text, run, output, force=force)
    _show(made)
    if output is not None:
        typer.echo(f"Report: {output / 'check.html'}; the same for machines: {output / 'check.json'}")
    typer.echo(RESEARCH_ONLY)
    if not made.passed:
        raise typer.Exit(1)


def _show(made: Check) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from azygos.brief import check_rows

    table = Table("Verdict", "Words", "What the run says", "Facts")
    for row in check_rows(made):
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    console.print(table)
    counts = ", ".join(f"{number} {verdict}" for verdict, number in made.counts().items())
    typer.echo(f"{len(made.verdicts)} claims: {counts}.")
    for name, found in made.limits().items():
        for line in found:
            typer.echo(f"{name}: {line}")
    for level, sentence in made.hard_sentences[:5]:
        typer.echo(f"hard to read, grade {level}: {sentence}")
    if len(made.hard_sentences) > 5:
        typer.echo(f"and {len(made.hard_sentences) - 5} more sentences above the grade.")


def refuse_again(run_toml: Path) -> None:
    """A brief is written again from its run; what cannot be read is left to the reader's own sentence."""
    try:
        kind = tomllib.loads(run_toml.read_text(encoding="utf-8")).get("kind")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    require(kind != "brief", f"{run_toml} records a brief. Write it again from its run: azygos brief RUN -o OUT.")


def add_to(app: typer.Typer) -> None:
    """Make this command one of the program."""
    app.command()(brief)
