"""Trial files: how many patients, which of them, and what is done to each, one table a strategy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from azygos.ground.errors import InputError
from azygos.plan.plan_file import AgeMin, BalloonMl, KnownCement, KnownGauge, Procedure, Table, TipShare, refuse_double
from azygos.plan.sentences import FileWords, listed, parse_toml, read_toml, sentence
from azygos.trial.columns import BEYOND, COURSE, SESSION
from azygos.values.body import AGE
from azygos.values.population import FRACTURE_AGE

MAX_STRATEGIES = 8
GRID_MM = 1.0  # edge of a cell in bone unless the file says otherwise
PRIMARY = "embolus_ct"

Region = Literal["thoracic", "thoracolumbar", "lumbar"]
Years = Annotated[float, Field(ge=18, le=110)]
Levels = Annotated[int, Field(ge=1, le=4)]
Days = Annotated[float, Field(gt=0, le=3650)]


class TrialTable(Table):
    """The trial as a whole."""

    name: str
    question: str = ""
    patients: Annotated[int, Field(ge=1, le=10_000_000)]
    seed: Annotated[int, Field(ge=0)] = 0
    spacing_mm: Annotated[float, Field(ge=0.25, le=3)] = GRID_MM
    importance: bool = False  # half of the patients pushed towards rare courses, and weighted
    primary: str = PRIMARY  # the outcome that answers the question

    @model_validator(mode="after")
    def _known_primary(self) -> Self:
        known = [one.name for one in (*SESSION, *BEYOND, *COURSE) if one.kind == "yes"]
        if self.primary not in known:
            raise ValueError(f'primary is "{self.primary}". Possible are {listed(known)}.')
        return self


class PopulationTable(Table):
    """What narrows the patients; what is left out is drawn as ever."""

    sex: Literal["female", "male"] | None = None
    age_years: Annotated[tuple[Years, Years], Field(strict=False)] | None = None
    levels: Annotated[tuple[Levels, Levels], Field(strict=False)] | None = None
    region: Region | None = None  # where all treated levels lie
    fracture_age_days: Annotated[tuple[Days, Days], Field(strict=False)] | None = None
    cleft: bool | None = None  # of the first level; false: of any level

    @model_validator(mode="after")
    def _ranges_rise(self) -> Self:
        for name in ("age_years", "levels", "fracture_age_days"):
            wish = getattr(self, name)
            if wish is not None and wish[0] > wish[1]:
                raise ValueError(f"{name} is [{wish[0]:g}, {wish[1]:g}]. Give the lower end first.")
        for name, drawn in (("age_years", AGE), ("fracture_age_days", FRACTURE_AGE)):
            wish, low, high = getattr(self, name), drawn.low or 0.0, drawn.high or 0.0
            if wish is not None and not max(wish[0], low) < min(wish[1], high):
                raise ValueError(
                    f"{name} is [{wish[0]:g}, {wish[1]:g}], which nobody meets: patients are drawn from "
                    f"{low:g} to {high:g}. Give a range within this."
                )
        if self.region == "lumbar" and self.levels is not None and self.levels[0] > 3:
            raise ValueError(f"levels is [{self.levels[0]}, {self.levels[1]}], and lumbar has three: L3, L4 and L5.")
        return self


class StrategyTable(Table):
    """One way to do it, the same for every patient."""

    name: str
    cement: KnownCement
    age_at_start_min: AgeMin  # from the start of mixing to the first portion
    rate_ml_min: Annotated[float, Field(gt=0, le=30)]
    volume_ml_thoracic: Annotated[float, Field(gt=0, le=12)]  # T1 to T12, times the patient's own factor
    volume_ml_lumbar: Annotated[float, Field(gt=0, le=12)]
    portion_ml: Annotated[float, Field(ge=0.1, le=12)] | None = None  # None: all in one push
    pause_s: Annotated[float, Field(gt=0, le=600)] | None = None  # between portions
    procedure: Procedure = "vertebroplasty"
    balloon_ml: BalloonMl | None = None  # None: the usual one of a kyphoplasty
    sides: Literal["drawn", "left", "right", "both"] = "drawn"  # drawn: left or right, each patient's own
    gauge: KnownGauge = 11
    opening: Literal["end", "side"] = "end"
    tip_from_front_share: TipShare | None = None  # None: the usual 0.3
    marrow_vented_share: Annotated[float, Field(ge=0, le=1)] = 0.0  # by a vent hole or lavage
    gets_up_after_h: Annotated[float, Field(ge=0.5, le=168)] = 4.0
    stops_on_seen_leak: bool = True
    clot: Literal["none", "slow", "grows"] = "none"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.name.strip():
            raise ValueError('a strategy has an empty name. Give it one, for example "thick cement".')
        if self.balloon_ml is not None and self.procedure == "vertebroplasty":
            raise ValueError('balloon_ml belongs to kyphoplasty. Remove it, or write procedure = "kyphoplasty".')
        if self.pause_s is not None and self.portion_ml is None:
            raise ValueError("pause_s needs portions to stand between. Give portion_ml, for example 1.0.")
        return self


class TrialFile(Table):
    """A whole trial, as its file says it."""

    trial: TrialTable
    population: PopulationTable = PopulationTable()
    strategy: Annotated[
        tuple[StrategyTable, ...], Field(strict=False, min_length=1, max_length=MAX_STRATEGIES)
    ]  # the first is the reference

    @model_validator(mode="after")
    def _no_doubles(self) -> Self:
        refuse_double(self.names(), "two strategies are called {!r}. Give each its own name.")
        return self

    def names(self) -> tuple[str, ...]:
        """Names of the strategies, the reference first."""
        return tuple(one.name for one in self.strategy)

    def named(self, name: str) -> StrategyTable:
        """The strategy of that name, or a sentence with the names there are."""
        for one in self.strategy:
            if one.name == name:
                return one
        raise InputError(f"there is no strategy {name!r}. The trial has {listed(list(self.names()))}.")

    def toml(self) -> str:
        """The trial as TOML without its comments; keys left out are left out."""
        import tomli_w

        return tomli_w.dumps(self.model_dump(mode="json", exclude_unset=True))


WORDS = FileWords(noun="trial", template="azygos trial template > trial.toml", root=TrialFile)


def read_trial(path: Path) -> TrialFile:
    """Read a trial file, or say in one sentence what is wrong, in which line and what is possible.

    Parameters
    ----------
    path : Path
        A TOML file like the one that :func:`trial_template` gives.

    Raises
    ------
    InputError
        For a missing file, broken TOML, an unknown key or an impossible value.
    """
    return parse_trial(read_toml(path, WORDS), path.name)


def parse_trial(text: str, name: str = "trial.toml") -> TrialFile:
    """Read a trial from text; `name` is what messages call it.

    Examples
    --------
    >>> parse_trial(trial_template()).names()
    ('as usual', 'four minutes longer')
    """
    tables = parse_toml(text, name, WORDS)
    try:
        return TrialFile.model_validate(tables)
    except ValidationError as error:
        raise InputError(sentence(error, text, name, WORDS)) from None


def trial_template() -> str:
    """Text of a trial with comments, which :func:`read_trial` reads as it is."""
    return _TEMPLATE


_TEMPLATE = """\
# A trial for azygos: many virtual patients, each under every strategy. Plain numbers, the unit is in the key.
# Research use only: not a medical device.
# Run it:  azygos trial run trial.toml -o OUT

