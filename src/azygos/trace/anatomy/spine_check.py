"""Whether what was followed is a spine: even on both sides, bone in front, a soft canal, an arch behind."""

from __future__ import annotations

import numpy as np

from azygos.trace.anatomy.spine_line import Canal
from azygos.trace.anatomy.straight import frame_along, sample
from azygos.trace.oriented import Oriented

ASIDE = np.arange(-24.0, 25.0, 3.0)
AHEAD = np.arange(-30.0, 30.0, 3.0)
VALUES_HU = (-50.0, 300.0)
LEAST_LIKENESS = 0.4  # of the arch to its mirror image; limbs reach 0.3 to 0.6, spines 0.6 to 0.98 on our scans
CANAL_HU = 75.0  # cord and fluid are darker
BONE_OVER_CANAL_HU = 40.0


def spine_certainty(scan: Oriented, canal: Canal) -> float:
    """Chance that a followed tube is the canal of a spine; 0 where its surroundings are none of a spine."""
    frame = frame_along(canal.line_mm, step_mm=2.0)
    values = np.clip(sample(scan, frame.points_mm(ASIDE, AHEAD)), *VALUES_HU).mean(axis=0)
    middle = np.abs(ASIDE) < 5.0
    inside = values[middle][:, np.abs(AHEAD) < 5.0].mean()
    body = values[np.abs(ASIDE) < 10.0][:, (AHEAD > 13.0) & (AHEAD < 26.0)].mean()
    behind = values[np.abs(ASIDE) < 8.0][:, (AHEAD < -9.0) & (AHEAD > -24.0)].mean()
    if inside > CANAL_HU or min(body, behind) < inside + BONE_OVER_CANAL_HU:
        return 0.0
    arch = values[:, AHEAD < 7.0]
    spread = arch.std()
    if spread < 1.0:
        return 0.0
    likeness = float(np.corrcoef(arch.ravel(), arch[::-1].ravel())[0, 1])
    return 0.0 if likeness < LEAST_LIKENESS else float(np.clip(0.25 + 0.8 * likeness, 0.0, 0.97))
