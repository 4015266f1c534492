"""Run folders made by hand: small, and everything in them known."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from made_findings import made_findings, made_volume
from made_journey import make_result

from azygos.case.moving import write_moving
from azygos.case.tables import result_table as journey_table
from azygos.plan.schema import to_json
from azygos.scan import write_nifti
from azygos.study import TraceResult, with_tracking
from azygos.study.outputs import write_maps, write_tables

REPORT = "<!doctype html><title>report</title><script>alert(1)</script><p>A report.</p>"


def write_record(folder: Path, kind: str, **tables: Any) -> None:
    """``run.toml`` and ``report.html``."""
    import tomli_w

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.toml").write_text(tomli_w.dumps({"azygos": "0.1.0", "kind": kind, **tables}))
    (folder / "report.html").write_text(REPORT)


def journey_folder(folder: Path, kind: str = "article") -> Path:
    """A finished journey."""
    write_record(folder, "journey")
    result = make_result(kind)
    (folder / "result.json").write_text(to_json(journey_table(result)))
    write_moving(folder, result)
    return folder


def ct_file(path: Path, *, shifted_mm: float = 0.0, plus_hu: int = 0) -> Path:
    """The CT that the traced folder is of, or one like it."""
    volume = made_volume()
    affine_mm = volume.affine_mm.copy()
    affine_mm[0, 3] += shifted_mm
    write_nifti(path, (volume.hu + plus_hu).astype(np.int16), affine_mm)
    return path


def trace_folder(folder: Path, ct: Path | None = None) -> Path:
    """A finished trace of `ct`."""
    digest = hashlib.sha256(ct.read_bytes()).hexdigest() if ct else "0" * 64
    write_record(folder, "trace", input_sha256={"ct": digest})
    found = with_tracking(made_findings())
    write_tables(folder, TraceResult(version="0.1.0", findings=found, volume=made_volume()))
    write_maps(folder, found)
    return folder


def compare_folder(folder: Path) -> Path:
    """A finished comparison: one piece stayed, one went; the second scan lies 1 mm further to the left."""
    from azygos.compare import Change, Changes, Region, Warp
    from azygos.ground.findings import Range
    from azygos.study import CompareResult
    from azygos.study.changes import compare_table

    found = with_tracking(made_findings())
    moved = np.array([1.0, 0.0, 0.0])
    start = Warp(affine_mm=np.diag([1.0, 1.0, 1.0, 1.0]), step_mm=moved)
    error = Range(value=0.4, low=0.2, high=0.9)

    def change(number: int, then: tuple[int, ...], verdict: str) -> Change:
        piece = found.pieces[number - 1]
        return Change(
            first=(number,), second=then, verdict=verdict, sentence=f"It is {verdict}.", place=piece.place,
            region="lung", first_mm=piece.centre_mm, second_mm=piece.centre_mm + moved,
            moved_mm=Range(value=0.1, low=0.0, high=0.5) if then else None, least_move_mm=1.2, first_ml=piece.volume_ml,
            second_ml=piece.volume_ml if then else None, change_ml=None, least_change_ml=0.02, error_mm=error,
            blocks=12, warp=start, tracking_uid=piece.tracking_uid,
        )  # fmt: skip

    region = Region(
        region="lung", name="lungs", error_mm=error, inverse_mm=float("nan"), repeat_mm=0.1, likeness=0.9, blocks=12,
        places=2, told=True,
    )  # fmt: skip
    changes = Changes(
        changes=(change(2, (), "gone"), change(1, (1,), "unchanged")), regions=(region,), start=start, lungs=None,
        agreement={"bone": 0.95}, notes=("A note.",),
    )  # fmt: skip
    first = TraceResult(version="0.1.0", findings=found, volume=made_volume())
    affine_mm = found.affine_mm.copy()
    affine_mm[0, 3] += 1.0
    second = replace(first, findings=replace(found, affine_mm=affine_mm))
    result = CompareResult(version="0.1.0", changes=changes, first=first, second=second)
    write_record(folder, "compare")
    (folder / "result.json").write_text(to_json(compare_table(result)))
    return folder


def plan_folder(folder: Path, **record: Any) -> Path:
    """A finished plan in a virtual vertebra."""
    plan = {
        "vertebra": [
            {
                "level": "T12", "fracture": "wedge", "cleft": False, "needle": [{"side": "left", "gauge": 11}],
                "portions": [{"volume_ml": 1.0, "rate_ml_min": 3.0}],
            }
        ],
        "cement": {"name": "generic_low_viscosity", "age_at_start_min": 4.0},
    }  # fmt: skip
    told = {"seed": 3, "draws": 8, "spacing_mm": 2.0, "virtual": 12, "input_sha256": {}, "plan": plan, **record}
    write_record(folder, "plan", **{key: value for key, value in told.items() if value is not None})
    (folder / "result.json").write_text(json.dumps({"kind": "plan", "alternatives": [{"name": "the plan"}]}))
    return folder
