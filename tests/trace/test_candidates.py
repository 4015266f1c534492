"""What stands out, and where it is parted from bone."""

from __future__ import annotations

import numpy as np
import pytest
from blurred import anatomy_of, ball, oriented, quality, rod, scan_with

from azygos.ground.findings import Limit
from azygos.trace.background import read_background
from azygos.trace.candidates import seek
from azygos.trace.limits import blind_regions, limits_of, smallest_ball
from azygos.trace.specks import without_specks


def sought(scan, anatomy):
    return seek(scan, anatomy, read_background(scan, anatomy))


def test_noise_alone_gives_nothing():
    scan = scan_with(40.0, [], [], shape=(120, 120, 60), noise=40.0)
    assert sought(scan, anatomy_of(scan, "mediastinum")).candidates == ()


def test_a_vessel_in_the_lung_is_no_candidate_and_a_weak_embolus_in_it_is():
    vessel = rod((4.0, 17.0, 4.0), (30.0, 17.0, 26.0), 3.0)
    alone = scan_with(-850.0, [vessel], [50.0])
    assert sought(alone, anatomy_of(alone)).candidates == ()
    both = scan_with(-850.0, [vessel, ball((17.0, 17.0, 15.0), 2.0)], [50.0, 1450.0])
    (only,) = sought(both, anatomy_of(both)).candidates
    assert np.linalg.norm(only.voxels.mean(axis=0) * both.spacing_mm - [17.0, 17.0, 15.0]) < 0.7


@pytest.mark.parametrize("cement", [1450.0, 5000.0])
def test_a_thread_of_a_millimetre_stands_out_of_blood(cement):
    scan = scan_with(45.0, [rod((8.0, 12.0, 8.0), (24.0, 20.0, 20.0), 1.0)], [cement])
    (only,) = sought(scan, anatomy_of(scan, "mediastinum")).candidates
    assert np.ptp(only.voxels * scan.spacing_mm, axis=0) == pytest.approx([16.0, 8.0, 12.0], abs=3.0)


def test_a_piece_that_touches_bone_is_parted_from_it():
    bone = lambda p: p[..., 1] > 22.0  # noqa: E731
    scan = scan_with(40.0, [bone, ball((17.0, 20.4, 15.0), 4.0)], [600.0, 3000.0])
    box = (slice(None), slice(32, None), slice(None))
    found = sought(scan, anatomy_of(scan, "prevertebral", [("vertebral_body", box)]))
    near = [
        c for c in found.candidates if np.linalg.norm(c.voxels.mean(axis=0) * scan.spacing_mm - [17, 20.4, 15]) < 1.0
    ]
    assert len(near) == 1
    assert not near[0].apart
    assert len(found.wholes) == 1


def test_dense_blocks_too_few_for_bone_give_way():
    scan = scan_with(-850.0, [], [])
    speck = (slice(10, 13), slice(10, 13), slice(10, 12))
    large = (slice(20, 48), slice(20, 48), slice(5, 25))
    cleaned = without_specks(anatomy_of(scan, "lung_right", [("other_bone", speck), ("rib", large)]))
    kept = anatomy_of(scan, "lung_right", [("rib", large)])
    assert np.array_equal(cleaned.regions, kept.regions)


def test_limits_follow_slice_and_cement():
    scan = scan_with(-850.0, [], [])
    anatomy = anatomy_of(scan)
    background = read_background(scan, anatomy)
    found = seek(scan, anatomy, background)
    (thin,) = limits_of(anatomy, background, found, quality())
    (thick,) = limits_of(anatomy, background, found, quality(slice_mm=5.0))
    assert isinstance(thin, Limit)
    assert thin.region == "lung"
    assert thin.dense_mm < thin.weak_mm < thick.weak_mm
    assert smallest_ball(500.0, 0.0, 800.0, quality()) == float("inf")


def test_a_pool_as_bright_as_weak_cement_is_blind():
    values = np.random.default_rng(2).normal(40.0, 15.0, (60, 60, 30))
    pool = (slice(12, 36), slice(12, 36), slice(None))
    values[pool] = 1500.0
    scan = oriented(values)
    anatomy = anatomy_of(scan, "mediastinum", [("superior_vena_cava", pool)], contrast="in veins")
    background = read_background(scan, anatomy)
    (blind,) = blind_regions(scan, anatomy, background, seek(scan, anatomy, background), quality())
    assert (blind.region, blind.reason) == (
        "superior vena cava", "Blood with contrast reads 1500 HU there, as bright as weak cement.",
    )  # fmt: skip
    assert blind.volume_ml == pytest.approx(24 * 24 * 30 * 0.49e-3, rel=0.25)
