"""Tasks for the tests of children: each runs in another process and does one thing."""

from __future__ import annotations

import errno
import os
import time
from typing import Any

from azygos.ground.errors import DidNotConverge, InputError

kept: dict[str, int] = {}


def add(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """Sum of a and b."""
    tell(1, 1, {"half": given["a"]}, "adding")
    return {"sum": given["a"] + given["b"], "pid": os.getpid()}


def count(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """How often it was called in this process."""
    kept["calls"] = kept.get("calls", 0) + 1
    return {"calls": kept["calls"]}


def slow(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """Say a word every hundredth of a second, for a minute."""
    for step in range(6000):
        tell(step, 6000)
        time.sleep(0.01)
    return {}


def deaf(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """Say nothing for a minute."""
    time.sleep(60.0)
    return {}


def swallow(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """Turn a stop into an error of its own, as a reader with a wide net would."""
    try:
        return slow(given, tell)
    except Exception as error:
        raise InputError("is damaged. Copy it again.") from error


def dies(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """End the process without a word."""
    os._exit(7)


def refuses(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """The user's to fix."""
    raise InputError("this is no plan. Give one.")


def diverges(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """The solver's."""
    raise DidNotConverge("step 3 did not converge.")


def breaks(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """Ours."""
    raise ValueError("no such axis")


def fills_the_disk(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """As the system says it."""
    raise OSError(errno.ENOSPC, "No space left on device")


def unspeakable(given: dict[str, Any], tell: Any) -> dict[str, Any]:
    """A result that cannot be sent."""
    return {"function": lambda: None}
