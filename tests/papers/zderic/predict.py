"""Zderic 2016: four coloured portions of 1 mL, pushed one after another into foam with a leak path.

The injection hands on no colours, so this drives the same solver of pressure and transport itself, in
a plain cube, with one tracer for each portion.
"""

from __future__ import annotations

import math

import numpy as np

from azygos.ground.units import MINUTE, ML
from azygos.spine.flow import Flow
from azygos.spine.kernels import transport
from azygos.spine.well import cell_radius, well_conductance
from papers.counting import spread
from papers.patients import log_between, own_rng

SEED, MEMBERS = 2016, 4
LABEL = "predicted; that portions do not mix is in the equations, what the grid adds is not"
GIVEN = {"portions": "4 of 1 mL, one after another", "body": "open-porous aluminium foam with leak paths"}
NOT_GIVEN = {
    "permeability of the foam": "1e-8 to 1e-7 m2 (it cancels in where cement goes)",
    "porosity": "0.88 to 0.95",
    "cement": "50 to 500 Pa s, Newtonian",
    "what fills the foam": "0.05 to 0.5 Pa s",
    "leak path": "radius 1 to 2 mm, 10 to 13 mm from the tip",
    "rate": "3 mL/min (it cancels)",
}
EDGE = 36e-3
GRIDS = {"2_mm": 2e-3, "1_mm": 1e-3}


def member(seed: int, k: int) -> dict:
    """One foam on two grids."""
    rng = own_rng(seed, k)
    drawn = {
        "permeability_m2": log_between(rng, 1e-8, 1e-7),
        "porosity": float(rng.uniform(0.88, 0.95)),
        "cement_pa_s": log_between(rng, 50.0, 500.0),
        "marrow_pa_s": log_between(rng, 0.05, 0.5),
        "path_radius_mm": float(rng.uniform(1.0, 2.0)),
        "path_distance_mm": float(rng.uniform(10.0, 13.0)),
    }
    radii = [(3.0 * j * ML / (4.0 * math.pi * drawn["porosity"])) ** (1 / 3) * 1e3 for j in range(5)]
    shells = {"last_shell_mm": radii[4] - radii[3], "front_mm": radii[4]}
    return {"member": k, **drawn, **shells, **{name: portions(h, drawn) for name, h in GRIDS.items()}}


