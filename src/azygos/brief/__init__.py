"""A run told in plain words, each sentence with what it rests on."""

from azygos.brief.facts import Fact, Facts, resolve
from azygos.brief.grade import grade
from azygos.brief.made import brief, make_brief
from azygos.brief.parts import Brief, Section, Sentence, SixParts
from azygos.brief.reading import facts_of
from azygos.brief.writing import brief_schema

__all__ = [
    "Brief",
    "Fact",
    "Facts",
    "Section",
    "Sentence",
    "SixParts",
    "brief",
    "brief_schema",
    "facts_of",
    "grade",
    "make_brief",
    "resolve",
]
