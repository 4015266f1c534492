"""Commands that make pictures whose cement is known: render, insert, fluoroscopy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos.cli.base import RESEARCH_ONLY, Force, Output, Repair, Series, progress_bar, say_where, writing
from azygos.ground.errors import InputError

if TYPE_CHECKING:
    from azygos.study import Picture, RenderEffort, Screened

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
    _say_screened(screened, output)


def rerun_picture(run_toml: Path, output: Path, *, input: Path | None, series: str | None, force: bool) -> None:
    """Do a finished rendering, insertion or fluoroscopy again."""
    from azygos.study import Screened, picture_again

    with _render_work(output, force=force) as effort:
        made = picture_again(run_toml, output, input=input, series=series, effort=effort)
    if isinstance(made, Screened):
        _say_screened(made, output)
    else:
        _say_picture(made, output)


def _say_screened(screened: Screened, output: Path) -> None:
    for line in screened.lines:
        typer.echo(line)
    say_where(output)


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
    for command in (render, insert, fluoroscopy):
        app.command()(command)
