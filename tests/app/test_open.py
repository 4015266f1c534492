"""What is dropped is opened, in the reader's own words where it is refused, and nothing of the person is told."""

from __future__ import annotations

import asyncio
import errno
import gzip
import io
import json
import os
import re
import signal
import zipfile
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from azygos.app.jobs import READER_DIED, Jobs
from azygos.app.server import STATIC, create_app
from azygos.app.workspace import Workspace
from azygos.ground.volume import Volume
from azygos.scan import write_ct_series

RAS = np.diag([-1.0, -1.0, 2.0, 1.0])  # what LPS with i to the left and j to the back reads in NIfTI
HOSTILE = "<script>alert(1)</script>"


def block():
    """Air, with a block of bone at the patient's right, front and head, and some fat."""
    hu = np.full((12, 10, 8), -1000, dtype=np.int16)
    hu[1:5, 1:4, 4:7] = 900
    hu[6:9, 6:9, 1:3] = -80
    return hu


def nifti(hu, affine_ras=RAS):
    import nibabel as nib

    return nib.Nifti1Image(hu, affine_ras).to_bytes()


def dicom_files(folder, *, number=1, prefix="", edit=None):
    """A series as pairs of name and content, in an order that is not that of the slices."""
    import pydicom

    volume = Volume(hu=block().astype(np.float32), affine_mm=np.diag([1.0, 1.0, 2.0, 1.0]))
    write_ct_series(folder, volume, description="made up", number=number)
    for file in folder.iterdir():
        if edit is not None:
            data = pydicom.dcmread(file)
            edit(data)
            data.save_as(file)
    return [(f"study/{prefix}{file.name}", file.read_bytes()) for file in sorted(folder.iterdir(), reverse=True)]


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def scan_of(job):
    assert job["state"] == "done", job["error"]
    return job["result"]["scan"]


def shown(page, scan, plane, index):
    path = f"/api/scans/{scan['id']}/slice.png"
    answer = page.client.get(path, params={"plane": plane, "index": index, "low": -1000, "high": 1000})
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def test_a_nifti_opens_and_shows(page):
    scan = scan_of(page.open(page.send(("x.nii", nifti(block()))), **{"as": "scan"}))
    assert scan["shape"] == [12, 10, 8]
    assert scan["spacing_mm"] == [1.0, 1.0, 2.0]
    assert scan["affine_mm"] == np.diag([1.0, 1.0, 2.0, 1.0]).tolist()
    assert scan["title"] == f"Scan {scan['id'][1:]}: NIfTI, 12 x 10 x 8"
    assert "values: -1000 to 900 HU" in scan["facts"]
    assert page.client.get(f"/api/scans/{scan['id']}").json() == scan
    assert scan in page.client.get("/api/state").json()["scans"]
    bright = np.argwhere(shown(page, scan, "axial", 5) > 200)
    assert (bright.min(axis=0).tolist(), bright.max(axis=0).tolist()) == ([1, 1], [3, 4])


def test_a_nifti_that_counts_the_other_way_shows_the_same(page):
    affine = np.diag([1.0, 1.0, -2.0, 1.0])
    affine[:3, 3] = [-11.0, -9.0, 14.0]
    turned = scan_of(
        page.open(page.send(("x.nii.gz", gzip.compress(nifti(block()[::-1, ::-1, ::-1], affine)))), **{"as": "scan"})
    )
    plain = scan_of(page.open(page.send(("x.nii", nifti(block()))), **{"as": "scan"}))
    assert turned["affine_mm"] == plain["affine_mm"]
    for plane, index in (("axial", 5), ("coronal", 2), ("sagittal", 2)):
        np.testing.assert_array_equal(shown(page, turned, plane, index), shown(page, plain, plane, index))


def test_a_dicom_folder_and_its_zip_show_what_the_nifti_shows(page, tmp_path):
    files = dicom_files(tmp_path / "a")
    plain = scan_of(page.open(page.send(("x.nii", nifti(block()))), **{"as": "scan"}))
    for sent in (files, [("study.zip", zipped(files))]):
        scan = scan_of(page.open(page.send(*sent), **{"as": "scan"}))
        assert scan["title"].endswith("DICOM (CT), 12 x 10 x 8")
        assert scan["affine_mm"] == plain["affine_mm"]
        np.testing.assert_array_equal(shown(page, scan, "axial", 5), shown(page, plain, "axial", 5))


