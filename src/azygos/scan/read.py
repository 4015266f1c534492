"""The front door for scans: one call reads a CT from any of the formats it comes in.

What cannot be trusted is refused in a sentence; what was repaired or left aside is said in
the volume's notes. Nothing is cropped, and nothing about the person is kept.
"""

from __future__ import annotations

import gzip
import io
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray
from azygos.ground.volume import Volume, voxel_size_mm
from azygos.scan.slices import AIR_HU, CARELESS_PIXELS, HuArray, Stack, drift_pixels, straighten, tilt_deg

if TYPE_CHECKING:
    from azygos.scan.dicom import Series, Source

PICTURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"%PDF": "a PDF document",
}
KNOWN_CEILINGS_HU = (3071.0, 3095.0)  # the 12-bit scale, and as some vendors write it
SPIKE_VOXELS = 10  # fewer voxels at the maximum do not show that the scale ends there
SPIKE_RATIO = 5.0
MOST_LABELS = 150  # a label map holds fewer different numbers, a picture of tissue more
TURNED_I, TURNED_J = 16, 64  # a block that fits into a core's cache
SMALLEST_VOXEL_MM, LARGEST_VOXEL_MM = 0.05, 20.0


class LabelMapGiven(InputError):
    """A label map was passed where a CT is needed."""


def read_volume(path: str | Path, series: str | None = None, repair: bool = False) -> Volume:
    """Read a patient's CT.

    Everything later is measured in these voxels, so a scan whose geometry or values cannot be
    trusted is refused rather than guessed at.

    Parameters
    ----------
    path : str or Path
        A folder or zip of DICOM files, one multi-frame DICOM file, NIfTI (.nii, .nii.gz) or NRRD.
    series : str, optional
        Number, UID or place in the listing of the series to read, where a folder holds several.
    repair : bool
        Resample missing, uneven or tilted slices instead of refusing them; the notes then say so.

    Returns
    -------
    Volume
        Hounsfield units [i, j, k] with ``affine_mm`` to LPS [mm]; voxels that the scanner did not
        measure hold -1024 HU.

    Raises
    ------
    InputError
        Naming what was met, where, and what to do: nothing there, not a CT, several series, missing,
        doubled, uneven or tilted slices, lossy compression, windowed or constant values, damage.

    Examples
    --------
    >>> read_volume("no_such_scan")
    Traceback (most recent call last):
    azygos.ground.errors.InputError: no_such_scan: does not exist. Check the path.
    """
    return open_scan(path, series, repair).volume


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """A CT, and the headers of its files where they are DICOM."""

    volume: Volume
    headers: tuple[Any, ...] = ()  # pydicom data sets without pixels; for whoever writes objects beside the scan


def open_scan(
    path: str | Path, series: str | None = None, repair: bool = False, *, most_voxels: int | None = None
) -> Scan:
    """Read a patient's CT as :func:`read_volume` does, and keep the headers of its files.

    A scan of more than `most_voxels` is refused before it is read.
    """
    path = Path(path)
    try:
        return _read(path, series, repair, most_voxels)
    except InputError as error:
        raise type(error)(f"{path.name or path}: {error}") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"{path.name or path}: cannot be read ({reason}). Check the path and its permissions."
        ) from error


def open_files(
    files: Mapping[str, bytes], series: str | None = None, repair: bool = False, *, most_voxels: int | None = None
) -> Scan:
    """Read DICOM files that are held in memory, by what messages call each; nothing of them lands on disk."""
    from azygos.scan.dicom import Source, quiet

    sources = [Source(name=name, open=partial(io.BytesIO, data)) for name, data in files.items()]
    with quiet():
        return _read_sources(sources, series, repair, most_voxels)


