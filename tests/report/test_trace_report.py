"""The report of a made-up trace: what it says, what it shows, that it stands alone, that it is the same each time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reading import Attributes, plain, words
from traced import CALIBRATION, UNKNOWN, make_findings, make_piece, make_result, nothing_found

from azygos.ground.findings import Asked
from azygos.ground.places import Place
from azygos.report import write_trace_report
from azygos.report.trace_figures import draw_paths, draw_piece, draw_reliability, take_shot
from azygos.report.trace_report import make_trace_report
from azygos.report.trace_words import followed, headline, not_cement_rows, predictive_value, surety
from azygos.trace.oriented import orient


@pytest.fixture(scope="module")
def page() -> str:
    return make_trace_report(make_result(), CALIBRATION)


def test_the_first_line_answers():
    assert plain(headline(make_findings())) == (
        "Cement from T10 lies in the azygos vein, the right ventricle and the right lower lobe: "
        "3 pieces, 0.12 (0.10 to 0.16) mL in all."
    )


def test_sites_that_a_cord_passes_are_named_too():
    found = make_findings()
    cord = next(stretch for stretch in found.path.stretches if stretch.piece == 2)
    left = replace(cord, site="pulmonary_artery", line_mm=cord.line_mm + np.array([90.0, 0, 0]))
    right = replace(cord, site="pulmonary_artery", line_mm=cord.line_mm - np.array([90.0, 0, 0]))
    heart = replace(cord, site="heart")
    path = replace(found.path, stretches=(*found.path.stretches, left, right, heart))
    assert "the right ventricle, both main pulmonary arteries and the right lower lobe" in headline(
        replace(found, path=path)
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pieces": ()}, "Cement lies in T10; none was found in the azygos vein, great veins, heart or lungs."),
        ({"pieces": (), "levels": ()}, "No cement was found on this scan."),
    ],
)
def test_nothing_reported_is_said_so(change, sentence):
    assert headline(replace(make_findings(), **change)) == sentence


def test_unknown_origin_is_said_so():
    found = make_findings()
    pieces = tuple(replace(piece, origin=UNKNOWN) for piece in found.pieces)
    assert headline(replace(found, pieces=pieces)).startswith("Cement of which the origin cannot be told lies in ")
    mixed = (replace(found.pieces[0], origin=UNKNOWN), *found.pieces[1:])
    assert headline(replace(found, pieces=mixed)).startswith(
        "Cement from T10, and some whose origin cannot be told, lies"
    )


def test_how_sure_it_is_stands_next():
    said = [plain(sentence) for sentence in surety(make_findings(), CALIBRATION)]
    assert said == [
        "Certainty that each is cement: 91 % to 93 %, calibrated on 812 synthetic cases, not on patients.",
        "This scan cannot show cement in superior vena cava.",
        "Not in the field, so not looked at: upper abdomen.",
    ]


def test_seen_and_inferred_lengths_are_told_apart():
    """Seen 79 mm of the thread and 245 mm of the cord; by hand from voxels of 3 mm."""
    thread = 3.0 * np.hypot(2, 26)
    ways = [[-4, -10, -18], [-8, 2, 18], [-14, 10, 2]]
    cord = 3.0 * sum(np.linalg.norm(way) for way in ways)
    assert f"on {0.1 * (thread + cord):.0f} cm cement is seen" in plain(followed(make_findings()))


def test_the_page_holds_each_part(page):
    text = words(page)
    for part in (
        "Research use only: not a medical device",
        "Where cement changes care",
        "Treated vertebrae",
        "Other candidates",
        "Bright, and not cement",
        "What this scan cannot show",
        "How sure it is",
        "What is assumed, and from where",
        "bone window (−450 to 1350 HU)",
        "radiological convention",
        "Not in the field: upper abdomen.",
        "31 of 67",
        "One slice was doubled.",
        "Two files were left aside.",
        "Not cement because it is one tube of even width",
        "contrast of 1500 HU hides weak cement",
    ):
        assert part in text, part


def test_tables_give_intervals(page):
    text = words(page)
    assert "0.040 (0.032 to 0.052) mL" in text
    assert "2.00 (1.70 to 2.40) mL" in text
    assert "10 (8 to 14) %" in text
    assert "Azygos vein: 0.020 (0.016 to 0.026) mL (piece 1)" in text
    assert "touched" in text
    assert "cannot tell" in text


def test_look_alikes_of_one_kind_stand_together():
    (row,) = not_cement_rows(make_findings().not_cement)
    assert (row["count"], row["volume"], plain(row["certainty"])) == ("2", "3.00", "95 % to 99 %")


def test_each_piece_has_a_picture_and_every_picture_has_words(page):
    assert page.count('<img src="data:image/png;base64,') == 4
    assert len(re.findall(r'<img src="[^"]+" alt="[^"]{20,}"', page)) == 4
    assert page.count('role="img" aria-label="') == 2  # the path, the calibration


def test_predictive_values_by_bayes(page):
    """98 % sensitive, one false alarm in ten scans: 1 - exp(-0.1) = 9.5 % of clean scans alarm."""
    assert predictive_value(0.02, 0.98, 0.09516)[0] == pytest.approx(0.0196 / (0.0196 + 0.98 * 0.09516))
    text = words(page)
    for row in ("2 % 17 % 0.0 %", "9 % 50 % 0.2 %", "26 % 78 % 0.8 %"):
        assert row in text


def test_what_was_not_measured_is_not_stated():
    text = words(make_trace_report(make_result(), {"cases": 0}))
    assert "is not stated: sensitivity and false alarms have not been measured for this version" in text
    assert "No reliability curve comes with this calibration." in text
    assert "Certainty is not calibrated." in text


def test_nothing_is_fetched_from_outside(page):
    found = Attributes(page)
    assert "script" not in found.tags
    assert not [value for _, value in found.attributes if re.match(r"(https?:)?//", value)]
    assert "http" not in re.sub(r"data:image/png;base64,[^\"]+", "", page)


def test_an_empty_scan_gives_a_page(tmp_path: Path):
    write_trace_report(make_result(nothing_found()), tmp_path / "report.html", calibration=CALIBRATION)
    text = words((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "No cement was found on this scan." in text
    assert "No path: there is no cement." in text
    assert "Where cement changes care" not in text


def test_the_same_result_gives_the_same_bytes(page):
    assert make_trace_report(make_result(), CALIBRATION) == page


def test_hostile_texts_stay_text():
    hostile = "<script>alert('$x$ & \"y\"')</script>"
    found = replace(make_findings(), notes=(hostile,), facts={"kernel": hostile})
    page = make_trace_report(make_result(found), {"note": hostile})
    assert "script" not in Attributes(page).tags


def test_nobody_said_is_said():
    text = words(make_trace_report(make_result(replace(make_findings(), asked=Asked())), CALIBRATION))
    assert "Nobody said whether the patient has a cemented joint" in text
    assert "Nobody said whether there are screws or a pacemaker." in text


def test_a_left_piece_is_drawn_on_the_right_of_the_picture():
    """One bright piece on the patient's left, in a scan whose first axis runs to the right."""
    found = make_findings()
    piece = make_piece(1, np.array([[10, 30, 30], [10, 30, 34]]), Place(site="lung", side="left"))
    assert piece.centre_mm[0] > 30.0
    scan = orient(make_result(replace(found, pieces=(piece,))).volume)
    shot = take_shot(replace(found, pieces=(piece,)), scan)
    assert shot.voxels[1][:, 0].mean() > 0.7 * scan.hu.shape[0]
    assert bool(np.all(scan.hu[tuple(shot.voxels[1].T)] == 2900))


