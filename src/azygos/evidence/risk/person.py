"""Who is asked about: what is planned for a patient, and how one would look for cement in the lungs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel

MOST_LEVELS = 17  # T1 to L5
MOST_ML = 100.0
MOST_DAYS = 3650.0
LEVELS_OF = {"thoracic": ("T1 to T10", 10), "thoracolumbar": ("T11 to L2", 4), "lumbar": ("L3 to L5", 3)}
FRESH_DAYS = 14.0  # up to two weeks, as the study of fracture age divides


class Look(StrEnum):
    """How one looks for cement in the lungs; it decides what one finds."""

    CT = "ct"
    ROUTINE_CT = "routine-ct"
    FILM = "film"
    FLUOROSCOPY = "fluoroscopy"


class Region(StrEnum):
    """Where the treated levels lie."""

    THORACIC = "thoracic"
    THORACOLUMBAR = "thoracolumbar"
    LUMBAR = "lumbar"
    MIXED = "mixed"


class Procedure(StrEnum):
    """How the cement goes in."""

    PVP = "PVP"
    PKP = "PKP"


class Viscosity(StrEnum):
    """Of the cement; only the simulation knows it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Disease(StrEnum):
    """What broke the bone."""

    OSTEOPOROSIS = "osteoporosis"
    MYELOMA = "myeloma"
    METASTASES = "metastases"


class Growth(StrEnum):
    """How fast the primary cancer grows, as PUFHS groups cancers."""

    SLOW = "slow"
    MODERATE = "moderate"
    RAPID = "rapid"


class Collapse(StrEnum):
    """How far the vertebra has collapsed, as PUFHS codes it."""

    NONE = "none"
    UNDER_HALF = "under-half"
    OVER_HALF = "over-half"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Parcel):
    """What is known of a patient before the session; None is not known.

    Examples
    --------
    >>> Person(look=Look.CT, levels=3, fracture_age_days=10.0).fresh
    True
    """

    look: Look
    levels: int | None = None
    region: Region | None = None
    procedure: Procedure | None = None
    fracture_age_days: float | None = None
    viscosity: Viscosity | None = None
    disease: Disease | None = None
    volume_ml: float | None = None  # all levels together
    growth: Growth | None = None
    collapse: Collapse | None = None

    def __post_init__(self) -> None:
        if self.levels is not None:
            require(
                1 <= self.levels <= MOST_LEVELS,
                f"--levels is {self.levels}. Give how many vertebrae are to be treated, 1 to {MOST_LEVELS}.",
            )
            _require_room(self.levels, self.region)
        if self.volume_ml is not None:
            require(
                0.0 < self.volume_ml <= MOST_ML,
                f"--volume is {self.volume_ml:g}. Give the cement of all levels in mL, above 0 and up to {MOST_ML:g}.",
            )
        if self.fracture_age_days is not None:
            require(
                0.0 <= self.fracture_age_days <= MOST_DAYS,
                f"--fracture-age is {self.fracture_age_days:g} days. Give an age from 0d to {MOST_DAYS:g}d.",
            )
        for option, given in (("--growth", self.growth), ("--collapse", self.collapse)):
            require(
                given is None or self.disease is Disease.METASTASES,
                f"{option} is asked of metastases only. Add --disease metastases, or leave {option} out.",
            )

    @property
    def fresh(self) -> bool | None:
        """Whether the fracture is at most two weeks old."""
        return None if self.fracture_age_days is None else self.fracture_age_days <= FRESH_DAYS


def _require_room(levels: int, region: Region | None) -> None:
    """As many levels as the region holds, and two at least to lie in several."""
    require(
        region is not Region.MIXED or levels > 1,
        "--region is mixed with one level. Give the region it lies in, or leave --region out.",
    )
    where, most = LEVELS_OF.get(region or "", ("", MOST_LEVELS))
    require(
        levels <= most,
        f"--levels is {levels}, but --region {region} holds {most} ({where}). "
        "Give --region mixed if they lie in several.",
    )


def read_person(
    *,
    look: str | None,
    levels: int | None = None,
    region: str | None = None,
    procedure: str | None = None,
    fracture_age: str | None = None,
    viscosity: str | None = None,
    disease: str | None = None,
    volume_ml: float | None = None,
    growth: str | None = None,
    collapse: str | None = None,
) -> Person:
    """A person from what stands on a command line.

    Raises
    ------
    InputError
        A word that is not known, with the nearest one that is; an age without a unit.

    Examples
    --------
    >>> read_person(look="ct", procedure="pvp", fracture_age="2w").fracture_age_days
    14.0
    """
    if look is None:
        raise InputError(
            "say how one would look for cement in the lungs, for it decides what is found: "
            f"--looked-with {_listed([*Look])}."
        )
    return Person(
        look=_one_of(Look, "--looked-with", look),
        levels=levels,
        region=None if region is None else _one_of(Region, "--region", region),
        procedure=None if procedure is None else _one_of(Procedure, "--procedure", procedure),
        fracture_age_days=None if fracture_age is None else read_days(fracture_age),
        viscosity=None if viscosity is None else _one_of(Viscosity, "--viscosity", viscosity),
        disease=None if disease is None else _one_of(Disease, "--disease", disease),
        volume_ml=volume_ml,
        growth=None if growth is None else _one_of(Growth, "--growth", growth),
        collapse=None if collapse is None else _one_of(Collapse, "--collapse", collapse),
    )


_DAYS = {"d": 1.0, "w": 7.0, "m": 30.4}
_AGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:(d)(?:ays?)?|(w)(?:eeks?)?|(m)(?:onths?)?)\s*")


def read_days(text: str) -> float:
    """An age such as ``10d``, ``2w`` or ``3m`` in days.

    Examples
    --------
    >>> read_days("10d"), read_days("2 weeks")
    (10.0, 14.0)
    """
    found = _AGE.fullmatch(text.lower())
    if found is None:
        bare = re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", text)
        do = f"Add its unit: {text.strip()}d for days, {text.strip()}w for weeks" if bare else "Give 10d, 2w or 3m"
        raise InputError(f"--fracture-age is {text!r}. {do}.")
    unit = next(letter for letter in found.groups()[1:] if letter)
    return float(found[1]) * _DAYS[unit]


Word = TypeVar("Word", bound=StrEnum)


def _one_of(words: type[Word], option: str, given: str) -> Word:
    """The word that was meant, whatever its case."""
    for word in words:
        if word.value.lower() == given.strip().lower():
            return word
    known = [word.value for word in words]
    near = difflib.get_close_matches(given.strip().lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    meant = next((name for name in known if near and name.lower() == near[0]), None)
    raise InputError(
        f"{option} is {given!r}. Did you mean {meant}?"
        if meant
        else f"{option} is {given!r}. Possible are {_listed(known)}."
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
