"""What contrast and the heart's own calcium leave that looks like cement."""

from __future__ import annotations

from azygos.trace.anatomy import Anatomy
from azygos.trace.thing import Thing
from azygos.trace.verdicts import Verdict, could_be_calcium, not_because
from azygos.values import tracing

LUNGS = ("lung_right", "lung_left", "hilum_right", "hilum_left")
ARTERIES = ("pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery")
HEART = ("right_atrium", "right_ventricle", "left_heart", "heart", "pulmonary_trunk")


def faint_pool(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A wide thing whose plateau reads less than the weakest cement: streaming contrast with something in it."""
    one = thing.measured
    faint = one.material_hu * (1.0 + thing.doubt) < tracing.FAINT.number * thing.least_hu
    if anatomy.contrast == "none" or not faint or one.size_ml < tracing.POOL.number:
        return None
    even = one.peak_hu < tracing.BOLUS_SPREAD.number * one.material_hu
    why = f"most of it reads {one.material_hu:.0f} HU, as blood with contrast does and no cement"
    return not_because("contrast", why, 0.85 if even else 0.7)


def lung_vessel(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """The brightest places along a vessel of the lung that is full of contrast."""
    one = thing.measured
    inside = thing.in_lung or thing.share(*LUNGS) > 0.5
    hardly = one.peak_hu < tracing.HARDLY.number * one.candidate.level_hu
    full = anatomy.contrast != "none" and one.candidate.level_hu > tracing.ENHANCED.number
    if full and inside and hardly and could_be_calcium(thing):
        return not_because("contrast", "it hardly rises above the vessel full of contrast that it lies in", 0.8)
    return None


def heart_calcium(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """Small calcium in the heart: the right coronary artery runs where the outlines know only chambers."""
    one = thing.measured
    small = one.size_ml < tracing.CORONARY.number and not thing.in_lung
    if small and could_be_calcium(thing) and thing.share(*HEART) > 0.5:
        why = "it is small and no brighter than calcium, as coronary arteries and valves hold it"
        return not_because("coronary or valve calcification", why, 0.6)
    return None


def artery_plate(thing: Thing, anatomy: Anatomy) -> Verdict | None:
    """A plate in the wall of a wide pulmonary artery."""
    plate = thing.measured.extents.flatness > tracing.PLATE.number
    if plate and could_be_calcium(thing) and thing.share(*ARTERIES) > 0.3 and not thing.in_lung:
        return not_because(
            "calcified wall of a pulmonary artery", "it is flat, as plates in the artery's wall are", 0.6
        )
    return None
