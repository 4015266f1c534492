"""From files to what the page has open: scans and label maps by the quick child, run folders at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from azygos.app.child import Given
from azygos.app.jobs import Job
from azygos.app.uploads import Upload
from azygos.app.workspace import RUN_FILES, OpenRun, OpenScan, Workspace
from azygos.ground.errors import InputError, require


def open_scan(workspace: Workspace, path: Path, *, series: int | None = None, repair: bool = False) -> Job:
    """Read a CT in the quick child; the job's result is ``{"scan": meta}`` or ``{"choose": [...]}``."""
    chosen = None if series is None else f"#{series}"  # by place: several series may bear one number
    given = {"path": str(path), "out": str(workspace.file("scan.npy")), "series": chosen, "repair": repair}

    def on_done(read: Given) -> Given:
        if "choose" in read:
            return read
        scan = workspace.add_scan(
            title=read["format"],
            path=Path(read["path"]),
            affine_mm=np.array(read["affine_mm"]),
            facts=read["facts"],
            notes=read["notes"],
            ceiling_hu=read["ceiling_hu"],
            source=path,
            series=chosen,
            repair=repair,
        )
        scan.title = f"Scan {scan.id[1:]}: {scan.title}, {' x '.join(map(str, scan.shape))}"
        return {"scan": scan.meta()}

    return workspace.jobs.submit("quick", "azygos.app.reading:scan", given, on_done, words="reading the scan")


def open_path(workspace: Workspace, path: Path) -> None:
    """Open what the command line names: a run folder at once, anything else as a scan."""
    if (path / "run.toml").is_file():
        require_run(path)
        workspace.add_run(path.resolve())
    else:
        open_scan(workspace, path.resolve())


def open_labels(workspace: Workspace, upload: Upload, scan: OpenScan, label_names: str | None = None) -> Job:
    """Read a label map onto an open scan in the quick child; the job's result is the scan's new ``{"scan": meta}``."""
    path = upload.whole()
    if path.is_dir() or label_names == "cads":  # single masks are known by their names, and the parts of CADS too
        upload.named(workspace.file("masks"))
        path = upload.whole()
    given = {
        "path": str(path),
        "out": str(workspace.file("labels.npy")),
        "label_names": label_names,
        "scan": str(scan.path),
        "scan_affine_mm": scan.affine_mm.tolist(),
    }

    def on_done(read: Given) -> Given:
        overlay = workspace.add_overlay(Path(read["path"]), np.array(read["affine_mm"]), "labels")
        scan.labels, scan.label_names, scan.labels_overlay = path, label_names, overlay.id
        scan.levels = read["levels"]
        scan.notes = [*scan.notes, *read["notes"]]
        return {"scan": scan.meta()}

    return workspace.jobs.submit("quick", "azygos.app.reading:labels", given, on_done, words="reading the label map")


def open_run(workspace: Workspace, upload: Upload) -> OpenRun:
    """Make the files of an upload a run folder of the workspace."""
    name = upload.folder_name
    folder = upload.named(workspace.file("run"))
    try:
        require_run(folder)
    except InputError:
        shutil.rmtree(folder)
        upload.names.clear()
        raise
    return workspace.add_run(folder, name)


def require_run(folder: Path) -> None:
    """Refuse a folder that is no finished run."""
    for needed in RUN_FILES:
        require(
            (folder / needed).is_file(),
            f"This folder holds no {needed}: it is no finished run of azygos. Choose the folder that a command wrote.",
        )
