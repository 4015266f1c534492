"""Each look-alike has its rule, and cement in the same place does not fall under it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blurred import anatomy_of, quality, scan_with

from azygos.ground.places import Place
from azygos.trace.candidates import Candidate
from azygos.trace.company import lone_in_discs
from azygos.trace.lookalikes import judge
from azygos.trace.measure import Measured
from azygos.trace.shape import Extents
from azygos.trace.thing import FAR_MM, Thing, calcium_hu

SCAN = scan_with(40.0, [], [])
PLAIN = anatomy_of(SCAN, "mediastinum")
BOLUS = anatomy_of(SCAN, contrast="in veins", vessel_hu={"superior_vena_cava": 1300.0, "right_heart": 400.0})
BALL = Extents(widths_mm=np.array([3.0, 3.0, 3.0]), axes=np.eye(3), centre_mm=np.zeros(3))
SPECK = Candidate(voxels=np.zeros((20, 3)), level_hu=200.0, peak_hu=1200.0, apart=True, whole=0, bone=0.0, outside=0.0)
ONE = Measured(
    candidate=SPECK, voxels=np.zeros((20, 3)), origin=np.zeros(3), mask=np.ones((2, 2, 5)), extents=BALL,
    background_hu=40.0, noise_hu=20.0, peak_hu=1200.0, top_hu=1250.0, integral_hu_ml=20.0, integral_error_hu_ml=0.5,
    ground_error_hu_ml=1.0, width_mm=3.0, kept=0.95, material_hu=1300.0, rod=False, edge=0.8, around_low_hu=-10.0,
    around_high_hu=90.0, bright_around=0.0, touched=1.0, clipped=0.0, inside_ml=0.014,
)  # fmt: skip


def thing(site="elsewhere", regions=None, near=None, *, one=None, **changes) -> Thing:
    given = {
        "measured": replace(ONE, **(one or {})), "place": Place(site=site, certainty=0.9), "shares": regions or {},
        "near_mm": near or {}, "rim_mm": FAR_MM, "least_hu": 1400.0, "most_hu": 5300.0, "doubt": 0.1, "in_pool": False,
        "at_edge": False, "upper_veins_mm": FAR_MM, "own_bone_hu": 1000.0, "calcium_hu": 1900.0,
    }  # fmt: skip
    return Thing(**{**given, **changes})


DENSE = {"peak_hu": 3500.0, "top_hu": 3600.0, "material_hu": 3700.0}
FAINT = {"peak_hu": 400.0, "top_hu": 410.0, "material_hu": 420.0}
IN_AIR = {"touched": 0.2, "background_hu": -800.0}

CASES = {
    "outside the body": (thing(regions={"outside": 1.0}), PLAIN),
    "rim of the field": (thing(rim_mm=1.0), PLAIN),
    "lead or catheter": (
        thing("superior_vena_cava", {"superior_vena_cava": 0.5, "right_atrium": 0.3}, {"brachiocephalic_vein": 2.0},
              one={**DENSE, "extents": replace(BALL, widths_mm=np.array([150.0, 4.0, 3.0]))}),
        PLAIN,
    ),
    "metal": (thing(one={"peak_hu": 9000.0, "top_hu": 9000.0, "material_hu": 9500.0}), PLAIN),
    "implant": (
        thing(regions={"other_bone": 1.0}, one={**DENSE, "clipped": 0.6, "around_low_hu": -700.0}), PLAIN,
    ),
    "contrast": (thing("azygos_vein", {"mediastinum": 1.0}, in_pool=True, upper_veins_mm=12.0), BOLUS),
    "calcium or contrast": (thing("azygos_vein", {"mediastinum": 1.0}, one=FAINT), PLAIN),
    "streak": (
        thing("heart", {"heart": 1.0},
              one={"edge": 0.2, "around_low_hu": -250.0, "bright_around": 0.2, "peak_hu": 430.0, "noise_hu": 20.0,
                   "material_hu": 1300.0}), PLAIN,
    ),
    "calcified cartilage or soft tissue": (thing(regions={"soft_tissue": 1.0}), PLAIN),
    "metal or other foreign body": (thing(regions={"soft_tissue": 1.0}, one=DENSE), PLAIN),
    "cut by the edge of the field": (thing("prevertebral", {"prevertebral": 1.0}, at_edge=True), PLAIN),
    "vertebra or osteophyte": (
        thing("vertebral_body", {"vertebral_body": 1.0}, one={"candidate": replace(SPECK, bone=1.0)}), PLAIN,
    ),
    "rib": (
        thing("paravertebral", {"paravertebral": 0.6, "rib": 0.1}, {"rib": 0.5},
              one={"candidate": replace(SPECK, apart=False, level_hu=1100.0)}), PLAIN,
    ),
    "aortic calcification": (thing(regions={"mediastinum": 1.0}, near={"aorta": 1.0}), PLAIN),
    "coronary or valve calcification": (thing("heart", {"left_heart": 1.0}, {"left_heart": 0.0}), PLAIN),
    "coronary calcification": (
        thing("right_atrium", {"right_atrium": 1.0}, {"right_atrium": 0.0, "lung_right": 5.0}), PLAIN,
    ),
    "calcified wall of a pulmonary artery": (
        thing("pulmonary_artery", {"right_pulmonary_artery": 1.0}, {"right_pulmonary_artery": 0.0},
              one={"extents": replace(BALL, widths_mm=np.array([9.0, 7.0, 2.0]))}), PLAIN,
    ),
    "calcified airway wall": (thing(regions={"mediastinum": 1.0}, near={"airway": 1.0, "mediastinum": 0.0}), PLAIN),
    "oral contrast": (thing(regions={"oesophagus": 1.0}, near={"mediastinum": 2.0}), PLAIN),
    "calcified granuloma": (
        thing("lung", {"lung_right": 1.0}, {"lung_right": 0.0}, one={**IN_AIR, "touched": 0.0}), PLAIN,
    ),
    "pleura or rib": (
        thing("lung", {"lung_right": 0.3, "soft_tissue": 0.7}, {"lung_right": 0.5, "soft_tissue": 0.0}), PLAIN,
    ),
    "calcified lymph node": (thing(regions={"hilum_right": 1.0}, near={"hilum_right": 0.0}), PLAIN),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_each_look_alike_has_a_rule_and_a_reason(kind):
    verdict = judge(*CASES[kind])
    assert verdict is not None
    assert verdict.kind == kind
    assert verdict.reason.startswith("Not cement because ")
    assert verdict.reason.endswith(".")


@pytest.mark.parametrize(
    ("site", "region"),
    [("lung", "lung_right"), ("azygos_vein", "prevertebral"), ("inferior_vena_cava", "inferior_vena_cava"),
     ("right_ventricle", "right_ventricle"), ("pulmonary_trunk", "pulmonary_trunk")],
)  # fmt: skip
def test_dense_cement_on_a_road_falls_under_no_rule(site, region):
    assert judge(thing(site, {region: 1.0}, {region: 0.0}, one=DENSE), PLAIN) is None


def test_weak_cement_in_a_vessel_of_the_lung_falls_under_no_rule():
    assert judge(thing("lung", {"lung_left": 1.0}, {"lung_left": 0.0}, one={**IN_AIR, "touched": 0.1}), PLAIN) is None


def test_what_lies_in_air_is_in_the_lung_whatever_the_outline_says():
    assert judge(thing("lung", {"left_heart": 1.0}, {"left_heart": 0.0}, one=IN_AIR), PLAIN) is None


def test_rods_behind_the_spine_are_an_implant_and_a_needle_track_is_not():
    long, short = (replace(BALL, widths_mm=np.array([w, 8.0, 6.0])) for w in (240.0, 40.0))
    rod = thing("needle_track", {"back": 0.8}, {"back": 0.0}, one={**DENSE, "extents": long})
    assert judge(rod, PLAIN).kind == "implant"
    assert judge(thing("needle_track", {"back": 0.8}, {"back": 0.0}, one={**DENSE, "extents": short}), PLAIN) is None


def test_contrast_explains_nothing_on_a_scan_without_it():
    assert judge(thing("azygos_vein", {"prevertebral": 1.0}, in_pool=True, upper_veins_mm=12.0), PLAIN) is None


def test_faint_says_what_cement_would_read():
    verdict = judge(*CASES["calcium or contrast"])
    assert verdict.reason == ("Not cement because cement of its size would read 1332 HU or more and it reads 400 HU.")


def test_calcium_is_as_bright_as_this_patients_bone():
    assert calcium_hu(quality(), 1000.0) == 1900.0
    assert calcium_hu(quality(), 2000.0) == 2600.0
    assert calcium_hu(quality(kvp=80.0), 1000.0) > 2400.0


CORD = {"extents": replace(BALL, widths_mm=np.array([90.0, 60.0, 20.0]))}


def test_a_cord_that_passes_the_aorta_is_no_calcium_of_its_wall_and_one_along_the_wall_is():
    passing = {"regions": {"mediastinum": 1.0}, "near": {"aorta": 1.0}, "one": CORD}
    assert judge(thing("azygos_vein", **passing, beside_aorta=0.2), PLAIN) is None
    assert judge(thing("azygos_vein", **passing, beside_aorta=0.9), PLAIN).kind == "aortic calcification"


PLATE = {"extents": replace(BALL, widths_mm=np.array([8.0, 5.0, 2.0]))}


def test_a_thick_thing_beside_the_aorta_may_be_weighed_and_a_thin_one_may_not():
    thick = {"extents": replace(BALL, widths_mm=np.array([7.0, 6.0, 6.0]))}
    sure = [
        judge(thing("pulmonary_trunk", {"aorta": 0.8}, {"aorta": 0.0}, one=one), PLAIN).certainty
        for one in (thick, PLATE)
    ]
    assert sure == [0.6, 0.8]


@pytest.mark.parametrize(
    ("changes", "certainty"),
    [
        ({}, 0.6),  # round, 1300 HU resolved, where the pulmonary trunk may hold it
        ({"one": PLATE}, 0.8),
        ({"doubt": 0.4}, 0.8),  # its own brightness is not known
        ({"by_descending_aorta": True}, 0.8),
        ({"one": {"material_hu": 1100.0, "peak_hu": 1050.0, "top_hu": 1100.0}}, 0.8),
        ({"place": Place(site="elsewhere", certainty=0.9)}, 0.8),
        ({"place": Place(site="elsewhere", certainty=0.9), "by_cava": True}, 0.6),
    ],
)
def test_only_what_is_cast_and_as_bright_as_cement_in_a_veins_place_opens_the_rule_of_the_aorta(changes, certainty):
    given = {"site": "pulmonary_trunk", "regions": {"aorta": 0.8}, "near": {"aorta": 0.0}, **changes}
    assert judge(thing(**given), PLAIN).certainty == certainty


def test_a_doubted_kind_that_reads_less_than_any_cement_is_decided():
    near_cement = thing("heart", {"heart": 1.0}, {"fat": 1.0}, one={"material_hu": 1300.0})
    less = thing("heart", {"heart": 1.0}, {"fat": 1.0}, one={"material_hu": 1200.0, "top_hu": 1200.0})
    assert (judge(near_cement, PLAIN).certainty, judge(less, PLAIN).certainty) == (0.6, 0.8)


def test_a_plate_beside_the_descending_aorta_is_its_wall_though_the_outline_misses_it():
    place = {"site": "lung", "regions": {"mediastinum": 1.0}, "near": {"aorta": 8.0}}
    assert judge(thing(**place, one=PLATE, by_descending_aorta=True), PLAIN).kind == "aortic calcification"
    assert judge(thing(**place, one={**DENSE, **PLATE}, by_descending_aorta=True), PLAIN) is None


def test_a_sheet_in_the_lung_is_weighed_as_a_bronchus_wall_and_a_round_one_is_not():
    sheet = replace(BALL, widths_mm=np.array([12.0, 6.0, 2.0]))
    cast = replace(BALL, widths_mm=np.array([12.0, 2.2, 2.0]))
    found = [
        judge(thing("lung", {"lung_left": 1.0}, one={**IN_AIR, "touched": 0.3, "extents": one}), PLAIN)
        for one in (sheet, cast)
    ]
    assert found[0].kind == "calcified airway wall"
    assert found[1] is None


def test_a_lump_beside_the_hilum_is_weighed_as_a_node_and_a_ball_or_a_rod_is_not():
    def found(widths_mm, inside_ml):
        one = {"touched": 0.6, "extents": replace(BALL, widths_mm=np.array(widths_mm)), "inside_ml": inside_ml}
        return judge(thing("lung", {"lung_left": 1.0}, {"hilum_left": 3.0}, one=one), PLAIN)

    ellipsoid = np.pi / 6e3 * 9.0 * 5.5 * 5.0
    assert found((9.0, 5.5, 5.0), 0.9 * ellipsoid).kind == "calcified lymph node"
    assert found((9.0, 5.5, 5.0), 1.5 * ellipsoid) is None
    assert found((5.5, 5.2, 5.0), 0.07) is None


def test_calcium_in_a_disc_is_its_own_unless_cement_lies_near():
    calcium = thing("disc", {"disc": 1.0})
    near = replace(BALL, centre_mm=np.array([0.0, 0.0, 20.0]))
    far = replace(BALL, centre_mm=np.array([0.0, 0.0, 90.0]))
    cement = [thing("vertebral_body", near={"vertebral_body": 0.0}, one={**DENSE, "extents": at}) for at in (near, far)]
    assert lone_in_discs([calcium])[0].kind == "calcified disc"
    assert not lone_in_discs([calcium, cement[0]])
    assert list(lone_in_discs([calcium, cement[1]])) == [0]


def test_a_bump_of_a_rib_is_rib_and_what_stands_out_of_it_is_not():
    joined = {"candidate": replace(SPECK, apart=False, level_hu=1100.0), "peak_hu": 1200.0}
    stands = {"candidate": replace(SPECK, apart=False, level_hu=300.0), "peak_hu": 1200.0}
    place = {"site": "lung", "regions": {"lung_left": 1.0}, "near": {"rib": 5.0}}
    found = [judge(thing(**place, one={**IN_AIR, **one}), PLAIN) for one in (joined, stands)]
    assert found[0].kind == "rib"
    assert found[1] is None or found[1].kind != "rib"


def test_what_hardly_rises_within_the_lung_is_part_of_something_and_what_stands_out_is_not():
    speck = replace(SPECK, level_hu=700.0)
    found = [
        judge(thing("lung", {"lung_left": 1.0}, one={**IN_AIR, "candidate": speck, "peak_hu": peak}), PLAIN)
        for peak in (850.0, 900.0)
    ]
    assert found[0].kind == "calcium or bone"
    assert found[1] is None


def test_a_mere_bump_is_part_of_what_it_grows_out_of_wherever_the_outlines_put_it():
    bump, dense = (
        {"candidate": replace(SPECK, apart=False, level_hu=0.95 * hu), "peak_hu": hu} for hu in (1200.0, 3500.0)
    )
    heart = {"site": "right_atrium", "regions": {"right_atrium": 1.0}}
    assert judge(thing(**heart, one=bump), PLAIN).kind == "calcium or bone"
    assert judge(thing(**heart, one={**DENSE, **dense}), PLAIN) is None


def test_the_lungs_wall_is_calcium_though_the_outline_gives_it_to_the_lung():
    near = {"lung_left": 0.0, "rib": 3.0}
    wall, inner = (thing("lung", {"lung_left": 1.0}, near, one={"touched": touched}) for touched in (0.5, 0.4))
    assert judge(wall, PLAIN).kind == "pleura or rib"
    assert judge(inner, PLAIN) is None


def test_a_ball_that_far_outshines_this_patients_bone_is_weighed_beside_the_spine():
    bone = {"candidate": replace(SPECK, bone=1.0), "peak_hu": 1450.0, "top_hu": 1450.0, "material_hu": 1450.0}
    canal = {"site": "spinal_canal", "regions": {"posterior_elements": 1.0}, "near": {"spinal_canal": 0.0}}
    plate = {**bone, "extents": replace(BALL, widths_mm=np.array([9.0, 7.0, 2.0]))}
    assert judge(thing(**canal, one=bone), PLAIN).certainty == 0.6
    assert judge(thing(**canal, one=plate), PLAIN).certainty == 0.85
    assert judge(thing(**canal, one=bone, own_bone_hu=1100.0), PLAIN).certainty == 0.85


def test_a_ball_between_aorta_and_spine_may_lie_in_the_hemiazygos_vein():
    place = {"site": "hemiazygos_vein", "regions": {"aorta": 1.0}, "by_descending_aorta": True}
    joined = {"candidate": replace(SPECK, apart=False)}
    assert judge(thing(**place, near={"aorta": 0.0, "vertebral_body": 6.0}), PLAIN).certainty == 0.6
    assert judge(thing(**place, near={"aorta": 0.0, "vertebral_body": 14.0}), PLAIN).certainty == 0.8
    assert judge(thing(**place, near={"aorta": 0.0, "vertebral_body": 6.0}, one=joined), PLAIN).certainty == 0.8


def test_a_peak_that_overshoots_what_the_whole_reads_is_calcium_still():
    sharp = {"peak_hu": 2100.0, "top_hu": 2150.0}
    assert thing(one={**sharp, "material_hu": 1600.0}).like_calcium
    assert not thing(one={**sharp, "material_hu": 1900.0}).like_calcium
    assert not thing(one={**sharp, "peak_hu": 2300.0, "material_hu": 1600.0}).like_calcium


def test_in_the_lung_only_a_wide_ball_is_known_to_read_less_than_cement():
    wide = {**IN_AIR, "material_hu": 1100.0, "peak_hu": 1000.0, "top_hu": 1000.0, "inside_ml": 0.11}
    assert thing("lung", {"lung_left": 1.0}, one=wide).under_cement
    assert not thing("lung", {"lung_left": 1.0}, one=wide, blur_mm=2.0).under_cement
    rod = replace(BALL, widths_mm=np.array([12.0, 5.0, 5.0]))
    assert not thing("lung", {"lung_left": 1.0}, one={**wide, "extents": rod}).under_cement


def test_in_the_lung_nothing_narrow_is_known_to_read_less_than_cement():
    less = {"material_hu": 1100.0, "peak_hu": 1000.0, "top_hu": 1000.0}
    assert thing("heart", {"heart": 1.0}, one=less).under_cement
    assert not thing("lung", {"lung_left": 1.0}, one={**less, **IN_AIR}).under_cement
