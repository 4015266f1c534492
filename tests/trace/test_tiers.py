"""A piece is reported by what it passes, not by where most of it lies or by how sure its one site is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_lookalikes import BALL, thing

from azygos.ground.places import Place
from azygos.trace.pieces import reported_place, tier_of
from azygos.trace.sorting import chance_of
from azygos.trace.verdicts import not_because
from azygos.values import tracing


def lying(site, certainty, others=(), **changes):
    return replace(thing(**changes), place=Place(site=site, certainty=certainty, others=others))


@pytest.mark.parametrize(
    ("site", "certainty", "others", "tier"),
    [("right_atrium", 0.2, (("superior_vena_cava", 0.2),), "reported"),
     ("elsewhere", 0.6, (("azygos_vein", 0.35),), "reported"),
     ("elsewhere", 0.8, (("azygos_vein", 0.1), ("prevertebral", 0.1)), "candidate")],
)  # fmt: skip
def test_all_reported_sites_count_together(site, certainty, others, tier):
    assert tier_of(lying(site, certainty, others), 0.9, None) == tier


def test_a_cord_is_reported_by_what_it_passes():
    long = {"extents": replace(BALL, widths_mm=np.array([100.0, 4.0, 3.0]))}
    assert tier_of(lying("elsewhere", 0.9, one=long, passing=0.3), 0.9, None) == "reported"
    assert tier_of(lying("elsewhere", 0.9, one=long, passing=0.1), 0.9, None) == "candidate"


def test_doubt_leaves_it_a_candidate():
    assert tier_of(lying("right_atrium", 0.9), 0.5, None) == "candidate"


@pytest.mark.parametrize(
    ("site", "hu", "tiers"),
    [("lung", 1600.0, ["candidate", "reported"]), ("azygos_vein", 1600.0, ["reported", "reported"]),
     ("lung", 3000.0, ["reported", "reported"])],
)  # fmt: skip
def test_what_may_be_calcium_in_the_lung_must_be_surer(site, hu, tiers):
    """Calcium of granulomas is commoner there than cement, and never so bright as most cement."""
    piece = lying(site, 0.9, one={"material_hu": hu, "peak_hu": hu})
    assert [tier_of(piece, chance, None) for chance in (0.7, 0.8)] == tiers


def test_a_cord_through_the_heart_is_nearly_sure_unless_a_rule_claims_it():
    long = {"extents": replace(BALL, widths_mm=np.array([100.0, 4.0, 3.0])), "noise_hu": 400.0}
    cord = lying("right_atrium", 0.2, one=long, passing=0.9, beside_aorta=0.0)
    short = lying("right_atrium", 0.2, one={"noise_hu": 400.0}, passing=0.9, beside_aorta=0.0)
    lead = not_because("lead or catheter", "it is one long tube", 0.85)
    assert chance_of(cord, None) >= tracing.SURE_CORD.number > chance_of(short, None)
    assert chance_of(cord, lead) < tracing.SURE_CORD.number


@pytest.mark.parametrize(
    ("shares", "changes", "sure"),
    [({"vertebral_body": 0.8}, {}, True), ({"vertebral_body": 0.3, "paravertebral": 0.7}, {}, False),
     ({"vertebral_body": 0.8}, {"inside_ml": 0.6}, False), ({"vertebral_body": 0.8}, {"material_hu": 1350.0}, False)],
)  # fmt: skip
def test_what_fills_a_body_and_far_outshines_bone_is_nearly_sure(shares, changes, sure):
    """The calibration holds no filling: it took six millilitres in a vertebra for as doubtful as a coin's side."""
    fill = thing("vertebral_body", shares, one={"inside_ml": 6.0, "material_hu": 1600.0, "noise_hu": 400.0, **changes})
    bone = not_because("vertebra or osteophyte", "it lies in bone", 0.6)
    assert (chance_of(fill, bone) == tracing.SURE_FILL.number) is sure
    assert chance_of(fill, not_because("rib", "it lies in a rib", 0.6)) < tracing.SURE_FILL.number


def test_a_reported_piece_is_named_by_a_reported_site():
    unsure = Place(site="prevertebral", side="right", certainty=0.5, others=(("azygos_vein", 0.3), ("disc", 0.1)))
    named = reported_place(unsure)
    assert (named.site, named.certainty, named.side) == ("azygos_vein", 0.3, "")
    assert named.others[0] == ("prevertebral", 0.5)


def test_a_pool_of_contrast_as_long_as_a_cord_holds_more_than_any_cord():
    long = {"extents": replace(BALL, widths_mm=np.array([150.0, 30.0, 25.0])), "noise_hu": 400.0}
    small, large = (
        lying("right_atrium", 0.2, one={**long, "inside_ml": ml}, passing=0.9, beside_aorta=0.0) for ml in (2.0, 40.0)
    )
    assert chance_of(small, None) >= tracing.SURE_CORD.number > chance_of(large, None)
