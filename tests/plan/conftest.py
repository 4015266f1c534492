"""Stand-ins for the spine: an injection that fills a ball and leaks by one outlet, in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from azygos.ground.errors import DidNotConverge
from azygos.ground.parcels import Account
from azygos.plan.plan_file import CementPlan, PlanFile, parse_plan
from azygos.plan.session import Physics, place_needle
from azygos.spine import Bone, Cement, Draw, Leak, Needle, Treatment, Vertebra
from azygos.spine.drawing import draw_bone, draw_uncertain
from azygos.spine.injection import Injection
from azygos.spine.virtual import draw_vertebra

DENSITY = 1200.0
PLAN = """
[[vertebra]]
level = "T12"
portions = [{ volume_ml = 1.0, rate_ml_min = 2.0 }, { wait_s = 30 }, { volume_ml = 2.0, rate_ml_min = 2.0 }]
[cement]
name = "generic_high_viscosity"
age_at_start_min = 4.0
[[alternative]]
name = "half as much"
portions = [{ volume_ml = 1.5, rate_ml_min = 2.0 }]
"""


def _cement(name: str, draw: Draw) -> Cement:
    numbers = dict.fromkeys(Cement.__dataclass_fields__, 1.0)
    return Cement(**{**numbers, "name": name, "setting_age": 900.0, "batch": draw.cement_batch})  # type: ignore[arg-type]


def _start(plan: CementPlan, cement: Cement, elapsed: float) -> tuple[float, float]:
    return plan.age_at_start_min * 60.0 + elapsed, 294.15


def _bone(vertebra: Vertebra, draw: Draw, needles: tuple[Needle, ...], balloon: float) -> Bone:
    return draw_bone(vertebra, draw, balloon=balloon)


def inject(bone: Bone, treatment: Treatment, draw: Draw) -> Injection:
    """A ball of cement round the tip; a share that follows the cement's age leaks by the first outlet."""
    planned = sum(portion.volume for portion in treatment.portions)
    leaked = planned * 0.3 * draw.operator_chance * 240.0 / treatment.age_at_start
    vertebra = bone.vertebra
    apart = np.linalg.norm(np.argwhere(vertebra.inside) - vertebra.to_grid(treatment.needles[0].tip), axis=1)
    cells = np.argsort(apart, kind="stable")[: int(planned / vertebra.spacing**3)]
    fill = np.zeros(vertebra.inside.shape, dtype=np.float32)
    fill[tuple(np.argwhere(vertebra.inside)[cells].T)] = 0.8
    times = np.linspace(0.0, planned / treatment.portions[0].rate, 400)
    ramp = times / times[-1]
    leaks = tuple(_leak(bone, number, leaked if number == 0 else 0.0) for number in range(len(bone.outlets)))
    mass = planned * DENSITY
    return Injection(
        level=vertebra.level,
        times=times,
        injected=planned * ramp,
        leaked=leaked * ramp,
        plunger_pressure=1e6 * ramp,
        tip_pressure=5e4 * ramp,
        sensor_pressure=1e4 * ramp,
        fill=fill,
        fill_time=np.zeros_like(fill),
        temperature=np.full_like(fill, 310.0),
        age=np.full_like(fill, 300.0),
        leaks=leaks,
        account=Account(room="spine", received=mass, kept=mass - leaked * DENSITY, passed_on=leaked * DENSITY),
        stopped="as planned",
        peak_temperature=320.0,
        steps=1,
        iterations=1,
    )


def _leak(bone: Bone, number: int, volume: float) -> Leak:
    outlet = bone.outlets[number]
    two = np.array([1.0, 1.0])
    return Leak(
        outlet=outlet.name,
        level=bone.vertebra.level,
        route=outlet.route,
        rest=outlet.rest,
        times=np.array([0.0, 1.0]),
        flow=volume * two,
        age=300.0 * two,
        temperature=310.0 * two,
        viscosity=200.0 * two,
        volume=volume,
        plug_length=0.0,
        radius=outlet.radius,
    )


@pytest.fixture(scope="session")
def stand_ins() -> Physics:
    return Physics(draw=draw_uncertain, bone=_bone, cement=_cement, start=_start, needle=place_needle, inject=inject)


@pytest.fixture(scope="session")
def failing() -> Callable[[Callable[[int], bool], Physics], Physics]:
    """Stand-ins whose solver gives up on some injections, counted from 0."""

    def make(fails: Callable[[int], bool], physics: Physics) -> Physics:
        counter = iter(range(10_000))

        def maybe(bone: Bone, treatment: Treatment, draw: Draw) -> Injection:
            if fails(next(counter)):
                raise DidNotConverge("the pressure solve stopped at step 3 with residual 1e-2; last good time 4.0 s.")
            return inject(bone, treatment, draw)

        return replace(physics, inject=maybe)

    return make


@pytest.fixture(scope="session")
def a_plan() -> PlanFile:
    return parse_plan(PLAN)


@pytest.fixture(scope="session")
def t12() -> Vertebra:
    return draw_vertebra("T12", np.random.default_rng(3), fracture="wedge", spacing=2e-3)


@pytest.fixture(scope="session")
def l1() -> Vertebra:
    return draw_vertebra("L1", np.random.default_rng(4), fracture="none", spacing=2e-3)