def test_pieces_of_one_voxel_and_at_the_rim_are_drawn():
    found = make_findings()
    voxel = replace(found.pieces[2], voxels=np.array([[0, 0, 0]], dtype=np.int32), number=1)
    shot = take_shot(replace(found, pieces=(voxel,)), orient(make_result().volume))
    assert draw_piece(voxel, shot).startswith(b"\x89PNG")


def test_slabs_hold_the_whole_path():
    found = make_findings()
    svg, thick = draw_paths(found, take_shot(found, orient(make_result().volume)))
    assert "azygos arch" in svg
    assert "near end" not in svg
    assert "T10" in svg
    reach = np.ptp(np.concatenate([stretch.line_mm for stretch in found.path.stretches]), axis=0)
    assert thick["coronal"] >= reach[1]
    assert thick["sagittal"] >= reach[0]


def test_reliability_is_drawn_only_where_it_is_known():
    assert draw_reliability({}) is None
    svg = draw_reliability(CALIBRATION)
    assert svg is not None
    assert "certainty that was stated" in svg


def test_no_place_on_a_disk_is_named(page, tmp_path: Path):
    write_trace_report(make_result(), tmp_path / "report.html", calibration=CALIBRATION)
    assert str(tmp_path) not in (tmp_path / "report.html").read_text(encoding="utf-8")
