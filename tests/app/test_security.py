"""Nobody but the page talks to the server, and nothing that is shown can do anything."""

from __future__ import annotations

import json

import pytest

from azygos.app.security import EVERY_ANSWER, MOST_JSON_BYTES, REPORT_POLICY, TOO_LONG, WITHOUT_TOKEN, sandboxed

WHAT_ANSWERS = ("/", "/api/state", "/static/app.js", "/nothing", "/api/scans/s1/slice.png")
ODD_IDS = ("..", "../..", "%2e%2e%2f%2e%2e", "%00", "s1%00", "%2Fetc%2Fpasswd", "..%5c..", "s%EF%BC%91", "A" * 2000)


def test_the_page_comes_with_its_token_and_a_cookie_that_no_script_or_site_sees(page):
    with page.stranger() as client:
        answer = client.get("/", params={"token": "right-token"})
        assert answer.status_code == 200
        assert "<title>azygos</title>" in answer.text
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"azygos_{page.port}=right-token;")
        assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
        assert client.get("/api/state").status_code == 200  # by the cookie alone


@pytest.mark.parametrize("path", WHAT_ANSWERS)
@pytest.mark.parametrize("token", ["", "wrong", "right-toke", "right-token-", "ÿ"])
def test_without_the_right_token_nothing_is_told(page, path, token):
    with page.stranger() as client:
        client.cookies.set(f"azygos_{page.port}", "wrong")
        answer = client.get(path, params={"token": token})
    assert answer.status_code == 403
    assert WITHOUT_TOKEN in answer.text


def test_the_token_in_the_address_opens_the_page_only(page):
    with page.stranger() as client:
        assert client.get("/api/state", params={"token": "right-token"}).status_code == 403


def test_the_cookie_of_another_port_is_none(page):
    with page.stranger() as client:
        client.cookies.set(f"azygos_{page.port + 1}", "right-token")
        assert client.get("/api/state").status_code == 403


@pytest.mark.parametrize("other", ['theme={"dark":1}', "a=b c", 'a="half', "path=/", "x[1]=2", "flag"])
def test_cookies_of_other_pages_of_this_machine_do_no_harm(page, other):
    """They come with every request, whatever their port, and in whatever form their page has given them."""
    for cookies in (f"{other}; azygos_{page.port}=right-token", f"azygos_{page.port}=right-token;{other}"):
        with page.stranger(cookie=cookies) as client:
            assert client.get("/api/state").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1.evil.example:80", "localhost", "[::1]:80", ""]
)
def test_another_host_name_is_refused_even_with_the_token(page, host):
    """A name that an attacker points at 127.0.0.1 comes with its own Host header."""
    answer = page.client.get("/api/state", headers={"host": host})
    assert answer.status_code == 400


def test_both_names_of_this_machine_are_known(page):
    for name in ("127.0.0.1", "localhost"):
        assert page.client.get("/api/state", headers={"host": f"{name}:{page.port}"}).status_code == 200


@pytest.mark.parametrize("path", WHAT_ANSWERS)
@pytest.mark.parametrize("known", [True, False])
def test_every_answer_carries_the_policies(page, path, known):
    with page.stranger(**({"X-Azygos-Token": "right-token"} if known else {})) as client:
        headers = client.get(path).headers
    assert {name: headers.get(name) for name in EVERY_ANSWER} == EVERY_ANSWER
    assert not [name for name in headers if name.startswith("access-control")]


def test_the_policy_lets_nothing_in_from_elsewhere():
    policy = EVERY_ANSWER["content-security-policy"]
    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert sources == {"'none'", "'self'", "data:", "blob:"}
    script = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert script.split() == ["script-src", "'self'"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},  # another port of this machine counts as the same site
    ],
)
def test_another_site_cannot_ask_in_the_user_s_name(page, headers):
    with page.stranger(**headers) as client:
        client.cookies.set(f"azygos_{page.port}", "right-token")
        assert client.post("/api/uploads").status_code == 403
        assert client.get("/api/state").status_code == 403


def test_the_page_s_own_origin_may(page):
    own = {"origin": f"http://127.0.0.1:{page.port}", "sec-fetch-site": "same-origin"}
    assert page.client.post("/api/uploads", headers=own).status_code == 200


@pytest.mark.parametrize("odd", ODD_IDS)
@pytest.mark.parametrize(
    "path",
    ["/api/scans/{}", "/api/scans/{}/slice.png?plane=axial&index=0", "/api/jobs/{}", "/static/{}", "/static/../{}"],
)
def test_odd_ids_and_paths_find_nothing(page, path, odd):
    status, text = page.raw("GET", path.format(odd))
    assert status in (404, 405), text
    assert "root:" not in text


@pytest.mark.parametrize("odd", ODD_IDS)
def test_odd_ids_open_nothing(page, odd):
    for path in (f"/api/folders/{odd}/open", f"/api/jobs/{odd}/stop", f"/api/uploads/{odd}/open"):
        status, text = page.raw("POST", path)
        assert status in (404, 405, 422), text
        assert "error" in json.loads(text)


def test_a_request_that_is_no_upload_stays_small(page):
    long = json.dumps({"as": "scan", "series": "1" * MOST_JSON_BYTES}).encode()
    stated = page.client.post("/api/uploads/u1/open", content=long)
    counted = page.client.post(
        "/api/uploads/u1/open", content=iter([long]), headers={"content-type": "application/json"}
    )
    for answer in (stated, counted):
        assert (answer.status_code, answer.json()) == (413, {"error": TOO_LONG})


def test_what_does_not_fit_is_not_said_back(page):
    answer = page.client.post("/api/uploads/u1/open", json={"as": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"
    assert "<script>" not in answer.text
    assert answer.json()["error"].startswith("as: ")


def test_no_page_of_the_framework_is_there(page):
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert page.client.get(path).status_code == 404


def test_a_report_is_shown_in_a_sandbox():
    answer = sandboxed("<script>alert(1)</script>")
    assert answer.headers["content-security-policy"] == REPORT_POLICY
    assert "sandbox;" in REPORT_POLICY
    assert "allow-scripts" not in REPORT_POLICY
    assert "script-src" not in REPORT_POLICY  # so that default-src 'none' holds
