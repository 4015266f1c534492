"""Volumes in Hounsfield units: read, label, outline a vertebral body, write."""

from azygos.scan.dicom_names import segment_name
from azygos.scan.dicom_objects import Objects, make_objects, objects_hindrance
from azygos.scan.dicom_write import uid_from, write_ct_series
from azygos.scan.info import describe, describe_labels, describe_volume
from azygos.scan.labels import label_notes, read_labels
from azygos.scan.read import Scan, open_files, open_scan, read_volume
from azygos.scan.write import landing, write_nifti, write_seg_nrrd, write_vti

__all__ = [
    "Objects",
    "Scan",
    "describe",
    "describe_labels",
    "describe_volume",
    "label_notes",
    "landing",
    "make_objects",
    "objects_hindrance",
    "open_files",
    "open_scan",
    "read_labels",
    "read_volume",
    "segment_name",
    "uid_from",
    "write_ct_series",
    "write_nifti",
    "write_seg_nrrd",
    "write_vti",
]
