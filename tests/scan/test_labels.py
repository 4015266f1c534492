"""Label maps: structures by name, from every format, in the scan's place or refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import nibabel as nib
import nrrd
import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import LabelMap, Volume
from azygos.scan import describe, label_notes, read_labels, read_volume, write_nifti, write_seg_nrrd
from azygos.scan.names import canonical_name
from azygos.scan.sample import LABELS, render_sample

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])
WAY_OUT = "Pass the label map of this scan, or repair the header of whichever was cropped."


def two_vertebrae() -> np.ndarray:
    labels = np.zeros((10, 12, 14), dtype=np.uint8)
    labels[2:8, 3:9, 1:6] = 31
    labels[2:8, 3:9, 7:13] = 32
    return labels


def scan(shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Volume:
    hu = np.where(two_vertebrae() > 0, 250.0, 20.0)
    hu[0] = -1000.0
    affine = AFFINE.copy()
    affine[:3, 3] = shift_mm
    return Volume(hu=hu.astype(np.float32), affine_mm=affine)


def refusal(path: Path, *arguments: object, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read_labels(path, *arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vertebrae_L1", "vertebrae_L1"),
        ("Vertebra T12", "vertebrae_T12"),
        ("L1", "vertebrae_L1"),
        ("l5 vertebra", "vertebrae_L5"),
        ("L1 vertebral body", "vertebrae_L1_body"),
        ("vertebrae_T11_body", "vertebrae_T11_body"),
        ("corpus T9", "vertebrae_T9_body"),
        ("vertebrae_body", "vertebrae_body"),
        ("T13", "vertebrae_T13"),
        ("Inferior Vena Cava", "inferior_vena_cava"),
        ("lung_upper_lobe_left", "lung_upper_lobe_left"),
        ("L4 screw", "L4_screw"),
    ],
)
def test_names_become_those_of_totalsegmentator(text, name):
    assert canonical_name(text) == name


def test_a_map_without_names_is_refused(tmp_path):
    write_nifti(tmp_path / "map.nii.gz", two_vertebrae(), AFFINE)
    assert refusal(tmp_path / "map.nii.gz") == (
        "map.nii.gz: holds the numbers 31, 32 without names. "
        "Pass --label-names totalsegmentator, verse, cads or a CSV file with the columns label,name."
    )


def test_schemes_name_the_same_number_differently(tmp_path):
    labels = two_vertebrae()
    labels[labels == 31] = 20
    labels[labels == 32] = 19
    for name in ("map.nii.gz", "case_part_552.nii.gz"):
        write_nifti(tmp_path / name, labels, AFFINE)
    path = tmp_path / "map.nii.gz"
    assert dict(read_labels(path, label_names="verse").names) == {19: "vertebrae_T12", 20: "vertebrae_L1"}
    assert dict(read_labels(path, label_names="totalsegmentator").names) == {19: "duodenum", 20: "colon"}
    cads = read_labels(tmp_path / "case_part_552.nii.gz", label_names="CADS")
    assert dict(cads.names) == {19: "vertebrae_C6", 20: "vertebrae_C5"}
    assert refusal(path, label_names="cads") == (
        "map.nii.gz: cannot be named by 'cads', because each CADS model numbers from 1 and the file's name does not "
        "say that 551, 552 or 553 made it. Rename it to ..._part_552.nii.gz (552 is the vertebrae), or pass a CSV."
    )
    assert refusal(path, label_names="versee") == (
        "map.nii.gz: cannot be named by 'versee': neither one of totalsegmentator, verse, cads nor a CSV file that "
        "exists. Pass --label-names totalsegmentator, verse, cads or the path of a CSV file."
    )


@pytest.mark.parametrize(
    "table",
    [
        "label,name\n31,L1\n32,vertebra T12\n",
        "31,L1\n32,T12\n",
        "Name;Index\nL1;31\nT12;32\n",
        "id\tstructure\tcolor\n31\tvertebrae_L1\tred\n32\tvertebrae_T12\tblue\n",
        "\ufeffindex,label\n31,L1\n32,T12\n",
        "label,value\nL1,31\nT12,32\n",
    ],
)
def test_tables_of_many_kinds(table, tmp_path):
    write_nifti(tmp_path / "map.nii.gz", two_vertebrae(), AFFINE)
    (tmp_path / "names.csv").write_text(table, encoding="utf-8")
    read = read_labels(tmp_path / "map.nii.gz", label_names=tmp_path / "names.csv")
    assert dict(read.names) == {31: "vertebrae_L1", 32: "vertebrae_T12"}


def test_tables_that_do_not_serve(tmp_path):
    write_nifti(tmp_path / "map.nii.gz", two_vertebrae(), AFFINE)
    (tmp_path / "names.csv").write_text("nothing here\n")
    assert refusal(tmp_path / "map.nii.gz", label_names=tmp_path / "names.csv") == (
        "map.nii.gz: cannot be named by 'names.csv': no line of it holds a number and a name. "
        "Write a CSV file with the columns label,name."
    )
    (tmp_path / "names.csv").write_text("1,L1\n")
    assert refusal(tmp_path / "map.nii.gz", label_names=tmp_path / "names.csv") == (
        "map.nii.gz: holds the numbers 31, 32, and none of them is named by 'names.csv'. "
        "Pass the --label-names that belong to it."
    )


def test_two_numbers_of_one_structure_become_one(tmp_path):
    labels = two_vertebrae()
    labels[labels == 31] = 49
    labels[labels == 32] = 50
    write_nifti(tmp_path / "map.nii.gz", labels, AFFINE)
    read = read_labels(tmp_path / "map.nii.gz", label_names="verse")
    assert dict(read.names) == {49: "vertebrae_body"}
    assert np.count_nonzero(read.labels == 49) == np.count_nonzero(labels)


def test_numbers_without_a_name_are_told(tmp_path):
    labels = two_vertebrae()
    labels[0, 0, 0] = 118
    write_nifti(tmp_path / "map.nii.gz", labels, AFFINE)
    read = read_labels(tmp_path / "map.nii.gz", label_names="totalsegmentator")
    assert label_notes(read) == ("the label map holds numbers without a name, which are left aside: 118",)


@pytest.mark.parametrize(
    ("shift", "way"),
    [
        ((0.0, 0.0, 300.0), "258 mm below the scan (300 mm"),
        ((0.0, 0.0, -300.0), "258 mm above the scan (300 mm"),
        ((-100.0, 0.0, 0.0), "80 mm to the patient's left of the scan (100 mm"),
        ((100.0, 0.0, 0.0), "80 mm to the patient's right of the scan (100 mm"),
        ((0.0, -100.0, 0.0), "76 mm behind the scan (100 mm"),
        ((0.0, 100.0, 0.0), "76 mm in front of the scan (100 mm"),
    ],
)
def test_a_map_elsewhere_is_refused_with_its_distance(shift, way, tmp_path):
    write_nifti(tmp_path / "map.nii.gz", two_vertebrae(), AFFINE)
    assert refusal(tmp_path / "map.nii.gz", scan(shift), "totalsegmentator") == (
        f"map.nii.gz: lies {way} from centre to centre), so they do not meet. {WAY_OUT}"
    )


def test_a_map_partly_outside_is_read_and_told(tmp_path):
    write_nifti(tmp_path / "map.nii.gz", two_vertebrae(), AFFINE)
    whole, part = scan(), scan()
    part = Volume(hu=whole.hu[:, :, :10], affine_mm=whole.affine_mm)
    read = read_labels(tmp_path / "map.nii.gz", part, "totalsegmentator")
    assert label_notes(read, part) == ("27.3 % of the labelled voxels lie outside the scan",)
    assert label_notes(read, whole) == ()


def test_vertebrae_off_the_bone_are_refused(tmp_path):
    write_nifti(tmp_path / "map.nii.gz", two_vertebrae(), AFFINE)
    soft = Volume(hu=np.full((10, 12, 14), 40.0, dtype=np.float32), affine_mm=AFFINE)
    assert refusal(tmp_path / "map.nii.gz", soft, "totalsegmentator") == (
        "map.nii.gz: places its vertebrae where the scan shows no bone (0.0 % of their voxels above 100 HU). " + WAY_OUT
    )
    read_labels(tmp_path / "map.nii.gz", scan(), "totalsegmentator")


@pytest.fixture(scope="module")
def rendered() -> tuple[Volume, LabelMap]:
    sample = render_sample()
    volume = Volume(hu=sample.hu, affine_mm=sample.affine_mm)
    return volume, LabelMap(labels=sample.labels, affine_mm=sample.affine_mm, names=LABELS)


SAME_PLACE = "Pass the label map of this scan, or check that both state the same place and orientation."


@pytest.mark.parametrize(
    ("shift_mm", "way"),
    [
        ((15.0, 0.0, 0.0), "15 mm to the right"),
        ((0.0, 0.0, -10.0), "10 mm to the head"),
        ((-10.0, 10.0, 0.0), "10 mm to the left and 10 mm to the front"),
    ],
)
def test_a_map_beside_its_bone_is_refused_with_the_way_back(shift_mm, way, rendered, tmp_path):
    """The boxes meet and much of the map lies on bone: only a look beside it tells."""
    volume, labels = rendered
    affine = labels.affine_mm.copy()
    affine[:3, 3] += shift_mm
    write_nifti(tmp_path / "map.nii.gz", labels.labels, affine, LABELS)
    assert refusal(tmp_path / "map.nii.gz", volume) == (
        f"map.nii.gz: does not lie on the scan's bone: it would fit better about {way}. {SAME_PLACE}"
    )


def test_a_map_with_its_axes_in_another_order_is_refused(rendered, tmp_path):
    volume, labels = rendered
    write_nifti(tmp_path / "map.nii.gz", labels.labels.transpose(2, 1, 0), labels.affine_mm, LABELS)
    assert refusal(tmp_path / "map.nii.gz", volume) == (
        "map.nii.gz: places its vertebrae where the scan shows no bone (they are 27 HU brighter than what lies "
        "around them). Pass the label map of this scan, or check that both state the same place and orientation, and "
        "that its numbers are those of its names."
    )


def test_a_map_upside_down_is_refused(rendered, tmp_path):
    volume, labels = rendered
    write_nifti(tmp_path / "map.nii.gz", labels.labels[:, :, ::-1], labels.affine_mm, LABELS)
    assert refusal(tmp_path / "map.nii.gz", volume) == (
        "map.nii.gz: places T12 below L1. Check the orientation that its header states, and that the names "
        "(--label-names) are those of its numbers."
    )


def test_a_map_in_its_place_is_read(rendered, tmp_path):
    volume, labels = rendered
    write_nifti(tmp_path / "map.nii.gz", labels.labels, labels.affine_mm, LABELS)
    assert np.array_equal(read_labels(tmp_path / "map.nii.gz", volume).labels, labels.labels)


def test_values_that_are_no_labels_are_refused(tmp_path):
    write_nifti(tmp_path / "a.nii", np.zeros((3, 3, 3), dtype=np.uint8), AFFINE)
    assert refusal(tmp_path / "a.nii") == (
        "a.nii: is an empty label map: every voxel holds 0. Run the segmentation again or pass another."
    )
    write_nifti(tmp_path / "a.nii", np.full((3, 3, 3), 0.4, dtype=np.float32), AFFINE)
    assert refusal(tmp_path / "a.nii") == (
        "a.nii: holds fractions or negative numbers: probabilities or a picture, not a label map. "
        "Pass the map with one whole number for each structure."
    )
    write_nifti(tmp_path / "a.nii", np.full((3, 3, 3), -1000, dtype=np.int16), AFFINE)
    assert refusal(tmp_path / "a.nii") == (
        "a.nii: holds negative numbers (down to -1000): a picture, not a label map. Pass it with -i."
    )
    assert refusal(tmp_path / "gone") == "gone: does not exist. Check the path."


def test_whole_numbers_stored_as_floats_are_labels(tmp_path):
    write_nifti(tmp_path / "a.nii", two_vertebrae().astype(np.float64), AFFINE)
    assert set(read_labels(tmp_path / "a.nii", label_names="totalsegmentator").names) == {31, 32}


def test_a_folder_of_masks(tmp_path):
    labels = two_vertebrae()
    for number, name in ((31, "vertebrae_L1"), (32, "vertebrae_T12")):
        write_nifti(tmp_path / f"{name}.nii.gz", labels == number, AFFINE)
    write_nifti(tmp_path / "spleen.nii.gz", labels == 99, AFFINE)
    with pytest.raises(InputError) as caught:
        read_volume(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path.name}: holds no DICOM, but 3 NIfTI or NRRD files named as masks, not a CT. "
        "Pass it with --labels, and the CT with -i."
    )
    assert "label 2: vertebrae_T12, 2.6 mL" in describe(tmp_path)
    read = read_labels(tmp_path, scan())
    assert dict(read.names) == {1: "vertebrae_L1", 2: "vertebrae_T12"}
    np.testing.assert_array_equal(read.labels == 1, labels == 31)
    write_nifti(tmp_path / "vertebrae_T12.nii.gz", labels[:9] == 32, AFFINE)
    assert refusal(tmp_path) == (
        f"{tmp_path.name}: holds masks on different grids (vertebrae_L1.nii.gz and vertebrae_T12.nii.gz). "
        "Pass masks of one scan only."
    )


def layered(path: Path, one: np.ndarray, other: np.ndarray, names: tuple[str, str]) -> Path:
    """A segmentation as Slicer writes it when segments overlap: one layer for each."""
    header = {
        "space": "left-posterior-superior",
        "kinds": ["list", "domain", "domain", "domain"],
        "space directions": np.vstack([[np.nan] * 3, AFFINE[:3, :3].T]),
        "space origin": AFFINE[:3, 3],
    }
    for number, name in enumerate(names):
        header |= {
            f"Segment{number}_ID": f"s{number}",
            f"Segment{number}_Name": name,
            f"Segment{number}_LabelValue": "1",
            f"Segment{number}_Layer": str(number),
        }
    nrrd.write(str(path), np.stack([one, other]).astype(np.uint8), header)
    return path


def test_layers_of_slicer(tmp_path):
    labels = two_vertebrae()
    body = np.zeros_like(labels, dtype=bool)
    body[3:6, 4:8, 2:5] = True
    part = read_labels(layered(tmp_path / "a.seg.nrrd", labels == 31, body, ("L1", "L1 body")))
    assert dict(part.names) == {1: "vertebrae_L1", 2: "vertebrae_L1_body"}
    np.testing.assert_array_equal(part.labels == 2, body)
    assert np.count_nonzero(part.labels) == np.count_nonzero(labels == 31)
    assert refusal(layered(tmp_path / "b.seg.nrrd", labels == 31, body, ("L1", "T12"))) == (
        "b.seg.nrrd: has segments that overlap: vertebrae_L1 and vertebrae_T12 share 36 voxels, "
        "and azygos needs one label for each voxel. Separate them, or leave one out."
    )


def test_slicer_names_are_turned_into_ours(tmp_path):
    write_seg_nrrd(tmp_path / "a.seg.nrrd", two_vertebrae(), AFFINE, {31: "Vertebra L1", 32: "T12"})
    assert dict(read_labels(tmp_path / "a.seg.nrrd", scan()).names) == {31: "vertebrae_L1", 32: "vertebrae_T12"}


@pytest.fixture
def source_series(tmp_path, dicom_slice, save_dicom):
    """Eight slices to which a segmentation can refer."""
    for number in range(8):
        data = dicom_slice((-3.0, -4.0, 2.5 * number), InstanceNumber=number + 1)
        data.StudyInstanceUID, data.FrameOfReferenceUID, data.StudyID = "1.2.3.5", "1.2.3.6", ""
        data.PatientBirthDate = data.PatientSex = data.AccessionNumber = data.StudyTime = ""
        data.ReferringPhysicianName = ""
        save_dicom(data, tmp_path / "source" / f"{number}")
    return tmp_path / "source"


def dicom_seg(source: Path, masks: np.ndarray, labels: tuple[str, ...], path: Path) -> Path:
    """Write masks (n_k, n_j, n_i, n_segments) as a BINARY segmentation; empty slices are left out."""
    hd = pytest.importorskip("highdicom")
    from pydicom import dcmread
    from pydicom.sr.codedict import codes
    from pydicom.sr.coding import Code

    segments = [
        hd.seg.SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=codes.SCT.AnatomicalStructure,
            segmented_property_type=Code("51299004", "SCT", "Clavicle"),
            algorithm_type="MANUAL",
        )
        for number, label in enumerate(labels, start=1)
    ]
    images = sorted((dcmread(file) for file in source.iterdir()), key=lambda one: one.ImagePositionPatient[2])
    hd.seg.Segmentation(
        source_images=images,
        pixel_array=masks.astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=segments,
        series_instance_uid=hd.UID(),
        series_number=99,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="test",
        manufacturer_model_name="test",
        software_versions="1",
        device_serial_number="1",
    ).save_as(path)
    return path


@pytest.mark.filterwarnings("ignore")
def test_a_dicom_segmentation_lies_where_its_series_lies(source_series, tmp_path):
    masks = np.zeros((8, 10, 12, 2), dtype=bool)
    masks[2, 1:4, 2:7, 0] = True
    masks[3, 1:4, 2:8, 0] = True
    masks[6, 5:9, 2:7, 1] = True
    path = dicom_seg(source_series, masks, ("L1 vertebra", "T12"), tmp_path / "seg.dcm")
    volume = read_volume(source_series)
    assert "label 1: vertebrae_L1, 0.0 mL" in describe(path)
    with pytest.raises(InputError) as caught:
        read_volume(path)
    assert str(caught.value) == (
        "seg.dcm: is a DICOM segmentation, not a CT. Pass it with --labels, and the CT with -i."
    )
    for given in (path, shutil.copy(path, _folder(tmp_path / "only") / "seg").parent):
        read = read_labels(given)
        assert dict(read.names) == {1: "vertebrae_L1", 2: "vertebrae_T12"}
        np.testing.assert_allclose(read.affine_mm[:3, :3], volume.affine_mm[:3, :3])
        offset = np.rint((read.affine_mm[:3, 3] - volume.affine_mm[:3, 3]) / volume.spacing_mm).astype(int)
        full = np.zeros(volume.hu.shape, dtype=int)
        full[:, :, offset[2] : offset[2] + read.labels.shape[2]] = read.labels
        np.testing.assert_array_equal(full == 1, masks[..., 0].T)
        np.testing.assert_array_equal(full == 2, masks[..., 1].T)


@pytest.mark.filterwarnings("ignore")
def test_overlapping_dicom_segments_are_refused(source_series, tmp_path):
    masks = np.zeros((8, 10, 12, 2), dtype=bool)
    masks[2:4, 1:4, 2:7, :] = True
    path = dicom_seg(source_series, masks, ("L1", "L2"), tmp_path / "seg.dcm")
    assert refusal(path) == (
        "seg.dcm: has segments that overlap: vertebrae_L1 and vertebrae_L2 share 30 voxels, "
        "and azygos needs one label for each voxel. Separate them, or leave one out."
    )


def test_a_ct_series_is_no_segmentation(source_series):
    assert refusal(source_series) == (
        "source: holds no DICOM segmentation among its 8 DICOM files. "
        "Pass the file of one segmentation, or a NIfTI or NRRD label map."
    )


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_table_broken_around_its_lines_is_still_read(tmp_path):
    image = nib.Nifti1Image(two_vertebrae(), np.eye(4))
    table = (
        b'<LabelTable>\n<Label Key="31" Red="1"><![CDATA[vertebrae_L1]]></Label>\n<Label Key="32">vertebrae_T12</Label>'
    )
    image.header.extensions.append(nib.nifti1.Nifti1Extension(0, table))
    nib.save(image, tmp_path / "map.nii.gz")
    assert dict(read_labels(tmp_path / "map.nii.gz").names) == {31: "vertebrae_L1", 32: "vertebrae_T12"}


REAL = "ts-lumbar-ct3mm"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("ct", "labels", "scheme", "known"),
    [
        (f"{REAL}/example_ct.nii.gz", f"{REAL}/vertebrae_S1-T11_totalseg.nii.gz", None, {31: "vertebrae_L1"}),
        (f"{REAL}/example_ct.nii.gz", f"{REAL}/vertebrae_pp_refined.nii.gz", None, {20: "vertebrae_L1"}),
        (
            f"{REAL}/example_ct.nii.gz",
            f"{REAL}/vertebral_bodies_and_discs.nii.gz",
            None,
            {1: "vertebrae_body", 2: "intervertebral_discs"},
        ),
        (
            "tptbox-ct-l3/sub-ct_label-22_ct.nii.gz",
            "tptbox-ct-l3/sub-ct_seg-vert_label-22_msk.nii.gz",
            "verse",
            {21: "vertebrae_L2", 22: "vertebrae_L3", 23: "vertebrae_L4"},
        ),
        (
            "tptbox-ct-l3/sub-ct_label-22_ct.nii.gz",
            "tptbox-ct-l3/sub-ct_seg-subreg_label-22_msk.nii.gz",
            "verse",
            {41: "vertebrae_arch", 49: "vertebrae_body"},
        ),
        (
            "ts-upperabdomen-dicom-j2k/dicom",
            "ts-upperabdomen-dicom-j2k/example_seg_dicom.nii.gz",
            None,
            {32: "vertebrae_T12", 33: "vertebrae_T11"},
        ),
    ],
)
def test_real_maps_lie_on_the_bone_of_their_scan(ct, labels, scheme, known, shared):
    volume = read_volume(shared / "data" / ct)
    read = read_labels(shared / "data" / labels, volume, scheme)
    assert isinstance(read, LabelMap)
    assert known.items() <= dict(read.names).items()
    assert label_notes(read, volume) == ()


@pytest.mark.shared
def test_the_affine_trap(shared):
    """Cropped to its upper 30 slices, but with the whole scan's origin in the header."""
    folder = shared / "data" / REAL
    trapped = folder / "affine_trap" / "example_seg_of_sm.nii.gz"
    whole = read_volume(folder / "example_ct.nii.gz")
    assert refusal(trapped, whole) == (
        "example_seg_of_sm.nii.gz: places its vertebrae where the scan shows no bone "
        f"(0.2 % of their voxels above 100 HU). {WAY_OUT}"
    )
    affine = whole.affine_mm.copy()
    affine[:3, 3] += affine[:3, 2] * 82
    cropped = Volume(hu=whole.hu[:, :, 82:], affine_mm=affine)
    assert refusal(trapped, cropped) == (
        "example_seg_of_sm.nii.gz: lies 156 mm below the scan (246 mm from centre to centre), "
        f"so they do not meet. {WAY_OUT}"
    )
    read_labels(trapped, read_volume(folder / "affine_trap" / "example_ct_sm.nii.gz"))


@pytest.mark.shared
def test_our_table_is_that_of_totalsegmentator(shared):
    from azygos.scan.names import names_from

    table = shared / "data" / "lidc-idri-0001" / "labels_totalsegmentator_v2.csv"
    rows = [line.split(",") for line in table.read_text().split()]
    assert names_from("totalsegmentator", "map.nii.gz") == {int(number): name for number, name in rows}
