"""Where rows land as they are finished: one small parquet file for each patient under each strategy.

A part is whole or not there. Besides its one row it keeps, in its own header, the version of the table and how long
the row took; the outcome table gets the row alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azygos.ground.errors import InputError
from azygos.ground.files import write_atomic
from azygos.ground.parcels import Parcel
from azygos.trial.columns import COLUMNS, SCHEMA, Kind, Row
from azygos.trial.order import Order

if TYPE_CHECKING:
    import pyarrow as pa

PARTS = "parts"
A_FOLDER = 1000  # patients
_MARK, _SECONDS = b"azygos.schema", b"azygos.seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed(Parcel):
    """One row that has landed."""

    row: Row
    seconds: float  # wall time of the row


class Landing:
    """The parts of one order below an unfinished folder.

    Parameters
    ----------
    partial : Path
        ``OUT.partial``.
    order : Order
        Whose rows land here.
    """

    def __init__(self, partial: Path, order: Order) -> None:
        self.order = order
        self._parts = partial / PARTS
        self._hashes = order.hashes()

    def path(self, index: int, strategy: str) -> Path:
        """Where a row lies, or will."""
        return self._parts / f"{index // A_FOLDER:03d}" / f"{self.key(index, strategy)}.parquet"

    def key(self, index: int, strategy: str) -> str:
        """By what a row is known."""
        return f"{index:06d}-{self._hashes[strategy]}"

    def land(self, index: int, strategy: str, row: Row, seconds: float) -> Row:
        """Keep a row, whatever happens next; gives it back as it is kept."""
        kept = {**row, "patient": index, "strategy": strategy, "key": self.key(index, strategy)}
        path = self.path(index, strategy)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, part_bytes(kept, seconds))
        return kept

    def land_again(self, landed: Landed) -> None:
        """Keep a row of a finished table, if it is one of these."""
        index, strategy = int(landed.row["patient"]), str(landed.row["strategy"])
        mine = strategy in self._hashes and index in self.order.indices()
        if mine and landed.row["key"] == self.key(index, strategy) and self.read(index, strategy) is None:
            self.land(index, strategy, landed.row, landed.seconds)

    def holds_any(self) -> bool:
        """Whether any row has landed, of this trial or of one that began the folder."""
        return any(self._parts.glob("*/*.parquet"))

    def read(self, index: int, strategy: str) -> Landed | None:
        """A row that has landed; nothing where there is none or where its file is not whole.

        Raises
        ------
        InputError
            For a part of another version of the table.
        """
        path = self.path(index, strategy)
        if not path.is_file():
            return None
        return read_part(path, self.key(index, strategy))

    def rows(self) -> Iterator[Landed]:
        """All rows in the table's order: patient by patient, under each strategy."""
        for index in self.order.indices():
            for strategy in self._hashes:
                landed = self.read(index, strategy)
                if landed is None:
                    raise InputError(
                        f"{self.path(index, strategy)} is not whole. "
                        "Run the same command again: that patient is followed anew."
                    )
                yield landed


# Rows and parquet ---------------------------------------------------------------------------------------------------


def arrow() -> Any:
    """The library that reads and writes parquet, or what to install."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise InputError(
            "azygos trial needs pyarrow, which is not installed. Install it: pip install 'azygos[trial]'."
        ) from None
    return pyarrow


def schema(**more: str) -> pa.Schema:
    """Columns of the outcome table, with the table's version in its header."""
    pa = arrow()
    kinds: dict[Kind, Any] = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "yes": pa.bool_()}
    header = {_MARK: str(SCHEMA).encode(), **{name.encode(): text.encode() for name, text in more.items()}}
    return pa.schema([pa.field(one.name, kinds[one.kind], nullable=False) for one in COLUMNS], metadata=header)


def part_bytes(row: Row, seconds: float) -> bytes:
    """A part as a file."""
    pa = arrow()
    sink = pa.BufferOutputStream()
    slim = {"compression": "none", "use_dictionary": False, "write_statistics": False, "store_schema": False}
    with pa.parquet.ParquetWriter(sink, schema(), **slim) as writer:
        writer.write_table(pa.Table.from_pylist([row], schema=schema()))
        writer.add_key_value_metadata({_MARK.decode(): str(SCHEMA), _SECONDS.decode(): repr(seconds)})
    return bytes(sink.getvalue())


def read_part(path: Path, key: str) -> Landed | None:
    """Read a part; nothing where the file is not whole or holds another row."""
    pa = arrow()
    try:
        table = pa.parquet.ParquetFile(pa.BufferReader(path.read_bytes())).read()
    except (pa.ArrowInvalid, OSError):
        return None
    header = table.schema.metadata or {}
    check_schema(header, path)
    if table.num_rows != 1 or table.column_names != [one.name for one in COLUMNS]:
        return None
    row = table.to_pylist()[0]
    return Landed(row=row, seconds=float(header.get(_SECONDS, b"nan"))) if row["key"] == key else None


def check_schema(header: Mapping[bytes, bytes], path: Path) -> None:
    """Refuse a file of another version of the table."""
    found = header.get(_MARK, b"none").decode()
    if found != str(SCHEMA):
        raise InputError(
            f"{path} holds outcomes of table version {found}, and this azygos writes version {SCHEMA}. "
            "Go on with the azygos that wrote it, choose another -o, or begin anew with --force."
        )
