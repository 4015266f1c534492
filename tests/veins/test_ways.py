"""Chances at forks: each cord and each piece has its own."""

from __future__ import annotations

import itertools

import numpy as np
from veins_bench import BODY, cement, entry

from azygos.ground.anatomy import LEVELS
from azygos.spine import Route
from azygos.veins import draw_veins, follow_veins
from azygos.veins.feed import gather
from azygos.veins.way import chance

CEMENT = cement()


def leaks():
    return [
        entry(5e-7, level="T9", route=Route.SEGMENTAL, radius=0.75e-3, age=200.0),
        entry(4e-7, level="L1", route=Route.BASIVERTEBRAL, side="left", radius=1e-3, age=200.0),
        entry(6e-7, level="L3", age=200.0),
    ]


def of_level(arrivals, level: str) -> tuple:
    return (
        [(p.name, p.time, p.volume, p.path) for p in arrivals.pieces if p.level == level],
        [(r.name, r.vein, r.volume, r.attached) for r in arrivals.remnants if r.level == level],
    )


def test_neither_number_nor_order_of_leaks_changes_the_way_of_another():
    for seed in range(4):
        veins = draw_veins(BODY, np.random.default_rng(seed))
        alone = {e.leak.level: of_level(follow_veins(veins, [e], CEMENT), e.leak.level) for e in leaks()}
        for order in itertools.permutations(leaks()):
            together = follow_veins(veins, order, CEMENT)
            for level, told in alone.items():
                assert of_level(together, level) == told, (seed, level)


def test_every_cord_and_piece_has_chances_of_its_own():
    veins = draw_veins(BODY, np.random.default_rng(0))
    feeds = [
        gather([entry(1e-6, level=level, side=side, route=route)], CEMENT)[0].name
        for level in LEVELS
        for side in ("left", "right")
        for route in (Route.BASIVERTEBRAL, Route.SEGMENTAL)
    ]
    names = [*feeds, *(f"{feed} {number}" for feed in feeds for number in range(40))]
    drawn = np.array([chance(veins, 0, name) for name in names])
    assert len(set(drawn)) == len(names)
    n = len(names)
    assert np.abs(np.sort(drawn) - (np.arange(n) + 0.5) / n).max() < 1.63 / np.sqrt(n)  # Kolmogorov, 1 %
    cords, pieces = drawn[: len(feeds)], drawn[len(feeds) :: 40]
    assert abs(np.corrcoef(cords[1:], pieces[:-1])[0, 1]) < 3.0 / np.sqrt(len(feeds))


def test_a_leaks_second_vein_on_the_same_side_shares_its_way():
    one, two = (gather([entry(1e-6, outlet=name, route=route)], CEMENT)[0].name
                for name, route in (("front 1", Route.ANTERIOR_EXTERNAL), ("back", Route.SEGMENTAL)))  # fmt: skip
    assert one == two == "L2 right outer"
