"""A rendered CT of three vertebrae, one with cement in it, so that everything can be tried on a bare install.

It is a drawing of simple solids, blurred and given noise: good enough to read, label and
plan on, not to learn anatomy or to judge a method by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.ground.files import finish, open_partial, write_atomic
from azygos.ground.parcels import FloatArray
from azygos.scan.write import write_nifti

HuArray = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SEED = 20261123
SHAPE = (176, 160, 116)  # voxels of 1 mm
ORIGIN_MM = (-87.5, -70.0, 0.0)  # LPS of the first voxel's centre
CENTRES_MM = {"T12": 92.0, "L1": 58.0, "L2": 23.0}  # z of the bodies' centres
BODIES_MM = {"T12": (19.5, 14.5, 12.0), "L1": (20.5, 15.0, 12.5), "L2": (21.5, 15.5, 13.0)}  # half axes
LABELS = {1: "vertebrae_T12", 2: "vertebrae_L1", 3: "vertebrae_L2"}
CANAL_MM = (11.0, 8.0)  # half axes
CANAL_BEHIND_MM = 22.5  # y of its middle
SHELL_MM = 1.2
AIR, FAT, MUSCLE, DISC, CORD, MARROW, SHELL, ARCH, CEMENT = (
    -1000.0,
    -95.0,
    55.0,
    85.0,
    30.0,
    120.0,
    600.0,
    420.0,
    2300.0,
)
NOISE_HU = 14.0
BLUR_MM = 0.6

PLAN = """\
# A plan for the sample: L1, from the left. Try:  azygos plan -i ct.nii.gz --labels labels.nii.gz plan.toml -o OUT

[[vertebra]]
level = "L1"
needle = [{ side = "left", gauge = 11, opening = "end" }]
portions = [{ volume_ml = 1.0, rate_ml_min = 3.0 }, { wait_s = 30 }, { volume_ml = 2.0, rate_ml_min = 2.0 }]

[cement]
name = "generic_medium_viscosity"
age_at_start_min = 5.0

[[alternative]]
name = "wait three minutes longer"
cement.age_at_start_min = 8.0
"""

CASE = """\
# A case to try azygos on

Nobody's scan: three vertebrae drawn by a computer, blurred and given noise. Research use only: not a medical device.

The story: a woman of 74 with osteoporosis. T12 was filled with cement a year ago; it lies in the left half of the body
(`cement.nii.gz` says where, kept apart from the labels). Now L1 is painful and shall be filled.

- `ct.nii.gz` and `dicom/`: the same CT, as NIfTI and as a DICOM series; voxels of 1 mm.
- `labels.nii.gz`: T12, L1 and L2 by the names of TotalSegmentator.
- `plan.toml`: a plan for L1 and one alternative.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The rendered CT and what is true of it."""

    hu: HuArray  # [HU]
    labels: npt.NDArray[np.uint8]  # as in LABELS
    cement: Mask
    affine_mm: FloatArray  # voxel centre index to LPS [mm]


def write_sample(folder: Path, *, force: bool = False) -> None:
    """Render the sample and write it: CT (NIfTI and DICOM), label map, cement, plan and case.

    Parameters
    ----------
    folder : Path
        Appears only when it is whole.
    force : bool
        Replace a sample that is already there.
    """
    partial = open_partial(folder, "sample", force=force)
    sample = render_sample()
    stored = np.round(sample.hu).astype(np.int16)
    write_nifti(partial / "ct.nii.gz", stored, sample.affine_mm)
    write_nifti(partial / "labels.nii.gz", sample.labels, sample.affine_mm, LABELS)
    write_nifti(partial / "cement.nii.gz", sample.cement, sample.affine_mm, {1: "cement"})
    write_dicom(partial / "dicom", stored, sample.affine_mm)
    write_atomic(partial / "plan.toml", PLAN)
    write_atomic(partial / "azygos-case.md", CASE)
    finish(partial, folder)


def render_sample() -> Sample:
    """Draw tissues from the outside in, blur them and add noise; always the same."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(SEED)
    x, y, z = _axes()
    hu = np.full(SHAPE, AIR, dtype=np.float32)
    hu[np.broadcast_to((x / 84) ** 2 + ((y - 5) / 68) ** 2 < 1, SHAPE)] = FAT
    hu[np.broadcast_to((x / 72) ** 2 + ((y - 5) / 58) ** 2 < 1, SHAPE)] = MUSCLE
    hu[np.broadcast_to((np.abs(x / 20) ** 2.4 + np.abs(y / 14.5) ** 2.4) < 1, SHAPE)] = DISC
    labels = np.zeros(SHAPE, dtype=np.uint8)
    for number, name in LABELS.items():
        level = name.removeprefix("vertebrae_")
        _draw_vertebra(hu, labels, number, level, rng)
    hu[np.broadcast_to((x / CANAL_MM[0]) ** 2 + ((y - CANAL_BEHIND_MM) / CANAL_MM[1]) ** 2 < 1, SHAPE)] = CORD
    labels[np.broadcast_to((x / CANAL_MM[0]) ** 2 + ((y - CANAL_BEHIND_MM) / CANAL_MM[1]) ** 2 < 1, SHAPE)] = 0
    cement = _cement(x, y, z) & (labels == 1)
    hu[cement] = CEMENT
    noise = gaussian_filter(rng.standard_normal(SHAPE, dtype=np.float32), 0.6)
    hu = gaussian_filter(hu, BLUR_MM) + noise * np.float32(NOISE_HU / float(noise.std()))
    affine_mm = np.eye(4)
    affine_mm[:3, 3] = ORIGIN_MM
    return Sample(hu=np.clip(hu, -1024.0, 3071.0), labels=labels, cement=cement, affine_mm=affine_mm)


