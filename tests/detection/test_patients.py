"""Clusters and paths by hand, and every table from made-up parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.ground.findings import Path, Stop, Stretch
from azygos.ground.places import Place
from azygos.ground.volume import LabelMap
from azygos.render.truth import Placed, Truth
from detection import tables_alarms, tables_insertion, tables_pairs, tables_patients
from detection.patients import along, cluster, places, rows, site_of, standing_for
from detection.test_scoring import cube, findings, found, thread
from detection.ways import NEAR_MM, Known, Points, dense, one_path, path_score


def ball(name, at, diameter, site="lung"):
    return Placed(
        name=name, lines_mm=(np.array([at], float),), diameters_mm=(np.array([float(diameter)]),),
        place=Place(site=site), origin="T10", cement_hu=4700.0, volume_ml=0.1,
    )  # fmt: skip


def truth(*pieces):
    return Truth(pieces=pieces, labels=np.zeros((60, 60, 60), np.uint16), affine_mm=np.eye(4))


def test_pieces_that_touch_are_one_for_a_reader():
    one, two = cluster(truth(ball("a", (10, 10, 10), 4), ball("b", (14.5, 10, 10), 4), ball("c", (30, 10, 10), 4)), 0)
    assert [piece.name for piece in one.members] == ["a", "b"]
    assert [piece.name for piece in two.members] == ["c"]
    assert one.volume_ml == pytest.approx(0.2)
    assert two.thickness_mm == 4.0


def test_cement_within_a_body_stands_by_itself():
    fill, piece = cluster(truth(ball("T10", (10, 10, 10), 6), ball("a", (15, 10, 10), 4)), 1)
    assert (fill.fill, piece.fill) == (True, False)
    assert fill.thickness_mm == 99.0


def test_findings_stand_for_the_cluster_that_they_lie_on():
    (one,) = cluster(truth(ball("a", (10, 10, 10), 6)), 0)
    seen = findings(found(1, cube((10, 10, 10), 2)), found(2, cube((40, 40, 40), 2)))
    assert standing_for(one, seen) == (1,)


def test_a_finding_is_held_against_the_part_of_a_thread_along_which_it_lies():
    (one,) = cluster(truth(thread((10, 10, 10), (50, 10, 10))), 0)
    half = findings(found(1, [(x, 10, 10) for x in range(10, 31)]))
    assert along(one, half.pieces, half) == pytest.approx((20.0 + 1.0) / 40.0, abs=0.02)  # its end voxel and its radius


def test_the_place_is_judged_by_the_member_that_a_finding_lies_on():
    pieces = (ball("a", (10, 10, 10), 4, "right_atrium"), ball("b", (14, 10, 10), 4, "lung"))
    clusters = cluster(truth(*pieces), 0)
    seen = findings(found(1, cube((10, 10, 10), 1), site="heart"), found(2, cube((15, 10, 10), 1), site="heart"))
    assert [row["site_right"] for row in places(clusters, seen)] == [True, False]


def test_a_finding_between_cement_in_and_beside_the_bone_is_asked_once():
    """A thread 1 mm off the cement in a body lies within 3 mm of both; it is asked as the thread that it is."""
    fill, thread = ball("T10", (10, 10, 10), 10, "vertebral_body"), ball("thread", (17, 10, 10), 2, "prevertebral")
    seen = findings(found(1, cube((17, 10, 10), 1), site="prevertebral"))
    (row,) = places(cluster(truth(fill, thread), 1), seen)
    assert (row["true"], row["site_right"]) == (["prevertebral"], True)


def test_sites_are_read_from_their_words():
    assert site_of("right main pulmonary artery") == "pulmonary_artery"
    assert site_of(Place(site="lung", lobe="right lower").words) == "lung"
    assert site_of("vertebral body, T10") == "vertebral_body"


def with_path(*stretches, stops):
    return replace_path(findings(found(1, cube((10, 10, 10), 0), site="lung")), stops, stretches)


def replace_path(seen, stops, stretches):
    return replace(seen, path=Path(stops=tuple(stops), stretches=tuple(stretches)))


def line(a, b, **more):
    return Stretch(start=more.pop("start", 0), end=more.pop("end", 1), line_mm=np.array([a, b], float), seen=True,
                   site="lung", **more)  # fmt: skip


NOTHING = np.zeros((0, 3))


def known(cement=NOTHING, passed=NOTHING, asked=None, bone=(), **sides):
    """Lines in a block of 120 mm without bone but for voxels (n, 3)."""
    labels = np.zeros((120, 120, 120), np.int32)
    for voxel in bone:
        labels[tuple(voxel)] = 1
    whole = Points(np.asarray(cement, float), np.asarray(passed, float), np.full(len(passed), NEAR_MM))
    return Known(
        whole=whole, asked=whole if asked is None else asked, sides_mm=sides, levels=("T10",),
        labels=LabelMap(labels=labels, affine_mm=np.eye(4), names={1: "vertebrae_T10"}),
    )  # fmt: skip


def straight(start, end, y=10.0):
    at = np.arange(start, end, 2.0)
    return np.column_stack([at, np.full(len(at), y), np.full(len(at), 10.0)])


STOPS = (Stop(name="T10", point_mm=(0, 10, 10)), Stop(name="end", point_mm=(50, 10, 10)))


def test_a_path_half_as_long_beside_the_true_one():
    """True: 100 mm along x. Found: its first half, 4 mm aside. Precision 1; recall 0.52, up to 3 mm beyond its end."""
    true = known(straight(0.0, 100.0))
    score = path_score(true, with_path(line((0, 14, 10), (50, 14, 10)), stops=STOPS).path)
    assert score["precision"] == 1.0
    assert score["recall"] == pytest.approx(0.53, abs=0.02)
    assert score["f1"] == pytest.approx(2 * score["recall"] / (1 + score["recall"]), abs=1e-3)
    far = path_score(true, with_path(line((0, 16, 10), (50, 16, 10)), stops=STOPS).path)
    assert far == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_thin_cement_is_no_false_path_and_need_not_be_found():
    thick, thin = straight(0.0, 50.0), straight(0.0, 50.0, y=60.0)
    true = known(np.concatenate([thick, thin]), asked=Points(thick, NOTHING, np.zeros(0)))
    both = line((0, 10, 10), (50, 10, 10)), line((0, 60, 10), (50, 60, 10))
    assert path_score(true, with_path(*both, stops=STOPS).path)["f1"] == 1.0
    assert path_score(true, with_path(both[0], stops=STOPS).path)["f1"] == 1.0


def test_what_is_only_passed_must_not_be_called_seen():
    true = known(straight(0.0, 50.0), straight(50.0, 100.0))
    seen = line((0, 10, 10), (50, 10, 10)), line((50, 10, 10), (100, 10, 10))
    score = path_score(true, with_path(*seen, stops=STOPS).path)
    assert score["recall"] == 1.0
    assert score["precision"] == pytest.approx(0.54, abs=0.02)
    rest = replace(seen[1], seen=False)
    assert path_score(true, with_path(seen[0], rest, stops=STOPS).path)["f1"] == 1.0


def test_what_lies_within_bone_is_left_out():
    bone = [(x, y, 10) for x in range(50, 101) for y in range(8, 13)]
    true = known(straight(0.0, 50.0), bone=bone)
    score = path_score(true, with_path(line((0, 10, 10), (100, 10, 10)), stops=STOPS).path)
    assert (score["precision"], score["recall"]) == (1.0, 1.0)
    assert path_score(known(), with_path(stops=STOPS).path) is None


def test_one_cord_into_both_arteries_is_one_path_and_a_path_to_one_side_is_none():
    true = known(left=straight(60.0, 70.0), right=straight(20.0, 30.0))
    cord = line((0, 10, 10), (40, 10, 10)), line((40, 10, 10), (70, 10, 10), start=1, end=2)
    stops = (*STOPS, Stop(name="piece 1, far end", point_mm=(70, 10, 10)))
    seen = findings(found(1, cube((10, 10, 10), 0)))
    assert one_path(true, replace_path(seen, stops, cord))
    assert not one_path(true, replace_path(seen, stops, cord[:1]))
    assert not one_path(true, replace_path(seen, (replace(stops[0], name="T9"), *stops[1:]), cord))
    assert not one_path(true, replace_path(seen, stops, [cord[0], replace(cord[1], seen=False)]))
    assert not one_path(true, replace_path(seen, stops, [replace(leg, site="right_atrium") for leg in cord]))
    apart = (*stops, Stop(name="fork", point_mm=(41, 10, 10)))
    assert not one_path(true, replace_path(seen, apart, [cord[0], replace(cord[1], start=3)]))


def test_a_leak_that_hangs_on_its_vertebra_is_found_without_a_volume_of_its_own():
    clusters = cluster(truth(ball("T10", (10, 10, 10), 6), ball("leak", (18, 10, 10), 4)), 1)
    whole = findings(found(1, np.concatenate([cube((9, 10, 10), 5), cube((18, 10, 10), 1)]), tier="reported"))
    leak = rows(clusters, whole, findings())[1]
    assert leak["landmarks"] == {
        "pieces": 1, "reported": True, "volume_ml": None, "share": 1.0, "true_ml": None, "clipped": 0.0,
    }  # fmt: skip
    assert leak["labels"] is None


def test_points_along_a_line_lie_a_millimetre_apart_with_both_ends():
    assert dense(np.array([[0.0, 0, 0], [2.5, 0, 0]]))[:, 0] == pytest.approx([0.0, 2.5 / 3, 5.0 / 3, 2.5])
    assert dense(np.array([[1.0, 2, 3]])).tolist() == [[1.0, 2.0, 3.0]]


def test_every_page_is_written_from_its_parts():
    row = {
        "site": 3, "kind": "lung", "enhanced": False, "shape": "ball", "size_mm": 2.5, "length_mm": 0.0, "dense": True,
        "volume_ml": 0.01, "contrast": 30.0, "tier": "reported", "found_site": "lung", "site_right": True,
        "group_right": True, "side_right": True, "side_named": True, "volume_found_ml": [0.011, 0.009, 0.012],
        "taken_for": "", "over_300": True, "over_700": True, "over_1000": False,
    }  # fmt: skip
    missed = row | {"tier": "", "size_mm": 3.5, "site": 4, "taken_for": "rib"}
    text, csvs = tables_insertion.page(
        [{"scan": "lidc-idri-0314", "how": "landmarks", "number": 0, "rows": [row, missed]}], "Made."
    )
    assert "| 1 mm | lung, 2 mm and more | 2 | 50 %" in text
    assert "| 1 mm | lung | rib | 1 |" in text
    assert csvs["bar"].startswith("slices,")
    scan = {"scan": "x", "how": "landmarks", "what": "no hardware", "reported": 0, "candidates": 2, "seconds": 1,
            "pieces": []}  # fmt: skip
    body = {"number": 1, "what": "no hardware", "phase": "none", "hardware": "", "slice_mm": 1.0, "reported": 0,
            "candidates": 0, "pieces": []}  # fmt: skip
    alarm = {"tier": "candidate", "site": "lung", "on": "drawn calcium", "certainty": 0.2, "at_mm": [1.0, 2.0, 3.0],
             "ml": 0.01, "peak_hu": 700}  # fmt: skip
    screwed = body | {"what": "metal", "hardware": "clips", "candidates": 1, "pieces": [alarm]}
    text, _ = tables_alarms.page([scan], [body] * 100 + [screwed], "Made.")
    assert "| calcium, no metal, no contrast | 100 | below 0.03 (none in 100) | below 0.03 (none in 100) |" in text
    assert "| metal (and calcium; contrast or none) | 1 | below 3 (none in 1) | 1.00 |" in text
    assert "| drawn calcium | 0 | 0 | 0 | 1 |" in text
    assert "| rendered bodies | no hardware | 100 | below 0.03 (none in 100) | 0.1 |" in text
    assert "| real scans | no hardware | 1 | below 3 (none in 1) | 0.1 | 2.00 | 1 | no |" in text
    got = {"pieces": 1, "reported": True, "volume_ml": [1.1, 0.9, 1.3], "share": 1.0, "true_ml": 1.0, "clipped": 0.0}
    place = {"true": ["lung"], "said": "lung", "site_right": True, "group_right": True, "origin": "T10",
             "origin_said": "T10", "tier": "reported"}  # fmt: skip
    patient = {
        "number": 0, "slice_mm": 1.0, "unclipped": True, "alarms": 0, "render_s": 1, "trace_s": 1,
        "rows": [{"site": "lung", "fill": False, "volume_ml": 1.0, "thickness_mm": 3.5, "landmarks": got,
                  "labels": None}],
        "places": {"landmarks": [place], "labels": []}, "path": {"precision": 1, "recall": 1, "f1": 1.0},
        "path_labels": None, "one_path": True, "one_path_labels": False,
    }  # fmt: skip
    by_hand = [patient | {"number": 7000 + k, "slice_mm": 2.5, "one_path": k == 0} for k in range(2)]
    text, _ = tables_patients.page([patient, patient | {"number": -1}], by_hand, "Made.")
    assert "| by hand | 2.5 | landmarks | 2 | 1.00 | 1.00 | 1.00 | 1.00 | 1 of 2 | 100 %" in text
    assert "| its journey | 1 | labels | 1 | - | - | - | - | 0 of 1 | 0 %" in text
    assert "| site right | landmarks | 2 | 100 %" in text
    pair = {"number": 0, "seconds": 30, "seen_twice": 2, "matched": 1, "verdicts": ["unchanged"], "false_changes": 0,
            "false_new_or_gone": 1}  # fmt: skip
    text, _ = tables_pairs.page([pair], "Made.")
    assert "| pieces seen on both scans that are matched | 2 | 50 %" in text
