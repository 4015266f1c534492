"""What a scan or label map is, in a few lines: for ``azygos info`` and for reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from azygos.ground.errors import InputError
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import LabelMap, Volume, to_lps, voxel_size_mm

TOWARDS = (("left", "right"), ("back", "front"), ("head", "feet"))  # of the patient, along +LPS and -LPS
FACTS = {  # key in Volume.facts, words before it, unit behind it
    "kvp": ("tube voltage", " kV"),
    "kernel": ("kernel", ""),
    "slice_thickness_mm": ("slice thickness", " mm"),
    "manufacturer": ("manufacturer", ""),
    "model": ("model", ""),
    "contrast": ("contrast agent", ""),
}


def describe(
    path: str | Path,
    series: str | None = None,
    repair: bool = False,
    label_names: str | Path | None = None,
) -> list[str]:
    """Read what lies at `path` and say what it is, one fact a line; never a name, an id or a date.

    Parameters
    ----------
    path : str or Path
        A scan as :func:`azygos.scan.read_volume` takes it, or a label map.
    series : str, optional
        Which series to read; without it, a folder with several is listed.
    repair : bool
        Resample missing, uneven or tilted slices instead of refusing them.
    label_names : str or Path, optional
        Names for the numbers of a label map.

    Returns
    -------
    list of str
        Size, spacing [mm], orientation, field of view [mm], values [HU], scanner settings, notes.

    Raises
    ------
    InputError
        If it is neither a scan nor a label map that azygos can trust.

    Examples
    --------
    >>> import tempfile
    >>> from azygos.scan.write import write_nifti
    >>> hu = np.linspace(-1000.0, 900.0, 60).reshape(3, 4, 5).astype(np.int16)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_nifti(Path(folder) / "ct.nii", hu, np.diag([1.0, 1.0, 2.0, 1.0]))
    ...     print("\\n".join(describe(Path(folder) / "ct.nii")[:4]))
    format: NIfTI
    size: 3 x 4 x 5 voxels
    spacing: 1 x 1 x 2 mm
    orientation: i to the left, j to the back, k to the head
    """
    from azygos.scan.dicom import SeveralSeries
    from azygos.scan.labels import read_labels, read_numbers
    from azygos.scan.read import LabelMapGiven, read_volume

    path = Path(path)
    if label_names is None:
        try:
            return describe_volume(read_volume(path, series, repair))
        except SeveralSeries as several:
            return str(several).splitlines()
        except LabelMapGiven:
            pass
    try:
        return describe_labels(read_labels(path, label_names=label_names))
    except InputError:
        if label_names is not None:
            raise
    found = read_numbers(path)
    return describe_labels(LabelMap(labels=found.labels, affine_mm=found.affine_mm, names={}))


def describe_volume(volume: Volume) -> list[str]:
    """The lines of :func:`describe` for a scan already read."""
    lines = [f"format: {volume.facts['format']}"] if "format" in volume.facts else []
    lines += _grid(volume.affine_mm, volume.hu.shape)
    lines.append(f"values: {float(volume.hu.min()):.0f} to {float(volume.hu.max()):.0f} HU")
    lines.append(_ceiling(volume))
    lines += [f"{words}: {volume.facts[key]}{unit}" for key, (words, unit) in FACTS.items() if volume.facts.get(key)]
    return lines + [f"note: {note}" for note in volume.notes]


def describe_labels(labels: LabelMap) -> list[str]:
    """The lines of :func:`describe` for a label map: each structure with its number and volume [mL]."""
    from azygos.scan.labels import count_numbers, label_notes

    lines = ["format: label map", *_grid(labels.affine_mm, labels.labels.shape)]
    voxel_ml = float(abs(np.linalg.det(labels.affine_mm[:3, :3]))) * 1e-3
    for number, count in count_numbers(labels.labels).items():
        lines.append(f"label {number}: {labels.names.get(number, 'no name')}, {count * voxel_ml:.1f} mL")
    return lines + [f"note: {note}" for note in label_notes(labels)]


def orientation(affine_mm: FloatArray) -> str:
    """Where the three axes run, each by the body direction nearest to it.

    Examples
    --------
    >>> orientation(np.diag([-1.0, 1.0, 2.0, 1.0]))
    'i to the right, j to the back, k to the head'
    """
    words = []
    for name, axis in zip("ijk", affine_mm[:3, :3].T, strict=True):
        main = int(np.argmax(np.abs(axis)))
        words.append(f"{name} to the {TOWARDS[main][0 if axis[main] > 0 else 1]}")
    return ", ".join(words)


def _grid(affine_mm: FloatArray, shape: tuple[int, ...]) -> list[str]:
    size = voxel_size_mm(affine_mm)
    view = size * np.array(shape)
    ends = np.array([[corner[axis] * (n - 1) for axis, n in enumerate(shape)] for corner in np.ndindex(2, 2, 2)])
    corners = to_lps(affine_mm, ends.astype(np.float64))
    reach = ", ".join(
        f"{axis} {low:.1f} to {high:.1f}"
        for axis, low, high in zip("xyz", corners.min(axis=0), corners.max(axis=0), strict=True)
    )
    return [
        f"size: {' x '.join(map(str, shape))} voxels",
        f"spacing: {' x '.join(f'{edge:.4g}' for edge in size)} mm",
        f"orientation: {orientation(affine_mm)}",
        f"field of view: {' x '.join(f'{edge:.0f}' for edge in view)} mm (voxel centres {reach} mm, LPS)",
    ]


def _ceiling(volume: Volume) -> str:
    if volume.ceiling_hu is None:
        return "ceiling: none seen"
    clipped = int(np.count_nonzero(volume.hu >= volume.ceiling_hu))
    return f"ceiling: {volume.ceiling_hu:.0f} HU, {clipped} voxel{'' if clipped == 1 else 's'} saturated"
