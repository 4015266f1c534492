"""A real chest on a made-up second date: other position, breath, slices and noise; and two people."""

from __future__ import annotations

import numpy as np
import pytest
from chests import Ball, Other, findings, scan
from scipy import ndimage

from azygos.compare import compare
from azygos.ground.errors import InputError
from azygos.ground.volume import Volume, to_lps, to_voxel
from azygos.scan import read_volume

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def real(shared) -> Volume:
    """The 1 mm chest, moved so that its middle is the origin, smoothed so that each date can have noise of its own."""
    volume = read_volume(shared / "data" / "lidc-idri-0314" / "ct_thorax_crop.nii.gz")
    affine = volume.affine_mm.copy()
    affine[:3, 3] -= to_lps(affine, (np.array(volume.hu.shape) - 1) / 2.0)
    return Volume(hu=ndimage.gaussian_filter(volume.hu, 0.8), affine_mm=affine)


def second_date(body: Volume, other: Other, spacing: tuple[float, float, float]) -> Volume:
    """The body in another position and breath, slice by slice."""
    size = np.array(body.hu.shape) * body.spacing_mm
    shape = np.floor(size / spacing).astype(int)
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = np.array(other.shift) - np.array(spacing) * (shape - 1) / 2.0
    hu = np.empty(shape, np.float32)
    plane = np.stack(np.meshgrid(*map(np.arange, shape[:2]), [0], indexing="ij"), -1).reshape(-1, 3).astype(float)
    for k in range(shape[2]):
        points = other.back(to_lps(affine, plane + np.array([0.0, 0.0, k])))
        cells = to_voxel(body.affine_mm, points).T
        hu[:, :, k] = ndimage.map_coordinates(body.hu, cells, order=1, cval=-1000.0).reshape(shape[:2])
    return Volume(hu=hu, affine_mm=affine)


def test_six_pieces_lie_still_in_a_chest_that_moved_and_breathed(real):
    """Every piece is matched, none has a false verdict, and the map is as good as it says."""
    balls = [
        Ball((0.0, 35.0, -40.0), 7.0, "vertebral_body", level="T10"),
        Ball((-60.0, 0.0, 20.0), 3.0, "lung"),
        Ball((70.0, -10.0, 0.0), 2.0, "lung", to=(80.0, -10.0, 8.0)),
        Ball((-55.0, 40.0, -20.0), 2.5, "lung"),
        Ball((60.0, 30.0, 40.0), 4.0, "lung"),
        Ball((10.0, -20.0, 20.0), 3.0, "pulmonary_artery"),
    ]
    other = Other(shift=(25.0, -15.0, 60.0), turn_deg=(4.0, -3.0, 6.0), breath_mm=12.0)
    moved = second_date(real, other, (0.9, 0.9, 1.5))
    changes = compare(*scan(real, balls, 1, noise=25.0), *scan(moved, balls, 2, other, noise=25.0))
    assert [change.verdict for change in changes.changes] == ["unchanged"] * 6
    assert all(change.first == change.second for change in changes.changes)
    off = [
        float(np.linalg.norm(change.warp.to_second(change.first_mm[None]) - other.there(change.first_mm[None])))
        for change in changes.changes
    ]
    assert np.median(off) < 0.7
    assert max(o / max(0.7, change.error_mm.high) for o, change in zip(off, changes.changes, strict=True)) < 1.0


def test_two_people_are_refused(real, shared):
    other = read_volume(shared / "data" / "lidc-idri-0001" / "ct.nii.gz")
    with pytest.raises(InputError) as error:
        compare(real, findings(real, []), other, findings(other, []))
    assert str(error.value).startswith("the two scans do not fit each other: after the best alignment their bones ")
