"""What a run of ``azygos compare`` gives, and its tables; the schema is published as ``compare.schema.json``."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from azygos.compare import Change, Changes, Region, Warp
from azygos.ground.findings import Range
from azygos.ground.parcels import Parcel
from azygos.plan import Assumption
from azygos.plan.record import RESEARCH_ONLY
from azygos.study.result import TraceResult
from azygos.study.tables import number, place_table, point_mm, range_table, scan_table, summary, to_csv

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompareResult(Parcel):
    """A whole run of ``azygos compare``."""

    version: str
    changes: Changes
    first: TraceResult
    second: TraceResult  # its pieces bear the tracking UIDs of the first where they are the same
    assumptions: tuple[Assumption, ...] = ()
    notes: tuple[str, ...] = ()


def compare_schema() -> dict[str, Any]:
    """The published JSON schema of a comparison's ``result.json``."""
    text = files("azygos.study").joinpath("compare.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def compare_table(result: CompareResult) -> dict[str, Any]:
    """The whole of ``result.json`` as plain dictionaries; the same result gives the same bytes."""
    changes = result.changes
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "compare",
        "azygos": result.version,
        "note": RESEARCH_ONLY,
        "summary": dict(sorted(Counter(change.verdict for change in changes.changes).items())),
        "changes": [_change(change) for change in changes.changes],
        "regions": [_region(region) for region in changes.regions],
        "agreement": {name: number(value) for name, value in sorted(changes.agreement.items())},
        "to_second_mm": _affine(changes.start),
        "first": _scan(result.first),
        "second": _scan(result.second),
        "assumptions": [dataclasses.asdict(one) for one in result.assumptions],
        "notes": list(result.notes),
    }


def _affine(warp: Warp) -> list[list[float]]:
    """A warp without a field as one affine map (4, 4) of LPS points [mm]."""
    affine_mm = warp.affine_mm.copy()
    affine_mm[:3, 3] += warp.affine_mm[:3, :3] @ warp.step_mm
    return [[round(float(x), 6) for x in row] for row in affine_mm]


def _scan(traced: TraceResult) -> dict[str, Any]:
    return {"scan": scan_table(traced.findings), "summary": summary(traced.findings)}


def _change(change: Change) -> dict[str, Any]:
    return {
        "first": list(change.first),
        "second": list(change.second),
        "verdict": change.verdict,
        "sentence": change.sentence,
        "place": place_table(change.place),
        "region": change.region,
        "first_mm": point_mm(change.first_mm),
        "second_mm": point_mm(change.second_mm),
        "moved_mm": range_table(change.moved_mm),
        "least_move_mm": number(change.least_move_mm),
        "first_ml": range_table(change.first_ml),
        "second_ml": range_table(change.second_ml),
        "change_ml": range_table(change.change_ml),
        "least_change_ml": number(change.least_change_ml),
        "registration_error_mm": range_table(change.error_mm),
        "blocks": change.blocks,
        "tracking_uid": change.tracking_uid,
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "region": region.region,
        "name": region.name,
        "kind": region.kind,
        "error_mm": range_table(region.error_mm),
        "inverse_mm": number(region.inverse_mm),
        "repeat_mm": number(region.repeat_mm),
        "likeness": number(region.likeness),
        "blocks": region.blocks,
        "places": region.places,
        "told": region.told,
    }


def changes_csv(changes: Changes) -> str:
    """One row for each piece, or group of pieces, on both dates."""
    columns = (
        "first", "second", "verdict", "site", "place", "region", *_columns("moved", "mm"), "least_move_mm",
        *_columns("first", "ml"), *_columns("second", "ml"), *_columns("change", "ml"), "least_change_ml",
        *_columns("registration_error", "mm"), "tracking_uid", "sentence",
    )  # fmt: skip
    return to_csv([_row(change) for change in changes.changes], columns)


def _row(change: Change) -> dict[str, Any]:
    return {
        **_change(change),
        "first": " ".join(map(str, change.first)),
        "second": " ".join(map(str, change.second)),
        "site": change.place.site,
        "place": change.place.words,
        **_cells("moved", "mm", change.moved_mm),
        **_cells("first", "ml", change.first_ml),
        **_cells("second", "ml", change.second_ml),
        **_cells("change", "ml", change.change_ml),
        **_cells("registration_error", "mm", change.error_mm),
    }


def regions_csv(changes: Changes) -> str:
    """One row for each registration."""
    columns = (
        "region", "name", "kind", *_columns("error", "mm"), "inverse_mm", "repeat_mm", "likeness", "blocks", "places",
    )  # fmt: skip
    return to_csv([{**_region(one), **_cells("error", "mm", one.error_mm)} for one in changes.regions], columns)


def _columns(name: str, unit: str) -> tuple[str, str, str]:
    return f"{name}_{unit}", f"{name}_low_{unit}", f"{name}_high_{unit}"


def _cells(name: str, unit: str, one: Range | None) -> dict[str, float | None]:
    values = (None, None, None) if one is None else (one.value, one.low, one.high)
    return dict(zip(_columns(name, unit), values, strict=True))
