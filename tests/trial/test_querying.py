"""SQL over an outcome table: right answers, one sentence for what is broken, and nothing else within reach."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made import STRATEGIES, made_table

from azygos.ground.errors import InputError
from azygos.trial.querying import MOST_ROWS, query


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    return made_table(tmp_path_factory.mktemp("made") / "outcomes.parquet", patients=6000)


def test_an_answer_has_names_and_rows(table):
    found = query(table, "SELECT strategy, count(*) AS patients FROM outcomes GROUP BY strategy ORDER BY strategy")
    assert found.columns == ("strategy", "patients")
    assert found.rows == tuple((name, 6000) for name in sorted(STRATEGIES))
    assert not found.cut


def test_an_answer_agrees_with_the_table(table):
    ((share,),) = query(table, "SELECT avg(embolus_ct::INT) FROM outcomes WHERE failed = ''").rows
    rows = pq.read_table(table, columns=["failed", "embolus_ct"]).to_pylist()
    whole = [row["embolus_ct"] for row in rows if not row["failed"]]
    assert share == pytest.approx(sum(whole) / len(whole))


def test_a_long_answer_is_cut_and_says_so(table):
    found = query(table, "SELECT patient FROM outcomes")
    assert len(found.rows) == MOST_ROWS
    assert found.cut


def test_the_columns_can_be_listed(table):
    assert ("embolus_ct", "BOOLEAN") in {row[:2] for row in query(table, "DESCRIBE outcomes").rows}


NO_QUESTION = 'the query is no question. Only SELECT, DESCRIBE and SUMMARIZE are answered, like "DESCRIBE outcomes".'


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (
            "SELECT embolus FROM outcomes",
            'DuckDB cannot answer: Referenced column "embolus" not found in FROM clause. Candidate bindings: ',
        ),
        ("SELEC 1", 'DuckDB cannot answer: syntax error at or near "SELEC". Columns are listed by: DESCRIBE outcomes.'),
        ("", 'the query holds 0 statements. Give one, like "SELECT * FROM outcomes".'),
        ("SELECT 1; SELECT 2", 'the query holds 2 statements. Give one, like "SELECT * FROM outcomes".'),
        ("DROP VIEW outcomes", NO_QUESTION),
        ("SET enable_external_access = true", NO_QUESTION),
        ("INSTALL httpfs", NO_QUESTION),
        ("CREATE TABLE mine AS SELECT 1", NO_QUESTION),
    ],
)
def test_what_is_broken_or_no_question_is_one_sentence(table, sql, sentence):
    with pytest.raises(InputError) as told:
        query(table, sql)
    assert str(told.value).startswith(sentence)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM glob('{folder}/*')",
        "COPY outcomes TO '{folder}/copied.csv'",
        "COPY (SELECT 1) TO '{folder}/outcomes.parquet'",
        "EXPORT DATABASE '{folder}/copied'",
        "ATTACH '{folder}/copied.db'",
        "SELECT * FROM read_csv('http://127.0.0.1:9/a.csv')",
        "SELECT * FROM secret",
    ],
)
def test_no_other_file_or_address_is_read_or_written(table, sql, tmp_path):
    secret = [("a", "b")]  # a variable that a query could name
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(InputError):
        query(table, sql.format(secret=tmp_path / "secret.csv", folder=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert secret == [("a", "b")]


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(InputError) as told:
        query(tmp_path / "none.parquet", "SELECT 1")
    assert str(told.value) == f"{tmp_path / 'none.parquet'} is not there. Give the folder of a finished trial."
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(InputError) as told:
        query(tmp_path / "text.parquet", "SELECT 1")
    assert str(told.value) == (
        f"{tmp_path / 'text.parquet'} cannot be read as parquet. Give the outcomes.parquet of a trial."
    )


def test_without_duckdb_the_sentence_says_what_to_install(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError) as told:
        query(table, "SELECT 1")
    assert str(told.value) == (
        "a query needs duckdb and pyarrow, which are not installed. Run: pip install 'azygos[trial]'"
    )
