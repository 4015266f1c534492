"""Plan files: TOML with plain numbers and the unit in the key, read with messages that show the way out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from azygos.ground.anatomy import check_level
from azygos.ground.errors import InputError, require
from azygos.plan.sentences import FileWords, listed, parse_toml, plain, read_toml, sentence
from azygos.values.cements import cement_named
from azygos.values.needles import INNER_DIAMETERS

MAX_ALTERNATIVES = 5
LONGEST_PATH_MM = 150.0  # from the skin of a large back to the front wall; cannulas end there too

TipShare = Annotated[float, Field(ge=0.1, le=0.9)]
Point = Annotated[tuple[float, float, float], Field(strict=False)]


class Table(BaseModel):
    """A table of the plan: no unknown keys, no change after reading, no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _known_gauge(gauge: int) -> int:
    if gauge not in INNER_DIAMETERS:
        raise ValueError(f"gauge is {gauge}. Possible are {listed([str(known) for known in INNER_DIAMETERS])}.")
    return gauge


KnownGauge = Annotated[int, AfterValidator(_known_gauge)]


class NeedlePlan(Table):
    """One cannula: by two points in the body, or by a side, for which a route through the pedicle is suggested."""

    entry_mm: Point | None = None  # LPS, where it enters the bone
    tip_mm: Point | None = None  # LPS
    side: Literal["left", "right"] | None = None  # of the suggested route
    gauge: KnownGauge = 11
    opening: Literal["end", "side"] = "end"
    tip_from_front_share: TipShare | None = None  # of the body's depth, behind its front wall; of a suggested route

    @model_validator(mode="after")
    def _points_or_side(self) -> Self:
        if (self.entry_mm is None) != (self.tip_mm is None):
            raise ValueError(
                "a needle has only one of entry_mm and tip_mm. Give both, or neither, and a route is suggested."
            )
        if self.entry_mm is not None and self.side is not None:
            raise ValueError("a needle has both points and a side. Give entry_mm and tip_mm, or side.")
        if self.entry_mm is not None and self.tip_from_front_share is not None:
            raise ValueError(
                "a needle has both points and tip_from_front_share, which belongs to a suggested route. "
                "Give entry_mm and tip_mm, or tip_from_front_share."
            )
        if self.entry_mm is not None and self.tip_mm is not None:
            _check_path(math.dist(self.entry_mm, self.tip_mm))
        return self


def _check_path(length_mm: float) -> None:
    """Refuse a path through bone that has no direction, or is longer than the longest cannula."""
    if length_mm < 1.0:
        raise ValueError(
            f"entry_mm and tip_mm lie {length_mm:.1f} mm apart, which gives the needle no direction. "
            "Give the place where it enters the bone, and its tip."
        )
    if length_mm > LONGEST_PATH_MM:
        raise ValueError(
            f"entry_mm and tip_mm lie {length_mm:.0f} mm apart, and no path through a vertebra is longer than "
            f"{LONGEST_PATH_MM:.0f} mm. Give both in mm in the scan's LPS coordinates."
        )


class PortionPlan(Table):
    """One push of the plunger, or a wait."""

    volume_ml: float | None = Field(default=None, gt=0, le=20)
    rate_ml_min: float | None = Field(default=None, gt=0, le=30)
    needle: int | None = Field(default=None, ge=1, le=8)  # from 1, in the order of the needles
    wait_s: float | None = Field(default=None, gt=0, le=3600)

    @model_validator(mode="after")
    def _push_or_wait(self) -> Self:
        push = self.volume_ml is not None or self.rate_ml_min is not None
        if push == (self.wait_s is not None):
            raise ValueError("a portion is either a push (volume_ml and rate_ml_min) or a wait (wait_s).")
        if (self.volume_ml is None) != (self.rate_ml_min is None):
            raise ValueError("a portion has only one of volume_ml and rate_ml_min. Give both.")
        if self.wait_s is not None and self.needle is not None:
            raise ValueError("a wait goes through no needle. Remove needle from it.")
        return self


def _known_cement(name: str) -> str:
    try:
        return cement_named(name).name
    except InputError as error:
        raise ValueError(f"{error}") from None


