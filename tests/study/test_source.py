"""What a run reads: several label maps, each with names of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_findings import made_volume

from azygos.ground.errors import InputError
from azygos.ground.files import sha256_of
from azygos.scan import write_nifti
from azygos.study.source import ScanSource


@pytest.fixture
def maps(tmp_path: Path) -> tuple[Path, Path]:
    """Two maps without names."""
    paths = (tmp_path / "heart.nii.gz", tmp_path / "bodies.nii.gz")
    for path in paths:
        labels = np.zeros(made_volume().hu.shape, dtype=np.uint8)
        labels[14:18, 10:14, 6:9] = 1
        write_nifti(path, labels, made_volume().affine_mm)
    return paths


def test_each_map_takes_its_own_names(maps):
    source = ScanSource(labels=maps, label_names=("heartchambers_highres", "vertebrae_body"))
    assert [found.names for found in source.read_labels(made_volume())] == [
        {1: "heart_myocardium"}, {1: "vertebrae_body"},
    ]  # fmt: skip


def test_one_name_stands_for_all_maps(maps):
    source = ScanSource(labels=maps, label_names=("heartchambers_highres",))
    assert [found.names for found in source.read_labels(made_volume())] == 2 * [{1: "heart_myocardium"}]


def test_two_names_for_three_maps_are_refused(maps):
    with pytest.raises(InputError) as error:
        ScanSource(labels=(*maps, maps[0]), label_names=("verse", "cads"))
    assert str(error.value) == (
        "--label-names is given 2 times for 3 label maps. Give it once for all, or once for each."
    )


def test_a_record_tells_schemes_by_name_and_no_path(maps, tmp_path):
    source = ScanSource(path=maps[0], labels=maps, label_names=("verse", str(tmp_path / "mustermann.csv")))
    assert source.options() == {"label_names": ["verse", "a table"]}
    assert source.hashes() == {"ct": sha256_of(maps[0]), "labels_1": sha256_of(maps[0]), "labels_2": sha256_of(maps[1])}


def test_files_in_memory_hash_as_on_the_disk(tmp_path):
    (tmp_path / "dicom").mkdir()
    files = {"one": b"abc", "two": b"defg"}
    for name, data in files.items():
        (tmp_path / "dicom" / name).write_bytes(data)
    assert ScanSource(files=files).hashes() == {"ct": sha256_of(tmp_path / "dicom")}
