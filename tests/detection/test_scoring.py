"""Matching by hand."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.findings import Asked, Findings, Origin, Path, Piece, Range
from azygos.ground.places import Place
from azygos.ground.volume import Volume
from azygos.render.truth import Placed
from detection.scoring import contrast_of, group_right, held_once, match, noise_near, outside_mm, site_right

NOWHERE = np.zeros((0, 3))


def placed(at, diameter, site="lung"):
    return Placed(
        name="x", lines_mm=(np.array([at], float),), diameters_mm=(np.array([diameter]),), place=Place(site=site),
        origin="", cement_hu=4700.0, volume_ml=1.0,
    )  # fmt: skip


def found(number, voxels, tier="candidate", site="lung"):
    voxels = np.array(voxels)
    return Piece(
        number=number, tier=tier, place=Place(site=site), origin=Origin(level="", certainty=0.0, reason=""),
        certainty=0.5, reasons=(), voxels=voxels, centre_mm=voxels.mean(axis=0), line_mm=NOWHERE,
        volume_ml=Range(value=1, low=1, high=1), length_mm=0, diameter_mm=1, thickness_mm=1, peak_hu=1000,
        background_hu=0, contrast=10, clipped=0, branches=0,
    )  # fmt: skip


def findings(*pieces):
    return Findings(
        shape=(60, 60, 60), affine_mm=np.eye(4), pieces=pieces, not_cement=(), path=Path(), levels=(), blind=(),
        limits=(), landmarks=(), asked=Asked(), butscheidt=None, qanadli=None, ceiling_hu=None, clipped_voxels=0,
        sharpness_mm=1, field_of_view=(), not_seen=(), notes=(),
    )  # fmt: skip


def cube(at, half):
    steps = np.arange(-half, half + 1)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 3) + np.array(at)


def test_distance_to_a_ball_and_a_tapered_thread():
    assert outside_mm(placed((0, 0, 0), 4.0), np.array([[5.0, 0, 0], [0, 0, 1.0]])) == pytest.approx([3.0, -1.0])
    thread = Placed(
        name="t", lines_mm=(np.array([[0.0, 0, 0], [10.0, 0, 0]]),), diameters_mm=(np.array([2.0, 4.0]),),
        place=Place(site="lung"), origin="", cement_hu=1.0, volume_ml=1.0,
    )  # fmt: skip
    assert outside_mm(thread, np.array([[10.0, 5.0, 0], [0.0, 5.0, 0]])) == pytest.approx([3.0, 4.0])


def test_a_finding_stands_for_the_piece_that_it_lies_on_and_no_other():
    truth = [placed((10, 10, 10), 4.0), placed((40, 40, 40), 4.0)]
    pieces = match(truth, findings(found(1, cube((11, 10, 10), 1)), found(2, cube((25, 25, 25), 1))))
    assert [piece and piece.number for piece in pieces] == [1, None]


def test_a_large_thing_that_holds_a_piece_does_not_stand_for_it():
    """A bone of 15 x 15 x 15 voxels around a ball of 2 mm: a twentieth of it is near."""
    assert match([placed((20, 20, 20), 2.0)], findings(found(1, cube((20, 20, 20), 7)))) == [None]


def test_the_reported_one_is_taken_before_the_larger():
    pieces = (found(1, cube((20, 20, 20), 0), tier="reported"), found(2, cube((21, 20, 20), 1)))
    assert match([placed((20, 20, 20), 4.0)], findings(*pieces))[0].number == 1


def test_places_are_right_by_name_and_by_group():
    thing = placed((0, 0, 0), 1.0, site="right_atrium")
    assert site_right(thing, found(1, cube((5, 5, 5), 0), site="heart"))
    assert not site_right(thing, found(1, cube((5, 5, 5), 0), site="right_ventricle"))
    assert group_right(thing, found(1, cube((5, 5, 5), 0), site="right_ventricle"))
    assert not group_right(thing, found(1, cube((5, 5, 5), 0), site="superior_vena_cava"))


def test_contrast_is_over_noise_and_not_over_edges():
    """A scan of noise 20 HU with a bone's edge through it; 400 HU more at one voxel are twenty times the noise."""
    rng = np.random.default_rng(1)
    hu = 40.0 + 20.0 * rng.standard_normal((60, 60, 40))
    hu[:, 36:] += 800.0
    before = Volume(hu=hu, affine_mm=np.eye(4))
    more = hu.copy()
    more[30, 30, 20] += 400.0
    after = Volume(hu=more, affine_mm=np.eye(4))
    assert noise_near(before, np.array([[30.0, 30, 20]]), 16.0) == pytest.approx(20.0, rel=0.25)
    assert contrast_of(before, after, placed((30, 30, 20), 1.0)) == pytest.approx(20.0, rel=0.25)


def thread(start, end):
    return Placed(
        name="t", lines_mm=(np.array([start, end], float),), diameters_mm=(np.array([2.0, 2.0]),),
        place=Place(site="lung"), origin="", cement_hu=1.0, volume_ml=1.0,
    )  # fmt: skip


def test_cement_that_two_lines_tell_counts_once():
    one, same, half = thread((0, 0, 0), (10, 0, 0)), thread((10, 0, 0), (0, 0, 0)), thread((5, 0, 0), (15, 0, 0))
    assert held_once([one, thread((0, 5, 0), (10, 5, 0))]) == 1.0
    assert held_once([one, same]) == pytest.approx(0.5)
    assert held_once([one, half]) == pytest.approx(0.75, abs=0.02)
    assert held_once([placed((0, 0, 0), 4.0)]) == 1.0


def test_a_bend_loses_nothing():
    """What overlaps inside a bend is missing outside it (Pappus)."""
    turn = np.linspace(0.0, np.pi, 25)
    arc = 5.0 * np.stack([np.cos(turn), np.sin(turn), 0.0 * turn], axis=1)
    bent = Placed(
        name="t", lines_mm=(arc,), diameters_mm=(np.full(25, 4.0),), place=Place(site="lung"), origin="", cement_hu=1.0,
        volume_ml=1.0,
    )  # fmt: skip
    assert held_once([bent]) == 1.0
