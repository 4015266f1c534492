"""Pictures of the evidence: a forest of each question, and one answer under other priors and other studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from azygos.evidence import Shares, Variant, Weighed
from azygos.report.figures import BLUE, INK, ORANGE, RULE, SKY, SOFT, VERMILION, new_figure, row, style, to_svg
from azygos.report.page import short

LINE = 0.235  # inches for a row


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a forest."""

    label: str
    count: str = ""
    own: Shares | None = None
    shrunk: Shares | None = None
    typical: Shares | None = None
    new_centre: Shares | None = None
    added: bool = False

    @property
    def ends(self) -> list[float]:
        """Highest shares it draws."""
        return [s.high for s in (self.own, self.shrunk, self.typical, self.new_centre) if s is not None]


def draw_forest(weighed: Weighed) -> str:
    """Each study's own and drawn-in interval, then of each class a typical and a new centre; as SVG."""
    return _draw(list(_forest_bars(weighed)), heads=len(weighed.pooled.classes) > 1)


def _forest_bars(weighed: Weighed) -> Sequence[Bar]:
    bars: list[Bar] = []
    for found in weighed.pooled.classes:
        if len(weighed.pooled.classes) > 1:
            bars.append(Bar(label=found.words))
        for left in weighed.left_out:
            if left.class_name == found.name:
                events, n = left.study.of
                name = short(left.study.name, 34)
                count = f"{events} of {n}"
                bars.append(Bar(label=name, count=count, own=left.own, shrunk=left.shrunk, added=left.study.added))
        bars.append(Bar(label="typical centre", typical=found.typical))
        bars.append(Bar(label="a centre not yet seen", new_centre=found.new_centre))
    return bars


def draw_variants(variants: Sequence[Variant], class_name: str) -> str:
    """One class under other priors and other choices of studies, as SVG."""
    bars = [
        Bar(label=v.words, typical=v.pooled.of(class_name).typical, new_centre=v.pooled.of(class_name).new_centre)
        for v in variants
        if any(one.name == class_name for one in v.pooled.classes)
    ]
    return _draw(bars, heads=False)


def _draw(bars: Sequence[Bar], *, heads: bool) -> str:
    with style():
        figure = new_figure(10.2, 0.5 + LINE * len(bars))
        axes = row(figure, 1, left=4.1, bottom=0.42, top=0.06, gap=0.0, right=0.3)[0]
        for y, bar in enumerate(bars):
            _one(axes, bar, y, head=heads and not bar.ends)
        most = max(end for bar in bars for end in bar.ends)
        axes.set_xlim(0.0, min(100.0, 104.0 * most))
        axes.set_ylim(len(bars) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel("% with it")
        return to_svg(figure)


def _one(axes: Any, bar: Bar, y: int, *, head: bool) -> None:
    place = axes.get_yaxis_transform()
    weight = "bold" if head else "normal"
    colour = VERMILION if bar.added else INK
    axes.text(-0.68 if not head else -0.69, y, bar.label, transform=place, va="center", weight=weight, color=colour)
    if bar.count:
        axes.text(-0.02, y, bar.count, transform=place, va="center", ha="right", color=SOFT)
    if bar.new_centre:
        _span(axes, bar.new_centre, y, ORANGE, 5.0)
    if bar.own:
        _span(axes, bar.own, y, RULE, 5.5)
        axes.plot([100.0 * bar.own.middle], [y], "|", color=SOFT, markersize=7)
    if bar.shrunk:
        _span(axes, bar.shrunk, y, VERMILION if bar.added else BLUE, 1.6)
        axes.plot([100.0 * bar.shrunk.middle], [y], "o", color=VERMILION if bar.added else BLUE, markersize=4.5)
    if bar.typical:
        _span(axes, bar.typical, y, SKY, 5.0)
        axes.plot([100.0 * bar.typical.middle], [y], "D", color=INK, markersize=5)


def _span(axes: Any, shares: Shares, y: int, colour: str, width: float) -> None:
    ends = [100.0 * shares.low, 100.0 * shares.high]
    axes.plot(ends, [y, y], color=colour, linewidth=width, solid_capstyle="butt")
