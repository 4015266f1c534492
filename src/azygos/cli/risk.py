"""The command that tells what is known of a patient's chance of cement in the lungs: risk."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, say_where, writing
from azygos.ground.errors import InputError

Word = str | None


def risk(
    looked_with: Annotated[
        Word,
        typer.Option(
            "--looked-with", metavar="HOW", help="ct (planned), routine-ct, film or fluoroscopy.", show_default=False
        ),
    ] = None,
    levels: Annotated[int | None, typer.Option("--levels", help="Vertebrae to be treated in one session.")] = None,
    region: Annotated[Word, typer.Option("--region", help="thoracic, thoracolumbar, lumbar or mixed.")] = None,
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
    from azygos.evidence.risk import read_person, read_table, short_lines, state, tell_risk

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
    table = None if trial is None else read_table(trial)
    answer = tell_risk(person, shrink=shrink, table=table)
    if output is not None:
        from azygos.report.risk_report import write_risk

        with writing(output):
            write_risk(answer, output, table=table, force=force)
    for line in short_lines(state(answer)):
        typer.echo(line)
    if output is None:
        typer.echo(RESEARCH_ONLY)
    else:
        say_where(output)


def refuse_again(run_toml: Path) -> None:
    """A risk is asked again rather than rerun; what cannot be read is left to the reader's own sentence."""
    try:
        record = tomllib.loads(run_toml.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    if record.get("kind") == "risk":
        options = record.get("options", {})
        again = " ".join(f"--{name.replace('_', '-')} {value}" for name, value in options.items())
        trial = " --trial OUT" if record.get("input_sha256") else ""
        raise InputError(f"{run_toml} records a risk. Ask again: azygos risk {again}{trial} -o OUT.")


def add_to(app: typer.Typer) -> None:
    """Make this command one of the program."""
    app.command()(risk)
