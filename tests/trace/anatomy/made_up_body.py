"""A small body of ellipsoids and boxes, voxels of 3 mm: trunk, lungs, trachea, heart, spine with ribs, a table."""

from __future__ import annotations

import numpy as np

from azygos.ground.volume import LabelMap
from azygos.trace.oriented import Oriented

STEP = 3.0
SHAPE = (112, 84, 130)
PERIOD = 24.0  # from one vertebra to the next [mm]
SPINE_Y = 36.0  # middle of the bodies, to the back [mm]
BACK_OF_BODY = 14.0  # half depth
LOWEST = -172.0  # middle of the lowest vertebra [mm]
COUNT = 15


def grid() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """LPS of the voxels [mm], the middle of the trunk at 0, 0."""
    axes = [(np.arange(n) - (n - 1) / 2.0) * STEP for n in SHAPE]
    return tuple(np.meshgrid(*axes, indexing="ij"))  # type: ignore[return-value]


def ellipsoid(centre, radius) -> np.ndarray:
    return sum(((x - c) / r) ** 2 for x, c, r in zip(grid(), centre, radius, strict=True)) < 1.0


def scan_of(hu: np.ndarray, offset=(0.0, 0.0, 0.0)) -> Oriented:
    affine = np.diag([STEP, STEP, STEP, 1.0])
    affine[:3, 3] = [-(n - 1) / 2.0 * STEP + o for n, o in zip(SHAPE, offset, strict=True)]
    return Oriented(hu=hu.astype(np.int16), affine_mm=affine, axes=(0, 1, 2), flipped=(False,) * 3, ceiling_hu=None)


def vertebra_heights() -> np.ndarray:
    return LOWEST + PERIOD * np.arange(COUNT)


def bodies() -> np.ndarray:
    x, y, z = grid()
    within = np.zeros(x.shape, dtype=bool)
    for height in vertebra_heights():
        within |= np.abs(z - height) < 9.5
    return within & ((x / 17.0) ** 2 + ((y - SPINE_Y) / BACK_OF_BODY) ** 2 < 1.0)


def arches() -> np.ndarray:
    x, y, z = grid()
    behind = y - (SPINE_Y + BACK_OF_BODY)
    ring = (x / 17.0) ** 2 + ((behind - 9.0) / 15.0) ** 2 < 1.0
    hole = (x / 10.0) ** 2 + ((behind - 9.0) / 9.0) ** 2 < 1.0
    arch = ring & ~hole & (behind > 0.0)
    phase = np.mod(z - LOWEST + PERIOD / 2.0, PERIOD) - PERIOD / 2.0
    pedicle = (np.abs(phase - 3.0) < 6.0) | (behind > 15.0)
    along = np.abs(z - LOWEST - PERIOD * (COUNT - 1) / 2.0) < PERIOD * COUNT / 2.0
    process = (np.abs(x) < 4.0) & (behind > 20.0) & (behind < 42.0)
    return ((arch & pedicle) | (process & (np.abs(phase) < 8.0))) & along


def lungs() -> tuple[np.ndarray, np.ndarray]:
    """Right and left, flat below."""
    _, _, z = grid()
    right = ellipsoid((-75.0, -4.0, 0.0), (52.0, 70.0, 136.0)) & (z > -60.0)
    left = ellipsoid((75.0, -4.0, 0.0), (52.0, 70.0, 136.0)) & (z > -66.0)
    return right, left


def trachea() -> np.ndarray:
    x, y, z = grid()
    tube = (np.hypot(x, y - 5.0) < 9.5) & (z > 40.0)
    right = np.hypot(x + (40.0 - z) * 0.9, y - 5.0) < 7.5
    left = np.hypot(x - (40.0 - z) * 0.9, y - 5.0) < 7.5
    return tube | ((right | left) & (z <= 40.0) & (z > 15.0))


def body_hu(rng: np.random.Generator, *, blood=45.0, table="behind") -> np.ndarray:
    """The whole body in HU, with noise of 12 HU and vessels as noise in the lungs."""
    x, y, _ = grid()
    hu = np.full(SHAPE, -1000.0)
    hu[((x / 150.0) ** 2 + (y / 102.0) ** 2) < 1.0] = -90.0
    hu[((x / 138.0) ** 2 + (y / 90.0) ** 2) < 1.0] = 45.0
    right, left = lungs()
    for lung in (right, left):
        hu[lung] = -840.0 + 120.0 * rng.standard_normal(np.count_nonzero(lung))
    hu[ellipsoid((20.0, -34.0, -30.0), (55.0, 42.0, 48.0))] = blood
    hu[np.hypot(x - 24.0, y - 16.0) < 11.0] = blood
    hu[trachea()] = -990.0
    hu[bodies()] = 190.0
    hu[arches()] = 420.0
    if table:
        plate = np.abs(y - (111.0 if table == "behind" else -111.0)) < 4.0
        hu[plate & (np.abs(x) < 155.0)] = 60.0
    return hu + 12.0 * rng.standard_normal(SHAPE)


def names_from_t(lowest: int) -> list[str]:
    """Names of the vertebrae from below, the lowest being number `lowest` from T1."""
    table = [f"C{n}" for n in range(1, 8)] + [f"T{n}" for n in range(1, 13)] + [f"L{n}" for n in range(1, 6)]
    return [table[6 + lowest - k] for k in range(COUNT)]


def vertebra_map(lowest: int = 13) -> LabelMap:
    """A label map of whole vertebrae in TotalSegmentator's names."""
    _, _, z = grid()
    bone = bodies() | arches()
    labels = np.zeros(SHAPE, dtype=np.int32)
    names = {}
    for number, (height, name) in enumerate(zip(vertebra_heights(), names_from_t(lowest), strict=True), start=1):
        labels[bone & (np.abs(z - height) < PERIOD / 2.0)] = number
        names[number] = f"vertebrae_{name}"
    return LabelMap(labels=labels, affine_mm=scan_of(np.zeros(SHAPE)).affine_mm, names=names)
