"""A trial of 184. It would have failed if the odds ratio of any leak lay outside 0.19 to 0.71, or if basivertebral
leaks did not weigh more with low and cortical ones with high viscosity."""

from __future__ import annotations

from papers.patients import draw_member
from papers.run import predictor
from papers.stored import check_member, check_stored, check_summary


def test_what_is_stored_is_explained():
    check_stored("trial184")
    check_summary("trial184")


def test_a_member_computed_anew_is_the_stored_one():
    check_member("trial184")


def test_the_arms_differ_in_cement_alone():
    module = predictor("trial184")
    assert set(module.ARMS) == {"low", "high"}
    first, second = (draw_member(module.SEED, 3) for _ in range(2))
    assert first == second
