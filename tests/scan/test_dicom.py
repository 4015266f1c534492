"""DICOM series: order and place from positions, values from each slice, and every refusal in its own words."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import Volume, to_lps
from azygos.scan import read_volume
from azygos.scan.dicom import find_sources, read_slice

HEIGHTS = [10.0, 12.5, 15.0, 17.5, 20.0, 22.5]
AGAIN = "Copy or send the series again, choose another, or pass --repair to resample it to even, upright slices."


def refusal(path: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_volume(path, **options)
    return str(caught.value)


def world(volume: Volume) -> np.ndarray:
    indices = np.stack(np.meshgrid(*map(np.arange, volume.hu.shape), indexing="ij"), axis=-1)
    return to_lps(volume.affine_mm, indices.astype(np.float64))


def assert_in_place(volume: Volume, hu_at) -> None:
    """Every voxel holds what the known field holds where the voxel lies."""
    np.testing.assert_array_equal(volume.hu, hu_at(world(volume)).astype(np.float32))


def test_order_and_place_come_from_positions(write_series, hu_at):
    volume = read_volume(write_series(HEIGHTS))
    assert volume.hu.shape == (12, 10, 6)
    np.testing.assert_allclose(volume.spacing_mm, [0.5, 0.8, 2.5])
    np.testing.assert_allclose(volume.affine_mm[:3, 3], [-3.0, -4.0, 10.0])
    assert_in_place(volume, hu_at)
    assert volume.notes == ()


def test_slices_stored_from_head_to_foot_give_the_same_volume(write_series):
    up, down = read_volume(write_series(HEIGHTS, "up")), read_volume(write_series(HEIGHTS[::-1], "down"))
    np.testing.assert_array_equal(up.hu, down.hu)
    np.testing.assert_array_equal(up.affine_mm, down.affine_mm)


@pytest.mark.parametrize(
    "orientation",
    [
        (0.0, 1.0, 0.0, 0.0, 0.0, -1.0),  # sagittal
        (1.0, 0.0, 0.0, 0.0, 0.0, -1.0),  # coronal
        (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0),  # mirrored rows
        (0.8, 0.6, 0.0, -0.48, 0.64, 0.6),  # oblique
    ],
)
def test_any_orientation_lies_where_it_says(orientation, tmp_path, dicom_slice, save_dicom, hu_at):
    normal = np.cross(orientation[:3], orientation[3:])
    for number in range(4):
        save_dicom(
            dicom_slice(np.array([5.0, -7.0, 30.0]) + 3.0 * number * normal, orientation), tmp_path / f"{number}"
        )
    volume = read_volume(tmp_path)
    np.testing.assert_allclose(volume.hu, hu_at(world(volume)), atol=1.01)  # the header rounds the place
    np.testing.assert_allclose(volume.spacing_mm, [0.5, 0.8, 3.0])


def test_each_slice_has_its_own_rescale(tmp_path, dicom_slice, save_dicom, hu_at):
    for number, (slope, intercept) in enumerate([(1, -1024), (2, -2048), (0.5, -600)]):
        data = dicom_slice((-3.0, -4.0, 5.0 * number), RescaleSlope=slope, RescaleIntercept=intercept)
        save_dicom(data, tmp_path / f"{number}")
    volume = read_volume(tmp_path)
    np.testing.assert_allclose(volume.hu, hu_at(world(volume)), atol=1.0)


def test_padding_becomes_air_and_is_noted(tmp_path, dicom_slice, save_dicom):
    stored = np.full((10, 12), 1100)
    stored[:, 6:] = 900
    stored[0] = -2000  # beyond the scanner's circle, -3024 HU after the rescale
    stored[1] = 10  # marked as padding, though 10 would be -1014 HU
    for number in range(3):
        data = dicom_slice((0.0, 0.0, float(number)), stored=stored, PixelRepresentation=1, BitsStored=16, HighBit=15)
        data.add_new(0x00280120, "SS", 10)
        save_dicom(data, tmp_path / f"{number}")
    volume = read_volume(tmp_path)
    assert volume.hu.min() == -1024.0
    assert np.all(volume.hu[:, :2] == -1024.0)
    assert volume.notes == (
        "10.0 % of the voxels lay below -1024 HU (lowest -3024), outside the scanner's circle or noise in air; "
        "set to -1024 HU",
    )


def test_twelve_bits_end_at_3071_and_saturation_is_noted(tmp_path, dicom_slice, save_dicom):
    stored = np.full((10, 12), 1100)
    stored[:, :3] = 20
    stored[4:6, 4:8] = 4095
    for number in range(3):
        save_dicom(dicom_slice((0.0, 0.0, float(number)), stored=stored), tmp_path / f"{number}")
    volume = read_volume(tmp_path)
    assert volume.ceiling_hu == 3071.0
    assert volume.notes == (
        "6.7 % of the voxels lay at the scale's ceiling of 3071 HU; what is denser is not told apart",
    )


def test_missing_slices_are_refused_with_their_place(write_series):
    folder = write_series([10.0, 12.5, 20.0, 22.5, 25.0])
    assert refusal(folder) == (
        f"ct: 2 slices are missing between z = 12.5 mm and z = 20.0 mm (steps of 2.50 mm elsewhere). {AGAIN}"
    )


def test_one_missing_slice_repaired_is_interpolated_and_noted(write_series, hu_at):
    volume = read_volume(write_series([10.0, 12.5, 17.5, 20.0]), repair=True)
    assert volume.hu.shape == (12, 10, 5)
    np.testing.assert_allclose(volume.hu, hu_at(world(volume)), atol=1.0)
    assert volume.notes == (
        "1 slice is missing between z = 12.5 mm and z = 17.5 mm (steps of 2.50 mm elsewhere); "
        "resampled linearly to 5 even steps, so nothing small in the gaps can be trusted",
    )


def test_a_wide_hole_is_not_repaired(write_series):
    folder = write_series([10.0, 12.5, 15.0, 17.5, 20.0, 22.5, 25.0, 27.5, 47.5])
    assert refusal(folder, repair=True) == (
        "ct: 7 slices are missing between z = 27.5 mm and z = 47.5 mm (steps of 2.50 mm elsewhere). "
        "The gap of 20.0 mm between z = 27.5 mm and z = 47.5 mm is too wide to repair (at most 15 mm). "
        "Copy or send the series again."
    )


def test_uneven_steps_are_refused_or_resampled(write_series, hu_at):
    folder = write_series([10.0, 12.0, 15.0, 16.1, 18.0])
    assert refusal(folder) == (
        "ct: its slices are unevenly spaced (steps of 1.10 to 3.00 mm, the widest between "
        f"z = 12.0 mm and z = 15.0 mm). {AGAIN}"
    )
    volume = read_volume(folder, repair=True)
    np.testing.assert_allclose(volume.hu, hu_at(world(volume)), atol=1.0)


def test_two_phases_in_one_series_are_refused(write_series, save_dicom, dicom_slice):
    folder = write_series(HEIGHTS)
    other = dicom_slice((-3.0, -4.0, 15.0), stored=np.full((10, 12), 1000))
    save_dicom(other, folder / "phase2")
    assert refusal(folder) == (
        "ct: two slices lie at z = 15.0 mm: copies, or several phases or reconstructions in one series. "
        "Export one of them alone (--repair drops exact copies only)."
    )
    assert refusal(folder, repair=True) == refusal(folder)


def test_exact_copies_are_dropped_on_request(write_series, hu_at):
    folder = write_series(HEIGHTS)
    shutil.copytree(folder / "sub1", folder / "again")
    assert refusal(folder) == (
        "ct: 3 slices are doubled, the first at z = 12.5 mm: copies, or several phases or reconstructions "
        "in one series. Export one of them alone (--repair drops exact copies only)."
    )
    volume = read_volume(folder, repair=True)
    assert_in_place(volume, hu_at)
    assert volume.notes == ("3 slices lay in the series twice; the copies were left out",)


def test_a_timed_series_at_one_place_is_not_a_volume(write_series):
    assert refusal(write_series([61.5] * 4)) == (
        "ct: all 4 slices lie at z = 61.5 mm: a series taken over time at one place, not a volume. "
        "Choose a series that covers the spine."
    )


def tilted(folder: Path, dicom_slice, save_dicom, degrees: float) -> Path:
    """Slices that rise along z but lean by `degrees`, as a tilted gantry takes them."""
    lean = np.radians(degrees)
    orientation = (1.0, 0.0, 0.0, 0.0, np.cos(lean), -np.sin(lean))
    for number in range(8):
        save_dicom(dicom_slice((-3.0, -4.0, 2.0 * number), orientation), folder / f"{number}")
    return folder


def test_a_tilted_gantry_is_refused(tmp_path, dicom_slice, save_dicom):
    assert refusal(tilted(tmp_path / "ct", dicom_slice, save_dicom, 14.0)) == (
        f"ct: the gantry was tilted by 14.0 degrees. {AGAIN}"
    )


@pytest.mark.parametrize("degrees", [14.0, -20.0])
def test_a_tilted_gantry_is_straightened_on_request(degrees, tmp_path, dicom_slice, save_dicom, hu_at):
    volume = read_volume(tilted(tmp_path, dicom_slice, save_dicom, degrees), repair=True)
    axes = volume.affine_mm[:3, :3] / volume.spacing_mm
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)
    measured = volume.hu > -1020.0
    assert measured.sum() > 0.8 * 12 * 10 * 8
    edge = np.abs(volume.hu - hu_at(world(volume))) > 1.6  # half-covered voxels at the rim of the field
    assert np.count_nonzero(edge & measured) <= 2 * 12 * 8
    inner = slice(2, -2)
    middle = volume.hu[:, :, 3:5][inner]
    np.testing.assert_allclose(
        np.where(middle > -1020.0, middle, np.nan)[:, 4:8], hu_at(world(volume))[:, :, 3:5][inner][:, 4:8], atol=1.6
    )
    assert volume.notes[0] == (
        f"the slices were tilted by {abs(degrees):.1f} degrees and have been resampled to upright ones"
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4", "Modality": "MR"},
            "is DICOM of the kind 'MR Image Storage' (modality MR), not a CT series. Pass the folder of a CT series.",
        ),
        (
            {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"},
            "is DICOM of the kind 'Secondary Capture Image Storage' (modality CT), not a CT series. "
            "Pass the folder of a CT series.",
        ),
        (
            {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]},
            "is a localizer (scout), a flat picture for planning and not a volume. Pass the folder of a CT series.",
        ),
        (
            {"LossyImageCompression": "01"},
            "was compressed with loss (LossyImageCompression is 01), so its Hounsfield units cannot be trusted. "
            "Ask the archive for the original or a losslessly compressed copy.",
        ),
        (
            {"BitsStored": 8},
            "holds 8-bit or coloured pictures (8 bits), windowed for viewing, not Hounsfield units. "
            "Export the original CT series.",
        ),
        (
            {"PixelSpacing": None},
            "sub0/I003 does not state its pixel size (PixelSpacing), so nothing can be measured. "
            "Export the original CT series.",
        ),
        (
            {"ImagePositionPatient": None},
            "sub0/I003 does not state where it lies (ImagePositionPatient, ImageOrientationPatient). "
            "Export the original CT series.",
        ),
        (
            {"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]},
            "sub0/I003 states an orientation that is not two directions at a right angle. "
            "Export the original CT series.",
        ),
        (
            {"RescaleType": "Z_EFF"},
            "holds values of the type Z_EFF, not Hounsfield units. Choose the CT series from which it was computed.",
        ),
        (
            {"ImageType": ["DERIVED", "PRIMARY", "PERFUSION", "RCBF"]},
            "is a map computed from a CT (PERFUSION, RCBF), not Hounsfield units. "
            "Choose the series from which it was computed.",
        ),
    ],
)
def test_what_is_no_ct_in_hounsfield_units_is_refused(changes, sentence, write_series):
    assert refusal(write_series(HEIGHTS, **changes)) == f"ct: {sentence}"


def test_values_without_a_rescale_are_refused(tmp_path, dicom_slice, save_dicom):
    data = dicom_slice()
    del data.RescaleIntercept
    assert refusal(save_dicom(data, tmp_path / "ct")) == (
        "ct: does not say how its stored values become Hounsfield units (RescaleSlope, RescaleIntercept). "
        "Export the original CT series."
    )


def test_a_compression_without_decoder_is_refused(tmp_path, dicom_slice, save_dicom):
    from pydicom.encaps import encapsulate

    data = dicom_slice(syntax="1.2.840.10008.1.2.4.201")
    data.PixelData = encapsulate([b"not decoded"])
    assert refusal(save_dicom(data, tmp_path / "ct")) == (
        "ct: is compressed in a way that azygos does not read (High-Throughput JPEG 2000 Image Compression "
        "(Lossless Only), 1.2.840.10008.1.2.4.201). Convert it to explicit little endian, for instance with "
        "dcmdjpeg or gdcmconv --raw."
    )


def test_a_bare_install_says_what_decoding_needs(tmp_path, dicom_slice, save_dicom, monkeypatch):
    data = dicom_slice()
    data.compress("1.2.840.10008.1.2.4.80")
    path = save_dicom(data, tmp_path / "one")

    def without_decoder(*_: object, **__: object) -> None:
        raise RuntimeError("no plugin")

    monkeypatch.setattr("pydicom.pixels.pixel_array", without_decoder)
    monkeypatch.setattr("azygos.scan.dicom._can_decode", lambda syntax: False)
    with pytest.raises(InputError) as caught:
        read_slice(path)
    assert str(caught.value) == (
        "one: is compressed as JPEG-LS lossless, which the bare install does not read. "
        "Run: pip install 'azygos[imaging]'"
    )


def test_several_series_are_listed_without_names_and_chosen(write_series, save_dicom, dicom_slice, hu_at):
    folder = write_series(HEIGHTS)
    for number in range(3):
        data = dicom_slice(
            (0.0, 0.0, 4.0 * number), SeriesNumber=7, SeriesInstanceUID="1.2.3.4.7", ConvolutionKernel=["Br64", "3"]
        )
        save_dicom(data, folder / "sharp" / f"{number}")
    assert refusal(folder) == (
        "ct: holds 2 series. Choose one with --series:\n"
        "  --series 3: CT, 6 slices, 12 x 10 pixels, 0.50 x 0.80 x 2.50 mm, kernel B30f\n"
        "  --series 7: CT, 3 slices, 12 x 10 pixels, 0.50 x 0.80 x 4.00 mm, kernel Br64"
    )
    for choice in ("7", "1.2.3.4.7", "#2", "2"):
        volume = read_volume(folder, series=choice)
        assert volume.hu.shape == (12, 10, 3)
        assert_in_place(volume, hu_at)
    assert refusal(folder, series="9").startswith("ct: holds no series 9. Choose one with --series:\n  --series 3: CT")


def test_series_without_numbers_are_chosen_by_place(write_series, save_dicom, dicom_slice):
    folder = write_series(HEIGHTS, SeriesNumber=None)
    for number in range(3):
        data = dicom_slice((0.0, 0.0, 4.0 * number), SeriesNumber=None, SeriesInstanceUID="1.2.3.4.9")
        save_dicom(data, folder / "other" / f"{number}")
    assert "  --series #1: CT, 6 slices" in refusal(folder)
    assert read_volume(folder, series="#2").hu.shape == (12, 10, 3)


def test_a_report_beside_the_only_ct_is_left_aside(write_series, save_dicom, dicom_slice):
    folder = write_series(HEIGHTS)
    report = dicom_slice(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.67", Modality="SR", SeriesNumber=501)
    for keyword in ("PixelData", "Rows", "Columns"):
        del report[keyword]
    save_dicom(report, folder / "dose")
    (folder / "viewer.exe").write_bytes(b"MZ nothing of interest")
    volume = read_volume(folder)
    assert volume.hu.shape == (12, 10, 6)
    assert volume.notes == ("1 other series left aside: the only CT was read",)
    assert refusal(folder, series="501") == (
        "ct: is DICOM of the kind 'X-Ray Radiation Dose SR Storage' (modality SR), not a CT series. "
        "Pass the folder of a CT series."
    )


def test_a_localizer_within_the_series_is_left_aside(write_series, save_dicom, dicom_slice, hu_at):
    folder = write_series(HEIGHTS)
    scout = dicom_slice((0.0, 0.0, 0.0), (1, 0, 0, 0, 0, -1), ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    save_dicom(scout, folder / "scout")
    volume = read_volume(folder)
    assert_in_place(volume, hu_at)
    assert volume.notes == ("1 localizer in the series left aside",)


def test_no_name_leaves_the_reader(write_series):
    volume = read_volume(write_series(HEIGHTS))
    assert volume.facts == {
        "format": "DICOM (CT)",
        "kvp": "120",
        "kernel": "B30f",
        "slice_thickness_mm": "5",
        "contrast": "not stated",
    }
    assert "SECRET" not in repr((volume.facts, volume.notes))


def test_a_zip_reads_as_its_folder(write_series, tmp_path, hu_at):
    folder = write_series(HEIGHTS)
    packed = Path(shutil.make_archive(str(tmp_path / "sent"), "zip", folder))
    assert_in_place(read_volume(packed), hu_at)
    packed.write_bytes(packed.read_bytes()[:-400])
    assert refusal(packed) == "sent.zip: is a damaged zip. Copy it again."


def test_a_zip_with_a_damaged_member_is_refused(write_series, tmp_path):
    packed = Path(shutil.make_archive(str(tmp_path / "sent"), "zip", write_series(HEIGHTS)))
    with zipfile.ZipFile(packed) as archive:
        start = archive.getinfo("sub0/I003").header_offset + 60
    content = bytearray(packed.read_bytes())
    content[start : start + 40] = bytes(40)
    packed.write_bytes(content)
    assert refusal(packed) == "sent.zip: is a damaged zip: sub0/I003 cannot be unpacked. Copy it again."


def test_an_empty_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "sent.zip", "w"):
        pass
    assert refusal(tmp_path / "sent.zip") == "sent.zip: is empty. Pass the folder of a CT series."


def test_single_slice_empty_and_cut_short_files(write_series, tmp_path):
    folder = write_series(HEIGHTS)
    whole = folder / "sub0" / "I003"
    assert refusal(whole) == (
        "I003: holds a single slice, and a volume needs the whole series. "
        "Pass the folder in which all slices of the series lie."
    )
    content = whole.read_bytes()
    whole.write_bytes(content[:-30])
    cut = "cut short or damaged: its pixels cannot be read in full. Copy or send the series again."
    assert refusal(folder) == f"ct: sub0/I003 is {cut}"
    whole.write_bytes(content[:300])
    assert refusal(folder) == "ct: sub0/I003 is cut short or damaged. Copy or send the series again."
    whole.write_bytes(b"")
    assert refusal(folder) == "ct: sub0/I003 is empty (0 bytes). Copy or send the series again."


def test_a_damaged_header_is_refused(write_series):
    folder = write_series(HEIGHTS)
    whole = folder / "sub0" / "I003"
    whole.write_bytes(whole.read_bytes().replace(b"0.8\\0.5", b"0.x\\0.5"))
    assert refusal(folder) == "ct: has a damaged DICOM header. Copy or send the series again."


def test_nothing_there(tmp_path):
    (tmp_path / "hollow").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("no scan")
    assert refusal(tmp_path / "gone") == "gone: does not exist. Check the path."
    assert refusal(tmp_path / "hollow") == "hollow: is empty. Pass the folder of a CT series."
    assert refusal(tmp_path / "texts") == "texts: holds no DICOM among its 1 file. Pass the folder of a CT series."
    assert refusal(tmp_path / "texts" / "a.txt") == (
        "a.txt: is not a scan that azygos reads. Pass a folder or zip of DICOM, NIfTI (.nii, .nii.gz) or NRRD."
    )
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert refusal(tmp_path / "a.png") == (
        "a.png: is a PNG picture, without Hounsfield units. Pass the original CT as DICOM, NIfTI or NRRD."
    )


def test_mixed_sizes_and_strays_are_refused(write_series, save_dicom, dicom_slice):
    folder = write_series(HEIGHTS)
    stray = save_dicom(dicom_slice((2.0, -4.0, 25.0)), folder / "stray")
    assert "to the side of the line through the others" in refusal(folder)
    save_dicom(dicom_slice((-3.0, -4.0, 25.0), PixelSpacing=[0.9, 0.5]), stray)
    assert refusal(folder) == (
        "ct: its slices differ in pixel size (0.5 x 0.9 and 0.5 x 0.8 mm): these are several series in one. "
        "Export the series again, each on its own."
    )


@pytest.mark.parametrize(
    "syntax",
    ["1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"],
    ids=["implicit", "big endian", "deflated"],
)
def test_uncompressed_syntaxes(syntax, write_series, hu_at):
    assert_in_place(read_volume(write_series(HEIGHTS, syntax=syntax)), hu_at)


@pytest.mark.parametrize(
    "syntax",
    ["1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.80"],
    ids=["RLE", "JPEG-LS"],
)
def test_compressed_without_loss_is_exact(syntax, tmp_path, dicom_slice, save_dicom, hu_at):
    for number, height in enumerate(HEIGHTS):
        data = dicom_slice((-3.0, -4.0, height))
        data.compress(syntax)
        save_dicom(data, tmp_path / "ct" / f"{number}")
    assert_in_place(read_volume(tmp_path / "ct"), hu_at)
    cut = tmp_path / "ct" / "2"
    cut.write_bytes(cut.read_bytes()[:-60])
    assert refusal(tmp_path / "ct") == (
        "ct: 2 is cut short or damaged: its pixels cannot be read in full. Copy or send the series again."
    )


def test_jpeg_2000_without_loss_is_exact(tmp_path, dicom_slice, save_dicom, rng):
    utils = pytest.importorskip("openjpeg.utils")
    from pydicom.encaps import encapsulate

    stored = rng.integers(0, 4096, (64, 64)).astype(np.uint16)
    data = dicom_slice(syntax="1.2.840.10008.1.2.4.90", stored=stored, Rows=64, Columns=64)
    stream = utils.encode_array(stored, bits_stored=12, photometric_interpretation=2, codec_format=0)
    data.PixelData = encapsulate([bytes(stream)])
    hu = read_slice(save_dicom(data, tmp_path / "one"))
    np.testing.assert_array_equal(hu, stored.T.astype(np.float32) - 1024.0)


def test_enhanced_ct_takes_each_frame_from_its_own_place(tmp_path, dicom_slice, save_dicom, hu_at):
    path = save_dicom(enhanced(dicom_slice, [15.0, 10.0, 20.0, 12.5, 17.5]), tmp_path / "enhanced.dcm")
    volume = read_volume(path)
    assert volume.hu.shape == (12, 10, 5)
    assert_in_place(volume, hu_at)
    assert volume.facts["format"] == "DICOM (Enhanced CT)"
    assert volume.facts["kernel"] == "Br38f"


def enhanced(dicom_slice, heights):
    """A multi-frame file whose frames lie in the order of `heights`."""
    from pydicom.dataset import Dataset

    slices = [dicom_slice((-3.0, -4.0, height)) for height in heights]
    data = dicom_slice(SOPClassUID="1.2.840.10008.5.1.4.1.1.2.1", NumberOfFrames=len(heights))
    data.PixelData = b"".join(bytes(one.PixelData) for one in slices)
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "ConvolutionKernel"):
        del data[keyword]
    for keyword in ("RescaleSlope", "RescaleIntercept"):
        del data[keyword]
    shared = Dataset()
    shared.PixelMeasuresSequence = [_item(PixelSpacing=[0.8, 0.5], SliceThickness=5.0)]
    shared.PlaneOrientationSequence = [_item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])]
    shared.CTReconstructionSequence = [_item(ConvolutionKernel="Br38f")]
    data.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for one in slices:
        frame = Dataset()
        frame.PlanePositionSequence = [_item(ImagePositionPatient=one.ImagePositionPatient)]
        frame.PixelValueTransformationSequence = [_item(RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")]
        frames.append(frame)
    data.PerFrameFunctionalGroupsSequence = frames
    return data


def _item(**values):
    from pydicom.dataset import Dataset

    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def test_read_slice_gives_one_picture(tmp_path, dicom_slice, save_dicom):
    path = save_dicom(dicom_slice((-3.0, -4.0, 12.0)), tmp_path / "one")
    hu = read_slice(path)
    assert hu.shape == (12, 10)
    assert hu[0, 0] == -24.0 + 24.0 + 48.0 - 300.0
    (tmp_path / "note.txt").write_text("no picture at all")
    with pytest.raises(InputError) as caught:
        read_slice(tmp_path / "note.txt")
    assert str(caught.value) == "note.txt: is not DICOM. Pass a DICOM file."


def test_hidden_folders_are_not_walked_through(tmp_path, write_series):
    folder = write_series([0.0, 2.0, 4.0])
    seen = [source.name for source in find_sources(folder)]
    (folder / ".cache").mkdir()
    (folder / ".cache" / "empty.dcm").touch()
    (folder / ".DS_Store").touch()
    assert [source.name for source in find_sources(folder)] == seen
    assert len(seen) == 3
