"""What a vertebra holds, with volumes counted by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import small_body
from small_body import fill, level_middle, make_piece

from azygos.ground.findings import Range, TreatedLevel
from azygos.trace.joining import join

body = cache(small_body.make_anatomy)
scan = cache(small_body.make_scan)


def moved(name: str, back: float = 0.0, up: float = 0.0) -> np.ndarray:
    return level_middle(name) + np.array([0.0, back, up])


def levels(*pieces) -> tuple[TreatedLevel, ...]:
    return join(pieces, body(), scan()).levels


def test_a_ball_in_a_body_is_its_fill():
    (level,) = levels(fill(1, scan(), "T10"))
    ball_ml = 4.0 / 3.0 * np.pi * 8.0**3 * 1e-3
    assert level.level == "T10"
    assert level.fill_ml.value == pytest.approx(ball_ml, rel=0.03)
    assert level.fill_share is not None
    assert level.fill_share.value == pytest.approx(ball_ml / 25.0, rel=0.03)
    assert level.fill_share.low < 0.8 * level.fill_share.value
    assert level.exits == ()
    assert (level.upper_end_plate, level.lower_end_plate) == ("not touched", "not touched")


def test_a_body_of_unknown_volume_has_no_share():
    assert levels(fill(1, scan(), "T9"))[0].fill_share is None


def test_end_plates_are_touched_by_what_comes_within_a_voxel():
    """Balls of 6 mm radius whose tops lie at the upper end plate, 11 mm above the middle, and 3 mm below it."""
    (touching,) = levels(make_piece(1, scan(), [moved("T10", up=5.0)], 6.0, "vertebral_body"))
    (below,) = levels(make_piece(1, scan(), [moved("T10", up=2.0)], 6.0, "vertebral_body"))
    assert (touching.upper_end_plate, touching.lower_end_plate) == ("touched", "not touched")
    assert below.upper_end_plate == "not touched"


def test_one_piece_through_the_front_wall_is_divided_into_fill_and_exit():
    """A ball of 8 mm and a rod of 2 mm radius that runs 36 mm up the azygos vein."""
    middle = level_middle("T10")
    rod = np.array([middle, [-8.0, 40, middle[2]], [-8, 40, middle[2] + 36]])
    ball = make_piece(1, scan(), [middle], 8.0, "vertebral_body")
    both = make_piece(1, scan(), [rod], 2.0, "vertebral_body")
    voxels = np.unique(np.concatenate([ball.voxels, both.voxels]), axis=0)
    volume = len(voxels) * scan().voxel_ml
    (level,) = levels(replace(both, voxels=voxels, volume_ml=Range(value=volume, low=volume, high=volume)))
    (azygos,) = [part for part in level.exits if part.site == "azygos_vein"]
    assert azygos.pieces == (1,)
    assert azygos.volume_ml.value == pytest.approx(np.pi * 2.0**2 * 36e-3, rel=0.35)
    assert level.fill_ml.value + sum(part.volume_ml.value for part in level.exits) == pytest.approx(volume, rel=1e-6)


def test_cement_at_the_edge_of_the_coarse_outline_is_no_exit():
    """A ball of 6 mm radius reaches 1 mm beyond the front wall, 14 mm before the middle."""
    (level,) = levels(make_piece(1, scan(), [moved("T10", back=-9.0)], 6.0, "vertebral_body"))
    assert level.exits == ()


def test_two_vertebrae_filled_by_one_piece_share_its_volume():
    low, high = level_middle("T11"), level_middle("T10")
    found = levels(make_piece(1, scan(), [np.stack([low, high])], 5.0, "vertebral_body"))
    assert [level.level for level in found] == ["T11", "T10"]
    assert found[0].fill_ml.value == pytest.approx(found[1].fill_ml.value, rel=0.12)  # a disc voxel goes to one body
    assert (found[0].upper_end_plate, found[1].lower_end_plate) == ("touched", "touched")


def test_a_grain_in_a_body_is_no_treatment():
    assert levels(fill(1, scan(), "T10", radius=1.5)) == ()
