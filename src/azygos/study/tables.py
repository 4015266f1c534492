"""``result.json`` and the tables of a trace, in the units of their names.

The schema is published beside this file as ``trace.schema.json``; a change that breaks a reader raises
:data:`SCHEMA_VERSION`.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy.typing as npt

from azygos.ground.findings import Exit, Findings, NotCement, Origin, Path, Piece, Range, TreatedLevel
from azygos.ground.places import Place
from azygos.plan.record import RESEARCH_ONLY
from azygos.study.result import TraceResult

SCHEMA_VERSION = 1
CALIBRATED = "certainties are calibrated on synthetic cases, but for pieces marked certainty_calibrated: false"


def trace_schema() -> dict[str, Any]:
    """The published JSON schema of a trace's ``result.json``."""
    text = files("azygos.study").joinpath("trace.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def result_table(result: TraceResult) -> dict[str, Any]:
    """The whole of ``result.json`` as plain dictionaries; the same result gives the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "trace",
        "azygos": result.version,
        "note": RESEARCH_ONLY,
        **findings_table(result.findings),
        "assumptions": [dataclasses.asdict(one) for one in result.assumptions],
        "notes": [*result.findings.notes, *result.notes],
    }


def findings_table(found: Findings) -> dict[str, Any]:
    """What was found, without the frame of a file."""
    return {
        "scan": scan_table(found),
        "summary": summary(found),
        "certainty": CALIBRATED,
        "pieces": [_piece(piece) for piece in found.pieces],
        "not_cement": [_not_cement(one) for one in found.not_cement],
        "levels": [_level(level) for level in found.levels],
        "path": path_table(found.path),
        "blind": [_rounded(dataclasses.asdict(one)) for one in found.blind],
        "limits": [_rounded(dataclasses.asdict(one)) for one in found.limits],
        "landmarks": [_rounded(dataclasses.asdict(one)) for one in found.landmarks],
        "field_of_view": list(found.field_of_view),
        "not_seen": list(found.not_seen),
        "asked": dataclasses.asdict(found.asked),
    }


def summary(found: Findings) -> dict[str, Any]:
    """The few numbers by which scans are compared."""
    return {
        "reported_pieces": len(found.reported),
        "candidate_pieces": len(found.candidates),
        "not_cement": len(found.not_cement),
        "reported_ml": number(sum(piece.volume_ml.value for piece in found.reported)),
        "butscheidt_grade": found.butscheidt,
        "qanadli_percent": range_table(found.qanadli),
    }


def scan_table(found: Findings) -> dict[str, Any]:
    return {
        "shape": list(found.shape),
        "affine_lps_mm": [[round(float(x), 6) for x in row] for row in found.affine_mm],
        "ceiling_hu": number(found.ceiling_hu),
        "clipped_voxels": found.clipped_voxels,
        "sharpness_mm": number(found.sharpness_mm),
        "facts": dict(found.facts),
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "piece": piece.number,
        "tier": piece.tier,
        "place": place_table(piece.place),
        "origin": _origin(piece.origin),
        "certainty": number(piece.certainty),
        "certainty_calibrated": piece.calibrated,
        "reasons": list(piece.reasons),
        "centre_mm": point_mm(piece.centre_mm),
        "line_mm": [point_mm(point) for point in piece.line_mm],
        "voxels": len(piece.voxels),
        "volume_ml": range_table(piece.volume_ml),
        "length_mm": number(piece.length_mm),
        "diameter_mm": number(piece.diameter_mm),
        "thickness_mm": number(piece.thickness_mm),
        "peak_hu": number(piece.peak_hu),
        "background_hu": number(piece.background_hu),
        "contrast_over_noise": number(piece.contrast),
        "clipped_share": number(piece.clipped),
        "branches": piece.branches,
        "tracking_uid": piece.tracking_uid,
    }


def place_table(place: Place) -> dict[str, Any]:
    return {
        "site": place.site,
        "words": place.words,
        "side": place.side,
        "lobe": place.lobe,
        "level": place.level,
        "certainty": number(place.certainty),
        "source": place.source,
        "others": {site: number(chance) for site, chance in place.others},
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {"level": origin.level, "certainty": number(origin.certainty), "reason": origin.reason}


def _not_cement(one: NotCement) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "reason": one.reason,
        "place": place_table(one.place),
        "centre_mm": point_mm(one.centre_mm),
        "volume_ml": number(one.volume_ml),
        "peak_hu": number(one.peak_hu),
        "certainty": number(one.certainty),
    }


def _level(level: TreatedLevel) -> dict[str, Any]:
    return {
        "level": level.level,
        "fill_ml": range_table(level.fill_ml),
        "fill_share": range_table(level.fill_share),
        "upper_end_plate": level.upper_end_plate,
        "lower_end_plate": level.lower_end_plate,
        "exits": [_exit(one) for one in level.exits],
    }


def _exit(one: Exit) -> dict[str, Any]:
    return {"site": one.site, "volume_ml": range_table(one.volume_ml), "pieces": list(one.pieces)}


def path_table(path: Path) -> dict[str, Any]:
    """Stops and the stretches between them; a stretch names its stops by their place in the list."""
    return {
        "stops": [{"name": s.name, "point_mm": point_mm(s.point_mm), "piece": s.piece or None} for s in path.stops],
        "stretches": [
            {
                "start": one.start,
                "end": one.end,
                "seen": one.seen,
                "site": one.site,
                "piece": one.piece or None,
                "length_mm": number(one.length_mm),
                "line_mm": [point_mm(point) for point in one.line_mm],
            }
            for one in path.stretches
        ],
    }


def point_mm(point: Iterable[float]) -> list[float]:
    return [round(float(x), 3) for x in point]


def range_table(one: Range | None) -> dict[str, float | None] | None:
    return None if one is None else {"value": number(one.value), "low": number(one.low), "high": number(one.high)}


def number(value: float | None) -> float | None:
    """Six figures; what is not a number, or without bound, is null."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _rounded(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in table.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return number(value) if isinstance(value, float) else value


# Tables -----------------------------------------------------------------------------------------------------------


def pieces_csv(found: Findings) -> str:
    """One row for each piece."""
    return to_csv([_piece_row(piece) for piece in found.pieces], PIECE_COLUMNS)


PIECE_COLUMNS = (
    "piece", "tier", "site", "place", "side", "lobe", "level", "place_certainty", "place_source", "origin",
    "origin_certainty", "certainty", "volume_ml", "volume_low_ml", "volume_high_ml", "length_mm", "diameter_mm",
    "thickness_mm", "peak_hu", "background_hu", "contrast_over_noise", "clipped_share", "branches", "voxels",
    "x_lps_mm", "y_lps_mm", "z_lps_mm", "tracking_uid", "reasons",
)  # fmt: skip


def _piece_row(piece: Piece) -> dict[str, Any]:
    place, origin = piece.place, piece.origin
    return {
        **_piece(piece),
        **_where(place, piece.centre_mm),
        "place_certainty": place.certainty,
        "place_source": place.source,
        "origin": origin.level or "cannot tell",
        "origin_certainty": origin.certainty,
        "volume_ml": piece.volume_ml.value,
        "volume_low_ml": piece.volume_ml.low,
        "volume_high_ml": piece.volume_ml.high,
        "reasons": " ".join(piece.reasons),
    }


def _where(place: Place, centre_mm: npt.NDArray[Any]) -> dict[str, Any]:
    x, y, z = point_mm(centre_mm)
    return {
        "site": place.site,
        "place": place.words,
        "side": place.side,
        "lobe": place.lobe,
        "level": place.level,
        "x_lps_mm": x,
        "y_lps_mm": y,
        "z_lps_mm": z,
    }


def not_cement_csv(found: Findings) -> str:
    """One row for each bright thing that is not taken for cement."""
    columns = (
        "kind",
        "reason",
        "site",
        "place",
        "certainty",
        "volume_ml",
        "peak_hu",
        "x_lps_mm",
        "y_lps_mm",
        "z_lps_mm",
    )
    return to_csv([{**_not_cement(one), **_where(one.place, one.centre_mm)} for one in found.not_cement], columns)


def levels_csv(found: Findings) -> str:
    """One row for each treated vertebra and exit; a vertebra without exits has one row."""
    columns = (
        "level", "fill_ml", "fill_low_ml", "fill_high_ml", "fill_percent", "fill_low_percent", "fill_high_percent",
        "upper_end_plate", "lower_end_plate", "exit_site", "exit_ml", "exit_low_ml", "exit_high_ml", "exit_pieces",
    )  # fmt: skip
    return to_csv([row for level in found.levels for row in _level_rows(level)], columns)


def _level_rows(level: TreatedLevel) -> list[dict[str, Any]]:
    share = level.fill_share
    row = {
        "level": level.level,
        **_bounds("fill", "ml", level.fill_ml),
        **(_bounds("fill", "percent", share, 100.0) if share else {}),
        "upper_end_plate": level.upper_end_plate,
        "lower_end_plate": level.lower_end_plate,
    }
    exits = [
        {"exit_site": e.site, **_bounds("exit", "ml", e.volume_ml), "exit_pieces": " ".join(map(str, e.pieces))}
        for e in level.exits
    ]
    return [{**row, **one} for one in exits or [{}]]


def _bounds(name: str, unit: str, one: Range, factor: float = 1.0) -> dict[str, float]:
    return {
        f"{name}_{unit}": factor * one.value,
        f"{name}_low_{unit}": factor * one.low,
        f"{name}_high_{unit}": factor * one.high,
    }


def to_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as text; nothing where a value is not known."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return value
