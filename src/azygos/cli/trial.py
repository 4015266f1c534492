"""The commands on many patients: trial run, merge, replay, screen, query, report, template."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, Output, say_where, writing
from azygos.cli.standing import line, shown_standing, span
from azygos.ground.errors import InputError

if TYPE_CHECKING:
    from azygos.trial import Sitting

trial = typer.Typer(
    help="Follow many virtual patients, each under every strategy, and say what differs and how sure that is.",
    no_args_is_help=True,
    epilog=RESEARCH_ONLY,
)

TrialToml = Annotated[Path, typer.Argument(metavar="TRIAL.TOML", help="The trial.", show_default=False)]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Processes, one patient each at a time; left out: one a core.")
]


@trial.command("run")
def run(
    trial_file: TrialToml,
    output: Output,
    workers: Workers = None,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS", help="A Dask scheduler, whose workers have this azygos installed."),
    ] = None,
    shard: Annotated[
        str | None, typer.Option("--shard", metavar="I/N", help="Every n-th patient only; `trial merge` joins them.")
    ] = None,
    budget: Annotated[
        str | None, typer.Option("--budget", metavar="TIME", help="Begin no patient after so long: 90s, 30m, 2h.")
    ] = None,
    patients: Annotated[int | None, typer.Option("--patients", help="So many, whatever the file says.")] = None,
    force: Force = False,
) -> None:
    """Follow every patient under every strategy; rows land as they are finished, and the same command goes on.

    azygos trial run trial.toml -o OUT
    """
    from azygos.trial import WHOLE, parse_shard, read_trial, run_trial, with_patients

    asked = with_patients(read_trial(trial_file), patients)
    with writing(output, resumes=True), shown_standing() as show:
        sitting = run_trial(
            asked,
            output,
            workers=workers,
            dask=dask,
            shard=WHOLE if shard is None else parse_shard(shard),
            budget_s=None if budget is None else seconds(budget),
            progress=show,
            force=force,
        )
    _say(sitting, output)


def _say(sitting: Sitting, output: Path) -> None:
    typer.echo(line(sitting.standing))
    if sitting.whole:
        say_where(output)
        return
    left = sitting.standing.asked - sitting.standing.done
    about = f", about {span(sitting.standing.left_s)}" if sitting.standing.rate > 0.0 else ""
    typer.echo(
        f"The time is up: {left} rows are left{about}. The same command goes on; {sitting.output} keeps the rest."
    )


def seconds(text: str) -> float:
    """A time as people write it.

    Examples
    --------
    >>> seconds("30m"), seconds("1h30m"), seconds("90 s")
    (1800.0, 5400.0, 90.0)
    """
    parts = re.fullmatch(r"\s*(?:(\d+(?:\.\d+)?)\s*h)?\s*(?:(\d+(?:\.\d+)?)\s*m)?\s*(?:(\d+(?:\.\d+)?)\s*s)?\s*", text)
    if parts is None or not any(parts.groups()):
        raise InputError(f"--budget is {text!r}. Give a time with its unit, for example 90s, 30m or 1h30m.")
    hours, minutes, rest = (float(part or 0.0) for part in parts.groups())
    return 3600.0 * hours + 60.0 * minutes + rest


@trial.command("template")
def template() -> None:
    """Print a trial to begin with.

    azygos trial template > trial.toml
    """
    from azygos.trial import trial_template

    typer.echo(trial_template(), nl=False)


def add_to(app: typer.Typer) -> None:
    """Make these commands a group of the program."""
    app.add_typer(trial, name="trial")
