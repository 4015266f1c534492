"""Slices become a volume: sorted by where they lie, checked for gaps, copies and tilt.

Order and spacing come from the slices' positions alone. What cannot be stacked evenly is
refused, or, when the user asks for it, resampled; then a note says what was done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray

HuArray = npt.NDArray[np.float32]

AIR_HU = -1024.0  # what a voxel holds that the scanner did not measure
SAME_PLACE_MM = 0.02  # slices nearer than this lie at one place
WIDEST_REPAIR_MM = 15.0  # a wider gap could hide a vertebra's half
CARELESS_PIXELS = 0.5  # sideways drift over the stack that cannot be seen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """One picture of a series and where it lies; its pixels are read when they are asked for."""

    position_mm: FloatArray  # shape (3,), LPS, centre of the first pixel
    across: FloatArray  # shape (3,), unit vector along a row of the picture, index i
    down: FloatArray  # shape (3,), unit vector along a column, index j
    spacing_mm: tuple[float, float]  # along i and j
    size: tuple[int, int]  # number of pixels along i and j
    read: Callable[[], HuArray]  # Hounsfield units, shape (n_j, n_i)


@dataclass(slots=True, kw_only=True, eq=False)
class Stack:
    """An evenly spaced block of slices, still indexed [k, j, i]."""

    hu: HuArray
    affine_mm: FloatArray  # takes (i, j, k, 1) to LPS
    notes: list[str]


def stack(slices: Sequence[Slice], *, repair: bool = False) -> Stack:
    """Sort slices along their normal and stack them.

    Parameters
    ----------
    slices : sequence of Slice
        In any order.
    repair : bool
        Resample missing, uneven or tilted slices instead of refusing them.

    Returns
    -------
    Stack

    Raises
    ------
    InputError
        If the slices differ in size, orientation or pixel size, lie at one place, leave gaps,
        are unevenly spaced, shift sideways or are sheared by a tilted gantry.
    """
    require(bool(slices), "holds no slices")
    require(
        len(slices) > 1,
        "holds a single slice, and a volume needs the whole series. "
        "Pass the folder in which all slices of the series lie.",
    )
    _require_alike(slices)
    ordered = sorted(slices, key=_depth)
    notes: list[str] = []
    ordered = _without_doubles(ordered, repair, notes)
    flaws = [flaw for flaw in (_spacing_flaw(ordered), _tilt_flaw(ordered)) if flaw]
    _require_straight(ordered)
    if flaws and not repair:
        raise InputError(
            f"{' and '.join(flaws)}. Copy or send the series again, choose another, "
            "or pass --repair to resample it to even, upright slices."
        )
    return _assemble(ordered, notes)


def straighten(stacked: Stack) -> Stack:
    """Undo the shear that a tilted gantry leaves, by sliding each slice within its plane.

    The block grows by as much as its slices slide, so nothing is cropped; new voxels hold air.
    """
    from scipy import ndimage

    size = np.linalg.norm(stacked.affine_mm[:3, :3], axis=0)
    across, down = stacked.affine_mm[:3, 0] / size[0], stacked.affine_mm[:3, 1] / size[1]
    normal = np.cross(across, down)
    step = stacked.affine_mm[:3, 2]
    drift = np.array([step @ down / size[1], step @ across / size[0]], dtype=np.float64)  # pixels a slice, along j, i
    offsets = np.asarray(np.arange(stacked.hu.shape[0])[:, None] * drift)
    offsets -= offsets.min(axis=0)
    extra = np.ceil(offsets.max(axis=0)).astype(int)
    n_k, n_j, n_i = stacked.hu.shape
    hu = np.empty((n_k, n_j + extra[0], n_i + extra[1]), dtype=np.float32)
    for k in range(n_k):
        padded = np.pad(stacked.hu[k], ((0, extra[0]), (0, extra[1])), constant_values=AIR_HU)
        ndimage.shift(padded, offsets[k], output=hu[k], order=1, mode="constant", cval=AIR_HU)
    affine = stacked.affine_mm.copy()
    affine[:3, 2] = normal * (step @ normal)
    first = np.minimum(0.0, drift * (n_k - 1))  # where the sheared stack reached lowest
    affine[:3, 3] += down * first[0] * size[1] + across * first[1] * size[0]
    note = (
        f"the slices were tilted by {tilt_deg(stacked.affine_mm):.1f} degrees and have been resampled to upright ones"
    )
    return Stack(hu=hu, affine_mm=affine, notes=[*stacked.notes, note])


def tilt_deg(affine_mm: FloatArray) -> float:
    """Angle between the step from slice to slice and the slices' normal [degrees]."""
    normal = np.cross(affine_mm[:3, 0], affine_mm[:3, 1])
    step = affine_mm[:3, 2]
    cosine = abs(float(step @ normal)) / float(np.linalg.norm(step) * np.linalg.norm(normal))
    return math.degrees(math.acos(min(cosine, 1.0)))


