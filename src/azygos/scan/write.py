"""Write volumes for Slicer and ParaView, whole or not at all.

Each file is written beside its place under a name that ends in ``.partial``, brought to the
disk, and then renamed, so a reader never meets half a file and a full disk leaves the old one.
"""

from __future__ import annotations

import colorsys
import errno
import gzip
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray

AnyArray = npt.NDArray[Any]
_WRITTEN_AT = re.compile(rb"# on [^\n]*\n")  # pynrrd's clock, by which no two files would be alike
VTK_TYPES = {
    "f4": "Float32",
    "f8": "Float64",
    "i1": "Int8",
    "u1": "UInt8",
    "i2": "Int16",
    "u2": "UInt16",
    "i4": "Int32",
    "u4": "UInt32",
    "i8": "Int64",
    "u8": "UInt64",
}


def write_nifti(
    path: str | Path, array: AnyArray, affine_mm: FloatArray, names: Mapping[int, str] | None = None
) -> None:
    """Write voxels as NIfTI.

    Parameters
    ----------
    path : str or Path
        Ends in ``.nii`` or ``.nii.gz``.
    array : array, shape (n_i, n_j, n_k) or (n_i, n_j, n_k, n)
        Kept in its own type; truth values become 8-bit, 64-bit integers 32-bit.
    affine_mm : array, shape (4, 4)
        Voxel centre index to LPS [mm]; the file states it in RAS, as NIfTI does.
    names : mapping, optional
        Names of label numbers, written into the header as TotalSegmentator does.

    Raises
    ------
    InputError
        If the disk is full or the place cannot be written; nothing is written then.
    """
    import nibabel as nib

    from azygos.scan.nifti import RAS_TO_LPS, label_table

    path = Path(path)
    require(path.name.endswith((".nii", ".nii.gz")), f"{path.name} must end in .nii or .nii.gz. Rename it.")
    image = nib.Nifti1Image(_storable(array), None)
    image.header.set_xyzt_units("mm")
    image.set_sform(RAS_TO_LPS @ affine_mm, code=1)
    image.set_qform(RAS_TO_LPS @ affine_mm, code=1)
    if names:
        image.header.extensions.append(nib.nifti1.Nifti1Extension(0, label_table(dict(names))))
    with landing(path) as stream:
        if path.name.endswith(".gz"):
            with gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=4, mtime=0) as packed:
                image.to_stream(packed)
        else:
            image.to_stream(stream)


def write_seg_nrrd(
    path: str | Path,
    labels: AnyArray,
    affine_mm: FloatArray,
    names: Mapping[int, str],
    colors: Mapping[int, Sequence[float]] | None = None,
) -> None:
    """Write a label map as a segmentation that 3D Slicer opens, each segment with name and colour.

    Parameters
    ----------
    path : str or Path
        Ends in ``.seg.nrrd``.
    labels : array of whole numbers, shape (n_i, n_j, n_k)
        0 is background.
    affine_mm : array, shape (4, 4)
        Voxel centre index to LPS [mm].
    names : mapping
        A name for each number to be a segment.
    colors : mapping, optional
        Red, green and blue [0 to 1] by number; where absent, hues far apart are taken.

    Raises
    ------
    InputError
        If the disk is full or the place cannot be written; nothing is written then.
    """
    import nrrd

    path = Path(path)
    require(path.name.endswith(".seg.nrrd"), f"{path.name} must end in .seg.nrrd. Rename it.")
    numbers = sorted(names)
    highest = max([*numbers, int(labels.max(initial=0))])
    header: dict[str, Any] = {
        "space": "left-posterior-superior",
        "kinds": ["domain", "domain", "domain"],
        "space directions": affine_mm[:3, :3].T,
        "space origin": affine_mm[:3, 3],
        "encoding": "gzip",
        "Segmentation_MasterRepresentation": "Binary labelmap",
        "Segmentation_ContainedRepresentationNames": "Binary labelmap|",
        "Segmentation_ReferenceImageExtentOffset": "0 0 0",
    }
    for place, number in enumerate(numbers):
        color = (colors or {}).get(number) or colorsys.hsv_to_rgb((place * 0.618034) % 1.0, 0.65, 0.95)
        header |= _segment_keys(place, number, names[number], color, labels)
    kind = np.uint8 if highest < 256 else np.int16 if highest < 2**15 else np.int32
    packed = io.BytesIO()
    nrrd.write(packed, labels.astype(kind), header, compression_level=4)
    with landing(path) as stream:
        stream.write(_WRITTEN_AT.sub(b"", packed.getvalue(), count=1))


