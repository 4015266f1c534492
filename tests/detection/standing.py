"""What a false alarm in a rendered body stands on: drawn calcium, metal, or the structure that holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from azygos.ground.findings import Findings
from azygos.ground.volume import LabelMap, to_lps
from azygos.render import Choices, Phantom
from azygos.render.phantom_calcium import draw_calcium
from azygos.render.phantom_hardware import draw_hardware
from azygos.render.solids import Thing, Tubes
from detection.scoring import NEAR_MM, OWN_SHARE

MOST_POINTS = 200  # of a piece that are looked at
STRUCTURES = (
    ("bone", ("vertebrae", "rib", "sternum", "clavicula", "scapula", "humerus", "costal")),
    ("blood", ("aorta", "vena", "vein", "artery", "atrium", "ventricle", "trunk", "heart")),
    ("lung", ("lung",)),
)
KINDS = ("drawn calcium", "metal", *(name for name, _ in STRUCTURES), "elsewhere")


def standing_on(findings: Findings, phantom: Phantom, choices: Choices, labels: LabelMap) -> list[str]:
    """For each piece, in their order, one of KINDS.

    Calcium or metal if half of it or more lies within 3 mm of what was drawn (osteophytes and bone islands count as
    calcium); else the structure that most of it lies in.
    """
    lying = phantom.lying(choices.pose)
    drawn = (("drawn calcium", draw_calcium(lying)), ("metal", draw_hardware(lying, choices.hardware)))
    found = []
    for piece in findings.pieces:
        voxels = piece.voxels[:: max(1, len(piece.voxels) // MOST_POINTS)]
        points = to_lps(findings.affine_mm, voxels.astype(float))
        near = [name for name, things in drawn if np.mean(outside_mm(things, points) <= NEAR_MM) >= OWN_SHARE]
        found.append(near[0] if near else _structure(labels, voxels))
    return found


def outside_mm(things: Sequence[Thing | None], points_mm: np.ndarray) -> np.ndarray:
    """How far points (n, 3) lie outside the nearest of tubes and balls; infinite where there are none."""
    least = np.full(len(points_mm), np.inf)
    for tubes in things:
        if isinstance(tubes, Tubes):
            for start, end, (first, last) in zip(tubes.starts_mm, tubes.ends_mm, tubes.radii_mm, strict=True):
                way = end - start
                t = np.clip((points_mm - start) @ way / max(float(way @ way), 1e-9), 0.0, 1.0)
                gap = np.linalg.norm(points_mm - start - t[:, None] * way, axis=1) - (first + t * (last - first))
                np.minimum(least, gap, out=least)
    return least


def _structure(labels: LabelMap, voxels: np.ndarray) -> str:
    (number, _), *_ = Counter(labels.labels[tuple(voxels.T)].tolist()).most_common()
    name = labels.names.get(number, "")
    return next((kind for kind, words in STRUCTURES if any(word in name for word in words)), "elsewhere")
