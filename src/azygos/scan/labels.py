"""Label maps: which voxels belong to which structure, known by name and not by number.

Segmenters number the same vertebra differently, so a map is read only if its numbers have names:
in its own header, as a DICOM segmentation or Slicer segments, in the names of mask files, or
because the user says which scheme or table it follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import LabelMap, Volume, to_lps, to_voxel, voxel_size_mm
from azygos.scan.names import canonical_name, is_bone_of_spine, merge_same_names, names_from
from azygos.scan.overlay import Overlay

BONE_HU = 100.0
LEAST_BONE_SHARE = 0.05  # of voxels in vertebrae above BONE_HU; seen: 0.77 in place, 0.002 misplaced
HU_SPAN = (-100.0, 300.0)  # values are clipped to this span, so that neither lung nor metal decides
RING_MM = (2.5, 6.5)  # around the vertebrae: what lies there must be darker than they are
LEAST_CONTRAST_HU = 40.0  # of vertebrae over their ring; seen in place: 147 to 198 in 5 scans, on swapped axes 28
SHIFT_MM, FARTHEST_SHIFT_MM = 5.0, 20.0  # how the map is tried elsewhere: less than a level, or the next one fits
LEAST_FIT = 0.8  # contrast in place over the best elsewhere; seen 8 mm off: 0.1 to 0.7
SAMPLED_VOXELS = 50_000
MASK_NAMES = ("vertebra", "sacrum", "spinal", "heart", "vena", "aorta", "pulmonary", "lung", "atri", "ventric", "vein")
WAYS = (  # axis, word if the map lies on its positive side, word if on its negative side
    ("to the patient's left of", "to the patient's right of"),
    ("behind", "in front of"),
    ("above", "below"),
)
SHIFT_WAYS = (("to the left", "to the right"), ("to the back", "to the front"), ("to the head", "to the feet"))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """A label map as its file holds it, before its numbers are understood."""

    labels: npt.NDArray[Any]  # whole numbers [i, j, k]
    affine_mm: FloatArray  # voxel centre index to LPS [mm]
    names: Mapping[int, str]  # empty if the file states none
    form: str


def read_labels(path: str | Path, volume: Volume | None = None, label_names: str | Path | None = None) -> LabelMap:
    """Read a label map and check that it lies where the scan lies.

    Parameters
    ----------
    path : str or Path
        NIfTI, NRRD (with Slicer's segments or without), a DICOM segmentation, or a folder of single
        masks as TotalSegmentator writes them (``vertebrae_L1.nii.gz``...; of these only the spine,
        heart, lungs and their vessels are read).
    volume : Volume, optional
        The scan to which the map should belong.
    label_names : str or Path, optional
        ``totalsegmentator``, ``verse``, ``cads`` or a CSV file of numbers and names, for a map without
        names of its own; goes before the map's own.

    Returns
    -------
    LabelMap
        With the map's own grid; only structures that it holds are named, each name once.

    Raises
    ------
    InputError
        If it is empty, holds no whole numbers, has no names, overlapping segments, lies elsewhere than the
        scan, its vertebrae lie on tissue that is not bone or fit the scan's bone better some way off, or they
        do not follow each other from head to foot.

    Examples
    --------
    >>> read_labels("no_such_map.nii.gz")
    Traceback (most recent call last):
    azygos.ground.errors.InputError: no_such_map.nii.gz: does not exist. Check the path.
    """
    path = Path(path)
    try:
        labels = _named(read_numbers(path), path, label_names)
        if volume is not None:
            _require_same_place(labels, volume)
            _require_on_bone(labels, volume)
            _require_best_here(labels, volume)
            _require_order(labels)
        return labels
    except InputError as error:
        raise InputError(f"{path.name or path}: {error}") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"{path.name or path}: cannot be read ({reason}). Check the path and its permissions."
        ) from error


def label_notes(labels: LabelMap, volume: Volume | None = None) -> tuple[str, ...]:
    """What a user should know of a map that was read: numbers without a name, and how much lies outside the scan."""
    notes = []
    unnamed = [number for number in count_numbers(labels.labels) if number not in labels.names]
    if unnamed:
        notes.append(f"the label map holds numbers without a name, which are left aside: {_listed(unnamed)}")
    if volume is not None:
        outside = 1.0 - float(_inside(_sample(labels, labels.labels != 0), volume).mean())
        if outside > 0.001:
            notes.append(f"{100.0 * outside:.1f} % of the labelled voxels lie outside the scan")
    return tuple(notes)


def count_numbers(labels: npt.NDArray[Any]) -> dict[int, int]:
    """How many voxels bear each number, in rising order; the background, 0, is left out."""
    flat = labels.reshape(-1, order="A")
    highest = int(flat.max(initial=0))
    if highest >= 1_000_000:
        numbers, counts = np.unique(flat, return_counts=True)
        return {int(n): int(c) for n, c in zip(numbers, counts, strict=True) if n}
    total = np.zeros(highest + 1, dtype=np.int64)
    for start in range(0, flat.size, 4_000_000):  # bincount widens what it counts to 64 bits
        total += np.bincount(flat[start : start + 4_000_000], minlength=highest + 1)
    return {int(n): int(total[n]) for n in np.flatnonzero(total) if n}


def read_numbers(path: Path) -> Numbers:
    """Read a label map's numbers, place and own names, if it has any."""
    from azygos.scan.read import kind_of

    require(path.exists(), "does not exist. Check the path.")
    if path.is_dir() and (masks := _mask_files(path)):
        return _read_masks(masks)
    kind = kind_of(path)
    found = {"dicom": _read_dicom, "nifti": _read_nifti, "nrrd": _read_nrrd}[kind](path)
    require(
        bool(np.any(found.labels)),
        "is an empty label map: every voxel holds 0. Run the segmentation again or pass another.",
    )
    return found


def _named(found: Numbers, path: Path, label_names: str | Path | None) -> LabelMap:
    present = list(count_numbers(found.labels))
    names = names_from(label_names, path.name) if label_names is not None else dict(found.names)
    require(
        bool(names),
        f"holds the numbers {_listed(present)} without names. "
        "Pass --label-names totalsegmentator, verse, cads or a CSV file with the columns label,name.",
    )
    names = {number: canonical_name(names[number]) for number in present if number in names}
    require(
        bool(names),
        f"holds the numbers {_listed(present)}, and none of them is named by "
        f"{'its header' if label_names is None else repr(Path(label_names).name)}. "
        "Pass the --label-names that belong to it.",
    )
    labels = found.labels.astype(np.int32)
    for number, kept in merge_same_names(names).items():
        labels[labels == number] = kept
        del names[number]
    return LabelMap(labels=labels, affine_mm=found.affine_mm, names=names)


def _read_nifti(path: Path) -> Numbers:
    from azygos.scan.nifti import header_names, open_nifti, read_values

    image, affine, _ = open_nifti(path)
    return Numbers(
        labels=_whole(read_values(image, None)), affine_mm=affine, names=header_names(image), form="NIfTI label map"
    )


def _read_nrrd(path: Path) -> Numbers:
    from azygos.scan.nrrd import read_nrrd, segments_of

    values, affine, header = read_nrrd(path)
    segments = segments_of(header)
    if values.ndim == 3:
        names = {value: name for _, value, name in segments}
        return Numbers(labels=_whole(values), affine_mm=affine, names=names, form="NRRD segmentation")
    require(bool(segments), "has several layers and names no segments. Save it again from 3D Slicer.")
    names = {number: canonical_name(name) for number, (_, _, name) in enumerate(segments, start=1)}
    overlay = Overlay(labels=np.zeros(values.shape[1:], dtype=np.int32), names=names)
    for number, (layer, value, _) in enumerate(segments, start=1):
        require(layer < values.shape[0], f"names a layer {layer} that it does not hold. Save it again from 3D Slicer.")
        overlay.lay(values[layer] == value, number)
    overlay.require_apart()
    return Numbers(labels=overlay.labels, affine_mm=affine, names=names, form="NRRD segmentation")


def _read_dicom(path: Path) -> Numbers:
    from azygos.scan import dicom
    from azygos.scan.dicom_seg import is_segmentation, read_segmentation

    with dicom.quiet():
        headers = [header for source in dicom.find_sources(path) if (header := dicom.read_header(source))]
        found = [header for header in headers if is_segmentation(header)]
        require(
            len(found) == 1,
            f"holds {len(found) or 'no'} DICOM segmentation{'s' if len(found) > 1 else ''} among its {len(headers)} "
            "DICOM files. Pass the file of one segmentation, or a NIfTI or NRRD label map.",
        )
        labels, affine, names = read_segmentation(found[0])
    return Numbers(labels=labels, affine_mm=affine, names=names, form="DICOM segmentation")


def _mask_files(folder: Path) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if file.name.lower().endswith((".nii", ".nii.gz")))
    wanted = [file for file in files if any(word in file.name.lower() for word in MASK_NAMES)]
    return wanted or files


