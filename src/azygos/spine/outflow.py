"""The ways out of the bone while cement flows: wells with a growing plug of cement in each.

A vein narrower than a voxel is a well: between the voxel's pressure and the mouth lies the
resistance of converging flow, then the plug that stands in the vein, then blood. The plug
ages in the warmth of the body, and a vein whose plug has set is closed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.spine.ageing import aged
from azygos.spine.rheology import capped_viscosity, consistency_at, equivalent_rate_factor, index_at
from azygos.spine.settling import plug_warming_time
from azygos.spine.treatment import Cement
from azygos.spine.vertebra import Bone, Outlet
from azygos.spine.well import cell_radius, compliant_conductance_factor, plug_resistance, well_conductance
from azygos.values.marrow import BODY_TEMPERATURE

MOST_SEGMENTS = 12  # of a plug


@dataclass(slots=True)
class Segment:
    """A slug of cement in a vein."""

    volume: float  # [m^3]
    age: float  # [s at 25 C]
    temperature: float  # [K]


@dataclass(slots=True)
class Plug:
    """The cement that stands in one outlet, the oldest first."""

    outlet: Outlet
    segments: list[Segment] = field(default_factory=list)
    through: float = 0.0  # all that ever entered [m^3]

    @property
    def length(self) -> float:
        """Cement standing in the tube [m]."""
        filled = sum(s.volume for s in self.segments) / (math.pi * self.outlet.radius**2)
        return min(filled, self.outlet.length)

    def enter(self, volume: float, age: float, temperature: float) -> None:
        """Push cement in at the mouth; what the tube cannot hold leaves at its far end."""
        if volume <= 0.0:
            return
        self.through += volume
        hold = math.pi * self.outlet.radius**2 * self.outlet.length
        newest = self.segments[-1] if self.segments else None
        if newest is not None and newest.volume + volume <= hold / MOST_SEGMENTS:
            total = newest.volume + volume
            newest.age = (newest.age * newest.volume + age * volume) / total
            newest.temperature = (newest.temperature * newest.volume + temperature * volume) / total
            newest.volume = total
        else:
            self.segments.append(Segment(volume, age, temperature))
        surplus = sum(s.volume for s in self.segments) - hold
        while surplus > 0.0 and self.segments:
            first = self.segments[0]
            taken = min(first.volume, surplus)
            first.volume -= taken
            surplus -= taken
            if first.volume <= 0.0:
                self.segments.pop(0)

    def grow_older(self, dt: float, cement: Cement, diffusivity: float, ages: bool) -> None:
        """Warm the plug towards the body and age it."""
        body = BODY_TEMPERATURE.number
        tau = plug_warming_time(self.outlet.radius, diffusivity=diffusivity)
        for s in self.segments:
            s.temperature = body + (s.temperature - body) * math.exp(-dt / tau)
            if ages:
                s.age = older(cement, s.age, dt, s.temperature)

    def resistance(self, flow: float, cement: Cement, blood: float, thins: bool) -> float:
        """Of plug and blood in the tube [Pa s m^-3]; infinite once any of the plug has set."""
        a = self.outlet.radius
        total, length = 0.0, 0.0
        for s in self.segments:
            if s.age >= cement.setting_age:
                return math.inf
            ell = s.volume / (math.pi * a * a)
            length += ell
            total += plug_resistance(a, ell, viscosity=tube_viscosity(cement, s.age, flow, a, thins))
        return total + plug_resistance(a, max(self.outlet.length - length, 0.0), viscosity=blood)


def older(cement: Cement, age: float, dt: float, temperature: float) -> float:
    """Reduced time after `dt` [s] at `temperature` [K]."""
    return aged(
        age,
        dt,
        temperature,
        paste_age=cement.paste_age,
        activation_early=cement.activation_early,
        activation_late=cement.activation_late,
        batch=cement.batch,
    )


def tube_viscosity(cement: Cement, age: float, flow: float, radius: float, thins: bool) -> float:
    """Viscosity that explains the pressure that `flow` loses in a tube full of cement [Pa s]."""
    m = consistency_at(
        age, consistency=cement.consistency, reference_age=cement.reference_age, e_folding=cement.e_folding
    )
    if not thins:
        return m
    n = index_at(age, index_fresh=cement.index_fresh, index_doughy=cement.index_doughy, setting_age=cement.setting_age)
    rate = equivalent_rate_factor(n) * 4.0 * abs(flow) / (math.pi * radius**3)
    return capped_viscosity(rate, consistency=m, index=n, plateau_rate=cement.plateau_rate)


@dataclass(frozen=True, slots=True)
class Mouths:
    """Where the outlets join the grid: one entry for each pair of outlet and cell."""

    cell: np.ndarray  # (n,) flat index into padded arrays
    outlet: np.ndarray  # (n,) number of the outlet, -1 for marrow seeping through the shell
    index: FloatArray  # (n,) conductance for unit mobility [m^3]
    share: FloatArray  # (n,) of the outlet's index that this cell bears [-]


def _joined(bone: Bone, outlet: Outlet, inside: np.ndarray) -> tuple[np.ndarray, FloatArray]:
    """Cells, as (n, 3) grid indices, that an outlet opens on, and the conductance of each for unit mobility [m^3].

    A mouth smaller than its voxel stands for is a well. A wider one holds the voxels that it covers at its own
    pressure, those that it covers in part the more loosely; with the factors below, found by solving for single
    mouths of 0.35 to 3 voxels, the captured flow is that of a ball of the mouth's radius within 12 %.
    """
    vertebra = bone.vertebra
    h = vertebra.spacing
    distance = np.linalg.norm(inside - outlet.mouth, axis=1)
    nearest = int(np.argmin(distance))
    cell = inside[nearest]
    padded = np.pad(vertebra.inside, 1)
    steps = np.vstack([np.eye(3, dtype=int), -np.eye(3, dtype=int)])
    at_wall = not all(padded[tuple(cell + 1 + step)] for step in steps)
    reach = cell_radius(h, half_space=at_wall)
    mean = bone.anisotropy ** (1.0 / 3.0)
    if outlet.radius < reach:
        k = bone.permeability[tuple(cell)] * mean
        wi = well_conductance(outlet.radius, cell_radius=reach, permeability=k, viscosity=1.0, half_space=at_wall)
        return cell[None, :], np.array([wi])
    from_cell = np.linalg.norm(inside - cell, axis=1)
    loose, margin = (10.0, 0.5) if at_wall else (8.0, 0.7)
    covered = np.clip(outlet.radius / h - from_cell + margin, 0.0, 1.0)
    strength = np.where(from_cell < 0.5, 1000.0, loose * covered)
    chosen = inside[strength > 0.0]
    k = bone.permeability[tuple(chosen.T)] * mean
    return chosen, strength[strength > 0.0] * h * k


def find_mouths(bone: Bone, flat_index: np.ndarray) -> Mouths:
    """Join each outlet to the cells around its mouth, and the rim to the seeping shell.

    `flat_index` gives, on the vertebra's grid, each cell's place in padded arrays.
    """
    vertebra = bone.vertebra
    h = vertebra.spacing
    inside = np.argwhere(vertebra.inside)
    cells, outlets, indices, shares = [], [], [], []
    for number, outlet in enumerate(bone.outlets):
        chosen, wi = _joined(bone, outlet, inside)
        cells.append(flat_index[tuple(chosen.T)])
        outlets.append(np.full(len(chosen), number))
        indices.append(wi)
        shares.append(wi / wi.sum())
    if bone.seepage > 0.0:
        padded = np.pad(vertebra.inside, 1)
        bare = np.zeros(vertebra.inside.shape)
        for axis in range(3):
            for step in (-1, 1):
                bare += ~np.roll(padded, step, axis)[1:-1, 1:-1, 1:-1]
        rim = np.argwhere(vertebra.inside & (bare > 0))
        cells.append(flat_index[tuple(rim.T)])
        outlets.append(np.full(len(rim), -1))
        indices.append(bare[tuple(rim.T)] * h * h * bone.seepage)
        shares.append(np.zeros(len(rim)))
    return Mouths(
        cell=np.concatenate(cells).astype(np.int64),
        outlet=np.concatenate(outlets).astype(np.int64),
        index=np.concatenate(indices),
        share=np.concatenate(shares),
    )


def widened(outlet: Outlet, drop: float, area_compliance: float) -> float:
    """Factor on a vein's conductance when cement stands in it under half of `drop` [Pa]."""
    if area_compliance <= 0.0 or not outlet.route.vascular:
        return 1.0
    return compliant_conductance_factor(max(0.5 * drop, 0.0), area_compliance=area_compliance)
