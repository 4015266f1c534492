"""Plan files: TOML with plain numbers and the unit in the key, read with messages that show the way out."""

from __future__ import annotations

import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from azygos.ground.anatomy import check_level
from azygos.ground.errors import InputError, require
from azygos.plan.toml_lines import line_of
from azygos.values.cements import cement_named
from azygos.values.needles import INNER_DIAMETERS

MAX_ALTERNATIVES = 5
LONGEST_PATH_MM = 150.0  # from the skin of a large back to the front wall; cannulas end there too

Point = Annotated[tuple[float, float, float], Field(strict=False)]


class _Table(BaseModel):
    """A table of the plan: no unknown keys, no change after reading, no text where a number belongs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class NeedlePlan(_Table):
    """One cannula: by two points in the body, or by a side, for which a route through the pedicle is suggested."""

    entry_mm: Point | None = None  # LPS, where it enters the bone
    tip_mm: Point | None = None  # LPS
    side: Literal["left", "right"] | None = None  # of the suggested route
    gauge: int = 11
    opening: Literal["end", "side"] = "end"

    @field_validator("gauge")
    @classmethod
    def _known_gauge(cls, gauge: int) -> int:
        if gauge not in INNER_DIAMETERS:
            raise ValueError(f"gauge is {gauge}. Possible are {_listed([str(known) for known in INNER_DIAMETERS])}.")
        return gauge

    @model_validator(mode="after")
    def _points_or_side(self) -> Self:
        if (self.entry_mm is None) != (self.tip_mm is None):
            raise ValueError(
                "a needle has only one of entry_mm and tip_mm. Give both, or neither, and a route is suggested."
            )
        if self.entry_mm is not None and self.side is not None:
            raise ValueError("a needle has both points and a side. Give entry_mm and tip_mm, or side.")
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


class PortionPlan(_Table):
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


class VertebraPlan(_Table):
    """What is done to one vertebra."""

    level: str | None = None  # None: --level says it
    needle: Needles | None = None  # None: one 11G from the left by a suggested route
    procedure: Procedure = "vertebroplasty"
    balloon_ml: BalloonMl | None = None
    portions: Portions
    fracture: Literal["none", "wedge", "biconcave", "crush"] | None = None  # virtual vertebrae only
    cleft: bool | None = None  # virtual vertebrae only

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


class CementPlan(_Table):
    """Which cement, and its history until the first portion."""

    name: KnownCement
    age_at_start_min: AgeMin  # from the start of mixing, by the clock
    store_temperature_c: StoreC = 21.0
    minutes_out_of_store: StoreMin = 60.0
    room_temperature_c: RoomC = 21.0


class OperatorPlan(_Table):
    """Who watches the screen."""

    stops_on_seen_leak: bool = True


class CementChange(_Table):
    """What an alternative changes about the cement."""

    name: KnownCement | None = None
    age_at_start_min: AgeMin | None = None
    store_temperature_c: StoreC | None = None
    minutes_out_of_store: StoreMin | None = None
    room_temperature_c: RoomC | None = None


class Alternative(_Table):
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


class PlanFile(_Table):
    """A whole plan, as its file says it: plain numbers with the unit in the key."""

    vertebra: Annotated[tuple[VertebraPlan, ...], Field(strict=False, min_length=1)]
    cement: CementPlan
    operator: OperatorPlan = OperatorPlan()
    alternative: Annotated[tuple[Alternative, ...], Field(strict=False, max_length=MAX_ALTERNATIVES)] = ()

    @model_validator(mode="after")
    def _no_doubles(self) -> Self:
        levels = [vertebra.level for vertebra in self.vertebra if vertebra.level is not None]
        _refuse_double(levels, "level {} is in the plan twice. Put all its portions into one [[vertebra]].")
        names = [alternative.name for alternative in self.alternative]
        _refuse_double(names, "two alternatives are called {!r}. Give each its own name.")
        return self

    def names(self) -> tuple[str, ...]:
        """Names of what is compared, the plan itself first."""
        return ("the plan", *(alternative.name for alternative in self.alternative))

    def toml(self) -> str:
        """The plan as TOML without its comments, which may hold a patient's name; keys left out are left out."""
        import tomli_w

        return tomli_w.dumps(self.model_dump(mode="json", exclude_unset=True))


