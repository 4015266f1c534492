"""The judges of the journey, on made-up summaries: each criterion can be met, missed, or be no prediction."""

from __future__ import annotations

import pytest

from papers import verdicts_journey as judges
from papers.counting import grouped_odds_ratio
from papers.verdicts import MET, MISSED, NONE, measured


def middle(median: float, fold: float = 2.0) -> dict[str, float]:
    return {"median": median, "low": median / fold**0.5, "high": median * fold**0.5, "fold": fold}


def rows(study: str, summary: dict) -> dict[str, str]:
    return {row.what: row.verdict for row in getattr(judges, f"_{study}")(summary, measured(study))}


@pytest.mark.parametrize(
    ("s", "verdict"), [(middle(50.0), MET), (middle(70.0), MISSED), (middle(50.0, 5.0), NONE), (None, NONE)]
)
def test_a_middle_is_judged_by_its_interval_and_its_width(s, verdict):
    assert judges.within("what", s, "shown", (40.0, 60.0)).verdict == verdict


@pytest.mark.parametrize(("events", "of", "verdict"), [(10, 100, MET), (30, 100, MISSED), (0, 0, NONE)])
def test_a_share_of_nobody_is_no_prediction(events, of, verdict):
    assert judges.share("what", events, of, "shown", (0.06, 0.13)).verdict == verdict


def test_every_row_has_its_label():
    summary = made_up_sessions()
    found = judges._sessions(summary, measured("sessions"))
    assert [row.label for row in found].count("calibrated") == 1
    assert all(row.label in ("predicted", "calibrated") for row in found)
    assert all(row.told.endswith(row.label) for row in found)


def test_what_agrees_with_the_reports_is_met_and_what_does_not_is_missed():
    found = rows("sessions", made_up_sessions())
    assert found.pop("Luetmer: patients with any") == MISSED  # the two reports of shares exclude each other
    assert set(found.values()) == {MET}
    other = rows("sessions", made_up_sessions(embolised=30, beyond_segmental=80, emboli_median=6.0))
    assert other["Luetmer: patients with any"] == MET
    assert other["VERTOS II and Kim: patients with any, planned CT"] == MISSED
    assert other["Kim: emboli beyond the segmental arteries"] == MISSED
    assert other["Luetmer: emboli in those with any, median"] == MISSED


def test_sessions_without_any_cement_in_veins_predict_nothing():
    nothing = dict.fromkeys(("cord_width_mm", "emboli_median", "emboli_mean"))
    nothing |= dict.fromkeys(("thick_pieces_reaching_heart", "visible_emboli", "in_heart"), 0)
    found = rows("sessions", made_up_sessions(**nothing))
    assert sum(verdict == NONE for verdict in found.values()) == 6


@pytest.mark.parametrize(
    ("study", "summary"),
    [
        ("turning", {"longest_mm": middle(50.0)}),
        ("sheep_trunk", {"rise_percent": middle(9.0)}),
        (
            "obstruction",
            {
                "members": 100,
                "raised_at_35": 96,
                "above_40_at_68": 5,
                "mechanics_reach_25_mmhg_at": middle(0.55),
                "dead_space_at_38": middle(0.43),
            },
        ),
        (
            "fat",
            {
                "delay_s": middle(6.0),
                "fall_mmhg": middle(9.0),
                "fall_with_lavage_mmhg": middle(3.0),
                "fat_with_vent_hole_over_without": middle(0.5),
            },
        ),
    ],
)
def test_what_was_measured_would_be_met(study, summary):
    assert set(rows(study, summary).values()) == {MET}


def made_up_sessions(**changes) -> dict:
    often = grouped_odds_ratio([[(so, event)] for so, event, n in _TABLE for _ in range(n)])
    alike = grouped_odds_ratio([[(so, k % 2 == 0)] for so in (True, False) for k in range(100)])
    return {
        "members": 300,
        "cord_width_mm": middle(4.0),
        "thick_pieces_reaching_heart": 10,
        "of_them_as_long_as_reported": 6,
        "embolised": 75,
        "emboli_median": 2.0,
        "emboli_mean": 3.2,
        "visible_emboli": 240,
        "beyond_segmental": 236,
        "embolised_with_symptoms": 3,
        "in_heart": 72,
        "in_heart_and_lungs": 62,
        "embolism_azygos_leak_over_none": often,
        "leak_thoracic_over_lumbar": alike,
        "embolism_thoracic_over_lumbar": often,
    } | changes


_TABLE = ((True, True, 90), (True, False, 30), (False, True, 30), (False, False, 150))
