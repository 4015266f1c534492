"""Pictures of the open scans: planes, a small volume for 3-D, and a 3-D picture where there is no WebGL."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from azygos.app.answers import known
from azygos.app.slices import slice_png
from azygos.app.workspace import Overlay, Workspace


def router(workspace: Workspace) -> APIRouter:
    """Routes below /api/scans."""
    routes = APIRouter(prefix="/api/scans")

    def overlays(ids: str) -> list[Overlay]:
        return [known(workspace.overlays, one, "overlay") for one in ids.split(",") if one]

    @routes.get("/{scan_id}")
    def scan(scan_id: str) -> dict[str, Any]:
        return known(workspace.scans, scan_id, "scan").meta()

    @routes.get("/{scan_id}/slice.png")
    def plane(
        scan_id: str, plane: str, index: int, low: float | None = None, high: float | None = None, overlay: str = ""
    ) -> Response:
        shown = known(workspace.scans, scan_id, "scan")
        window = (shown.window[0] if low is None else low, shown.window[1] if high is None else high)
        return Response(slice_png(shown, plane, index, window, overlays(overlay)), media_type="image/png")

    return routes
