"""An outcome table as arrays: finished patients, one row for each strategy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from azygos.trial.columns import COLUMNS
from azygos.values.session import VISIBLE_LEAK

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
LEAK_ML = VISIBLE_LEAK.number * 1e6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """Rows that could be finished, column by column, and how many could not."""

    columns: Mapping[str, NDArray]
    unfinished: int

    def __getitem__(self, name: str) -> NDArray:
        """One column."""
        return self.columns[name]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self["patient"].size)

    def where(self, mask: Mask) -> Outcomes:
        """Some of the rows."""
        return Outcomes(columns={name: values[mask] for name, values in self.columns.items()}, unfinished=0)

    def by_patient(self, *values: Array | Mask) -> Array:
        """Sums over each patient's rows, shape (patients, values): what is drawn again together."""
        _, who = np.unique(self["patient"], return_inverse=True)
        return np.stack([np.bincount(who, weights=np.asarray(one, dtype=float)) for one in values], axis=1)


def read_outcomes(folder: Path) -> Outcomes:
    """The table of a finished trial, refusing one that is weighted: its shares would need their weights."""
    import pyarrow.parquet as pq

    table = pq.read_table(folder / "outcomes.parquet", columns=[c.name for c in COLUMNS])
    columns = {name: np.asarray(table[name].to_pylist()) for name in table.column_names}
    if not np.all(columns["weight"] == 1.0):
        raise SystemExit(f"{folder}: drawn by importance. Compare a trial with importance = false.")
    finished = columns["failed"] == ""
    return Outcomes(columns={n: v[finished] for n, v in columns.items()}, unfinished=int(np.sum(~finished)))


# What a row is ------------------------------------------------------------------------------------------------------


def viscosity(rows: Outcomes, *grades: str) -> Mask:
    """Rows of generic cements of these grades."""
    return np.isin(rows["cement"], [f"generic_{grade}_viscosity" for grade in grades])


def plasty(rows: Outcomes, name: str) -> Mask:
    """Rows of vertebroplasty or kyphoplasty."""
    return rows["procedure"] == name


def single(rows: Outcomes) -> Mask:
    """One treated level."""
    return rows["levels"] == 1


def letter(rows: Outcomes, one: str) -> Mask:
    """All treated levels are thoracic (T) or lumbar (L), by their letter."""
    return np.array([{level[0] for level in levels.split()} == {one} for levels in rows["treated_levels"]], dtype=bool)


def route(rows: Outcomes, *names: str) -> Mask:
    """A visible leak by one of these ways out."""
    seen = np.zeros(rows.rows, dtype=bool)
    for name in names:
        seen |= rows[f"route_{name}_ml"] >= LEAK_ML
    return seen


LEAKS: dict[str, Callable[[Outcomes], Mask]] = {
    "any": lambda rows: rows["leak_any"],
    "venous": lambda rows: rows["leak_venous"],
    "canal": lambda rows: rows["leak_canal"],
    "disc": lambda rows: rows["leak_disc"],
    "azygos": lambda rows: rows["azygos_seen"],
    "anterior": lambda rows: route(rows, "anterior_external_vein"),
    "basivertebral": lambda rows: route(rows, "basivertebral_vein"),
    "segmental_or_anterior": lambda rows: route(rows, "segmental_vein", "anterior_external_vein"),
    "cortical": lambda rows: route(rows, "cortical_gap"),
    "cortical_or_disc": lambda rows: route(rows, "cortical_gap", "end_plate_gap"),
}
"""Leaks by the names of the criteria."""
