"""What the page asks to begin with: what is there, uploads, opening, and how far a job is."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from azygos import __version__
from azygos.app.answers import Missing, known
from azygos.app.opening import open_labels, open_run, open_scan, require_run
from azygos.app.uploads import LIMIT_BYTES, Upload
from azygos.app.workspace import Workspace
from azygos.ground.anatomy import LEVELS

NOTE = "Research use only: not a medical device."


class Opening(BaseModel):
    """What an upload is to be opened as, and how."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["scan", "labels", "run"] = Field(alias="as")
    scan: str | None = None  # for labels: the scan they belong to
    series: int | None = None
    repair: bool = False
    label_names: Literal["totalsegmentator", "verse", "cads"] | None = None


def router(workspace: Workspace, *, built: bool = True) -> APIRouter:
    """Routes below /api for the state, uploads, folders and jobs."""
    routes = APIRouter(prefix="/api")
    uploads: dict[str, Upload] = {}

    @routes.get("/state")
    def state() -> dict[str, Any]:
        return {
            "version": __version__,
            "note": NOTE,
            "scans": [scan.meta() for scan in workspace.scans.values()],
            "runs": [run.meta() for run in workspace.runs.values()],
            "folders": workspace.run_folders(),
            **_choices(),
            "built": built,
        }

    @routes.post("/uploads")
    def begin_upload() -> dict[str, Any]:
        upload_id = workspace.next_id("u")
        upload = Upload(id=upload_id, folder=workspace.folder / upload_id, limit_bytes=LIMIT_BYTES)
        upload.folder.mkdir()
        uploads[upload.id] = upload
        return {"upload": upload.id, "limit_bytes": LIMIT_BYTES}

    @routes.put("/uploads/{upload_id}/files")
    async def take_file(upload_id: str, name: str, request: Request) -> dict[str, int]:
        upload = known(uploads, upload_id, "upload")
        upload.check(request.headers.get("content-length"))
        return {"received_bytes": await upload.take(name, request.stream())}

    @routes.post("/uploads/{upload_id}/open")
    def open_upload(upload_id: str, asked: Opening) -> dict[str, Any]:
        upload = known(uploads, upload_id, "upload")
        if asked.kind == "run":
            run = open_run(workspace, upload)
            del uploads[upload_id]
            return {"run": run.meta()}
        if asked.kind == "labels":
            scan = known(workspace.scans, asked.scan or "", "scan")
            return {"job": open_labels(workspace, upload, scan, asked.label_names).id}
        return {"job": open_scan(workspace, upload.whole(), series=asked.series, repair=asked.repair).id}

    @routes.post("/folders/{folder_id}/open")
    def open_folder(folder_id: str) -> dict[str, Any]:
        folder = workspace.run_folder(folder_id)
        if folder is None:
            raise Missing("This run folder is not there any more. Load the page again.")
        require_run(folder)
        return {"run": workspace.add_run(folder).meta()}

    @routes.get("/jobs/{job_id}")
    def job(job_id: str) -> dict[str, Any]:
        found = workspace.jobs.get(job_id)
        if found is None:
            raise Missing("This job is not known any more. Start it again.")
        return found.told()

    @routes.post("/jobs/{job_id}/stop")
    def stop(job_id: str) -> dict[str, Any]:
        workspace.jobs.stop(job_id)
        return job(job_id)

    return routes


def _choices() -> dict[str, Any]:
    """What a plan may choose from."""
    from azygos.values.cements import CEMENTS
    from azygos.values.needles import INNER_DIAMETERS

    cements = [{"name": name, "plain": cement.known_as} for name, cement in CEMENTS.items()]
    return {"cements": cements, "levels": list(LEVELS), "gauges": sorted(INNER_DIAMETERS)}
