"""Cement followed through one patient's veins: cords, pieces, remnants, and what each law is worth."""

from __future__ import annotations

import numpy as np
import pytest
from veins_bench import BODY, cement, entry

from azygos.ground.errors import InputError
from azygos.spine import Route, State
from azygos.veins import Entry, VeinLaws, draw_veins, follow_veins

CEMENT = cement()
THICK = cement("generic_high_viscosity")


def veins(seed: int = 0, **options):
    return draw_veins(BODY, np.random.default_rng(seed), **options)


def total(arrivals) -> float:
    return sum(p.volume for p in arrivals.pieces) + sum(r.volume for r in arrivals.remnants)


def test_no_leak_no_cement():
    arrivals = follow_veins(veins(), [], CEMENT)
    assert arrivals.pieces == arrivals.remnants == arrivals.tracks == ()
    assert arrivals.account.received == 0.0


@pytest.mark.parametrize("volume", [1e-12, 1e-9, 3e-7, 20e-6])
@pytest.mark.parametrize("route", [Route.ANTERIOR_EXTERNAL, Route.SEGMENTAL, Route.BASIVERTEBRAL])
def test_every_drop_is_somewhere(volume, route):
    for seed in range(2):
        arrivals = follow_veins(veins(seed), [entry(volume, route=route, plug=0.0)], CEMENT)
        assert total(arrivals) == pytest.approx(volume, rel=1e-9)
        assert all(np.isfinite([r.volume, r.length, r.diameter]).all() for r in arrivals.remnants)


def test_what_the_little_vein_holds_stays_there():
    arrivals = follow_veins(veins(), [entry(5e-9)], CEMENT)
    (cast,) = arrivals.remnants
    assert cast.vein == "anterior external vein L2"
    assert cast.volume == pytest.approx(5e-9)
    assert arrivals.pieces == ()


def test_two_veins_of_one_side_make_one_cord():
    pair = [entry(2e-7, outlet=name) for name in ("front 1", "front 2")]
    arrivals = follow_veins(veins(), pair, CEMENT)
    assert len([t for t in arrivals.tracks if t.times[0] < 30.0]) == 1
    apart = follow_veins(veins(), [pair[0], entry(2e-7, side="left")], CEMENT)
    assert len([t for t in apart.tracks if t.times[0] < 30.0]) == 2


def test_a_track_leads_from_the_vertebra_to_the_heart():
    arrivals = follow_veins(veins(), [entry(5e-7, level="T9", route=Route.SEGMENTAL, radius=0.75e-3)], THICK)
    for track in arrivals.tracks:
        assert track.points.shape[1:] == (24, 3)
        assert np.all(track.diameters > 0.0)
        assert len(track.times) <= 60
    attached = {piece.name for piece in arrivals.pieces if piece.attached}
    assert attached <= {track.piece for track in arrivals.tracks}


def test_a_cord_that_came_off_whole_is_shown_no_longer():
    leak = entry(5e-7, level="T9", route=Route.SEGMENTAL, radius=0.75e-3)
    arrivals = follow_veins(veins(0), [leak], THICK, laws=VeinLaws(attachment=False))
    cord = next(track for track in arrivals.tracks if track.piece == "T9-1")
    assert not [r for r in arrivals.remnants if r.name == "T9-1"]
    assert cord.until == pytest.approx(60.0, abs=1e-6)


def test_pieces_come_in_order_with_a_path_and_a_cause():
    causes = {"drag on soft cement", "neck", "getting up", "attached"}
    for seed in range(6):
        arrivals = follow_veins(veins(seed), [entry(5e-7, level="T9")], CEMENT)
        for piece in arrivals.pieces:
            assert piece.cause in causes
            assert piece.path[0] == "anterior external vein T9"
            assert piece.path[-1] in ("superior vena cava", "inferior vena cava at T9")
            assert piece.thinnest <= piece.diameter * (1 + 1e-9)


def reaches(laws: VeinLaws, seeds=range(12)) -> dict[str, int]:
    """How many patients get an attached cord, a set piece, any piece into the heart."""
    found = {"attached": 0, "set": 0, "any": 0}
    for seed in seeds:
        leak = entry(5e-7, level="T9", route=Route.SEGMENTAL, radius=0.75e-3)
        arrivals = follow_veins(veins(seed), [leak], THICK, laws=laws)
        found["attached"] += any(p.attached for p in arrivals.pieces)
        found["set"] += any(p.state is State.SET for p in arrivals.pieces)
        found["any"] += bool(arrivals.pieces)
    return found


