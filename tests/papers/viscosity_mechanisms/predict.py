"""What makes thick cement leak less: each candidate switched on alone, low against high viscosity, same draws."""

from __future__ import annotations

from dataclasses import replace

from azygos.ground.units import MINUTE, ML
from azygos.spine.choices import Choices
from papers.counting import both, mean_ratio, spread
from papers.patients import OPEN, Push, body, bone_of, draw_member, log_between, needle_of, own_rng, record, run

SEED, MEMBERS = 500, 12
LABEL = "a comparison within the model; nothing was measured so"
CEMENTS = {"low": "generic_low_viscosity", "high": "generic_high_viscosity"}
NOTHING = Choices(
    cement_thins=False,
    cement_ages=False,
    plugs_age=False,
    marrow_yields=False,
    hand_is_limited=False,
    syringe_gives=False,
    area_compliance=0.0,
)
COMPLIANCE = 1.5e-4
"""Growth of a vein's area per pressure [1/Pa]: 0.02 per mmHg, from a range of 0.012 to 0.03."""
THICK_MARROW = 15.0
"""Factor on the marrow's viscosity at 30 to 35 C against 37 C and above, 10 to 15 in bovine bone."""
MECHANISMS = {
    "nothing": NOTHING,
    "cement thins with shear": replace(NOTHING, cement_thins=True),
    "cement ages, plugs do not": replace(NOTHING, cement_ages=True),
    "cement and plugs age": replace(NOTHING, cement_ages=True, plugs_age=True),
    "marrow must yield": replace(NOTHING, marrow_yields=True),
    "the hand is limited": replace(NOTHING, hand_is_limited=True),
    "squeezed air runs on": replace(NOTHING, syringe_gives=True),
    "veins widen": replace(NOTHING, area_compliance=COMPLIANCE),
    "marrow is 15 times thicker": NOTHING,
    "all but thick marrow and wide veins": Choices(),
}
GIVEN: dict[str, str] = {}
NOT_GIVEN = {
    "bodies": "T12 to L2, wedge, no cleft",
    "injection": "4 mL at 1 to 3 mL/min through 11 gauge, 3 to 6 min after mixing at 21 C, nobody stops",
}


def member(seed: int, k: int, mechanisms: tuple[str, ...] = tuple(MECHANISMS)) -> dict:
    """One body, each mechanism alone, each cement."""
    rng = own_rng(seed, k)
    drawn = {"minutes": float(rng.uniform(3.0, 6.0)), "rate_ml_min": log_between(rng, 1.0, 3.0)}
    draw = draw_member(seed, k)
    vertebra = body(seed, k, ("T12", "L1", "L2"), fracture="wedge", cleft=False)
    needle = needle_of(vertebra)
    bone = bone_of(vertebra, draw, needle)
    rows: dict = {}
    for name in mechanisms:
        drawn_here = draw
        if name == "marrow is 15 times thicker":
            drawn_here = replace(draw, marrow_viscosity=THICK_MARROW * draw.marrow_viscosity)
        for arm, cement in CEMENTS.items():
            push = Push(
                cement=cement,
                minutes=drawn["minutes"],
                volume=4.0 * ML,
                rate=drawn["rate_ml_min"] * ML / MINUTE,
            )
            row = record(run(bone, needle, drawn_here, push, choices=MECHANISMS[name]))
            rows[f"{name}: {arm}"] = None if row is None else _kept(row)
    return {"member": k, **drawn, **rows}


def _kept(row: dict) -> dict:
    injected = max(row["injected_ml"], 1e-9)
    gaps = sum(row[f"{route.name.lower()}_ml"] for route in OPEN)
    return {
        "injected_ml": row["injected_ml"],
        "leaked_ml": row["leaked_ml"],
        "leaked_share": row["leaked_ml"] / injected,
        "basivertebral_ml": row["basivertebral_ml"],
        "gaps_ml": gaps,
        "tip_peak_kpa": row["tip_peak_kpa"],
    }


def summarise(members: list[dict]) -> dict:
    """Leaked share of what was injected, high over low viscosity, for each mechanism."""
    table = {}
    for name in MECHANISMS:
        low, high = f"{name}: low", f"{name}: high"
        done = both(members, low, high)
        if not done:
            continue
        share = {arm: [m[arm]["leaked_share"] for m in done] for arm in (low, high)}
        volume = {arm: [m[arm]["leaked_ml"] for m in done] for arm in (low, high)}
        table[name] = {
            "leaked_share_low": sum(share[low]) / len(done),
            "leaked_share_high": sum(share[high]) / len(done),
            "share_high_over_low": mean_ratio(share[high], share[low]),
            "volume_high_over_low": mean_ratio(volume[high], volume[low]),
            "basivertebral_share_of_leak_low": _of(done, low, "basivertebral_ml"),
            "basivertebral_share_of_leak_high": _of(done, high, "basivertebral_ml"),
            "gap_share_of_leak_low": _of(done, low, "gaps_ml"),
            "gap_share_of_leak_high": _of(done, high, "gaps_ml"),
            "tip_pressure_high_over_low": spread([m[high]["tip_peak_kpa"] / m[low]["tip_peak_kpa"] for m in done]),
            "members": len(done),
        }
    return {"mechanisms": table, "members": len(members), "unfinished": len(members) - len(both(members))}


def _of(done: list[dict], arm: str, key: str) -> float:
    leaked = sum(m[arm]["leaked_ml"] for m in done)
    return sum(m[arm][key] for m in done) / leaked if leaked > 0.0 else 0.0
