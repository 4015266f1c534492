"""Runs of ``azygos render`` and ``azygos insert``: a CT whose cement is known, and the truth apart from it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from azygos import __version__
from azygos.case import CaseFile, follow_case, read_case
from azygos.case.case_file import parse_case
from azygos.case.record import is_case_record, read_record
from azygos.ground.errors import require
from azygos.ground.files import check_free, sha256_of, write_atomic
from azygos.ground.parcels import Parcel
from azygos.ground.volume import LabelMap, Volume
from azygos.plan.record import RESEARCH_ONLY
from azygos.plan.schema import to_json
from azygos.scan import open_scan, write_ct_series, write_nifti
from azygos.study.record import ScanRecord, run_folder, values_of
from azygos.study.tables import number, place_table, point_mm

if TYPE_CHECKING:
    from azygos.journey import Journey
    from azygos.render import Choices, Placed, Truth

VALUES = {
    "render": ("attenuation", "beam", "landmarks", "opacifiers", "phantom", "scanners", "vertebrae"),
    "insert": ("attenuation", "insertion", "opacifiers"),
}
"""Modules of ``azygos.values`` that a run reads."""
YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderEffort:
    """How a run is done; none of it changes a number."""

    force: bool = False
    progress: Callable[[int, int], None] | None = None

    def tell(self, done: int, total: int) -> None:
        """Say how many of the steps are done."""
        if self.progress is not None:
            self.progress(done, total)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture(Parcel):
    """A CT whose cement is known."""

    volume: Volume
    truth: Truth
    labels: LabelMap | None  # of the body without its cement, where it was rendered
    slab: Volume | None = None  # the chosen slices once more, by projections
    notes: tuple[str, ...] = ()


def case_of(path: Path) -> CaseFile:
    """The case in a case file, a run folder of a journey, or its ``run.toml``."""
    record = path / "run.toml" if path.is_dir() else path
    if not is_case_record(record):
        require(not path.is_dir(), f"{path} is no run folder of azygos journey. Give one, or a case file.")
        return read_case(path)
    read = read_record(record)
    require(not read.files, f"{path} was followed in tables of its own, which it does not hold. Give a case without.")
    return parse_case(read.case, record.name)


def render_case(
    case_path: Path,
    output: Path,
    *,
    day: float,
    choices: Choices | None = None,
    slab_mm: tuple[float, float] | None = None,
    seed: int | None = None,
    spacing_mm: float = 1.0,
    effort: RenderEffort | None = None,
) -> Picture:
    """Follow a case and render the patient at a day as a CT; ``azygos render`` as a function.

    Parameters
    ----------
    case_path : Path
        A case, or the run folder of a journey.
    output : Path
        The folder to write; it appears only whole.
    day : float
        After the session, 0 to 365.
    choices : Choices, optional
        Scanner, contrast, metal, pose (:class:`azygos.render.Choices`).
    slab_mm : pair of floats, optional
        Heights between which slices are taken by projections too, with all that a beam does: over the middle of T8
        in a body of 1.70 m.
    seed : int, optional
        Of body and noise; the case's own if none is given.
    spacing_mm : float
        Edge of a cell in bone.
    effort : RenderEffort, optional
        Progress.

    Returns
    -------
    picture : Picture
        What was written: ``ct.nii.gz``, ``dicom/``, ``labels.nii.gz``, and in ``truth/`` what a reader must not see.
    """
    from azygos.render import Choices

    case = case_of(case_path)
    return render_read(
        case, output, day=day, choices=choices or Choices(), slab_mm=slab_mm,
        seed=case.patient.seed if seed is None else seed, spacing_mm=spacing_mm, effort=effort or RenderEffort(),
    )  # fmt: skip


def render_read(
    case: CaseFile,
    output: Path,
    *,
    day: float,
    choices: Choices,
    slab_mm: tuple[float, float] | None,
    seed: int,
    spacing_mm: float,
    effort: RenderEffort,
) -> Picture:
    """The same for a case that was read already."""
    from azygos.render import render

    require(0.0 <= day <= YEAR_DAYS, f"--day is {day:g}. Give 0 to {YEAR_DAYS:g} days after the session.")
    require(seed >= 0, f"--seed is {seed}. Give a whole number from 0.")
    options = {
        "day": day,
        "seed": seed,
        "spacing_mm": spacing_mm,
        "slab_mm": None if slab_mm is None else list(slab_mm),
        **plain_choices(choices),
        "case": case.toml(),
    }

    def make() -> Picture:
        effort.tell(0, 4)
        journey = follow_case(case, spacing_mm=spacing_mm)
        effort.tell(1, 4)
        volume, truth, labels = render(journey, day=day, choices=choices, seed=seed)
        effort.tell(2, 4)
        slab = _slab(journey, day, slab_mm, choices, seed)
        effort.tell(3, 4)
        notes = (*volume.notes, *(f"slab.nii.gz: {note}" for note in (slab.notes if slab is not None else ())))
        return Picture(volume=volume, truth=truth, labels=labels, slab=slab, notes=notes)

    description = f"azygos: rendered, day {day:g}"
    return _run("render", output, {}, options, make, effort, description)


def _slab(
    journey: Journey, day: float, slab_mm: tuple[float, float] | None, choices: Choices, seed: int
) -> Volume | None:
    if slab_mm is None:
        return None
    from azygos.render.slab_scan import project_journey

    return project_journey(journey, day=day, low_mm=slab_mm[0], high_mm=slab_mm[1], choices=choices, seed=seed)


def insert_pieces(
    input: Path,
    pieces: Path,
    output: Path,
    *,
    series: str | None = None,
    repair: bool = False,
    kvp: int | None = None,
    seed: int = 0,
    heart_motion: bool = False,
    ceiling_hu: float | Literal["own"] | None = "own",
    effort: RenderEffort | None = None,
) -> Picture:
    """Put described pieces of cement into a real CT; ``azygos insert`` as a function.

    Parameters
    ----------
    input : Path
        The CT.
    pieces : Path
        TOML with ``[[piece]]`` tables, as :func:`azygos.render.read_pieces` takes it.
    output : Path
        The folder to write; its DICOM series bears a made-up patient.
    series, repair
        As for :func:`azygos.study.trace`.
    kvp : int, optional
        Tube voltage for cement given by name; the scan's own, or 120 where it does not say.
    seed : int
        Of the heart's motion.
    heart_motion : bool
        Smear pieces in the heart by its motion.
    ceiling_hu : float, "own" or None
        Where the scale ends.
    effort : RenderEffort, optional
        Progress.
    """
    import tomli_w

    from azygos.render import insert, read_pieces

    effort = effort or RenderEffort()
    require(seed >= 0, f"--seed is {seed}. Give a whole number from 0.")
    described = read_pieces(pieces)
    check_free(output, force=effort.force)
    volume = open_scan(input, series, repair).volume
    chosen, note = _voltage(kvp, volume.facts)
    options = {
        "kvp": kvp,
        "seed": seed,
        "heart_motion": heart_motion,
        "ceiling_hu": _ceiling_word(ceiling_hu),
        "repair": repair,
        "pieces": tomli_w.dumps(tomllib.loads(pieces.read_text(encoding="utf-8-sig"))),
    }

    def make() -> Picture:
        effort.tell(0, 2)
        made, truth = insert(volume, described, kvp=chosen, seed=seed, heart_motion=heart_motion, ceiling_hu=ceiling_hu)
        effort.tell(1, 2)
        return Picture(volume=made, truth=truth, labels=None, notes=(*made.notes, *note))

    return _run("insert", output, {"ct": sha256_of(input)}, options, make, effort, "azygos: cement put in")


def _voltage(kvp: int | None, facts: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    """The tube voltage for named cement, and a sentence where it is a guess."""
    if kvp is not None:
        return kvp, ()
    told = facts.get("kvp", "")
    if told.replace(".", "", 1).isdecimal():
        return round(float(told)), ()
    return 120, ("The scan does not say its tube voltage; 120 kV was taken for cement given by name.",)


def _ceiling_word(ceiling_hu: float | str | None) -> float | str:
    return "none" if ceiling_hu is None else ceiling_hu


def plain_choices(choices: Choices) -> dict[str, Any]:
    """What was chosen for a scan, for a record."""
    scanner = choices.scanner
    return {
        "kvp": scanner.kvp,
        "kernel": scanner.kernel,
        "slice_mm": scanner.slice_mm,
        "step_mm": scanner.step_mm,
        "rows": scanner.rows,
        "fov_mm": scanner.fov_mm,
        "dose": scanner.dose,
        "ceiling_hu": _ceiling_word(scanner.ceiling_hu),
        "low_mm": scanner.low_mm,
        "high_mm": scanner.high_mm,
        "motion_mm": choices.motion_mm,
        "contrast": choices.phase,
        "hardware": list(choices.hardware),
        "shift_mm": choices.pose.shift_mm.tolist(),
        "turn_deg": choices.pose.turn_deg.tolist(),
        "breath_mm": choices.pose.breath_mm,
    }


def _run(
    kind: str,
    output: Path,
    inputs: Mapping[str, str],
    options: Mapping[str, Any],
    make: Callable[[], Picture],
    effort: RenderEffort,
    description: str,
) -> Picture:
    """Make a picture, and write its folder."""
    check_free(output, force=effort.force)
    record = ScanRecord(kind=kind, version=__version__, inputs=inputs, options=options)
    with run_folder(output, record, values_of(*VALUES[kind]), force=effort.force) as folder:
        picture = make()
        write_picture(folder, picture, description)
    effort.tell(1, 1)
    return picture


def write_picture(folder: Path, picture: Picture, description: str) -> None:
    """Write the scan as NIfTI and DICOM, and the truth in a folder of its own, so that nobody passes it by accident."""
    volume, truth = picture.volume, picture.truth
    hu = np.rint(volume.hu).astype(np.int16)
    write_nifti(folder / "ct.nii.gz", hu, volume.affine_mm)
    write_ct_series(folder / "dicom", volume, description=description, facts=volume.facts)
    if picture.slab is not None:
        write_nifti(folder / "slab.nii.gz", np.rint(picture.slab.hu).astype(np.int16), picture.slab.affine_mm)
        facts = picture.slab.facts
        write_ct_series(folder / "slab", picture.slab, description=f"{description}, slab", facts=facts, number=2)
    if picture.labels is not None:
        body = picture.labels
        small = body.labels.astype(np.uint8 if max(body.names, default=0) < 256 else np.int16)
        write_nifti(folder / "labels.nii.gz", small, body.affine_mm, body.names)
    apart = folder / "truth"
    apart.mkdir(exist_ok=True)
    names = {place: piece.name for place, piece in enumerate(truth.pieces, start=1)}
    write_nifti(apart / "truth.nii.gz", truth.labels, truth.affine_mm, names)
    write_atomic(apart / "truth.json", to_json(truth_table(picture)))


def truth_table(picture: Picture) -> dict[str, Any]:
    """All cement in a picture as plain dictionaries."""
    truth = picture.truth
    counts = np.bincount(truth.labels.ravel(), minlength=len(truth.pieces) + 1)
    return {
        "schema_version": 1,
        "kind": "truth",
        "azygos": __version__,
        "note": RESEARCH_ONLY,
        "scan": dict(picture.volume.facts),
        "pieces": [
            {"piece": place, **_piece(piece), "voxels": int(counts[place])}
            for place, piece in enumerate(truth.pieces, start=1)
        ],
        "notes": list(picture.notes),
    }


def _piece(piece: Placed) -> dict[str, Any]:
    return {
        "name": piece.name,
        "place": place_table(piece.place),
        "origin": piece.origin,
        "volume_ml": number(piece.volume_ml),
        "cement_hu": number(piece.cement_hu),
        "lines_mm": [[point_mm(point) for point in line] for line in piece.lines_mm],
        "diameters_mm": [[number(float(width)) for width in widths] for widths in piece.diameters_mm],
    }
