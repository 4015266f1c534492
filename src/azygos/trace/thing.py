"""One bright thing with all that the rules ask of it: its measures, its place, what lies near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import REPORTED, Place
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.brightness import cement_span_hu, doubt
from azygos.trace.measure import Measured
from azygos.trace.oriented import Oriented
from azygos.trace.quality import Quality
from azygos.values import tracing

SHELL = 1.6  # widths of the blur beyond a thing's outline to the middle of the shell in which it is touched
REACH_MM = 15.0  # to which neighbours are looked for
FAR_MM = 99.0
ON_ROADS = ("superior_vena_cava", "inferior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle",
            "left_heart", "heart", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery")  # fmt: skip
UPPER_VEINS = ("superior_vena_cava", "brachiocephalic_vein")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thing(Parcel):
    """A measured thing in its place."""

    measured: Measured
    place: Place
    shares: Mapping[str, float]  # region to share of its voxels
    near_mm: Mapping[str, float]  # region to its distance; absent beyond 15 mm
    rim_mm: float  # to the edge of the scanner's circle
    least_hu: float  # weakest cement at this voltage
    most_hu: float  # densest
    doubt: float  # share by which its own brightness may be off
    in_pool: bool  # it belongs to a large pool of contrast
    at_edge: bool  # the edge of the scan cuts it
    upper_veins_mm: float  # to the upper great veins
    own_bone_hu: float  # what this patient's bone reaches
    calcium_hu: float  # the most that calcium and this patient's bone read
    beside_aorta: float = 1.0  # share of its voxels within a wall's width of the aorta
    passing: float = 0.0  # share of its voxels in reported sites
    by_cava: bool = False  # it lies before the spine and right of its middle, where the inferior cava runs
    by_descending_aorta: bool = False  # it lies left beside or before the spine
    blur_mm: float = 1.5  # the scan's blur, of all directions

    def share(self, *regions: str) -> float:
        """Share of its voxels in any of these regions."""
        return sum(self.shares.get(region, 0.0) for region in regions)

    def near(self, *regions: str) -> float:
        """Distance to the nearest of these regions [mm]."""
        return min((self.near_mm.get(region, FAR_MM) for region in regions), default=FAR_MM)

    @property
    def in_lung(self) -> bool:
        """Whether air lies around it, whatever the outline says, or it lies in the outline and not on the wall."""
        share = self.share("lung_right", "lung_left")
        touched = self.measured.touched
        return touched < tracing.IN_AIR.number or (share > 0.5 and touched < tracing.ON_WALL.number)

    @property
    def may_be_on_road(self) -> bool:
        """Whether it lies, or may well lie, at a site that has a name."""
        other = sum(chance for site, chance in self.place.others if site != "elsewhere")
        return self.place.site != "elsewhere" or other > tracing.MAY_BE_ROAD.number

    @property
    def reported(self) -> float:
        """Chance that it lies in any of the sites of the reported tier, whichever of them it is."""
        named = ((self.place.site, self.place.certainty), *self.place.others)
        return sum(chance for site, chance in named if site in REPORTED)

    @property
    def passing_mm(self) -> float:
        """Length of it that runs in sites of the reported tier [mm]."""
        return self.passing * float(self.measured.extents.widths_mm[0])

    @property
    def is_cord(self) -> bool:
        """Long, thin, and mostly off the aorta's wall: what is cast in veins, and no calcium."""
        wide = self.measured.extents.widths_mm
        filled = self.measured.size_ml * 1e3 / float(np.prod(np.maximum(wide, 1e-3)))
        thin = self.measured.extents.elongation > 4.0 or filled < 0.1
        return bool(wide[0] > tracing.CORD.number and thin and self.beside_aorta < 0.6)

    @property
    def crosses_as_cord(self) -> bool:
        """A cord that runs through veins or heart; nothing as long was among what certainty is calibrated on.

        What holds more than a session can lose is no cord: a pool of contrast in cavae and heart is as long.
        """
        lost = self.measured.inside_ml <= tracing.MOST_LOST.number
        return self.is_cord and lost and self.passing_mm >= tracing.PASSING.number

    @property
    def highest_hu(self) -> float:
        """The most that it may read when resolved."""
        return max(self.measured.material_hu * (1.0 + self.doubt), self.measured.top_hu)

    @property
    def lowest_hu(self) -> float:
        """The least that it may read when resolved."""
        return max(self.measured.material_hu * (1.0 - self.doubt), self.measured.peak_hu - 2.0 * self.measured.noise_hu)

    @property
    def cast_as_cement(self) -> bool:
        """Round across or thick, wide enough to show what it reads, and as bright as undiluted cement."""
        one = self.measured
        bright = max(one.material_hu, self.lowest_hu) >= tracing.UNDILUTED.number * self.least_hu
        solid = one.extents.flatness < tracing.ROUND.number or one.extents.widths_mm[2] > tracing.THICK.number
        return bool(bright and solid and self.doubt < tracing.CLEAR.number)

    @property
    def outshines_bone(self) -> bool:
        """As bright as undiluted cement, by far brighter than this patient's bone gets, and as regular as a cast."""
        bright = self.measured.material_hu >= tracing.UNDILUTED.number * self.least_hu
        far_over = self.measured.peak_hu > tracing.FAR_OVER_BONE.number * self.own_bone_hu
        return bool(bright and far_over and self.doubt < tracing.CLEAR.number and self.ball_or_rod)

    @property
    def fills_as_cement(self) -> bool:
        """Mostly in a vertebral body, too large for a bone island, as bright as cement and far brighter than bone."""
        one = self.measured
        bright = one.material_hu >= max(
            tracing.UNDILUTED.number * self.least_hu, tracing.FAR_OVER_BONE.number * self.own_bone_hu
        )
        solid = one.inside_ml >= tracing.LARGE_FILL.number and self.doubt < tracing.CLEAR.number
        return bool(bright and solid and self.share("vertebral_body") > 0.5)

    @property
    def ball_or_rod(self) -> bool:
        """As regular as a cast: a rod fills 1.5 times the ellipsoid with its widths, a lump or a bent plate less."""
        shape = self.measured.extents
        filled = 6.0 / np.pi * self.measured.inside_ml * 1e3 / float(np.prod(np.maximum(shape.widths_mm, 1e-3)))
        ball = max(shape.elongation, shape.flatness) < tracing.ROUND.number
        return bool(ball or filled > tracing.ROD_FILLS.number)

    @property
    def is_plate(self) -> bool:
        """Flat, and wider than a smeared thread: what lies in walls; what is cast in a vessel is round."""
        shape = self.measured.extents
        return bool(shape.flatness > tracing.PLATE.number and shape.widths_mm[1] > tracing.BRONCHUS.number)

    @property
    def under_cement(self) -> bool:
        """It reads less than the weakest cement does undiluted, whatever the blur took from it.

        In the lung air takes more from it than the blur, so that there this is known of wide balls only.
        """
        one = self.measured
        wide = one.diameter_mm > tracing.RESOLVED_IN_AIR.number * self.blur_mm
        known = not self.in_lung or (wide and one.extents.elongation < tracing.ROUND.number)
        return bool(self.highest_hu < self.least_hu and known)

    @property
    def without_vessel(self) -> bool:
        """Whether less leads to it than the artery that it would have to plug.

        An artery of its width takes a share of the shell at which is looked for what touches it: the circle's of the
        sphere's surface.
        """
        radius = self.measured.diameter_mm / 2.0
        artery = (radius / (radius + SHELL * self.blur_mm)) ** 2 / 4.0
        return bool(self.measured.touched < tracing.LEADING.number * artery)

    @property
    def may_be_in_vein(self) -> bool:
        """Whether a vein, the heart or a pulmonary artery may hold it, outlines being off by as much as they are."""
        return self.by_cava or self.reported >= tracing.MAY_BE_VEIN.number

    @property
    def like_calcium(self) -> bool:
        """No brighter than calcium can be; where its whole says so, a peak may overshoot through a sharp kernel."""
        one = self.measured
        whole = one.material_hu * (1.0 + self.doubt) <= self.calcium_hu
        return self.lowest_hu <= self.calcium_hu * (tracing.OVERSHOT.number if whole else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings(Parcel):
    """What the rules ask of a scan and its body as a whole."""

    scan: Oriented
    anatomy: Anatomy
    quality: Quality
    bone_hu: float  # what this patient's bone reaches
    circle: tuple[FloatArray, float] | None  # centre and radius of the scanner's circle
    upper_veins: cKDTree | None  # coarse voxels of the upper great veins [mm]
    pools: frozenset[int]  # bright things of the lowest rung that hold undiluted contrast


def survey(scan: Oriented, anatomy: Anatomy, quality: Quality, bone_hu: float, pools: frozenset[int]) -> Surroundings:
    """Gather once what all things are asked about."""
    veins = np.argwhere(np.isin(anatomy.regions, [REGIONS.index(name) for name in UPPER_VEINS]))
    points = veins @ anatomy.affine_mm[:3, :3].T + anatomy.affine_mm[:3, 3]
    return Surroundings(
        scan=scan,
        anatomy=anatomy,
        quality=quality,
        bone_hu=bone_hu,
        circle=circle_of(scan),
        upper_veins=cKDTree(points) if len(points) else None,
        pools=pools,
    )


def look_around(around: Surroundings, one: Measured) -> Thing:
    """Gather what is known of a measured thing."""
    points = around.scan.to_mm(one.voxels)
    regions = around.anatomy.region_at(points)
    counts = np.bincount(regions, minlength=len(REGIONS)) / len(regions)
    least, most = cement_span_hu(around.quality)
    veins = around.upper_veins
    return Thing(
        measured=one,
        place=around.anatomy.place_at(points),
        shares={REGIONS[r]: float(counts[r]) for r in np.flatnonzero(counts)},
        near_mm=distances(around.anatomy, points),
        rim_mm=rim_distance(around.scan, one, around.circle),
        least_hu=least,
        most_hu=most,
        doubt=doubt(one, around.quality),
        in_pool=one.candidate.whole in around.pools,
        at_edge=bool(
            np.any((one.voxels.min(axis=0) < 1) | (one.voxels.max(axis=0) > np.array(around.scan.hu.shape) - 2))
        ),
        upper_veins_mm=float(veins.query(points[:: max(1, len(points) // 50)])[0].min()) if veins else FAR_MM,
        own_bone_hu=around.bone_hu,
        calcium_hu=calcium_hu(around.quality, around.bone_hu),
        beside_aorta=_beside(around.anatomy, points, "aorta", tracing.WALL.number),
        passing=_passing(around.anatomy, points),
        by_cava=by_cava(around.anatomy, one.extents.centre_mm),
        by_descending_aorta=by_descending_aorta(around.anatomy, one.extents.centre_mm),
        blur_mm=float(np.cbrt(around.quality.fwhm_mm**2 * max(around.quality.fwhm_mm, around.quality.through_mm))),
    )


def _beside(anatomy: Anatomy, points: FloatArray, region: str, within_mm: float) -> float:
    """Share of points from which a region lies within reach."""
    some = points[:: max(1, len(points) // 200)]
    ways = np.concatenate([np.zeros((1, 3)), np.eye(3), -np.eye(3)]) * within_mm
    found = anatomy.region_at((some[:, None] + ways[None]).reshape(-1, 3)).reshape(len(some), -1)
    return float(np.mean(np.any(found == REGIONS.index(region), axis=1)))


def by_cava(anatomy: Anatomy, centre_mm: FloatArray) -> bool:
    """Whether a point lies before the spine and right of its middle, where the inferior cava runs."""
    left, before = _from_spine(anatomy, centre_mm)
    aside = -tracing.CAVA_ASIDE.number < left < tracing.CAVA_PAST_MIDDLE.number
    return aside and 0.0 < before < tracing.CAVA_AHEAD.number


def by_descending_aorta(anatomy: Anatomy, centre_mm: FloatArray) -> bool:
    """Whether a point lies left of the spine's middle and not far before it."""
    left, before = _from_spine(anatomy, centre_mm)
    beside = -tracing.AORTA_BEFORE.number < before < tracing.AORTA_BEFORE.number
    return beside and 0.0 < left < tracing.AORTA_ASIDE.number


def _from_spine(anatomy: Anatomy, point_mm: FloatArray) -> tuple[float, float]:
    """How far left of the spine's middle and before its bodies a point lies [mm]; far off where no spine is seen."""
    spine = anatomy.spine
    if spine is None or not spine.line_mm[0, 2] <= point_mm[2] <= spine.line_mm[-1, 2]:
        return np.inf, np.inf
    left, back, _ = spine.along(point_mm[None])[0]
    return float(left), float(-back - np.interp(point_mm[2], spine.line_mm[:, 2], spine.half_depth_mm))


def _passing(anatomy: Anatomy, points: FloatArray) -> float:
    """Share of points that lie in sites of the reported tier, by outline or by chance."""
    some = points[:: max(1, len(points) // 200)]
    inside = np.isin(anatomy.region_at(some), [REGIONS.index(name) for name in ON_ROADS])
    for site in anatomy.chance:
        inside |= anatomy.chance_at(site, some) > 0.4
    return float(np.mean(inside))


def calcium_hu(quality: Quality, bone_hu: float) -> float:
    """The most that calcium reads at this voltage; a sharp kernel overshoots, as this patient's own bone shows."""
    voltage = (
        tracing.CALCIUM_UNTOLD.number if quality.kvp is None else (120.0 / quality.kvp) ** tracing.CALCIUM_POWER.number
    )
    return max(tracing.CALCIUM.number * voltage, tracing.OVERSHOOT.number * bone_hu)


def distances(anatomy: Anatomy, points_mm: FloatArray) -> dict[str, float]:
    """From the nearest of some points to each region within reach [mm]."""
    some = points_mm[:: max(1, len(points_mm) // 8)]
    inverse = np.linalg.inv(anatomy.affine_mm)
    edges = np.linalg.norm(anatomy.affine_mm[:3, :3], axis=0)
    index = some @ inverse[:3, :3].T + inverse[:3, 3]
    reach = np.ceil(REACH_MM / edges).astype(int)
    first = np.maximum(np.floor(index.min(axis=0)).astype(int) - reach, 0)
    last = np.minimum(np.ceil(index.max(axis=0)).astype(int) + reach + 1, anatomy.regions.shape)
    if np.any(last <= first):
        return {}
    box = anatomy.regions[tuple(slice(a, b) for a, b in zip(first, last, strict=True))]
    grid = np.stack(np.meshgrid(*(np.arange(a, b) for a, b in zip(first, last, strict=True)), indexing="ij"), axis=-1)
    nearest = np.full(box.shape, np.inf)
    for point in index:
        np.minimum(nearest, (((grid - point) * edges) ** 2).sum(axis=-1), out=nearest)
    lowest = np.full(len(REGIONS), np.inf)
    np.minimum.at(lowest, box.ravel(), np.sqrt(nearest).ravel())
    return {REGIONS[r]: float(lowest[r]) for r in np.flatnonzero(lowest <= REACH_MM)}


def circle_of(scan: Oriented) -> tuple[FloatArray, float] | None:
    """Centre (i, j) [mm] and radius [mm] of the scanner's circle, where the corners of the slices are blank."""
    size = scan.hu.shape[:2]
    edge = [max(n // 25, 2) for n in size]
    some = scan.hu[:, :, :: max(1, scan.hu.shape[2] // 8)]
    corners = [
        some[a, b] for a in (slice(edge[0]), slice(-edge[0], None)) for b in (slice(edge[1]), slice(-edge[1], None))
    ]
    if any(int(corner.max()) != int(corner.min()) for corner in corners):
        return None
    width = np.array(size) * scan.spacing_mm[:2]
    return (np.array(size) - 1.0) / 2.0 * scan.spacing_mm[:2], float(width.min()) / 2.0


def rim_distance(scan: Oriented, one: Measured, circle: tuple[FloatArray, float] | None) -> float:
    """From a thing to the rim of the scanner's circle, in the plane [mm]."""
    if circle is None:
        return FAR_MM
    off = one.voxels[:, :2] * scan.spacing_mm[:2] - circle[0]
    return float(circle[1] - np.linalg.norm(off, axis=1).max())
