"""The report of ``azygos risk``: both answers side by side, what moved them, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from azygos import __version__
from azygos.evidence.risk import (
    Answer,
    Chance,
    Person,
    SimulatedTable,
    Statement,
    in_thousand,
    result_table,
    shipped_table,
    span,
    state,
)
from azygos.plan import Assumption
from azygos.plan.assumed import assumptions
from azygos.plan.schema import to_json
from azygos.report.figures import BLUE, INK, RULE, SOFT, VERMILION, new_figure, row, style, to_svg
from azygos.report.page import NOTHING, number, render

LEAST, MOST = 0.1, 1000.0  # of the axis, in a thousand
LOOKS = {
    "ct": "a planned chest CT",
    "routine-ct": "a chest CT for other reasons",
    "film": "a chest film",
    "fluoroscopy": "the screen, or symptoms",
}


def write_risk(answer: Answer, output: Path, *, table: SimulatedTable | None = None, force: bool = False) -> None:
    """Write a run folder: ``run.toml``, ``result.json`` and ``report.html``.

    Parameters
    ----------
    answer : Answer
        As :func:`azygos.evidence.risk.tell_risk` gives it.
    output : Path
        The folder to make.
    table : SimulatedTable, optional
        The trial that was given; its hash goes into the record.
    force : bool
        Replace a run folder that is there.
    """
    from azygos.study.record import ScanRecord, run_folder, values_of

    values = values_of("evidence", "risk")
    record = ScanRecord(
        kind="risk",
        version=__version__,
        inputs=_inputs(table),
        options=options_of(answer.person, answer.published.shrink),
    )
    statement = state(answer)
    with run_folder(output, record, values, force=force) as folder:
        (folder / "result.json").write_text(to_json(result_table(answer, statement, __version__)), encoding="utf-8")
        page = make_risk_report(answer, statement, assumptions(values), record.options)
        (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")


def _inputs(table: SimulatedTable | None) -> dict[str, str]:
    """The hash of the table of virtual patients, given or shipped."""
    shipped = shipped_table() if table is None else None
    if table is not None:
        return {"trial": table.digest}
    return {} if shipped is None else {"shipped": shipped.digest}


def options_of(person: Person, shrink: float) -> dict[str, Any]:
    """The person as options of the command line."""
    age = person.fracture_age_days
    told: dict[str, Any] = {
        "looked_with": person.look,
        "levels": person.levels,
        "region": person.region,
        "procedure": person.procedure,
        "fracture_age": None if age is None else f"{age:.12g}d",
        "viscosity": person.viscosity,
        "disease": person.disease,
        "volume": person.volume_ml,
        "growth": person.growth,
        "collapse": person.collapse,
        "shrink": shrink,
    }
    return {name: str(value) if isinstance(value, str) else value for name, value in told.items()}


def make_risk_report(
    answer: Answer, statement: Statement, rows: tuple[Assumption, ...], options: Mapping[str, Any]
) -> str:
    """The report as text of HTML."""
    from markupsafe import Markup

    published = answer.published
    return render(
        "risk.html",
        version=__version__,
        told=statement,
        looked=LOOKS[answer.person.look],
        picture=Markup(draw_answers(answer)),
        simulated=answer.simulated,
        moved=[
            {
                "what": f"{one.factor}: {one.group}",
                "printed": one.printed,
                "alone": f"{in_thousand(one.alone.value)} ({span(one.alone)})",
                "correction": one.correction or NOTHING,
                "row": one.row or NOTHING,
            }
            for one in published.moved
        ],
        studies="; ".join(published.base.studies),
        base=f"{in_thousand(published.base.new_centre.value)} ({span(published.base.new_centre)})",
        pooled=f"{in_thousand(published.base.pooled.value)} ({span(published.base.pooled)})",
        chance=f"{in_thousand(published.chance.value)} ({span(published.chance)})",
        seen=[] if answer.simulated is None else [_seen_row(one, answer) for one in answer.simulated.seen],
        shrink=number(published.shrink, 2),
        assumptions=_groups(rows),
        notes=[answer.no_simulation[:1].upper() + answer.no_simulation[1:] + "."] if answer.no_simulation else [],
        command=" ".join(f"--{name.replace('_', '-')} {value}" for name, value in options.items() if value is not None),
    )


def _seen_row(one: Any, answer: Answer) -> dict[str, Any]:
    return {
        "look": LOOKS[one.look],
        "asked": one.look is answer.person.look,
        "middle": f"{in_thousand(one.chance.value)} ({span(one.by_chance)})",
        "sight": f"{in_thousand(one.dim)} to {in_thousand(one.sharp)}",
        "wide": span(one.chance),
    }


def _groups(rows: tuple[Assumption, ...]) -> list[dict[str, Any]]:
    parts = (
        ("fixed", "assumed", [one for one in rows if one.source.startswith("assumed")]),
        ("sourced", "with a source", [one for one in rows if not one.source.startswith("assumed")]),
    )
    return [{"kind": kind, "words": words, "rows": found} for kind, words, found in parts if found]


# ---------------------------------------------------------------------------------------------
# The picture


def draw_answers(answer: Answer) -> str:
    """Both answers, the base rate and the symptoms as dots with intervals on a logarithmic axis, as SVG."""
    lines = _lines(answer)
    with style():
        figure = new_figure(10.2, 0.75 + 0.36 * len(lines))
        (axes,) = row(figure, 1, left=3.3, bottom=0.5, top=0.12, gap=0.0, right=2.3)
        for place, (label, chance, colour, bold) in enumerate(lines):
            _line(axes, place, label, chance, colour, bold=bold)
        axes.set_xscale("log")
        axes.set_xlim(LEAST, MOST)
        axes.set_ylim(len(lines) - 0.4, -0.6)
        axes.set_xticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1,000"])
        axes.set_xlabel("of 1,000 patients (a step is ten times as many)")
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", color=RULE, linewidth=0.6)
        axes.axhline(_harm_begins(answer) - 0.5, color=RULE, linewidth=0.8, linestyle=(0, (4, 3)))
        return to_svg(figure)


Line = tuple[str, Chance, str, bool]


def _lines(answer: Answer) -> list[Line]:
    published, simulated = answer.published, answer.simulated
    found: list[Line] = [
        ("Any patient, published", published.base.new_centre, SOFT, False),
        ("This patient, published", published.chance, BLUE, True),
    ]
    if simulated is not None:
        found.append(("Such patients, simulated", simulated.by(answer.person.look).chance, VERMILION, True))
    found.append(("With symptoms, published", published.symptomatic.new_centre, SOFT, False))
    if simulated is not None:
        found.append(("With symptoms, simulated", simulated.symptomatic, SOFT, False))
    return found


def _harm_begins(answer: Answer) -> int:
    return 2 if answer.simulated is None else 3


def _line(axes: Any, place: int, label: str, chance: Chance, colour: str, *, bold: bool) -> None:
    low, value, high = (min(max(1000.0 * x, LEAST), MOST) for x in (chance.low, chance.value, chance.high))
    axes.plot([low, high], [place, place], color=colour, linewidth=3.0 if bold else 1.6, solid_capstyle="butt")
    axes.plot([value], [place], "o", color=colour, markersize=8.0 if bold else 5.5)
    weight = "bold" if bold else "normal"
    axes.annotate(
        label, (0.0, place), xycoords=("axes fraction", "data"), xytext=(-10, 0), textcoords="offset points",
        ha="right", va="center", color=INK, fontweight=weight, fontsize=10.0,
    )  # fmt: skip
    axes.annotate(
        f"{in_thousand(chance.value)} ({span(chance)})", (1.0, place), xycoords=("axes fraction", "data"),
        xytext=(10, 0), textcoords="offset points", ha="left", va="center", color=INK, fontweight=weight, fontsize=10.0,
    )  # fmt: skip
