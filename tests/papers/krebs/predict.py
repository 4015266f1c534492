"""Krebs 2005: peak pressure in an instrumented syringe during vertebroplasty.

The strongest push of a hand is left out: its range in ``values/uncertainty.py`` comes from this very
study, so a prediction that used it would go in a circle.
"""

from __future__ import annotations

from azygos.ground.units import MINUTE, ML
from azygos.spine.cannula import cannula_pressure
from azygos.spine.choices import Choices
from azygos.spine.rheology import consistency_at, index_at
from papers.counting import both, spread
from papers.patients import (
    Push,
    body,
    bone_of,
    draw_member,
    log_between,
    needle_of,
    own_rng,
    record,
    run,
    treatment_of,
)

SEED, MEMBERS = 2005, 24
LABEL = "predicted"
CEMENTS = ("generic_low_viscosity", "generic_medium_viscosity", "simplex_p")
GIVEN = {
    "procedure": "vertebroplasty in patients",
    "syringe opening": "1.8 and 3 mm",
    "injection": "early 300 to 500 s after mixing, late after 500 s",
}
NOT_GIVEN = {
    "cement": "low-viscosity, medium-viscosity or Simplex P",
    "cannula": "10, 11 or 13 gauge, 120 mm",
    "rate": "1 to 4 mL/min",
    "volume": "2 to 6 mL",
    "late": "500 to 700 s",
    "length of the syringe's opening": "5 to 15 mm",
    "room": "21 C",
}


def member(seed: int, k: int) -> dict:
    """The same injection early and late, and what the syringe's opening adds."""
    rng = own_rng(seed, k)
    drawn = {
        "cement": CEMENTS[int(rng.integers(len(CEMENTS)))],
        "gauge": (10, 11, 13)[int(rng.integers(3))],
        "rate_ml_min": log_between(rng, 1.0, 4.0),
        "volume_ml": float(rng.uniform(2.0, 6.0)),
        "early_s": float(rng.uniform(300.0, 500.0)),
        "late_s": float(rng.uniform(500.0, 700.0)),
        "opening_length_mm": float(rng.uniform(5.0, 15.0)),
    }
    draw = draw_member(seed, k)
    vertebra = body(seed, k, ("T12", "L1", "L2"), fracture=None, cleft=False)
    needle = needle_of(vertebra, gauge=drawn["gauge"])
    bone = bone_of(vertebra, draw, needle)
    arms = {}
    for arm in ("early", "late"):
        push = Push(
            cement=drawn["cement"],
            minutes=drawn[f"{arm}_s"] / MINUTE,
            volume=drawn["volume_ml"] * ML,
            rate=drawn["rate_ml_min"] * ML / MINUTE,
        )
        row = record(run(bone, needle, draw, push, choices=Choices(hand_is_limited=False)))
        if row is not None:
            treatment = treatment_of(vertebra.level, needle, draw, push)
            for name, radius in (("1_8", 0.9e-3), ("3", 1.5e-3)):
                row[f"opening_{name}_mm_mpa"] = opening(treatment, radius, drawn["opening_length_mm"] * 1e-3, push.rate)
        arms[arm] = row
    return {"member": k, **drawn, **arms}


def opening(treatment, radius: float, length: float, rate: float) -> float:
    """Pressure lost in the syringe's opening when the injection begins [MPa]."""
    cement, age = treatment.cement, treatment.age_at_start
    m = consistency_at(
        age, consistency=cement.consistency, reference_age=cement.reference_age, e_folding=cement.e_folding
    )
    n = index_at(age, index_fresh=cement.index_fresh, index_doughy=cement.index_doughy, setting_age=cement.setting_age)
    return 1e-6 * cannula_pressure(rate, radius, length, consistency=m, index=n, plateau_rate=cement.plateau_rate)


def summarise(members: list[dict]) -> dict:
    """Peaks, how they change with time and with the opening."""
    done = both(members, "early", "late")
    set_in_needle = sum(m["late"]["stopped"] == "cement set in the needle" for m in done)
    done = [m for m in done if m["late"]["stopped"] != "cement set in the needle"]
    peaks = [m[arm]["plunger_peak_mpa"] for m in done for arm in ("early", "late")]
    late = [m["late"]["plunger_peak_mpa"] / m["early"]["plunger_peak_mpa"] for m in done]
    small = [
        (m["early"]["plunger_peak_mpa"] + m["early"]["opening_1_8_mm_mpa"])
        / (m["early"]["plunger_peak_mpa"] + m["early"]["opening_3_mm_mpa"])
        for m in done
    ]
    return {
        "peak_mpa": spread(peaks),
        "early_peak_mpa": spread([m["early"]["plunger_peak_mpa"] for m in done]),
        "late_peak_mpa": spread([m["late"]["plunger_peak_mpa"] for m in done]),
        "late_over_early": spread(late),
        "members_late_higher": sum(x > 1.0 for x in late),
        "opening_1_8_over_3_mm": spread(small),
        "members": len(done),
        "late_cement_set_in_needle": set_in_needle,
        "unfinished": len(members) - len(done) - set_in_needle,
    }
