"""A drawn tree: whole, named, repeatable, and laid beside the tables, misses included."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from azygos.ground.body import Body
from azygos.ground.errors import AzygosError
from azygos.lungs import SEGMENTS, by_order, draw_lungs
from azygos.lungs.draw import strahler_order, total_capacity
from azygos.lungs.names import ARTERIES, LOBES, SEGMENT_LOBE
from azygos.lungs.obstruction import flows
from azygos.lungs.shape import above_diaphragm, fill_lungs, inside_cage, outside_mediastinum
from azygos.values import lungs as v

MAN = Body(sex="male", age=65.0, height=1.75, mass=78.0)
WOMAN = Body(sex="female", age=70.0, height=1.60, mass=64.0)
SHARES = {lobe: share.number for lobe, share in v.LOBE_SHARE.items()}


@pytest.fixture(scope="module")
def drawn():
    """Sixteen patients of both sexes."""
    return [draw_lungs(MAN if seed % 2 else WOMAN, np.random.default_rng(seed)) for seed in range(16)]


@pytest.fixture(scope="module")
def elements(drawn):
    """Mean count, diameter and length of the elements of each order over the patients."""
    found: dict[int, list[tuple[float, ...]]] = {}
    for lungs in drawn:
        for row in by_order(lungs):
            found.setdefault(row.order, []).append((row.count, row.diameter, row.length))
    return {order: np.mean(rows, axis=0) for order, rows in found.items()}


def test_a_patient_is_drawn_again_from_the_same_seed_and_not_from_another(drawn):
    again = draw_lungs(WOMAN, np.random.default_rng(0))
    assert np.array_equal(again.ends, drawn[0].ends)
    assert again.salt == drawn[0].salt
    assert not np.array_equal(draw_lungs(WOMAN, np.random.default_rng(2)).diameter[:3], again.diameter[:3])


def test_all_bodies_take_the_same_count_of_random_numbers():
    after = []
    for body in (MAN, WOMAN, Body(sex="female", age=90.0, height=1.2, mass=30.0)):
        rng = np.random.default_rng(7)
        draw_lungs(body, rng)
        after.append(rng.random())
    assert after[0] == after[1] == after[2]


@pytest.mark.parametrize(
    ("sex", "height", "mass"),
    [("male", 2.2, 250.0), ("female", 1.2, 30.0), ("male", 1.2, 250.0), ("female", 2.2, 30.0)],
)
def test_the_most_unusual_bodies_have_lungs(sex, height, mass):
    lungs = draw_lungs(Body(sex=sex, age=50.0, height=height, mass=mass), np.random.default_rng(3))
    assert np.all(np.isfinite(lungs.ends))
    assert set(lungs.segment.tolist()) == {-1, *range(20)}


def test_the_tree_hangs_together(drawn):
    for lungs in drawn[:4]:
        inner = np.arange(1, len(lungs.parent))
        assert np.array_equal(lungs.ends[inner, 0], lungs.ends[lungs.parent[inner], 1])
        below = inner[lungs.beyond[inner] > 0]
        assert np.all(lungs.diameter[below] <= lungs.diameter[lungs.parent[below]])
        assert lungs.diameter.min() >= v.SMALLEST_ARTERY.number
        assert np.all(lungs.order[below] <= lungs.order[lungs.parent[below]])
        assert lungs.daughters(0) == (1, 2)
        assert all(lungs.parent[at] == 40 for at in lungs.daughters(40))


def test_every_share_of_blood_finds_its_bed(drawn):
    """What an artery was meant to carry is what its daughters and its own bed are."""
    lungs = drawn[0]
    beds = lungs.bed / lungs.bed.sum()
    held = beds.copy()
    np.add.at(held, lungs.parent[1:], lungs.share[1:])
    assert held == pytest.approx(lungs.share, rel=1e-9)


def test_arteries_know_side_lobe_and_segment(drawn):
    lungs = drawn[1]
    x = lungs.ends[:, 1, 0]
    side, lobe, segment = np.array(lungs.side), np.array(lungs.lobe), lungs.segment
    assert np.mean(x[side == "right"] < 0.0) > 0.99
    assert np.mean(x[side == "left"] > 0.0) > 0.99
    for at in np.flatnonzero(segment >= 0)[::50]:
        assert lobe[at] == SEGMENT_LOBE[SEGMENTS[segment[at]]]
        assert SEGMENTS[segment[at]] in lungs.name(at)
    assert set(lobe) == {"", *LOBES}
    assert lungs.path(int(np.argmax(lungs.beyond)))[0] == 0


def test_names_are_those_of_a_radiologist(drawn):
    names = drawn[0].vessels.names
    assert names[:3] == ("pulmonary trunk", "right main pulmonary artery", "left main pulmonary artery")
    assert "left upper lobe, superior lingular artery (L4), 1 branching beyond" in names
    assert len({artery.name for artery in ARTERIES}) == len(ARTERIES) == 33


def test_vessels_for_pictures_carry_the_resting_flow(drawn):
    vessels = drawn[0].vessels
    assert vessels.room == "lungs"
    assert vessels.flow[0] == pytest.approx(3.0e-3 / 60.0 * WOMAN.surface)
    assert vessels.flow[1] + vessels.flow[2] == pytest.approx(vessels.flow[0])


def test_a_tree_goes_through_a_pickle_whole_and_stays_sealed(drawn):
    again = pickle.loads(pickle.dumps(drawn[0]))
    assert np.array_equal(again.bed, drawn[0].bed)
    with pytest.raises(ValueError, match="read-only"):
        again.diameter[0] = 1.0


def test_a_tree_with_a_loop_or_a_gap_is_refused(drawn):
    _, (values_of, values) = drawn[0].__reduce__()
    for parent, message in (
        (
            [-1, 1, *drawn[0].parent[2:]],
            "an arterial tree has a loop or a gap: each parent must stand before its daughters",
        ),
        ([0, *drawn[0].parent[1:]], "an arterial tree begins with a trunk, whose parent is -1"),
    ):
        with pytest.raises(AzygosError) as error:
            values_of(**{**values, "parent": np.array(parent)})
        assert str(error.value) == message
    with pytest.raises(AzygosError, match="needs positive diameters"):
        values_of(**{**values, "diameter": -drawn[0].diameter})


def test_points_fill_the_volume_and_keep_clear_of_heart_and_ribs(rng):
    jitter = rng.random((60_000, 3), dtype=np.float32)
    territory = fill_lungs(4e-3, 1.1, SHARES, 20_000, jitter)
    at = territory.points / 1.1
    assert len(at) == pytest.approx(20_000, rel=1e-3)
    assert np.all(inside_cage(at))
    assert np.all(outside_mediastinum(at))
    for sign in (-1.0, 1.0):  # nothing below the diaphragm that another point of that side above it lies lower than
        side = at[np.sign(at[:, 0]) == sign]
        assert np.ptp(above_diaphragm(side)) > 0.15
    lobes = np.array([LOBES.index(SEGMENT_LOBE[name]) for name in SEGMENTS])[territory.segment]
    assert np.bincount(lobes) / len(at) == pytest.approx([SHARES[lobe] for lobe in LOBES], abs=2e-4)
    assert np.bincount(territory.segment, minlength=20).min() > 200


def test_arteries_stay_within_the_lungs_they_fill(drawn):
    """Few ends leave the rib cage or enter the mediastinum, and none by far."""
    for lungs in drawn[:4]:
        ends = lungs.ends[lungs.beyond > 0, 1] / lungs.body.scale
        assert np.mean(inside_cage(ends)) > 0.99
        assert np.mean(outside_mediastinum(ends)) > 0.97


def test_orders_are_huangs_by_diameter():
    means = np.array([order.diameter.number for order in v.ORDERS])
    assert strahler_order(np.concatenate([[25e-3], means])).tolist() == [16, *range(1, 16)]


def test_volumes_are_those_of_the_drawn_filling(drawn):
    shares = [lungs.volume / total_capacity(lungs.body) for lungs in drawn]
    assert min(shares) >= 0.5
    assert max(shares) <= 0.8
    assert np.std(shares) > 0.04


# --- beside the tables: what was never fitted. Bounds were written down with the first draw of 48 patients. ---------


@pytest.mark.parametrize("order", [11, 12, 13, 14])
def test_lengths_by_order_are_near_the_table(elements, order):
    """Of elements; 10 to 22 % short in the mean of 48 patients: no length was given below the segments."""
    assert elements[order][2] / v.ORDERS[order - 1].length.number == pytest.approx(0.85, abs=0.2)


@pytest.mark.parametrize("order", [10, 11, 12, 13])
def test_counts_by_order_miss_the_table_by_no_more_than_a_factor_of_three(elements, order):
    """A miss that is published: 45 to 68 % of the table's counts in the mean of 48 patients."""
    share = elements[order][0] / v.ORDERS[order - 1].count.number
    assert 1.0 / 3.0 < share < 1.0


