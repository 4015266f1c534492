"""Uploads land under numbers of the server's own, up to a limit, and never where a name says."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time

import pytest

from azygos.app import routes_open
from azygos.app.uploads import LIMIT_BYTES, NOT_OURS, SAME_NAME, TooMuch, Upload, plain_parts, suffix_of
from azygos.ground.errors import InputError

FULL = "An upload holds at most {:,} bytes. Start azygos app with the path of the scan instead."
TRICKS = (
    "../../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\x.dcm",
    "a\x00.nii",
    "‮gpj.nii",
    "con/.././x.nii.gz",
    "%2e%2e/x.dcm",
    "é/ü.dcm",
    "<img src=x onerror=alert(1)>.dcm",
    "a" * 5000 + ".dcm",
    ".",
)


async def chunks(*parts):
    for part in parts:
        yield part


@pytest.fixture
def upload(tmp_path):
    folder = tmp_path / "u1"
    folder.mkdir()
    return Upload(id="u1", folder=folder, limit_bytes=1000)


def take(upload, name, *parts):
    return asyncio.run(upload.take(name, chunks(*parts)))


@pytest.mark.parametrize("name", TRICKS)
def test_a_name_decides_on_a_suffix_and_nothing_else(page, name):
    before = set(page.workspace.folder.rglob("*"))
    upload = page.workspace.folder / page.send((name, b"x"))
    file = upload / f"000001{suffix_of(name)}"
    assert set(page.workspace.folder.rglob("*")) - before == {upload, file}


@pytest.mark.parametrize("name", TRICKS)
def test_names_that_azygos_never_gives_make_no_run_folder(page, name):
    before = set(page.workspace.folder.glob("*-run"))
    upload = page.send(("run/run.toml", b""), (name, b"x"))
    answer = page.client.post(f"/api/uploads/{upload}/open", json={"as": "run"})
    assert (answer.status_code, answer.json()) == (400, {"error": NOT_OURS})
    assert set(page.workspace.folder.glob("*-run")) == before


def test_the_limit_holds_for_what_is_stated(upload):
    upload.check("1000")
    with pytest.raises(TooMuch) as refused:
        upload.check("1001")
    assert str(refused.value) == FULL.format(1000)


def test_the_limit_holds_for_what_comes_and_what_was_too_much_is_gone(upload):
    assert take(upload, "a.dcm", b"x" * 600) == 600
    with pytest.raises(TooMuch) as refused:
        take(upload, "b.dcm", b"x" * 300, b"x" * 101)
    assert str(refused.value) == FULL.format(1000)
    assert [file.name for file in upload.folder.iterdir()] == ["000001.dcm"]
    assert take(upload, "c.dcm", b"x" * 400) == 400
    assert sorted(file.name for file in upload.folder.iterdir()) == ["000001.dcm", "000003.dcm"]


def test_two_gigabytes_are_refused_before_a_byte_is_read(page):
    upload = page.client.post("/api/uploads").json()
    assert upload["limit_bytes"] == LIMIT_BYTES == 2_000_000_000
    with socket.create_connection(("127.0.0.1", page.port), timeout=10.0) as connection:
        head = (
            f"PUT /api/uploads/{upload['upload']}/files?name=a.nii HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n"
            f"X-Azygos-Token: right-token\r\nContent-Length: {LIMIT_BYTES + 1}\r\n\r\n"
        )
        connection.sendall(head.encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (answer.status, json.loads(answer.read())) == (413, {"error": FULL.format(LIMIT_BYTES)})


def test_more_than_the_limit_in_pieces_of_unknown_length_is_refused(page, monkeypatch):
    monkeypatch.setattr(routes_open, "LIMIT_BYTES", 100_000)
    upload = page.client.post("/api/uploads").json()
    path = f"/api/uploads/{upload['upload']}/files"
    answer = page.client.put(path, params={"name": "a.nii"}, content=iter([b"x" * 60_000] * 2))
    assert (answer.status_code, answer.json()) == (413, {"error": FULL.format(100_000)})
    assert list((page.workspace.folder / upload["upload"]).iterdir()) == []


def test_what_breaks_off_leaves_nothing(page):
    upload = page.client.post("/api/uploads").json()["upload"]
    with socket.create_connection(("127.0.0.1", page.port), timeout=10.0) as connection:
        head = (
            f"PUT /api/uploads/{upload}/files?name=a.nii HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n"
            "X-Azygos-Token: right-token\r\nContent-Length: 1000\r\n\r\nabc"
        )
        connection.sendall(head.encode())
        time.sleep(0.3)
    for _ in range(100):
        if not list((page.workspace.folder / upload).iterdir()):
            break
        time.sleep(0.05)
    assert list((page.workspace.folder / upload).iterdir()) == []
    answer = page.client.post(f"/api/uploads/{upload}/open", json={"as": "scan"})
    assert answer.json() == {"error": "Nothing was uploaded. Drop a file or a folder."}


def test_a_folder_keeps_its_names_without_the_one_that_was_dropped(upload, tmp_path):
    for name in ("run/run.toml", "run/members/a.npz"):
        take(upload, name, b"x")
    assert upload.folder_name == "run"
    made = upload.named(tmp_path / "out")
    assert sorted(str(file.relative_to(made)) for file in made.rglob("*.*")) == ["members/a.npz", "run.toml"]


@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b"), ("a/b", "a")])
def test_names_that_collide_are_refused(upload, tmp_path, names):
    for name in names:
        take(upload, name, b"x")
    with pytest.raises(InputError) as refused:
        upload.named(tmp_path / "out")
    assert str(refused.value) == SAME_NAME


def test_a_plain_name_is_made_of_plain_parts():
    assert plain_parts("a/b-1_x/c.tar.gz") == ("a", "b-1_x", "c.tar.gz")
    for name in ("", "/a", "a/../b", "a//../b", ".hidden", "a/b/c/d/e", "a\nb", "a\x00", "ａ"):
        with pytest.raises(InputError):
            plain_parts(name)


def test_an_upload_that_is_unknown_is_said_to_be(page):
    answer = page.client.put("/api/uploads/u999/files", params={"name": "a"}, content=b"x")
    assert (answer.status_code, answer.json()) == (404, {"error": "This upload is not open any more. Open it again."})