def kind_of(path: Path) -> str:
    """``dicom``, ``nifti`` or ``nrrd``, from what the file holds and not from its name.

    Raises
    ------
    InputError
        If there is nothing, or nothing that azygos reads.
    """
    require(path.exists(), "does not exist. Check the path.")
    if path.is_dir():
        return "dicom"
    require(path.stat().st_size > 0, "is empty (0 bytes). Copy it again.")
    head = _head(path)
    if head[:4] == b"NRRD":
        return "nrrd"
    if head[344:348] in (b"n+1\x00", b"ni1\x00") or head[4:8] in (b"n+2\x00", b"ni2\x00"):
        return "nifti"
    if head[128:132] == b"DICM" or head[:2] in (b"\x08\x00", b"\x02\x00") or head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "dicom"
    picture = next((name for start, name in PICTURES.items() if head.startswith(start)), None)
    require(picture is None, f"is {picture}, without Hounsfield units. Pass the original CT as DICOM, NIfTI or NRRD.")
    require(
        not path.name.lower().endswith((".nii", ".nii.gz")),
        "is cut short or damaged, and cannot be read as NIfTI. Copy or convert it again.",
    )
    raise InputError("is not a scan that azygos reads. Pass a folder or zip of DICOM, NIfTI (.nii, .nii.gz) or NRRD.")


def _read(path: Path, series: str | None, repair: bool, most_voxels: int | None) -> Scan:
    kind = kind_of(path)
    require(
        kind == "dicom" or series is None,
        "holds one volume, so --series does not apply. Leave --series out.",
    )
    if kind == "dicom":
        from azygos.scan.dicom import quiet

        with quiet():
            return _read_dicom(path, series, repair, most_voxels)
    stacked, form = _read_nifti(path, most_voxels) if kind == "nifti" else _read_nrrd(path, most_voxels)
    return Scan(volume=_finish(_upright(stacked, repair), facts={"format": form}))


def _read_dicom(path: Path, series: str | None, repair: bool, most_voxels: int | None) -> Scan:
    from azygos.scan import dicom

    sources = dicom.find_sources(path)
    require(bool(sources), "is empty. Pass the folder of a CT series.")
    return _read_sources(sources, series, repair, most_voxels)


def _read_sources(sources: list[Source], series: str | None, repair: bool, most_voxels: int | None) -> Scan:
    from azygos.scan import dicom
    from azygos.scan.dicom_seg import is_segmentation

    found = dicom.find_series(sources)
    if not found:
        raise _without_dicom([source.name for source in sources])
    _require_one_patient(found)
    chosen = dicom.choose(found, series)
    if is_segmentation(chosen.headers[0]):
        raise LabelMapGiven("is a DICOM segmentation, not a CT. Pass it with --labels, and the CT with -i.")
    first = next((header for header in chosen.headers if header.is_ct), chosen.headers[0])
    slices = sum(header.frames for header in chosen.headers)
    _require_fits((int(first.data.get("Columns") or 0), int(first.data.get("Rows") or 0), slices), most_voxels)
    stacked = dicom.read_series(chosen, repair=repair)
    others = len(found) - 1
    if others and series is None:
        stacked.notes.append(f"{others} other series left aside: the only CT was read")
    volume = _finish(stacked, facts=dicom.facts_of(chosen), stored_ceiling_hu=dicom.stored_ceiling_hu(chosen))
    return Scan(volume=volume, headers=tuple(header.data for header in chosen.headers if header.is_ct))


def _require_fits(shape: tuple[int, ...], most_voxels: int | None) -> None:
    voxels = math.prod(int(n) for n in shape)
    require(
        most_voxels is None or voxels <= most_voxels,
        f"holds {' x '.join(str(n) for n in shape)} voxels ({voxels / 1e6:.0f} million), more than the "
        f"{(most_voxels or 0) / 1e6:.0f} million that are traced at once. Pass a part of it, or a series with thicker "
        "slices.",
    )


def _require_one_patient(found: list[Series]) -> None:
    headers = [header for series in found for header in series.headers]
    people = {header.text("PatientID") or header.text("PatientName") for header in headers} - {""}
    require(
        len(people) <= 1,
        f"holds files of {len(people)} patients. Pass a folder with the files of one.",
    )


