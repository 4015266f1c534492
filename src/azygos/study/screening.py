"""One run of ``azygos fluoroscopy``: what the screen would show of a case's injections, and when a leak stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from azygos import __version__
from azygos.case import CaseFile
from azygos.case.following import wishes_of
from azygos.case.inject import Session, draw_bones, inject_all, spine_draws
from azygos.ground.errors import require
from azygos.ground.files import check_free, write_atomic
from azygos.ground.parcels import Parcel
from azygos.journey import draw_body, draw_patient, room_rng
from azygos.plan.record import RESEARCH_ONLY
from azygos.plan.schema import to_json
from azygos.scan import write_nifti
from azygos.study.record import ScanRecord, run_folder, values_of
from azygos.study.rendering import RenderEffort, case_of
from azygos.study.tables import number, to_csv

if TYPE_CHECKING:
    from azygos.render.fluoroscopy import Frames

VALUES = ("attenuation", "beam", "opacifiers")
SHADES = 1000.0  # of a frame's signal in a file of whole numbers
PICTURES = 6  # frames on the contact sheet


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screened(Parcel):
    """What the screen shows of one case."""

    levels: tuple[str, ...]
    views: tuple[tuple[Frames, Frames], ...]  # AP and lateral, one pair for each level
    first_seen_s: tuple[float | None, ...]  # for each level, since its first portion
    contrast: float

    @property
    def lines(self) -> list[str]:
        """A sentence for each level."""
        return [
            f"{level}: {_when(seen, bool(pair[0].leaks), self.contrast)}"
            for level, pair, seen in zip(self.levels, self.views, self.first_seen_s, strict=True)
        ]


def _when(seen: float | None, leaks: bool, contrast: float) -> str:
    if not leaks:
        return "nothing leaks."
    if seen is None:
        return f"no leak ever takes {100 * contrast:g} % of the signal away in a frame."
    return f"a leak first takes {100 * contrast:g} % of the signal away {seen:.0f} s after the first portion began."


def screen_case(
    case_path: Path,
    output: Path,
    *,
    interval_s: float = 2.0,
    contrast: float = 0.05,
    seed: int | None = None,
    spacing_mm: float = 1.0,
    effort: RenderEffort | None = None,
) -> Screened:
    """Inject a case's vertebrae and show it as fluoroscopy would; ``azygos fluoroscopy`` as a function.

    Parameters
    ----------
    case_path : Path
        A case, or the run folder of a journey.
    output : Path
        The folder to write; it appears only whole.
    interval_s : float
        From frame to frame.
    contrast : float
        Share of the signal that a leak must take away to count as seen, 0 to 1.
    seed : int, optional
        Of the noise; the case's own if none is given.
    spacing_mm : float
        Edge of a cell in bone.
    effort : RenderEffort, optional
        Progress.
    """
    case = case_of(case_path)
    return screen_read(
        case, output, interval_s=interval_s, contrast=contrast, seed=case.patient.seed if seed is None else seed,
        spacing_mm=spacing_mm, effort=effort or RenderEffort(),
    )  # fmt: skip


def screen_read(
    case: CaseFile,
    output: Path,
    *,
    interval_s: float,
    contrast: float,
    seed: int,
    spacing_mm: float,
    effort: RenderEffort,
) -> Screened:
    """The same for a case that was read already."""
    require(0.0 < contrast < 1.0, f"--contrast is {contrast:g}. Give a share between 0 and 1; 0.05 is usual.")
    require(seed >= 0, f"--seed is {seed}. Give a whole number from 0.")
    require(0.2 <= interval_s <= 60.0, f"--interval is {interval_s:g} s. Give 0.2 to 60 s.")
    check_free(output, force=effort.force)
    options = {
        "interval_s": interval_s,
        "contrast": contrast,
        "seed": seed,
        "spacing_mm": spacing_mm,
        "case": case.toml(),
    }
    record = ScanRecord(kind="fluoroscopy", version=__version__, inputs={}, options=options)
    with run_folder(output, record, values_of(*VALUES), force=effort.force) as folder:
        effort.tell(0, 2)
        screened = _screen(case, spacing_mm, interval_s, contrast, seed, effort)
        _write(folder, screened)
    effort.tell(2, 2)
    return screened


def session_of(case: CaseFile, spacing_mm: float) -> Session:
    """The injections of a case, in the patient that a journey would draw."""
    wishes = wishes_of(case)
    body = draw_body(room_rng(case.patient.seed, "body"), wishes)
    bones = draw_bones(case, body, spacing_mm)
    draws = spine_draws(case, bones)
    patient = draw_patient(case.patient.seed, wishes, None, vein_radius_factor=draws[0].vein_radius_factor)
    return inject_all(case, body, bones, draws, fat_fraction=patient.fat_fraction)


def _screen(
    case: CaseFile, spacing_mm: float, interval_s: float, contrast: float, seed: int, effort: RenderEffort
) -> Screened:
    from azygos.render.fluoroscopy import first_seen
    from azygos.render.fluoroscopy import fluoroscopy as show

    session = session_of(case, spacing_mm)
    effort.tell(1, 2)
    views = tuple(
        show(bone, treated.injection, session.cement.name, interval_s=interval_s, seed=seed + place)
        for place, (bone, treated) in enumerate(zip(session.bones, session.treated, strict=True))
    )
    return Screened(
        levels=tuple(treated.vertebra.level for treated in session.treated),
        views=views,
        first_seen_s=tuple(first_seen(pair, contrast=contrast) for pair in views),
        contrast=contrast,
    )


def _write(folder: Path, screened: Screened) -> None:
    write_atomic(folder / "result.json", to_json(_table(screened)))
    write_atomic(folder / "leaks.csv", leaks_csv(screened))
    for level, pair in zip(screened.levels, screened.views, strict=True):
        for frames in pair:
            stack = np.rint(frames.images * SHADES).astype(np.int16)
            grid = np.diag([frames.pixel_mm, frames.pixel_mm, 1.0, 1.0])  # a film, not a body: k counts frames
            write_nifti(folder / f"{level}_{frames.view}.nii.gz", stack[:, ::-1].transpose(2, 1, 0), grid)
        write_atomic(folder / f"{level}.png", contact_sheet(pair))


def _table(screened: Screened) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "kind": "fluoroscopy",
        "azygos": __version__,
        "note": RESEARCH_ONLY,
        "contrast": screened.contrast,
        "levels": [
            {
                "level": level,
                "first_seen_s": seen,
                "frames": len(pair[0].times_s),
                "leaks": sorted({f"{leak.outlet}: {leak.route}" for frames in pair for leak in frames.leaks}),
            }
            for level, pair, seen in zip(screened.levels, screened.views, screened.first_seen_s, strict=True)
        ],
        "sentences": screened.lines,
    }


def leaks_csv(screened: Screened) -> str:
    """How much each leak stands out in each frame of each view."""
    rows = [
        {
            "level": level,
            "view": frames.view,
            "outlet": leak.outlet,
            "route": leak.route,
            "time_s": float(time_s),
            "contrast": number(float(shown)),
            "contrast_over_noise": number(float(over)),
        }
        for level, pair in zip(screened.levels, screened.views, strict=True)
        for frames in pair
        for leak in frames.leaks
        for time_s, shown, over in zip(frames.times_s, leak.contrast, leak.to_noise, strict=True)
    ]
    return to_csv(rows, ("level", "view", "outlet", "route", "time_s", "contrast", "contrast_over_noise"))


def contact_sheet(pair: Sequence[Frames]) -> bytes:
    """Frames of both views, evenly spread in time, as a PNG."""
    import io

    from matplotlib.figure import Figure

    count = min(PICTURES, len(pair[0].times_s))
    chosen = np.unique(np.linspace(0, len(pair[0].times_s) - 1, count).astype(int))
    figure = Figure(figsize=(2.2 * len(chosen), 4.8), layout="constrained")
    axes = figure.subplots(2, len(chosen), squeeze=False)
    for row, frames in zip(axes, pair, strict=True):
        low, high = np.percentile(frames.images, [0.5, 99.5])
        for one, place in zip(row, chosen, strict=True):
            one.imshow(frames.images[place], cmap="gray", vmin=low, vmax=high)
            one.set_title(f"{frames.view}, {frames.times_s[place]:.0f} s", fontsize=8)
            one.set_axis_off()
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110, metadata={"Software": None})
    return stream.getvalue()
