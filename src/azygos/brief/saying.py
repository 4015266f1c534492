"""Sentences with what they rest on, and words explained where they are first used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from azygos.brief.facts import Facts
from azygos.brief.parts import Section, Sentence
from azygos.brief.published import MEANINGS, Meaning

Paragraph = list[Sentence]


def say(text: str, *facts: str) -> Sentence:
    """A sentence that rests on these facts."""
    return Sentence(text=text, facts=tuple(dict.fromkeys(facts)))


def section(head: str, *paragraphs: Iterable[Sentence]) -> list[Section]:
    """A section of what there is to say; none, no section."""
    told = [list(paragraph) for paragraph in paragraphs]
    kept = tuple(tuple(paragraph) for paragraph in told if paragraph)
    return [Section(head=head, paragraphs=kept)] if kept else []


def explained(body: Iterable[Section]) -> tuple[Section, ...]:
    """The same body with every word of ``MEANINGS`` explained right after the sentence that first uses it."""
    known: set[str] = set()
    return tuple(
        Section(
            head=one.head,
            paragraphs=tuple(
                tuple(said for sentence in paragraph for said in _with_meanings(sentence, known))
                for paragraph in one.paragraphs
            ),
        )
        for one in body
    )


def _with_meanings(sentence: Sentence, known: set[str]) -> Iterator[Sentence]:
    """The sentence, and what its new words mean; a meaning may use new words itself."""
    yield sentence
    for meaning in terms_of(sentence.text):
        if meaning.term not in known:
            known.add(meaning.term)
            yield from _with_meanings(say(meaning.sentence, f"word.{meaning.term}"), known)


def terms_of(text: str) -> list[Meaning]:
    """Words of a text that need a meaning, the longer ones first.

    Examples
    --------
    >>> [meaning.term for meaning in terms_of("Along the azygos vein it went to the lungs.")]
    ['azygos vein', 'vein']
    """
    small = text.lower()
    return [one for one in MEANINGS if any(re.search(rf"\b{re.escape(form)}\b", small) for form in one.forms)]


def number_of(facts: Facts, id: str) -> float:
    """The number of a fact; zero where the run does not hold it."""
    fact = facts.get(id)
    return 0.0 if fact is None else fact.number
