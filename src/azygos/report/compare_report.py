"""The report of ``azygos compare``: one HTML file that first answers whether anything has moved or changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azygos.compare import Change, Changes, Region
from azygos.compare.judge import FALSE_IN_PAIR
from azygos.ground.findings import Findings, Range
from azygos.plan import Assumption
from azygos.report.compare_figures import Dates, draw_change, draw_check
from azygos.report.journey_words import listed
from azygos.report.page import GAP, NOTHING, number, percent, picture, plural, render, signed
from azygos.report.slices import BONE_WINDOW_HU

if TYPE_CHECKING:
    from azygos.study import CompareResult

MOST_PICTURES = 30  # of pieces; the rest stands in the table
ALTERED = ("moved and changed", "moved", "changed", "new", "gone")
WORDS = {
    "moved and changed": "moved and changed its volume",
    "moved": "moved",
    "changed": "changed its volume",
    "new": "is new",
    "gone": "is gone",
}
PLURAL = {
    "moved and changed": "moved and changed their volume",
    "moved": "moved",
    "changed": "changed their volume",
    "new": "are new",
    "gone": "are gone",
}


def write_compare_report(result: CompareResult, path: Path) -> None:
    """Write the report: one file with all its pictures inside and no address outside it.

    The same result gives the same bytes.
    """
    path.write_text(make_compare_report(result), encoding="utf-8", newline="\n")


def make_compare_report(result: CompareResult) -> str:
    """The report as text of HTML."""
    changes = result.changes
    dates = Dates(
        first=result.first.volume,
        second=result.second.volume,
        findings=(result.first.findings, result.second.findings),
    )
    blocks = [_block(change, k, dates) for k, change in enumerate(changes.changes)]
    return render(
        "compare.html",
        version=result.version,
        headline=headline(changes),
        second=_untold(changes),
        limits=limits(changes),
        method=_method(result),
        altered=[block for block in blocks if block["altered"]],
        rest=[block for block in blocks if not block["altered"]],
        blocks=blocks,
        more=max(0, len(blocks) - MOST_PICTURES),
        check=picture(draw_check(changes, dates)),
        regions=[_region(region) for region in changes.regions],
        agreement=_agreement(changes),
        false_share=percent(2.0 * FALSE_IN_PAIR),
        window=f"{number(BONE_WINDOW_HU[0], 0)} to {number(BONE_WINDOW_HU[1], 0)}{GAP}HU",
        scans=[_scan("first", result.first.findings), _scan("second", result.second.findings)],
        assumptions=_assumptions(result.assumptions),
        notes=list(dict.fromkeys([*changes.notes, *result.notes])),
    )


# ---------------------------------------------------------------------------------------------
# Sentences


def headline(changes: Changes) -> str:
    """Has it moved or changed? One sentence.

    Examples
    --------
    >>> from azygos.compare import Changes, Warp
    >>> headline(Changes(changes=(), regions=(), start=Warp(), lungs=None))
    'No cement was found on either scan, so nothing could move or change.'
    """
    found = changes.changes
    if not found:
        return "No cement was found on either scan, so nothing could move or change."
    counts = {verdict: len(changes.of(verdict)) for verdict in (*ALTERED, "unchanged", "cannot tell")}
    altered = [f"{n}{GAP}{(WORDS if n == 1 else PLURAL)[v]}" for v, n in counts.items() if n and v in WORDS]
    if altered:
        return f"Yes: of {plural(len(found), 'piece')} {listed(altered)}; {_steady(counts)}."
    if counts["unchanged"] == 0:
        what = "the one piece" if len(found) == 1 else f"any of {plural(len(found), 'piece')}"
        return f"It cannot be told whether {what} moved or changed; the reasons stand below."
    if counts["cannot tell"] == 0:
        if len(found) == 1:
            return "No: the piece lies where it lay, unchanged within what these scans can show."
        return f"No: all {plural(len(found), 'piece')} lie where they lay, unchanged within what these scans can show."
    return f"No change is seen: {_steady(counts)}."


def _steady(counts: dict[str, int]) -> str:
    known = {"unchanged": "unchanged", "cannot tell": "cannot be told"}
    said = [f"{counts[verdict]}{GAP}{words}" for verdict, words in known.items() if counts[verdict]]
    return listed(said) if said else "none is unchanged"


def _untold(changes: Changes) -> str:
    found = changes.of("cannot tell")
    if not found:
        return ""
    return f"Of {plural(len(found), 'piece')} it cannot be told: {listed([_place(change) for change in found])}."


def _method(result: CompareResult) -> str:
    """How it was done, in a line."""
    found = [plural(len(one.findings.pieces), "piece") for one in (result.first, result.second)]
    return (
        f"Each scan was traced by itself ({found[0]}, {found[1]}); the second was laid on the first, region by region; "
        "each piece was then measured on both against the error of that registration."
    )


def limits(changes: Changes) -> str:
    """The smallest move and change of volume that this pair shows, over all pieces seen twice; empty without any."""
    twice = [change for change in changes.changes if change.moved_mm is not None]
    if not twice:
        return ""
    moves, volumes = [c.least_move_mm for c in twice], [1000.0 * c.least_change_ml for c in twice]
    return (
        f"These two scans show moves from {_span(moves, 1)}{GAP}mm and changes of volume from "
        f"{_span(volumes, 0)}{GAP}mm\u00b3, by piece; less than that is called unchanged."
    )


def _span(values: Sequence[float], digits: int) -> str:
    low, high = number(min(values), digits), number(max(values), digits)
    return low if low == high else f"{low} to {high}"


def summarise_compare(changes: Changes) -> list[str]:
    """The answer for a terminal: the headline, what can be shown, and each piece that is not unchanged."""
    told = [f"{_place(change)}: {_sentence(change)}" for change in changes.changes if change.verdict != "unchanged"]
    lines = [headline(changes), limits(changes), *told, *changes.notes]
    return [line.replace(GAP, " ") for line in lines if line]


def _place(change: Change) -> str:
    numbers = [f"{date} {', '.join(map(str, own))}" for date, own in _numbers(change) if own]
    return f"{change.place.words} ({'; '.join(numbers)})"


def _numbers(change: Change) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return ("first", change.first), ("second", change.second)


def _sentence(change: Change) -> str:
    return change.sentence.replace("mm3", "mm\u00b3")


# ---------------------------------------------------------------------------------------------
# Tables


def _block(change: Change, place: int, dates: Dates) -> dict[str, Any]:
    """One change as a row of the table and, for the first of them, as a picture."""
    return {
        "altered": change.verdict in ALTERED,
        "verdict": change.verdict,
        "first": ", ".join(map(str, change.first)) or NOTHING,
        "second": ", ".join(map(str, change.second)) or NOTHING,
        "place": change.place.words,
        "sentence": _sentence(change),
        "moved": _range(change.moved_mm, 1.0, 1, plus=False),
        "least_move": NOTHING if change.moved_mm is None else number(change.least_move_mm, 1),
        "volumes": f"{_volume(change.first_ml)} \u2192 {_volume(change.second_ml)}",
        "change": _range(change.change_ml, 1000.0, _digits(change.least_change_ml), plus=True),
        "least_change": _least_change(change),
        "error": _range(change.error_mm, 1.0, 1, plus=False),
        "blocks": str(change.blocks),
        "region": change.region,
        "picture": picture(draw_change(change, dates)) if place < MOST_PICTURES else "",
    }


def _least_change(change: Change) -> str:
    if change.change_ml is None:
        return NOTHING
    return number(1000.0 * change.least_change_ml, _digits(change.least_change_ml))


def _digits(volume_ml: float) -> int:
    return 0 if volume_ml >= 9.5e-3 else 1


def _volume(volume: Range | None) -> str:
    return NOTHING if volume is None else number(1000.0 * volume.value, _digits(volume.value))


def _range(found: Range | None, factor: float, digits: int, *, plus: bool) -> str:
    if found is None:
        return NOTHING
    words = signed if plus else number
    middle, low, high = (words(factor * x, digits) for x in (found.value, found.low, found.high))
    return f"{middle} ({low} to {high})"


def _region(region: Region) -> dict[str, str]:
    return {
        "name": region.name,
        "kind": region.kind,
        "error": _range(region.error_mm, 1.0, 1, plus=False) + ("" if region.told else ", not measured: a guess"),
        "inverse": number(region.inverse_mm, 1),
        "repeat": number(region.repeat_mm, 1),
        "likeness": number(region.likeness, 2),
        "blocks": str(region.blocks),
        "places": str(region.places),
    }


def _agreement(changes: Changes) -> str:
    """How the whole bodies lie on each other, in a sentence."""
    found = changes.agreement
    parts = [
        f"{name} overlap by {number(found[key], 2)}"
        for key, name in (("bone", "bones"), ("lung", "lungs"))
        if key in found and math.isfinite(found[key])
    ]
    if not parts:
        return ""
    return f"After the rigid alignment of the whole bodies, before any region was fitted, {listed(parts)} (Dice)."


def _assumptions(rows: Sequence[Assumption]) -> list[dict[str, Any]]:
    """The comparison's own numbers; those of the tracer stand in the reports of the two scans."""
    own = [row for row in rows if row.name.startswith("comparing.")]
    groups = (
        ("fixed", "assumed", [row for row in own if row.source.startswith("assumed")]),
        ("sourced", "with a source", [row for row in own if not row.source.startswith("assumed")]),
    )
    return [{"kind": kind, "words": words, "rows": rows} for kind, words, rows in groups if rows]


def _scan(date: str, findings: Findings) -> dict[str, str]:
    spacing = [math.sqrt(sum(float(x) ** 2 for x in findings.affine_mm[:3, axis])) for axis in range(3)]
    return {
        "date": date,
        "grid": " \u00d7 ".join(str(n) for n in findings.shape),
        "voxel": " \u00d7 ".join(number(edge, 2) for edge in spacing),
        "pieces": str(len(findings.pieces)),
        "field": listed(list(findings.field_of_view)) if findings.field_of_view else NOTHING,
        "sharpness": number(findings.sharpness_mm, 1),
    }
