"""From parts, or from tables of shards, to one outcome table: streamed, and the same bytes whoever followed whom."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from azygos import __version__
from azygos.ground.errors import InputError
from azygos.trial.columns import COLUMNS, Row
from azygos.trial.landing import Landed, arrow, check_schema, schema

if TYPE_CHECKING:
    import pyarrow as pa

OUTCOMES, TIMING = "outcomes.parquet", "timing.parquet"
GROUP = 1024  # rows that are held at once, and of a row group


def write_tables(folder: Path, landed: Iterable[Landed], code: str) -> int:
    """Write outcome table and timing table, rows as they come; says how many there were.

    Parameters
    ----------
    folder : Path
        Where to.
    landed : iterable of Landed
        In the table's order; never more than :data:`GROUP` are held.
    code : str
        What followed the patients; stands in the table's header.
    """
    rows, waiting = 0, iter(landed)
    with (
        _table(folder / OUTCOMES, schema(**{"azygos.version": __version__, "azygos.code": code})) as outcomes,
        _table(folder / TIMING, _timing_schema()) as timing,
    ):
        while group := list(islice(waiting, GROUP)):
            outcomes([one.row for one in group])
            timing([{**_of(one.row, "patient", "strategy"), "seconds": one.seconds} for one in group])
            rows += len(group)
    return rows


def _of(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def _timing_schema() -> pa.Schema:
    pa = arrow()
    kinds = {"patient": pa.int64(), "strategy": pa.string(), "seconds": pa.float64()}
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in kinds.items()])


@contextlib.contextmanager
def _table(path: Path, columns: pa.Schema) -> Iterator[Any]:
    """What takes groups of rows and writes them; the file appears when all are written."""
    pa = arrow()
    with _beside(path) as stream, pa.parquet.ParquetWriter(stream, columns, compression="zstd") as writer:
        yield lambda rows: writer.write_table(pa.Table.from_pylist(rows, schema=columns), row_group_size=GROUP)


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_rows(path: Path) -> Iterator[Row]:
    """Rows of an outcome table, group by group.

    Raises
    ------
    InputError
        For a file that is no outcome table, or one of another version.
    """
    with _opened(path) as table:
        check_schema(table.schema_arrow.metadata or {}, path)
        if table.schema_arrow.names != [one.name for one in COLUMNS]:
            raise InputError(
                f"{path} has not the columns of an outcome table. Give the folder that azygos trial wrote."
            )
        for group in table.iter_batches(batch_size=GROUP):
            yield from group.to_pylist()


def read_landed(folder: Path) -> Iterator[Landed]:
    """Rows of a finished run with how long each took."""
    with _opened(folder / TIMING) as table:
        seconds = (row["seconds"] for group in table.iter_batches(batch_size=GROUP) for row in group.to_pylist())
        for row in read_rows(folder / OUTCOMES):
            yield Landed(row=row, seconds=next(seconds, float("nan")))


def find_row(path: Path, patient: int, strategy: str) -> Row | None:
    """One row of an outcome table; only the groups that may hold it are read."""
    with _opened(path) as table:
        check_schema(table.schema_arrow.metadata or {}, path)
    wanted = [("patient", "=", patient), ("strategy", "=", strategy)]
    found: list[Row] = arrow().parquet.read_table(path, filters=wanted).to_pylist()
    return found[0] if found else None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    pa = arrow()
    if not path.is_file():
        raise InputError(f"{path} is not there. Give the folder of a finished trial.")
    try:
        table = pa.parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError):
        raise InputError(f"{path} is no whole parquet file. Take it as azygos wrote it.") from None
    with table:
        yield table
