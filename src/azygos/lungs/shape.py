"""Two lungs as clouds of points: rib cage, mediastinum and diaphragm around them, fissures and segments within.

All lengths below are of a body of 1.70 m in the frame of :mod:`azygos.ground.body`; a cloud is scaled to its body.
The shapes are drawn by eye from textbook sections; no measured atlas stands behind them. The lobes' volumes are set
exactly: each half of the diaphragm stands, and each fissure lies, where it gives what was drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import BoolArray, FloatArray, IntArray
from azygos.ground.units import MM
from azygos.lungs.names import SEGMENT_LOBE, SEGMENTS

CAGE_MIDDLE = np.array([0.0, -42.0, -20.0]) * MM
CAGE_HALF = np.array([130.0, 90.0, 155.0]) * MM  # to the side, to the front and back, up to the apices
CAGE_SQUARENESS = 2.5  # exponent of the section; 2 is an ellipse
SPINE = (24.0 * MM, -15.0 * MM)  # half width of the spine, and how far forward it reaches
GREAT_VESSELS = (34.0 * MM, 25.0 * MM)  # half width of trachea and great vessels, and above which height
STERNUM = 18.0 * MM  # half width of what lies between the lungs in front
HEART_MIDDLE = np.array([14.0, -78.0, -18.0]) * MM
HEART_HALF = np.array([66.0, 48.0, 62.0]) * MM
DOME_TOP = {"right": np.array([-70.0, -55.0, -42.0]) * MM, "left": np.array([70.0, -55.0, -52.0]) * MM}
DOME_FALL = 45.0 * MM  # of the diaphragm at the distances that follow
DOME_REACH = np.array([75.0, 85.0]) * MM
OBLIQUE_SLOPE = 0.875  # the oblique fissure rises so much for each step backwards

SEGMENT_SEEDS = {
    "R1": (0.0, 0.0, 1.3), "R2": (0.3, 1.0, -0.4), "R3": (0.2, -1.1, -0.5), "R4": (0.9, 0.3, 0.0),
    "R5": (-0.9, -0.3, 0.0), "R6": (0.0, 0.7, 1.4), "R7": (-1.2, -0.2, -0.6), "R8": (0.5, -1.1, -0.5),
    "R9": (1.0, 0.2, -0.6), "R10": (-0.1, 1.0, -0.8), "L1": (0.0, 0.2, 1.5), "L2": (0.2, 0.9, 0.8),
    "L3": (0.1, -0.7, 0.3), "L4": (0.5, -0.6, -0.7), "L5": (0.3, -0.9, -1.5), "L6": (0.0, 0.7, 1.4),
    "L7": (-0.9, -0.6, -0.6), "L8": (0.5, -1.1, -0.5), "L9": (1.0, 0.2, -0.6), "L10": (-0.1, 1.0, -0.8),
}  # fmt: skip
"""Middle of each segment in its lobe: to the side, to the back, up, in standard deviations of the lobe's points."""


@dataclass(frozen=True, slots=True)
class Territory:
    """Points that fill two lungs, each in its segment."""

    points: FloatArray  # (n, 3) [m]
    segment: IntArray  # (n,) place in SEGMENTS


def outside_mediastinum(at: FloatArray) -> BoolArray:
    """Whether points (n, 3), in a body of 1.70 m, lie clear of spine, great vessels, heart and sternum."""
    x, y, z = np.abs(at[:, 0]), at[:, 1], at[:, 2]
    half = np.where(y > SPINE[1], SPINE[0], np.where(z > GREAT_VESSELS[1], GREAT_VESSELS[0], STERNUM))
    heart = (((at - HEART_MIDDLE) / HEART_HALF) ** 2).sum(axis=1) < 1.0
    return np.asarray((x > half) & ~heart)


def inside_cage(at: FloatArray) -> BoolArray:
    """Whether points (n, 3), in a body of 1.70 m, lie within the ribs; downwards the cage has no end."""
    up = np.clip((at[:, 2] - CAGE_MIDDLE[2]) / CAGE_HALF[2], 0.0, 1.0)
    narrowing = np.sqrt(1.0 - up**2.2)
    across = np.abs(at[:, :2] - CAGE_MIDDLE[:2]) / CAGE_HALF[:2]
    return np.asarray((across**CAGE_SQUARENESS).sum(axis=1) < narrowing**CAGE_SQUARENESS)


