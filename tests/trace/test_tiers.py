"""A piece is reported by what it passes, not by where most of it lies or by how sure its one site is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_lookalikes import BALL, thing

from azygos.ground.places import Place
from azygos.trace.pieces import tier_of


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
