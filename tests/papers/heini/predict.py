"""Heini and Allred 2002: cement in vessels through an end and through a side opening, unbroken T10 and T11."""

from __future__ import annotations

from azygos.ground.units import MINUTE, ML
from papers.counting import both, mean_ratio, paired_odds_ratio
from papers.patients import (
    SEEN,
    SMALLEST_SEEN,
    VENOUS,
    Push,
    body,
    bone_of,
    cadaver,
    draw_member,
    log_between,
    needle_of,
    own_rng,
    record,
    run,
    volume_by,
)

SEED, MEMBERS = 2002, 32
LABEL = "predicted"
GIVEN = {
    "bodies": "cadaver, T10 and T11, unbroken",
    "cannula": "8 gauge, 6 inches, one-sided",
    "cement": "low viscosity",
    "volume": "vessels filled after 3 to 4 mL",
}
NOT_GIVEN = {
    "time since mixing": "3 to 6 min at 21 C",
    "rate": "2 to 6 mL/min",
    "where the side opening faces": "the mid-line",
    "place of the tip": "front third, near the mid-line",
    "smallest cement seen in a vessel": "0.02 mL; 0.00177 mL beside it",
    "veins of a cadaver": "as in patients, without pressure",
}


def member(seed: int, k: int) -> dict:
    """The same body through both openings."""
    rng = own_rng(seed, k)
    drawn = {
        "minutes": float(rng.uniform(3.0, 6.0)),
        "volume_ml": float(rng.uniform(3.0, 4.0)),
        "rate_ml_min": log_between(rng, 2.0, 6.0),
    }
    draw = cadaver(draw_member(seed, k))
    vertebra = body(seed, k, ("T10", "T11"), fracture="none", cleft=False)
    push = Push(
        cement="generic_low_viscosity",
        minutes=drawn["minutes"],
        volume=drawn["volume_ml"] * ML,
        rate=drawn["rate_ml_min"] * ML / MINUTE,
    )
    arms = {}
    for opening in ("end", "side"):
        needle = needle_of(vertebra, gauge=8, opening=opening, length=0.1524)
        arms[opening] = record(run(bone_of(vertebra, draw, needle), needle, draw, push))
    return {"member": k, "level": vertebra.level, **drawn, **arms}


def summarise(members: list[dict]) -> dict:
    """Share of bodies with cement in a vessel, by opening."""
    done = both(members, "end", "side")
    venous = {arm: [volume_by(m[arm], VENOUS) for m in done] for arm in ("end", "side")}
    summary: dict = {"members": len(done), "unfinished": len(members) - len(done)}
    for name, bound in (("visible", SEEN), ("smallest", SMALLEST_SEEN)):
        seen = {arm: [v >= bound for v in venous[arm]] for arm in venous}
        summary[f"vessels_{name}"] = {
            "end": sum(seen["end"]),
            "side": sum(seen["side"]),
            **paired_odds_ratio(seen["side"], seen["end"]),
        }
    summary["venous_volume_side_over_end"] = mean_ratio(venous["side"], venous["end"])
    return summary
