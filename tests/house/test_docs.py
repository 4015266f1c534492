"""The documentation keeps its promises: nothing from another machine, "research use only" in front."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PHRASE = "research use only"


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> Path:
    """The documentation, built here with warnings as errors."""
    pytest.importorskip("sphinx")
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-d", str(out / "trees")]
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    done = subprocess.run(
        [*command, str(ROOT / "docs"), str(out / "html")], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out / "html"


@pytest.mark.slow
def test_pages_ask_no_other_machine_for_anything(html):
    """Links may lead out; scripts, styles, fonts and pictures may not."""
    loads = re.compile(
        r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|data)=[\"']?(?:https?:)?//", re.I
    )
    sheets = re.compile(
        r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|icon|preconnect))[^>]*href=[\"']?(?:https?:)?//", re.I
    )
    within = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", re.I)
    pages = list(html.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not loads.search(text), page.name
        assert not sheets.search(text), page.name
        assert not within.search(text), page.name
    for sheet in html.rglob("*.css"):
        assert not within.search(sheet.read_text(encoding="utf-8")), sheet.name


@pytest.mark.slow
def test_formulas_are_drawn_without_a_script(html):
    text = (html / "how-it-works" / "spine.html").read_text(encoding="utf-8")
    assert text.count("<math ") > 10
    assert not re.search(r"<script[^>]*(?:mathjax|katex)", text, re.I)


@pytest.mark.slow
def test_every_value_is_listed(html):
    from azygos.values.sources import all_values

    text = (html / "reference" / "values.html").read_text(encoding="utf-8")
    missing = [place for place, _ in all_values() if place.split(".", 1)[1] not in text]
    assert missing == []


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/index.md", "docs/reference/cli.md", "docs/conf.py"]
)
def test_pages_say_research_use_only(page):
    assert PHRASE in (ROOT / page).read_text(encoding="utf-8").lower()


def test_the_program_and_its_reports_say_research_use_only():
    done = subprocess.run([sys.executable, "-m", "azygos", "--help"], capture_output=True, text=True, check=True)
    assert PHRASE in " ".join(done.stdout.lower().split())
    report = ROOT / "src" / "azygos" / "report"
    texts = [
        path.read_text(encoding="utf-8").lower()
        for path in report.rglob("*")
        if path.suffix in (".html", ".py", ".jinja", ".j2")
    ]
    assert any(PHRASE in text for text in texts)


def test_every_folder_of_the_tree_that_pages_name_exists():
    """Paths in backticks such as ``tests/verification/`` are really there."""
    missing = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        if "_build" in page.parts:
            continue
        for named in re.findall(r"`((?:src|tests|docs|benchmarks|news)/[\w./-]*)`", page.read_text(encoding="utf-8")):
            if not (ROOT / named).exists():
                missing.append(f"{page.name}: {named}")
    assert missing == []
