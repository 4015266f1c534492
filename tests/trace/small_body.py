"""A body of blocks and tubes on a 3 mm grid, with pieces of cement put where a test needs them."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from azygos.ground.findings import Origin, Piece, Range
from azygos.ground.places import Place
from azygos.trace.anatomy import REGIONS, Anatomy, Spine, SpineLevel
from azygos.trace.lines import resample
from azygos.trace.oriented import Oriented

CORNER = np.array([-120.0, -100.0, 0.0])
LEVELS = ("L1", "T12", "T11", "T10", "T9", "T8", "T7", "T6", "T5", "T4")  # from below, 25 mm each, from z = 10
UNKNOWN = Origin(level="", certainty=0.0, reason="not yet joined")

AZYGOS = np.array([[-8.0, 40, 20], [-8, 40, 245], [-12, 30, 258], [-25, 2, 258]])
HEMIAZYGOS = np.array([[16.0, 42, 20], [16, 42, 150], [-8, 40, 155]])
CAVA = np.array([[-25.0, 0, 290], [-25, 0, 185]])
LOWER_CAVA = np.array([[-20.0, 10, 0], [-20, 8, 140]])
TRUNK = np.array([[15.0, -38, 170], [12, -25, 200], [10, -8, 222]])
RIGHT_ARTERY = np.array([[10.0, -8, 222], [-10, 22, 222], [-62, 24, 220]])
LEFT_ARTERY = np.array([[10.0, -8, 222], [38, 22, 228], [62, 26, 226]])
RIGHT_BRANCH = np.array([[-62.0, 24, 220], [-75, 40, 170], [-80, 55, 130]])
HEART_WAY = np.array([[-25.0, 0, 185], [-28, -5, 160], [-5, -28, 148], [12, -38, 150], [15, -38, 170]])


def level_middle(name: str) -> np.ndarray:
    return np.array([0.0, 60.0, 10.0 + 25.0 * LEVELS.index(name) + 11.0])


def in_tube(points: np.ndarray, line: np.ndarray, radius: float) -> np.ndarray:
    return cKDTree(resample(line, 1.0)).query(points, distance_upper_bound=radius)[0] <= radius


def in_ball(points: np.ndarray, centre: tuple[float, ...], radii: tuple[float, ...]) -> np.ndarray:
    return (((points - centre) / radii) ** 2).sum(axis=1) <= 1.0


def grid(spacing: float) -> tuple[np.ndarray, tuple[int, int, int], np.ndarray]:
    shape = tuple(int(edge / spacing) for edge in (240, 222, 330))
    affine = np.diag([spacing, spacing, spacing, 1.0])
    affine[:3, 3] = CORNER
    return affine, shape, np.indices(shape).reshape(3, -1).T * spacing + CORNER


def make_anatomy(*, labelled: bool = True) -> Anatomy:
    """Everything labelled, or, as built-in landmarks know it, with the heart as one box and no arteries in it."""
    affine, shape, points = grid(3.0)
    x, y, z = points.T
    region = np.full(len(points), REGIONS.index("outside"), dtype=np.uint8)

    def put(where: np.ndarray, name: str) -> None:
        region[where] = REGIONS.index(name)

    put(in_ball(points * [1, 1, 0], (0, 10, 0), (118, 98, 1)), "soft_tissue")
    put((np.abs(x) < 100) & (y > -70) & (y < 50) & (z < 90), "abdomen")
    put((np.abs(x) < 34) & (y > -70) & (y < 50) & (z >= 90), "mediastinum")
    for name, side in (("lung_right", x < -34), ("lung_left", x > 34)):
        put(side & (np.abs(x) < 100) & (y > -60) & (y < 85) & (z >= 90) & (z < 320), name)
    put((np.abs(x) < 24) & (y >= 36) & (y < 100), "paravertebral")
    put((np.abs(x) < 20) & (y >= 36) & (y < 46), "prevertebral")
    in_disc = ((z - 10.0) % 25.0) > 22.0
    body = (np.abs(x) < 18) & (np.abs(y - 60) < 14) & (z >= 10) & (z < 260)
    put(body & ~in_disc, "vertebral_body")
    put(body & in_disc, "disc")
    put((np.abs(x) < 16) & (np.abs(y - 84) < 10), "posterior_elements")
    put((np.abs(x) < 9) & (np.abs(y - 82) < 8), "spinal_canal")
    put(in_tube(points, np.array([[24.0, 36, 0], [24, 36, 250], [5, 0, 262]]), 11.0), "aorta")
    put(in_tube(points, np.array([[0.0, 20, 330], [0, 20, 240]]), 7.0), "airway")
    heart = [
        ("left_heart", in_ball(points, (24, 4, 150), (22, 26, 32))),
        ("right_atrium", in_ball(points, (-28, -5, 160), (20, 24, 30))),
        ("right_ventricle", in_ball(points, (8, -36, 150), (28, 20, 26))),
    ]
    for name, where in heart:
        put(where, name if labelled else "heart")
    if labelled:
        put(in_tube(points, TRUNK, 11.0), "pulmonary_trunk")
        put(in_tube(points, RIGHT_ARTERY, 9.0), "right_pulmonary_artery")
        put(in_tube(points, LEFT_ARTERY, 9.0), "left_pulmonary_artery")
    else:
        put(in_ball(points, (-50, 22, 220), (16, 16, 20)), "hilum_right")
        put(in_ball(points, (50, 22, 226), (16, 16, 20)), "hilum_left")
    put(in_tube(points, CAVA, 9.0), "superior_vena_cava")
    put(in_tube(points, LOWER_CAVA, 11.0), "inferior_vena_cava")
    chance = {}
    for name, line in (("azygos_vein", AZYGOS), ("hemiazygos_vein", HEMIAZYGOS)):
        away = cKDTree(resample(line, 1.0)).query(points)[0]
        chance[name] = (0.7 * np.exp(-0.5 * (away / 4.0) ** 2)).astype(np.float32).reshape(shape)
    height = np.arange(0.0, 330.0, 3.0)
    levels = tuple(
        SpineLevel(
            name=name,
            centre_mm=tuple(level_middle(name)),
            lower_mm=10.0 + 25 * i,
            upper_mm=32.0 + 25 * i,
            certainty=0.95,
        )
        for i, name in enumerate(LEVELS)
    )
    spine = Spine(
        line_mm=np.column_stack([0 * height, 0 * height + 60, height]),
        canal_mm=np.column_stack([0 * height, 0 * height + 82, height]),
        half_width_mm=0 * height + 18, half_depth_mm=0 * height + 14, levels=levels, certainty=0.95,
    )  # fmt: skip
    return Anatomy(
        regions=region.reshape(shape), affine_mm=affine, chance=chance, spine=spine, points={}, contrast="none",
        vessel_hu={},        lobes=None, landmarks=(), field_of_view=("lungs",), not_seen=(), body_ml={"T10": 25.0},
    )  # fmt: skip


def make_scan() -> Oriented:
    """Air in the lungs but for one artery; its first axis runs to the right, as scans are often stored."""
    affine, shape, points = grid(1.5)
    x, y, z = points.T
    hu = np.full(len(points), 40, dtype=np.int16)
    lung = (np.abs(x) > 34) & (np.abs(x) < 100) & (y > -60) & (y < 85) & (z >= 90)
    hu[lung & ~in_tube(points, RIGHT_BRANCH, 3.0)] = -850
    return Oriented(
        hu=hu.reshape(shape), affine_mm=affine, axes=(0, 1, 2), flipped=(True, False, False), ceiling_hu=None
    )  # fmt: skip


def make_piece(
    number: int, scan: Oriented, lines: list[np.ndarray], radius: float, site: str, *, side: str = "",
    certainty: float = 0.95,
) -> Piece:  # fmt: skip
    """Cement within `radius` of lines (a ball for one of a single point)."""
    lines = [np.atleast_2d(np.asarray(line, dtype=np.float64)) for line in lines]
    dots = np.concatenate([resample(line, 0.7) for line in lines])
    low = np.floor(scan.to_index(dots.min(axis=0) - radius)).astype(int)
    high = np.ceil(scan.to_index(dots.max(axis=0) + radius)).astype(int) + 1
    block = np.indices(tuple(high - low)).reshape(3, -1).T + low
    near = cKDTree(dots).query(scan.to_mm(block), distance_upper_bound=radius)[0] <= radius
    voxels = block[near] if near.any() else np.rint(scan.to_index(dots[:1])).astype(int)
    volume = len(voxels) * scan.voxel_ml
    length = sum(float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum()) for line in lines)
    return Piece(
        number=number, tier="reported", place=Place(site=site, side=side), origin=UNKNOWN, certainty=certainty,
        reasons=(),        voxels=scan.as_given(voxels), centre_mm=dots.mean(axis=0), line_mm=resample(lines[0], 1.0),
        volume_ml=Range(value=volume, low=0.8 * volume, high=1.2 * volume), length_mm=length, diameter_mm=2 * radius,
        thickness_mm=2 * radius, peak_hu=3000.0, background_hu=40.0, contrast=50.0, clipped=0.0,
        branches=len(lines) - 1,
    )  # fmt: skip


def fill(number: int, scan: Oriented, level: str, radius: float = 8.0) -> Piece:
    return make_piece(number, scan, [level_middle(level)], radius, "vertebral_body")
