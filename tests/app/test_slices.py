"""A plane shows the right voxels the right way round, and what lies over it where it lies."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from azygos.app.grids import canonical, store
from azygos.app.routes_scans import _rods
from azygos.app.slices import LABEL_COLOURS, LABEL_OPACITY, SHARE_OPACITY, greys, slice_png
from azygos.app.views3d import MOST_EDGE, Camera, Rod, small_volume, view_png
from azygos.app.workspace import OpenScan, Overlay
from azygos.ground.errors import InputError
from azygos.ground.volume import to_lps

WINDOW = (-1000.0, 1000.0)


def scan_of(hu, affine_mm, tmp_path):
    path = tmp_path / "scan.npy"
    store(path, hu)
    return OpenScan(id="s1", title="", path=path, affine_mm=affine_mm)


def overlay_of(values, affine_mm, kind, tmp_path):
    path = tmp_path / f"{kind}.npy"
    np.save(path, values)
    return Overlay(id="o1", path=path, affine_mm=affine_mm, kind=kind, colour=(200, 100, 0))


@pytest.fixture
def marked(tmp_path):
    """One bright voxel: low i (patient's right), low j (front), high k (head)."""
    hu = np.full((6, 5, 4), -1000)
    hu[1, 0, 3] = 1000
    return scan_of(hu, np.diag([1.0, 1.0, 2.0, 1.0]), tmp_path)


def picture(png):
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.mark.parametrize(
    ("plane", "index", "size", "row", "column"),
    [
        ("axial", 3, (5, 6), 0, 1),  # front on top, patient's right at the left
        ("coronal", 0, (4, 6), 0, 1),  # head on top, patient's right at the left
        ("sagittal", 1, (4, 5), 0, 0),  # head on top, front at the left
    ],
)
def test_planes_are_shown_as_radiologists_look_at_them(marked, plane, index, size, row, column):
    shown = picture(slice_png(marked, plane, index, WINDOW))
    expected = np.zeros(size, dtype=np.uint8)
    expected[row, column] = 255
    np.testing.assert_array_equal(shown, expected)


@pytest.mark.parametrize(
    "affine",
    [
        np.diag([-1.0, 1.0, 2.0, 1.0]),
        np.diag([1.0, -1.0, -2.0, 1.0]),
        np.array([[0.0, 0, 2, 5], [1, 0, 0, -3], [0, -1, 0, 7], [0, 0, 0, 1]]),
        np.array([[0.0, 0.6, 0.8, 0], [0, 0.8, -0.6, 0], [1, 0, 0, 0], [0, 0, 0, 1]]),
    ],
)
def test_turning_axes_moves_no_voxel(affine, rng):
    hu = rng.integers(-1000, 1000, (3, 4, 5))
    turned, turned_affine = canonical(hu, affine)
    assert np.all(np.argmax(np.abs(turned_affine[:3, :3]), axis=0) == [0, 1, 2])
    assert np.all(np.diag(turned_affine)[:3] > 0)
    index = np.argwhere(np.ones(turned.shape, dtype=bool))
    back = np.rint(to_lps(np.linalg.inv(affine), to_lps(turned_affine, index.astype(float)))).astype(int)
    np.testing.assert_array_equal(turned[tuple(index.T)], hu[tuple(back.T)])


def test_storing_rounds_and_keeps_within_16_bits(tmp_path):
    store(tmp_path / "a.npy", np.array([-1024.4, 0.5, 1.5, 70_000.0, -70_000.0], dtype=np.float32).reshape(5, 1, 1))
    assert np.load(tmp_path / "a.npy").ravel().tolist() == [-1024, 0, 2, 32767, -32768]


def test_grey_runs_from_the_window_s_low_to_its_high():
    assert greys(np.array([-501, -500, 400, 1300, 1301]), -500.0, 1300.0).tolist() == [0, 0, 128, 255, 255]


@pytest.mark.parametrize(
    ("plane", "index", "window", "sentence"),
    [
        ("oblique", 0, WINDOW, "A plane is axial, coronal or sagittal, not 'oblique'."),
        ("axial", 4, WINDOW, "The axial planes of this scan are 0 to 3, not 4."),
        ("axial", -1, WINDOW, "The axial planes of this scan are 0 to 3, not -1."),
        ("axial", 0, (5.0, 5.0), "A window needs a low value below its high one, in HU."),
        ("axial", 0, (float("nan"), 5.0), "A window needs a low value below its high one, in HU."),
    ],
)
def test_what_cannot_be_shown_is_said(marked, plane, index, window, sentence):
    with pytest.raises(InputError) as refused:
        slice_png(marked, plane, index, window)
    assert str(refused.value) == sentence


def test_labels_colour_their_voxels_on_a_grid_of_their_own(marked, tmp_path):
    """A map of half the spacing that covers the voxel (1, 0, 3) and nothing else."""
    affine = np.diag([0.5, 0.5, 1.0, 1.0])
    affine[:3, 3] = [0.75, -0.25, 5.5]
    over = overlay_of(np.full((2, 2, 2), 2, dtype=np.uint16), affine, "labels", tmp_path)
    shown = picture(slice_png(marked, "axial", 3, WINDOW, [over])).astype(float)
    expected = np.zeros((5, 6, 3))
    expected[0, 1] = 255 + LABEL_OPACITY * (LABEL_COLOURS[2] - 255)
    np.testing.assert_allclose(shown, expected, atol=1.0)
    assert picture(slice_png(marked, "axial", 2, WINDOW, [over])).ndim == 2  # it lies in another plane


def test_a_share_is_as_opaque_as_it_is_large(marked, tmp_path):
    share = np.zeros((6, 5, 4), dtype=np.float32)
    share[2, 1, 1] = 0.5
    over = overlay_of(share, marked.affine_mm, "share", tmp_path)
    for plane, index, row, column in (("axial", 1, 1, 2), ("coronal", 1, 2, 2), ("sagittal", 2, 2, 1)):
        shown = picture(slice_png(marked, plane, index, WINDOW, [over])).astype(float)
        np.testing.assert_allclose(shown[row, column], 0.5 * SHARE_OPACITY * np.array([200, 100, 0]), atol=1.0)
        assert np.count_nonzero(shown.sum(axis=2)) == 1


def test_the_small_volume_lies_where_the_scan_lies(tmp_path, rng):
    import nibabel as nib

    hu = rng.integers(-1000, 1000, (200, 50, 40)).astype(np.int16)
    affine = np.diag([0.5, 1.0, 1.0, 1.0])
    affine[:3, 3] = [-10.0, 20.0, 300.0]
    scan = scan_of(hu, affine, tmp_path)
    image = nib.Nifti1Image.from_bytes(
        __import__("gzip").decompress(small_volume(scan, np.array([40.0, 45, 320]), 100.0))
    )
    assert max(image.shape) <= MOST_EDGE
    ras = image.affine @ [3, 4, 5, 1]
    index = np.rint(np.linalg.inv(affine) @ [-ras[0], -ras[1], ras[2], 1]).astype(int)
    assert np.asarray(image.dataobj)[3, 4, 5] == hu[tuple(index[:3])]


@pytest.mark.parametrize(
    ("azimuth", "elevation", "row", "column"),
    [(0, 0, 0, 0), (180, 0, 0, 1), (90, 0, 0, 0), (270, 0, 0, 1), (0, 90, 1, 0)],
)
def test_the_3d_picture_is_seen_from_where_it_says(tmp_path, azimuth, elevation, row, column):
    """A block at the patient's right, front and head, in a quarter of the picture."""
    hu = np.full((60, 60, 60), -1000)
    hu[5:20, 5:20, 40:55] = 900
    scan = scan_of(hu, np.eye(4), tmp_path)
    camera = Camera(centre_mm=np.full(3, 29.5), azimuth_deg=azimuth, elevation_deg=elevation, size_mm=60.0)
    shown = picture(view_png(scan, camera)).sum(axis=2) > 0
    half = len(shown) // 2
    quarters = [[shown[a : a + half, b : b + half].mean() for b in (0, half)] for a in (0, half)]
    assert quarters[row][column] == pytest.approx((15 / 30) ** 2, rel=0.1)
    assert np.sum(quarters) == pytest.approx(quarters[row][column])


def test_the_3d_picture_shows_an_overlay_in_its_colour(tmp_path):
    scan = scan_of(np.full((60, 60, 60), -1000), np.eye(4), tmp_path)
    share = np.zeros((60, 60, 60), dtype=np.float32)
    share[20:40, 20:40, 20:40] = 1.0
    camera = Camera(centre_mm=np.full(3, 29.5), size_mm=60.0)
    shown = picture(view_png(scan, camera, [overlay_of(share, np.eye(4), "share", tmp_path)])).astype(float)
    red, green, blue = shown[len(shown) // 2, len(shown) // 2]
    assert red > 100
    assert green == pytest.approx(red / 2, abs=2)
    assert blue == 0


@pytest.mark.parametrize("size_mm", [0.0, 9.0, 601.0, float("nan")])
def test_a_cube_has_bounds(marked, size_mm):
    with pytest.raises(InputError, match=r"^A cube for 3-D is 10 to 600 mm wide, not "):
        small_volume(marked, np.zeros(3), size_mm)


def test_the_3d_picture_shows_a_needle_and_lets_it_shine_through_bone(tmp_path):
    hu = np.full((60, 60, 60), -1000)
    hu[0:30, 20:40, 20:40] = 900  # the patient's right half is bone, in front of the needle
    scan = scan_of(hu, np.eye(4), tmp_path)
    camera = Camera(centre_mm=np.full(3, 29.5), size_mm=60.0)
    needle = Rod(points_mm=np.array([[5.0, 45.0, 29.5], [54.0, 45.0, 29.5]]), radius_mm=2.0, colour=(255, 0, 255))
    before, after = (picture(view_png(scan, camera, (), rods)).astype(float) for rods in ((), (needle,)))
    changed = np.abs(before - after).max(axis=2) > 5
    rows, columns = np.nonzero(changed)
    assert np.ptp(rows) + 1 == pytest.approx(4.0 / 60.0 * 240, abs=2)
    assert np.ptp(columns) + 1 == pytest.approx(53.0 / 60.0 * 240, abs=3)  # with its round ends
    middle = len(after) // 2
    assert after[middle, 200].tolist() == pytest.approx([255, 0, 255], abs=2)  # beside the bone
    hidden, bone = after[middle, 60], before[middle, 60]
    assert hidden == pytest.approx(bone + 0.6 * (np.array([255, 0, 255]) - bone), abs=2)


def test_lines_of_the_3d_picture_are_read_or_refused():
    rod, other = _rods("ffc44d,1.5,0,0,0,0,10,0;0072b2,1,1,2,3,4,5,6,7,8,9")
    assert (rod.colour, rod.radius_mm, rod.points_mm.tolist()) == ((255, 196, 77), 1.5, [[0, 0, 0], [0, 10, 0]])
    assert other.points_mm.shape == (3, 3)
    assert _rods("") == []
    wrong = ("ffc44d", "ffc44d,1", "ffc44d,1,1,2,3", "ffc44d,1,1,2,3,4", "fc4,1,0,0,0,1,1,1", "ffc44d,0,0,0,0,1,1,1",
             "ffc44d,1,0,0,0,nan,1,1", ";".join(["ffc44d,1,0,0,0,1,1,1"] * 61))  # fmt: skip
    for text in wrong:
        with pytest.raises(InputError, match=r"^Lines are given as colour,radius,x,y,z,x,y,z "):
            _rods(text)
