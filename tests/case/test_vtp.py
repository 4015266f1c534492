"""Lines for ParaView: parsed back with nothing but the standard library, and with VTK where it is installed."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_journey import DAY, JOURNEYS, make_result

from azygos.case.ends import shown_tracks
from azygos.case.vtp import YEAR, Lines, frame_times, write_lines, write_vtp
from azygos.ground.errors import InputError
from azygos.ground.units import ML, MM

TYPES = {"Float32": "<f4", "Float64": "<f8", "Int32": "<i4", "Int64": "<i8"}


def read_vtp(path: Path) -> dict[str, Any]:
    """All arrays of a file by name, and its counts; texts as lists."""
    raw = path.read_bytes()
    cut = raw.index(b"_", raw.index(b"<AppendedData")) + 1
    root = ET.fromstring(raw[:cut] + b"</AppendedData></VTKFile>")
    piece = root.find("PolyData/Piece")
    assert piece is not None
    found: dict[str, Any] = {name: int(value) for name, value in piece.attrib.items()}
    for one in root.iter("DataArray"):
        start = cut + int(one.attrib["offset"])
        size = int(np.frombuffer(raw, "<u8", 1, start)[0])
        array = np.frombuffer(raw[start + 8 : start + 8 + size], TYPES[one.attrib["type"]])
        found[one.attrib["Name"]] = array.reshape(-1, int(one.attrib.get("NumberOfComponents", 1))).squeeze(
            axis=() if "NumberOfComponents" in one.attrib else 1
        )
    for one in root.iter("Array"):
        spelt = bytes(int(number) for number in (one.text or "").split()).decode()
        found[one.attrib["Name"]] = spelt.split("\0")[:-1]
    return found


def test_vessels_say_all_that_is_known_of_them(tmp_path):
    result = make_result()
    journey = result.journey
    write_vtp(tmp_path, result)
    found = read_vtp(tmp_path / "vessels.vtp")
    tubes = sum(len(one.names) for one in journey.vessels)
    assert (found["NumberOfLines"], found["NumberOfPoints"]) == (tubes, 2 * tubes)
    assert found["name"] == [name for one in journey.vessels for name in one.names]
    assert found["frame"] == ["LPS in mm, origin in the middle of the body of T8"]
    lungs = journey.vessels[2]
    first = len(journey.vessels[0].names) + len(journey.vessels[1].names)
    np.testing.assert_allclose(found["Points"][2 * first :].reshape(-1, 2, 3), lungs.ends / MM, rtol=1e-6, atol=1e-4)
    np.testing.assert_allclose(found["diameter_mm"][first:], lungs.diameter / MM, rtol=1e-6)
    np.testing.assert_allclose(found["flow_ml_min"][first:], lungs.flow * 60.0 / ML, rtol=1e-6)
    np.testing.assert_array_equal(found["order"][first:], lungs.order)
    np.testing.assert_array_equal(np.unique(found["room"]), [0, 1, 2])
    np.testing.assert_allclose(found["closed_share"][first:], journey.lodgings.obstructions[-1].closed, rtol=1e-6)
    assert np.isnan(found["closed_share"][:first]).all()
    np.testing.assert_array_equal(found["connectivity"], np.arange(2 * tubes))
    np.testing.assert_array_equal(found["offsets"], 2 * np.arange(1, tubes + 1))


def frames(folder: Path) -> list[tuple[float, Path]]:
    listed = ET.fromstring((folder / "cement.pvd").read_bytes()).iter("DataSet")
    return [(float(one.attrib["timestep"]), folder / one.attrib["file"]) for one in listed]


@pytest.mark.parametrize("kind", JOURNEYS)
def test_each_frame_shows_the_cement_of_its_instant(kind, tmp_path):
    result = make_result(kind)
    write_vtp(tmp_path, result)
    found = frames(tmp_path)
    times = [time for time, _ in found]
    assert times == sorted(set(times))
    assert len(times) <= 130
    assert times[-1] == YEAR
    for time, path in found:
        lines = read_vtp(path)
        shown = [(track.piece, place) for track in shown_tracks(result) if (place := track.at(time)) is not None]
        assert lines["piece_name"] == [name for name, _ in shown]
        if shown:
            expected = np.concatenate([points for _, (points, _) in shown]) / MM
            np.testing.assert_allclose(lines["Points"], expected, rtol=1e-6, atol=1e-4)
            widths = np.concatenate([widths for _, (_, widths) in shown]) / MM
            np.testing.assert_allclose(lines["diameter_mm"], widths, rtol=1e-6)
            assert len(lines["piece"]) == len(lines["room"]) == lines["NumberOfPoints"]


def test_frames_tell_the_way_and_what_was_taken_out():
    tracks = shown_tracks(make_result())
    times = frame_times(tracks)
    assert min(track.times[0] for track in tracks) == times[0]
    assert all(float(track.times[0]) in times for track in tracks)
    assert 14.0 * DAY in times  # the cord is taken out of heart and lungs
    assert 20 <= len(times) <= 80


def test_what_was_taken_out_is_gone_from_that_day_on():
    result = make_result()
    before, after = (
        {(track.piece, track.room) for track in shown_tracks(result) if track.at(day * DAY) is not None}
        for day in (13.99, 14.0)
    )
    assert before - after == {("L1-1", "heart"), ("L1-1", "lungs")}
    assert ("L1-1", "veins") in after
    assert ("L1-2", "lungs") in after


def test_no_cement_gives_two_empty_frames(tmp_path):
    write_vtp(tmp_path, make_result("no leak"))
    assert [read_vtp(path)["NumberOfLines"] for _, path in frames(tmp_path)] == [0, 0]


def test_the_same_journey_gives_the_same_bytes(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        write_vtp(tmp_path / name, make_result())
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in "ab"
    )
    assert first == second
    assert not [path for path in first if path.name.endswith(".partial")]


def test_names_with_marks_survive(tmp_path):
    name = 'V. "azygos" <links> & Ñ'
    lines = Lines(
        points_mm=np.zeros((2, 3)), counts=[2], on_points={name: np.zeros(2, np.float32)}, on_lines={},
        names={"name": [name]},
    )  # fmt: skip
    write_lines(tmp_path / "a.vtp", lines)
    found = read_vtp(tmp_path / "a.vtp")
    assert found["name"] == [name]
    assert found[name].tolist() == [0.0, 0.0]


def test_wrong_names_and_counts_are_refused(tmp_path):
    lines = Lines(points_mm=np.zeros((2, 3)), counts=[3], on_points={}, on_lines={}, names={})
    with pytest.raises(InputError, match=re.escape("a.vtk must end in .vtp. Rename it.")):
        write_lines(tmp_path / "a.vtk", lines)
    with pytest.raises(InputError, match=re.escape("a.vtp: points and lines do not match")):
        write_lines(tmp_path / "a.vtp", lines)


def test_vtk_reads_them(tmp_path):
    vtk = pytest.importorskip("vtkmodules.vtkIOXML", reason="VTK is not installed; the files are parsed above")
    result = make_result()
    journey = result.journey
    write_vtp(tmp_path, result)
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(str(tmp_path / "vessels.vtp"))
    reader.Update()
    data = reader.GetOutput()
    assert data.GetNumberOfLines() == sum(len(one.names) for one in journey.vessels)
    assert data.GetCellData().GetAbstractArray("name").GetValue(0) == journey.vessels[0].names[0]
