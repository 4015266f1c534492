"""The table of veins: what it says, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azygos.ground.errors import InputError
from azygos.values.sources import references
from azygos.values.veins import TABLE, VEINS, check_veins, read_veins

HEAD = "from,to,level,side,count,diameter_mm,length_mm,flow_ml_min,valve,probability,source,note\n"
GOOD = "body_L2,ant_ext_plexus_L2,L2,,4,1.0,17,,,1,assumed,\nant_ext_plexus_L2,right_atrium,L2,,1,1.5,25,,,1,assumed,\n"


def refused(tmp_path, text: str) -> str:
    file = tmp_path / "veins.csv"
    file.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_veins(file)
    return str(error.value)


def test_the_table_is_whole():
    assert len(VEINS) == 402
    assert len({place for vein in VEINS for place in (vein.begins, vein.ends)}) == 218
    assert {vein.source for vein in VEINS} - {*references(), "assumed"} == set()


def test_a_small_table_is_read(tmp_path):
    file = tmp_path / "veins.csv"
    file.write_text(HEAD + GOOD, encoding="utf-8")
    first, second = read_veins(file)
    assert (first.count, first.diameter, second.length) == (4, 1e-3, 0.025)


def test_an_unknown_place_is_refused_with_the_nearest(tmp_path):
    assert refused(tmp_path, GOOD.replace("right_atrium", "right_artium")) == (
        "veins, line 3: there is no place called 'right_artium'. Did you mean right_atrium?"
    )


def test_a_negative_size_is_refused(tmp_path):
    assert refused(tmp_path, GOOD.replace("1.5,25", "-1.5,25")) == (
        "veins, line 3: ant_ext_plexus_L2 to right_atrium has a diameter of -1.5 mm; it must be positive"
    )


def test_what_is_no_number_is_refused(tmp_path):
    assert refused(tmp_path, GOOD.replace("1.5,25", "1.5,long")) == (
        "veins, line 3: length_mm is 'long'; write a number in mm"
    )


def test_a_gap_is_refused(tmp_path):
    assert refused(tmp_path, GOOD.replace("ant_ext_plexus_L2,right_atrium", "ant_ext_plexus_L3,right_atrium")) == (
        "body_L2 has no way to the right_atrium: a vein between them is missing"
    )


def test_a_way_that_not_everybody_has_is_a_gap(tmp_path):
    text = GOOD.replace("25,,,1,", "25,,,0.9,")
    assert refused(tmp_path, text) == "body_L2 has no way to the right_atrium: a vein between them is missing"


def test_a_vein_that_ends_where_it_begins_is_refused(tmp_path):
    assert refused(tmp_path, GOOD + "svc,svc,,,1,10,10,,,1,assumed,\n") == (
        "the vein at svc ends where it begins; give it another end"
    )


def test_a_vein_that_stands_twice_is_refused(tmp_path):
    line = "svc,right_atrium,,,1,10,10,,,1,assumed,\n"
    assert refused(tmp_path, GOOD + line + line) == (
        "the vein from svc to right_atrium stands twice; use count for veins side by side"
    )


def test_a_circle_is_refused():
    names = ("azygos_T9", "azygos_T8", "azygos_T7")
    circle = [
        replace(VEINS[0], begins=a, ends=b) for a, b in zip(names, (*names[1:], names[0]), strict=True)
    ]  # fmt: skip
    with pytest.raises(InputError) as error:
        check_veins([*VEINS, *circle])
    assert "blood would run in a circle: " in str(error.value)
    assert str(error.value).endswith("; turn one of these veins round")


def test_a_probability_of_nothing_is_refused(tmp_path):
    assert refused(tmp_path, GOOD.replace("25,,,1,", "25,,,0,")) == (
        "veins, line 3: a probability of 0 is none; write a share above 0, at most 1"
    )


def test_the_file_is_the_one_in_the_package():
    assert read_veins(TABLE) == VEINS
