"""Draw and store the share of each level's blood that returns by the azygos: ``python tests/papers/azygos_prior.py``.

A prior that follows from assumed calibres and inflows, so it has no criterion; ``run.py --pages`` writes its page.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

STORE = HERE / "azygos_prior.json"
SEED, DRAWS = 1, 200
BODY = {"sex": "female", "age": 72.0, "height": 1.60, "mass": 62.0}


def drawn() -> dict[str, list[float]]:
    """Mean, 5th and 95th percentile of the share, level by level."""
    from azygos.ground.body import Body
    from azygos.veins import azygos_prior

    shares = azygos_prior(Body(**BODY), np.random.default_rng(SEED), n=DRAWS)
    return {level: [round(number, 4) for number in told] for level, told in shares.items()}


def kept() -> dict[str, list[float]]:
    """The shares as they lie beside the code."""
    return json.loads(STORE.read_text(encoding="utf-8"))


def table(shares: dict[str, list[float]]) -> str:
    """What stands between the marks of the page."""
    lines = [
        f"{DRAWS} draws of the veins of a woman of {BODY['age']:.0f} years, {BODY['height']:.2f} m and "
        f"{BODY['mass']:.0f} kg, lying prone; seed {SEED}.",
        "",
        "| level | mean share by the azygos | 5th percentile | 95th percentile |",
        "|---|---|---|---|",
        *(f"| {level} | {mean:.0%} | {low:.0%} | {high:.0%} |" for level, (mean, low, high) in shares.items()),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    STORE.write_text(json.dumps(drawn(), indent=1) + "\n", encoding="utf-8")
