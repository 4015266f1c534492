"""Baroud and Steffen 2005: what a cannula eats of the pressure, and what a wider upper part saves."""

from __future__ import annotations

from azygos.ground.units import MINUTE, ML
from azygos.spine.cannula import cannula_pressure, stepped_cannula_pressure
from azygos.spine.choices import Choices
from azygos.values.needles import inner_radius
from papers.counting import both, spread
from papers.patients import Push, body, bone_of, draw_member, needle_of, own_rng, record, run

SEED, MEMBERS = 1474, 24
LABEL = "predicted, the 95 % in part calibrated: it was one of four sources of the permeability's range"
GIVEN = {"rate": "4 mL/min", "step": "inner diameter of the upper part doubled", "fluids": "silicone oil and cement"}
NOT_GIVEN = {
    "cannula": "10, 11 or 13 gauge, 100 to 152 mm",
    "length of the narrow part": "30 to 60 mm",
    "power-law index": "0.4 to 1 (oil: 1)",
    "cement, age": "generic medium viscosity, 4 to 7 min",
    "bone behind the tip": "drawn bodies T12 to L2, 4 mL",
}


def member(seed: int, k: int) -> dict:
    """One cannula alone, stepped and straight; and one before bone."""
    rng = own_rng(seed, k)
    drawn = {
        "gauge": (10, 11, 13)[int(rng.integers(3))],
        "length_mm": float(rng.uniform(100.0, 152.0)),
        "narrow_mm": float(rng.uniform(30.0, 60.0)),
        "index": float(rng.uniform(0.4, 1.0)),
        "minutes": float(rng.uniform(4.0, 7.0)),
    }
    radius, length, rate = inner_radius(drawn["gauge"]), drawn["length_mm"] * 1e-3, 4.0 * ML / MINUTE
    drop = {}
    for fluid, index in (("oil", 1.0), ("cement", drawn["index"])):
        law = {"consistency": 100.0, "index": index, "plateau_rate": 0.1}
        straight = cannula_pressure(rate, radius, length, **law)
        stepped = stepped_cannula_pressure(
            rate,
            proximal_radius=2.0 * radius,
            proximal_length=length - drawn["narrow_mm"] * 1e-3,
            distal_radius=radius,
            distal_length=drawn["narrow_mm"] * 1e-3,
            **law,
        )
        drop[f"drop_{fluid}"] = 1.0 - stepped / straight
    draw = draw_member(seed, k)
    vertebra = body(seed, k, ("T12", "L1", "L2"), fracture=None, cleft=False)
    needle = needle_of(vertebra, gauge=drawn["gauge"], length=length)
    push = Push(cement="generic_medium_viscosity", minutes=drawn["minutes"], volume=4.0 * ML, rate=rate)
    injection = run(bone_of(vertebra, draw, needle), needle, draw, push, choices=Choices(hand_is_limited=False))
    row = record(injection)
    if injection is not None and row is not None:
        at = int(injection.plunger_pressure.argmax())
        plunger, tip = float(injection.plunger_pressure[at]), float(injection.tip_pressure[at])
        row["cannula_share"] = (plunger - tip) / plunger
    return {"member": k, **drawn, **drop, "bone": row}


def summarise(members: list[dict]) -> dict:
    """Share of the pressure lost in the cannula, and the drop by the step."""
    done = both(members, "bone")
    return {
        "cannula_share": spread([m["bone"]["cannula_share"] for m in done]),
        "bone_share": spread([1.0 - m["bone"]["cannula_share"] for m in done]),
        "drop_oil": spread([m["drop_oil"] for m in members]),
        "drop_cement": spread([m["drop_cement"] for m in members]),
        "members": len(done),
        "unfinished": len(members) - len(done),
    }
