"""A brief as files: Markdown, HTML and JSON in one folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from azygos import __version__
from azygos.brief.facts import Fact
from azygos.brief.grade import FORMULA, grade, sentences_only
from azygos.brief.parts import Brief, brief_table
from azygos.ground.files import finish, open_partial, sha256_of, write_atomic
from azygos.plan.record import RESEARCH_ONLY
from azygos.values.brief import ARTICLE_GRADE

GAP = "\u00a0"  # keeps a number and its unit on one line


def write_brief(brief: Brief, run: Path, output: Path, *, force: bool = False) -> None:
    """Write ``brief.md``, ``brief.html``, ``brief.json`` and ``run.toml``; the same run gives the same bytes."""
    source = sha256_of(run / "result.json")
    folder = open_partial(output, f"brief {source}", force=force)
    table = brief_table(brief, measures(brief), version=__version__, note=RESEARCH_ONLY)
    write_atomic(folder / "brief.json", json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    write_atomic(folder / "brief.md", as_markdown(brief))
    write_atomic(folder / "brief.html", as_html(brief))
    write_record(folder, brief.facts.run, brief.facts.version, {"result.json": source})
    finish(folder, output)


def write_record(folder: Path, run: str, version: str, sources: Mapping[str, str]) -> None:
    """Write ``run.toml`` of a brief or a check: of which kind of run, by which version, and hashes of what was read."""
    import tomli_w

    record = {
        "azygos": __version__,
        "note": RESEARCH_ONLY,
        "kind": "brief",
        "state": "whole",
        "input_sha256": dict(sources),
        "run": {"kind": run, "azygos": version},
    }
    write_atomic(folder / "run.toml", tomli_w.dumps(record))


def brief_schema() -> dict[str, Any]:
    """The published JSON schema of ``brief.json``."""
    text = files("azygos.brief").joinpath("brief.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def measures(brief: Brief) -> dict[str, Any]:
    """How long and how hard it is."""
    parts = brief.plain()
    return {
        "formula": FORMULA,
        "grade": round(grade(parts.body), 3),
        "grade_at_most": ARTICLE_GRADE.number,
        "words": len(sentences_only(parts.body).split()),
        "seo_title_characters": len(parts.seo_title),
        "seo_description_characters": len(parts.seo_description),
    }


def as_markdown(brief: Brief) -> str:
    """The six parts as Markdown, with the list of sources."""
    return "\n".join(_markdown(brief)) + "\n"


def _markdown(brief: Brief) -> Iterator[str]:
    parts = brief.plain()
    yield f"# {_escaped(parts.headline)}"
    yield "\n## AT-A-GLANCE\n"
    yield from (f"- {_escaped(point)}" for point in parts.at_a_glance)
    yield f"\n## QUICK TAKE\n\n{_escaped(parts.quick_take)}"
    yield f"\n## SEO TITLE\n\n{_escaped(parts.seo_title)}"
    yield f"\n## SEO DESCRIPTION\n\n{_escaped(parts.seo_description)}"
    yield "\n## ARTICLE BODY"
    for section in brief.body:
        if section.head:
            yield f"\n### {_escaped(section.head)}"
        for paragraph in section.paragraphs:
            yield "\n" + _escaped(" ".join(sentence.text for sentence in paragraph))
    yield "\n## Sources\n"
    yield from (f"- {_escaped(line)}" for line in sources(brief))
    yield f"\n{RESEARCH_ONLY}"


def _escaped(text: str) -> str:
    """Nothing in a text is markup."""
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text


def sources(brief: Brief) -> list[str]:
    """The run, then each published source once, in order of use."""
    run = f"A run of azygos {brief.facts.run}, version {brief.facts.version}"
    first = f"{run}; brief.json says what is behind each sentence."
    return [first, *dict.fromkeys(fact.citation for fact in brief.used() if fact.citation)]


def as_html(brief: Brief) -> str:
    """The brief as one HTML file in the look of the reports."""
    from azygos.report.page import render  # not before a page is made: it brings all reports with it

    facts = {fact.id: fact for fact in brief.facts}
    return render(
        "brief.html",
        brief=brief,
        kept=kept,
        version=__version__,
        sources=sources(brief),
        measures=measures(brief),
        rows=[
            {"text": sentence.text, "rests": [told(facts[id]) for id in sentence.facts]}
            for _, sentence in brief.sentences()
        ],
    )


def kept(text: str) -> str:
    """The same text with every number and its unit kept on one line.

    Examples
    --------
    >>> kept("It held 5 mL, in 1 in 20 runs.")
    'It held 5\\xa0mL, in 1\\xa0in\\xa020 runs.'
    """
    joined = re.sub(r"(?<=\d) (?=(?:mL|mm|cm|mmHg|percent)\b)", GAP, text)
    return re.sub(r"(?<=\d) in (?=\d)", f"{GAP}in{GAP}", joined)


def told(fact: Fact) -> str:
    """A fact in one line: what it is, its value, and where it stands."""
    value = fact.value if isinstance(fact.value, str) else f"{fact.value:g}"
    ends = "" if fact.low is None or fact.high is None else f" ({fact.low:g} to {fact.high:g})"
    where = ", ".join(fact.pointers[:3]) + (" ..." if len(fact.pointers) > 3 else "")
    return f"{fact.what}: {value}{ends}{' ' + fact.unit if fact.unit else ''}; {where or fact.citation}"
