"""Metal, contrast and calcium of the chest: each by its shape and place, alone or in company."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blurred import anatomy_of
from test_lookalikes import BALL, BOLUS, DENSE, ONE, PLAIN, SCAN, SPECK, thing

from azygos.trace.company import in_company
from azygos.trace.lookalikes_contrast import artery_plate, faint_pool, heart_calcium, lung_vessel
from azygos.trace.lookalikes_metal import (
    cava_filter,
    front_cartilage,
    plain_granuloma,
    plain_node,
    sternal_wire,
    under_skin,
)
from azygos.trace.verdicts import depth_in_chest

CHEST = anatomy_of(SCAN, "lung_right")
EDGE = CHEST.affine_mm @ np.array([0.0, 0.0, 0.0, 1.0])
FRONT = EDGE[:3]
BACK = (CHEST.affine_mm @ np.array([*(np.array(CHEST.regions.shape) - 1.0), 1.0]))[:3]
UP = np.array([0.0, 0.0, 1.0])


def at(where, widths=(3.0, 3.0, 3.0)):
    return replace(BALL, centre_mm=np.array(where), widths_mm=np.array(widths))


def test_depth_runs_from_the_lungs_front_to_their_back():
    assert depth_in_chest(CHEST, np.array([FRONT, BACK])) == pytest.approx([0.0, 1.0], abs=0.05)
    assert np.isinf(depth_in_chest(PLAIN, np.zeros((1, 3)))).all()


def test_an_open_cage_in_the_cava_is_a_filter_and_a_cast_is_cement():
    widths = (28.0, 15.0, 11.0)  # 2.4 mL as an ellipsoid
    cage = thing("inferior_vena_cava", {"inferior_vena_cava": 1.0}, one={**DENSE, "extents": at((0, 0, 0), widths),
                 "inside_ml": 0.34})  # fmt: skip
    cast = thing("inferior_vena_cava", {"inferior_vena_cava": 1.0}, one={**DENSE, "extents": at((0, 0, 0), widths),
                 "inside_ml": 1.6})  # fmt: skip
    fork = thing("inferior_vena_cava", {"inferior_vena_cava": 1.0}, one={**DENSE,
                 "extents": at((0, 0, 0), (30.0, 12.0, 3.0)), "inside_ml": 0.14})  # fmt: skip
    assert cava_filter(cage, PLAIN).kind == "cava filter"
    assert cava_filter(cast, PLAIN) is None
    assert cava_filter(fork, PLAIN) is None


def test_calcium_at_the_front_wall_is_cartilage_and_dense_cement_there_is_not():
    near = {"soft_tissue": 1.0, "lung_right": 1.0}
    assert front_cartilage(thing("lung", near=near, one={"extents": at(FRONT)}), CHEST).kind == "costal cartilage"
    assert front_cartilage(thing("lung", near=near, one={"extents": at(BACK)}), CHEST) is None
    assert front_cartilage(thing("lung", near=near, one={**DENSE, "extents": at(FRONT)}), CHEST) is None


def test_metal_under_the_skin_of_the_front_is_a_port_and_of_the_back_is_not():
    place = ({"soft_tissue": 1.0}, {"outside": 8.0})
    assert (
        under_skin(thing("elsewhere", *place, one={**DENSE, "extents": at(FRONT)}), CHEST).kind == "port or generator"
    )
    assert under_skin(thing("elsewhere", *place, one={**DENSE, "extents": at(BACK)}), CHEST) is None


def test_a_round_thing_with_no_vessel_is_a_granuloma_and_one_on_a_vessel_is_not():
    wide = {"extents": at((0, 0, 0), (6.0, 6.0, 5.5)), "inside_ml": 0.11}  # 6 mm, of whose shell an artery takes 0.08
    lung = ("lung", {"lung_right": 1.0})
    assert plain_granuloma(thing(*lung, one={**wide, "touched": 0.04}), PLAIN).certainty == 0.8
    assert plain_granuloma(thing(*lung, one={**wide, "touched": 0.06}), PLAIN) is None
    assert plain_granuloma(thing(*lung, one={"extents": at((0, 0, 0)), "touched": 0.0}), PLAIN) is None


def test_a_node_lies_beside_the_vessels():
    node = {"extents": at((0, 0, 0), (8.0, 6.0, 5.0)), "integral_hu_ml": 100.0}
    assert plain_node(thing(regions={"mediastinum": 1.0}, one=node), PLAIN).kind == "calcified lymph node"
    inside = thing(regions={"mediastinum": 1.0}, near={"right_pulmonary_artery": 1.0}, one=node)
    assert plain_node(inside, PLAIN) is None


def test_a_vessel_full_of_contrast_hardly_rises_above_itself():
    speck = replace(SPECK, level_hu=700.0)
    lung = ("lung", {"lung_right": 1.0})
    assert lung_vessel(thing(*lung, one={"candidate": speck, "peak_hu": 800.0}), BOLUS).kind == "contrast"
    assert lung_vessel(thing(*lung, one={"candidate": speck, "peak_hu": 1000.0}), BOLUS) is None
    assert lung_vessel(thing(*lung, one={"candidate": speck, "peak_hu": 800.0}), PLAIN) is None


def test_a_pool_that_reads_less_than_cement_is_contrast():
    pool = {"material_hu": 700.0, "peak_hu": 900.0, "integral_hu_ml": 2000.0}
    assert faint_pool(thing("right_ventricle", one=pool), BOLUS).certainty == 0.85
    assert faint_pool(thing("right_ventricle", one={**pool, "peak_hu": 3071.0}), BOLUS).certainty == 0.7
    assert faint_pool(thing("right_ventricle", one=pool), PLAIN) is None


def test_small_calcium_in_the_heart_is_doubtful_and_dense_cement_is_not():
    heart = ("right_atrium", {"right_atrium": 1.0})
    assert heart_calcium(thing(*heart), PLAIN).certainty == 0.6
    assert heart_calcium(thing(*heart, one=DENSE), PLAIN) is None


def test_a_plate_in_the_wall_of_a_pulmonary_artery_is_flat():
    artery = ("pulmonary_artery", {"left_pulmonary_artery": 1.0})
    assert artery_plate(thing(*artery, one={"extents": at((0, 0, 0), (13.0, 7.0, 3.6))}), PLAIN) is not None
    assert artery_plate(thing(*artery), PLAIN) is None


def test_three_clips_in_a_row_at_the_front_are_clips_and_two_are_not():
    row = [thing("lung", one={**DENSE, "extents": at(FRONT + 20.0 * k * UP)}) for k in range(3)]
    assert {verdict.kind for verdict in in_company(row, CHEST).values()} == {"clip or dense cement"}
    assert len(in_company(row, CHEST)) == 3
    assert in_company(row[:2], CHEST) == {}
    behind = [thing("lung", one={**DENSE, "extents": at(BACK + 20.0 * k * UP)}) for k in range(3)]
    assert in_company(behind, CHEST) == {}


def test_calcified_rings_are_several_along_the_airways():
    rings = [thing("lung", near={"airway": 2.0}, one={"extents": at((0.0, 0.0, 15.0 * k))}) for k in range(3)]
    assert {verdict.kind for verdict in in_company(rings, PLAIN).values()} == {"calcified airway wall"}
    assert in_company([*rings[:2], thing("lung", near={"airway": 2.0}, one=DENSE)], PLAIN) == {}
    assert ONE.size_ml < 0.15


def test_an_open_loop_at_the_breastbone_is_a_wire_and_one_on_a_road_is_not():
    loop = {**DENSE, "extents": at((0, 0, 0), (48.0, 28.0, 5.0)), "inside_ml": 0.3}
    assert sternal_wire(thing(near={"sternum": 1.0}, one=loop), PLAIN).kind == "sternal wire"
    assert sternal_wire(thing("right_ventricle", near={"sternum": 1.0}, one=loop), PLAIN) is None
