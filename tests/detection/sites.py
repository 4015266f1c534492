"""Places on two real CTs where cement may come to lie, found by eye; never from the tracer's own roads.

``sites.csv`` was read off pictures of each scan with a grid in mm, and each place was looked at a second time in
three planes with a cross-hair. A lung's point was then moved to the brightest voxel within 2 mm, and its direction is
that of the vessel around it; along veins and the canal it is the line to the neighbouring places. Nobody who looked
was a radiologist.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from azygos.ground.places import Place
from azygos.ground.volume import LabelMap, Volume

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared" / "data"
KINDS = ("lung", "hilum", "heart", "cava", "azygos", "paravertebral", "canal", "disc", "body")
FILES = {
    "lidc-idri-0314": "lidc-idri-0314/ct_thorax_crop.nii.gz",
    "lidc-idri-0001": "lidc-idri-0001/ct.nii.gz",
    "ts-lumbar": "ts-lumbar-ct3mm/example_ct.nii.gz",
    "ts-upperabdomen": "ts-upperabdomen-dicom-j2k/dicom",
    "tptbox": "tptbox-ct-l3/sub-ct_label-22_ct.nii.gz",
}
LABELS = {
    "lidc-idri-0001": ("lidc-idri-0001/totalseg_labels.nii.gz", "totalsegmentator"),
    "ts-upperabdomen": ("ts-upperabdomen-dicom-j2k/example_seg_dicom.nii.gz", "totalsegmentator"),
    "ts-lumbar": ("ts-lumbar-ct3mm/vertebrae_S1-T11_totalseg.nii.gz", "totalsegmentator"),
    "tptbox": ("tptbox-ct-l3/sub-ct_seg-vert_label-22_msk.nii.gz", "verse"),
}
SLICES = {"lidc-idri-0314": "1 mm", "lidc-idri-0001": "2.5 mm"}
SCANS = tuple(SLICES)


@dataclass(frozen=True)
class Site:
    """One place."""

    number: int  # row of the table, from 0
    scan: str
    kind: str
    place: Place
    at_mm: np.ndarray
    direction: np.ndarray
    lumen_mm: float  # 0 where it is no vessel
    enhanced: bool
    note: str


def read_sites(scan: str = "") -> list[Site]:
    """All places, or those of one scan."""
    with (HERE / "sites.csv").open(newline="", encoding="utf-8") as lines:
        found = [_site(number, row) for number, row in enumerate(csv.DictReader(lines))]
    return [site for site in found if not scan or site.scan == scan]


def _site(number: int, row: dict[str, str]) -> Site:
    direction = np.array([float(word) for word in row["direction"].split()])
    return Site(
        number=number,
        scan=row["scan"],
        kind=row["kind"],
        place=Place(site=row["site"], side=row["side"], lobe=row["lobe"], level=row["level"]),
        at_mm=np.array([float(row[axis]) for axis in "xyz"]),
        direction=direction / np.linalg.norm(direction),
        lumen_mm=float(row["lumen_mm"] or 0.0),
        enhanced=row["enhanced"] == "yes",
        note=row["note"],
    )


def read_scan(name: str) -> Volume:
    """A real scan by its short name."""
    from azygos.scan import read_volume

    return read_volume(SHARED / FILES[name])


def read_scan_labels(name: str) -> list[LabelMap]:
    """The label maps that come with a scan; none for most."""
    from azygos.scan import read_labels

    if name not in LABELS:
        return []
    path, names = LABELS[name]
    return [read_labels(SHARED / path, label_names=names)]
