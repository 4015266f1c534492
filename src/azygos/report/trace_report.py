"""The report of ``azygos trace``: one HTML file that answers first, then says how sure, then shows how it was done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azygos.ground.findings import Asked, Findings, Piece
from azygos.plan import Assumption
from azygos.report.journey_words import listed
from azygos.report.page import GAP, number, picture, render
from azygos.report.slices import BONE_WINDOW_HU
from azygos.report.trace_figures import Shot, draw_paths, draw_piece, draw_reliability, take_shot
from azygos.report.trace_words import (
    calibrated,
    done_by,
    followed,
    headline,
    level_row,
    not_cement_rows,
    piece_row,
    predictive_values,
    share_of,
    site_short,
    surety,
)

if TYPE_CHECKING:
    from azygos.study import TraceResult

MOST_PICTURES = 30  # of pieces; the rest stands in the tables


def write_trace_report(result: TraceResult, path: Path, *, calibration: Mapping[str, Any] | None = None) -> None:
    """Write ``report.html``: one file with all its pictures inside and no address outside it.

    Parameters
    ----------
    result : TraceResult
        The findings and the scan that they were found on.
    path : Path
        The file to write.
    calibration : mapping, optional
        How certainty was calibrated: ``cases`` (count), ``note``, ``reliability`` (rows of ``said``, ``true``, ``n``),
        ``sensitivity`` (taken for the share of patients with cement in whom a piece is reported),
        ``false_alarms_per_scan``, and
        ``rates_from`` (where these two come from). The one that comes with azygos if it is not given; what it does not
        hold is said to be unknown.

    Notes
    -----
    The same result gives the same bytes.
    """
    path.write_text(make_trace_report(result, calibration), encoding="utf-8", newline="\n")


def make_trace_report(result: TraceResult, calibration: Mapping[str, Any] | None = None) -> str:
    """The report as text of HTML."""
    from azygos.trace.oriented import orient

    found, known = result.findings, stored_calibration() if calibration is None else calibration
    shot = take_shot(found, orient(result.volume))
    paths, _ = draw_paths(found, shot)
    shown = {piece.number for piece in (*found.reported, *found.candidates)[:MOST_PICTURES]}
    return render(
        "trace.html",
        version=result.version,
        headline=headline(found),
        followed=followed(found),
        surety=surety(found, known),
        done_by=done_by(found),
        scan_words=_scan_words(found),
        paths=_safe(paths),
        window=f"{number(BONE_WINDOW_HU[0], 0)} to {number(BONE_WINDOW_HU[1], 0)}{GAP}HU",
        has_path=bool(found.path.stretches),
        no_path=_no_path(found),
        reported=[_piece(piece, shot, shown) for piece in found.reported],
        candidates=[_piece(piece, shot, shown) for piece in found.candidates],
        clipped=_clipped(found),
        levels=[level_row(level) for level in found.levels],
        grades=_grades(found),
        not_cement=not_cement_rows(found.not_cement),
        blind=[(one.region, one.reason, number(one.volume_ml, 1)) for one in found.blind],
        limits=_limits(found),
        field=", ".join(found.field_of_view),
        not_seen=", ".join(found.not_seen),
        calibrated=calibrated(known),
        calibration_note=_sentence(str(known.get("note", ""))),
        reliability=_safe(draw_reliability(known)),
        predictive=predictive_values(known),
        sensitivity=_percent(known.get("sensitivity")),
        false_alarms=known.get("false_alarms_per_scan", ""),
        rates_from=known.get("rates_from", ""),
        asked=_asked(found.asked),
        landmarks=[(mark.name, mark.source, _percent(mark.certainty), mark.note) for mark in found.landmarks],
        assumptions=_assumptions(result.assumptions),
        notes=list(dict.fromkeys([*found.notes, *result.notes])),
        facts=_facts(found),
    )


def stored_calibration() -> Mapping[str, Any]:
    """What comes with azygos: how certainty holds, and how often alarms are right and wrong on synthetic cases."""
    tables = (files("azygos.trace") / "calibration.json", files("azygos.report") / "alarm_rates.json")
    calibration, rates = (json.loads(table.read_text(encoding="utf-8")) for table in tables)
    return {**calibration, **rates}


def _safe(svg: str | None) -> Any:
    """Mark matplotlib's SVG, whose texts it has escaped, as markup."""
    from markupsafe import Markup

    return None if svg is None else Markup(svg)


