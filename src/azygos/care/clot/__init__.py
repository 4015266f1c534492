"""Does clot grow on cement? Answers, one file each; no source settles it."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from azygos.care.clot import grows, none, slow
from azygos.care.draw import CareDraw
from azygos.ground.errors import InputError

ClotAnswer = Callable[[CareDraw], float]
"""Growth per bare surface of wedged cement without a drug [m/s]."""

CLOT_ANSWERS: dict[str, ClotAnswer] = {"none": none.growth, "slow": slow.growth, "grows": grows.growth}


def clot_named(name: str) -> ClotAnswer:
    """Choose an answer by its name.

    Examples
    --------
    >>> clot_named("none") is none.growth
    True
    """
    if name in CLOT_ANSWERS:
        return CLOT_ANSWERS[name]
    near = get_close_matches(name, CLOT_ANSWERS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"no answer for clot is called '{name}'.{hint} Known: {', '.join(CLOT_ANSWERS)}.")


__all__ = ["CLOT_ANSWERS", "ClotAnswer", "clot_named"]