def test_of_several_series_one_is_chosen(page, tmp_path):
    files = [*dicom_files(tmp_path / "a", number=7), *dicom_files(tmp_path / "b", number=2, prefix="b", edit=_another)]
    upload = page.send(*files)
    asked = page.open(upload, **{"as": "scan"})
    assert asked["state"] == "done"
    choices = asked["result"]["choose"]
    assert [choice["series"] for choice in choices] == [1, 2]
    assert choices[0]["words"].startswith("Series 2: CT, ")
    assert choices[1]["words"].startswith("Series 7: CT, ")
    chosen = scan_of(page.open(upload, **{"as": "scan", "series": 2}))
    assert page.workspace.scans[chosen["id"]].series == "#2"
    refused = page.open(upload, **{"as": "scan", "series": 3})
    assert refused["error"].startswith("This folder holds no series #3. Choose one with --series:\n")


def _another(data):
    data.SeriesInstanceUID = "1.2.3"
    data.SOPInstanceUID = f"1.2.3.{data.InstanceNumber}"
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID


def test_tags_of_an_attacker_stay_text_and_the_patient_stays_unnamed(page, tmp_path):
    def edit(data):
        data.PatientName = f"Doe^{HOSTILE}"
        data.PatientID = "SECRET-77"
        data.Manufacturer = data.ManufacturerModelName = data.SeriesDescription = HOSTILE
        data.ConvolutionKernel = "../../etc/passwd"

    scan = scan_of(page.open(page.send(*dicom_files(tmp_path / "a", edit=edit)), **{"as": "scan"}))
    answer = page.client.get(f"/api/scans/{scan['id']}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert f"manufacturer: {HOSTILE}" in answer.json()["facts"]
    for told in (answer.text, page.client.get("/api/state").text):
        assert "Doe" not in told
        assert "SECRET-77" not in told
        assert str(page.workspace.folder) not in told


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.nii", b"", "This file is empty (0 bytes). Copy it again."),
        (
            "x.png",
            b"\x89PNG\r\n" + bytes(400),
            "This file is a PNG picture, without Hounsfield units. Pass the original CT as DICOM, NIfTI or NRRD.",
        ),
        (
            "x.nii",
            nifti(np.arange(5, dtype=np.uint8).repeat(24).reshape(5, 4, 6)),
            "This file holds only 5 different whole numbers (0 to 4): a label map, not a CT. "
            "Open its CT first, then add this as its label map.",
        ),
        (
            "x.zip",
            zipped([("a.txt", b"hello")]),
            "This file holds no DICOM among its 1 file. Pass the folder of a CT series.",
        ),
    ],
)
def test_the_reader_refuses_in_its_own_words(page, name, content, sentence):
    job = page.open(page.send((name, content)), **{"as": "scan"})
    assert (job["state"], job["error"], job["result"]) == ("failed", sentence, None)


def test_a_folder_tells_how_far_it_is_read(page, tmp_path):
    told = []
    upload = page.send(*[(f"{n}-{name}", data) for n in range(12) for name, data in dicom_files(tmp_path / "a")])
    page.workspace.jobs.children["quick"]._hears = _Beside(page.workspace.jobs, told)
    try:
        page.open(upload, **{"as": "scan"})
    finally:
        page.workspace.jobs.children["quick"]._hears = page.workspace.jobs
    done = [word[1] for word in told]
    assert done == sorted(done)
    assert len(set(done)) >= 3
    assert told[0][4] == "reading 96 files"


class _Beside:
    """Passes on what a child says, and keeps its progress."""

    def __init__(self, jobs, told):
        self.jobs, self.kept = jobs, told

    def __getattr__(self, name):
        return getattr(self.jobs, name)

    def told(self, *words):
        self.kept.append(words)
        self.jobs.told(*words)


def spine():
    """A scan of 40 x 40 x 60 mm with two vertebrae in soft tissue and air, and their label map."""
    hu = np.full((40, 40, 60), -1000, dtype=np.int16)
    hu[4:36, 4:36] = 20
    labels = np.zeros(hu.shape, dtype=np.uint8)
    labels[14:26, 14:26, 34:50], labels[14:26, 14:26, 10:26] = 32, 31  # T12 above L1, as TotalSegmentator numbers them
    hu[labels > 0] = 300
    return hu, labels


