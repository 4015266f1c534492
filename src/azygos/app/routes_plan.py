"""What the page asks about a plan: the body, the needle, one draw, many draws, and the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import APIRouter

from azygos.app.answers import known
from azygos.app.draft import Origin, check_draws, check_whole, read_draft, save
from azygos.app.needles import check
from azygos.app.planning import PICTURE_WINDOW, check_body, kept_vertebra
from azygos.app.workspace import OpenScan, Overlay, Workspace
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray
from azygos.plan import PlanFile
from azygos.plan.volumes import affine_of

Asked = dict[str, Any]
FRACTURES = ("none", "wedge", "biconcave", "crush")
FARTHEST_MM = 1e4  # from the scan's origin
TURNS = 3  # overlays that an ensemble writes in turn
PREVIEWS_KEPT = 8  # overlays of previews that can still be asked for
ENSEMBLES_KEPT = 4
GREEN, ORANGE = (0, 158, 115), (213, 94, 0)  # one draw, and the share of many


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body that the page plans in."""

    id: str
    file: Path  # see azygos.app.planning.kept_vertebra
    origin: Origin
    told: Asked  # what the page was told of it

    @property
    def affine_mm(self) -> FloatArray:
        """Cell index of its grid to LPS [mm]."""
        return affine_of(kept_vertebra(self.file))


class Planning:
    """The planning side of one workspace.

    Parameters
    ----------
    workspace : Workspace
        Where bodies, pictures and overlays are kept.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._made: dict[Origin, Body] = {}
        self._pictures: dict[Origin, str] = {}
        self._overlays: dict[str, list[Overlay]] = {}
        self._warm = False
        self._ensemble = ""  # the job of the newest

    def make_body(self, asked: Asked) -> dict[str, str]:
        """Hand in the making of a body; one that is there already is told again."""
        origin = self._origin(asked)
        made = self._made.get(origin)
        if made is not None:
            return self._submit("quick", "planning:recall", {"body": str(made.file)}, lambda _: made.told)
        file = self.workspace.file("body.npz")
        given: Asked = {"file": str(file), "level": origin.level, "spacing_mm": origin.spacing_mm}
        given |= self._patient(origin) if origin.scan is None else self._scanned(self._scan(origin.scan), origin)
        words = f"Building {origin.level}"
        return self._submit("quick", "planning:make_body", given, self._landing(origin, file, given), words=words)

    def _origin(self, asked: Asked) -> Origin:
        level, spacing_mm = check_body(asked.get("level"), asked.get("spacing_mm", 2.0))
        if asked.get("virtual") is not None:
            return _drawn_origin(asked, level, spacing_mm)
        require(isinstance(asked.get("scan"), str), "give a virtual patient's number, or an open scan.")
        scan = self._scan(asked["scan"])
        require(scan.source is not None, f"{scan.title} is a picture of a drawn bone. Give its number instead.")
        at_mm = _point(asked.get("at_mm"))
        labels = scan.labels is not None and at_mm is None
        require(labels or at_mm is not None, "this scan has no label map. Click the middle of the vertebral body.")
        names = scan.label_names if labels else None
        return Origin(
            level=level,
            spacing_mm=spacing_mm,
            scan=scan.id,
            labels=str(scan.labels) if labels else None,
            label_names=names,
            series=scan.series,
            repair=scan.repair,
            at_mm=at_mm,
        )

    def _patient(self, origin: Origin) -> Asked:
        picture = str(self.workspace.file("bone.npy"))
        return {"virtual": origin.virtual, "fracture": origin.fracture, "cleft": origin.cleft, "picture": picture}

    def _scanned(self, scan: OpenScan, origin: Origin) -> Asked:
        labels = {"labels": origin.labels, "label_names": origin.label_names} if origin.labels else {}
        return {
            "input": str(scan.source),
            "series": scan.series,
            "repair": scan.repair,
            "at_mm": origin.at_mm,
            **labels,
        }

    def _landing(self, origin: Origin, file: Path, given: Asked) -> Callable[[Asked], Asked]:
        def land(made: Asked) -> Asked:
            affine_mm = made.pop("affine_mm", None)
            shown = origin.scan or self._picture(origin, Path(given["picture"]), affine_mm, made["notes"])
            body = Body(id=self.workspace.next_id("b"), file=file, origin=origin, told=made)
            made |= {"id": body.id, "scan": shown}
            self.workspace.bodies[body.id] = self._made[origin] = body
            self._warm_up()
            return made

        return land

    def _picture(self, origin: Origin, path: Path, affine_mm: Any, notes: list[str]) -> str:
        """The picture of a drawn bone among the open scans: one, whatever the solver's cells are."""
        bone = replace(origin, spacing_mm=0.0)
        shown = self.workspace.scans.get(self._pictures.get(bone, ""))
        if shown is not None:
            path.unlink()
            return shown.id
        made = self.workspace.add_scan(
            title=f"Virtual patient {origin.virtual}, {origin.level}",
            path=path,
            affine_mm=np.array(affine_mm, dtype=np.float64),
            facts=("A picture of a drawn bone, not a CT: its greys are for the eye.",),
            notes=tuple(notes),
            window=PICTURE_WINDOW,
        )
        self._pictures[bone] = made.id
        return made.id

    def _warm_up(self) -> None:
        """Let the solver be loaded while the person looks at the bone."""
        if not self._warm:
            self._warm = True
            self.workspace.jobs.submit("quick", "azygos.app.preview:warm", {}, words="Warming up")

    def check(self, asked: Asked) -> Asked:
        """Whether a plan can be run in a body, and what its needles are like."""
        body = self._body(asked)
        try:
            plan = read_draft(asked.get("plan"), body.origin)
        except InputError as error:
            return {"ok": False, "error": str(error), "needles": []}
        return check(plan, kept_vertebra(body.file))

    def preview(self, asked: Asked) -> dict[str, str]:
        """One draw; a waiting one gives way to it."""
        body, plan, seed, _ = self._plan(asked)
        draw = check_whole(asked.get("draw", 0), "draw")
        overlay = self._overlay("preview", body, GREEN, PREVIEWS_KEPT)
        given = {**_given(body, plan, seed), "draw": draw, "overlay": overlay.id, "overlay_file": str(overlay.path)}
        return self._submit("quick", "preview:run", given, words="Injecting one draw", place="preview")

    def ensemble(self, asked: Asked) -> dict[str, str]:
        """All draws. An ensemble from before ends: its page was loaded anew, or has moved on."""
        body, plan, seed, draws = self._plan(asked)
        overlays = [self._overlay("ensemble", body, ORANGE, TURNS * ENSEMBLES_KEPT) for _ in range(TURNS)]
        given = {**_given(body, plan, seed), "draws": draws}
        given["overlays"] = [(overlay.id, str(overlay.path)) for overlay in overlays]
        self.workspace.jobs.stop(self._ensemble)
        answer = self._submit("long", "ensemble:run", given, words=f"Injecting {draws} draws", place="ensemble")
        self._ensemble = answer["job"]
        return answer

    def save(self, asked: Asked) -> Asked:
        """The plan as a file, and the command that runs it."""
        body, plan, seed, draws = self._plan(asked)
        return save(plan, body.origin, seed, draws)

    def _plan(self, asked: Asked) -> tuple[Body, PlanFile, int, int]:
        """What is asked for, refused unless the plan can be run."""
        body = self._body(asked)
        plan = read_draft(asked.get("plan"), body.origin)
        seed, draws = check_whole(asked.get("seed", 0), "seed"), check_draws(asked.get("draws", 32))
        found = check(plan, kept_vertebra(body.file))
        require(found["ok"], str(found["error"]))
        return body, plan, seed, draws

    def _body(self, asked: Asked) -> Body:
        body = known(self.workspace.bodies, str(asked.get("body")), "body")
        assert isinstance(body, Body)
        return body

    def _scan(self, scan_id: str) -> OpenScan:
        return known(self.workspace.scans, scan_id, "scan")

    def _overlay(self, kind: str, body: Body, colour: tuple[int, int, int], kept: int) -> Overlay:
        """A place for what the child will write; the oldest of its kind goes."""
        path = self.workspace.file(f"{kind}.npy")
        made = self.workspace.add_overlay(path, body.affine_mm, "share", colour=colour)
        of_kind = self._overlays.setdefault(kind, [])
        of_kind.append(made)
        while len(of_kind) > kept:
            old = of_kind.pop(0)
            self.workspace.overlays.pop(old.id, None)
            old.path.unlink(missing_ok=True)
        return made

    def _submit(self, child: str, task: str, given: Asked, on_done: Any = None, **about: Any) -> dict[str, str]:
        return {"job": self.workspace.jobs.submit(child, f"azygos.app.{task}", given, on_done, **about).id}