def above_diaphragm(at: FloatArray) -> FloatArray:
    """Height of points (n, 3) over the dome of their side [m]."""
    top = np.where(at[:, :1] < 0.0, DOME_TOP["right"], DOME_TOP["left"])
    fall = DOME_FALL * (((at[:, :2] - top[:, :2]) / DOME_REACH) ** 2).sum(axis=1)
    return np.asarray(at[:, 2] - (top[:, 2] - fall))


def fill_lungs(
    volume: float, scale: float, lobe_shares: dict[str, float], count: int, jitter: npt.NDArray[np.float32]
) -> Territory:
    """Fill two lungs of a given volume with points.

    Parameters
    ----------
    volume : float
        Of both lungs [m^3].
    scale : float
        Lengths of the body over those of one of 1.70 m.
    lobe_shares : dict of str to float
        Share of the volume of each lobe.
    count : int
        About how many points.
    jitter : array
        Uniform numbers that move each place off its grid; used from the start on, and over again if there are few.

    Returns
    -------
    territory : Territory
        Points off a regular grid, and their segments.
    """
    wanted = volume / scale**3
    step = (wanted / count) ** (1.0 / 3.0)
    low, high = CAGE_MIDDLE - CAGE_HALF, CAGE_MIDDLE + CAGE_HALF
    axes = [np.arange(a, b, step) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    at = grid + step * np.resize(jitter, grid.shape)
    at = at[inside_cage(at)]
    at = at[outside_mediastinum(at)]
    right = at[:, 0] < 0.0
    sizes = [sum(share for lobe, share in lobe_shares.items() if lobe[0] == side) for side in "RL"]
    number = wanted / step**3 / sum(sizes)
    lungs = [_highest(at[side], round(number * size)) for side, size in zip((right, ~right), sizes, strict=True)]
    at = np.concatenate(lungs)
    return Territory(points=at * scale, segment=segments_of(at, lobe_shares))


def _highest(at: FloatArray, number: int) -> FloatArray:
    """The points that lie highest over the dome: the diaphragm stands where so many lie above it."""
    height = above_diaphragm(at)
    number = min(number, len(at))
    return np.asarray(at[np.argpartition(-height, number - 1)[:number]])


def segments_of(at: FloatArray, lobe_shares: dict[str, float]) -> IntArray:
    """Segment of each point, by fissures that give the lobes their shares of each lung."""
    segment = np.empty(len(at), dtype=np.int64)
    oblique = at[:, 2] - OBLIQUE_SLOPE * at[:, 1]
    right = at[:, 0] < 0.0
    for side, lobes in ((right, ("RLL", "RML", "RUL")), (~right, ("LLL", "LUL"))):
        whole = sum(lobe_shares[lobe] for lobe in lobes)
        members = np.flatnonzero(side)
        left_over = members[np.argsort(oblique[members])]
        for lobe in lobes:
            n = len(left_over) if lobe in ("RUL", "LUL") else round(len(members) * lobe_shares[lobe] / whole)
            segment[left_over[:n]] = _within_lobe(at[left_over[:n]], lobe)
            left_over = left_over[n:]
            left_over = left_over[np.argsort(at[left_over, 2])]  # the horizontal fissure
    return segment


def _within_lobe(at: FloatArray, lobe: str) -> IntArray:
    names = [name for name in SEGMENTS if SEGMENT_LOBE[name] == lobe]
    sideways = np.array([-1.0 if lobe.startswith("R") else 1.0, 1.0, 1.0])
    places = (at - at.mean(axis=0)) / at.std(axis=0) * sideways
    seeds = np.array([SEGMENT_SEEDS[name] for name in names])
    nearest = np.argmin(((places[:, None, :] - seeds) ** 2).sum(axis=2), axis=1)
    return np.asarray(np.array([SEGMENTS.index(name) for name in names])[nearest], dtype=np.int64)
