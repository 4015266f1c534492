"""The anatomy of a small made-up body, whose parts are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up_body import (
    BACK_OF_BODY,
    PERIOD,
    SPINE_Y,
    bodies,
    body_hu,
    lungs,
    scan_of,
    trachea,
    vertebra_heights,
    vertebra_map,
)

from azygos.ground.volume import LabelMap, Volume
from azygos.trace.anatomy import REGIONS, read_anatomy
from azygos.trace.oriented import Oriented, orient


def region(anatomy, *names):
    return np.isin(anatomy.regions, [REGIONS.index(name) for name in names])


def dice(a, b):
    return 2.0 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))


def cropped(scan, k_slice=slice(None), i_slice=slice(None)):
    start = [i_slice.start or 0, 0, k_slice.start or 0]
    affine = scan.affine_mm.copy()
    affine[:3, 3] = scan.to_mm(start)
    return Oriented(hu=scan.hu[i_slice, :, k_slice].copy(), affine_mm=affine, axes=(0, 1, 2), flipped=(False,) * 3,
                    ceiling_hu=None)  # fmt: skip


@pytest.fixture(scope="module")
def anatomy(plain):
    return read_anatomy(plain)


@pytest.fixture(scope="module")
def mapped(plain):
    return read_anatomy(plain, [vertebra_map()])


def test_lungs_and_airway_are_found_on_their_sides(anatomy):
    right, left = lungs()
    assert dice(region(anatomy, "lung_right"), right) > 0.93
    assert dice(region(anatomy, "lung_left"), left) > 0.93
    assert dice(region(anatomy, "airway"), trachea()) > 0.7


def test_the_carina_is_where_the_trachea_forks(anatomy):
    assert np.allclose(anatomy.points["carina"], (0.0, 5.0, 32.0), atol=9.0)


def test_the_spine_line_runs_through_the_bodies_and_the_canal_behind(anatomy):
    spine = anatomy.spine
    inner = np.abs(spine.line_mm[:, 2]) < 150.0
    assert np.abs(spine.line_mm[inner, 0]).max() < 3.0
    assert np.abs(spine.line_mm[inner, 1] - SPINE_Y).max() < 3.5
    assert np.abs(spine.canal_mm[inner, 1] - (SPINE_Y + BACK_OF_BODY + 9.0)).max() < 3.5
    assert np.median(spine.half_width_mm) == pytest.approx(17.0, abs=3.0)
    assert np.median(spine.half_depth_mm) == pytest.approx(BACK_OF_BODY, abs=2.5)


def test_every_vertebra_is_counted_once(anatomy):
    centres = np.array([level.centre_mm[2] for level in anatomy.spine.levels])
    nearest = np.abs(centres[None] - vertebra_heights()[1:-1, None])
    assert nearest.min(axis=1).max() < 4.0
    assert np.diff(centres) == pytest.approx(PERIOD, abs=5.0)


def test_end_plates_lie_between_bodies_and_discs(anatomy):
    spine = anatomy.spine
    zero = float(spine.line_mm[0, 2])
    inner = [level for level in spine.levels if abs(level.centre_mm[2]) < 130.0]
    for level in inner:
        height = vertebra_heights()[np.abs(vertebra_heights() - level.centre_mm[2]).argmin()]
        assert level.upper_mm + zero == pytest.approx(height + 9.5, abs=4.0)
        assert level.lower_mm + zero == pytest.approx(height - 9.5, abs=4.0)


def test_names_come_from_the_carina_and_the_lungs_and_are_not_sure(anatomy):
    names = {round(level.centre_mm[2] / PERIOD): level.name for level in anatomy.spine.levels}
    assert names[round(32.0 / PERIOD)] in ("T4", "T5", "T6")  # where the carina was put
    assert all(level.certainty <= 0.92 for level in anatomy.spine.levels)


def test_roads_run_right_and_left_in_front_of_the_spine(anatomy):
    x, y, z = (np.array([-6.0]), np.array([SPINE_Y - BACK_OF_BODY - 3.0]), np.array([-50.0]))
    azygos, hemi = anatomy.chance_at("azygos_vein", np.column_stack([x, y, z])), anatomy.chance["hemiazygos_vein"]
    assert float(azygos[0]) > 0.25
    where = np.argwhere(hemi > 0.15)
    aside = (where @ anatomy.affine_mm[:3, :3].T + anatomy.affine_mm[:3, 3])[:, 0]
    assert aside.mean() > 5.0
    assert aside.min() > -8.0  # it crosses at T8 to T10
    assert max(float(grid.max()) for grid in anatomy.chance.values()) <= 1.0


@pytest.mark.parametrize(
    ("point", "sites"),
    [
        ((0.0, SPINE_Y, 2 * PERIOD - 172.0), {"vertebral_body"}),
        ((0.0, SPINE_Y + BACK_OF_BODY + 9.0, 0.0), {"spinal_canal"}),
        ((-75.0, 0.0, 0.0), {"lung"}),
        ((-7.0, SPINE_Y - BACK_OF_BODY - 4.0, -28.0), {"azygos_vein", "prevertebral"}),
        ((0.0, 95.0, -100.0), {"elsewhere", "needle_track"}),
    ],
)
def test_points_get_the_name_of_their_place(mapped, point, sites):
    place = mapped.place_at(np.array([point]))
    assert place.site in sites
    assert 0.0 <= place.certainty <= 1.0
    assert sum(chance for _, chance in place.others) <= 1.0


def test_a_piece_in_a_lung_has_side_and_lobe(anatomy):
    place = anatomy.place_at(np.array([[75.0, 20.0, -40.0], [76.0, 20.0, -40.0]]))
    assert (place.site, place.side, place.lobe, place.source) == ("lung", "left", "left lower", "built-in landmarks")


def test_a_label_map_names_the_levels(mapped):
    names = {round(level.centre_mm[2]): level.name for level in mapped.spine.levels}
    truth = dict(zip(vertebra_heights().tolist(), ["L1", "T12", "T11", "T10", "T9", "T8", "T7", "T6"], strict=False))
    for height, name in truth.items():
        nearest = min(names, key=lambda z: abs(z - height))
        assert names[nearest] == name
    marks = {mark.name: mark for mark in mapped.landmarks}
    assert marks["spine"].source == "label map"
    assert marks["lungs"].source == "built-in landmarks"
    assert mapped.place_at(np.array([[0.0, SPINE_Y, vertebra_heights()[2]]])).level == "T11"


def test_bodies_of_mapped_vertebrae_have_their_volume(mapped):
    truth = np.count_nonzero(bodies()) * 0.027 / 15.0
    whole = [volume for level, volume in mapped.body_ml.items() if level not in ("L1",)]
    assert len(whole) >= 12
    assert np.median(whole) == pytest.approx(truth, rel=0.15)


def test_a_hole_in_a_map_where_cement_sits_is_still_the_body(plain):
    label_map = vertebra_map()
    hole = label_map.labels.copy()
    hu = plain.hu.copy()
    middle = np.rint(plain.to_index([0.0, SPINE_Y, vertebra_heights()[4]])).astype(int)
    around = tuple(slice(m - 1, m + 2) for m in middle)
    hole[around], hu[around] = 0, 3000
    found = read_anatomy(
        replace(plain, hu=hu), [LabelMap(labels=hole, affine_mm=label_map.affine_mm, names=label_map.names)]
    )
    place = found.place_at(plain.to_mm(middle[None]))
    assert (place.site, place.level, place.source) == ("vertebral_body", "T9", "label map")


def test_swapped_neighbours_in_a_map_do_not_break_the_count(plain):
    label_map = vertebra_map()
    names = dict(label_map.names)
    names[5], names[6] = names[6], names[5]
    found = read_anatomy(plain, [LabelMap(labels=label_map.labels, affine_mm=label_map.affine_mm, names=names)])
    order = [level.name for level in found.spine.levels if level.name.startswith("T")]
    assert order == [f"T{n}" for n in range(12, 0, -1)][: len(order)]
    assert found.notes == ("The label map names vertebrae out of order (T8 at T9, T9 at T8); the count was kept.",)


def test_a_map_on_its_own_grid_counts_as_well(plain):
    label_map = vertebra_map()
    affine = label_map.affine_mm.copy()
    affine[:3, 3] += affine[:3, 2] * 30
    part = LabelMap(
        labels=label_map.labels[:, ::-1, 30:90].copy(), affine_mm=_flipped(affine, label_map), names=label_map.names
    )
    found = read_anatomy(plain, [part])
    assert [level.name for level in found.spine.levels if abs(level.centre_mm[2] - vertebra_heights()[5]) < 6.0] == [
        "T8"
    ]


def _flipped(affine, label_map):
    turned = affine.copy()
    turned[:3, 3] += turned[:3, 1] * (label_map.labels.shape[1] - 1)
    turned[:3, 1] *= -1.0
    return turned


def test_a_table_in_front_as_for_the_prone_changes_nothing(anatomy):
    prone = read_anatomy(scan_of(body_hu(np.random.default_rng(5), table="in front")))
    assert prone.regions[:, 0].max() == 0
    assert dice(region(prone, "lung_left"), region(anatomy, "lung_left")) > 0.98
    assert np.abs(prone.spine.line_mm[20:-20, 0]).max() < 3.0


def test_axes_that_run_the_other_way_keep_left_left(plain):
    given = Volume(hu=plain.hu[::-1, :, ::-1].astype(np.float32), affine_mm=_turned(plain))
    found = read_anatomy(orient(given))
    place = found.place_at(np.array([[75.0, 0.0, 10.0]]))
    assert (place.site, place.side) == ("lung", "left")


def _turned(scan):
    affine = scan.affine_mm.copy()
    for axis in (0, 2):
        affine[:3, 3] += affine[:3, axis] * (scan.hu.shape[axis] - 1)
        affine[:3, axis] *= -1.0
    return affine


def test_contrast_is_read_from_the_vessels(anatomy):
    bright = read_anatomy(scan_of(body_hu(np.random.default_rng(5), blood=330.0)))
    assert anatomy.contrast == "none"
    assert anatomy.vessel_hu["right_heart"] == pytest.approx(45.0, abs=8.0)
    assert bright.contrast in ("in veins and arteries", "in veins")
    assert bright.vessel_hu["right_heart"] == pytest.approx(330.0, abs=20.0)


def test_what_is_not_in_the_field_is_said(plain):
    lumbar = read_anatomy(cropped(plain, slice(0, 40)))
    assert lumbar.not_seen == ("right lung", "left lung", "heart", "superior vena cava and azygos arch")
    assert {mark.name: mark.source for mark in lumbar.landmarks}["lungs"] == "not in the field"
    assert lumbar.spine is not None
    assert {level.name for level in lumbar.spine.levels} == {""}
    half = read_anatomy(cropped(plain, i_slice=slice(70, 112)))
    assert half.not_seen == ("right lung", "heart", "superior vena cava and azygos arch", "spine")
    assert half.place_at(np.array([[75.0, 0.0, 0.0]])).side == "left"
    other = read_anatomy(cropped(plain, i_slice=slice(0, 42)))
    assert other.field_of_view[0] == "right lung"


@pytest.mark.parametrize("k_slice", [slice(30, 34), slice(60, 67), slice(0, 1)])
def test_thin_slabs_are_read(plain, k_slice):
    found = read_anatomy(cropped(plain, k_slice))
    assert found.regions.shape[2] == k_slice.stop - k_slice.start
    assert found.place_at(np.array([[0.0, 0.0, 0.0]])).certainty <= 1.0


def test_air_alone_and_a_bath_of_water_hold_no_body_part():
    for value in (-1000, 0):
        scan = scan_of(np.full((30, 30, 30), value))
        found = read_anatomy(replace(scan, hu=np.full((30, 30, 30), value, np.int16)))
        assert found.spine is None
        assert not region(found, "lung_right", "lung_left", "rib").any()
        assert found.place_at(np.zeros((1, 3))).site == "elsewhere"


def test_the_same_scan_gives_the_same_anatomy(plain, anatomy):
    again = read_anatomy(plain)
    assert np.array_equal(again.regions, anatomy.regions)
    assert all(np.array_equal(again.chance[name], grid) for name, grid in anatomy.chance.items())
