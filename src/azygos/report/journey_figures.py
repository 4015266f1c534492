"""A journey over time: events from the first second to three months, and pressures, output and gases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from azygos.care import Event
from azygos.case import CaseResult
from azygos.case.ends import DAY
from azygos.circulation import Response
from azygos.ground.parcels import FloatArray
from azygos.ground.units import MINUTE, MMHG
from azygos.journey import Journey
from azygos.report.figures import BLUE, DASHES, INK, RULE, SERIES, SOFT, new_figure, style, to_svg
from azygos.report.journey_words import HOUR, clock

LANES = ("bone", "veins", "heart", "lungs", "circulation", "clot", "care")
LANE_OF = {"spine": "bone"}
TICKS = (1.0, 10.0, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY)
TICK_WORDS = ("1 s", "10 s", "1 min", "10 min", "1 h", "6 h", "1 day", "7 days", "30 days", "90 days", "1 year")
MOST_NUMBERS = 40  # events that bear a number; more would hide one another
SERIES_SHOWN: tuple[tuple[str, str, float], ...] = (
    ("pulmonary_pressure", "mean pulmonary\npressure [mmHg]", MMHG),
    ("right_atrial_pressure", "right atrial\npressure [mmHg]", MMHG),
    ("arterial_pressure", "mean arterial\npressure [mmHg]", MMHG),
    ("cardiac_output", "output of the\nheart [L/min]", 1e-3 / MINUTE),
    ("saturation", "arterial\nsaturation [%]", 0.01),
)


def story(journey: Journey) -> tuple[Event, ...]:
    """All events in order, the death of the model's patient among them."""
    died = journey.died
    if died is None or any(died[1] in event.what for event in journey.events):
        return journey.events
    death = Event(time=died[0], room="circulation", what=f"The model\u2019s patient dies: {died[1]}.")
    return tuple(sorted((*journey.events, death), key=lambda event: event.time))


def lane_of(event: Event) -> str:
    """The lane in which an event stands."""
    return LANE_OF.get(event.room, event.room)


def lanes(events: Sequence[Event]) -> list[str]:
    """Lanes that hold something, along the road of the cement."""
    found = {lane_of(event) for event in events}
    return [*(lane for lane in LANES if lane in found), *sorted(found - set(LANES))]


# Time line --------------------------------------------------------------------------------------------------------


def draw_timeline(events: Sequence[Event]) -> str:
    """Events in lanes on a logarithmic axis of time, numbered as the table numbers them, as SVG."""
    names = lanes(events)
    steps = {lane: _stacked([event for event in events if lane_of(event) == lane]) for lane in names}
    heights = {lane: 1.0 + 0.62 * max(steps[lane], default=0) for lane in names}
    with style():
        figure = new_figure(10.2, 0.75 + 0.3 * sum(heights.values()))
        width, height = figure.get_size_inches()
        axes = figure.add_axes((0.95 / width, 0.42 / height, 1.0 - 1.15 / width, 1.0 - 0.5 / height))
        top = 0.0
        for number, lane in enumerate(names):
            axes.axhspan(top, top + heights[lane], color="#f4f6f8" if number % 2 == 0 else "white", linewidth=0.0)
            axes.text(0.7, top + 0.5 * heights[lane], lane, ha="right", va="center", fontsize=9.0, color=INK)
            _draw_lane(axes, events, lane, steps[lane], top)
            top += heights[lane]
        _time_axis(axes, max((event.time for event in events), default=1.0))
        axes.set_ylim(top, 0.0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        return to_svg(figure)


def _stacked(events: Sequence[Event]) -> list[int]:
    """Rows within a lane, so that numbers close in time stand under one another."""
    last: list[float] = []
    rows = []
    for event in events:
        at = float(np.log10(max(event.time, 1.0)))
        row = next((row for row, other in enumerate(last) if at - other > 0.17), len(last))
        if row >= 6:  # a shower of pieces: dots may touch
            row = int(np.argmin(last))
        last[row : row + 1] = [at]
        rows.append(row)
    return rows


def _draw_lane(axes: Any, events: Sequence[Event], lane: str, rows: Sequence[int], top: float) -> None:
    own = [(number, event) for number, event in enumerate(events, start=1) if lane_of(event) == lane]
    for (number, event), row in zip(own, rows, strict=True):
        x, y = max(event.time, 1.0), top + 0.5 + 0.62 * row
        if len(events) <= MOST_NUMBERS:
            axes.plot(x, y, "o", markersize=11.0, color=BLUE, markeredgecolor="white", clip_on=False, zorder=3)
            axes.text(
                x, y, str(number), color="white", fontsize=7.0, ha="center", va="center_baseline", zorder=4,
                fontweight="bold",
            )  # fmt: skip
        else:
            axes.plot(x, y, "o", markersize=5.0, color=BLUE, markeredgecolor="white", clip_on=False, zorder=3)


def _time_axis(axes: Any, last: float) -> None:
    axes.set_xscale("log")
    end = max(120 * DAY, 1.2 * last) if last > HOUR else max(4 * last, 120.0)
    shown = [(at, word) for at, word in zip(TICKS, TICK_WORDS, strict=True) if at <= end]
    axes.set_xlim(0.78, end)
    axes.set_xticks([at for at, _ in shown], [word for _, word in shown], fontsize=8.0)
    axes.minorticks_off()
    axes.grid(axis="x", color=RULE, linewidth=0.6)


# Pressures and gases ----------------------------------------------------------------------------------------------


def draw_response(result: CaseResult) -> str:
    """Five quantities over the first hours and, beside them, over the year if the model's patient lived that long."""
    journey = result.journey
    year = journey.died is None or journey.died[0] > float(journey.acute.times[-1])
    with style():
        figure = new_figure(10.2, 7.4)
        grid = figure.subplots(len(SERIES_SHOWN), 1 + year, sharey="row", sharex="col", squeeze=False)
        figure.subplots_adjust(left=0.085, right=0.985, top=0.93, bottom=0.07, wspace=0.05, hspace=0.16)
        for (field, title, unit), panels in zip(SERIES_SHOWN, grid, strict=True):
            _plot(panels[0], journey.acute, field, unit, 0, "the first hours", days=False)
            panels[0].set_ylabel(title, fontsize=8.5)
            for number, branch in enumerate(journey.branches if year else ()):
                _plot(panels[1], branch.response, field, unit, number, branch.name, days=True)
            for place, axes in enumerate(panels):
                axes.grid(axis="y", color=RULE, linewidth=0.6)
                _mark_death(axes, journey.died, days=place == 1, year=year)
            _some_room(panels[0])
        _early_axis(grid[-1][0], journey.acute.times)
        grid[0][0].set_title("First hours after the first portion", fontsize=9.5)
        if year:
            _year(figure, grid[0][1], grid[-1][1], result)
        return to_svg(figure)


def _year(figure: Any, top: Any, bottom: Any, result: CaseResult) -> None:
    """Axis, title and key of the right column."""
    _late_axis(bottom, max(float(branch.response.times[-1]) for branch in result.journey.branches))
    top.set_title("The year afterwards", fontsize=9.5)
    handles, labels = top.get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=len(labels), fontsize=8.5, handlelength=4.0)


