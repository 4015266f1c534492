"""How often the 95 % new-centre interval holds a new centre's true share, on simulated evidence.

The studies keep their numbers of patients and their classes; their counts, and a new centre, are drawn from a stated
truth. ``python tests/evidence/interval_coverage.py 300`` writes docs/validation/evidence_coverage.csv (minutes); a few
runs of it are a test.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.special import expit

from azygos.evidence import Prior, Study, pool, question, read_studies

OUT = Path(__file__).resolve().parents[2] / "docs" / "validation" / "evidence_coverage.csv"
FIXED_BETA = (1.0, 0.3, -0.4, -0.6)
Truth = tuple[np.ndarray, Callable[[np.random.Generator, int], np.ndarray]]


@dataclass(frozen=True)
class Case:
    """One truth: the classes' centres, and how centres lie about them."""

    name: str
    words: str
    draw: Callable[[np.random.Generator], Truth]


def _from_prior(rng: np.random.Generator) -> Truth:
    prior = Prior()
    mu = rng.normal(prior.mu_mean, prior.mu_sd)
    tau = abs(rng.normal(0.0, prior.tau_scale))
    return mu + rng.normal(0.0, prior.beta_scale, 4), lambda rng, n: tau * rng.normal(size=n)


def _fixed(tau: float, mu: float = -3.0) -> Callable[[np.random.Generator], Truth]:
    return lambda _: (mu + np.array(FIXED_BETA), lambda rng, n: tau * rng.normal(size=n))


def _heavy(_: np.random.Generator) -> Truth:
    return -3.0 + np.array(FIXED_BETA), lambda rng, n: 0.9 * rng.standard_t(3.0, size=n)


def _two_kinds(_: np.random.Generator) -> Truth:
    def centres(rng: np.random.Generator, n: int) -> np.ndarray:
        return 0.4 * rng.normal(size=n) - 2.5 * (rng.random(n) < 0.25)

    return -2.4 + np.array(FIXED_BETA), centres


CASES = (
    Case("prior", "drawn anew from the prior each time", _from_prior),
    Case("alike", "centres nearly alike: tau 0.2", _fixed(0.2)),
    Case("as found", "tau 1.05, as the published cohorts give", _fixed(1.05)),
    Case("rare", "the same, ten times rarer: mu -5.3", _fixed(1.05, -5.3)),
    Case("wide", "centres very different: tau 2", _fixed(2.0)),
    Case("heavy tails", "Student's t with 3 degrees, scale 0.9", _heavy),
    Case("two kinds", "one centre in four twelve times lower in odds, the others alike: tau 0.4", _two_kinds),
)


def covered(case: Case, studies: tuple[Study, ...], classes: tuple[str, ...], seed: int) -> np.ndarray:
    """Of each class: whether a new centre's true share lay below, in (0) or above the interval: -1, 0, 1."""
    rng = np.random.default_rng(seed)
    centres, around = case.draw(rng)
    place = [classes.index(study.imaging) for study in studies]
    shares = expit(centres[place] + around(rng, len(studies)))
    counts = rng.binomial([study.of[1] for study in studies], shares)
    drawn = [replace(study, events=int(count)) for study, count in zip(studies, counts, strict=True)]
    new = expit(centres + around(rng, len(classes)))
    found = pool(drawn, classes=classes).classes
    return np.array([int(x > c.new_centre.high) - int(x < c.new_centre.low) for x, c in zip(new, found, strict=True)])


def rows(runs: int, cases: tuple[Case, ...] = CASES) -> Iterator[dict[str, object]]:
    """One row for each truth."""
    asked = question("embolus")
    studies = asked.rows(read_studies())
    for case in cases:
        found = np.array([covered(case, studies, asked.classes, 1000 + k) for k in range(runs)])
        yield {
            "truth": case.name,
            "words": case.words,
            "simulations": runs,
            "intervals": found.size,
            "covered_percent": round(100.0 * float((found == 0).mean()), 1),
            "below_percent": round(100.0 * float((found < 0).mean()), 1),
            "above_percent": round(100.0 * float((found > 0).mean()), 1),
            "standard_error_percent": round(100.0 * float((found == 0).mean(axis=1).std() / np.sqrt(runs)), 1),
        }


def main() -> None:
    """Write the table of the docs."""
    made = list(rows(int(sys.argv[1])))
    with OUT.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(made[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(made)
    for row in made:
        print(row)


if __name__ == "__main__":
    main()
