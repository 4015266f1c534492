"""Who may talk to the page: this machine, this port, whoever holds the token; and what the page itself may load."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_JSON_BYTES = 4_000_000  # of a request that is no upload
TOO_LONG = f"That is more than the {MOST_JSON_BYTES:,} bytes that a request may hold."
READING = ("GET", "HEAD")
PAGE_POLICY = (  # NiiVue makes its workers and textures from blobs; nothing comes from elsewhere
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
REPORT_POLICY = (  # a run folder may come from anyone: what stands in it is shown, and does nothing
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
EVERY_ANSWER = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
WITHOUT_TOKEN = (
    "This page of azygos belongs to whoever started it. Open the whole address that azygos app printed, with its token."
)


class Guard:
    """Lets through what comes from this machine's page and refuses the rest, before anything else looks at it.

    Parameters
    ----------
    inner : ASGI application
        What is guarded; its uncaught errors pass through here as answers too.
    token : str
        The secret of this start.
    port : int
        Where the page is served; the Host header must say so.
    """

    def __init__(self, inner: ASGIApp, token: str, port: int) -> None:
        self._inner = inner
        self._token = token.encode()
        self._cookie = cookie_name(port)
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websockets here: uvicorn answers 403
        guarded = _with_headers(send)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        if not _is_upload(scope):
            receive = _counted(receive)
        await self._inner(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return _refused(400, "This is not the address under which azygos app serves its page.")
        if not self._knows_token(scope, headers):
            is_page = scope["path"] == "/" and scope["method"] == "GET"
            return HTMLResponse(plain_page(WITHOUT_TOKEN), 403) if is_page else _refused(403, WITHOUT_TOKEN)
        if not self._is_own(scope, headers):
            return _refused(403, "Another site asked for this. Only azygos' own page may.")
        length = headers.get("content-length", "0")
        if not _is_upload(scope) and not (length.isdecimal() and int(length) <= MOST_JSON_BYTES):
            return _refused(413, TOO_LONG)
        return None

    def _knows_token(self, scope: Scope, headers: Headers) -> bool:
        told = [headers.get("x-azygos-token", ""), *_cookies(headers, self._cookie)]
        if scope["path"] == "/":
            told += parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        return any(hmac.compare_digest(one.encode(), self._token) for one in told)

    def _is_own(self, scope: Scope, headers: Headers) -> bool:
        """Cookies do not tell one port of this machine from another; the browser's own words on who asks do."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            return False
        is_page = scope["path"] == "/" and scope["method"] in READING
        return is_page or site in ("same-origin", "none")


def cookie_name(port: int) -> str:
    """Cookies are shared by all ports of a machine, so each page names its own."""
    return f"azygos_{port}"


def give_token(response: Response, token: str, port: int) -> Response:
    """Let the browser keep the token, out of reach of scripts and of other sites."""
    response.set_cookie(cookie_name(port), token, httponly=True, samesite="strict", path="/")
    return response


def sandboxed(html: bytes | str) -> Response:
    """A report as it stands in a run folder: shown, without scripts, forms or anything from elsewhere."""
    return HTMLResponse(html, headers={"content-security-policy": REPORT_POLICY, "x-frame-options": "SAMEORIGIN"})


def plain_page(sentence: str) -> str:
    """A page of one sentence."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>azygos</title>'
        f"<h1>azygos</h1><p>{sentence}</p><p>Research use only: not a medical device.</p></html>"
    )


def _is_upload(scope: Scope) -> bool:
    return bool(scope["method"] == "PUT" and scope["path"].startswith("/api/uploads/"))


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


def _cookies(headers: Headers, name: str) -> Iterable[str]:
    """Values of one cookie; those of other ports of this machine stand beside it, in whatever form they like."""
    for header in headers.getlist("cookie"):
        for part in header.split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                yield value


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in EVERY_ANSWER.items():
                headers.setdefault(name, value)
        await send(message)

    return guarded


def _counted(receive: Receive) -> Receive:
    """Bodies that do not state their length end where the limit is."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > MOST_JSON_BYTES:
            raise HTTPException(413, TOO_LONG)
        return message

    return counted
