"""The page of a comparison: it answers first, shows both dates, tells what cannot be told, and asks nothing outside."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reading import Attributes, plain, words

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "compare"))

from chests import Ball, chest, scan

from azygos.compare import Change, Changes, Region, Warp
from azygos.ground.findings import Range
from azygos.ground.places import Place
from azygos.plan import Assumption
from azygos.report import summarise_compare, write_compare_report
from azygos.report.compare_report import headline, limits, make_compare_report
from azygos.study import CompareResult
from azygos.study.result import TraceResult

LUNG = Place(site="lung", lobe="right lower")


def change(number: int, verdict: str, sentence: str, **other) -> Change:
    known = dict(
        first=(number,), second=(number,), verdict=verdict, sentence=sentence, place=LUNG, region="lung",
        first_mm=np.array([-50.0, 0.0, 10.0]), second_mm=np.array([-49.0, 0.0, 10.0]),
        shown_mm=np.array([-50.0, 0.0, 10.0]), moved_mm=Range(value=0.4, low=0.0, high=0.9), least_move_mm=1.2,
        first_ml=Range(value=0.1, low=0.09, high=0.11), second_ml=Range(value=0.12, low=0.11, high=0.13),
        change_ml=Range(value=0.02, low=0.006, high=0.034), least_change_ml=0.03,
        error_mm=Range(value=0.3, low=0.1, high=0.8), blocks=42, warp=Warp(), tracking_uid="1.2.3",
    )  # fmt: skip
    return Change(**(known | other))


REGION = Region(
    region="lung", name="lungs", error_mm=Range(value=0.3, low=0.1, high=0.8), inverse_mm=0.6, repeat_mm=0.5,
    likeness=0.93, blocks=42, places=1, told=True,
)  # fmt: skip


def changes(*found: Change) -> Changes:
    return Changes(changes=found, regions=(REGION,), start=Warp(), lungs=None, agreement={"bone": 0.81, "lung": 0.95})


MOVED = change(1, "moved", "It moved by 5.0 mm.", moved_mm=Range(value=5.0, low=4.5, high=5.5))
STILL = change(1, "unchanged", "Unchanged within 30 mm3 and 1.2 mm.")
NONE = dict(moved_mm=None, change_ml=None)
NEW = change(2, "new", "Seen on the second scan.", first=(), first_ml=None, **NONE)
UNTOLD = change(2, "cannot tell", "Its place lies outside the field.", second=(), second_ml=None, **NONE)


@pytest.fixture(scope="module")
def result() -> CompareResult:
    balls = [Ball((-50, 0, 10), 6.0, "lung"), Ball((50, -10, 30), 4.0, "lung")]
    body = chest()
    traced = [
        TraceResult(version="9.9", volume=volume, findings=found)
        for volume, found in (scan(body, balls, seed) for seed in (1, 2))
    ]
    assumed = Assumption(name="comparing.HALO_MM", value="3 mm", source="assumed", note="a scan's blur")
    return CompareResult(
        version="9.9",
        changes=changes(MOVED, UNTOLD),
        first=traced[0],
        second=traced[1],
        assumptions=(assumed,),
        notes=("a slice was repaired",),
    )


def test_the_first_line_answers():
    assert plain(headline(changes(MOVED, STILL))) == "Yes: of 2 pieces 1 moved; 1 unchanged."
    assert plain(headline(changes(MOVED, NEW, UNTOLD))) == "Yes: of 3 pieces 1 moved and 1 is new; 1 cannot be told."
    assert plain(headline(changes(STILL))) == (
        "No: the piece lies where it lay, unchanged within what these scans can show."
    )
    assert plain(headline(changes(STILL, replace(STILL, first=(2,))))) == (
        "No: all 2 pieces lie where they lay, unchanged within what these scans can show."
    )
    assert plain(headline(changes(STILL, UNTOLD))) == "No change is seen: 1 unchanged and 1 cannot be told."
    assert plain(headline(changes(UNTOLD))) == (
        "It cannot be told whether the one piece moved or changed; the reasons stand below."
    )


def test_limits_are_those_of_pieces_seen_twice():
    other = replace(STILL, least_move_mm=2.0, least_change_ml=0.004)
    assert plain(limits(changes(STILL, other, UNTOLD))) == (
        "These two scans show moves from 1.2 to 2.0 mm and changes of volume from 4 to 30 mm³, by piece; "
        "less than that is called unchanged."
    )
    assert limits(changes(UNTOLD)) == ""


def test_the_terminal_gets_the_same_answer():
    assert summarise_compare(changes(MOVED, STILL)) == [
        "Yes: of 2 pieces 1 moved; 1 unchanged.",
        "These two scans show moves from 1.2 mm and changes of volume from 30 mm³, by piece; "
        "less than that is called unchanged.",
        "branch of a pulmonary artery within the lung, right lower lobe (first 1; second 1): It moved by 5.0 mm.",
    ]


def test_the_page_holds_its_pictures_and_no_address(result, tmp_path):
    write_compare_report(result, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    seen = Attributes(page)
    sources = [value for name, value in seen.attributes if name == "src"]
    assert len(sources) == 3  # two pieces and the check of the registration
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert "http" not in page
    assert "script" not in seen.tags


def test_the_page_tells_what_moved_and_what_cannot_be_told(result):
    text = words(make_compare_report(result))
    assert "Yes: of 2 pieces 1 moved; 1 cannot be told." in text
    assert "Of 2 pieces" not in text
    assert (
        "Of 1 piece it cannot be told: branch of a pulmonary artery within the lung, right lower lobe (first 2)."
        in text
    )
    assert "5.0 (4.5 to 5.5)" in text
    assert "Its place lies outside the field." in text
    assert "bones overlap by 0.81 and lungs overlap by 0.95" in text
    assert "at most 4 % of pairs" in text
    assert "a slice was repaired" in text
    assert "Research use only: not a medical device" in text


def test_the_same_result_gives_the_same_page(result):
    assert make_compare_report(result) == make_compare_report(result)
