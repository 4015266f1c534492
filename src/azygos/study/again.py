"""Runs that made a picture done again from their ``run.toml``, which holds the case or the pieces."""

from __future__ import annotations

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
from azygos.study.run import require_same
from azygos.study.screening import Screened, screen_read

if TYPE_CHECKING:
    from azygos.render import Choices


def picture_again(
    run_toml: Path,
    output: Path,
    *,
    input: Path | None = None,
    series: str | None = None,
    effort: RenderEffort | None = None,
) -> Picture | Screened:
    """Do a finished rendering, insertion or fluoroscopy again: the same files but for ``timing.json``.

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
    record, effort = read_record(run_toml), effort or RenderEffort()
    if record.kind == "insert":
        return _inserted(record, run_toml, output, input, series, effort)
    require(input is None and series is None, "this run read no scan. Leave -i and --series out.")
    again: Callable[..., Picture | Screened] = _rendered if record.kind == "render" else _screened
    try:
        return again(record.options, run_toml, output, effort)
    except KeyError as key:
        raise _older(run_toml, record, key) from None


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


def _rendered(told: Mapping[str, Any], run_toml: Path, output: Path, effort: RenderEffort) -> Picture:
    case, slab = parse_case(told["case"], run_toml.name), told.get("slab_mm")
    return render_read(
        case, output, day=told["day"], choices=choices_of(told), slab_mm=None if slab is None else tuple(slab),
        seed=told["seed"], spacing_mm=told["spacing_mm"], effort=effort,
    )  # fmt: skip


def _screened(told: Mapping[str, Any], run_toml: Path, output: Path, effort: RenderEffort) -> Screened:
    case, asked = parse_case(told["case"], run_toml.name), ("interval_s", "contrast", "seed", "spacing_mm")
    return screen_read(case, output, effort=effort, **{key: told[key] for key in asked})


def _inserted(
    record: ScanRecord, run_toml: Path, output: Path, input: Path | None, series: str | None, effort: RenderEffort
) -> Picture:
    require(input is not None, "this run read a CT. Give the same one with -i.")
    assert input is not None
    require_same("ct", record.inputs["ct"], sha256_of(input))
    told = record.options
    if "pieces" not in told:
        raise _older(run_toml, record, KeyError("pieces"))
    asked = {"kvp": told.get("kvp"), **{key: told[key] for key in ("seed", "heart_motion", "repair")}}
    with tempfile.TemporaryDirectory() as folder:
        pieces = Path(folder, run_toml.name)
        pieces.write_text(told["pieces"], encoding="utf-8")
        return insert_pieces(input, pieces, output, series=series, ceiling_hu=_ceiling(told), effort=effort, **asked)


def _older(run_toml: Path, record: ScanRecord, key: KeyError) -> InputError:
    return InputError(
        f"{run_toml} of azygos {record.version} does not tell {key.args[0]!r}, so azygos {record.kind} cannot be done "
        "again from it. Give its own command once more."
    )