def _read_masks(files: list[Path]) -> Numbers:
    """One label map from a folder of single masks, numbered in the order of their names."""
    from azygos.scan.nifti import open_nifti, read_values

    names = {
        number: canonical_name(file.name.lower().removesuffix(".gz").removesuffix(".nii"))
        for number, file in enumerate(files, 1)
    }
    first, affine, _ = open_nifti(files[0])
    overlay = Overlay(labels=np.zeros(first.shape[:3], dtype=np.int32), names=names)
    for number, file in enumerate(files, start=1):
        image, own_affine, _ = open_nifti(file)
        require(
            image.shape[:3] == overlay.labels.shape and bool(np.allclose(own_affine, affine, atol=1e-3)),
            f"holds masks on different grids ({files[0].name} and {file.name}). Pass masks of one scan only.",
        )
        overlay.lay(_whole(read_values(image, None)) != 0, number)
    overlay.require_apart()
    require(bool(overlay.labels.any()), "holds empty masks only. Run the segmentation again.")
    return Numbers(labels=overlay.labels, affine_mm=affine, names=names, form="folder of masks")


def _whole(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values if they can be labels, else a refusal."""
    if values.dtype.kind in "iub":
        require(
            values.dtype.kind != "i" or int(values.min()) >= 0,
            f"holds negative numbers (down to {int(values.min()) if values.size else 0}): a picture, not a label map. "
            "Pass it with -i.",
        )
        return values
    finite = values.dtype.kind == "f" and bool(np.all(np.isfinite(values)))
    require(
        finite and bool(np.all(values == np.rint(values))) and float(values.min()) >= 0.0,
        "holds fractions or negative numbers: probabilities or a picture, not a label map. "
        "Pass the map with one whole number for each structure.",
    )
    return values.astype(np.int32)


def _box(affine_mm: FloatArray, shape: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest corner of a grid, voxels whole [mm]."""
    ends = np.array([[-0.5, n - 0.5] for n in shape])
    corners = np.array([[ends[axis, pick] for axis, pick in enumerate(picks)] for picks in np.ndindex(2, 2, 2)])
    placed = to_lps(affine_mm, corners)
    return placed.min(axis=0), placed.max(axis=0)


def _require_same_place(labels: LabelMap, volume: Volume) -> None:
    low, high = _box(labels.affine_mm, labels.labels.shape)
    scan_low, scan_high = _box(volume.affine_mm, volume.hu.shape)
    gaps = np.maximum(low - scan_high, scan_low - high)
    axis = int(np.argmax(gaps))
    if gaps[axis] < 0.0:
        return
    way = WAYS[axis][0 if low[axis] >= scan_high[axis] else 1]
    apart = abs(float((low + high - scan_low - scan_high)[axis])) / 2.0
    raise InputError(
        f"lies {gaps[axis]:.0f} mm {way} the scan ({apart:.0f} mm from centre to centre), so they do not meet. "
        "Pass the label map of this scan, or repair the header of whichever was cropped."
    )


def _require_on_bone(labels: LabelMap, volume: Volume) -> None:
    """Boxes may meet although the map belongs elsewhere; vertebrae that hold no bone give it away."""
    numbers = [number for number, name in labels.names.items() if is_bone_of_spine(name)]
    if not numbers:
        return
    points = _sample(labels, np.isin(labels.labels, numbers))
    inside = _inside(points, volume)
    if np.count_nonzero(inside) < 100:
        return
    voxels = np.rint(to_voxel(volume.affine_mm, points[inside])).astype(int)
    share = float((volume.hu[voxels[:, 0], voxels[:, 1], voxels[:, 2]] > BONE_HU).mean())
    require(
        share >= LEAST_BONE_SHARE,
        f"places its vertebrae where the scan shows no bone ({100.0 * share:.1f} % of their voxels above "
        f"{BONE_HU:.0f} HU). Pass the label map of this scan, or repair the header of whichever was cropped.",
    )


def _require_best_here(labels: LabelMap, volume: Volume) -> None:
    """Bone is brighter than what lies around it; a map that shows this better when it is moved lies elsewhere."""
    numbers = [number for number, name in labels.names.items() if is_bone_of_spine(name)]
    if not numbers:
        return
    bone, ring = _bone_and_ring(labels, numbers)
    here = _contrast(volume, bone, ring)
    if here is None:
        return
    steps = np.arange(-FARTHEST_SHIFT_MM, FARTHEST_SHIFT_MM + 1.0, SHIFT_MM)
    shifts = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    shifts = shifts[np.linalg.norm(shifts, axis=1) <= FARTHEST_SHIFT_MM]
    found = [(_contrast(volume, bone + shift, ring + shift) or -np.inf) for shift in shifts]
    best, shift = max(found), shifts[int(np.argmax(found))]
    ways = [
        f"{abs(step):.0f} mm {word[0 if step > 0 else 1]}" for step, word in zip(shift, SHIFT_WAYS, strict=True) if step
    ]
    require(
        max(best, here) >= LEAST_CONTRAST_HU,
        f"places its vertebrae where the scan shows no bone (they are {abs(here):.0f} HU "
        f"{'brighter' if here >= 0.0 else 'darker'} than what lies around them). Pass the label map of this scan, or "
        "check that both state the same place and orientation, and that its numbers are those of its names.",
    )
    require(
        here >= LEAST_FIT * best or not ways,
        f"does not lie on the scan's bone: it would fit better about {' and '.join(ways)}. Pass the label map of "
        "this scan, or check that both state the same place and orientation.",
    )


def _bone_and_ring(labels: LabelMap, numbers: list[int]) -> tuple[FloatArray, FloatArray]:
    """Points in the vertebrae and points a little outside them, LPS [mm]."""
    from scipy.ndimage import distance_transform_edt

    size = voxel_size_mm(labels.affine_mm)
    stride = np.maximum(1, np.rint(2.5 / size).astype(int))
    coarse = np.isin(labels.labels[:: stride[0], :: stride[1], :: stride[2]], numbers)
    index = np.argwhere(coarse)
    if index.size == 0:
        return np.empty((0, 3)), np.empty((0, 3))
    margin = np.ceil(RING_MM[1] / (stride * size)).astype(int) + 1
    low, high = index.min(axis=0), index.max(axis=0) + 1
    box = np.pad(coarse[tuple(slice(a, b) for a, b in zip(low, high, strict=True))], [(int(m), int(m)) for m in margin])
    away = distance_transform_edt(~box, sampling=stride * size)
    around = (away >= RING_MM[0]) & (away <= RING_MM[1])
    places = [(np.argwhere(part) - margin + low) * stride for part in (box, around)]
    bone, ring = (to_lps(labels.affine_mm, place[:: max(1, len(place) // 4000)].astype(np.float64)) for place in places)
    return bone, ring


def _contrast(volume: Volume, bone: FloatArray, ring: FloatArray) -> float | None:
    """Mean of the vertebrae less that of what lies around them [HU]; None where the scan holds too little of both."""
    means = []
    for points in (bone, ring):
        voxels = np.rint(to_voxel(volume.affine_mm, points[_inside(points, volume)])).astype(int)
        if len(voxels) < 100:
            return None
        means.append(float(np.clip(volume.hu[voxels[:, 0], voxels[:, 1], voxels[:, 2]], *HU_SPAN).mean()))
    return means[0] - means[1]


def _require_order(labels: LabelMap) -> None:
    """Refuse a map in which a lower level lies above a higher one: upside down, or named by the wrong scheme."""
    heights = {level: _height(labels, level) for level in LEVELS}
    known = [(level, height) for level, height in heights.items() if height is not None]
    for (upper, above), (lower, below) in pairwise(known):
        require(
            above > below,
            f"places {upper} below {lower}. Check the orientation that its header states, and that the names "
            "(--label-names) are those of its numbers.",
        )


def _height(labels: LabelMap, level: str) -> float | None:
    """z of the middle of a level's voxels [mm], None if the map does not hold it."""
    number = labels.label_of(f"vertebrae_{level}") or labels.label_of(f"vertebrae_{level}_body")
    points = np.empty((0, 3)) if number is None else _sample(labels, labels.labels == number)
    return float(points[:, 2].mean()) if len(points) else None


def _sample(labels: LabelMap, mask: npt.NDArray[np.bool_]) -> FloatArray:
    """Up to SAMPLED_VOXELS voxel centres of a mask, evenly picked, in LPS [mm]."""
    places = np.flatnonzero(mask)
    picked = places[:: max(1, places.size // SAMPLED_VOXELS)]
    return to_lps(labels.affine_mm, np.stack(np.unravel_index(picked, mask.shape), axis=-1).astype(np.float64))


def _inside(points_mm: FloatArray, volume: Volume) -> npt.NDArray[np.bool_]:
    voxels = to_voxel(volume.affine_mm, points_mm)
    return np.asarray(np.all((voxels > -0.5) & (voxels < np.array(volume.hu.shape) - 0.5), axis=-1))


def _listed(numbers: list[int]) -> str:
    """``1, 2, 5`` in full, or the first twelve and how many more."""
    text = ", ".join(map(str, numbers[:12]))
    return text if len(numbers) <= 12 else f"{text} and {len(numbers) - 12} more"
