"""A run told in plain words, each sentence with what it rests on."""

from azygos.brief.facts import Fact, Facts, resolve
from azygos.brief.grade import grade
from azygos.brief.parts import Brief, Section, Sentence, SixParts
from azygos.brief.reading import facts_of

__all__ = ["Brief", "Fact", "Facts", "Section", "Sentence", "SixParts", "facts_of", "grade", "resolve"]
