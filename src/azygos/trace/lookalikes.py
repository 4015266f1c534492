"""What only looks like cement: one rule a kind, in the order in which they are asked, each with its reason.

A rule answers with how sure it is that the thing is no cement, or with nothing. What no rule claims may be cement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from azygos.trace.anatomy import Anatomy
from azygos.trace.lookalikes_calcium import (
    airway_wall,
    bronchial_sheet,
    fragment,
    granuloma,
    lump,
    node,
    plaque,
    plate_off_outline,
    wall_calcium,
)
from azygos.trace.lookalikes_contrast import artery_plate, faint_pool, heart_calcium, lung_vessel
from azygos.trace.lookalikes_metal import (
    cava_filter,
    front_cartilage,
    plain_granuloma,
    plain_node,
    sternal_wire,
    under_skin,
)
from azygos.trace.thing import Thing
from azygos.trace.verdicts import Verdict, not_because, stands_in_azygos, well_may_be_road
from azygos.values import tracing

LUNGS = ("lung_right", "lung_left")
BONES = ("vertebral_body", "posterior_elements", "rib", "sternum", "other_bone")
CENTRAL_VEINS = ("superior_vena_cava", "brachiocephalic_vein")
RIGHT_SIDE = ("right_atrium", "right_ventricle", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery")
BOLUS_AT = ("superior_vena_cava", "brachiocephalic_vein", "right_heart")
SPINE = ("vertebral_body", "posterior_elements", "disc", "foramen", "spinal_canal", "prevertebral", "paravertebral")
BESIDE_BONE = ("disc", "foramen", "spinal_canal", "prevertebral", "paravertebral", "mediastinum", "back")
ROADS = (
    *CENTRAL_VEINS,
    *RIGHT_SIDE,
    "aorta",
    "inferior_vena_cava",
    "heart",
    "left_heart",
    "hilum_right",
    "hilum_left",
    "mediastinum",
)
ENHANCED = (*CENTRAL_VEINS, *RIGHT_SIDE, "aorta", "inferior_vena_cava", "left_heart", "heart")
GUT = ("oesophagus", "bowel")
WALL = ("soft_tissue", "fat", "neck", "limb")


OF_WALLS = ("aortic calcification", "calcified wall of a pulmonary artery", "calcified airway wall", "oral contrast",
            "calcified lymph node")  # fmt: skip
"""Kinds that no long thin cord off the aorta is, whatever it passes."""

CALCIUM_KINDS = (*OF_WALLS, "coronary or valve calcification", "coronary calcification", "costal cartilage",
                 "calcified cartilage or soft tissue", "calcified granuloma", "pleura or rib",
                 "cut by the edge of the field")  # fmt: skip
BONE_KINDS = ("vertebra or osteophyte", "vertebra or costovertebral joint", "bone")
DECISIVE, OPEN = 0.8, 0.6
MOSTLY, WHOLLY = 0.7, 0.9  # share of a thing's voxels

Rule = Callable[[Thing, Anatomy], Verdict | None]


def judge(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """The first rule that claims a thing; None where it may be cement."""
    for rule in RULES:
        verdict = rule(thing, anatomy)
        if verdict is not None and not (thing.is_cord and verdict.kind in OF_WALLS):
            return _weighed(verdict, thing)
    return None


def _weighed(verdict: Verdict, thing: Thing) -> Verdict:
    """What reads less than any cement is what it looks like; what is cast and as bright as cement in a vein may not."""
    if verdict.kind in (*CALCIUM_KINDS, *BONE_KINDS) and thing.under_cement:
        return replace(verdict, certainty=max(verdict.certainty, DECISIVE))
    in_vein = thing.cast_as_cement and thing.may_be_in_vein and not _is_its_place(verdict.kind, thing)
    on_spine = verdict.kind in BONE_KINDS and thing.near(*SPINE) < tracing.ON_BONE.number
    if in_vein or (on_spine and thing.outshines_bone):
        return replace(verdict, certainty=min(verdict.certainty, OPEN))
    return verdict


def _is_its_place(kind: str, thing: Thing) -> bool:
    """Whether a thing lies where hardly anything but what it is taken for can lie."""
    if kind in ("aortic calcification", "calcified lymph node") and not thing.ball_or_rod:
        return True
    if kind == "aortic calcification":
        in_hemiazygos = thing.near("vertebral_body") < tracing.AORTA_OFF.number and thing.measured.candidate.apart
        return thing.by_descending_aorta and thing.share("aorta") > MOSTLY and not in_hemiazygos
    if kind == "calcified granuloma":
        return thing.without_vessel
    if kind == "costal cartilage":
        return thing.near("soft_tissue", "fat", "sternum") < tracing.ON_BONE.number
    if kind in BONE_KINDS:
        one = thing.measured
        hardly = not one.candidate.apart and one.prominence < tracing.PROMINENT.number
        return hardly and one.peak_hu < tracing.FAR_OVER_BONE.number * thing.own_bone_hu
    return kind not in CALCIUM_KINDS


def beyond_rim(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """At the rim of the scanner's circle values are made up."""
    if thing.rim_mm < tracing.RIM.number:
        return not_because(
            "rim of the field", "it lies at the rim of the scanner's circle, where values are not true", 0.9
        )
    return None


