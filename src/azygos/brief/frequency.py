"""Which chances a word such as "rare" may stand for; assumed, and how far readers may differ is part of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Parcel):
    """The widest range of chances for which a word may be used; beyond `low` or `high` no reader would use it.

    `low_range` and `high_range` say how far these ends, which are assumed, may lie elsewhere; inside the ranges a word
    is neither supported nor contradicted.
    """

    low: float
    high: float
    low_range: tuple[float, float]
    high_range: tuple[float, float]
    why: str

    def verdict(self, value: float, low: float, high: float) -> str:
        """Whether the word fits a chance with its interval."""
        if high < self.low_range[0] or low > self.high_range[1]:
            return "contradicted"
        return "supported" if self.low <= value <= self.high else "not checkable"


_RARE = "lists for medicines put rare below 1 in 1,000, patients read it as more; a brief calls 1 in 100 the most"
READINGS: Mapping[str, Reading] = {
    "never": Reading(low=0.0, high=0.0, low_range=(0.0, 0.0), high_range=(0.0, 0.0), why="no case at all"),
    "very rare": Reading(low=0.0, high=0.005, low_range=(0.0, 0.0), high_range=(0.0001, 0.02), why=_RARE),
    "rare": Reading(low=0.0, high=0.01, low_range=(0.0, 0.0), high_range=(0.001, 0.05), why=_RARE),
    "uncommon": Reading(low=0.0, high=0.05, low_range=(0.0, 0.0), high_range=(0.01, 0.15),
                        why="lists for medicines put uncommon below 1 in 100, patients read it as more"),
    "sometimes": Reading(low=0.01, high=0.5, low_range=(0.001, 0.05), high_range=(0.4, 0.7),
                         why="neither rare nor usual"),
    "common": Reading(low=0.1, high=1.0, low_range=(0.01, 0.2), high_range=(1.0, 1.0),
                      why="lists for medicines begin common at 1 in 100, patients higher"),
    "often": Reading(low=0.3, high=1.0, low_range=(0.1, 0.5), high_range=(1.0, 1.0), why="a good part of the time"),
    "usually": Reading(low=0.5, high=1.0, low_range=(0.4, 0.6), high_range=(1.0, 1.0), why="more often than not"),
    "most": Reading(low=0.5, high=1.0, low_range=(0.5, 0.5), high_range=(1.0, 1.0), why="more than half"),
    "always": Reading(low=0.995, high=1.0, low_range=(0.98, 1.0), high_range=(1.0, 1.0), why="no exception"),
}  # fmt: skip
"""All assumed: the ends and how far they may lie elsewhere."""

FORMS: tuple[tuple[str, str], ...] = (
    ("very rare", r"(?:extremely|very|exceedingly|exceptionally|vanishingly) "
                  r"(?:rare(?:ly)?|uncommon|unusual|seldom|unlikely)"),
    ("never", r"never"),
    ("rare", r"rare|rarely|seldom|unlikely"),
    ("uncommon", r"uncommon(?:ly)?|infrequent(?:ly)?|unusual|not common|not often"),
    ("sometimes", r"sometimes|occasional(?:ly)?|at times"),
    ("usually", r"usual(?:ly)?|normally|typical(?:ly)?|mostly|in most cases|as a rule"),
    ("often", r"(?<!how )(?<!as )(?<!more )(?<!less )often|frequently|frequent"),
    ("common", r"(?<!most )(?<!more )(?<!less )commonly|(?<!most )(?<!more )(?<!less )common"),
    ("always", r"always|every time|everyone|in every case"),
    ("most", r"most(?= (?:people|patients|cases|of the cement|cement|leaks|runs|bones|procedures|of them))"),
)  # fmt: skip
"""Words of a text by the entry of ``READINGS`` that they stand for, the longest first."""
