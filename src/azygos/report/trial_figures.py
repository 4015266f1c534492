"""Plots of a trial's report: differences, shares, subgroups, ways out, symptoms, screening; as text for a page.

Strategies are told apart by colour, line and mark together. Shares are so many of 1,000 patients.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from azygos.report.figures import DASHES, INK, RULE, SERIES, SOFT, new_figure, row, style, to_svg
from azygos.report.page import number, short
from azygos.report.trial_numbers import (
    THOUSAND,
    chance_words,
    difference_of,
    difference_words,
    level_of,
    ratio_words,
    scale,
    unit_of,
)
from azygos.report.trial_words import by_words, group_words
from azygos.trial.findings import Difference, Effect, Interaction, Measure, Subgroup, TrialFindings

SIGNS = ("o", "s", "^", "D", "v")
LINE = 0.235  # height of one row [inch]
WIDE = 10.2
LEAST_SHARE = 0.5  # of 1,000: where the axis of shares begins
MOST_EFFECTS = 10


def _axis_size(figure: Any, box: tuple[float, float, float, float]) -> Any:
    """Axes at left, bottom, width, height in inches."""
    width, height = figure.get_size_inches()
    left, bottom, wide, high = box
    return figure.add_axes((left / width, bottom / height, wide / width, high / height))


def _strategies(names: Sequence[str]) -> list[tuple[str, str, Any, str]]:
    """Each strategy's name with its colour, line and mark."""
    return [(n, SERIES[k % 5], DASHES[k % 5], SIGNS[k % 5]) for k, n in enumerate(names)]


def _rows(axes: Any, labels: Sequence[str], bold: Sequence[bool]) -> None:
    """Rows from the top, each with its words at the left."""
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_yticks(range(len(labels)), list(labels), fontsize=8.5, color=INK)
    for label, heavy in zip(axes.get_yticklabels(), bold, strict=True):
        label.set_fontweight("bold" if heavy else "normal")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)


def _text(axes: Any, x: float, y: float, words: str, *, bold: bool = False, align: str = "left") -> None:
    """Words beside the axes: x in widths of the axes, y in rows."""
    axes.text(
        x, y, words, transform=axes.get_yaxis_transform(), fontsize=8.5, color=INK, va="center", ha=align,
        fontweight="bold" if bold else "normal",
    )  # fmt: skip


# Differences of all outcomes --------------------------------------------------------------------------------------


def draw_differences(findings: TrialFindings, measures: Sequence[Measure], strategy: str) -> str:
    """One strategy against the reference: differences of shares of 1,000, and ratios; the primary on top."""
    rows = [(m, d) for m in measures if (d := difference_of(findings.differences, m.name, strategy)) is not None]
    high = LINE * len(rows)
    with style():
        figure = new_figure(WIDE, high + 0.8)
        shares = _axis_size(figure, (3.0, 0.5, 2.35, high))
        ratios = _axis_size(figure, (6.75, 0.5, 1.75, high))
        _rows(shares, [short(m.words, 52) for m, _ in rows], [m.primary for m, _ in rows])
        _rows(ratios, [""] * len(rows), [False] * len(rows))
        for y, (measure, difference) in enumerate(rows):
            _interval(shares, y, difference, THOUSAND)
            _text(shares, 1.04, y, difference_words(measure, difference), bold=measure.primary)
            _ratio(ratios, y, difference)
            _text(ratios, 1.05, y, ratio_words(difference), bold=measure.primary)
        _zero(shares, [x for _, d in rows for x in (THOUSAND * d.low, THOUSAND * d.high)])
        _one(ratios, [d for _, d in rows])
        shares.set_title("Difference, of 1,000 patients", fontsize=9)
        ratios.set_title("Ratio to the reference", fontsize=9)
        shares.set_xlabel(f"fewer with {short(strategy, 18)}  |  more", fontsize=8.5)
        ratios.set_xlabel("less  |  more", fontsize=8.5)
        return to_svg(figure)


