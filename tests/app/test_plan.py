"""Bodies, needles and the plan's routes: from what the page asks to what it is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azygos.app.needles import check, describe, suggested
from azygos.app.planning import check_body, find_body, keep_vertebra, kept_vertebra, make_body, picture_of
from azygos.app.surfaces import surface
from azygos.ground.errors import InputError
from azygos.plan import parse_plan
from azygos.plan.patient import Source, find_patient
from azygos.spine import Vertebra

PLAN = """
[[vertebra]]
level = "T12"
fracture = "wedge"
cleft = false
needle = [{needle}]
portions = [{{ volume_ml = 1.0, rate_ml_min = 3.0 }}]
[cement]
name = "generic_low_viscosity"
age_at_start_min = 4.0
"""


def planned(needle: str = '{ side = "left" }', more: str = ""):
    return parse_plan(PLAN.format(needle=needle) + more)


def silent(*told) -> None:
    """Hears progress and says nothing."""


def box(*, axes=None, spacing: float = 1e-3) -> Vertebra:
    """A block of bone, 31 x 21 x 11 cells, with its middle cell at LPS (100, 200, 300) mm."""
    inside = np.pad(np.ones((31, 21, 11), dtype=np.bool_), 2)
    turned = np.eye(3) if axes is None else axes
    return Vertebra(
        level="L1",
        origin=np.array([0.1, 0.2, 0.3]) - turned @ np.array([17.0, 12.0, 7.0]) * spacing,
        axes=turned,
        spacing=spacing,
        inside=inside,
        bone_fraction=np.where(inside, 0.1, 0.0),
        cleft=np.zeros_like(inside),
    )


MIDDLE = np.array([100.0, 200.0, 300.0])


def at(x: float, y: float, z: float) -> np.ndarray:
    """A place by its distance from the middle [mm]."""
    return MIDDLE + np.array([x, y, z])


@pytest.fixture(scope="module")
def bone() -> Vertebra:
    return find_patient(planned(), Source(virtual=12), spacing=3e-3).vertebrae[0]


# Bodies -----------------------------------------------------------------------------------------------------------


def test_a_body_is_that_of_the_command_line(tmp_path, bone):
    """The same cells and the same bone, to the last bit, also after it was kept in a file."""
    given = {"level": "T12", "spacing_mm": 3.0, "virtual": 12, "fracture": "wedge", "cleft": False}
    told = make_body({**given, "file": str(tmp_path / "b.npz"), "picture": str(tmp_path / "p.npy")}, silent)
    kept = kept_vertebra(tmp_path / "b.npz")
    for name in ("origin", "axes", "inside", "bone_fraction", "cleft"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(bone, name))
    assert (kept.level, kept.spacing, kept.fracture, kept.notes) == ("T12", 3e-3, "wedge", bone.notes)
    assert told["body_volume_ml"] == round(bone.volume * 1e6, 2)
    assert told["axes"] == {"lateral": [1, 0, 0], "front": [0, -1, 0], "up": [0, 0, 1]}
    assert told["notes"][0] == "Virtual patient 12: no scan was read."


def test_a_body_left_open_is_the_patients_own():
    """No fracture and no cleft asked for: both are drawn, as by a plan that leaves them out."""
    plan = parse_plan(PLAN.format(needle='{ side = "left" }').replace('fracture = "wedge"\ncleft = false\n', ""))
    own = find_patient(plan, Source(virtual=3), spacing=3e-3).vertebrae[0]
    found, _ = find_body({"level": "T12", "spacing_mm": 3.0, "virtual": 3})
    np.testing.assert_array_equal(found.inside, own.inside)
    assert found.fracture == own.fracture


def test_bodies_are_kept_by_their_file(tmp_path):
    keep_vertebra(tmp_path / "one.npz", box())
    assert kept_vertebra(tmp_path / "one.npz") is kept_vertebra(str(tmp_path / "one.npz"))


@pytest.mark.parametrize(
    ("level", "spacing", "sentence"),
    [
        (None, 2.0, "no level is given. Give T1 to T12 or L1 to L5."),
        ("L1", 0.1, "spacing_mm is 0.1. Give 0.25 to 3 mm; 2 is quick, 1 is usual."),
        ("L1", float("nan"), "spacing_mm is nan. Give 0.25 to 3 mm; 2 is quick, 1 is usual."),
        ("L1", True, "spacing_mm is True. Give 0.25 to 3 mm; 2 is quick, 1 is usual."),
        ("L1", "2", "spacing_mm is 2. Give 0.25 to 3 mm; 2 is quick, 1 is usual."),
    ],
)
def test_an_impossible_body_is_refused(level, spacing, sentence):
    with pytest.raises(InputError) as caught:
        check_body(level, spacing)
    assert str(caught.value) == sentence


def test_the_picture_lies_where_the_bone_lies(bone):
    """Bright shell on the bone's rim, dark outside, room for the needle behind."""
    picture, affine_mm = picture_of(bone)
    assert picture.dtype == np.int16
    middle_mm = bone.to_lps(np.argwhere(bone.inside).mean(axis=0)) * 1e3
    i, j, k = np.rint(np.linalg.solve(affine_mm, [*middle_mm, 1.0])[:3]).astype(int)
    row = picture[i, :, k]
    assert picture[0, 0, 0] == -80
    assert row.max() > 300 > row[j] > -80
    rims = np.flatnonzero(row > 200)
    depth_mm = 3.0 * np.ptp(np.flatnonzero(bone.inside[:, :, round(bone.to_grid(middle_mm * 1e-3)[2])].any(axis=0)))
    assert 3.0 * np.ptp(rims) == pytest.approx(depth_mm, abs=3.1)
    entry_mm = suggested(bone)[0]["left"]["entry_mm"]
    there = np.linalg.solve(affine_mm, [*entry_mm, 1.0])[:3]
    assert np.all((there >= 0) & (there < picture.shape))


