"""Calcium of walls, nodes, granulomas and pleura."""

from __future__ import annotations

from azygos.trace.anatomy import Anatomy
from azygos.trace.thing import Thing
from azygos.trace.verdicts import Verdict, could_be_calcium, not_because, stands_in_azygos, well_may_be_road
from azygos.values import tracing

LUNGS = ("lung_right", "lung_left")
CENTRE = ("mediastinum", "hilum_right", "hilum_left")
VESSELS = ("superior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle", "pulmonary_trunk",
           "right_pulmonary_artery", "left_pulmonary_artery", "aorta", "inferior_vena_cava", "left_heart",
           "heart")  # fmt: skip
NODE_OFF_MM = tracing.ON_BONE.number  # the hilum's outline is as coarse as that of bone


def wall_calcium(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcium in the wall of an artery or of the left heart, in a coronary artery or a valve."""
    if not thing.like_calcium or thing.in_lung:
        return None
    if thing.share("aorta") > 0.3 or thing.near("aorta") < tracing.WALL.number:
        thick = thing.measured.extents.widths_mm[2] > tracing.THICK.number
        off = thing.share("aorta") < 0.3 and not thing.is_plate
        sure = 0.6 if well_may_be_road(thing) and (thick or off) else 0.8
        return not_because("aortic calcification", "it lies in the wall of the aorta, on the arterial side", sure)
    if thing.share("left_heart") > 0.3:
        return not_because("coronary or valve calcification", "it lies in the left heart or its arteries", 0.75)
    if thing.share("pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery") > 0.3:
        if thing.measured.extents.flatness > tracing.SHEET.number:
            return not_because("calcified wall of a pulmonary artery", "it is a sheet along the artery's wall", 0.6)
        return None
    if thing.share("heart", "right_atrium", "right_ventricle") > 0.3:
        return _coronary(thing)
    return None


def plate_off_outline(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A plate left of the spine, beside an aorta whose outline misses it."""
    plate = thing.measured.extents.flatness > tracing.ROUND.number and not thing.in_lung
    if plate and thing.like_calcium and thing.by_descending_aorta and thing.near("aorta") < tracing.AORTA_OFF.number:
        return not_because("aortic calcification", "it is a plate left of the spine, as the aorta's wall holds", 0.78)
    return None


def _coronary(thing: Thing) -> Verdict | None:
    """The right and the left anterior descending artery run in the heart's fat, near its surface."""
    one = thing.measured
    at_surface = thing.near(*LUNGS, "fat", "outside") < 10.0 or one.around_low_hu < -50.0
    if at_surface and one.size_ml < 0.15:
        return not_because("coronary calcification", "it is small and lies in the fat at the heart's surface", 0.65)
    return None


def airway_wall(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified rings of the trachea and the bronchi."""
    one = thing.measured
    if thing.in_lung:
        return None
    if thing.like_calcium and thing.near("airway") < tracing.WALL.number and thing.place.site != "lung":
        sure = 0.5 if stands_in_azygos(thing, anatomy) else 0.75
        return not_because("calcified airway wall", "it lies in the wall of the airways", sure)
    if thing.like_calcium and one.around_low_hu < -800.0 and thing.share(*CENTRE) > 0.5 and one.extents.flatness > 1.5:
        sure = 0.78 if thing.is_plate else 0.6
        return not_because("calcified airway wall", "it is a rim beside air in the mediastinum", sure)
    return None


def bronchial_sheet(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified walls of bronchi within the lung: sheets, where what is cast in an artery is round."""
    shape = thing.measured.extents
    sheet = shape.flatness > tracing.SHEET.number and shape.widths_mm[1] > tracing.BRONCHUS.number
    if thing.in_lung and sheet and could_be_calcium(thing):
        return not_because(
            "calcified airway wall", "it is a curved sheet within the lung, as rings of bronchi are", 0.6
        )
    return None


def node(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified lymph nodes: compact, in the mediastinum or the hilum, in no road."""
    one = thing.measured
    in_road = anatomy.chance_at("azygos_vein", one.extents.centre_mm[None])[0] > 0.2
    compact = one.extents.elongation < 2.5
    if thing.share(*CENTRE) > 0.5 and compact and thing.like_calcium and not in_road and not thing.in_lung:
        return not_because(
            "calcified lymph node", "it is compact, lies among the nodes and is no brighter than calcium", 0.65
        )
    return None


def lump(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified nodes beside the hilum that the outline gives to the lung."""
    one = thing.measured
    wide = one.extents.widths_mm[2] > tracing.NODE.number and one.extents.elongation < 2.5
    if thing.in_lung and thing.like_calcium and wide and not thing.ball_or_rod and thing.near(*CENTRE) < NODE_OFF_MM:
        return not_because("calcified lymph node", "it is a lump beside the hilum and no brighter than calcium", 0.6)
    return None


def fragment(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A bump of a brighter thing, or its brightest place that the lung's own level took in."""
    one = thing.measured
    bump = not one.candidate.apart and one.prominence < tracing.BUMP.number
    bright = one.candidate.level_hu > tracing.ENHANCED.number
    hardly = thing.in_lung and bright and one.peak_hu < tracing.HARDLY.number * one.candidate.level_hu
    if could_be_calcium(thing) and (bump or hardly):
        return not_because("calcium or bone", "it hardly rises above the brighter thing that it is part of", 0.8)
    return None


def granuloma(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified granulomas: round, in the parenchyma, with no vessel that leads to them."""
    one = thing.measured
    round_ = one.extents.elongation < 1.8
    if thing.share(*LUNGS) > 0.6 and round_ and thing.like_calcium and one.touched < 0.02:
        return not_because("calcified granuloma", "it is round, lies in the lung and no vessel leads to it", 0.6)
    return None


def plaque(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Calcified pleura and the edges of ribs: flat on the chest wall, whichever side the lung's outline puts it."""
    one = thing.measured
    off_air = not thing.in_lung or one.touched > tracing.IN_AIR.number
    at_wall = thing.near("rib", "soft_tissue", "fat", "back", "other_bone", "abdomen") < 4.0 and one.touched > 0.35
    if off_air and thing.near(*LUNGS) < 3.0 and at_wall and thing.like_calcium and thing.near(*CENTRE, *VESSELS) > 12.0:
        return not_because("pleura or rib", "it lies on the chest wall and is no brighter than bone", 0.7)
    return None
