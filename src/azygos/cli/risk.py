"""The command that tells what is known of a patient's chance of cement in the lungs: risk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, say_where, writing
from azygos.ground.errors import require

if TYPE_CHECKING:
    from azygos.evidence.risk import Person

Word = str | None


def risk(
    looked_with: Annotated[
        Word,
        typer.Option(
            "--looked-with", metavar="HOW", help="ct (planned), routine-ct, film or fluoroscopy.", show_default=False
        ),
    ] = None,
    levels: Annotated[int | None, typer.Option("--levels", help="Vertebrae to be treated in one session.")] = None,
    region: Annotated[
        Word,
        typer.Option("--region", help="thoracic (T1 to T10), thoracolumbar (T11 to L2), lumbar (L3 to L5) or mixed."),
    ] = None,
    procedure: Annotated[
        Word, typer.Option("--procedure", help="PVP (vertebroplasty) or PKP (balloon kyphoplasty).")
    ] = None,
    fracture_age: Annotated[
        Word, typer.Option("--fracture-age", metavar="AGE", help="With its unit: 10d, 2w or 3m.")
    ] = None,
    viscosity: Annotated[Word, typer.Option("--viscosity", help="Of the cement: low, medium or high.")] = None,
    disease: Annotated[Word, typer.Option("--disease", help="osteoporosis, myeloma or metastases.")] = None,
    volume: Annotated[float | None, typer.Option("--volume", metavar="ML", help="Cement of all levels.")] = None,
    growth: Annotated[
        Word, typer.Option("--growth", help="Of the cancer, with metastases: slow, moderate or rapid.")
    ] = None,
    collapse: Annotated[
        Word, typer.Option("--collapse", help="Of the vertebra, with metastases: none, under-half or over-half.")
    ] = None,
    shrink: Annotated[
        float | None,
        typer.Option(
            "--shrink", metavar="SHARE", help="How far published log odds ratios count, 0 to 1; left out: half."
        ),
    ] = None,
    trial: Annotated[
        Path | None,
        typer.Option("--trial", metavar="OUT", help="A finished trial to count in, instead of the shipped table."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to write; it appears only when it is whole.")
    ] = None,
    force: Force = False,
) -> None:
    """Say what published evidence and virtual patients tell of somebody's chance of cement in the lungs.

    azygos risk --levels 3 --region thoracic --procedure PVP --fracture-age 10d --looked-with ct [-o OUT]

    What is left out is not known, and averaged over. No advice: ask the treating team.
    """
    from azygos.evidence.risk import read_person

    person = read_person(
        look=looked_with,
        levels=levels,
        region=region,
        procedure=procedure,
        fracture_age=fracture_age,
        viscosity=viscosity,
        disease=disease,
        volume_ml=volume,
        growth=growth,
        collapse=collapse,
    )
    _tell(person, shrink, trial, output, force=force)


def _tell(person: Person, shrink: float | None, trial: Path | None, output: Path | None, *, force: bool) -> None:
    from azygos.evidence.risk import read_table, short_lines, state, tell_risk

    table = None if trial is None else read_table(trial)
    answer = tell_risk(person, shrink=shrink, table=table)
    if output is not None:
        from azygos.report import write_risk

        with writing(output):
            write_risk(answer, output, table=table, force=force)
    for line in short_lines(state(answer)):
        typer.echo(line)
    if output is None:
        typer.echo(RESEARCH_ONLY)
    else:
        say_where(output)


def is_risk_run(run_toml: Path) -> bool:
    """Whether a record is that of a risk; what cannot be read is left to others."""
    try:
        return tomllib.loads(run_toml.read_text(encoding="utf-8")).get("kind") == "risk"
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def rerun_risk(run_toml: Path, output: Path, *, trial: Path | None, force: bool) -> None:
    """The same question again, of the same table of virtual patients."""
    from azygos.evidence.risk import read_person, read_table, shipped_table
    from azygos.study.record import read_record

    record = read_record(run_toml)
    asked = dict(record.options)
    given = "trial" in record.inputs
    require(given or trial is None, "this run counted in no trial of yours. Leave -i out.")
    require(not given or trial is not None, "this run counted in a trial. Give its folder again with -i.")
    table = shipped_table() if trial is None else read_table(trial)
    now = "" if table is None else table.digest
    before = record.inputs.get("trial", record.inputs.get("shipped", ""))
    require(
        now == before,
        f"{'this trial' if given else 'the table that comes with azygos'} is not the one that {run_toml} counted in. "
        f"{'Give that one with -i' if given else 'Ask anew with azygos risk'}.",
    )
    person = read_person(
        look=asked.pop("looked_with", None),
        volume_ml=asked.pop("volume", None),
        **{name: value for name, value in asked.items() if name != "shrink"},
    )
    _tell(person, asked.get("shrink"), trial, output, force=force)


def add_to(app: typer.Typer) -> None:
    """Make this command one of the program."""
    app.command()(risk)
