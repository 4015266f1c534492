"""Habib 2010: leaked mass and pressure in an open-cell surrogate with a leak path, two cements, four groups.

Predicts only; ``measured.csv`` is read by ``verdicts.py``.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np

from azygos.ground.units import MINUTE, ML
from azygos.spine import Bone, Draw, Needle, Outlet, Rest, Route, Vertebra
from azygos.spine.choices import Choices
from azygos.values.cements import cement_named
from azygos.values.needles import LENGTH, inner_radius
from papers.counting import both, spread
from papers.patients import Push, draw_member, log_between, own_rng, record, run

SEED, MEMBERS = 2010, 24
LABEL = "predicted"
GROUPS = {
    "lv_3_5": ("vertebroplastic", 3.5),
    "lv_9_5": ("vertebroplastic", 9.5),
    "hv_3_5": ("confidence", 3.5),
    "hv_6_5": ("confidence", 6.5),
}
GIVEN = {
    "cements": "Vertebroplastic (low viscosity), Confidence (high viscosity)",
    "start after mixing": "3.5 and 9.5 min; 3.5 and 6.5 min",
    "body": "open-cell surrogate with a leak path",
    "pressure": "read at the needle, through its second conduit",
}
NOT_GIVEN = {
    "viscosity of either cement": "assumed in values/cements.py, 20 to 150 and 300 to 1500 Pa s",
    "edge of the surrogate": "30 to 40 mm",
    "permeability of the foam": "1e-8 to 1e-7 m2, uniform",
    "porosity": "0.88 to 0.95",
    "radius of the leak path": "1 to 2 mm",
    "from the needle's tip to the path": "4 to 10 mm",
    "volume injected": "4 to 10 mL",
    "rate": "2 to 6 mL/min",
    "marrow substitute": "0.04 to 0.4 Pa s; half of the members with a yield pressure of 0.25 to 5 kPa, half without",
    "way out for the marrow": "sides that let it seep, 1e-10 to 1e-8 m",
    "temperature": "21 C before injection; the model holds its body at 37 C",
}


def bench(seed: int, k: int) -> tuple[Bone, Needle, Draw, dict[str, float]]:
    """Surrogate, needle and draw of member `k`, and what was drawn for them."""
    rng = own_rng(seed, k)
    h = 1.5e-3
    drawn = {
        "edge_mm": float(rng.uniform(30.0, 40.0)),
        "permeability_m2": log_between(rng, 1e-8, 1e-7),
        "porosity": float(rng.uniform(0.88, 0.95)),
        "path_radius_mm": float(rng.uniform(1.0, 2.0)),
        "path_distance_mm": float(rng.uniform(4.0, 10.0)),
        "volume_ml": float(rng.uniform(4.0, 10.0)),
        "rate_ml_min": log_between(rng, 2.0, 6.0),
        "marrow_pa_s": log_between(rng, 0.04, 0.4),
        "seepage_m": log_between(rng, 1e-10, 1e-8),
    }
    n = round(drawn["edge_mm"] * 1e-3 / h)
    shape = (n, n, n)
    whole = np.ones(shape, dtype=bool)
    vertebra = Vertebra(
        level="L1",
        origin=np.full(3, -0.5 * (n - 1) * h),
        axes=np.eye(3),
        spacing=h,
        inside=whole,
        bone_fraction=np.full(shape, 1.0 - drawn["porosity"]),
        cleft=~whole,
        source="virtual",
        notes=("open-cell surrogate",),
    )
    away = drawn["path_distance_mm"] * 1e-3
    path = Outlet(
        name="leak path",
        route=Route.SEGMENTAL,
        rest=Rest.SOFT_TISSUE,
        mouth=vertebra.to_grid(np.array([away, 0.0, 0.0])),
        radius=drawn["path_radius_mm"] * 1e-3,
        length=0.5 * n * h - away,
        pressure=0.0,
    )
    bone = Bone(
        vertebra=vertebra,
        porosity=np.full(shape, drawn["porosity"]),
        permeability=np.full(shape, drawn["permeability_m2"]),
        anisotropy=1.0,
        cavity=~whole,
        outlets=(path,),
        seepage=drawn["seepage_m"],
    )
    needle = Needle(
        entry=np.array([0.0, 0.04, 0.0]),
        tip=np.array([0.0, 0.0, 0.0]),
        gauge=11,
        inner_radius=inner_radius(11),
        length=LENGTH.number,
    )
    draw = replace(
        draw_member(seed, k), marrow_viscosity=drawn["marrow_pa_s"], outlet_pressure=0.0, breathing_pressure=0.0
    )
    return bone, needle, draw, drawn


def member(seed: int, k: int) -> dict:
    """All four groups in one surrogate."""
    bone, needle, draw, drawn = bench(seed, k)
    choices = Choices(marrow_yields=k % 2 == 0, hand_is_limited=False)
    arms = {}
    for group, (name, minutes) in GROUPS.items():
        push = Push(
            cement=name, minutes=minutes, volume=drawn["volume_ml"] * ML, rate=drawn["rate_ml_min"] * ML / MINUTE
        )
        row = record(run(bone, needle, draw, push, choices=choices))
        if row is not None:
            row["leaked_g"] = row["leaked_ml"] * 1e-3 * cement_named(name).density_paste.number
        arms[group] = row
    return {"member": k, "marrow_yields": choices.marrow_yields, **drawn, **arms}


def summarise(members: list[dict]) -> dict:
    """Masses, their ratios, order and pressures."""
    done = both(members, *GROUPS)
    summary = _part(done)
    summary["marrow_yields"] = _part([m for m in done if m["marrow_yields"]])
    summary["marrow_does_not_yield"] = _part([m for m in done if not m["marrow_yields"]])
    summary["unfinished"] = len(members) - len(done)
    return summary


def _part(done: list[dict]) -> dict:
    mass = {g: [m[g]["leaked_g"] for m in done] for g in GROUPS}
    ordered = [all(a > b for a, b in itertools.pairwise(row)) for row in zip(*mass.values(), strict=True)]
    ratio = [a / b if b > 0.0 else 1e6 for a, b in zip(mass["lv_3_5"], mass["hv_6_5"], strict=True)]
    pressure = [m["hv_6_5"]["tip_peak_kpa"] / m["lv_3_5"]["tip_peak_kpa"] for m in done]
    return {
        "leaked_g": {g: spread(v) for g, v in mass.items()},
        "leaked_g_mean": {g: float(np.mean(v)) for g, v in mass.items()},
        "members_in_measured_order": sum(ordered),
        "members": len(done),
        "leaked_ratio_lv_3_5_over_hv_6_5": spread(ratio),
        "tip_pressure_kpa": {g: spread([m[g]["tip_peak_kpa"] for m in done]) for g in GROUPS},
        "pressure_ratio_hv_6_5_over_lv_3_5": spread(pressure),
    }
