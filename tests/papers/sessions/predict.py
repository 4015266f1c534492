"""Treated patients, from the needle to a fortnight: cords, emboli, symptoms, and from which levels they come.

One ensemble of sessions serves every report of treated patients, so that no study has inputs of its own choosing.
"""

from __future__ import annotations

import numpy as np

from papers.counting import grouped_odds_ratio, spread
from papers.run import JOURNEY
from papers.treated import DRAWN, SEEN_ON_CT, follow_session, session_case, tell

SEED, MEMBERS = 2010, 300
ROOMS = JOURNEY
LABEL = "by criterion, beside each verdict"
GIVEN = {
    "patients": "treated by vertebroplasty, thoracic and lumbar",
    "looked with": "CT of the chest afterwards; where heart cement is counted, CT of those in whom it was suspected",
}
NOT_GIVEN = {
    **DRAWN,
    "seen on CT": "1.5 mm of thickness in lung, heart or azygos",
    "azygos leak": "cement left in azygos, hemiazygos or their arch, wide enough to be seen",
    "seen as a leak": "0.02 mL by one way out",
    "place of an embolus": "that of its head",
    "thoracic, thoracolumbar, lumbar (emboli)": "T1 to T10, T11 to L2, L3 to L5; sessions in two are left out",
    "thoracic, lumbar (leaks)": "each treated level by its letter",
    "symptoms": "in the first fortnight",
}
CORD, LONGEST_CORD = 12.0, 100.0
"""Lengths of the reported cords [mm]."""

REGION = {
    **{f"T{k}": "thoracic" for k in range(1, 11)},
    **dict.fromkeys(("T11", "T12", "L1", "L2"), "thoracolumbar"),
    **dict.fromkeys(("L3", "L4", "L5"), "lumbar"),
}


def member(seed: int, k: int) -> dict:
    """One session."""
    case = session_case(seed, k)
    return {"member": k, **tell(case, follow_session(case))}


def summarise(members: list[dict]) -> dict:
    """What the reports count."""
    done = [m for m in members if m["finished"]]
    return {
        "members": len(done),
        "unfinished": len(members) - len(done),
        "sessions_with_cement_in_veins": sum(m["venous_ml"] > 0.0 for m in done),
        "sessions_with_emboli_of_any_width": sum(m["emboli"] > 0 for m in done),
        "died": sum(m["died"] for m in done),
        **cord_rows(done),
        **embolus_rows(done),
        **odds_rows(done),
    }


def cord_rows(done: list[dict]) -> dict:
    """Width of long cords, and lengths of what reaches the heart."""
    widths = [width for m in done for width, length in m["cords_mm"] if length >= CORD]
    thick = [length for m in done for width, length in m["reaching_heart_mm"] if width >= 1e3 * SEEN_ON_CT]
    return {
        "cords": len(widths),
        "cord_width_mm": spread(widths) if widths else None,
        "pieces_reaching_heart": sum(len(m["reaching_heart_mm"]) for m in done),
        "thick_pieces_reaching_heart": len(thick),
        "of_them_as_long_as_reported": sum(CORD <= length <= LONGEST_CORD for length in thick),
    }


def embolus_rows(done: list[dict]) -> dict:
    """Emboli that CT shows: in whom, how many, where, and what they are felt as."""
    embolised = [m for m in done if m["visible"]]
    counts = [m["visible"] for m in embolised]
    heart = [m for m in done if m["in_heart"]]
    return {
        "embolised": len(embolised),
        "emboli_median": float(np.median(counts)) if counts else None,
        "emboli_mean": float(np.mean(counts)) if counts else None,
        "visible_emboli": sum(counts),
        "beyond_segmental": sum(m["visible_beyond_segmental"] for m in embolised),
        "embolised_with_symptoms": sum(m["symptoms_in_a_fortnight"] for m in embolised),
        "in_heart": len(heart),
        "in_heart_and_lungs": sum(bool(m["visible"]) for m in heart),
        "in_heart_of_any_width": sum(m["in_heart_of_any_width"] for m in done),
    }


def odds_rows(done: list[dict]) -> dict:
    """What goes with emboli and leaks."""
    leaks = [[(level.startswith("T"), level in m["leaked_levels"]) for level in m["levels"]] for m in done]
    by_region = [(region_of(m["levels"]), bool(m["visible"])) for m in done]
    return {
        "embolism_azygos_leak_over_none": grouped_odds_ratio([[(m["azygos"], bool(m["visible"]))] for m in done]),
        "embolism_azygos_of_any_width": grouped_odds_ratio(
            [[(m["azygos_of_any_width"], bool(m["visible"]))] for m in done]
        ),
        "leak_thoracic_over_lumbar": grouped_odds_ratio(leaks),
        "embolism_thoracic_over_lumbar": grouped_odds_ratio(
            [[(region == "thoracic", event)] for region, event in by_region if region in ("thoracic", "lumbar")]
        ),
    }


def region_of(levels: list[str]) -> str:
    """The region of all levels of a session; empty where they lie in two."""
    regions = {REGION[level] for level in levels}
    return regions.pop() if len(regions) == 1 else ""