[trial]
name = "wait longer"
question = "Does waiting four minutes longer prevent emboli in the lungs?"
patients = 200                    # each is followed under every strategy
seed = 1                          # patient k is the same in a trial of 10 or of 10000
spacing_mm = 1.0                  # edge of a cell in bone, 0.25 to 3
importance = false                # true: half of the patients pushed towards wide veins, and weighted
primary = "embolus_ct"            # the outcome that answers the question

[population]                      # what narrows the patients; what is left out is drawn
# sex = "female"                  # or "male"
# age_years = [70, 90]
# levels = [1, 2]                 # how many vertebrae, 1 to 4
# region = "thoracic"             # T1 to T10; or "thoracolumbar", T11 to L2; or "lumbar", L3 to L5
# fracture_age_days = [1, 14]
# cleft = false

[[strategy]]                      # one to eight; the first is the reference
name = "as usual"
cement = "generic_low_viscosity"  # `azygos plan --cements` lists them
age_at_start_min = 4.0            # from the start of mixing to the first portion
rate_ml_min = 2.0
volume_ml_thoracic = 3.0          # T1 to T12, times the patient's own factor, the same under each strategy
volume_ml_lumbar = 4.5
# portion_ml = 1.0                # left out: all in one push
# pause_s = 30                    # between portions
# procedure = "vertebroplasty"    # or "kyphoplasty"
# balloon_ml = 3.0                # of a kyphoplasty; left out: the usual one
# sides = "drawn"                 # left or right, each patient's own; or "left", "right", "both"
# gauge = 11                      # 8, 10, 11 or 13
# opening = "end"                 # or "side"
# tip_from_front_share = 0.3      # of the body's depth
# marrow_vented_share = 0.0       # marrow that a vent hole or lavage takes out, 0 to 1
# gets_up_after_h = 4.0
# stops_on_seen_leak = true       # sees late, and misses
# clot = "none"                   # on cement in the lungs: "none", "slow" or "grows"; nobody knows

[[strategy]]
name = "four minutes longer"
cement = "generic_low_viscosity"
age_at_start_min = 8.0
rate_ml_min = 2.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.5
"""
