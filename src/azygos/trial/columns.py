"""What is kept of one virtual patient under one strategy: the outcome table's columns, each with its unit and meaning.

One row is one patient under one strategy. What a strategy cannot change (the patient) stands in every row, so that a
row can be read alone. Numbers that do not exist (the day of symptoms that never came) are NaN; a patient that could
not be finished has its reason in ``failed`` and NaN, false, 0 or "" elsewhere beyond the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from azygos.ground.parcels import Parcel
from azygos.spine import Rest, Route
from azygos.trial.visibility import IMAGINGS

Kind = Literal["text", "whole", "number", "yes"]
SCHEMA = 1
"""Version of the table; a part of another version is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Parcel):
    """One column of the outcome table."""

    name: str
    kind: Kind
    unit: str  # "" where there is none
    meaning: str


def _column(name: str, kind: Kind, meaning: str, unit: str = "") -> Column:
    return Column(name=name, kind=kind, unit=unit, meaning=meaning)


def route_column(route: Route) -> str:
    """The column of what left by one way out.

    Examples
    --------
    >>> route_column(Route.BASIVERTEBRAL)
    'route_basivertebral_vein_ml'
    """
    return f"route_{_plain(route)}_ml"


def rest_column(rest: Rest) -> str:
    """The column of what came to rest in one place, as the way out leads there."""
    return f"rest_{_plain(rest)}_ml"


def seen_column(looked_with: str, end: str) -> str:
    """The column of the chance that somebody finds cement in the lungs; `end` is low, mid or high.

    Examples
    --------
    >>> seen_column("planned ct", "mid")
    'seen_planned_ct_mid'
    """
    return f"seen_{_plain(looked_with)}_{end}"


def _plain(name: str) -> str:
    return name.replace("-", "_").replace(" ", "_")


