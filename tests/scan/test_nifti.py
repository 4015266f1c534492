"""NIfTI: RAS becomes LPS whatever way the axes are stored, and what is not a CT is refused."""

from __future__ import annotations

import itertools
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import to_lps, to_voxel
from azygos.scan import read_volume

SPACING = np.array([0.7, 1.1, 2.3])
ORIGIN_RAS = np.array([11.0, -22.0, 33.0])


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_volume(path, **options)
    return str(caught.value)


def save(path: Path, values: np.ndarray, affine: np.ndarray | None = None, code: int = 1) -> Path:
    affine = np.diag([1.0, 1.0, 1.0, 1.0]) if affine is None else affine
    image = nib.Nifti1Image(values, affine)
    image.set_sform(affine, code=code)
    image.set_qform(affine, code=code)
    nib.save(image, path)
    return path


def ct(shape: tuple[int, ...] = (6, 7, 8)) -> np.ndarray:
    return np.linspace(-1000.0, 1500.0, int(np.prod(shape))).reshape(shape).astype(np.int16)


@pytest.mark.parametrize(
    ("order", "flips"),
    list(itertools.product(itertools.permutations(range(3)), itertools.product((1.0, -1.0), repeat=3))),
)
def test_every_voxel_keeps_its_place_however_the_axes_are_stored(order, flips, tmp_path):
    affine = np.eye(4)
    for axis, target in enumerate(order):
        affine[:3, axis] = 0.0
        affine[target, axis] = flips[axis] * SPACING[axis]
    affine[:3, 3] = ORIGIN_RAS
    values = ct()
    volume = read_volume(save(tmp_path / "ct.nii", values, affine))
    np.testing.assert_array_equal(volume.hu, values)
    voxel = np.array([2.0, 3.0, 5.0])
    ras = affine[:3, :3] @ voxel + affine[:3, 3]
    np.testing.assert_allclose(to_lps(volume.affine_mm, voxel), ras * [-1.0, -1.0, 1.0], atol=1e-5)
    np.testing.assert_allclose(volume.spacing_mm, SPACING, rtol=1e-6)


def test_an_oblique_volume_keeps_its_place(tmp_path):
    turn = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
    affine = np.eye(4)
    affine[:3, :3] = turn * SPACING
    volume = read_volume(save(tmp_path / "ct.nii.gz", ct(), affine))
    point = to_lps(volume.affine_mm, np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(to_voxel(volume.affine_mm, point), [1.0, 2.0, 3.0], atol=1e-6)
    np.testing.assert_allclose(point * [-1, -1, 1], affine[:3, :3] @ [1.0, 2.0, 3.0], atol=1e-5)


def test_scaled_values_are_read_as_the_header_says(tmp_path):
    image = nib.Nifti1Image(ct(), np.eye(4))
    image.header.set_slope_inter(0.5, -12.0)
    nib.save(image, tmp_path / "ct.nii.gz")
    raw = nib.load(tmp_path / "ct.nii.gz")
    np.testing.assert_allclose(read_volume(tmp_path / "ct.nii.gz").hu, raw.get_fdata(), atol=0.01)


def test_values_below_air_and_without_a_number_are_replaced_and_noted(tmp_path):
    values = ct().astype(np.float32)
    values[0] = -3024.0
    values[1, 0, 0] = np.nan
    volume = read_volume(save(tmp_path / "ct.nii", values))
    assert volume.hu.min() == -1024.0
    assert volume.notes == (
        "no number (NaN) in 0.3 % of the voxels; set to -1024 HU",
        "16.7 % of the voxels lay below -1024 HU (lowest -3024), outside the scanner's circle or noise in air; "
        "set to -1024 HU",
    )


def test_a_spike_at_the_top_is_the_ceiling(tmp_path):
    values = ct((20, 20, 20))
    values[:3, :3, :3] = 2976
    volume = read_volume(save(tmp_path / "ct.nii", values))
    assert volume.ceiling_hu == 2976.0
    assert read_volume(save(tmp_path / "free.nii", ct((20, 20, 20)))).ceiling_hu is None


def sheared() -> np.ndarray:
    affine = np.diag([1.0, 1.0, 2.0, 1.0])
    affine[1, 2] = 2.0 * np.tan(np.radians(12.0))
    return affine


def test_sheared_axes_are_refused_or_straightened(tmp_path):
    path = tmp_path / "ct.nii"
    image = nib.Nifti1Image(ct((6, 12, 8)), None)
    image.set_sform(sheared(), code=1)
    nib.save(image, path)
    assert refusal(path) == (
        "ct.nii: has slices tilted by 12.0 degrees (a tilted gantry). "
        "Choose another series, or pass --repair to resample it to upright slices."
    )
    volume = read_volume(path, repair=True)
    assert volume.hu.shape == (6, 15, 8)
    assert volume.notes == ("the slices were tilted by 12.0 degrees and have been resampled to upright ones",)


def test_two_places_in_one_header_are_noted(tmp_path):
    image = nib.Nifti1Image(ct(), np.eye(4))
    moved = np.eye(4)
    moved[2, 3] = 12.5
    image.set_sform(np.eye(4), code=1)
    image.set_qform(moved, code=1)
    nib.save(image, tmp_path / "ct.nii")
    assert read_volume(tmp_path / "ct.nii").notes == (
        "the header states two places up to 12.5 mm apart (sform, qform); the sform was used",
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            np.full((4, 4, 4), 30, dtype=np.int16),
            "holds the same value (30) in every voxel. Export or convert the original CT series again.",
        ),
        (
            np.arange(4 * 8 * 8).reshape(4, 8, 8).astype(np.uint8),
            "holds whole numbers from 0 to 255: 8-bit grey values, windowed for viewing, not Hounsfield units. "
            "Export the original CT series.",
        ),
        (
            np.repeat(np.arange(8), 64).reshape(8, 8, 8).astype(np.uint8),
            "holds only 8 different whole numbers (0 to 7): a label map, not a CT. "
            "Pass it with --labels, and the CT with -i.",
        ),
        (
            np.arange(512).reshape(8, 8, 8).astype(np.int16),
            "holds no value below 0 (it runs from 0 to 511), but fat and air do: not a CT, or one whose rescale "
            "intercept was not applied. Export or convert the original CT series again.",
        ),
        (
            np.linspace(-1.0, 1.0, 512).reshape(8, 8, 8).astype(np.float32),
            "holds values from -1 to 1, too narrow a range for Hounsfield units. "
            "Pass the CT before it was normalised or windowed.",
        ),
        (
            ct((4, 4, 1)),
            "holds a single slice, and a volume needs the whole series. Pass all slices.",
        ),
        (
            ct((4, 4, 4, 2)),
            "has 4 dimensions (4 x 4 x 4 x 2), and a CT has three. Save one volume of it as a file of its own.",
        ),
    ],
)
def test_values_that_are_no_ct_are_refused(values, sentence, tmp_path):
    assert refusal(save(tmp_path / "ct.nii.gz", values)) == f"ct.nii.gz: {sentence}"


