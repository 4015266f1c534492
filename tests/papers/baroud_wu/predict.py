"""Baroud and Wu 2003: permeability over viscosity of cement in bone cores, at the start and 18 s later."""

from __future__ import annotations

from azygos.ground.units import CELSIUS_ZERO
from azygos.spine.ageing import aged
from azygos.spine.cement import cement_viscosity, mix_cement
from papers.counting import both, spread
from papers.patients import draw_member, log_between, own_rng

SEED, MEMBERS = 2003, 200
LABEL = "predicted, in part calibrated: its 39 s of e-folding was one end of the cements' assumed range"
CEMENTS = ("generic_low_viscosity", "generic_medium_viscosity", "simplex_p")
GIVEN = {"specimen": "human osteoporotic cores, cement, constant rate", "time": "0 and 18 s after the start"}
NOT_GIVEN = {
    "cement": "low-viscosity, medium-viscosity or Simplex P",
    "time since mixing": "3 to 8 min at 20 to 25 C",
    "shear rate in the pores": "0.3 to 30 per second",
    "permeability of the cores": "log-normal about 1e-8 m2, 3e-9 to 4e-8 (95 %)",
    "how far the core was filled": "wholly; filling itself is left out",
}


def member(seed: int, k: int) -> dict:
    """One core and one batch."""
    rng = own_rng(seed, k)
    draw = draw_member(seed, k)
    cement = mix_cement(CEMENTS[int(rng.integers(len(CEMENTS)))], draw)
    start = float(rng.uniform(180.0, 480.0))
    temperature = float(rng.uniform(20.0, 25.0)) + CELSIUS_ZERO
    shear = log_between(rng, 0.3, 30.0)
    rates = {
        "paste_age": cement.paste_age,
        "activation_early": cement.activation_early,
        "activation_late": cement.activation_late,
        "batch": cement.batch,
    }
    first = aged(0.0, start, temperature, **rates)
    later = aged(first, 18.0, temperature, **rates)
    if later >= cement.setting_age:  # nobody injects cement that has set
        return {"member": k, "cement": cement.name, "start_s": start, "k_over_mu_mm4_per_n_s": None, "after_18_s": None}
    mu = [cement_viscosity(cement, age, shear) for age in (first, later)]
    return {
        "member": k,
        "cement": cement.name,
        "start_s": start,
        "k_over_mu_mm4_per_n_s": draw.permeability_median / mu[0] * 1e12,
        "after_18_s": mu[0] / mu[1],
    }


def summarise(members: list[dict]) -> dict:
    """Start and fall."""
    done = both(members, "after_18_s")
    return {
        "k_over_mu_mm4_per_n_s": spread([m["k_over_mu_mm4_per_n_s"] for m in done]),
        "after_18_s": spread([m["after_18_s"] for m in done]),
        "members": len(done),
        "unfinished": len(members) - len(done),
    }
