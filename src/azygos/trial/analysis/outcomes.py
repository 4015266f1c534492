"""The outcome table as columns over patients, read one column at a time: a large trial need not fit into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel

Array = npt.NDArray[Any]
NEEDED = ("patient", "strategy", "weight", "failed")


def parquet() -> Any:
    """The library that reads outcome tables, or one sentence on how to get it."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise InputError("trials need pyarrow, which is not installed. Run: pip install 'azygos[trial]'") from None
    return pyarrow.parquet


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes(Parcel):
    """Where each patient's row under each strategy stands in an outcome table."""

    path: Path
    header: Any  # of the file: where each column lies, read once
    strategies: tuple[str, ...]  # the first is the reference
    patients: IntArray  # shape (n,), increasing
    rows: IntArray  # shape (n, strategies): row in the table, -1 where there is none
    finished: BoolArray  # shape (n, strategies)
    weight: FloatArray  # shape (n,)

    def __post_init__(self) -> None:
        self.seal("patients", "rows", dtype=np.int64)
        self.seal("finished", dtype=np.bool_)
        self.seal("weight")

    @property
    def known(self) -> frozenset[str]:
        """Columns of the file."""
        return frozenset(self.header.schema.names)

    def said(self, what: str) -> str:
        """What the file's header says of the "version" or "code" that made it; empty if nothing."""
        found: bytes = (self.header.metadata or {}).get(f"azygos.{what}".encode(), b"")
        return found.decode()

    def column(self, name: str) -> Array:
        """One column, shape (n, strategies); what stands for a patient without a row means nothing."""
        return np.asarray(self._read(name)[self.rows])

    def of_patient(self, name: str) -> Array:
        """One column that no strategy changes, shape (n,)."""
        return np.asarray(self._read(name)[self.rows.max(axis=1)])

    def text(self, name: str, strategy: int | None = None) -> tuple[Array, list[str]]:
        """A column of text as codes, shape (n,), and what each code stands for."""
        codes, words = self._read_text(name)
        rows = self.rows.max(axis=1) if strategy is None else self.rows[:, strategy]
        return codes[rows], words

    def pairs(self, strategy: int, reference: int = 0) -> BoolArray:
        """Patients that finished under a strategy and under another, by default the first, shape (n,)."""
        return np.asarray(self.finished[:, strategy] & self.finished[:, reference])

    def _read(self, name: str) -> Array:
        self._knows(name)
        return _numbers(self.path, self.header, name)

    def _read_text(self, name: str) -> tuple[Array, list[str]]:
        self._knows(name)
        return _coded(self.path, self.header, name)

    def _knows(self, name: str) -> None:
        require(
            name in self.known,
            f"{self.path} has no column {name!r}. It was made by another version of azygos: run its trial again.",
        )


def read_outcomes(path: Path, strategies: Sequence[str] | None = None) -> Outcomes:
    """Find each patient's rows in an outcome table.

    Parameters
    ----------
    path : Path
        ``outcomes.parquet`` of a trial.
    strategies : sequence of str, optional
        Their names, the reference first; as they first appear in the table if not given.

    Returns
    -------
    outcomes : Outcomes
        Numbers are read later, as they are asked for.

    Raises
    ------
    InputError
        If the file is not there, is no outcome table, or holds none of the strategies.
    """
    header = _header(path)
    codes, words = _coded(path, header, "strategy")
    names = tuple(strategies) if strategies is not None else tuple(words)
    held = ", ".join(words) or "no rows at all"
    require(any(name in words for name in names), f"{path} holds none of the trial's strategies, but {held}.")
    patients, rows = _places(_numbers(path, header, "patient"), codes, [_code(words, name) for name in names])
    reasons, sentences = _coded(path, header, "failed")
    whole = np.asarray(reasons == _code(sentences, ""))
    return Outcomes(
        path=path,
        header=header,
        strategies=names,
        patients=patients,
        rows=rows,
        finished=(rows >= 0) & whole[rows],
        weight=_numbers(path, header, "weight")[rows.max(axis=1)],
    )


def _header(path: Path) -> Any:
    require(path.is_file(), f"{path} is not there. Give the outcomes.parquet of a finished trial.")
    try:
        header = parquet().read_metadata(path)
    except (OSError, ValueError):
        raise InputError(f"{path} cannot be read as parquet. Give the outcomes.parquet of a trial.") from None
    for name in NEEDED:
        require(name in header.schema.names, f"{path} is no outcome table: it has no column {name!r}.")
    return header


def _code(words: Sequence[str], word: str) -> int:
    return words.index(word) if word in words else -1


def _places(every: IntArray, codes: Array, wanted: Sequence[int]) -> tuple[IntArray, IntArray]:
    """Patients that have a row under any wanted strategy, and which row that is under each."""
    patients, place = np.unique(every, return_inverse=True)
    rows = np.full((patients.size, len(wanted)), -1, dtype=np.int64)
    for column, code in enumerate(wanted):
        mine = np.flatnonzero(codes == code)
        rows[place[mine], column] = mine
    there = rows.max(axis=1) >= 0
    return patients[there], rows[there]


def _numbers(path: Path, header: Any, name: str) -> Array:
    with parquet().ParquetFile(path, metadata=header) as file:
        return np.asarray(file.read(columns=[name]).column(0).to_numpy())


def _coded(path: Path, header: Any, name: str) -> tuple[Array, list[str]]:
    """Codes of a text column, and its words in the order in which they appear."""
    with parquet().ParquetFile(path, metadata=header, read_dictionary=[name]) as file:
        column = file.read(columns=[name]).column(0).unify_dictionaries()
    if not len(column):
        return np.zeros(0, dtype=np.int64), []
    whole = column.combine_chunks()
    return whole.indices.to_numpy(zero_copy_only=False), whole.dictionary.to_pylist()