KnownCement = Annotated[str, AfterValidator(_known_cement)]
Needles = Annotated[tuple[NeedlePlan, ...], Field(strict=False, min_length=1)]
Portions = Annotated[tuple[PortionPlan, ...], Field(strict=False, min_length=1)]
Procedure = Literal["vertebroplasty", "kyphoplasty"]
BalloonMl = Annotated[float, Field(gt=0, le=8)]
AgeMin = Annotated[float, Field(ge=0, le=60)]
StoreC = Annotated[float, Field(ge=0, le=40)]
RoomC = Annotated[float, Field(ge=10, le=40)]
StoreMin = Annotated[float, Field(ge=0, le=1440)]


HeightLost = Annotated[float, Field(gt=0, le=0.8)]
BoneFraction = Annotated[float, Field(ge=0.02, le=0.3)]


class VertebraPlan(Table):
    """What is done to one vertebra."""

    level: str | None = None  # None: --level says it
    needle: Needles | None = None  # None: one 11G from the left by a suggested route
    procedure: Procedure = "vertebroplasty"
    balloon_ml: BalloonMl | None = None
    portions: Portions
    fracture: Literal["none", "wedge", "biconcave", "crush"] | None = None  # virtual vertebrae only
    cleft: bool | None = None  # virtual vertebrae only
    height_lost_share: HeightLost | None = None  # where most is lost; virtual vertebrae only
    bone_fraction: BoneFraction | None = None  # bone over total volume before it broke; virtual vertebrae only

    @field_validator("level")
    @classmethod
    def _usual_spelling(cls, level: str | None) -> str | None:
        try:
            return None if level is None else check_level(level)
        except InputError as error:
            raise ValueError(f"{error}") from None

    @property
    def needles(self) -> tuple[NeedlePlan, ...]:
        """The needles, also where the plan leaves them to a suggestion."""
        return self.needle or (NeedlePlan(side="left"),)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.procedure == "kyphoplasty" and self.balloon_ml is None:
            raise ValueError("kyphoplasty needs balloon_ml, the volume of the balloon. Write for example 3.0.")
        if self.procedure == "vertebroplasty" and self.balloon_ml is not None:
            raise ValueError('balloon_ml belongs to kyphoplasty. Remove it, or write procedure = "kyphoplasty".')
        if self.fracture == "none" and self.height_lost_share is not None:
            raise ValueError(
                'height_lost_share belongs to a fracture. Remove it, or write for example fracture = "wedge".'
            )
        pushes = [portion for portion in self.portions if portion.wait_s is None]
        if not pushes:
            raise ValueError("all portions are waits. Add one with volume_ml and rate_ml_min.")
        total = sum(portion.volume_ml or 0.0 for portion in pushes)
        if total > 20.0:
            raise ValueError(f"the portions add up to {total:g} mL. A vertebra takes up to 20 mL.")
        self._every_needle_used([portion.needle or 1 for portion in pushes])
        return self

    def _every_needle_used(self, used: list[int]) -> None:
        count = len(self.needles)
        if max(used) > count:
            raise ValueError(f"a portion goes through needle {max(used)}, but the plan has {count}.")
        idle = [index for index in range(1, count + 1) if index not in used]
        if idle:
            raise ValueError(
                f"no portion goes through needle {idle[0]}. Give it one (needle = {idle[0]}) or remove it."
            )


class CementPlan(Table):
    """Which cement, and its history until the first portion."""

    name: KnownCement
    age_at_start_min: AgeMin  # from the start of mixing, by the clock
    store_temperature_c: StoreC = 21.0
    minutes_out_of_store: StoreMin = 60.0
    room_temperature_c: RoomC = 21.0


class OperatorPlan(Table):
    """Who watches the screen."""

    stops_on_seen_leak: bool = True


class CementChange(Table):
    """What an alternative changes about the cement."""

    name: KnownCement | None = None
    age_at_start_min: AgeMin | None = None
    store_temperature_c: StoreC | None = None
    minutes_out_of_store: StoreMin | None = None
    room_temperature_c: RoomC | None = None


class Alternative(Table):
    """Another way to do it, compared with the plan on the same draws; overrides hold for every vertebra."""

    name: str
    cement: CementChange | None = None
    operator: OperatorPlan | None = None
    needle: Needles | None = None
    procedure: Procedure | None = None
    balloon_ml: BalloonMl | None = None
    portions: Portions | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.model_fields_set <= {"name"}:
            raise ValueError(
                f"alternative {self.name!r} changes nothing. "
                "Add an override, for example cement.age_at_start_min = 8.0."
            )
        return self


