"""Findings as segmentation and structured report: read back by highdicom, passed by dciodvfy and dsrdump."""

from __future__ import annotations

import shutil
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from azygos.ground.errors import InputError
from azygos.ground.places import SITES, Place
from azygos.scan import Scan, make_objects, objects_hindrance, open_scan, read_labels, write_ct_series
from azygos.scan.dicom_names import VERTEBRAE, finding_site, site_code
from azygos.study import with_tracking

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "study"))
from made_findings import made_findings, made_volume

hd = pytest.importorskip("highdicom", reason="highdicom is not installed (azygos[imaging])")
MIRRORED = np.diag([-0.8, 0.8, 2.0, 1.0])  # i runs to the right: a left-only piece must come back left


@pytest.fixture(scope="module")
def scan(tmp_path_factory) -> Scan:
    folder = tmp_path_factory.mktemp("ct")
    write_ct_series(folder, made_volume(MIRRORED), description="a test")
    for file in folder.iterdir():
        data = pydicom.dcmread(file)
        data.PatientName, data.PatientID, data.StudyDescription = "SECRET^NAME", "SECRET-ID", "SECRET study"
        data.save_as(file)
    return open_scan(folder)


@pytest.fixture(scope="module")
def findings(scan):
    return with_tracking(made_findings(scan.volume))


@pytest.fixture(scope="module")
def objects(scan, findings):
    return make_objects(findings, scan.headers, version="0.1")


def groups(report: object) -> list:
    return hd.sr.srread(report).content.get_volumetric_roi_measurement_groups()


def saved(data: pydicom.Dataset, path: Path) -> Path:
    data.save_as(path, enforce_file_format=True)
    return path


def test_the_segmentation_shows_the_pieces_where_they_are(objects, findings, tmp_path):
    path = saved(objects.segmentation, tmp_path / "seg.dcm")
    found = read_labels(path)
    affine = found.affine_mm
    for piece in findings.pieces:
        points = np.argwhere(found.labels == piece.number) @ affine[:3, :3].T + affine[:3, 3]
        assert len(points) == len(piece.voxels)
        np.testing.assert_allclose(points.mean(axis=0), piece.centre_mm, atol=1e-6)
    assert objects.segmentation.SegmentationType == "BINARY"


def test_each_piece_is_one_group_with_its_tracking_uid(objects, findings, tmp_path):
    found = groups(saved(objects.report, tmp_path / "sr.dcm"))
    assert [group.tracking_uid for group in found] == [piece.tracking_uid for piece in findings.pieces]
    segments = objects.segmentation.SegmentSequence
    assert [segment.TrackingUID for segment in segments] == [piece.tracking_uid for piece in findings.pieces]
    referenced = [group.referenced_segment for group in found]
    assert [list(one.referenced_segment_numbers) for one in referenced] == [[1], [2]]
    assert {one.referenced_sop_instance_uid for one in referenced} == {objects.segmentation.SOPInstanceUID}


def test_the_volume_is_in_mm3_and_says_how_it_was_measured(objects, findings, tmp_path):
    group = groups(saved(objects.report, tmp_path / "sr.dcm"))[0]
    volume = next(one for one in group.get_measurements() if one.name.value == "118565006")
    assert volume.value == pytest.approx(18 * 0.8 * 0.8 * 2.0)
    assert volume.unit.value == "mm3"
    assert (volume.method.value, volume.method.scheme_designator) == ("BGSUBINT", "99AZYGOS")
    assert group.finding_type.meaning == "bone cement"
    assert group.finding_sites[0].topographical_modifier is None
    assert group.finding_sites[0].laterality.meaning == "Right"


def test_the_objects_join_the_study_without_its_patient(objects, scan, tmp_path):
    for name, data in (("seg.dcm", objects.segmentation), ("sr.dcm", objects.report)):
        assert data.StudyInstanceUID == scan.headers[0].StudyInstanceUID
        assert data.ContentQualification == "RESEARCH"
        assert b"SECRET" not in saved(data, tmp_path / name).read_bytes()


