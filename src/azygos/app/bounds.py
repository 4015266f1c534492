"""How much a file may become when it is unpacked: looked at before a reader opens it."""

from __future__ import annotations

import gzip
import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from azygos.ground.errors import InputError, require

MOST_VOXELS = 320_000_000  # 1,200 slices of 512 x 512
MOST_BYTES = 4_000_000_000  # unpacked, of all files together
MOST_FILES = 20_000  # within a zip
HEADER_BYTES = 100_000_000  # before the voxels of a NIfTI file
STEP_BYTES = 4 << 20  # unpacked at once
HEAD_BYTES = 2048
DEFLATED = b"1.2.840.10008.1.2.1.99"  # transfer syntax of a DICOM file that is packed whole
META_AT = 132  # in a DICOM file, where its first element says how long the file's own header is

TOO_MANY = "holds {shape} voxels, more than the {most:.0f} million that this page opens. Cut it along the body."
TOO_LARGE = "unpacks to more than {most:.0f} GB. Pass one series, unpacked."
DAMAGES = (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, struct.error, NotImplementedError)
DAMAGED = "is cut short or damaged, and cannot be unpacked. Copy it again."


def require_bounded(path: Path) -> None:
    """Refuse what would unpack to more than a scan can be.

    Parameters
    ----------
    path : Path
        A file, or a folder of files.

    Raises
    ------
    InputError
        In the words of the scan's reader, that begin with the name of `path`.
    """
    zipfile.ZipExtFile.MAX_N = STEP_BYTES  # a member never grows past what it declares
    files = [file for file in sorted(path.rglob("*")) if file.is_file()] if path.is_dir() else [path]
    try:
        unpacked = 0
        for file in files:
            unpacked += _unpacked_bytes(file, MOST_BYTES - unpacked)
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error
    except DAMAGES as error:
        raise InputError(f"{path.name}: {DAMAGED}") from error


def _unpacked_bytes(path: Path, most: int) -> int:
    """How much one file unpacks to, where that is not known to be little; refused beyond `most`."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        if head[:2] == b"PK":
            return _zip(stream, most)
        if head[:4] == b"NRRD":
            return _nrrd(path, most)
        if DEFLATED in head:
            return _deflated(stream, most)
    packed = head[:2] == b"\x1f\x8b"
    if packed:
        with gzip.open(path, "rb") as unpacked:
            head = unpacked.read(HEAD_BYTES)
    _nifti(head)
    return 0  # the reader takes no more of it than its header says


def _require_few(shape: Iterable[int]) -> None:
    counts = [int(count) for count in shape]
    words = " x ".join(map(str, counts))
    require(math.prod(counts) <= MOST_VOXELS, TOO_MANY.format(shape=words, most=MOST_VOXELS / 1e6))


def _require_fits(amount: int, most: int) -> None:
    require(amount <= most, TOO_LARGE.format(most=MOST_BYTES / 1e9))


def _nifti(head: bytes) -> None:
    """Voxels and the length of the header, as a NIfTI file declares them; anything else is left to the reader."""
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    kinds: dict[bytes, Any] = {head[344:347]: Nifti1Header, head[4:7]: Nifti2Header}
    kind = kinds.get(b"n+1") or kinds.get(b"ni1") or kinds.get(b"n+2")
    if kind is None:
        return
    try:
        header = kind.from_fileobj(io.BytesIO(head), check=False)
        shape, offset = header.get_data_shape(), float(header.get_data_offset())
    except Exception:  # nibabel raises many kinds on damaged files: the reader says so
        return
    _require_few(shape)
    require(0.0 <= offset <= HEADER_BYTES, DAMAGED)


def _zip(stream: BinaryIO, most: int) -> int:
    """What the members of a zip declare, and what those among them unpack to that are packed once more."""
    with zipfile.ZipFile(stream) as archive:
        infos = archive.infolist()
        require(len(infos) <= MOST_FILES, f"is a zip of more than {MOST_FILES:,} files. Pass one series.")
        declared = sum(info.file_size for info in infos)
        _require_fits(declared, most)
        for info in infos:
            if info.flag_bits & 1 or info.is_dir():
                continue
            with archive.open(info) as member:
                packed = DEFLATED in member.read(HEAD_BYTES)
            if packed:
                declared += _deflated(io.BytesIO(archive.read(info)), most - declared)
    return declared


def _nrrd(path: Path, most: int) -> int:
    import nrrd

    with path.open("rb") as stream:
        try:
            header = nrrd.read_header(stream)
            sizes = [int(count) for count in header["sizes"]]
        except Exception:  # pynrrd raises many kinds on damaged files: the reader says so
            return 0
        _require_few(sizes)
        beside = str(header.get("data file", header.get("datafile", "")))
        require(
            re.fullmatch(r"[^/\\]*", beside) is not None,
            "keeps its voxels in a file elsewhere. Save it as one file (.nrrd).",
        )
        if beside or header.get("encoding") not in ("gzip", "gz"):
            return 0
        return _count(stream, zlib.MAX_WBITS | 16, most)


def _deflated(stream: BinaryIO, most: int) -> int:
    """A DICOM file whose data set is packed whole."""
    stream.seek(META_AT + 8)
    (length,) = struct.unpack("<I", stream.read(4))
    stream.seek(META_AT + 12 + length)
    return _count(stream, -zlib.MAX_WBITS, most)


def _count(stream: BinaryIO, bits: int, most: int) -> int:
    """Unpack what is left of a stream without keeping it."""
    total = 0
    for piece in _unpacked(stream, bits):
        total += len(piece)
        _require_fits(total, most)
    return total


def _unpacked(stream: BinaryIO, bits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(bits)
    while packed := stream.read(STEP_BYTES // 64):
        while packed and not unpacker.eof:
            yield unpacker.decompress(packed, STEP_BYTES)
            packed = unpacker.unconsumed_tail
