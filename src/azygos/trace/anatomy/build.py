"""The body on a scan, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import BoolArray
from azygos.ground.volume import LabelMap
from azygos.trace.anatomy.anchors import find_anchors
from azygos.trace.anatomy.around_spine import Near, near_spine, paint_spine
from azygos.trace.anatomy.blood import BY_REGION, along_spine, blood_hu, say_contrast
from azygos.trace.anatomy.body import Body, outline_body
from azygos.trace.anatomy.cage import Cage, find_cage
from azygos.trace.anatomy.coarse import Coarse, coarsen
from azygos.trace.anatomy.described import Seen, fields_seen, landmarks, unseen
from azygos.trace.anatomy.label_maps import Mapped, read_maps
from azygos.trace.anatomy.lobes import rough_lobes
from azygos.trace.anatomy.lungs import Lungs, find_lungs, sided
from azygos.trace.anatomy.mediastinum import Mediastinum, find_mediastinum, split_artery
from azygos.trace.anatomy.naming import name_levels
from azygos.trace.anatomy.paint import lay_maps, lay_over, lay_vertebrae, number, paint_body
from azygos.trace.anatomy.parcels import Anatomy, Spine
from azygos.trace.anatomy.roads import find_roads
from azygos.trace.anatomy.spine import read_spine
from azygos.trace.anatomy.spine_check import spine_certainty
from azygos.trace.anatomy.spine_line import find_canal
from azygos.trace.anatomy.spine_maps import body_volumes, canal_of_map, guide, mapped_bodies, name_by_map
from azygos.trace.anatomy.tubes import Tube, inside_line
from azygos.trace.oriented import Oriented

UInt8Array = npt.NDArray[np.uint8]
BLOOD = tuple(dict.fromkeys(region for regions in BY_REGION.values() for region in regions))
ARMS_SHARE = 0.02  # of the body
STRAY_BONE_HU = 200.0  # mean of a block above which it is bone, such as a rib's head, though no map holds it
SOFT = ("soft_tissue", "fat", "mediastinum", "abdomen", "heart", "neck", "bowel")


def read_anatomy(scan: Oriented, labels: Sequence[LabelMap] = ()) -> Anatomy:
    """Find regions, spine and roads on a scan; label maps go before landmarks where they are given.

    Parameters
    ----------
    scan : Oriented
        A CT; other images give nonsense (see :func:`looks_like_ct`).
    labels : sequence of LabelMap
        Any number of maps on grids of their own, partial ones too.

    Returns
    -------
    anatomy : Anatomy
        On a grid of about 3 mm. What is not in the field is missing and named in ``not_seen``.
    """
    coarse = coarsen(scan)
    body = outline_body(coarse)
    lungs = find_lungs(coarse, body)
    mapped = read_maps(coarse, labels)
    spine = _find_spine(scan, coarse, body, mapped)
    lungs = sided(lungs, body, spine, coarse)
    cage = find_cage(coarse, body, lungs, spine)
    notes = (*mapped.notes, *_arms(body))
    if spine is not None:
        spine = name_levels(spine, find_anchors(coarse, lungs, cage, spine))
        spine, more = name_by_map(spine, coarse, mapped)
        notes = (*notes, *more)
    return _anatomy(coarse, body, lungs, cage, spine, mapped, notes)


def _arms(body: Body) -> tuple[str, ...]:
    """A sentence if arms lie beside the trunk."""
    if np.count_nonzero(body.inside & ~body.trunk) <= ARMS_SHARE * np.count_nonzero(body.inside):
        return ()
    return ("Arms lie beside the trunk; streaks across the spine are likely.",)


def _find_spine(scan: Oriented, coarse: Coarse, body: Body, mapped: Mapped) -> Spine | None:
    """The spine as the scan shows it; with a label map's vertebrae near them, or by the map's canal alone."""
    canal = find_canal(coarse, body, guide(mapped))
    certainty = 0.0 if canal is None else spine_certainty(scan, canal)
    if certainty == 0.0 and mapped.vertebrae:
        canal = canal_of_map(coarse, mapped) or canal
        certainty = 0.5
    return None if canal is None or certainty == 0.0 else read_spine(scan, canal, certainty)


def _anatomy(
    coarse: Coarse, body: Body, lungs: Lungs, cage: Cage, spine: Spine | None, mapped: Mapped, notes: tuple[str, ...]
) -> Anatomy:
    bone = cage.ribs | cage.sternum | cage.other
    middle = find_mediastinum(coarse, body, lungs, spine, bone, mapped.regions.get("heart"))
    barred = lungs.both | lungs.airway | lungs.gas
    tubes = {} if spine is None else along_spine(coarse, spine, barred)
    regions = paint_body(coarse, body, lungs, cage, spine)
    _lay_thorax(regions, coarse, middle, tubes, lungs, spine)
    near = None if spine is None else near_spine(coarse, spine)
    if spine is not None and near is not None:
        paint_spine(regions, coarse, spine, near, body.inside)
    bodies = _lay_labels(regions, coarse, near, mapped, lungs)
    seen = Seen(lungs=lungs, spine=spine, middle=middle, tubes=tubes, mapped=mapped, cage=cage, body=body)
    vessel_hu = blood_hu(coarse, {name: regions == number(name) for name in BLOOD})
    lobes = mapped.lobes if mapped.lobes is not None else rough_lobes(coarse, lungs)
    return Anatomy(
        regions=regions,
        affine_mm=coarse.affine_mm,
        chance={} if spine is None else find_roads(coarse, regions, spine, near, lungs, middle, tubes, mapped),
        spine=spine,
        points=_points(lungs, middle, tubes),
        contrast=say_contrast(vessel_hu),
        vessel_hu=vessel_hu,
        lobes=lobes,
        landmarks=landmarks(seen),
        field_of_view=fields_seen(seen),
        not_seen=unseen(seen),
        notes=notes,
        body_ml=body_volumes(coarse, bodies),
    )


def _lay_thorax(
    regions: UInt8Array,
    coarse: Coarse,
    middle: Mediastinum,
    tubes: Mapping[str, Tube],
    lungs: Lungs,
    spine: Spine | None,
) -> None:
    lay_over(regions, {"heart": middle.heart, **middle.chambers}, SOFT)
    lay_over(regions, {"oesophagus": _oesophagus(coarse, lungs, spine)}, SOFT)
    for region, tube in tubes.items():
        lay_over(regions, {region: inside_line(coarse, tube.line_mm, tube.radius_mm)}, SOFT)
    lay_over(regions, middle.vessels, (*SOFT, "right_atrium", "left_heart", "lung_right", "lung_left"))


def _oesophagus(coarse: Coarse, lungs: Lungs, spine: Spine | None) -> BoolArray:
    """A tube in front of the thoracic spine, from behind the trachea to the left and forwards to the diaphragm."""
    none = np.zeros(coarse.mean.shape, dtype=bool)
    dome = lungs.right_dome_mm if lungs.right_dome_mm is not None else lungs.left_dome_mm
    if spine is None or dome is None or lungs.carina_mm is None or dome[2] > lungs.carina_mm[2] - 20.0:
        return none
    z = spine.line_mm[:, 2]
    stops = [dome[2] - 40.0, dome[2], float(lungs.carina_mm[2]), float(lungs.carina_mm[2]) + 30.0]
    aside, ahead = np.interp(z, stops, [15.0, 14.0, 10.0, 5.0]), np.interp(z, stops, [38.0, 24.0, 22.0, 22.0])
    line = spine.line_mm + np.column_stack([aside, -spine.half_depth_mm - ahead, np.zeros(len(z))])
    line = line[z > stops[0]]
    return inside_line(coarse, line, 8.0) & ~lungs.both & ~lungs.airway if len(line) > 1 else none


def _lay_labels(
    regions: UInt8Array, coarse: Coarse, near: Near | None, mapped: Mapped, lungs: Lungs
) -> dict[str, BoolArray]:
    """Lay the maps over what was guessed; returns the bodies of the mapped vertebrae."""
    heart_alone = "heart" in mapped.regions and "right_atrium" not in mapped.regions
    lay_maps(
        regions, coarse, {name: mask for name, mask in mapped.regions.items() if not (heart_alone and name == "heart")}
    )
    if heart_alone:
        lay_over(regions, {"heart": mapped.regions["heart"] & (regions == number("mediastinum"))})
    artery = mapped.regions.get("pulmonary_trunk")
    if artery is not None:
        lay_over(regions, split_artery(coarse, artery, lungs.carina_mm))
    if near is None or not mapped.vertebrae:
        return {}
    bodies = mapped_bodies(coarse, mapped, near)
    lay_vertebrae(regions, near, mapped.vertebrae, bodies, coarse.mean > STRAY_BONE_HU)
    return bodies


def _points(lungs: Lungs, middle: Mediastinum, tubes: Mapping[str, Tube]) -> dict[str, tuple[float, float, float]]:
    """Single points that other steps and the report ask for, by name [mm]."""
    points = {"carina": lungs.carina_mm, "right dome": lungs.right_dome_mm, "left dome": lungs.left_dome_mm}
    if middle.box_mm is not None:
        points["heart"] = (middle.box_mm[0] + middle.box_mm[1]) / 2.0
    if middle.cava is not None:
        points["superior vena cava"] = middle.cava.line_mm[len(middle.cava.line_mm) // 2]
    if middle.arch_mm is not None:
        points["aortic arch"] = middle.arch_mm
    for region, tube in tubes.items():
        points[region.replace("_", " ")] = tube.line_mm[len(tube.line_mm) // 2]
    return {name: (float(p[0]), float(p[1]), float(p[2])) for name, p in points.items() if p is not None}
