"""Virtual patients and benches that the predictions share. Nothing here reads a measured outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.errors import DidNotConverge
from azygos.ground.units import CELSIUS_ZERO, MINUTE, ML
from azygos.spine import Bone, Cement, Draw, Needle, Operator, Portion, Rest, Route, Syringe, Treatment, Vertebra
from azygos.spine.approach import suggest_needle
from azygos.spine.cement import mix_cement, state_at_start
from azygos.spine.choices import Choices
from azygos.spine.drawing import draw_bone, draw_stratified
from azygos.spine.injection import Injection
from azygos.spine.simulate import inject
from azygos.spine.virtual import draw_vertebra
from azygos.values.operators import FLUOROSCOPY_SEES
from azygos.values.session import OUTER_DIAMETERS, SYRINGE_VOLUME

SPACING = 1.5e-3
"""Edge of a cell in these ensembles [m]: coarse, so that all studies together stay under a quarter of an hour."""

ROOM = 21.0 + CELSIUS_ZERO
"""Room, store and cement temperature where a source does not give one [K]."""

SEEN = 0.02e-6
"""A ball of 3.4 mm, which any planning CT shows: the model's own figure when the predictions were frozen [m^3]."""

SMALLEST_SEEN = 1.77e-9
"""A ball of 1.5 mm, about the smallest that CT of 1.25 mm slices shows [m^3]."""

STUDY_KEY = 1000
"""First spawn key of what a study draws itself, beside what ``draw_uncertain`` draws."""


def own_rng(seed: int, k: int, purpose: int = 0) -> np.random.Generator:
    """Random numbers of member `k` for what the source does not give."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(k, STUDY_KEY + purpose)))


def draw_member(seed: int, k: int) -> Draw:
    """What is uncertain of member `k`, from ``values/uncertainty.py``."""
    return draw_stratified(seed, k + 1)[k]


def log_between(rng: np.random.Generator, low: float, high: float) -> float:
    """One log-uniform number."""
    return float(low * (high / low) ** rng.random())


def body(seed: int, k: int, levels: tuple[str, ...], *, fracture: str | None, cleft: bool | None) -> Vertebra:
    """The body of member `k`; the same body with and without a cleft."""
    rng = own_rng(seed, k, 1)
    level = levels[int(rng.integers(len(levels)))]
    shape = int(rng.integers(2**31))
    return draw_vertebra(level, np.random.default_rng(shape), fracture=fracture, cleft=cleft, spacing=SPACING)


def cadaver(draw: Draw) -> Draw:
    """The same draw without a circulation: no venous pressure, no breathing."""
    return replace(draw, outlet_pressure=0.0, breathing_pressure=0.0)


def needle_of(
    vertebra: Vertebra, *, gauge: int = 11, opening: str = "end", length: float | None = None, side: str = "left"
) -> Needle:
    """The suggested needle, with another opening or length if the source says so."""
    needle = suggest_needle(vertebra, side, gauge)
    return replace(needle, opening=opening, length=needle.length if length is None else length)


def bone_of(vertebra: Vertebra, draw: Draw, needle: Needle) -> Bone:
    """The bone that a draw makes of a body, with the track of its needle."""
    outer = 0.5 * OUTER_DIAMETERS[needle.gauge].number
    return draw_bone(vertebra, draw, needle_track=(needle.entry, needle.tip, outer))


def operator_of(draw: Draw, *, stops: bool) -> Operator:
    """Who watches: one chance decides which kinds of leak are seen."""
    sees = {place: float(draw.operator_chance < share.number) for place, share in FLUOROSCOPY_SEES.items()}
    elsewhere = 0.5 * (FLUOROSCOPY_SEES["disc"].number + FLUOROSCOPY_SEES["outside"].number)
    return Operator(
        stops_on_seen_leak=stops,
        delay=draw.operator_delay,
        visible_volume=draw.operator_visible_volume,
        sees_vascular=sees["vascular"],
        sees_canal=sees["canal"],
        sees_other=float(draw.operator_chance < elsewhere),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """How the cement is injected. SI units but for the clock."""

    cement: str
    minutes: float  # from mixing to the first push
    volume: float  # [m^3]
    rate: float  # [m^3 s^-1]
    stops: bool = False  # whether the operator stops at a leak that is seen
    room: float = ROOM


def treatment_of(level: str, needle: Needle, draw: Draw, push: Push) -> Treatment:
    """The treatment in SI; cement by its name, aged by the clock."""
    cement: Cement = mix_cement(push.cement, draw)
    age, temperature = state_at_start(
        cement,
        store_temperature=push.room,
        time_out=60.0 * MINUTE,
        room_temperature=push.room,
        time_since_mixing=push.minutes * MINUTE,
    )
    volume = max(float(SYRINGE_VOLUME), 1.2 * push.volume)
    return Treatment(
        level=level,
        needles=(needle,),
        portions=(Portion(volume=push.volume, rate=push.rate),),
        cement=cement,
        age_at_start=age,
        syringe_temperature=temperature,
        room_temperature=push.room,
        syringe=Syringe(volume=volume, air_fraction=draw.air_fraction, pressure_ceiling=draw.pressure_ceiling),
        operator=operator_of(draw, stops=push.stops),
    )


def run(
    bone: Bone,
    needle: Needle,
    draw: Draw,
    push: Push,
    *,
    choices: Choices | None = None,
    sensor: np.ndarray | None = None,
) -> Injection | None:
    """Inject; None where the solver gave up or the cement had set before the first push."""
    treatment = treatment_of(bone.vertebra.level, needle, draw, push)
    if treatment.age_at_start >= treatment.cement.setting_age:
        return None
    try:
        return inject(bone, treatment, draw, choices=choices, sensor=sensor)
    except DidNotConverge:
        return None


# What is read off an injection ------------------------------------------------------------------------------------

VENOUS = (Route.BASIVERTEBRAL, Route.ANTERIOR_EXTERNAL, Route.SEGMENTAL)
OPEN = (Route.CORTICAL, Route.END_PLATE)


def record(injection: Injection | None) -> dict[str, float | str] | None:
    """The numbers of one injection that the studies need."""
    if injection is None:
        return None
    by_route = {f"{route.name.lower()}_ml": 0.0 for route in Route}
    by_route["canal_ml"] = 0.0
    for leak in injection.leaks:
        by_route[f"{leak.route.name.lower()}_ml"] += leak.volume / ML
        if leak.rest is Rest.CANAL:
            by_route["canal_ml"] += leak.volume / ML
    return {
        "injected_ml": float(injection.injected[-1]) / ML,
        "leaked_ml": injection.leaked_volume() / ML,
        **by_route,
        "plunger_peak_mpa": float(injection.plunger_pressure.max()) / 1e6,
        "tip_peak_kpa": float(injection.tip_pressure.max()) / 1e3,
        "sensor_peak_kpa": float(injection.sensor_pressure.max()) / 1e3,
        "stopped": injection.stopped,
    }


def volume_by(row: dict, routes: tuple[Route, ...]) -> float:
    """Leaked through some routes [m^3]."""
    return ML * sum(float(row[f"{route.name.lower()}_ml"]) for route in routes)