@pytest.mark.parametrize("order", [10, 11, 12, 13, 14, 15])
def test_mean_diameters_by_order_lie_within_an_sd(elements, order):
    """Orders are told by diameter, so this could fail only where an order is empty at one end."""
    row = v.ORDERS[order - 1]
    assert elements[order][1] == pytest.approx(row.diameter.number, abs=row.diameter_sd.number)


def test_subsegmental_arteries_are_as_wide_as_ct_shows(drawn):
    widths = np.concatenate([lungs.diameter[lungs.beyond == 1] for lungs in drawn])
    seen = v.SUBSEGMENTAL_DIAMETER
    assert np.mean(widths) == pytest.approx(seen.number, abs=1.03e-3)
    assert np.std(widths) == pytest.approx(1.03e-3, rel=0.5)


def test_forks_turn_wider_than_was_measured_by_less_than_an_sd(drawn):
    """A published miss: 37 degrees against 28 +/- 15."""
    turns = []
    for lungs in drawn[:4]:
        along = (lungs.ends[:, 1] - lungs.ends[:, 0]) / lungs.length[:, None]
        cos = (along[1:] * along[lungs.parent[1:]]).sum(axis=1)[len(ARTERIES) :]
        turns.append(np.degrees(np.arccos(np.clip(cos, -1.0, 1.0))).mean())
    assert v.FORK_ANGLE.number < np.mean(turns) < v.FORK_ANGLE.number + 15.1


