"""Virtual patients like the one asked about: counted from a trial's ``incidence.csv``.

Patients are narrowed by what the simulation knows: region, number of levels, procedure, viscosity. Where too few are
left the group is widened, levels first and region last; a procedure or a cement is never swapped for another. The age
of the fracture is not used, for nothing in the simulated physics depends on it.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from azygos.evidence.risk.answer import Chance, Seen, Simulated
from azygos.evidence.risk.factors import NORMAL_95
from azygos.evidence.risk.person import Look, Person, Procedure
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel
from azygos.values.risk import LEAST_PATIENTS

SHIPPED = "simulated_incidence.csv"
NOT_SHIPPED = "no simulated answer is shipped; give --trial with the folder of a finished trial"
ENDS = ("low", "mid", "high")
COLUMNS_OF = {
    Look.CT: "seen_planned_ct",
    Look.ROUTINE_CT: "seen_routine_ct",
    Look.FILM: "seen_film",
    Look.FLUOROSCOPY: "seen_fluoroscopy",
}
PROCEDURES = {Procedure.PVP: "vertebroplasty", Procedure.PKP: "kyphoplasty"}
KEYS = ("strategy", "procedure", "viscosity", "levels", "region")
COUNTS = (
    "finished",
    "weight",
    "weight_squares",
    "symptomatic_14d",
    "heart_any",
    "died",
    *(f"{column}_{end}" for column in COLUMNS_OF.values() for end in ENDS),
)
ANY_LEVELS = frozenset({"1", "2", "3+"})
SEVERAL = frozenset({"2", "3+"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum(Parcel):
    """One line of the table: patients alike under one strategy."""

    strategy: str
    procedure: str
    viscosity: str
    levels: str
    region: str
    counts: Mapping[str, float]  # by name of COUNTS


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTable(Parcel):
    """What is counted of a trial."""

    name: str  # as a statement calls it
    strata: tuple[Stratum, ...]
    digest: str = ""  # SHA-256 of the file


def shipped_table() -> SimulatedTable | None:
    """The table of the reference trial that comes with azygos; None where none does."""
    place = resources.files("azygos.values").joinpath(SHIPPED)
    if not place.is_file():
        return None
    return parse_table(place.read_text(encoding="utf-8"), "the reference trial", SHIPPED)


def read_table(path: Path) -> SimulatedTable:
    """The table of a finished trial.

    Parameters
    ----------
    path : Path
        The folder of a trial, or its ``incidence.csv``.

    Raises
    ------
    InputError
        If it is not there, or is not such a table.
    """
    file = path / "incidence.csv" if path.is_dir() else path
    require(
        file.is_file(),
        f"{file} is not there. Give --trial the folder of a finished trial: azygos trial run trial.toml -o OUT.",
    )
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{file} is no table. Give --trial the folder of a finished trial.") from None
    return parse_table(text, "the given trial", str(file))


def parse_table(text: str, name: str, where: str) -> SimulatedTable:
    """Lines of an ``incidence.csv``; `where` is what messages call it."""
    lines = csv.DictReader(text.splitlines())
    missing = [column for column in (*KEYS, *COUNTS) if column not in (lines.fieldnames or ())]
    require(
        not missing,
        f"{where} has no column {missing[0] if missing else ''!r}. "
        "Give the incidence.csv of a finished trial; azygos trial report OUT makes it anew.",
    )
    strata = tuple(_stratum(line, where, number) for number, line in enumerate(lines, start=2))
    require(bool(strata), f"{where} holds no patients. Give the folder of a finished trial.")
    return SimulatedTable(name=name, strata=strata, digest=hashlib.sha256(text.encode()).hexdigest())


def _stratum(line: Mapping[str, str], where: str, number: int) -> Stratum:
    counts: dict[str, float] = {}
    for column in COUNTS:
        try:
            counts[column] = float(line[column])
        except (TypeError, ValueError):
            counts[column] = math.nan
        require(
            math.isfinite(counts[column]) and counts[column] >= 0.0,
            f"{where}, line {number}: {column} is {line[column]!r}. A count of patients belongs there.",
        )
    require(
        counts["finished"] == 0.0 or min(counts["weight"], counts["weight_squares"]) > 0.0,
        f"{where}, line {number}: patients have finished, but weigh nothing. Give the table as the trial wrote it.",
    )
    return Stratum(counts=counts, **{key: line[key] for key in KEYS})


def tell_simulated(person: Person, table: SimulatedTable, least: int | None = None) -> tuple[Simulated | None, str]:
    """What virtual patients like this one had.

    Parameters
    ----------
    person : Person
        Who is asked about.
    table : SimulatedTable
        Of a trial.
    least : int, optional
        How many patients a group must hold; by default ``values.risk.LEAST_PATIENTS``.

    Returns
    -------
    simulated : Simulated or None
        None where the trial has no such procedure or cement.
    reason : str
        Why there is none; empty where there is.
    """
    wanted = int(LEAST_PATIENTS.number) if least is None else least
    planned = [stratum for stratum in table.strata if _same_plan(stratum, person)]
    if not planned:
        return None, f"{table.name} has no patient with {_plan_words(person)}"
    widened: list[str] = []
    group: list[Stratum] = []
    for levels, region, words in _groups(person):
        group = [s for s in planned if s.levels in levels and region in (None, s.region)]
        if words:
            widened.append(words)
        if _patients(group) >= wanted:
            break
    if _patients(group) == 0:
        return None, f"{table.name} has no finished patient with {_plan_words(person)}"
    return _told(person, table, group, tuple(widened), wanted), ""


def _same_plan(stratum: Stratum, person: Person) -> bool:
    procedure = None if person.procedure is None else PROCEDURES[person.procedure]
    return procedure in (None, stratum.procedure) and (
        person.viscosity is None or person.viscosity.value == stratum.viscosity
    )


def _plan_words(person: Person) -> str:
    words = []
    if person.procedure is not None:
        words.append(PROCEDURES[person.procedure])
    if person.viscosity is not None:
        words.append(f"cement of {person.viscosity} viscosity")
    return " and ".join(words) or "any procedure"


def _groups(person: Person) -> Iterator[tuple[frozenset[str], str | None, str]]:
    """Ever wider groups: the levels, the region, and what was given up for it."""
    region = None if person.region is None else person.region.value
    if person.levels is not None:
        own = "3+" if person.levels >= 3 else str(person.levels)
        yield frozenset({own}), region, ""
        if person.levels >= 2:
            yield SEVERAL, region, "two levels or more are taken together"
        yield ANY_LEVELS, region, "any number of levels is taken"
    else:
        yield ANY_LEVELS, region, ""
    if region is not None:
        yield ANY_LEVELS, None, "any region and any number of levels are taken"


def _strategies(group: Sequence[Stratum]) -> list[str]:
    return list(dict.fromkeys(stratum.strategy for stratum in group))


def _patients(group: Sequence[Stratum]) -> int:
    """Finished patients; who is followed under several strategies counts once."""
    finished = sum(stratum.counts["finished"] for stratum in group)
    return int(finished / max(1, len(_strategies(group))))


def _told(
    person: Person, table: SimulatedTable, group: Sequence[Stratum], widened: tuple[str, ...], wanted: int
) -> Simulated:
    patients = _patients(group)
    total = {column: sum(stratum.counts[column] for stratum in group) for column in COUNTS}
    plain = total["weight"] ** 2 / total["weight_squares"] / len(_strategies(group))  # as many would tell as much

    def share(column: str) -> Chance:
        return wilson(total[column] / total["weight"], plain)

    return Simulated(
        table=table.name,
        group=_common(person, widened),
        widened=widened,
        patients=patients,
        strategies=tuple(_strategies(group)),
        few=patients < wanted,
        seen=tuple(_seen(look, [share(f"{column}_{end}") for end in ENDS]) for look, column in COLUMNS_OF.items()),
        symptomatic=share("symptomatic_14d"),
        heart=share("heart_any"),
        died=share("died"),
        plain=plain,
    )


def _seen(look: Look, ends: Sequence[Chance]) -> Seen:
    dim, middle, sharp = ends
    wide = Chance(low=min(dim.low, middle.low), value=middle.value, high=max(sharp.high, middle.high))
    return Seen(look=look, chance=wide, by_chance=middle, dim=dim.value, sharp=sharp.value)


def _common(person: Person, widened: Sequence[str]) -> tuple[str, ...]:
    """What the group shares with the patient, in words."""
    given_up = widened[-1] if widened else ""
    words = []
    if person.levels is not None and "any" not in given_up:
        several = bool(given_up)
        exact = "three levels or more" if person.levels >= 3 else ("two levels" if person.levels == 2 else "one level")
        words.append("two levels or more" if several else exact)
    if person.region is not None and "any region" not in given_up:
        words.append("levels in several regions" if person.region == "mixed" else f"{person.region} levels")
    if person.procedure is not None:
        words.append(PROCEDURES[person.procedure])
    if person.viscosity is not None:
        words.append(f"{person.viscosity} viscosity")
    return tuple(words)


def wilson(share: float, patients: float) -> Chance:
    """A share with its 95 % interval, after Wilson.

    Examples
    --------
    >>> found = wilson(0.05, 100)
    >>> round(found.low, 3), round(found.high, 3)
    (0.022, 0.112)
    """
    z2 = NORMAL_95**2
    share = min(max(share, 0.0), 1.0)
    centre = (share + z2 / (2.0 * patients)) / (1.0 + z2 / patients)
    half = NORMAL_95 * math.sqrt(share * (1.0 - share) / patients + z2 / (4.0 * patients**2)) / (1.0 + z2 / patients)
    return Chance(low=max(0.0, min(share, centre - half)), value=share, high=min(1.0, max(share, centre + half)))
