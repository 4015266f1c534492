"""Pieces joined in a small body of blocks and tubes, whose roads are known."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import small_body
from agreement import path_f1
from small_body import AZYGOS, HEART_WAY, LEFT_ARTERY, LOWER_CAVA, RIGHT_ARTERY, RIGHT_BRANCH, TRUNK, fill, make_piece

from azygos.ground.findings import Asked, Piece, Range
from azygos.ground.places import Place
from azygos.trace.grades import butscheidt, qanadli
from azygos.trace.joining import Joined, join
from azygos.trace.strands import in_order

body = cache(small_body.make_anatomy)
scan = cache(small_body.make_scan)
THREAD = np.array([[-8.0, 40, 120], [-8, 40, 200]])
CORD = [np.concatenate([HEART_WAY, TRUNK[1:], RIGHT_ARTERY[1:]]), LEFT_ARTERY]


def thread(number: int, line: np.ndarray = THREAD) -> Piece:
    return make_piece(number, scan(), [line], 1.5, "azygos_vein")


def cord(number: int) -> Piece:
    return make_piece(number, scan(), CORD, 2.0, "pulmonary_artery")


def lung_ball(number: int) -> Piece:
    return make_piece(number, scan(), [RIGHT_BRANCH[2]], 1.0, "lung", side="right")


@cache
def article(labelled: bool = True) -> Joined:
    """Cement in T10, a thread in the azygos vein, a cord from the cava to both pulmonary arteries, a ball in a lung."""
    return join([fill(1, scan(), "T10"), thread(2), cord(3), lung_ball(4)], body(labelled=labelled), scan())


def names(joined: Joined) -> list[str]:
    return [stop.name for stop in joined.path.stops]


def reached(joined: Joined, start: str) -> set[str]:
    """All stops that can be reached from one, with the flow."""
    stops, found, todo = names(joined), set(), [start]
    while todo:
        here = todo.pop()
        found.add(here)
        todo += [stops[s.end] for s in joined.path.stretches if stops[s.start] == here and stops[s.end] not in found]
    return found


def test_the_articles_patient_is_one_path_from_the_vertebra_to_both_pulmonary_arteries():
    joined = article()
    assert [origin.level for origin in joined.origins] == ["T10"] * 4
    assert reached(joined, "T10") == set(names(joined))
    seen = {stretch.site for stretch in joined.path.stretches if stretch.seen}
    assert {"azygos_vein", "right_atrium", "right_ventricle", "pulmonary_trunk", "pulmonary_artery"} <= seen
    ends = {stop.name: stop.point_mm for stop in joined.path.stops}
    sides = {
        s.line_mm[-1, 0] > 0
        for s in joined.path.stretches
        if s.site == "pulmonary_artery" and s.seen and s.length_mm > 30
    }
    assert sides == {True, False}
    assert "azygos arch" in ends


def test_its_path_agrees_with_the_way_that_it_took():
    known = [THREAD, *CORD]
    out = np.array([[-3.0, 52, 102], [-8, 40, 110]])
    between = [
        np.concatenate([out, THREAD[:1]]),
        np.concatenate([THREAD[1:], AZYGOS[1:]]),
        small_body.CAVA,
        RIGHT_BRANCH,
    ]
    chambers = {"right_atrium", "right_ventricle", "pulmonary_trunk", "pulmonary_artery", "lung"}
    sites = {"vertebral_body", "azygos_vein", "superior_vena_cava"} | chambers
    cement = path_f1(article().path, known, sites)
    assert cement.f1 > 0.93
    assert cement.site_recall == 1.0
    assert cement.site_f1 > 0.9  # the way out of the bone may or may not be said to pass the veins before it
    whole = path_f1(article().path, known, sites, between)
    assert whole.precision > 0.9
    assert whole.recall > 0.8


def test_without_labels_of_the_heart_the_way_still_leads_through_it():
    joined = article(labelled=False)
    assert reached(joined, "T10") == set(names(joined))
    assert path_f1(joined.path, [THREAD, *CORD], {"heart"}).f1 > 0.93


def test_what_is_inferred_crosses_no_air_bone_or_artery_of_the_body():
    from azygos.trace.anatomy import REGIONS

    for stretch in article().path.stretches:
        if not stretch.seen and stretch.site != "lung":
            regions = {REGIONS[number] for number in body().region_at(stretch.line_mm[2:-2])}
            assert not regions & {"aorta", "airway", "lung_left", "spinal_canal", "left_heart", "disc", "outside"}, (
                stretch.site
            )


def test_no_way_leads_from_the_cava_into_the_pulmonary_artery_behind_it():
    """Cement in T10 and one sure ball in the lung: all between is inferred, through both chambers and the trunk."""
    joined = join([fill(1, scan(), "T10"), replace(lung_ball(2), certainty=0.99)], body(), scan())
    sites = [stretch.site for stretch in joined.path.stretches if not stretch.seen]
    order = ["azygos_vein", "superior_vena_cava", "right_atrium", "right_ventricle", "pulmonary_trunk", "lung"]
    assert [site for site in sites if site in order] == order


def test_a_cord_is_followed_wherever_most_of_it_is_said_to_lie():
    lost = replace(cord(2), tier="candidate", place=Place(site="elsewhere"))
    joined = join([fill(1, scan(), "T10"), lost], body(), scan())
    assert path_f1(joined.path, CORD, ()).f1 > 0.95
    assert joined.origins[1].level == "T10"


def test_doubtful_candidates_are_no_part_of_the_path():
    doubtful = replace(thread(2), tier="candidate", certainty=0.3)
    joined = join([fill(1, scan(), "T10"), doubtful], body(), scan())
    assert joined.path.stretches == ()


@pytest.mark.parametrize(
    ("place", "sites", "kept"),
    [
        (
            "vertebral_body",
            ["vertebral_body", "lung", "prevertebral"],
            ["vertebral_body", "paravertebral", "prevertebral"],
        ),
        ("azygos_vein", ["azygos_vein", "lung", "azygos_vein"], ["azygos_vein"] * 3),
        ("elsewhere", ["right_ventricle", "pulmonary_trunk", "lung"], ["right_ventricle", "pulmonary_trunk", "lung"]),
        ("lung", ["superior_vena_cava", "heart", "lung"], ["superior_vena_cava", "heart", "lung"]),
    ],
)
def test_cement_that_hangs_together_passes_the_stages_in_order(place, sites, kept):
    piece = replace(thread(1), place=Place(site=place))
    assert [list(some) for some in in_order([sites], piece)] == [kept]


def test_lumbar_cement_in_the_lower_cava_came_by_lumbar_veins():
    piece = make_piece(2, scan(), [LOWER_CAVA * [1, 1, 0] + [[0, 0, 40], [0, 0, 80]]], 1.5, "inferior_vena_cava")
    joined = join([fill(1, scan(), "L1"), piece], body(), scan())
    assert joined.origins[1].level == "L1"
    assert "inferior_vena_cava" in {stretch.site for stretch in joined.path.stretches if stretch.seen}


def test_a_dense_ball_alone_in_the_lung_has_no_path_and_no_origin():
    joined = join([lung_ball(1)], body(), scan())
    assert joined.path.stops == ()
    assert joined.levels == ()
    assert joined.origins[0].level == ""
    assert joined.origins[0].certainty == 0.0
    assert joined.origins[0].reason == "cannot tell: no vertebra with cement is in the field"


def test_cement_in_heart_alone_is_drawn_without_an_origin():
    joined = join([cord(1)], body(), scan())
    assert all(stretch.seen for stretch in joined.path.stretches)
    assert path_f1(joined.path, CORD, ()).f1 > 0.95


def test_nothing_found_is_nothing_joined():
    joined = join([], body(), scan())
    assert (joined.origins, joined.path.stretches, joined.levels) == ((), (), ())


def test_two_vertebrae_on_one_road_share_the_chance():
    joined = join([fill(1, scan(), "T10"), fill(2, scan(), "T11"), cord(3)], body(), scan())
    assert joined.origins[2].level == ""
    reason = joined.origins[2].reason
    told = re.fullmatch(
        r"cannot tell: T10 \((\d+) %\) and T11 \((\d+) %\) hold cement and lie on the same road", reason
    )
    assert told, reason
    assert int(told[1]) == pytest.approx(100.0 / (1.0 + np.exp(-25.0 / 40.0)), abs=2.0)  # 25 mm apart, alike in fill


def test_a_leak_that_is_seen_decides_between_two_vertebrae():
    leak = thread(3, np.array([[-4.0, 52, 80], [-8, 42, 82], [-8, 40, 90], [-8, 40, 200]]))
    joined = join([fill(1, scan(), "T10"), fill(2, scan(), "T11", 10.0), leak, cord(4)], body(), scan())
    assert [joined.origins[2].level, joined.origins[3].level] == ["T11", "T11"]
    assert joined.origins[3].certainty > 0.75


def test_a_cemented_joint_takes_certainty_from_the_spine():
    pieces = [fill(1, scan(), "T10"), lung_ball(2)]
    asked = join(pieces, body(), scan(), asked=Asked(cemented_joint=True)).origins[1]
    assert asked.level == ""
    assert asked.reason == (
        "cannot tell: 31 of 67 people with cemented joints had cement in the lung, and this patient has one"
    )
    assert join(pieces, body(), scan(), asked=Asked(cemented_joint=False)).origins[1].level == "T10"


def test_cement_seen_all_the_way_speaks_for_the_spine_beside_a_joint():
    line = np.concatenate([[[-4.0, 52, 98], [-8, 42, 100]], AZYGOS[1:], small_body.CAVA[1:], HEART_WAY[1:]])
    pieces = [fill(1, scan(), "T10"), make_piece(2, scan(), [line], 2.0, "right_atrium"), cord(3)]
    origins = join(pieces, body(), scan(), asked=Asked(cemented_joint=True)).origins
    assert origins[2].level == "T10"
    assert "31 of 67" in origins[2].reason


@pytest.mark.parametrize(
    ("pieces", "grade"), [((), 0), ((lung_ball,), 1), ((lung_ball,) * 4, 2), ((lung_ball,) * 7, 3), ((cord,), 3)]
)
def test_butscheidts_grade(pieces, grade):
    assert butscheidt([make(number) for number, make in enumerate(pieces, 1)], lungs_in_field=True) == grade


def test_no_grade_without_lungs():
    assert butscheidt([], lungs_in_field=False) is None
    assert qanadli([], lungs_in_field=False) is None


def test_qanadli_counts_segments():
    nothing, one = qanadli([], lungs_in_field=True), qanadli([lung_ball(1)], lungs_in_field=True)
    assert nothing is not None
    assert nothing.high == 0.0
    assert one is not None
    assert (one.low, one.value) == (2.5, 5.0)
    right = make_piece(1, scan(), [RIGHT_ARTERY[1:]], 2.0, "pulmonary_artery", side="right")
    assert qanadli([right], lungs_in_field=True) == Range(value=25.0, low=25.0, high=25.0)
