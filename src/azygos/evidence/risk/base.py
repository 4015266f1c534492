"""Base rates: what studies that looked in one way found, pooled, and what the next centre may find."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from azygos.evidence.pooling import ClassEstimate, Pooled, Shares, class_of
from azygos.evidence.questions import answer
from azygos.evidence.risk.answer import Base, Chance, Count
from azygos.evidence.risk.person import Look
from azygos.evidence.risk.published import SEED, Drawn
from azygos.evidence.studies import Study
from azygos.ground.parcels import FloatArray

DRAWS = 4000
CLASSES = {Look.CT: "planned_ct", Look.ROUTINE_CT: "other_ct", Look.FILM: "film", Look.FLUOROSCOPY: "clinical"}
"""The studies' classes; what is noticed on the screen stands with what only symptoms told."""


@functools.lru_cache(maxsize=16)  # a page or a test asks of many patients
def embolus_base(studies: tuple[Study, ...], look: Look) -> Drawn:
    """Cement in the lungs, as one way to look finds it, with draws of what the next centre may find.

    Parameters
    ----------
    studies : tuple of Study
        All published counts; those of vertebrae in patients or sessions are pooled.
    look : Look
        Which class.
    """
    pooled = answer("embolus", studies)
    found = pooled.of(CLASSES[look])
    return Drawn(base=_base(pooled, found), draws=_spread_out(found))


@functools.lru_cache(maxsize=4)
def symptomatic_base(studies: tuple[Study, ...]) -> Base:
    """Cement in the lungs with symptoms, however one looked."""
    pooled = answer("symptomatic", studies)
    return _base(pooled, pooled.classes[0])


COUNTED = ("heart", "heart_symptomatic", "death")


def counts_of(studies: Sequence[Study]) -> tuple[Count, ...]:
    """Cement in the heart and deaths as they were counted, in spines; too few and too mixed for a rate."""
    return tuple(
        Count(
            outcome=study.outcome,
            events=study.of[0],
            of=study.of[1],
            unit=study.unit,
            study=study.name,
            note="" if study.usable else study.use.removeprefix("no: "),
            source=_cited(study),
        )
        for outcome in COUNTED
        for study in studies
        if study.outcome == outcome
        and study.events is not None
        and (study.usable or study.imaging == "postmortem_ct")
        and study.procedure != "joints"
    )


def _base(pooled: Pooled, found: ClassEstimate) -> Base:
    own = [study for study in pooled.studies if class_of(study, pooled.by) == found.name]
    return Base(
        new_centre=_chance(found.new_centre),
        pooled=_chance(found.typical),
        studies=tuple(f"{study.of[0]} of {study.of[1]} ({study.name})" for study in own),
        sources=tuple(_cited(study) for study in own),
    )


def _chance(shares: Shares) -> Chance:
    return Chance(low=shares.low, value=shares.middle, high=shares.high)


def _cited(study: Study) -> str:
    place = study.link if study.link.startswith("http") or not study.link else f"doi:{study.link}"
    return f"{study.name}. {study.source}. {place}".strip()


def _spread_out(found: ClassEstimate) -> FloatArray:
    """Shares at even steps of their distribution, shuffled: quantiles of the draws are those of the posterior."""
    step = found.logits[1] - found.logits[0]
    edges = np.append(found.logits - step / 2.0, found.logits[-1] + step / 2.0)
    below = np.append(0.0, np.cumsum(found.new_mass))
    even = (np.arange(DRAWS) + 0.5) / DRAWS
    drawn: FloatArray = expit(np.interp(even * below[-1], below, edges))
    return np.random.default_rng(SEED + 1).permutation(drawn)
