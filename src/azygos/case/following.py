"""One case, followed: what chance decides about the patient first, then the session and the year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from azygos.care import Care
from azygos.case.case_file import CaseFile
from azygos.case.inject import draw_bones, inject_all, spine_draws
from azygos.ground.body import Body
from azygos.ground.parcels import Parcel
from azygos.ground.units import MM
from azygos.journey import (
    Afterwards,
    Journey,
    Laws,
    Patient,
    Tables,
    Wishes,
    draw_body,
    draw_patient,
    follow,
    room_rng,
    session_end,
)
from azygos.spine import Draw, Vertebra

HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnCase(Parcel):
    """All that chance decides about a case's patient; what is done to them changes none of it."""

    body: Body
    bones: tuple[Vertebra, ...]  # before anything is done to them
    draws: tuple[Draw, ...]  # of the spine, one for each bone
    patient: Patient


def draw_case(
    case: CaseFile,
    *,
    spacing_mm: float = 1.0,
    tables: Tables | None = None,
    redraw: Callable[[Draw], Draw] = lambda draw: draw,
) -> DrawnCase:
    """Draw the patient of a case.

    Two cases that differ only in what is done, not in the patient or in the vertebrae, draw the same.

    Parameters
    ----------
    case : CaseFile
        As :func:`azygos.case.read_case` gives it.
    spacing_mm : float
        Edge of a cell in bone.
    tables : Tables, optional
        Vein graph and arterial tree of the user's own.
    redraw : callable, optional
        Changes what was drawn of each vertebra.

    Returns
    -------
    drawn : DrawnCase
    """
    seed, wishes = case.patient.seed, wishes_of(case)
    body = draw_body(room_rng(seed, "body"), wishes)
    bones = draw_bones(case, body, spacing_mm)
    draws = tuple(redraw(draw) for draw in spine_draws(case, bones))
    patient = draw_patient(seed, wishes, tables, vein_radius_factor=draws[0].vein_radius_factor)
    return DrawnCase(body=body, bones=bones, draws=draws, patient=patient)


def follow_drawn(
    case: CaseFile,
    drawn: DrawnCase,
    *,
    laws: Laws | None = None,
    tell: Callable[[int], object] = lambda done: None,
) -> Journey:
    """Do in a drawn patient what the case says, and follow the cement for a year.

    Parameters
    ----------
    case : CaseFile
        Of the patient that was drawn; what is done may be another thing.
    drawn : DrawnCase
        As :func:`draw_case` gives it.
    laws : Laws, optional
        Which mechanisms act beyond the bone.
    tell : callable, optional
        Told 1 when all is injected.

    Returns
    -------
    journey : Journey
    """
    patient = drawn.patient
    session = inject_all(case, drawn.body, drawn.bones, drawn.draws, fat_fraction=patient.fat_fraction)
    tell(1)
    afterwards = afterwards_of(case, session_end(session.treated))
    return follow(patient, session.treated, session.entries, session.cement, afterwards, laws=laws)


def follow_case(
    case: CaseFile,
    *,
    spacing_mm: float = 1.0,
    tables: Tables | None = None,
    laws: Laws | None = None,
    redraw: Callable[[Draw], Draw] = lambda draw: draw,
    tell: Callable[[int], object] = lambda done: None,
) -> Journey:
    """Inject the vertebrae of a case and follow their cement for a year.

    Parameters
    ----------
    case : CaseFile
        As :func:`azygos.case.read_case` gives it.
    spacing_mm : float
        Edge of a cell in bone.
    tables : Tables, optional
        Vein graph and arterial tree of the user's own.
    laws : Laws, optional
        Which mechanisms act beyond the bone.
    redraw : callable, optional
        Changes what was drawn of each vertebra.
    tell : callable, optional
        Told 1 when all is injected.

    Returns
    -------
    journey : Journey
    """
    drawn = draw_case(case, spacing_mm=spacing_mm, tables=tables, redraw=redraw)
    return follow_drawn(case, drawn, laws=laws, tell=tell)


def wishes_of(case: CaseFile) -> Wishes:
    """What the case knows of its patient, in SI."""
    asked = case.patient
    return Wishes(
        sex=asked.sex,
        age=asked.age_years,
        height=asked.height_m,
        mass=asked.mass_kg,
        resistance_factor=asked.pulmonary_resistance_factor,
        foramen_ovale={"open": True, "closed": False}.get(asked.foramen_ovale),
        veins=tuple((vein.name, (vein.diameter_mm or 0.0) * MM) for vein in case.vein if vein.blocked is not False),
    )


def afterwards_of(case: CaseFile, end: float) -> Afterwards:
    """What the case does after a session that ends at `end` [s]."""
    return Afterwards(
        rises=end + case.session.gets_up_after_h * HOUR,
        clot=case.course.clot,
        cares=tuple(Care(kind=t.kind, day=t.day, days=t.days or 0.0) for t in case.treatment),
        looks=tuple((visit.day, visit.looks_with) for visit in case.visit),
    )
