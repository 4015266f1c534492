"""The page of the azygos' shares shows what is stored, and what is stored is what the veins give."""

from __future__ import annotations

import pytest

from papers.azygos_prior import drawn, kept, table
from papers.pages import PAGES, filled


def test_the_stored_shares_are_those_of_the_veins():
    fresh, stored = drawn(), kept()
    assert list(fresh) == list(stored)
    advice = "Run python tests/papers/azygos_prior.py, then run.py --pages."
    for level, told in fresh.items():
        assert told == pytest.approx(stored[level], abs=2e-3), f"{level}: {advice}"


def test_the_page_shows_what_is_stored():
    text = (PAGES / "azygos_prior.md").read_text(encoding="utf-8")
    assert filled(text, table(kept())) == text, (
        "docs/validation/azygos_prior.md: run python tests/papers/run.py --pages"
    )
