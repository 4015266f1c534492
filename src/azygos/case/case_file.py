"""Case files: a plan, and beside it the patient, what is done afterwards and when one looks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from azygos.ground.errors import InputError
from azygos.plan import PlanFile
from azygos.plan.plan_file import CementPlan, OperatorPlan, Table, VertebraPlan, refuse_double
from azygos.plan.sentences import FileWords, parse_toml, read_toml, sentence

YEAR_DAYS = 365.0
MAX_OF_EACH = 20  # treatments, visits, veins

Day = Annotated[float, Field(ge=0, le=YEAR_DAYS)]


class PatientCase(Table):
    """Which virtual patient; what is left out is drawn."""

    seed: Annotated[int, Field(ge=0)] = 0
    sex: Literal["female", "male"] | None = None
    age_years: Annotated[float, Field(ge=18, le=110)] | None = None
    height_m: Annotated[float, Field(ge=1.2, le=2.2)] | None = None
    mass_kg: Annotated[float, Field(ge=30, le=250)] | None = None
    pulmonary_resistance_factor: Annotated[float, Field(ge=0.3, le=50)] = 1.0  # earlier lung or heart disease raises it
    foramen_ovale: Literal["drawn", "open", "closed"] = "drawn"


class VeinCase(Table):
    """What is known of one named vein of this patient."""

    name: str
    diameter_mm: Annotated[float, Field(gt=0, le=40)] | None = None
    blocked: bool | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.diameter_mm is None) == (self.blocked is None):
            raise ValueError(f"vein {self.name!r} has neither or both of diameter_mm and blocked. Give one of them.")
        return self


class SessionCase(Table):
    """How the patient lies, and when they get up."""

    gets_up_after_h: Annotated[float, Field(ge=0.5, le=168)] = 4.0
    marrow_vented_share: Annotated[float, Field(ge=0, le=1)] = 0.0  # by a vent hole or lavage


class CourseCase(Table):
    """What is chosen about the months afterwards."""

    clot: Literal["none", "slow", "grows"] = "none"


class TreatmentCase(Table):
    """One thing that is done after the session."""

    kind: Literal["anticoagulation", "lysis", "embolectomy", "catheter", "watching"]
    day: float | None = None  # after the injection
    when: Literal["symptoms"] | None = None
    days: Annotated[float, Field(gt=0, le=YEAR_DAYS)] | None = None

    @field_validator("day")
    @classmethod
    def _not_before(cls, day: float | None) -> float | None:
        if day is not None and day < 0.0:
            raise ValueError(f"day is {day:g}, before the injection. Give 0 to {YEAR_DAYS:g} days after it.")
        if day is not None and day > YEAR_DAYS:
            raise ValueError(f"day is {day:g}, and a case ends after {YEAR_DAYS:g} days. Give 0 to {YEAR_DAYS:g}.")
        return day

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.day is None) == (self.when is None):
            raise ValueError(f'{self.kind} needs either day = 14 or when = "symptoms".')
        lasting = self.kind in ("anticoagulation", "lysis")
        if lasting and self.days is None:
            raise ValueError(f"{self.kind} needs days, how long it lasts. Write for example days = 90.")
        if not lasting and self.days is not None:
            raise ValueError(f"{self.kind} happens at once. Remove days.")
        return self


class VisitCase(Table):
    """One look at the patient."""

    day: Day
    looks_with: Literal["ct", "ct angiography", "film", "echo", "clinic"]


def _tables(most: int = MAX_OF_EACH) -> object:
    return Field(strict=False, max_length=most)


class CaseFile(Table):
    """A whole case: the keys of a plan but alternatives, and what comes after."""

    vertebra: Annotated[tuple[VertebraPlan, ...], Field(strict=False, min_length=1)]
    cement: CementPlan
    operator: OperatorPlan = OperatorPlan()
    patient: PatientCase = PatientCase()
    session: SessionCase = SessionCase()
    course: CourseCase = CourseCase()
    vein: Annotated[tuple[VeinCase, ...], _tables()] = ()
    treatment: Annotated[tuple[TreatmentCase, ...], _tables()] = ()
    visit: Annotated[tuple[VisitCase, ...], _tables()] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        self.plan()  # refuses levels that stand twice
        for vertebra in self.vertebra:
            if vertebra.level is None:
                raise ValueError('a vertebra has no level. Write level = "L1" under [[vertebra]].')
        refuse_double((t.kind for t in self.treatment if t.when), "{} stands twice for when symptoms come. Keep one.")
        refuse_double((v.name for v in self.vein), "vein {!r} stands twice. Keep one of them.")
        return self

    def plan(self) -> PlanFile:
        """What is injected, as a plan of one patient without alternatives."""
        return PlanFile.model_validate(self.model_dump(exclude_unset=True, include={"vertebra", "cement", "operator"}))

    def toml(self) -> str:
        """The case as TOML without its comments, which may hold a patient's name."""
        import tomli_w

        return tomli_w.dumps(self.model_dump(mode="json", exclude_unset=True))


