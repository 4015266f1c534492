"""DICOM: which files belong to which series, what each slice holds, and where it lies.

Geometry comes from Image Position and Image Orientation (Patient), for each frame of an
Enhanced CT; file names, instance numbers and slice thickness are never asked. Pixels that
were compressed with loss are refused, because their Hounsfield units cannot be trusted.
"""

from __future__ import annotations

import io
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path
from typing import Any, BinaryIO, ParamSpec, TypeVar

import numpy as np

from azygos.ground.errors import InputError, require
from azygos.scan.slices import AIR_HU, HuArray, Slice, Stack, stack

CT_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.2": "CT",
    "1.2.840.10008.5.1.4.1.1.2.1": "Enhanced CT",
    "1.2.840.10008.5.1.4.1.1.2.2": "Legacy Converted Enhanced CT",
}
LOSSLESS = {
    "1.2.840.10008.1.2": "implicit little endian",
    "1.2.840.10008.1.2.1": "explicit little endian",
    "1.2.840.10008.1.2.2": "explicit big endian",
    "1.2.840.10008.1.2.1.99": "deflated",
    "1.2.840.10008.1.2.5": "RLE",
    "1.2.840.10008.1.2.4.57": "JPEG lossless",
    "1.2.840.10008.1.2.4.70": "JPEG lossless",
    "1.2.840.10008.1.2.4.80": "JPEG-LS lossless",
    "1.2.840.10008.1.2.4.90": "JPEG 2000 lossless",
}
LOSSY = {
    "1.2.840.10008.1.2.4.50": "JPEG baseline",
    "1.2.840.10008.1.2.4.51": "JPEG extended",
    "1.2.840.10008.1.2.4.53": "JPEG spectral selection",
    "1.2.840.10008.1.2.4.55": "JPEG full progression",
    "1.2.840.10008.1.2.4.81": "JPEG-LS near-lossless",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
}
MAYBE_LOSSY = "1.2.840.10008.1.2.4.91"  # lossless if the header says so
DIRECTORY = "1.2.840.10008.1.3.10"  # a DICOMDIR, which lists files and holds no image
HU_TYPES = {"", "HU", "HU_MOD", "US"}  # US is "unspecified"
NOT_HU_FLAVOURS = {"PERFUSION", "RCBF", "RCBV", "RMTT", "TTP", "MTT", "CBF", "CBV", "TMAX"}
LARGEST_MEMBER_BYTES = 4_000_000_000
HIGHEST_PADDING_HU = -900.0  # body tissue never holds less, so such padding is safe to replace


Given = ParamSpec("Given")
Result = TypeVar("Result")


