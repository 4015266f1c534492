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
from azygos.render.kernels import shapes as kernels

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
    out = np.empty(x.size, dtype=np.float32)
    kernels.ellipsoid(*_flat(x, y, z), _three(middle), _three(half), out)
    return out.reshape(x.shape)


def section(u: Field, v: Field, half_u: Field | float, half_v: Field | float, exponent: float) -> Field:
    """About the distance from a rounded box's wall in a plane; 2 is an ellipse."""
    out = np.empty(u.size, dtype=np.float32)
    kernels.section(*_flat(u, v, np.asarray(half_u), np.asarray(half_v)), np.float32(exponent), out)
    return out.reshape(u.shape)


def capsule(
    x: Field, y: Field, z: Field, start: npt.ArrayLike, end: npt.ArrayLike, radii: tuple[float, float]
) -> Field:
    """Distance from the wall of a tapered tube with round ends."""
    out = np.empty(x.size, dtype=np.float32)
    kernels.capsule(*_flat(x, y, z), _three(start), _three(end), float(radii[0]), float(radii[1]), out)
    return out.reshape(x.shape)


def both(a: Field, b: Field, blend: float = 0.0) -> Field:
    """What lies in one and the other, with a rounded seam."""
    if blend <= 0.0:
        return np.maximum(a, b)
    out = np.empty(max(a.size, b.size), dtype=np.float32)
    kernels.blend(*_flat(a, b), np.float32(blend), out)
    return out.reshape(a.shape if a.size >= b.size else b.shape)


def either(a: Field, b: Field, blend: float = 0.0) -> Field:
    """What lies in one or the other, with a rounded seam."""
    return np.asarray(-both(-a, -b, blend), dtype=np.float32)


def _flat(*fields: Field) -> list[npt.NDArray[np.float32]]:
    return [np.ascontiguousarray(field, dtype=np.float32).reshape(-1) for field in fields]


def _three(values: npt.ArrayLike) -> FloatArray:
    return np.asarray(values, dtype=np.float64).reshape(3)


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
