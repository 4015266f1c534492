"""Cement in a scan whose blur, noise and ceiling are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from azygos.ground.errors import InputError
from azygos.ground.places import Place
from azygos.ground.volume import Volume
from azygos.render.insert_cement import draw_swings, insert
from azygos.render.insert_pieces import Described, read_pieces
from azygos.render.insert_sharpness import FWHM_OF_SIGMA, Sharpness, estimate_sharpness

KNOWN = Sharpness(in_plane_mm=1.2, slice_mm=1.5, in_plane_walls=99, slice_walls=99)
SPACING = (0.7, 0.7, 1.25)


def flat_scan(hu=-850.0, noise=0.0, ceiling=None, shape=(44, 44, 28)):
    values = np.full(shape, hu) + noise * np.random.default_rng(5).standard_normal(shape)
    return Volume(hu=values + 0.25, affine_mm=np.diag([*SPACING, 1.0]), ceiling_hu=ceiling)


def ball(diameter, at=(15.3, 15.1, 17.2), hu=4700.0, site="lung", name="ball"):
    return Described(
        name=name,
        lines_mm=(np.array([at]),),
        diameters_mm=(np.array([diameter]),),
        place=Place(site=site),
        cement_hu=hu,
    )


@pytest.mark.parametrize("diameter", [1.0, 2.0, 5.0])
def test_what_is_added_is_the_pieces_volume_times_its_contrast(diameter):
    """A blur loses nothing: sum of (H' - H) times the voxel is V (H_c - H)."""
    scan = flat_scan()
    out, truth = insert(scan, [ball(diameter)], sharpness=KNOWN)
    added = (out.hu.astype(np.float64) - scan.hu).sum() * np.prod(SPACING)
    assert added / (4700.0 + 849.75) == pytest.approx(np.pi / 6 * diameter**3, rel=0.02)
    assert truth.pieces[0].volume_ml == pytest.approx(np.pi / 6 * diameter**3 * 1e-3, rel=1e-9)


def test_a_small_ball_is_as_wide_as_the_scans_blur():
    """Second moments add: the image of a small ball has sigma^2 = sigma_blur^2 + d^2 / 20 along each axis."""
    scan = flat_scan()
    out, _ = insert(scan, [ball(0.8)], sharpness=KNOWN)
    added = out.hu.astype(np.float64) - scan.hu
    for axis, width in enumerate((1.2, 1.2, 1.5)):
        profile = added.sum(axis=tuple({0, 1, 2} - {axis}))
        place = np.arange(len(profile)) * SPACING[axis]
        mean = (profile * place).sum() / profile.sum()
        spread = (profile * (place - mean) ** 2).sum() / profile.sum()
        assert spread == pytest.approx((width / FWHM_OF_SIGMA) ** 2 + 0.8**2 / 20, rel=0.03)
        assert mean == pytest.approx((15.3, 15.1, 17.2)[axis], abs=0.02)


def test_the_noise_that_is_there_stays():
    """Deep in a large piece the voxels scatter about the cement's HU as they did about the tissue's mean."""
    scan = flat_scan(noise=40.0)
    out, _ = insert(scan, [ball(12.0)], sharpness=KNOWN)
    deep = (slice(19, 25), slice(19, 25), slice(12, 16))
    left = scan.hu - ndimage.gaussian_filter(scan.hu, np.array([1.2, 1.2, 1.5]) / FWHM_OF_SIGMA / SPACING)
    assert out.hu[deep].mean() == pytest.approx(4700.0, abs=10.0)
    assert np.corrcoef(out.hu[deep].ravel(), left[deep].ravel())[0, 1] > 0.99
    assert out.hu[deep].std() == pytest.approx(left[deep].std(), rel=0.1)


def test_the_scale_ends_at_the_scans_own_ceiling_or_another_or_nowhere():
    piece = [ball(8.0)]
    assert insert(flat_scan(ceiling=3071.0), piece, sharpness=KNOWN)[0].hu.max() == 3071.0
    assert insert(flat_scan(ceiling=3071.0), piece, sharpness=KNOWN, ceiling_hu=None)[0].hu.max() > 4600.0
    assert insert(flat_scan(), piece, sharpness=KNOWN, ceiling_hu=2000.0)[0].hu.max() == 2000.0


def test_a_scan_of_whole_numbers_stays_one():
    scan = Volume(hu=np.full((30, 30, 20), -800.0), affine_mm=np.diag([*SPACING, 1.0]))
    out, _ = insert(scan, [ball(3.0, at=(10.0, 10.0, 12.0))], sharpness=KNOWN)
    assert np.array_equal(out.hu, np.rint(out.hu))
    assert out.hu.max() > 3000.0


def test_labels_are_the_voxels_of_which_half_is_cement():
    scan = flat_scan()
    _, truth = insert(scan, [ball(6.0), ball(4.0, at=(22.0, 22.0, 25.0), name="other")], sharpness=KNOWN)
    for number, diameter in ((1, 6.0), (2, 4.0)):
        volume = (truth.labels == number).sum() * np.prod(SPACING)
        assert volume == pytest.approx(np.pi / 6 * diameter**3, rel=0.15)


def test_motion_smears_what_lies_in_the_heart_and_nothing_else():
    scan = flat_scan(hu=40.0)
    pieces = [ball(3.0, site="right_ventricle"), ball(3.0, at=(5.0, 5.0, 17.2), name="still", site="lung")]
    rest, truth = insert(scan, pieces, sharpness=KNOWN)
    moved, _ = insert(scan, pieces, sharpness=KNOWN, heart_motion=True, seed=3)
    again, _ = insert(scan, pieces, sharpness=KNOWN, heart_motion=True, seed=3)
    assert np.array_equal(moved.hu, again.hu)
    swings = draw_swings(truth.pieces, 3)
    assert list(swings) == ["ball"]
    assert 5.0 <= np.linalg.norm(swings["ball"].travel_mm) <= 15.0
    assert moved.hu[14:, 14:].max() < 0.8 * rest.hu[14:, 14:].max()
    assert np.array_equal(moved.hu[:12, :12], rest.hu[:12, :12])
    assert (moved.hu.astype(np.float64) - scan.hu).sum() == pytest.approx(
        (rest.hu.astype(np.float64) - scan.hu).sum(), rel=0.02
    )


def test_a_piece_outside_the_scan_is_refused():
    with pytest.raises(InputError) as caught:
        insert(flat_scan(), [ball(3.0, at=(-50.0, 0.0, 0.0))], sharpness=KNOWN)
    assert str(caught.value) == ("ball lies outside the scan. Give its points in mm in the scan's LPS coordinates.")


@pytest.mark.parametrize(("in_plane", "across"), [(1.1, 1.3), (1.6, 3.0)])
def test_the_blur_of_a_scan_is_read_from_its_walls(in_plane, across):
    """A body of soft tissue with lungs in it, blurred by a known amount and made noisy, gives that amount back."""
    spacing = np.array([0.8, 0.8, across / 1.25])
    x, y, z = (((np.arange(3 * n) - 1) / 3 - (n - 1) / 2) for n in (90, 80, 40))
    inside = (x[:, None, None] / 42) ** 2 + (y[None, :, None] / 36) ** 2 < 1.0
    hu = np.where(inside, 40.0, -1000.0) + 0.0 * z
    for side in (-1, 1):
        box = (np.abs(x[:, None, None] - side * 19) < 12.3) & (np.abs(y[None, :, None]) < 19.1)
        hu[box & (np.abs(z[None, None, :]) < 11.3)] = -850.0
    hu = ndimage.gaussian_filter(hu, 3 * np.array([in_plane, in_plane, across]) / FWHM_OF_SIGMA / spacing)[
        1::3, 1::3, 1::3
    ]
    hu += 25.0 * np.random.default_rng(1).standard_normal(hu.shape)
    found = estimate_sharpness(Volume(hu=hu, affine_mm=np.diag([*(-spacing[:2]), spacing[2], 1.0])))
    assert found.in_plane_mm == pytest.approx(in_plane, rel=0.12)
    assert found.slice_mm == pytest.approx(across, rel=0.12)
    assert found.notes == ()


def test_where_no_wall_is_seen_it_says_what_is_taken():
    found = estimate_sharpness(flat_scan(hu=40.0))
    assert (found.in_plane_mm, found.slice_mm) == (1.0, 1.25)
    assert found.notes == (
        "Too few walls in the plane (0) to read the blur; 1 mm assumed.",
        "Too few walls across the slices (0) to read their profile; their thickness is taken.",
    )


def test_the_slices_own_thickness_goes_before_their_step():
    thick = replace(flat_scan(hu=40.0), facts={"slice_thickness_mm": "2.5"})
    assert estimate_sharpness(thick).slice_mm == 2.5


@pytest.mark.shared
def test_the_blur_of_real_scans_is_that_of_chest_ct(shared):
    """Within what clinical scanners do: 0.8 to 1.6 mm in the plane; across, about the slice."""
    from azygos.scan import read_volume

    thick = estimate_sharpness(read_volume(shared / "data/lidc-idri-0001/ct.nii.gz"))
    assert 0.8 < thick.in_plane_mm < 1.6
    assert 2.0 < thick.slice_mm < 4.0


PIECES = """
[[piece]]
name = "thread"
points_mm = [[1.0, 2.0, 3.0], [1.0, 2.0, 23.0]]
diameter_mm = [3.0, 2.0]
barium_share = 0.3
site = "lung"
lobe = "right lower"
origin = "T10"

[[piece.branch]]
points_mm = [[1.0, 2.0, 13.0], [6.0, 2.0, 18.0]]
diameter_mm = 1.0

[[piece]]
name = "ball"
points_mm = [0.0, 0.0, 0.0]
diameter_mm = 4.0
cement_hu = 1500
site = "right_atrium"
"""


def test_pieces_are_read_from_a_file(tmp_path):
    path = tmp_path / "pieces.toml"
    path.write_text(PIECES)
    thread, lump = read_pieces(path)
    assert thread.place == Place(site="lung", side="right", lobe="right lower")
    assert [len(line) for line in thread.lines_mm] == [2, 2]
    assert thread.diameters_mm[0].tolist() == [3.0, 2.0]
    assert thread.diameters_mm[1].tolist() == [1.0, 1.0]
    assert 4500.0 < thread.placed(120).cement_hu < 5500.0
    assert thread.placed(80).cement_hu > 1.4 * thread.placed(120).cement_hu
    assert lump.placed(120).cement_hu == 1500.0
    assert lump.lines_mm[0].tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('name = "ball"\n', 'name = "ball"\ndiamter = 3\n'),
         "p.toml, piece 2: diamter is not known. Did you mean diameter_mm?"),
        (('name = "ball"', 'name = "thread"'),
         "p.toml has two pieces named 'thread'. Give each a name of its own."),
        (("diameter_mm = [3.0, 2.0]", "diameter_mm = [3.0, 2.0, 1.0]"),
         "p.toml, piece 1 (thread): diameter_mm has 3 numbers for 2 points. Give one, or one for each point."),
        (("cement_hu = 1500", ""),
         "p.toml, piece 2 (ball) says nothing of its cement. Give cement, barium_share or cement_hu."),
        (("cement_hu = 1500", "cement_hu = 1500\nbarium_share = 0.2"),
         "p.toml, piece 2 (ball) says barium_share and cement_hu of its cement. "
         "Give cement, barium_share or cement_hu."),
        (("diameter_mm = 4.0", "diameter_mm = -4.0"),
         "p.toml, piece 2 (ball): a diameter_mm of -4 is not between 0 and 60 mm."),
        (("points_mm = [0.0, 0.0, 0.0]", "points_mm = [0.0, 0.0]"),
         "p.toml, piece 2 (ball): points_mm are [x, y, z] in LPS mm, one for a ball and two or more for a thread."),
        (("points_mm = [0.0, 0.0, 0.0]", "points_mm = ['a', 0.0, 0.0]"),
         "p.toml, piece 2 (ball): points_mm are not numbers."),
    ],
)  # fmt: skip
def test_a_file_that_makes_no_sense_is_told_where(tmp_path, change, sentence):
    path = tmp_path / "p.toml"
    assert PIECES.count(change[0]) >= 1
    path.write_text(PIECES.replace(*change))
    with pytest.raises(InputError) as caught:
        read_pieces(path)
    assert str(caught.value) == sentence


def test_a_file_without_pieces_is_refused(tmp_path):
    path = tmp_path / "p.toml"
    path.write_text("")
    with pytest.raises(InputError) as caught:
        read_pieces(path)
    assert str(caught.value) == "p.toml describes no piece. Write at least one [[piece]] table."


def test_the_example_of_the_docs_is_read(tmp_path):
    page = Path(__file__).resolve().parents[2] / "docs/how-to/insert-cement.md"
    text = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "pieces.toml").write_text(text)
    cord, lump = read_pieces(tmp_path / "pieces.toml")
    assert [len(line) for line in cord.lines_mm] == [3, 2]
    assert 1000.0 < lump.placed(120).cement_hu < 2500.0
