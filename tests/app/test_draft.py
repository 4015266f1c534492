"""A plan from the page is read as its file would be, refused in the same words, and saved as a file.

What is sent may be anything: it is answered in one sentence.
"""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azygos.app.draft import Origin, check_draws, check_whole, read_draft, save
from azygos.ground.errors import InputError
from azygos.plan import parse_plan, plan_template, read_plan

VIRTUAL = Origin(level="T12", spacing_mm=2.0, virtual=12, fracture="wedge", cleft=False)
SCAN = Origin(level="L1", spacing_mm=1.0, scan="s1", at_mm=(1.25, -3.5, 100.0))


def draft(**changes) -> dict:
    """What the page sends for a plan of one push."""
    vertebra = {
        "level": "T12",
        "needle": [{"entry_mm": [24, 32.6, 6.7], "tip_mm": [2.8, -7.2, -1], "gauge": 11, "opening": "end"}],
        "procedure": "vertebroplasty",
        "balloon_ml": None,
        "portions": [
            {"volume_ml": 1, "rate_ml_min": 3, "needle": 1},
            {"wait_s": 20},
            {"volume_ml": 2.5, "rate_ml_min": 3},
        ],
    }
    whole = {
        "vertebra": [vertebra],
        "cement": {"name": "generic_low_viscosity", "age_at_start_min": 4},
        "operator": {"stops_on_seen_leak": True},
        "alternative": [{"name": "wait", "cement": {"age_at_start_min": 8}}],
    }
    return whole | changes


def with_vertebra(**changes) -> dict:
    whole = draft()
    return whole | {"vertebra": [whole["vertebra"][0] | changes]}


def said(sent: object, origin: Origin = VIRTUAL) -> str:
    with pytest.raises(InputError) as caught:
        read_draft(sent, origin)
    return str(caught.value)


def test_the_plan_of_a_draft_is_that_of_its_file(tmp_path):
    """What is left open is put in from the body that is shown; null is as good as left out."""
    plan = read_draft(draft(), VIRTUAL)
    assert plan.vertebra[0].level == "T12"
    assert plan.vertebra[0].fracture == "wedge"
    assert plan.vertebra[0].cleft is False
    assert plan.vertebra[0].balloon_ml is None
    saved = save(plan, VIRTUAL, seed=5, draws=32)
    path = tmp_path / saved["name"]
    path.write_text(saved["toml"], encoding="utf-8")
    assert read_plan(path) == plan
    assert read_draft(plan.model_dump(mode="json", exclude_unset=True), VIRTUAL) == plan


def test_the_template_goes_through_the_page_unchanged():
    plan = parse_plan(plan_template())
    origin = Origin(level="L1", spacing_mm=1.0, scan="s1", labels="map.nii.gz")
    assert read_draft(plan.model_dump(mode="json", exclude_unset=True), origin) == plan


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (None, "the plan is not a table. Send it as the page writes it."),
        ([], "the plan is not a table. Send it as the page writes it."),
        ({}, "the plan has no [[vertebra]]. A whole plan to begin with: azygos plan --template > plan.toml"),
        (draft(vertebra=3), "vertebra is 3. Write it as a table of its own, under [[vertebra]]."),
        (draft(cement={"name": "honey", "age_at_start_min": 4}), None),
        (draft(cemnt={}), "unknown key 'cemnt'. Did you mean cement?"),
        (with_vertebra(portions=[]), "portions is []. Give at least one."),
        (with_vertebra(needle=[{"side": "left", "gauge": 7}]), "gauge is 7. Possible are 8, 10, 11 and 13."),
        (
            with_vertebra(portions=[{"volume_ml": float("nan"), "rate_ml_min": 1}]),
            "volume_ml is NaN. Give a number above 0 and up to 20 mL.",
        ),
        (
            with_vertebra(needle=[{"entry_mm": [1.0, 2.0, 3.0], "tip_mm": [1.0, 2.0, 3.0]}]),
            "entry_mm and tip_mm lie 0.0 mm apart, which gives the needle no direction. "
            "Give the place where it enters the bone, and its tip.",
        ),
        (
            with_vertebra(needle=[{"entry_mm": ["a", 2.0, 3.0], "tip_mm": [1.0, 2.0, 3.0]}]),
            'entry_mm is "a". Give three plain numbers in mm, for example [34.0, 61.0, -12.0].',
        ),
        (
            draft(alternative=[{"name": "a", "procedure": "kyphoplasty"}]),
            "alternative 'a': kyphoplasty needs balloon_ml, the volume of the balloon. Write for example 3.0.",
        ),
        (
            with_vertebra(level="L3"),
            "the plan says level = L3, but the body that is shown has T12. Show that body first.",
        ),
        (
            with_vertebra(cleft=True),
            "the plan says cleft = true, but the body that is shown has false. Show that body first.",
        ),
        (
            draft(vertebra=[draft()["vertebra"][0], draft()["vertebra"][0] | {"level": "L1"}]),
            "this page plans one vertebra, and the plan has 2. Run it with azygos plan.",
        ),
        (
            draft(alternative=[{"name": "\ud800", "cement": {"age_at_start_min": 8}}]),
            "the plan cannot be written as TOML. Send plain numbers and texts only.",
        ),
    ],
)
def test_a_bad_draft_is_refused_in_one_sentence(sent, sentence):
    found = said(sent)
    assert not found.startswith("plan.toml")
    assert "\n" not in found
    assert sentence is None or found == sentence


