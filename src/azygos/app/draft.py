"""A plan that is being made on the page: read as its file would be, tied to the body that is shown, and saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from azygos.ground.errors import InputError, require
from azygos.plan import PlanFile, parse_plan

NAME = "plan.toml"
MOST_DRAWS = 1000  # on the page; the command line takes more
HIGHEST = 2**32 - 1  # seed, patient or number of a draw
_WHERE = re.compile(rf"^{re.escape(NAME)}(, line \d+)?: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a body comes from, as the command line would be told."""

    level: str
    spacing_mm: float
    virtual: int | None = None
    fracture: str | None = None  # as asked for; None leaves it to the virtual patient
    cleft: bool | None = None
    scan: str | None = None  # the page's id of the CT
    labels: str | None = None  # the path of its label map, never told to the page
    label_names: str | None = None
    series: str | None = None
    repair: bool = False
    at_mm: tuple[float, float, float] | None = None

    def words(self) -> list[str]:
        """The options that give this body to ``azygos plan``."""
        if self.virtual is not None:
            return ["--virtual", str(self.virtual)]
        told = ["-i", "CT"]
        if self.at_mm is not None:
            told += ["--at", ",".join(f"{number:.10g}" for number in self.at_mm)]
        if self.labels:
            told += ["--labels", "MAP"]
            told += ["--label-names", self.label_names] if self.label_names else []
        told += ["--series", self.series] if self.series else []
        return [*told, "--repair"] if self.repair else told


def read_draft(draft: object, origin: Origin) -> PlanFile:
    """The plan that a draft means, or one sentence as the reader of plan files says it.

    Parameters
    ----------
    draft : object
        The tables of a plan file, as they come from the page.
    origin : Origin
        Of the body that is shown: its level, fracture and cleft are put in where the draft leaves them open.

    Raises
    ------
    InputError
        For what the reader of plan files refuses, and for a plan of another body than the one shown.
    """
    require(isinstance(draft, Mapping), "the plan is not a table. Send it as the page writes it.")
    assert isinstance(draft, Mapping)
    try:
        plan = parse_plan(_as_toml(draft), NAME)
    except InputError as error:
        raise InputError(_WHERE.sub("", str(error))) from None
    return _tied(plan, origin)


def _as_toml(draft: Mapping[str, Any]) -> str:
    """The draft as the text of a plan file, so that both are read by one reader."""
    import tomli_w

    try:
        text = tomli_w.dumps(_told(draft))
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError):
        raise InputError("the plan cannot be written as TOML. Send plain numbers and texts only.") from None
    return text


def _told(value: Any) -> Any:
    """Without what is null, which a plan file says by leaving it out."""
    if isinstance(value, Mapping):
        return {str(key): _told(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_told(inner) for inner in value if inner is not None]
    return value


def _tied(plan: PlanFile, origin: Origin) -> PlanFile:
    """The plan with the shown body's level, fracture and cleft, if it is a plan for that body."""
    count = len(plan.vertebra)
    require(count == 1, f"this page plans one vertebra, and the plan has {count}. Run it with azygos plan.")
    task = plan.vertebra[0]
    _require_same("level", task.level, origin.level)
    changes: dict[str, Any] = {"level": origin.level}
    if origin.virtual is not None:
        _require_same("fracture", task.fracture, origin.fracture)
        _require_same("cleft", task.cleft, origin.cleft)
        asked = {"fracture": origin.fracture, "cleft": origin.cleft}
        changes |= {key: value for key, value in asked.items() if value is not None}
    else:
        require(
            task.fracture is None and task.cleft is None,
            f"{origin.level}: fracture and cleft are for virtual vertebrae. Remove them: the CT shows what there is.",
        )
    unlike = [key for key in ("height_lost_share", "bone_fraction") if getattr(task, key) is not None]
    require(
        not unlike,
        f"the plan says {' and '.join(unlike)}, and this page shows a body of its own. Run it with azygos plan.",
    )
    tied = task.model_copy(update=changes)
    return plan.model_copy(update={"vertebra": (tied,)})


def _require_same(key: str, said: object, shown: object) -> None:
    require(
        said is None or said == shown,
        f"the plan says {key} = {_word(said)}, but the body that is shown has {_word(shown)}. Show that body first.",
    )


def _word(value: object) -> str:
    """A value as a plan file writes it; what was left open is the patient's own."""
    if value is None:
        return "its own"
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_whole(number: object, what: str) -> int:
    """A seed or the number of a draw, or a sentence on what it may be."""
    whole = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= HIGHEST
    require(whole, f"the {what} is {_short(number)}. Give a whole number from 0 to {HIGHEST}.")
    assert isinstance(number, int)
    return number


def check_draws(draws: object) -> int:
    """How many draws, or a sentence on how many there may be."""
    whole = isinstance(draws, int) and not isinstance(draws, bool) and 1 <= draws <= MOST_DRAWS
    require(whole, f"the number of draws is {_short(draws)}. Give 1 to {MOST_DRAWS}; 32 is usual.")
    assert isinstance(draws, int)
    return draws


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def save(plan: PlanFile, origin: Origin, seed: int, draws: int) -> dict[str, Any]:
    """The plan's file, and the command that runs it to the same numbers.

    Returns
    -------
    saved : dict
        ``toml``, ``name``, ``command`` and ``note``.
    """
    numbers = ["--draws", str(draws), "--seed", str(seed), "--spacing", f"{origin.spacing_mm:g}"]
    words = ["azygos", "plan", *origin.words(), NAME, *numbers, "-o", "out"]
    return {"toml": plan.toml(), "name": NAME, "command": _line(words), "note": _note(origin)}


def _line(words: Sequence[str]) -> str:
    import shlex

    return shlex.join(words)


def _note(origin: Origin) -> str:
    same = "It gives the same numbers as this page."
    if origin.virtual is not None:
        return same
    if origin.labels:
        return f"Put the paths of this scan and of its label map in the places of CT and MAP. {same}"
    return f"Put the path of this scan in the place of CT. {same}"
