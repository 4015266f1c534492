"""The pages show what is stored, and every study has all its parts."""

from __future__ import annotations

import pytest

from papers.pages import PAGES, filled, index
from papers.run import HERE, STUDIES, predictor
from papers.verdicts import measured


def test_the_index_shows_what_is_stored():
    text = (PAGES / "index.md").read_text(encoding="utf-8")
    assert filled(text, index()) == text, "docs/validation/index.md: run python tests/papers/run.py --pages"


@pytest.mark.parametrize("study", STUDIES)
def test_a_prediction_never_reads_what_was_measured(study):
    source = (HERE / study / "predict.py").read_text(encoding="utf-8")
    assert "csv" not in source.replace("``measured.csv`` is read by", "")
    assert all("/" not in row["source"] or "shared/" not in row["source"] for row in measured(study).values())
    assert predictor(study).NOT_GIVEN


def test_every_study_stands_in_the_protocol_index():
    text = (PAGES / "index.md").read_text(encoding="utf-8")
    assert all(f"\n{study}\n" in text for study in STUDIES)
