"""One draw of a plan, soon after the needle was let go: where the cement goes this time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.app.planning import COARSEST_MM, Given, Tell, bare_plan, find_body, kept_vertebra
from azygos.app.surfaces import surface
from azygos.ground.errors import InputError
from azygos.ground.units import KPA, ML, MM
from azygos.plan import Member, OutletVolume, parse_plan
from azygos.plan.session import Job, run_session
from azygos.plan.statistics import leaks
from azygos.spine import Vertebra
from azygos.values.session import VISIBLE_LEAK

FILLED = 0.25  # cement per voxel volume from which a cell counts as filled, as in the ensemble [-]


def run(given: Given, tell: Tell) -> Given:
    """Inject one draw of the plan itself, in the child.

    Parameters
    ----------
    given : dict
        ``body`` (its file), ``plan`` (TOML), ``seed``, ``draw``; ``overlay`` and ``overlay_file`` to write.
    tell : callable
        Hears of progress.

    Returns
    -------
    preview : dict
        What the page is told.
    """
    tell(0, 1, None, "Injecting one draw")
    vertebra = kept_vertebra(given["body"])
    plan = parse_plan(given["plan"])
    job = Job(plans=(plan,), vertebrae=(vertebra,), seed=given["seed"])
    member = run_session(job, 0, given["draw"])[0]
    if member.failed is not None:
        raise InputError(f"this draw did not finish: {member.failed} Try another draw, larger cells or a slower rate.")
    write_overlay(Path(given["overlay_file"]), np.clip(member.fill, 0.0, 1.0))
    return told(member, vertebra) | {"overlay": given["overlay"]}


def told(member: Member, vertebra: Vertebra) -> Given:
    """One draw as the page shows it."""
    return {
        "seconds": round(member.seconds, 3),
        "draw": member.index,
        "leaked_ml": _six(member.leaked_volume / ML),
        "injected_ml": _six(member.injected / ML),
        "planned_ml": _six(member.planned / ML),
        "fill_share": _six(member.fill_share),
        "stopped": member.stopped,
        "outlets": [_outlet(outlet, vertebra) for outlet in member.outlets],
        "mesh": surface(member.fill, FILLED, vertebra),
        "pressures": {
            "time_s": [_six(time) for time in member.times],
            "plunger_kpa": [_six(pressure / KPA) for pressure in member.plunger_pressure],
            "tip_kpa": [_six(pressure / KPA) for pressure in member.tip_pressure],
        },
    }


def _outlet(outlet: OutletVolume, vertebra: Vertebra) -> dict[str, Any]:
    mouth = outlet.mouth
    place = None if mouth is None else vertebra.to_lps(np.asarray(mouth, dtype=np.float64)) / MM
    return {
        "name": outlet.name,
        "route": outlet.route.value,
        "rest": outlet.rest.value,
        "volume_ml": _six(outlet.volume / ML),
        "mouth_mm": None if place is None else np.round(place, 2).tolist(),
        "leaking": leaks(outlet.volume, float(VISIBLE_LEAK)),
    }


def _six(value: float) -> float:
    return float(f"{value:.6g}")


def write_overlay(path: Path, share: npt.ArrayLike) -> None:
    """Write a share from 0 to 1 where the page's slices find it, whole or not at all."""
    beside = path.with_suffix(".new.npy")
    np.save(beside, np.asarray(share, dtype=np.float32), allow_pickle=False)
    beside.replace(path)


def warm(given: Given, tell: Tell) -> Given:
    """Load and compile, in this process, what an injection needs, so that the first needle does not wait for it."""
    tell(0, 1, None, "Warming up")
    patient = {"level": "T12", "virtual": 1, "spacing_mm": COARSEST_MM}
    vertebra, _ = find_body(patient)
    job = Job(plans=(bare_plan(patient),), vertebrae=(vertebra,), seed=0)
    return {"seconds": told(run_session(job, 0, 0)[0], vertebra)["seconds"]}