def _piece(piece: Piece, shot: Shot, shown: set[int]) -> dict[str, Any]:
    return {
        "number": piece.number,
        "title": site_short(piece),
        "cells": piece_row(piece),
        "reasons": [_sentence(reason) for reason in piece.reasons],
        "picture": picture(draw_piece(piece, shot)) if piece.number in shown else "",
    }


def _sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith(".") else ".")


def _no_path(found: Findings) -> str:
    if not found.pieces:
        return "there is no cement."
    if not found.levels:
        return "no vertebra with cement is in the field."
    return "no cement was found outside bone."


def _clipped(found: Findings) -> str:
    if not found.clipped_voxels or found.ceiling_hu is None:
        return ""
    return (
        f"{found.clipped_voxels} voxels stand at the scan\u2019s ceiling of {number(found.ceiling_hu, 0)}{GAP}HU: "
        "volumes of pieces that reach it have wider intervals."
    )


def _grades(found: Findings) -> list[tuple[str, str]]:
    grades = []
    if found.butscheidt is not None:
        grades.append(("Butscheidt grade (0 to 3) of cement in the lungs", str(found.butscheidt)))
    if found.qanadli is not None:
        one = found.qanadli
        share = type(one)(value=one.value / 100, low=one.low / 100, high=one.high / 100)
        grades.append(("Qanadli index, of the arteries in which cement is seen", share_of(share)))
    return grades


def _limits(found: Findings) -> list[tuple[str, ...]]:
    return [
        (
            one.region,
            number(one.dense_mm, 1),
            number(one.weak_mm, 1),
            number(one.noise_hu, 0),
            number(one.background_hu, 0),
        )
        for one in found.limits
    ]


def _percent(share: Any) -> str:
    return f"{number(100.0 * float(share), 0)}{GAP}%" if share is not None else ""


def _asked(asked: Asked) -> list[str]:
    """What the record says of other sources of cement and metal, and what nobody said."""
    said = []
    if asked.cemented_joint:
        said.append(
            "The patient has a cemented joint. Not all cement in a lung is spinal: 31 of 67 people with cemented "
            "joints had it."
        )
    elif asked.cemented_joint is None:
        said.append(
            "Nobody said whether the patient has a cemented joint; 31 of 67 people with one had cement in the lung."
        )
    unknown = [name for name, known in (("screws", asked.screws), ("a pacemaker", asked.pacemaker)) if known is None]
    if unknown:
        said.append(f"Nobody said whether there are {' or '.join(unknown)}.")
    present = [name for name, known in (("screws", asked.screws), ("a pacemaker", asked.pacemaker)) if known]
    if present:
        said.append(f"The patient has {listed(present)}, according to the record.")
    return said


def _assumptions(rows: Sequence[Assumption]) -> list[dict[str, Any]]:
    groups = (
        ("fixed", "assumed", [row for row in rows if row.source.startswith("assumed")]),
        ("sourced", "with a source", [row for row in rows if not row.source.startswith("assumed")]),
    )
    return [{"kind": kind, "words": words, "rows": own} for kind, words, own in groups if own]


def _scan_words(found: Findings) -> str:
    field = f"In the field: {', '.join(found.field_of_view)}." if found.field_of_view else ""
    return f"{' x '.join(str(n) for n in found.shape)} voxels. {field}"


FACT_WORDS = {
    "kvp": "Tube voltage [kV]",
    "kernel": "Kernel",
    "slice_mm": "Slice thickness [mm]",
    "spacing_mm": "Voxel edges [mm]",
    "contrast_seen": "Contrast in the vessels",
    "own_bone_hu": "This patient\u2019s bone [HU]",
}


def _facts(found: Findings) -> list[tuple[str, str]]:
    own = [(FACT_WORDS.get(name, name.replace("_", " ")), value) for name, value in found.facts.items()]
    ceiling = "none seen" if found.ceiling_hu is None else f"{number(found.ceiling_hu, 0)}{GAP}HU"
    return [
        ("Voxels", " x ".join(str(n) for n in found.shape)),
        ("Blur in the plane, full width at half maximum, as estimated", f"{number(found.sharpness_mm, 1)}{GAP}mm"),
        ("Highest value it can hold; voxels at it", f"{ceiling}; {found.clipped_voxels}"),
        *own,
    ]
