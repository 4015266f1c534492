"""A brief in its six parts: each sentence with the facts that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azygos.brief.facts import Fact, Facts, fact_table
from azygos.ground.errors import AzygosError, require
from azygos.ground.parcels import Parcel

SCHEMA_VERSION = 1
GLANCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence(Parcel):
    """Words, and what they rest on."""

    text: str
    facts: tuple[str, ...]  # ids, at least one

    def __post_init__(self) -> None:
        require(bool(self.facts), f"a sentence rests on nothing: {self.text}", AzygosError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Parcel):
    """Paragraphs below a head; the first section of a body has none."""

    head: str
    paragraphs: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SixParts(Parcel):
    """The six parts as plain text, whoever wrote them; heads of the body stand on lines of their own."""

    headline: str
    at_a_glance: tuple[str, ...]
    quick_take: str
    seo_title: str
    seo_description: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Brief(Parcel):
    """A run told in plain words."""

    facts: Facts
    headline: Sentence
    at_a_glance: tuple[Sentence, ...]
    quick_take: Sentence
    seo_title: Sentence
    seo_description: Sentence
    body: tuple[Section, ...]

    def __post_init__(self) -> None:
        known = {fact.id for fact in self.facts}
        for _, sentence in self.sentences():
            lost = [id for id in sentence.facts if id not in known]
            require(not lost, f"a sentence rests on what the run does not hold: {', '.join(lost)}", AzygosError)

    def sentences(self) -> Iterator[tuple[str, Sentence]]:
        """Every sentence with the name of its part, in order."""
        yield "headline", self.headline
        for sentence in self.at_a_glance:
            yield "at_a_glance", sentence
        yield "quick_take", self.quick_take
        yield "seo_title", self.seo_title
        yield "seo_description", self.seo_description
        for section in self.body:
            for paragraph in section.paragraphs:
                for sentence in paragraph:
                    yield "body", sentence

    def used(self) -> tuple[Fact, ...]:
        """The facts that some sentence rests on, in the order of the run."""
        named = {id for _, sentence in self.sentences() for id in sentence.facts}
        return tuple(fact for fact in self.facts if fact.id in named)

    def plain(self) -> SixParts:
        """The same without what it rests on."""
        return SixParts(
            headline=self.headline.text,
            at_a_glance=tuple(sentence.text for sentence in self.at_a_glance),
            quick_take=self.quick_take.text,
            seo_title=self.seo_title.text,
            seo_description=self.seo_description.text,
            body="\n".join(_lines(self.body)),
        )


def _lines(body: tuple[Section, ...]) -> Iterator[str]:
    for section in body:
        if section.head:
            yield section.head
        for paragraph in section.paragraphs:
            yield " ".join(sentence.text for sentence in paragraph)


def brief_table(brief: Brief, measures: dict[str, Any], *, version: str, note: str) -> dict[str, Any]:
    """The whole of ``brief.json`` as plain dictionaries; the same run gives the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "brief",
        "azygos": version,
        "note": note,
        "run": {"kind": brief.facts.run, "azygos": brief.facts.version},
        "headline": _sentence(brief.headline),
        "at_a_glance": [_sentence(one) for one in brief.at_a_glance],
        "quick_take": _sentence(brief.quick_take),
        "seo_title": _sentence(brief.seo_title),
        "seo_description": _sentence(brief.seo_description),
        "body": [
            {"head": section.head, "paragraphs": [[_sentence(one) for one in many] for many in section.paragraphs]}
            for section in brief.body
        ],
        "measures": measures,
        "facts": [fact_table(fact) for fact in brief.used()],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {"text": sentence.text, "facts": list(sentence.facts)}