KEYS = (
    _column("patient", "whole", "number of the patient in the trial, from 0"),
    _column("strategy", "text", "name of the strategy"),
    _column("key", "text", "patient and hash of plan, population, seed, grid and code: what a landed part is known by"),
)
PATIENT = (
    _column("weight", "number", "how much the patient counts; 1 unless drawn by importance"),
    _column("seed", "whole", "of the patient's own draws, as [patient] seed of its case file"),
    _column("sex", "text", "female or male"),
    _column("age_years", "number", "age", "year"),
    _column("height_m", "number", "body height", "m"),
    _column("mass_kg", "number", "body mass", "kg"),
    _column("resistance_factor", "number", "lungs' resistance before the session over a healthy one's"),
    _column("foramen_open", "yes", "whether the foramen ovale is open"),
    _column("levels", "whole", "vertebrae to be treated"),
    _column("treated_levels", "text", "their names in the order of treatment: T12 L1"),
    _column("region", "text", "thoracic (T1 to T10), thoracolumbar (T11 to L2), lumbar (L3 to L5) or mixed"),
    _column("fracture", "text", "shape of the first level's fracture"),
    _column(
        "fracture_age_days", "number", "of the first level's fracture; drawn, and the physics does not use it", "day"
    ),
    _column("height_lost", "number", "largest share of height lost, mean over levels"),
    _column("bone_fraction", "number", "bone over total volume before the fracture, mean over levels"),
    _column("cleft", "yes", "whether any level holds a cleft"),
    _column("permeability_m2", "number", "median permeability across the long axis, as drawn", "m^2"),
    _column("vein_radius_factor", "number", "on all venous radii, as drawn"),
    _column("azygos_share", "number", "of the treated levels' blood that returns by the azygos"),
)
PLAN = (
    _column("cement", "text", "name of the cement"),
    _column("procedure", "text", "vertebroplasty or kyphoplasty"),
    _column("planned_ml", "number", "cement that the plan would inject, all levels", "mL"),
    _column("rate_ml_min", "number", "of the plunger", "mL/min"),
    _column("age_at_start_min", "number", "of the cement at the first portion", "min"),
)
SESSION = (
    _column("failed", "text", "why the patient could not be finished; empty when it was"),
    _column("levels_injected", "whole", "vertebrae that got cement"),
    _column("injected_ml", "number", "cement through the needles", "mL"),
    _column("stopped_early", "whole", "levels at which the operator stopped on a leak that was seen"),
    _column("fill_ml", "number", "cement that stayed in bone", "mL"),
    _column("fill_share", "number", "of the bodies' volume that is cement, levels without cement too"),
    _column("fill_symmetry", "number", "smaller over larger side, mean over levels with cement; 1 is even"),
    _column("sensor_kpa", "number", "highest pressure at the sensor's place in bone, any level", "kPa"),
    _column("plunger_mpa", "number", "highest plunger pressure, any level", "MPa"),
    _column("leaked_ml", "number", "cement that left bone", "mL"),
    _column("leaked_share", "number", "of the injected cement that left bone"),
    _column("leak_any", "yes", "0.02 mL or more by any one way out of any level (values.session.VISIBLE_LEAK)"),
    _column("leak_venous", "yes", "the same by a vein"),
    _column("leak_canal", "yes", "0.02 mL or more into the spinal canal"),
    _column("leak_disc", "yes", "0.02 mL or more into a disc"),
    *(_column(route_column(route), "number", f"left by {route.value}", "mL") for route in Route),
    *(_column(rest_column(rest), "number", f"came to rest in {rest.value}", "mL") for rest in Rest),
)
BEYOND = (
    _column("veins_ml", "number", "cement that stays in veins", "mL"),
    _column("azygos_seen", "yes", "cement left in the azygos system that CT shows"),
    _column("cava_seen", "yes", "cement left in the inferior or superior cava that CT shows"),
    _column("heart_ml", "number", "cement left in the right heart", "mL"),
    _column("heart_any", "yes", "cement in the right heart that CT shows"),
    _column("crossed_ml", "number", "cement that crossed an open foramen ovale", "mL"),
    _column("lung_ml", "number", "cement in the pulmonary arteries", "mL"),
    _column("lung_pieces", "whole", "pieces in the pulmonary arteries"),
    _column("lung_thickest_mm", "number", "of the thickest piece in the lungs, where it is widest; 0 with none", "mm"),
    _column("emboli_ct", "whole", "pieces in the lungs that thin CT shows (values.lungs.VISIBLE_THICKNESS)"),
    _column("embolus_ct", "yes", "any piece in the lungs that thin CT shows"),
    *(
        _column(
            seen_column(looked_with, end),
            "number",
            f"chance that cement in the lungs is seen by {looked_with}, {words}",
        )
        for looked_with in IMAGINGS
        for end, words in (("low", "at least"), ("mid", "middle"), ("high", "at most"))
    ),
    _column("central", "yes", "a piece that CT shows in a main or lobar artery"),
    _column("cord", "yes", "a cord that still hangs on its vertebra reaches the pulmonary arteries"),
    _column("butscheidt", "whole", "grade of cement in the lungs, 0 to 3"),
    _column("flow_lost", "number", "share of pulmonary flow that cement in the arteries takes, all pieces at rest"),
    _column("qanadli", "number", "Qanadli index, all pieces at rest", "%"),
    _column("fat_ml", "number", "marrow fat that reached the lungs' vessels at most at once", "mL"),
    _column("pulmonary_mmhg", "number", "highest mean pulmonary pressure within an hour of the session", "mmHg"),
    _column("arterial_fall_mmhg", "number", "largest fall of mean arterial pressure within that time", "mmHg"),
)
COURSE = (
    _column("symptomatic_14d", "yes", "symptoms within 14 days in this draw"),
    _column("symptomatic", "yes", "symptoms within a year in this draw"),
    _column("symptoms_day", "number", "day on which they came; NaN if never", "day"),
    _column("died", "yes", "the model's patient died within a year"),
    _column("died_day", "number", "day of it; NaN if alive", "day"),
    _column("cause", "text", "of the death"),
)
COLUMNS = (*KEYS, *PATIENT, *PLAN, *SESSION, *BEYOND, *COURSE)
"""All columns, in the table's order."""

Row = dict[str, str | int | float | bool]
"""One row: a value for each column, by name."""


def empty_row() -> Row:
    """A row in which nothing has happened: "", 0, NaN and false by the column's kind."""
    blank: dict[Kind, str | int | float | bool] = {"text": "", "whole": 0, "number": float("nan"), "yes": False}
    return {column.name: blank[column.kind] for column in COLUMNS}
