"""Heart and great vessels: by the carina, the heart's box and, where they can be followed, by their own outline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.units import MM
from azygos.trace.anatomy.body import Body
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.lungs import Lungs
from azygos.trace.anatomy.parcels import Spine
from azygos.trace.anatomy.tubes import Tube, follow_tube, inside_line
from azygos.values.mediastinum import (
    BEFORE_SPINE,
    CHAMBERS,
    CHEST_WIDTH,
    HEART_BOTTOM_LEFT,
    HEART_BOTTOM_RIGHT,
    HEART_HEIGHT,
    HEART_TOP,
    VESSELS,
    Stop,
)

REGION_OF = {"right brachiocephalic vein": "brachiocephalic_vein", "left brachiocephalic vein": "brachiocephalic_vein",
             "ascending aorta": "aorta", "aortic arch": "aorta"}  # fmt: skip
CAVA_SPREAD_MM = 10.0
UNDILUTED_HU = 700.0  # brighter than any other vessel
ASCENDING_SPREAD_MM = 12.0
HEART_ASIDE_MM = (60.0, 110.0)  # to the right and to the left of the spine
LIVER_ASIDE_MM = 12.0  # below the dome the heart reaches no further to the right
WALL_MM = 16.0  # of the chest in front of the heart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mediastinum:
    """What lies between the lungs, on the coarse grid."""

    heart: BoolArray
    chambers: dict[str, BoolArray]  # by region
    vessels: dict[str, BoolArray]  # by region, in the order in which they are laid over each other
    cava: Tube | None  # superior
    arch_mm: FloatArray | None  # middle of the aortic arch
    box_mm: tuple[FloatArray, FloatArray] | None  # of the heart: lowest and highest corner


def find_mediastinum(
    coarse: Coarse, body: Body, lungs: Lungs, spine: Spine | None, bone: BoolArray, heart_map: BoolArray | None
) -> Mediastinum:
    """Heart and great vessels where both lungs are in the field; the vessels only around a carina.

    A label map's heart gives the box; what of it reaches above the box belongs to the pulmonary arteries.
    """
    if not (lungs.right.any() and lungs.left.any()):
        none = np.zeros_like(lungs.right)
        return Mediastinum(heart=none, chambers={}, vessels={}, cava=None, arch_mm=None, box_mm=None)
    heart, box = (
        _heart(coarse, body, lungs, spine, bone) if heart_map is None else _mapped_heart(coarse, lungs, heart_map)
    )
    chambers = {} if box is None else _chambers(coarse, heart, box)
    if lungs.carina_mm is None:
        return Mediastinum(heart=heart, chambers=chambers, vessels={}, cava=None, arch_mm=None, box_mm=box)
    scale = chest_scale(coarse, lungs)
    cava = _superior_cava(coarse, lungs, scale)
    vessels: dict[str, BoolArray] = {}
    for name, stops in VESSELS.items():
        line, radii = _scaled(stops, lungs.carina_mm, scale)
        if name == "superior_vena_cava" and cava is not None:
            line, radii = cava.line_mm, np.full(len(cava.line_mm), cava.radius_mm)
        if name == "ascending aorta":
            tube = follow_tube(coarse, line, float(radii.mean()), ASCENDING_SPREAD_MM, barred=lungs.both | lungs.airway)
            line, radii = (line, radii) if tube is None else (tube.line_mm, np.full(len(tube.line_mm), tube.radius_mm))
        region = REGION_OF.get(name, name)
        if name == "superior_vena_cava" and cava is not None and cava.blood_hu > UNDILUTED_HU:
            wide = inside_line(coarse, line, 1.8 * radii) & (coarse.mean > 0.5 * cava.blood_hu)
            vessels[region] = _largest(wide)  # undiluted contrast outlines the lumen itself
            continue
        mask = inside_line(coarse, line, radii) & ~bone & ~lungs.airway & (coarse.mean > -200.0)
        vessels[region] = vessels[region] | mask if region in vessels else mask
    if heart_map is not None:
        vessels = {**vessels, **split_artery(coarse, heart_map & ~heart, lungs.carina_mm)}
    arch, _ = _scaled(VESSELS["aortic arch"], lungs.carina_mm, scale)
    return Mediastinum(heart=heart, chambers=chambers, vessels=vessels, cava=cava, arch_mm=arch[1], box_mm=box)


def _mapped_heart(
    coarse: Coarse, lungs: Lungs, heart_map: BoolArray
) -> tuple[BoolArray, tuple[FloatArray, FloatArray] | None]:
    """The heart of a label map without what of it lies above the heart's box."""
    top = np.inf if lungs.carina_mm is None else float(lungs.carina_mm[2]) + float(HEART_TOP) / MM
    z = coarse.affine_mm[2, 2] * np.arange(heart_map.shape[2]) + coarse.affine_mm[2, 3]
    heart = heart_map & (z < top)[None, None, :]
    if not heart.any():
        return heart, None
    at = np.argwhere(heart)
    return heart, (coarse.to_mm(np.percentile(at, 1.0, axis=0)), coarse.to_mm(np.percentile(at, 99.0, axis=0)))


