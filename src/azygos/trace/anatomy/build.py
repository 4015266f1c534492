"""The body on a scan, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from azygos.ground.findings import Landmark
from azygos.ground.volume import LabelMap
from azygos.trace.anatomy.around_spine import Near, near_spine, paint_spine
from azygos.trace.anatomy.body import outline_body
from azygos.trace.anatomy.coarse import coarsen
from azygos.trace.anatomy.label_maps import Mapped, read_maps
from azygos.trace.anatomy.lungs import Lungs, find_lungs
from azygos.trace.anatomy.naming import Anchor, name_levels
from azygos.trace.anatomy.parcels import REGIONS, Anatomy, Spine
from azygos.trace.anatomy.roads import spine_roads
from azygos.trace.anatomy.spine import NAMES, read_spine
from azygos.trace.anatomy.spine_line import find_canal
from azygos.trace.oriented import Oriented


def read_anatomy(scan: Oriented, labels: Sequence[LabelMap] = ()) -> Anatomy:
    """Find regions, spine and roads on a scan; label maps go before landmarks where they are given."""
    coarse = coarsen(scan)
    body = outline_body(coarse)
    lungs = find_lungs(coarse, body)
    mapped = read_maps(coarse, labels)
    canal = find_canal(coarse, body)
    spine = None if canal is None else read_spine(scan, canal)
    regions = np.zeros(coarse.mean.shape, np.uint8)
    regions[body.inside] = REGIONS.index("soft_tissue")
    regions[body.inside & (coarse.mean < -30.0)] = REGIONS.index("fat")
    regions[body.inside & (coarse.bone > 0.3)] = REGIONS.index("other_bone")
    regions[lungs.gas] = REGIONS.index("bowel")
    regions[lungs.airway] = REGIONS.index("airway")
    regions[lungs.right] = REGIONS.index("lung_right")
    regions[lungs.left] = REGIONS.index("lung_left")
    chance: dict[str, npt.NDArray[np.float32]] = {}
    if spine is not None:
        spine = name_levels(spine, _anchors(lungs, mapped, coarse.to_mm))
        near = near_spine(coarse, spine)
        free = np.where(lungs.both | lungs.airway | (regions == 0), 0.02, 1.0).astype(np.float32)
        chance = spine_roads(near, regions.shape, free)
        paint_spine(regions, coarse, spine, near, body.inside)
    for region, mask in mapped.regions.items():
        regions[mask] = REGIONS.index(region)
    return Anatomy(
        regions=regions,
        affine_mm=coarse.affine_mm,
        chance=chance,
        spine=spine,
        points=_points(lungs),
        contrast="none",
        vessel_hu={},
        lobes=mapped.lobes,
        landmarks=_landmarks(lungs, spine),
        field_of_view=(),
        not_seen=(),
        notes=mapped.notes,
    )


def _anchors(lungs: Lungs, mapped: Mapped, to_mm) -> list[Anchor]:  # type: ignore[no-untyped-def]
    anchors = []
    for level, mask in mapped.vertebrae.items():
        if level in NAMES:
            z = float(to_mm(np.argwhere(mask).mean(axis=0))[2])
            anchors.append(Anchor(name=level, z_mm=z, level=NAMES.index(level) + 0.1, spread=0.25))
    if lungs.carina_mm is not None:
        anchors.append(Anchor(name="carina", z_mm=float(lungs.carina_mm[2]), level=NAMES.index("T5"), spread=0.8))
    return anchors


def _points(lungs: Lungs) -> dict[str, tuple[float, float, float]]:
    named = {"carina": lungs.carina_mm, "right dome": lungs.right_dome_mm, "left dome": lungs.left_dome_mm}
    return {name: (float(p[0]), float(p[1]), float(p[2])) for name, p in named.items() if p is not None}


def _landmarks(lungs: Lungs, spine: Spine | None) -> tuple[Landmark, ...]:
    marks = [Landmark(name="body", source="built-in landmarks", certainty=0.95)]
    marks.append(
        Landmark(name="lungs", source="built-in landmarks", certainty=0.95)
        if lungs.seen
        else Landmark(name="lungs", source="not in the field", certainty=0.0)
    )
    if spine is not None:
        marks.append(Landmark(name="spine", source="built-in landmarks", certainty=spine.certainty))
        marks.append(Landmark(name="azygos corridor", source="built-in landmarks", certainty=0.7))
    return tuple(marks)
