"""Questions to an outcome table in SQL, by DuckDB: it reads this table and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import Parcel

VIEW = "outcomes"
MOST_ROWS = 10_000  # of an answer; more is better counted than read
_SETTINGS = {"enable_external_access": "false", "python_enable_replacements": "false", "lock_configuration": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Parcel):
    """What a query gave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool  # whether there were more rows than are shown


def query(path: Path, sql: str) -> Answer:
    """Ask an outcome table one question in SQL.

    Parameters
    ----------
    path : Path
        ``outcomes.parquet``; in the query it is the view ``outcomes``.
    sql : str
        One SELECT, DESCRIBE or SUMMARIZE. Nothing can be written, and no other file or address read.

    Returns
    -------
    answer : Answer
        At most 10,000 rows.

    Raises
    ------
    InputError
        If the query is broken, several, or no question; or if the table is not there.
    """
    require(path.is_file(), f"{path} is not there. Give the folder of a finished trial.")
    duckdb, dataset = _libraries()
    try:
        table = dataset.dataset(path, format="parquet")
    except (OSError, ValueError):
        raise InputError(f"{path} cannot be read as parquet. Give the outcomes.parquet of a trial.") from None
    with duckdb.connect(":memory:", config=_SETTINGS) as connection:
        connection.register(VIEW, table)
        try:
            asked = connection.extract_statements(sql)
            require(len(asked) == 1, f'the query holds {len(asked)} statements. Give one, like "SELECT * FROM {VIEW}".')
            require(asked[0].type == duckdb.StatementType.SELECT, _NO_QUESTION)
            found = connection.execute(asked[0])
            columns = tuple(column[0] for column in found.description)
            rows = found.fetchmany(MOST_ROWS + 1)
        except duckdb.Error as error:
            raise InputError(_sentence(str(error))) from None
    return Answer(columns=columns, rows=tuple(rows[:MOST_ROWS]), cut=len(rows) > MOST_ROWS)


_NO_QUESTION = f'the query is no question. Only SELECT, DESCRIBE and SUMMARIZE are answered, like "DESCRIBE {VIEW}".'


def _sentence(error: str) -> str:
    """The first lines of DuckDB's message in one sentence; the lines that repeat the query are left out."""
    lines = [line.strip() for line in error.split("\n\n")[0].splitlines() if line.strip()]
    hints = [line for line in error.splitlines() if line.startswith(("Did you mean", "Candidate bindings"))]
    first = lines[0].split(" Error: ", 1)[-1].rstrip(".!")
    return f"DuckDB cannot answer: {first}. {_hint(hints)}Columns are listed by: DESCRIBE {VIEW}."


def _hint(hints: list[str]) -> str:
    return hints[0].rstrip(".") + (" " if hints[0].endswith("?") else ". ") if hints else ""


def _libraries() -> tuple[Any, Any]:
    try:
        import duckdb
        import pyarrow.dataset
    except ImportError:
        raise InputError(
            "a query needs duckdb and pyarrow, which are not installed. Run: pip install 'azygos[trial]'"
        ) from None
    return duckdb, pyarrow.dataset