def _axes() -> tuple[FloatArray, FloatArray, FloatArray]:
    """LPS coordinates of voxel centres [mm], ready to broadcast."""
    x, y, z = (np.arange(n, dtype=np.float64) + start for n, start in zip(SHAPE, ORIGIN_MM, strict=True))
    return x[:, None, None], y[None, :, None], z[None, None, :]


def _draw_vertebra(
    hu: HuArray, labels: npt.NDArray[np.uint8], number: int, level: str, rng: np.random.Generator
) -> None:
    """A body with its shell, pedicles, an arch and a spinous process."""
    from scipy.ndimage import gaussian_filter

    behind = _arch(level)
    hu[behind] = ARCH
    outer, inner = _body(level, 0.0), _body(level, SHELL_MM)
    hu[outer] = SHELL
    texture = gaussian_filter(rng.standard_normal(SHAPE, dtype=np.float32), 1.5)
    hu[inner] = (MARROW + 35.0 * texture / texture.std())[inner]
    labels[behind | outer] = number


def _body(level: str, less: float) -> Mask:
    """The body's solid, `less` mm smaller all round: waisted, flattened behind, with hollow end plates."""
    x, y, z = _axes()
    wide, deep, high = (half - less for half in BODIES_MM[level])
    height = z - CENTRES_MM[level]
    waist = 0.92 + 0.08 * (height / high) ** 2
    behind = deep - 2.5 * np.exp(-((x / 9.0) ** 2))
    outline = np.abs(x / (wide * waist)) ** 2.4 + np.abs(y / (deep * waist)) ** 2.4 < 1.0
    plate = high - 1.5 * np.exp(-((x / 12.0) ** 2) - (y / 9.0) ** 2)
    return np.asarray(outline & (y < behind) & (np.abs(height) < plate))


def _arch(level: str) -> Mask:
    """Pedicles, laminae and spinous process; the canal is taken out later."""
    x, y, z = _axes()
    height = z - CENTRES_MM[level]
    pedicle = (((np.abs(x) - 14.0) / 4.5) ** 2 + ((height - 4.0) / 7.0) ** 2 < 1.0) & (y > 8.0) & (y < 28.0)
    ring = (x / (CANAL_MM[0] + 5.0)) ** 2 + ((y - CANAL_BEHIND_MM) / (CANAL_MM[1] + 5.0)) ** 2 < 1.0
    lamina = ring & (y > CANAL_BEHIND_MM) & (np.abs(height) < 9.0)
    spine = (np.abs(x) < 3.0) & (y > 30.0) & (y < 52.0) & (np.abs(height + 3.0) < 8.0)
    return np.asarray(pedicle | lamina | spine)


def _cement(x: FloatArray, y: FloatArray, z: FloatArray) -> Mask:
    """Two joined lumps in the left half of T12, of about 2 mL."""
    height = z - CENTRES_MM["T12"]
    first = ((x - 6.0) / 8.0) ** 2 + ((y + 3.0) / 6.5) ** 2 + (height / 7.0) ** 2 < 1.0
    second = ((x - 1.0) / 5.5) ** 2 + ((y + 6.0) / 5.0) ** 2 + ((height - 3.0) / 4.5) ** 2 < 1.0
    return np.asarray(first | second)


# DICOM ------------------------------------------------------------------------------------------------------------


def write_dicom(folder: Path, stored: npt.NDArray[np.int16], affine_mm: FloatArray) -> None:
    """Write a CT series, one file for each slice; the same bytes every time.

    Parameters
    ----------
    stored : array, shape (n_i, n_j, n_k)
        Whole Hounsfield units from -1024.
    affine_mm : array, shape (4, 4)
        Voxel centre index to LPS [mm], its axes along the patient's.
    """
    folder.mkdir()
    for number, dataset in enumerate(_slices(stored, affine_mm), start=1):
        dataset.save_as(folder / f"slice{number:04d}.dcm", enforce_file_format=True)


def _slices(stored: npt.NDArray[np.int16], affine_mm: FloatArray) -> Iterator[Any]:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    study, series, frame = (generate_uid(entropy_srcs=["azygos sample", what]) for what in ("study", "series", "frame"))
    for number in range(stored.shape[2]):
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=["azygos sample", f"slice {number}"])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, series, frame
        dataset.PatientName, dataset.PatientID, dataset.Modality = "SAMPLE^AZYGOS", "AZYGOS-SAMPLE", "CT"
        dataset.SeriesDescription = "rendered sample, research use only"
        dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
        dataset.SeriesNumber, dataset.InstanceNumber = 1, number + 1
        dataset.KVP, dataset.SliceThickness = 120, float(affine_mm[2, 2])
        dataset.PixelSpacing = [float(affine_mm[1, 1]), float(affine_mm[0, 0])]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.ImagePositionPatient = [float(v) for v in affine_mm[:3, :3] @ [0, 0, number] + affine_mm[:3, 3]]
        _put_pixels(dataset, stored[:, :, number])
        yield dataset


def _put_pixels(dataset: Any, plane: npt.NDArray[np.int16]) -> None:
    """Rows run to the back, columns to the left; values from 0 with an intercept of -1024."""
    rows = np.ascontiguousarray(plane.T.astype(np.int32) + 1024).astype("<u2")
    dataset.Rows, dataset.Columns = rows.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1, -1024, "HU"
    dataset.PixelData = rows.tobytes()
