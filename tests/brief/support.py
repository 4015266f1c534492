"""A second look at a sentence, which knows nothing of how it was written: are its numbers those of its facts?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from azygos.brief import Fact, resolve

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_NOT_NUMBERS = re.compile(r"“[^”]*”|\b[TL]\d+\b|\bX-rays\b|\bin 100\b|\b1 in (?=\d)(?!100\b)")


def read_again(fact: Fact, result: Mapping[str, Any]) -> float | str:
    """The value of a fact, read anew from ``result.json``."""
    there = [(one.startswith("-"), resolve(result, one.lstrip("-"))) for one in fact.pointers]
    values = [value for _, value in there]
    if fact.how == "sum":
        return math.fsum(-float(v) if less else float(v) for less, v in there)
    if fact.how == "count":
        return float(len(values))
    if fact.how == "size":
        return float(len(values[0]))
    if fact.how in ("most", "least"):
        return float(max(values) if fact.how == "most" else min(values))
    if fact.how == "none":
        return 0.0
    if fact.how == "word":
        return fact.value
    return values[0] if isinstance(values[0], str) else float(values[0])


def unsupported(text: str, facts: list[Fact]) -> list[str]:
    """Numbers of a sentence that none of its facts gives."""
    plain = _NOT_NUMBERS.sub(" ", text)
    known = [value for fact in facts for value in _numbers_of(fact)]
    return [shown for shown in _NUMBER.findall(plain) if not any(_is(shown, value, plain) for value in known)]


def _numbers_of(fact: Fact) -> Iterator[float]:
    """The numbers of a fact in every unit that a text may take: itself, percent, centimetres, one in so many."""
    if isinstance(fact.value, str):
        yield from (float(one.replace(",", "")) for one in _NUMBER.findall(fact.value))
        yield from (float(one) for one in re.findall(r"within (\d+) days", fact.value))
        return
    for value in (fact.value, fact.low, fact.high):
        if value is not None:
            yield from (value, 100.0 * value, value / 10.0, value / 86_400.0)
            if 0.0 < value < 1.0:
                yield float(f"{1.0 / value:.2g}")
    if fact.id == "alternatives":
        yield fact.value - 1.0  # the plan itself is one of them


def _is(shown: str, value: float, text: str) -> bool:
    number = float(shown.replace(",", ""))
    digits = len(shown.split(".")[1]) if "." in shown else 0
    if abs(number - value) <= 0.5000001 * 10.0**-digits:
        return True
    if f"less than {shown}" in text.lower():
        return 0.0 <= value < number
    return f"more than {shown}" in text and value > number