def _drawn_origin(asked: Asked, level: str, spacing_mm: float) -> Origin:
    fracture, cleft = asked.get("fracture"), asked.get("cleft")
    virtual = check_whole(asked["virtual"], "virtual patient")
    kinds = ", ".join(FRACTURES)
    require(fracture is None or fracture in FRACTURES, f"fracture is {fracture!r:.40}. Possible are {kinds}.")
    require(cleft is None or isinstance(cleft, bool), f"cleft is {cleft!r:.40}. Say true, false or leave it out.")
    require(not cleft or fracture != "none", "a cleft lies in a broken body. Choose a fracture, or no cleft.")
    return Origin(level=level, spacing_mm=spacing_mm, virtual=virtual, fracture=fracture, cleft=cleft)


def _point(given: object) -> tuple[float, float, float] | None:
    """A place in the patient, rounded as the command line will be told it."""
    if given is None:
        return None
    numbers = list(given) if isinstance(given, list) else []
    plain = len(numbers) == 3 and all(isinstance(one, int | float) and abs(one) < FARTHEST_MM for one in numbers)
    require(plain, "at_mm is no place. Give three plain numbers in mm.")
    x, y, z = (round(float(one), 2) for one in numbers)
    return x, y, z


def _given(body: Body, plan: PlanFile, seed: int) -> Asked:
    return {"body": str(body.file), "plan": plan.toml(), "seed": seed}


def router(workspace: Workspace) -> APIRouter:
    """Routes below ``/api/plan``."""
    planning = Planning(workspace)
    routes = APIRouter(prefix="/api/plan")
    answers = {
        "bodies": planning.make_body,
        "check": planning.check,
        "preview": planning.preview,
        "ensemble": planning.ensemble,
        "save": planning.save,
    }
    for name, answer in answers.items():
        routes.add_api_route(f"/{name}", answer, methods=["POST"], response_model=None)
    return routes
