"""What stands between the marks of ``docs/validation/protocol_trial.md`` and ``trial_incidence.md``."""

from __future__ import annotations

from pathlib import Path

from incidence.criteria import criteria, passes_within
from papers.pages import PAGES, filled

PROTOCOL = PAGES / "protocol_trial.md"


def protocol_table() -> str:
    """Every criterion, what would pass, and what was known of it when it was frozen."""
    lines = [
        "| | criterion | passes within | published | dull model | known before | source |",
        "|---|---|---|---|---|---|---|",
    ]
    part = ""
    for c in criteria():
        if c.part != part:
            part = c.part
            lines.append(f"| | **{part}** | | | | | |")
        label = "" if c.label == "predicted" else " (calibrated)"
        lines.append(
            f"| {c.id} | {c.what}{label} | {passes_within(c)} | {c.published} | {c.dull} | {c.seen} | {c.source} |"
        )
    return "\n".join(lines)


def fill(path: Path, block: str) -> None:
    """Put a block between the marks of a page."""
    path.write_text(filled(path.read_text(encoding="utf-8"), block), encoding="utf-8")