def test_blood_goes_right_and_to_the_lobes_as_scans_say(drawn):
    """The solved flows, not the shares that the tree was grown for; within 3 SD of the mean of 16 patients."""
    shares = np.array([flows(lungs, np.zeros(len(lungs.parent)), 1.0).flow[:11] for lungs in drawn])
    mean = shares.mean(axis=0)
    assert mean[1] == pytest.approx(v.RIGHT_SHARE.number, abs=3 * 0.027 / 4)
    expected = {3: 0.175, 7: 0.091, 8: 0.259, 10: 0.238}
    for at, share in expected.items():
        assert mean[at] == pytest.approx(share, abs=0.02), ARTERIES[at].name
    assert mean[5] + mean[9] == pytest.approx(0.237, abs=0.02)


def test_the_arteries_hold_as_much_blood_as_an_mra_saw(drawn):
    volumes = [float(np.pi / 4.0 * lungs.diameter**2 @ lungs.length) for lungs in drawn]
    assert np.mean(volumes) == pytest.approx(v.BLOOD_IN_ARTERIES.number, abs=47.1e-6)


def test_the_pressure_lost_at_rest_is_a_healthy_ones(drawn):
    """From the trunk to the left atrium; 5 to 12 mmHg are normal (mean 14 less wedge 8, as recalled)."""
    drops = [
        lungs.output / flows(lungs, np.zeros(len(lungs.parent)), lungs.output).conductance / 133.322 for lungs in drawn
    ]
    assert 5.0 < np.mean(drops) < 10.0
    assert min(drops) > 3.0
    assert max(drops) < 14.0
