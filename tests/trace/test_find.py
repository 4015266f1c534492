"""The tracer from a scan to findings, on a small made-up chest and on real scans without cement."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from azygos.ground.errors import InputError
from azygos.ground.volume import Volume
from azygos.trace import find

sys.path.insert(0, str(Path(__file__).resolve().parent / "anatomy"))
from made_up_body import SHAPE, body_hu, grid, scan_of

EMBOLUS, WIDTH = np.array([85.0, -10.0, 20.0]), 12.0  # in the left lung [mm]


def chest() -> np.ndarray:
    """The small body of the anatomy's tests, with one piece in the left lung."""
    values = body_hu(np.random.default_rng(5))
    away = np.sqrt(sum((x - c) ** 2 for x, c in zip(grid(), EMBOLUS, strict=True)))
    values[away < WIDTH / 2.0] = 3000.0
    return values


CHEST = chest()
AFFINE = scan_of(CHEST).affine_mm


def volume(axes=(0, 1, 2), flips=()) -> Volume:
    """The same chest, stored along other axes."""
    values = np.transpose(CHEST, axes)
    turned = AFFINE.copy()
    turned[:3, :3] = AFFINE[:3, axes]
    for axis in flips:
        values = np.flip(values, axis)
        turned[:3, 3] += turned[:3, axis] * (values.shape[axis] - 1)
        turned[:3, axis] *= -1.0
    return Volume(hu=values.astype(np.float32), affine_mm=turned, facts={"kvp": "120"})


@pytest.fixture(scope="module")
def plain():
    return find(volume())


def test_the_piece_is_found_in_the_left_lung(plain):
    (piece,) = plain.reported
    assert (piece.place.site, piece.place.side) == ("lung", "left")
    assert np.linalg.norm(piece.centre_mm - EMBOLUS) < 2.0
    true_ml = np.count_nonzero(CHEST == 3000.0) * 0.027
    assert piece.volume_ml.value == pytest.approx(true_ml, rel=0.06)
    assert piece.volume_ml.low < true_ml < piece.volume_ml.high
    assert plain.candidates == ()
    assert plain.butscheidt == 1
    assert "Certainties" in " ".join(plain.notes)


@pytest.mark.parametrize(("axes", "flips"), [((2, 0, 1), (0,)), ((1, 2, 0), (1, 2)), ((0, 1, 2), (0, 1))])
def test_other_axes_give_the_same_findings(plain, axes, flips):
    turned = find(volume(axes, flips))
    assert turned.shape == tuple(np.array(SHAPE)[list(axes)])
    (here,), (there,) = plain.reported, turned.reported
    assert there.place.side == "left"
    assert there.centre_mm == pytest.approx(here.centre_mm)
    assert there.volume_ml.value == pytest.approx(here.volume_ml.value)
    given = there.voxels @ turned.affine_mm[:3, :3].T + turned.affine_mm[:3, 3]
    assert given.mean(axis=0) == pytest.approx(here.centre_mm, abs=0.2)


def test_progress_ends_where_it_said():
    told = []
    find(volume(), progress=lambda done, of: told.append((done, of)))
    assert told[0] == (0, 6)
    assert told[-1] == (6, 6)


def test_the_same_scan_gives_the_same_findings(plain):
    again = find(volume())
    assert [p.volume_ml.value for p in again.pieces] == [p.volume_ml.value for p in plain.pieces]
    assert [n.reason for n in again.not_cement] == [n.reason for n in plain.not_cement]


def test_what_is_no_ct_is_refused():
    picture = Volume(hu=np.abs(CHEST).astype(np.float32) // 200, affine_mm=AFFINE)
    with pytest.raises(InputError):
        find(picture)


def test_what_memory_cannot_hold_is_refused(monkeypatch):
    monkeypatch.setattr(sys.modules["azygos.trace.find"], "MOST_VOXELS", 1_000_000)
    with pytest.raises(InputError) as met:
        find(volume())
    assert str(met.value) == (
        "The scan holds 112 x 84 x 130 voxels, 1 million; up to 1 million are read at once: "
        "cut it along the body, or take thicker slices."
    )


REAL = {  # scan, most candidates: calcified aorta, nail and contrast count as hardware
    "tptbox-ct-l3/sub-ct_label-22_ct.nii.gz": 1,
    "ts-upperabdomen-dicom-j2k": 3,
    "ts-lumbar-ct3mm/example_ct.nii.gz": 3,
}
LARGE = {"lidc-idri-0314/ct_thorax_crop.nii.gz": 1, "lidc-idri-0001/ct.nii.gz": 3}


def alarms(path):
    from azygos.scan import read_volume

    return find(read_volume(path))


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_a_real_scan_without_cement_raises_no_alarm(shared, name):
    found = alarms(shared / "data" / name)
    assert found.reported == ()
    assert len(found.candidates) <= REAL[name]


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_real_chest_without_cement_raises_no_alarm(shared, name):
    found = alarms(shared / "data" / name)
    assert found.reported == ()
    assert len(found.candidates) <= LARGE[name]
    assert len(found.not_cement) > 20