def test_the_surface_of_a_block_is_its_rim():
    """Half a cell beyond the outermost cells, rounded at the corners by the smoothing."""
    mesh = surface(box().inside, 0.5, box())
    points = np.array(mesh["vertices_mm"]) - MIDDLE
    assert np.abs(points).max(axis=0) == pytest.approx([15.5, 10.5, 5.5], abs=0.3)
    assert np.array(mesh["faces"]).max() == len(points) - 1


def test_a_single_cell_has_a_surface_and_nothing_has_none():
    field = np.zeros(box().inside.shape, dtype=np.float32)
    assert surface(field, 0.25, box()) == {"vertices_mm": [], "faces": []}
    field[10, 10, 7] = 1.0
    points = np.array(surface(field, 0.25, box())["vertices_mm"])
    assert points.mean(axis=0) == pytest.approx(at(-7.0, -2.0, 0.0), abs=0.2)


# Needles ----------------------------------------------------------------------------------------------------------


def tilted() -> np.ndarray:
    """Axes of a body that leans 30 degrees to the front and 10 to the side."""
    a, b = np.radians([30.0, 10.0])
    lean = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    return lean @ np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])


@pytest.mark.parametrize("axes", [np.eye(3), tilted()], ids=["straight", "tilted"])
def test_a_needle_in_millimetres_and_degrees(axes):
    """From (10, 30, 3) to (0, 0, 0) mm in the body's own frame: 30 mm forward, 10 to the mid-line, 3 down."""
    start, end = axes @ np.array([10.0, 30.0, 3.0]), axes @ np.array([0.0, 0.0, 0.0])
    found = describe(MIDDLE + start, MIDDLE + end, box(axes=axes))
    assert found.length_mm == round(float(np.sqrt(1009.0)), 1) == 31.8
    assert found.in_bone_mm == pytest.approx(31.8 * 10.5 / 30.0, abs=0.2)
    assert found.ahead_mm == pytest.approx(31.8 * 10.5 / 30.0, abs=0.2)
    assert found.convergence_deg == round(float(np.degrees(np.arctan2(10, 30))), 1) == 18.4
    assert found.craniocaudal_deg == -round(float(np.degrees(np.arctan2(3, np.hypot(10, 30)))), 1) == -5.4
    assert found.tip_beside_mm == 0.0
    assert found.words == (
        f"From the left: 31.8 mm from entry to tip, {found.in_bone_mm:g} mm of it in the vertebral body, "
        f"{found.ahead_mm:g} mm of body ahead of the tip. 18.4° towards the mid-line, 5.4° towards the feet."
    )


def test_a_needle_and_its_mirror_image_have_the_same_angles():
    left = describe(at(20.0, 30.0, 5.0), at(4.0, -5.0, 0.0), box())
    right = describe(at(-20.0, 30.0, 5.0), at(-4.0, -5.0, 0.0), box())
    assert left.convergence_deg == right.convergence_deg > 0.0
    assert left.tip_beside_mm == right.tip_beside_mm == 4.0
    assert left.words.replace("left", "right") == right.words


@pytest.mark.parametrize(
    ("entry", "tip", "angles"),
    [
        ((0, 30, 0), (0, 0, 0), (0.0, 0.0)),  # on the mid-line, level
        ((10, 30, 0), (20, 0, 0), (-18.4, 0.0)),  # away from the mid-line
        ((0, 0, 40), (0, 0, 0), (0.0, -90.0)),  # straight down: no direction in the axial plane
        ((5, -40, 0), (5, 0, 0), (180.0, 0.0)),  # from the front
        ((-10, 30, 0), (12, 0, 0), (36.3, 0.0)),  # beyond the mid-line
    ],
)
def test_odd_needles_have_angles_too(entry, tip, angles):
    found = describe(at(*entry), at(*tip), box())
    assert (
        abs(found.convergence_deg) if angles[0] == 180.0 else found.convergence_deg,
        found.craniocaudal_deg,
    ) == angles


POINT = st.tuples(*[st.floats(-1e3, 1e3)] * 3)


