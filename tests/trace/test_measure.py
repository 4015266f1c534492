"""Measures of shapes that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blurred import anatomy_of, ball, quality, rod, scan_with

from azygos.trace.background import read_background
from azygos.trace.brightness import OwnCement, cement_span_hu, own_cement, volume_of
from azygos.trace.candidates import Candidate, Sought, candidate_of, seek
from azygos.trace.fill import Fill
from azygos.trace.measure import measure
from azygos.trace.shape import extents_of, line_of


def measured(scan, region="lung_right", **changes):
    anatomy = anatomy_of(scan, region)
    background = read_background(scan, anatomy)
    sought = seek(scan, anatomy, background)
    assert len(sought.candidates) == 1
    return measure(scan, sought, sought.candidates[0], quality(ceiling_hu=scan.ceiling_hu, **changes), 60.0, 15.0)


def vessel(diameter):
    return rod((17.0, 17.1, -5.0), (17.0, 17.1, 35.0), diameter)


@pytest.mark.parametrize("diameter", [2.0, 3.0, 5.0, 8.0])
@pytest.mark.parametrize("cement", [1500.0, 4700.0])
@pytest.mark.parametrize("wider", [None, 1.0])
def test_volume_of_a_ball_in_the_lung_alone_or_in_its_vessel(diameter, cement, wider):
    if wider is None and cement < 2000.0 and diameter < 5.0:
        true = np.pi / 6.0 * diameter**3 * 1e-3
        solid = ball((17.0, 17.1, 14.3), diameter)
        # read too small: what hides behind it is taken for the vessel that is not there
        one = measured(scan_with(-850.0, [solid], [cement]))
        assert 0.3 * true <= volume_of(one, quality(), None).value < true
        return
    solid = ball((17.0, 17.1, 14.3), diameter)
    held = ([vessel(diameter * wider)], [40.0]) if wider else ([], [])
    one = measured(scan_with(-850.0, [*held[0], solid], [*held[1], cement]))
    volume = volume_of(one, quality(), None)
    true = np.pi / 6.0 * diameter**3 * 1e-3
    assert volume.low <= true <= volume.high
    if diameter >= 5.0:
        assert volume.value == pytest.approx(true, rel=0.15)
        assert (volume.high - volume.low) / volume.value < 0.8
    if diameter >= 3.0:
        assert one.material_hu == pytest.approx(cement, rel=0.12)


def test_a_rod_is_as_long_and_as_wide_as_it_is():
    one = measured(scan_with(40.0, [rod((8.0, 10.0, 8.0), (24.0, 20.0, 20.0), 3.0)], [3000.0]), "mediastinum")
    line = line_of(one.mask, one.origin, np.diag([0.7, 0.7, 1.0, 1.0]), one.extents)
    assert one.rod
    assert one.width_mm == pytest.approx(3.0, rel=0.1)
    assert one.diameter_mm == pytest.approx(3.0, rel=0.2)
    assert line.length_mm == pytest.approx(np.sqrt(16**2 + 10**2 + 12**2) + 3.0, rel=0.1)
    assert line.ends == 2


def test_a_fork_has_three_ends_and_the_length_of_its_arms():
    arms = [rod((16.0, 16.0, 4.0), (16.0, 16.0, 14.0), 2.5), rod((16.0, 16.0, 14.0), (8.0, 16.0, 22.0), 2.5),
            rod((16.0, 16.0, 14.0), (24.0, 16.0, 22.0), 2.5)]  # fmt: skip
    one = measured(scan_with(-850.0, [lambda p: arms[0](p) | arms[1](p) | arms[2](p)], [4000.0]))
    line = line_of(one.mask, one.origin, np.diag([0.7, 0.7, 1.0, 1.0]), one.extents)
    assert line.ends == 3
    assert line.length_mm == pytest.approx(10.0 + 2 * np.hypot(8.0, 8.0) + 2.5, rel=0.15)


def test_a_clipped_ball_gets_a_wider_interval_that_holds_the_truth():
    solid, true = ball((17.0, 17.0, 14.0), 5.0), np.pi / 6.0 * 125.0 * 1e-3
    clipped = measured(scan_with(-850.0, [solid], [4700.0], ceiling=3071.0))
    volume = volume_of(clipped, quality(ceiling_hu=3071.0), None)
    assert clipped.clipped > 0.3
    assert volume.low <= true <= volume.high


def test_a_thing_below_the_blur_does_not_tell_its_brightness():
    one = measured(scan_with(-850.0, [ball((17.0, 17.0, 14.0), 1.2)], [4700.0]))
    volume = volume_of(one, quality(), None)
    assert (volume.high - volume.low) / volume.value > 0.3


def test_cement_reads_more_at_a_lower_voltage():
    low, high = zip(*(cement_span_hu(quality(kvp=kvp)) for kvp in (140.0, 120.0, 80.0)), strict=True)
    assert low[0] < low[1] == 1400.0 < low[2]
    assert cement_span_hu(quality(kvp=None)) == pytest.approx((low[0], high[2]), rel=0.05)


def test_extents_of_a_plate():
    plate = np.argwhere(np.ones((12, 12, 2))).astype(float)
    found = extents_of(plate, np.ones(3))
    assert found.flatness > 3.0
    assert found.elongation == pytest.approx(1.0, abs=1e-6)


def test_a_thread_that_is_told_from_bone_by_its_brightest_voxels_keeps_its_slope():
    """1.4 mm wide, 18 mm long, 2.4 mm before a wall of bone: only what is brighter than bone is its own at first."""
    true = np.pi / 4.0 * 1.4**2 * (18.0 + 2.0 / 3.0 * 1.4) * 1e-3
    thread = rod((8.0, 16.0, 14.0), (26.0, 16.0, 14.0), 1.4)
    wall = lambda points: points[..., 1] > 18.4  # noqa: E731
    scan = scan_with(40.0, [wall, thread], [700.0, 1600.0])
    bright = np.argwhere((scan.hu > 850) & (np.arange(48)[:, None] < 25))
    candidate = Candidate(
        voxels=bright, level_hu=850.0, peak_hu=1200.0, apart=False, whole=0, bone=0.0, outside=0.0
    )  # fmt: skip
    steps = (scan.hu > 150).astype(np.uint8)
    sought = Sought(candidates=(candidate,), wholes=(), steps=steps, bone_hu=900.0)
    one = measure(scan, sought, candidate, quality(), 60.0, 15.0)
    volume = volume_of(one, quality(), OwnCement(1600.0, by_fillings=False))
    assert volume.value == pytest.approx(true, rel=0.15)
    assert volume.low < true < volume.high


def wide_piece(cement, diameter=8.0):
    return measured(scan_with(40.0, [ball((17.0, 17.1, 14.3), diameter)], [cement]), "mediastinum")


def filling(level):
    fill = Fill(voxels=np.zeros((1, 3)), level_hu=level, marrow_hu=100.0, outline_hu=0.0, least_ml=5.0, whole_ml=5.0,
                most_ml=5.0)  # fmt: skip
    scan = scan_with(40.0, [], [])
    within = replace(wide_piece(2000.0), candidate=candidate_of(fill, scan))
    return replace(within, material_hu=level, background_hu=100.0, inside_ml=5.0)


def test_what_is_wide_outside_tells_the_patients_cement_and_else_a_filling():
    within, outside = filling(1450.0), wide_piece(1700.0)
    assert own_cement([within], quality()) == OwnCement(1600.0, by_fillings=True)
    for pieces in ([outside], [within, outside]):
        told = own_cement(pieces, quality())
        assert (told.hu, told.by_fillings) == (pytest.approx(1700.0, rel=0.02), False)
    assert own_cement([within, wide_piece(1300.0)], quality()) == OwnCement(
        1600.0, by_fillings=True
    )  # mixed with blood
    assert own_cement([filling(900.0)], quality()) is None  # no cement reads so little
    assert own_cement([], quality()) is None


def test_a_thin_thing_takes_its_brightness_from_the_patients_cement():
    """Without it half the range of cement is open, and the interval three times as wide."""
    true = np.pi / 6.0 * 1.5**3 * 1e-3
    one = measured(scan_with(40.0, [ball((17.0, 17.1, 14.3), 1.5)], [1600.0]), "mediastinum")
    known, unknown = volume_of(one, quality(), OwnCement(1600.0, by_fillings=False)), volume_of(one, quality(), None)
    assert known.value == pytest.approx(true, rel=0.2)
    assert known.low < true < known.high
    assert (unknown.high - unknown.low) / unknown.value > 1.5 * (known.high - known.low) / known.value
