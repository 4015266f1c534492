"""JOSR 2015;10:20: pressure in cadaver bodies with a filled or an emptied simulated metastasis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from azygos.ground.units import MINUTE, ML
from azygos.spine import Bone
from azygos.spine.choices import Choices
from azygos.values.outlets import OPEN_CHANNEL, OPEN_CHANNEL_CEILING
from papers.counting import both, spread
from papers.patients import (
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
)

SEED, MEMBERS = 2015, 24
LABEL = "predicted"
GIVEN = {
    "bodies": "cadaver, T8 to L4, one-sided",
    "rate": "3 mL/min",
    "volume": "20 % of the body",
    "lesion": "filled with muscle paste to 100 % (no void) or 30 % (void)",
}
NOT_GIVEN = {
    "place of the pressure sensor": "5 to 15 mm from the needle's tip, any direction",
    "volume of the lesion": "10 to 30 % of the body, in its middle",
    "permeability of muscle paste": "0.03 to 3 times the bone's median",
    "cement": "generic medium viscosity, 4 to 7 min after mixing at 21 C",
    "needle": "11 gauge",
    "marrow of a cadaver": "as in patients, 37 C",
}


def lesion_of(bone: Bone, share: float, paste: float, *, void: bool) -> Bone:
    """The bone with a round lesion in its middle, full of paste or with a rim of 30 % paste."""
    inside = bone.vertebra.inside
    cells = np.argwhere(inside)
    apart = np.linalg.norm(np.indices(inside.shape) - cells.mean(axis=0)[:, None, None, None], axis=0)
    apart = np.where(inside, apart, np.inf)
    ranked = np.sort(apart[inside])
    whole = apart <= ranked[max(0, round(share * len(ranked)) - 1)]
    empty = apart <= ranked[max(0, round(0.7 * share * len(ranked)) - 1)] if void else np.zeros_like(inside)
    median = float(np.median(bone.permeability[inside & ~bone.cavity]))
    channel = min(OPEN_CHANNEL.number * median, OPEN_CHANNEL_CEILING.number)
    permeability = np.where(whole, paste * median, bone.permeability)
    return replace(
        bone,
        porosity=np.where(empty, 1.0, np.where(whole, 0.9, bone.porosity)),
        permeability=np.where(empty, channel, permeability),
        cavity=bone.cavity | empty,
    )


def member(seed: int, k: int) -> dict:
    """One body with the lesion full and with the void."""
    rng = own_rng(seed, k)
    drawn = {
        "lesion_share": float(rng.uniform(0.1, 0.3)),
        "paste_factor": log_between(rng, 0.03, 3.0),
        "sensor_mm": float(rng.uniform(5.0, 15.0)),
        "minutes": float(rng.uniform(4.0, 7.0)),
    }
    draw = cadaver(draw_member(seed, k))
    vertebra = body(seed, k, ("T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4"), fracture="none", cleft=False)
    needle = needle_of(vertebra)
    bone = bone_of(vertebra, draw, needle)
    cells = vertebra.to_lps(np.argwhere(vertebra.inside).astype(float))
    off = np.abs(np.linalg.norm(cells - needle.tip, axis=1) - drawn["sensor_mm"] * 1e-3)
    near = np.flatnonzero(off <= max(1e-3, float(off.min())))
    sensor = cells[near[int(rng.integers(len(near)))]]
    push = Push(
        cement="generic_medium_viscosity",
        minutes=drawn["minutes"],
        volume=0.2 * vertebra.volume,
        rate=3.0 * ML / MINUTE,
    )
    arms = {}
    for arm, void in (("no_void", False), ("void", True)):
        made = lesion_of(bone, drawn["lesion_share"], drawn["paste_factor"], void=void)
        # A machine drives the plunger at a set rate: no hand gives way.
        arms[arm] = record(run(made, needle, draw, push, choices=Choices(hand_is_limited=False), sensor=sensor))
    return {"member": k, "level": vertebra.level, **drawn, **arms}


def summarise(members: list[dict]) -> dict:
    """Highest pressure at the sensor in each arm, and their ratio in each body."""
    done = both(members, "no_void", "void")
    pressure = {arm: [m[arm]["sensor_peak_kpa"] for m in done] for arm in ("no_void", "void")}
    ratio = [v / n for v, n in zip(pressure["void"], pressure["no_void"], strict=True)]
    return {
        "sensor_kpa": {arm: spread(v) for arm, v in pressure.items()},
        "tip_kpa": {arm: spread([m[arm]["tip_peak_kpa"] for m in done]) for arm in pressure},
        "void_over_no_void": spread(ratio),
        "members_void_lower": sum(r < 1.0 for r in ratio),
        "members": len(done),
        "unfinished": len(members) - len(done),
    }
