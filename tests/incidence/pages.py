"""What stands between the marks of ``docs/validation/protocol_trial.md`` and ``trial_incidence.md``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from incidence.criteria import criteria, interval, passes_within, told
from incidence.tables import STRATEGY_SHARES, path_of, read
from papers.pages import PAGES, filled
from papers.verdicts import MET, MISSED, NONE

PROTOCOL = PAGES / "protocol_trial.md"
PAGE = PAGES / "trial_incidence.md"
PICTURE = (
    "![Each way of looking on a logarithmic axis of patients: in grey what cohorts counted, pooled and for a new "
    "centre, in red what the trial gives](../_static/trial_incidence.png)"
)


def protocol_table() -> str:
    """Every criterion, what would pass, and what was known of it when it was frozen."""
    head = ("", "criterion", "passes within", "published", "dull model", "known before", "source")
    rows = [
        (
            c.id,
            c.what + ("" if c.label == "predicted" else " (calibrated)"),
            passes_within(c),
            c.published,
            c.dull,
            c.seen,
            c.source,
        )
        for c in criteria()
    ]
    return _table(head, rows, [c.part for c in criteria()])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], parts: Sequence[str] = ()) -> str:
    lines = [_line(head), _line(["---"] * len(head)).replace(" ", "")]
    before = ""
    for number, row in enumerate(rows):
        part = parts[number] if parts else ""
        if part != before:
            lines.append(_line(["", f"**{part}**", *[""] * (len(head) - 2)]))
            before = part
        lines.append(_line(row))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


# The comparison -------------------------------------------------------------------------------------------------------


def comparison(folder: Path = PAGES) -> str:
    """The page's first block."""
    parts = (_trials, _counts, _classes, _missed, _every, _cohorts, _strategies)
    return "\n\n".join(part(folder) for part in parts)


def _trials(folder: Path) -> str:
    head = ("trial", "patients", "strategies", "not finished", "seed", "cells", "made with")
    rows = [
        (
            t["trial"],
            t["patients"],
            t["strategies"],
            f"{t['unfinished']} of {int(t['rows']) + int(t['unfinished'])}",
            t["seed"],
            f"{t['spacing_mm']} mm",
            f"azygos {t['version']}, code `{t['code'][:12]}`",
        )
        for t in read("trials", folder)
    ]
    return "### The trials\n\n" + _table(head, rows)


def _counts(folder: Path) -> str:
    rows = read("criteria", folder)
    count = {verdict: [one for one in rows if one["verdict"] == verdict] for verdict in (MET, MISSED, NONE)}
    met = count[MET]
    hollow = sum(one["weak"] == "yes" or one["label"] == "calibrated" for one in met)
    said = ", ".join(f"{len(found)} {verdict}" for verdict, found in count.items())
    return f"Of {len(rows)} criteria: {said}. Of those met, {hollow} are weak or calibrated and are no support."


def _classes(folder: Path) -> str:
    head = ("looked with", "simulated", "cohorts pooled", "a new centre (not judged by)")
    rows = [
        (r["words"], *(_share(r, kind) for kind in ("simulated", "pooled", "new_centre")))
        for r in read("classes", folder)
    ]
    return f"### By what one looks with\n\n{PICTURE}\n\n{_table(head, rows)}"


def _missed(folder: Path) -> str:
    rows = [one for one in read("criteria", folder) if one["verdict"] == MISSED]
    head = ("", "missed", "simulated", "published; passes within", "known before")
    lines = [(r["id"], r["what"], r["simulated"], r["published_told"], r["known_before"]) for r in rows]
    return "### What is missed\n\n" + (_table(head, lines, [r["part"] for r in rows]) if rows else "Nothing.")


def _every(folder: Path) -> str:
    rows = read("criteria", folder)
    head = ("", "criterion", "simulated", "published; passes within", "verdict")
    lines = [(r["id"], r["what"], r["simulated"], r["published_told"], r["told"]) for r in rows]
    return "### Every criterion\n\n" + _table(head, lines, [r["part"] for r in rows])


def _cohorts(folder: Path) -> str:
    head = ("cohort", "done", "looked with", "counted", "share", "simulated")
    rows = [
        (
            r["cohort"],
            r["procedure"],
            r["class"],
            f"{r['events']}/{r['n']}",
            _share(r, "observed"),
            _share(r, "simulated"),
        )
        for r in read("cohorts", folder)
    ]
    return "### Cohort by cohort\n\nNo verdicts here: centres differ more than chance lets them.\n\n" + _table(
        head, rows
    )