class PlanFile(Table):
    """A whole plan, as its file says it: plain numbers with the unit in the key."""

    vertebra: Annotated[tuple[VertebraPlan, ...], Field(strict=False, min_length=1)]
    cement: CementPlan
    operator: OperatorPlan = OperatorPlan()
    alternative: Annotated[tuple[Alternative, ...], Field(strict=False, max_length=MAX_ALTERNATIVES)] = ()

    @model_validator(mode="after")
    def _no_doubles(self) -> Self:
        levels = [vertebra.level for vertebra in self.vertebra if vertebra.level is not None]
        refuse_double(levels, "level {} is in the plan twice. Put all its portions into one [[vertebra]].")
        names = [alternative.name for alternative in self.alternative]
        refuse_double(names, "two alternatives are called {!r}. Give each its own name.")
        return self

    def names(self) -> tuple[str, ...]:
        """Names of what is compared, the plan itself first."""
        return ("the plan", *(alternative.name for alternative in self.alternative))

    def toml(self) -> str:
        """The plan as TOML without its comments, which may hold a patient's name; keys left out are left out."""
        import tomli_w

        return tomli_w.dumps(self.model_dump(mode="json", exclude_unset=True))


def refuse_double(items: Iterable[str], message: str) -> None:
    """Refuse an item that stands twice; `message` has a place for it."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            raise ValueError(message.format(item))
        seen.add(item)


WORDS = FileWords(noun="plan", template="azygos plan --template > plan.toml", root=PlanFile)


def read_plan(path: Path) -> PlanFile:
    """Read a plan file, or say in one sentence what is wrong, in which line and what is possible.

    Parameters
    ----------
    path : Path
        A TOML file like the one that :func:`azygos.plan.template.plan_template` gives.

    Raises
    ------
    InputError
        For a missing file, broken TOML, an unknown key or an impossible value.
    """
    return parse_plan(read_toml(path, WORDS), path.name)


def parse_plan(text: str, name: str = "plan.toml") -> PlanFile:
    """Read a plan from text; `name` is what messages call it."""
    tables = parse_toml(text, name, WORDS)
    try:
        plan = PlanFile.model_validate(tables)
        check_alternatives(plan)
    except ValidationError as error:
        raise InputError(sentence(error, text, name, WORDS)) from None
    except InputError as error:
        raise InputError(f"{name}{error}") from None
    return plan


def check_alternatives(plan: PlanFile) -> None:
    """Refuse alternatives whose overrides do not fit the plan."""
    for alternative in plan.alternative:
        try:
            apply_alternative(plan, alternative)
        except ValidationError as error:
            raise InputError(f": alternative {alternative.name!r}: {plain(error.errors()[0], WORDS)}") from None


def apply_alternative(plan: PlanFile, alternative: Alternative) -> PlanFile:
    """The plan with one alternative's overrides in place, and no alternatives of its own.

    Parameters
    ----------
    plan : PlanFile
        What is compared with.
    alternative : Alternative
        Overrides of the cement, the operator, and of every vertebra.

    Returns
    -------
    plan : PlanFile
        Checked anew, so that a balloon without kyphoplasty is found here too.
    """
    tables = plan.model_dump(exclude_unset=True, exclude={"alternative"})
    changes = alternative.model_dump(exclude_unset=True, exclude={"name"})
    for table in ("cement", "operator"):
        tables[table] = {**tables.get(table, {}), **changes.pop(table, {})}
    if changes.get("procedure") == "vertebroplasty":
        changes.setdefault("balloon_ml", None)
    tables["vertebra"] = [{**vertebra, **changes} for vertebra in tables["vertebra"]]
    return PlanFile.model_validate(tables)


def at_level(plan: PlanFile, level: str | None) -> PlanFile:
    """The plan with ``--level`` put in where the file leaves the level open.

    Raises
    ------
    InputError
        If a vertebra has no level, or another than ``--level`` says.
    """
    levels = [vertebra.level for vertebra in plan.vertebra]
    if level is None:
        require(
            None not in levels, 'the plan names no level. Write level = "L1" under [[vertebra]], or give --level L1.'
        )
        return plan
    level = check_level(level)
    require(
        len(levels) == 1,
        f"--level {level} fits a plan of one vertebra; this one has {len(levels)}. Leave --level out.",
    )
    require(
        levels[0] in (None, level),
        f"the plan is for {levels[0]}, but --level says {level}. Leave --level out or change the plan.",
    )
    return plan.model_copy(update={"vertebra": (plan.vertebra[0].model_copy(update={"level": level}),)})
