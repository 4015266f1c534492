"""A rendered body and a rendered journey against what was drawn of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from azygos.case import demo_case, follow_case
from azygos.case.run import with_seed
from azygos.ground.errors import InputError
from azygos.ground.places import Place
from azygos.journey import Journey
from azygos.render import Choices, Phantom, Placed, Pose, Scanner, carry, draw_phantom, phantom_of, render, render_body
from azygos.render.cement_beside import beside_the_bone
from azygos.render.cement_pieces import _around_bone, fills_of, pieces_at, tube_volume_ml
from azygos.render.cement_sites import Line, place_of
from azygos.render.phantom_spine import body_shape, local_frame, old_wedges
from azygos.spine import Rest, Route

COARSE = Scanner(rows=128, fov_mm=400.0, slice_mm=3.0, step_mm=3.0, dose=4.0)
BASE = replace(COARSE, low_mm=-110.0, high_mm=-70.0)  # liver and lower lobes
HILUM = replace(COARSE, low_mm=30.0, high_mm=70.0)


@pytest.fixture(scope="module")
def phantom() -> Phantom:
    return draw_phantom(3)


@pytest.fixture(scope="module")
def plain(phantom):
    return render_body(phantom, choices=Choices(scanner=COARSE), seed=1)


@pytest.fixture(scope="module")
def journey() -> Journey:
    return follow_case(demo_case())


def of(name: str, scan) -> np.ndarray:
    volume, _, labels = scan
    return volume.hu[labels.labels == labels.label_of(name)]


def middle(name: str, scan) -> np.ndarray:
    _, _, labels = scan
    at = np.argwhere(labels.labels == labels.label_of(name)).mean(axis=0)
    return labels.affine_mm[:3, :3] @ at + labels.affine_mm[:3, 3]


def test_tissues_have_their_hu(plain, phantom):
    drawn, tissue = phantom.drawn, phantom.tissue_hu
    assert np.median(of("liver", plain)) == pytest.approx(drawn["liver_hu"], abs=4.0)
    assert np.median(of("aorta", plain)) == pytest.approx(drawn["blood"], abs=6.0)
    assert np.median(of("spleen", plain)) == pytest.approx(tissue["spleen"], abs=6.0)
    assert np.median(of("lung_upper_lobe_left", plain)) == pytest.approx(drawn["lung"], abs=40.0)
    assert np.median(of("trachea", plain)) < -900.0
    assert np.median(plain[0].hu[:, :8]) == pytest.approx(-1000.0, abs=3.0)
    assert np.median(of("rib_left_6", plain)) > 250.0


def test_the_right_lies_on_the_right_and_the_front_in_front(plain):
    assert middle("lung_lower_lobe_right", plain)[0] < -40.0 < 40.0 < middle("lung_lower_lobe_left", plain)[0]
    assert middle("liver", plain)[0] < 0.0 < middle("spleen", plain)[0]
    assert middle("heart_atrium_right", plain)[0] < middle("heart_ventricle_left", plain)[0]
    assert middle("sternum", plain)[1] < middle("heart", plain)[1] < middle("vertebrae_T8", plain)[1]
    assert middle("superior_vena_cava", plain)[0] < 0.0
    heights = [middle(f"vertebrae_T{n}", plain)[2] for n in range(4, 12)]
    assert heights == sorted(heights, reverse=True)
    assert middle("vertebrae_T8", plain)[2] == pytest.approx(0.0, abs=6.0)
    affine = plain[0].affine_mm
    assert np.allclose(affine[:3, :3], np.diag([3.125, 3.125, 3.0]))


def test_the_label_map_holds_what_a_segmentation_of_the_chest_would(plain):
    names = set(plain[2].names.values())
    lungs = {f"lung_{lobe}_lobe_{side}" for side in ("left", "right") for lobe in ("upper", "lower")}
    bones = {f"vertebrae_T{n}" for n in range(2, 13)} | {
        f"rib_{s}_{n}" for s in ("left", "right") for n in range(2, 10)
    }
    vessels = {
        "pulmonary_artery",
        "aorta",
        "superior_vena_cava",
        "inferior_vena_cava",
        "heart",
        "heart_ventricle_right",
    }
    assert lungs | bones | vessels | {"lung_middle_lobe_right", "spinal_canal", "sternum", "esophagus"} <= names
    assert plain[2].labels.shape == plain[0].hu.shape


def test_the_lobes_hold_the_arteries_that_bear_their_names(plain, phantom):
    _, _, labels = plain
    tree = phantom.of_room("lungs")
    inverse = np.linalg.inv(labels.affine_mm)
    for words, name in (("right lower lobe", "lung_lower_lobe_right"), ("left upper lobe", "lung_upper_lobe_left")):
        own = np.array([one.startswith(words) for one in tree.names]) & (tree.diameter < 1.2e-3)
        tips = phantom.space.to_world(tree.ends[own, 1] * 1e3)
        at = np.round(tips @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
        inside = np.all((at >= 0) & (at < labels.labels.shape), axis=1)
        found = labels.labels[tuple(at[inside].T)]
        assert (found == labels.label_of(name)).mean() > 0.75


def test_the_same_seed_gives_the_same_voxels_and_another_only_other_noise(phantom):
    one, again, other = (render_body(phantom, choices=Choices(scanner=BASE), seed=seed) for seed in (1, 1, 2))
    assert (again[0].hu == one[0].hu).all()
    assert (other[2].labels == one[2].labels).all()
    change = other[0].hu - one[0].hu
    assert 1.0 < change.std() < 40.0
    assert change.mean() == pytest.approx(0.0, abs=0.1)


def test_bodies_differ():
    one, two = (draw_phantom(seed) for seed in (4, 5))
    assert all(one.drawn[name] != two.drawn[name] for name in one.drawn)


def test_an_old_wedge_is_lower_in_front():
    body = next(one for one in map(draw_phantom, range(30, 60)) if old_wedges(one))
    level, (lost, _) = next(iter(old_wedges(body).items()))
    size, frame = body.spine[level], local_frame(body, level)
    column = np.abs(frame.u) < 3.0
    front, back = (
        np.ptp(frame.w[column & (np.abs(frame.v - at) < 2.0) & (body_shape(size, frame, lost) < 0.0)])
        for at in (-0.3 * size.depth[0], 0.25 * size.depth[0])
    )
    assert front / back == pytest.approx(1.0 - 0.55 * lost, abs=0.12)
    assert old_wedges(body) == old_wedges(body)


def test_contrast_fills_what_its_phase_fills(phantom):
    pulmonary = render_body(phantom, choices=Choices(scanner=HILUM, phase="pulmonary"), seed=1)
    cava, artery, aorta = (np.median(of(n, pulmonary)) for n in ("superior_vena_cava", "pulmonary_artery", "aorta"))
    assert cava > 700.0
    assert 200.0 < artery < 600.0
    assert aorta < 0.6 * artery
    arterial = render_body(phantom, choices=Choices(scanner=HILUM, phase="arterial"), seed=1)
    assert np.median(of("aorta", arterial)) > np.median(of("pulmonary_artery", arterial))


@pytest.mark.parametrize(("kernel", "over"), [("soft", 0.0), ("standard", 0.03), ("sharp", 0.13)])
def test_arteries_of_the_lung_are_as_bright_as_the_main_one_but_for_the_kernels_overshoot(phantom, kernel, over):
    """In the middle of a tube of radius r the ring weighs a * (1 - exp(-r^2 / 2 (q sigma)^2)) of the step less: for
    the sharp kernel 13 % of the step too much at r = 0.7 mm, where the narrow part still holds 94 %."""
    scanner = Scanner(kernel=kernel, rows=256, fov_mm=200.0, low_mm=30.0, high_mm=40.0, dose=1e6)
    volume, _, labels = render_body(phantom, choices=Choices(scanner=scanner, phase="pulmonary"), seed=1)
    tree = phantom.of_room("lungs")
    middle = phantom.space.to_world(tree.ends.mean(axis=1) * 1e3)
    at = np.rint((middle - volume.affine_mm[:3, 3]) / volume.spacing_mm).astype(int)
    own = (tree.diameter > 1.4e-3) & np.all((at >= 0) & (at < volume.hu.shape), axis=1)
    at = at[own]
    named = labels.labels[tuple(at.T)]
    ours = [0, *(n for n, name in labels.names.items() if name.startswith(("lung_", "pulmonary_artery")))]
    seen = volume.hu[tuple(at.T)][np.isin(named, ours)]
    main = float(np.median(of("pulmonary_artery", (volume, None, labels))))
    assert len(seen) > 20
    assert np.percentile(seen, 90.0) <= main + over * (main + 900.0) + 10.0


def test_metal_lies_where_it_belongs_and_the_scale_ends_where_it_is_told(phantom):
    asked = Choices(
        scanner=COARSE,
        hardware=("pacemaker", "sternal wires", "pedicle screws", "port", "ecg wires", "clips", "filter"),
    )
    volume, _, _ = render_body(phantom, choices=asked, seed=1)
    bright = np.argwhere(volume.hu > 2500.0) @ volume.affine_mm[:3, :3] + volume.affine_mm[:3, 3]
    assert volume.hu.max() == 3071.0
    assert ((bright[:, 0] > 60.0) & (bright[:, 2] > 50.0)).any()  # the can on the left
    assert ((np.abs(bright[:, 0]) < 25.0) & (bright[:, 1] > 10.0)).any()  # screws behind
    extended = Choices(scanner=replace(HILUM, ceiling_hu=None, high_mm=100.0), hardware=("pacemaker",))
    assert render_body(phantom, choices=extended, seed=1)[0].hu.max() > 4000.0


def ball(at, width: float, hu: float = 5000.0) -> Placed:
    return Placed(
        name="ball", lines_mm=(np.array([at]),), diameters_mm=(np.array([width]),), place=Place(site="lung"), origin="",
        cement_hu=hu, volume_ml=np.pi / 6.0 * width**3 * 1e-3,
    )  # fmt: skip


def test_a_balls_volume_comes_back_by_its_integral(phantom, plain):
    choices = Choices(scanner=replace(BASE, ceiling_hu=None))
    without = render_body(phantom, choices=choices, seed=1)[0].hu
    liver = np.array([*middle("liver", plain)[:2], -90.0 * phantom.scale])
    for width in (2.0, 8.0):
        volume, truth, _ = render_body(phantom, choices=choices, seed=1, pieces=[ball(liver, width)])
        rise = float((volume.hu - without).sum(dtype=np.float64)) * float(np.prod(volume.spacing_mm)) * 1e-3
        assert rise / (5000.0 - phantom.drawn["liver_hu"]) == pytest.approx(truth.pieces[0].volume_ml, rel=0.02)
    counted = float((truth.labels == 1).sum()) * float(np.prod(volume.spacing_mm)) * 1e-3
    assert counted == pytest.approx(truth.pieces[0].volume_ml, rel=0.15)


def test_a_body_that_lies_otherwise_takes_its_pieces_with_it(phantom, plain):
    pose = Pose(shift_mm=np.array([5.0, 0.0, -5.0]), turn_deg=np.array([0.0, 0.0, 3.0]), breath_mm=8.0)
    there = phantom.lying(pose)
    liver = middle("liver", plain)
    (moved,) = carry([ball(liver, 6.0)], phantom, there)
    scan = render_body(
        phantom,
        choices=Choices(scanner=replace(COARSE, low_mm=-150.0, high_mm=-40.0), pose=pose),
        seed=2,
        pieces=[moved],
    )
    assert np.linalg.norm(middle("liver", scan) - moved.lines_mm[0][0]) < 8.0
    assert moved.lines_mm[0][0][2] < liver[2] - 8.0


def test_a_journey_shows_all_its_cement(journey):
    phantom = phantom_of(journey, 1)
    fills, pieces = fills_of(journey, phantom, 1600.0), pieces_at(journey, phantom, 1.0, 1600.0)
    (treated,) = journey.treated
    assert fills[0].placed.volume_ml == pytest.approx(float(treated.injection.fill.sum()) * 1e-3, rel=1e-6)
    assert {piece.origin for piece in pieces} == {"T10"}
    cord = next(piece for piece in pieces if piece.name == journey.lodgings.lodged[0].piece.name)
    assert cord.place.site in ("right_ventricle", "right_atrium", "pulmonary_trunk")
    words = " ".join(name for name, _ in cord.sites)
    assert all(part in words for part in ("azygos vein", "superior vena cava", "right main pulmonary artery"))
    assert sum(volume for _, volume in cord.sites) == pytest.approx(cord.volume_ml)


def test_what_was_taken_out_is_gone_and_what_stayed_in_veins_is_there(journey):
    phantom = phantom_of(journey, 1)
    (removal,) = [one for one in journey.planned.course.removals if one.pieces]
    before, after = (pieces_at(journey, phantom, removal.day + late, 1600.0) for late in (-0.5, 0.5))
    for name in removal.pieces:
        whole, left = (next(piece for piece in found if piece.name == name) for found in (before, after))
        assert left.volume_ml < 0.6 * whole.volume_ml
        assert "atrium" not in " ".join(words for words, _ in left.sites)


def test_a_rendered_journey_shows_cement_where_its_truth_says(journey):
    scanner = Scanner(rows=128, fov_mm=120.0, low_mm=-65.0, high_mm=-30.0)
    volume, truth, labels = render(journey, day=1.0, choices=Choices(scanner=scanner), seed=4)
    treated = volume.hu[truth.labels == 1]
    assert np.median(treated) > 900.0
    inside = labels.labels[truth.labels == 1] == labels.label_of("vertebrae_T10")
    assert inside.mean() > 0.95
    assert "image domain" in volume.notes[0]
    assert volume.facts["kvp"] == "120"


def test_a_moving_heart_smears_what_lies_in_it(journey):
    scanner = Scanner(rows=96, fov_mm=150.0, slice_mm=2.0, step_mm=2.0, low_mm=-30.0, high_mm=30.0, ceiling_hu=None)
    (still, truth, labels), (moved, _, _) = (
        render(journey, day=1.0, choices=Choices(scanner=scanner, motion_mm=way), seed=4) for way in (0.0, 12.0)
    )
    in_heart = (truth.labels > 0) & (labels.labels == labels.label_of("heart_ventricle_right"))
    assert np.median(moved.hu[in_heart]) < 0.6 * np.median(still.hu[in_heart])


def test_cement_that_left_by_no_vein_lies_beside_the_bone(journey):
    phantom = phantom_of(journey, 1)
    (treated,) = journey.treated
    leak = treated.injection.leaks[0]
    ways = [
        (Route.END_PLATE, Rest.DISC, "disc"),
        (Route.CORTICAL, Rest.CANAL, "spinal_canal"),
        (Route.CORTICAL, Rest.SOFT_TISSUE, "paravertebral"),
        (Route.NEEDLE_TRACK, Rest.SOFT_TISSUE, "needle_track"),
    ]
    leaks = tuple(
        replace(leak, route=route, rest=rest, volume=0.3e-6, outlet=f"gap {n}")
        for n, (route, rest, _) in enumerate(ways)
    )
    injection = replace(treated.injection, leaks=leaks)
    changed = replace(journey, treated=(replace(treated, injection=injection),))
    placed = beside_the_bone(changed, phantom, 1600.0)
    assert [piece.place.site for piece in placed] == [site for _, _, site in ways]
    for piece in placed:
        assert tube_volume_ml(piece.lines_mm[0], piece.diameters_mm[0]) == pytest.approx(0.3, rel=2e-3)


@pytest.mark.parametrize("volume_ml", [0.3, 0.9, 3.0])
def test_cement_in_a_disc_stays_within_its_ring(journey, volume_ml):
    """Much of it lies coiled: drawn straight, 0.9 mL would be a rod of 70 mm through the disc and the lung."""
    phantom = phantom_of(journey, 1)
    (treated,) = journey.treated
    leak = replace(treated.injection.leaks[0], route=Route.END_PLATE, rest=Rest.DISC, volume=volume_ml * 1e-6)
    injection = replace(treated.injection, leaks=(leak,))
    (piece,) = beside_the_bone(replace(journey, treated=(replace(treated, injection=injection),)), phantom, 1600.0)
    assert tube_volume_ml(piece.lines_mm[0], piece.diameters_mm[0]) == pytest.approx(volume_ml, rel=2e-3)
    size = phantom.spine[leak.level]
    centre, axes = phantom.space.vertebra(phantom.centre_mm(leak.level))
    own = (piece.lines_mm[0] - centre) @ axes
    assert np.hypot(2.0 * own[:, 0] / size.width[0], 2.0 * own[:, 1] / size.depth[0]).max() < 1.0


def test_small_veins_are_named_by_the_side_of_the_bone_that_they_lie_on(phantom):
    at = phantom.centre_mm("T10")
    front, side = at + np.array([4.0, -16.0, 0.0]), at + np.array([18.0, -4.0, 0.0])
    for vein in ("left segmental vein T10", "anterior external plexus T10"):
        assert place_of(vein, "veins", front, phantom).site == "prevertebral"
        assert place_of(vein, "veins", side, phantom).site == "paravertebral"
    assert place_of("azygos vein at T10", "veins", front, phantom).site == "azygos_vein"


def test_an_intervertebral_vein_leaves_the_canal_between_the_pedicles_and_ends_beside_the_body(phantom):
    vein, tree = "left intervertebral vein T7", phantom.of_room("veins")
    ends = [tree.ends[at] * 1e3 for at, name in enumerate(tree.names) if name == vein]
    points = np.concatenate([np.linspace(a, b, 9) for a, b in (ends[0], ends[2])])
    sites = [place_of(vein, "veins", point, phantom).site for point in points]
    assert (sites[0], sites[8], sites[-1]) == ("spinal_canal", "foramen", "paravertebral")
    drawn = _around_bone(Line(points, np.full(18, 2.0), "veins", vein), phantom).points
    centres, sizes = ([thing(level) for level in ("T7", "T8")] for thing in (phantom.centre_mm, phantom.spine.get))
    under, over = (
        centre[2] + 0.22 * size.height + way * 0.5 * size.pedicle_height
        for centre, size, way in zip(centres, sizes, (-1.0, 1.0), strict=True)
    )
    assert drawn[:, 2].min() == pytest.approx(0.5 * (under + over), abs=0.01)


def test_a_piece_keeps_its_volume_where_a_bent_spine_shortens_it():
    journey = follow_case(with_seed(demo_case(), 1))
    for piece in pieces_at(journey, phantom_of(journey, 1), 1.0, 1600.0):
        if piece.place.site in ("azygos_vein", "lung") and len(piece.lines_mm) == 1 and len(piece.lines_mm[0]) > 1:
            drawn = tube_volume_ml(piece.lines_mm[0], piece.diameters_mm[0])
            assert drawn == pytest.approx(piece.volume_ml, rel=5e-3)


def test_what_cannot_be_is_refused():
    for kind, sentence in (
        ({"kernel": "razor"}, "kernel is 'razor'; write one of soft, standard, sharp"),
        ({"kvp": 90}, "there is no table for 90 kV; choose one of 80, 100, 120, 140"),
        ({"dose": 0.0}, "a dose of 0 makes no image; give more than 0"),
        ({"rows": 4}, "4 rows are not possible (16 to 1024)"),
    ):
        with pytest.raises(InputError) as met:
            Scanner(**kind)
        assert str(met.value) == sentence
    with pytest.raises(InputError) as met:
        Choices(phase="late")
    assert str(met.value) == "phase is 'late'; write one of none, pulmonary, arterial, venous"
    with pytest.raises(InputError) as met:
        Choices(hardware=("hat",))
    assert str(met.value).startswith("no hardware is called hat; there are pacemaker")
    with pytest.raises(InputError) as met:
        Pose(breath_mm=60.0)
    assert str(met.value) == "a diaphragm 60 mm away is not possible (40 at most)"


def test_cement_in_the_lungs_has_the_volume_that_lodged_there():
    found = follow_case(with_seed(demo_case(), 1))  # two casts over ten and more arteries, and a crumb
    pieces = pieces_at(found, phantom_of(found, 1), 1.0, 1600.0)
    for lodging in found.lodgings.lodged:
        (piece,) = [one for one in pieces if one.name == lodging.piece.name]
        assert piece.place.site == "lung"
        assert piece.volume_ml == pytest.approx(lodging.piece.volume * 1e6, rel=0.02)
    assert max(len(piece.lines_mm) for piece in pieces) >= 10


def test_another_noise_is_another_scan_of_the_same_body(phantom, plain):
    again, _, labels = render_body(phantom, choices=Choices(scanner=COARSE), seed=1, noise_seed=2)
    same, _, _ = render_body(phantom, choices=Choices(scanner=COARSE), seed=2)
    assert np.array_equal(labels.labels, plain[2].labels)
    assert np.std(again.hu - plain[0].hu) > 1.0
    assert np.array_equal(again.hu, same.hu)