def test_a_label_map_is_laid_over_its_scan(page):
    hu, labels = spine()
    affine = np.diag([-1.0, -1.0, 1.0, 1.0])
    scan = scan_of(page.open(page.send(("x.nii", nifti(hu, affine))), **{"as": "scan"}))
    upload = page.send(("labels.nii.gz", gzip.compress(nifti(labels, affine))))
    unnamed = page.open(upload, **{"as": "labels", "scan": scan["id"]})
    assert unnamed["error"].startswith("This file holds the numbers 31, 32 without names. ")
    how = {"as": "labels", "scan": scan["id"], "label_names": "totalsegmentator"}
    labelled = scan_of(page.open(upload, **how))
    assert labelled["has_labels"]
    assert labelled["levels"] == [
        {"level": "T12", "centre_mm": [19.5, 19.5, 41.5]},
        {"level": "L1", "centre_mm": [19.5, 19.5, 17.5]},
    ]
    path = f"/api/scans/{scan['id']}/slice.png?plane=axial&index=41&overlay={labelled['labels_overlay']}"
    colours = np.asarray(Image.open(io.BytesIO(page.client.get(path).content))).astype(int)
    coloured = np.argwhere(np.ptp(colours, axis=2) > 0)
    assert (coloured.min(axis=0).tolist(), coloured.max(axis=0).tolist()) == ([14, 14], [25, 25])


def test_a_map_of_cads_keeps_the_part_of_its_name_that_says_which_model_numbered_it(page):
    hu, labels = spine()
    affine = np.diag([-1.0, -1.0, 1.0, 1.0])
    numbers = np.select([labels == 32, labels == 31], [6, 5]).astype(np.uint8)
    scan = scan_of(page.open(page.send(("x.nii", nifti(hu, affine))), **{"as": "scan"}))
    upload = page.send(("case_part_552.nii", nifti(numbers, affine)))
    how = {"as": "labels", "scan": scan["id"]}
    assert page.open(upload, **how)["error"].startswith("This file holds the numbers 5, 6 without names. ")
    for _ in range(2):  # it can be opened once more
        labelled = scan_of(page.open(upload, **how, label_names="cads"))
        assert [one["level"] for one in labelled["levels"]] == ["T12", "L1"]


def test_a_label_map_of_another_scan_is_refused(page):
    hu, labels = spine()
    scan = scan_of(page.open(page.send(("x.nii", nifti(hu, np.diag([-1.0, -1, 1, 1])))), **{"as": "scan"}))
    elsewhere = np.diag([-1.0, -1.0, 1.0, 1.0])
    elsewhere[2, 3] = 500.0
    upload = page.send(("labels.nii", nifti(labels, elsewhere)))
    how = {"as": "labels", "scan": scan["id"], "label_names": "totalsegmentator"}
    assert page.open(upload, **how)["error"].startswith("This file lies 440 mm above the scan ")
    missing = page.client.post(f"/api/uploads/{upload}/open", json={**how, "scan": "s99"})
    assert (missing.status_code, missing.json()["error"]) == (404, "This scan is not open any more. Open it again.")


def test_a_run_folder_opens_by_drop_and_by_choice(page):
    upload = page.send(
        ("my-run/run.toml", b'kind = "trace"'), ("my-run/result.json", b"{}"), ("my-run/report.html", b"")
    )
    dropped = page.open(upload, **{"as": "run"})["run"]
    assert (dropped["kind"], dropped["name"]) == ("trace", "my-run")
    assert page.workspace.runs[dropped["id"]].folder.parent == page.workspace.folder
    (offered,) = page.client.get("/api/state").json()["folders"]
    assert (offered["kind"], offered["name"]) == ("journey", "demo-out")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", offered["when"])
    chosen = page.client.post(f"/api/folders/{offered['id']}/open").json()["run"]
    assert (chosen["kind"], chosen["name"]) == ("journey", "demo-out")
    again = page.client.post(f"/api/folders/{offered['id']}/open").json()["run"]
    assert again["id"] == chosen["id"]


def test_a_folder_that_is_no_run_is_refused(page):
    upload = page.send(("my-run/run.toml", b""))
    answer = page.client.post(f"/api/uploads/{upload}/open", json={"as": "run"})
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        "This folder holds no result.json: it is no finished run of azygos. Choose the folder that a command wrote."
    )


def test_run_folders_are_looked_for_two_folders_deep(tmp_path):
    for place in ("a", "b/c", "d/e/f", ".hidden/g", "h.partial"):
        folder = tmp_path / place
        folder.mkdir(parents=True)
        (folder / "run.toml").write_text("not toml" if place == "a" else "")
        (folder / "result.json").write_text("{}")
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "unfinished" / "run.toml").write_text("")
    workspace = Workspace(None, Jobs(), roots=[tmp_path, tmp_path / "b", tmp_path / "absent"])
    found = workspace.run_folders()
    assert sorted((entry["name"], entry["kind"]) for entry in found) == [("a", "unknown"), ("c", "plan")]
    assert workspace.run_folder(found[0]["id"]) is not None
    assert workspace.run_folder("f99") is None
    workspace.close()
    assert not workspace.folder.exists()