def test_objects_for_their_own_study_keep_its_identifiers(scan, findings):
    made = make_objects(findings, scan.headers, version="0.1", keep_identity=True)
    for data in (made.segmentation, made.report):
        assert str(data.PatientName) == "SECRET^NAME"
        assert data.PatientID == "SECRET-ID"


def test_storing_twice_stores_one(scan, findings, objects):
    again = make_objects(findings, scan.headers, version="0.1")
    assert again.segmentation.SOPInstanceUID == objects.segmentation.SOPInstanceUID
    assert again.report.SOPInstanceUID == objects.report.SOPInstanceUID
    other = make_objects(findings, scan.headers, version="0.2")
    assert other.report.SOPInstanceUID != objects.report.SOPInstanceUID


def test_without_pieces_the_report_says_that_nothing_was_seen(scan, tmp_path):
    made = make_objects(made_findings(scan.volume, empty=True), scan.headers, version="0.1")
    assert made.segmentation is None
    path = saved(made.report, tmp_path / "sr.dcm")
    group = hd.sr.srread(path).content.get_image_measurement_groups()[0]
    seen = group.get_qualitative_evaluations()[0]
    assert (seen.name.meaning, seen.value.meaning) == ("bone cement seen", "No")


def test_a_scan_that_is_no_dicom_has_no_objects(findings):
    assert objects_hindrance(findings, ()) == "they need a DICOM input."
    with pytest.raises(InputError) as error:
        make_objects(findings, (), version="0.1")
    assert str(error.value) == "they need a DICOM input."


def test_pictures_of_another_grid_are_refused(findings, scan):
    moved = made_findings(made_volume(np.diag([-0.8, 0.8, 2.0, 1.0]) + np.array([[0, 0, 0, 0.5]] + 3 * [[0.0] * 4])))
    assert objects_hindrance(moved, scan.headers) == (
        "they need the pictures on which the voxels lie, and this series was resampled or put together anew."
    )


def test_codes_are_snomed_where_known_and_private_where_not():
    from pydicom.sr._concepts_dict import concepts  # what pydicom ships of DICOM's own dictionary

    known = {value for values in concepts["SCT"].values() for value in values}
    for site in SITES:
        code = site_code(Place(site=site))
        coded = finding_site(Place(site=site))
        assert len(coded.value.value) <= 16
        assert coded.value.scheme_designator == ("SCT" if code else "99AZYGOS")
        assert code is None or code[0] in known | {"3572006"}  # the body's code is from TotalSegmentator's table
    assert len(set(VERTEBRAE.values())) == 17


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian: dicom3tools) is not installed")
@pytest.mark.parametrize("keep_identity", [False, True])
def test_dciodvfy_finds_no_error(scan, findings, keep_identity, tmp_path):
    made = make_objects(findings, scan.headers, version="0.1", keep_identity=keep_identity)
    empty = make_objects(made_findings(scan.volume, empty=True), scan.headers, version="0.1")
    for name, data in (("Segmentation", made.segmentation), ("SR", made.report), ("SR", empty.report)):
        path = saved(data, tmp_path / "one.dcm")
        done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        assert name in said  # it has looked
        assert [line for line in said.splitlines() if line.startswith("Error")] == []


@pytest.mark.skipif(shutil.which("dsrdump") is None, reason="dsrdump (Debian: dcmtk) is not installed")
def test_dsrdump_reads_the_report(objects, tmp_path):
    path = saved(objects.report, tmp_path / "sr.dcm")
    done = subprocess.run(["dsrdump", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))] == []
    assert done.stdout.count("Measurement Group") == 2


def test_a_header_without_uids_is_told(findings, scan):
    bare = [deepcopy(header) for header in scan.headers]
    for header in bare:
        del header["StudyInstanceUID"]
    assert objects_hindrance(findings, bare) == "they need a scan whose headers hold StudyInstanceUID."


def test_uids_that_lie_in_the_preamble_alone_are_taken_from_there(findings, scan):
    bare = []
    for header in scan.headers:
        copy = deepcopy(header)
        del copy["SOPClassUID"], copy["SOPInstanceUID"]
        bare.append(copy)
    made = make_objects(findings, bare, version="0.1")
    sources = made.segmentation.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    assert {one.ReferencedSOPInstanceUID for one in sources} <= {header.SOPInstanceUID for header in scan.headers}
    assert all("SOPClassUID" not in header for header in bare)  # what was read stays as it was