def _refuse_double(items: Iterable[str], message: str) -> None:
    seen: set[str] = set()
    for item in items:
        if item in seen:
            raise ValueError(message.format(item))
        seen.add(item)


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
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors begin with a mark
    except FileNotFoundError:
        raise InputError(
            f"{path} is not there. Write a plan to begin with: azygos plan --template > plan.toml"
        ) from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError(
            f"{path} is not a text file. Give a plan in TOML: azygos plan --template > plan.toml"
        ) from None
    return parse_plan(text, path.name)


def parse_plan(text: str, name: str = "plan.toml") -> PlanFile:
    """Read a plan from text; `name` is what messages call it."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{name} is not valid TOML: {_lower_first(str(error))}. "
            "Mend it there; how a plan is written: azygos plan --template"
        ) from None
    except RecursionError:
        raise InputError(f"{name} is not a plan: its brackets lie too deep in each other.") from None
    try:
        plan = PlanFile.model_validate(tables)
        check_alternatives(plan)
    except ValidationError as error:
        raise InputError(_sentence(error, text, name, tables)) from None
    except InputError as error:
        raise InputError(f"{name}{error}") from None
    return plan


def check_alternatives(plan: PlanFile) -> None:
    """Refuse alternatives whose overrides do not fit the plan."""
    for alternative in plan.alternative:
        try:
            apply_alternative(plan, alternative)
        except ValidationError as error:
            raise InputError(f": alternative {alternative.name!r}: {_plain(error.errors()[0])}") from None


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


# From pydantic's errors to one sentence ---------------------------------------------------------------------------

_UNITS = {"_ml_min": "mL/min", "_ml": "mL", "_mm": "mm", "_min": "min", "_s": "s", "_c": "degrees C", "_store": "min"}
_EXAMPLES = {
    "level": '"L1"',
    "name": '"generic_high_viscosity"',
    "age_at_start_min": "4.0",
    "portions": "[{ volume_ml = 1.0, rate_ml_min = 2.0 }]",
}
_POINT = "Give three plain numbers in mm, for example [34.0, 61.0, -12.0]."


def _sentence(error: ValidationError, text: str, name: str, tables: Mapping[str, Any]) -> str:
    """The first error as one sentence with its line."""
    first = _first(error)
    place = tuple(first["loc"])
    line = line_of(text, place)
    where = f"{name}, line {line}: " if line else f"{name}: "
    return where + _plain(first)


def _first(error: ValidationError) -> Mapping[str, Any]:
    """Unknown keys first: a misspelt key explains a missing one."""
    errors = cast("list[Mapping[str, Any]]", error.errors(include_url=False))
    return next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])


def _plain(error: Mapping[str, Any]) -> str:
    """What was met, what is possible, what to do."""
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(error["loc"])
    if kind == "missing":
        return _missing_key(error["loc"])
    if kind == "value_error":
        return str(error["ctx"]["error"])
    key = _key_of(error["loc"])
    if kind == "too_long":
        return f"the plan has {len(error['input'])} of [[{key}]]. At most {error['ctx']['max_length']} are possible."
    met = f"{key} is {_shown(error['input'])}."
    if kind == "literal_error":
        return f"{met} {_possible(error['input'], _choices(error))}"
    return f"{met} {_wanted(kind, key)}"


def _wanted(kind: str, key: str) -> str:
    """What a number, text, list or switch should have been."""
    unit = next((f" {unit}" for end, unit in _UNITS.items() if key.endswith(end)), "")
    low, high = _LIMITS.get(key, (None, None))
    if kind in ("greater_than", "greater_than_equal", "less_than_equal", "finite_number"):
        return f"Give a number {low} to {high:g}{unit}." if low else f"Give a plain number in{unit}."
    if kind == "bool_type":
        return "Write true or false."
    if kind == "string_type":
        return f"Write it in quotation marks, for example {_EXAMPLES.get(key, chr(34) + 'text' + chr(34))}."
    if key in ("entry_mm", "tip_mm"):
        return _POINT
    if kind == "too_short":
        return "Give at least one."
    if kind in ("float_type", "int_type", "int_from_float"):
        return f"Give a {'whole' if kind.startswith('int') else 'plain'} number{' in' + unit if unit else ''}."
    if key in ("vertebra", "alternative"):
        return f"Write it as a table of its own, under [[{key}]]."
    if kind in ("tuple_type", "list_type"):
        return "Write a list: [{ ... }, { ... }]."
    return f"Write it as one table, under [{key}]." if key in ("cement", "operator") else "Write a table: { ... }."


_LIMITS: dict[str, tuple[str, float]] = {
    "volume_ml": ("above 0 and up", 20),
    "rate_ml_min": ("above 0 and up", 30),
    "wait_s": ("above 0 and up", 3600),
    "balloon_ml": ("above 0 and up", 8),
    "age_at_start_min": ("from 0", 60),
    "store_temperature_c": ("from 0", 40),
    "room_temperature_c": ("from 10", 40),
    "minutes_out_of_store": ("from 0", 1440),
    "needle": ("from 1", 8),
}


def _unknown_key(place: tuple[str | int, ...]) -> str:
    key = str(place[-1])
    known = _keys_at(place[:-1])
    return f"unknown key {key!r}{_table_of(place)}. {_possible(key, known)}"


def _missing_key(place: tuple[str | int, ...]) -> str:
    key = _key_of(place)
    if key in ("entry_mm", "tip_mm"):
        return f"{key} has too few numbers. {_POINT}"
    if len(place) == 1:
        head = f"[[{key}]]" if key == "vertebra" else f"[{key}]"
        return f"the plan has no {head}. A whole plan to begin with: azygos plan --template > plan.toml"
    shown = '"wait longer"' if key == "name" and place[0] == "alternative" else _EXAMPLES.get(key)
    example = f" Write for example {key} = {shown}." if shown else ""
    return f"{key} is missing{_table_of(place)}.{example}"


def _table_of(place: tuple[str | int, ...]) -> str:
    """Where a key stands, as the reader wrote it."""
    names = [str(part) for part in place[:-1] if isinstance(part, str)]
    if not names:
        return ""
    head = f"[[{names[0]}]]" if names[0] in ("vertebra", "alternative") else f"[{names[0]}]"
    return f" in {' of '.join([*reversed(names[1:]), head])}"


def _keys_at(place: tuple[str | int, ...]) -> list[str]:
    """Keys that are possible in the table at `place`."""
    tables: dict[str, type[BaseModel]] = {
        "vertebra": VertebraPlan,
        "needle": NeedlePlan,
        "portions": PortionPlan,
        "operator": OperatorPlan,
        "alternative": Alternative,
    }
    names = [part for part in place if isinstance(part, str)]
    if not names:
        return list(PlanFile.model_fields)
    if names[-1] == "cement":
        return list(CementPlan.model_fields)
    return list(tables[names[-1]].model_fields)


def _key_of(place: tuple[str | int, ...]) -> str:
    return next((str(part) for part in reversed(place) if isinstance(part, str)), "the plan")


def _choices(error: Mapping[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))


def _possible(met: object, choices: list[str]) -> str:
    near = difflib.get_close_matches(str(met), choices, n=1, cutoff=0.6)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Possible {'is' if len(choices) == 1 else 'are'} {_listed(choices)}."


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _shown(value: object) -> str:
    """A value as it stands in TOML, cut where it is long."""
    try:
        text = json.dumps(value)
    except TypeError:
        text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
