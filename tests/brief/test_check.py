"""A six-part text held against a run: every kind of verdict, by hand."""

from __future__ import annotations

import json
from functools import cache

import made_runs
import pytest
from typer.testing import CliRunner

from azygos.brief import check_table, check_text, make_brief
from azygos.brief.check import is_advice
from azygos.brief.claims import claims_of
from azygos.brief.frequency import READINGS
from azygos.brief.parsing import Told, missing, read_six_parts
from azygos.brief.reading import facts_from
from azygos.brief.writing import as_markdown
from azygos.cli import app
from azygos.ground.errors import InputError

KINDS = ("plan", "journey", "trace", "compare")
DRAWN = 30
TEXT = """It Stays
2. AT-A-GLANCE
- One.
- Two.
- Three.
3. QUICK TAKE It stays.
4. SEO TITLE It stays
5. SEO DESCRIPTION It stays.
6. ARTICLE BODY
"""


def hand_made():
    """A cord from T10 to the lungs, felt on day 9, taken out on day 14, still seen on day 90; 1 in 518."""
    result = made_runs.journey(1)
    branch = result["branches"][0]
    branch |= {"symptoms_day": 9.0, "symptoms": ["breathlessness", "chest pain"], "most_clot_ml": 0.4}
    branch["removals"] = [{"day": 14.0, "kind": "embolectomy", "removed_ml": 0.66, "pieces": []}]
    branch |= {"removed_ml": 0.66, "removed_day": 14.0}
    seen = {"looks_with": "ct", "sees": ["Cement in veins: azygos vein at T9."], "misses": []}
    branch["visits"] = [{"day": 14.0, **seen}, {"day": 90.0, **seen}]
    for part in result["parts"]:
        part["attached"] = True
    result["rarity"] |= {"chance": 0.0019298, "chance_low": 0.0008, "chance_high": 0.0047}
    return result


@cache
def facts(kind: str = "journey"):
    return facts_from(hand_made() if kind == "journey" else made_runs.drawn(kind, 3))


def verdicts(sentence: str, kind: str = "journey") -> list[tuple[str, str]]:
    made = check_text(TEXT + sentence, facts(kind))
    return [(one.claim.words, one.verdict) for one in made.verdicts if one.claim.told.text == sentence]


YES, NO, OPEN = "supported", "contradicted", "not checkable"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Symptoms came within two weeks.", [("two weeks", YES)]),
        ("Symptoms came on day 9.", [("day 9", YES)]),
        ("Symptoms came within three days.", [("three days", NO)]),
        ("Symptoms came on day 20.", [("day 20", NO)]),
        ("It remained in the body for three months.", [("remained in the body", YES), ("three months", YES)]),
        ("It remained in the body for two years.", [("remained in the body", YES), ("two years", OPEN)]),
        ("Surgery took out 0.66 mL.", [("Surgery", YES), ("0.66 mL", YES)]),
        ("Surgery took out 2 mL.", [("Surgery", YES), ("2 mL", NO)]),
        ("It is rare: 1 in 520.", [("rare", YES), ("1 in 520", YES)]),
        ("This case comes in 1 in 20.", [("1 in 20", NO)]),
        ("The kettle holds 977 mL.", [("977 mL", OPEN)]),
        ("The cord was 900 cm long.", [("900 cm", NO)]),
        ("In one study, 54 real patients had a scan.", [("54", YES)]),
        ("In one study, 53 real patients had a scan.", [("53", NO)]),
        ("This is just one case.", [("one case", YES)]),
        ("There were four patients.", [("four patients", NO)]),
    ],
)
def test_numbers(sentence, expected):
    assert verdicts(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It came into the heart.", [("heart", YES)]),
        ("It did not reach the heart.", [("heart", NO)]),
        ("The lungs were not reached.", [("lungs", NO)]),
        ("It came to the lung arteries from T10.", [("lung arteries", YES), ("T10", YES)]),
        ("It came from L3.", [("L3", NO)]),
        ("The cement did not disappear.", [("disappear", YES)]),
        ("The cement disappeared.", [("disappeared", NO)]),
        ("No cement leaked.", [("leaked", NO)]),
        ("The patient died.", [("died", NO)]),
        ("The patient had chest pain.", [("chest pain", YES)]),
        ("The patient had no chest pain.", [("chest pain", NO)]),
        ("The patient had fainted.", [("fainted", NO)]),
    ],
)
def test_places_and_what_became_of_them(sentence, expected):
    assert verdicts(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("They gave medicine to prevent new clots.", [("medicine to prevent new clots", YES)]),
        ("A catheter was used.", [("catheter", NO)]),
        ("She was given no blood thinners.", [("blood thinners", NO)]),
        ("Patients are monitored.", [("monitored", OPEN)]),
        ("They used aggressive therapy.", [("aggressive therapy", OPEN)]),
        ("They removed the clots.", [("removed the clots", OPEN)]),
    ],
)
def test_treatments(sentence, expected):
    assert verdicts(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("This case is very rare.", YES),
        ("This case is not rare.", NO),
        ("This case always comes.", NO),
        ("This case comes often.", NO),
        ("Most patients do not have this kind of complication.", YES),
        ("Usually the cement stays exactly where it is placed.", NO),
        ("A leak is extremely uncommon.", NO),
        ("A leak is common.", YES),
        ("Most people recover well.", OPEN),
    ],
)
def test_words_of_how_often(sentence, expected):
    found = [one for one in check_text(TEXT + sentence, facts()).verdicts if one.claim.kind == "frequency"]
    assert [one.verdict for one in found] == [expected]


