"""Cement put into real CTs: which pieces are found, how, and where they are said to lie."""

from __future__ import annotations

import time
from functools import lru_cache

import numpy as np
from scipy import ndimage

from azygos.ground.volume import Volume, to_lps
from azygos.render.insert_cement import insert
from azygos.render.insert_sharpness import Sharpness, estimate_sharpness
from azygos.render.truth import Placed
from azygos.trace import find
from detection.drawing import Case, draw_pass
from detection.scoring import (
    NEAR_MM,
    OWN_SHARE,
    axis_of,
    contrast_of,
    group_right,
    match,
    outside_mm,
    site_right,
    taken_for,
)
from detection.sites import LABELS, SCANS, read_scan, read_scan_labels, read_sites

PASSES = 24
THRESHOLDS_HU = (300.0, 700.0, 1000.0)
FEWEST_VOXELS = 2  # of a component
EVERYWHERE = np.ones((3, 3, 3), dtype=bool)  # 26 neighbours


@lru_cache(maxsize=1)
def scan_of(name: str) -> tuple[Volume, Sharpness]:
    """A scan with its sharpness, read once in a process."""
    volume = read_scan(name)
    return volume, estimate_sharpness(volume)


def parts(passes: int) -> list[tuple[str, str, int]]:
    """Scan, how places are known, number: one for each passage. With labels only half as many."""
    jobs = [(scan, "landmarks", number) for scan in SCANS for number in range(passes)]
    return jobs + [(scan, "labels", number) for scan in SCANS if scan in LABELS for number in range((passes + 1) // 2)]


def run(scan: str, how: str, number: int) -> dict[str, object]:
    """One passage: put pieces in, trace, count."""
    volume, sharpness = scan_of(scan)
    cases = draw_pass(read_sites(scan), scan, number)
    after, truth = insert(volume, [case.piece for case in cases], sharpness=sharpness)
    began = time.perf_counter()
    findings = find(after, read_scan_labels(scan) if how == "labels" else ())
    seconds = time.perf_counter() - began
    matched = match(truth.pieces, findings)
    rows = [
        _row(case, placed, piece, volume, after) | {"taken_for": "" if piece else taken_for(placed, findings)}
        for case, placed, piece in zip(cases, truth.pieces, matched, strict=True)
    ]
    if how == "landmarks":
        for threshold in THRESHOLDS_HU:
            for row, hit in zip(rows, over_threshold(after, truth.pieces, threshold), strict=True):
                row[f"over_{threshold:.0f}"] = hit
    unmatched = [piece for piece in findings.pieces if piece not in [m for m in matched if m]]
    return {
        "scan": scan, "how": how, "number": number, "seconds": round(seconds, 1), "rows": rows,
        "others": {tier: sum(piece.tier == tier for piece in unmatched) for tier in ("reported", "candidate")},
    }  # fmt: skip


def _row(case: Case, placed: Placed, piece, before: Volume, after: Volume) -> dict[str, object]:
    row: dict[str, object] = {
        "site": case.site.number, "kind": case.site.kind, "enhanced": case.site.enhanced, "shape": case.shape,
        "size_mm": round(case.size_mm, 3), "length_mm": round(case.length_mm, 1), "dense": case.dense,
        "volume_ml": round(placed.volume_ml, 5), "contrast": round(contrast_of(before, after, placed), 1),
        "tier": piece.tier if piece else "",
    }  # fmt: skip
    if piece:
        row |= {
            "certainty": round(piece.certainty, 3), "found_site": piece.place.site,
            "site_right": site_right(placed, piece), "group_right": group_right(placed, piece),
            "side_right": not placed.place.side or piece.place.side in ("", placed.place.side),
            "side_named": bool(piece.place.side), "clipped": round(piece.clipped, 3),
            "volume_found_ml": [round(piece.volume_ml.value, 5), round(piece.volume_ml.low, 5),
                                round(piece.volume_ml.high, 5)],
        }  # fmt: skip
    return row


def over_threshold(after: Volume, pieces: tuple[Placed, ...], threshold_hu: float) -> list[bool]:
    """Whether a global threshold shows each piece as a component of its own, by the same rule of matching."""
    labels, _ = ndimage.label(after.hu > threshold_hu, structure=EVERYWHERE)
    sizes = np.bincount(labels.ravel())
    return [_own_component(labels, sizes, piece, after) for piece in pieces]


def _own_component(labels: np.ndarray, sizes: np.ndarray, piece: Placed, after: Volume) -> bool:
    axis, radii = axis_of(piece)
    inverse = np.linalg.inv(after.affine_mm)
    index = axis @ inverse[:3, :3].T + inverse[:3, 3]
    grow = np.ceil((radii.max() + NEAR_MM) / after.spacing_mm)
    low = np.clip(index.min(axis=0) - grow, 0, after.hu.shape).astype(int)
    high = np.clip(index.max(axis=0) + grow + 1, 0, after.hu.shape).astype(int)
    box = labels[tuple(slice(a, b) for a, b in zip(low, high, strict=True))]
    here = np.argwhere(box > 0)
    if len(here) == 0:
        return False
    near = outside_mm(piece, to_lps(after.affine_mm, (here + low).astype(float))) <= NEAR_MM
    numbers, counts = np.unique(box[tuple(here[near].T)], return_counts=True)
    return bool(np.any((counts >= OWN_SHARE * sizes[numbers]) & (sizes[numbers] >= FEWEST_VOXELS)))


def threshold_alarms(volume: Volume, threshold_hu: float) -> int:
    """Components that a global threshold shows on a scan without cement."""
    labels, _ = ndimage.label(volume.hu > threshold_hu, structure=EVERYWHERE)
    return int(np.count_nonzero(np.bincount(labels.ravel())[1:] >= FEWEST_VOXELS))
