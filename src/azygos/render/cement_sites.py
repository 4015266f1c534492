"""In which place each stretch of a piece of cement lies, by the vessel that it lies in."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.ground.places import REPORTED, Place
from azygos.ground.units import MM
from azygos.ground.vessels import Vessels
from azygos.render.phantom import Phantom
from azygos.render.phantom_spine import BACK_WALL
from azygos.render.phantom_spine_sizes import VertebraSize

VEIN_SITES = (
    ("hemiazygos", "hemiazygos_vein"), ("azygos", "azygos_vein"), ("superior vena cava", "superior_vena_cava"),
    ("brachiocephalic", "brachiocephalic_vein"), ("inferior vena cava", "inferior_vena_cava"),
    ("internal plexus", "spinal_canal"), ("basivertebral", "vertebral_body"), ("intervertebral", "foramen"),
    ("anterior external", "beside"),
)  # fmt: skip
BESIDE = "beside"  # small veins on the bone: named by where they lie, as nobody can tell one from the other on a scan
HEART_SITES = (("atrium", "right_atrium"), ("tricuspid", "right_ventricle"), ("ventric", "right_ventricle"),
               ("pulmonary", "pulmonary_trunk"))  # fmt: skip
LOBES = (
    ("right upper", "right upper"), ("right lower", "right lower"), ("left upper", "left upper"),
    ("left lower", "left lower"), ("middle lobe", "right middle"), ("lingula", "left upper"),
    ("right basal", "right lower"), ("left basal", "left lower"),
)  # fmt: skip
SIDED_MM = 5.0  # from the middle


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of a piece, in the straight body [mm], with the room it lies in."""

    points: FloatArray
    widths: FloatArray
    room: str
    vessel: str = ""  # where that is known; else the nearest


def main_place(shares: dict[Place, float]) -> Place:
    """Where most of a piece lies; what lies where it changes care comes first."""
    return max(shares, key=lambda place: (place.site in REPORTED, shares[place]))


def places_along(line: Line, phantom: Phantom) -> Iterable[tuple[Place, float]]:
    """Place of each stretch of a line, and about its volume."""
    middles = line.points if len(line.points) == 1 else 0.5 * (line.points[1:] + line.points[:-1])
    names = [line.vessel] * len(middles) if line.vessel else vessels_at(middles, line.room, phantom)
    for number, (middle, name) in enumerate(zip(middles, names, strict=True)):
        radius = 0.5 * float(line.widths[number : number + 2].mean())
        far = float(np.linalg.norm(line.points[min(number + 1, len(line.points) - 1)] - line.points[number]))
        yield place_of(name, line.room, middle, phantom), math.pi * radius**2 * max(far, radius)


def vessels_at(points: FloatArray, room: str, phantom: Phantom) -> list[str]:
    """Name of the vessel whose axis each point lies nearest to."""
    vessels = phantom.of_room(room)
    return [vessels.names[at] for at in _nearest(vessels, points)]


def _nearest(vessels: Vessels, points: FloatArray) -> npt.NDArray[np.int64]:
    start, way = vessels.ends[:, 0] / MM, (vessels.ends[:, 1] - vessels.ends[:, 0]) / MM
    square = np.maximum((way**2).sum(axis=1), 1e-9)
    t = np.clip(((points[:, None] - start) * way).sum(axis=2) / square, 0.0, 1.0)
    far = np.linalg.norm(points[:, None] - start - t[..., None] * way, axis=2)
    return np.asarray(np.argmin(far, axis=1), dtype=np.int64)


def level_at(point: FloatArray, phantom: Phantom) -> str:
    """The vertebra whose body's middle lies nearest in height to a point of the straight body."""
    return min(phantom.spine, key=lambda level: abs(float(phantom.centre_mm(level)[2] - point[2])))


def place_of(vessel: str, room: str, point: FloatArray, phantom: Phantom) -> Place:
    """What a radiologist calls a point in a vessel.

    Examples
    --------
    >>> from azygos.render import draw_phantom
    >>> place_of("lingular artery", "lungs", np.array([60.0, -48.0, 20.0]), draw_phantom(1)).words
    'branch of a pulmonary artery within the lung, left upper lobe'
    """
    side = "right" if point[0] < 0.0 else "left"
    if room == "lungs":
        return _in_lungs(vessel, side)
    if room == "heart":
        return Place(site=next((site for word, site in HEART_SITES if word in vessel), "heart"), source="truth")
    site = next((site for word, site in VEIN_SITES if word in vessel), BESIDE)
    if site == BESIDE:
        site = "prevertebral" if _in_front(point, phantom) else "paravertebral"
    if site == "foramen":
        site = _by_foramen(point, phantom.spine[level_of(vessel, point, phantom)])
    spinal = site in ("spinal_canal", "foramen", "paravertebral", "prevertebral", "vertebral_body")
    sided = site in ("foramen", "paravertebral") and abs(point[0]) > SIDED_MM
    level = level_at(point, phantom) if spinal else ""
    return Place(site=site, level=level, side=side if sided else "", source="truth")


def _in_front(point: FloatArray, phantom: Phantom) -> bool:
    """Whether a point lies in front of a body, and not beside it: nearer to its front than to its sides."""
    size = phantom.spine[level_at(point, phantom)]
    return bool(point[1] < 0.0 and abs(point[1]) / max(size.depth) > abs(point[0]) / max(size.width))


def level_of(vessel: str, point: FloatArray, phantom: Phantom) -> str:
    """The vertebra that a vein is named after, or else the nearest."""
    named = vessel.rsplit(" ", 1)[-1]
    return named if named in phantom.spine else level_at(point, phantom)


def _by_foramen(point: FloatArray, size: VertebraSize) -> str:
    """An intervertebral vein begins in the canal and ends beside the body; the foramen lies between the pedicles."""
    aside, behind = abs(point[0]) - 0.5 * size.canal_width, point[1] - BACK_WALL * 0.25 * sum(size.depth)
    if aside < 0.0:
        return "spinal_canal"
    return "foramen" if aside < size.pedicle_width and behind > 0.0 else "paravertebral"


def _in_lungs(artery: str, side: str) -> Place:
    if artery == "pulmonary trunk":
        return Place(site="pulmonary_trunk", source="truth")
    if artery.endswith("main pulmonary artery"):
        return Place(site="pulmonary_artery", side=artery.split(" ")[0], source="truth")
    lobe = next((lobe for word, lobe in LOBES if word in artery), "")
    return Place(site="lung", side=lobe.split(" ")[0] if lobe else side, lobe=lobe, source="truth")