WORDS = FileWords(noun="case", template="azygos journey --template > case.toml", root=CaseFile)


def read_case(path: Path) -> CaseFile:
    """Read a case file, or say in one sentence what is wrong, in which line and what is possible.

    Parameters
    ----------
    path : Path
        A TOML file like the one that :func:`case_template` gives.

    Raises
    ------
    InputError
        For a missing file, broken TOML, an unknown key or an impossible value.
    """
    return parse_case(read_toml(path, WORDS), path.name)


def parse_case(text: str, name: str = "case.toml") -> CaseFile:
    """Read a case from text; `name` is what messages call it."""
    tables = parse_toml(text, name, WORDS)
    if "alternative" in tables:
        raise InputError(f"{name}: a case follows one plan. Remove [[alternative]], or use azygos plan to compare.")
    try:
        return CaseFile.model_validate(tables)
    except ValidationError as error:
        raise InputError(sentence(error, text, name, WORDS)) from None


def case_template() -> str:
    """Text of a case with comments, which :func:`read_case` reads as it is."""
    return _TEMPLATE


_TEMPLATE = """\
# A case for azygos: one virtual patient, one session, a year. Plain numbers, the unit is in the key.
# Research use only: not a medical device.
# Run it:  azygos journey case.toml -o OUT

[patient]                         # a virtual patient; what is left out is drawn from the seed
seed = 1
# sex = "female"                  # or "male"
# age_years = 74.0
# height_m = 1.60
# mass_kg = 64.0
# pulmonary_resistance_factor = 1.0   # earlier lung or heart disease: 2.0 is twice the resistance
# foramen_ovale = "drawn"         # or "open", "closed"

[[vertebra]]                      # repeat for each level, in the order of treatment
level = "L1"                      # T1 to T12, L1 to L5
fracture = "wedge"                # "none", "wedge", "biconcave" or "crush"
needle = [{ side = "left", gauge = 11, opening = "end" }]   # the keys of a plan: azygos plan --template
portions = [{ volume_ml = 1.0, rate_ml_min = 3.0 }, { wait_s = 30 }, { volume_ml = 3.0, rate_ml_min = 3.0 }]

[cement]
name = "generic_low_viscosity"    # `azygos plan --cements` lists them
age_at_start_min = 4.0            # from the start of mixing to the first portion

[operator]
stops_on_seen_leak = true         # sees late, and misses

[session]
gets_up_after_h = 4.0
marrow_vented_share = 0.0         # marrow that a vent hole or lavage takes out, 0 to 1

[course]
clot = "none"                     # on cement in the lungs: "none", "slow" or "grows"; nobody knows, see the docs

# [[vein]]                        # what is known of a named vein of this patient
# name = "azygos vein"
# blocked = true                  # or diameter_mm = 8.0

[[treatment]]                     # "anticoagulation", "lysis", "embolectomy", "catheter" or "watching"
kind = "anticoagulation"
when = "symptoms"                 # or day = 14
days = 90                         # anticoagulation and lysis last; the others happen at once

[[visit]]
day = 90
looks_with = "ct"                 # or "ct angiography", "film", "echo", "clinic"
"""