def outside_body(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Tables, wires, jewellery."""
    if thing.share("outside") > 0.5:
        return not_because("outside the body", "it lies outside the body", 0.98)
    return None


def long_tube(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Leads, catheters and ports: long, of one calibre, through the great veins to the neck or the shoulder."""
    one = thing.measured
    long = one.extents.widths_mm[0] > tracing.LONG_TUBE.number and one.extents.elongation > 6.0
    upper = thing.share("superior_vena_cava", "brachiocephalic_vein", "neck", "right_atrium", "limb") > 0.3
    if long and upper and thing.near("neck", "limb", "outside", "brachiocephalic_vein") < 15.0:
        why = "it is one long tube of constant calibre that comes from the upper veins: a lead or a catheter"
        return not_because("lead or catheter", why, 0.85)
    return None


def metal(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Brighter than cement can be, or at the ceiling with dark streaks beside it."""
    one = thing.measured
    too_bright = one.clipped == 0.0 and thing.lowest_hu > 1.15 * thing.most_hu
    streaks = one.clipped > 0.3 and one.around_low_hu < one.background_hu - 450.0 and not thing.share(*LUNGS) > 0.2
    if too_bright:
        return not_because("metal", f"it reads {one.peak_hu:.0f} HU, more than cement can", 0.95)
    if streaks and thing.share("other_bone", "limb", "posterior_elements") > 0.5:
        why = "it is as bright as the scale goes, draws dark streaks and lies in bone that is not filled: an implant"
        return not_because("implant", why, 0.9)
    return None


def rods(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Rods with the screws that they join, behind the spine."""
    behind = thing.share("back", "posterior_elements", "paravertebral") > 0.6
    if behind and not thing.like_calcium and thing.measured.extents.widths_mm[0] > tracing.LONG_TUBE.number:
        return not_because("implant", "it is one long dense rod behind the spine, as screws are joined by", 0.85)
    return None


def pool_of_contrast(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Undiluted contrast in the upper veins and the right heart, and its reflux into the azygos arch."""
    if "veins" not in anatomy.contrast:
        return None
    one = thing.measured
    bolus = max((anatomy.vessel_hu.get(name, 0.0) for name in BOLUS_AT), default=0.0)
    close = thing.upper_veins_mm < tracing.REFLUX.number
    if thing.in_pool and close and one.background_hu < bolus:
        return not_because("contrast", "it hangs together with the undiluted contrast in the upper veins", 0.85)
    enhanced = one.background_hu > tracing.ENHANCED.number or one.around_high_hu > 0.5 * bolus
    streams = close or thing.share(*RIGHT_SIDE) > 0.3
    if enhanced and streams and one.peak_hu < tracing.BOLUS_SPREAD.number * bolus:
        return not_because("contrast", f"blood with contrast streams there and reads up to {bolus:.0f} HU", 0.8)
    return None


def streak(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Bright lines beside something much brighter, with dark ones between them."""
    one = thing.measured
    dips = one.around_low_hu < one.background_hu - 8.0 * one.noise_hu and one.around_low_hu < one.background_hu - 150.0
    if one.edge < 0.35 and dips and one.contrast < 20.0 and one.bright_around > 0.05:
        return not_because("streak", "it is a blurred line between dark ones beside something brighter", 0.7)
    return None


def too_faint(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A thing of its size would read more if it were cement."""
    one = thing.measured
    least = tracing.FAINT.number * thing.least_hu
    if thing.highest_hu >= least:
        return None
    why = f"cement of its size would read {_would_read(thing):.0f} HU or more and it reads {one.peak_hu:.0f} HU"
    return not_because(_faint_kind(thing, anatomy), why, 0.9)


def _would_read(thing: Thing) -> float:
    one = thing.measured
    return one.background_hu + one.kept * (thing.least_hu - one.background_hu)


def _faint_kind(thing: Thing, anatomy: Anatomy) -> str:
    if anatomy.contrast != "none" and thing.share(*ENHANCED, *LUNGS) > 0.5:
        return "contrast"
    if thing.share(*GUT) > 0.5:
        return "oral contrast"
    if thing.share(*BONES, "disc") > 0.3:
        return "bone"
    return "calcium or contrast"


def away(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Far from the spine, from every vein and artery that cement takes, and from the lung."""
    if thing.may_be_on_road or thing.by_cava or thing.in_lung or thing.near(*SPINE, *ROADS) < tracing.AWAY.number:
        return None
    if thing.share(*BONES) > 0.35 or thing.near(*BONES) < tracing.WALL.number:
        kind = _bone_kind(thing) if thing.like_calcium else "implant or cement of a joint"
        return not_because(kind, "it lies in or on bone, away from every way that cement takes from the spine", 0.85)
    if not thing.like_calcium and thing.near(*LUNGS) < tracing.WALL.number:
        return None
    kind = "calcified cartilage or soft tissue" if thing.like_calcium else "metal or other foreign body"
    return not_because(kind, "it lies away from every way that cement takes from the spine", 0.8)


def bone(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Bone: in it or joined to it, and no brighter than this patient's bone gets."""
    if not thing.like_calcium:
        return None
    one = thing.measured
    in_bone = max(one.candidate.bone, thing.share(*BONES)) if not thing.in_lung else 0.0
    if in_bone > 0.35 and not (in_bone < 0.7 and _beyond_bone(thing, anatomy)):
        return not_because(_bone_kind(thing), "it lies in bone and is no brighter than bone can be", 0.85)
    joined = not one.candidate.apart and thing.near(*BONES) < tracing.WALL.number
    if joined and one.prominence < tracing.PROMINENT.number:
        sure = 0.6 if _beyond_bone(thing, anatomy) else 0.8
        return not_because(
            _bone_kind(thing), "it grows out of bone and is hardly brighter than where it joins it", sure
        )
    on_bone = not one.candidate.apart and thing.near(*BONES) < tracing.ON_BONE.number
    if on_bone and one.prominence < tracing.BUMP.number:
        return not_because(_bone_kind(thing), "it is a mere bump of the bone that it grows out of", 0.78)
    beside = thing.near(*BONES) < tracing.ON_BONE.number and thing.share(*BESIDE_BONE) > 0.3
    if beside and one.peak_hu < tracing.OVER_BONE.number * thing.own_bone_hu:
        why = "it lies on bone and reads no more than this patient's bone"
        return not_because(_bone_kind(thing), why, 0.5 if stands_in_azygos(thing, anatomy) else 0.78)
    if joined:
        return not_because(_bone_kind(thing), "it touches bone and is no brighter than bone can be", 0.6)
    return None


def _beyond_bone(thing: Thing, anatomy: Anatomy) -> bool:
    """Brighter than this patient's bone by far, where the azygos vein may run: cement that touches the spine."""
    one = thing.measured
    chance = float(anatomy.chance_at("azygos_vein", one.extents.centre_mm[None])[0])
    return chance > tracing.MAY_BE_ROAD.number and one.peak_hu > tracing.FAR_OVER_BONE.number * thing.own_bone_hu


def cut(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """What the edge of the field cuts off from the bone or the vessel that it belongs to."""
    if thing.at_edge and thing.like_calcium and not thing.in_lung:
        return not_because(
            "cut by the edge of the field", "the edge of the field cuts it and what it hangs on is not seen", 0.76
        )
    return None


def _bone_kind(thing: Thing) -> str:
    names = {"vertebral_body": "vertebra or osteophyte", "posterior_elements": "vertebra or costovertebral joint",
             "rib": "rib", "sternum": "sternum", "other_bone": "bone"}  # fmt: skip
    shares = {name: thing.share(name) for name in names}
    best = max(shares, key=lambda name: (shares[name], -thing.near(name)))
    return names[best]


def gut(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Oral contrast and what is swallowed."""
    if thing.share(*GUT) > 0.5 and (thing.like_calcium or thing.measured.size_ml > tracing.SWALLOWED.number):
        return not_because("oral contrast", "it lies in the gut", 0.5 if well_may_be_road(thing) else 0.7)
    return None


def cartilage(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified costal and laryngeal cartilage, and calcium in muscles and fat away from every road."""
    if thing.may_be_on_road or thing.in_lung or thing.share(*WALL, "abdomen") < 0.5:
        return None
    overshot = thing.share(*WALL) > WHOLLY and thing.lowest_hu < tracing.OVERSHOT.number * thing.calcium_hu
    if thing.like_calcium or overshot:
        return not_because(
            "calcified cartilage or soft tissue", "it lies away from every road and is no brighter than calcium", 0.78
        )
    return None


RULES: tuple[Rule, ...] = (
    outside_body, beyond_rim, long_tube, rods, metal, cava_filter, sternal_wire, under_skin, pool_of_contrast,
    faint_pool,
    lung_vessel, too_faint, streak, away, cut, front_cartilage, bone, fragment, wall_calcium, plate_off_outline,
    artery_plate, heart_calcium, airway_wall,
    bronchial_sheet, gut, plain_granuloma, granuloma, plaque, plain_node, node, lump,
    cartilage,
)  # fmt: skip
