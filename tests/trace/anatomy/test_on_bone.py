"""Places of what lies on the wall of a straight spine with bodies of 30 mm, all regions given by hand."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.findings import Landmark
from azygos.trace.anatomy import REGIONS, Anatomy, Spine
from azygos.trace.anatomy.on_bone import on_bone, outside

HALF = 15.0
GRID = np.array([60, 60, 60])
AFFINE = np.diag([2.0, 2.0, 2.0, 1.0])
AFFINE[:3, 3] = -59.0


def spine() -> Spine:
    z = np.linspace(-59.0, 59.0, 41)
    line = np.column_stack([np.zeros(41), np.zeros(41), z])
    return Spine(
        line_mm=line, canal_mm=line + np.array([0.0, 24.0, 0.0]), half_width_mm=np.full(41, HALF),
        half_depth_mm=np.full(41, HALF), levels=(), certainty=1.0,
    )  # fmt: skip


def body(left="lung_left", right="lung_right", corridor=0.6) -> Anatomy:
    """Bone within 15 mm of the axis, lung or another region to both sides, a corridor on the left of the front."""
    x, y, _ = np.meshgrid(*(2.0 * np.arange(n) - 59.0 for n in GRID), indexing="ij")
    regions = np.where(x > 0.0, REGIONS.index(left), REGIONS.index(right)).astype(np.uint8)
    regions[np.hypot(x, y) < HALF] = REGIONS.index("vertebral_body")
    chance = np.where((np.hypot(x - 11.0, y + 14.0) < 8.0), corridor, 0.0).astype(np.float32)
    known = tuple(
        Landmark(name=name, source="label map", certainty=1.0) for name in ("spine", "lungs", "azygos corridor")
    )
    return Anatomy(
        regions=regions, affine_mm=AFFINE, chance={"hemiazygos_vein": chance}, spine=spine(), points={},
        contrast="none", vessel_hu={}, lobes=None, landmarks=known, field_of_view=(), not_seen=(),
    )  # fmt: skip


def around(first, last, radius, height=0.0) -> np.ndarray:
    """A thread around the body, angles from the left to the back [rad]."""
    angle = np.linspace(first, last, 30)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.full(30, height)])


def along(x, y, half=10.0) -> np.ndarray:
    return np.column_stack([np.full(41, x), np.full(41, y), np.linspace(-half, half, 41)])


def test_a_lump_on_the_side_of_a_body_lies_beside_it_and_not_in_the_lung_or_the_aorta():
    lump = np.stack(np.meshgrid([15.0, 18.0, 21.0], [-3.0, 0.0, 3.0], np.linspace(-8, 8, 9)), axis=-1).reshape(-1, 3)
    for region in ("lung_left", "aorta", "mediastinum"):
        place = body(left=region).place_at(lump)
        assert (place.site, place.side) == ("paravertebral", "left")


def test_what_lies_off_the_bone_stays_in_the_lung():
    assert on_bone(body(), along(26.0, 0.0)) is None
    assert body().place_at(along(26.0, 0.0)).site == "lung"
    into_lung = np.column_stack([np.linspace(16.0, 50.0, 40), np.zeros(40), np.zeros(40)])
    assert body().place_at(into_lung).site == "lung"  # it begins on the bone, but most of it lies deep


def test_a_thread_around_the_front_is_no_vein_of_the_corridor_and_one_along_it_is():
    anatomy = body(left="mediastinum", right="mediastinum")
    assert anatomy.place_at(around(-1.2, -0.6, 17.0)).site == "prevertebral"
    assert anatomy.place_at(along(11.0, -14.0)).site == "hemiazygos_vein"


def test_a_speck_is_in_the_vein_only_off_the_bone():
    """Of 1 mm, 0.5 mm and 4 mm outside the outline on the diagonal."""
    speck, way = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, -0.5, 0], [0, 0.5, 0]]), np.array([0.62, -0.78, 0.0])
    near, far = (on_bone(body(), speck + radius * way) for radius in (HALF * 1.08 + 0.5, HALF * 1.08 + 4.0))
    assert (near.in_vein, near.among_roads) == (0.4, False)
    assert (far.in_vein, far.among_roads) == (1.0, True)


def test_points_beyond_the_spines_line_are_left_out_and_the_others_asked():
    """Of 41 points, 0.5 mm apart, the line ends at 59 mm: one is beyond, then 20, then 21."""
    for beyond in (1, 20):
        thread = along(0.0, -17.0) + np.array([0.0, 0.0, 49.25 + 0.5 * (beyond - 1)])
        bone = on_bone(body(left="mediastinum", right="mediastinum"), thread)
        inside = np.arange(41) < 41 - beyond
        assert bone.on_wall.tolist() == inside.tolist()
        assert bone.front.tolist() == inside.tolist()
        assert (bone.among_roads, bone.in_vein) == (True, 1.0)
    assert on_bone(body(), along(0.0, -17.0) + np.array([0.0, 0.0, 49.25 + 0.5 * 20])) is None


def test_a_lump_at_the_end_of_the_spines_line_keeps_its_place_beside_the_bone():
    lump = np.stack(np.meshgrid([15.0, 18.0, 21.0], [-3.0, 0.0, 3.0], np.linspace(44, 60, 9)), axis=-1).reshape(-1, 3)
    assert (lump[:, 2] > 59.0).mean() == pytest.approx(1 / 9)
    assert body(left="aorta").place_at(lump).site == "paravertebral"


def test_the_front_ends_where_the_side_is_as_near():
    points = np.array([[9.0, -15.0, 0.0], [15.0, -9.0, 0.0], [-9.0, -15.0, 0.0], [0.0, 16.0, 0.0]])
    assert on_bone(body(), points).front.tolist() == [True, False, True, False]


def test_distances_from_a_body_of_two_sizes():
    at = np.array([[25.0, 0.0, 0.0], [0.0, -12.0, 0.0], [0.0, -8.0, 0.0]])
    assert outside(at, np.full(3, 20.0), np.full(3, 10.0)) == pytest.approx([5.0, 2.0, -2.0])
