"""What several things tell together: clips along a graft, rings along an airway, calcium along the coronaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from azygos.trace.anatomy import Anatomy
from azygos.trace.thing import Thing
from azygos.trace.verdicts import Verdict, could_be_calcium, depth_in_chest, not_because
from azygos.values import tracing

HEART = ("right_atrium", "right_ventricle", "left_heart", "heart", "pulmonary_trunk")
FEWEST = 3
JOINT_MM = 6.0  # from a vertebral body to the heads of its ribs
CLIPS = not_because(
    "clip or dense cement",
    "it is one of several small metal pieces in a row behind the breastbone, as clips lie; dense cement as small "
    "cannot be told from it",
    0.76,
)
RINGS = not_because("calcified airway wall", "it is one of several calcified pieces along the wall of the airways", 0.8)
CORONARY = not_because(
    "coronary or valve calcification", "it is one of several small calcified pieces along the heart's arteries", 0.78
)

JOINTS = not_because(
    "vertebra or costovertebral joint", "it is one of several rims of bone at the joints of ribs and spine", 0.78
)
SPINE = ("vertebral_body", "disc")
DISC = not_because("calcified disc", "it lies in a disc, and no vertebra or piece near by holds cement", 0.78)


def in_company(things: Sequence[Thing], anatomy: Anatomy) -> Mapping[int, Verdict]:
    """Verdicts on things, by place in the sequence, that only their number and arrangement can give."""
    found: dict[int, Verdict] = {}
    for alike, verdict, reach_mm in KINDS:
        some = [place for place, thing in enumerate(things) if alike(thing)]
        if verdict is CLIPS and some:
            depth = depth_in_chest(anatomy, np.array([things[place].measured.extents.centre_mm for place in some]))
            some = [place for place, deep in zip(some, depth, strict=True) if deep < tracing.FRONT.number]
        found |= {place: verdict for place in _rows(things, some, reach_mm) if place not in found}
    return found


def lone_in_discs(things: Sequence[Thing]) -> Mapping[int, Verdict]:
    """Calcium of discs: cement comes into a disc from a filled body, so without any cement near by it is none."""
    dense = [one.measured.extents.centre_mm for one in things if not one.like_calcium and one.near(*SPINE) < JOINT_MM]
    found = {}
    for place, thing in enumerate(things):
        if thing.like_calcium and thing.share("disc") > 0.5:
            centre = thing.measured.extents.centre_mm
            if all(np.linalg.norm(centre - other) > tracing.FROM_BODY.number for other in dense):
                found[place] = DISC
    return found


def _rows(things: Sequence[Thing], some: Sequence[int], reach_mm: float) -> list[int]:
    """Those of some things that hang together in a row of at least so many."""
    from scipy.sparse.csgraph import connected_components

    if len(some) < FEWEST:
        return []
    centres = np.array([things[place].measured.extents.centre_mm for place in some])
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)
    _, row = connected_components(apart < reach_mm, directed=False)
    many = np.bincount(row)[row] >= FEWEST
    return [place for place, is_many in zip(some, many, strict=True) if is_many]


def _clip(thing: Thing) -> bool:
    one = thing.measured
    short = one.extents.widths_mm[0] < tracing.CLIP.number and one.size_ml < tracing.CLIP_ML.number
    return short and one.peak_hu > tracing.CALCIUM.number and not thing.in_lung


def _ring(thing: Thing) -> bool:
    small = thing.measured.size_ml < tracing.CORONARY.number
    return small and could_be_calcium(thing) and thing.near("airway") < tracing.RING.number


def _in_heart(thing: Thing) -> bool:
    small = thing.measured.size_ml < tracing.CORONARY.number
    return small and could_be_calcium(thing) and thing.share(*HEART) > 0.25 and not thing.in_lung


def _joint(thing: Thing) -> bool:
    one = thing.measured
    small = one.size_ml < tracing.CORONARY.number and not one.candidate.apart
    beside = thing.near("posterior_elements") < tracing.ON_BONE.number and thing.near("vertebral_body") < JOINT_MM
    return small and beside and could_be_calcium(thing) and one.peak_hu < tracing.JOINT.number * thing.own_bone_hu


KINDS: tuple[tuple[Callable[[Thing], bool], Verdict, float], ...] = (
    (_clip, CLIPS, tracing.CLIP_ROW.number),
    (_ring, RINGS, tracing.RING_ROW.number),
    (_in_heart, CORONARY, tracing.CORONARY_ROW.number),
    (_joint, JOINTS, tracing.RING_ROW.number),
)