def write_vti(
    path: str | Path,
    arrays: Mapping[str, AnyArray],
    spacing_m: Sequence[float] | FloatArray,
    origin: Sequence[float] | FloatArray,
    direction: FloatArray | None = None,
) -> None:
    """Write fields on a regular grid as VTK ImageData, which ParaView opens, without needing VTK.

    Parameters
    ----------
    path : str or Path
        Ends in ``.vti``.
    arrays : mapping
        Fields by name, each of shape (n_i, n_j, n_k) or (n_i, n_j, n_k, n_components); values at voxel centres.
    spacing_m : sequence of 3 floats
        Distance of voxel centres along i, j, k [m].
    origin : sequence of 3 floats
        Centre of the first voxel [m].
    direction : array, shape (3, 3), optional
        Unit vectors of i, j, k as columns; identity where absent.

    Raises
    ------
    InputError
        If the fields differ in shape, the disk is full or the place cannot be written; nothing is written then.
    """
    path = Path(path)
    require(path.name.endswith(".vti"), f"{path.name} must end in .vti. Rename it.")
    require(bool(arrays), f"{path.name} would hold no field. Pass at least one array.")
    shapes = sorted({array.shape[:3] for array in arrays.values()})
    listed = " and ".join(" x ".join(map(str, shape)) for shape in shapes)
    require(
        len(shapes) == 1, f"the fields of {path.name} differ in shape ({listed}). Write them into files of their own."
    )
    blocks = {name: _storable(array, keep_long=True) for name, array in arrays.items()}
    with landing(path) as stream:
        stream.write(_vti_head(blocks, shapes[0], spacing_m, origin, direction))
        for block in blocks.values():
            stream.write(np.uint64(block.nbytes).astype("<u8").tobytes())
            _write_x_fastest(stream, block)
        stream.write(b"\n  </AppendedData>\n</VTKFile>\n")


@contextmanager
def landing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content appears at `path` only when it is whole.

    Raises
    ------
    InputError
        If the disk is full or the folder cannot be written; what lay at `path` before is still there.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as stream:
            yield cast(BinaryIO, stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InputError(
                f"no space left for {path.name}; nothing was written. Free some space on that disk, or choose another "
                "output folder."
            ) from error
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"{path.name} cannot be written ({reason}); nothing was written. Check the output folder."
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _storable(array: AnyArray, *, keep_long: bool = False) -> AnyArray:
    """The array in a type that the format holds."""
    if array.dtype == np.bool_:
        return array.astype(np.uint8)
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8 and not keep_long:
        require(
            int(array.max(initial=0)) < 2**31 and int(array.min(initial=0)) >= -(2**31),
            "whole numbers beyond 32 bits cannot be written as NIfTI. Write them as floats.",
        )
        return array.astype(np.int32)
    return array


def _segment_keys(place: int, number: int, name: str, color: Sequence[float], labels: AnyArray) -> dict[str, str]:
    prefix = f"Segment{place}_"
    return {
        f"{prefix}ID": f"Segment_{number}",
        f"{prefix}Name": name,
        f"{prefix}NameAutoGenerated": "0",
        f"{prefix}Color": " ".join(f"{channel:.6g}" for channel in color),
        f"{prefix}ColorAutoGenerated": "0",
        f"{prefix}LabelValue": str(number),
        f"{prefix}Layer": "0",
        f"{prefix}Extent": _extent(labels == number),
        f"{prefix}Tags": "",
    }


def _extent(mask: npt.NDArray[np.bool_]) -> str:
    """First and last index of a mask along each axis; ``0 -1`` three times if it is empty, as Slicer writes."""
    ends = []
    for axis in range(3):
        others = tuple(other for other in range(3) if other != axis)
        places = np.flatnonzero(mask.any(axis=others))
        ends += [int(places[0]), int(places[-1])] if places.size else [0, -1]
    return " ".join(map(str, ends))


def _vti_head(
    blocks: Mapping[str, AnyArray],
    shape: tuple[int, ...],
    spacing_m: Sequence[float] | FloatArray,
    origin: Sequence[float] | FloatArray,
    direction: FloatArray | None,
) -> bytes:
    extent = " ".join(f"0 {n - 1}" for n in shape)
    turned = np.eye(3) if direction is None else np.asarray(direction)
    lines, offset = [], 0
    for name, block in blocks.items():
        kind = VTK_TYPES[block.dtype.str[1:]]
        components = block.shape[3] if block.ndim == 4 else 1
        lines.append(
            f'        <DataArray type="{kind}" Name="{_escaped(name)}" NumberOfComponents="{components}" '
            f'format="appended" offset="{offset}"/>'
        )
        offset += 8 + block.nbytes
    return "\n".join(
        [
            '<?xml version="1.0"?>',
            '<VTKFile type="ImageData" version="2.2" byte_order="LittleEndian" header_type="UInt64">',
            f'  <ImageData WholeExtent="{extent}" Origin="{_row(origin)}" Spacing="{_row(spacing_m)}" '
            f'Direction="{_row(turned.ravel())}">',
            f'    <Piece Extent="{extent}">',
            "      <PointData>",
            *lines,
            "      </PointData>",
            "      <CellData/>",
            "    </Piece>",
            "  </ImageData>",
            '  <AppendedData encoding="raw">',
            "   _",
        ]
    ).encode()


def _write_x_fastest(stream: BinaryIO, block: AnyArray) -> None:
    """Slice by slice, so that no second copy of the whole block is made."""
    little = block.dtype.newbyteorder("<")
    for k in range(block.shape[2]):
        plane = block[:, :, k]  # (i, j) or (i, j, component)
        stream.write(np.ascontiguousarray(plane.swapaxes(0, 1), dtype=little).tobytes())


def _row(values: Sequence[float] | FloatArray) -> str:
    return " ".join(f"{float(value):.12g}" for value in values)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
