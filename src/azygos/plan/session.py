"""One session in one draw: the plan's numbers become parcels in SI, and vertebra follows vertebra."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import DidNotConverge
from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.ground.units import CELSIUS_ZERO, MINUTE, ML, MM
from azygos.plan.outcome import Member, OutletVolume
from azygos.plan.plan_file import CementPlan, NeedlePlan, PlanFile, PortionPlan, VertebraPlan
from azygos.spine import Bone, Cement, Draw, Needle, Operator, Portion, Syringe, Treatment, Vertebra
from azygos.spine.injection import Injection, symmetry

POINTS_KEPT = 160  # of each time series
ALREADY_SET = "cement set before it was injected"
SET_IN_NEEDLE = "cement set in the needle"  # as the spine says it
OWN_OF_A_VERTEBRA = (
    "field_seed",
    "foramen_depth",
    "anterior_vein_count",
    "segmental_vein_count",
    "cortical_gap_count",
    "end_plate_gap_count",
    "gap_radius",
    "operator_chance",
)
"""What differs from vertebra to vertebra of one patient; the rest of a draw is the patient's and the day's."""


@dataclass(frozen=True, slots=True)
class Physics:
    """The functions of the spine that a session calls; tests hand in small stand-ins."""

    draw: Callable[[np.random.Generator], Draw]
    bone: Callable[[Vertebra, Draw, tuple[Needle, ...], float], Bone]  # the last is the balloon's volume [m^3]
    cement: Callable[[str, Draw], Cement]
    start: Callable[[CementPlan, Cement, float], tuple[float, float]]  # minutes of delay to age [s at 25 C] and [K]
    needle: Callable[[NeedlePlan, Vertebra], Needle]
    inject: Callable[[Bone, Treatment, Draw], Injection]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job(Parcel):
    """All that a worker needs to run any draw of any alternative."""

    plans: tuple[PlanFile, ...]  # the plan itself, then each alternative in full
    vertebrae: tuple[Vertebra, ...]  # in the order of treatment
    seed: int
    physics: Physics | None = None  # None: the real one


def draw_session(job: Job, physics: Physics, index: int) -> tuple[Draw, ...]:
    """Draw `index`, for each vertebra: one patient, with veins and gaps of each vertebra's own.

    The draw depends on the seed, the index and the vertebra alone, not on the number of
    draws or of workers, nor on the alternative: all alternatives see the same draws.
    """
    patient = _drawn(job, physics, (index,))
    draws = [patient]
    for vertebra in job.vertebrae[1:]:
        own = _drawn(job, physics, (index, LEVELS.index(vertebra.level)))
        draws.append(replace(patient, **{name: getattr(own, name) for name in OWN_OF_A_VERTEBRA}))
    return tuple(draws)


def _drawn(job: Job, physics: Physics, key: tuple[int, ...]) -> Draw:
    return physics.draw(np.random.default_rng(np.random.SeedSequence(job.seed, spawn_key=key)))


def run_session(job: Job, alternative: int, index: int) -> list[Member]:
    """Inject all vertebrae of one draw of one alternative, one after another, while the cement ages.

    Parameters
    ----------
    alternative : int
        0 is the plan itself.
    index : int
        Of the draw.

    Returns
    -------
    members : list of Member
        One for each vertebra; one that the solver could not finish says so in ``failed``.
    """
    from azygos.values.session import CHANGE_OVER

    physics = job.physics or real_physics()
    plan = job.plans[alternative]
    elapsed = 0.0  # since the first portion of the first vertebra [s]
    members = []
    for number, draw in enumerate(draw_session(job, physics, index)):
        vertebra, task = job.vertebrae[number], plan.vertebra[number]
        treatment = make_treatment(physics, plan, task, vertebra, draw, elapsed)
        member, took = _run_one(physics, vertebra, treatment, draw, (alternative, index))
        members.append(member)
        elapsed += took + float(CHANGE_OVER)
    return members


def _run_one(
    physics: Physics, vertebra: Vertebra, treatment: Treatment, draw: Draw, key: tuple[int, int]
) -> tuple[Member, float]:
    """The member, and how long the injection took [s]."""
    began = time.perf_counter()
    if treatment.age_at_start >= treatment.cement.setting_age:
        return still_member(vertebra, treatment, draw, key), 0.0
    try:
        bone = physics.bone(vertebra, draw, treatment.needles, treatment.balloon)
        injection = physics.inject(bone, treatment, draw)
    except DidNotConverge as error:
        lasted = sum(p.wait + (p.volume / p.rate if p.rate else 0.0) for p in treatment.portions)
        seconds = time.perf_counter() - began
        return failed_member(vertebra, treatment, draw, key, str(error), seconds), lasted
    member = member_of(injection, bone, treatment, draw, key, time.perf_counter() - began)
    return member, float(injection.times[-1])


def make_treatment(
    physics: Physics, plan: PlanFile, task: VertebraPlan, vertebra: Vertebra, draw: Draw, elapsed: float = 0.0
) -> Treatment:
    """What the plan says of one vertebra, in SI.

    Parameters
    ----------
    elapsed : float
        Since the session's first portion [s]; the cement has aged by it.
    """
    cement = physics.cement(plan.cement.name, draw)
    age, temperature = physics.start(plan.cement, cement, elapsed)
    return Treatment(
        level=vertebra.level,
        needles=tuple(physics.needle(needle, vertebra) for needle in task.needles),
        portions=tuple(_portion(portion) for portion in task.portions),
        cement=cement,
        age_at_start=age,
        syringe_temperature=temperature,
        room_temperature=plan.cement.room_temperature_c + CELSIUS_ZERO,
        syringe=_syringe(draw),
        operator=_operator(draw, stops=plan.operator.stops_on_seen_leak),
        procedure=task.procedure,
        balloon=(task.balloon_ml or 0.0) * ML,
    )


def _portion(portion: PortionPlan) -> Portion:
    if portion.wait_s is not None:
        return Portion(wait=portion.wait_s)
    rate = (portion.rate_ml_min or 0.0) * ML / MINUTE
    return Portion(volume=(portion.volume_ml or 0.0) * ML, rate=rate, needle=(portion.needle or 1) - 1)


def _syringe(draw: Draw) -> Syringe:
    from azygos.values.session import SYRINGE_VOLUME

    return Syringe(volume=float(SYRINGE_VOLUME), air_fraction=draw.air_fraction, pressure_ceiling=draw.pressure_ceiling)


def _operator(draw: Draw, *, stops: bool) -> Operator:
    """Who watches, in this draw: one chance decides which kinds of leak are seen, the easier ones first."""
    from azygos.values.operators import FLUOROSCOPY_SEES

    sees = {place: float(draw.operator_chance < share.number) for place, share in FLUOROSCOPY_SEES.items()}
    elsewhere = 0.5 * (FLUOROSCOPY_SEES["disc"].number + FLUOROSCOPY_SEES["outside"].number)
    return Operator(
        stops_on_seen_leak=stops,
        delay=draw.operator_delay,
        visible_volume=draw.operator_visible_volume,
        sees_vascular=sees["vascular"],
        sees_canal=sees["canal"],
        sees_other=float(draw.operator_chance < elsewhere),  # one number for disc, cortex and needle track
    )


# What is kept of an injection -------------------------------------------------------------------------------------


def member_of(
    injection: Injection, bone: Bone, treatment: Treatment, draw: Draw, key: tuple[int, int], seconds: float
) -> Member:
    """The record of one injection: its series thinned, its fill kept, the rest as single numbers."""
    cement, vertebra = treatment.cement, bone.vertebra
    keep = _kept_points(injection)
    cell = vertebra.spacing**3
    outlets = tuple(
        OutletVolume(
            name=leak.outlet,
            route=leak.route,
            rest=leak.rest,
            volume=leak.volume,
            viscosity=_last_viscosity(leak.flow, leak.viscosity),
            has_set=leak.volume > 0.0 and bool(leak.age[-1] >= cement.setting_age),
            mouth=_place(outlet.mouth),
        )
        for leak, outlet in zip(injection.leaks, bone.outlets, strict=True)
    )
    return Member(
        alternative=key[0],
        index=key[1],
        level=vertebra.level,
        draw=draw,
        injected=float(injection.injected[-1]),
        planned=planned_volume(treatment),
        fill_share=float(injection.fill.sum(dtype=np.float64)) * cell / vertebra.volume,
        symmetry=symmetry(injection.fill, vertebra),
        outlets=outlets,
        times=injection.times[keep],
        plunger_pressure=injection.plunger_pressure[keep],
        tip_pressure=injection.tip_pressure[keep],
        sensor_pressure=injection.sensor_pressure[keep],
        leaked=injection.leaked[keep],
        fill=injection.fill,
        peak_temperature=injection.peak_temperature,
        stopped=injection.stopped,
        seconds=seconds,
        account_gap=injection.account.gap / max(injection.account.received, 1e-12),
        steps=injection.steps,
        iterations=injection.iterations,
    )


def _place(point: FloatArray) -> tuple[float, float, float]:
    i, j, k = (float(index) for index in point)
    return i, j, k


def still_member(vertebra: Vertebra, treatment: Treatment, draw: Draw, key: tuple[int, int]) -> Member:
    """The record of cement that had set before its first portion: nothing flows."""
    none = np.zeros(1)
    return Member(
        alternative=key[0],
        index=key[1],
        level=vertebra.level,
        draw=draw,
        injected=0.0,
        planned=planned_volume(treatment),
        fill_share=0.0,
        symmetry=1.0,
        outlets=(),
        times=none,
        plunger_pressure=none,
        tip_pressure=none,
        sensor_pressure=none,
        leaked=none,
        fill=np.zeros(vertebra.inside.shape, dtype=np.float32),
        peak_temperature=treatment.syringe_temperature,
        stopped=ALREADY_SET,
        seconds=0.0,
        account_gap=0.0,
    )


def failed_member(
    vertebra: Vertebra, treatment: Treatment, draw: Draw, key: tuple[int, int], sentence: str, seconds: float
) -> Member:
    """The record of a draw that the solver could not finish; it enters no number and is counted apart."""
    still = still_member(vertebra, treatment, draw, key)
    return replace(still, stopped="did not converge", seconds=seconds, failed=sentence)


def planned_volume(treatment: Treatment) -> float:
    """What all portions together would inject [m^3]."""
    return sum(portion.volume for portion in treatment.portions)


def _kept_points(injection: Injection) -> IntArray:
    """At most :data:`POINTS_KEPT` instants, evenly spread, the last one and the pressure peaks among them."""
    series = (injection.plunger_pressure, injection.tip_pressure, injection.sensor_pressure)
    peaks = [int(np.argmax(values)) for values in series]
    count = min(len(injection.times), POINTS_KEPT - len(peaks))
    even = np.linspace(0, len(injection.times) - 1, count).round()
    return np.unique(np.concatenate([even, peaks])).astype(np.int64)


def _last_viscosity(flow: FloatArray, viscosity: FloatArray) -> float:
    passed = np.flatnonzero(flow > 0.0)
    return float(viscosity[passed[-1]]) if passed.size else float("nan")


# The real spine ---------------------------------------------------------------------------------------------------


def real_physics() -> Physics:
    """The spine's own functions; imported here, since numba takes a second that ``--help`` must not wait for."""
    from azygos.spine.cement import mix_cement
    from azygos.spine.drawing import draw_uncertain
    from azygos.spine.simulate import inject

    return Physics(draw=draw_uncertain, bone=_bone, cement=mix_cement, start=_start, needle=place_needle, inject=inject)


