"""How wide a cord of cement becomes in flowing blood: answers, one file each."""

from __future__ import annotations

from azygos.veins.width import cast, continuity, thread

WIDTHS = {"thread": thread.MODE, "continuity": continuity.MODE, "cast": cast.MODE}
"""Names of the answers and the number by which the compiled loop knows them."""

__all__ = ["WIDTHS", "cast", "continuity", "thread"]
