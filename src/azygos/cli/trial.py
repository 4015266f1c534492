"""The commands on many patients: trial run, merge, replay, screen, query, report, template."""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, Output, progress_bar, say_where, writing
from azygos.cli.standing import line, shown_standing, span
from azygos.ground.errors import InputError, require

if TYPE_CHECKING:
    from azygos.trial import Answer, Replay, Report, Sitting, TrialFile, TrialFindings

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
            write_report=_report_writer(),
            force=force,
        )
    _say(sitting, output)


def _report_writer() -> Report:
    """What writes the report; imported when one is to be written, since it draws."""

    def write(findings: TrialFindings, asked: TrialFile, path: Path) -> None:
        from azygos.report import write_trial_report

        write_trial_report(findings, asked, path)

    return write


def _say(sitting: Sitting, output: Path) -> None:
    typer.echo(line(sitting.standing))
    if sitting.whole:
        _say_findings(sitting.findings, output)
        return
    left = sitting.standing.asked - sitting.standing.done
    about = f", about {span(sitting.standing.left_s)}" if sitting.standing.rate > 0.0 else ""
    typer.echo(
        f"The time is up: {left} rows are left{about}. The same command goes on; {sitting.output} keeps the rest."
    )


def _say_findings(findings: TrialFindings | None, output: Path) -> None:
    if findings is not None:
        from azygos.report import summarise_trial

        for told in summarise_trial(findings):
            typer.echo(told)
    say_where(output)


@trial.command("merge")
def merge(
    shards: Annotated[list[Path], typer.Argument(metavar="SHARD...", help="Finished folders of all shards.")],
    output: Output,
    force: Force = False,
) -> None:
    """Make one trial of its shards: the same table as one run would have written.

    azygos trial merge A B C -o OUT
    """
    from azygos.trial import merge as merge_shards

    with writing(output):
        findings = merge_shards(shards, output, force=force, write_report=_report_writer())
    _say_findings(findings, output)


Finished = Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a finished trial.", show_default=False)]


@trial.command("replay")
def replay(
    folder: Finished,
    output: Output,
    patient: Annotated[int, typer.Option("--patient", metavar="K", help="Its number in the trial, from 0.")],
    strategy: Annotated[str | None, typer.Option("--strategy", help="Under which; left out: the reference.")] = None,
    force: Force = False,
) -> None:
    """Follow one patient again: the whole journey with its report, held against the row in the table.

    azygos trial replay OUT --patient 1234 -o DIR
    """
    from azygos.case import CaseEffort
    from azygos.report import summarise_journey, write_journey_report
    from azygos.trial import replay as replay_patient

    with writing(output), progress_bar("following") as progress:
        effort = CaseEffort(force=force, progress=progress, write_report=write_journey_report)
        again = replay_patient(folder, output, patient=patient, strategy=strategy, effort=effort)
    for told in (*summarise_journey(again.result), *again.result.notes):
        typer.echo(told)
    say_where(output)
    typer.echo(_held_against(again, folder))
    if again.unlike:
        raise typer.Exit(1)


def _held_against(again: Replay, folder: Path) -> str:
    if not again.unlike:
        return f"Under {again.strategy!r} the outcome is the row of {folder}, number for number."
    why = (
        "The code is the trial's, so the kind of machine or a library differs."
        if again.same_code
        else "The trial was followed by other code."
    )
    return f"The outcome is not the row of {folder}: {', '.join(again.unlike)} differ. {why}"


@trial.command("query")
def query(
    folder: Finished,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; the table is called outcomes.")],
) -> None:
    """Ask the outcome table in SQL.

    azygos trial query OUT "SELECT strategy, avg(leaked_ml) FROM outcomes GROUP BY strategy"
    """
    from azygos.trial import outcomes_of
    from azygos.trial import query as ask

    answer = ask(outcomes_of(folder), sql)
    _show(answer)
    if answer.cut:
        typer.echo(f"Only the first {len(answer.rows)} rows are shown. Count them, or add a LIMIT.", err=True)


def _show(answer: Answer) -> None:
    """A table on a terminal, comma-separated values elsewhere."""
    if not sys.stdout.isatty():
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(answer.columns)
        rows.writerows(answer.rows)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*answer.columns)
    for row in answer.rows:
        table.add_row(*(Text(f"{cell:.6g}" if isinstance(cell, float) else str(cell)) for cell in row))
    Console().print(table)


@trial.command("report")
def report(
    folder: Finished,
    screening: Annotated[
        Path | None, typer.Option("--screening", metavar="DIR", help="Tell a screening of the inputs with it.")
    ] = None,
) -> None:
    """Analyse a finished trial anew, and write its results and report again.

    azygos trial report OUT
    """
    from azygos.trial import conclude_again, read_screening

    screened = None if screening is None else read_screening(screening)
    _say_findings(conclude_again(folder, screening=screened, write_report=_report_writer()), folder)


@trial.command("screen")
def screen(
    trial_file: TrialToml,
    output: Output,
    strategy: Annotated[str | None, typer.Option("--strategy", help="Under which; left out: the reference.")] = None,
    trajectories: Annotated[int, typer.Option("--trajectories", help="Walks through the inputs' ranges.")] = 10,
    patients: Annotated[int, typer.Option("--patients", help="In how many patients each point is followed.")] = 2,
    workers: Workers = None,
    force: Force = False,
) -> None:
    """Rank the inputs by what they do to the outcome (Morris's elementary effects).

    azygos trial screen trial.toml -o OUT
    """
    from azygos.trial import read_trial, screen_to

    asked = read_trial(trial_file)
    with writing(output), progress_bar("screening") as progress:
        found = screen_to(
            asked,
            output,
            strategy=strategy,
            trajectories=trajectories,
            patients=patients,
            workers=workers,
            force=force,
            progress=progress,
        )
    typer.echo(f"{found.runs} patients followed under {found.strategy!r}, {found.failed} failed. Strongest inputs:")
    for output_name in dict.fromkeys(effect.output for effect in found.effects):
        strongest = [effect for effect in found.effects if effect.output == output_name][:5]
        typer.echo(f"  {output_name}: " + ", ".join(f"{effect.words} {effect.mu_star:.3g}" for effect in strongest))
    typer.echo(f"Into the report of a trial: azygos trial report TRIAL_OUT --screening {output}")
    say_where(output)


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


def is_trial_run(run_toml: Path) -> bool:
    """Whether a record is a trial's; what cannot be read is left to the reader's own sentence."""
    try:
        kind = tomllib.loads(run_toml.read_text(encoding="utf-8")).get("kind")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    require(
        kind != "screening",
        f"{run_toml} records a screening. Make it again from its trial: azygos trial screen trial.toml -o OUT.",
    )
    return bool(kind == "trial")


def rerun_trial(run_toml: Path, output: Path, *, workers: int | None, force: bool) -> None:
    """Run a trial again from its record."""
    from azygos.trial import run_again

    with writing(output, resumes=True), shown_standing() as show:
        sitting = run_again(
            run_toml.parent, output, workers=workers, force=force, progress=show, write_report=_report_writer()
        )
    _say(sitting, output)


def add_to(app: typer.Typer) -> None:
    """Make these commands a group of the program."""
    app.add_typer(trial, name="trial")
