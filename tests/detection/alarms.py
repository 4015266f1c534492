"""What the tracer calls cement on scans that hold none."""

from __future__ import annotations

import time
from typing import Any

from azygos.ground.findings import Findings
from azygos.trace import find
from detection.insertion import THRESHOLDS_HU, threshold_alarms
from detection.sites import LABELS, read_scan, read_scan_labels

REAL = {
    "lidc-idri-0314": "no hardware",
    "tptbox": "no hardware",
    "lidc-idri-0001": "undiluted contrast in the superior vena cava, calcified aorta",
    "ts-lumbar": "nail in the left hip",
    "ts-upperabdomen": "heavily calcified aorta",
}
WITHOUT = "no hardware"


def parts() -> list[tuple[str, str]]:
    """Scan and how places are known, for each trace."""
    return [(scan, "landmarks") for scan in REAL] + [(scan, "labels") for scan in LABELS]


def run(scan: str, how: str) -> dict[str, object]:
    """Trace one real scan without cement."""
    volume = read_scan(scan)
    began = time.perf_counter()
    findings = find(volume, read_scan_labels(scan) if how == "labels" else ())
    result = {
        "scan": scan, "how": how, "what": REAL[scan], "seconds": round(time.perf_counter() - began, 1),
        **counts(findings),
    }  # fmt: skip
    if how == "landmarks":
        result["thresholds"] = {f"{t:.0f}": threshold_alarms(volume, t) for t in THRESHOLDS_HU}
    return result


def counts(findings: Findings) -> dict[str, Any]:
    """Pieces by tier, and each with where it lies."""
    return {
        "reported": len(findings.reported),
        "candidates": len(findings.candidates),
        "pieces": [
            {
                "tier": piece.tier, "site": piece.place.site, "certainty": round(piece.certainty, 2),
                "at_mm": [round(float(x), 1) for x in piece.centre_mm], "ml": round(piece.volume_ml.value, 4),
                "peak_hu": round(piece.peak_hu), "reason": piece.reasons[0] if piece.reasons else "",
            }
            for piece in findings.pieces
        ],
    }  # fmt: skip
