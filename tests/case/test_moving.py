"""The moving picture of a journey: at every instant what the tracks say, and small enough to load whole."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from made_journey import JOURNEYS, make_result

from azygos.case.ends import tracks_in
from azygos.case.moving import END, MOST_VESSELS, instants, moving_table, without_straights, write_moving
from azygos.case.outline import trunk_outline
from azygos.ground.units import MM

NEAR_MM = 0.15 + 0.05 * np.sqrt(3.0) + 1e-6  # what thinning and rounding may move a line


def shown_at(table: dict[str, Any], branch: dict[str, Any], instant: int) -> dict[tuple[str, str], np.ndarray]:
    until = dict(branch["shown_until"])
    return {
        (line["piece"], line["room"]): np.array(line["line_mm"])
        for number, line in enumerate(table["lines"])
        if line["shown"][0] <= instant < until.get(number, line["shown"][1])
    }


def off_line(points: np.ndarray, line: np.ndarray) -> float:
    """The greatest distance of points from a line of straight pieces [mm]."""
    starts, ends = line[:-1], line[1:]
    along = ends - starts
    told = points[:, None] - starts
    share = np.clip((told * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-12), 0.0, 1.0)
    return float(np.linalg.norm(told - share[..., None] * along, axis=-1).min(axis=1).max())


@pytest.mark.parametrize("kind", JOURNEYS)
def test_every_instant_of_every_branch_shows_what_the_tracks_say(kind):
    journey = make_result(kind).journey
    table = moving_table(make_result(kind))
    times = instants(journey)
    assert [b["name"] for b in table["branches"]] == [b.name for b in journey.branches]
    for branch, told in zip(journey.branches, table["branches"], strict=True):
        tracks = tracks_in(journey.tracks, branch.course)
        for instant, time in enumerate(times):
            wanted = {(t.piece, t.room): t.at(time) for t in tracks if t.at(time) is not None}
            found = shown_at(table, told, instant)
            assert found.keys() == wanted.keys(), (branch.name, time)
            for key, (points, _) in wanted.items():
                assert off_line(points / MM, found[key]) <= NEAR_MM


@pytest.mark.parametrize("kind", JOURNEYS)
def test_instants_run_from_the_first_second_to_three_months(kind):
    result = make_result(kind)
    times, table = instants(result.journey), moving_table(result)
    told = table["times_s"]
    assert told[:2] == [0.0, pytest.approx(1.0)] or told[1] < 1.0
    assert 1.0 in told
    assert told[-1] == times[-1] == END == 90 * 86400
    assert np.all(np.diff(told) > 0.0)
    assert 90 <= len(told) <= 200
    assert len([t for t in told if t > 86400]) >= 12, "the months move too"
    np.testing.assert_allclose(told, times, rtol=1e-5)


def test_instants_lie_close_where_cement_moves():
    """A cord crosses the heart within seconds: its way is not jumped over."""
    journey = make_result().journey
    times = np.array(instants(journey))
    for track in journey.tracks:
        moves = track.times[track.times < END]
        caught = np.unique(np.searchsorted(times, moves, side="right"))
        assert len(caught) >= 0.5 * len(moves), (track.piece, track.room)
    events = {float(e.time) for e in journey.events if 0.0 < e.time < END}
    assert events <= set(times), "what is told of has its instant"


def test_what_is_taken_out_goes_in_one_branch_and_stays_in_the_other():
    result = make_result()
    table = moving_table(result)
    planned, without = table["branches"][0], next(b for b in table["branches"] if b["name"] == "without removal")
    removal = next(one for one in result.journey.planned.course.removals if one.volume > 0.0)
    assert (planned["removed_day"], without["removed_day"]) == (removal.day, None)
    day = next(n for n, time in enumerate(table["times_s"]) if time >= removal.day * 86400)
    for piece in removal.pieces:
        rooms = {room for name, room in shown_at(table, planned, day - 1) if name == piece} - {"veins"}
        assert rooms, "it is there the instant before"
        assert not {room for name, room in shown_at(table, planned, day) if name == piece} - {"veins"}
        assert rooms <= {room for name, room in shown_at(table, without, len(table["times_s"]) - 1) if name == piece}


@pytest.mark.parametrize("kind", JOURNEYS)
def test_the_file_is_small_and_the_same_each_time(kind, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_moving(tmp_path / name, make_result(kind))
    text = (tmp_path / "a" / "moving.json").read_bytes()
    assert text == (tmp_path / "b" / "moving.json").read_bytes()
    assert len(text) < 2_000_000
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_points_are_tenths_of_a_millimetre_and_vessels_the_widest():
    result = make_result()
    table = moving_table(result)
    for line in table["lines"]:
        np.testing.assert_array_equal(np.round(line["line_mm"], 1), line["line_mm"])
    for network in result.journey.vessels:
        widths = [one["diameter_mm"] for one in table["vessels"] if one["room"] == network.room]
        most = MOST_VESSELS[network.room]
        assert len(widths) == min(most, len(network.names))
        assert min(widths) >= np.sort(network.diameter / MM)[::-1][:most].min() - 0.005


def test_series_follow_the_session_and_then_each_branch():
    result = make_result()
    table, acute = moving_table(result), result.journey.acute
    branches = dict.fromkeys(one["branch"] for one in table["series"])
    assert list(branches) == ["acute", *(b.name for b in result.journey.branches)]
    mean = {one["branch"]: one for one in table["series"] if one["key"] == "pulmonary_pressure"}
    assert mean["acute"]["unit"] == "mmHg"
    np.testing.assert_allclose(mean["acute"]["values"], acute.pulmonary_pressure / 133.322387415, rtol=1e-3)
    assert mean["as planned"]["time_s"][0] > mean["acute"]["time_s"][-1]
    assert mean["as planned"]["time_s"][-1] <= END


def test_nothing_is_drawn_of_pressures_after_a_death():
    result = make_result("death")
    died = result.journey.died
    assert died is not None
    for one in moving_table(result)["series"]:
        assert all(time < died[0] for time in one["time_s"])


def test_the_outline_has_the_size_of_the_body():
    result = make_result()
    front = np.array(moving_table(result)["outline"]["front"])
    np.testing.assert_allclose(front, trunk_outline(0) * result.journey.body.scale, atol=0.051)
    treated = [one["level"] for one in moving_table(result)["levels"] if one["treated"]]
    assert treated == [one.vertebra.level for one in result.journey.treated]


def test_a_thinned_line_passes_near_every_point_that_was_left_out():
    turn = np.linspace(0.0, 2.0 * np.pi, 200)
    helix = np.stack([30.0 * np.cos(turn), 30.0 * np.sin(turn), 5.0 * turn], axis=-1)
    thin = without_straights(helix)
    assert len(thin) < 60
    assert off_line(helix, thin) <= 0.15
    np.testing.assert_array_equal(thin[[0, -1]], helix[[0, -1]])
