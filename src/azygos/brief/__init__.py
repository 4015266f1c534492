"""A run told in plain words, each sentence with what it rests on, and any such text held against a run."""

from azygos.brief.check import Check, check_text
from azygos.brief.checked import check_files, check_table
from azygos.brief.checked import rows as check_rows
from azygos.brief.facts import Fact, Facts, resolve
from azygos.brief.grade import grade
from azygos.brief.made import brief, make_brief
from azygos.brief.parts import Brief, Section, Sentence, SixParts
from azygos.brief.reading import facts_of
from azygos.brief.weighing import Verdict
from azygos.brief.writing import brief_schema

__all__ = [
    "Brief",
    "Check",
    "Fact",
    "Facts",
    "Section",
    "Sentence",
    "SixParts",
    "Verdict",
    "brief",
    "brief_schema",
    "check_files",
    "check_rows",
    "check_table",
    "check_text",
    "facts_of",
    "grade",
    "make_brief",
    "resolve",
]
