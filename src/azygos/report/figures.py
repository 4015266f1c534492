"""Plots of a plan's report: pressures, leaks, alternatives and causes, as text that goes into the page.

Matplotlib is imported inside functions: it costs a second or more, and only a report needs it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from azygos.ground.units import KPA, ML, MPA
from azygos.plan.outcome import PlanResult
from azygos.plan.statistics import Driver, PairedDifference, cases, over_time
from azygos.report.page import DRAWN, outcome_words, short, signed
from azygos.spine import Route

INK, SOFT, RULE = "#1b1f24", "#57606a", "#d0d7de"
BLUE, SKY, ORANGE, VERMILION, GREEN, PINK = "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#009E73", "#CC79A7"
SERIES = (BLUE, VERMILION, GREEN, PINK, ORANGE)  # Okabe and Ito: told apart by colour-blind readers
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))
MARKERS = {
    Route.BASIVERTEBRAL: "o",
    Route.ANTERIOR_EXTERNAL: "s",
    Route.SEGMENTAL: "^",
    Route.CORTICAL: "D",
    Route.END_PLATE: "v",
    Route.NEEDLE_TRACK: "P",
}
SHAPES = {"o": "●", "s": "■", "^": "▲", "D": "◆", "v": "▼", "P": "✚"}
STYLE = {
    "svg.hashsalt": "azygos",  # the same result gives the same bytes
    "svg.fonttype": "none",
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "text.color": INK,
    "legend.frameon": False,
}


@contextmanager
def style() -> Iterator[None]:
    """The look of all figures, whatever the reader's own matplotlib settings are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def new_figure(width: float, height: float) -> Any:
    """An empty figure in inches, on no screen.

    Margins are fixed by :func:`row`: matplotlib's layout solver moves things by a hair from run to run.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def row(
    figure: Any, count: int, *, left: float, bottom: float, top: float, gap: float, right: float = 0.12, **options: Any
) -> list[Any]:
    """Axes side by side, with margins and gaps in inches."""
    width, height = figure.get_size_inches()
    each = (width - left - right - gap * (count - 1)) / count
    figure.subplots_adjust(
        left=left / width, right=1.0 - right / width, bottom=bottom / height, top=1.0 - top / height, wspace=gap / each
    )
    return list(np.atleast_1d(figure.subplots(1, count, **options)))


def to_svg(figure: Any) -> str:
    """The figure as an ``<svg>`` element for an HTML page, without any address in it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda match: match.group(0) if match.group(1) in used else "", text)
    return re.sub(r'(<svg [^>]*?)width="[^"]*"', r"\1", text, count=1).replace(' height="', ' data-height="', 1)


