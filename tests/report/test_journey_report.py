"""The report of made-up journeys: sentences that stay true, a page that stands alone and is the same each time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_journey import ACUTE_TIMES, DAY, JOURNEYS, RARITY, make_lodging, make_piece, make_response, make_result
from reading import Attributes, plain, words

from azygos.care import Advice, Event, Removal
from azygos.case.ends import removal_day, shown_tracks
from azygos.ground.units import ML, MMHG
from azygos.heart import Exit
from azygos.plan import Assumption
from azygos.report import summarise_journey, write_journey_report
from azygos.report.journey_figures import draw_response, draw_timeline, lanes, story
from azygos.report.journey_path import draw_lungs, draw_moments, moments, segment_row, settled, way_labels
from azygos.report.journey_report import make_journey_report
from azygos.report.journey_words import amount, effect, headline, one_in, rarity_words
from azygos.spine import Route

HOSTILE = "<script>alert('$x$ & \"y\"')</script>"


@pytest.fixture(scope="module")
def page() -> str:
    return make_journey_report(make_result(rarity=RARITY, seeds_tried=312))


# Sentences --------------------------------------------------------------------------------------------------------

CORD = (
    "0.81 mL of cement left L1, 0.70 mL of it through a segmental vein; a cord of 18 cm reached from the right lumbar "
    "vein L1 through the inferior vena cava and the right heart into the right pulmonary artery; 2 pieces, 0.075 mL in "
    "all, stopped in the arteries of the right lower lobe"
)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("article", f"{CORD}."),
        ("no leak", "No cement left L1: all 4.00 mL that went in stayed in the bone."),
        ("disc", "0.11 mL of cement left L1 through an end-plate gap, none of it into a vein."),
        (
            "veins",
            "0.20 mL of cement left L1 through a segmental vein; none reached the heart: it lies in the right lumbar "
            "vein L1.",
        ),
        ("death", f"{CORD}."),
        ("tamponade", f"{CORD}; L1-1 pierced the wall of the right ventricle after 60 min."),
        (
            "many",
            "0.60 mL of cement left L1 through a basivertebral vein; 60 pieces, 0.60 mL in all, stopped in the "
            "arteries of the lungs.",
        ),
    ],
)
def test_the_headline_says_what_left_and_where_it_went(kind, sentence):
    assert plain(headline(make_result(kind))) == sentence


@pytest.mark.parametrize(
    ("kind", "sentences"),
    [
        (
            "article",
            [
                "During the session, prone, mean pulmonary pressure rose from 15 to 20 mmHg, highest after 12 min.",
                "Afterwards, on the back, it was 20 mmHg at first and 28 at most, on day 13.",
                "Symptoms came on day 9 in this draw (breathlessness, chest pain).",
                "0.35 mL of cement was taken out on day 14.",
                "At three months 0.075 mL of cement is in heart and lungs and 0.27 mL in veins.",
            ],
        ),
        (
            "no leak",
            [
                "During the session, prone, mean pulmonary pressure rose from 15 to 18 mmHg, highest after 89 s from "
                "marrow fat: no cement was in the lungs then.",
                "Afterwards, on the back, it was 15 mmHg at most.",
                "No symptoms came in this draw (chance by day 365: 0 %).",
            ],
        ),
        (
            "death",
            [
                "During the session, prone, mean pulmonary pressure rose from 15 to 31 mmHg, highest after 12 min.",
                "Afterwards, on the back, it was 33 mmHg at first and 49 at most, after 25 min.",
                "The model’s patient died after 25 min: the right ventricle could not fill the left.",
            ],
        ),
    ],
)
def test_the_next_sentences_say_what_it_did(kind, sentences):
    assert [plain(sentence) for sentence in effect(make_result(kind))] == sentences


def test_a_tamponade_is_told():
    told = [plain(sentence) for sentence in effect(make_result("tamponade"))]
    assert told[2] == "Blood entered the pericardium from 60 min on, 250 mL at most."


def test_a_pressure_that_stays_is_said_to_stay():
    result = make_result("veins")
    still = make_response(ACUTE_TIMES, np.zeros(len(ACUTE_TIMES)))
    told = effect(replace(result, journey=replace(result.journey, acute=still)))
    assert plain(told[0]) == "During the session, prone, mean pulmonary pressure stayed at 15 mmHg."


def test_little_leaks_read_well():
    result = make_result("veins")
    treated = result.journey.treated[0]
    for volumes, start in (
        ((1e-4, 0.0), "Less than 0.001 mL of cement left L1 through a segmental vein;"),
        ((0.0372, 1e-4), "0.037 mL of cement left L1 through a segmental vein;"),
    ):
        leaks = tuple(
            replace(treated.injection.leaks[0], route=route, volume=volume * ML)
            for route, volume in zip((Route.SEGMENTAL, Route.END_PLATE), volumes, strict=True)
        )
        changed = replace(treated, injection=replace(treated.injection, leaks=leaks))
        told = headline(replace(result, journey=replace(result.journey, treated=(changed,))))
        assert plain(told).startswith(start)


def test_other_doors_of_the_heart_are_told():
    journey = make_result("article").journey
    passages = journey.departures.passages
    through = replace(passages[1], exit=Exit.CROSSES)
    stays = replace(passages[2], exit=Exit.STAYS, chamber="right atrium", volume_left=0.015 * ML)
    departures = replace(journey.departures, passages=(passages[0], through, stays))
    told = plain(headline(make_result(journey=replace(journey, departures=departures))))
    assert "; L1-2 crossed an open foramen ovale to the left heart; L1-3 stayed in the right atrium." in told


def test_cement_that_stops_in_the_heart_did_not_reach_the_lungs():
    journey = make_result("article").journey
    stays = replace(journey.departures.passages[0], exit=Exit.STAYS)
    lodgings = make_result("veins").journey.lodgings
    departures = replace(journey.departures, passages=(stays,), pieces=())
    told = plain(headline(make_result(journey=replace(journey, departures=departures, lodgings=lodgings))))
    assert told.endswith(
        "a cord of 17 cm reached from the right lumbar vein L1 through the inferior vena cava into the right "
        "ventricle; none reached the lungs."
    )


def with_removals(*removals):
    result = make_result()
    first, *others = result.journey.branches
    course = replace(first.course, removals=removals, removed_volume=sum(one.volume for one in removals))
    return replace(result, journey=replace(result.journey, branches=(replace(first, course=course), *others)))


def removal(day, volume_ml, kind="embolectomy", pieces=()):
    return Removal(day=day, kind=kind, volume=volume_ml * ML, pieces=pieces, clot_before=0.0)


def test_what_is_taken_out_later_than_three_months_is_still_there_then():
    late = with_removals(removal(200.0, 0.35))
    assert "At three months 0.43 mL of cement is in heart and lungs" in plain(effect(late)[-1])
    assert removal_day(late.journey.planned.course) == 200.0
    only_clot = with_removals(removal(3.0, 0.0, "catheter"), removal(14.0, 0.35))
    assert removal_day(only_clot.journey.planned.course) == 14.0
    assert removal_day(make_result("veins").journey.planned.course) is None


def test_each_removal_counts_from_its_own_day():
    twice = with_removals(removal(2.0, 0.2, pieces=("L1-2",)), removal(200.0, 0.15, "catheter", ("L1-1",)))
    told = [plain(one) for one in effect(twice)]
    assert told[-2] == "0.20 mL of cement on day 2 and 0.15 mL on day 200 were taken out."
    assert told[-1].startswith("At three months 0.23 mL of cement is in heart and lungs")
    ends = {track.piece: track.until for track in shown_tracks(twice) if track.room == "lungs"}
    assert ends["L1-1"] == 200.0 * DAY
    assert ends["L1-2"] == 2.0 * DAY


def test_rarity_is_a_share_of_simulated_sessions():
    assert plain(rarity_words(RARITY)) == (
        "How rare: about 1 in 2 400 simulated sessions of this case gives a cord through the right heart with symptoms "
        "within 14 days (95 % interval 1 in 1 200 to 1 in 4 800; 4000 weighted draws, worth 310 plain ones)."
    )
    never = replace(RARITY, chance=0.0, low=0.0, high=1e-3)
    assert plain(rarity_words(never)) == (
        "How rare: no simulated session of this case gave a cord through the right heart with symptoms within 14 days "
        "(at most 1 in 1 000; 4000 weighted draws, worth 310 plain ones)."
    )
    assert "interval 1 in 1 200 to none;" in plain(rarity_words(replace(RARITY, low=0.0)))
    assert one_in(1.0) == "1"


def test_amounts_have_the_digits_that_they_bear():
    assert plain(amount(1e-10)) == "less than 0.001 mL"
    assert plain(amount(250e-6)) == "250 mL"


@pytest.mark.parametrize("kind", JOURNEYS)
def test_the_terminal_gets_a_few_plain_lines(kind):
    lines = summarise_journey(make_result(kind, rarity=RARITY, seeds_tried=312))
    assert 4 <= len(lines) <= 8
    assert all(line and "\u00a0" not in line and line.endswith(".") for line in lines)
    assert lines[0] == f"{kind}: a virtual patient (female, 71 years, 162 cm, 61 kg; seed 7)."
    assert lines[1] == plain(headline(make_result(kind)))
    assert lines[-1] == "One simulated patient in one draw: not a forecast for anybody."


def test_what_was_switched_off_is_told():
    result = make_result(switches=("hardening", "attachment"))
    assert "Switched off in this run: hardening and attachment." in summarise_journey(result)
    assert "Switched off in this run: hardening and attachment." in words(make_journey_report(result))


# The page ---------------------------------------------------------------------------------------------------------


def test_nothing_is_fetched_from_outside(page):
    assert not re.search(r"https?:|file:|@import|//[a-z]", page)
    found = Attributes(page)
    assert "script" not in found.tags
    assert "link" not in found.tags
    for name, value in found.attributes:
        assert name not in ("src", "srcset", "poster", "data")
        assert not name.endswith("href") or value.startswith("#")
        assert "url(" not in value or "url(#" in value


def test_the_first_screen_answers(page):
    text = words(page)
    assert "Research use only: not a medical device" in text
    assert text.index(CORD) < text.index("Symptoms came on day 9") < text.index("How rare: about 1 in 2 400")
    assert "One simulated patient in one draw: not a forecast for anybody." in text
    assert text.index("Seed 7 is the one that was kept of 312 seeds tried.") < text.index("As it lay when the last")
    assert "No sentence here is advice about a patient; ask the treating team." in text


def test_tables_say_what_lodged_what_stayed_and_that_the_account_closes(page):
    text = words(page)
    assert "L1-2 drag segmental artery R10 R10 11 5.5 13 2.4 (1.9 to 2.9) 0.060 gel 4 min yes" in text
    assert "L1-3 drag artery beyond R9 R9 10 3.6 13 1.2 (1.0 to 1.4) 0.015 paste 5 min no" in text
    assert "L1-1 hangs on L1 right pulmonary artery central 14 19.4 15" in text
    assert "L1-1 veins inferior vena cava hangs on L1 118 1.4 0.18" in text
    assert "went in 5.100 4.000 in the bone 4.074 3.195 outside the bone, in no vein 0.140 0.110" in text
    assert "sum of these places 5.100 4.000 of that taken out later 0.446 0.350" in text
    assert re.search(
        r"The sum is off by (0|\d\.\d × 10⁻1\d) of what went in\.", text.translate(str.maketrans("¹", "1"))
    )


def test_indices_are_reported_and_resistance_drives(page):
    text = words(page)
    assert "cement alone, after the last piece with clot, at most (day 13) day 90" in text
    assert "Qanadli index [%] 22 55 5" in text
    assert "Butscheidt grade (0 to 3), cement alone 1" in text
    assert "Here the resistance drives the circulation." in text


def test_with_and_without_stand_side_by_side_and_nothing_is_ranked(page):
    text = words(page)
    assert "In the course afterwards as planned without removal without clot" in text
    assert "Mean pulmonary pressure, highest [mmHg] 28 (day 13) 29 (day 14) 20 (day 0)" in text
    assert "… at three months 16 21 16" in text
    assert "Cement taken out [mL] 0.35 none 0.35" in text
    assert "so it says nothing about which is better." in text
    assert "azygos recommends nothing and ranks nothing." in text
    assert not re.search(r"\b(should|we recommend|best treatment|better than)\b", text)


def test_visits_advice_and_assumptions_are_shown(page):
    text = words(page)
    assert "14 CT angiography A dense cord from the inferior vena cava to the right pulmonary artery." in text
    assert "L1-3 in the right lower lobe: 1.2 mm wide, hidden beside contrast." in text
    assert "cement in the heart open removal preferred; catheter if surgery is too risky Kong 2019" in text
    assert "how fast clot grows on cement 0.1 to 0.5 mL a day 0.39 mL a day assumed no measurement known" in text
    assert "Veins beyond the second branching are left out." in text
    assert "azygos rerun run.toml gives the same numbers." in text
    assert 'kind = "embolectomy"' in plain(page).replace("&#34;", '"')


def test_every_picture_has_words(page):
    pictures = re.findall(r'<div role="img" aria-label="([^"]{20,})">', page)
    assert len(pictures) == page.count("<svg ") == 5


@pytest.mark.parametrize("kind", JOURNEYS)
def test_every_course_gives_a_page_of_modest_size(kind, tmp_path):
    result = make_result(kind)
    write_journey_report(result, tmp_path / "a.html")
    write_journey_report(make_result(kind), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert len(text) < 1_500_000
    assert plain(headline(result)) in words(text)
    assert not re.search(r"\bnan\b|\binf\b", words(text))
    assert ("No cement reached the lungs." in text) == (not result.journey.lodgings.lodged)


def test_hostile_names_stay_text():
    result = make_result()
    journey = result.journey
    events = (*journey.events, Event(time=1e7, room=HOSTILE, what=HOSTILE))
    bad = Assumption(name=HOSTILE, value=HOSTILE, source=HOSTILE, note=HOSTILE)
    text = make_journey_report(
        replace(
            result, version=HOSTILE, name=HOSTILE, notes=(HOSTILE,), switches=(HOSTILE,), assumptions=(bad,),
            advice=(Advice(situation=HOSTILE, advice=HOSTILE, source=f"https://{HOSTILE}"),),
            journey=replace(journey, events=events),
        )
    )  # fmt: skip
    assert "<script" not in text.lower()
    assert "script" not in Attributes(text).tags
    assert not [name for name, _ in Attributes(text).attributes if name.startswith("on")]
    assert text.count("&lt;script&gt;") >= 8
    assert "https:" not in text


# Pictures ---------------------------------------------------------------------------------------------------------


def test_the_way_is_named_where_it_is_known():
    labels = [name for name, _ in way_labels(make_result())]
    assert labels[:4] == ["right lumbar vein L1", "inferior vena cava", "right ventricle", "right pulmonary artery"]
    assert not [name for name, _ in way_labels(make_result("many")) if name.startswith("segmental artery")]


def test_instants_follow_the_cement_and_end_with_the_patient():
    chosen = list(moments(make_result()))
    assert [what for _, what in chosen] == [
        "in a vein", "in the right heart", "in the lungs", "all at rest", "before embolectomy", "three months",
    ]  # fmt: skip
    assert [time for time, _ in chosen] == sorted(time for time, _ in chosen)
    assert chosen[3][0] == settled(make_result()) == 370.0
    assert chosen[4][0] == 14 * DAY - 1.0
    assert [what for _, what in moments(make_result("death"))][-1] == "all at rest"
    assert list(moments(make_result("no leak"))) == []
    assert draw_moments(make_result("disc")) is None


def test_segments_have_their_rows():
    result = make_result()
    assert [segment_row(lodging) for lodging in result.journey.lodgings.lodged] == ["R10", "R9", "Rcentral"]
    trunk = make_lodging(make_piece("L1-9", 0.01, 2.0, 1.0, "drag"), "pulmonary trunk", "", 2.0)
    assert segment_row(replace(trunk, side="")) == "trunk"
    assert segment_row(replace(trunk, segment="L1+2", side="left")) == "L1"


def test_a_vein_met_at_several_levels_is_one_vein():
    journey = make_result().journey
    veins = journey.vessels[0]
    levelled = tuple(
        f"{name} at T{k % 12 + 1}" if name == "inferior vena cava" else name for k, name in enumerate(veins.names)
    )
    met = [name for name in levelled if name.startswith("inferior")]
    remnants = (
        *(replace(one, vein=met[k], name="L1-1") for k, one in enumerate(journey.arrivals.remnants[1:] * 3)),
        journey.arrivals.remnants[0],
    )
    parts = tuple(
        replace(p, piece=replace(p.piece, name="L1-1a")) if p.piece.attached else p for p in journey.departures.passages
    )
    changed = replace(
        journey,
        vessels=(replace(veins, names=levelled), *journey.vessels[1:]),
        arrivals=replace(journey.arrivals, remnants=remnants[::-1]),
        departures=replace(journey.departures, passages=parts),
    )
    result = make_result(journey=changed)
    assert "from the right lumbar vein L1 through the inferior vena cava and the right heart into" in plain(
        headline(result)
    )
    assert [name for name, _ in way_labels(result)][:3] == [
        "right lumbar vein L1",
        "inferior vena cava",
        "right ventricle",
    ]


def test_lungs_are_drawn_once_there_are_arteries():
    result = make_result()
    assert draw_lungs(result)
    assert draw_lungs(replace(result, journey=replace(result.journey, vessels=result.journey.vessels[:2]))) is None


def test_lanes_follow_the_road():
    events = make_result().journey.events
    assert lanes(events) == ["bone", "veins", "heart", "lungs", "clot", "care"]
    assert lanes((Event(time=0.0, room="spine", what=""), Event(time=1.0, room="sky", what=""))) == ["bone", "sky"]
    timeline = draw_timeline(events)
    assert all(f">{number}<" in timeline for number in range(1, len(events) + 1))


def test_death_stands_in_the_time_line_once():
    dead = make_result("death")
    last = story(dead.journey)[-1]
    assert plain(last.what) == "The model’s patient dies: the right ventricle could not fill the left."
    assert last.time == 1500.0
    told = replace(dead.journey, events=(*dead.journey.events, last))
    assert story(told) == told.events
    page = words(make_journey_report(dead))
    assert "The year afterwards" not in page
    assert "Dotted: death in the model." in page


def test_curves_end_with_death_and_skip_what_is_unknown():
    result = make_result()
    times = np.array([1.0, 10.0, 100.0])
    broken = make_response(times, np.zeros(3), saturation=np.array([0.97, np.nan, 0.9]))
    assert draw_response(replace(result, journey=replace(result.journey, acute=broken)))
    half = make_response(times, np.ones(3), pulmonary_pressure=np.array([15.0, np.nan, 30.0]) * MMHG)
    assert "rose from 15 to 30 mmHg, highest after 100 s" in plain(
        effect(replace(result, journey=replace(result.journey, acute=half)))[0]
    )


def test_no_patient_is_named_and_no_place_on_a_disk(page, tmp_path: Path):
    assert str(tmp_path.parent) not in page
    assert not re.search(r"/(home|root|tmp|usr|Users)/", page)
    assert "PatientName" not in page
