"""Brief: tell a finished run in plain words, and show what one of its sentences rests on.

Run it with ``python examples/brief.py OUT``. It needs ``azygos[brief]`` (textstat, which measures how hard a text is).
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from matplotlib import pyplot as plt

from azygos.brief import brief
from azygos.case import CaseEffort, demo


def main(output: Path) -> Path:
    """Follow a virtual patient into `output`/run, tell it in `output`/brief, and draw the head of the page."""
    # Any finished run will do: of plan, journey, trace or compare.
    demo(output / "run", effort=CaseEffort(force=True))
    told = brief(output / "run", output / "brief", force=True)

    # No sentence stands alone: each names the facts of the run, or the published source, that it rests on.
    facts = {fact.id: fact for fact in told.facts}
    for point in told.at_a_glance:
        print(point.text)
        for name in point.facts:
            print(f"    {name}: {facts[name].citation or ', '.join(facts[name].pointers[:2])}")
    return draw(told, output / "brief.png")


def draw(told, path: Path) -> Path:
    """Headline, three points and the quick take, as the page begins."""
    figure = plt.figure(figsize=(7.0, 3.3))
    headline = textwrap.fill(told.headline.text, 52)
    points = "\n".join(f"•  {point.text}" for point in told.at_a_glance)
    figure.text(0.03, 0.94, headline, fontsize=15, fontweight="bold", va="top")
    figure.text(0.03, 0.66, "AT A GLANCE", fontsize=9, color="#4f5862", va="top")
    figure.text(0.03, 0.59, points, fontsize=11.5, linespacing=1.6, va="top")
    figure.text(0.03, 0.24, textwrap.fill(told.quick_take.text, 84), fontsize=10.5, linespacing=1.4, va="top")
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


if __name__ == "__main__":
    print(main(Path(sys.argv[1] if len(sys.argv) > 1 else "brief-example")))
