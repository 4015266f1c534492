"""How much of the forecast's spread the scan explains: the same draws, in bodies that no scan was read for.

Each draw of the plan is run a second time in a virtual body of the same level and fracture class. Those
bodies differ in size, shape and bone as patients do; all else is the draw's. If leaks scatter less in the scanned
body than over the virtual ones, the scan has told something.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import InputError
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import MM
from azygos.plan.outcome import Member
from azygos.plan.plan_file import NeedlePlan, PlanFile, VertebraPlan
from azygos.plan.session import Job, Physics, real_physics, run_session
from azygos.spine import Vertebra

REFERENCE = -1  # stands where members of the plan have the number of their alternative
MOST_DRAWS = 32  # of the reference group: more would double the work of a long run for a rough number
FEWEST_DRAWS = 4  # a variance of fewer says nothing
RESAMPLES = 10_000
SEED = 20261124  # of the resampling, so that one result gives one report
_BODY_KEY = 7919  # sets a reference body's random numbers apart from those of its draw
_TRIES = 20  # bodies drawn before one counts as too misshapen for any needle


# The reference group ----------------------------------------------------------------------------------------------


def run_reference(job: Job, index: int) -> list[Member]:
    """Inject the plan itself into virtual bodies, in draw `index`: veins, cement and operator are the draw's.

    Returns
    -------
    members : list of Member
        One for each vertebra, under the alternative :data:`REFERENCE` and without fill, which lies in no patient.
    """
    physics = job.physics or real_physics()
    plan = reference_plan(job)
    bodies = tuple(
        _draw_body(task, vertebra, physics, job.seed, index)
        for task, vertebra in zip(plan.vertebra, job.vertebrae, strict=True)
    )
    members = run_session(Job(plans=(plan,), vertebrae=bodies, seed=job.seed, physics=job.physics), 0, index)
    nowhere = np.zeros((0, 0, 0), dtype=np.float32)
    return [replace(member, alternative=REFERENCE, fill=nowhere) for member in members]


def reference_plan(job: Job) -> PlanFile:
    """The plan with suggested needle routes: a point of the patient is no place in another body."""
    tasks = [
        task.model_copy(update={"needle": tuple(_suggested(needle, vertebra) for needle in task.needles)})
        for task, vertebra in zip(job.plans[0].vertebra, job.vertebrae, strict=True)
    ]
    return job.plans[0].model_copy(update={"vertebra": tuple(tasks)})


def _suggested(needle: NeedlePlan, vertebra: Vertebra) -> NeedlePlan:
    """The route of the same side, gauge and opening."""
    side = needle.side or "left"
    if needle.entry_mm is not None:
        entry = vertebra.to_grid(np.array(needle.entry_mm) * MM)
        across = np.flatnonzero(vertebra.inside.any(axis=(1, 2)))
        side = "left" if entry[0] >= 0.5 * (across[0] + across[-1]) else "right"
    share = needle.tip_from_front_share
    return NeedlePlan(side=side, gauge=needle.gauge, opening=needle.opening, tip_from_front_share=share)


def _draw_body(task: VertebraPlan, vertebra: Vertebra, physics: Physics, seed: int, index: int) -> Vertebra:
    """A virtual body of the same level and fracture class into which the plan's needles fit."""
    from azygos.spine.virtual import draw_vertebra

    key = (index, _BODY_KEY, LEVELS.index(vertebra.level))
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
    kind = vertebra.fracture if vertebra.fracture in ("none", "wedge", "biconcave", "crush") else None
    for attempt in range(_TRIES):
        body = draw_vertebra(vertebra.level, rng, fracture=kind, cleft=None, spacing=vertebra.spacing)
        try:
            for needle in task.needles:
                physics.needle(needle, body)
        except InputError:
            if attempt == _TRIES - 1:
                raise
            continue
        break
    return body


# What it says -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Parcel):
    """The share of the spread that a scan explains."""

    share: float  # 0: none of it, 1: all of it [-]
    low: float  # 95 %, over draws
    high: float
    draws: int  # that finished in both groups


def explain(members: Iterable[Member], reference: Iterable[Member], visible_leak: float) -> Explained | None:
    r"""How much narrower the forecast is for having this scan.

    .. math:: 1 - \frac{\operatorname{Var} \log_{10}(V + V_0)\ \text{in the scanned body}}
                       {\operatorname{Var} \log_{10}(V + V_0)\ \text{over virtual bodies}}

    with :math:`V` what leaked and :math:`V_0` the visible leak, so that draws without a leak have a
    logarithm. It is floored at 0: a scan that shows an unusual body may well widen a forecast.

    Parameters
    ----------
    members, reference : iterables of Member
        Of the plan itself, and of the reference group. Draws that did not finish in both are left out.
    visible_leak : float
        :math:`V_0` [m^3].

    Returns
    -------
    explained : Explained or None
        With the 95 % interval of a bootstrap over draws (both groups keep the same draws, as they share
        them). None where fewer than :data:`FEWEST_DRAWS` finished, or none of the reference group leaked.
    """
    scanned, virtual = _leaked(members), _leaked(reference)
    both = sorted(scanned.keys() & virtual.keys())
    if len(both) < FEWEST_DRAWS:
        return None
    pairs = np.log10(np.array([[scanned[k], virtual[k]] for k in both]) + visible_leak)
    if np.ptp(pairs[:, 1]) == 0.0:
        return None
    rng = np.random.default_rng(SEED)
    chosen = pairs[rng.integers(0, len(both), size=(RESAMPLES, len(both)))]
    low, high = np.quantile(_share(chosen), [0.025, 0.975])
    return Explained(share=float(_share(pairs[None])[0]), low=float(low), high=float(high), draws=len(both))


def _share(pairs: FloatArray) -> FloatArray:
    """Shares of the last axis' two columns, shape (n_samples, n_draws, 2); 0 where virtual bodies do not differ."""
    scanned, virtual = np.moveaxis(pairs.var(axis=1), -1, 0)
    ratio = np.divide(scanned, virtual, out=np.ones_like(scanned), where=virtual > 0.0)
    return np.asarray(np.clip(1.0 - ratio, 0.0, 1.0), dtype=np.float64)


def _leaked(members: Iterable[Member]) -> dict[int, float]:
    """What left all vertebrae of a draw [m^3]; without draws of which one vertebra did not finish."""
    by_index: dict[int, list[Member]] = {}
    for member in members:
        by_index.setdefault(member.index, []).append(member)
    return {
        index: sum(member.leaked_volume for member in own)
        for index, own in by_index.items()
        if all(member.failed is None for member in own)
    }


def split(members: Sequence[Member]) -> tuple[list[Member], list[Member]]:
    """Members of the plan and its alternatives, and those of the reference group."""
    own = [member for member in members if member.alternative != REFERENCE]
    return own, [member for member in members if member.alternative == REFERENCE]
