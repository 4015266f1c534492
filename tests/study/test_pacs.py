"""A CT from a PACS and objects back into its study: against a real Orthanc, and against a service that misbehaves."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
import pytest
from made_findings import made_findings, made_volume
from stand_in import standing_in

from azygos.cli import main
from azygos.ground.errors import InputError
from azygos.scan import write_ct_series
from azygos.study import Pacs, TraceEffort, trace_from_pacs

pytest.importorskip("dicomweb_client", reason="dicomweb-client is not installed (azygos[pacs])")
pytest.importorskip("highdicom", reason="highdicom is not installed (azygos[imaging])")
requests = pytest.importorskip("requests")

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
ORTHANC = shutil.which("Orthanc")
EFFORT = TraceEffort(finder=lambda volume, labels, **rest: made_findings(volume))


@dataclass(frozen=True)
class Study:
    """A series of a made-up patient and how a PACS lists it."""

    uid: str
    series: str
    files: list[bytes]

    def listed(self, **changes: object) -> dict[str, object]:
        told = {"0020000E": self.series, "00080060": "CT", "00200011": 1, "00201209": len(self.files), **changes}
        return {tag: {"Value": [value]} for tag, value in told.items()}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    folder = tmp_path_factory.mktemp("series")
    write_ct_series(folder, made_volume(), description="made")
    for file in folder.iterdir():
        data = pydicom.dcmread(file)
        data.PatientName, data.PatientID = "SECRET^NAME", "SECRET-ID"
        data.save_as(file)
    first = pydicom.dcmread(folder / "ct_0001.dcm")
    return Study(first.StudyInstanceUID, first.SeriesInstanceUID, [f.read_bytes() for f in sorted(folder.iterdir())])


# A real PACS ------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory) -> Iterator[str]:
    """Orthanc on loopback with a folder, ports and a configuration of its own."""
    if ORTHANC is None or not PLUGIN.is_file():
        pytest.skip("Orthanc with DICOMweb (Debian: orthanc, orthanc-dicomweb) is not installed")
    folder, port = tmp_path_factory.mktemp("orthanc"), free_port()
    table = {
        "Name": "test",
        "StorageDirectory": str(folder / "store"),
        "IndexDirectory": str(folder / "store"),
        "Plugins": [str(PLUGIN)],
        "HttpPort": port,
        "DicomPort": free_port(),
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
    }
    (folder / "orthanc.json").write_text(json.dumps(table))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([ORTHANC, str(folder / "orthanc.json")], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(150):
        assert process.poll() is None, log.read_text()
        try:
            requests.get(f"{url}/system", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def filled(orthanc, study) -> str:
    for data in study.files:
        requests.post(f"{orthanc}/instances", data=data, timeout=10).raise_for_status()
    return f"{orthanc}/dicom-web"


def test_a_study_is_traced_and_gets_its_objects_back(filled, study, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("azygos.trace.find", lambda volume, labels, **rest: made_findings(volume))
    monkeypatch.setattr("azygos.cli.scans._trace_report", lambda: None)
    out = tmp_path / "out"
    assert main(["trace", "--pacs", filled, "--study", study.uid, "--store", "-o", str(out)]) == 0
    said = "Stored in the study: 2 objects, with the patient's identifiers as the study has them.\n"
    assert said in capsys.readouterr().out
    rows = Pacs(filled).list_series(study.uid)
    assert sorted(row.modality for row in rows) == ["CT", "SEG", "SR"]
    stored = requests.get(f"{filled}/studies/{study.uid}/instances", timeout=10).json()
    names = {row["00100010"]["Value"][0]["Alphabetic"] for row in stored if "00100010" in row}
    assert names <= {"SECRET^NAME"}
    for file in out.iterdir():
        assert b"SECRET" not in file.read_bytes(), file.name
    assert main(["trace", "--pacs", filled, "--study", study.uid, "--store", "-o", str(tmp_path / "again")]) == 0
    assert len(Pacs(filled).list_series(study.uid)) == 3  # the same objects, not new ones


def test_what_comes_from_the_pacs_is_what_lies_on_the_disk(filled, study, tmp_path):
    result, stored = trace_from_pacs(filled, study.uid, tmp_path / "out", series="1", effort=EFFORT)
    assert stored == 0
    assert (result.volume.hu == made_volume().hu).all()
    assert {"cement_seg.dcm", "report.dcm"} <= {file.name for file in (tmp_path / "out").iterdir()}


def test_a_study_that_the_pacs_does_not_know(filled, tmp_path, capsys):
    assert main(["trace", "--pacs", filled, "--study", "1.2.3.4", "-o", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == "azygos: the PACS knows no study 1.2.3.4. Check the UID.\n"
    assert list(tmp_path.iterdir()) == []


# A service that misbehaves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("401", "URL refuses (HTTP 401). Write its host with login and password into your .netrc, or ask for the "
         "right to read the study."),
        ("404", "URL knows no study STUDY (HTTP 404). Check the UID and the address."),
        ("500", "URL answers with an error (HTTP 500) to study STUDY. Ask who runs the PACS."),
        ("not dicomweb", "URL sent something that is not DICOMweb. Check the address; Orthanc's ends in /dicom-web."),
        ("half", "the PACS lists 12 instances in this series and sent 6. Try again; if it stays so, ask whether the "
         "series is complete in the archive."),
        ("dropped", "the line to URL broke in the middle of study STUDY. Try again; nothing was written."),
    ],
)  # fmt: skip
def test_a_fault_of_the_line_is_one_sentence(fault, sentence, study, tmp_path):
    with standing_in(study.files, [study.listed()], fault) as service, pytest.raises(InputError) as error:
        trace_from_pacs(service.url, study.uid, tmp_path / "out", effort=EFFORT)
    assert str(error.value) == sentence.replace("URL", service.url).replace("STUDY", study.uid)
    assert list(tmp_path.iterdir()) == []


def test_without_a_fault_the_stand_in_gives_the_scan(study, tmp_path):
    with standing_in(study.files, [study.listed()]) as service:
        result, _ = trace_from_pacs(service.url, study.uid, tmp_path / "out", effort=EFFORT)
    assert len(result.findings.pieces) == 2


def test_storing_that_fails_leaves_the_run(study, tmp_path):
    """The stand-in takes nothing."""
    with standing_in(study.files, [study.listed()]) as service, pytest.raises(InputError) as error:
        trace_from_pacs(service.url, study.uid, tmp_path / "out", store=True, effort=EFFORT)
    assert str(error.value) == (
        f"the run folder is written, but nothing was stored: {service.url} answers with an error (HTTP 501) to "
        "storing. Ask who runs the PACS."
    )
    assert (tmp_path / "out" / "result.json").is_file()


def test_a_pacs_that_is_not_there(tmp_path):
    url = f"http://127.0.0.1:{free_port()}/dicom-web"
    with pytest.raises(InputError) as error:
        trace_from_pacs(url, "1.2.3", tmp_path / "out", effort=EFFORT)
    assert str(error.value) == f"{url} cannot be reached. Check the address, and that the PACS runs."


@pytest.mark.parametrize(
    ("changes", "series", "sentence"),
    [
        ([{}, {"0020000E": "1.2.9", "00200011": 2}], None,
         "the study holds 2 CT series. Choose one with --series:\n  --series 1: CT, 12 instances\n"
         "  --series 2: CT, 12 instances"),
        ([{"00080060": "MR"}], None, "the study holds no CT:\n  --series 1: MR, 12 instances"),
        ([{"00080060": "MR"}], "1",
         "series 1 is MR, not CT. Choose a CT:\n  --series 1: MR, 12 instances"),
        ([{}], "7", "the study holds no series 7. Choose one with --series:\n  --series 1: CT, 12 instances"),
    ],
)  # fmt: skip
def test_a_series_must_be_chosen_well(changes, series, sentence, study, tmp_path):
    listed = [study.listed(**change) for change in changes]
    with standing_in(study.files, listed) as service, pytest.raises(InputError) as error:
        trace_from_pacs(service.url, study.uid, tmp_path / "out", series=series, effort=EFFORT)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("url", "uid", "sentence"),
    [
        ("http://pacs.example/dicom-web", "1.2",
         "--pacs would send a patient's scan unencrypted to pacs.example. Use https, or a tunnel to 127.0.0.1."),
        ("pacs.example", "1.2", "--pacs is 'pacs.example'. Give the address of a DICOMweb service, for example "
         "https://pacs.example/dicom-web."),
        ("https://me:pw@pacs.example", "1.2", "--pacs holds a login. Leave it out, and write it into your .netrc."),
        ("https://pacs.example", "12a", "--study is '12a', which is no UID. A UID is numbers with dots between, at "
         "most 64 characters."),
    ],
)  # fmt: skip
def test_an_address_or_uid_that_cannot_be_is_refused_at_once(url, uid, sentence, tmp_path):
    with pytest.raises(InputError) as error:
        trace_from_pacs(url, uid, tmp_path / "out", effort=EFFORT)
    assert str(error.value) == sentence
