"""The comparison's parts, each against something exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from chests import Ball, Other, chest, findings, scan
from scipy import ndimage, stats

from azygos.compare.align import _best_shift, agreement, body, start
from azygos.compare.alone import _kept
from azygos.compare.blocks import follow_blocks, held_out, predict
from azygos.compare.comparison import _refuse
from azygos.compare.grids import Grid, body_of, coarse, lungs_of, resample, sample, without_cement
from azygos.compare.holding import _stretches, region_of
from azygos.compare.judge import FALSE_IN_PAIR, Court, _verdict
from azygos.compare.local import spine_line
from azygos.compare.look import look
from azygos.compare.match import Seen, group_pieces, pair_far
from azygos.compare.warp import Warp
from azygos.ground.errors import InputError
from azygos.ground.findings import Range
from azygos.ground.volume import Volume, to_lps


def test_a_bent_warp_finds_its_way_back(rng):
    shape = (12, 12, 12)
    smooth = np.stack([ndimage.gaussian_filter(rng.standard_normal(shape), 3.0) for _ in range(3)], -1)
    grid = np.diag([5.0, 5.0, 5.0, 1.0])
    warp = Warp(
        affine_mm=np.array([[0.96, -0.28, 0, 4.0], [0.28, 0.96, 0, -7.0], [0, 0, 1, 30.0], [0, 0, 0, 1]]),
        step_mm=np.array([0.4, -0.2, 0.1]),
        field_mm=(6.0 * smooth / np.abs(smooth).max()).astype(np.float32),
        grid_mm=grid,
    )
    points = rng.uniform(5.0, 50.0, (40, 3))
    np.testing.assert_allclose(warp.to_first(warp.to_second(points)), points, atol=0.02)


def test_a_coarse_grid_keeps_places_whatever_the_axes_are():
    """A bright cube at one LPS place, in a scan with mirrored and permuted axes, stays there."""
    hu = np.full((40, 30, 50), -1000.0, np.float32)
    hu[10:14, 20:24, 30:34] = 1000.0
    affine = np.array([[0, -1.0, 0, 20.0], [0, 0, 1.5, -40.0], [-2.0, 0, 0, 7.0], [0, 0, 0, 1]])
    grid = coarse(Volume(hu=hu, affine_mm=affine), 3.0)
    weight = np.clip(grid.hu + 1000.0, 0.0, None)
    middle = np.average(grid.points_mm.reshape(-1, 3), axis=0, weights=weight.ravel())
    np.testing.assert_allclose(middle, to_lps(affine, np.array([11.5, 21.5, 31.5])), atol=0.4)


def test_a_table_is_no_body_and_a_lung_cut_open_by_the_field_is_one():
    hu = np.full((40, 40, 20), -1000.0, np.float32)
    hu[4:36, 6:30] = 40.0  # body
    hu[:16, 10:24] = -850.0  # a lung whose side wall the field cuts away
    hu[2:38, 34:37] = 300.0  # table
    grid = Grid(hu=hu, seen=np.ones(hu.shape, bool), origin_mm=np.zeros(3), step_mm=4.0)
    inside = body_of(grid)
    assert not inside[:, 34:].any()
    assert lungs_of(grid, inside)[5:15, 12:22].all()


def test_cement_guides_no_registration():
    """The scan without its cement no longer shows it; elsewhere nothing was touched."""
    tissue = Volume(hu=np.full((40, 40, 40), 40.0, np.float32), affine_mm=np.diag([1.0, 1.0, 2.0, 1.0]))
    volume, found = scan(tissue, [Ball((20, 20, 40), 6.0, "lung")], 1, noise=0.0)
    plain = without_cement(volume, found.pieces)
    assert volume.hu.max() > 1500.0
    assert plain.hu.max() < 60.0
    assert np.array_equal(plain.hu[:10], volume.hu[:10])


def test_all_shifts_are_tried_and_the_right_one_is_found(rng):
    """Noise cut twice from one block: their origins tell the shift exactly."""
    whole = ndimage.gaussian_filter(rng.standard_normal((40, 40, 40)), 1.5)
    a, b = whole[2:32, 4:30, 0:28], whole[8:40, 0:24, 10:40]
    grids = [
        Grid(hu=x.astype(np.float32), seen=np.ones(x.shape, bool), origin_mm=np.zeros(3), step_mm=8.0) for x in (a, b)
    ]
    score, shift = _best_shift(*((g, x, np.ones(x.shape)) for g, x in zip(grids, (a, b), strict=True)))
    assert score == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(shift, 8.0 * np.array([-6.0, 4.0, -10.0]))


def test_the_start_stands_a_turn_and_a_cut(rng):
    chests = chest()
    first = body(coarse(chests, 4.0))
    cut = Volume(hu=chests.hu[:, :, 24:], affine_mm=chests.affine_mm + _at(0, 0, 48.0 - 300.0))
    second = body(coarse(cut, 4.0))
    matrix, score = start(first, second)
    assert score > 0.9
    np.testing.assert_allclose(matrix[:3, 3], [0.0, 0.0, -300.0], atol=4.0)
    assert agreement(first, second, Warp(affine_mm=_at(0, 0, -300.0) + np.eye(4)))["bone"] > 0.95


def _at(*place: float) -> np.ndarray:
    matrix = np.zeros((4, 4))
    matrix[:3, 3] = place
    return matrix


def test_blocks_measure_a_known_shift_and_tell_their_own_error(rng):
    """A textured cube shifted by (0.7, -1.2, 0.4) voxels, with noise of its own on each date."""
    shape, shift = (61, 61, 61), np.array([0.7, -1.2, 0.4])
    texture = ndimage.gaussian_filter(rng.standard_normal(shape), 2.0)
    texture *= 100.0 / texture.std()
    moved = ndimage.shift(texture, shift, order=3, mode="nearest")
    first, second = (cube + 20.0 * rng.standard_normal(shape) for cube in (texture, 0.8 * moved + 30.0))
    everywhere = np.ones(shape, bool)
    residuals = follow_blocks(first, second, everywhere, everywhere)
    assert len(residuals.shifts) > 40
    told = predict(residuals, np.zeros(3), 14.0)
    np.testing.assert_allclose(told.shift, shift, atol=0.03)
    assert told.error < 0.1
    assert predict(residuals, np.array([60.0, 0.0, 0.0]), 14.0).error > 1.0  # aside of all blocks
    spread = held_out(residuals, 14.0).std()
    assert spread < 0.25
    assert 0.3 < spread / np.median(residuals.errors) < 1.5  # an error is told for a block's worst axis


def test_blocks_without_structure_are_not_followed(rng):
    first, second = (rng.standard_normal((41, 41, 41)) for _ in range(2))
    everywhere = np.ones(first.shape, bool)
    assert len(follow_blocks(first, second, everywhere, everywhere).shifts) == 0


def test_the_spine_is_followed_through_all_slices():
    line = spine_line(body(coarse(chest(), 4.0)))
    middle = line[3:-3]
    assert np.abs(middle[:, 0]).max() < 4.0
    assert np.abs(middle[:, 1] - 46.0).max() < 8.0


def _seen(points, ml=0.1, site="lung", near=4.0, length=5.0):
    ball = Ball((0, 0, 0), 5.0, site)
    _, found = scan(Volume(hu=np.zeros((9, 9, 9), np.float32), affine_mm=np.eye(4) + _at(-4, -4, -4)), [ball], 1)
    piece = replace(found.pieces[0], volume_ml=Range(value=ml, low=0.9 * ml, high=1.1 * ml), length_mm=length)
    return Seen(piece=piece, points_mm=np.array(points, float), near_mm=near)


def _line(start, end):
    return np.linspace(start, end, int(abs(end - start)) + 1)[:, None] * np.array([1.0, 0.0, 0.0])


def _groups(first, second):
    return sorted((group.first, group.second) for group in group_pieces(first, second))


def test_neighbours_keep_their_identity():
    """Two balls 5 mm apart, both shifted by 1 mm: each finds itself."""
    first = [_seen(_line(0, 2)), _seen(_line(7, 9))]
    second = [_seen(_line(8, 10)), _seen(_line(1, 3))]
    assert _groups(first, second) == [((0,), (1,)), ((1,), (0,))]


def test_a_thread_that_noise_broke_is_one_piece():
    first = [_seen(_line(0, 30), ml=0.3, length=30)]
    second = [_seen(_line(0, 12), ml=0.12, length=12), _seen(_line(15, 30), ml=0.16, length=15)]
    assert _groups(first, second) == [((0,), (0, 1))]
    assert _groups(second, first) == [((0, 1), (0,))]


def test_a_new_piece_beside_an_old_one_stays_new():
    first = [_seen(_line(0, 10), ml=0.1)]
    second = [_seen(_line(0, 10), ml=0.1), _seen(_line(16, 20), ml=0.05)]
    assert _groups(first, second) == [((), (1,)), ((0,), (0,))]


def test_what_left_is_paired_with_what_came_only_if_alike():
    gone = [_seen(_line(0, 5), ml=0.1, length=6)]
    assert pair_far(gone, [_seen(_line(100, 105), ml=0.105, length=6)], 0.8) == [(0, 0)]
    assert pair_far(gone, [_seen(_line(100, 140), ml=0.3, length=40)], 0.8) == []


def test_a_look_sees_a_shift_and_half_the_brightness():
    """A ball of 1000 HU above water, on the second date 1 mm to the left and half as bright."""
    volumes = []
    for x, bright in ((0.0, 1000.0), (1.0, 500.0)):
        points = np.stack(np.indices((61, 61, 61)), -1) * 0.5 - 15.0
        hu = bright * np.exp(-0.5 * ((points - [x, 0, 0]) ** 2).sum(-1) / 1.5**2)
        volumes.append(Volume(hu=hu.astype(np.float32), affine_mm=np.diag([0.5, 0.5, 0.5, 1.0]) + _at(-15, -15, -15)))
    points = np.stack(np.meshgrid(*[np.arange(-3.0, 4.0)] * 3), -1).reshape(-1, 3)
    seen = look(*volumes, Warp(), points[np.linalg.norm(points, axis=1) <= 3.0], 3.0)
    np.testing.assert_allclose(seen.shift_mm, [1.0, 0.0, 0.0], atol=0.06)
    assert seen.share == pytest.approx(0.5, rel=0.03)
    assert seen.seen == (1.0, 1.0)


def test_limits_get_stricter_with_the_number_of_pieces():
    """Chance of any false move among n pieces that lie still is the share that the page states."""
    for n in (1, 10, 100):
        court = Court(scans=None, findings=(), tests=n)
        assert 1.0 - (1.0 - stats.chi.sf(court.move_z, 3)) ** n == pytest.approx(FALSE_IN_PAIR, rel=0.02)
        assert 1.0 - (1.0 - 2.0 * stats.norm.sf(court.change_z)) ** n == pytest.approx(FALSE_IN_PAIR, rel=0.02)


def test_verdicts_say_their_numbers():
    def words(**other):
        known = dict(
            move=0.4, least_move=1.2, change=0.001, least_change=0.02,
            moved=False, changed=False, witnessed=True, whole=True,
        )  # fmt: skip
        return _verdict(**(known | other))

    assert words() == ("unchanged", "Unchanged within 20 mm3 and 1.2 mm.")
    assert words(move=3.0, moved=True) == (
        "moved",
        "It moved by 3.0 mm (these scans show moves from 1.2 mm); its volume is unchanged within 20 mm3.",
    )
    assert words(change=-0.05, changed=True) == (
        "changed",
        "Its volume changed by \u221250 mm3 (these scans show changes from 20 mm3); "
        "it lies where it lay, within 1.2 mm.",
    )
    assert words(change=0.05, changed=True, witnessed=False) == (
        "cannot tell",
        "Its measured volumes differ by +50 mm3, but one scan laid on the other shows no such difference.",
    )
    assert words(whole=False) == ("cannot tell", "It lies partly outside the field on one date.")


def test_a_blurred_scan_leaves_less_of_a_thin_piece():
    """A 3 mm piece in 2 mm voxels, against slices of 5 mm: by the widths of three Gaussians."""
    volume, found = scan(chest(), [Ball((-50, 0, 10), 3.0, "lung")], 1)
    thick = findings(Volume(hu=volume.hu, affine_mm=volume.affine_mm * np.array([1, 1, 2.5, 1])[:, None]), [])
    expected = np.sqrt((2.1**2 + 2.0**2) / (2.1**2 + 5.0**2))
    assert _kept(found.pieces[0], found, thick) == pytest.approx(expected)
    assert region_of(found.pieces[0]) == "lung"


def test_a_long_piece_gets_a_station_every_four_centimetres():
    points = np.column_stack([np.zeros(101), np.zeros(101), np.arange(101.0)])
    parts = _stretches(points)
    assert [len(part) for part, _ in parts] == [34, 33, 34]
    assert [abs(middle[2] - part[:, 2].mean()) <= 0.5 for part, middle in parts] == [True] * 3


def test_samples_beyond_the_field_are_no_numbers():
    volume = Volume(hu=np.ones((4, 4, 4), np.float32), affine_mm=np.eye(4))
    found = sample(volume, np.array([[1.0, 1.0, 1.0], [9.0, 0.0, 0.0]]))
    assert found[0] == 1.0
    assert np.isnan(found[1])
    grid = resample(volume.hu, volume.affine_mm, np.full(3, -2.0), 1.0, (8, 8, 8))
    assert grid.seen.sum() == 64


def test_scans_that_share_nothing_are_refused():
    with pytest.raises(InputError) as error:
        _refuse({"bone": 0.6, "lung": 0.0, "body": 0.9, "common": 0.05})
    assert str(error.value) == (
        "the two scans share no part of the body: after the best alignment 5 % of the smaller one lies in both fields, "
        "and 12 % are needed. Give two scans of the same part of the body."
    )


def test_made_up_maps_go_there_and_back(rng):
    """The tests' own second date: its map and the map back agree."""
    other = Other(shift=(3, 4, 5), turn_deg=(5, 6, 7), breath_mm=12.0)
    points = rng.uniform(-40, 40, (50, 3))
    np.testing.assert_allclose(other.back(other.there(points)), points, atol=1e-6)
