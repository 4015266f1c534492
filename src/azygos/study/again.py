"""Runs that made a picture done again from their ``run.toml``, which holds the case or the pieces."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from azygos.case.case_file import parse_case
from azygos.ground.errors import InputError, require
from azygos.ground.files import sha256_of
from azygos.study.record import ScanRecord, read_record
from azygos.study.rendering import Picture, RenderEffort, insert_pieces, render_read
from azygos.study.run import require_same, version_notes
from azygos.study.screening import Screened, screen_read

if TYPE_CHECKING:
    from azygos.render import Choices

Run = Callable[[Path, RenderEffort], Picture | Screened]
"""A run whose arguments are read; it takes the folder to write."""


def picture_again(
    run_toml: Path,
    output: Path,
    *,
    input: Path | None = None,
    series: str | None = None,
    effort: RenderEffort | None = None,
) -> Picture | Screened:
    """Do a finished rendering, insertion or fluoroscopy again.

    The same azygos writes the same files, but for ``timing.json`` and the DICOM files: these get fresh identifiers,
    and hold the same pixels.

    Parameters
    ----------
    run_toml : Path
        Record of the run.
    output : Path
        The folder to write.
    input : Path, optional
        The CT that cement was put into; the other two read none.
    series : str, optional
        Which series of a DICOM folder.
    effort : RenderEffort, optional
        Progress.

    Raises
    ------
    InputError
        For another CT than that of the run, or a record of an older azygos that lacks what is needed.
    """
    record = read_record(run_toml)
    if record.kind == "insert":
        require(input is not None, "this run read a CT. Give the same one with -i.")
    else:
        require(input is None and series is None, "this run read no scan. Leave -i and --series out.")
    try:
        run = _read(record, run_toml.name, input, series)
    except KeyError as key:
        raise _older(run_toml, record, key) from None
    made = run(output, effort or RenderEffort())
    if isinstance(made, Screened):
        return made
    return dataclasses.replace(made, notes=(*made.notes, *version_notes(record.version)))


def _read(record: ScanRecord, name: str, input: Path | None, series: str | None) -> Run:
    """All that a run needs of its record, read before it starts: what lacks is a KeyError here, and none later."""
    if record.kind == "render":
        return _rendering(record.options, name)
    if record.kind == "fluoroscopy":
        return _screening(record.options, name)
    assert input is not None
    return _insertion(record, name, input, series)


def choices_of(told: Mapping[str, Any]) -> Choices:
    """What :func:`azygos.study.rendering.plain_choices` wrote, read back."""
    from azygos.render import Choices, Pose, Scanner

    kept = ("kvp", "kernel", "slice_mm", "step_mm", "rows", "fov_mm", "dose", "low_mm", "high_mm")
    pose = Pose(shift_mm=np.array(told["shift_mm"]), turn_deg=np.array(told["turn_deg"]), breath_mm=told["breath_mm"])
    return Choices(
        scanner=Scanner(ceiling_hu=_ceiling(told), **{key: told[key] for key in kept}),
        phase=told["contrast"],
        hardware=tuple(told["hardware"]),
        motion_mm=told["motion_mm"],
        pose=pose,
    )


def _ceiling(told: Mapping[str, Any]) -> Any:
    return None if told["ceiling_hu"] == "none" else told["ceiling_hu"]


def _rendering(told: Mapping[str, Any], name: str) -> Run:
    text, choices, slab = told["case"], choices_of(told), told.get("slab_mm")
    asked = {key: told[key] for key in ("day", "seed", "spacing_mm")}

    def run(output: Path, effort: RenderEffort) -> Picture:
        slab_mm = None if slab is None else tuple(slab)
        return render_read(parse_case(text, name), output, choices=choices, slab_mm=slab_mm, effort=effort, **asked)

    return run


def _screening(told: Mapping[str, Any], name: str) -> Run:
    text, asked = told["case"], {key: told[key] for key in ("interval_s", "contrast", "seed", "spacing_mm")}
    return lambda output, effort: screen_read(parse_case(text, name), output, effort=effort, **asked)


def _insertion(record: ScanRecord, name: str, input: Path, series: str | None) -> Run:
    told = record.options
    wanted, text, ceiling_hu = record.inputs["ct"], told["pieces"], _ceiling(told)
    asked = {"kvp": told.get("kvp"), **{key: told[key] for key in ("seed", "heart_motion", "repair")}}

    def run(output: Path, effort: RenderEffort) -> Picture:
        require_same("ct", wanted, sha256_of(input))
        with tempfile.TemporaryDirectory() as folder:
            pieces = Path(folder, name)
            pieces.write_text(text, encoding="utf-8")
            return insert_pieces(input, pieces, output, series=series, ceiling_hu=ceiling_hu, effort=effort, **asked)

    return run


def _older(run_toml: Path, record: ScanRecord, key: KeyError) -> InputError:
    return InputError(
        f"{run_toml} of azygos {record.version} does not tell {key.args[0]!r}, so azygos {record.kind} cannot be done "
        "again from it. Give its own command once more."
    )
