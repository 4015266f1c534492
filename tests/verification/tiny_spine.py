"""A block of bone with a few ways out: small enough to inject many times."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from azygos.ground.units import ML, MM
from azygos.spine import (
    Bone,
    Cement,
    Draw,
    Needle,
    Operator,
    Outlet,
    Portion,
    Rest,
    Route,
    Syringe,
    Treatment,
    Vertebra,
)
from azygos.spine.drawing import draw_uncertain

SHAPE, EDGE = (16, 14, 12), 2.0 * MM

CEMENT = Cement(
    name="test", consistency=100.0, reference_age=200.0, e_folding=250.0, index_fresh=0.7, index_doughy=0.35,
    plateau_rate=0.05, setting_age=900.0, paste_age=250.0, activation_early=60e3, activation_late=45e3, batch=1.0,
    density_paste=1.25e3, density_set=1.32e3, heat_capacity=1.25e3, conductivity=0.2, heat_of_setting=1.2e8,
)  # fmt: skip
NEWTONIAN = replace(CEMENT, index_fresh=1.0, index_doughy=1.0)
WATCHES = Operator(
    stops_on_seen_leak=True, delay=0.0, visible_volume=0.02 * ML, sees_vascular=1.0, sees_canal=1.0, sees_other=1.0
)
BLIND = replace(WATCHES, stops_on_seen_leak=False)
SYRINGE = Syringe(volume=10 * ML, air_fraction=0.03, pressure_ceiling=8e6)


def draw(**changes: float) -> Draw:
    """One draw with a still circulation, then `changes`."""
    plain = draw_uncertain(np.random.default_rng(0))
    still = replace(
        plain, marrow_viscosity=0.07, marrow_yield=500.0, outlet_pressure=1e3, breathing_pressure=0.0, shell_seepage=0.0
    )
    return replace(still, **changes)


def outlet(name: str, mouth: tuple[float, float, float], *, radius: float = 1.5 * MM, length: float = 15 * MM,
           pressure: float = 1e3, route: Route = Route.BASIVERTEBRAL, rest: Rest = Rest.CANAL) -> Outlet:  # fmt: skip
    return Outlet(
        name=name, route=route, rest=rest, mouth=np.array(mouth), radius=radius, length=length, pressure=pressure
    )


WAYS_OUT = (
    outlet("behind", (8.0, 13.4, 6.0)),
    outlet("in front", (5.0, -0.4, 4.0), radius=0.7 * MM, route=Route.ANTERIOR_EXTERNAL, rest=Rest.PARAVERTEBRAL),
    outlet("gap", (0.0, 7.0, 8.0), radius=1.0 * MM, length=2 * MM, route=Route.CORTICAL,
           rest=Rest.SOFT_TISSUE),
)  # fmt: skip


def bone(
    *,
    seed: int = 1,
    sigma: float = 0.5,
    permeability: float = 1e-8,
    anisotropy: float = 1.5,
    outlets: tuple[Outlet, ...] = WAYS_OUT,
    seepage: float = 1e-11,
    shape: tuple[int, int, int] = SHAPE,
) -> Bone:
    """A block one empty cell within its array, of rough permeability."""
    rng = np.random.default_rng(seed)
    inside = np.pad(np.ones(shape, dtype=bool), 1)
    k = np.pad(permeability * np.exp(sigma * rng.standard_normal(shape)), 1)
    vertebra = Vertebra(
        level="L2", origin=np.full(3, -EDGE), axes=np.eye(3), spacing=EDGE, inside=inside,
        bone_fraction=np.where(inside, 0.12, 0.0), cleft=np.zeros_like(inside),
    )  # fmt: skip
    moved = tuple(replace(o, mouth=o.mouth + 1.0) for o in outlets)
    return Bone(
        vertebra=vertebra, porosity=np.where(inside, 0.88, 0.0), permeability=k, anisotropy=anisotropy,
        cavity=np.zeros_like(inside), outlets=moved, seepage=seepage,
    )  # fmt: skip


def needle(tip_cell: tuple[float, float, float] = (8.0, 9.5, 6.0), **changes) -> Needle:
    tip = np.array(tip_cell) * EDGE
    plain = Needle(
        entry=tip + np.array([5e-3, 30e-3, 8e-3]), tip=tip, gauge=11, inner_radius=1.194e-3, length=0.12
    )  # fmt: skip
    return replace(plain, **changes)


def treatment(*, volume: float = 1.0 * ML, rate: float = 5e-8, cement: Cement = CEMENT, **changes) -> Treatment:
    plain = Treatment(
        level="L2", needles=(needle(),), portions=(Portion(volume=volume, rate=rate),), cement=cement,
        age_at_start=250.0, syringe_temperature=294.15, room_temperature=294.15, syringe=SYRINGE, operator=BLIND,
    )  # fmt: skip
    return replace(plain, **changes)
