"""What a run reads: a CT and its label maps, from the disk or from a PACS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from azygos.ground.errors import require
from azygos.ground.files import sha256_of
from azygos.ground.volume import LabelMap, Volume
from azygos.scan import Scan, open_files, open_scan, read_labels

MOST_VOXELS = 210_000_000  # 800 slices of 512 x 512: about 5 GB while it is traced
SCHEMES = ("totalsegmentator", "verse", "cads", "heartchambers_highres", "vertebrae_body")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSource:
    """Where a CT lies, and how it is to be read."""

    path: Path | None = None
    labels: tuple[Path, ...] = ()
    label_names: tuple[str, ...] = ()  # none, one for all maps, or one for each
    series: str | None = None
    repair: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)  # DICOM in memory, instead of a path

    def __post_init__(self) -> None:
        names, maps = len(self.label_names), len(self.labels)
        require(
            names <= 1 or names == maps,
            f"--label-names is given {names} times for {maps} label map{'' if maps == 1 else 's'}. "
            "Give it once for all, or once for each.",
        )
        require(names == 0 or maps > 0, "--label-names is given without --labels. Give the map too, or leave it out.")

    def open(self) -> Scan:
        """Read the CT."""
        if self.files:
            return open_files(self.files, self.series, self.repair, most_voxels=MOST_VOXELS)
        require(self.path is not None, "give the CT with -i.")
        assert self.path is not None
        return open_scan(self.path, self.series, self.repair, most_voxels=MOST_VOXELS)

    def read_labels(self, volume: Volume) -> tuple[LabelMap, ...]:
        """Read the label maps, and check that they lie on the CT."""
        names: Sequence[str | None] = self.label_names or (None,)
        each = names if len(names) == len(self.labels) else [names[0]] * len(self.labels)
        return tuple(read_labels(path, volume, name) for path, name in zip(self.labels, each, strict=True))

    def hashes(self) -> dict[str, str]:
        """SHA-256 of what is read, by what it is."""
        found = {"ct": self._ct_hash()}
        for number, path in enumerate(self.labels, start=1):
            found["labels" if len(self.labels) == 1 else f"labels_{number}"] = sha256_of(path)
        return found

    def _ct_hash(self) -> str:
        if self.files:
            digests = sorted(hashlib.sha256(data).hexdigest() for data in self.files.values())
            return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
        require(self.path is not None, "give the CT with -i.")
        assert self.path is not None
        return sha256_of(self.path)

    def options(self) -> dict[str, object]:
        """What a record may tell of how it is read: known schemes by name, no path."""
        told = {
            "label_names": [name if name in SCHEMES else "a table" for name in self.label_names],
            "repair": self.repair,
        }
        return {key: value for key, value in told.items() if value}