def split_artery(coarse: Coarse, artery: BoolArray, carina_mm: FloatArray | None) -> dict[str, BoolArray]:
    """A mask of pulmonary arteries cut into trunk, right and left: by the nearest expected line, else by side.

    Maps also hold the lobes' arteries as far as they are wide; what lies nearest the line of a hilum is no main artery.
    """
    at = np.argwhere(artery)
    if not len(at):
        return {}
    points = coarse.to_mm(at)
    names = ("pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery", "hilum_right", "hilum_left")
    if carina_mm is not None:
        lines = [_scaled(VESSELS[name], carina_mm, 1.0)[0] for name in names]
        nearest = np.stack([_to_line(points, line) for line in lines]).argmin(axis=0)
    else:
        aside = points[:, 0] - points[:, 0].mean()
        nearest = np.where(np.abs(aside) < 15.0, 0, np.where(aside < 0.0, 1, 2))
    parts = {}
    for number, name in enumerate(names):
        parts[name] = np.zeros_like(artery)
        parts[name][tuple(at[nearest == number].T)] = True
    return parts


def _to_line(points: FloatArray, line: FloatArray) -> FloatArray:
    fine = np.concatenate([np.linspace(a, b, 12) for a, b in pairwise(line)])
    return np.asarray(np.min([np.linalg.norm(points - stop, axis=1) for stop in fine], axis=0))


def chest_scale(coarse: Coarse, lungs: Lungs) -> float:
    """Inner width of the chest at the carina over the usual one."""
    if lungs.carina_mm is None:
        return 1.0
    k = int(np.clip(round(float(coarse.to_index(lungs.carina_mm)[2])), 0, lungs.right.shape[2] - 1))
    columns = np.flatnonzero(lungs.both[:, :, k].any(axis=1))
    if columns.size < 2 or not (lungs.right[:, :, k].any() and lungs.left[:, :, k].any()):
        return 1.0
    return float(np.clip(np.ptp(columns) * coarse.step_mm[0] * MM / float(CHEST_WIDTH), 0.8, 1.2))


def _scaled(stops: tuple[Stop, ...], carina_mm: FloatArray, scale: float) -> tuple[FloatArray, FloatArray]:
    line = np.array([[float(x) / MM for x in stop.at] for stop in stops]) * scale + carina_mm
    return line, np.array([float(stop.radius) / MM for stop in stops]) * scale


def _superior_cava(coarse: Coarse, lungs: Lungs, scale: float) -> Tube | None:
    """Followed near its expected line, moved to the border of the right lung."""
    carina = lungs.carina_mm
    if carina is None:
        return None
    line, radii = _scaled(VESSELS["superior_vena_cava"], carina, scale)
    for point in line:
        index = np.rint(coarse.to_index(point)).astype(int)
        if not np.all((index >= 0) & (index < lungs.right.shape)):
            continue
        rows = lungs.right[:, max(0, index[1] - 3) : index[1] + 4, index[2]].any(axis=1)
        if rows.any():
            border = float(coarse.to_mm([np.flatnonzero(rows)[-1], 0, 0])[0])
            point[0] = np.clip(border + radii[0], point[0] - 14.0, point[0] + 14.0)
    order = np.argsort(line[:, 2])
    return follow_tube(coarse, line[order], float(radii.mean()), CAVA_SPREAD_MM, barred=lungs.both | lungs.airway)


