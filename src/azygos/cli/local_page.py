"""The command that opens the local page."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY


def open_page(
    open_at_once: Annotated[
        list[Path] | None, typer.Argument(metavar="RUN_FOLDER_OR_SCAN", help="What to open at once.")
    ] = None,
    port: Annotated[int, typer.Option("--port", help="Where on this machine; left out: a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    runs: Annotated[
        Path | None, typer.Option("--runs", metavar="DIR", help="Where to look for run folders; left out: here.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Where runs made in the page stay; left out: nowhere.")
    ] = None,
) -> None:
    """Open the local page: see a scan, place a needle, follow the cement.

    azygos app [RUN_FOLDER_OR_SCAN ...]
    """
    from azygos.app import serve

    def say(address: str) -> None:
        typer.echo(f"The page is at {address}")
        typer.echo("It answers to this machine alone. Ctrl-C ends it and removes what was dropped into it.")
        typer.echo(RESEARCH_ONLY)

    with contextlib.suppress(KeyboardInterrupt):
        serve(open_at_once or (), port=port, browser=not no_browser, roots=(runs or Path(),), keep=keep, say=say)


def add_to(app: typer.Typer) -> None:
    """Make it a command of the program."""
    app.command(name="app")(open_page)
