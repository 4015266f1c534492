"""What `azygos info` says: one fact a line, the same for every format, and no names."""

from __future__ import annotations

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.scan import describe, write_nifti


def test_a_series(write_series):
    lines = describe(write_series([10.0, 12.5, 15.0, 17.5]))
    assert lines == [
        "format: DICOM (CT)",
        "size: 12 x 10 x 4 voxels",
        "spacing: 0.5 x 0.8 x 2.5 mm",
        "orientation: i to the left, j to the back, k to the head",
        "field of view: 6 x 8 x 10 mm (voxel centres x -3.0 to 2.5, y -4.0 to 3.2, z 10.0 to 17.5 mm, LPS)",
        "values: -303 to -186 HU",
        "ceiling: 3071 HU, 0 voxels saturated",
        "tube voltage: 120 kV",
        "kernel: B30f",
        "slice thickness: 5 mm",
        "contrast agent: not stated",
    ]
    assert "SECRET" not in "".join(lines)


def test_a_repair_is_told(write_series):
    lines = describe(write_series([10.0, 12.5, 17.5]), repair=True)
    assert lines[-1] == (
        "note: 1 slice is missing between z = 12.5 mm and z = 17.5 mm (steps of 2.50 mm elsewhere); "
        "resampled linearly to 4 even steps, so nothing small in the gaps can be trusted"
    )


def test_several_series_are_a_list_and_not_an_error(write_series, save_dicom, dicom_slice):
    folder = write_series([10.0, 12.5, 15.0])
    for number in range(2):
        data = dicom_slice((0.0, 0.0, 4.0 * number), SeriesNumber=7, SeriesInstanceUID="1.2.3.4.7")
        save_dicom(data, folder / "other" / f"{number}")
    assert describe(folder) == [
        "ct: holds 2 series. Choose one with --series:",
        "  --series 3: CT, 3 slices, 12 x 10 pixels, 0.50 x 0.80 x 2.50 mm, kernel B30f",
        "  --series 7: CT, 2 slices, 12 x 10 pixels, 0.50 x 0.80 x 4.00 mm, kernel B30f",
    ]
    assert describe(folder, series="7")[1] == "size: 12 x 10 x 2 voxels"


def test_a_label_map_with_and_without_names(tmp_path):
    labels = np.zeros((10, 10, 10), dtype=np.uint8)
    labels[2:4], labels[6:9] = 31, 32
    path = tmp_path / "map.nii.gz"
    write_nifti(path, labels, np.diag([-2.0, -2.0, 2.5, 1.0]))
    assert describe(path) == [
        "format: label map",
        "size: 10 x 10 x 10 voxels",
        "spacing: 2 x 2 x 2.5 mm",
        "orientation: i to the right, j to the front, k to the head",
        "field of view: 20 x 20 x 25 mm (voxel centres x -18.0 to 0.0, y -18.0 to 0.0, z 0.0 to 22.5 mm, LPS)",
        "label 31: no name, 2.0 mL",
        "label 32: no name, 3.0 mL",
        "note: the label map holds numbers without a name, which are left aside: 31, 32",
    ]
    assert describe(path, label_names="totalsegmentator")[5:] == [
        "label 31: vertebrae_L1, 2.0 mL",
        "label 32: vertebrae_T12, 3.0 mL",
    ]


def test_what_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("no scan")
    with pytest.raises(InputError) as caught:
        describe(tmp_path / "a.txt")
    assert str(caught.value) == (
        "a.txt: is not a scan that azygos reads. Pass a folder or zip of DICOM, NIfTI (.nii, .nii.gz) or NRRD."
    )


@pytest.mark.shared
def test_a_real_scan_with_contrast_at_the_ceiling(shared):
    assert describe(shared / "data" / "lidc-idri-0001" / "ct.nii.gz") == [
        "format: NIfTI",
        "size: 512 x 512 x 133 voxels",
        "spacing: 0.7031 x 0.7031 x 2.5 mm",
        "orientation: i to the left, j to the front, k to the head",
        "field of view: 360 x 360 x 332 mm (voxel centres x -166.0 to 193.3, y -171.7 to 187.6, "
        "z -340.0 to -10.0 mm, LPS)",
        "values: -1024 to 3071 HU",
        "ceiling: 3071 HU, 5923 voxels saturated",
        "note: 21.3 % of the voxels lay below -1024 HU (lowest -2048), outside the scanner's circle or noise in air; "
        "set to -1024 HU",
        "note: 5923 voxels lay at the scale's ceiling of 3071 HU; what is denser is not told apart",
    ]
