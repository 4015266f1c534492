"""What a six-part text may not be: too long, too hard, or with a word left unexplained."""

from __future__ import annotations

from dataclasses import replace

import made_runs
import pytest

from azygos.brief import Fact, Sentence, SixParts, grade, make_brief
from azygos.brief.limits import faults
from azygos.brief.reading import facts_from
from azygos.brief.saying import explained, say, section, terms_of
from azygos.ground.errors import AzygosError
from azygos.values.brief import ARTICLE_GRADE

GOOD = SixParts(
    headline="It Stays", at_a_glance=("One.", "Two.", "Three."), quick_take="It stays.", seo_title="It stays",
    seo_description="It stays.", body="How It Went\nIt went in, and it set in the bone.",
)  # fmt: skip


def test_a_good_text_has_no_fault():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"at_a_glance": ("One.", "Two.")}, "AT-A-GLANCE has 2 points, not 3."),
        ({"at_a_glance": ("One.", "Two.", "a " * 13)}, "A point has 13 words, more than 12: " + "a " * 13),
        ({"quick_take": "It stays. It sets."}, "QUICK TAKE has 2 sentences, not 1."),
        ({"seo_title": "x" * 61}, "SEO TITLE has 61 characters, more than 60."),
        ({"seo_description": "x" * 161}, "SEO DESCRIPTION has 161 characters, more than 160."),
        ({"headline": "Pulmonary Cement"}, "The word 'pulmonary' is not plain."),
        ({"body": "It lay in a vein."}, "'vein' is not explained where it is first used: It lay in a vein."),
    ],
)
def test_each_fault_is_told(change, fault):
    assert faults(replace(GOOD, **change)) == [fault]


def test_a_hard_body_is_told_with_its_grade():
    hard = "Approval considerations necessitate comprehensive interdisciplinary documentation nevertheless."
    found = faults(replace(GOOD, body=hard))
    assert found == [f"The body reads at grade {grade(hard):.2f}, above {ARTICLE_GRADE.number:.2f}."]


def test_heads_and_decimals_do_not_change_the_grade():
    plain = "The cement went into the bone and it set."
    assert grade(f"A Head That Nobody Counts\n{plain}") == grade(plain)
    assert grade("About 0.5 mL came out of the bone.") == grade("About 0,5 mL came out of the bone.")


def test_words_are_explained_once_where_they_are_first_used():
    body = explained(section("Head", [say("It went up the azygos vein.", "a"), say("The vein was full.", "a")]))
    told = [sentence.text for sentence in body[0].paragraphs[0]]
    assert told[0] == "It went up the azygos vein."
    assert told[1].startswith("The azygos vein is a large vein that opens into the vena cava")
    assert told[-1] == "The vein was full."
    assert sum("pipes" in text for text in told) == 1
    assert {meaning.term for meaning in terms_of(" ".join(told))} == {"azygos vein", "vena cava", "vein"}


def test_a_sentence_without_a_fact_cannot_be_made():
    with pytest.raises(AzygosError) as error:
        Sentence(text="It stays.", facts=())
    assert str(error.value) == "a sentence rests on nothing: It stays."


def test_a_sentence_cannot_rest_on_a_fact_that_is_not_there():
    made = make_brief(facts_from(made_runs.plan()))
    with pytest.raises(AzygosError) as error:
        replace(made, headline=say("It stays.", "lost"))
    assert str(error.value) == "a sentence rests on what the run does not hold: lost"


def test_a_fact_says_where_it_comes_from():
    with pytest.raises(AzygosError) as error:
        Fact(id="a", what="b", kind="count", value=1.0)
    assert str(error.value) == "fact 'a' does not say where it comes from"


@pytest.mark.shared
def test_the_limit_is_the_grade_of_the_article(shared):
    text = (shared / "article.txt").read_text("utf-8")
    body = text.split("6. ARTICLE BODY")[1]
    assert grade(body) == pytest.approx(ARTICLE_GRADE.number, abs=0.001)
