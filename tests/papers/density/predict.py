"""A cohort of 374: leaks of osteoporotic bodies against denser ones."""

from __future__ import annotations

from papers.clinical import count_routes, leak_rows, patient
from papers.counting import both

SEED, MEMBERS = 374, 48
LABEL = "predicted"
ARMS = {"osteoporotic": {"bone_fraction": "osteoporotic"}, "denser": {"bone_fraction": "denser"}}
GIVEN = {"bodies": "broken; osteoporosis against osteopenia or normal", "procedure": "vertebroplasty"}
NOT_GIVEN = {
    "bone fraction": "osteoporotic 0.05 to 0.10, denser 0.11 to 0.18",
    "how density sets permeability": "slope 0 to 1.4 of ln K on ln(porosity^3 / bone fraction)",
    "cement": "generic medium viscosity, 3 to 6 min at 21 C",
    "level and fracture": "T11 to L2; wedge, biconcave or crush; the same in both arms",
    "volume and rate": "3 to 5 mL, 1 to 3 mL/min, the same in both arms",
    "veins and gaps": "the same in both arms",
    "smallest leak seen": "0.02 mL; 0.00177 mL beside it",
}


def member(seed: int, k: int) -> dict:
    """One body with thin and with dense bone."""
    return patient(seed, k, ARMS)


def summarise(members: list[dict]) -> dict:
    """Odds ratios, osteoporotic over denser."""
    done = both(members, *ARMS)
    summary = leak_rows(done, "osteoporotic", "denser")
    summary["routes"] = {arm: count_routes(done, arm) for arm in ARMS}
    summary["unfinished"] = len(members) - len(done)
    return summary
