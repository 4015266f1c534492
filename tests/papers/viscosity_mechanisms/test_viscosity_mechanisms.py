"""Mechanisms alone. It would have failed if, with nothing switched on, the leaked share changed by more than a tenth
from low to high viscosity; a mechanism is too weak alone if the share stays above 0.46 of its size."""

from __future__ import annotations

import inspect

from azygos.spine.well import captured_share
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("viscosity_mechanisms")
    check_summary("viscosity_mechanisms")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("viscosity_mechanisms", mechanisms=("nothing", "marrow must yield"))


def test_the_law_of_a_well_knows_no_viscosity():
    assert "viscosity" not in inspect.signature(captured_share).parameters
