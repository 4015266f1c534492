"""Which piece of cement a finding stands for, and whether its place is right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from azygos.ground.findings import Findings, Piece
from azygos.ground.volume import Volume, to_lps
from azygos.render.truth import Placed

NEAR_MM = 3.0
OWN_SHARE = 0.5  # of a finding's voxels that must lie near a piece, or it stands for something larger
DRAWN = 4000  # points that tell how much tubes overlap
GROUPS = (
    ("vertebral_body", "posterior_elements"), ("disc",), ("spinal_canal",),
    ("paravertebral", "prevertebral", "foramen", "needle_track"), ("azygos_vein", "hemiazygos_vein"),
    ("inferior_vena_cava", "superior_vena_cava", "brachiocephalic_vein"), ("right_atrium", "right_ventricle", "heart"),
    ("pulmonary_trunk", "pulmonary_artery", "lung"), ("elsewhere",),
)  # fmt: skip


def axis_of(piece: Placed) -> tuple[np.ndarray, np.ndarray]:
    """Points along a piece's lines, half a millimetre apart, with their radii."""
    points, radii = [], []
    for line, widths in zip(piece.lines_mm, piece.diameters_mm, strict=True):
        steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
        at = np.linspace(0.0, steps[-1], max(1, int(np.ceil(steps[-1] / 0.5)) + 1))
        points.append(np.column_stack([np.interp(at, steps, line[:, axis]) for axis in range(3)]))
        radii.append(np.interp(at, steps, widths) / 2)
    return np.concatenate(points), np.concatenate(radii)


def outside_mm(piece: Placed, points_mm: np.ndarray) -> np.ndarray:
    """How far points (n, 3) lie outside a piece's surface [mm]; negative within."""
    axis, radii = axis_of(piece)
    gap, nearest = cKDTree(axis).query(points_mm)
    return np.asarray(gap - radii[nearest])


def held_once(pieces: Sequence[Placed]) -> float:
    """Share of the volume of pieces' tubes that is left where those that overlap count once: what a scan can show.

    Told by points drawn evenly within the tubes: each counts by one over the number of tubes that hold it. Along one
    line nothing counts twice: at a bend, what overlaps inside is missing outside.
    """
    lines = [pair for piece in pieces for pair in zip(piece.lines_mm, piece.diameters_mm, strict=True)]
    tubes = [
        (line[:-1], line[1:], widths[:-1] / 2, widths[1:] / 2, np.full(len(line) - 1, number))
        for number, (line, widths) in enumerate(lines)
    ]
    start, end, first, last, own = (np.concatenate(parts) for parts in zip(*tubes, strict=True))
    long = np.linalg.norm(end - start, axis=1)
    start, end, first, last, own, long = (part[long > 1e-6] for part in (start, end, first, last, own, long))
    if not len(long):
        return 1.0
    way, volume = (end - start) / long[:, None], long * (first**2 + first * last + last**2)
    rng = np.random.default_rng(0)
    tube, along = rng.choice(len(long), DRAWN, p=volume / volume.sum()), rng.random(DRAWN)
    aside = rng.standard_normal((DRAWN, 3))
    aside -= (aside * way[tube]).sum(axis=1, keepdims=True) * way[tube]
    aside *= (np.sqrt(rng.random(DRAWN)) / np.linalg.norm(aside, axis=1))[:, None]
    radius = first[tube] + along * (last - first)[tube]
    points = start[tube] + along[:, None] * (end - start)[tube] + radius[:, None] * aside
    counts = np.ones(DRAWN)
    for number in range(len(long)):
        at = (points - start[number]) @ way[number]
        off = np.linalg.norm(points - start[number] - at[:, None] * way[number], axis=1)
        wide = first[number] + at / long[number] * (last - first)[number]
        counts += (own[tube] != own[number]) & (at >= 0.0) & (at <= long[number]) & (off <= wide)
    return float((1.0 / counts).mean())


