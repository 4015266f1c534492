"""The session of a case: its vertebrae injected one after another, and what of their cement enters the veins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.case.case_file import CaseFile
from azygos.ground.anatomy import LEVELS
from azygos.ground.body import Body
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import MM
from azygos.journey import Treated
from azygos.plan.plan_file import VertebraPlan
from azygos.plan.session import Job, Physics, draw_session, make_treatment, real_physics
from azygos.spine import Bone, Cement, Draw, Treatment, Vertebra, fat_ahead
from azygos.spine.injection import Injection
from azygos.values.landmarks import LEVEL_HEIGHT
from azygos.values.session import CHANGE_OVER
from azygos.veins import Entry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Session(Parcel):
    """What one session left in bone and sent into veins."""

    treated: tuple[Treated, ...]
    entries: tuple[Entry, ...]
    cement: Cement
    bones: tuple[Bone, ...] = ()  # as they were injected


def draw_bones(case: CaseFile, body: Body, spacing_mm: float) -> tuple[Vertebra, ...]:
    """The case's vertebrae, of this patient's sex."""
    from azygos.spine.virtual import draw_vertebra

    def draw(task: VertebraPlan) -> Vertebra:
        level = str(task.level)
        key = (LEVELS.index(level),)
        return draw_vertebra(
            level,
            np.random.default_rng(np.random.SeedSequence(case.patient.seed, spawn_key=key)),
            fracture=task.fracture,
            cleft=task.cleft,
            sex=body.sex,
            severity=task.height_lost_share,
            mean_bone=task.bone_fraction,
            spacing=spacing_mm * MM,
        )

    return tuple(draw(task) for task in case.vertebra)


def spine_draws(case: CaseFile, vertebrae: Sequence[Vertebra]) -> tuple[Draw, ...]:
    """What is uncertain about each vertebra of this patient."""
    job = Job(plans=(case.plan(),), vertebrae=tuple(vertebrae), seed=case.patient.seed)
    return draw_session(job, real_physics(), 0)


def inject_all(
    case: CaseFile, body: Body, vertebrae: Sequence[Vertebra], draws: Sequence[Draw], *, fat_fraction: float
) -> Session:
    """Inject vertebra after vertebra while the cement ages; those that it has set before are left out.

    Raises
    ------
    InputError
        If the cement has set before the first portion of the first vertebra.
    """
    physics, plan = real_physics(), case.plan()
    treated: list[Treated] = []
    entries: list[Entry] = []
    bones: list[Bone] = []
    elapsed = 0.0
    for task, vertebra, draw in zip(plan.vertebra, vertebrae, draws, strict=True):
        later = make_treatment(physics, plan, task, vertebra, draw, elapsed)
        if treated and later.age_at_start >= later.cement.setting_age:
            break
        treatment = later
        bone, injection = _inject(physics, vertebra, treatment, draw)
        treated.append(_treated(vertebra, injection, elapsed, body, fat_fraction, case.session.marrow_vented_share))
        entries += _entries(bone, injection, elapsed)
        bones.append(bone)
        elapsed += float(injection.times[-1]) + CHANGE_OVER.number
    return Session(treated=tuple(treated), entries=tuple(entries), cement=treatment.cement, bones=tuple(bones))


def _inject(physics: Physics, vertebra: Vertebra, treatment: Treatment, draw: Draw) -> tuple[Bone, Injection]:
    require(
        treatment.age_at_start < treatment.cement.setting_age,
        f"{vertebra.level}: in this patient the cement has set before its first portion. Start earlier "
        "(age_at_start_min), or take a cement that sets later.",
    )
    bone = physics.bone(vertebra, draw, treatment.needles, treatment.balloon)
    return bone, physics.inject(bone, treatment, draw)


def _treated(
    vertebra: Vertebra, injection: Injection, begins: float, body: Body, fat_fraction: float, vented: float
) -> Treated:
    fat = fat_ahead(
        vertebra.level,
        injection.times + begins,
        injection.injected,
        injection.leaked,
        fat_fraction=fat_fraction,
        vented=vented,
    )
    height = LEVEL_HEIGHT[vertebra.level].number * body.scale
    return Treated(vertebra=vertebra, injection=injection, fat=fat, begins=begins, centre=np.array([0.0, 0.0, height]))


def _entries(bone: Bone, injection: Injection, begins: float) -> list[Entry]:
    """The leaks through veins, each with the side on which its vein leaves the bone."""
    middle = bone.vertebra.to_lps(np.argwhere(bone.vertebra.inside).mean(axis=0))
    return [
        Entry(leak=leak, begins=begins, side=_side(bone.vertebra, outlet.mouth, middle), tube=leak.plug_length)
        for leak, outlet in zip(injection.leaks, bone.outlets, strict=True)
        if leak.route.vascular and leak.volume > 0.0
    ]


def _side(vertebra: Vertebra, mouth: FloatArray, middle: FloatArray) -> str:
    across = float((vertebra.to_lps(mouth) - middle) @ vertebra.axes[:, 0])
    return "left" if across >= 0.0 else "right"
