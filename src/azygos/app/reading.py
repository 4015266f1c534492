"""Tasks of the quick child that read what was dropped, and say how far they are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from azygos.app.bounds import MOST_VOXELS, require_bounded
from azygos.app.child import Given, Tell
from azygos.app.grids import canonical, store
from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import InputError
from azygos.ground.volume import LabelMap, Volume, to_lps

LISTING = "Choose one with --series:\n"  # how the reader begins its list of series
IN_THE_PAGE = (  # where the reader names an option of the command line, the page names its own way
    ("Pass it with --labels, and the CT with -i.", "Open its CT first, then add this as its label map."),
    ("Pass it with -i.", "Open it as a scan."),
    (
        "that are traced at once. Pass a part of it, or a series with thicker slices.",
        "that this page opens. Drop a part of it, or a series with thicker slices.",
    ),
)
AFTER = 10  # share of the bar for what follows reading, in hundredths


def scan(given: Given, tell: Tell) -> Given:
    """Read a CT into a file of 16 bits.

    `given`: path, out (.npy to write), series or None, repair. Returns path, affine_mm, facts, notes, ceiling_hu and
    format; or choose: the series to choose from.
    """
    from azygos.scan import describe_volume, open_scan

    path = Path(given["path"])
    try:
        require_bounded(path)
        with _counting(path, tell):
            volume = open_scan(path, given["series"], given["repair"], most_voxels=MOST_VOXELS).volume
    except InputError as error:
        if given["series"] is None and LISTING in str(error):
            return {"choose": _listed(str(error))}
        raise InputError(plain(str(error), path)) from error
    tell(100 - AFTER, 100, words="laying out the voxels")
    voxels, affine_mm = canonical(volume.hu, volume.affine_mm)
    store(Path(given["out"]), voxels)
    tell(99, 100, words="looking at the values")
    lines = [line for line in describe_volume(volume) if not line.startswith("note: ")]
    return {
        "path": given["out"],
        "affine_mm": affine_mm.tolist(),
        "facts": lines,
        "notes": list(volume.notes),
        "ceiling_hu": volume.ceiling_hu,
        "format": volume.facts.get("format", "CT"),
    }


def labels(given: Given, tell: Tell) -> Given:
    """Read a label map and check that it belongs to a scan.

    `given`: path, out, label_names or None, scan (.npy of the scan), scan_affine_mm. Returns path, affine_mm, names,
    levels and notes.
    """
    from azygos.scan import label_notes, read_labels

    path = Path(given["path"])
    hu = np.load(given["scan"], allow_pickle=False).astype(np.float32)
    volume = Volume(hu=hu, affine_mm=np.array(given["scan_affine_mm"]))
    tell(5, 100, words="reading the label map")
    try:
        require_bounded(path)
        found = read_labels(path, volume, given["label_names"])
    except InputError as error:
        raise InputError(plain(str(error), path)) from error
    tell(100 - AFTER, 100, words="laying out the labels")
    numbers, affine_mm = canonical(found.labels, found.affine_mm)
    store(Path(given["out"]), numbers, np.uint16)
    return {
        "path": given["out"],
        "affine_mm": affine_mm.tolist(),
        "names": {str(number): name for number, name in found.names.items()},
        "levels": levels_of(found),
        "notes": list(label_notes(found, volume)),
    }


def levels_of(found: LabelMap) -> list[dict[str, Any]]:
    """The vertebrae that a label map holds, from above to below, with the middle of their bodies [mm]."""
    levels = []
    for level in LEVELS:
        number = found.label_of(f"vertebrae_{level}_body") or found.label_of(f"vertebrae_{level}")
        places = np.argwhere(found.labels == number) if number else np.empty((0, 3))
        if len(places):
            levels.append({"level": level, "centre_mm": to_lps(found.affine_mm, places.mean(axis=0)).tolist()})
    return levels


def plain(sentence: str, path: Path) -> str:
    """The reader's sentence without the number under which the upload lies.

    Examples
    --------
    >>> plain("000001.nii: is empty (0 bytes). Copy it again.", Path("u1/000001.nii"))
    'This file is empty (0 bytes). Copy it again.'
    """
    kind = "folder" if path.is_dir() else "file"
    for command, page in IN_THE_PAGE:
        sentence = sentence.replace(command, page)
    begins = f"{path.name}: "
    return f"This {kind} {sentence.removeprefix(begins)}" if sentence.startswith(begins) else sentence


def _listed(sentence: str) -> list[dict[str, Any]]:
    """The lines of the reader's list, each with its place, by which the reader takes it back."""
    lines = sentence.split(LISTING, 1)[1].splitlines()
    return [
        {"series": place, "words": line.strip().replace("--series", "Series", 1)}
        for place, line in enumerate(lines, start=1)
    ]


@contextmanager
def _counting(path: Path, tell: Tell) -> Iterator[None]:
    """Say how far the reader of a folder is: it opens each file twice, once for its header, once for its pixels."""
    files = sum(1 for file in path.rglob("*") if file.is_file()) if path.is_dir() else 0
    tell(0, 100, words=f"reading {files} files" if files else "reading the file")
    if not files:
        yield
        return
    seen = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event == "open" and watching and str(arguments[0]).startswith(str(path)):
            seen += 1
            if seen % 20 == 0:
                tell(min(100 - AFTER, (100 - AFTER) * seen // (2 * files)), 100)

    watching = True
    sys.addaudithook(count)  # it cannot be taken away again, only told to look away
    try:
        yield
    finally:
        watching = False
