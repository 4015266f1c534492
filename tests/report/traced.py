"""A small scan with cement in T10, in the azygos vein, in the heart and in a lung, as a tracer would report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from azygos.ground.findings import (
    Asked,
    Blind,
    Exit,
    Findings,
    Landmark,
    Limit,
    NotCement,
    Origin,
    Path,
    Piece,
    Range,
    Stop,
    Stretch,
    TreatedLevel,
)
from azygos.ground.places import Place
from azygos.ground.volume import Volume, to_lps
from azygos.study import TraceResult

SHAPE = (64, 56, 60)
AFFINE = np.array([[-3.0, 0, 0, 94.5], [0, 3.0, 0, -80.0], [0, 0, 3.0, -90.0], [0, 0, 0, 1]])  # runs to the right
T10 = Origin(level="T10", certainty=0.9, reason="T10 holds cement, and the likeliest road leads from it to this piece")
UNKNOWN = Origin(level="", certainty=0.0, reason="cannot tell: no vertebra with cement is in the field")
LEFT_ASIDE = ("Two files were left aside.",)
CALIBRATION: Mapping[str, Any] = {
    "cases": 812,
    "note": "fitted on inserted cement",
    "reliability": [{"said": 0.1, "true": 0.08, "n": 40}, {"said": 0.9, "true": 0.93, "n": 60}],
    "sensitivity": 0.98,
    "false_alarms_per_scan": 0.1,
}


def make_piece(number: int, line: np.ndarray, place: Place, *, tier: str = "reported", origin: Origin = T10) -> Piece:
    """Voxels along a line of voxel indices."""
    ends = np.asarray(line, dtype=float)
    dots = np.concatenate([a + np.linspace(0, 1, 60)[:, None] * (b - a) for a, b in pairwise(ends)])
    around = np.indices((3, 3, 2)).reshape(3, -1).T
    voxels = np.unique((np.rint(dots)[:, None, :] + around).reshape(-1, 3), axis=0).astype(np.int32)
    volume = 0.02 * number
    return Piece(
        number=number, tier=tier, place=place, origin=origin, certainty=0.9 + 0.01 * number,
        reasons=("it stands 60 noise widths above what lies around it",), voxels=voxels,
        centre_mm=to_lps(AFFINE, voxels.mean(axis=0)), line_mm=to_lps(AFFINE, ends),
        volume_ml=Range(value=volume, low=0.8 * volume, high=1.3 * volume),
        length_mm=40.0, diameter_mm=2.4, thickness_mm=2.0, peak_hu=2900.0, background_hu=40.0, contrast=60.0,
        clipped=0.0, branches=0,
    )  # fmt: skip


def make_findings() -> Findings:
    """All that the report can show, once."""
    thread = np.array([[32, 30, 14], [32, 28, 40]])
    cord = np.array([[40, 24, 40], [36, 14, 22], [28, 16, 40], [14, 26, 42]])
    ball = np.array([[52, 34, 30], [52, 34, 31]])
    fill = np.array([[29, 38, 10], [34, 38, 12]])
    pieces = (
        make_piece(1, thread, Place(site="azygos_vein", certainty=0.8, source="built-in landmarks")),
        make_piece(2, cord, Place(site="right_ventricle", certainty=0.9, source="label map")),
        make_piece(3, ball, Place(site="lung", side="right", lobe="right lower", certainty=0.97, source="label map")),
        make_piece(4, fill, Place(site="vertebral_body", level="T10", source="label map"), tier="candidate"),
    )
    return Findings(
        shape=SHAPE, affine_mm=AFFINE, pieces=pieces, not_cement=_not_cement(), path=_path(pieces),
        levels=(
            TreatedLevel(
                level="T10", fill_ml=Range(value=2.0, low=1.7, high=2.4),
                fill_share=Range(value=0.1, low=0.08, high=0.14),
                exits=(Exit(site="azygos_vein", volume_ml=Range(value=0.02, low=0.016, high=0.026), pieces=(1,)),),
                upper_end_plate="touched", lower_end_plate="cannot tell",
            ),
        ),
        blind=(
            Blind(region="superior vena cava", reason="contrast of 1500 HU hides weak cement", volume_ml=9.0,
                  centre_mm=(0, 0, 0)),
        ),
        limits=(Limit(region="lung", noise_hu=25.0, background_hu=-850.0, dense_mm=0.9, weak_mm=1.4),),
        landmarks=(Landmark(name="lungs", source="built-in landmarks", certainty=0.99),
                   Landmark(name="spine", source="label map", certainty=0.95, note="T4 to L1")),
        asked=Asked(cemented_joint=True), butscheidt=3, qanadli=Range(value=10.0, low=5.0, high=50.0),
        ceiling_hu=3071.0,
        clipped_voxels=12, sharpness_mm=1.2, field_of_view=("lungs", "T4 to L1"), not_seen=("upper abdomen",),
        notes=("One slice was doubled.",), facts={"kvp": "120"},
    )  # fmt: skip


def _not_cement() -> tuple[NotCement, ...]:
    lead = NotCement(
        kind="lead", reason="not cement because it is one tube of even width that reaches the skin",
        place=Place(site="superior_vena_cava"), centre_mm=np.array([0.0, 0, 0]), volume_ml=1.5, peak_hu=3071.0,
        certainty=0.99,
    )  # fmt: skip
    return lead, replace(lead, centre_mm=np.array([5.0, 0, 0]), certainty=0.95)


def _path(pieces: tuple[Piece, ...]) -> Path:
    thread, cord, ball, fill = (piece.line_mm for piece in pieces)
    points = [fill[0], thread[0], thread[1], cord[0], cord[-1], ball[0]]
    names = ["T10", "piece 1, near end", "azygos arch", "piece 2, near end", "piece 2, far end", "piece 3, near end"]
    stops = tuple(
        Stop(name=name, point_mm=tuple(point), piece=piece)  # type: ignore[arg-type]
        for name, point, piece in zip(names, points, (4, 1, 0, 2, 2, 3), strict=True)
    )
    sites = ["paravertebral", "azygos_vein", "superior_vena_cava", "right_ventricle", "lung"]
    lines = [
        np.stack([fill[0], thread[0]]),
        thread,
        np.stack([thread[1], cord[0]]),
        cord,
        np.stack([cord[-1], ball[0]]),
    ]
    return Path(
        stops=stops,
        stretches=tuple(
            Stretch(start=at, end=at + 1, line_mm=line, seen=at in (1, 3), site=site, piece=(0, 1, 0, 2, 0)[at])
            for at, (line, site) in enumerate(zip(lines, sites, strict=True))
        ),
    )


def make_result(findings: Findings | None = None) -> TraceResult:
    """The findings on a grey scan in which the pieces are bright."""
    found = make_findings() if findings is None else findings
    hu = np.full(SHAPE, 40.0, dtype=np.float32)
    hu[found.label_map() > 0] = 2900.0
    return TraceResult(
        version="0.0", findings=found, volume=Volume(hu=hu, affine_mm=AFFINE), notes=("Two files were left aside.",)
    )


def nothing_found() -> Findings:
    """The same scan without cement."""
    return replace(make_findings(), pieces=(), path=Path(), levels=(), not_cement=(), blind=(), butscheidt=0)