def test_a_word_between_two_readings_is_left_open():
    assert READINGS["rare"].verdict(0.02, 0.015, 0.03) == OPEN
    assert READINGS["rare"].verdict(0.1, 0.06, 0.2) == NO
    assert READINGS["rare"].verdict(0.002, 0.001, 0.004) == YES


@pytest.mark.parametrize("word", READINGS)
def test_ends_of_a_word_lie_in_their_ranges(word):
    one = READINGS[word]
    assert one.low_range[0] <= one.low <= one.low_range[1]
    assert one.high_range[0] <= one.high <= one.high_range[1]
    assert one.why


def test_a_sentence_without_a_claim_has_none():
    told = Told(part="ARTICLE BODY", head="", text="We thank all who helped.")
    assert claims_of(told) == []


def test_what_breaks_a_limit_is_listed_by_limit():
    text = (TEXT + "You should wait. It lay in a vein near a thrombus.").replace("- Two.\n", "- " + "a " * 13 + "\n")
    made = check_text(text.replace("4. SEO TITLE It stays\n", ""), facts())
    assert made.missing == ("SEO TITLE is missing.",)
    assert len(made.too_long) == 1
    assert made.advice == ("You should wait.",)
    assert made.undefined == (
        "The word 'thrombus' is not explained.",
        "The word 'vein' is not explained where it is first used.",
    )
    assert not made.passed


def test_a_word_that_is_explained_is_not_listed():
    told = TEXT + "It lay in a vein. A vein is a pipe for blood. Doctors call this thrombus."
    assert check_text(told, facts()).undefined == ()


def test_to_ask_a_team_is_no_advice():
    assert not is_advice("If you want to know more, ask your care team.")
    assert not is_advice("This created a blockage that needed immediate action.")
    assert is_advice("Watch for chest pain.")
    assert is_advice("You must not wait.")


def test_markdown_and_numbered_heads_are_read_alike():
    marked = TEXT.replace("It Stays\n", "# It Stays\n", 1)
    for number, name in enumerate(("AT-A-GLANCE", "QUICK TAKE", "SEO TITLE", "SEO DESCRIPTION", "ARTICLE BODY"), 2):
        marked = marked.replace(f"{number}. {name}", f"\n## {name}\n\n")
    body = "How It Went\nIt \\*set\\* in the bone."
    plain = read_six_parts(TEXT + body.replace("\\", ""))
    assert read_six_parts(marked + body.replace("How", "### How") + "\n\n## Sources\n\n- A.") == plain
    assert plain.body == "How It Went\nIt *set* in the bone."
    assert missing(plain) == []