def _without_dicom(names: list[str]) -> InputError:
    """What a folder or zip without DICOM rather holds."""
    volumes = [name for name in names if name.lower().endswith((".nii", ".nii.gz", ".nrrd", ".nhdr"))]
    met = f"holds no DICOM, but {len(volumes)} NIfTI or NRRD file{'s' if len(volumes) > 1 else ''}"
    if any("vertebra" in name.lower() for name in volumes):
        return LabelMapGiven(f"{met} named as masks, not a CT. Pass it with --labels, and the CT with -i.")
    if volumes:
        return InputError(f"{met}. Pass one of them.")
    files = f"{len(names)} file{'s' if len(names) > 1 else ''}"
    return InputError(f"holds no DICOM among its {files}. Pass the folder of a CT series.")


def _read_nifti(path: Path, most_voxels: int | None) -> tuple[Stack, str]:
    from azygos.scan.nifti import open_nifti, read_values

    image, affine, notes = open_nifti(path)
    _require_fits(image.shape[:3], most_voxels)
    values = read_values(image, np.float32)
    return Stack(hu=values.T, affine_mm=affine, notes=notes), "NIfTI"


def _read_nrrd(path: Path, most_voxels: int | None) -> tuple[Stack, str]:
    from azygos.scan.nrrd import read_nrrd, segments_of

    values, affine, header = read_nrrd(path)
    if segments_of(header):
        raise LabelMapGiven("is a segmentation, not a CT. Pass it with --labels, and the CT with -i.")
    require(
        values.ndim == 3,
        f"has {values.ndim} dimensions ({' x '.join(map(str, values.shape))}), and a CT has three. "
        "Save one volume of it as a file of its own.",
    )
    _require_fits(values.shape, most_voxels)
    return Stack(hu=np.asarray(values, dtype=np.float32).T, affine_mm=affine, notes=[]), "NRRD"


def _upright(stacked: Stack, repair: bool) -> Stack:
    """The block with its axes at right angles, or a refusal."""
    across, down = stacked.affine_mm[:3, 0], stacked.affine_mm[:3, 1]
    skew = abs(float(across @ down)) / float(np.linalg.norm(across) * np.linalg.norm(down))
    require(skew < 1e-2, "has pixels that are not rectangles. Convert the original CT series again.")
    if drift_pixels(stacked.affine_mm, stacked.hu.shape[0]) <= CARELESS_PIXELS:
        return stacked
    require(
        repair,
        f"has slices tilted by {tilt_deg(stacked.affine_mm):.1f} degrees (a tilted gantry). "
        "Choose another series, or pass --repair to resample it to upright slices.",
    )
    return straighten(stacked)


def _finish(stacked: Stack, *, facts: dict[str, str], stored_ceiling_hu: float | None = None) -> Volume:
    """Check the values, replace what was not measured, and find where the scale ends."""
    hu, notes = stacked.hu, stacked.notes
    require(min(hu.shape) > 1, "holds a single slice, and a volume needs the whole series. Pass all slices.")
    _require_size(stacked.affine_mm)
    if not hu.flags.writeable:
        hu = hu.copy()
    _replace_unknown(hu, notes)
    lowest, highest = float(hu.min()), float(hu.max())
    _require_hounsfield(hu, lowest, highest)
    if lowest < AIR_HU:
        below = int(np.count_nonzero(hu < AIR_HU))
        np.maximum(hu, np.float32(AIR_HU), out=hu)
        notes.append(
            f"{_amount(below, hu.size)} lay below -1024 HU (lowest {lowest:.0f}), outside the scanner's circle "
            "or noise in air; set to -1024 HU"
        )
    ceiling = _ceiling_hu(hu, highest, stored_ceiling_hu)
    if ceiling is not None and highest >= ceiling:
        clipped = int(np.count_nonzero(hu >= ceiling))
        notes.append(
            f"{_amount(clipped, hu.size)} lay at the scale's ceiling of {ceiling:.0f} HU; "
            "what is denser is not told apart"
        )
    return Volume(hu=_turned(hu), affine_mm=stacked.affine_mm, ceiling_hu=ceiling, notes=tuple(notes), facts=facts)


