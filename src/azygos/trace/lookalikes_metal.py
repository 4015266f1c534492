"""Metal that patients carry and calcium of the chest's wall: told by shape and by where they lie."""

from __future__ import annotations

import numpy as np

from azygos.trace.anatomy import Anatomy
from azygos.trace.thing import Thing
from azygos.trace.verdicts import Verdict, could_be_calcium, depth_in_chest, not_because
from azygos.values import tracing

HEART = ("right_atrium", "right_ventricle", "left_heart", "heart")
CENTRE = ("mediastinum", "hilum_right", "hilum_left")
VESSELS = ("superior_vena_cava", "brachiocephalic_vein", "pulmonary_trunk", "right_pulmonary_artery",
           "left_pulmonary_artery", *HEART)  # fmt: skip
FRONT = ("soft_tissue", "fat", "sternum")


def filling(thing: Thing) -> float:
    """Share of the ellipsoid with its principal widths that a thing fills [-]."""
    return float(6.0 / np.pi * thing.measured.inside_ml * 1e3 / np.prod(thing.measured.extents.widths_mm))


def cava_filter(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A cage of struts in the inferior cava: wide, and mostly blood within its outline."""
    widths = thing.measured.extents.widths_mm
    there = thing.share("inferior_vena_cava") > 0.3 or thing.near("inferior_vena_cava") < tracing.WALL.number
    cage = widths[2] > tracing.CAGE_DEEP.number and widths[1] > tracing.CAGE.number
    if there and cage and filling(thing) < tracing.OPEN.number and not thing.like_calcium:
        return not_because("cava filter", "it is an open cage of metal struts in the inferior cava", 0.85)
    return None


def sternal_wire(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Loops of wire around the breastbone."""
    loop = thing.measured.extents.widths_mm[1] > tracing.CAGE.number and filling(thing) < tracing.OPEN.number
    if loop and thing.near("sternum") < tracing.WALL.number and not thing.may_be_on_road:
        return not_because("sternal wire", "it is an open loop of wire around the breastbone", 0.9)
    return None


def front_cartilage(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcium in the cartilages of the ribs, where outlines are drawn through the front of the chest."""
    free = thing.share("mediastinum") > 0.3 and not thing.in_lung  # between the breastbone and the great vessels
    if not could_be_calcium(thing) or thing.near(*VESSELS) < tracing.ON_BONE.number:
        return None
    wall_mm = 0.0 if free else thing.near(*FRONT)
    if wall_mm > tracing.ON_BONE.number:
        return None
    if thing.measured.touched < tracing.SOFT_SIDE.number:
        return None
    depth = depth_in_chest(anatomy, thing.measured.extents.centre_mm[None])[0]
    if depth < tracing.FRONT.number:
        why = "it lies at the chest's front wall and reads no more than calcium"
        return not_because("costal cartilage", why, 0.8 if wall_mm <= tracing.WALL.number else 0.6)
    return None


def plain_granuloma(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Round, wide enough to see a vessel nearly as wide as it, and none leads to it."""
    one = thing.measured
    round_ = one.extents.elongation < 1.6 and one.extents.flatness < 1.6
    wide = one.extents.widths_mm[2] > tracing.GRANULOMA.number
    if thing.in_lung and round_ and wide and could_be_calcium(thing) and thing.without_vessel:
        why = "it is round, lies in the lung and no vessel as wide as it leads to it"
        return not_because("calcified granuloma", why, 0.8)
    return None


def plain_node(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A compact cluster among the nodes, beside the vessels and not within them."""
    one = thing.measured
    compact = one.extents.elongation < 2.5 and one.extents.widths_mm[1] > tracing.NODE.number
    among = thing.share(*CENTRE) > 0.5 and thing.near(*VESSELS) > tracing.WALL.number
    road = anatomy.chance_at("azygos_vein", one.extents.centre_mm[None])[0] > tracing.MAY_BE_ROAD.number
    if compact and among and not road and could_be_calcium(thing) and one.size_ml > tracing.NODE_ML.number:
        why = "it is compact, lies beside the great vessels among the nodes and is no brighter than calcium"
        return not_because("calcified lymph node", why, 0.78)
    return None


def under_skin(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Chambers, generators and electrodes under the skin of the chest's front."""
    one = thing.measured
    shallow = thing.share("soft_tissue", "fat") > 0.8 and thing.near("outside") < tracing.SKIN.number
    if not shallow or thing.like_calcium:
        return None
    if depth_in_chest(anatomy, one.extents.centre_mm[None])[0] < tracing.FRONT.number:
        return not_because("port or generator", "it is metal under the skin of the chest's front", 0.85)
    return None
