"""The command that weighs what has been published: evidence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import Force, say_where, writing
from azygos.ground.errors import require

if TYPE_CHECKING:
    from azygos.evidence import Evidence


def evidence(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to write; it appears only when it is whole.")
    ] = None,
    add: Annotated[
        list[Path] | None, typer.Option("--add", metavar="CSV", help="Cohorts of your own; may be given again.")
    ] = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior", metavar="NAME=NUMBER", help="mu_mean, mu_sd, beta_scale or tau_scale, on the logit scale."
        ),
    ] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a file of cohorts to begin with, and stop.")
    ] = False,
    force: Force = False,
) -> None:
    """Weigh what has been published: how often cement reaches the lung, by how one looks.

    azygos evidence -o OUT [--add cohort.csv]

    Of each way of looking it says a typical centre and, wider, a centre not yet seen; then each study left out in turn,
    and other priors. A cohort of your own enters beside the published ones, and the report says what it changed.
    """
    from azygos.evidence import TEMPLATE, prior_of, weigh_evidence

    if template:
        typer.echo(TEMPLATE, nl=False)
        return
    require(output is not None, "no folder to write is given. Give one with -o.")
    with writing(output or Path()):
        from azygos.report import write_evidence_report

        found = weigh_evidence(
            output or Path(),
            add=add or (),
            prior=prior_of(prior or ()),
            force=force,
            write_report=write_evidence_report,
        )
    _say(found, output or Path())


def is_evidence_run(run_toml: Path) -> bool:
    """Whether a record is that of evidence."""
    from azygos.evidence import is_evidence_record

    return is_evidence_record(run_toml)


def rerun_evidence(run_toml: Path, output: Path, *, force: bool) -> None:
    """The same tables, cohorts and priors again."""
    from azygos.evidence import evidence_again

    with writing(output):
        from azygos.report import write_evidence_report

        found = evidence_again(run_toml, output, force=force, write_report=write_evidence_report)
    _say(found, output)


def _say(found: Evidence, output: Path) -> None:
    from azygos.report import summarise_evidence

    for line in summarise_evidence(found):
        typer.echo(line)
    say_where(output)


def add_to(app: typer.Typer) -> None:
    """Make this command one of the program."""
    app.command()(evidence)