def to_png(figure: Any, dpi: int) -> bytes:
    """The figure as PNG bytes, without a date or a program's name."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, facecolor="white")
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------
# Over time


def draw_time(result: PlanResult, level: str) -> str:
    """Plunger pressure, pressure in bone and leaked volume over time, as SVG."""
    with style():
        figure = new_figure(10.2, 2.9)
        plunger, bone, leaked = row(figure, 3, left=0.45, bottom=0.5, top=0.3, gap=0.5)
        _plunger(plunger, result, level)
        _bone(bone, result, level)
        _leaked(leaked, result, level)
        for axes in (plunger, bone, leaked):
            axes.set_xlabel("time since injection began [s]")
            axes.set_xlim(left=0.0)
            axes.set_ylim(bottom=0.0)
            axes.grid(axis="y", color=RULE, linewidth=0.6)
        return to_svg(figure)


def _plunger(axes: Any, result: PlanResult, level: str) -> None:
    axes.set_title("Pressure at the plunger [MPa]")
    _band(axes, over_time(result, "plunger_pressure", level), MPA, BLUE, "-", result.alternatives[0])
    _other_medians(axes, result, level, "plunger_pressure", MPA, hold=False)
    if len(result.alternatives) > 1:
        axes.legend(fontsize=7.5, loc="upper left")
        _headroom(axes, 1.08 + 0.11 * len(result.alternatives))


def _bone(axes: Any, result: PlanResult, level: str) -> None:
    axes.set_title("Pressure in bone [kPa]")
    _band(axes, over_time(result, "tip_pressure", level), KPA, VERMILION, "-", "at the needle tip")
    _band(axes, over_time(result, "sensor_pressure", level), KPA, INK, "--", "at the sensor")
    axes.legend(fontsize=7.5, loc="upper left")
    _headroom(axes, 1.25)


def _headroom(axes: Any, factor: float) -> None:
    """Room for the legend above the curves."""
    highest = float(axes.dataLim.y1)
    if np.isfinite(highest) and highest > 0.0:
        axes.set_ylim(top=factor * highest)


def _leaked(axes: Any, result: PlanResult, level: str) -> None:
    axes.set_title("Cement out of the bone [mL]")
    for case in cases(result, 0, level):
        member = case.members[0]
        axes.plot(member.times, member.leaked / ML, color=BLUE, alpha=0.25, linewidth=0.6)
    _band(axes, over_time(result, "leaked", level, hold=True), ML, BLUE, "-", result.alternatives[0])
    _other_medians(axes, result, level, "leaked", ML, hold=True)


def _band(axes: Any, band: Any, unit: float, colour: str, dash: Any, label: str) -> None:
    axes.fill_between(band.times, band.low / unit, band.high / unit, color=colour, alpha=0.16, linewidth=0.0)
    axes.plot(band.times, band.median / unit, color=colour, linestyle=dash, linewidth=1.6, label=short(label, 30))


def _other_medians(axes: Any, result: PlanResult, level: str, quantity: str, unit: float, *, hold: bool) -> None:
    for index, name in enumerate(result.alternatives[1:], start=1):
        band = over_time(result, quantity, level, index, hold=hold)
        dash = DASHES[index % len(DASHES)]
        colour = SERIES[index % len(SERIES)]
        axes.plot(band.times, band.median / unit, color=colour, linestyle=dash, linewidth=1.2, label=short(name, 30))


# ---------------------------------------------------------------------------------------------
# Alternatives

PANELS: tuple[tuple[str, str, float, float], ...] = (
    ("chance of any leak", "any leak\n[percentage points]", 0.01, 5.0),
    ("chance of a leak into the canal", "leak into the canal\n[percentage points]", 0.01, 5.0),
    ("leaked volume", "leaked volume, mean\n[mL]", ML, 0.05),
    ("fill share", "fill of the body, mean\n[percentage points]", 0.01, 5.0),
    ("highest plunger pressure", "highest plunger\npressure, mean [MPa]", MPA, 0.1),
)


def draw_comparison(names: Sequence[str], differences: Sequence[Sequence[PairedDifference]]) -> str:
    """Paired differences from the plan with their 95 % intervals, as SVG; hollow where within noise."""
    with style():
        figure = new_figure(10.2, 0.95 + 0.42 * len(names))
        axes_row = row(figure, len(PANELS), left=2.0, bottom=0.35, top=0.5, gap=0.25, sharey=True)
        for axes, (quantity, title, unit, least) in zip(axes_row, PANELS, strict=True):
            _forest(axes, [_named(row, quantity) for row in differences], unit, least)
            axes.set_title(title, fontsize=8.5)
        axes_row[0].set_yticks(range(len(names)), [short(name, 28) for name in names], color=INK)
        axes_row[0].set_ylim(len(names) - 0.5, -0.5)
        return to_svg(figure)


def _named(row: Sequence[PairedDifference], quantity: str) -> PairedDifference:
    return next(difference for difference in row if difference.quantity == quantity)


def _forest(axes: Any, column: Sequence[PairedDifference], unit: float, least: float) -> None:
    axes.axvline(0.0, color=SOFT, linewidth=0.9)
    for y, d in enumerate(column):
        colour = SOFT if d.within_noise else VERMILION
        ends = np.array([d.low, d.high]) / unit
        if np.all(np.isfinite(ends)):
            axes.plot(ends, [y, y], color=colour, linewidth=1.8, solid_capstyle="butt")
        if np.isfinite(d.difference):
            face = "white" if d.within_noise else colour
            axes.plot([d.difference / unit], [y], "o", markersize=6.5, markerfacecolor=face, markeredgecolor=colour)
    reach = 1.1 * max([abs(x) for x in axes.dataLim.intervalx] + [least])
    axes.set_xlim(-reach, reach)
    axes.locator_params(axis="x", nbins=4, steps=[1, 2, 5, 10])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


# ---------------------------------------------------------------------------------------------
# Causes


def shown_outcomes(found: Sequence[Driver]) -> list[str]:
    """All that leaked, and the two routes with the strongest correlations: three panels fit a page."""
    return (
        list(dict.fromkeys(driver.outcome for driver in found if driver.outcome == "leaked volume"))
        + list(
            dict.fromkeys(
                driver.outcome
                for driver in sorted(found, key=lambda d: -abs(d.rho.value))
                if driver.outcome != "leaked volume"
            )
        )[:2]
    )


def draw_drivers(found: Sequence[Driver], strongest: int = 8) -> str:
    """Rank correlations of drawn numbers with the leaked volume and the main routes, as SVG."""
    outcomes = shown_outcomes(found)
    with style():
        figure = new_figure(10.2, 0.9 + 0.24 * strongest)
        panels = row(figure, len(outcomes), left=1.95, bottom=0.5, top=0.3, gap=1.95)
        for axes, outcome in zip(panels, outcomes, strict=True):
            _bars(axes, [driver for driver in found if driver.outcome == outcome][:strongest])
            axes.set_title(outcome_words(outcome), loc="right")
        return to_svg(figure)


def _bars(axes: Any, rows: Sequence[Driver]) -> None:
    noise = rows[0].noise
    axes.axvspan(-noise, noise, color="#eef1f4", linewidth=0.0)
    for y, row in enumerate(rows):
        colour = VERMILION if row.beyond_noise else "#9aa4ae"
        axes.barh(y, row.rho.value, height=0.62, color=colour)
        axes.plot([row.rho.low, row.rho.high], [y, y], color=INK, linewidth=0.9)
    labels = [f"{DRAWN.get(row.field, row.field)}  {signed(row.rho.value, 2)}" for row in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=7.5, color=INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-1.0, 1.0)
    axes.axvline(0.0, color=SOFT, linewidth=0.9)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xticks([-1.0, -0.5, 0.0, 0.5, 1.0])
    axes.set_xlabel("rank correlation", fontsize=8)
