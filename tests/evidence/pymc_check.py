"""Hold every pooled figure against PyMC: the same model, its own sampler, its own environment (``make bayes``).

All questions stand in one model as independent blocks, so that it is compiled once; numba compiles it, no C compiler is
needed. A sampler's quantiles are noisy in the tails, so each figure is the quantile of the mean, over draws, of the
distribution function given the drawn spread, common centre and studies' logits. The plain quantile of PyMC's draws
stands beside that of each typical centre.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtr

from azygos.evidence import QUESTIONS, Pooled, Prior, answer, read_studies

OUT = Path(__file__).resolve().parents[2] / "docs" / "validation" / "evidence_pymc.csv"
BAR = 0.5  # percentage points
FIGURES = (("typical", 0.5), ("typical", 0.025), ("typical", 0.975), ("new", 0.5), ("new", 0.025), ("new", 0.975))
ENDS = {0.5: "median", 0.025: "low", 0.975: "high"}


@dataclass
class Layout:
    """Where the classes and studies of all questions stand in the one model."""

    pools: list[Pooled]
    pool_of_class: np.ndarray
    has_term: np.ndarray  # of each class: 1 where its pool has several
    class_of_study: np.ndarray
    pool_of_study: np.ndarray
    events: np.ndarray
    looked_at: np.ndarray


def layout() -> Layout:
    """All questions of the published table."""
    pools = [answer(one, read_studies()) for one in QUESTIONS]
    classes = [(k, one.name) for k, pool in enumerate(pools) for one in pool.classes]
    studies = [(k, study) for k, pool in enumerate(pools) for study in pool.studies]
    names = [{"imaging": s.imaging, "procedure": s.procedure}.get(pools[k].by, "all") for k, s in studies]
    return Layout(
        pools=pools,
        pool_of_class=np.array([k for k, _ in classes]),
        has_term=np.array([float(len(pools[k].classes) > 1) for k, _ in classes]),
        class_of_study=np.array([classes.index((k, name)) for (k, _), name in zip(studies, names, strict=True)]),
        pool_of_study=np.array([k for k, _ in studies]),
        events=np.array([study.of[0] for _, study in studies]),
        looked_at=np.array([study.of[1] for _, study in studies]),
    )


def sample(about: Layout, draws: int, seed: int) -> dict[str, np.ndarray]:
    """Draws by chain: mu and tau of each question, m of each class, logit of each study."""
    import pytensor

    pytensor.config.cxx = ""  # no C compiler is assumed
    import nutpie
    import pymc as pm

    prior = Prior()
    with pm.Model() as model:
        mu = pm.Normal("mu", prior.mu_mean, prior.mu_sd, shape=len(about.pools))
        tau = pm.HalfNormal("tau", prior.tau_scale, shape=len(about.pools))
        beta = pm.Normal("beta", 0.0, prior.beta_scale, shape=len(about.has_term))
        z = pm.Normal("z", 0.0, 1.0, shape=len(about.events))
        m = pm.Deterministic("m", mu[about.pool_of_class] + about.has_term * beta)
        theta = pm.Deterministic("theta", m[about.class_of_study] + tau[about.pool_of_study] * z)
        pm.Binomial("events", n=about.looked_at, logit_p=theta, observed=about.events)
    found = nutpie.sample(
        nutpie.compile_pymc_model(model),
        draws=draws, tune=1000, chains=4, cores=2, seed=seed, target_accept=0.97, progress_bar=False,
    )  # fmt: skip
    diverging = int(found.sample_stats["diverging"].sum())
    print(f"{4 * draws} draws in 4 chains, {diverging} divergences")
    return {name: np.asarray(found.posterior[name]) for name in ("mu", "tau", "m", "theta")}


def conditional(about: Layout, drawn: dict[str, np.ndarray], place: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of a class's centre, given everything but itself: a product of normal densities."""
    prior, k = Prior(), int(about.pool_of_class[place])
    term = bool(about.has_term[place])
    mean = drawn["mu"][..., k] if term else np.full_like(drawn["mu"][..., k], prior.mu_mean)
    weight = np.full_like(mean, (prior.beta_scale if term else prior.mu_sd) ** -2.0)
    own = drawn["theta"][..., about.class_of_study == place]
    each = np.maximum(drawn["tau"][..., k], 1e-6) ** -2.0
    total = weight + own.shape[-1] * each
    return (weight * mean + each * own.sum(axis=-1)) / total, total**-0.5


def quantile(mean: np.ndarray, sd: np.ndarray, share: float) -> float:
    """Quantile of a mixture of normals of equal weight, as percent."""
    found = brentq(lambda x: float(ndtr((x - mean) / sd).mean()) - share, -25.0, 20.0, xtol=1e-6)
    return 100.0 * float(expit(found))


def compare(about: Layout, drawn: dict[str, np.ndarray]) -> list[dict[str, object]]:
    """One row for each pooled figure: the grid's, PyMC's, its noise between chains."""
    rows: list[dict[str, object]] = []
    for place, k in enumerate(about.pool_of_class):
        pool = about.pools[k]
        one = pool.classes[place - int(np.flatnonzero(about.pool_of_class == k)[0])]
        typical = conditional(about, drawn, place)
        around = {"typical": typical, "new": (typical[0], np.hypot(typical[1], drawn["tau"][..., k]))}
        for what, share in FIGURES:
            mean, sd = around[what]
            pymc = quantile(mean.ravel(), sd.ravel(), share)
            chains = [quantile(mean[c], sd[c], share) for c in range(len(mean))]
            shares = one.typical if what == "typical" else one.new_centre
            ours = 100.0 * {0.5: shares.middle, 0.025: shares.low, 0.975: shares.high}[share]
            plain = np.quantile(drawn["m"][..., place], share) if what == "typical" else np.nan
            rows.append(
                {
                    "question": QUESTIONS[k].name, "class": one.name, "figure": f"{what}_{ENDS[share]}",
                    "grid_percent": f"{ours:.3f}", "pymc_percent": f"{pymc:.3f}",
                    "difference_points": f"{ours - pymc:.3f}",
                    "pymc_noise_points": f"{np.std(chains, ddof=1) / 2.0:.3f}",
                    "pymc_plain_percent": "" if np.isnan(plain) else f"{100.0 * float(expit(plain)):.3f}",
                }
            )  # fmt: skip
    return rows


def main() -> int:
    """Sample, compare, write the table where asked; 1 if a figure is off by more than the bar and PyMC's own noise."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--draws", type=int, default=15_000, help="in each of four chains")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--write", action="store_true", help=f"write {OUT.name} into the docs")
    given = options.parse_args()
    began = time.perf_counter()
    about = layout()
    rows = compare(about, sample(about, given.draws, given.seed))
    if given.write:
        with OUT.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    off = [abs(float(str(row["difference_points"]))) for row in rows]
    noise = max(float(str(row["pymc_noise_points"])) for row in rows)
    worst = rows[int(np.argmax(off))]
    print(
        f"{len(rows)} pooled figures: largest difference {max(off):.2f} points ({worst['question']}, {worst['class']}, "
        f"{worst['figure']}), bar {BAR}; PyMC's own noise at most {noise:.2f} points; "
        f"{time.perf_counter() - began:.0f} s"
    )
    return int(any(x > BAR + 2.0 * float(str(row["pymc_noise_points"])) for x, row in zip(off, rows, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
