"""Marrow fat ahead of the cement: when it reaches the lungs, and what it does to arterial pressure.

Cement in veins and lungs is left out: what is compared here comes before it and without it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from azygos.case.case_file import CaseFile
from azygos.case.following import wishes_of
from azygos.case.inject import Session, draw_bones, inject_all, spine_draws
from azygos.circulation import Load, fat_in_lungs, respond
from azygos.ground.errors import AzygosError
from azygos.ground.units import MINUTE, ML, MMHG
from azygos.journey import Patient, draw_body, draw_patient, room_rng
from azygos.spine import Fat
from papers.counting import spread
from papers.patients import own_rng
from papers.run import JOURNEY
from papers.treated import DRAWN, SPACING_MM, session_case

SEED, MEMBERS = 2021, 60
ROOMS = JOURNEY
LABEL = "by criterion, beside each verdict"
GIVEN = {
    "measured": "arterial pressure 3 min after each level's injection, against that before it",
    "arms": "with and without lavage; half of the marrow vented",
}
NOT_GIVEN = {
    **DRAWN,
    "share of the marrow that lavage takes out": "0.3 to 0.9",
    "share that a vent hole takes out": "0.5, chosen because the fat score halves",
    "fat in marrow": "as `azygos journey` draws it",
    "sheep (first echoes, vent hole)": "people instead",
    "posture": "prone throughout",
    "cement in veins and lungs": "left out",
}
VENT_HOLE = 0.5
AFTER = 3.0 * MINUTE
STEP = 0.05
"""Of the instants at which the first fat and the most fat in the lungs are sought [s]."""


def member(seed: int, k: int) -> dict:
    """One session without lavage, with lavage, and with a vent hole."""
    case = session_case(seed, k)
    washed = float(own_rng(seed, k, 2).uniform(0.3, 0.9))
    about = {"member": k, "levels": [str(v.level) for v in case.vertebra], "washed_out": washed}
    try:
        patient, session = inject(case)
        fats = [one.fat for one in session.treated]
        return {
            **about,
            "finished": True,
            "fat_ml": sum(fat.volume for fat in fats) / ML,
            **first_signal(session),
            "falls_mmhg": falls(patient, session, fats),
            "falls_with_lavage_mmhg": falls(patient, session, vented(fats, washed)),
            "fat_with_vent_hole_over_without": most(session, vented(fats, VENT_HOLE)) / most(session, fats),
        }
    except AzygosError:
        return {**about, "finished": False}


def inject(case: CaseFile) -> tuple[Patient, Session]:
    """The session's bones injected, and their patient."""
    seed, wishes = case.patient.seed, wishes_of(case)
    body = draw_body(room_rng(seed, "body"), wishes)
    bones = draw_bones(case, body, SPACING_MM)
    draws = spine_draws(case, bones)
    patient = draw_patient(seed, wishes, vein_radius_factor=draws[0].vein_radius_factor)
    return patient, inject_all(case, body, bones, draws, fat_fraction=patient.fat_fraction)


def vented(fats: list[Fat], share: float) -> list[Fat]:
    """The same fat when a share of the marrow leaves the body instead."""
    return [replace(fat, flow=(1.0 - share) * fat.flow) for fat in fats]


def first_signal(session: Session) -> dict:
    """When the first level's fat leaves the bone and when it is in the lungs, after its first push [s]."""
    first = session.treated[0].fat
    times = first.times[0] + np.arange(0.0, 2.0 * MINUTE, STEP)
    out_of_bone, in_lungs = fat_in_lungs([first], times, delay=0.0), fat_in_lungs([first], times)
    bone, lungs = (times[np.argmax(fat > 0.0)] for fat in (out_of_bone, in_lungs))
    return {"delay_s": float(lungs - bone), "first_signal_s": float(lungs - first.times[0])}


def falls(patient: Patient, session: Session, fats: list[Fat]) -> list[float]:
    """Fall of mean arterial pressure from before each level's injection to 3 min after it [mmHg]."""
    pairs = [(one.begins, one.begins + float(one.injection.times[-1]) + AFTER) for one in session.treated]
    times = np.unique(np.array(pairs))
    loads = [
        Load(time=float(time), fat=float(fat), posture="prone")
        for time, fat in zip(times, fat_in_lungs(fats, times), strict=True)
    ]
    pressure = dict(zip(times.tolist(), respond(patient.circuit, loads).arterial_pressure.tolist(), strict=True))
    return [(pressure[before] - pressure[after]) / MMHG for before, after in pairs]


def most(session: Session, fats: list[Fat]) -> float:
    """The most fat that ever lies in the lungs [m^3]."""
    last = session.treated[-1]
    times = np.arange(0.0, last.begins + float(last.injection.times[-1]) + MINUTE, 1.0)
    return float(fat_in_lungs(fats, times).max())


def summarise(members: list[dict]) -> dict:
    """Delay, falls of pressure over all levels, and what the vent hole leaves."""
    done = [m for m in members if m["finished"]]
    return {
        "members": len(done),
        "unfinished": len(members) - len(done),
        "delay_s": spread([m["delay_s"] for m in done]),
        "first_signal_s": spread([m["first_signal_s"] for m in done]),
        "fall_mmhg": spread([fall for m in done for fall in m["falls_mmhg"]]),
        "fall_with_lavage_mmhg": spread([fall for m in done for fall in m["falls_with_lavage_mmhg"]]),
        "fat_with_vent_hole_over_without": spread([m["fat_with_vent_hole_over_without"] for m in done]),
    }