def portions(h: float, drawn: dict[str, float]) -> dict[str, float]:
    """Push four portions and look how far they have run into one another."""
    n = 2 * round(0.5 * EDGE / h) + 1
    flow = Flow((n, n, n))
    centre = n // 2
    size = flow.s.size
    permeability = flow.field(drawn["permeability_m2"])
    pore = flow.field(drawn["porosity"] * h**3)
    pore[pore <= 0.0] = h**3
    viscosity = np.full(size, drawn["cement_pa_s"])
    conductivity = np.zeros(flow.s.shape)
    cells = np.stack(np.meshgrid(*(np.arange(n),) * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    flat = flow.flat_index(cells)
    rim = flat[np.any((cells == 0) | (cells == n - 1), axis=1)]
    source_cells = flat[np.linalg.norm((cells - centre) * h, axis=1) <= max(1.2e-3, 0.5 * h)]
    mouth = int(flow.flat_index(np.array([[centre + round(drawn["path_distance_mm"] * 1e-3 / h), centre, centre]]))[0])
    rate, tracer = 3.0 * ML / MINUTE, np.zeros((4, size))
    heat = np.zeros(0)
    leaked = 0.0
    for portion in range(4):
        name = np.zeros(4)
        name[portion] = 1.0
        for _ in range(20):
            dt = 0.05 * ML / rate
            transport.mobility(
                permeability.ravel(), flow.s.ravel(), viscosity, drawn["marrow_pa_s"], True, conductivity.ravel()
            )
            transport.faces(conductivity, 1.0, h, flow.tx, flow.ty, flow.tz)
            flow.sink[...] = 0.0
            flow.push[...] = 0.0
            s = float(np.clip(flow.s.ravel()[mouth], 0.0, 1.0))
            mixed = s * drawn["cement_pa_s"] + (1.0 - s) * drawn["marrow_pa_s"]
            reach = cell_radius(h)
            path = well_conductance(
                min(drawn["path_radius_mm"] * 1e-3, 0.95 * reach),
                cell_radius=reach,
                permeability=drawn["permeability_m2"],
                viscosity=mixed,
                half_space=False,
            )
            flow.sink.ravel()[rim] = 2.0 * h * drawn["permeability_m2"] / drawn["marrow_pa_s"]
            flow.sink.ravel()[mouth] = path
            flow.push.ravel()[source_cells] = rate / len(source_cells)
            flow.solve(1e-5 * rate)
            p = flow.p.ravel()
            source, sink_open, sink_marrow = np.zeros(size), np.zeros(size), np.zeros(size)
            source[source_cells] = rate / len(source_cells)
            sink_open[mouth] = path * max(p[mouth], 0.0)
            sink_marrow[rim] = 2.0 * h * drawn["permeability_m2"] / drawn["marrow_pa_s"] * np.maximum(p[rim], 0.0)
            flow.active = np.union1d(flow.active, source_cells).astype(np.int32)
            _, export = flow.carry(
                dt, 4, source=source, sink_open=sink_open, sink_marrow=sink_marrow, pore=pore,
                ratio=viscosity / drawn["marrow_pa_s"], tracer=tracer, tracer_source=name, heat=heat,
            )  # fmt: skip
            leaked += float(export.sum())
    return read_portions(flow, flat, cells, pore, tracer, centre, h, leaked)


def read_portions(flow, flat, cells, pore, tracer, centre: int, h: float, leaked: float) -> dict[str, float]:
    """Places and purity of the portions [mm, shares]."""
    amount = tracer[:, flat] * (flow.s.ravel()[flat] * pore.ravel()[flat])[None, :]
    total = float(amount.sum())
    radius = np.linalg.norm((cells - centre) * h, axis=1) * 1e3
    mean = [(a * radius).sum() / a.sum() for a in amount]
    s = flow.s.ravel()[flat].reshape((2 * centre + 1,) * 3)
    line = s[:, centre, centre]
    own = np.take_along_axis(amount, amount.argmax(axis=0)[None, :], axis=0).sum()
    sphere = (radius[None, :] * (amount > 0.0)).max(axis=1)
    pure = amount.max(axis=0) >= 0.9 * amount.sum(axis=0)
    return {
        **{f"mean_radius_{j + 1}_mm": float(r) for j, r in enumerate(mean)},
        "share_in_foreign_cells": float(1.0 - own / total),
        "share_in_pure_cells": float(amount.sum(axis=0)[pure].sum() / total),
        "farthest_last_portion_mm": float(sphere[3]),
        "reach_towards_path_mm": float(line[centre:].sum() * h * 1e3),
        "reach_away_mm": float(line[: centre + 1].sum() * h * 1e3),
        "in_foam_ml": total / ML,
        "leaked_ml": leaked / ML,
    }


def summarise(members: list[dict]) -> dict:
    """Order, mixing on each grid, and the reach towards the leak path."""
    order = [
        all(m["1_mm"][f"mean_radius_{j}_mm"] > m["1_mm"][f"mean_radius_{j + 1}_mm"] for j in (1, 2, 3)) for m in members
    ]
    return {
        "members": len(members),
        "members_newest_innermost": sum(order),
        "share_in_foreign_cells": {g: spread([m[g]["share_in_foreign_cells"] for m in members]) for g in GRIDS},
        "share_in_pure_cells": {g: spread([m[g]["share_in_pure_cells"] for m in members]) for g in GRIDS},
        "last_shell_mm": spread([m["last_shell_mm"] for m in members]),
        "reach_towards_over_away": spread(
            [m["1_mm"]["reach_towards_path_mm"] / m["1_mm"]["reach_away_mm"] for m in members]
        ),
        "unfinished": 0,
    }
