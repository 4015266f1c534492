"""What a rule answers about a thing, and the questions that several rules ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import REPORTED
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.thing import Thing
from azygos.values import tracing


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Parcel):
    """What a thing is taken for, why, and how surely [-]."""

    kind: str
    reason: str
    certainty: float


def not_because(kind: str, why: str, certainty: float) -> Verdict:
    """A verdict in the words of all reasons."""
    return Verdict(kind=kind, reason=f"Not cement because {why}.", certainty=certainty)


def could_be_calcium(thing: Thing) -> bool:
    """No brighter than calcium, or too small for its own brightness to be known."""
    unknown = thing.doubt > tracing.UNKNOWN.number and thing.measured.peak_hu <= thing.calcium_hu
    return thing.like_calcium or unknown


def depth_in_chest(anatomy: Anatomy, points_mm: FloatArray) -> FloatArray:
    """How far behind the lungs' front points (n, 3) lie, over the lungs' depth; infinite where no lung is seen [-]."""
    lungs = np.isin(anatomy.regions, [REGIONS.index("lung_right"), REGIONS.index("lung_left")])
    places = np.argwhere(lungs)
    if len(places) == 0:
        return np.full(len(points_mm), np.inf)
    back = places @ anatomy.affine_mm[1, :3] + anatomy.affine_mm[1, 3]
    front, rear = np.percentile(back, (1.0, 99.0))
    return np.asarray((points_mm[:, 1] - front) / max(rear - front, 1.0))


def stands_in_azygos(thing: Thing, anatomy: Anatomy) -> bool:
    """Where the azygos vein may run, and brighter by far than where it joins anything."""
    one = thing.measured
    chance = float(anatomy.chance_at("azygos_vein", one.extents.centre_mm[None])[0])
    return chance > tracing.MAY_BE_ROAD.number and one.prominence > tracing.PROMINENT.number


def well_may_be_road(thing: Thing) -> bool:
    """Whether a reported site is as likely as anything else."""
    return thing.place.site in REPORTED or thing.reported > tracing.SURE_OF_ROAD.number
