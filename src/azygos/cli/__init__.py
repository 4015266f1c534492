"""The command line: one command for each question, one sentence for each mistake.

Nothing heavy is imported before a command needs it, so that ``azygos --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import errno
import math
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from azygos import __version__
from azygos.cli import brief, evidence, local_page, pictures, risk, scans, trial
from azygos.cli.base import (
    RESEARCH_ONLY,
    Force,
    Input,
    LabelNames,
    Labels,
    Output,
    Repair,
    Series,
    Workers,
    app,
    now,
    one,
    progress_bar,
    stopped,
    writing,
)
from azygos.cli.scans import ManyLabels, ManyNames
from azygos.ground.errors import AccountError, AzygosError, InputError, require

if TYPE_CHECKING:
    from azygos.case import CaseEffort, CaseResult
    from azygos.plan import Effort, PlanResult

STOPPED = 130  # what a shell says of a program that Ctrl-C ended
EXAMPLE_SEED = 1  # of the ensemble
EXAMPLE_PATIENT = 12  # of the virtual patient


@app.callback(invoke_without_command=True)
def _general(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; works anywhere.")] = False,
) -> None:
    if version:
        typer.echo(f"azygos {__version__}")
        raise typer.Exit


@app.command()
def info(
    input: Annotated[Path, typer.Option("-i", "--input", help="What to look at: file, folder or zip.")],
    series: Series = None,
    repair: Repair = False,
    label_names: LabelNames = None,
) -> None:
    """Say what a scan or a label map holds, and whether it can be used."""
    from azygos.scan import describe

    for line in describe(input, series, repair, label_names):
        typer.echo(line)


@app.command()
def plan(
    plan_file: Annotated[Path | None, typer.Argument(metavar="PLAN.TOML", help="The plan.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to write; it appears only when it is whole.")
    ] = None,
    input: Input = None,
    labels: Labels = None,
    label_names: LabelNames = None,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="X,Y,Z", help="Without labels: a point in the body, LPS mm; one per vertebra."),
    ] = None,
    series: Series = None,
    repair: Repair = False,
    density_law: Annotated[
        str, typer.Option("--density-law", help="From HU to bone: ash, two-tissues or young-reference.")
    ] = "ash",
    virtual: Annotated[
        int | None, typer.Option("--virtual", metavar="SEED", help="A virtual patient instead of -i.")
    ] = None,
    level: Annotated[str | None, typer.Option("--level", help="For a plan that names no level: T1 to L5.")] = None,
    draws: Annotated[int, typer.Option("--draws", help="How many draws of what is uncertain.")] = 32,
    seed: Annotated[int, typer.Option("--seed", help="Where the draws begin.")] = 0,
    spacing: Annotated[float, typer.Option("--spacing", metavar="MM", help="Edge of a cell in bone.")] = 1.0,
    workers: Workers = None,
    force: Force = False,
    template: Annotated[bool, typer.Option("--template", help="Print a plan to begin with, and stop.")] = False,
    cements: Annotated[bool, typer.Option("--cements", help="Print the names of known cements, and stop.")] = False,
    example: Annotated[
        bool, typer.Option("--example", help="Run the plan that comes with azygos, in a virtual patient.")
    ] = False,
) -> None:
    """Say where the cement of a plan goes, what leaks, by which way, and how sure that is.

    azygos plan -i CT --labels MAP plan.toml -o OUT    or    azygos plan --virtual 1 plan.toml -o OUT
    """
    if template or cements:
        _print_help_text(template=template)
        return
    if example:
        _run_example(plan_file, output, draws=draws, workers=workers, force=force)
        return
    require(plan_file is not None, "give a plan. One to begin with: azygos plan --template > plan.toml")
    require(output is not None, "say where to write with -o OUT.")
    assert plan_file is not None
    assert output is not None
    from azygos.plan import plan as run_plan_file

    with _work(output, workers=workers, force=force) as effort:
        result = run_plan_file(
            plan_file,
            output,
            input=input,
            labels=labels,
            label_names=label_names,
            at=[_point(text) for text in at or ()],
            series=series,
            repair=repair,
            density_law=density_law,
            virtual=virtual,
            level=level,
            draws=draws,
            seed=seed,
            spacing_mm=spacing,
            effort=effort,
        )
    _say_result(result, output)


Veins = Annotated[Path | None, typer.Option("--veins", help="A vein graph of your own: CSV.")]
Arteries = Annotated[Path | None, typer.Option("--arteries", help="A tree of pulmonary arteries of your own: CSV.")]


@app.command()
def journey(
    case_file: Annotated[Path | None, typer.Argument(metavar="CASE.TOML", help="The case.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to write; it appears only when it is whole.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Another virtual patient than the file names.")] = None,
    spacing: Annotated[float, typer.Option("--spacing", metavar="MM", help="Edge of a cell in bone.")] = 1.0,
    veins: Veins = None,
    arteries: Arteries = None,
    force: Force = False,
    template: Annotated[bool, typer.Option("--template", help="Print a case to begin with, and stop.")] = False,
) -> None:
    """Follow the cement of one virtual patient from the needle to the lung, and on to a year.

    azygos journey case.toml -o OUT
    """
    from azygos.case import case_template
    from azygos.case import journey as run_case_file

    if template:
        typer.echo(case_template(), nl=False)
        return
    require(case_file is not None, "give a case. One to begin with: azygos journey --template > case.toml")
    require(output is not None, "say where to write with -o OUT.")
    assert case_file is not None
    assert output is not None
    with _case_work(output, force=force) as effort:
        result = run_case_file(
            case_file, output, seed=seed, spacing_mm=spacing, veins=veins, arteries=arteries, effort=effort
        )
    _say_journey(result, output)


@app.command()
def rarity(
    case_file: Annotated[
        Path | None, typer.Argument(metavar="CASE.TOML", help="The case; left out: the demo's.")
    ] = None,
    output: Output = Path("rarity.json"),
    draws: Annotated[int, typer.Option("--draws", help="How many sessions to draw.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", help="Where the draws begin.")] = 0,
    spacing: Annotated[float, typer.Option("--spacing", metavar="MM", help="Edge of a cell in bone.")] = 2.0,
    workers: Workers = None,
) -> None:
    """Say how rare the demo's course is among the sessions of a case: a cord from the vertebra into the lungs.

    azygos rarity case.toml -o rarity.json
    """
    from azygos.case import rarity as tell_rarity
    from azygos.report import summarise_rarity

    with writing(output), progress_bar("drawing") as progress:
        found = tell_rarity(
            case_file, output, draws=draws, seed=seed, spacing_mm=spacing, workers=workers, progress=progress
        )
    typer.echo(summarise_rarity(found))
    typer.echo(f"Stored: {output}")
    typer.echo(RESEARCH_ONLY)


scans.add_to(app)
pictures.add_to(app)
brief.add_to(app)
trial.add_to(app)
evidence.add_to(app)
risk.add_to(app)
local_page.add_to(app)


@app.command()
def rerun(
    run_toml: Annotated[Path, typer.Argument(metavar="OUT/RUN.TOML", help="Record of a finished run.")],
    output: Output,
    input: Annotated[
        list[Path] | None, typer.Option("-i", "--input", help="The CT again; twice for a comparison.")
    ] = None,
    labels: ManyLabels = None,
    label_names: ManyNames = None,
    series: Annotated[list[str] | None, typer.Option("--series", help="Which series of a DICOM folder.")] = None,
    veins: Veins = None,
    arteries: Arteries = None,
    workers: Workers = None,
    force: Force = False,
) -> None:
    """Do a finished run again: the same numbers from the same input."""
    brief.refuse_again(run_toml)
    if risk.is_risk_run(run_toml):
        risk.rerun_risk(run_toml, output, trial=one("-i", input), force=force)
        return
    if evidence.is_evidence_run(run_toml):
        require(not input and not labels, "this run read no scan. Leave -i and --labels out.")
        evidence.rerun_evidence(run_toml, output, force=force)
        return
    if scans.is_scan_run(run_toml):
        for name, value in (("--veins", veins), ("--arteries", arteries), ("--workers", workers)):
            require(value is None, f"this run was on a scan and takes no {name}. Leave it out.")
        scans.rerun_scan(
            run_toml,
            output,
            input=input or (),
            labels=labels or (),
            label_names=label_names or (),
            series=series or (),
            force=force,
        )
        return
    if trial.is_trial_run(run_toml):
        for name, refused in (("-i", input), ("--labels", labels), ("--veins", veins), ("--arteries", arteries)):
            require(not refused, f"this run was a trial and read no such file. Leave {name} out.")
        trial.rerun_trial(run_toml, output, workers=workers, force=force)
        return
    from azygos.case import is_case_record, journey_again

    if is_case_record(run_toml):
        for name, scan_given in (("-i", input), ("--labels", labels), ("--series", series)):
            require(not scan_given, f"this run read no scan. Leave {name} out.")
        with _case_work(output, force=force) as effort:
            followed = journey_again(run_toml, output, veins=veins, arteries=arteries, effort=effort)
        _say_journey(followed, output)
        return
    from azygos.plan import rerun as run_again

    for name, given in (("--veins", veins), ("--arteries", arteries)):
        require(given is None, f"this run was a plan and read no tables. Leave {name} out.")
    with _work(output, workers=workers, force=force) as plan_effort:
        result = run_again(
            run_toml,
            output,
            input=one("-i", input),
            labels=one("--labels", labels),
            label_names=one("--label-names", label_names),
            series=one("--series", series),
            effort=plan_effort,
        )
    _say_result(result, output)


@app.command()
def demo(output: Output = Path("demo-out"), force: Force = False) -> None:
    """Show it on nothing but the install: one virtual patient whose cement reaches the lungs as a cord."""
    from azygos.case import demo as run_demo

    with _case_work(output, force=force) as effort:
        result = run_demo(output, effort=effort)
    _say_journey(result, output)


@app.command()
def sample(output: Output = Path("sample"), force: Force = False) -> None:
    """Write a rendered CT with cement, a label map, a plan and a case, to try everything on."""
    from azygos.scan.sample import write_sample

    write_sample(output, force=force)
    ct, labels = output / "ct.nii.gz", output / "labels.nii.gz"
    typer.echo(f"{output} holds the sample. Try:")
    typer.echo(f"  azygos plan -i {ct} --labels {labels} {output / 'plan.toml'} -o {output}-plan")


@app.command()
def warmup() -> None:
    """Compile the solvers once, so that the first plan and the first journey do not wait for them."""
    from azygos.case import warm_up as warm_up_journeys
    from azygos.plan import warm_up

    typer.echo(f"Compiled and ready ({warm_up() + warm_up_journeys():.0f} s).")


# Between the commands and the work --------------------------------------------------------------------------------


@contextlib.contextmanager
def _work(output: Path, *, workers: int | None, force: bool) -> Iterator[Effort]:
    """Effort with a progress bar; Ctrl-C within says how to go on."""
    with writing(output, resumes=True), progress_bar("injecting") as progress:
        from azygos.plan import Effort
        from azygos.report import write_plan_report

        yield Effort(workers=workers, force=force, progress=progress, write_report=write_plan_report)


@contextlib.contextmanager
def _case_work(output: Path, *, force: bool) -> Iterator[CaseEffort]:
    """The same for a journey."""
    with writing(output), progress_bar("following") as progress:
        from azygos.case import CaseEffort
        from azygos.report import write_journey_report

        yield CaseEffort(force=force, progress=progress, write_report=write_journey_report)


def _run_example(plan_file: Path | None, output: Path | None, *, draws: int, workers: int | None, force: bool) -> None:
    from azygos.plan import example

    require(plan_file is None, "--example brings its own plan. Leave the plan file out.")
    require(output is not None, "say where to write with -o OUT.")
    assert output is not None
    about = f"A virtual T12 wedge fracture (patient {EXAMPLE_PATIENT}), {draws} draws from seed {EXAMPLE_SEED}."
    typer.echo(about, err=True)
    with _work(output, workers=workers, force=force) as effort:
        result = example(output, patient=EXAMPLE_PATIENT, seed=EXAMPLE_SEED, draws=draws, effort=effort)
    _say_result(result, output)


def _say_journey(result: CaseResult, output: Path) -> None:
    """What happened in a few lines, and where the rest is."""
    from azygos.report import summarise_journey

    for line in (*summarise_journey(result), *result.notes):
        typer.echo(line)
    typer.echo(f"Report: {output / 'report.html'}")
    typer.echo(RESEARCH_ONLY)


def _say_result(result: PlanResult, output: Path) -> None:
    """The answer in a few lines, and where the rest is."""
    from azygos.plan import summarise

    for line in summarise(result):
        typer.echo(line)
    typer.echo(f"Report: {output / 'report.html'}")
    typer.echo(RESEARCH_ONLY)


def _print_help_text(*, template: bool) -> None:
    if template:
        from azygos.plan import plan_template

        typer.echo(plan_template(), nl=False)
        return
    from azygos.values.cements import CEMENTS

    for name, cement in CEMENTS.items():
        typer.echo(f"{name:32}{cement.known_as}")


def _point(text: str) -> tuple[float, float, float]:
    """``x,y,z`` as three numbers."""
    try:
        x, y, z = (float(part) for part in text.split(","))
        if not all(math.isfinite(part) for part in (x, y, z)):
            raise ValueError
    except ValueError:
        raise InputError(
            f"--at is {text!r}. Give three numbers in mm with commas between, for example --at 3.5,-20,110."
        ) from None
    return x, y, z


# From errors to sentences and exit codes --------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 well, 2 input, 3 numerics, 4 ours, 130 Ctrl-C."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    with _noting_ctrl_c() as pressed:
        try:
            app(args=[argument for argument in given if argument != "--debug"], prog_name="azygos")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        except KeyboardInterrupt:
            code = STOPPED
        except Exception as error:
            if debug:
                traceback.print_exc()
            code = STOPPED if pressed else _answer(error)  # compiled code turns Ctrl-C into errors of its own
    if code == STOPPED:
        _complain(stopped())
    now.clear()
    return code


@contextlib.contextmanager
def _noting_ctrl_c() -> Iterator[list[int]]:
    """Numbers of the signals that came; a thread that is not the main one cannot listen."""
    pressed: list[int] = []

    def note(number: int, frame: object) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGINT, note)
    except ValueError:
        yield pressed
        return
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _answer(error: Exception) -> int:
    """One sentence on stderr, and the exit code that goes with it."""
    if isinstance(error, AccountError):
        _complain(f"{error}. This is ours to fix; --debug shows the traceback.")
        return error.exit_code
    if isinstance(error, AzygosError):
        _complain(str(error))
        return error.exit_code
    if isinstance(error, OSError) and error.errno is not None:
        _complain(_disk(error))
        return InputError.exit_code
    _complain(f"{type(error).__name__}: {error}. This is ours to fix; --debug shows the traceback.")
    return AzygosError.exit_code


def _disk(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full{where}. Free some space and run the same command again: what is finished is kept."
    return f"{(error.strerror or type(error).__name__).lower()}{where}. Check the path and your right to use it."


def _complain(sentence: str) -> None:
    typer.echo(f"azygos: {sentence}", err=True)
