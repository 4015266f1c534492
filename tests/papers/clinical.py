"""A treated patient in several arms, and what a CT afterwards would count."""

from __future__ import annotations

from dataclasses import replace

from azygos.ground.units import MINUTE, ML
from azygos.spine import Vertebra
from papers.counting import mean_ratio, paired_odds_ratio
from papers.patients import (
    OPEN,
    SEEN,
    SMALLEST_SEEN,
    VENOUS,
    Push,
    body,
    bone_of,
    draw_member,
    log_between,
    needle_of,
    own_rng,
    record,
    run,
    volume_by,
)

LEVELS = ("T11", "T12", "L1", "L2")


def patient(seed: int, k: int, arms: dict[str, dict]) -> dict:
    """Treat one patient in each arm, all else alike.

    An arm may name a `cement`, a `cleft` (bool) and a `bone_fraction` (mean, by name of what is drawn).
    """
    rng = own_rng(seed, k)
    drawn = {
        "minutes": float(rng.uniform(3.0, 6.0)),
        "volume_ml": float(rng.uniform(3.0, 5.0)),
        "rate_ml_min": log_between(rng, 1.0, 3.0),
        "osteoporotic": float(rng.uniform(0.05, 0.10)),
        "denser": float(rng.uniform(0.11, 0.18)),
    }
    draw = draw_member(seed, k)
    done: dict = {}
    for name, arm in arms.items():
        vertebra = body(seed, k, LEVELS, fracture=None, cleft=arm.get("cleft"))
        if "bone_fraction" in arm:
            vertebra = with_bone(vertebra, drawn[arm["bone_fraction"]])
        needle = needle_of(vertebra)
        push = Push(
            cement=arm.get("cement", "generic_medium_viscosity"),
            minutes=drawn["minutes"],
            volume=drawn["volume_ml"] * ML,
            rate=drawn["rate_ml_min"] * ML / MINUTE,
            stops=True,
        )
        done[name] = record(run(bone_of(vertebra, draw, needle), needle, draw, push))
        level, fracture = vertebra.level, vertebra.fracture
    return {"member": k, "level": level, "fracture": fracture, **drawn, **done}


def with_bone(vertebra: Vertebra, mean: float) -> Vertebra:
    """The same body with its bone thinned or thickened everywhere alike, to another mean."""
    inside = vertebra.inside & ~vertebra.cleft
    factor = mean / float(vertebra.bone_fraction[inside].mean())
    return replace(vertebra, bone_fraction=(vertebra.bone_fraction * factor).clip(0.0, 0.6))


def leak_rows(done: list[dict], first: str, second: str) -> dict:
    """Odds ratios of any, venous and cortical or disc leak, at both sizes that could be seen."""
    kinds = {"any": (*VENOUS, *OPEN), "venous": VENOUS, "cortical_or_disc": OPEN}
    summary: dict = {"members": len(done)}
    for size, bound in (("visible", SEEN), ("smallest", SMALLEST_SEEN)):
        for kind, routes in kinds.items():
            seen = {arm: [volume_by(m[arm], routes) >= bound for m in done] for arm in (first, second)}
            summary[f"{kind}_{size}"] = paired_odds_ratio(seen[first], seen[second])
    leaked = {arm: [float(m[arm]["leaked_ml"]) for m in done] for arm in (first, second)}
    summary["leaked_volume_ratio"] = mean_ratio(leaked[first], leaked[second])
    return summary


def count_routes(done: list[dict], arm: str) -> dict[str, int]:
    """Bodies with a visible leak by each way out."""
    bound = SEEN / ML
    names = ("basivertebral", "segmental", "anterior_external", "cortical", "end_plate", "needle_track", "canal")
    return {name: sum(float(m[arm][f"{name}_ml"]) >= bound for m in done) for name in names}
