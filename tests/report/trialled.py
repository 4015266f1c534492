"""Made-up findings of a trial: numbers that a reader can check by hand, none of them physics."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from azygos.trial.findings import (
    Account,
    Attrition,
    Curve,
    Difference,
    Effect,
    Interaction,
    Level,
    Measure,
    Screening,
    Subgroup,
    TrialFindings,
)
from azygos.trial.trial_file import TrialFile, parse_trial

THIN, THICK = "thin cement", "thick cement"

TRIAL = f"""
[trial]
name = "viscosity"
question = "Does thicker cement prevent emboli?"
patients = 1000
seed = 7
spacing_mm = 1.0

[population]
age_years = [60, 90]
region = "thoracic"

[[strategy]]
name = "{THIN}"
cement = "generic_low_viscosity"
age_at_start_min = 4.0
rate_ml_min = 2.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.5

[[strategy]]
name = "{THICK}"
cement = "generic_high_viscosity"
age_at_start_min = 4.0
rate_ml_min = 2.0
volume_ml_thoracic = 3.0
volume_ml_lumbar = 4.5
"""

EMBOLUS = Measure(
    name="embolus_ct", words="embolus in the lung that thin CT shows", kind="share", unit="", primary=True
)
VENOUS = Measure(name="leak_venous", words="leak into a vein", kind="share", unit="")
SHARES = {
    "leak_any": ("any leak", 0.52, 0.31),
    "leak_canal": ("leak into the spinal canal", 0.09, 0.07),
    "leak_disc": ("leak into a disc", 0.11, 0.12),
    "azygos_seen": ("cement in the azygos system", 0.02, 0.012),
    "heart_any": ("cement in the right heart", 0.004, 0.001),
    "symptomatic_14d": ("symptoms within 14 days", 0.006, 0.005),
    "died": ("death within a year", 0.001, 0.0),
}
MEANS = {
    "injected_ml": ("cement through the needles", 3.6, 3.3),
    "leaked_ml": ("cement that left bone", 0.21, 0.11),
    "fill_share": ("share of the bodies that is cement", 0.142, 0.135),
}
ROUTES = {
    "route_basivertebral_vein_ml": (0.04, 0.02),
    "route_cortical_gap_ml": (0.09, 0.05),
    "route_end_plate_gap_ml": (0.05, 0.02),
}
RESTS = {"rest_spinal_canal_ml": (0.02, 0.012), "rest_azygos_system_ml": (0.011, 0.006), "rest_disc_ml": (0.05, 0.04)}


def trial(**changes: Any) -> TrialFile:
    """The trial file behind them."""
    return parse_trial(changes.pop("text", TRIAL))


def level(measure: str, strategy: str, share: float, n: int = 990) -> Level:
    half = 1.96 * math.sqrt(max(share * (1.0 - share), 1e-3) / n)
    return Level(
        measure=measure, strategy=strategy, value=share, low=max(share - half, 0.0), high=share + half,
        events=round(n * share) if math.isfinite(share) else 0, patients=n, effective=float(n),
    )  # fmt: skip


def mean(measure: str, strategy: str, value: float) -> Level:
    return Level(
        measure=measure, strategy=strategy, value=value, low=0.9 * value, high=1.1 * value, events=0, patients=990,
        effective=990.0,
    )  # fmt: skip


def difference(measure: str, value: float, half: float, **other: Any) -> Difference:
    known: dict[str, Any] = dict(
        measure=measure, strategy=THICK, reference=THIN, value=value, low=value - half, high=value + half,
        detectable=1.4 * half, patients=985, only_strategy=5, only_reference=17,
        ratio=0.6, ratio_low=0.4, ratio_high=0.9,
    )  # fmt: skip
    return Difference(**(known | other))


FEWER = difference("embolus_ct", -0.012, 0.009)
NOISE = difference("embolus_ct", -0.002, 0.009, ratio=0.93, ratio_low=0.62, ratio_high=1.4)
MORE = difference("embolus_ct", 0.031, 0.009, ratio=2.0, ratio_low=1.5, ratio_high=2.8)


def _subgroups() -> tuple[Subgroup, ...]:
    groups = {
        "region": {"thoracic": (300, -0.03), "thoracolumbar": (400, -0.008), "lumbar": (290, -0.001)},
        "sex": {"female": (740, -0.013), "male": (250, -0.009)},
        "levels": {"1": (610, -0.008), "2": (280, -0.016), "3+": (100, -0.03)},
    }
    return tuple(
        Subgroup(
            by=by,
            group=group,
            patients=n,
            levels=(
                level("embolus_ct", THIN, 0.04, n),
                level("embolus_ct", THICK, 0.04 + change, n),
                level("leak_venous", THIN, 0.34, n),
                level("leak_venous", THICK, 0.2, n),
            ),
            differences=(
                difference("embolus_ct", change, 0.3 / math.sqrt(n), patients=n),
                difference("leak_venous", -0.14, 0.9 / math.sqrt(n), patients=n),
            ),
        )
        for by, rows in groups.items()
        for group, (n, change) in rows.items()
    )


def _interactions(measure: str, *chances: float) -> tuple[Interaction, ...]:
    return tuple(
        Interaction(by=by, measure=measure, strategy=THICK, spread=0.029, p=p, p_holm=min(6.0 * p, 1.0))
        for by, p in zip(("region", "sex", "levels"), chances, strict=True)
    )


def _curve(strategy: str, last: float) -> Curve:
    days = np.array([0.0, 1.0, 3.0, 9.0, 40.0, 365.0])
    share = last * np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    return Curve(strategy=strategy, days=days, share=share, low=0.5 * share, high=1.8 * share)


REASONS = (("the front did not converge", 7), ("no room", 3))
LOST = Attrition(
    strategy=THICK, reference=THIN, pairs=1000, complete=985, only_strategy=5, only_reference=3, p=0.73,
    worst_low=-0.027, worst_high=0.003,
)  # fmt: skip

SCREENING = Screening(
    strategy=THIN, trajectories=8, runs=104, failed=1,
    effects=tuple(
        Effect(name=name, words=words, output=output, mu_star=mu, mu_star_half=0.3 * mu, mu=-0.5 * mu, sigma=1.2 * mu)
        for output, factor in (("leaked_ml", 1.0), ("lung_ml", 0.1))
        for name, words, mu in (
            ("marrow_yield", "pressure marrow must feel", 0.21 * factor),
            ("vein_radius_factor", "radius of veins", 0.15 * factor),
            ("permeability_median", "bone permeability", 0.06 * factor),
        )
    ),
)  # fmt: skip


def findings(primary: Difference = FEWER, **changes: Any) -> TrialFindings:
    """A trial of a thousand patients and two cements; what is given changes it."""
    thick = 0.04 + primary.value
    levels = [level("embolus_ct", THIN, 0.04), level("embolus_ct", THICK, thick)]
    levels += [level("leak_venous", THIN, 0.34), level("leak_venous", THICK, 0.2)]
    differences = [primary, difference("leak_venous", -0.14, 0.03)]
    measures = [EMBOLUS, VENOUS]
    for name, (words, thin, thicker) in SHARES.items():
        measures.append(Measure(name=name, words=words, kind="share", unit=""))
        levels += [level(name, THIN, thin), level(name, THICK, thicker)]
        differences.append(difference(name, thicker - thin, 0.008 + 0.05 * thin, ratio=thicker / thin))
    for name, (words, thin, thicker) in MEANS.items():
        measures.append(Measure(name=name, words=words, kind="mean", unit="" if name == "fill_share" else "mL"))
        levels += [mean(name, THIN, thin), mean(name, THICK, thicker)]
        differences.append(difference(name, thicker - thin, 0.04 * thin))
    for name, (thin, thicker) in (ROUTES | RESTS).items():
        measures.append(Measure(name=name, words=name, kind="mean", unit="mL"))
        levels += [mean(name, THIN, thin), mean(name, THICK, thicker)]
        differences.append(difference(name, thicker - thin, 0.004))
    known: dict[str, Any] = dict(
        name="viscosity", question="Does thicker cement prevent emboli?", version="9.9", code="0123456789ab", seed=7,
        spacing_mm=1.0, importance=False, strategies=(THIN, THICK),
        accounts=(
            Account(strategy=THIN, asked=1000, finished=990, failed=10, reasons=REASONS),
            Account(strategy=THICK, asked=1000, finished=988, failed=12, reasons=(("the front did not converge", 12),)),
        ),
        measures=tuple(measures), levels=tuple(levels), differences=tuple(differences), subgroups=_subgroups(),
        interactions=(*_interactions("embolus_ct", 0.001, 0.4, 0.2), *_interactions("leak_venous", 0.03, 0.4, 0.2)),
        attrition=(LOST,), methods=("Shares have Wilson's interval.",),
        curves=(_curve(THIN, 0.02), _curve(THICK, 0.012)), screening=SCREENING, seconds_a_patient=1.61, workers=2,
    )  # fmt: skip
    return TrialFindings(**(known | changes))


def asked(*chances: float) -> tuple[Interaction, ...]:
    """Interactions of the primary outcome, with region, sex and levels in this order."""
    return _interactions("embolus_ct", *chances)


def with_strategy(found: TrialFindings, name: str) -> TrialFindings:
    """The same with a third strategy that did as the second did."""
    again = lambda rows: tuple(replace(row, strategy=name) for row in rows if row.strategy == THICK)  # noqa: E731
    return replace(
        found,
        strategies=(*found.strategies, name),
        levels=(*found.levels, *again(found.levels)),
        differences=(*found.differences, *again(found.differences)),
        accounts=(*found.accounts, *again(found.accounts)),
        attrition=(*found.attrition, *again(found.attrition)),
        interactions=(*found.interactions, *again(found.interactions)),
        curves=(*found.curves, *again(found.curves)),
        subgroups=tuple(
            replace(s, levels=(*s.levels, *again(s.levels)), differences=(*s.differences, *again(s.differences)))
            for s in found.subgroups
        ),
    )
