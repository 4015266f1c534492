"""Volumes in Hounsfield units: read, label, outline a vertebral body, write."""

from azygos.scan.info import describe, describe_labels, describe_volume
from azygos.scan.labels import label_notes, read_labels
from azygos.scan.read import read_volume
from azygos.scan.write import landing, write_nifti, write_seg_nrrd, write_vti

__all__ = [
    "describe",
    "describe_labels",
    "describe_volume",
    "label_notes",
    "landing",
    "read_labels",
    "read_volume",
    "write_nifti",
    "write_seg_nrrd",
    "write_vti",
]
