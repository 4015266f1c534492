"""NIfTI: voxels, where they lie, and the names that TotalSegmentator writes into the header.

NIfTI counts to the patient's right, front and head (RAS); inside azygos x and y point the
other way (LPS), so the first two rows of the affine change sign here and nowhere else.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray

RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
MM_PER_UNIT = {"mm": 1.0, "unknown": 1.0, "meter": 1e3, "micron": 1e-3}


def open_nifti(path: Path) -> tuple[Any, FloatArray, list[str]]:
    """Open a NIfTI file: nibabel's image, its affine in LPS mm, and notes.

    Raises
    ------
    InputError
        If it is no NIfTI or cut short, has no place in space, or is not three-dimensional.
    """
    import nibabel as nib

    try:
        image = nib.load(path)
        require(
            isinstance(image, nib.Nifti1Image | nib.Nifti1Pair),
            "is not NIfTI. Convert it to NIfTI (.nii.gz) first.",
        )
        header = image.header
        shape = tuple(int(n) for n in image.shape)
    except InputError:
        raise
    except Exception as error:  # nibabel raises many kinds on damaged files
        raise InputError("is cut short or damaged, and cannot be read as NIfTI. Copy or convert it again.") from error
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    require(
        len(shape) == 3,
        f"has {len(shape)} dimensions ({' x '.join(map(str, shape))}), and a CT has three. "
        "Save one volume of it as a file of its own.",
    )
    require(
        header.get_data_dtype().names is None,
        "holds colours, not Hounsfield units. Convert the original CT series.",
    )
    require(
        int(header["qform_code"]) > 0 or int(header["sform_code"]) > 0,
        "does not say where it lies (its qform and sform codes are 0). Convert the original CT series again.",
    )
    affine, notes = _affine_lps(image)
    return image, affine, notes


def read_values(image: Any, dtype: npt.DTypeLike | None) -> npt.NDArray[Any]:
    """The voxels of an opened file, [i, j, k], scaled as its header says; as stored if `dtype` is None."""
    try:
        values = np.asarray(image.dataobj) if dtype is None else image.get_fdata(dtype=dtype, caching="unchanged")
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise InputError("is cut short: it holds fewer voxels than its header says. Copy it again.") from error
    return np.asarray(values).reshape(image.shape[:3])


def header_names(image: Any) -> dict[int, str]:
    """Label names from the XML table that TotalSegmentator and Connectome Workbench put into the header."""
    for extension in image.header.extensions:
        content = extension.get_content()
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
        if "<LabelTable" in text:
            return _names_in(text.strip("\x00 \n\r\t"))
    return {}


def label_table(names: dict[int, str]) -> bytes:
    """The XML table for a header extension, as :func:`header_names` reads it."""
    root = ElementTree.Element("CaretExtension")
    volume = ElementTree.SubElement(root, "VolumeInformation", Index="0")
    table = ElementTree.SubElement(volume, "LabelTable")
    for number, name in sorted(names.items()):
        ElementTree.SubElement(table, "Label", Key=str(number)).text = name
    ElementTree.SubElement(volume, "VolumeType").text = "Label"
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _names_in(text: str) -> dict[int, str]:
    """Names by number; a table with broken XML around it still gives its lines."""
    try:
        found = [(label.get("Key"), label.text) for label in ElementTree.fromstring(text).iter("Label")]
    except ElementTree.ParseError:
        pattern = r'<Label\s[^>]*Key="(\d+)"[^>]*>(?:<!\[CDATA\[)?([^\]<]*)'
        found = [(match[1], match[2]) for match in re.finditer(pattern, text)]
    return {int(key): name.strip() for key, name in found if key and name and name.strip() and int(key) != 0}


def _affine_lps(image: Any) -> tuple[FloatArray, list[str]]:
    header = image.header
    notes: list[str] = []
    unit = header.get_xyzt_units()[0]
    scale = MM_PER_UNIT.get(unit, 1.0)
    affine = np.asarray(image.affine, dtype=np.float64).copy()
    require(
        bool(np.all(np.isfinite(affine))) and abs(float(np.linalg.det(affine[:3, :3]))) > 1e-12,
        "has a damaged affine (its axes do not span space). Convert the original CT series again.",
    )
    if int(header["qform_code"]) > 0 and int(header["sform_code"]) > 0:
        notes += _second_place(header, image.shape[:3], scale)
    if scale != 1.0:
        affine[:3] *= scale
        notes.append(f"the header counts in {unit}; it was turned into mm")
    return RAS_TO_LPS @ affine, notes


def _second_place(header: Any, shape: tuple[int, ...], scale: float) -> list[str]:
    """A note if the header's two places disagree, or the second cannot be read."""
    try:
        apart = _apart_mm(header.get_sform(), header.get_qform(), shape) * scale
    except ValueError:  # nibabel: the quaternion is not one
        return ["the header's second place (qform) is damaged; the sform was used"]
    if apart <= 0.5:
        return []
    return [f"the header states two places up to {apart:.1f} mm apart (sform, qform); the sform was used"]


def _apart_mm(one: FloatArray, other: FloatArray, shape: tuple[int, ...]) -> float:
    corners = np.array([[*np.array(c) * (np.array(shape) - 1), 1.0] for c in np.ndindex(2, 2, 2)])
    return float(np.linalg.norm(((one - other) @ corners.T)[:3], axis=0).max())
