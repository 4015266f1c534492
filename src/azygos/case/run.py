"""One run of ``azygos journey``, from a case file to a folder, and the same run again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from azygos import __version__
from azygos.care import Advice, advice_for, situations_in
from azygos.case.assumed import assumptions_beyond
from azygos.case.case_file import CaseFile, case_template, parse_case, read_case
from azygos.case.following import follow_case
from azygos.case.moving import write_moving
from azygos.case.record import CaseRecord, read_record, write_record
from azygos.case.result import CaseResult, Rarity
from azygos.case.tables import account_csv, events_csv, haemodynamics_csv, pieces_csv, result_table
from azygos.case.vtp import write_vtp
from azygos.ground.errors import AzygosError, require
from azygos.ground.files import check_free, discard, finish, open_partial, sha256_of, write_atomic
from azygos.journey import Journey, Tables
from azygos.plan import Assumption
from azygos.plan.assumed import Setting, assumptions
from azygos.plan.record import BONE, values_used
from azygos.plan.schema import to_json
from azygos.spine import Draw
from azygos.values import Value

Report = Callable[[CaseResult, Path], object]
Progress = Callable[[int, int], None]
STEPS = 3  # drawn and injected, followed, written
WARMING = 6  # patients that a warm-up follows


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEffort:
    """How a run is done; none of it changes a number."""

    force: bool = False
    progress: Progress | None = None
    write_report: Report | None = None

    def tell(self, done: int) -> None:
        """Say how many of the steps are done."""
        if self.progress is not None:
            self.progress(done, STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a case was found, for a demo that was searched for."""

    seeds_tried: int
    rarity: Rarity | None


def journey(
    case_path: Path,
    output: Path,
    *,
    seed: int | None = None,
    spacing_mm: float = 1.0,
    veins: Path | None = None,
    arteries: Path | None = None,
    effort: CaseEffort | None = None,
) -> CaseResult:
    """Follow one virtual patient from needle to lung, and write a run folder; ``azygos journey`` as a function.

    Parameters
    ----------
    case_path : Path
        The case, TOML.
    output : Path
        The folder to write; it appears only whole.
    seed : int, optional
        Another patient than the file names.
    spacing_mm : float
        Edge of a cell in bone.
    veins, arteries : Path, optional
        A vein graph and an arterial tree of the user's own, CSV.
    effort : CaseEffort, optional
        Progress, report.

    Returns
    -------
    result : CaseResult
        What was written.
    """
    case = read_case(case_path)
    if seed is not None:
        require(seed >= 0, f"--seed is {seed}. Give a whole number from 0.")
        case = with_seed(case, seed)
    return run(case, output, spacing_mm=spacing_mm, files=_given(veins, arteries), effort=effort)


def with_seed(case: CaseFile, seed: int) -> CaseFile:
    """The same case in another virtual patient."""
    return case.model_copy(update={"patient": case.patient.model_copy(update={"seed": seed})})


def _given(veins: Path | None, arteries: Path | None) -> dict[str, Path]:
    named = {"veins": veins, "arteries": arteries}
    return {name: path for name, path in named.items() if path is not None}


def journey_again(
    run_toml: Path,
    output: Path,
    *,
    veins: Path | None = None,
    arteries: Path | None = None,
    effort: CaseEffort | None = None,
) -> CaseResult:
    """Do a finished journey again from its ``run.toml``: the same numbers."""
    record, given = read_record(run_toml), _given(veins, arteries)
    for name in ("veins", "arteries"):
        needed = name in record.files
        require(needed == (name in given), _unlike(name, needed=needed))
    for name, path in given.items():
        same = sha256_of(path) == record.files[name]
        require(same, f"this {name} file is not the one of the run. Give the same file.")
    notes = () if record.version == __version__ else (f"The first run was made by azygos {record.version}.",)
    case = parse_case(record.case, run_toml.name)
    return run(case, output, spacing_mm=record.spacing_mm, files=given, effort=effort, notes=notes)


def _unlike(name: str, *, needed: bool) -> str:
    if needed:
        return f"this run read a {name} file. Give the same one with --{name}."
    return f"this run read no {name} file. Leave --{name} out."


