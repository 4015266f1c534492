"""The bone that is injected: what a scan or a draw says of it, and one draw of what they do not say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray, Parcel
from azygos.spine.leak import Rest, Route


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vertebra(Parcel):
    """One vertebral body on a voxel grid that is aligned with the body's own axes.

    Arrays are indexed ``[i, j, k]``: i to the vertebra's left, j to its back, k to its head.
    The grid is aligned so that the permeability tensor is diagonal on it: two-point fluxes
    are wrong for a tilted anisotropy at any resolution.
    """

    level: str  # "T1" ... "L5"
    origin: FloatArray  # shape (3,), LPS of the centre of cell [0, 0, 0] [m]
    axes: FloatArray  # shape (3, 3), columns: unit vectors to left, back and head, in LPS
    spacing: float  # edge of a cell [m]
    inside: BoolArray  # shape (n_i, n_j, n_k): the space within the shell, cavities included
    bone_fraction: FloatArray  # shape (n_i, n_j, n_k): bone volume over total volume, 0 to 1
    cleft: BoolArray  # shape (n_i, n_j, n_k): an intravertebral cleft, all False where there is none
    fracture: str = "none"  # "none", "wedge", "biconcave", "crush" or "unknown"
    source: str = "virtual"  # "virtual" or "scan"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.seal("origin", "axes", "bone_fraction")
        self.seal("inside", "cleft", dtype=np.bool_)
        require(self.spacing > 0.0, f"a cell edge must be positive, not {self.spacing} m")
        require(
            self.inside.shape == self.bone_fraction.shape == self.cleft.shape,
            "the vertebra's fields must share one grid",
        )
        require(bool(self.inside.any()), f"{self.level}: the vertebral body holds no cells")
        require(
            bool(np.allclose(self.axes.T @ self.axes, np.eye(3), atol=1e-6)),
            "the vertebra's axes must be unit vectors at right angles",
        )

    @property
    def volume(self) -> float:
        """Volume within the shell [m^3]."""
        return float(np.count_nonzero(self.inside)) * self.spacing**3

    def to_grid(self, points: FloatArray) -> FloatArray:
        """LPS points [m], shape (..., 3), as fractional cell indices."""
        return np.asarray((points - self.origin) @ self.axes / self.spacing, dtype=np.float64)

    def to_lps(self, indices: FloatArray) -> FloatArray:
        """Cell indices, shape (..., 3), as LPS points [m]."""
        return np.asarray(indices * self.spacing @ self.axes.T + self.origin, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlet(Parcel):
    """One way out of the bone: a vein, a gap in the shell or the needle's own track.

    A straight tube of `radius` and `length` opens on bone at `mouth`; beyond its far end
    the space is so wide that cement meets no more resistance.
    """

    name: str
    route: Route
    rest: Rest
    mouth: FloatArray  # shape (3,), fractional cell indices of the vertebra's grid, inside or on the rim
    radius: float  # [m]
    length: float  # of the tube until it joins something wide [m]
    pressure: float  # at the far end, at rest [Pa]

    def __post_init__(self) -> None:
        self.seal("mouth")
        require(self.radius > 0.0 and self.length >= 0.0, f"outlet {self.name}: radius and length must be positive")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bone(Parcel):
    """One draw of what no scan shows of a vertebra: permeability, veins and gaps."""

    vertebra: Vertebra
    porosity: FloatArray  # shape of the grid [-]; 1 in cavities
    permeability: FloatArray  # shape of the grid, across the body's long axis [m^2]; 0 outside the shell
    anisotropy: float  # permeability along the head-foot axis over that across it [-]
    cavity: BoolArray  # cells that are open space: foramen, cleft, balloon cavity
    outlets: tuple[Outlet, ...]
    seepage: float = 0.0  # permeability of the shell over its thickness, for marrow only [m]

    def __post_init__(self) -> None:
        self.seal("porosity", "permeability")
        self.seal("cavity", dtype=np.bool_)
        inside = self.vertebra.inside
        require(
            inside.shape == self.porosity.shape == self.permeability.shape == self.cavity.shape,
            "the bone's fields must share the vertebra's grid",
        )
        require(bool(np.all(self.permeability[inside] > 0.0)), "permeability must be positive inside the shell")
        require(
            bool(np.all((self.porosity[inside] > 0.0) & (self.porosity[inside] <= 1.0))),
            "porosity must lie between 0 and 1",
        )
        require(self.anisotropy > 0.0, "anisotropy must be positive")
        require(bool(self.outlets) or self.seepage > 0.0, "marrow needs a way out: an outlet or a leaky shell")
