"""Takes a text apart into its six parts, whoever wrote it: plain with numbered heads, or Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from azygos.brief.parts import SixParts
from azygos.ground.errors import require
from azygos.ground.parcels import Parcel

PARTS = ("HEADLINE", "AT-A-GLANCE", "QUICK TAKE", "SEO TITLE", "SEO DESCRIPTION", "ARTICLE BODY")
_HEAD = re.compile(
    r"^\s*(?:#+\s*)?(?:\*\*)?(?:\d+[.)]\s*)?(?:\*\*)?"
    r"(HEADLINE|AT[- ]A[- ]GLANCE|QUICK[- ]TAKE|SEO[- ]TITLE|SEO[- ]DESCRIPTION|ARTICLE[- ]BODY)\b"
    r"(?:\*\*)?:?(?:\*\*)?\s*"
)
_NUMBER = re.compile(r"^\s*1[.)]\s+")
_MARK = re.compile(r"^\s*(?:#+\s+|[-*\u2022]\s+|>\s+)")
_AFTER = re.compile(r"^\s*#+\s*(?:sources|references|notes)\s*$", re.IGNORECASE)
_END = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[\"'\u201c(]?[A-Z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Parcel):
    """One sentence of a text."""

    part: str  # one of PARTS
    head: str  # of the section of the body; empty elsewhere
    text: str
    is_head: bool = False


def read_six_parts(text: str) -> SixParts:
    """The six parts of a text; one that is not there is empty.

    Parameters
    ----------
    text : str
        Heads are ``AT-A-GLANCE``, ``QUICK TAKE``, ``SEO TITLE``, ``SEO DESCRIPTION`` and ``ARTICLE BODY``, with or
        without a number or marks of Markdown; what follows on the same line belongs to the part. What stands before
        the first head is the headline.

    Raises
    ------
    InputError
        A text without any of these heads.

    Examples
    --------
    >>> read_six_parts("It Stays" + chr(10) + "3. QUICK TAKE Cement stays.").quick_take
    'Cement stays.'
    """
    found: dict[str, list[str]] = {name: [] for name in PARTS}
    part, seen = PARTS[0], False
    for line in text.splitlines():
        if _AFTER.match(line):
            break
        head = _HEAD.match(line)
        if head:
            part, seen, line = re.sub(r"[- ]", "", head[1]), True, line[head.end() :]
            part = next(name for name in PARTS if re.sub(r"[- ]", "", name) == part)
        if line.strip():
            found[part].append(_plain(line if part != PARTS[0] else _NUMBER.sub("", line)))
    require(
        seen,
        "the text has none of the heads AT-A-GLANCE, QUICK TAKE, SEO TITLE, SEO DESCRIPTION, ARTICLE BODY. "
        "Give a text in six parts.",
    )
    return SixParts(
        headline=" ".join(found["HEADLINE"]), at_a_glance=tuple(found["AT-A-GLANCE"]),
        quick_take=" ".join(found["QUICK TAKE"]), seo_title=" ".join(found["SEO TITLE"]),
        seo_description=" ".join(found["SEO DESCRIPTION"]), body="\n".join(found["ARTICLE BODY"]),
    )  # fmt: skip


def _plain(line: str) -> str:
    """A line without marks of Markdown, and with the signs that those marks hide."""
    bare = _MARK.sub("", line).strip()
    bare = re.sub(r"(?<!\\)\*\*|(?<!\\)__", "", bare)
    return re.sub(r"\\([\\`*_\[\]<>#|])", r"\1", bare).replace("\u00a0", " ")


def missing(parts: SixParts) -> list[str]:
    """Parts that are not there, a sentence each."""
    texts = (parts.headline, " ".join(parts.at_a_glance), parts.quick_take, parts.seo_title, parts.seo_description,
             parts.body)  # fmt: skip
    return [f"{name} is missing." for name, text in zip(PARTS, texts, strict=True) if not text]


def sentences(parts: SixParts) -> Iterator[Told]:
    """Every sentence with its part and the head above it; heads are sentences too."""
    for name, text in (("HEADLINE", parts.headline), *(("AT-A-GLANCE", one) for one in parts.at_a_glance),
                       ("QUICK TAKE", parts.quick_take), ("SEO TITLE", parts.seo_title),
                       ("SEO DESCRIPTION", parts.seo_description)):  # fmt: skip
        yield from (Told(part=name, head="", text=one) for one in split(text))
    head = ""
    for line in parts.body.splitlines():
        if re.search(r"[.!?][\"'\u201d\u2019)]*$", line):
            yield from (Told(part=PARTS[-1], head=head, text=one) for one in split(line))
        else:
            head = line
            yield Told(part=PARTS[-1], head=head, text=line, is_head=True)


def split(text: str) -> list[str]:
    """The sentences of a text.

    Examples
    --------
    >>> split("About 0.5 mL came out. It set.")
    ['About 0.5 mL came out.', 'It set.']
    """
    return [one for one in _END.split(text.strip()) if one]