def drift_pixels(affine_mm: FloatArray, n_slices: int) -> float:
    """How far the last slice lies sideways of the first [pixels]."""
    size = np.linalg.norm(affine_mm[:3, :3], axis=0)
    step = affine_mm[:3, 2]
    sideways = [step @ affine_mm[:3, axis] / size[axis] ** 2 for axis in (0, 1)]
    return float(np.hypot(*sideways)) * (n_slices - 1)


def _normal(one: Slice) -> FloatArray:
    return np.asarray(np.cross(one.across, one.down), dtype=np.float64)


def _depth(one: Slice) -> float:
    return float(one.position_mm @ _normal(one))


def _depths(ordered: Sequence[Slice]) -> FloatArray:
    normal = _normal(ordered[0])
    return np.array([one.position_mm @ normal for one in ordered])


def _place(one: Slice) -> str:
    """Where a slice lies, along the body axis that it crosses most nearly."""
    axis = int(np.argmax(np.abs(_normal(one))))
    return f"{'xyz'[axis]} = {one.position_mm[axis]:.1f} mm"


def _edges(one: Slice) -> str:
    return " x ".join(f"{edge:.4g}" for edge in one.spacing_mm)


def _require_alike(slices: Sequence[Slice]) -> None:
    first = slices[0]
    for one in slices:
        require(
            one.size == first.size,
            f"its slices differ in size ({first.size[0]} x {first.size[1]} and {one.size[0]} x {one.size[1]} pixels): "
            "these are several series in one. Export the series again, each on its own.",
        )
        require(
            bool(np.allclose(one.spacing_mm, first.spacing_mm, rtol=1e-3)),
            f"its slices differ in pixel size ({_edges(first)} and {_edges(one)} mm): "
            "these are several series in one. Export the series again, each on its own.",
        )
        turn = max(np.abs(one.across - first.across).max(), np.abs(one.down - first.down).max())
        require(
            float(turn) < 1e-3,
            f"its slices differ in orientation (near {_place(first)} and {_place(one)}): "
            "these are several series in one. Export the series again, each on its own.",
        )


def _without_doubles(ordered: list[Slice], repair: bool, notes: list[str]) -> list[Slice]:
    """The slices with at most one at each place; exact copies are dropped if `repair` allows it."""
    same = np.flatnonzero(np.diff(_depths(ordered)) < SAME_PLACE_MM)
    if same.size == 0:
        return ordered
    require(
        same.size < len(ordered) - 1,
        f"all {len(ordered)} slices lie at {_place(ordered[0])}: a series taken over time at one place, not a volume. "
        "Choose a series that covers the spine.",
    )
    first = _place(ordered[same[0]])
    met = f"two slices lie at {first}" if same.size == 1 else f"{same.size} slices are doubled, the first at {first}"
    copies = repair and all(np.array_equal(ordered[k].read(), ordered[k + 1].read()) for k in same)
    require(
        copies,
        f"{met}: copies, or several phases or reconstructions in one series. "
        "Export one of them alone (--repair drops exact copies only).",
    )
    notes.append(f"{same.size} slice{'s' if same.size > 1 else ''} lay in the series twice; the copies were left out")
    return [one for k, one in enumerate(ordered) if k not in set(same.tolist())]


def _spacing_flaw(ordered: Sequence[Slice]) -> str | None:
    """What is wrong with the steps from slice to slice, or None."""
    depths = _depths(ordered)
    steps = np.diff(depths)
    base = float(steps.min())
    close = max(0.02 * base, 0.015)
    if float(np.ptp(steps)) <= close and _strays(depths) <= max(0.1 * base, 0.05):
        return None
    multiples = np.rint(steps / base)
    missing = (multiples - 1.0).astype(int)
    whole = bool(np.all(np.abs(steps - multiples * base) <= close * multiples))
    if whole and 0 < missing.sum() <= len(ordered):
        return _missing_flaw(ordered, missing, base)
    widest = int(np.argmax(steps))
    return (
        f"its slices are unevenly spaced (steps of {base:.2f} to {steps[widest]:.2f} mm, "
        f"the widest between {_place(ordered[widest])} and {_place(ordered[widest + 1])})"
    )


def _missing_flaw(ordered: Sequence[Slice], missing: npt.NDArray[np.int_], base: float) -> str:
    gaps = np.flatnonzero(missing)
    total = int(missing.sum())
    first = f"between {_place(ordered[gaps[0]])} and {_place(ordered[gaps[0] + 1])}"
    where = first if gaps.size == 1 else f"in {gaps.size} places, the first {first}"
    return f"{total} slice{'s are' if total > 1 else ' is'} missing {where} (steps of {base:.2f} mm elsewhere)"