def _interval(axes: Any, y: float, d: Difference, factor: float) -> None:
    """A difference with its interval: filled where it is beyond noise."""
    if not math.isfinite(d.value):
        return
    noise = d.within_noise or not math.isfinite(d.low)
    colour = SOFT if noise else SERIES[0]
    if math.isfinite(d.low) and math.isfinite(d.high):
        axes.plot([factor * d.low, factor * d.high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot(
        factor * d.value, y, "o", color=colour, markersize=5.5, markerfacecolor="white" if noise else colour, zorder=3
    )


def _ratio(axes: Any, y: float, d: Difference) -> None:
    if not (math.isfinite(d.ratio) and d.ratio > 0.0):
        return
    noise = d.within_noise
    colour = SOFT if noise else SERIES[0]
    if d.ratio_low > 0.0 and math.isfinite(d.ratio_high):
        axes.plot([d.ratio_low, d.ratio_high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
    axes.plot(d.ratio, y, "o", color=colour, markersize=5.5, markerfacecolor="white" if noise else colour, zorder=3)


def _zero(axes: Any, ends: Sequence[float]) -> None:
    """An axis with zero in the middle."""
    reach = 1.08 * max((abs(x) for x in ends if math.isfinite(x)), default=1.0) or 1.0
    axes.set_xlim(-reach, reach)
    axes.axvline(0.0, color=INK, linewidth=0.8, zorder=1)
    axes.locator_params(axis="x", nbins=5)


def _one(axes: Any, rows: Sequence[Difference]) -> None:
    """A logarithmic axis with one in the middle, at most a hundredfold each way."""
    ends = [abs(math.log(x)) for d in rows for x in (d.ratio, d.ratio_low, d.ratio_high) if 0.0 < x < math.inf]
    reach = math.exp(min(max([*ends, math.log(2.0)]) * 1.08, math.log(100.0)))
    axes.set_xscale("log")
    axes.set_xlim(1.0 / reach, reach)
    steps = (2.0,) if reach < 3.0 else (2.0, 4.0) if reach < 6.0 else (3.0, 10.0) if reach < 20.0 else (10.0, 100.0)
    ticks = [t for step in steps for t in (1.0 / step, step) if 1.0 / reach <= t <= reach] + [1.0]
    axes.set_xticks(ticks, [f"{t:.2g}" for t in ticks])
    axes.minorticks_off()
    axes.axvline(1.0, color=INK, linewidth=0.8, zorder=1)


# Shares under each strategy ---------------------------------------------------------------------------------------


def draw_levels(findings: TrialFindings, measures: Sequence[Measure]) -> str:
    """Shares of 1,000 under each strategy, on a logarithmic axis."""
    high = (LINE + 0.06 * max(0, len(findings.strategies) - 2)) * len(measures)
    with style():
        figure = new_figure(WIDE, high + 0.82)
        axes = _axis_size(figure, (3.0, 0.5, 7.0, high))
        _rows(axes, [short(m.words, 52) for m in measures], [m.primary for m in measures])
        _dots(axes, findings, measures, THOUSAND, LEAST_SHARE)
        axes.set_xscale("log")
        axes.set_xlim(LEAST_SHARE, THOUSAND)
        ticks = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
        axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
        axes.minorticks_off()
        axes.set_xlabel("of 1,000 patients, 95 % interval (logarithmic)")
        _legend(axes, findings.strategies)
        return to_svg(figure)


def _dots(
    axes: Any, findings: TrialFindings, measures: Sequence[Measure], factor: float, least: float | None = None
) -> None:
    """A mark and its interval for each strategy in each row, a little apart; at the edge where it is below it."""
    drawn = _strategies(findings.strategies)
    for k, (name, colour, _, mark) in enumerate(drawn):
        shift = 0.56 * ((k + 0.5) / len(drawn) - 0.5)
        for y, measure in enumerate(measures):
            level = level_of(findings.levels, measure.name, name)
            if level is None or not math.isfinite(level.value):
                continue
            ends = [factor * x for x in (level.low, level.high)]
            if all(math.isfinite(x) for x in ends):
                low = max(ends[0], least) if least is not None else ends[0]
                axes.plot([low, max(ends[1], low)], [y + shift] * 2, color=colour, linewidth=1.6, solid_capstyle="butt")
            value = factor * level.value
            below = least is not None and value < least
            axes.plot(
                max(value, least) if least is not None else value, y + shift, mark, color=colour, markersize=5.0,
                markerfacecolor="white" if below else colour, clip_on=False, zorder=3,
            )  # fmt: skip


def _legend(axes: Any, names: Sequence[str]) -> None:
    for name, colour, _, mark in _strategies(names):
        axes.plot([], [], mark, color=colour, markersize=5.0, label=short(name, 30))
    high = axes.get_figure().get_size_inches()[1] * axes.get_position().height
    axes.legend(
        fontsize=8.5, loc="lower left", bbox_to_anchor=(0.0, 1.0 + 0.02 / high), ncols=len(names), borderaxespad=0.0,
        handletextpad=0.3,
    )  # fmt: skip


# Ways out and resting places --------------------------------------------------------------------------------------


def draw_ways(findings: TrialFindings, panels: Sequence[tuple[str, str, Sequence[tuple[str, Measure]]]]) -> str:
    """Panels side by side, each a title, a unit and its rows of words and measure."""
    most = max(len(rows) for _, _, rows in panels)
    high = (LINE + 0.02 + 0.06 * max(0, len(findings.strategies) - 2)) * most
    each = (WIDE - 0.15) / len(panels)
    with style():
        figure = new_figure(WIDE, high + 1.05)
        for k, (title, unit, rows) in enumerate(panels):
            label = 1.75
            own = high * len(rows) / most
            axes = _axis_size(figure, (k * each + label, 0.5 + high - own, each - label - 0.25, own))
            _rows(axes, [words for words, _ in rows], [False] * len(rows))
            measures = [measure for _, measure in rows]
            _dots(axes, findings, measures, scale(measures[0]))
            axes.set_xlim(left=0.0)
            axes.locator_params(axis="x", nbins=5)
            axes.set_xlabel(unit, fontsize=8.5)
            if k == 0:
                _legend(axes, findings.strategies)
            axes.text(0.0, 1.0 + 0.32 / own, title, transform=axes.transAxes, fontsize=9.5, color=INK)
        return to_svg(figure)


# Subgroups --------------------------------------------------------------------------------------------------------


def draw_subgroups(findings: TrialFindings, measure: Measure, strategy: str) -> str:
    """The difference in each group of patients, with events and patients beside it."""
    rows = _subgroup_rows(findings, measure, strategy)
    high = LINE * len(rows)
    with style():
        figure = new_figure(WIDE, high + 0.82)
        axes = _axis_size(figure, (4.75, 0.5, 2.6, high))
        _rows(axes, [""] * len(rows), [False] * len(rows))
        _heads(axes, findings, strategy)
        for y, (words, subgroup, interaction) in enumerate(rows):
            left = -4.6 / 2.6
            heading = subgroup is None
            _text(axes, left + (0.0 if heading else 0.06), y, words, bold=heading)
            if subgroup is None:
                _text(axes, 1.04 + 1.8 / 2.6, y, _p(interaction))
                continue
            for place, name in ((-1.65 / 2.6, strategy), (-0.35 / 2.6, findings.strategies[0])):
                _text(axes, place, y, _events(subgroup, measure, name), align="right")
            difference = difference_of(subgroup.differences, measure.name, strategy)
            if difference is not None:
                _interval(axes, y, difference, scale(measure))
                _text(axes, 1.04, y, difference_words(measure, difference))
        found = [d for _, s, _ in rows if s for d in [difference_of(s.differences, measure.name, strategy)] if d]
        _zero(axes, [scale(measure) * x for d in found for x in (d.low, d.high)])
        axes.set_xlabel(
            "of 1,000 patients: fewer  |  more" if measure.kind == "share" else unit_of(measure), fontsize=8.5
        )
        return to_svg(figure)


def _subgroup_rows(
    findings: TrialFindings, measure: Measure, strategy: str
) -> list[tuple[str, Subgroup | None, Interaction | None]]:
    """All patients first, then each division as a heading with its groups below it."""
    rows: list[tuple[str, Subgroup | None, Interaction | None]] = []
    rows.append(("all patients", _everyone(findings), None))
    for by in dict.fromkeys(s.by for s in findings.subgroups):
        asked = [i for i in findings.interactions if (i.by, i.measure, i.strategy) == (by, measure.name, strategy)]
        rows.append((by_words(by), None, asked[0] if asked else None))
        rows += [(short(group_words(s), 26), s, None) for s in findings.subgroups if s.by == by]
    return rows


def _everyone(findings: TrialFindings) -> Subgroup:
    patients = max((a.finished for a in findings.accounts), default=0)
    return Subgroup(by="", group="", patients=patients, levels=findings.levels, differences=findings.differences)


def _heads(axes: Any, findings: TrialFindings, strategy: str) -> None:
    _text(axes, -1.65 / 2.6, -0.95, short(strategy, 18), align="right")
    _text(axes, -0.35 / 2.6, -0.95, short(findings.strategies[0], 18), align="right")
    _text(axes, 0.0, -0.95, "difference, 95 % interval")
    _text(axes, 1.04 + 1.8 / 2.6, -0.95, "differs?")


def _p(interaction: Interaction | None) -> str:
    if interaction is None or not math.isfinite(interaction.p):
        return "too few"
    corrected = f" ({number(interaction.p_holm, 2)})" if math.isfinite(interaction.p_holm) else ""
    return chance_words(interaction.p) + corrected


def _events(subgroup: Subgroup, measure: Measure, strategy: str) -> str:
    level = level_of(subgroup.levels, measure.name, strategy)
    if level is None:
        return ""
    if measure.kind == "share":
        return f"{level.events} of {level.patients}"
    return number(level.value, 2)


# Symptoms over time -----------------------------------------------------------------------------------------------


def draw_curves(findings: TrialFindings) -> str:
    """Share of patients with symptoms by each day: the first fortnight, and the year."""
    with style():
        figure = new_figure(WIDE, 2.9)
        for axes, last, title in zip(
            row(figure, 2, left=0.5, bottom=0.5, top=0.45, gap=0.6), (14.0, 365.0), ("First fortnight", "First year"),
            strict=True,
        ):  # fmt: skip
            for name, colour, dash, _ in _strategies(findings.strategies):
                for curve in (c for c in findings.curves if c.strategy == name and len(c.days)):
                    axes.fill_between(
                        curve.days, THOUSAND * curve.low, THOUSAND * curve.high, step="post", color=colour, alpha=0.16,
                        linewidth=0.0,
                    )  # fmt: skip
                    axes.step(
                        curve.days, THOUSAND * curve.share, where="post", color=colour, linestyle=dash, linewidth=1.6,
                        label=short(name, 30),
                    )  # fmt: skip
            axes.set_xlim(0.0, last)
            axes.set_ylim(bottom=0.0)
            axes.set_xlabel("day after the session")
            axes.set_title(f"{title}: with symptoms, of 1,000 patients")
            axes.grid(axis="y", color=RULE, linewidth=0.6)
            axes.legend(fontsize=8.5, loc="upper left" if last < 100.0 else "lower right")
        return to_svg(figure)


# Screening --------------------------------------------------------------------------------------------------------


def draw_screening(groups: Sequence[tuple[str, str, Sequence[Effect]]]) -> str:
    """Morris: for each outcome a title, a unit and its strongest inputs; bars of mu*, marks of sigma."""
    most = max(len(effects) for _, _, effects in groups)
    high = LINE * most
    each = (WIDE - 0.1) / len(groups)
    with style():
        figure = new_figure(WIDE, high + 0.82)
        for k, (title, unit, effects) in enumerate(groups):
            label = 2.1 if len(groups) > 1 else 2.6
            own = LINE * len(effects)
            axes = _axis_size(figure, (k * each + label, 0.5 + high - own, each - label - 0.2, own))
            _effects(axes, effects)
            axes.set_title(short(title, 44), fontsize=9)
            axes.set_xlabel(unit, fontsize=8.5)
        return to_svg(figure)


def _effects(axes: Any, effects: Sequence[Effect]) -> None:
    _rows(axes, [short(e.words, 34) for e in effects], [False] * len(effects))
    places = np.arange(len(effects))
    values = [e.mu_star for e in effects]
    axes.barh(places, values, height=0.62, color="#a9cfe6")
    for y, effect in zip(places, effects, strict=True):
        ends = (max(effect.mu_star - effect.mu_star_half, 0.0), effect.mu_star + effect.mu_star_half)
        axes.plot(ends, [y, y], color=SERIES[0], linewidth=1.4, solid_capstyle="butt")
    axes.plot([e.sigma for e in effects], places, "D", color=SERIES[1], markersize=4.5, markerfacecolor="white")
    axes.set_xlim(left=0.0)
    axes.locator_params(axis="x", nbins=5)