def _share(row: dict[str, str], name: str) -> str:
    if not row[name]:
        return "-"
    middle, low, high = (float(row[key]) for key in (name, f"{name}_low", f"{name}_high"))
    return f"{told(middle, True)} ({interval(low, high, True)})"


def _strategies(folder: Path) -> str:
    rows = read("strategies", folder)
    named = (*STRATEGY_SHARES, "symptomatic_embolus")
    head = ("of patients", *(f"{r['trial']}: {r['strategy']}" for r in rows))
    lines = [[f"`{name}`", *(_share(r, name) for r in rows)] for name in named]
    for looked_with in ("planned_ct", "routine_ct", "film", "fluoroscopy"):
        lines.append([f"`seen_{looked_with}`, low / mid / high", *(_forms(r, f"seen_{looked_with}") for r in rows)])
    for name in ("injected_ml", "leaked_ml"):
        lines.append([f"`{name}`, mean", *(f"{float(r[f'{name}_mean']):.2f} mL" for r in rows)])
    return "### Strategy by strategy\n\n" + _table(head, lines)


def _forms(row: dict[str, str], name: str) -> str:
    return " / ".join(f"{100.0 * float(row[f'{name}_{form}']):.1f}" for form in ("low", "mid", "high")) + " %"


# The calibration ------------------------------------------------------------------------------------------------------


def calibration(folder: Path = PAGES) -> str:
    """The page's second block."""
    return "\n\n".join((_fit(folder), _scores(folder), _held(folder)))


def _fit(folder: Path) -> str:
    fit = {r["what"]: r for r in read("calibration_fit", folder)}

    def said(what: str) -> str:
        middle, low, high = (float(fit[what][key]) for key in ("middle", "low", "high"))
        return f"{middle:.2f} ({low:.2f} to {high:.2f})"

    return (
        f"Shift in log odds, fitted to the shown half: {said('shift, half')}; to all cohorts: {said('shift, all')}, "
        f"with tau {said('tau, all')}."
    )


def _scores(folder: Path) -> str:
    rows = read("calibration_scores", folder)
    head = ("model", "mean log score of a held-out cohort", "over splits, 5 to 95 %",
            "better than uncalibrated in", "in 50 %", "in 80 %", "in 95 %")  # fmt: skip
    lines = [
        (
            r["model"],
            f"{float(r['score']):.2f}",
            f"{float(r['score_low']):.2f} to {float(r['score_high']):.2f}",
            "-" if r["model"] == "uncalibrated" else f"{100 * float(r['better_than_uncalibrated']):.0f} % of splits",
            *(f"{100 * float(r[key]):.0f} %" for key in ("within_50", "within_80", "within_95")),
        )
        for r in rows
    ]
    score = {r["model"]: float(r["score"]) for r in rows}
    first = "is" if score["calibrated"] > score["uncalibrated"] else "is **not**"
    second = "is" if score["calibrated"] > score["evidence alone"] else "is **not**"
    verdict = (
        f"Over {rows[0]['splits']} splits the calibrated model {first} better than the uncalibrated one, and {second} "
        "better than the evidence alone."
    )
    return f"{verdict}\n\n{_table(head, lines)}"


def _held(folder: Path) -> str:
    head = ("cohort", "counted", "share", "uncalibrated", "calibrated", "evidence alone")
    rows = read("calibration_cohorts", folder)
    lines = [
        (
            r["cohort"],
            f"{r['events']}/{r['n']}",
            told(float(r["observed"]), True),
            *(("fitted",) * 3 if r["fitted"] == "yes" else _expected(r)),
        )
        for r in sorted(rows, key=lambda r: r["fitted"])
    ]
    return "The shown split; central 95 % of a new centre's share:\n\n" + _table(head, lines)


def _expected(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(_share(row, model) for model in ("uncalibrated", "calibrated", "evidence_alone"))


# Filling --------------------------------------------------------------------------------------------------------------


def page_filled(text: str, folder: Path = PAGES) -> str:
    """The results' page with both blocks as the tables have them."""
    whole = filled(text, comparison(folder))
    pattern = re.compile(r"<!-- calibration: begin -->.*?<!-- calibration: end -->", re.DOTALL)
    block = f"<!-- calibration: begin -->\n\n{calibration(folder)}\n\n<!-- calibration: end -->"
    return pattern.sub(lambda _: block, whole)


def write_pages() -> None:
    """Fill the protocol's page, and that of the results once there are any."""
    PROTOCOL.write_text(filled(PROTOCOL.read_text(encoding="utf-8"), protocol_table()), encoding="utf-8")
    if path_of("criteria").is_file():
        PAGE.write_text(page_filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