def _strays(depths: FloatArray) -> float:
    """Largest distance of a slice from its place in an even stack [mm]."""
    return float(np.abs(depths - np.linspace(depths[0], depths[-1], depths.size)).max())


def _tilt_flaw(ordered: Sequence[Slice]) -> str | None:
    affine = _affine(ordered)
    if drift_pixels(affine, len(ordered)) <= CARELESS_PIXELS:
        return None
    return f"the gantry was tilted by {tilt_deg(affine):.1f} degrees"


def _require_straight(ordered: Sequence[Slice]) -> None:
    """Refuse slices that do not lie on one straight line."""
    depths = _depths(ordered)
    share = (depths - depths[0]) / (depths[-1] - depths[0])
    positions = np.array([one.position_mm for one in ordered])
    line = positions[0] + np.outer(share, positions[-1] - positions[0])
    stray = np.linalg.norm(positions - line, axis=1)
    worst = int(np.argmax(stray))
    require(
        float(stray[worst]) <= max(CARELESS_PIXELS * min(ordered[0].spacing_mm), SAME_PLACE_MM),
        f"the slice at {_place(ordered[worst])} lies {stray[worst]:.1f} mm to the side of the line through the others: "
        "several series in one, or the table moved. Export the series again.",
    )


def _affine(ordered: Sequence[Slice], n_slices: int | None = None) -> FloatArray:
    """Index to LPS for `n_slices` even steps from the first slice to the last, sheared if they are."""
    first, last = ordered[0], ordered[-1]
    affine = np.eye(4)
    affine[:3, 0] = first.across * first.spacing_mm[0]
    affine[:3, 1] = first.down * first.spacing_mm[1]
    affine[:3, 2] = (last.position_mm - first.position_mm) / ((n_slices or len(ordered)) - 1)
    affine[:3, 3] = first.position_mm
    return affine


def _assemble(ordered: Sequence[Slice], notes: list[str]) -> Stack:
    uneven = _spacing_flaw(ordered)
    if uneven:
        stacked = _even_out(ordered, uneven)
        stacked.notes[:0] = notes
    else:
        hu = np.empty((len(ordered), ordered[0].size[1], ordered[0].size[0]), dtype=np.float32)
        for k, one in enumerate(ordered):
            hu[k] = one.read()
        stacked = Stack(hu=hu, affine_mm=_affine(ordered), notes=notes)
    if drift_pixels(stacked.affine_mm, stacked.hu.shape[0]) > CARELESS_PIXELS:
        return straighten(stacked)
    _make_upright(stacked.affine_mm)
    return stacked


def _make_upright(affine_mm: FloatArray) -> None:
    """Drop a sideways drift too small to see, so that the axes are at right angles."""
    normal = np.cross(affine_mm[:3, 0], affine_mm[:3, 1])
    normal /= np.linalg.norm(normal)
    affine_mm[:3, 2] = normal * (affine_mm[:3, 2] @ normal)


def _even_out(ordered: Sequence[Slice], flaw: str) -> Stack:
    """Linear interpolation between neighbouring slices onto even steps."""
    depths = _depths(ordered)
    widest = int(np.argmax(np.diff(depths)))
    gap = float(np.diff(depths)[widest])
    require(
        gap <= WIDEST_REPAIR_MM,
        f"{flaw}. The gap of {gap:.1f} mm between {_place(ordered[widest])} and {_place(ordered[widest + 1])} "
        f"is too wide to repair (at most {WIDEST_REPAIR_MM:.0f} mm). Copy or send the series again.",
    )
    base = float(np.diff(depths).min()) if "missing" in flaw else float(np.median(np.diff(depths)))
    n_slices = round(float(np.ptp(depths)) / base) + 1
    hu = np.empty((n_slices, ordered[0].size[1], ordered[0].size[0]), dtype=np.float32)
    targets = np.linspace(depths[0], depths[-1], n_slices)
    for k, plane in enumerate(_between(ordered, depths, targets)):
        hu[k] = plane
    note = f"{flaw}; resampled linearly to {n_slices} even steps, so nothing small in the gaps can be trusted"
    return Stack(hu=hu, affine_mm=_affine(ordered, n_slices), notes=[note])


def _between(ordered: Sequence[Slice], depths: FloatArray, targets: FloatArray) -> Iterator[HuArray]:
    """The picture at each target depth; each slice is read once."""
    held: dict[int, HuArray] = {}
    for target in targets:
        below = min(int(np.searchsorted(depths, target + 1e-9, side="right")) - 1, len(ordered) - 2)
        held = {k: held[k] if k in held else ordered[k].read() for k in (below, below + 1)}
        weight = np.float32((target - depths[below]) / (depths[below + 1] - depths[below]))
        yield held[below] * (np.float32(1.0) - weight) + held[below + 1] * weight
