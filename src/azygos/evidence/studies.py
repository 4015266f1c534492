"""Published counts as parcels: one study, one outcome, so many of so many.

``values/evidence_incidence.csv`` holds one count a row. ``use`` is "yes", or "no: " and why not; ``group`` names
patients that may stand in several rows, ``within`` the review that holds a row again; ``printed_error`` says what the
source itself has wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel

IMAGING = {
    "planned_ct": "a chest CT planned for everybody",
    "other_ct": "a CT made for other reasons or read in passing",
    "film": "a chest film of everybody",
    "clinical": "no picture unless something was noticed",
    "postmortem_ct": "a CT after death",
    "ct": "CT of the treated levels",
    "unclear": "not stated",
}
"""How one looked: the classes, in words."""

PROCEDURES = {
    "PVP": "vertebroplasty",
    "PKP": "kyphoplasty",
    "PVP+PKP": "both, not told apart",
    "screws": "cemented screws",
    "mixed": "vertebrae and screws, not told apart",
    "joints": "cemented hips and knees",
}

OUTCOMES = {
    "embolus": "cement in the lung",
    "symptomatic": "cement in the lung with symptoms",
    "heart": "cement in the heart",
    "heart_symptomatic": "cement in the heart with symptoms",
    "death": "death from cement in the lung or heart",
    "leak_any": "any leak",
    "leak_venous": "leak into veins",
    "leak_basivertebral": "leak through the basivertebral vein",
    "leak_segmental": "leak through a segmental vein",
    "leak_cortical": "leak through the cortex",
    "leak_disc": "leak into the disc",
    "leak_canal": "leak into the canal",
    "leak_other": "other leaks",
}

UNITS = ("patient", "session", "level", "screw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study(Parcel):
    """One count of one study.

    Examples
    --------
    >>> Study(row="X", study="Ours", events=3, n=40).share
    0.075
    """

    row: str
    study: str
    events: int | None  # None where the source does not show it
    n: int | None
    year: int | None = None
    outcome: str = "embolus"
    imaging: str = "planned_ct"
    population: str = ""
    procedure: str = "PVP"
    unit: str = "patient"
    group: str = ""  # patients that may stand in several rows
    within: str = ""  # row of a review that holds this one again
    use: str = "yes"
    note: str = ""
    source: str = ""
    link: str = ""
    design: str = ""
    looked_with: str = ""
    counts: str = ""
    printed_error: str = ""
    added: bool = False  # by the reader, not from the published table

    def __post_init__(self) -> None:
        where = f"study {self.study} (row {self.row})"
        require(self.outcome in OUTCOMES, f"{where}: outcome {self.outcome!r} is none of {', '.join(OUTCOMES)}.")
        require(self.imaging in IMAGING, f"{where}: imaging {self.imaging!r} is none of {', '.join(IMAGING)}.")
        require(self.procedure in PROCEDURES, f"{where}: procedure {self.procedure!r} is none of {[*PROCEDURES]}.")
        require(self.unit in UNITS, f"{where}: unit {self.unit!r} is none of {', '.join(UNITS)}.")
        if self.usable:
            require(self.events is not None and self.n is not None, f"{where}: a count is missing.")
            require(0 <= self.of[0] <= self.of[1] > 0, f"{where}: {self.events} of {self.n} cannot be.")

    @property
    def usable(self) -> bool:
        """Whether it may enter a pool."""
        return self.use == "yes"

    @property
    def of(self) -> tuple[int, int]:
        """Events and how many were looked at."""
        if self.events is None or self.n is None:
            raise InputError(f"study {self.study} (row {self.row}) shows no count, so it cannot be pooled.")
        return self.events, self.n

    @property
    def share(self) -> float:
        """Events over how many were looked at."""
        events, n = self.of
        return events / n

    @property
    def name(self) -> str:
        """What a table or a picture calls it."""
        return f"{self.study} {self.year}" if self.year else self.study


def read_studies() -> tuple[Study, ...]:
    """Every published count, usable or not, in the order of the table.

    Examples
    --------
    >>> studies = read_studies()
    >>> [(s.name, s.of) for s in studies if s.usable and s.outcome == "embolus" and s.imaging == "film"][:2]
    [('Choe 2004', (3, 65)), ('Duran 2007', (5, 73))]
    """
    text = files("azygos.values").joinpath("evidence_incidence.csv").read_text(encoding="utf-8")
    return tuple(_study(row) for row in csv.DictReader(text.splitlines()))


def _study(row: dict[str, str]) -> Study:
    numbers = {key: int(row.pop(key)) if row[key] else row.pop(key) or None for key in ("events", "n", "year")}
    return Study(**numbers, **row)  # type: ignore[arg-type]


def chosen(
    studies: Sequence[Study], outcome: str, units: Sequence[str], procedures: Sequence[str]
) -> tuple[Study, ...]:
    """The usable studies of one outcome, one kind of denominator and these procedures."""
    return tuple(
        study
        for study in studies
        if study.usable and study.outcome == outcome and study.unit in units and study.procedure in procedures
    )
