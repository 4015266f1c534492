"""The table of veins: what it says, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azygos.ground.errors import InputError
from azygos.values.sources import references
from azygos.values.veins import TABLE, VEINS, check_veins, read_veins

HEAD = "from,to,level,side,count,diameter_mm,length_mm,flow_ml_min,valve,probability,source,note\n"
GOOD = (
    "body_L2,ant_ext_plexus_L2,L2,,4,1.0,17,0.2,,1,assumed,\nant_ext_plexus_L2,right_atrium,L2,,1,1.5,25,,,1,assumed,\n"
)


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
        "veins, line 2: body_L2 has no way to the right_atrium: a vein between them is missing"
    )


def test_a_way_that_not_everybody_has_is_a_gap(tmp_path):
    text = GOOD.replace("25,,,1,", "25,,,0.9,")
    gap = "veins, line 2: body_L2 has no way to the right_atrium: a vein between them is missing"
    assert refused(tmp_path, text) == gap


def test_a_vein_that_ends_where_it_begins_is_refused(tmp_path):
    assert refused(tmp_path, GOOD + "svc,svc,,,1,10,10,,,1,assumed,\n") == (
        "veins, line 4: the vein at svc ends where it begins; give it another end"
    )


def test_a_vein_that_stands_twice_is_refused(tmp_path):
    line = "svc,right_atrium,,,1,10,10,,,1,assumed,\n"
    assert refused(tmp_path, GOOD + line + line) == (
        "veins, line 5: the vein from svc to right_atrium stands twice; use count for veins side by side"
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


def test_a_file_that_is_no_table(tmp_path):
    (tmp_path / "veins.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match=r"^veins\.csv is not a table of text\. Give CSV with the columns from"):
        read_veins(tmp_path / "veins.csv")
    with pytest.raises(InputError, match=r" is a folder\. Give a table of veins: CSV"):
        read_veins(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("25,,,1,assumed,", "25,,", "probability is missing; write 12 columns, empty where unknown"),
        ("25,,,1,", "25,,,often,", "probability is 'often'; write a share above 0, at most 1"),
        ("1.5,25", "51,25", "ant_ext_plexus_L2 to right_atrium has a diameter of 51 mm; it must be at most 50"),
        ("1.5,25", "1.5,1001", "ant_ext_plexus_L2 to right_atrium has a length of 1001 mm; it must be at most 1000"),
        ("1,1.5", "21,1.5", "ant_ext_plexus_L2 to right_atrium has a count of 21 veins; it must be at most 20"),
        ("1,1.5", "1.5,1.5", "count is 1.5; write a whole number of veins"),
        ("L2,,1,1.5", "L6,,1,1.5", "level is 'L6'; write one of T1 to L5, two of them as T2-T1, or nothing"),
        ("L2,,1,1.5", "L2,up,1,1.5", "side is 'up'; write left, right or nothing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, old, new, sentence):
    assert old in GOOD
    assert refused(tmp_path, GOOD.replace(old, new)) == f"veins, line 3: {sentence}"


def test_a_short_side_and_two_levels_are_read(tmp_path):
    file = tmp_path / "veins.csv"
    file.write_text(HEAD + GOOD.replace("L2,,1,1.5", "L2-T12,L,1,1.5"), encoding="utf-8")
    assert [(vein.level, vein.side) for vein in read_veins(file)] == [("L2", ""), ("L2-T12", "left")]


def test_a_circle_names_a_line(tmp_path):
    ways = ("azygos_T9,azygos_T8", "azygos_T8,azygos_T7", "azygos_T7,azygos_T9")
    said = refused(tmp_path, GOOD + "".join(f"{way},,,1,10,10,,,1,assumed,\n" for way in ways))
    assert said.startswith("veins, line 6: blood would run in a circle: azygos_T7 to azygos_T9 to ")


def test_a_table_without_blood_is_refused(tmp_path):
    assert refused(tmp_path, GOOD.replace("17,0.2,", "17,,")) == (
        "no vein that leaves a vertebral body has a flow; write flow_ml_min in mL/min for at least one"
    )
