"""The vertebra of cement beside the spine and elsewhere."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import small_body
from small_body import fill, level_middle, make_piece

from azygos.ground.findings import Asked, Origin
from azygos.ground.places import Place
from azygos.trace.joining import join

body = cache(small_body.make_anatomy)
scan = cache(small_body.make_scan)


def origins(*pieces, asked: Asked | None = None, anatomy=None) -> tuple[Origin, ...]:
    return join(pieces, anatomy or body(), scan(), asked=asked).origins


def beside(number: int, level: str, site: str = "disc"):
    return make_piece(number, scan(), [level_middle(level) + np.array([0.0, 0.0, 12.5])], 1.5, site)


def test_cement_in_a_disc_comes_from_the_only_treated_neighbour():
    found = origins(fill(1, scan(), "T10"), fill(2, scan(), "L1"), beside(3, "T10"))
    assert [origin.level for origin in found] == ["T10", "L1", "T10"]


def test_between_two_treated_neighbours_a_disc_cannot_tell():
    found = origins(fill(1, scan(), "T10"), fill(2, scan(), "T9"), beside(3, "T10"))[2]
    assert found.level == ""
    assert found.reason.startswith("cannot tell: ")
    assert "T9" in found.reason
    assert "T10" in found.reason


def test_certainty_is_no_higher_than_that_of_the_vertebras_name():
    spine = body().spine
    assert spine is not None
    unsure = replace(spine, levels=tuple(replace(level, certainty=0.6) for level in spine.levels))
    assert origins(fill(1, scan(), "T10"), anatomy=replace(body(), spine=unsure))[0].certainty == 0.6


def test_vertebrae_without_names_are_counted():
    spine = body().spine
    assert spine is not None
    nameless = replace(spine, levels=tuple(replace(level, name="") for level in spine.levels))
    assert origins(fill(1, scan(), "T12"), anatomy=replace(body(), spine=nameless))[0].level == "vertebra 2 from below"


def test_without_a_spine_in_the_field_nothing_is_named():
    found = origins(fill(1, scan(), "T10"), anatomy=replace(body(), spine=None))[0]
    assert (found.level, found.reason) == ("", "cannot tell: no vertebra with cement is in the field")


def test_a_piece_in_the_skin_has_no_road():
    far = make_piece(2, scan(), [np.array([100.0, 0.0, 200.0])], 2.0, "elsewhere")
    found = origins(fill(1, scan(), "T10"), far)[1]
    assert found.reason == "cannot tell: no plausible road leads here from a vertebra with cement"


def test_what_fills_one_body_and_leaks_into_the_next_comes_from_where_most_of_it_lies():
    line = np.stack([level_middle("T10"), level_middle("T9") - [0.0, 0, 8.0]])
    thin = make_piece(1, scan(), [line], 2.0, "vertebral_body")
    voxels = np.unique(np.concatenate([fill(1, scan(), "T10").voxels, thin.voxels]), axis=0)
    assert origins(replace(thin, voxels=voxels))[0].level == "T10"


def test_a_joint_does_not_matter_to_cement_beside_the_spine():
    piece = replace(beside(2, "T10"), place=Place(site="disc"))
    found = origins(fill(1, scan(), "T10"), piece, asked=Asked(cemented_joint=True))[1]
    assert found.level == "T10"
    assert "31 of 67" not in found.reason
