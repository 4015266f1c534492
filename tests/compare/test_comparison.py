"""Two dates of made-up chests from start to end: what stayed, what moved, grew, went and came."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from chests import LIMITS, Ball, Other, again, chest, findings, scan

from azygos.compare import compare
from azygos.ground.errors import InputError
from azygos.ground.findings import Blind
from azygos.ground.volume import Volume

OTHER = Other(shift=(14.0, -9.0, 20.0), turn_deg=(3.0, -2.0, 5.0), breath_mm=10.0)
STAYS = [
    Ball((4, 40, -10), 8.0, "vertebral_body", level="T10"),
    Ball((-18, 24, -20), 3.5, "azygos_vein", to=(-14, 24, 40)),
    Ball((-50, 0, 10), 6.0, "lung"),
    Ball((50, -10, 30), 4.0, "lung", to=(60, -15, 40)),
]
MOVES = Ball((40, 10, -10), 5.0, "lung")
GROWS = Ball((-45, -25, 40), 5.0, "lung")
GOES = Ball((-40, 20, 45), 6.0, "lung")
COMES = Ball((45, 15, 55), 3.5, "lung", to=(52, 15, 70))


@pytest.fixture(scope="module")
def bodies():
    body = chest()
    return body, again(body, OTHER)


@pytest.fixture(scope="module")
def followed(bodies):
    """One pair with each kind of change in it."""
    first = scan(bodies[0], [*STAYS, MOVES, GROWS, GOES], 1)
    moved = Ball((45, 10, -10), MOVES.width, MOVES.site)
    grown = Ball(GROWS.at, 8.0, GROWS.site)
    second = scan(bodies[1], [*STAYS, moved, grown, COMES], 2, OTHER)
    steps = []
    changes = compare(*first, *second, progress=lambda done, count: steps.append((done, count)))
    return changes, steps


def test_each_piece_has_the_verdict_that_was_made_for_it(followed):
    changes, _ = followed
    found = {(change.first, change.second): change.verdict for change in changes.changes}
    assert found == {
        **{((k,), (k,)): "unchanged" for k in (1, 2, 3, 4)},
        ((5,), (5,)): "moved",
        ((6,), (6,)): "changed",
        ((7,), ()): "gone",
        ((), (7,)): "new",
    }


def test_what_moved_is_measured_and_so_is_what_grew(followed):
    changes, _ = followed
    (moved,), (grown,) = changes.of("moved"), changes.of("changed")
    assert moved.moved_mm.value == pytest.approx(5.0, abs=1.0)
    assert moved.least_move_mm < 5.0
    assert grown.change_ml.value == pytest.approx(np.pi / 6.0 * (8.0**3 - 5.0**3) / 1000.0, rel=0.3)
    assert [change.verdict for change in changes.changes][-4:] == ["unchanged"] * 4


def test_the_registration_is_as_good_as_it_says(followed):
    """Where each piece should lie on the second date, against the exact map."""
    changes, _ = followed
    off = [
        np.linalg.norm(change.warp.to_second(change.first_mm[None]) - OTHER.there(change.first_mm[None]))
        for change in changes.changes
        if change.first
    ]
    assert np.median(off) < 0.6
    assert max(off) < 1.6
    assert all(o <= max(1.0, change.error_mm.high) for o, change in zip(off, changes.changes, strict=False))


def test_what_one_date_does_not_list_is_looked_for_in_its_scan(bodies):
    """Not listed but bright: still there. Beyond the field, blind, or too thin for that scan: cannot be told."""
    listed, high, blind, thin = STAYS[2], Ball((-45, 0, 75), 5.0, "lung"), STAYS[3], Ball((48, 15, 0), 4.0, "lung")
    first = scan(bodies[0], [listed, high, blind, thin], 1)
    cut = Volume(hu=bodies[0].hu[:, :, :78], affine_mm=bodies[0].affine_mm)  # ends below `high`
    volume, _ = scan(cut, [listed], 2)
    where = Blind(
        region="a part of the left lung", reason="metal streaks.", volume_ml=4.0, centre_mm=(55.0, -12.0, 35.0)
    )
    limits = tuple(replace(limit, dense_mm=4.5, weak_mm=6.0) for limit in LIMITS)
    changes = compare(*first, volume, findings(volume, [], blind=(where,), limits=limits))
    told = {change.first[0]: (change.verdict, change.sentence) for change in changes.changes}
    assert told[1][0] == "unchanged"
    assert "but nothing was found there. It is still there, unchanged within " in told[1][1]
    assert told[2] == ("cannot tell", "Its place lies outside the field of the second scan.")
    assert told[3] == ("cannot tell", "The second scan is blind there: a part of the left lung, metal streaks.")
    assert told[4] == (
        "cannot tell",
        "The second scan might not show it: it is 4.0 mm thick, and that scan shows cement from 4.5 mm there.",
    )
    assert changes.tracking == {}


def test_tracking_identifiers_are_handed_on(followed):
    changes, _ = followed
    assert changes.tracking == {k: f"1.2.{k}" for k in range(1, 7)}


def test_progress_ends_where_it_said(followed):
    _, steps = followed
    assert steps == [(k + 1, 17) for k in range(17)]


def test_regions_are_named_with_their_kind(followed):
    changes, _ = followed
    assert {(region.name, region.kind) for region in changes.regions} == {
        ("lungs", "deformable"), ("spine", "rigid"), ("spine at T10", "rigid"),
    }  # fmt: skip
    assert all(region.told for region in changes.regions)


def test_a_scan_against_itself_says_so(bodies):
    one = scan(bodies[0], STAYS[:1], 1)
    changes = compare(*one, *one)
    assert changes.notes == ("Both dates are the same scan, voxel for voxel: nothing can have changed.",)
    assert [change.verdict for change in changes.changes] == ["unchanged"]
    assert changes.changes[0].moved_mm.value < 0.05


def test_nothing_on_both_dates_is_nothing_to_compare(bodies):
    changes = compare(*scan(bodies[0], [], 1), *scan(bodies[1], [], 2, OTHER))
    assert changes.changes == ()
    assert changes.regions == ()
    assert changes.agreement["bone"] > 0.6


def test_another_body_is_refused(bodies):
    """The same chest a third larger and mirrored front to back is nobody's follow-up."""
    first = scan(bodies[0], [], 1)
    affine = bodies[0].affine_mm * np.array([1.3, 1.3, 0.8, 1.0])[:, None]
    other = Volume(hu=bodies[0].hu[:, ::-1], affine_mm=affine)
    with pytest.raises(InputError) as error:
        compare(*first, other, findings(other, []))
    assert str(error.value).startswith("the two scans do not fit each other: after the best alignment their bones ")
    assert str(error.value).endswith(
        "(Dice), and scans of one person reach 0.5 or more. "
        "Check that both are of the same person and show the same part of the body."
    )


def test_findings_of_another_scan_are_refused(bodies):
    volume, found = scan(bodies[0], [], 1)
    short = Volume(hu=volume.hu[:, :, :80], affine_mm=volume.affine_mm)
    with pytest.raises(InputError) as error:
        compare(volume, found, short, found)
    assert str(error.value) == (
        "the findings of the second scan belong to another scan: its grid is 104 x 88 x 80 voxels, "
        "theirs 104 x 88 x 96. Trace that scan again."
    )


def test_without_simple_itk_it_says_what_to_install(bodies, monkeypatch):
    monkeypatch.setitem(sys.modules, "SimpleITK", None)
    volume, found = scan(bodies[0], [], 1)
    with pytest.raises(InputError) as error:
        compare(volume, found, volume, found)
    assert str(error.value) == (
        "azygos compare needs SimpleITK, which is not installed. Install it with: pip install 'azygos[compare]'."
    )
