"""One picture of the comparison: each way of looking, what cohorts counted and what the trial gives."""

from __future__ import annotations

from pathlib import Path

from incidence.tables import read

INK, POOLED, SIMULATED = "#2b2b2b", "#7a7a7a", "#c4462d"
LEFT_END = 0.05
"""Left end of the axis, in percent; what is less lies on it."""


def draw(folder: Path, picture: Path) -> None:
    """Write the picture from the tables of a folder."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    classes, cohorts = read("classes", folder), read("cohorts", folder)
    figure, axis = plt.subplots(figsize=(8.0, 0.62 * len(classes) + 1.3), layout="constrained")
    for place, row in enumerate(reversed(classes)):
        _interval(axis, row, "new_centre", place + 0.14, POOLED, width=1.0)
        _interval(axis, row, "pooled", place + 0.14, POOLED, width=5.0)
        _interval(axis, row, "simulated", place - 0.18, SIMULATED, width=2.0)
        axis.plot(_at(row["pooled"]), place + 0.14, "|", color="white", markersize=8)
        axis.plot(_at(row["simulated"]), place - 0.18, "o", color=SIMULATED, markersize=6)
        shares = [c["observed"] for c in cohorts if c["row"] in row["cohorts"].split()]
        axis.plot([_at(one) for one in shares], [place + 0.14] * len(shares), "o", color=INK, markersize=4, mfc="white")
    axis.set_yticks(range(len(classes)), [row["words"] for row in reversed(classes)])
    axis.set_xscale("log")
    axis.set_xlim(LEFT_END, 100.0)
    axis.set_xticks([0.1, 1.0, 10.0, 100.0], ["0.1 %", "1 %", "10 %", "100 %"])
    axis.set_xlabel("patients with cement found in the lungs (none stands at the left end)")
    axis.spines[["top", "right"]].set_visible(False)
    figure.legend(handles=_keys(), loc="outside upper left", ncols=4, frameon=False, fontsize=8)
    figure.savefig(picture, dpi=130, metadata={"Software": None})
    plt.close(figure)


def _interval(axis, row: dict[str, str], kind: str, place: float, colour: str, *, width: float) -> None:
    ends = [_at(row[f"{kind}_low"]), _at(row[f"{kind}_high"])]
    axis.plot(ends, [place, place], color=colour, linewidth=width, solid_capstyle="butt")


def _keys() -> list:
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], color=SIMULATED, marker="o", linewidth=2.0, label="simulated, low to high"),
        Line2D([], [], color=POOLED, linewidth=5.0, label="cohorts pooled"),
        Line2D([], [], color=POOLED, linewidth=1.0, label="a new centre"),
        Line2D([], [], color=INK, marker="o", mfc="white", linestyle="", markersize=4, label="one cohort"),
    ]


def _at(share: str) -> float:
    return max(100.0 * float(share or "nan"), LEFT_END)
