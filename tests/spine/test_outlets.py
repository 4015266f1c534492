"""Ways out: on the rim, at the same place on every grid, as many as drawn, at rest in balance."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azygos.spine.drawing import draw_bone, draw_uncertain
from azygos.spine.leak import Rest, Route
from azygos.spine.outlets import BACK, FRONT, Surface, place_foramen, rim_cells
from azygos.spine.vertebra import Bone
from azygos.spine.virtual import draw_vertebra
from azygos.values.outlets import SEGMENTAL_LENGTH

KINDS = ["none", "wedge", "biconcave", "crush"]


def bone(seed: int, kind: str = "wedge", *, level: str = "T12", cleft: bool = False, spacing: float = 1e-3) -> Bone:
    body = draw_vertebra(level, np.random.default_rng(seed), fracture=kind, cleft=cleft, spacing=spacing)
    return draw_bone(body, draw_uncertain(np.random.default_rng(seed + 1)))


def of(drawn: Bone, route: Route) -> list[np.ndarray]:
    return [drawn.vertebra.to_lps(o.mouth) for o in drawn.outlets if o.route is route]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(KINDS), level=st.sampled_from(["T1", "T6", "T12", "L1", "L5"]))
def test_mouths_lie_in_rim_cells_and_those_of_front_and_side_veins_inside(seed: int, kind: str, level: str) -> None:
    drawn = bone(seed, kind, level=level, cleft=kind != "none" and seed % 2 == 0)
    rim = rim_cells(drawn.vertebra.inside)
    for outlet in drawn.outlets:
        cell = tuple(np.rint(outlet.mouth).astype(int))
        in_bone = outlet.route in (Route.ANTERIOR_EXTERNAL, Route.SEGMENTAL)
        assert drawn.vertebra.inside[cell] if in_bone else rim[cell], outlet.name
    names = [outlet.name for outlet in drawn.outlets]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("kind", KINDS)
def test_refinement_keeps_mouths(kind: str) -> None:
    coarse, fine = (bone(6, kind, cleft=kind != "none", spacing=h) for h in (1e-3, 5e-4))
    assert [o.name for o in coarse.outlets] == [o.name for o in fine.outlets]
    apart = [
        np.linalg.norm(coarse.vertebra.to_lps(a.mouth) - fine.vertebra.to_lps(b.mouth))
        for a, b in zip(coarse.outlets, fine.outlets, strict=True)
    ]
    assert max(apart) < 3e-3
    assert np.median(apart) < 1.2e-3


def test_counts_are_those_drawn_and_one_more_moves_no_other() -> None:
    body = draw_vertebra("L2", np.random.default_rng(2), fracture="crush")
    draw = dataclasses.replace(draw_uncertain(np.random.default_rng(3)), anterior_vein_count=3, cortical_gap_count=2)
    few = draw_bone(body, draw)
    more = draw_bone(body, dataclasses.replace(draw, anterior_vein_count=4))
    assert len(of(few, Route.ANTERIOR_EXTERNAL)) == 3
    assert len(of(few, Route.CORTICAL)) == 2
    kept = {tuple(o.mouth) for o in few.outlets}
    assert kept < {tuple(o.mouth) for o in more.outlets}


def test_whole_bodies_have_fewer_gaps_and_clefts_one_more() -> None:
    draw = dataclasses.replace(draw_uncertain(np.random.default_rng(3)), cortical_gap_count=2, end_plate_gap_count=2)
    whole = draw_bone(draw_vertebra("L1", np.random.default_rng(1)), draw)
    broken = draw_bone(draw_vertebra("L1", np.random.default_rng(1), fracture="wedge"), draw)
    cleft = draw_bone(draw_vertebra("L1", np.random.default_rng(1), fracture="wedge", cleft=True), draw)
    assert [len(of(b, Route.CORTICAL)) for b in (whole, broken, cleft)] == [0, 2, 3]
    assert [len(of(b, Route.END_PLATE)) for b in (whole, broken)] == [0, 2]


def test_each_route_leaves_where_its_anatomy_says() -> None:
    for seed in range(10):
        drawn = bone(seed, "none", level="L2")
        y = np.argwhere(drawn.vertebra.inside)[:, 1].mean()
        middle = drawn.vertebra.to_lps(np.array([0.0, y, 0.0]))[1]
        assert all(place[1] > middle + 8e-3 for place in of(drawn, Route.BASIVERTEBRAL))
        assert all(abs(place[0]) < 6e-3 for place in of(drawn, Route.BASIVERTEBRAL))
        assert all(place[1] < middle + 1e-3 for place in of(drawn, Route.ANTERIOR_EXTERNAL))
        for outlet in drawn.outlets:
            if outlet.route is Route.SEGMENTAL:  # leaves far to the side, after its run in bone
                run = outlet.length - SEGMENTAL_LENGTH.number
                assert abs(drawn.vertebra.to_lps(outlet.mouth)[0]) + run > 12e-3
        assert len({outlet.pressure for outlet in drawn.outlets}) == 1
        for outlet in drawn.outlets:
            if outlet.route is Route.BASIVERTEBRAL:
                assert outlet.rest is Rest.CANAL
            if outlet.route is Route.SEGMENTAL:
                assert outlet.rest in (Rest.PARAVERTEBRAL, Rest.CAVA)


def test_foramen_is_as_deep_as_drawn_and_opens_at_the_back() -> None:
    body = draw_vertebra("L3", np.random.default_rng(1), sex="male", spacing=5e-4)
    surface = Surface.of(body)
    for depth in (5e-3, 12e-3):
        foramen = place_foramen(body, surface, depth)
        cells = np.argwhere(foramen.cells)
        assert foramen.depth == depth
        assert (foramen.mouth[1] - cells[:, 1].min()) * body.spacing == pytest.approx(depth, abs=6e-4)
        assert np.ptp(cells[:, 0]) * body.spacing == pytest.approx(7.8e-3, rel=0.25)
        assert np.ptp(cells[:, 2]) * body.spacing == pytest.approx(5.4e-3, rel=0.25)
        height = (foramen.mouth[2] - cells[:, 2].mean()) * body.spacing
        assert abs(height) < 1e-3


def test_foramen_never_reaches_through_a_small_body() -> None:
    body = draw_vertebra("T2", np.random.default_rng(1))
    surface = Surface.of(body)
    depth = surface.wall(BACK, 0.5)[1] - surface.wall(FRONT, 0.5)[1]
    assert place_foramen(body, surface, 15e-3).depth < 0.5 * depth * body.spacing


def test_vein_radius_factor_widens_veins_only() -> None:
    body = draw_vertebra("L3", np.random.default_rng(1), fracture="crush")
    draw = dataclasses.replace(draw_uncertain(np.random.default_rng(3)), vein_radius_factor=1.0, cortical_gap_count=2)
    plain, wide = draw_bone(body, draw), draw_bone(body, dataclasses.replace(draw, vein_radius_factor=1.5))
    for a, b in zip(plain.outlets, wide.outlets, strict=True):
        assert b.radius == pytest.approx(a.radius * (1.5 if a.route.vascular else 1.0))