def test_a_lone_fourth_axis_is_no_obstacle(tmp_path):
    assert read_volume(save(tmp_path / "ct.nii", ct((4, 5, 6, 1)))).hu.shape == (4, 5, 6)


def test_a_header_without_place_is_refused(tmp_path):
    path = tmp_path / "ct.nii"
    image = nib.Nifti1Image(ct(), None)
    image.set_sform(None, code=0)
    image.set_qform(None, code=0)
    nib.save(image, path)
    assert refusal(path) == (
        "ct.nii: does not say where it lies (its qform and sform codes are 0). Convert the original CT series again."
    )


def test_voxels_of_micrometres_are_refused(tmp_path):
    assert refusal(save(tmp_path / "ct.nii", ct(), np.diag([0.0195, 0.0195, 0.0195, 1.0]))) == (
        "ct.nii: has voxels of 0.0195 x 0.0195 x 0.0195 mm, which no CT of a patient has (0.05 to 20 mm). "
        "Check the unit of its header."
    )


def test_damaged_files_are_refused(tmp_path):
    whole = save(tmp_path / "ct.nii.gz", ct((30, 30, 30)))
    content = whole.read_bytes()
    whole.write_bytes(content[: len(content) // 2])
    assert refusal(whole) == ("ct.nii.gz: is cut short: it holds fewer voxels than its header says. Copy it again.")
    whole.write_bytes(content[:12])
    assert refusal(whole) == "ct.nii.gz: is cut short or damaged, and cannot be unpacked. Copy it again."
    whole.write_bytes(b"")
    assert refusal(whole) == "ct.nii.gz: is empty (0 bytes). Copy it again."
    plain = save(tmp_path / "ct.nii", ct((30, 30, 30)))
    plain.write_bytes(plain.read_bytes()[:5000])
    assert refusal(plain) == "ct.nii: is cut short: it holds fewer voxels than its header says. Copy it again."
    plain.write_bytes(b"not a scan at all")
    assert refusal(plain) == ("ct.nii: is cut short or damaged, and cannot be read as NIfTI. Copy or convert it again.")


def test_series_does_not_apply(tmp_path):
    assert refusal(save(tmp_path / "ct.nii", ct()), series="3") == (
        "ct.nii: holds one volume, so --series does not apply. Leave --series out."
    )


def test_a_folder_of_nifti_says_to_pass_one(tmp_path):
    (tmp_path / "scans").mkdir()
    save(tmp_path / "scans" / "a.nii.gz", ct())
    assert refusal(tmp_path / "scans") == "scans: holds no DICOM, but 1 NIfTI or NRRD file. Pass one of them."


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["lidc-idri-0001/ct.nii.gz", "tptbox-ct-l3/sub-ct_label-22_ct.nii.gz", "ts-lumbar-ct3mm/example_ct.nii.gz"],
)
def test_real_scans_agree_with_simpleitk(name, shared):
    sitk = pytest.importorskip("SimpleITK")
    assert_same(read_volume(shared / "data" / name), sitk.ReadImage(str(shared / "data" / name)), sitk)


@pytest.mark.shared
def test_a_real_compressed_series_agrees_with_simpleitk(shared):
    sitk = pytest.importorskip("SimpleITK")
    folder = shared / "data" / "ts-upperabdomen-dicom-j2k" / "dicom"
    files = sorted(folder.iterdir(), key=lambda file: file.name, reverse=True)
    volume = read_volume(folder)
    image = sitk.ReadImage([str(file) for file in files])
    assert_same(volume, image, sitk)
    assert volume.spacing_mm[2] == 2.0
    assert volume.facts["slice_thickness_mm"] == "3"
    assert volume.facts["contrast"] == "yes"


def assert_same(volume, image, sitk) -> None:
    """Values voxel for voxel, and places of the corners."""
    theirs = sitk.GetArrayFromImage(image).T
    np.testing.assert_array_equal(volume.hu, np.maximum(theirs, -1024))
    for corner in itertools.product(*[(0, n - 1) for n in volume.hu.shape]):
        place = image.TransformIndexToPhysicalPoint([int(n) for n in corner])
        np.testing.assert_allclose(to_lps(volume.affine_mm, np.array(corner, dtype=float)), place, atol=2e-3)
