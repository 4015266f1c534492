"""Clusters and paths by hand, and every table from made-up parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.ground.findings import Path, Stop, Stretch
from azygos.ground.places import Place
from azygos.render.truth import Placed, Truth
from detection import tables_alarms, tables_insertion, tables_pairs, tables_patients
from detection.patients import cluster, one_path, path_score, places, site_of, standing_for
from detection.test_scoring import cube, findings, found


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


def test_the_place_is_judged_by_the_member_that_a_finding_lies_on():
    pieces = (ball("a", (10, 10, 10), 4, "right_atrium"), ball("b", (14, 10, 10), 4, "lung"))
    clusters = cluster(truth(*pieces), 0)
    seen = findings(found(1, cube((10, 10, 10), 1), site="heart"), found(2, cube((15, 10, 10), 1), site="heart"))
    assert [row["site_right"] for row in places(clusters, seen)] == [True, False]


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


def test_a_path_half_as_long_beside_the_true_one():
    """True: 100 mm along x. Found: its first half, 5 mm aside. Precision 1, recall 0.6 (10 mm beyond its end)."""
    way = np.column_stack([np.arange(0.0, 100.0, 2.0), np.zeros(50), np.zeros(50)])
    stops = [Stop(name="T10", point_mm=(0, 5, 0)), Stop(name="end", point_mm=(50, 5, 0))]
    score = path_score(way, with_path(line((0, 5, 0), (50, 5, 0)), stops=stops))
    assert score["precision"] == 1.0
    assert score["recall"] == pytest.approx(0.58, abs=0.03)
    assert score["f1"] == pytest.approx(2 * score["recall"] / (1 + score["recall"]), abs=1e-3)
    far = path_score(way, with_path(line((0, 50, 0), (50, 50, 0)), stops=stops))
    assert far == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_one_path_needs_a_vertebra_and_both_sides():
    pieces = (
        replace(found(1, cube((10, 10, 10), 0)), place=Place(site="lung", side="left")),
        replace(found(2, cube((20, 10, 10), 0)), place=Place(site="pulmonary_artery", side="right")),
    )
    stops = (
        Stop(name="T10", point_mm=(0, 0, 0)),
        Stop(name="piece 1", point_mm=(10, 10, 10), piece=1),
        Stop(name="piece 2", point_mm=(20, 10, 10), piece=2),
    )
    legs = (line((0, 0, 0), (10, 10, 10)), line((10, 10, 10), (20, 10, 10), start=1, end=2))
    assert one_path(replace_path(findings(*pieces), stops, legs))
    assert not one_path(replace_path(findings(*pieces), stops, legs[:1]))


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
    text, _ = tables_alarms.page([scan], [body] * 100, "Made.")
    assert "| rendered bodies | no hardware | 100 | below 0.03 (none in 100) | 0.1 |" in text
    assert "| real scans | no hardware | 1 | below 3 (none in 1) | 0.1 | 2.00 | 1 | no |" in text
    got = {"pieces": 1, "reported": True, "volume_ml": [1.1, 0.9, 1.3], "clipped": 0.0}
    place = {"true": ["lung"], "said": "lung", "site_right": True, "group_right": True, "origin": "T10",
             "origin_said": "T10", "tier": "reported"}  # fmt: skip
    patient = {
        "number": 0, "slice_mm": 1.0, "unclipped": True, "alarms": 0, "render_s": 1, "trace_s": 1,
        "rows": [{"site": "lung", "fill": False, "volume_ml": 1.0, "thickness_mm": 3.5, "landmarks": got,
                  "labels": None}],
        "places": {"landmarks": [place], "labels": []}, "path": {"precision": 1, "recall": 1, "f1": 1.0},
        "path_labels": None, "one_path": True, "one_path_labels": False,
    }  # fmt: skip
    text, _ = tables_patients.page([patient, patient | {"number": -1}], "Made.")
    assert "| site right | landmarks | 2 | 100 %" in text
    pair = {"number": 0, "seconds": 30, "seen_twice": 2, "matched": 1, "verdicts": ["unchanged"], "false_changes": 0,
            "false_new_or_gone": 1}  # fmt: skip
    text, _ = tables_pairs.page([pair], "Made.")
    assert "| pieces seen on both scans that are matched | 2 | 50 %" in text
