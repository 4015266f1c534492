"""Cords as they grow and part: no wider than their veins, no dust, and a mesh that does not decide how many pieces."""

from __future__ import annotations

import math

import numpy as np
import pytest
from veins_bench import BODY, cement, entry

from azygos.spine import Route
from azygos.veins import VeinLaws, draw_veins
from azygos.veins.cord import Grown, grow
from azygos.veins.feed import Feed, gather
from azygos.veins.thread import Thread
from azygos.veins.veins import Veins
from azygos.veins.way import find_way

CEMENT, LAWS = cement(), VeinLaws()


def begun(seed: int, route: Route, *, volume: float = 4e-7, radius: float = 0.75e-3, level: str = "T9", **options):
    """A patient, what feeds the cord, and the cord."""
    veins: Veins = draw_veins(BODY, np.random.default_rng(seed))
    feed: Feed = gather([entry(volume, level=level, route=route, radius=radius, **options)], CEMENT)[0]
    way = find_way(veins, feed.level, feed.side, feed.route, name=feed.name)
    return veins, feed, Thread.begin(veins, CEMENT, LAWS, way, feed)


def grown(seed: int, root: float) -> tuple[Veins, Feed, Grown]:
    veins, feed, thread = begun(seed, Route.SEGMENTAL, volume=3e-7, age=200.0)
    thread.law[29] = root
    return veins, feed, grow(thread, CEMENT, LAWS)


def test_how_fine_the_root_is_cut_does_not_change_how_many_pieces_come_off():
    counts = []
    for seed in range(12):
        per_root = []
        for root in (0.05e-3, 0.2e-3, 0.8e-3):
            veins, feed, found = grown(seed, root)
            per_root.append(len(found.parted))
            volumes = [part.volume for part in found.parted]
            hangs = found.thread.state[1, : found.thread.n].sum()
            assert sum(volumes) + hangs == pytest.approx(feed.volume, rel=1e-9)
            assert all(volume >= veins.neck**3 for volume in volumes)
        assert len(set(per_root)) == 1, (seed, per_root)
        counts += per_root[:1]
    assert sum(counts) >= 6


def test_a_neck_at_the_root_leaves_nothing_behind():
    """Once a cord parts at its root by its neck, nothing of the neck hangs there to part again."""
    seen = 0
    for seed in range(12):
        _, _, found = grown(seed, 0.2e-3)
        times = [part.time for part in found.parted]
        seen += len(times)
        assert len(set(times)) == len(times)
    assert seen >= 6


@pytest.mark.parametrize("route", [Route.ANTERIOR_EXTERNAL, Route.SEGMENTAL, Route.BASIVERTEBRAL])
def test_no_cord_that_flows_is_wider_than_its_vein(route):
    checked = 0
    for seed in range(6):
        _, _, thread = begun(seed, route, radius=1.5e-3, level="L1")
        for until in (20.0, 40.0, 60.0, 120.0):
            while thread.advance(until) is not None:
                thread.cut(int(thread.clock[4]) + 1)
            n = thread.n
            nodes, volumes = thread.state[0, : n + 1], thread.state[1, :n]
            for i in np.flatnonzero(thread.state[2, :n] < CEMENT.setting_age):
                vein = thread.way.vein_at(float(nodes[i + 1]))
                if thread.way.vein_at(float(nodes[i])) == vein:
                    checked += 1
                    assert volumes[i] / (nodes[i] - nodes[i + 1]) < 1.02 * math.pi * thread.way.radius[vein] ** 2
    assert checked > 300


def test_cement_comes_faster_from_a_mouth_that_its_vein_makes_narrower():
    _, feed, thread = begun(0, Route.BASIVERTEBRAL, radius=2.5e-3, plug=0.0)
    assert thread.mouth_radius == thread.way.radius[0] < feed.mouth_radius
    thread.advance(1.0)
    filled = feed.flow[0] * 1.0 / (math.pi * thread.way.radius[0] ** 2)
    assert thread.state[0, 0] == pytest.approx(filled, rel=0.01)
