"""Pedicles, end plates and names on signals whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.trace.anatomy.label_maps import region_of
from azygos.trace.anatomy.naming import Anchor, name_levels, position
from azygos.trace.anatomy.parcels import Spine, SpineLevel
from azygos.trace.anatomy.periods import end_plates, find_pedicles
from azygos.trace.anatomy.spine import NAMES
from azygos.trace.anatomy.straight import frame_along


def crests(heights, n=400, width=4.0):
    h = np.arange(float(n))
    return 100.0 + 200.0 * np.exp(-0.5 * ((h[:, None] - heights[None]) / width) ** 2).sum(axis=1)


def straight_spine(n=5, step=25.0):
    z = np.arange(0.0, n * step + 1.0, 5.0)
    line = np.column_stack([0.0 * z, 0.0 * z, z])
    levels = tuple(
        SpineLevel(name="", centre_mm=(0.0, 0.0, step * (k + 0.5)), upper_mm=step * (k + 0.9),
                   lower_mm=step * (k + 0.1), certainty=0.0)
        for k in range(n)
    )  # fmt: skip
    ones, back = np.ones(z.size), np.array([0.0, 25.0, 0.0])
    return Spine(line_mm=line, canal_mm=line + back, half_width_mm=17 * ones, half_depth_mm=14 * ones,
                 levels=levels, certainty=1.0)  # fmt: skip


def test_even_pedicles_are_found_one_by_one():
    truth = np.arange(20.0, 380.0, 25.0)
    assert find_pedicles(crests(truth)) == pytest.approx(truth, abs=1.0)


def test_distances_may_shrink_upwards():
    truth = 10.0 + np.concatenate([[0.0], np.cumsum(36.0 * 0.955 ** np.arange(13))])
    assert find_pedicles(crests(truth)) == pytest.approx(truth, abs=2.5)  # the lowest, at the rim, is pulled a little


def test_a_weak_pedicle_is_not_left_out():
    truth = np.arange(20.0, 380.0, 25.0)
    signal = crests(truth)
    signal[190:200] = np.minimum(signal[190:200], 180.0)
    assert find_pedicles(signal).size == truth.size


def test_noise_alone_gives_few_weak_crests_and_a_short_signal_none():
    assert find_pedicles(np.full(300, 50.0)).size <= 1
    assert find_pedicles(np.zeros(10)).size == 0


def test_end_plates_are_the_bright_lines_between_pedicles():
    pedicles = np.array([30.0, 60.0, 90.0])
    core = np.full(130, 120.0)
    for height in pedicles:
        core[int(height + 10)] = core[int(height + 16)] = 300.0
    upper, lower = end_plates(core, pedicles)
    assert upper[:2] == pytest.approx([40.0, 70.0], abs=1.0)
    assert lower[1:] == pytest.approx([46.0, 76.0], abs=1.0)


def test_position_counts_vertebrae_and_their_parts():
    spine = straight_spine()
    assert position(spine, 12.5) == 0.0
    assert position(spine, 50.0) == pytest.approx(1.5)
    assert position(spine, 137.5) == pytest.approx(5.0)


def test_one_anchor_names_all_levels():
    anchor = Anchor(name="carina", z_mm=62.5, level=float(NAMES.index("T5")), spread=0.3)
    named = name_levels(straight_spine(), [anchor])
    assert [level.name for level in named.levels] == ["T7", "T6", "T5", "T4", "T3"]
    assert named.levels[0].certainty > 0.9


def test_anchors_that_disagree_leave_doubt():
    t5 = float(NAMES.index("T5"))
    anchors = [Anchor(name="a", z_mm=62.5, level=t5, spread=0.7), Anchor(name="b", z_mm=62.5, level=t5 + 1, spread=0.7)]
    named = name_levels(straight_spine(), anchors)
    assert {level.name for level in named.levels} <= {"T8", "T7", "T6", "T5", "T4", "T3"}
    assert named.levels[0].certainty < 0.6


def test_without_anchors_no_level_has_a_name():
    assert {level.name for level in name_levels(straight_spine(), []).levels} == {""}


def test_the_frame_of_a_straight_line_points_left_and_forwards():
    frame = frame_along(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 100.0]]))
    assert frame.left[50] == pytest.approx([1.0, 0.0, 0.0])
    assert frame.front[50] == pytest.approx([0.0, -1.0, 0.0])
    assert len(frame.line_mm) == 101


def test_names_of_maps_stand_for_regions():
    assert region_of("heart_atrium_right") == "right_atrium"
    assert region_of("rib_left_4") == "rib"
    assert region_of("portal_vein_and_splenic_vein") is None
