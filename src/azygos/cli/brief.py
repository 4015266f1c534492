"""The command that tells a finished run in plain words: brief."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, Output, writing
from azygos.ground.errors import require


def brief(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a plan, a journey, a trace or a compare.")],
    output: Output,
    force: Force = False,
) -> None:
    """Tell a finished run in plain words, for patients: each sentence with what it rests on.

    azygos brief RUN -o OUT
    """
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