@settings(deadline=None, max_examples=100)
@given(entry=POINT, tip=POINT)
def test_any_needle_can_be_described(entry, tip):
    """Also one beside the body, through it, or of no length: its lengths add up and its angles are angles."""
    found = describe(at(*entry), at(*tip), box())
    assert 0.0 <= found.in_bone_mm <= found.length_mm
    assert -180.0 <= found.convergence_deg <= 180.0
    assert -90.0 <= found.craniocaudal_deg <= 90.0
    assert found.words.startswith(("From the left: ", "From the right: "))


def test_a_tip_outside_is_said_as_the_plan_says_it(bone):
    found = check(
        planned("{ entry_mm = [25.0, 40.0, 0.0], tip_mm = [500.0, 0.0, 0.0], gauge = 11 }".replace("500", "90")), bone
    )
    sentence = found["error"]
    assert not found["ok"]
    assert sentence.startswith("needle tip (90.0, 0.0, 0.0) mm lies ")
    assert sentence.endswith(
        " mm outside the vertebral body. "
        "Move it inside the bone, or check that the scan and its label map have the same orientation."
    )
    assert found["needles"][0]["words"] == sentence
    assert found["needles"][0]["tip_in_body"] is False
    assert found["needles"][0]["length_mm"] == 76.3


def test_needles_of_alternatives_are_placed_too(bone):
    more = '[[alternative]]\nname = "out"\nneedle = [{ entry_mm = [25.0, 40.0, 0.0], tip_mm = [25.0, 39.0, 0.0] }]\n'
    found = check(planned(more=more), bone)
    assert not found["ok"]
    assert found["error"].startswith("alternative 'out': needle tip (25.0, 39.0, 0.0) mm lies ")
    assert found["needles"][0]["tip_in_body"]


def test_suggested_needles_are_those_of_the_plan(bone):
    routes, notes = suggested(bone)
    assert notes == []
    for side in ("left", "right"):
        found = check(planned(f'{{ side = "{side}" }}'), bone)
        assert found["ok"]
        assert {key: found["needles"][0][key] for key in ("entry_mm", "tip_mm")} == routes[side]
        assert found["needles"][0]["convergence_deg"] > 0.0


def test_where_no_route_fits_a_straight_line_is_shown(monkeypatch):
    def none(plan, vertebra):
        raise InputError("it does not fit.")

    monkeypatch.setattr("azygos.app.needles.place_needle", none)
    routes, notes = suggested(box())
    assert notes[0] == "No route through the left pedicle is suggested: it does not fit. A straight line is shown."
    tip, other = (np.array(route["tip_mm"]) for route in routes.values())
    left, right = (np.array(route["entry_mm"]) for route in routes.values())
    assert np.array_equal(tip, other)
    assert np.linalg.norm(left - tip) == pytest.approx(40.0, abs=1e-2)
    assert (left - tip)[0] == pytest.approx(40.0 * np.sin(np.radians(20.0)), abs=1e-2)
    assert (right - tip)[0] == pytest.approx(-(left - tip)[0])


# Scans ------------------------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.slow
def test_a_scanned_body_is_that_of_the_command_line(shared, tmp_path):
    """With a label map, with a point, and once more from what was kept: the same bone to the last bit."""
    folder = shared / "data" / "tptbox-ct-l3"
    ct, map_ = folder / "sub-ct_label-22_ct.nii.gz", folder / "sub-ct_seg-vert_label-22_msk.nii.gz"
    plan = parse_plan(PLAN.format(needle='{ side = "left" }').replace('fracture = "wedge"\ncleft = false\n', ""))
    plan = plan.model_copy(update={"vertebra": (plan.vertebra[0].model_copy(update={"level": "L3"}),)})
    given = {"level": "L3", "spacing_mm": 3.0, "input": str(ct), "file": str(tmp_path / "b.npz")}
    labelled = given | {"labels": str(map_), "label_names": "verse"}
    own = find_patient(plan, Source(input=ct, labels=map_, label_names="verse"), spacing=3e-3)
    for _ in range(2):
        told = make_body(labelled, silent)
        assert_same(kept_anew(tmp_path / "b.npz"), own.vertebrae[0])
        assert told["source"] == "scan"
        assert "affine_mm" not in told
        assert told["notes"] == [*own.notes, *own.vertebrae[0].notes]
    at_mm = tuple(told["centre_mm"])
    own = find_patient(plan, Source(input=ct, at_mm=(at_mm,)), spacing=3e-3)
    for _ in range(2):
        make_body(given | {"at_mm": list(at_mm)}, silent)
        assert_same(kept_anew(tmp_path / "b.npz"), own.vertebrae[0])


def kept_anew(path) -> Vertebra:
    """What the file now holds, whatever the process remembers of it."""
    from azygos.app import planning

    planning._kept.clear()
    return kept_vertebra(path)


def assert_same(one: Vertebra, other: Vertebra) -> None:
    for name in ("origin", "axes", "inside", "bone_fraction", "cleft"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.level, one.spacing, one.fracture, one.notes) == (
        other.level,
        other.spacing,
        other.fracture,
        other.notes,
    )
