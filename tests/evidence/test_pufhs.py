"""PUFHS: the printed example, the coding of its categories, and in whom it speaks."""

from __future__ import annotations

import pytest

from azygos.evidence.risk import Collapse, Disease, Growth, Look, Person, pufhs
from azygos.evidence.risk.pufhs import COLLAPSE, GROWTH, venous_leak


def test_the_printed_example():
    """Rapid growth, one level, collapse over half: 10.53 % in the paper."""
    assert 100.0 * pufhs(growth=3, levels=1, collapse=3) == pytest.approx(10.53, abs=0.005)


def test_its_range_over_all_inputs():
    """6.5 % to 60 %: slow growth, one level, over half; rapid growth, four levels, no collapse."""
    chances = [pufhs(growth=g, levels=n, collapse=c) for g in (1, 2, 3) for n in (1, 2, 3, 4) for c in (1, 2, 3)]
    assert 100.0 * min(chances) == pytest.approx(6.5, abs=0.05)
    assert 100.0 * max(chances) == pytest.approx(60.1, abs=0.05)
    assert max(chances) == pufhs(growth=3, levels=4, collapse=1)


def test_categories_are_coded_as_in_the_source():
    assert GROWTH == {Growth.SLOW: 1, Growth.MODERATE: 2, Growth.RAPID: 3}
    assert COLLAPSE == {Collapse.NONE: 1, Collapse.UNDER_HALF: 2, Collapse.OVER_HALF: 3}


def test_it_speaks_of_metastases_only():
    for disease in (None, Disease.OSTEOPOROSIS, Disease.MYELOMA):
        assert venous_leak(Person(look=Look.CT, disease=disease, levels=1)) is None


def test_a_patient_of_whom_all_is_told_has_one_number():
    person = Person(
        look=Look.CT, disease=Disease.METASTASES, levels=1, growth=Growth.RAPID, collapse=Collapse.OVER_HALF
    )
    found = venous_leak(person)
    assert found is not None
    assert found.unknown == ()
    assert found.low == found.high == pufhs(growth=3, levels=1, collapse=3)


def test_what_was_not_told_spans_the_answer():
    found = venous_leak(Person(look=Look.CT, disease=Disease.METASTASES, levels=9, growth=Growth.SLOW))
    assert found is not None
    assert found.unknown == ("collapse of the vertebra",)
    assert (found.low, found.high) == (pufhs(growth=1, levels=4, collapse=3), pufhs(growth=1, levels=4, collapse=1))
