"""A DICOMweb service that misbehaves as told, on loopback."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOUNDARY = b"part"


class StandIn(ThreadingHTTPServer):
    """Holds one study with one CT series."""

    daemon_threads = True

    def __init__(self, files: list[bytes], listed: list[dict[str, object]], fault: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.listed, self.fault = files, listed, fault

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}/dicom-web"


class Handler(BaseHTTPRequestHandler):
    """Answers QIDO-RS and WADO-RS as far as the tests ask."""

    protocol_version = "HTTP/1.1"
    server: StandIn

    def do_GET(self) -> None:
        fault = self.server.fault
        if fault.isdecimal():
            self.send_error(int(fault))
        elif fault == "not dicomweb":
            self._answer(b"<html>hello</html>", "text/html")
        elif "/series?" in self.path or self.path.endswith("/series"):
            first = "offset=0" in self.path or "offset" not in self.path
            rows = self.server.listed if first else []
            self._answer(json.dumps(rows).encode(), "application/dicom+json")
        else:
            self._instances(fault)

    def _instances(self, fault: str) -> None:
        files = self.server.files
        if fault == "half":
            files = files[: len(files) // 2]
        head = b"\r\n--" + BOUNDARY + b"\r\nContent-Type: application/dicom\r\n\r\n"
        body = b"".join(head + data for data in files) + b"\r\n--" + BOUNDARY + b"--"
        if fault == "dropped":
            self._answer(body, "", sent=len(body) * 2 // 3)
        else:
            self._answer(body, "")

    def _answer(self, body: bytes, kind: str, sent: int | None = None) -> None:
        multipart = f'multipart/related; type="application/dicom"; boundary={BOUNDARY.decode()}'
        self.send_response(200)
        self.send_header("Content-Type", kind or multipart)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if sent is None else body[:sent])
        if sent is not None:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def standing_in(files: list[bytes], listed: list[dict[str, object]], fault: str = "") -> Iterator[StandIn]:
    """The service, while it is needed."""
    service = StandIn(files, listed, fault)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
