"""Refusals as answers: one sentence, for people, in JSON."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from azygos.app.child import FULL, is_full
from azygos.app.uploads import TooMuch
from azygos.ground.errors import AzygosError, InputError

Kept = TypeVar("Kept")
OURS = "Something went wrong inside azygos: this is ours to fix. The terminal shows the traceback."


class Missing(InputError):
    """An id that the server never made, or made before it was started again."""


def known(kept: Mapping[str, Kept], name: str, what: str) -> Kept:
    """What bears an id, or a refusal: ``known(workspace.scans, "s1", "scan")``."""
    if name not in kept:
        raise Missing(f"This {what} is not open any more. Open it again.")
    return kept[name]


def answer_errors(app: FastAPI) -> None:
    """Let every error of the routes become a sentence."""
    app.add_exception_handler(AzygosError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _ours)


def _said(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)


def _refused(request: Request, error: Exception) -> JSONResponse:
    status = 404 if isinstance(error, Missing) else 413 if isinstance(error, TooMuch) else 400
    return _said(status if isinstance(error, InputError) else 500, str(error))


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _said(error.status_code, str(error.detail))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Which part of a request does not fit; what was sent is not said back."""
    assert isinstance(error, RequestValidationError)
    first: Mapping[str, Any] = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return _said(422, f"{where}: {first['msg']}" if where else str(first["msg"]))


def _ours(request: Request, error: Exception) -> JSONResponse:
    if is_full(error):
        return _said(507, FULL)
    traceback.print_exception(error, file=sys.stderr)
    return _said(500, OURS)