def _bone(vertebra: Vertebra, draw: Draw, needles: tuple[Needle, ...], balloon: float) -> Bone:
    from azygos.spine.drawing import draw_bone
    from azygos.values.session import OUTER_DIAMETERS

    first = needles[0]  # the room models one track and one balloon
    track = (first.entry, first.tip, 0.5 * OUTER_DIAMETERS[first.gauge].number)
    return draw_bone(vertebra, draw, balloon=balloon, needle_track=track)


def place_needle(plan: NeedlePlan, vertebra: Vertebra) -> Needle:
    """A needle of the plan in the bone: where it says, or by the suggested route through the pedicle.

    Raises
    ------
    InputError
        If the tip lies outside the vertebral body.
    """
    from azygos.spine.approach import check_needle, suggest_needle
    from azygos.values.needles import LENGTH, inner_radius

    if plan.entry_mm is None or plan.tip_mm is None:
        suggested = suggest_needle(vertebra, plan.side or "left", plan.gauge, plan.tip_from_front_share)
        return replace(suggested, opening=plan.opening)
    needle = Needle(
        entry=np.array(plan.entry_mm) * MM,
        tip=np.array(plan.tip_mm) * MM,
        gauge=plan.gauge,
        inner_radius=inner_radius(plan.gauge),
        length=LENGTH.number,
        opening=plan.opening,
    )
    check_needle(needle, vertebra)
    return needle


def _start(plan: CementPlan, cement: Cement, elapsed: float) -> tuple[float, float]:
    from azygos.spine.cement import state_at_start

    return state_at_start(
        cement,
        store_temperature=plan.store_temperature_c + CELSIUS_ZERO,
        time_out=plan.minutes_out_of_store * MINUTE,
        room_temperature=plan.room_temperature_c + CELSIUS_ZERO,
        time_since_mixing=plan.age_at_start_min * MINUTE + elapsed,
    )