def _plot(axes: Any, response: Response, field: str, unit: float, number: int, label: str, *, days: bool) -> None:
    values = np.asarray(getattr(response, field)) / unit
    times = response.times / DAY if days else np.maximum(response.times, 1.0)
    alive = np.ones(len(times), bool) if response.died is None else response.times <= response.died
    colour, dash = SERIES[number % len(SERIES)], DASHES[number % len(DASHES)]
    mark = "o" if int(alive.sum()) == 1 else ""
    axes.plot(
        times[alive], values[alive], color=colour, linestyle=dash, linewidth=1.7 if number == 0 else 1.4, label=label,
        marker=mark, markersize=4.0, zorder=4 - 0.1 * number,
    )  # fmt: skip


def _mark_death(axes: Any, died: tuple[float, str] | None, *, days: bool, year: bool) -> None:
    if died is not None and days == year:
        axes.axvline(died[0] / DAY if days else died[0], color=INK, linewidth=1.0, linestyle=":")


def _some_room(axes: Any) -> None:
    """At least a visible range, so that rounding does not look like a storm."""
    low, high = axes.get_ylim()
    least = 0.12 * max(abs(low), abs(high), 1e-9)
    if high - low < least:
        middle = 0.5 * (low + high)
        axes.set_ylim(middle - 0.5 * least, middle + 0.5 * least)


def _early_axis(axes: Any, times: FloatArray) -> None:
    last = max(float(times[-1]), 60.0)
    axes.set_xscale("log")
    axes.set_xlim(1.0, 1.05 * last)
    shown = [(at, word) for at, word in zip(TICKS, TICK_WORDS, strict=True) if at <= last]
    axes.set_xticks([at for at, _ in shown], [word for _, word in shown], fontsize=8.0)
    axes.minorticks_off()


def _late_axis(axes: Any, last: float) -> None:
    """Days on a square-root scale: the first weeks need the room."""
    end = max(last / DAY, 1.0)
    axes.set_xscale("function", functions=(_root, np.square))
    axes.set_xlim(0.0, end)
    shown = [day for day in (0, 1, 7, 14, 30, 60, 90, 180, 270, 365) if day <= 1.001 * end]
    axes.set_xticks(shown, [str(day) for day in shown], fontsize=8.0)
    axes.set_xlabel("days after the injection (square-root scale)", fontsize=8.5, color=SOFT)


def _root(days: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.maximum(days, 0.0)))


def event_rows(events: Sequence[Event]) -> list[dict[str, str]]:
    """The time line as rows of a table."""
    return [
        {"number": str(number), "time": clock(event.time), "lane": lane_of(event), "what": event.what}
        for number, event in enumerate(events, start=1)
    ]
