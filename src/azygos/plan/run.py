"""One run of ``azygos plan``, from files to a folder, and the same run again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from azygos import __version__
from azygos.ground.errors import DidNotConverge, require
from azygos.ground.files import check_free, finish, open_partial, write_atomic
from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.plan.assumed import Setting, assumptions
from azygos.plan.ensemble import Progress, run_plan
from azygos.plan.explained import MOST_DRAWS, explain, split
from azygos.plan.outcome import Member, PlanResult
from azygos.plan.patient import Patient, Point, Source, find_patient
from azygos.plan.plan_file import PlanFile, apply_alternative, at_level, parse_plan, read_plan
from azygos.plan.record import RunRecord, read_run_toml, values_used, write_run_toml
from azygos.plan.schema import members_csv, result_table, routes_csv, to_json
from azygos.plan.session import ALREADY_SET, SET_IN_NEEDLE, Physics, real_physics
from azygos.values.session import VISIBLE_LEAK

Report = Callable[[PlanResult, Path], object]
"""Writes ``report.html``; handed in, since reports lie downstream of plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How a run is done; none of it changes a number."""

    workers: int | None = None  # None: as many as there are cores, at most eight
    force: bool = False
    progress: Progress | None = None
    write_report: Report | None = None
    physics: Physics | None = None  # stand-ins, for tests

    @property
    def processes(self) -> int:
        """Worker processes to start."""
        return min(os.cpu_count() or 1, 8) if self.workers is None else self.workers


def plan(
    plan_path: Path,
    output: Path,
    *,
    input: Path | None = None,
    labels: Path | None = None,
    label_names: str | None = None,
    at: Sequence[Point] = (),
    series: str | None = None,
    repair: bool = False,
    density_law: str = "ash",
    virtual: int | None = None,
    level: str | None = None,
    draws: int = 32,
    seed: int = 0,
    spacing_mm: float = 1.0,
    effort: Effort | None = None,
) -> PlanResult:
    """Say where the cement of a plan goes, and write a run folder; ``azygos plan`` as a function.

    Parameters
    ----------
    plan_path : Path
        The plan, TOML.
    output : Path
        The folder to write; it appears only whole.
    input, labels : Path, optional
        CT and label map.
    label_names : str, optional
        ``totalsegmentator``, ``verse``, ``cads`` or a CSV, for a map without names.
    at : sequence of points, optional
        LPS [mm], a point in each body, where there is no label map.
    series : str, optional
        Which series of a DICOM folder.
    repair : bool
        Repair what can be repaired, and say so.
    density_law : str
        From HU to bone: a name in ``azygos.scan.density.DENSITY_LAWS``.
    virtual : int, optional
        Seed of a virtual patient instead of `input`.
    level : str, optional
        For a plan that leaves it open.
    draws, seed : int
        Size of the ensemble and where it begins.
    spacing_mm : float
        Edge of a cell.
    effort : Effort, optional
        Workers, progress, report.

    Returns
    -------
    result : PlanResult
        What was written.
    """
    source = Source(
        input=input,
        labels=labels,
        label_names=label_names,
        at_mm=tuple(at),
        series=series,
        repair=repair,
        density_law=density_law,
        virtual=virtual,
    )
    task = at_level(read_plan(plan_path), level)
    return run(task, source, output, draws=draws, seed=seed, spacing_mm=spacing_mm, effort=effort)


def rerun(
    run_toml: Path,
    output: Path,
    *,
    input: Path | None = None,
    labels: Path | None = None,
    label_names: str | None = None,
    series: str | None = None,
    effort: Effort | None = None,
) -> PlanResult:
    """Do a finished run again from its ``run.toml``: the same numbers, or a sentence that says why not.

    Parameters
    ----------
    run_toml : Path
        Of the run that is repeated.
    output : Path
        A new folder.
    input, labels : Path, optional
        The same CT and label map, which the record knows by their hashes only.
    label_names, series : str, optional
        As in the first run; the record keeps the schemes' names, but no path of a CSV.
    """
    record = read_run_toml(run_toml)
    given = {"ct": ("-i", input), "labels": ("--labels", labels)}
    for name, (option, path) in given.items():
        needed = name in record.inputs
        require(not needed or path is not None, f"this run read a {name} file. Give the same one with {option}.")
        require(needed or path is None, f"this run read no {name} file. Leave {option} out.")
    source = Source(
        input=input,
        labels=labels,
        series=series,
        virtual=record.virtual,
        label_names=label_names or record.options.get("label_names"),
        at_mm=tuple((float(x), float(y), float(z)) for x, y, z in record.options.get("at_mm", ())),
        repair=bool(record.options.get("repair", False)),
        density_law=str(record.options.get("density_law", "ash")),
    )
    for name, found in source.hashes().items():
        _require_same(name, record.inputs[name], found)
    notes = () if record.version == __version__ else (_other_version(record.version),)
    return run(
        parse_plan(record.plan, "run.toml"),
        source,
        output,
        draws=record.draws,
        seed=record.seed,
        spacing_mm=record.spacing_mm,
        effort=effort,
        notes=notes,
    )


def _require_same(name: str, wanted: str, found: str) -> None:
    require(
        wanted == found,
        f"this {name} file is not the one of the run (SHA-256 {found[:12]}, not {wanted[:12]}). Give the same file.",
    )


def _other_version(version: str) -> str:
    return f"The first run was made by azygos {version}, this one by {__version__}: numbers may differ."


def example(output: Path, *, patient: int, seed: int, draws: int = 32, effort: Effort | None = None) -> PlanResult:
    """The plan that comes with azygos, in virtual patient `patient`: nothing but the install is needed."""
    text = files("azygos.plan").joinpath("example.toml").read_text(encoding="utf-8")
    task = parse_plan(text, "example.toml")
    return run(task, Source(virtual=patient), output, draws=draws, seed=seed, spacing_mm=1.0, effort=effort)


def warm_up() -> float:
    """Compile all that a plan compiles, by a plan on a coarse grid; says how long it took [s]."""
    text = files("azygos.plan").joinpath("example.toml").read_text(encoding="utf-8")
    task = parse_plan(text, "example.toml")
    began = time.perf_counter()
    patient = find_patient(task, Source(virtual=1), spacing=3e-3)
    run_plan(task, patient.vertebrae, seed=1, draws=1, workers=1)
    return time.perf_counter() - began


def run(
    task: PlanFile,
    source: Source,
    output: Path,
    *,
    draws: int,
    seed: int,
    spacing_mm: float,
    effort: Effort | None = None,
    notes: tuple[str, ...] = (),
) -> PlanResult:
    """Run a plan that has been read, and write its folder."""
    effort = effort or Effort()
    _check_numbers(draws, seed, spacing_mm, effort.processes)
    check_free(output, force=effort.force)
    began = time.perf_counter()
    record = _record(task, source, draws, seed, spacing_mm)
    patient = find_patient(task, source, spacing=spacing_mm * MM)
    lines = _needle_lines(task, patient, effort.physics or real_physics())
    values = values_used({task.cement.name, *(a.cement.name for a in task.alternative if a.cement and a.cement.name)})
    plans = (task, *(apply_alternative(task, alternative) for alternative in task.alternative))
    setting = Setting.of(plans, patient.vertebrae, source.density_law)
    partial = open_partial(output, _key(record), force=effort.force)
    write_run_toml(partial, record, values, whole=False)
    done = run_plan(
        task,
        patient.vertebrae,
        seed=seed,
        draws=draws,
        references=0 if patient.volume is None else MOST_DRAWS,
        workers=effort.processes,
        progress=effort.progress,
        landing=partial / "members",
        physics=effort.physics,
    )
    members, reference = split(done)
    _require_some(members, partial)
    of_plan = [member for member in members if member.alternative == 0]
    told = explain(of_plan, reference, float(VISIBLE_LEAK))
    result = PlanResult(
        version=__version__,
        seed=seed,
        draws=draws,
        alternatives=task.names(),
        vertebrae=patient.vertebrae,
        needle_lines=lines,
        members=tuple(members),
        visible_leak=float(VISIBLE_LEAK),
        assumptions=assumptions(values, setting, [member.draw for member in of_plan]),
        plan_toml=record.plan,
        volume=patient.volume,
        notes=(*notes, *patient.notes, *notes_on(task.names(), members)),
        spread_explained=told.share if told else None,
        spread_explained_interval=(told.low, told.high) if told else None,
        spread_draws=told.draws if told else 0,
    )
    write_outputs(partial, result, effort.write_report)
    write_run_toml(partial, record, values, whole=True)
    write_atomic(partial / "timing.json", _timing(done, time.perf_counter() - began, effort.processes))
    finish(partial, output)
    return result


def _check_numbers(draws: int, seed: int, spacing_mm: float, workers: int) -> None:
    require(1 <= draws <= 100_000, f"--draws is {draws}. Give 1 to 100000; 32 is usual.")
    require(seed >= 0, f"--seed is {seed}. Give a whole number from 0.")
    require(0.25 <= spacing_mm <= 3.0, f"--spacing is {spacing_mm:g} mm. Give 0.25 to 3 mm; 1 is usual.")
    require(0 <= workers <= 256, f"--workers is {workers}. Give 1 to 256.")


def _record(task: PlanFile, source: Source, draws: int, seed: int, spacing_mm: float) -> RunRecord:
    options = {
        "at_mm": [list(point) for point in source.at_mm],
        "label_names": _label_names(source.label_names),
        "repair": source.repair,
        "density_law": source.density_law if source.input else None,
    }
    return RunRecord(
        version=__version__,
        seed=seed,
        draws=draws,
        spacing_mm=spacing_mm,
        plan=task.toml(),
        virtual=source.virtual,
        inputs=source.hashes(),
        options={key: value for key, value in options.items() if value},
    )


def _label_names(given: str | None) -> str | None:
    """A known scheme by its name; a CSV is left out, since its path may name a patient."""
    return given if given in ("totalsegmentator", "verse", "cads") else None


def _key(record: RunRecord) -> str:
    """Which run this is, whatever its number of draws: more draws take up what fewer have done."""
    told = [record.version, record.seed, record.spacing_mm, record.plan, record.virtual]
    text = json.dumps([*told, dict(record.inputs), dict(record.options)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _needle_lines(task: PlanFile, patient: Patient, physics: Physics) -> tuple[tuple[FloatArray, ...], ...]:
    """Entry and tip of every needle of the plan [m]; needles of alternatives are placed too, and so checked."""
    for alternative in task.alternative:
        if alternative.needle is not None:
            _placed(apply_alternative(task, alternative), patient, physics)
    return _placed(task, patient, physics)


def _placed(task: PlanFile, patient: Patient, physics: Physics) -> tuple[tuple[FloatArray, ...], ...]:
    return tuple(
        tuple(np.stack([needle.entry, needle.tip]) for needle in (physics.needle(n, bone) for n in vertebra.needles))
        for vertebra, bone in zip(task.vertebra, patient.vertebrae, strict=True)
    )


def _require_some(members: Sequence[Member], partial: Path) -> None:
    """Refuse to write results where no draw finished."""
    if all(member.failed is not None for member in members):
        raise DidNotConverge(
            f"no draw finished: {members[0].failed} "
            f"What there is lies in {partial.name}, marked as unfinished; try a coarser --spacing or a slower rate."
        )


def notes_on(names: Sequence[str], members: Sequence[Member]) -> tuple[str, ...]:
    """Sentences on draws that did not finish and on cement that had set before it was injected."""
    notes = []
    for number, name in enumerate(names):
        of = [member for member in members if member.alternative == number]
        failed = sum(member.failed is not None for member in of)
        if failed:
            notes.append(f"{name}: {failed} of {len(of)} injections did not converge; they are in no number.")
        still = sum(member.stopped == ALREADY_SET for member in of)
        if still:
            notes.append(
                f"{name}: in {still} of {len(of)} injections the cement had set before it was injected: "
                "nothing flows. Start earlier, or take a cement that sets later."
            )
        stuck = sum(member.stopped == SET_IN_NEEDLE for member in of)
        if stuck:
            notes.append(
                f"{name}: in {stuck} of {len(of)} injections the cement set in the needle before all was injected. "
                "Start earlier, wait less, or take a cement that sets later."
            )
    return tuple(notes)


def _timing(members: Sequence[Member], seconds: float, workers: int) -> str:
    each = [round(member.seconds, 3) for member in members]
    table = {"total_s": round(seconds, 1), "workers": workers, "injections": len(each), "injection_s": each}
    return json.dumps(table) + "\n"


def write_outputs(folder: Path, result: PlanResult, write_report: Report | None) -> None:
    """Tables, volumes and the report of a result."""
    from azygos.plan.volumes import write_volumes

    write_atomic(folder / "result.json", to_json(result_table(result)))
    write_atomic(folder / "members.csv", members_csv(result))
    write_atomic(folder / "routes.csv", routes_csv(result))
    write_volumes(folder, result)
    if write_report is not None:
        write_report(result, folder / "report.html")
