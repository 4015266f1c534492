"""The landmarks against a label map that they were not given, and on scans of other kinds.

The landmarks were developed on these scans; the figures say that they work there, not how well they work elsewhere.
"""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.volume import to_voxel
from azygos.scan import read_labels, read_volume
from azygos.trace.anatomy import REGIONS, looks_like_ct, read_anatomy
from azygos.trace.oriented import orient

pytestmark = pytest.mark.shared
SCHEME = "labels_totalsegmentator_v2.csv"


@pytest.fixture(scope="module")
def chest(shared):
    folder = shared / "data" / "lidc-idri-0001"
    scan = orient(read_volume(folder / "ct.nii.gz"))
    return scan, read_labels(folder / "totalseg_labels.nii.gz", label_names=folder / SCHEME)


@pytest.fixture(scope="module")
def found(chest):
    return read_anatomy(chest[0])


@pytest.fixture(scope="module")
def truth(chest, found):
    """The label map's numbers on the coarse grid."""
    labels = chest[1]
    at = np.stack(np.meshgrid(*map(np.arange, found.regions.shape), indexing="ij"), axis=-1).reshape(-1, 3)
    points = at @ found.affine_mm[:3, :3].T + found.affine_mm[:3, 3]
    index = np.rint(to_voxel(labels.affine_mm, points)).astype(int)
    index = np.clip(index, 0, np.array(labels.labels.shape) - 1)
    return labels.labels[tuple(index.T)].reshape(found.regions.shape)


def named(labels, *starts):
    return [number for number, name in labels.names.items() if name.startswith(starts)]


def dice(a, b):
    return 2.0 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))


def centre(found, mask):
    return np.argwhere(mask).mean(axis=0) @ found.affine_mm[:3, :3].T + found.affine_mm[:3, 3]


def test_lungs_agree_with_the_map(chest, found, truth):
    for side in ("right", "left"):
        lobes = [n for n, name in chest[1].names.items() if name.startswith("lung_") and name.endswith(side)]
        assert dice(found.regions == REGIONS.index(f"lung_{side}"), np.isin(truth, lobes)) > 0.96


def test_the_spine_line_runs_through_the_mapped_bodies(chest, found):
    with_map = read_anatomy(chest[0], [chest[1]])
    away = [np.hypot(*found.spine.along(np.array([level.centre_mm]))[0, :2]) for level in with_map.spine.levels]
    assert np.mean(away) < 4.0
    assert max(away) < 8.0
    assert {mark.name: mark.source for mark in with_map.landmarks}["spine"] == "label map"
    assert 20.0 < with_map.body_ml["L1"] < 35.0
    volumes = [with_map.body_ml[f"T{n}"] for n in range(4, 13)]
    assert np.all(np.diff(volumes) > -0.5)


def test_the_cord_lies_in_the_canal(chest, found, truth):
    cord = np.isin(truth, named(chest[1], "spinal_cord"))
    canal = found.regions == REGIONS.index("spinal_canal")
    assert np.count_nonzero(cord & canal) > 0.85 * np.count_nonzero(cord)


def test_levels_are_named_as_in_the_map(chest, found):
    labels = chest[1]
    right = 0
    for level in found.spine.levels:
        index = np.rint(to_voxel(labels.affine_mm, np.array(level.centre_mm))).astype(int)
        right += labels.names.get(int(labels.labels[tuple(index)])) == f"vertebrae_{level.name}"
    assert right >= 0.9 * len(found.spine.levels)
    assert 14 <= len(found.spine.levels) <= 17


@pytest.mark.parametrize(
    ("region", "name", "most_mm"),
    [("superior_vena_cava", "superior_vena_cava", 10.0), ("aorta", "aorta", 25.0)],
)
def test_vessels_lie_where_the_map_has_them(chest, found, truth, region, name, most_mm):
    own = centre(found, found.regions == REGIONS.index(region))
    assert np.linalg.norm(own - centre(found, np.isin(truth, named(chest[1], name)))) < most_mm


def test_the_cava_is_followed_below_the_liver(chest, found, truth):
    mask = np.isin(truth, named(chest[1], "inferior_vena_cava"))
    assert found.chance["inferior_vena_cava"][mask].mean() > 0.3
    assert found.chance["inferior_vena_cava"].sum() < 4.0 * np.count_nonzero(mask)


def test_the_heart_agrees_with_the_map(chest, found, truth):
    names = ("right_atrium", "right_ventricle", "left_heart", "pulmonary_trunk", "right_pulmonary_artery",
             "left_pulmonary_artery")  # fmt: skip
    own = np.isin(found.regions, [REGIONS.index(name) for name in names])
    assert dice(own, np.isin(truth, named(chest[1], "heart"))) > 0.7


def test_contrast_is_seen(found):
    assert found.contrast == "in veins and arteries"
    assert found.vessel_hu["aorta"] == pytest.approx(390.0, abs=25.0)
    assert found.vessel_hu["superior_vena_cava"] > 800.0


def test_a_whole_unenhanced_chest_is_counted(shared):
    scan = orient(read_volume(shared / "data" / "lidc-idri-0314" / "ct_thorax_crop.nii.gz"))
    found = read_anatomy(scan)
    names = [level.name for level in found.spine.levels]
    assert 12 <= len(names) <= 14
    assert {"T2", "T12"} <= set(names)
    assert found.contrast == "none"
    assert 30.0 < found.vessel_hu["aorta"] < 60.0
    assert looks_like_ct(scan) is None


def test_a_lumbar_spine_without_lungs(shared):
    folder = shared / "data" / "ts-lumbar-ct3mm"
    scan = orient(read_volume(folder / "example_ct.nii.gz"))
    labels = read_labels(folder / "vertebrae_S1-T11_totalseg.nii.gz", label_names=folder / SCHEME)
    own, with_map = read_anatomy(scan), read_anatomy(scan, [labels])
    assert own.not_seen == ("right lung", "left lung", "heart", "superior vena cava and azygos arch")
    lumbar = [level.name for level in with_map.spine.levels if level.name.startswith("L")]
    assert lumbar == ["L5", "L4", "L3", "L2", "L1"]
    assert [level.name for level in own.spine.levels if level.name.startswith("L")] == lumbar


def test_a_crop_around_one_vertebra(shared):
    folder = shared / "data" / "tptbox-ct-l3"
    scan = orient(read_volume(folder / "sub-ct_label-22_ct.nii.gz"))
    labels = read_labels(folder / "sub-ct_seg-vert_label-22_msk.nii.gz", label_names="verse")
    assert {level.name for level in read_anatomy(scan).spine.levels} == {""}
    with_map = read_anatomy(scan, [labels])
    assert "L3" in [level.name for level in with_map.spine.levels]
    assert 25.0 < with_map.body_ml["L3"] < 55.0


def test_twenty_slices_with_arms_down(shared):
    folder = shared / "data" / "ts-upperabdomen-dicom-j2k"
    scan = orient(read_volume(folder / "dicom"))
    labels = read_labels(folder / "example_seg_dicom.nii.gz", label_names=folder / SCHEME)
    found = read_anatomy(scan, [labels])
    assert [level.name for level in found.spine.levels] == ["T12"]
    assert np.count_nonzero(found.regions == REGIONS.index("limb")) > 0
