"""What a body is painted from: solids by their distance on a coarse grid, and tubes.

A distance is negative inside. Where shapes blend it is one only near the wall, which is where it is read.
All lengths are in mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel

Field = npt.NDArray[np.floating[Any]]
MARGIN = 4.0  # around a solid's wall in which its distance is kept [mm]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solid(Parcel):
    """Something with a wall: its distance on a grid along the world's axes, and what it is made of."""

    name: str  # in the label map; "" is not labelled
    material: str  # "" paints nothing and only labels
    distance_mm: Field  # shape (a, b, c), negative inside
    origin_mm: FloatArray  # shape (3,), of the first node
    grid_mm: float  # between nodes
    rim: str = ""  # material of its outermost layer
    rim_mm: float = 0.0
    grain_hu: float = 0.0  # standard deviation of its texture
    grain_mm: float = 0.8  # size of the texture's grains
    rise_hu_mm: float = 0.0  # how much brighter it grows towards the back, from its middle

    def __post_init__(self) -> None:
        self.seal("origin_mm")
        self.seal("distance_mm", dtype=np.float32)
        require(min(self.distance_mm.shape) >= 2, f"{self.name}: a solid needs two nodes along each axis")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tubes(Parcel):
    """Straight tapered tubes with round ends."""

    name: str
    material: str
    starts_mm: FloatArray  # shape (n, 3)
    ends_mm: FloatArray  # shape (n, 3)
    radii_mm: FloatArray  # shape (n, 2)
    squash: float = 1.0  # width over height
    wall_mm: float = 0.0  # above 0 there is a core within this wall
    core: str = ""  # its material

    def __post_init__(self) -> None:
        self.seal("starts_mm", "ends_mm", "radii_mm")
        n = len(self.starts_mm)
        require(
            self.starts_mm.shape == self.ends_mm.shape == (n, 3) and self.radii_mm.shape == (n, 2),
            f"{self.name}: tubes need two ends and two radii each",
        )


Thing = Solid | Tubes


def along(points_mm: FloatArray, radii_mm: FloatArray | float, **kind: Any) -> Tubes:
    """Tubes along a line of points."""
    radii = np.broadcast_to(np.asarray(radii_mm, dtype=np.float64), len(points_mm))
    return Tubes(
        starts_mm=points_mm[:-1], ends_mm=points_mm[1:], radii_mm=np.stack([radii[:-1], radii[1:]], -1), **kind
    )


def balls(points_mm: FloatArray, radii_mm: FloatArray | float, **kind: Any) -> Tubes:
    """Balls at points."""
    radii = np.broadcast_to(np.asarray(radii_mm, dtype=np.float64), len(points_mm))
    return Tubes(starts_mm=points_mm, ends_mm=points_mm, radii_mm=np.stack([radii, radii], -1), **kind)


def smooth_line(knots_mm: npt.ArrayLike, count: int = 24) -> FloatArray:
    """A smooth line through knots, shape (count, d)."""
    from scipy.interpolate import CubicSpline

    knots = np.asarray(knots_mm, dtype=np.float64)
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(knots[:, :3], axis=0), axis=1))])
    return np.asarray(CubicSpline(far, knots, bc_type="natural")(np.linspace(0.0, far[-1], count)))


# Distances --------------------------------------------------------------------------------------------------------


def ellipsoid(x: Field, y: Field, z: Field, middle: npt.ArrayLike, half: npt.ArrayLike) -> Field:
    """About the distance from an ellipsoid's wall."""
    (a, b, c), (p, q, r) = np.asarray(middle, np.float64), np.asarray(half, np.float64)
    u, v, w = (x - a) / p, (y - b) / q, (z - c) / r
    far = np.sqrt(u * u + v * v + w * w)
    slope = np.sqrt((u / p) ** 2 + (v / q) ** 2 + (w / r) ** 2)
    return np.asarray(far * (far - 1.0) / np.maximum(slope, 1e-4), dtype=np.float32)


def section(u: Field, v: Field, half_u: Field | float, half_v: Field | float, exponent: float) -> Field:
    """About the distance from a rounded box's wall in a plane; 2 is an ellipse."""
    p, q = np.abs(u) / half_u + 1e-6, np.abs(v) / half_v + 1e-6
    a, b = p**exponent, q**exponent
    far = (a + b) ** (1.0 / exponent)
    slope = np.sqrt((a / (p * half_u)) ** 2 + (b / (q * half_v)) ** 2) * far / (a + b)
    return np.asarray((far - 1.0) / np.maximum(slope, 1e-4), dtype=np.float32)


def capsule(
    x: Field, y: Field, z: Field, start: npt.ArrayLike, end: npt.ArrayLike, radii: tuple[float, float]
) -> Field:
    """Distance from the wall of a tapered tube with round ends."""
    a, b = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    v = b - a
    p, q, r = x - a[0], y - a[1], z - a[2]
    t = np.clip((p * v[0] + q * v[1] + r * v[2]) / max(float(v @ v), 1e-9), 0.0, 1.0)
    d = np.sqrt((p - t * v[0]) ** 2 + (q - t * v[1]) ** 2 + (r - t * v[2]) ** 2)
    return np.asarray(d - radii[0] - t * (radii[1] - radii[0]), dtype=np.float32)


def both(a: Field, b: Field, blend: float = 0.0) -> Field:
    """What lies in one and the other, with a rounded seam."""
    if blend <= 0.0:
        return np.maximum(a, b)
    h = np.clip(0.5 + 0.5 * (a - b) / blend, 0.0, 1.0)
    return np.asarray(b + h * (a - b) + blend * h * (1.0 - h), dtype=np.float32)


def either(a: Field, b: Field, blend: float = 0.0) -> Field:
    """What lies in one or the other, with a rounded seam."""
    return np.asarray(-both(-a, -b, blend), dtype=np.float32)


def cropped(distance: Field, origin: FloatArray, grid_mm: float, **kind: Any) -> Solid | None:
    """A solid whose grid ends a little beyond its wall; None where nothing lies inside."""
    near = distance < MARGIN
    if not bool((distance < 0.0).any()):
        return None
    box = []
    for axis in range(3):
        held = np.flatnonzero(near.any(axis=tuple(a for a in range(3) if a != axis)))
        first, last = max(int(held[0]) - 1, 0), min(int(held[-1]) + 2, near.shape[axis])
        box.append(slice(first, max(last, first + 2)))
    corner = np.asarray(origin) + grid_mm * np.array([s.start for s in box])
    return Solid(distance_mm=distance[tuple(box)], origin_mm=corner, grid_mm=grid_mm, **kind)
