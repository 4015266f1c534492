"""Numbers in words: the last word of a longer one is no number of its own."""

from __future__ import annotations

import made_runs
import pytest

from azygos.brief import check_text
from azygos.brief.reading import facts_from

TEXT = "It Stays\n2. AT-A-GLANCE\n- One.\n- Two.\n- Three.\n3. QUICK TAKE It stays.\n4. SEO TITLE It stays\n"
TEXT += "5. SEO DESCRIPTION It stays.\n6. ARTICLE BODY\n"


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("They took out two millilitres.", ["two millilitres"]),
        ("They took out one and two millilitres.", ["two millilitres"]),
        ("They took out zero point six six millilitres.", []),
        ("It was fifty-one centimetres long.", []),
        ("It took a hundred and two days.", []),
    ],
)
def test_the_last_word_of_a_longer_number_is_not_held_against_the_run(sentence, found):
    made = check_text(TEXT + sentence, facts_from(made_runs.journey(1)))
    numbers = [one.claim for one in made.verdicts if one.claim.kind == "number" and one.claim.told.text == sentence]
    assert [one.words for one in numbers] == found
