"""What a brief must keep to: lengths, grade, and no word that is left unexplained."""

from __future__ import annotations

import re

from azygos.brief.grade import grade, sentences_only
from azygos.brief.parts import GLANCES, Brief, SixParts
from azygos.brief.published import MEANINGS
from azygos.brief.saying import terms_of
from azygos.ground.errors import AzygosError, require
from azygos.values.brief import ARTICLE_GRADE

GLANCE_WORDS = 12
TITLE_SIGNS = 60
DESCRIPTION_SIGNS = 160

HARD = (
    "anticoagula", "arteriogram", "atrium", "atria", "basivertebral", "butscheidt", "cannula", "catheter", "cortical",
    "cortex", "embol", "end-plate", "endplate", "foramen", "fluoroscop", "haemo", "hemo", "hounsfield", "hypox",
    "intervertebral", "kyphoplast", "lysis", "lumbar", "myocard", "paravertebral", "percutaneous", "pericard", "plexus",
    "polymethyl", "pmma", "pulmonary", "qanadli", "saturation", "segmental", "thoracic", "thromb", "vascular", "venous",
    "ventric", "vertebr", "viscosity",
)  # fmt: skip
"""Beginnings or parts of words that doctors use; a text must do without them or say at once what they mean."""


def check(brief: Brief) -> None:
    """Refuse a brief that does not keep to the limits; the rules that write it are at fault, not the run."""
    found = faults(brief.plain())
    require(not found, f"a brief was written that breaks its limits: {' '.join(found)}", AzygosError)


def faults(parts: SixParts) -> list[str]:
    """What is too long, too hard or unexplained in a six-part text, a sentence each."""
    return [*too_long(parts), *too_hard(parts.body), *undefined(parts)]


def too_long(parts: SixParts) -> list[str]:
    """Parts beyond their length."""
    found = []
    if len(parts.at_a_glance) != GLANCES:
        found.append(f"AT-A-GLANCE has {len(parts.at_a_glance)} points, not {GLANCES}.")
    for point in parts.at_a_glance:
        if len(point.split()) > GLANCE_WORDS:
            found.append(f"A point has {len(point.split())} words, more than {GLANCE_WORDS}: {point}")
    if ends(parts.quick_take) != 1:
        found.append(f"QUICK TAKE has {ends(parts.quick_take)} sentences, not 1.")
    for name, text, most in (
        ("SEO TITLE", parts.seo_title, TITLE_SIGNS),
        ("SEO DESCRIPTION", parts.seo_description, DESCRIPTION_SIGNS),
    ):
        if len(text) > most:
            found.append(f"{name} has {len(text)} characters, more than {most}.")
    return found


def ends(text: str) -> int:
    """How many sentences end in a text.

    Examples
    --------
    >>> ends("About 0.5 mL came out. It set.")
    2
    """
    return len(re.findall(r"[.!?](?=\s|$)", text))


def too_hard(body: str) -> list[str]:
    """A body above the grade of the article."""
    found = grade(body)
    if round(found, 3) <= ARTICLE_GRADE.number:
        return []
    return [f"The body reads at grade {found:.2f}, above {ARTICLE_GRADE.number:.2f}."]


def undefined(parts: SixParts) -> list[str]:
    """Terms that are not explained where they are first used."""
    whole = "\n".join((parts.headline, *parts.at_a_glance, parts.quick_take, parts.seo_title, parts.seo_description,
                       parts.body)).lower()  # fmt: skip
    words = re.findall(r"[a-z][a-z-]+", whole)
    found = [f"The word {word!r} is not plain." for word in dict.fromkeys(words) if is_hard(word)]
    return [*found, *_late(parts.body)]


def is_hard(word: str) -> bool:
    """Whether doctors use this word and others may not know it.

    Examples
    --------
    >>> is_hard("thromboembolism"), is_hard("cement")
    (True, False)
    """
    return any(part in word for part in HARD)


def _late(body: str) -> list[str]:
    """Words with a meaning of ours that comes later than it should, or never."""
    told = re.split(r"(?<=[.!?])\s+", sentences_only(body))
    terms = [terms_of(text) for text in told]
    found = []
    for meaning in MEANINGS:
        first = next((k for k, own in enumerate(terms) if meaning in own), None)
        if first is None:
            continue
        after = told[first : first + len(MEANINGS) + 1]
        if meaning.sentence not in after:
            found.append(f"{meaning.term!r} is not explained where it is first used: {told[first]}")
    return found