def match(truth: Sequence[Placed], findings: Findings) -> list[Piece | None]:
    """For each piece that was put in, the finding that stands for it.

    A finding stands for a piece if at least half of its voxels lie within 3 mm of it. Reported ones go before
    candidates, then the larger; a finding stands for one piece only.
    """
    centres = [to_lps(findings.affine_mm, piece.voxels.astype(float)) for piece in findings.pieces]
    taken: set[int] = set()
    matched: list[Piece | None] = []
    for placed in truth:
        axis, radii = axis_of(placed)
        reach = float(radii.max()) + NEAR_MM
        low, high = axis.min(axis=0) - reach, axis.max(axis=0) + reach
        best = None
        for piece, points in zip(findings.pieces, centres, strict=True):
            if piece.number in taken or np.any(points.max(axis=0) < low) or np.any(points.min(axis=0) > high):
                continue
            share = float(np.mean(outside_mm(placed, points) <= NEAR_MM))
            rank = (piece.tier == "reported", len(piece.voxels))
            if share >= OWN_SHARE and (best is None or rank > best[0]):
                best = (rank, piece)
        matched.append(best[1] if best else None)
        if best:
            taken.add(best[1].number)
    return matched


def taken_for(placed: Placed, findings: Findings) -> str:
    """What a missed piece was taken for: the kind of the nearest look-alike within 3 mm, or "" where none is."""
    near = [
        (gap, row.kind)
        for row in findings.not_cement
        if (gap := float(outside_mm(placed, np.atleast_2d(row.centre_mm))[0])) <= NEAR_MM
    ]
    return min(near)[1] if near else ""


def contrast_of(before: Volume, after: Volume, placed: Placed) -> float:
    """What a piece adds at its brightest voxel, over the noise of the unaltered scan around it."""
    axis, radii = axis_of(placed)
    box = _box(before, axis, float(radii.max()) + 4.0)
    added = after.hu[box].astype(float) - before.hu[box]
    return float(added.max()) / noise_near(before, axis, float(radii.max()) + 15.0)


def noise_near(scan: Volume, axis_mm: np.ndarray, reach_mm: float) -> float:
    """Noise of a scan around a line [HU]: the standard deviation in its flattest patches of 5 x 5 pixels.

    The tenth part of the patches with the least scatter is taken for flat; edges of vessels and bone are no noise.
    """
    spacing = scan.spacing_mm
    across = int(np.argmax(np.abs(scan.affine_mm[2, :3] / spacing)))
    patch = [1 if i == across else 5 for i in range(3)]
    hu = scan.hu[_box(scan, axis_mm, reach_mm)].astype(float)
    mean = ndimage.uniform_filter(hu, patch)
    scatter = np.sqrt(np.maximum(ndimage.uniform_filter(hu**2, patch) - mean**2, 0.0) * 25 / 24)
    inside = mean > -980.0  # what lies outside the body, or is cut off at the scale's lower end, shows no noise
    return max(1.0, float(np.percentile(scatter[inside], 10))) if inside.any() else 1.0


def _box(scan: Volume, axis_mm: np.ndarray, reach_mm: float) -> tuple[slice, ...]:
    inverse = np.linalg.inv(scan.affine_mm)
    index = axis_mm @ inverse[:3, :3].T + inverse[:3, 3]
    grow = np.ceil(reach_mm / scan.spacing_mm)
    low = np.clip(np.floor(index.min(axis=0) - grow), 0, scan.hu.shape).astype(int)
    high = np.clip(np.ceil(index.max(axis=0) + grow) + 1, 0, scan.hu.shape).astype(int)
    return tuple(slice(a, b) for a, b in zip(low, high, strict=True))


def group_of(site: str) -> int:
    """Which of the coarse groups a site belongs to."""
    return next(number for number, group in enumerate(GROUPS) if site in group)


def site_right(placed: Placed, piece: Piece) -> bool:
    """The very site; a heart whose chambers are not told apart counts for either."""
    site, found = placed.place.site, piece.place.site
    return found == site or (found == "heart" and site in ("right_atrium", "right_ventricle"))


def group_right(placed: Placed, piece: Piece) -> bool:
    """The right one of nine groups of sites."""
    return group_of(placed.place.site) == group_of(piece.place.site)