def parses_headers(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Turn what pydicom raises when it meets a damaged header value into a sentence."""

    @wraps(function)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        from pydicom.errors import BytesLengthException

        damage = (ValueError, TypeError, KeyError, AttributeError, NotImplementedError, OverflowError, struct.error)
        try:
            return function(*args, **kwargs)
        except (*damage, BytesLengthException) as error:
            raise InputError("has a damaged DICOM header. Copy or send the series again.") from error

    return guarded


class SeveralSeries(InputError):
    """A folder holds several CT series and the user has not chosen one; the message lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file, on disk or within a zip."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Header:
    """The header of one DICOM file and where to read its pixels."""

    source: Source
    data: Any  # pydicom Dataset without pixels

    def text(self, keyword: str) -> str:
        """A header value as text, empty if it is absent."""
        value = self.data.get(keyword)
        return "" if value is None else str(value).strip()

    @property
    def sop_class(self) -> str:
        """UID of the kind of object; anonymised files at times keep it in the file's preamble only."""
        return self.text("SOPClassUID") or str(self.data.file_meta.get("MediaStorageSOPClassUID", ""))

    @property
    def frames(self) -> int:
        """Number of pictures in the file."""
        return int(self.data.get("NumberOfFrames") or 1)

    @property
    def image_type(self) -> set[str]:
        """What the scanner says of the picture: ORIGINAL, AXIAL, LOCALIZER..."""
        value = self.data.get("ImageType") or []
        return {str(part).strip().upper() for part in ([value] if isinstance(value, str) else value)}

    @property
    def is_ct(self) -> bool:
        """Whether this is a cross-section, not a localizer, report or another modality."""
        return self.sop_class in CT_CLASSES and self.text("Modality") == "CT" and "LOCALIZER" not in self.image_type


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """The files of one series and the key by which a user chooses it."""

    key: str  # the series number, or "#2" where numbers are absent or repeat
    uid: str
    headers: tuple[Header, ...]

    @property
    def is_ct(self) -> bool:
        """Whether any of its files is a CT cross-section."""
        return any(header.is_ct for header in self.headers)

    def line(self) -> str:
        """One line of a listing, without names or descriptions."""
        first = next((header for header in self.headers if header.is_ct), self.headers[0])
        parts = [f"--series {self.key}: {_kind(first)}", _count(self)]
        if first.data.get("Rows"):
            parts.append(f"{first.data.Columns} x {first.data.Rows} pixels")
        spacing = _listed_spacing(self)
        parts += [spacing] if spacing else []
        kernel = _kernel(first)
        parts += [f"kernel {kernel}"] if kernel else []
        return ", ".join(parts)


def find_sources(path: Path) -> list[Source]:
    """The files below a folder, within a zip, or the one file, by name."""
    if path.is_dir():
        return [_file(file, str(file.relative_to(path))) for file in sorted(_visible_files(path))]
    with path.open("rb") as stream:
        packed = stream.read(2) == b"PK"
    if packed:
        return list(_zip_members(path))
    return [_file(path, "the file")]


@parses_headers
def find_series(sources: Sequence[Source]) -> list[Series]:
    """Sort DICOM files into series; files of other kinds are passed over.

    Raises
    ------
    InputError
        If a file is empty, or begins as DICOM and cannot be read.
    """
    headers = [header for source in sources if (header := read_header(source))]
    groups: dict[tuple[str, str, str], list[Header]] = {}
    for header in headers:
        key = (header.text("SeriesInstanceUID"), header.text("SeriesNumber"), header.text("Modality"))
        groups.setdefault(key, []).append(header)
    ordered = sorted(groups.items(), key=lambda item: (_as_number(item[0][1]), item[0]))
    numbers = [number for (_, number, _), _ in ordered]
    return [
        Series(
            key=number if number and numbers.count(number) == 1 else f"#{place}",
            uid=uid,
            headers=tuple(members),
        )
        for place, ((uid, number, _), members) in enumerate(ordered, start=1)
    ]


@parses_headers
def choose(found: Sequence[Series], wanted: str | None) -> Series:
    """The series that the user wants, or the only CT there is.

    Raises
    ------
    InputError
        If several could be meant, or none bears the number, UID or place asked for; both list what there is.
    """
    listing = "\n".join(f"  {series.line()}" for series in found)
    if wanted is None:
        ct = [series for series in found if series.is_ct]
        if len(ct) == 1:
            return ct[0]
        if len(found) == 1:
            return found[0]
        require(bool(ct), f"holds {len(found)} series, none of them a CT:\n{listing}")
        raise SeveralSeries(f"holds {len(found)} series. Choose one with --series:\n{listing}")
    wanted = wanted.strip()
    for places in (
        [s for s in found if wanted and wanted in (s.uid, s.key)],
        [s for place, s in enumerate(found, start=1) if wanted.lstrip("#") == str(place)],
    ):
        if len(places) == 1:
            return places[0]
    raise InputError(f"holds no series {wanted}. Choose one with --series:\n{listing}")


def read_series(series: Series, *, repair: bool = False) -> Stack:
    """Read a series as an even stack of slices in Hounsfield units.

    Raises
    ------
    InputError
        If it is not a CT, was compressed with loss, or cannot be stacked (see :func:`azygos.scan.slices.stack`).
    """
    slices, aside = _slices_in(series)
    stacked = stack(slices, repair=repair)
    if aside:
        stacked.notes.append(f"{aside} localizer{'s' if aside > 1 else ''} in the series left aside")
    return stacked


@parses_headers
def _slices_in(series: Series) -> tuple[list[Slice], int]:
    """The series' slices, and the number of files that are no cross-sections."""
    pictures = [header for header in series.headers if header.is_ct] or list(series.headers)
    for header in pictures:
        require_ct(header)
    slices = [one for header in pictures for one in slices_of(header)]
    return slices, len(series.headers) - len(pictures)


def read_slice(path: str | Path) -> HuArray:
    """Read the picture of one single-frame CT file.

    Parameters
    ----------
    path : str or Path
        A DICOM file.

    Returns
    -------
    hu : array, shape (n_i, n_j)
        Hounsfield units; padding is -1024.

    Raises
    ------
    InputError
        If the file is not CT, was compressed with loss or is damaged.

    Examples
    --------
    >>> read_slice("no_such_file.dcm")
    Traceback (most recent call last):
    azygos.ground.errors.InputError: no_such_file.dcm: does not exist. Check the path.
    """
    path = Path(path)
    require(path.is_file(), f"{path.name}: does not exist. Check the path.")
    try:
        with quiet():
            return _read_slice(path)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def _read_slice(path: Path) -> HuArray:
    header = read_header(_file(path, "the file"))
    if header is None:
        raise InputError("is not DICOM. Pass a DICOM file.")
    require_ct(header)
    hu = slices_of(header)[0].read()
    np.maximum(hu, np.float32(AIR_HU), out=hu)
    return np.ascontiguousarray(hu.T)


@parses_headers
def read_header(source: Source) -> Header | None:
    """The header of a file, or None if it is not DICOM."""
    import pydicom

    with source.open() as stream:
        head = stream.read(132)
        require(bool(head), f"{source.name} is empty (0 bytes). Copy or send the series again.")
        marked = head[128:132] == b"DICM"
        if not marked and head[:2] not in (b"\x08\x00", b"\x02\x00"):
            return None
        stream.seek(0)
        try:
            data = pydicom.dcmread(stream, stop_before_pixels=True, force=not marked)
        except Exception as error:  # pydicom raises many kinds on damaged files
            if not marked:
                return None
            raise InputError(f"{source.name} is cut short or damaged. Copy or send the series again.") from error
    header = Header(source=source, data=data)
    if not marked and not header.sop_class:
        return None
    cut = not header.sop_class or (header.sop_class in CT_CLASSES and "Rows" not in data)
    require(not cut, f"{source.name} is cut short or damaged. Copy or send the series again.")
    return None if header.sop_class == DIRECTORY else header


@contextmanager
def quiet() -> Iterator[None]:
    """Keep pydicom's warnings about odd headers off the screen; what matters is checked here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@parses_headers
def require_ct(header: Header) -> None:
    """Refuse a file whose pixels are not CT in trustworthy Hounsfield units."""
    sop_class, modality = header.sop_class, header.text("Modality")
    require(
        sop_class in CT_CLASSES and modality == "CT",
        f"is DICOM of the kind '{_class_name(sop_class)}' (modality {modality or 'unknown'}), not a CT series. "
        "Pass the folder of a CT series.",
    )
    require(
        "LOCALIZER" not in header.image_type,
        "is a localizer (scout), a flat picture for planning and not a volume. Pass the folder of a CT series.",
    )
    _require_lossless(header)
    flavours = header.image_type & NOT_HU_FLAVOURS
    require(
        not flavours,
        f"is a map computed from a CT ({', '.join(sorted(flavours))}), not Hounsfield units. "
        "Choose the series from which it was computed.",
    )
    _require_grey(header)


@parses_headers
def slices_of(header: Header) -> list[Slice]:
    """The slice or slices that a file holds, with their places."""
    if header.sop_class == "1.2.840.10008.5.1.4.1.1.2":
        return [_slice(header, [header.data], lambda: pixels_of(header))]
    shared = _items(header.data.get("SharedFunctionalGroupsSequence"))
    frames = _items(header.data.get("PerFrameFunctionalGroupsSequence"))
    held = _Held(header)
    require(
        len(frames) == header.frames and bool(frames),
        f"says it holds {header.frames} frames, but describes {len(frames)}. Copy or send the series again.",
    )
    return [
        _slice(header, [frame, *shared, header.data], partial(held.frame, place)) for place, frame in enumerate(frames)
    ]


@parses_headers
def facts_of(series: Series) -> dict[str, str]:
    """Scanner settings worth telling; never a name, an id or a date."""
    first = next((header for header in series.headers if header.is_ct), series.headers[0])
    groups = [*_items(first.data.get("SharedFunctionalGroupsSequence")), first.data]
    agent = first.text("ContrastBolusAgent").upper()
    given = (agent and agent not in {"NONE", "NO", "N"}) or "ContrastBolusAgentSequence" in first.data
    facts = {
        "format": f"DICOM ({CT_CLASSES.get(first.sop_class, 'other')})",
        "kvp": _text(functional_value(groups, "CTXRayDetailsSequence", "KVP")),
        "kernel": _text(functional_value(groups, "CTReconstructionSequence", "ConvolutionKernel")),
        "slice_thickness_mm": _text(functional_value(groups, "PixelMeasuresSequence", "SliceThickness")),
        "manufacturer": first.text("Manufacturer"),
        "model": first.text("ManufacturerModelName"),
        "contrast": "yes" if given else "not stated",
    }
    return {name: value for name, value in facts.items() if value}


@parses_headers
def stored_ceiling_hu(series: Series) -> float | None:
    """Highest value that the stored bits can hold [HU], for series of up to 12 bits."""
    header = next((header for header in series.headers if header.is_ct), series.headers[0])
    bits = int(header.data.get("BitsStored") or 16)
    if bits > 12:
        return None  # 16 bits tell nothing: the scanner's own scale ends far below
    frames = _items(header.data.get("PerFrameFunctionalGroupsSequence"))[:1]
    shared = _items(header.data.get("SharedFunctionalGroupsSequence"))
    slope, intercept = _rescale([*frames, *shared, header.data])
    signed = int(header.data.get("PixelRepresentation") or 0)
    return float(2 ** (bits - signed) - 1) * slope + intercept


def _require_lossless(header: Header) -> None:
    syntax = str(getattr(header.data.file_meta, "TransferSyntaxUID", "1.2.840.10008.1.2"))
    declared = header.text("LossyImageCompression")
    lossy = syntax in LOSSY and not (syntax == MAYBE_LOSSY and declared == "00")
    how = f"{LOSSY[syntax]}, {syntax}" if lossy else "LossyImageCompression is 01"
    require(
        not lossy and declared != "01",
        f"was compressed with loss ({how}), so its Hounsfield units cannot be trusted. "
        "Ask the archive for the original or a losslessly compressed copy.",
    )
    require(
        syntax in LOSSLESS or syntax == MAYBE_LOSSY,
        f"is compressed in a way that azygos does not read ({_class_name(syntax)}, {syntax}). "
        "Convert it to explicit little endian, for instance with dcmdjpeg or gdcmconv --raw.",
    )


def _require_grey(header: Header) -> None:
    rows, bits = header.data.get("Rows"), int(header.data.get("BitsStored") or 0)
    require(
        bool(rows) and bits > 0,
        f"{header.source.name} holds no pixels; it is a report or was cut short. Copy or send the series again.",
    )
    require(
        bits > 8 and int(header.data.get("SamplesPerPixel") or 1) == 1,
        f"holds 8-bit or coloured pictures ({bits} bits), windowed for viewing, not Hounsfield units. "
        "Export the original CT series.",
    )


class _Held:
    """The frames of one file, decoded together when the first is asked for."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.stored: Any = None

    def frame(self, place: int) -> Any:
        if self.stored is None:
            self.stored = pixels_of(self.header)
        return self.stored[place] if self.stored.ndim == 3 else self.stored


def _slice(header: Header, groups: list[Any], decode: Callable[[], Any]) -> Slice:
    spacing = functional_value(groups, "PixelMeasuresSequence", "PixelSpacing")
    position = functional_value(groups, "PlanePositionSequence", "ImagePositionPatient")
    orientation = functional_value(groups, "PlaneOrientationSequence", "ImageOrientationPatient")
    name = header.source.name
    require(
        spacing is not None and min(float(v) for v in spacing) > 0.0,
        f"{name} does not state its pixel size (PixelSpacing), so nothing can be measured. "
        "Export the original CT series.",
    )
    require(
        position is not None and len(position) == 3 and orientation is not None and len(orientation) == 6,
        f"{name} does not state where it lies (ImagePositionPatient, ImageOrientationPatient). "
        "Export the original CT series.",
    )
    cosines = np.array([float(v) for v in orientation]).reshape(2, 3)
    lengths = np.linalg.norm(cosines, axis=1)
    require(
        bool(np.all(np.abs(lengths - 1.0) < 1e-2)) and abs(float(cosines[0] @ cosines[1])) < 1e-2,
        f"{name} states an orientation that is not two directions at a right angle. Export the original CT series.",
    )
    across = cosines[0] / lengths[0]
    down = cosines[1] - across * (cosines[1] @ across)
    slope, intercept = _rescale(groups)
    return Slice(
        position_mm=np.array([float(v) for v in position]),
        across=across,
        down=down / np.linalg.norm(down),
        spacing_mm=(float(spacing[1]), float(spacing[0])),  # DICOM gives the row distance, that along j, first
        size=(int(header.data.Columns), int(header.data.Rows)),
        read=lambda: _to_hu(decode(), header, slope, intercept),
    )


def _rescale(groups: Sequence[Any]) -> tuple[float, float]:
    slope = functional_value(groups, "PixelValueTransformationSequence", "RescaleSlope")
    intercept = functional_value(groups, "PixelValueTransformationSequence", "RescaleIntercept")
    kind = str(functional_value(groups, "PixelValueTransformationSequence", "RescaleType") or "").strip().upper()
    require(
        kind in HU_TYPES,
        f"holds values of the type {kind}, not Hounsfield units. Choose the CT series from which it was computed.",
    )
    require(
        slope is not None and intercept is not None and float(slope) != 0.0,
        "does not say how its stored values become Hounsfield units (RescaleSlope, RescaleIntercept). "
        "Export the original CT series.",
    )
    return float(slope), float(intercept)


def _to_hu(stored: Any, header: Header, slope: float, intercept: float) -> HuArray:
    """Stored values of one picture as Hounsfield units, [j, i]; padding becomes air."""
    hu: HuArray = stored.astype(np.float32)
    hu *= np.float32(slope)
    hu += np.float32(intercept)
    padding = _padding(header.data)
    if padding is not None and max(padding) * slope + intercept <= HIGHEST_PADDING_HU:
        hu[(stored >= padding[0]) & (stored <= padding[1])] = AIR_HU
    return hu


def pixels_of(header: Header) -> Any:
    """Stored values of all frames of a file, [j, i] or [frame, j, i]."""
    import pydicom
    from pydicom.pixels import pixel_array

    short = f"{header.source.name} is cut short or damaged"
    incomplete = "its pixels cannot be read in full. Copy or send the series again."
    try:
        with header.source.open() as stream:
            data = pydicom.dcmread(stream, force=True)
            require("PixelData" in data, f"{short}: {incomplete}")
            if "TransferSyntaxUID" not in data.file_meta:
                data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2"
            stored = pixel_array(data)
    except InputError:
        raise
    except Exception as error:  # pydicom and its decoders raise many kinds
        syntax = str(getattr(header.data.file_meta, "TransferSyntaxUID", ""))
        require(
            _can_decode(syntax),
            f"is compressed as {LOSSLESS.get(syntax, syntax)}, which the bare install does not read. "
            "Run: pip install 'azygos[imaging]'",
        )
        raise InputError(f"{short}: {incomplete}") from error
    require(
        stored.shape[-2:] == (int(header.data.Rows), int(header.data.Columns)),
        f"{short}: it holds {stored.shape[-2]} x {stored.shape[-1]} pixels instead of "
        f"{header.data.Rows} x {header.data.Columns}. Copy or send the series again.",
    )
    return stored


def _can_decode(syntax: str) -> bool:
    from pydicom.pixels import get_decoder

    try:
        return bool(get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _padding(data: Any) -> tuple[int, int] | None:
    """Lowest and highest stored value that stand for "nothing measured here"."""
    value = data.get("PixelPaddingValue")
    if not isinstance(value, int):
        return None
    limit = data.get("PixelPaddingRangeLimit")
    ends = [_signed(end, data) for end in (value, limit if isinstance(limit, int) else value)]
    return min(ends), max(ends)


def _signed(value: int, data: Any) -> int:
    """Undo an unsigned reading of a signed header value."""
    bits = int(data.get("BitsAllocated") or 16)
    return value - 2**bits if int(data.get("PixelRepresentation") or 0) and value >= 2 ** (bits - 1) else value


def functional_value(groups: Sequence[Any], sequence: str, keyword: str) -> Any:
    """A header value from the first group that states it, itself or in its functional group."""
    for group in groups:
        for holder in (*_items(group.get(sequence)), group):
            value = holder.get(keyword)
            if value is not None and str(value) != "":
                return value
    return None


def _items(sequence: Any) -> list[Any]:
    return list(sequence) if sequence else []


def _kind(header: Header) -> str:
    if "LOCALIZER" in header.image_type:
        return "localizer"
    modality = header.text("Modality") or "unknown modality"
    return modality if header.is_ct else f"{modality} ({_class_name(header.sop_class)})"


def _count(series: Series) -> str:
    total = sum(header.frames for header in series.headers)
    word = "slice" if series.is_ct else "image" if series.headers[0].data.get("Rows") else "object"
    return f"{total} {word}{'s' if total > 1 else ''}"


def _listed_spacing(series: Series) -> str:
    """Voxel size for a listing; says nothing where the headers do not."""
    try:
        slices = [one for header in series.headers if header.is_ct for one in slices_of(header)]
    except InputError:
        return ""
    if not slices:
        return ""
    normal = np.cross(slices[0].across, slices[0].down)
    depths = np.sort([one.position_mm @ normal for one in slices])
    step = f" x {np.median(np.diff(depths)):.2f}" if len(slices) > 1 else ""
    return f"{slices[0].spacing_mm[0]:.2f} x {slices[0].spacing_mm[1]:.2f}{step} mm"


def _kernel(header: Header) -> str:
    groups = [*_items(header.data.get("SharedFunctionalGroupsSequence")), header.data]
    return _text(functional_value(groups, "CTReconstructionSequence", "ConvolutionKernel"))


def _text(value: Any) -> str:
    """A header value, or the first of several, as text."""
    if value is None or isinstance(value, str):
        return str(value or "").strip()
    if isinstance(value, int | float):
        return f"{float(value):g}"
    return str(next(iter(value), "")).strip()


def _class_name(uid: str) -> str:
    from pydicom.uid import UID

    return str(UID(uid).name)


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")


def _visible_files(folder: Path) -> Iterator[Path]:
    """Files below a folder; hidden folders are not walked through, since a home's caches take minutes."""
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _is_hidden(name)]
        yield from (file for name in files if not _is_hidden(name) and (file := Path(here, name)).is_file())


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _file(path: Path, name: str) -> Source:
    return Source(name=name, open=lambda: path.open("rb"))


def _zip_members(path: Path) -> Iterator[Source]:
    """The files within a zip, read in memory so that nothing of the patient lands on disk."""
    try:
        archive = zipfile.ZipFile(path)  # stays open as long as a source may be read
        infos = [info for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename]
    except zipfile.BadZipFile as error:
        raise InputError("is a damaged zip. Copy it again.") from error
    require(
        not any(info.flag_bits & 1 for info in infos),
        "is a zip locked by a password. Unpack it and pass the folder.",
    )
    largest = max((info.file_size for info in infos), default=0)
    require(
        largest <= LARGEST_MEMBER_BYTES,
        f"is a zip with a file of {largest / 1e9:.0f} GB, more than any scan holds. Unpack it and pass the folder.",
    )
    for info in sorted(infos, key=lambda info: info.filename):
        yield Source(name=info.filename, open=partial(_open_member, archive, info.filename))


def _open_member(archive: zipfile.ZipFile, name: str) -> BinaryIO:
    try:
        return io.BytesIO(archive.read(name))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, zlib.error) as error:
        raise InputError(f"is a damaged zip: {name} cannot be unpacked. Copy it again.") from error
