"""Published advice is looked up, with its source, and never ranked."""

from __future__ import annotations

import pytest
from plain_heart import arrivals_of
from plain_lungs import BEYOND, LOBAR, departures_of, lodged_in, lodgings_of

from azygos.care import SITUATIONS, advice_for, situations_in
from azygos.ground.errors import InputError


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_has_advice_with_a_source(situation):
    for one in advice_for(situation):
        assert one.situation == situation
        assert len(one.advice) > 10
        assert "20" in one.source


def test_the_table_says_what_krueger_says():
    found = advice_for("symptomatic or central")[0]
    assert found.advice == "as for a thrombotic pulmonary embolism: heparin, then coumarin for 6 months"
    assert "doi:10.1007/s00586-009-1073-y" in found.source


def test_an_unknown_situation_is_refused():
    with pytest.raises(InputError) as error:
        advice_for("brain")
    assert str(error.value) == (
        "no advice is kept for 'brain'. Known: peripheral and silent, symptomatic or central, heart, "
        "heart and silent, cava spike."
    )


@pytest.mark.parametrize(
    ("lodged", "heart", "symptoms", "expected"),
    [
        ((), (), False, ()),
        ((BEYOND,), (), False, ("peripheral and silent",)),
        ((BEYOND,), (), True, ("symptomatic or central",)),
        ((LOBAR,), (), False, ("symptomatic or central",)),
        ((), ("a",), False, ("heart", "heart and silent")),
        ((BEYOND,), ("a",), True, ("symptomatic or central", "heart")),
    ],
)
def test_situations_follow_where_cement_lies(lodged, heart, symptoms, expected):
    lodgings = lodgings_of(*[lodged_in(vessel) for vessel in lodged])
    assert situations_in(arrivals_of(), departures_of(*heart), lodgings, symptoms=symptoms) == expected
