"""The demo: a case that takes the course of the article's patient, and how it was found."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from azygos.case.case_file import CaseFile, parse_case
from azygos.case.result import CaseResult, Rarity
from azygos.case.run import CaseEffort, Found, run

_FIELDS = ("what", "chance", "low", "high", "draws", "effective", "case_hash", "computed_with")


def demo_case() -> CaseFile:
    """The case that comes with azygos: it sets only what any user may set."""
    text = files("azygos.case").joinpath("demo.toml").read_text(encoding="utf-8")
    return parse_case(text, "demo.toml")


def demo_search() -> Found:
    """How many seeds were tried for the demo's patient, and how rare its course is."""
    told = json.loads(files("azygos.case").joinpath("demo.json").read_text(encoding="utf-8"))
    rarity = Rarity(**{name: told["rarity"][name] for name in _FIELDS})
    return Found(seeds_tried=told["seeds_tried"], rarity=rarity)


def demo(output: Path, *, effort: CaseEffort | None = None) -> CaseResult:
    """Follow the demo's patient from needle to lung; nothing but the install is needed."""
    return run(demo_case(), output, name="demo", effort=effort, found=demo_search())
