"""Where the cement went, drawn: the body from in front and from the left, the lungs, and six instants."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from azygos.case import CaseResult
from azygos.case.ends import DAY, cement_removals, find_ends, shown_tracks
from azygos.case.outline import FOOT, HEAD, trunk_outline
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.track import Track
from azygos.ground.units import MM
from azygos.ground.vessels import Vessels
from azygos.lungs import Lodging
from azygos.report.figures import INK, RULE, SOFT, VERMILION, new_figure, style, to_svg
from azygos.report.journey_words import THREE_MONTHS, clock, plain_vein
from azygos.report.page import short
from azygos.values.landmarks import LEVEL_HEIGHT

COLOURS = {"veins": "#a9cfe8", "heart": "#d9c7de", "lungs": "#f1bdb0"}
BLOCKED = "#c2452d"
SKIN, BONE, TREATED = "#f7f3ee", "#e4e0d8", "#f3d9a4"
MOST_ARTERIES = {"path": 900, "lungs": 3500, "moment": 160}  # the widest ones; more would be ink
MOST_LABELS = 9
FEW = 3  # pieces whose arteries are named
FIELD = 26.0 * MM  # width of the pale field round an artery


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Parcel):
    """A direction to look from: which axis of LPS runs across, and what the picture's sides are."""

    name: str
    across: int
    sides: tuple[str, str]


