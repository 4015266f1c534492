"""Cement within a body of a small made-up spine, beside all that is only dense bone."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import ndimage

from azygos.ground.findings import Range
from azygos.trace.anatomy import REGIONS, Anatomy
from azygos.trace.anatomy.parcels import Spine, SpineLevel
from azygos.trace.brightness import OwnCement
from azygos.trace.fill import Fill, fill_volume, find_fills
from azygos.trace.oriented import Oriented

SPACING, SHAPE = 1.0, (56, 50, 150)
TALL, PITCH, FIRST = 20, 28, 8  # of a body, from one to the next, lower plate of the lowest [mm]
MARROW, CORTEX, BONE_HU = 150.0, 700.0, 900.0
TREATED = np.array([28.0, 25.0, FIRST + 2 * PITCH + TALL / 2])


@cache
def points() -> np.ndarray:
    return np.stack(np.meshgrid(*(np.arange(n, dtype=float) for n in SHAPE), indexing="ij"), axis=-1)


@cache
def in_bodies(margin: float) -> np.ndarray:
    p = points()
    wide = ((p[..., 0] - 28.0) / (17.0 - margin)) ** 2 + ((p[..., 1] - 25.0) / (14.0 - margin)) ** 2 <= 1.0
    height = (p[..., 2] - FIRST) % PITCH
    return wide & (height >= margin) & (height <= TALL - margin) & (p[..., 2] >= FIRST)


def spine_of_five(*solids) -> Oriented:
    """Five bodies of marrow in a cortex of 1.5 mm, with solids ``(mask, HU)`` in them, blurred, with noise."""
    hu = np.where(in_bodies(0.0), CORTEX, 40.0)
    hu[in_bodies(1.5)] = MARROW
    for mask, value in solids:
        hu[mask] = value
    hu = ndimage.gaussian_filter(hu, 0.6) + np.random.default_rng(3).normal(0.0, 20.0, SHAPE)
    return Oriented(
        hu=np.rint(hu).astype(np.int16), affine_mm=np.eye(4), axes=(0, 1, 2), flipped=(False,) * 3, ceiling_hu=None
    )


@cache
def anatomy() -> Anatomy:
    heights = np.arange(0.0, SHAPE[2])
    line = np.column_stack([np.full(len(heights), 28.0), np.full(len(heights), 25.0), heights])
    levels = tuple(
        SpineLevel(name=f"T{12 - n}", centre_mm=(28.0, 25.0, FIRST + n * PITCH + TALL / 2.0),
                   lower_mm=float(FIRST + n * PITCH), upper_mm=float(FIRST + n * PITCH + TALL), certainty=0.9)
        for n in range(5)
    )  # fmt: skip
    spine = Spine(
        line_mm=line, canal_mm=line + np.array([0.0, 22.0, 0.0]), half_width_mm=np.full(len(heights), 17.0),
        half_depth_mm=np.full(len(heights), 14.0), levels=levels, certainty=0.9,
    )  # fmt: skip
    coarse = in_bodies(0.0)[1::3, 1::3, 1::3]
    regions = np.where(coarse, REGIONS.index("vertebral_body"), REGIONS.index("soft_tissue"))
    affine = np.diag([3.0, 3.0, 3.0, 1.0])
    affine[:3, 3] = 1.0
    return Anatomy(
        regions=regions.astype(np.uint8), affine_mm=affine, chance={}, spine=spine, points={}, contrast="none",
        vessel_hu={}, lobes=None, landmarks=(), field_of_view=(), not_seen=(),
    )  # fmt: skip


def ball(radius: float, off=(0.0, 0.0, 0.0)) -> np.ndarray:
    return np.asarray(np.linalg.norm(points() - TREATED - np.asarray(off), axis=-1) <= radius)


@pytest.mark.parametrize("cement", [750.0, 1000.0, 1450.0, 2200.0])
@pytest.mark.parametrize("radius", [6.0, 9.5])
def test_a_ball_of_cement_is_found_with_its_volume(cement, radius):
    (fill,) = find_fills(spine_of_five((ball(radius), cement)), anatomy(), BONE_HU)
    true_ml = np.count_nonzero(ball(radius)) * 1e-3
    assert fill.whole_ml == pytest.approx(true_ml, rel=0.15)
    assert fill.level_hu == pytest.approx(cement, rel=0.03)
    assert fill.marrow_hu == pytest.approx(MARROW, abs=40.0)
    assert np.linalg.norm(fill.voxels.mean(axis=0) - TREATED) < 1.0


def test_cement_at_the_wall_is_cut_from_the_cortex():
    """Weak cement that reads hardly more than the cortex that it touches takes no cortex far from it along."""
    solid = ball(8.0, (7.0, 0.0, 0.0)) & in_bodies(1.5)
    (fill,) = find_fills(spine_of_five((solid, 900.0)), anatomy(), BONE_HU)
    assert fill.whole_ml == pytest.approx(np.count_nonzero(solid) * 1e-3, rel=0.25)
    assert fill.voxels[:, 0].min() > TREATED[0] - 4.0


PLATE = in_bodies(0.0) & (np.abs(points()[..., 2] - (FIRST + 2 * PITCH + 2.0)) <= 2.0)
BODY = in_bodies(1.5) & (np.abs(points()[..., 2] - TREATED[2]) < TALL)
DENSE = {
    "nothing": (ball(0.0), MARROW),
    "a sclerotic end plate": (PLATE, 900.0),
    "an osteophyte": (ball(5.0, (0.0, -17.0, 9.0)) & ~ball(3.5, (0.0, -17.0, 9.0)), 900.0),
    "a bone island": (ball(2.4), 1200.0),
    "a collapsed body": (BODY, 450.0),
}


@pytest.mark.parametrize("name", DENSE)
def test_dense_bone_is_no_filling(name):
    assert find_fills(spine_of_five(DENSE[name]), anatomy(), BONE_HU) == ()


def test_two_treated_bodies_are_two_fillings():
    above = ball(7.0, (0.0, 0.0, float(PITCH)))
    fills = find_fills(spine_of_five((ball(7.0), 1450.0), (above, 1450.0)), anatomy(), BONE_HU)
    assert [round(float(fill.voxels[:, 2].mean())) for fill in fills] == [74, 102]


def test_brighter_than_calcium_is_left_to_stand_out_by_itself():
    assert find_fills(spine_of_five((ball(8.0), 4700.0)), anatomy(), BONE_HU) == ()


def test_without_a_spine_nothing_is_found():
    nobody = SimpleNamespace(spine=None)
    assert find_fills(spine_of_five((ball(8.0), 1450.0)), nobody, BONE_HU) == ()


def test_a_filling_holds_what_was_put_in_and_its_interval_is_no_wider_than_its_errors():
    """A ball of 7 mm of cement of 1600 HU that took nine tenths of the room, blurred."""
    (fill,) = find_fills(spine_of_five((ball(7.0), 1460.0)), anatomy(), BONE_HU)
    volume = fill_volume(fill, OwnCement(1600.0, by_fillings=False), 1400.0, 5300.0)
    assert volume.value == pytest.approx(
        (1460.0 - MARROW) / (1600.0 - MARROW) * np.count_nonzero(ball(7.0)) * 1e-3, rel=0.08
    )
    assert 0.2 < (volume.high - volume.low) / volume.value < 0.5


def test_a_filling_that_tells_its_own_cement_leaves_more_marrow_open():
    """Two thirds of the room are cement of 2300 HU: by itself it looks as if nine tenths were cement of 1700 HU."""
    level = MARROW + (2300.0 - MARROW) * 0.66
    (fill,) = find_fills(spine_of_five((ball(7.0), level)), anatomy(), BONE_HU)
    true = 0.66 * np.count_nonzero(ball(7.0)) * 1e-3
    apparent = MARROW + (fill.level_hu - MARROW) / 0.9
    alone = fill_volume(fill, OwnCement(apparent, by_fillings=True), 1400.0, 5300.0)
    told = fill_volume(fill, OwnCement(2300.0, by_fillings=False), 1400.0, 5300.0)
    assert alone.low < true < alone.high
    assert told.value == pytest.approx(true, rel=0.08)


def test_the_share_of_cement_follows_from_what_it_reads_elsewhere():
    """2 mL at 800 HU over marrow of 200 HU: half of it cement of 1400 HU, or a quarter of one of 2600 HU."""
    fill = Fill(
        voxels=np.zeros((1, 3)), level_hu=800.0, marrow_hu=200.0, outline_hu=500.0,
        least_ml=2.0, whole_ml=2.0, most_ml=2.0,
    )  # fmt: skip
    assert fill_volume(fill, OwnCement(1400.0, by_fillings=False), 1400.0, 5300.0).value == pytest.approx(1.0)
    assert fill_volume(fill, OwnCement(2600.0, by_fillings=False), 1400.0, 5300.0).value == pytest.approx(0.5)
    untold = fill_volume(fill, None, 1400.0, 5300.0)
    assert isinstance(untold, Range)
    assert untold.value == pytest.approx(1.0)
    assert untold.low == pytest.approx(0.3 * 2.0 * (1.0 - 1.645 * 0.05))
    assert untold.high == pytest.approx(1.0 + 1.645 * 0.05)
