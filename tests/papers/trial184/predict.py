"""A trial of 184: leaks with high- against low-viscosity cement, and the way they take."""

from __future__ import annotations

from papers.clinical import count_routes, leak_rows, patient
from papers.counting import both, mean_ratio, paired_odds_ratio
from papers.patients import OPEN, SEEN, VENOUS, volume_by

SEED, MEMBERS = 184, 48
LABEL = "predicted"
ARMS = {"low": "generic_low_viscosity", "high": "generic_high_viscosity"}
GIVEN = {
    "patients": "one broken level, vertebroplasty",
    "cement": "high against low viscosity",
    "seen by": "CT at 48 h",
}
NOT_GIVEN = {
    "products": "the generic cements, 20 to 150 Pa s at 300 s and 250 to 1000 Pa s at 195 s",
    "time since mixing": "3 to 6 min at 21 C, the same in both arms",
    "level and fracture": "T11 to L2; wedge, biconcave or crush; cleft as drawn",
    "volume": "3 to 5 mL, the same in both arms",
    "rate": "1 to 3 mL/min, the same in both arms",
    "needle": "11 gauge, end opening",
    "strongest push": "1.7 MPa, sd 0.6 (Krebs 2005)",
    "operator": "stops at a leak that is seen",
    "smallest leak seen": "0.02 mL; 0.00177 mL beside it",
}


def member(seed: int, k: int) -> dict:
    """One patient with either cement."""
    return patient(seed, k, {arm: {"cement": name} for arm, name in ARMS.items()})


def summarise(members: list[dict]) -> dict:
    """Odds ratio of any leak and the shift of routes, high over low."""
    done = both(members, *ARMS)
    summary = leak_rows(done, "high", "low")
    summary["routes"] = {arm: count_routes(done, arm) for arm in ARMS}
    shift = {arm: [row for row in (m[arm] for m in done)] for arm in ARMS}
    for name, routes in (("venous", VENOUS), ("cortical", OPEN)):
        volumes = {arm: [volume_by(row, routes) for row in rows] for arm, rows in shift.items()}
        summary[f"{name}_volume_high_over_low"] = mean_ratio(volumes["high"], volumes["low"])
    summary["injected_ml"] = {arm: sum(m[arm]["injected_ml"] for m in done) / len(done) for arm in ARMS}
    summary["cut_by_ceiling"] = {arm: sum("ceiling" in m[arm]["stopped"] for m in done) for arm in ARMS}
    summary["unfinished"] = len(members) - len(done)
    summary["basivertebral"] = _route(done, "basivertebral_ml")
    summary["cortical"] = _route(done, "cortical_ml")
    return summary


def _route(done: list[dict], key: str) -> dict:
    bound = SEEN * 1e6
    return paired_odds_ratio([m["high"][key] >= bound for m in done], [m["low"][key] >= bound for m in done])