FROM_FRONT = View(name="from in front", across=0, sides=("R", "L"))
FROM_LEFT = View(name="from the left", across=1, sides=("front", "back"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen(Parcel):
    """Axes with a view and a scale: widths are true to it."""

    axes: Any
    view: View
    points_per_mm: float

    def place(self, points: FloatArray) -> FloatArray:
        """LPS points [m], shape (..., 3), in the picture [mm]."""
        return np.asarray(points[..., [self.view.across, 2]] / MM, dtype=np.float64)

    def width(self, diameter: float, least: float) -> float:
        """Line width [points] of a tube [m]."""
        return max(diameter / MM * self.points_per_mm, least)


def make_pen(axes: Any, view: View, low: tuple[float, float], high: tuple[float, float]) -> Pen:
    """Set axes to a box [mm] with equal scales."""
    figure = axes.figure
    box = axes.get_position()
    inches = box.width * figure.get_size_inches()[0], box.height * figure.get_size_inches()[1]
    scale = min(size / (top - bottom) for size, bottom, top in zip(inches, low, high, strict=True))
    for setter, size, bottom, top in zip((axes.set_xlim, axes.set_ylim), inches, low, high, strict=True):
        middle, half = 0.5 * (bottom + top), 0.5 * size / scale
        setter(middle - half, middle + half)
    axes.set_axis_off()
    return Pen(axes=axes, view=view, points_per_mm=72.0 * scale)


# Tubes and cement -------------------------------------------------------------------------------------------------


def draw_vessels(pen: Pen, result: CaseResult, most: str, *, least: float = 0.35) -> None:
    """Veins, heart and the widest arteries as pale tubes."""
    for vessels in result.journey.vessels:
        widest = np.argsort(-vessels.diameter, kind="stable")[: MOST_ARTERIES[most]]
        draw_tubes(pen, vessels.ends[widest], vessels.diameter[widest], COLOURS[vessels.room], least=least)


def draw_tubes(pen: Pen, ends: FloatArray, diameter: FloatArray, colour: str, *, least: float, z: float = 2.0) -> None:
    """Straight tubes, one compound path for each class of width, so that thousands stay small."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    if not len(ends):
        return
    widths = np.array([pen.width(float(d), least) for d in diameter])
    classes = np.round(np.log2(widths) * 3.0)
    for one in np.unique(classes)[::-1]:
        own = classes == one
        corners = np.round(pen.place(ends[own]).reshape(-1, 2), 1)
        path = Path(corners, np.tile([Path.MOVETO, Path.LINETO], int(own.sum())))
        line = float(np.mean(widths[own]))
        pen.axes.add_patch(
            PathPatch(path, facecolor="none", edgecolor=colour, linewidth=line, capstyle="round", zorder=z)
        )


def draw_cement(pen: Pen, tracks: Sequence[Track], time: float, *, least: float = 1.7) -> None:
    """Every piece at one instant, dark on a white edge, its width true to scale but never a hair."""
    for track in tracks:
        found = track.at(time)
        if found is None:
            continue
        line, widths = pen.place(found[0]), pen.width(float(np.median(found[1])), least)
        if np.ptp(line, axis=0).max() < 0.5:  # a crumb, or one that is seen end-on
            line = line.mean(axis=0) + np.array([[-0.4, 0.0], [0.4, 0.0]])
        for colour, width, z in (("white", widths + 1.4, 5.0), (INK, widths, 5.1)):
            pen.axes.plot(*line.T, color=colour, linewidth=width, solid_capstyle="round", zorder=z)


def draw_trails(pen: Pen, tracks: Sequence[Track]) -> None:
    """The way that the head of each loose piece took."""
    for track in tracks:
        heads = pen.place(track.points[:: max(1, len(track.points) // 24), -1])
        if len(heads) > 1:
            pen.axes.plot(*heads.T, color=SOFT, linewidth=0.7, linestyle=(0, (1.5, 1.8)), zorder=4.0)


def stopping_place(vessels: Vessels, lodging: Lodging) -> FloatArray:
    """Middle of the artery in which a piece's head lies, LPS [m]."""
    return np.asarray(vessels.ends[lodging.vessel].mean(axis=0), dtype=np.float64)


def draw_stops(pen: Pen, result: CaseResult, size: float) -> None:
    """A dot where each piece stopped: filled if CT shows it, hollow if not."""
    arteries = _arteries(result)
    for lodging in result.journey.lodgings.lodged if arteries is not None else ():
        assert arteries is not None
        face = VERMILION if lodging.visible else "white"
        place = pen.place(stopping_place(arteries, lodging))
        pen.axes.plot(
            *place, "o", markersize=size, markerfacecolor=face, markeredgecolor=VERMILION, markeredgewidth=1.1, zorder=6
        )


def _arteries(result: CaseResult) -> Vessels | None:
    return next((one for one in result.journey.vessels if one.room == "lungs"), None)


def settled(result: CaseResult) -> float:
    """When the last piece of the session came to rest [s]."""
    return max((float(t.times[-1]) for t in shown_tracks(result) if t.times[-1] < DAY), default=0.0)


# The body ---------------------------------------------------------------------------------------------------------


def draw_path(result: CaseResult) -> str:
    """The way on a body's outline, from in front with names and from the left, as SVG."""
    with style():
        figure = new_figure(10.2, 7.0)
        top, scale = 0.94, result.journey.body.scale
        for view, box, reach in (
            (FROM_FRONT, (0.0, 0.0, 0.68, top), (-262.0, 262.0)),
            (FROM_LEFT, (0.69, 0.0, 0.31, top), (-150.0, 120.0)),
        ):
            axes = figure.add_axes(box)
            low, high = (reach[0] * scale, FOOT * scale), (reach[1] * scale, HEAD * scale)
            pen = make_pen(axes, view, low, high)
            draw_body_outline(pen, result)
            draw_vessels(pen, result, "path")
            _draw_way(pen, result)
            if view is FROM_FRONT:
                draw_labels(pen, way_labels(result), scale)
            axes.set_title(view.name, fontsize=9.5, loc="center")
            _say_sides(pen, scale, reach)
        return to_svg(figure)


def _draw_way(pen: Pen, result: CaseResult) -> None:
    tracks = shown_tracks(result)
    hanging = {piece.name for piece in result.journey.arrivals.pieces if piece.attached}
    draw_trails(pen, [track for track in tracks if track.piece not in hanging][:180])
    draw_cement(pen, tracks, settled(result))
    draw_stops(pen, result, 4.5)


def _say_sides(pen: Pen, scale: float, reach: tuple[float, float]) -> None:
    for side, x, align in zip(pen.view.sides, reach, ("left", "right"), strict=True):
        pen.axes.text(0.95 * x * scale, 0.9 * HEAD * scale, side, fontsize=9.5, fontweight="bold", ha=align)


def draw_body_outline(pen: Pen, result: CaseResult) -> None:
    """Skin, and the bodies of the vertebrae, those that were treated in another tint."""
    scale = result.journey.body.scale
    edge = trunk_outline(pen.view.across) * scale
    pen.axes.fill(*edge.T, facecolor=SKIN, edgecolor="#cfc6ba", linewidth=1.0, zorder=0.5)
    treated = {one.vertebra.level for one in result.journey.treated}
    centres = [scale * value.number / MM for value in LEVEL_HEIGHT.values()]
    for level, z, above in zip(LEVEL_HEIGHT, centres, [centres[0] + 17.0, *centres], strict=False):
        _draw_vertebra(pen, level, z, 0.38 * (above - z), scale, is_treated=level in treated)


def _draw_vertebra(pen: Pen, level: str, z: float, half: float, scale: float, *, is_treated: bool) -> None:
    from matplotlib.patches import FancyBboxPatch

    wide = (13.0 if level.startswith("T") else 20.0) * scale
    box = FancyBboxPatch(
        (-wide, z - half), 2.0 * wide, 2.0 * half, boxstyle="round,pad=0,rounding_size=3",
        zorder=3.0 if is_treated else 1.0,
        facecolor=TREATED if is_treated else BONE, edgecolor=INK if is_treated else "#cfc6ba",
        linewidth=1.1 if is_treated else 0.6, alpha=0.85 if is_treated else 1.0,
    )  # fmt: skip
    pen.axes.add_patch(box)
    weight, size = ("bold", 8.0) if is_treated else ("normal", 5.5)
    pen.axes.text(0.0, z, level, fontsize=size, fontweight=weight, ha="center", va="center", color=INK, zorder=3.1)


# Names ------------------------------------------------------------------------------------------------------------


def way_labels(result: CaseResult) -> list[tuple[str, FloatArray]]:
    """Vessels and chambers that cement went through or lies in, each with a place on it, LPS [m]."""
    journey = result.journey
    ends = find_ends(journey)
    names = [
        *(end.place for end in ends if end.attached or end.room != "lungs"),
        *(name for piece in journey.arrivals.pieces for name in piece.path),
        *(end.place for end in ends if end.room == "lungs" and len(journey.lodgings.lodged) <= FEW),
    ]
    named: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        named.setdefault(plain_vein(name), []).append(name)
    found = [(name, _middle_of(journey.vessels, frozenset(parts))) for name, parts in named.items()]
    return [(name, place) for name, place in found if place is not None][:MOST_LABELS]


def _middle_of(networks: Sequence[Vessels], names: frozenset[str]) -> FloatArray | None:
    """The tube in the middle of all that bear one of these names."""
    for vessels in networks:
        own = [k for k, name in enumerate(vessels.names) if name in names]
        if own:
            return np.asarray(vessels.ends[own[len(own) // 2]].mean(axis=0), dtype=np.float64)
    return None


def draw_labels(pen: Pen, labels: Sequence[tuple[str, FloatArray]], scale: float) -> None:
    """Names in the margins, none over another, with a line to their place."""
    places = [(short(name, 44), pen.place(place)) for name, place in labels]
    for side in (-1.0, 1.0):
        own = sorted((one for one in places if (one[1][0] < 0.0) == (side < 0.0)), key=lambda one: -float(one[1][1]))
        texts = [_folded(name, 18) for name, _ in own]
        room = [(4.0 + 8.5 * (1 + text.count("\n"))) * scale for text in texts]
        for text, (_, place), height in zip(texts, own, _spread([float(p[1]) for _, p in own], room), strict=True):
            _draw_label(pen, text, place, height, side, 186.0 * scale)


def _draw_label(pen: Pen, text: str, place: FloatArray, height: float, side: float, edge: float) -> None:
    line = [place[0], side * 0.86 * edge, side * 0.97 * edge], [place[1], height, height]
    pen.axes.plot(*line, color=SOFT, linewidth=0.7, zorder=7)
    pen.axes.plot(*place, ".", color=SOFT, markersize=3.0, zorder=7)
    align = "right" if side < 0.0 else "left"
    pen.axes.text(side * edge, height, text, fontsize=7.5, ha=align, va="center", zorder=7, multialignment=align)


def _folded(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def _spread(heights: Sequence[float], room: Sequence[float]) -> list[float]:
    """Heights from above to below, moved down where two would touch, then all up by half of what that took."""
    placed: list[float] = []
    for k, height in enumerate(heights):
        placed.append(min(height, placed[-1] - 0.5 * (room[k - 1] + room[k])) if placed else height)
    lowered = sum(height - low for height, low in zip(heights, placed, strict=True))
    return [height + 0.5 * lowered / len(placed) for height in placed]


# Lungs ------------------------------------------------------------------------------------------------------------


def draw_lungs(result: CaseResult) -> str | None:
    """Arteries with what lodged in them, and the pieces by segment, as SVG; None without arteries."""
    arteries = _arteries(result)
    if arteries is None or not len(arteries.names):
        return None
    with style():
        figure = new_figure(10.2, 4.6)
        axes = figure.add_axes((0.0, 0.0, 0.56, 0.94))
        ends = arteries.ends / MM
        low, high = ends.min(axis=(0, 1)) - 8.0, ends.max(axis=(0, 1)) + 8.0
        pen = make_pen(axes, FROM_FRONT, (low[0], low[2]), (high[0], high[2]))
        _draw_lung_fields(pen, arteries)
        draw_vessels_of_lungs(pen, result, arteries)
        draw_cement(pen, [t for t in shown_tracks(result) if t.room == "lungs"], settled(result))
        draw_stops(pen, result, 6.0)
        _name_stops(pen, result, arteries)
        axes.text(low[0], high[2] - 6.0, "R", fontsize=10, fontweight="bold")
        axes.text(high[0], high[2] - 6.0, "L", fontsize=10, fontweight="bold", ha="right")
        draw_segments(figure.add_axes((0.60, 0.02, 0.39, 0.92)), result.journey.lodgings.lodged)
        return to_svg(figure)


def _draw_lung_fields(pen: Pen, arteries: Vessels) -> None:
    """A pale field round the finer arteries, for the eye."""
    finer = arteries.ends[arteries.diameter < 0.5 * arteries.diameter.max()]
    draw_tubes(pen, finer, np.full(len(finer), FIELD), "#f1f3f6", least=0.0, z=0.5)


def draw_vessels_of_lungs(pen: Pen, result: CaseResult, arteries: Vessels) -> None:
    """All arteries that fit, those in which cement lies in a stronger colour."""
    widest = np.argsort(-arteries.diameter, kind="stable")[: MOST_ARTERIES["lungs"]]
    draw_tubes(pen, arteries.ends[widest], arteries.diameter[widest], COLOURS["lungs"], least=0.3)
    held = sorted({vessel for lodging in result.journey.lodgings.lodged for vessel in lodging.vessels})
    draw_tubes(pen, arteries.ends[held], arteries.diameter[held], BLOCKED, least=0.9, z=3.0)


def _name_stops(pen: Pen, result: CaseResult, arteries: Vessels) -> None:
    lodged = result.journey.lodgings.lodged
    if len(lodged) > 12:
        return
    for lodging in lodged:
        x, z = pen.place(stopping_place(arteries, lodging))
        pen.axes.annotate(
            lodging.piece.name, (x, z), (5, 4), textcoords="offset points", fontsize=7.5, zorder=7, color=INK,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip


def draw_segments(axes: Any, lodged: Sequence[Lodging]) -> None:
    """One row for each segment: a dot for each piece that stopped there, filled where CT shows it."""
    axes.set_title("Pieces by segment", fontsize=9.5)
    rows = ["trunk", "central", *(str(k) for k in range(1, 11))]
    for column, side in enumerate("RL"):
        x = 5.6 * column
        axes.text(x + 1.0, -0.9, "right" if side == "R" else "left", fontsize=8.5, color=SOFT, va="center")
        for y, row in enumerate(rows):
            if row == "trunk" and side == "L":
                continue
            here = [one for one in lodged if segment_row(one) == (row if row == "trunk" else side + row)]
            axes.plot([x + 1.0, x + 5.2], [y, y], color=RULE, linewidth=0.7, zorder=1)
            label = side + row if row.isdigit() else row
            axes.text(x + 0.8, y, label, fontsize=8.0, ha="right", va="center", fontweight="bold" if here else "normal")
            _dot_row(axes, here, x + 1.25, y)
    axes.set_xlim(-0.75, 11.0)
    axes.set_ylim(len(rows) - 0.4, -1.5)
    axes.set_axis_off()


def segment_row(lodging: Lodging) -> str:
    """Row of a piece: ``R10``, ``Lcentral`` above the segmental arteries, or ``trunk``.

    Two segments that share an artery (``L1+2``) stand in the row of the first.
    """
    number = re.search(r"\d+", lodging.segment)
    if number:
        return lodging.segment[0] + number.group()
    return f"{lodging.side[0].upper()}central" if lodging.side else "trunk"


def _dot_row(axes: Any, here: Sequence[Lodging], x: float, y: float) -> None:
    for place, lodging in enumerate(here[:9]):
        face = VERMILION if lodging.visible else "white"
        axes.plot(x + 0.42 * place, y, "o", markersize=6.0, markerfacecolor=face, markeredgecolor=VERMILION, zorder=3)
    if len(here) > 9:
        axes.text(x + 0.42 * 9, y, f"+{len(here) - 9}", fontsize=7.5, va="center", zorder=3)


# Instants ---------------------------------------------------------------------------------------------------------


def draw_moments(result: CaseResult) -> str | None:
    """The cement at up to six instants, as SVG; None if it never moved."""
    chosen = list(moments(result))
    if not chosen:
        return None
    scale = result.journey.body.scale
    with style():
        figure = new_figure(10.2, 3.9)
        for place, (time, what) in enumerate(chosen):
            axes = figure.add_axes((place / 6.0, 0.0, 1.0 / 6.05, 0.86))
            pen = make_pen(axes, FROM_FRONT, (-120.0 * scale, -300.0 * scale), (120.0 * scale, 130.0 * scale))
            draw_body_outline(pen, result)
            draw_vessels(pen, result, "moment", least=0.3)
            draw_cement(pen, shown_tracks(result), time, least=1.5)
            axes.set_xlim(-120.0 * scale, 120.0 * scale)
            axes.set_title(f"{clock(time)}\n{what}".replace("\u00a0", " "), fontsize=8.0, loc="center")
        return to_svg(figure)


def moments(result: CaseResult) -> Iterator[tuple[float, str]]:
    """Up to six instants [s] that tell the course, each with its words; none after death."""
    tracks = shown_tracks(result)
    if not tracks:
        return
    first = next(iter(cement_removals(result.journey.planned.course)), None)
    died, rest = result.journey.died, settled(result)
    begins = [min((float(t.times[0]) for t in tracks if t.room == room), default=rest) for room in COLOURS]
    in_vein, in_heart = (0.5 * (one + after) for one, after in itertools.pairwise(begins))
    landed = sorted(float(t.times[-1]) for t in tracks if t.room == "lungs" and t.times[-1] < DAY)
    in_lungs = 0.5 * (begins[2] + landed[(len(landed) - 1) // 2]) if landed else rest
    wanted = [
        (in_vein, "in a vein"),
        (in_heart if begins[1] < rest else None, "in the right heart"),
        (in_lungs if begins[2] < rest else None, "in the lungs"),
        (rest, "all at rest"),
        (None if first is None else first.day * DAY - 1.0, f"before {first.kind}" if first else ""),
        (THREE_MONTHS * DAY, "three months"),
    ]
    last = float("inf") if died is None else died[0]
    shown: list[float] = []
    for time, what in wanted:
        if time is not None and time <= last and all(abs(time - other) > 0.5 for other in shown):
            shown.append(time)
            yield time, what
