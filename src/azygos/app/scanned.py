"""Bodies of an open scan, as ``azygos plan`` reads them; the scan itself is read once and then kept on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from azygos.app.reading import plain
from azygos.ground.errors import InputError
from azygos.ground.units import MM
from azygos.ground.volume import LabelMap, Volume
from azygos.plan.patient import Source
from azygos.spine import Vertebra


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A scan and its label map without their voxels, which lie in files: so an idle child stays small."""

    volume: Volume
    labels: LabelMap | None
    voxels: Path
    numbers: Path
    notes: tuple[str, ...]


_kept: dict[tuple[object, ...], _Kept] = {}


def scanned_body(source: Source, level: str, spacing_mm: float, folder: Path) -> tuple[Vertebra, list[str]]:
    """The body of a level, with what was noted.

    Parameters
    ----------
    source : Source
        A scan with a label map, or with a point in the body.
    level : str
        "T1" to "L5".
    spacing_mm : float
        Edge of a cell.
    folder : Path
        Where voxels are kept between two questions.
    """
    from azygos.scan.body import outline_body
    from azygos.scan.body_labels import body_from_labels
    from azygos.scan.vertebra import vertebra_from_scan

    volume, labels, notes = _read(source, folder)
    if labels is not None:
        outline = body_from_labels(labels, level, volume)
    else:
        outline = outline_body(volume, np.array(source.at_mm[0], dtype=np.float64))
    vertebra = vertebra_from_scan(volume, outline, level, spacing_mm * MM, source.density_law)
    return vertebra, list(notes)


def _read(source: Source, folder: Path) -> tuple[Volume, LabelMap | None, tuple[str, ...]]:
    from azygos.scan import label_notes, read_labels, read_volume

    key = (source.input, source.series, source.repair, source.labels, source.label_names)
    known = _kept.get(key)
    if known is not None and known.voxels.exists():
        return _again(known)
    assert source.input is not None
    try:
        volume = read_volume(str(source.input), source.series, source.repair)
        labels = None if source.labels is None else read_labels(source.labels, volume, source.label_names)
    except InputError as error:
        raise InputError(plain(str(error), source.input)) from error
    notes = (*volume.notes, *(label_notes(labels, volume) if labels else ()))
    _kept.clear()
    _kept[key] = _keep(volume, labels, notes, folder)
    return volume, labels, notes


def _keep(volume: Volume, labels: LabelMap | None, notes: tuple[str, ...], folder: Path) -> _Kept:
    """Write the voxels down; those of an earlier scan are overwritten."""
    voxels, numbers = folder / "planning-voxels.npy", folder / "planning-labels.npy"
    np.save(voxels, volume.hu, allow_pickle=False)
    if labels is not None:
        np.save(numbers, labels.labels, allow_pickle=False)
    return _Kept(
        volume=replace(volume, hu=np.zeros((1, 1, 1), dtype=np.float32)),
        labels=None if labels is None else replace(labels, labels=np.zeros((1, 1, 1), dtype=np.int32)),
        voxels=voxels,
        numbers=numbers,
        notes=notes,
    )


def _again(kept: _Kept) -> tuple[Volume, LabelMap | None, tuple[str, ...]]:
    volume = replace(kept.volume, hu=np.load(kept.voxels, mmap_mode="r", allow_pickle=False))
    if kept.labels is None:
        return volume, None, kept.notes
    numbers = np.load(kept.numbers, mmap_mode="r", allow_pickle=False)
    return volume, replace(kept.labels, labels=numbers), kept.notes
