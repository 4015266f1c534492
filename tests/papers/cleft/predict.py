"""A matched study of 278: leaks of bodies with an intravertebral cleft against bodies without."""

from __future__ import annotations

from papers.clinical import count_routes, leak_rows, patient
from papers.counting import both

SEED, MEMBERS = 278, 48
LABEL = "predicted for veins; for cortex partly put in: a cleft brings one more gap in its front wall (assumed)"
ARMS = {"cleft": {"cleft": True}, "none": {"cleft": False}}
GIVEN = {"bodies": "broken, with and without a cleft, matched", "procedure": "vertebroplasty"}
NOT_GIVEN = {
    "cement": "generic medium viscosity, 3 to 6 min at 21 C",
    "size of a cleft": "3 to 6 mm thick, 0.4 to 0.8 of the body's width and depth",
    "level and fracture": "T11 to L2; wedge, biconcave or crush",
    "volume and rate": "3 to 5 mL, 1 to 3 mL/min, the same in both arms",
    "needle": "11 gauge, not aimed at the cleft",
    "smallest leak seen": "0.02 mL; 0.00177 mL beside it",
}


def member(seed: int, k: int) -> dict:
    """One body with and without its cleft."""
    return patient(seed, k, ARMS)


def summarise(members: list[dict]) -> dict:
    """Odds ratios, cleft over none."""
    done = both(members, *ARMS)
    summary = leak_rows(done, "cleft", "none")
    summary["routes"] = {arm: count_routes(done, arm) for arm in ARMS}
    summary["unfinished"] = len(members) - len(done)
    return summary
