"""What one bright thing measures: its outline, what lies around it, what it would read were it resolved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.trace.candidates import Candidate, Sought
from azygos.trace.oriented import HU_SPAN, Oriented
from azygos.trace.quality import Quality
from azygos.trace.recovery import FWHM, ball_recovery, ball_width, rod_recovery, rod_width
from azygos.trace.shape import Extents, extents_of
from azygos.trace.unmix import unmix

SHELL_MM = 3.0  # thickness of the shell that is taken for background
PLATEAU_MM = 2.5  # reach of the maximum to which an outline is half
RODLIKE = 2.2  # longest over middle extent above which a thing is taken for a rod
FEWEST_AROUND = 12  # voxels that tell a background
LEAST_CAP_HU = 80.0  # up to which any ground may reach
MOST_HU = 6500.0  # that a thing is parted as, for what lies below the blur would grow without end
ROUNDS = 3  # of parting a thing from its ground
NEAR = 2.6  # widths of the blur beyond the outline in which the ground is sought
SLOPE = 3  # voxels beyond its own to which a thing's slope is followed
HIDDEN = 0.1  # share of cement from which the ground is not seen
REACH = 1.6  # widths of the blur beyond the outline to which it is summed
RESOLVED = 0.9  # share of its contrast that a thing keeps where it shows a plateau
INNER, FEWEST_INNER = 0.9, 6  # widths of the blur inside the outline, and how many voxels there, that show a plateau


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured(Parcel):
    """One bright thing, measured; voxels and places are those of the oriented scan."""

    candidate: Candidate
    voxels: IntArray  # shape (n, 3), inside the half-maximum outline
    origin: IntArray  # shape (3,), first voxel of `mask`
    mask: BoolArray  # the same voxels in their box
    extents: Extents
    background_hu: float
    noise_hu: float
    peak_hu: float
    top_hu: float  # peak between voxels
    integral_hu_ml: float  # above the background
    integral_error_hu_ml: float  # standard error from noise
    ground_error_hu_ml: float  # by how much the background under it may put the integral off
    width_mm: float  # diameter of the ball or rod that would read so
    kept: float  # share of its contrast that such a thing keeps at its peak [-]
    material_hu: float  # what it would read were it resolved
    rod: bool
    edge: float  # steepest slope over that of a step of its height through this scan's blur [-]
    around_low_hu: float  # 2nd of 100 around: dark streaks
    around_high_hu: float  # 98th
    bright_around: float  # share of the shell that stands out as well [-]
    touched: float  # share of the directions in which something brighter than soft tissue lies near [-]
    clipped: float  # share at the ceiling [-]
    inside_ml: float  # of the voxels inside the outline
    saturated_ml: float = 0.0  # of those at the ceiling, at their rim by half: there the blur leaves less above it

    def __post_init__(self) -> None:
        self.seal("voxels", "origin", dtype=np.int64)
        self.seal("mask", dtype=bool)

    @property
    def contrast(self) -> float:
        """Peak above background over noise."""
        return (self.peak_hu - self.background_hu) / self.noise_hu

    @property
    def prominence(self) -> float:
        """How far it rises above the level at which it joins something else, over its contrast [-]."""
        return (self.peak_hu - self.candidate.level_hu) / max(self.peak_hu - self.background_hu, 1.0)

    @property
    def diameter_mm(self) -> float:
        """Full width at half maximum across the line: of the section that the outline has on average."""
        if not self.rod:
            return float(np.cbrt(6.0 / np.pi * self.inside_ml * 1e3))
        return float(np.sqrt(4.0 / np.pi * self.inside_ml * 1e3 / self.extents.widths_mm[0]))

    @property
    def size_ml(self) -> float:
        """Integral over what the material would read: the volume's first guess."""
        return self.integral_hu_ml / max(self.material_hu - self.background_hu, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A box of the scan around one candidate."""

    origin: IntArray
    hu: FloatArray
    own: BoolArray
    stands_out: BoolArray
    spacing_mm: FloatArray


def window_around(scan: Oriented, sought: Sought, candidate: Candidate, margin_mm: float) -> Window:
    """Cut out a candidate with a margin."""
    margin = np.ceil(margin_mm / scan.spacing_mm).astype(int) + 1
    first = np.maximum(candidate.voxels.min(axis=0) - margin, 0)
    last = np.minimum(candidate.voxels.max(axis=0) + margin + 1, scan.hu.shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    own = np.zeros(tuple(last - first), dtype=bool)
    own[tuple((candidate.voxels - first).T)] = True
    return Window(first, scan.hu[box].astype(np.float64), own, sought.steps[box] > 0, scan.spacing_mm)


def measure(
    scan: Oriented, sought: Sought, candidate: Candidate, quality: Quality, level_hu: float, noise_hu: float
) -> Measured:
    """Measure one candidate; `level_hu` stands in where nothing around tells a background."""
    blur = np.array([quality.fwhm_mm, quality.fwhm_mm, max(quality.fwhm_mm, quality.through_mm)])
    view = window_around(scan, sought, candidate, float(1.5 * blur.max() + SHELL_MM))
    far = _far(view, view.own, blur)
    background = _level(view, _shell(view, far, blur), level_hu)
    core = half_maximum(view, background, far, blur)
    far = _far(view, core, blur)
    shell = _shell(view, far, blur)
    background = _level(view, shell, level_hu)
    ground = _ground(view, shell, background, blur)
    inside = np.argwhere(core)
    points = scan.to_mm(inside + view.origin)
    extents = extents_of(points, view.spacing_mm)
    top = _top(view, core)
    slope = _slope(view)
    others = view.stands_out & ~slope
    region = (far <= REACH) & ~others & (view.hu > HU_SPAN[0])
    integral = float((view.hu - ground)[region].sum() * np.prod(view.spacing_mm))
    behind = float(ground[core].mean())
    inner = _inner(view, core, blur)
    for _ in range(ROUNDS):
        width, kept, rod = _as_ball_or_rod(integral, top - behind, extents, quality)
        material = _material(view, core, behind, top, kept, inner if width > 2.0 * blur.max() else inner[:0])
        likely = float(np.clip(material, 1.05 * top, max(MOST_HU, 1.05 * top)))
        parted = _parted(view, core, slope, far, ground, likely, quality)
        ground, behind = parted.ground, float(parted.ground[core].mean())
        integral = parted.integral
    width, kept, rod = _as_ball_or_rod(integral, top - behind, extents, quality)
    material = _material(view, core, behind, top, kept, inner if width > 2.0 * blur.max() else inner[:0])
    around = view.hu[shell] if shell.any() else np.array([background])
    peak = float(view.hu[core].max())
    saturated = core & (view.hu >= (np.inf if scan.ceiling_hu is None else scan.ceiling_hu - 0.5))
    return Measured(
        candidate=candidate,
        voxels=inside + view.origin,
        origin=view.origin,
        mask=core,
        extents=extents,
        background_hu=behind,
        noise_hu=noise_hu,
        peak_hu=peak,
        top_hu=top,
        integral_hu_ml=integral * 1e-3,
        ground_error_hu_ml=parted.error * 1e-3,
        integral_error_hu_ml=quality.correlated
        * noise_hu
        * np.sqrt(parted.voxels)
        * float(np.prod(view.spacing_mm))
        * 1e-3,
        width_mm=width,
        kept=kept,
        material_hu=material,
        rod=rod,
        edge=_edge(view, core, behind, top, quality),
        around_low_hu=float(np.percentile(around, 2)),
        around_high_hu=float(np.percentile(around, 98)),
        bright_around=_bright_around(view, far),
        touched=_touched(view, far),
        clipped=float(saturated[core].mean()),
        inside_ml=len(inside) * float(np.prod(view.spacing_mm)) * 1e-3,
        saturated_ml=_half_at_rim(saturated) * float(np.prod(view.spacing_mm)) * 1e-3,
    )


def _far(view: Window, mask: BoolArray, blur: FloatArray) -> FloatArray:
    """Distance from a mask in widths of the blur."""
    return np.asarray(ndimage.distance_transform_edt(~mask, sampling=view.spacing_mm / blur))


def _shell(view: Window, far: FloatArray, blur: FloatArray) -> BoolArray:
    """What lies around a thing, beyond its blur, and does not stand out itself."""
    return np.asarray((far > 1.2) & (far <= 1.2 + SHELL_MM / blur[0]) & ~view.stands_out & (view.hu > HU_SPAN[0]))


def _level(view: Window, shell: BoolArray, fallback_hu: float) -> float:
    if np.count_nonzero(shell) < FEWEST_AROUND:
        return fallback_hu
    return float(np.median(view.hu[shell]))


def _ground(view: Window, shell: BoolArray, background_hu: float, blur: FloatArray) -> FloatArray:
    """The background carried on under a thing from what lies nearest around it, smoothed over one blur.

    A vessel that is wider than the piece in it so counts as background, not as cement.
    """
    if not shell.any():
        return np.full(view.hu.shape, background_hu)
    sigma = blur / FWHM * 1.5 / view.spacing_mm
    weight = ndimage.gaussian_filter(shell.astype(np.float64), sigma, mode="nearest")
    value = ndimage.gaussian_filter(np.where(shell, view.hu - background_hu, 0.0), sigma, mode="nearest")
    smooth = background_hu + value / np.maximum(weight, 1e-3)
    nearest = ndimage.distance_transform_edt(
        ~shell, sampling=view.spacing_mm, return_distances=False, return_indices=True
    )
    return np.asarray(ndimage.gaussian_filter(smooth[tuple(nearest)], sigma, mode="nearest"))


def _slope(view: Window) -> BoolArray:
    """A thing's voxels, and those around that stand out and lie on its slope: their brightest neighbour is its own."""
    mine, highest = view.own, ndimage.maximum_filter(view.hu, 3)
    for _ in range(SLOPE):
        mine = mine | (view.stands_out & (ndimage.maximum_filter(np.where(mine, view.hu, -np.inf), 3) >= highest))
    return np.asarray(mine)


def half_maximum(view: Window, background_hu: float, far: FloatArray, blur: FloatArray) -> BoolArray:
    """Voxels that stand out and lie above half of the highest value nearby, joined to the thing's own."""
    reach = 2 * np.maximum(np.rint(np.maximum(PLATEAU_MM, blur) / view.spacing_mm).astype(int), 1) + 1
    plateau = ndimage.maximum_filter(np.where(view.own, view.hu, HU_SPAN[0]), size=tuple(reach))
    above = (view.hu - background_hu >= 0.5 * (plateau - background_hu)) & (plateau > background_hu)
    above &= view.stands_out & (view.own | (far <= 1.0))
    parts, _ = ndimage.label(above, structure=np.ones((3, 3, 3)))
    mine = np.unique(parts[view.own & above])
    core = np.isin(parts, mine[mine > 0])
    return np.asarray(core if core.any() else view.own)


@dataclass(frozen=True, slots=True, eq=False)
class _Parted:
    """What a thing holds, and what lies behind it."""

    ground: FloatArray  # shape of the window
    integral: float  # above the ground [HU mm3]
    error: float  # by how much the ground may put it off [HU mm3]
    voxels: int  # that were summed


def _parted(
    view: Window,
    core: BoolArray,
    slope: BoolArray,
    far: FloatArray,
    ground: FloatArray,
    material_hu: float,
    quality: Quality,
) -> _Parted:
    """Part a thing from its ground, in the box that its blur reaches."""
    near = far <= NEAR
    box = tuple(
        slice(int(w.min()), int(w.max()) + 1)
        for w in (np.flatnonzero(near.any(axis=o)) for o in ((1, 2), (0, 2), (0, 1)))
    )
    others = (view.stands_out & ~slope) | (view.hu <= HU_SPAN[0])
    width = np.array([quality.fwhm_mm, quality.fwhm_mm, quality.through_mm])
    around = view.hu[(far > 1.2) & ~view.stands_out]
    most = max(LEAST_CAP_HU, float(np.percentile(around, 98)) if len(around) else LEAST_CAP_HU)
    found = unmix(
        view.hu[box],
        core[box],
        near[box] & ~others[box],
        (core | slope)[box],
        ground[box],
        material_hu,
        width / FWHM / view.spacing_mm,
        most,
    )
    within = far[box] <= REACH
    cell = float(np.prod(view.spacing_mm))
    integral = float((found.share * (material_hu - found.ground_hu))[within].sum()) * cell
    hidden = within & (found.share > HIDDEN)
    error = float(np.clip(1.0 - found.share[hidden], 0.0, 1.0).sum()) * found.spread_hu * cell
    whole = ground.copy()
    whole[box] = found.ground_hu
    return _Parted(whole, integral, error, int(np.count_nonzero(within)))


def _top(view: Window, core: BoolArray) -> float:
    """The peak between voxels, by cubic interpolation."""
    at = np.unravel_index(int(np.argmax(np.where(core, view.hu, -np.inf))), view.hu.shape)
    first = np.maximum(np.array(at) - 3, 0)
    near = view.hu[tuple(slice(int(f), int(p) + 4) for f, p in zip(first, at, strict=True))]
    here = np.array(at) - first
    shifts = np.stack(np.meshgrid(*[np.linspace(-0.75, 0.75, 7)] * 3, indexing="ij")).reshape(3, -1)
    between = ndimage.map_coordinates(near, here[:, None] + shifts, order=3, mode="nearest")
    return float(max(between.max(), view.hu[at]))


def _as_ball_or_rod(integral: float, height: float, extents: Extents, quality: Quality) -> tuple[float, float, bool]:
    """Width of the ball or rod that has this integral and this peak, and the share of contrast that it keeps."""
    ratio = max(integral, 1e-6) / max(height, 1.0)
    rod = extents.elongation > RODLIKE
    least = _least_kept(extents, quality)
    if not rod:
        width = ball_width(ratio, quality.fwhm_mm, quality.box_mm)
        kept = float(ball_recovery(np.array([width]), quality.fwhm_mm, quality.box_mm)[0])
    else:
        along = abs(float(extents.axes[0, 2]))
        width = rod_width(ratio / float(extents.widths_mm[0]), quality.fwhm_mm, quality.box_mm, along)
        kept = float(rod_recovery(np.array([width]), quality.fwhm_mm, quality.box_mm, along)[0])
    return width, float(np.clip(kept, least, 1.0)), rod


def _least_kept(extents: Extents, quality: Quality) -> float:
    """A thing keeps at least what a ball as wide as its smallest extent without the blur would."""
    bare = np.sqrt(max(float(extents.widths_mm[2]) ** 2 - quality.fwhm_mm**2, 0.0))
    return max(0.02, float(ball_recovery(np.array([0.8 * bare]), quality.fwhm_mm, quality.box_mm)[0]))


def _inner(view: Window, core: BoolArray, blur: FloatArray) -> FloatArray:
    """What lies so deep in a thing that its wall does not lower it [HU]."""
    box = ndimage.find_objects(core.view(np.uint8))[0]
    deep = ndimage.distance_transform_edt(np.pad(core[box], 1), sampling=view.spacing_mm / blur)[1:-1, 1:-1, 1:-1]
    return np.asarray(view.hu[box][deep > INNER])


def _material(view: Window, core: BoolArray, behind: float, top: float, kept: float, plateau: FloatArray) -> float:
    """What the thing would read were it resolved: its plateau, or its peak over what such a thing keeps."""
    if len(plateau) >= FEWEST_INNER:
        return float(np.median(plateau))
    if kept > RESOLVED:  # between voxels a cubic overshoots a plateau, and the highest of many voxels is noise
        return behind + (float(np.percentile(view.hu[core], 95)) - behind) / kept
    return behind + (top - behind) / kept


def _edge(view: Window, core: BoolArray, behind: float, top: float, quality: Quality) -> float:
    slopes = [np.gradient(view.hu, view.spacing_mm[axis], axis=axis) for axis in (0, 1)]
    near = ndimage.binary_dilation(core)
    steepest = float(np.percentile(np.hypot(slopes[0], slopes[1])[near], 90))
    step = max(top - behind, 1.0) * FWHM / (quality.fwhm_mm * float(np.sqrt(2.0 * np.pi)))
    return float(steepest / step)


def _half_at_rim(mask: BoolArray) -> float:
    """Voxels of a mask, those at its rim by half."""
    return 0.5 * float(mask.sum() + ndimage.binary_erosion(mask).sum())


def _bright_around(view: Window, far: FloatArray) -> float:
    """Share of what lies beyond the blur that stands out as well."""
    near = (far > 1.2) & (far <= 2.0)
    return float(view.stands_out[near].mean()) if near.any() else 0.0


def _touched(view: Window, far: FloatArray) -> float:
    """Share of what lies just beyond the blur that is denser than lung."""
    near = (far > 1.2) & (far <= 2.0)
    return float(np.mean(view.hu[near] > -300.0)) if near.any() else 1.0
