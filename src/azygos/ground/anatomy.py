"""Names of vertebral levels, as a radiologist writes them."""

from __future__ import annotations

import difflib

from azygos.ground.errors import InputError

LEVELS: tuple[str, ...] = tuple(f"T{i}" for i in range(1, 13)) + tuple(f"L{i}" for i in range(1, 6))
"""The levels that azygos can treat, from above to below."""


def check_level(level: str) -> str:
    """Return the level in its usual spelling, or refuse it with a suggestion.

    Examples
    --------
    >>> check_level("t12")
    'T12'
    """
    spelled = level.strip().upper().removeprefix("TH").removeprefix("VERTEBRAE_")
    if level.strip().upper().startswith("TH"):
        spelled = "T" + spelled
    if spelled in LEVELS:
        return spelled
    near = difflib.get_close_matches(spelled, LEVELS, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise InputError(f"level {level!r} is not one that azygos treats (T1 to T12, L1 to L5).{hint}")