def test_cords_hang_into_the_heart_and_not_without_hardening():
    """Without it all of a cord thins until it comes off."""
    assert reaches(VeinLaws())["attached"] >= 3
    soft = reaches(VeinLaws(hardening=False))
    assert soft["attached"] == soft["set"] == 0
    assert soft["any"] >= 3


def test_no_cord_hangs_on_its_vertebra_without_attachment():
    assert reaches(VeinLaws())["attached"] >= 3
    free = reaches(VeinLaws(attachment=False))
    assert free["attached"] == 0
    assert free["any"] >= 3


def test_drag_does_not_thin_a_cord_that_may_not_stretch():
    leak = entry(5e-7, level="T9", route=Route.SEGMENTAL, radius=0.75e-3)
    for seed in range(4):
        arrivals = follow_veins(veins(seed), [leak], THICK, laws=VeinLaws(thins=False))
        assert all(piece.thinnest > 1.4e-3 for piece in arrivals.pieces)


def test_without_friction_nothing_lies_still_loose():
    for seed in range(4):
        arrivals = follow_veins(veins(seed), [entry(3e-7, level="T9")], CEMENT, laws=VeinLaws(friction=False))
        assert not [r for r in arrivals.remnants if not r.attached]


def test_getting_up_moves_what_lay_loose():
    """Some seeds hold a set piece until the patient rises; it comes then, or stays."""
    late = [
        (piece.time, piece.cause)
        for seed in range(12)
        for piece in follow_veins(veins(seed), [entry(2e-7, level="T9")], CEMENT, rises=5000.0).pieces
        if piece.time > 2000.0
    ]
    assert late
    assert all(cause == "getting up" and time >= 5000.0 for time, cause in late)


def test_answers_of_width_order_as_they_must():
    """Continuity is the thinnest, a cast the widest."""
    leak = entry(5e-7, level="T9")
    widths = {}
    for name in ("continuity", "thread", "cast"):
        longest = []
        for seed in range(4):
            arrivals = follow_veins(veins(seed), [leak], CEMENT, laws=VeinLaws(width=name))
            parts = [*arrivals.pieces, *(r for r in arrivals.remnants if not r.vein.startswith("anterior"))]
            longest.append(np.sqrt(sum(p.volume for p in parts) / sum(p.length for p in parts)))
        widths[name] = float(np.mean(longest))
    assert widths["continuity"] < widths["thread"] < widths["cast"]


def test_narrow_veins_and_no_valves_are_finite():
    narrow = veins(2, radius_factor=0.1)
    for laws in (VeinLaws(), VeinLaws(valves=False), VeinLaws(gravity=False)):
        arrivals = follow_veins(narrow, [entry(3e-7)], CEMENT, laws=laws)
        assert total(arrivals) == pytest.approx(3e-7, rel=1e-9)


def test_a_gel_that_never_sets_parts_before_it_is_thinner_than_its_powder():
    """Seen to thin without end in narrow veins: past the age of a gel only its strength parted it."""
    leak = entry(1e-8, level="L1", route=Route.SEGMENTAL, side="left", seconds=203.4, age=571.5, radius=0.2e-3)
    drawn, laws = veins(31, radius_factor=0.19), VeinLaws(hardening=False, friction=False)
    arrivals = follow_veins(drawn, [leak], CEMENT, laws=laws)
    assert total(arrivals) == pytest.approx(1e-8, rel=1e-9)
    assert all(piece.thinnest > 0.5 * min(drawn.neck, 0.2e-3) for piece in arrivals.pieces)


def test_the_same_drawn_veins_give_the_same_answer():
    one, again = (follow_veins(veins(4), [entry(4e-7)], CEMENT) for _ in range(2))
    assert [(p.name, p.time, p.volume) for p in one.pieces] == [(p.name, p.time, p.volume) for p in again.pieces]


def test_a_later_vertebra_comes_later():
    early, late = (follow_veins(veins(0), [entry(5e-7, level="T9", begins=begins)], CEMENT) for begins in (0.0, 600.0))
    for a, b in zip(early.tracks, late.tracks, strict=True):
        assert b.times[0] - a.times[0] == pytest.approx(600.0, abs=1e-6)


def test_unknown_answers_and_cortical_gaps_are_refused():
    with pytest.raises(InputError) as error:
        VeinLaws(width="guess")
    assert str(error.value) == "width is 'guess'; write one of thread, continuity, cast"
    with pytest.raises(InputError) as error:
        Entry(leak=entry(1e-7, route=Route.CORTICAL).leak, begins=0.0, side="left", tube=0.0)
    assert str(error.value) == "front 1 of L2 is no vein"