def test_what_anonymised_headers_lack_is_left_empty(findings, scan):
    bare = [deepcopy(header) for header in scan.headers]
    for header in bare:
        del header["PatientName"], header["StudyDate"], header["SliceThickness"]
    made = make_objects(findings, bare, version="0.1", keep_identity=True)
    assert (str(made.report.PatientName), made.report.StudyDate) == ("", "")
    measures = made.segmentation.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    assert float(measures.SliceThickness) == 2.0  # from slice to slice


@pytest.mark.parametrize("keyword", ["PixelSpacing", "ImagePositionPatient", "Rows"])
def test_a_header_that_does_not_say_where_it_lies_is_told(keyword, findings, scan):
    bare = [deepcopy(header) for header in scan.headers]
    for header in bare:
        del header[keyword]
    assert objects_hindrance(findings, bare) == (
        "they need the pictures on which the voxels lie, and this series was resampled or put together anew."
    )


def test_what_highdicom_refuses_is_one_sentence(findings, scan, monkeypatch):
    def refusing(*given: object) -> None:
        raise AttributeError("no such attribute")

    monkeypatch.setattr("azygos.scan.dicom_objects.make_segmentation", refusing)
    with pytest.raises(InputError) as error:
        make_objects(findings, scan.headers, version="0.1")
    assert str(error.value) == "the scan's headers are not whole (AttributeError: no such attribute)."


def single(findings):
    """The first piece alone: highdicom writes a segmentation of one segment another way."""
    return replace(findings, pieces=findings.pieces[:1], path=type(findings.path)())


def test_a_piece_that_is_alone_is_referenced_too(findings, scan, tmp_path):
    made = make_objects(single(findings), scan.headers, version="0.1")
    group = groups(saved(made.report, tmp_path / "sr.dcm"))[0]
    assert list(group.referenced_segment.referenced_segment_numbers) == [1]
    assert len(group.referenced_segment.source_images_for_segmentation) == 2  # it lies in two slices


def test_frames_of_one_file_are_referenced_by_number(findings, scan, tmp_path):
    """A multi-frame CT whose frames lie in no order."""
    order = [7, 2, 11, 0, 4, 9, 5, 1, 10, 3, 8, 6]
    data = deepcopy(scan.headers[0])
    data.SOPClassUID, data.NumberOfFrames = "1.2.840.10008.5.1.4.1.1.2.1", len(order)
    shared, frames = pydicom.Dataset(), []
    shared.PixelMeasuresSequence = [item(PixelSpacing=data.PixelSpacing, SliceThickness=data.SliceThickness)]
    shared.PlaneOrientationSequence = [item(ImageOrientationPatient=data.ImageOrientationPatient)]
    for place in order:
        frame = pydicom.Dataset()
        frame.PlanePositionSequence = [item(ImagePositionPatient=scan.headers[place].ImagePositionPatient)]
        frames.append(frame)
    data.SharedFunctionalGroupsSequence, data.PerFrameFunctionalGroupsSequence = [shared], frames
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        del data[keyword]
    made = make_objects(single(findings), [data], version="0.1")
    piece = findings.pieces[0]
    found = read_labels(saved(made.segmentation, tmp_path / "seg.dcm"))
    points = np.argwhere(found.labels == 1) @ found.affine_mm[:3, :3].T + found.affine_mm[:3, 3]
    np.testing.assert_allclose(points.mean(axis=0), piece.centre_mm, atol=1e-6)
    image = groups(saved(made.report, tmp_path / "sr.dcm"))[0].referenced_segment.source_images_for_segmentation[0]
    heights = [
        float(scan.headers[order[number - 1]].ImagePositionPatient[2]) for number in image.referenced_frame_numbers
    ]
    assert len(heights) == 2
    assert np.mean(heights) == pytest.approx(piece.centre_mm[2])


def item(**values):
    made = pydicom.Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made
