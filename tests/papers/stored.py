"""What each study's test asks of its stored prediction. A miss is no failure: misses are published."""

from __future__ import annotations

import math
import re
from pathlib import Path

from papers.pages import PAGES, filled, page
from papers.run import fingerprint, predictor, rounded, stored
from papers.verdicts import MET, MISSED, NONE, judge

CHANGES = Path(__file__).resolve().parent / "CHANGES.md"
RELATIVE, ABSOLUTE = 0.02, 2e-3
"""Compilers round differently; a hundredth of a share and two microlitres are beneath notice."""


def check_stored(study: str) -> None:
    """The file was not edited by hand, its run is explained in CHANGES.md, and every criterion has a verdict."""
    prediction = stored(study)
    assert fingerprint(prediction["members"]) == prediction["fingerprint"], f"{study}/predicted.json was edited by hand"
    sentence = re.search(rf"^- `{study}` `{prediction['fingerprint']}`: \S.{{20,}}$", CHANGES.read_text(), re.MULTILINE)
    assert sentence, (
        f"{study}/predicted.json holds numbers that CHANGES.md does not know. "
        f"Add a line: - `{study}` `{prediction['fingerprint']}`: why they changed."
    )
    rows = judge(study)
    assert rows
    assert all(row.verdict in (MET, MISSED, NONE) for row in rows)
    text = (PAGES / f"{study}.md").read_text(encoding="utf-8")
    assert filled(text, page(study)) == text, f"docs/validation/{study}.md: run python tests/papers/run.py --pages"


def check_summary(study: str) -> None:
    """The stored summary is that of the stored members."""
    prediction = stored(study)
    compare(rounded(predictor(study).summarise(prediction["members"])), prediction["summary"], study)


def check_member(study: str, k: int = 0, **options) -> None:
    """One member computed anew gives what is stored."""
    module = predictor(study)
    fresh = rounded(module.member(module.SEED, k, **options))
    compare(fresh, {name: stored(study)["members"][k][name] for name in fresh}, f"{study}, member {k}")


def compare(fresh, kept, where: str) -> None:
    """Equal to within rounding, or say what to do."""
    advice = "Run python tests/papers/run.py for this study and give the reason in tests/papers/CHANGES.md."
    if isinstance(fresh, dict):
        assert set(fresh) == set(kept), f"{where} holds other names than the stored prediction. {advice}"
        for name, value in fresh.items():
            compare(value, kept[name], f"{where}, {name}")
    elif isinstance(fresh, list):
        assert len(fresh) == len(kept), f"{where}: {len(fresh)} items, stored are {len(kept)}. {advice}"
        for number, (one, other) in enumerate(zip(fresh, kept, strict=True)):
            compare(one, other, f"{where}, {number}")
    elif isinstance(fresh, int | float) and not isinstance(fresh, bool):
        same = math.isclose(fresh, kept, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        assert same, f"{where}: the code gives {fresh}, stored is {kept}. {advice}"
    else:
        assert fresh == kept, f"{where}: the code gives {fresh}, stored is {kept}. {advice}"