def run(
    case: CaseFile,
    output: Path,
    *,
    name: str = "case",
    spacing_mm: float = 1.0,
    files: Mapping[str, Path] | None = None,
    effort: CaseEffort | None = None,
    found: Found | None = None,
    redraw: Callable[[Draw], Draw] = lambda draw: draw,
    notes: tuple[str, ...] = (),
) -> CaseResult:
    """Run a case that has been read, and write its folder; what `redraw` changes is in no record."""
    effort = effort or CaseEffort()
    require(0.25 <= spacing_mm <= 3.0, f"--spacing is {spacing_mm:g} mm. Give 0.25 to 3 mm; 1 is usual.")
    check_free(output, force=effort.force)
    began = time.perf_counter()
    given = dict(files or {})
    tables = Tables.read(**given)
    record = CaseRecord(
        version=__version__,
        spacing_mm=spacing_mm,
        case=case.toml(),
        files={part: sha256_of(path) for part, path in given.items()},
    )
    values = values_used({case.cement.name}, beyond_bone=True)
    partial = open_partial(output, case_hash(record), force=effort.force)
    write_record(partial, record, values, whole=False)
    effort.tell(0)
    try:
        found_journey = follow_case(case, spacing_mm=spacing_mm, tables=tables, redraw=redraw, tell=effort.tell)
    except AzygosError:
        discard(partial)
        raise
    effort.tell(2)
    result = CaseResult(
        version=__version__,
        name=name,
        seed=case.patient.seed,
        case_toml=record.case,
        journey=found_journey,
        assumptions=_assumptions(case, found_journey, values),
        notes=(*notes, *notes_on(case, found_journey)),
        rarity=found.rarity if found else None,
        seeds_tried=found.seeds_tried if found else None,
        advice=advice_on(found_journey),
    )
    write_outputs(partial, result, effort.write_report)
    write_record(partial, record, values, whole=True)
    write_atomic(partial / "timing.json", json.dumps({"total_s": round(time.perf_counter() - began, 2)}) + "\n")
    finish(partial, output)
    effort.tell(STEPS)
    return result


def case_hash(record: CaseRecord) -> str:
    """Which run this is."""
    told = [record.version, record.spacing_mm, record.case, dict(record.files)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _assumptions(case: CaseFile, journey: Journey, values: Mapping[str, Value]) -> tuple[Assumption, ...]:
    setting = Setting.of((case.plan(),), [t.vertebra for t in journey.treated], "ash")
    of_bone = {place: value for place, value in values.items() if place.split(".")[0] in BONE}
    return (*assumptions(of_bone, setting), *assumptions_beyond(values))


def notes_on(case: CaseFile, journey: Journey) -> tuple[str, ...]:
    """Sentences on vertebrae for which the cement came too late, and on what a death does not stop."""
    injected = {one.vertebra.level for one in journey.treated}
    late = [
        f"{task.level}: the cement had set before its first portion; nothing was injected there."
        for task in case.vertebra
        if task.level not in injected
    ]
    if journey.died is not None:
        late.append(
            "The model's patient died. Where cement lies is told as if blood had flowed on; "
            "what was planned for later days did not happen."
        )
    return tuple(late)


def advice_on(journey: Journey) -> tuple[Advice, ...]:
    """What sources say of the situations that this patient is in."""
    symptoms = journey.planned.course.symptoms_day is not None
    situations = situations_in(journey.arrivals, journey.departures, journey.lodgings, symptoms=symptoms)
    return tuple(advice for situation in situations for advice in advice_for(situation))


def write_outputs(folder: Path, result: CaseResult, write_report: Report | None) -> None:
    """Tables, files for viewers and the report of a result."""
    write_atomic(folder / "result.json", to_json(result_table(result)))
    for name, table in (
        ("pieces.csv", pieces_csv),
        ("haemodynamics.csv", haemodynamics_csv),
        ("account.csv", account_csv),
        ("events.csv", events_csv),
    ):
        write_atomic(folder / name, table(result))
    write_vtp(folder, result)
    write_moving(folder, result)
    if write_report is not None:
        write_report(result, folder / "report.html")


def warm_up() -> float:
    """Compile all that a journey compiles, by some on coarse bone; says how long it took [s]."""
    case = parse_case(case_template())
    began = time.perf_counter()
    for seed in range(WARMING):  # cement meets other laws in other patients
        follow_case(with_seed(case, seed), spacing_mm=3.0)
    return time.perf_counter() - began
