"""What the page has open: scans, runs, bodies, overlays, in a folder that goes when the app ends."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import shutil
import tempfile
import threading
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from azygos.app.jobs import Jobs
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import to_lps, voxel_size_mm

WINDOWS = {  # low and high [HU]
    "bone": (-500.0, 1300.0),
    "soft": (-160.0, 240.0),
    "lung": (-1350.0, 150.0),
}
RUN_FILES = ("run.toml", "result.json")  # a folder that holds both is a finished run with an answer to show
DEEP = 2  # how far below a root run folders are looked for
MOST_FOLDERS = 200
MOST_HEAD_BYTES = 16_384  # of a run.toml, before its first table


@dataclass(slots=True, kw_only=True, eq=False)
class OpenScan:
    """A CT as the page shows it: 16-bit voxels in a file, axes nearest to left, back and head."""

    id: str
    title: str
    path: Path  # .npy of int16 [i, j, k], i to the patient's left, j to the back, k to the head
    affine_mm: FloatArray  # (4, 4), voxel centre to LPS [mm]
    facts: Sequence[str] = ()
    notes: Sequence[str] = ()
    ceiling_hu: float | None = None
    window: tuple[float, float] = WINDOWS["bone"]
    source: Path | None = None  # what was read; never told to the page
    series: str | None = None  # with which series and repair it was read
    repair: bool = False
    labels: Path | None = None  # file or folder of its label map; never told to the page
    label_names: str | None = None
    labels_overlay: str | None = None  # id of the overlay that shows them
    levels: Sequence[dict[str, Any]] = ()  # {level, centre_mm} where labels name vertebrae

    @property
    def voxels(self) -> np.ndarray[Any, np.dtype[np.int16]]:
        """The voxels, mapped from their file."""
        return np.load(self.path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along the three axes."""
        n_i, n_j, n_k = self.voxels.shape
        return n_i, n_j, n_k

    def meta(self) -> dict[str, Any]:
        """What the page is told: no path, no name, no id of a person."""
        return {
            "id": self.id,
            "title": self.title,
            "shape": list(self.shape),
            "affine_mm": self.affine_mm.tolist(),
            "spacing_mm": voxel_size_mm(self.affine_mm).tolist(),
            "centre_mm": to_lps(self.affine_mm, 0.5 * (np.array(self.shape) - 1.0)).tolist(),
            "window": _span(self.window),
            "windows": {name: _span(window) for name, window in WINDOWS.items()},
            "facts": list(self.facts),
            "notes": list(self.notes),
            "ceiling_hu": self.ceiling_hu,
            "has_labels": self.labels is not None,
            "labels_overlay": self.labels_overlay,
            "levels": list(self.levels),
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Overlay:
    """What is blended over slices: a label map, or a share from 0 to 1, on a grid of its own."""

    id: str
    path: Path  # .npy [i, j, k]
    affine_mm: FloatArray
    kind: str  # "labels" or "share"
    colour: tuple[int, int, int] = (213, 94, 0)  # of a share; labels have a colour each


@dataclass(slots=True, kw_only=True, eq=False)
class OpenRun:
    """A run folder that the page has open."""

    id: str
    folder: Path  # never told to the page
    kind: str
    name: str
    when: str
    scans: tuple[str, ...] = ()  # ids of open scans that are tied to it
    about: dict[str, Any] = field(default_factory=dict)  # what its routes keep with it

    def meta(self) -> dict[str, Any]:
        """What the page is told."""
        return {"id": self.id, "kind": self.kind, "name": self.name, "when": self.when}


class Workspace:
    """Everything that is open, by ids that the server makes.

    Parameters
    ----------
    folder : Path or None
        Where files go; None: a temporary folder that `close` removes.
    jobs : Jobs
        Where work is handed in.
    roots : sequence of Path
        Folders below which run folders are offered.
    keep : Path, optional
        Where runs made by the page stay.
    """

    def __init__(self, folder: Path | None, jobs: Jobs, roots: Sequence[Path] = (), keep: Path | None = None) -> None:
        self.jobs = jobs
        self._temporary = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="azygos-")) if folder is None else folder
        if self._temporary:
            jobs.leave_nothing(self.folder)
        self.roots = tuple(roots)
        self.runs_folder = self.folder / "runs" if keep is None else keep
        self.scans: dict[str, OpenScan] = {}
        self.runs: dict[str, OpenRun] = {}
        self.bodies: dict[str, Any] = {}
        self.overlays: dict[str, Overlay] = {}
        self._folders: dict[Path, str] = {}
        self._counts: dict[str, itertools.count[int]] = {}
        self._lock = threading.Lock()

    def next_id(self, letter: str) -> str:
        """The next id of a kind: s1, s2, ... for scans, r for runs, b bodies, o overlays, u uploads."""
        with self._lock:
            return f"{letter}{next(self._counts.setdefault(letter, itertools.count(1)))}"

    def file(self, name: str) -> Path:
        """A new path in the workspace that ends in `name`; nothing lies there yet."""
        require("/" not in name and "\\" not in name and name not in ("", ".", ".."), f"{name!r} is no file name.")
        return self.folder / f"{self.next_id('x')}-{name}"

    def add_scan(self, **about: Any) -> OpenScan:
        """Make a scan known; takes the fields of :class:`OpenScan` but its id."""
        scan = OpenScan(id=self.next_id("s"), **about)
        self.scans[scan.id] = scan
        return scan

    def add_overlay(self, path: Path, affine_mm: FloatArray, kind: str, **about: Any) -> Overlay:
        """Make an overlay known."""
        overlay = Overlay(id=self.next_id("o"), path=path, affine_mm=np.asarray(affine_mm), kind=kind, **about)
        self.overlays[overlay.id] = overlay
        return overlay

    def add_run(self, folder: Path, name: str | None = None) -> OpenRun:
        """Make a run folder known; one that is known already keeps its id."""
        known = next((run for run in self.runs.values() if run.folder == folder), None)
        if known is not None:
            return known
        kind, when = kind_and_time(folder)
        run = OpenRun(id=self.next_id("r"), folder=folder, name=name or folder.name, kind=kind, when=when)
        self.runs[run.id] = run
        return run

    def run_folders(self) -> list[dict[str, Any]]:
        """Run folders below the roots, newest first, as the page may choose them."""
        found = {folder.resolve() for root in self.roots for folder in _runs_below(root, DEEP)}
        newest = sorted(found, key=lambda folder: _written(folder / "run.toml"), reverse=True)[:MOST_FOLDERS]
        for folder in newest:
            if folder not in self._folders:
                self._folders[folder] = self.next_id("f")
        told = [(folder, *kind_and_time(folder)) for folder in newest]
        return [{"id": self._folders[at], "name": at.name, "kind": kind, "when": when} for at, kind, when in told]

    def run_folder(self, folder_id: str) -> Path | None:
        """The run folder that was offered under that id."""
        return next((folder for folder, known in self._folders.items() if known == folder_id), None)

    def close(self) -> None:
        """End the children and remove the temporary folder."""
        self.jobs.close()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def kind_and_time(folder: Path) -> tuple[str, str]:
    """Kind of a run, and when it was written; a record that cannot be read is of kind ``unknown``."""
    record = folder / "run.toml"
    kind: object = "unknown"
    with contextlib.suppress(OSError, ValueError, RecursionError):  # a folder from elsewhere may hold anything
        kind = tomllib.loads(_head(record)).get("kind", "plan")
    written = _written(record)
    when = datetime.datetime.fromtimestamp(written).isoformat(" ", "minutes") if written else ""
    return kind if isinstance(kind, str) else "unknown", when


def _head(record: Path) -> str:
    """What a record says before its first table: reading the whole of many takes long."""
    with record.open("rb") as stream:
        head, table, _ = stream.read(MOST_HEAD_BYTES).partition(b"\n[")
    if not table and len(head) == MOST_HEAD_BYTES:
        raise ValueError(record.name)
    return head.decode("utf-8")


def _written(path: Path) -> float:
    """When a file was written; 0 for one that has gone meanwhile."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _runs_below(root: Path, deep: int) -> list[Path]:
    try:
        if all((root / name).is_file() for name in RUN_FILES):
            return [root]
        below = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")] if deep else []
    except OSError:
        return []
    return [run for folder in below if folder.suffix != ".partial" for run in _runs_below(folder, deep - 1)]


def _span(window: tuple[float, float]) -> dict[str, float]:
    return {"low": window[0], "high": window[1]}