def test_a_text_without_heads_is_refused():
    with pytest.raises(InputError) as error:
        read_six_parts("It stays.")
    expected = (
        "the text has none of the heads AT-A-GLANCE, QUICK TAKE, SEO TITLE, SEO DESCRIPTION, ARTICLE BODY. "
        "Give a text in six parts."
    )
    assert str(error.value) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_briefs_of_azygos_hold_in_every_claim(kind):
    claims = 0
    for seed in range(DRAWN):
        own = facts_from(made_runs.drawn(kind, seed))
        made = check_text(as_markdown(make_brief(own)), own)
        bad = [(one.verdict, one.claim.words, one.claim.told.text) for one in made.verdicts if one.verdict != YES]
        assert bad == [], f"{kind} {seed}"
        assert made.passed, made.limits()
        claims += len(made.verdicts)
    assert claims > 20 * DRAWN


@pytest.mark.parametrize("kind", KINDS)
def test_the_brief_of_another_run_does_not_hold(kind):
    text = as_markdown(make_brief(facts_from(made_runs.drawn(kind, 1))))
    other = check_text(text, facts_from(made_runs.drawn(kind, 8)))
    assert other.counts()[NO] > 0


@pytest.mark.shared
def test_the_article_against_a_journey_like_its_own(shared):
    made = check_text((shared / "article.txt").read_text("utf-8"), facts())
    assert (made.missing, made.too_long, made.too_hard) == ((), (), ())
    told = {one.claim.words: one.verdict for one in made.verdicts}
    for words in ("two weeks", "three months", "medicine to prevent new clots", "disappear", "very rare", "Surgeons"):
        assert told[words] == YES, words
    assert [one.claim.words for one in made.verdicts if one.verdict == NO] == ["Usually", "extremely uncommon"]
    assert told["aggressive therapy"] == OPEN
    assert len(made.advice) == 3


# The command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path):
    return made_runs.write_run(tmp_path / "run", hand_made())


def told(*arguments):
    return CliRunner().invoke(app, ["brief", *(str(one) for one in arguments)])


def test_the_command_ends_with_zero_or_one(run, tmp_path):
    good, bad = tmp_path / "good.md", tmp_path / "bad.txt"
    good.write_text(as_markdown(make_brief(facts())), "utf-8")
    bad.write_text(TEXT + "The patient died.", "utf-8")
    assert told("--check", good, "--run", run).exit_code == 0
    outcome = told("--check", bad, "--run", run)
    assert outcome.exit_code == 1
    assert "1 contradicted" in outcome.output


def test_the_command_writes_a_page_and_a_table(run, tmp_path):
    text, out = tmp_path / "text.txt", tmp_path / "out"
    text.write_text(TEXT + "The <b>patient</b> died.", "utf-8")
    assert told("--check", text, "--run", run, "-o", out).exit_code == 1
    assert {file.name for file in out.iterdir()} == {"check.html", "check.json", "run.toml"}
    table = json.loads((out / "check.json").read_text("utf-8"))
    assert table == check_table(check_text(text.read_text("utf-8"), facts()))
    assert table["counts"] == {YES: 0, NO: 1, OPEN: 0}
    assert table["claims"][0]["facts"] == ["died.none"]
    page = (out / "check.html").read_text("utf-8")
    assert "&lt;b&gt;patient" in page
    assert "<script" not in page
    assert "This text does not hold as it is" in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--check", "x.txt"), "--check needs a run to hold the text against. Give --run RUN."),
        (("--run", "r"), "--run goes with --check. To tell a run: azygos brief RUN -o OUT."),
        (("r", "--check", "x.txt", "--run", "r"), "two runs are given. Give one, with --run."),
        ((), "no run is given. Give the folder of a run: azygos brief RUN -o OUT."),
        (("r",), "no folder to write is given. Give one with -o."),
    ],
)
def test_what_is_lacking_is_said(arguments, sentence):
    assert str(told(*arguments).exception) == sentence


def test_a_text_that_cannot_be_read_is_refused(run, tmp_path):
    text = tmp_path / "text.txt"
    assert str(told("--check", text, "--run", run).exception) == (
        f"{text} is not a file. Give the text to check, such as brief.md."
    )
    text.write_bytes(b"\xff\xfe\x00")
    assert str(told("--check", text, "--run", run).exception).startswith(f"{text} cannot be read as text (")
    text.write_bytes(b"a" * 1_000_001)
    expected = f"{text} has 1000001 bytes, more than a text of six parts has. Give the text alone."
    assert str(told("--check", text, "--run", run).exception) == expected
