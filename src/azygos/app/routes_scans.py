"""Pictures of the open scans: planes, a small volume for 3-D, and a 3-D picture where there is no WebGL."""

from __future__ import annotations

from typing import Any

import numpy as np
from fastapi import APIRouter
from fastapi.responses import Response

from azygos.app.answers import Missing, known
from azygos.app.slices import slice_png
from azygos.app.views3d import Camera, Rod, small_volume, view_png
from azygos.app.workspace import Overlay, Workspace
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray

MOST_RODS, MOST_POINTS, MOST_RADIUS_MM = 60, 2000, 20.0
NO_RODS = "Lines are given as colour,radius,x,y,z,x,y,z with semicolons between, in mm: ffc44d,1.5,0,0,0,0,10,0."
NO_OVERLAY = "What is to be laid over this picture is not there any more. Make it anew."


def router(workspace: Workspace) -> APIRouter:
    """Routes below /api/scans."""
    routes = APIRouter(prefix="/api/scans")

    def overlays(ids: str) -> list[Overlay]:
        found = [known(workspace.overlays, one, "overlay") for one in ids.split(",") if one]
        if not all(overlay.path.exists() for overlay in found):  # a newer one took its place, or its job broke off
            raise Missing(NO_OVERLAY)
        return found

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

    @routes.get("/{scan_id}/volume.nii.gz")
    def volume(scan_id: str, centre: str, size_mm: float = 120.0) -> Response:
        shown = known(workspace.scans, scan_id, "scan")
        return Response(small_volume(shown, _point(centre), size_mm), media_type="application/gzip")

    @routes.get("/{scan_id}/view3d.png")
    def view(
        scan_id: str,
        centre: str,
        azimuth: float = 0.0,
        elevation: float = 0.0,
        size_mm: float = 200.0,
        overlay: str = "",
        lines: str = "",
    ) -> Response:
        shown = known(workspace.scans, scan_id, "scan")
        camera = Camera(centre_mm=_point(centre), azimuth_deg=azimuth, elevation_deg=elevation, size_mm=size_mm)
        return Response(view_png(shown, camera, overlays(overlay), _rods(lines)), media_type="image/png")

    return routes


def _point(text: str) -> FloatArray:
    """``x,y,z`` in LPS mm."""
    try:
        x, y, z = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError("A point is three numbers in mm with commas between: x,y,z.") from None
    return np.array([x, y, z])


def _rods(text: str) -> list[Rod]:
    """``colour,radius,x,y,z,x,y,z;...``: lines in LPS mm."""
    rods = [_rod(one) for one in text.split(";") if one]
    require(len(rods) <= MOST_RODS and sum(len(rod.points_mm) for rod in rods) <= MOST_POINTS, NO_RODS)
    return rods


def _rod(text: str) -> Rod:
    colour, *numbers = text.split(",")
    try:
        red, green, blue = bytes.fromhex(colour)
        radius_mm, *flat = (float(number) for number in numbers)
        points_mm = np.array(flat).reshape(-1, 3)
    except ValueError:
        raise InputError(NO_RODS) from None
    require(bool(np.isfinite(points_mm).all()) and len(points_mm) > 1 and 0.0 < radius_mm <= MOST_RADIUS_MM, NO_RODS)
    return Rod(points_mm=points_mm, radius_mm=radius_mm, colour=(red, green, blue))