def test_a_draft_too_deep_is_refused():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    assert said(draft(vertebra=deep)) == "the plan cannot be written as TOML. Send plain numbers and texts only."


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    (),
    ("vertebra",),
    ("vertebra", 0),
    ("vertebra", 0, "level"),
    ("vertebra", 0, "needle"),
    ("vertebra", 0, "needle", 0, "tip_mm"),
    ("vertebra", 0, "portions", 0, "volume_ml"),
    ("cement",),
    ("cement", "name"),
    ("operator",),
    ("alternative",),
    ("alternative", 0),
    ("alternative", 0, "cement"),
]


@settings(deadline=None, max_examples=200)
@given(place=st.sampled_from(PLACES), value=ANYTHING)
def test_whatever_is_sent_is_a_plan_or_a_sentence(place, value):
    sent = put(draft(), place, value)
    try:
        plan = read_draft(sent, VIRTUAL)
    except InputError as refused:
        said = str(refused)
    else:
        said = ""
        assert parse_plan(plan.toml()) == plan
    assert "\n" not in said
    assert len(said) < 500


def put(table, place: tuple, value):
    """The draft with another value in one place."""
    if not place:
        return value
    copy = dict(table) if isinstance(table, dict) else list(table)
    copy[place[0]] = put(table[place[0]], place[1:], value)
    return copy


def test_a_scan_is_no_virtual_patient():
    assert said(with_vertebra(level="L1", fracture="wedge"), SCAN) == (
        "L1: fracture and cleft are for virtual vertebrae. Remove them: the CT shows what there is."
    )


def test_a_body_that_the_page_cannot_show_is_not_planned_in_another():
    assert said(with_vertebra(height_lost_share=0.3, bone_fraction=0.1)) == (
        "the plan says height_lost_share and bone_fraction, and this page shows a body of its own. "
        "Run it with azygos plan."
    )


def test_the_command_runs_the_plan_as_the_page_does():
    command = save(read_draft(draft(), VIRTUAL), VIRTUAL, seed=5, draws=8)["command"]
    assert command == "azygos plan --virtual 12 plan.toml --draws 8 --seed 5 --spacing 2 -o out"


@pytest.mark.parametrize(
    ("origin", "options", "note"),
    [
        (
            SCAN,
            ["-i", "CT", "--at", "1.25,-3.5,100"],
            "Put the path of this scan in the place of CT. It gives the same numbers as this page.",
        ),
        (
            Origin(
                level="L1",
                spacing_mm=1.0,
                scan="s1",
                labels="/tmp/a.nii",
                label_names="verse",
                series="#2",
                repair=True,
            ),
            ["-i", "CT", "--labels", "MAP", "--label-names", "verse", "--series", "#2", "--repair"],
            "Put the paths of this scan and of its label map in the places of CT and MAP. "
            "It gives the same numbers as this page.",
        ),
    ],
)
def test_the_command_names_no_path_of_this_machine(origin, options, note):
    saved = save(read_draft(with_vertebra(level="L1"), origin), origin, seed=0, draws=32)
    assert shlex.split(saved["command"])[2:-9] == options
    assert saved["note"] == note
    assert "/tmp" not in saved["command"]


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", None, True])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(InputError, match=r"^the seed is .*\. Give a whole number from 0 to 4294967295\.$"):
        check_whole(seed, "seed")


@pytest.mark.parametrize("draws", [0, 1001, 2.0, "many" * 100, None, False])
def test_draws_have_a_limit(draws):
    with pytest.raises(InputError, match=r"^the number of draws is .{1,40}\. Give 1 to 1000; 32 is usual\.$"):
        check_draws(draws)
