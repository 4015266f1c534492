"""A measured number that says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import AzygosError, require


@dataclass(frozen=True, slots=True)
class Value:
    """One number with its unit, range and source.

    Parameters
    ----------
    number : float
        In SI unless `unit` says otherwise in so many words; `low` and `high` in the same unit.
    unit : str
        As pint reads it.
    source : str
        A key of ``references.bib``, or ``"assumed"``; then `note` says why and a range is a must.
    where : str
        Table, figure or abstract of the source.

    Examples
    --------
    >>> Value(0.067, "Pa s", low=0.04, high=0.142, source="bryant1988", where="abstract").number
    0.067
    """

    number: float
    unit: str
    low: float | None = None
    high: float | None = None
    source: str = ""
    where: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        require(bool(self.source), f"value {self.number} {self.unit} has no source", AzygosError)
        if self.source == "assumed":
            require(
                self.low is not None and self.high is not None and bool(self.note),
                f"assumed value {self.number} {self.unit} needs a range and a note",
                AzygosError,
            )

    def __float__(self) -> float:
        return self.number