def test_the_state_says_what_a_plan_may_choose_from(page):
    state = page.client.get("/api/state").json()
    cements = {cement["name"]: cement["plain"] for cement in state["cements"]}
    assert state["note"] == "Research use only: not a medical device."
    assert state["levels"] == [*(f"T{n}" for n in range(1, 13)), *(f"L{n}" for n in range(1, 6))]
    assert 11 in state["gauges"]
    assert cements["generic_low_viscosity"] == "low-viscosity vertebroplasty cement"
    assert state["built"] is True


def test_a_reader_that_is_killed_is_reported_and_the_page_lives(page):
    scan_of(page.open(page.send(("x.nii", nifti(block()))), **{"as": "scan"}))
    upload = page.send(("x.nii", nifti(block())))
    pid = page.workspace.jobs.children["quick"].pid
    os.kill(pid, signal.SIGSTOP)  # so that it cannot have finished
    job = page.client.post(f"/api/uploads/{upload}/open", json={"as": "scan"}).json()["job"]
    os.kill(pid, signal.SIGKILL)
    told = page.wait(job)
    assert (told["state"], told["error"]) == ("failed", READER_DIED.format(code=-9))
    scan_of(page.open(upload, **{"as": "scan"}))


def test_an_overlay_whose_file_is_gone_is_missed_in_a_sentence(page):
    scan = scan_of(page.open(page.send(("x.nii", nifti(block()))), **{"as": "scan"}))["id"]
    overlay = page.workspace.add_overlay(page.workspace.file("share.npy"), np.eye(4), "share")
    answer = page.client.get(f"/api/scans/{scan}/slice.png?plane=axial&index=1&overlay={overlay.id}")
    assert answer.status_code == 404
    assert answer.json() == {"error": "What is to be laid over this picture is not there any more. Make it anew."}


def test_a_page_that_is_not_built_says_what_to_run(tmp_path):
    async def ask():
        app = create_app(port=80, token="t", workspace=Workspace(tmp_path, Jobs()), static=tmp_path / "absent")
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:80") as client:
            return [
                await client.get(path, headers={"host": "127.0.0.1:80", "x-azygos-token": "t"})
                for path in ("/", "/api/state", "/static/app.js")
            ]

    page, state, script = asyncio.run(ask())
    assert "The page is not built yet: run <code>make app</code>" in page.text
    assert page.headers["content-type"].startswith("text/html")
    assert json.loads(state.text)["built"] is False
    assert script.status_code == 404


@pytest.mark.skipif("CI" not in os.environ, reason="a checkout need not be built to be tested; make front builds it")
def test_in_ci_the_page_is_built():
    assert {"index.html", "app.js", "style.css", "LICENSES.txt"} <= {file.name for file in STATIC.iterdir()}


def test_the_lock_of_the_front_end_holds_no_addresses():
    lock = Path(__file__).resolve().parents[2] / "front" / "package-lock.json"
    text = lock.read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert "http" not in text.replace("https://opencollective.com", "").replace("https://github.com", "")


@pytest.mark.parametrize(
    "record",
    ["a = " + "[" * 100_000, "a = " + "9" * 5000, "# " + "x" * 20_000, 'kind = "journey"'.encode("utf-16")],
    ids=["deep", "long number", "long", "utf-16"],
)
def test_one_odd_record_below_a_root_does_not_keep_the_page_from_opening(tmp_path, record):
    for name, content in (("odd", record), ("demo", 'kind = "journey"\n\n[packages]\nnumpy = "2"\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / name / "result.json").write_text("{}")
    workspace = Workspace(None, Jobs(), roots=[tmp_path])
    found = workspace.run_folders()
    workspace.close()
    assert sorted((entry["name"], entry["kind"]) for entry in found) == [("demo", "journey"), ("odd", "unknown")]


def test_a_full_disk_is_said_to_be_full(page, monkeypatch):
    def full(*given, **about):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    answer = page.client.post("/api/uploads")
    assert (answer.status_code, answer.json()["error"]) == (
        507,
        "The disk of temporary files is full. Free some space, then try again.",
    )
