"""Blur, noise and ceiling, read from scans of which they are known."""

from __future__ import annotations

import numpy as np
import pytest
from blurred import anatomy_of, oriented, scan_with, shares

from azygos.trace.background import read_background
from azygos.trace.quality import ceiling_of, read_quality
from azygos.trace.sharpness import UNKNOWN_MM, sharpness_of


@pytest.mark.parametrize("fwhm", [0.9, 1.3, 1.8])
def test_blur_is_read_from_the_skin(fwhm):
    step = 0.6
    inside = shares(
        (110, 110, 1), lambda p: np.hypot(p[..., 0] - 33.0, p[..., 1] - 33.0) < 25.0, (step, step, 1.0), fwhm
    )
    noise = np.random.default_rng(4).normal(0.0, 15.0, (110, 110, 8))
    values = np.repeat(-1000.0 + 1040.0 * inside, 8, axis=2) + noise
    scan = oriented(np.tile(values, (1, 1, 3)), (step, step, 1.0))
    seen, edges = sharpness_of(scan)
    with_voxel = np.hypot(fwhm, 2.3548 * step / np.sqrt(12.0))  # a voxel blurs too
    assert edges > 40
    assert seen == pytest.approx(with_voxel, rel=0.15)


def test_without_edges_the_blur_is_not_known():
    scan = scan_with(40.0, [], [])
    assert sharpness_of(scan) == (UNKNOWN_MM, 0)
    assert not read_quality(scan, {}).known_blur


def test_ceiling_is_a_spike_at_the_highest_value():
    values = np.random.default_rng(0).normal(40.0, 20.0, (30, 30, 30))
    values[:3, :3, :3] = 3071.0
    assert ceiling_of(oriented(values)) == (3071.0, 27)
    assert ceiling_of(oriented(np.minimum(values, 500.0))) == (None, 0)


def test_facts_give_thickness_and_voltage():
    scan = scan_with(40.0, [], [])
    read = read_quality(scan, {"slice_thickness_mm": "2.5", "kvp": "100"})
    assert (read.slice_mm, read.kvp) == (2.5, 100.0)
    assert read_quality(scan, {"kvp": "unknown"}).kvp is None


def test_noise_is_that_of_the_scan_whatever_bright_lies_in_it():
    values = np.random.default_rng(3).normal(40.0, 30.0, (60, 60, 40))
    values[20:24, 20:24, 10:20] = 1500.0
    scan = oriented(values)
    background = read_background(scan, anatomy_of(scan, "mediastinum"))
    assert np.median(background.noise_hu) == pytest.approx(30.0, rel=0.15)
    assert background.level_hu.max() == 60.0  # ordinary blood, not the piece


def test_contrast_raises_what_is_ordinary_in_the_lung():
    scan = scan_with(-850.0, [], [])
    plain = read_background(scan, anatomy_of(scan)).level_hu
    bright = anatomy_of(scan, contrast="in veins", vessel_hu={"lung": 300.0})
    assert (plain.max(), read_background(scan, bright).level_hu.min()) == (60.0, 360.0)


def test_lungs_tell_what_their_own_vessels_reach():
    values = np.random.default_rng(6).normal(-850.0, 15.0, (96, 96, 60))
    values[30:34, 10:90, 10:50] = 450.0
    scan = oriented(values)
    seen = read_background(scan, anatomy_of(scan, contrast="in veins")).level_hu.max()
    assert seen == pytest.approx(1.2 * 450.0, abs=5.0)
    unknown = read_background(scan, anatomy_of(scan)).level_hu  # the lungs are asked whatever is said of contrast
    assert unknown.max() == pytest.approx(seen, abs=5.0)