def _heart(
    coarse: Coarse, body: Body, lungs: Lungs, spine: Spine | None, bone: BoolArray
) -> tuple[BoolArray, tuple[FloatArray, FloatArray] | None]:
    """Soft tissue deep under the skin, from under the carina to the domes, in front of the spine and off the liver."""
    none = np.zeros_like(bone)
    limits = _heart_heights(lungs)
    if limits is None:
        return none, None
    top, under, bottom_right, bottom_left = limits
    z = coarse.affine_mm[2, 2] * np.arange(bone.shape[2]) + coarse.affine_mm[2, 3]
    slices = np.flatnonzero((z < top) & (z > bottom_left))
    if slices.size < 5:
        return none, None
    span = slice(int(slices[0]), int(slices[-1]) + 1)
    x = coarse.affine_mm[0, 0] * np.arange(bone.shape[0]) + coarse.affine_mm[0, 3]
    middle = _middle_mm(coarse, lungs, spine, span)
    share = np.clip((x - middle + HEART_ASIDE_MM[0]) / sum(HEART_ASIDE_MM), 0.0, 1.0)
    bottom = bottom_right + share * (bottom_left - bottom_right)
    place = (
        (x[:, None] > middle - HEART_ASIDE_MM[0]) & (x[:, None] < middle + HEART_ASIDE_MM[1]) & (z > bottom[:, None])
    )
    place &= (x[:, None] > middle - LIVER_ASIDE_MM) | (z > under)
    reach = np.maximum(1, np.round(2.0 * WALL_MM / coarse.step_mm[:2])).astype(int)
    heart = np.zeros_like(bone)
    deep = ndimage.minimum_filter(body.trunk[:, :, span], size=(reach[0], reach[1], 1), mode="nearest")
    heart[:, :, span] = deep & place[:, None, span] & (coarse.mean[:, :, span] > -60.0)
    heart &= ~bone & ~lungs.both & ~lungs.airway & ~lungs.gas
    heart &= np.logical_or.accumulate(lungs.both.any(axis=0), axis=0)[None]  # behind the foremost lung in the slice
    if spine is not None:
        heart &= _before(coarse, spine, z)
    heart[:, :, span] = _largest(ndimage.binary_opening(heart[:, :, span], iterations=2))
    if np.count_nonzero(heart) * coarse.voxel_ml < 100.0:
        return none, None
    at = np.argwhere(heart)
    return heart, (coarse.to_mm(np.percentile(at, 1.0, axis=0)), coarse.to_mm(np.percentile(at, 99.0, axis=0)))


def _middle_mm(coarse: Coarse, lungs: Lungs, spine: Spine | None, span: slice) -> float:
    """The body's middle at the heart: the spine, or else halfway between the lungs' outer faces [mm]."""
    if spine is not None:
        low, high = coarse.to_mm([[0, 0, span.start], [0, 0, span.stop]])[:, 2]
        near = (spine.line_mm[:, 2] > low) & (spine.line_mm[:, 2] < high)
        if near.any():
            return float(spine.line_mm[near, 0].mean())
    columns = np.flatnonzero(lungs.both.any(axis=(1, 2)))
    return float(coarse.to_mm([(columns[0] + columns[-1]) / 2.0, 0, 0])[0])


def _heart_heights(lungs: Lungs) -> tuple[float, float, float, float] | None:
    """Top of the heart, of the right dome, and the heart's bottom to the right and to the left [mm]."""
    dome = lungs.right_dome_mm if lungs.right_dome_mm is not None else lungs.left_dome_mm
    if dome is None and lungs.carina_mm is None:
        return None
    if lungs.carina_mm is not None:
        top = float(lungs.carina_mm[2]) + float(HEART_TOP) / MM
    else:
        top = float(dome[2]) + float(HEART_HEIGHT) / MM  # type: ignore[index]
    under = float(dome[2]) if dome is not None else top - float(HEART_HEIGHT) / MM
    right, left = under + float(HEART_BOTTOM_RIGHT) / MM, under + float(HEART_BOTTOM_LEFT) / MM
    return (top, under, min(right, top - 40.0), min(left, top - 50.0))


def _before(coarse: Coarse, spine: Spine, z: FloatArray) -> BoolArray:
    """Rows in front of the spine by more than oesophagus and aorta take."""
    front = np.interp(z, spine.line_mm[:, 2], spine.line_mm[:, 1] - spine.half_depth_mm) - float(BEFORE_SPINE) / MM
    rows = (front - coarse.affine_mm[1, 3]) / coarse.affine_mm[1, 1]
    return np.asarray((np.arange(coarse.mean.shape[1])[:, None] < rows[None, :])[None])


def _largest(mask: BoolArray) -> BoolArray:
    parts, number = ndimage.label(mask)
    if number < 2:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax())


def _chambers(coarse: Coarse, heart: BoolArray, box: tuple[FloatArray, FloatArray]) -> dict[str, BoolArray]:
    """Each block of the heart goes to the ellipsoid in which it lies deepest."""
    at = np.argwhere(heart)
    share = (coarse.to_mm(at) - box[0]) / np.maximum(box[1] - box[0], 1.0)
    depth = np.stack(
        [
            sum(((share[:, axis] - float(ball.middle[axis])) / float(ball.radius[axis])) ** 2 for axis in range(3))
            for ball in CHAMBERS
        ]
    )
    nearest: npt.NDArray[np.int64] = depth.argmin(axis=0)
    chambers: dict[str, BoolArray] = {}
    for number, ball in enumerate(CHAMBERS):
        mask = chambers.setdefault(ball.region, np.zeros_like(heart))
        mask[tuple(at[nearest == number].T)] = True
    return chambers
