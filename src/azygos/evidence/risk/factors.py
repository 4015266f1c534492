"""Published risk factors as data, and the one door by which a number enters the risk of an embolism.

Most published odds ratios are for leaks. Some of them point the other way than for emboli (a cleft raises leaks of
any kind and lowers those into veins), so none may move the risk of an embolism. An :class:`EmbolismRatio` cannot be
made of a row whose outcome is anything but an embolism, and only such ratios are taken where a risk is made.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from azygos.ground.errors import AzygosError, require
from azygos.ground.parcels import Parcel

NORMAL_95 = 1.959964  # half of a 95 % interval in standard errors


class Outcome(StrEnum):
    """What a published effect is an effect on."""

    EMBOLISM = "embolism"
    SYMPTOMATIC = "embolism with symptoms"
    HEART = "cement in the heart"
    ANY_LEAK = "any leak"
    VENOUS_LEAK = "venous leak"
    ONE_WAY = "leak by one way"
    OTHER = "no outcome of cement"


OUTCOMES = {
    "PCE": Outcome.EMBOLISM,
    "PCE (fluoroscopy)": Outcome.EMBOLISM,
    "PCE needing oxygen": Outcome.SYMPTOMATIC,
    "symptomatic PCE": Outcome.SYMPTOMATIC,
    "intracardiac cement": Outcome.HEART,
    "any leak": Outcome.ANY_LEAK,
    "any leak (CT)": Outcome.ANY_LEAK,
    "any leak (CT, 48 h)": Outcome.ANY_LEAK,
    "any leak per patient": Outcome.ANY_LEAK,
    "any leak; canal leak": Outcome.ANY_LEAK,
    "vascular leak": Outcome.VENOUS_LEAK,
    "venous leak": Outcome.VENOUS_LEAK,
    "venous leak (B or S)": Outcome.VENOUS_LEAK,
    "segmental (S) leak": Outcome.ONE_WAY,
    "basivertebral (B) leak": Outcome.ONE_WAY,
    "cortical leak (C or D)": Outcome.ONE_WAY,
    "paraspinal cortical (C) leak": Outcome.ONE_WAY,
    "paravertebral leak": Outcome.ONE_WAY,
    "paravertebral vein leak": Outcome.ONE_WAY,
    "canal leak": Outcome.ONE_WAY,
    "disc leak": Outcome.ONE_WAY,
    "drop in mean arterial pressure >=10 mmHg": Outcome.OTHER,
    "leaked mass, g": Outcome.OTHER,
}
"""What the table's words mean; a word that is not here is refused rather than guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRow(Parcel):
    """One published comparison, as printed but for a corrected interval."""

    row: str
    factor: str
    contrast: str
    outcome: Outcome
    kind: str  # of effect: "OR", "RR", "p only", ...
    effect: float  # NaN where it is no plain number
    low: float
    high: float
    study: str
    year: str
    use: str  # begins with "yes" where it may be used
    printed_error: str  # what is wrong in print, and why the number here stands; empty where nothing is
    source: str  # title
    link: str  # DOI or address

    @property
    def cited(self) -> str:
        """One readable line."""
        place = self.link if self.link.startswith("http") or not self.link else f"doi:{self.link}"
        return f"{self.study} {self.year}. {self.source}. {place}".strip()


def read_factors() -> tuple[FactorRow, ...]:
    """All rows of the published table, those on leaks too.

    Examples
    --------
    >>> lumbar = read_factors()[2]
    >>> lumbar.low, lumbar.printed_error[:54]
    (0.0113, 'printed interval 0.114-0.779 leaves out its own estima')
    """
    text = resources.files("azygos.values").joinpath("evidence_risk_factors.csv").read_text(encoding="utf-8")
    return tuple(factor_row(line) for line in csv.DictReader(text.splitlines()))


def factor_row(line: Mapping[str, str]) -> FactorRow:
    """One line of the table."""
    met = line["outcome"]
    require(met in OUTCOMES, f"row {line['row']}: nobody has said what the outcome {met!r} is", AzygosError)
    return FactorRow(
        outcome=OUTCOMES[met],
        effect=_number(line["effect"]),
        low=_number(line["low"]),
        high=_number(line["high"]),
        row=line["row"],
        factor=line["factor"],
        contrast=line["contrast"],
        kind=line["kind"],
        study=line["study"],
        year=line["year"],
        use=line["use"],
        printed_error=line["printed_error"],
        source=line["source"],
        link=line["link"],
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbolismRatio(Parcel):
    """A log odds ratio on embolism, with its standard error; made by :func:`embolism_ratio` alone."""

    row: FactorRow
    log_ratio: float
    error: float

    def __post_init__(self) -> None:
        row = self.row
        require(
            row.outcome is Outcome.EMBOLISM,
            f"row {row.row} is an effect on {row.outcome}; only effects on embolism enter the risk of an embolism",
            AzygosError,
        )
        require(row.use.startswith("yes"), f"row {row.row} is not usable ({row.use}); it enters no risk", AzygosError)
        require(row.kind == "OR", f"row {row.row} gives no odds ratio but {row.kind!r}", AzygosError)
        require(
            0.0 < row.low <= row.effect <= row.high,
            f"row {row.row}: the interval {row.low:g} to {row.high:g} does not hold {row.effect:g}",
            AzygosError,
        )


def embolism_ratio(row: FactorRow) -> EmbolismRatio:
    """A published odds ratio on embolism, on the scale on which ratios add.

    Parameters
    ----------
    row : FactorRow
        Its outcome must be embolism, and it must be usable.

    Returns
    -------
    ratio : EmbolismRatio
        The standard error is what the 95 % interval implies.

    Raises
    ------
    AzygosError
        For a leak, for a row that is not usable, for what is no odds ratio, for an interval without its estimate.

    Examples
    --------
    >>> ratio = embolism_ratio(read_factors()[0])
    >>> round(ratio.log_ratio, 3), round(ratio.error, 3)
    (0.88, 0.441)
    """
    usable = row.low > 0.0 and row.effect > 0.0
    return EmbolismRatio(
        row=row,
        log_ratio=math.log(row.effect) if usable else math.nan,
        error=math.log(row.high / row.low) / (2.0 * NORMAL_95) if usable else math.nan,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Parcel):
    """How a row of the table bears on a patient: the group it raises or lowers, against the group that has none."""

    row: str
    factor: str
    group: str
    against: str


TERMS = (
    Term(row="R01", factor="levels", group="3+", against="1"),
    Term(row="R02", factor="region", group="thoracolumbar", against="thoracic"),
    Term(row="R03", factor="region", group="lumbar", against="thoracic"),
    Term(row="R04", factor="fracture age", group="over two weeks", against="up to two weeks"),
    Term(row="R05", factor="procedure", group="PKP", against="PVP"),
    Term(row="R21", factor="disease", group="myeloma", against="other"),
)
"""All that moves the risk of an embolism. Other usable rows are known only after the session (R09, a leak into the
azygos) or tell no difference of groups asked about here (R22)."""


def ratios(rows: Sequence[FactorRow], terms: Sequence[Term] = TERMS) -> tuple[tuple[Term, EmbolismRatio], ...]:
    """Each term with its ratio; a term that names a row on a leak is refused."""
    named = {row.row: row for row in rows}
    return tuple((term, embolism_ratio(named[term.row])) for term in terms)
