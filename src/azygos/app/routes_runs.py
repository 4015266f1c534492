"""What the page asks about finished runs: their answer, report, brief, pieces, changes, notes; and new traces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from azygos.app import comparing, journeys, notes, planned, tracing
from azygos.app.answers import known
from azygos.app.security import plain_page, sandboxed
from azygos.app.workspace import OpenRun, OpenScan, Workspace
from azygos.ground.errors import require

Told = dict[str, Any]
BRIEF_WITHIN_S = 60.0


class Asking(BaseModel):
    """A question with no more in it than is understood."""

    model_config = ConfigDict(extra="forbid")


class TraceAsked(Asking):
    """A scan to trace; labels left out: with its label map if it has one."""

    scan: StrictStr
    labels: StrictBool | None = None


class CompareAsked(Asking):
    """Two scans of one patient, the earlier first."""

    scans: Annotated[list[StrictStr], Field(min_length=2, max_length=2)]


class ScanAsked(Asking):
    """An open scan, or two for a comparison, to tie to a run."""

    scan: StrictStr | None = None
    scans: Annotated[list[StrictStr], Field(min_length=2, max_length=2)] | None = None


class NoteAsked(Asking):
    """What a person says of a piece, or of the whole run."""

    piece: StrictInt | None = None
    wrong: StrictBool | None = None
    note: StrictStr = ""


def router(workspace: Workspace) -> APIRouter:
    """Routes below /api for runs, and for what makes traces and comparisons."""
    routes = APIRouter(prefix="/api")

    def run_of(run_id: str) -> OpenRun:
        return known(workspace.runs, run_id, "run")

    def scan_of(scan_id: str) -> OpenScan:
        return known(workspace.scans, scan_id, "scan")

    @routes.get("/runs/{run_id}")
    def run(run_id: str) -> Response:
        found = run_of(run_id)
        return _table({"meta": found.meta(), "result": journeys.read_result(found)})

    @routes.get("/runs/{run_id}/draft")
    def draft(run_id: str) -> Told:
        return planned.as_draft(run_of(run_id), workspace.scans)

    @routes.get("/runs/{run_id}/report")
    def report(run_id: str) -> Response:
        return _shown(run_of(run_id).folder / "report.html", "This run has no report.")

    @routes.get("/runs/{run_id}/brief")
    def brief(run_id: str) -> Response:
        return _brief(workspace, run_of(run_id))

    @routes.get("/runs/{run_id}/moving")
    def moving(run_id: str) -> Response:
        return _table(journeys.moving(run_of(run_id)))

    @routes.get("/runs/{run_id}/trace")
    def trace(run_id: str) -> Response:
        return _table(tracing.told(run_of(run_id), workspace.scans))

    @routes.get("/runs/{run_id}/compare")
    def compare(run_id: str) -> Response:
        return _table(comparing.told(run_of(run_id), workspace.scans))

    @routes.post("/runs/{run_id}/scan")
    def tie(run_id: str, asked: ScanAsked) -> Told:
        found = run_of(run_id)
        if asked.scans is not None:
            comparing.tie_scans(found, scan_of(asked.scans[0]), scan_of(asked.scans[1]))
            return comparing.told(found, workspace.scans)
        tracing.tie_scan(workspace, found, scan_of(asked.scan or ""))
        return tracing.told(found, workspace.scans)

    @routes.get("/runs/{run_id}/notes")
    def read(run_id: str) -> Told:
        return {"notes": notes.read_notes(run_of(run_id).folder)}

    @routes.post("/runs/{run_id}/notes")
    def write(run_id: str, asked: NoteAsked) -> Told:
        found = run_of(run_id)
        if asked.piece is not None:
            _require_piece(found, asked.piece)
        return {"notes": notes.add_note(found.folder, piece=asked.piece, wrong=asked.wrong, note=asked.note)}

    @routes.post("/trace")
    def start_trace(asked: TraceAsked) -> Told:
        return {"job": tracing.start_trace(workspace, scan_of(asked.scan), labels=asked.labels).id}

    @routes.post("/compare")
    def start_compare(asked: CompareAsked) -> Told:
        first, second = (scan_of(one) for one in asked.scans)
        return {"job": comparing.start_compare(workspace, first, second).id}

    return routes


def _table(told: Told) -> Response:
    """A large table as JSON; what a file says stays a text, whatever signs it holds."""
    return Response(json.dumps(told, allow_nan=False, separators=(",", ":")), media_type="application/json")


def _shown(path: Path, sentence: str) -> Response:
    """A page out of a run folder, as it stands; or a page of one sentence."""
    own = path.resolve().parent == path.parent.resolve()  # a link may lead anywhere on this machine
    if not (own and path.is_file()):
        return HTMLResponse(plain_page(sentence), 404)
    if path.stat().st_size > journeys.MOST_BYTES:
        return HTMLResponse(plain_page("This page is larger than any that azygos writes: it is not shown."), 413)
    return sandboxed(path.read_bytes())


def _brief(workspace: Workspace, run: OpenRun) -> Response:
    """The brief of a run, written once by the quick child."""
    made: str | None = run.about.get("brief")
    if made is None:
        given = {"run": str(run.folder), "out": str(workspace.file("brief"))}
        job = workspace.jobs.submit("quick", "azygos.app.journeys:write_brief", given, words="writing the brief")
        job.wait(BRIEF_WITHIN_S)
        require(job.state == "done", job.error or "The brief is not ready yet: other work comes first. Ask again.")
        made = run.about["brief"] = str((job.result or {})["path"])
    return _shown(Path(made), "This brief is not there any more. Open the run again.")


def _require_piece(run: OpenRun, piece: int) -> None:
    pieces = journeys.part(journeys.read_result(run), "pieces", list)
    numbers = [one.get("piece") for one in pieces if isinstance(one, dict)]
    require(piece in numbers, f"This run has no piece {piece}.")