def _turned(hu: HuArray) -> HuArray:
    """Slices [k, j, i] as a volume [i, j, k] in C order, block by block: three times as fast as numpy's own turn."""
    turned = np.empty(hu.shape[::-1], dtype=hu.dtype)
    for i in range(0, hu.shape[2], TURNED_I):
        for j in range(0, hu.shape[1], TURNED_J):
            block = np.ascontiguousarray(hu[:, j : j + TURNED_J, i : i + TURNED_I])
            turned[i : i + TURNED_I, j : j + TURNED_J] = block.T
    return turned


def _require_size(affine_mm: FloatArray) -> None:
    size = voxel_size_mm(affine_mm)
    require(
        bool(np.all(size >= SMALLEST_VOXEL_MM) and np.all(size <= LARGEST_VOXEL_MM)),
        f"has voxels of {' x '.join(f'{edge:.4g}' for edge in size)} mm, which no CT of a patient has "
        f"({SMALLEST_VOXEL_MM:g} to {LARGEST_VOXEL_MM:g} mm). Check the unit of its header.",
    )


def _replace_unknown(hu: HuArray, notes: list[str]) -> None:
    if np.isfinite(hu.min()) and np.isfinite(hu.max()):
        return
    unknown = ~np.isfinite(hu)
    hu[unknown] = AIR_HU
    notes.append(f"no number (NaN) in {_amount(int(unknown.sum()), hu.size)}; set to -1024 HU")


def _require_hounsfield(hu: HuArray, lowest: float, highest: float) -> None:
    """Refuse values that cannot be Hounsfield units of a body."""
    require(
        highest > lowest,
        f"holds the same value ({lowest:g}) in every voxel. Export or convert the original CT series again.",
    )
    if lowest >= 0.0:
        _refuse_positive(hu, highest)
    require(
        highest - lowest >= 100.0,
        f"holds values from {lowest:g} to {highest:g}, too narrow a range for Hounsfield units. "
        "Pass the CT before it was normalised or windowed.",
    )


def _refuse_positive(hu: HuArray, highest: float) -> None:
    """No fat, lung or air below 0 HU: say what this rather is."""
    values = np.unique(hu.reshape(-1)[:: max(1, hu.size // 2_000_000)])
    whole = bool(np.all(values == np.rint(values)))
    if whole and values.size <= MOST_LABELS and values[0] == 0.0:
        raise LabelMapGiven(
            f"holds only {values.size} different whole numbers (0 to {highest:.0f}): a label map, not a CT. "
            "Pass it with --labels, and the CT with -i."
        )
    require(
        not (whole and highest <= 255.0),
        f"holds whole numbers from {values[0]:.0f} to {highest:.0f}: 8-bit grey values, windowed for viewing, "
        "not Hounsfield units. Export the original CT series.",
    )
    raise InputError(
        f"holds no value below 0 (it runs from {values[0]:g} to {highest:g}), but fat and air do: not a CT, or one "
        "whose rescale intercept was not applied. Export or convert the original CT series again."
    )


def _ceiling_hu(hu: HuArray, highest: float, stored: float | None) -> float | None:
    """Where the series' scale ends: a spike at the maximum, a known ceiling, or what its bits can hold."""
    at_top = int(np.count_nonzero(hu == np.float32(highest)))
    near = int(np.count_nonzero(hu > np.float32(highest - 51.0))) - at_top
    if highest > 1000.0 and at_top >= SPIKE_VOXELS and at_top > SPIKE_RATIO * near / 50.0:
        return highest
    if highest in KNOWN_CEILINGS_HU:
        return highest
    return stored if stored is not None and stored >= highest else None


def _amount(count: int, total: int) -> str:
    share = 100.0 * count / total
    return f"{share:.1f} % of the voxels" if share >= 0.1 else f"{count} voxel{'s' if count > 1 else ''}"


def _head(path: Path) -> bytes:
    """The first bytes, unpacked if the file is gzipped."""
    with path.open("rb") as stream:
        head = stream.read(352)
    if head[:2] != b"\x1f\x8b":
        return head
    try:
        with gzip.open(path, "rb") as packed:
            return packed.read(352)
    except (EOFError, OSError, zlib.error) as error:
        raise InputError("is cut short or damaged, and cannot be unpacked. Copy it again.") from error
