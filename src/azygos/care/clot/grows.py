"""Clot grows on cement: assumed, for the few reports that tell of it. A stated choice, never the default."""

from __future__ import annotations

from azygos.care.draw import CareDraw


def growth(draw: CareDraw) -> float:
    """Drawn, 0.04 to 1 mm a day [m/s].

    Monomer strengthens tissue-factor induction in vitro, and four reports show clot on cement; no rate was found.
    """
    return draw.growth_fast
